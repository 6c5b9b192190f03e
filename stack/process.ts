import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** What a process says by a JSON line on its standard output, such as `{"event":"listening","url":"…"}`. */
export type Said = { event: string } & Record<string, unknown>;

/** A process of the stack's own that listens on a port. */
export type OwnProcess = {
  readonly pid: number | undefined;
  readonly running: boolean;
  /** Where it listens. Rejects when it ends before. */
  listening: Promise<string>;
  /** The same, once it does. */
  readonly url: string | undefined;
  /** How it ended, in words. */
  ended: Promise<string>;
  /** Writes a line to its standard input. */
  tell(line: string): void;
  kill(signal?: NodeJS.Signals): void;
  /** Ends it: SIGTERM, and SIGKILL after that many milliseconds. */
  stop(withinMs: number): Promise<void>;
};

export type ProcessOptions = {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** How soon it must listen, in milliseconds; one that hangs before is killed. */
  listensWithinMs?: number;
  onLog(line: string): void;
  onEvent?(said: Said): void;
};

/** For a machine that is busy with others' work: most processes listen within a second. */
export const LISTENS_WITHIN_MS = 30_000;

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Starts a process that prints the line `{"event":"listening","url":"…"}` once it listens. */
export function startProcess(options: ProcessOptions): OwnProcess {
  const { command, args, env, listensWithinMs = LISTENS_WITHIN_MS, onLog, onEvent } = options;
  // Standard input stays open as long as this process lives: a process that watches it ends with us.
  // Detached: a Ctrl-C at the terminal reaches this process alone, which stops the parts in their order.
  const child = spawn(command, args, {
    env: { ...inherited(), ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  child.stdin.on("error", () => {});
  let url: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      running.delete(child);
      resolve(signal ?? `code ${code}`);
    });
  });
  const listening = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", onLog);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = saidIn(line);
      if (!said) return onLog(line);
      onEvent?.(said);
      if (said.event === "listening") resolve((url = said.url as string));
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error("ended before it listened")));
  });
  const hangs = setTimeout(() => {
    onLog(`a process is killed: it did not listen within ${listensWithinMs} ms`);
    child.kill("SIGKILL");
  }, listensWithinMs);
  listening.catch(() => {}).finally(() => clearTimeout(hangs));

  return {
    pid: child.pid,
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    listening,
    get url() {
      return url;
    },
    ended,
    tell: (line) => void (child.stdin.writable && child.stdin.write(`${line}\n`)),
    kill: (signal = "SIGKILL") => void child.kill(signal),
    async stop(withinMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), withinMs);
      await exited;
      clearTimeout(limit);
    },
  };
}

/** A process sees its own settings and no others; these are what any process needs to start. */
function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "DENO_DIR"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function saidIn(line: string): Said | undefined {
  if (!line.startsWith('{"event":"')) return undefined;
  try {
    return JSON.parse(line) as Said;
  } catch {
    return undefined;
  }
}
