import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { latencyOf, machine, ratio, say, table } from "./figures.ts";
import type { Answer, Block } from "./senders.ts";
import { temporaryStack } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

const MEGABYTE = 1024 * 1024;
const LEVELS = [1, 10, 50];

/**
 * `npm run bench -- upload [--json] [--quick]`: from sending a file of 1 MB to the 202, against the same bytes sent straight to
 * the Storage API, block by block in turn. Reading is stopped meanwhile: on hosted Supabase it runs elsewhere.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" }, quick: { type: "boolean" } } });
  const requests = values.quick ? 20 : 100;
  const stack = await temporaryStack();
  const senders = fork(fileURLToPath(new URL("./senders.ts", import.meta.url)), { execArgv: ["--import", import.meta.resolve("tsx")] });
  try {
    await stack.db.query("update private.stages set in_flight_limit = 0");
    const upload = { to: "upload" as const, url: `${stack.url}/functions/v1/upload`, headers: { Authorization: `Bearer ${await signUp(stack)}` } };
    const { secretKey } = stack.keys;
    const storage = { to: "storage" as const, url: `${stack.url}/storage/v1/object/documents/bench`, headers: { apikey: secretKey, Authorization: `Bearer ${secretKey}` } };
    const run = async (side: Omit<Block, "bytes" | "parallel" | "requests">, parallel: number, count: number): Promise<number[]> => {
      senders.send({ ...side, bytes: MEGABYTE, parallel, requests: count } satisfies Block);
      const [answer] = (await once(senders, "message")) as [Answer];
      if (answer.refused.length > 0) throw new Error(`${side.to}: ${answer.refused[0]}`);
      return answer.milliseconds;
    };

    for (const side of [upload, storage]) await run(side, 2, 6);
    const levels: Record<string, unknown> = {};
    for (const parallel of LEVELS) {
      say(`upload: ${parallel} at a time …`);
      const block = Math.max(parallel, 10);
      const ours: number[] = [];
      const theirs: number[] = [];
      while (ours.length < Math.max(requests, block)) {
        ours.push(...(await run(upload, parallel, block)));
        theirs.push(...(await run(storage, parallel, block)));
      }
      const [docket, direct] = [latencyOf(ours), latencyOf(theirs)];
      levels[`${parallel}_parallel`] = {
        docket, storage: direct, p50_ratio: ratio(docket.p50_ms, direct.p50_ms), p95_ratio: ratio(docket.p95_ms, direct.p95_ms),
      };
    }
    const figures = { machine: machine(), bytes: MEGABYTE, ...levels };
    console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
  } finally {
    senders.disconnect();
    await stack.stop();
  }
}
