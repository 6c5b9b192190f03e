import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { FromReader, Job, JobResult, OpenFile, ReaderOptions, ToReader } from "./job.ts";

const START_LIMIT_MS = 90_000; // seconds on a busy machine; this only catches what hangs

type Settle = { begun: () => void; resolve: (result: JobResult) => void; reject: (error: unknown) => void };

/**
 * One reader process as the HTTP process sees it. It takes one job at a time, and is used up for good once `gone`.
 *
 * A process and not a thread: its memory can be measured and goes back to the system with it, a native recognizer that
 * crashes takes nothing else along, and it can be stopped whatever it is doing.
 */
export class Reader {
  /** Pages read so far. */
  pages = 0;
  /** True once the process has ended, or must not get another job. */
  gone = false;
  /** Bytes that the process held after its last job; 0 before. */
  memory = 0;
  readonly #process: ChildProcess;
  readonly #ready: Promise<void>;
  readonly #ended: Promise<void>;
  #fileId: number | undefined;
  #settle: Settle | undefined;

  constructor(options: ReaderOptions) {
    const [command = "", ...args] = limited(options.readerBytes, [
      process.execPath,
      ...["--expose-gc", "--import", import.meta.resolve("tsx")],
      fileURLToPath(new URL("./reader-process.ts", import.meta.url)),
      JSON.stringify(options),
    ]);
    this.#process = spawn(command, args, {
      serialization: "advanced", // bytes go over as bytes
      stdio: ["ignore", "ignore", "ignore", "ipc"], // tesseract prints what it stumbles over
    });
    this.#ended = new Promise((resolve) => this.#process.once("exit", () => resolve()));
    this.#ready = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error("the reader process did not start")), START_LIMIT_MS);
      limit.unref();
      this.#process.on("message", (message: FromReader) => {
        if (message.type === "ready") {
          clearTimeout(limit);
          resolve();
        } else this.#receive(message);
      });
      const end = (cause: unknown, error: PipelineError): void => {
        clearTimeout(limit);
        this.gone = true;
        reject(cause);
        this.#settle?.reject(error);
      };
      this.#process.on("error", (cause) => end(cause, new PipelineError("internal_error", undefined, { cause })));
      this.#process.on("exit", (code, signal) => {
        const cause = new Error(`the reader process ended by ${signal ?? `code ${code}`}`);
        end(
          cause,
          endedItself(code, signal)
            ? new PipelineError("unpacked_too_large", TOO_MUCH_MEMORY, { cause })
            : new PipelineError("internal_error", undefined, { cause }),
        );
      });
    });
    this.#ready.catch(() => {}); // whoever runs a job sees it
  }

  /**
   * Runs one job. The time counts from where the models are loaded: loading is the engine's business, not the page's.
   * @throws {PipelineError} what the job found, ocr_timeout (the process is killed then), internal_error
   */
  async run<J extends Job>(file: OpenFile, job: J, timeoutMs: number): Promise<JobResult<J>> {
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
        stopAfter(
          START_LIMIT_MS,
          () => new PipelineError("internal_error", undefined, { cause: "the models did not load" }),
        );
        if (this.#fileId !== file.id) this.#send({ type: "file", bytes: file.bytes });
        this.#fileId = file.id;
        this.#send({ type: "job", job });
      });
    } finally {
      clearTimeout(timer);
      this.#settle = undefined;
      if (job.kind !== "count_pages") this.pages += 1;
    }
  }

  /** Kills the process, whatever it is doing, and resolves when it has ended. */
  async terminate(): Promise<void> {
    this.gone = true;
    this.#process.kill("SIGKILL");
    if (this.#process.pid !== undefined) await this.#ended;
  }

  #send(message: ToReader): void {
    this.#process.send(message, (error) => {
      if (error) this.#settle?.reject(new PipelineError("internal_error", undefined, { cause: error }));
    });
  }

  #receive(message: Exclude<FromReader, { type: "ready" }>): void {
    if (message.type === "begun") return this.#settle?.begun();
    this.memory = message.memory;
    if (message.type === "done") return this.#settle?.resolve(message.result);
    if (message.exhausted) this.gone = true;
    this.#settle?.reject(new PipelineError(message.error.code, message.error.message, { cause: message.detail }));
  }
}

const TOO_MUCH_MEMORY =
  "Reading the page takes more memory than the OCR engine gives it. Simplify it, or scale it down.";

/**
 * Whether the process gave up over its file: Node and the decoders abort where they get no memory (SIGABRT, SIGTRAP, or their codes
 * through a shell) or read where there is none. What kills from outside says nothing of the file.
 */
function endedItself(code: number | null, signal: NodeJS.Signals | null): boolean {
  return ["SIGABRT", "SIGTRAP", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE"].includes(signal ?? "") || (code ?? 0) > 0;
}

/**
 * A command that gets so many bytes from the system and no more, where the system can do that. The limit is on data (RLIMIT_DATA:
 * what a process may write to), since WebAssembly reserves addresses by the 10 GB and would never start under one on addresses; and
 * since most of a decoder's memory is outside of V8's heap, `--max-old-space-size` would not see it. Linux holds to it; macOS takes
 * the setting and does not, and Windows has no shell for it.
 */
function limited(bytes: number, command: string[]): string[] {
  if (bytes === 0 || process.platform === "win32") return command;
  return ["/bin/sh", "-c", 'ulimit -d "$0" && exec "$@"', String(Math.ceil(bytes / 1024)), ...command];
}

function timedOut(job: Job, timeoutMs: number): PipelineError {
  const page = job.kind === "read_page" ? `Page ${job.pageNumber}` : "Counting the pages";
  return new PipelineError(
    "ocr_timeout",
    `${page} took longer than ${timeoutMs / 1000} seconds to read and was stopped.`,
  );
}
