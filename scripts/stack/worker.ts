import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A process of the stack's own that listens on a port and is started again whenever it ends by itself. */
export type Worker = {
  name: string;
  /** The process now; changes when it is restarted. */
  readonly pid: number | undefined;
  /** Where it listens; waits while it is (re)starting. Fails when it does not come up. */
  url(): Promise<string>;
  stop(): Promise<void>;
};

export type WorkerOptions = {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** How long it may finish its work when it is told to stop, in milliseconds. */
  finishMs: number;
  /**
   * How long it may be deaf, in milliseconds, before it is killed and started again. It is asked by a line on its standard
   * input and answers with the line `{"event":"alive"}`. Without this nobody asks.
   */
  deafMs?: number;
  onLog(line: string): void;
};

const START_LIMIT_MS = 30_000;
const RESTART_MS = { first: 50, most: 2_000 };

/** Starts a process that prints the line `{"event":"listening","url":"…"}` once it listens, and keeps it running. */
export function startWorker({ name, command, args, env, finishMs, deafMs, onLog }: WorkerOptions): Worker {
  let child: ChildProcess;
  let listening: Promise<string>;
  let stopping = false;
  let restartMs = RESTART_MS.first;

  const launch = () => {
    // Standard input stays open as long as this process lives: a worker that watches it ends with us.
    // Detached: a Ctrl-C at the terminal reaches this process alone, which stops the parts in their order.
    child = spawn(command, args, { env: { ...inherited(), ...env }, stdio: ["pipe", "pipe", "pipe"], detached: true });
    listening = urlOf(child, onLog);
    if (deafMs !== undefined) killWhenDeaf(child, deafMs, onLog);
    listening.then(
      () => (restartMs = RESTART_MS.first),
      (error: Error) => stopping || onLog(error.message),
    );
    child.once("exit", (code, signal) => {
      if (stopping) return;
      onLog(`ended by ${signal ?? `code ${code}`}; it is started again`);
      setTimeout(() => stopping || launch(), restartMs).unref();
      restartMs = Math.min(restartMs * 2, RESTART_MS.most);
    });
  };
  launch();
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);

  return {
    name,
    get pid() {
      return child.pid;
    },
    async url() {
      const deadline = Date.now() + START_LIMIT_MS;
      for (;;) {
        const tried = child;
        const url = await listening.catch(() => undefined);
        if (url !== undefined && tried.exitCode === null && tried.signalCode === null) return url;
        if (stopping || Date.now() > deadline) throw new Error(`${name} does not start; its log says why.`);
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS.first));
      }
    },
    async stop() {
      stopping = true;
      process.off("exit", killNow);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), finishMs + 1_000);
      await exited;
      clearTimeout(limit);
    },
  };
}

/** A worker sees its own settings and no others; these are what any process needs to start. */
function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "DENO_DIR"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

const ALIVE = '{"event":"alive"}';

/** A process that computes without end answers nobody: no request, no signal but the last one. */
function killWhenDeaf(child: ChildProcess, deafMs: number, onLog: (line: string) => void): void {
  let heard = performance.now();
  child.on("alive", () => (heard = performance.now()));
  child.stdin?.on("error", () => {});
  const asking = setInterval(() => {
    child.stdin?.write("alive?\n");
    if (performance.now() - heard < deafMs) return;
    onLog(`was busy for ${deafMs} ms without a pause, and is killed`);
    child.kill("SIGKILL");
  }, deafMs / 10).unref();
  child.once("exit", () => clearInterval(asking));
}

/** Passes the output on line by line, but for the one that says where the process listens. */
function urlOf(child: ChildProcess, onLog: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stderr! }).on("line", onLog);
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const url = /^\{"event":"listening","url":"([^"]+)"\}$/.exec(line)?.[1];
      if (url) resolve(url);
      else if (line === ALIVE) child.emit("alive");
      else onLog(line);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error("ended before it listened")));
  });
}
