import { parseArgs } from "node:util";
import { bytesOfDescribed } from "./capacity/sizes.ts";
import { growth, measureBacklog } from "./capacity/run.ts";
import { temporaryServer } from "./capacity/server.ts";
import { simulateBacklog } from "./capacity/scenarios.ts";
import { machine, say, table } from "./figures.ts";

/** The queue that the growth is measured against. */
const SMALL = { documents: 10_000, users: 100 };
/** The documents that are described to see what one takes of the disk, and the characters of their page. */
const DESCRIBED = { documents: 500, characters: 2_000 };
const JOBS = 2_000;
const SIMULATED_SECONDS = 300;

/**
 * `npm run bench -- capacity [--documents 1000000] [--users 10000] [--jobs 2000] [--seconds 300] [--json]`: the dispatcher with
 * that many documents queued, against 10,000; then simulated time with the stages' limits. docs/capacity.md uses its figures.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      documents: { type: "string", default: "1000000" },
      users: { type: "string", default: "10000" },
      jobs: { type: "string", default: String(JOBS) },
      seconds: { type: "string", default: String(SIMULATED_SECONDS) },
      json: { type: "boolean" },
    },
  });
  const [documents, users, jobs, seconds] = [values.documents, values.users, values.jobs, values.seconds].map(
    Number,
  ) as [number, number, number, number];
  if (
    ![documents, users, jobs, seconds].every((number) => Number.isInteger(number) && number > 0) ||
    documents < users ||
    documents < jobs
  ) {
    console.error(
      "Usage: npm run bench -- capacity [--documents N] [--users N, not more] [--jobs N, not more] [--seconds N] [--json]",
    );
    process.exit(2);
  }
  // What the server started ends with this process, as long as it ends by an exit.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const figures = await capacity({ documents, users }, jobs, seconds);
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}

export async function capacity(size: { documents: number; users: number }, jobs: number, seconds: number) {
  const server = await temporaryServer();
  try {
    const described = await bytesOfDescribed(
      await server.database("described"),
      Math.min(DESCRIBED.documents, Math.ceil(size.documents / 20)),
      DESCRIBED.characters,
    );
    const small =
      size.documents > SMALL.documents ? await measureBacklog(await server.database("small"), SMALL, jobs) : undefined;
    const db = await server.database("large");
    const large = await measureBacklog(db, size, jobs);
    say("simulated time …");
    const simulation = await simulateBacklog(db, seconds);
    return {
      machine: machine(),
      bytes_of_a_described_document: described,
      large,
      ...(small && { small, growth: growth(large, small) }),
      simulation,
    };
  } finally {
    await server.stop();
  }
}
