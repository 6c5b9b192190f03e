import { createLatch, type Latch } from "./latch.ts";

/** A background worker as Postgres keeps them for extensions: when a life of it breaks, another one begins. */
export type BackgroundWorker = { stop(): Promise<void> };

/** One life: until it is stopped (returns) or breaks (throws). `onRunning` says that it got as far as working. */
export type Life = (life: { latch: Latch; stopping: AbortSignal; onRunning(): void }) => Promise<void>;

/**
 * Lives again and again, with a pause of `restartMs` in between. Resolves when the first life runs, or when it has broken
 * before that: Postgres may not be there yet, and the worker goes on trying.
 */
export async function startBackgroundWorker(
  name: string,
  restartMs: number,
  onLog: (line: string) => void,
  live: Life,
): Promise<BackgroundWorker> {
  const latch = createLatch();
  const stopping = new AbortController();
  let onRunning!: () => void;
  const tried = new Promise<void>((resolve) => (onRunning = resolve));

  async function keepLiving(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await live({ latch, stopping: stopping.signal, onRunning });
      } catch (error) {
        if (!stopping.signal.aborted) onLog(`${name}: ${(error as Error).message}; it starts again`);
      }
      onRunning();
      if (!stopping.signal.aborted) await latch.wait(restartMs);
    }
  }

  const ended = keepLiving();
  await tried;
  return {
    async stop() {
      stopping.abort();
      latch.set();
      await ended;
    },
  };
}
