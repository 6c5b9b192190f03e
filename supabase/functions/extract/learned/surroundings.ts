import { keyOf, wordsOf } from "../../metadata/local/text/text.ts";
import type { Cell, Row } from "../local/grid.ts";
import { cellUnder } from "../local/below.ts";

/** Rows above and below a value that are compared. */
const REACH = 4;
const MOST_LABEL_WORDS = 6;

/** What stands around a value: words in key form, without those that have digits. "" where there is nothing. */
export type Surroundings = {
  /** Before it in its cell, or in the nearest cell with words to the left. */
  label: string;
  /** Behind it in its cell, or in the next cell. */
  behind: string;
  /** Above it in the same column, the nearest first. */
  above: string[];
  below: string;
  /** The lines above and below, by their distance. */
  linesAbove: string[];
  linesBelow: string[];
  fromTop: number;
  fromBottom: number;
};

/** What stands around a part of a cell. `place`: which row of its page it is, from either end. */
export function surroundingsOf(
  rows: Row[],
  at: { row: number; cell: number; start: number; end: number },
  place: { fromTop: number; fromBottom: number },
): Surroundings {
  const row = rows[at.row]!;
  const cell = row.cells[at.cell]!;
  const near = (step: number): Row | null => {
    const other = rows[at.row + step];
    return other && other.page === row.page ? other : null;
  };
  const column = (step: number): string => {
    const other = near(step);
    const target = other && cellUnder(row, cell, at.cell, other);
    return target && !/\d/.test(target.text) ? lastWords(target.text) : "";
  };
  const steps = Array.from({ length: REACH }, (_, step) => step + 1);
  return {
    label: lastWords(cell.text.slice(0, at.start)) || leftOf(row.cells, at.cell),
    behind: firstWords(cell.text.slice(at.end)) || rightOf(row.cells[at.cell + 1]),
    above: steps.map((step) => column(-step)),
    below: column(1),
    linesAbove: steps.map((step) => wordsAlone(near(-step))),
    linesBelow: steps.slice(0, 2).map((step) => wordsAlone(near(step))),
    ...place,
  };
}

/** How alike the surroundings of two values are. What says what a value is (a label, a heading) counts more than where it stands. */
export function likeness(taught: Surroundings, found: Surroundings): number {
  let score = 0;
  if (taught.label !== "") score += alike(taught.label, found.label) ? 5 : found.label === "" ? -1 : -2;
  else if (found.label !== "") score -= 1;
  if (taught.behind.length >= 4 && alike(taught.behind, found.behind)) score += 1.5;
  if (taught.above.some((heading, step) => heading !== "" && alike(heading, found.above[step] ?? ""))) score += 3;
  else if (taught.above.some((heading) => heading !== "" && found.above.some((other) => alike(heading, other))))
    score += 2;
  if (taught.below !== "" && alike(taught.below, found.below)) score += 1.5;
  const lines = (one: string[], other: string[]): number =>
    one.filter((line, step) => line !== "" && alike(line, other[step] ?? "")).length;
  score += Math.min(2.5, lines(taught.linesAbove, found.linesAbove));
  score += 0.75 * lines(taught.linesBelow, found.linesBelow);
  const off = Math.min(Math.abs(taught.fromTop - found.fromTop), Math.abs(taught.fromBottom - found.fromBottom));
  return score + (off === 0 ? 1 : off <= 2 ? 0.5 : 0);
}

/** Whether two labels are the same but for a letter in eight, which may be misread. */
export function alike(one: string, other: string): boolean {
  if (one === other) return true;
  const most = Math.floor(Math.min(one.length, other.length) / 8);
  return most > 0 && Math.abs(one.length - other.length) <= most && distance(one, other, most) <= most;
}

function distance(one: string, other: string, most: number): number {
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    for (let at = 1; at <= other.length; at++)
      now.push(Math.min(before[at]! + 1, now[at - 1]! + 1, before[at - 1]! + Number(one[row - 1] !== other[at - 1])));
    if (Math.min(...now) > most) return most + 1;
    before = now;
  }
  return before[other.length]!;
}

const saysSomething = (words: string[]): string => (words.join("").length < 2 ? "" : words.join(" "));

/** The last words of a text, back to one with digits. */
export function lastWords(text: string): string {
  const words = wordsOf(keyOf(text));
  const number = words.findLastIndex((word) => /\d/.test(word));
  return saysSomething(words.slice(number + 1).slice(-MOST_LABEL_WORDS));
}

function firstWords(text: string): string {
  const words = wordsOf(keyOf(text));
  const number = words.findIndex((word) => /\d/.test(word));
  return saysSomething((number < 0 ? words : words.slice(0, number)).slice(0, 4));
}

/** Rows are looked at again for each value near them. */
const WORDS = new WeakMap<Row, string>();

function wordsAlone(row: Row | null): string {
  if (!row) return "";
  const known = WORDS.get(row);
  if (known !== undefined) return known;
  const words = saysSomething(
    wordsOf(row.key)
      .filter((word) => !/\d/.test(word))
      .slice(0, 8),
  );
  WORDS.set(row, words);
  return words;
}

function leftOf(cells: Cell[], nth: number): string {
  for (const cell of cells.slice(0, nth).reverse()) {
    const words = lastWords(cell.text);
    if (words !== "") return words;
  }
  return "";
}

const rightOf = (cell: Cell | undefined): string => (cell && !/\d/.test(cell.text) ? firstWords(cell.text) : "");
