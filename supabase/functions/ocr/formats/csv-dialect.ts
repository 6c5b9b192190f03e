import type { Bounds } from "./bounds.ts";
import { type Dialect, eachRow } from "./csv-rows.ts";

/** How a table is written, and what its rows are like. */
export type Table = Dialect & {
  /** Cells of most of its rows. */
  columns: number;
  /** Whether it has texts with commas that nobody put in quotes: those with a space behind them part no cells. */
  hasLooseTexts: boolean;
};

/** What parts cells, the rarest in texts first: where two fit as well, it is the rarer one. */
const DELIMITERS = ["\t", "|", ";", ","];
/** Characters that are looked at: more than the lines above any table have. */
const SAMPLE_CHARACTERS = 20_000;

/**
 * How a table is written: tried in every way, as what parts its cells makes rows of as many cells one after the other, and cells that are whole.
 *
 * @param named the delimiter, where the file says it
 */
export function tableOf(text: string, bounds: Bounds, named?: string): Table {
  const sample = sampleOf(text);
  const backslashes = text.includes('\\"') && /\\"[^",;\t|\n]/.test(text);
  const delimiters = named ? [named] : DELIMITERS.filter((delimiter) => sample.includes(delimiter));
  if (delimiters.length === 0) delimiters.push(",");
  const ways = delimiters.flatMap((delimiter) =>
    (delimiter === "," ? [true, false] : [false]).map((hasLooseTexts) => ({ delimiter, hasLooseTexts })),
  );
  const best = (quote: Dialect["quote"], mayBe: (measured: Measured) => boolean): Measured | undefined =>
    ways
      .map((way) => measured(sample, { ...way, quote, backslashes }, bounds))
      .filter(mayBe)
      // Stable: of those that fit as well, the first.
      .toSorted((a, b) => b.score - a.score)[0];
  if (delimiters[0] === "," && isColumnOfAmounts(sample))
    return { delimiter: ";", quote: '"', backslashes, hasLooseTexts: false, columns: 1 };
  const usual = best('"', () => true)!;
  if (usual.quoted > 0 || !/(?:^|[,;|\t]) ?'/m.test(sample)) return usual.table;
  // Texts have apostrophes, too; some begin with one.
  const single = best("'", ({ quoted, stray }) => quoted > 1 && stray === 0);
  return (single ?? usual).table;
}

const AMOUNT = /^\s{0,20}[-+]?\d{1,3}(?:\.?\d{3}){0,5},\d\d\s{0,20}$/;

/** Whether a table has one column of amounts with decimal commas, below its name. */
function isColumnOfAmounts(sample: string): boolean {
  const [name = "", ...rows] = sample.split("\n").filter((line) => line.trim() !== "");
  return rows.length > 0 && !name.includes(",") && rows.every((row) => AMOUNT.test(row));
}

/** The beginning, without a row that is cut off. */
function sampleOf(text: string): string {
  if (text.length <= SAMPLE_CHARACTERS) return text;
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  const lastLine = sample.lastIndexOf("\n");
  return lastLine < 0 ? sample : sample.slice(0, lastLine);
}

type Measured = {
  table: Table;
  score: number;
  /** Cells in quotes, and those that only begin with one. */
  quoted: number;
  stray: number;
};

/** How much rows that differ from those around them count. */
const UNEVEN = 0.01;

