import { availableParallelism, totalmem } from "node:os";

/** What a worker holds at most: the largest page, and both recognizers (docs/benchmarks.md). */
const WORKER_BYTES = 700_000_000;

/** Everything that can be set about an engine. engine/README.md lists the environment variables and their defaults. */
export type EngineSettings = {
  host: string;
  /** Host names that it answers to; any when left out. A list keeps pages of other sites from reaching it (DNS rebinding). */
  hosts?: string[] | undefined;
  /** 0 takes any free port. */
  port: number;
  /** How many pages are read at the same time; each worker is a process that takes one core while it reads. */
  workers: number;
  /** How many files may wait beyond those being read; one more is answered with `ocr_engine_busy`. */
  queueLimit: number;
  /** Milliseconds that one page may take, rendering included; then its worker is terminated and replaced. */
  pageTimeoutMs: number;
  /** Pixels of the largest page. Larger images are refused; PDF pages are rendered smaller. */
  maxPixels: number;
  /** Bytes of the largest file. */
  maxBytes: number;
  /** Bytes of files that are held at the same time; one that goes beyond is answered with `ocr_engine_busy`, unless it is alone. */
  bytesInFlight: number;
  /** A worker is replaced after so many pages, because WebAssembly memory grows and never shrinks. */
  recyclePages: number;
  /** A worker that holds more bytes than this after a page is replaced. */
  recycleBytes: number;
  /** Bytes that the system gives a worker's process, whatever a file makes of them; 0 for no limit. */
  readerBytes: number;
  /** Milliseconds that pages under way get to end when the engine is told to stop. */
  stopMs: number;
  /** Folder of `<language>.traineddata.gz`; null: the packages from npm. */
  languagePath: string | null;
  /** The languages of a request that names none: tesseract's names, or `auto`. */
  languages: string;
  /** Whether PP-OCR is used where it is installed. */
  ppocr: boolean;
};

/**
 * Reads the settings from environment variables.
 * @throws {Error} naming the variable, where a value is not a whole number in its range
 */
export function settingsFrom(env: Record<string, string | undefined>): EngineSettings {
  const number = (name: string, fallback: number, least: number, most = Number.MAX_SAFE_INTEGER): number => {
    const raw = env[name];
    if (raw === undefined || raw === "") return fallback;
    const value = Number(raw);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new Error(
        `${name} is '${raw}'. Set it to a whole number of at least ${least}, or leave it out for ${fallback}.`,
      );
    }
    return value;
  };
  return {
    host: env["HOST"] || "127.0.0.1",
    hosts: env["OCR_HOSTS"] ? env["OCR_HOSTS"].toLowerCase().split(",") : undefined,
    port: number("PORT", 0, 0, 65_535),
    workers: number("OCR_WORKERS", defaultWorkers(), 1, 64),
    queueLimit: number("OCR_QUEUE_LIMIT", 32, 0),
    pageTimeoutMs: number("OCR_PAGE_TIMEOUT_MS", 60_000, 1, 2 ** 31 - 1),
    maxPixels: number("OCR_MAX_PIXELS", 40_000_000, 1),
    maxBytes: number("OCR_MAX_BYTES", 50 * 1024 * 1024, 1),
    bytesInFlight: number("OCR_BYTES_IN_FLIGHT", 200 * 1024 * 1024, 1),
    recyclePages: number("OCR_RECYCLE_PAGES", 100, 1),
    recycleBytes: number("OCR_RECYCLE_BYTES", 600_000_000, 1),
    readerBytes: number("OCR_READER_BYTES", 2_000_000_000, 0),
    stopMs: number("OCR_STOP_MS", 10_000, 0, 2 ** 31 - 1),
    languagePath: env["OCR_LANGUAGE_PATH"] || null,
    languages: env["OCR_LANGUAGES"] || "auto",
    ppocr: env["OCR_PPOCR"] !== "0",
  };
}

/** One for each core, and not more than the memory has room for when all of them read the largest page. */
function defaultWorkers(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity); // a container has less than its machine
  return Math.max(1, Math.min(64, availableParallelism(), Math.floor(memory / WORKER_BYTES)));
}
