import type { ErrorBody } from "../supabase/functions/_shared/errors.ts";
import type { Word } from "../supabase/functions/_shared/pages.ts";
import type { Orientation } from "./orientation.ts";

/** A file that several threads may hold at once: its bytes lie in shared memory and are never written again. */
export type SharedFile = { id: number; bytes: Uint8Array<SharedArrayBuffer> };

/** What a reader thread can be asked. */
export type Job =
  | { kind: "count_pages"; file: SharedFile }
  | { kind: "read_pdf_page"; file: SharedFile; pageNumber: number; languages: string; maxPixels: number }
  | { kind: "read_image"; file: SharedFile; orientation: Orientation; width: number; height: number; languages: string };

/** One page as `POST /read` answers it. */
export type PageReading = {
  /** From 1. */
  page_number: number;
  /** One line of the page a line; an empty line between blocks. Empty where the page has no text. */
  text: string;
  /** 0 to 1, weighted by the length of the words; 0 where there are none. */
  confidence: number;
  /** In reading order; boxes in pixels of the image that was read, origin top left. */
  words: Word[];
  /** Pixels of the image that was read, upright. */
  width: number;
  height: number;
  /** Milliseconds of rendering and recognising, without waiting. */
  ms: number;
};

/** What a job answers, by its kind. */
export type JobResult<J extends Job = Job> = J extends { kind: "count_pages" } ? number : { page: PageReading; version: string };

/**
 * What a reader thread sends: `ready` once, then for each job `begun` (the models are loaded, the work itself begins) and
 * `done` or `failed`. `exhausted` says that the thread may be in a bad state, or holds so much memory, that it
 * must be replaced; `detail` is for the log alone.
 */
export type ReaderMessage =
  | { type: "ready" }
  | { type: "begun" }
  | { type: "done"; result: JobResult }
  | { type: "failed"; error: ErrorBody; detail?: string; exhausted: boolean };

/** What a reader thread is started with. */
export type ReaderData = { languagePath: string };
