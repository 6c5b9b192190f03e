import type { ErrorBody } from "../supabase/functions/_shared/errors.ts";
import type { Word } from "../supabase/functions/_shared/pages.ts";
import type { LanguageFiles } from "./models.ts";
import type { RecognizerName } from "./recognizer.ts";

/**
 * A file that is being read, under a number that no other file of this engine has. `owner`: whose file it is; those without
 * one share a place.
 */
export type OpenFile = { id: number; bytes: Uint8Array; owner?: string };

/** What a reader can be asked about the file that it was sent last: how many pages it has, and what stands on one. */
export type Job =
  | { kind: "count_pages" }
  | { kind: "read_page"; pageNumber: number; languages: string; detect: boolean; maxPixels: number };

/** One page as `POST /read` answers it. */
export type PageReading = {
  /** From 1. */
  page_number: number;
  /** Who read it. */
  engine: RecognizerName;
  /** Tesseract's name of the language that it was read in, or several joined by `+`. */
  language: string;
  /** One line of the page a line; an empty line between blocks. Empty where the page has no text. */
  text: string;
  /** 0 to 1, weighted by the length of the words; 0 where there are none. */
  confidence: number;
  /** In reading order; boxes in pixels of the page, upright, origin top left. */
  words: Word[];
  /** Pixels of the page in its file, or as it was rendered; upright. */
  width: number;
  height: number;
  /** Degrees by which the page was turned to the right to be upright, beyond what its file says: 0, 90, 180 or 270. */
  rotation: number;
  /** Milliseconds of rendering and recognizing, without waiting. */
  ms: number;
};

/** What a job answers, by its kind. */
export type JobResult<J extends Job = Job> = J extends { kind: "count_pages" } ? number : PageReading;

/** What a reader is sent: a file once, then jobs on it, one at a time. */
export type ToReader = { type: "file"; bytes: Uint8Array } | { type: "job"; job: Job };

/**
 * What a reader sends: `ready` once, then for each job `begun` (the models are loaded, the work itself begins) and
 * `done` or `failed`. `memory` is what the process holds, in bytes. `exhausted` says that it may be in a bad state and
 * must be replaced; `detail` is for the log alone.
 */
export type FromReader =
  | { type: "ready" }
  | { type: "begun" }
  | { type: "done"; result: JobResult; memory: number }
  | { type: "failed"; error: ErrorBody; detail?: string; exhausted: boolean; memory: number };

/** What a reader is started with. */
export type ReaderOptions = {
  languageFiles: LanguageFiles;
  ppocr: boolean;
  /** Bytes that the system gives the process; 0 for no limit. */
  readerBytes: number;
};
