import { PipelineError } from "../../_shared/errors.ts";

/** What reading a file may cost, whatever the file says of itself. docs/formats.md has them in a table. */

/** About what a printed page holds: where flowing text has no page breaks of its own, a page ends before it has more characters. */
export const PAGE_CHARACTERS = 3_000;

/** Most characters of text in one file: more than the pages that a project reads can hold. */
export const MAX_CHARACTERS = 10_000_000;

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

/** Most elements of HTML or XML within each other; the parser's time grows with the square. Browsers stop at 512. */
const MAX_DEPTH = 2_000;

/** Counts how deep a parser is. @returns what to call at each opening, and at each closing */
export function depthGuard(): { opened(): void; closed(): void } {
  let depth = 0;
  return {
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
