import type { Mark, Marks } from "../markdown.ts";
import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, MAX_PARTS } from "./bounds.ts";
import type { PageWriter } from "./page-writer.ts";

/** What a file holds: the text of its pages, and the files within it. */
export type FileText = {
  pages: string[];
  /** What the lines of each page are; where it is left out, the lines themselves tell. */
  marks?: Marks[];
  parts?: Part[];
};

/** What was written, page by page. */
export function written(text: PageWriter): FileText {
  const pages = text.pages();
  return { pages, marks: text.marks() };
}

/** A line of a text, and what it is. */
export type MarkedLine = { text: string; mark?: Mark | undefined };

/** The lines of what was read, to be put into another text. */
export const linesOfText = ({ pages, marks }: FileText): MarkedLine[] =>
  pages.flatMap((page, number) => page.split("\n").map((text, at) => ({ text, mark: marks?.[number]?.[at] })));

/**
 * Reads the text of a file of one type, and calls `bounds` in each of its loops.
 *
 * @throws PipelineError broken_file, encrypted_file, unpacked_too_large, too_many_pages, and what `bounds` throws
 */
export type ReadText = (bytes: Uint8Array, bounds: Bounds, filename: string) => Promise<FileText>;

/**
 * A file within a file: an attachment of a mail, a member of a ZIP. Its bytes are made when they are asked for, so that one
 * is in memory at a time.
 */
export type Part = {
  /** Starts at 1, and is the same whenever the file is opened. */
  position: number;
  /** As the file has it, with folders and all; not safe to show or keep. */
  filename: string;
  /** @throws PipelineError that says why this part can be no document */
  bytes(): Promise<Uint8Array>;
};

/** A part that is refused before it is looked at. */
export const refused = (position: number, filename: string, error: PipelineError): Part => ({
  position,
  filename,
  bytes: () => Promise.reject(error),
});

/** Why the first part beyond the limit, and all after it, become no documents. */
export const tooMany = (): PipelineError =>
  new PipelineError(
    "too_many_parts",
    `Of one file, ${MAX_PARTS} attachments or members become documents. Upload the others by themselves.`,
  );
