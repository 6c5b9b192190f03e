import { joinedBytes } from "./bytes.ts";
import { PipelineError } from "./errors.ts";

/** Most bytes of a JSON body. Nothing that the functions take as JSON comes near it. */
export const MOST_JSON_BYTES = 64 * 1024;

/** Most bytes of a body whose sender shows no access token: an invocation by Postgres has about 120. */
export const MOST_ANONYMOUS_BYTES = 1024;

/** How long a JSON body may take to arrive, in milliseconds. */
export const JSON_DEADLINE_MS = 10_000;

/** How long a file may take to arrive, without the time that it waits for memory, in milliseconds. */
export const UPLOAD_DEADLINE_MS = 120_000;

/** Slower than this, in bytes a second over ten seconds, nothing is received. */
export const LEAST_BYTES_PER_S = 8 * 1024;

/** Slower than this, a file loses its place while others wait for memory. */
export const CONTENDED_BYTES_PER_S = 256 * 1024;

/** A sender that is silent this long is slow, whatever it sent before, in milliseconds. */
const SILENT_MS = 1_000;

const RATE_OVER_MS = 10_000;
const SAMPLE_MS = 500;

/** Reads of a body: who sends it byte by byte costs a read each. A file of 20 MiB in Ethernet's frames has 15,000. */
const MOST_READS = 100_000;

/** How fast a sender is, by the time that was spent waiting for it. */
export class Pace {
  readonly #now: () => number;
  #samples: { at: number; bytes: number }[] = [];
  #waited = 0;
  #waitingSince: number | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds that were spent waiting for the sender. */
  get waitedMs(): number {
    return this.#waited + this.#silentMs;
  }

  get #silentMs(): number {
    return this.#waitingSince === undefined ? 0 : this.#now() - this.#waitingSince;
  }

  /** Waits for the sender. */
  async wait<Result>(read: () => Promise<Result>, bytesOf: (result: Result) => number): Promise<Result> {
    this.#waitingSince = this.#now();
    try {
      const result = await read();
      this.#waited = this.waitedMs;
      this.#add(bytesOf(result));
      return result;
    } finally {
      this.#waitingSince = undefined;
    }
  }

  #add(bytes: number): void {
    const last = this.#samples.at(-1);
    if (last && this.#waited - last.at < SAMPLE_MS) last.bytes += bytes;
    else this.#samples.push({ at: this.#waited, bytes });
    this.#samples = this.#samples.filter(({ at }) => at > this.#waited - RATE_OVER_MS);
  }

  /** Bytes a second over the last ten seconds of waiting, or since the first byte was waited for. */
  get bytesPerS(): number {
    const waited = this.waitedMs;
    const bytes = this.#samples.reduce((sum, { at, bytes }) => (at > waited - RATE_OVER_MS ? sum + bytes : sum), 0);
    return (bytes / Math.min(Math.max(waited, 1), RATE_OVER_MS)) * 1000;
  }

  /** Slow enough to lose its place to others that wait. */
  isSlow(): boolean {
    return this.#silentMs > SILENT_MS || (this.waitedMs > SILENT_MS && this.bytesPerS < CONTENDED_BYTES_PER_S);
  }

  /** When the next bytes have to be there, in milliseconds from now; below zero when the sender is too slow already. */
  patienceMs(deadlineMs: number): number {
    const left = deadlineMs - this.waitedMs;
    if (this.waitedMs < RATE_OVER_MS) return Math.min(left, RATE_OVER_MS);
    return this.bytesPerS < LEAST_BYTES_PER_S ? -1 : Math.min(left, RATE_OVER_MS);
  }
}

export type BodyLimits = {
  mostBytes: number;
  deadlineMs: number;
  /** What is thrown when there are more bytes. */
  tooLarge: () => PipelineError;
  pace?: Pace;
  /** Ends the reading with its reason. */
  signal?: AbortSignal;
};

/**
 * The body in the pieces in which it arrives, whatever its headers announce.
 *
 * @throws PipelineError request_too_slow, invalid_request, what `tooLarge` makes; the reason of the signal
 */
export async function* receivedBytes(
  request: Request,
  { mostBytes, deadlineMs, tooLarge, pace = new Pace(), signal }: BodyLimits,
): AsyncGenerator<Uint8Array> {
  if ((request.headers.get("Content-Encoding") ?? "identity").toLowerCase() !== "identity")
    throw new PipelineError("invalid_request", "Send the body as it is, without Content-Encoding.");
  if (Number(request.headers.get("Content-Length") ?? 0) > mostBytes) throw tooLarge();
  if (!request.body) return;
  const reader = request.body.getReader();
  let bytes = 0;
  try {
    for (let reads = 1; ; reads += 1) {
      if (reads > MOST_READS)
        throw new PipelineError("invalid_request", "The body arrives in too many pieces. Send it in larger ones.");
      const read = () => within(pace.patienceMs(deadlineMs), reader.read(), signal);
      const { done, value } = await pace.wait(read, ({ value }) => value?.byteLength ?? 0);
      if (done) return;
      bytes += value.byteLength;
      if (bytes > mostBytes) throw tooLarge();
      if (value.byteLength > 0) yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** What was promised, unless the sender is too slow or the signal comes first. */
function within<Result>(ms: number, promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  return new Promise((resolve, reject) => {
    const slow = (): void => end(() => reject(new PipelineError("request_too_slow")));
    const aborted = (): void => end(() => reject(signal!.reason));
    const timer = ms > 0 ? setTimeout(slow, ms) : undefined;
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      settle();
    };
    promise.then(
      (result) => end(() => resolve(result)),
      (cause) =>
        end(() => reject(new PipelineError("invalid_request", "The request was cut off. Send it again.", { cause }))),
    );
    if (signal?.aborted) aborted();
    else if (ms <= 0) slow();
    else signal?.addEventListener("abort", aborted, { once: true });
  });
}

/**
 * A small body as JSON.
 *
 * @throws PipelineError request_too_large, request_too_slow, invalid_request
 */
export async function receivedJson(request: Request, mostBytes: number): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  const tooLarge = () => new PipelineError("request_too_large", `The request body has more than ${mostBytes} bytes.`);
  for await (const piece of receivedBytes(request, { mostBytes, deadlineMs: JSON_DEADLINE_MS, tooLarge }))
    pieces.push(piece);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(joinedBytes(pieces)));
  } catch {
    throw new PipelineError("invalid_request", "The request body is not JSON; docs/api.md shows what this call takes.");
  }
}

/** Bodies that are being thrown away, and how much of each: without end nobody is listened to. */
let discarding = 0;
const MOST_DISCARDING = 8;
const DISCARD_BYTES = 32 * 1024 * 1024;
const DISCARD_MS = 5_000;

/**
 * Reads the rest of a body that nobody wants, for a moment, before the answer: a sender that is cut off before it has sent
 * all does not see the answer.
 */
export async function discard(request: Request, mostBytes = DISCARD_BYTES, mostMs = DISCARD_MS): Promise<void> {
  const { body } = request;
  if (!body || body.locked) return;
  if (discarding >= MOST_DISCARDING) return await body.cancel().catch(() => {});
  discarding += 1;
  const reader = body.getReader();
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), mostMs);
  try {
    for (let bytes = 0; bytes < mostBytes; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The sender is gone.
  } finally {
    clearTimeout(timer);
    discarding -= 1;
  }
}
