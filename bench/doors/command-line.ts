import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createDocket } from "../../client/src/index.ts";
import { ROOT } from "../../scripts/checkout.ts";
import { percentile, round } from "../figures.ts";
import { type BenchStack, until } from "../temporary-stack.ts";

/** p50 in milliseconds. */
export type CommandLine = {
  rounds: number;
  /** `docket --version` beside an empty Node program: what the command line itself takes to start. */
  start_p50_ms: number;
  node_start_p50_ms: number;
  /** `docket upload --wait` of a PDF of one page, from the start of the process to its end. */
  upload_wait_p50_ms: number;
  /** The same bytes sent by one request, until the database says completed. */
  pipeline_p50_ms: number;
  /** upload_wait - start - pipeline. */
  beside_the_pipeline_ms: number;
};

const BIN = path.join(ROOT, "client/bin/docket.mjs");
const WARM_UP = 2;

/** By turns, so that all see the same machine. `folder`: an empty one. */
export async function commandLine(
  stack: BenchStack,
  token: string,
  folder: string,
  rounds: number,
): Promise<CommandLine> {
  const pdf = await readFile(path.join(ROOT, "samples", "download-3.pdf"));
  // What follows the end of a PDF is a comment: each file is another one.
  const another = (): Buffer => Buffer.concat([pdf, Buffer.from(`\n% ${crypto.randomUUID()}\n`)]);
  const docket = createDocket({ url: stack.url, token });
  const env = { DOCKET_URL: stack.url, DOCKET_TOKEN: token };
  const times: Record<"node" | "start" | "wait" | "pipeline", number[]> = {
    node: [],
    start: [],
    wait: [],
    pipeline: [],
  };
  for (let done = 0; done < WARM_UP + rounds; done += 1) {
    times.node.push(await ended(["-e", ""], env));
    times.start.push(await ended([BIN, "--help"], env));
    const file = path.join(folder, `${done}.pdf`);
    await writeFile(file, another());
    times.wait.push(await ended([BIN, "upload", "--wait", file], env));
    const began = performance.now();
    const { document_id } = await docket.upload(new Blob([new Uint8Array(another())]), {
      filename: `${done}-direct.pdf`,
    });
    await until(
      async () =>
        (await stack.db.query("select from public.documents where id = $1 and status = 'completed'", [document_id]))
          .rowCount === 1,
      4,
    );
    times.pipeline.push(performance.now() - began);
  }
  const p50 = (of: number[]): number => percentile(of.slice(WARM_UP), 50);
  return {
    rounds,
    start_p50_ms: round(p50(times.start)),
    node_start_p50_ms: round(p50(times.node)),
    upload_wait_p50_ms: round(p50(times.wait)),
    pipeline_p50_ms: round(p50(times.pipeline)),
    beside_the_pipeline_ms: round(p50(times.wait) - p50(times.start) - p50(times.pipeline)),
  };
}

/** Runs a Node program to its end. @returns milliseconds */
async function ended(args: string[], env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH!, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}.`);
  return performance.now() - began;
}
