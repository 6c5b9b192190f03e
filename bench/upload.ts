import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { type Latency, latencyOf, machine, ratio, say, table } from "./figures.ts";
import type { Answer, Block } from "./senders.ts";
import { temporaryStack } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

const MEGABYTE = 1024 * 1024;
const LEVELS = [1, 10, 50];

/**
 * `npm run bench -- upload [--json] [--quick]`: from sending a file of 1 MB to the 202, and from announcing it to the end of its upload by
 * a signed URL, against the same bytes sent straight to the Storage API, block by block in turn. Reading is stopped meanwhile: on
 * hosted Supabase it runs elsewhere.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" }, quick: { type: "boolean" } } });
  const requests = values.quick ? 20 : 100;
  const stack = await temporaryStack();
  const senders = fork(fileURLToPath(new URL("./senders.ts", import.meta.url)), {
    execArgv: ["--import", import.meta.resolve("tsx")],
  });
  try {
    await stack.db.query("update private.stages set in_flight_limit = 0");
    // A bucket of its own: that of the documents takes no file which was not announced.
    await stack.db.query("insert into storage.buckets (id, name) values ('bench', 'bench')");
    const upload = {
      to: "upload" as const,
      url: `${stack.url}/functions/v1/upload`,
      headers: { Authorization: `Bearer ${await signUp(stack)}` },
    };
    const signed = { ...upload, to: "signed" as const };
    const { secretKey } = stack.keys;
    const storage = {
      to: "storage" as const,
      url: `${stack.url}/storage/v1/object/bench/files`,
      headers: { apikey: secretKey, Authorization: `Bearer ${secretKey}` },
    };
    const run = async (
      side: Omit<Block, "bytes" | "parallel" | "requests">,
      parallel: number,
      count: number,
    ): Promise<number[]> => {
      senders.send({ ...side, bytes: MEGABYTE, parallel, requests: count } satisfies Block);
      const [answer] = (await once(senders, "message")) as [Answer];
      if (answer.refused.length > 0) throw new Error(`${side.to}: ${answer.refused[0]}`);
      return answer.milliseconds;
    };

    const sides = [upload, signed, storage];
    for (const side of sides) await run(side, 2, 6);
    const levels: Record<string, unknown> = {};
    for (const parallel of LEVELS) {
      say(`upload: ${parallel} at a time …`);
      const block = Math.max(parallel, 10);
      const times = { upload: [] as number[], signed: [] as number[], storage: [] as number[] };
      while (times.storage.length < Math.max(requests, block)) {
        for (const side of sides) times[side.to].push(...(await run(side, parallel, block)));
      }
      const [multipart, by_signed_url, storage_alone] = [
        latencyOf(times.upload),
        latencyOf(times.signed),
        latencyOf(times.storage),
      ];
      const against = (ours: Latency) => ({
        p50: ratio(ours.p50_ms, storage_alone.p50_ms),
        p95: ratio(ours.p95_ms, storage_alone.p95_ms),
      });
      levels[`${parallel}_parallel`] = {
        multipart,
        by_signed_url,
        storage_alone,
        ratio_multipart: against(multipart),
        ratio_by_signed_url: against(by_signed_url),
      };
    }
    const figures = { machine: machine(), bytes: MEGABYTE, ...levels };
    console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
  } finally {
    senders.disconnect();
    await stack.stop();
  }
}