function measured(sample: string, dialect: Omit<Table, "columns">, bounds: Bounds): Measured {
  const { quote } = dialect;
  const lengths: number[] = [];
  const counts = { cells: 0, whole: 0, quoted: 0, stray: 0, spaced: 0 };
  eachRow(sample, dialect, bounds, (written, quoted = []) => {
    const cells = rowInCell(written, quoted, dialect, bounds) ?? written;
    const row = withCommas(cells, quoted, dialect);
    if (row.every((cell) => cell.trim() === "")) return;
    bounds.step(row.length);
    lengths.push(row.length);
    counts.cells += row.length;
    for (const [at, cell] of row.entries()) {
      // The places are those of the row, unless its texts have commas.
      const isQuoted = quoted[at] === true && row === cells;
      if (isQuoted) counts.quoted += 1;
      else if (cell.startsWith(quote)) counts.stray += 1;
      if (isQuoted || isWhole(cell, quote)) counts.whole += 1;
    }
    const behind = row.filter((_, at) => at > 0 && !quoted[at]);
    if (behind.length > 0 && behind.every((cell) => cell.startsWith(" "))) counts.spaced += 1;
  });
  const parted = lengths.filter((length) => length > 1);
  // Lines of text look like rows with spaces.
  const alike = Math.max(counts.spaced, parted.length - counts.spaced);
  const share = (part: number, all: number): number => (all === 0 ? 1 : (part / all) ** 2);
  return {
    table: { ...dialect, columns: mostFrequent(parted) ?? 1 },
    score:
      evenness(lengths) *
      share(counts.whole, counts.cells) *
      share(counts.quoted, counts.quoted + counts.stray) *
      share(alike, parted.length),
    quoted: counts.quoted,
    stray: counts.stray,
  };
}

/** Most cells of a row whose commas may be of its texts. */
const MOST_CELLS = 100;

/** The cells of a row with texts whose commas should be in quotes and are not: titles and notes around a table, and descriptions in it. */
export function withCommas(
  cells: string[],
  quoted: readonly boolean[],
  { hasLooseTexts }: Omit<Table, "columns">,
): string[] {
  const isIn = hasLooseTexts && cells.length > 1 && cells.length <= MOST_CELLS;
  if (!isIn || !cells.some((cell) => cell.startsWith(" "))) return cells;
  const goesOn = (at: number, pattern: RegExp): boolean =>
    at > 0 && !quoted[at] && !quoted[at - 1] && pattern.test(cells[at]!);
  if (cells.every((_, at) => at === 0 || goesOn(at, /^ \S/))) return [cells.join(",")];
  const texts: string[] = [];
  for (const [at, cell] of cells.entries()) texts.push(goesOn(at, BEHIND_COMMA) ? `${texts.pop()!},${cell}` : cell);
  return texts;
}

/** How a text goes on behind a comma; a number may be set to the right. */
const BEHIND_COMMA = /^ \p{L}/u;

/** From 0 to 1: how many rows of as many cells there are one after the other, and how many cells they have. */
function evenness(lengths: readonly number[]): number {
  let sum = 0;
  for (let from = 0, to = 0; from < lengths.length; from = to) {
    while (lengths[to] === lengths[from]) to += 1;
    const [rows, parted] = [to - from, 1 - 1 / lengths[from]!];
    sum += (rows / lengths.length) ** 2 * parted + (UNEVEN * rows * parted) / lengths.length;
  }
  return sum;
}

/** What would be parted by another delimiter: in texts, a space stands behind those. */
const PARTED = /[\t|]|[;,](?!\s)/;
/** A number with its currency or unit, or a date. */
const NUMBER =
  /^\s?[-+(]?(?:[\p{Sc}\p{L}]{1,3} ?)?[-+]?\d[\d.,:/' \u00a0\u202f’-]{0,40}(?:E[-+]?\d{1,3})?\)?(?: ?[\p{Sc}\p{L}%]{1,3})?\s?$/iu;

const isWhole = (cell: string, quote: string): boolean =>
  !cell.includes(quote) && (!PARTED.test(cell) || NUMBER.test(cell));

function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

/** Cells of a row that is in quotes as a whole, from which on it is taken for one and not for a text. */
const LEAST_IN_QUOTES = 3;

/** The cells of a row that stands in one cell: a program that took another delimiter has put the whole line in quotes when it saved it. */
export function rowInCell(
  cells: readonly string[],
  quoted: readonly boolean[],
  dialect: Dialect,
  bounds: Bounds,
): string[] | undefined {
  const [cell = ""] = cells;
  if (cells.length > 1 || !quoted[0] || !cell.includes(dialect.delimiter) || cell.includes("\n")) return undefined;
  let row: string[] = [];
  eachRow(cell, dialect, bounds, (cells, quoted = []) => {
    const isText = cells.some((one, at) => at > 0 && !quoted[at] && one.startsWith(" "));
    row = isText ? [] : cells;
  });
  return row.length >= LEAST_IN_QUOTES ? row : undefined;
}
