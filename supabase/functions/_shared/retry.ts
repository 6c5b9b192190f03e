import { PipelineError } from "./errors.ts";

/** Waits, in milliseconds; about 30 s in all, which the lease outlives since the worker's heartbeat goes on. */
const DELAYS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000];

export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Resolves after the time, or rejects with the signal's reason. */
export const wait: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });

/**
 * Calls the database again while it does not answer. For what follows work that was paid for: a short outage must not be a
 * reason to pay twice. Anything but `database_unavailable` is thrown at once, and that when the tries are used up.
 */
export async function retried<Result>(
  call: () => Promise<Result>,
  signal?: AbortSignal,
  waiting: Wait = wait,
): Promise<Result> {
  for (const delay of DELAYS) {
    try {
      return await call();
    } catch (thrown) {
      if (!(thrown instanceof PipelineError) || thrown.code !== "database_unavailable") throw thrown;
    }
    await waiting(delay, signal);
  }
  return await call();
}
