import { PipelineError } from "../../_shared/errors.ts";

/** What reading a file may cost, whatever the file says of itself. docs/formats.md has them in a table. */

/** About what a printed page holds: where flowing text has no page breaks of its own, a page ends before it has more characters. */
export const PAGE_CHARACTERS = 3_000;

/** Most characters of text in one file: more than the pages that a project reads can hold. */
export const MAX_CHARACTERS = 10_000_000;

/** Most bytes of what a mail says, in all its forms: each is decoded several times, and takes its memory again. */
export const MAX_MAIL_TEXT_BYTES = 6 * 1024 * 1024;

/** Most bytes that are unpacked of one file, in all: the XML of an office file, the members of a ZIP. */
export const MAX_UNPACKED_BYTES = 100 * 1024 * 1024;

/** Nothing that people write packs better than this, above a size that could hurt; deflate can do 1,032. */
export const MAX_RATIO = 200;
export const RATIO_COUNTS_FROM_BYTES = 1024 * 1024;

/** Most entries of a ZIP container that are looked at. */
export const MAX_ENTRIES = 10_000;

/** Most attachments or members of one file that become documents. */
export const MAX_PARTS = 200;

/** A picture of a mail's own text, such as a logo in the signature, is no attachment unless it has more bytes than this. */
export const INLINE_PICTURE_BYTES = 32 * 1024;

/** Most elements of HTML or XML within each other. Browsers stop at 512. */
const MAX_DEPTH = 2_000;

/**
 * Most steps of work on one file. A step is about a microsecond: an element, a cell, a token, a few hundred bytes. The largest
 * honest files take half of them (npm run bench -- formats).
 */
const MAX_STEPS = 5_000_000;
/** Steps of a line that is kept: mostly for its memory. */
export const LINE_STEPS = 8;

/** Most milliseconds from opening a file to its text: only a busy machine, or a step that costs more than it should, comes here. */
const MAX_MS = 30_000;

/** How many steps pass between two looks at the clock. */
const STEPS_A_LOOK = 4_096;

/** Most characters of a name, of a file or a part: more than any file system has. */
export const MAX_NAME_CHARACTERS = 1_024;

/**
 * What reading one file may still cost. Every reader gets one, and calls it in each of its loops: nothing else can stop a
 * reader in the one thread that a function has.
 */
export class Bounds {
  #left: number;
  #untilLook = STEPS_A_LOOK;
  #mailTextLeft = MAX_MAIL_TEXT_BYTES;
  readonly #deadline: number;
  readonly #now: () => number;

  constructor({
    steps = MAX_STEPS,
    ms = MAX_MS,
    now = () => performance.now(),
  }: {
    steps?: number;
    ms?: number;
    now?: () => number;
  } = {}) {
    this.#left = steps;
    this.#now = now;
    this.#deadline = now() + ms;
  }

  /**
   * Takes so many steps, before the work that they stand for.
   * @throws PipelineError too_complex when they are used up; ocr_timeout, which may pass, after the deadline
   */
  step(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) throw new PipelineError("too_complex");
    this.#untilLook -= count;
    if (this.#untilLook > 0) return;
    this.#untilLook = STEPS_A_LOOK;
    if (this.#now() > this.#deadline)
      throw new PipelineError("ocr_timeout", "Reading the file took too long and was stopped.");
  }

  /** Takes so many bytes of what a mail says, before they are decoded. @throws PipelineError too_many_pages */
  mailText(bytes: number): void {
    this.#mailTextLeft -= bytes;
    if (this.#mailTextLeft < 0)
      throw new PipelineError(
        "too_many_pages",
        `The mail's text has more than ${MAX_MAIL_TEXT_BYTES / 2 ** 20} MB. Save it as a PDF in parts.`,
      );
  }

  /** Takes the steps of a text's lines, or of what else ends with a sign: each is kept by itself. */
  lines(text: string, end = "\n"): void {
    for (let at = 0; at >= 0; at = text.indexOf(end, at) + 1 || -1) this.step(LINE_STEPS);
  }

  /** Takes the steps of looking through so many bytes or characters once. */
  scan(length: number): void {
    this.step(length >> 8);
  }
}

/** Counts how deep a parser is. @returns what to call at each opening, and at each closing */
export function depthGuard(): { opened(): void; closed(): void; readonly depth: number } {
  let depth = 0;
  return {
    get depth() {
      return depth;
    },
    opened() {
      depth += 1;
      if (depth > MAX_DEPTH)
        throw new PipelineError(
          "broken_file",
          `The file has more than ${MAX_DEPTH} elements within each other, and cannot be read.`,
        );
    },
    closed() {
      depth -= 1;
    },
  };
}
