import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { runFaults } from "../testing/faults/run.ts";
import { reportLines } from "../testing/faults/table.ts";

/**
 * `npm run bench -- faults [--documents 300] [--seed N] [--log FILE] [--json]`: documents flow through a stack of their own
 * while processes are killed, Postgres crashes, invocations are lost and doubled, the model and Storage fail. Exits 1 when
 * anything was lost, done twice, or got stuck. A seed repeats the files and the schedule of a run; its timing is the machine's.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      documents: { type: "string", default: "300" },
      seed: { type: "string" },
      log: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const documents = Number(values.documents);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!Number.isInteger(documents) || documents < 1 || documents > 9999 || !Number.isInteger(seed)) {
    console.error("Usage: npm run bench -- faults [--documents 1…9999] [--seed N] [--log FILE] [--json]");
    process.exit(2);
  }
  console.error(`Seed ${seed}. The same again: npm run bench -- faults --documents ${documents} --seed ${seed}`);

  const folder = await mkdtemp(path.join(tmpdir(), "docket-faults-"));
  // Postgres may run as an account of its own, which has to get in.
  await chmod(folder, 0o755);
  const log = values.log === undefined ? undefined : createWriteStream(values.log);
  // What the stack started ends with this process, as long as it ends by an exit.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const began = performance.now();
  const onLog = (source: string, line: string) =>
    log?.write(`${Math.round(performance.now() - began)} ${source}: ${line}\n`);
  const report = await runFaults({ documents, seed, folder, onLog }).finally(() =>
    rm(folder, { recursive: true, force: true }),
  );
  log?.end();
  console.log(values.json ? JSON.stringify(report, null, 2) : reportLines(report).join("\n"));
  process.exitCode = report.violations.length > 0 ? 1 : 0;
}
