import { Worker } from "node:worker_threads";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { Job, JobResult, ReaderData, ReaderMessage } from "./job.ts";

const START_LIMIT_MS = 30_000;

/** One reader thread as the HTTP thread sees it. It takes one job at a time, and is used up for good once `gone`. */
export class Reader {
  /** Pages read so far. */
  pages = 0;
  /** True once the thread has ended, or must not get another job. */
  gone = false;
  readonly #thread: Worker;
  readonly #ready: Promise<void>;
  #settle: { begun: () => void; resolve: (result: JobResult) => void; reject: (error: unknown) => void } | undefined;

  constructor(data: ReaderData) {
    this.#thread = new Worker(new URL("./reader-thread.mjs", import.meta.url), {
      workerData: data,
      execArgv: [], // the loader that the process was started with does not work in here
      stdout: true, // tesseract prints what it estimates and stumbles over; it is kept out of the engine's own output
      stderr: true,
    });
    this.#thread.stdout.resume();
    this.#thread.stderr.resume();
    this.#ready = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error("the reader thread did not start")), START_LIMIT_MS);
      limit.unref();
      this.#thread.on("message", (message: ReaderMessage) => {
        if (message.type === "ready") { clearTimeout(limit); resolve(); }
        else this.#receive(message);
      });
      const end = (cause: unknown): void => {
        clearTimeout(limit);
        this.gone = true;
        reject(cause);
        this.#settle?.reject(new PipelineError("internal_error", undefined, { cause }));
      };
      this.#thread.on("error", end);
      this.#thread.on("exit", (code) => end(new Error(`the reader thread ended with code ${code}`)));
    });
    this.#ready.catch(() => {}); // whoever runs a job sees it
  }

  /**
   * Runs one job. The time counts from where the models are loaded: loading is the engine's business, not the page's.
   * @throws {PipelineError} what the job found, ocr_timeout (the thread is terminated then), internal_error
   */
  async run<J extends Job>(job: J, timeoutMs: number): Promise<JobResult<J>> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.#ready.catch((cause: unknown) => {
        throw new PipelineError("internal_error", undefined, { cause });
      });
      return await new Promise<JobResult<J>>((resolve, reject) => {
        const stopAfter = (ms: number, error: () => PipelineError): void => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            reject(error());
            void this.terminate();
          }, ms);
        };
        this.#settle = {
          begun: () => stopAfter(timeoutMs, () => timedOut(job, timeoutMs)),
          resolve: resolve as (result: JobResult) => void,
          reject,
        };
        stopAfter(START_LIMIT_MS, () => new PipelineError("internal_error", undefined, { cause: "the models did not load" }));
        this.#thread.postMessage(job);
      });
    } finally {
      clearTimeout(timer);
      this.#settle = undefined;
      if (job.kind !== "count_pages") this.pages += 1;
    }
  }

  /** Stops the thread, whatever it is doing, and resolves when it has ended. */
  async terminate(): Promise<void> {
    this.gone = true;
    await this.#thread.terminate();
  }

  #receive(message: Exclude<ReaderMessage, { type: "ready" }>): void {
    if (message.type === "begun") return this.#settle?.begun();
    if (message.type === "done") return this.#settle?.resolve(message.result);
    if (message.exhausted) this.gone = true;
    this.#settle?.reject(new PipelineError(message.error.code, message.error.message, { cause: message.detail }));
  }
}

function timedOut(job: Job, timeoutMs: number): PipelineError {
  const page = job.kind === "read_pdf_page" ? `Page ${job.pageNumber}` : "The page";
  return new PipelineError("ocr_timeout", `${page} took longer than ${timeoutMs / 1000} seconds to read and was stopped.`);
}
