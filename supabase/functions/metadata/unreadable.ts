import { shorten } from "./local/text.ts";

/** What `Metadata.summary` may have. */
const SUMMARY_LENGTH = 200;

/** A summary that says that it is of part of a document; it is shortened where both do not fit. */
export function summaryOfPart(summary: string, unreadable: number, pageCount: number): string {
  const note = ` (${unreadable} of ${pageCount} pages could not be read.)`;
  return shorten(summary, SUMMARY_LENGTH - note.length) + note;
}
