import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { Job, JobResult, ReaderData } from "./job.ts";
import { Reader } from "./reader.ts";

export type PoolSettings = { workers: number; pageTimeoutMs: number; recyclePages: number };

type Waiting = { start: (reader: Reader) => void; drop: (error: unknown) => void };

/**
 * Up to `workers` reader threads and the jobs that wait for one, first come, first served. A thread is started when a
 * job needs it, and replaced after a timeout, after a failure that leaves it in doubt, and after `recyclePages` pages.
 */
export class Pool {
  readonly #settings: PoolSettings;
  readonly #data: ReaderData;
  readonly #idle: Reader[] = [];
  readonly #busy = new Set<Reader>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  constructor(settings: PoolSettings, data: ReaderData) {
    this.#settings = settings;
    this.#data = data;
  }

  /** Threads that work on a job now. */
  get busy(): number {
    return this.#busy.size;
  }

  /** Jobs that wait for a thread. */
  get queued(): number {
    return this.#waiting.length;
  }

  /**
   * Runs a job as soon as a thread is free. When `signal` fires, a waiting job is dropped; one that runs is left to end,
   * because a new thread costs more than most pages.
   * @throws {PipelineError} what the job found, ocr_timeout, internal_error, ocr_engine_unavailable after `close`
   */
  async run<J extends Job>(job: J, signal?: AbortSignal): Promise<JobResult<J>> {
    const reader = await this.#acquire(signal);
    try {
      return await reader.run(job, this.#settings.pageTimeoutMs);
    } catch (error) {
      throw this.#closed ? stopping() : error;
    } finally {
      this.#release(reader);
    }
  }

  /** Refuses what waits, stops what runs, and resolves when every thread has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.drop(stopping());
    for (const reader of [...this.#idle.splice(0), ...this.#busy]) this.#end(reader);
    await Promise.all(this.#ending);
  }

  #acquire(signal: AbortSignal | undefined): Promise<Reader> {
    if (this.#closed) return Promise.reject(stopping());
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const settled = () => signal?.removeEventListener("abort", abort);
      const entry: Waiting = {
        start: (reader) => { settled(); resolve(reader); },
        drop: (error) => { settled(); reject(error); },
      };
      const abort = (): void => {
        const place = this.#waiting.indexOf(entry);
        if (place >= 0) this.#waiting.splice(place, 1);
        entry.drop(signal?.reason);
      };
      signal?.addEventListener("abort", abort);
      this.#waiting.push(entry);
      this.#next();
    });
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#closed) return;
    let reader = this.#idle.pop();
    while (reader?.gone) reader = this.#idle.pop(); // it died while it idled
    if (!reader && this.#busy.size >= this.#settings.workers) return;
    reader ??= new Reader(this.#data);
    this.#busy.add(reader);
    this.#waiting.shift()?.start(reader);
  }

  #release(reader: Reader): void {
    this.#busy.delete(reader);
    if (reader.gone || this.#closed || reader.pages >= this.#settings.recyclePages) this.#end(reader);
    else this.#idle.push(reader);
    this.#next();
  }

  #end(reader: Reader): void {
    const ended = reader.terminate().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}

function stopping(): PipelineError {
  return new PipelineError("ocr_engine_unavailable", "The OCR engine is stopping. Try again in a moment.");
}
