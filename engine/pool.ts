import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { Job, JobResult, OpenFile, ReaderOptions } from "./job.ts";
import { Reader } from "./reader.ts";

export type PoolSettings = { workers: number; pageTimeoutMs: number; recyclePages: number; recycleBytes: number };

/** Why a reader was ended: its pages were used up, it held too much memory, or it is not to be trusted after a fault. */
export type Replacement = "pages" | "memory" | "fault";

type Waiting = { owner: string; start: (reader: Reader) => void; drop: (error: unknown) => void };

/**
 * Up to `workers` reader processes and the jobs that wait for one. A free process goes to the owner whose jobs hold the
 * fewest, then one job of each owner after another (start-time fair queueing); an owner's own jobs are first come, first served. So a page of one
 * owner waits for at most one page of each other one. A process is started when a job needs it, and replaced after a timeout, after a failure that leaves it in doubt, after `recyclePages` pages, and
 * when it holds more than `recycleBytes` after a page.
 */
export class Pool {
  readonly #settings: PoolSettings;
  readonly #options: ReaderOptions;
  readonly #onReplaced: (reason: Replacement) => void;
  readonly #idle: Reader[] = [];
  /** The readers at work, and whose job each has. */
  readonly #busy = new Map<Reader, string>();
  /** Of each owner who has jobs here: the round in which their next one starts. One job of each owner starts in a round. */
  readonly #rounds = new Map<string, number>();
  #round = 0;
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  constructor(settings: PoolSettings, options: ReaderOptions, onReplaced: (reason: Replacement) => void = () => {}) {
    this.#settings = settings;
    this.#options = options;
    this.#onReplaced = onReplaced;
  }

  /** Processes that work on a job now. */
  get busy(): number {
    return this.#busy.size;
  }

  /** Processes that there are, at work or idle. */
  get started(): number {
    return this.#busy.size + this.#idle.length;
  }

  /** Jobs that wait for a process. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** Bytes that the processes held after their last jobs, together. */
  get memory(): number {
    return [...this.#busy.keys(), ...this.#idle].reduce((sum, reader) => sum + reader.memory, 0);
  }

  /**
   * Runs a job as soon as a process is free. When `signal` fires, a waiting job is dropped; one that runs is left to end,
   * because a new process costs more than most pages.
   * @throws {PipelineError} what the job found, ocr_timeout, internal_error, ocr_engine_unavailable after `close`
   */
  async run<J extends Job>(file: OpenFile, job: J, signal?: AbortSignal): Promise<JobResult<J>> {
    const reader = await this.#acquire(file.owner ?? "", signal);
    try {
      return await reader.run(file, job, this.#settings.pageTimeoutMs);
    } catch (error) {
      throw this.#closed ? stopping() : error;
    } finally {
      this.#release(reader);
    }
  }

  /** Refuses what waits, stops what runs, and resolves when every process has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.drop(stopping());
    for (const reader of [...this.#idle.splice(0), ...this.#busy.keys()]) this.#end(reader);
    await Promise.all(this.#ending);
  }

  #acquire(owner: string, signal: AbortSignal | undefined): Promise<Reader> {
    if (this.#closed) return Promise.reject(stopping());
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const settled = () => signal?.removeEventListener("abort", abort);
      const entry: Waiting = {
        owner,
        start: (reader) => {
          settled();
          resolve(reader);
        },
        drop: (error) => {
          settled();
          reject(error);
        },
      };
      const abort = (): void => {
        const place = this.#waiting.indexOf(entry);
        if (place >= 0) this.#waiting.splice(place, 1);
        entry.drop(signal?.reason);
        this.#forget(owner);
      };
      signal?.addEventListener("abort", abort);
      this.#waiting.push(entry);
      // A newcomer joins the round that goes on, behind those who wait in it: many of them cannot keep another waiting.
      if (!this.#rounds.has(owner)) this.#rounds.set(owner, this.#round);
      this.#next();
    });
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#closed) return;
    let reader = this.#idle.pop();
    while (reader?.gone) reader = this.#idle.pop(); // it died while it idled
    if (!reader && this.#busy.size >= this.#settings.workers) return;
    reader ??= new Reader(this.#options);
    const next = this.#takeWaiting();
    this.#busy.set(reader, next.owner);
    this.#round = Math.max(this.#round, this.#roundOf(next.owner));
    this.#rounds.set(next.owner, this.#round + 1);
    next.start(reader);
  }

  /** Takes the job that is next from those that wait; there is one. */
  #takeWaiting(): Waiting {
    const held = (owner: string): number => [...this.#busy.values()].filter((other) => other === owner).length;
    const next = this.#waiting.reduce((first, other) => {
      const difference =
        held(other.owner) - held(first.owner) || this.#roundOf(other.owner) - this.#roundOf(first.owner);
      return difference < 0 ? other : first;
    });
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    return next;
  }

  /** Forgets an owner who has no job here, so that the table does not grow. */
  #forget(owner: string): void {
    const here = this.#waiting.some((waiting) => waiting.owner === owner) || [...this.#busy.values()].includes(owner);
    if (!here) this.#rounds.delete(owner);
  }

  #roundOf(owner: string): number {
    return this.#rounds.get(owner) ?? this.#round;
  }

  #release(reader: Reader): void {
    const owner = this.#busy.get(reader) ?? "";
    this.#busy.delete(reader);
    const reason = this.#usedUp(reader);
    if (reason && !this.#closed) this.#onReplaced(reason);
    if (reason || this.#closed) this.#end(reader);
    else this.#idle.push(reader);
    this.#next();
    this.#forget(owner);
  }

  #usedUp(reader: Reader): Replacement | null {
    if (reader.gone) return "fault";
    if (reader.memory > this.#settings.recycleBytes) return "memory";
    return reader.pages >= this.#settings.recyclePages ? "pages" : null;
  }

  #end(reader: Reader): void {
    const ended = reader.terminate().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}

function stopping(): PipelineError {
  return new PipelineError("ocr_engine_unavailable", "The OCR engine is stopping. Try again in a moment.");
}
