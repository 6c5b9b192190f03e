import { createRequire } from "node:module";
import { setPriority } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cpuClock } from "./cpu.ts";
import { type OwnProcess, startProcess } from "./process.ts";
import { keepRunning, type Worker } from "./worker.ts";

/** What one worker of a function may use in its life. */
export type WorkerLimits = {
  /** CPU time after which a worker takes no further requests, and after which it is killed, in milliseconds. */
  cpuSoftMs: number;
  cpuHardMs: number;
  /** Time from its first request after which a worker is killed, in milliseconds. At half of it, it takes no further requests. */
  wallClockMs: number;
  memoryMb: number;
};

/** The limits of hosted Supabase, with the wall clock of its free plan (https://supabase.com/docs/guides/functions/limits). */
export const HOSTED_LIMITS: WorkerLimits = { cpuSoftMs: 1_000, cpuHardMs: 2_000, wallClockMs: 150_000, memoryMb: 256 };

/** The settings of the embedded stack for slower machines; .env.example lists them. */
function limitsFrom(env: Record<string, string>): WorkerLimits {
  const number = (name: string, hosted: number) => Number(env[name] || hosted);
  return {
    cpuSoftMs: number("WORKER_CPU_SOFT_MS", HOSTED_LIMITS.cpuSoftMs),
    cpuHardMs: number("WORKER_CPU_HARD_MS", HOSTED_LIMITS.cpuHardMs),
    wallClockMs: number("WORKER_WALL_CLOCK_MS", HOSTED_LIMITS.wallClockMs),
    memoryMb: number("WORKER_MEMORY_MB", HOSTED_LIMITS.memoryMb),
  };
}

/** How long a function that is told to stop may finish what it promised to `EdgeRuntime.waitUntil`. */
const FINISH_MS = 5_000;

/** When `beforeunload` says that a limit is near (edge-runtime's default). */
const BEFOREUNLOAD_SHARE = 0.9;
/** When the next worker is started, so that it listens once this one is retired: a start takes a quarter of a second. */
const SPARE_SHARE = 0.6;

/** Functions of this name run jobs that may have ended a worker, one at a time (`suspects_function_name` of private.stages). */
const SUSPECTS_FUNCTION = /-alone$/;
/** As `nice -n`: when both cores are asked for, everybody else's work goes before. */
const SUSPECTS_NICENESS = 10;

function makeWay(pid: number): void {
  try {
    setPriority(pid, SUSPECTS_NICENESS);
  } catch {
    // It has ended already.
  }
}

/** How much of its CPU time a worker may have used since it was last asked: at Supabase's limit 50 ms. */
const UNSEEN_SHARE = 0.05;
const LONGEST_UNSEEN_MS = 1_000;

const runtime = fileURLToPath(new URL("./edge-runtime.ts", import.meta.url));

/** A function's workers together. */
export type EdgeFunction = Worker & {
  /** Resolves when each of its workers has had a moment without a request and without work that it promised. */
  idle(): Promise<void>;
};

/** One life of a function. */
type FunctionWorker = {
  process: OwnProcess;
  /** CPU time that the process had used when its first request had just come: Deno's start, and whatever time it waited. */
  cpuBefore: number | undefined;
  /** When its first request came: on Supabase a worker is started by it. */
  servingSince: number | undefined;
  warned: Set<string>;
  /** To call when it says that it is idle. */
  askers: (() => void)[];
};

/**
 * One Edge Function in Deno processes of its own, one of which takes requests. The first request starts it, as on Supabase. A worker
 * that nears a limit is retired: the next one takes the requests, and it finishes its own work until it is done or killed.
 * `folder` holds `index.ts` and `deno.json`.
 */
