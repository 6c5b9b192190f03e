import { type Bounds, MAX_PARTS } from "./bounds.ts";
import { marksOfText } from "../markdown.ts";
import { type FileText, linesOfText, type MarkedLine, type Part, refused, tooMany, written } from "./file-text.ts";
import { htmlLines } from "./html.ts";
import { PageWriter } from "./page-writer.ts";
import { singleSpaced, withLineFeeds, without } from "./white-space.ts";

/** A mail, whatever file it was kept in. */
export type Mail = {
  from: string;
  to: string[];
  cc: string[];
  /** Those who got it unseen; what was sent has them, and what was received does not. */
  bcc?: string[];
  /** ISO 8601, as the sender's clock had it; or what the mail says, where that is no date. */
  date: string | undefined;
  subject: string | undefined;
  body: readonly MarkedLine[];
  attachments: { filename: string; bytes(): Uint8Array }[];
};

/** The text of a mail: who, to whom, when, about what; then what it says, and the names of what is attached. */
export function mailText(mail: Mail, bounds: Bounds): FileText {
  const head = [
    ["From", mail.from],
    ["To", mail.to.join(", ")],
    ["Cc", mail.cc.join(", ")],
    ["Bcc", (mail.bcc ?? []).join(", ")],
    ["Date", mail.date?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC")],
    ["Subject", mail.subject],
  ]
    .filter(([, value]) => value)
    .map(([label, value]) => `${label}: ${singleSpaced(value ?? "")}`);
  const tail = mail.attachments.map(({ filename }) => `Attachment: ${filename}`);
  const pages = new PageWriter(bounds);
  for (const line of head) pages.line(line);
  pages.line("");
  for (const { text, mark } of mail.body) {
    if (mark?.kind === "row" && mark.begins) pages.endTable();
    for (const [at, page] of text.split("\f").entries()) {
      if (at > 0) pages.pageBreak();
      pages.line(page, mark);
    }
  }
  pages.line("");
  for (const line of tail) pages.line(line);
  return { ...written(pages), parts: mail.attachments.slice(0, MAX_PARTS + 1).map(partOf) };
}

/** What plain text says, line by line; its lists and tables by what the lines look like. */
export function plainLines(text: string, bounds: Bounds): MarkedLine[] {
  bounds.lines(text);
  const marks = marksOfText(text);
  return text.split("\n").map((line, at) => ({ text: line, mark: marks[at] }));
}

/** What a page shows, where it says as much as the plain text beside it: it has headings, lists and tables. Else the plain text. */
export function richerLines(plain: string, html: string, bounds: Bounds): MarkedLine[] {
  const text = withLineFeeds(without(plain, "\0")).trim();
  const lines = html ? trimmedLines(htmlLines(html, bounds)) : [];
  const letters = lines.reduce((sum, line) => sum + lettersOf(line.text), 0);
  if (text !== "" && letters < LEAST_SHARE * lettersOf(text)) return plainLines(text, bounds);
  return lines.length > 0 || text === "" ? lines : plainLines(text, bounds);
}

/** Plain text has addresses of links that pages do not show. */
const LEAST_SHARE = 0.6;

/** Characters whose letters are counted at once: a match is an object. */
const COUNTED_AT_ONCE = 16 * 1024;

/** How much a text says. */
export function lettersOf(text: string): number {
  let letters = 0;
  for (let from = 0; from < text.length; from += COUNTED_AT_ONCE)
    letters += text.slice(from, from + COUNTED_AT_ONCE).match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return letters;
}

/** Pages of another reader as lines, as they come. */
export const linesOfPages = (file: FileText): MarkedLine[] => trimmedLines(linesOfText(file));

/** Without empty lines before and behind. */
export function trimmedLines(lines: readonly MarkedLine[]): MarkedLine[] {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from]!.text.trim() === "") from += 1;
  while (to > from && lines[to - 1]!.text.trim() === "") to -= 1;
  return lines.slice(from, to);
}

function partOf({ filename, bytes }: Mail["attachments"][number], index: number): Part {
  const position = index + 1;
  return position > MAX_PARTS
    ? refused(position, filename, tooMany())
    : { position, filename, bytes: async () => bytes() };
}
