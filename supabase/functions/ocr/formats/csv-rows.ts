import type { Bounds } from "./bounds.ts";
import { flat } from "./in-pieces.ts";

/** How a table in text form is written. */
export type Dialect = {
  /** One sign, neither a letter nor a digit. */
  delimiter: string;
  quote: '"' | "'";
  /** Whether a quote within a quoted text may have a backslash before it, as databases write it. It may always stand twice. */
  backslashes: boolean;
};

/** What is done with a row. `quoted` says of each cell whether it was quoted; it is left out where none was. */
export type TakeRow = (cells: string[], quoted?: boolean[]) => void;

/**
 * Gives each row's cells. By hand, as a library that is asked for a row at a time takes ten times as long, more than a hosted
 * function has for a large file. What has more cells than a sheet has columns comes as several rows.
 *
 * A quoted text begins where its cell begins, behind blanks, or behind `=`, as Excel writes digits that are no number (`="0815"`). A quote
 * anywhere else is part of the text, and so is one that never closes, or closes within another cell.
 */
export function eachRow(text: string, dialect: Dialect, bounds: Bounds, take: TakeRow): void {
  const { delimiter, quote } = dialect;
  const cellAt = cellsOf(text, dialect, bounds);
  const hasQuotes = text.includes(quote);
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf("\n", at);
    const lineEnd = found < 0 ? text.length : found;
    const line = text.slice(at, lineEnd);
    bounds.step(line === "" ? 1 : ROW_STEPS);
    if (line.length < LONG_LINE && (!hasQuotes || !line.includes(quote))) {
      if (line !== "") take(line.split(delimiter));
      at = lineEnd + 1;
      continue;
    }
    let cells: string[] = [];
    let quoted: boolean[] = [];
    for (let inRow = true; inRow; ) {
      bounds.step(CELL_STEPS);
      const cell = cellAt(at);
      cells.push(cell.text);
      quoted.push(cell.isQuoted);
      inRow = text[cell.end] === delimiter;
      at = cell.end + 1;
      if (inRow && cells.length < MAX_COLUMNS) continue;
      take(cells, quoted);
      [cells, quoted] = [[], []];
    }
  }
}

const ROW_STEPS = 2;
const CELL_STEPS = 0.5;
/** Columns of a sheet, in Excel and in LibreOffice. */
const MAX_COLUMNS = 16_384;
/** A line that may have more, and is not divided at once. */
const LONG_LINE = 64 * 1024;

type Cell = { text: string; isQuoted: boolean; end: number };

/** What stands for one character within a quoted text, where backslashes do. */
const ESCAPED = { '"': /""|\\["\\\n\t]/g, "'": /''|\\['\\\n\t]/g };

/** Characters of a quoted text that are looked through for these at once. */
const PIECE_CHARACTERS = 16 * 1024;

function cellsOf(text: string, { delimiter, quote, backslashes }: Dialect, bounds: Bounds): (at: number) => Cell {
  const endFrom = endsOf(text, delimiter);
  const plain = (at: number, end = endFrom(at)): Cell => ({ text: text.slice(at, end), isQuoted: false, end });
  const isEnd = (at: number): boolean => at >= text.length || text[at] === delimiter || text[at] === "\n";
  const read = (from: number, to: number): string => {
    const written = text.slice(from, to);
    return backslashes
      ? written.replace(ESCAPED[quote], (pair) => pair[1]!)
      : written.includes(quote)
        ? written.replaceAll(quote + quote, quote)
        : written;
  };
  const isEscaped = (at: number, from: number): boolean => {
    let before = at;
    while (before > from && text[before - 1] === "\\") before -= 1;
    return (at - before) % 2 === 1;
  };

  return (at) => {
    let open = at;
    while (text[open] === " ") open += 1;
    if (text[open] === "=" && text[open + 1] === quote) open += 1;
    if (text[open] !== quote) return plain(at);
    let before = "";
    let from = open + 1;
    let closing = text.indexOf(quote, from);
    while (closing >= 0 && (text[closing + 1] === quote || (backslashes && isEscaped(closing, from)))) {
      const next = backslashes && isEscaped(closing, from) ? closing + 1 : closing + 2;
      closing = text.indexOf(quote, next);
      if (next - from < PIECE_CHARACTERS) continue;
      before += flat(read(from, next));
      from = next;
    }
    bounds.scan((closing < 0 ? text.length : closing) - open);
    if (closing < 0) return plain(at);
    let end = closing + 1;
    while (text[end] === " " || (text[end] === "\t" && delimiter !== "\t")) end += 1;
    if (isEnd(end)) return { text: withoutFormula(before + read(from, closing)), isQuoted: true, end };
    // Text behind it: a quote that was not meant to close, or one that was not meant to open.
    if (text.slice(open, closing).includes("\n")) return plain(at);
    end = endFrom(closing + 1);
    const inner = text.slice(open + 1, end - 1);
    const isWhole = text[end - 1] === quote && end - 1 > closing && hasStrayQuotes(inner, quote);
    return isWhole ? { text: inner, isQuoted: true, end } : plain(at, end);
  };
}

/** Gives where a cell that goes on at a place ends; the places do not go back. */
function endsOf(text: string, delimiter: string): (from: number) => number {
  let [nextDelimiter, nextLine] = [-1, -1];
  const after = (sign: string, from: number): number => {
    const found = text.indexOf(sign, from);
    return found < 0 ? text.length : found;
  };
  return (from) => {
    if (nextDelimiter < from) nextDelimiter = after(delimiter, from);
    if (nextLine < from) nextLine = after("\n", from);
    return Math.min(nextDelimiter, nextLine);
  };
}

/** Whether a text between quotes has quotes of its own (`5" pipe`, `the "old" one`), or is two texts in quotes (`a" and "b`). */
function hasStrayQuotes(inner: string, quote: string): boolean {
  let count = 0;
  for (let at = inner.indexOf(quote); at >= 0; at = inner.indexOf(quote, at + 1)) count += 1;
  return count % 2 === 1 || /[\s([]/.test(inner[inner.indexOf(quote) - 1] ?? "");
}

/** What Excel shows of `="0815"`. */
const withoutFormula = (text: string): string =>
  text.startsWith('="') && text.length > 2 && text.indexOf('"', 2) === text.length - 1 ? text.slice(2, -1) : text;