export function startFunction(
  folder: string,
  env: Record<string, string>,
  onLog: (line: string) => void,
): EdgeFunction {
  const name = path.basename(folder);
  const limits = limitsFrom(env);
  const runsSuspects = SUSPECTS_FUNCTION.test(name);
  const workers = new Set<FunctionWorker>();
  const retired = new Set<FunctionWorker>();
  const killed = new WeakSet<FunctionWorker>();
  let active: FunctionWorker | undefined;
  let spare: FunctionWorker | undefined;

  function start(): FunctionWorker {
    const worker: FunctionWorker = {
      process: startProcess({
        command: denoBinary(),
        args: argumentsOf(folder, limits),
        env,
        onLog,
        onEvent(said) {
          if (said.event === "serving") worker.servingSince = performance.now();
          else if (said.event === "idle") for (const tell of worker.askers.splice(0)) tell();
          else if (said.event === "half of its memory is used") void retireWarmly(worker);
        },
      }),
      cpuBefore: undefined,
      servingSince: undefined,
      warned: new Set(),
      askers: [],
    };
    workers.add(worker);
    if (runsSuspects && worker.process.pid !== undefined) makeWay(worker.process.pid);
    void worker.process.ended.then((how) => {
      workers.delete(worker);
      if (spare === worker) spare = undefined;
      // The active one is started again, which is logged there.
      if (retired.delete(worker) && how !== "code 0" && !killed.has(worker))
        onLog(`a worker that was retired ended by ${how}`);
    });
    return worker;
  }

  function kill(worker: FunctionWorker, why: string): void {
    if (!worker.process.running) return;
    onLog(`a worker is killed: ${why}`);
    killed.add(worker);
    worker.process.kill();
  }

  const keeper = keepRunning(
    name,
    () => {
      active = spare ?? start();
      spare = undefined;
      return active.process;
    },
    FINISH_MS,
    onLog,
  );

  async function becomesIdle({ process, askers }: FunctionWorker): Promise<void> {
    // Requests wait for its start.
    await process.listening.catch(() => {});
    const idle = new Promise<void>((resolve) => askers.push(resolve));
    process.tell("idle?");
    await Promise.race([idle, process.ended]);
  }

  function retire(worker: FunctionWorker): void {
    if (worker !== active || !worker.process.running) return;
    retired.add(worker);
    keeper.start();
    worker.process.tell("retire");
  }
  /** Where there is no hurry, the next worker listens before. */
  async function retireWarmly(worker: FunctionWorker): Promise<void> {
    if (worker !== active) return;
    spare ??= start();
    await spare.process.listening.catch(() => {});
    retire(worker);
  }

  function judge(worker: FunctionWorker, cpuMs: number): void {
    // On Supabase a worker is started by its first request: until that comes, it costs nothing.
    if (worker.servingSince === undefined) return;
    worker.cpuBefore ??= cpuMs;
    const cpu = (cpuMs - worker.cpuBefore) / limits.cpuHardMs;
    const wallMs = performance.now() - worker.servingSince;
    const wall = wallMs / limits.wallClockMs;
    if (cpu >= 1) return kill(worker, `it reached the hard limit of ${limits.cpuHardMs} ms of CPU time`);
    if (wall >= 1) return kill(worker, `it reached the limit of ${limits.wallClockMs} ms of time`);
    for (const [reason, share] of [["cpu", cpu] as const, ["wall_clock", wall] as const]) {
      if (share < BEFOREUNLOAD_SHARE || worker.warned.has(reason)) continue;
      worker.warned.add(reason);
      worker.process.tell(reason);
    }
    if (worker !== active) return;
    const soft = Math.max((cpuMs - worker.cpuBefore) / limits.cpuSoftMs, wall * 2);
    if (soft >= SPARE_SHARE) spare ??= start();
    if (soft >= 1) retire(worker);
  }

  const clock = cpuClock();
  const everyMs = Math.max(clock.everyMs, Math.min(limits.cpuSoftMs * UNSEEN_SHARE, LONGEST_UNSEEN_MS));
  let asking = false;
  const watch = setInterval(async () => {
    // A process that does not listen is starting, which is not counted; and nobody spends anything without a request.
    const listening = [...workers].filter((worker) => worker.process.url !== undefined);
    if (asking || listening.every((worker) => worker.servingSince === undefined)) return;
    asking = true;
    const times = await clock.read(listening.map(({ process }) => process.pid!));
    asking = false;
    for (const worker of listening) {
      const cpuMs = times.get(worker.process.pid!);
      if (worker.process.running) judge(worker, cpuMs ?? worker.cpuBefore ?? 0);
    }
  }, everyMs).unref();

  return {
    name: keeper.name,
    get pid() {
      return keeper.pid;
    },
    url: keeper.url,
    async idle() {
      await Promise.all([...workers].map(becomesIdle));
    },
    async stop() {
      clearInterval(watch);
      const others = [...workers].filter((worker) => worker !== active);
      await Promise.all([keeper.stop(), ...others.map(({ process }) => process.stop(FINISH_MS + 1_000))]);
    },
  };
}

const argumentsOf = (folder: string, { memoryMb }: WorkerLimits): string[] => [
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
  `--v8-flags=--max-old-space-size=${memoryMb}`,
  runtime,
  pathToFileURL(path.join(folder, "index.ts")).href,
  JSON.stringify({ finishMs: FINISH_MS, memoryMb }),
];

/** The Deno that npm installed, or DOCKET_DENO to try another. */
export const denoBinary = (): string => process.env.DOCKET_DENO ?? denoSeenFrom(import.meta.url);

/** The Deno that npm installed where a module sees it. Its own launcher would put a second process in between. */
export function denoSeenFrom(module: string): string {
  const libc = process.platform === "linux" ? "-glibc" : "";
  const require = createRequire(module);
  const folder = path.dirname(require.resolve(`@deno/${process.platform}-${process.arch}${libc}/package.json`));
  return path.join(folder, process.platform === "win32" ? "deno.exe" : "deno");
}
