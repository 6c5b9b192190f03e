import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startWorker, type Worker } from "./worker.ts";

/** Heap of a hosted worker (https://supabase.com/docs/guides/functions/limits). */
const HEAP_MB = 256;
/** How long a function that is told to stop may finish what it promised to `EdgeRuntime.waitUntil`. */
const FINISH_MS = 5_000;

/**
 * How long it may compute without a pause. Hosted Supabase ends a worker that used 2 s of CPU; here the machine is shared
 * with everything else, so a function gets more, but no end is no option: its job would hold a slot for ever.
 */
const DEAF_MS = 20_000;

const runtime = fileURLToPath(new URL("./edge-runtime.ts", import.meta.url));

/** One Edge Function in a Deno process of its own. `folder` holds its `index.ts` and `deno.json`. */
export function startFunction(folder: string, env: Record<string, string>, onLog: (line: string) => void): Worker {
  const name = path.basename(folder);
  const args = [
    "run",
    "--no-prompt",
    "--no-lock",
    "--no-remote",
    "--node-modules-dir=manual",
    `--config=${path.join(folder, "deno.json")}`,
    "--allow-net",
    "--allow-env",
    "--allow-read",
    "--allow-sys",
    `--v8-flags=--max-old-space-size=${HEAP_MB}`,
    runtime,
    pathToFileURL(path.join(folder, "index.ts")).href,
    String(FINISH_MS),
  ];
  return startWorker({ name, command: denoBinary(), args, env, finishMs: FINISH_MS, deafMs: DEAF_MS, onLog });
}

/** The Deno that npm installed, or DOCKET_DENO to try another. */
export const denoBinary = (): string => process.env.DOCKET_DENO ?? denoSeenFrom(import.meta.url);

/** The Deno that npm installed where a module sees it. Its own launcher would put a second process in between. */
export function denoSeenFrom(module: string): string {
  const libc = process.platform === "linux" ? "-glibc" : "";
  const require = createRequire(module);
  const folder = path.dirname(require.resolve(`@deno/${process.platform}-${process.arch}${libc}/package.json`));
  return path.join(folder, process.platform === "win32" ? "deno.exe" : "deno");
}
