import type { Bounds } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { type FileText, written } from "./file-text.ts";
import { PageWriter } from "./page-writer.ts";

const DELIMITERS = [",", ";", "\t", "|"];
/** Characters that the guess of the delimiter looks at. */
const SAMPLE_CHARACTERS = 10_000;

/** A table in text form (RFC 4180, and what people make of it): a row is a line. The delimiter is found in the text. */
export async function readCsv(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const decoded = await decodeText(bytes);
  // A first line that tells Excel the delimiter, and is not shown.
  const [line = "", named] = /^sep=([,;\t|])[ \t]{0,9}\n/i.exec(decoded.slice(0, 20)) ?? [];
  const text = decoded.slice(line.length);
  const table = new PageWriter(bounds);
  if (eachRow(text, named ?? delimiterOf(text), bounds, (cells) => table.row(cells))) return written(table);
  // Quotes that never close: the lines are text all the same.
  const plain = new PageWriter(bounds);
  plain.line(text);
  return written(plain);
}

/**
 * Gives each row's cells. By hand, as a library that is asked for a row at a time takes ten times as long, more than a hosted
 * function has for a large file. Rows may have any number of cells; a quote within an unquoted cell is part of it, and so are
 * quotes with text behind them.
 *
 * @returns false where a quote never closes
 */
function eachRow(text: string, delimiter: string, bounds: Bounds, take: (cells: string[]) => void): boolean {
  const cellEnd = new RegExp(delimiter === "|" ? "[|\\n]" : `[${delimiter}\\n]`, "g");
  const endAfter = (at: number): number => {
    cellEnd.lastIndex = at;
    return cellEnd.exec(text)?.index ?? text.length;
  };
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf("\n", at);
    const lineEnd = found < 0 ? text.length : found;
    const line = text.slice(at, lineEnd);
    bounds.step();
    if (!line.includes('"')) {
      take(line.split(delimiter));
      at = lineEnd + 1;
      continue;
    }
    const cells: string[] = [];
    for (let inRow = true; inRow; ) {
      bounds.step();
      const closing = text[at] === '"' ? closingQuote(text, at) : null;
      if (closing === -1) return false;
      const isQuoted = closing !== null && [delimiter, "\n", undefined].includes(text[closing + 1]);
      const end = isQuoted ? closing + 1 : endAfter((closing ?? at - 1) + 1);
      cells.push(isQuoted ? text.slice(at + 1, closing).replaceAll('""', '"') : text.slice(at, end));
      inRow = text[end] === delimiter;
      at = end + 1;
    }
    take(cells);
  }
  return true;
}

/** Where the quoted text that begins at `at` ends: two quotes are one within it. -1 where it does not. */
function closingQuote(text: string, at: number): number {
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || text[quote + 1] !== '"') return quote;
    from = quote + 2;
  }
}

/** The sign that comes as often in each of the first lines; quoted text does not count. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, SAMPLE_CHARACTERS)
    .replace(/"[^"]*"/g, "")
    .split("\n")
    .filter(Boolean)
    .slice(0, 20);
  const score = (delimiter: string): number => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    return Math.min(...counts) * 1000 + counts.reduce((sum, count) => sum + count, 0) / counts.length;
  };
  return lines.length === 0 ? "," : DELIMITERS.toSorted((a, b) => score(b) - score(a))[0]!;
}
