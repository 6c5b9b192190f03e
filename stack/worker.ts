import { LISTENS_WITHIN_MS, type OwnProcess, startProcess } from "./process.ts";

/** A part of the stack that runs in processes of its own, and is started again whenever one ends by itself. */
export type Worker = {
  name: string;
  /** The process that takes requests now; changes when it is restarted. */
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
  onLog(line: string): void;
};

/** One process, kept running. */
export function startWorker({ name, command, args, env, finishMs, onLog }: WorkerOptions): Worker {
  const worker = keepRunning(name, () => startProcess({ command, args, env, onLog }), finishMs, onLog);
  worker.start();
  return worker;
}

/** One that hangs as it starts is killed, and another started. */
const START_LIMIT_MS = 2 * LISTENS_WITHIN_MS;
const RESTART_MS = { first: 50, most: 2_000 };

/** Keeps a process running that `launch` starts: from `start` or the first question for its URL. */
export function keepRunning(
  name: string,
  launch: () => OwnProcess,
  finishMs: number,
  onLog: (line: string) => void,
): Worker & { start(): OwnProcess } {
  let current: OwnProcess | undefined;
  let stopping = false;
  let restartMs = RESTART_MS.first;

  const start = () => {
    const mine = launch();
    current = mine;
    mine.listening.then(
      () => (restartMs = RESTART_MS.first),
      (error: Error) => stopping || onLog(error.message),
    );
    void mine.ended.then((how) => {
      // One that was replaced is another's concern.
      if (stopping || current !== mine) return;
      onLog(`ended by ${how}; it is started again`);
      setTimeout(() => stopping || current !== mine || start(), restartMs).unref();
      restartMs = Math.min(restartMs * 2, RESTART_MS.most);
    });
    return mine;
  };

  return {
    name,
    get pid() {
      return current?.pid;
    },
    async url() {
      const deadline = Date.now() + START_LIMIT_MS;
      for (;;) {
        if (stopping) throw new Error(`${name} is stopping.`);
        const tried = current ?? start();
        const url = await tried.listening.catch(() => undefined);
        if (url !== undefined && tried === current && tried.running) return url;
        if (Date.now() > deadline) throw new Error(`${name} does not start; its log says why.`);
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS.first));
      }
    },
    /** Lets a new process take the requests from now on. */
    start,
    async stop() {
      stopping = true;
      await current?.stop(finishMs + 1_000);
    },
  };
}
