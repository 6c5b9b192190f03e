import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../scripts/checkout.ts";
import { denoBinary } from "../../stack/functions.ts";

/** What reading one file came to. `cpu_ms` is that of its dearest step; `steps` has all of them. */
export type Reading = { outcome: string; steps: Record<string, number>; cpu_ms: number; grown_mb: number };

/** What one file may take of a worker: a hosted function has 2 s of CPU and 256 MB, of which some 65 are its own. */
export const LIMITS = { cpuMs: 2_000, grownMb: 150 };

/** What a worker reads for: the functions, in Deno, or the OCR engine, in Node. */
export type ReadsFor = "functions" | "engine";

/** The engine decodes pictures of up to 40 megapixels, in a process that may take a minute and 700 MB for a page (engine/settings.ts). */
export const ENGINE_LIMITS = { cpuMs: 6_000, grownMb: 600 };

/** Megabytes of V8's heap, as a hosted worker has them. */
const HEAP_MB = 192;
/** CPU after which a file is not waited for any longer. */
const GIVE_UP_MS = 12_000;
const LOOK_MS = 100;
const MILLISECONDS_A_TICK = 10;

const FUNCTIONS = [
  denoBinary(),
  ...["run", "--quiet", "--no-prompt", "--allow-all", "--no-lock"],
  ...[`--v8-flags=--max-old-space-size=${HEAP_MB}`, "--config", path.join(ROOT, "deno.json")],
  path.join(import.meta.dirname, "reader.ts"),
];
const ENGINE = [
  process.execPath,
  ...["--expose-gc", "--import", import.meta.resolve("tsx")],
  path.join(import.meta.dirname, "engine-reader.ts"),
];

/** A process that reads files one by one, and is replaced when one of them ends it. */
export class Worker {
  #process: ChildProcess | undefined;
  #answers: AsyncIterator<string> | undefined;
  readonly #readsFor: ReadsFor;

  constructor(readsFor: ReadsFor = "functions") {
    this.#readsFor = readsFor;
  }

  /** Reads a file. One that ends the process, or would not end, has the outcome `died` or `hangs`. */
  async read(request: { file: string; name: string; type?: string | undefined }): Promise<Reading> {
    const child = (this.#process ??= this.#start());
    const before = computed(child.pid!);
    let hangs = false;
    const watch = setInterval(() => {
      if (computed(child.pid!) - before < GIVE_UP_MS) return;
      hangs = true;
      child.kill("SIGKILL");
    }, LOOK_MS);
    try {
      child.stdin!.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await this.#answers!.next();
      if (!done) return JSON.parse(value) as Reading;
      this.#process = undefined;
      return { outcome: hangs ? "hangs" : "died", steps: {}, cpu_ms: hangs ? GIVE_UP_MS : 0, grown_mb: 0 };
    } finally {
      clearInterval(watch);
    }
  }

  /** Reads a file in a process of its own, which is what it takes at least. */
  static async readAlone(request: Parameters<Worker["read"]>[0], readsFor?: ReadsFor): Promise<Reading> {
    const worker = new Worker(readsFor);
    try {
      return await worker.read(request);
    } finally {
      await worker.close();
    }
  }

  async close(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  #start(): ChildProcess {
    const [command, ...args] = this.#readsFor === "engine" ? ENGINE : FUNCTIONS;
    const child = spawn(command!, args, {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    });
    child.stdin!.on("error", () => {}); // the process ended; its answers end too
    this.#answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    return child;
  }
}

/** Why a reading is a failure; null where it is none. */
export function failureOf({ outcome, cpu_ms, grown_mb }: Reading, readsFor?: ReadsFor): string | null {
  const { cpuMs, grownMb } = readsFor === "engine" ? ENGINE_LIMITS : LIMITS;
  if (["died", "hangs"].includes(outcome) || outcome.startsWith("internal_error")) return outcome;
  if (cpu_ms > cpuMs) return `takes ${cpu_ms} ms of CPU`;
  return grown_mb > grownMb ? `takes ${grown_mb} MB` : null;
}

function computed(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_A_TICK;
  } catch {
    return 0; // it ended
  }
}
