import { PipelineError } from "./errors.ts";

/**
 * Bytes of files that one worker of a function holds at the same time. A hosted one has 256 MB in all, of which some 65 are its own; a
 * file takes up to five times its size while it arrives, and twice while it is read.
 */
export const UPLOAD_ROOM_BYTES = 24 * 1024 * 1024;
export const READING_ROOM_BYTES = 48 * 1024 * 1024;

/** Longest wait of a caller who waits for an answer, in milliseconds. */
export const ROOM_PATIENCE_MS = 10_000;

const RETRY_AFTER_MS = 5_000;

/**
 * Room for files in memory, given first come, first served. A file that is larger than all of it gets in when there is no other.
 *
 * @throws PipelineError too_many_requests when there was none for `patienceMs`; the signal's reason when it is aborted before
 */
export type Room = {
  enter(bytes: number, options?: { patienceMs?: number; signal?: AbortSignal }): Promise<Disposable>;
};

export function createRoom(capacity: number): Room {
  const waiting: { bytes: number; enter: () => void }[] = [];
  let taken = 0;

  function next(): void {
    while (waiting.length > 0 && (taken === 0 || taken + waiting[0]!.bytes <= capacity)) {
      const { bytes, enter } = waiting.shift()!;
      taken += bytes;
      enter();
    }
  }

  return {
    enter: (bytes, { patienceMs, signal } = {}) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const place = { bytes, enter };
        const timer =
          patienceMs === undefined
            ? undefined
            : setTimeout(() => {
                leave(
                  new PipelineError(
                    "too_many_requests",
                    "Other files are arriving and fill the room for them. Send this one again as soon as Retry-After says.",
                    { retryAfterMs: RETRY_AFTER_MS },
                  ),
                );
              }, patienceMs);
        const aborted = (): void => leave(signal!.reason);
        signal?.addEventListener("abort", aborted, { once: true });
        waiting.push(place);
        next();

        function settled(): void {
          clearTimeout(timer);
          signal?.removeEventListener("abort", aborted);
        }
        function enter(): void {
          settled();
          let inside = true;
          resolve({
            [Symbol.dispose]() {
              if (inside) taken -= bytes;
              inside = false;
              next();
            },
          });
        }
        function leave(reason: unknown): void {
          settled();
          waiting.splice(waiting.indexOf(place), 1);
          reject(reason);
          next(); // a smaller one behind it may fit
        }
      }),
  };
}
