import type { Clue, Clues } from "../../_shared/learned.ts";
import type { TextPage } from "../../_shared/metadata.ts";
import { moneyIn } from "../local/amounts/money.ts";
import { keyOf, type Line, linesOf, wordsOf } from "../local/text/text.ts";
import { isoOf, orderShown, writtenDates } from "../local/dates/written-dates.ts";
import { senderMarks } from "./marks.ts";

/** How many values of each kind are kept for a document, and how long a label is. */
const MOST_CLUES = 40;
const LABEL = 60;

/** A value with what stands beside it, and where it stands. `currency` of an amount. */
export type Labelled = {
  value: string;
  label: string;
  line: Line;
  start: number;
  order?: "day" | "month";
  /** One of two ways in which a date can be read. */
  open?: boolean;
  currency?: string | null;
};

/** What a person's correction of a document could teach: see Clues. */
export function cluesOf(pages: TextPage[]): Clues {
  const lines = linesOf(pages);
  return {
    marks: senderMarks(lines),
    dates: endsOf(labelledDates(lines)),
    amounts: endsOf(labelledAmounts(lines)),
  };
}

/** Every date of the lines with its label. One that can be read two ways is there twice. */
export function labelledDates(lines: Line[]): Labelled[] {
  return lines.flatMap((line, index) =>
    writtenDates(line.text, true).flatMap((date): Labelled[] => {
      const label = labelOf(lines, index, date.start);
      const day: Labelled = { value: isoOf(date), label, line, start: date.start };
      if (!date.ambiguous) {
        const dayFirst = orderShown(line.text.slice(date.start, date.end));
        return [{ ...day, ...(dayFirst !== null && { order: dayFirst ? "day" : "month" }) }];
      }
      return [
        { ...day, order: "day", open: true },
        { ...day, value: isoOf({ ...date, day: date.month, month: date.day }), order: "month", open: true },
      ];
    }),
  );
}

/** Every amount of the lines with its label, without its sign. */
export function labelledAmounts(lines: Line[]): Labelled[] {
  return lines.flatMap((line, index) =>
    moneyIn(line.text).map(({ amount, currency, start }) => ({
      value: String(Math.abs(amount)),
      label: labelOf(lines, index, start),
      line,
      start,
      currency,
    })),
  );
}

/** The first and the last value with each label. */
function endsOf(found: Labelled[]): Clue[] {
  const clues = [...new Set(found.map(({ label }) => label))].flatMap((label): Clue[] => {
    const first = withLabel(found, label, 1);
    const last = withLabel(found, label, -1);
    return [
      ...first.map(({ value, order }) => ({ value, label, nth: 1 as const, ...(order && { order }) })),
      ...(last[0] === first[0]
        ? []
        : last.map(({ value, order }) => ({ value, label, nth: -1 as const, ...(order && { order }) }))),
    ];
  });
  // Of a long table of amounts without words the totals below it say more.
  return clues.sort((one, other) => Number(one.label === "") - Number(other.label === "")).slice(0, MOST_CLUES);
}

/** The first (1) or the last (-1) of the values with a label; a date that can be read two ways is both of them. */
export function withLabel(found: Labelled[], label: string, nth: 1 | -1): Labelled[] {
  const same = found.filter((one) => one.label === label);
  const one = same.at(nth === 1 ? 0 : -1);
  return same.filter((other) => other.line === one?.line && other.start === one.start);
}

/**
 * The words that a value goes by: those before it in its cell, those of the cell to the left, or of the line above, in the same
 * column. Where labels and values stand in runs of lines, the line at the same place of its run. In key form, without numbers.
 */
export function labelOf(lines: Line[], index: number, start: number): string {
  const line = lines[index]!;
  const [own, left] = beside(line, start);
  const label = labelIn(own) || labelIn(left);
  if (label !== "") return label;
  const column = columnAt(line, start);
  const above = neighbor(lines, index, -1);
  const heading = above && above.cells.length === line.cells.length ? above.cells[column]! : "";
  if (heading !== "" && !/\d/.test(heading) && labelIn(heading) !== "") return labelIn(heading);
  if (line.cells.length === 1 && isValue(line)) return labelIn(labelOfRun(lines, index));
  return "";
}

/** What stands before a value in its cell, and the nearest cell to the left that holds words. */
function beside(line: Line, start: number): [string, string] {
  let from = 0;
  let left = "";
  for (const cell of line.cells) {
    if (from + cell.length > start) break;
    if (labelIn(cell) !== "") left = cell;
    from += cell.length + 1;
  }
  return [line.text.slice(from, start), left];
}

function columnAt(line: Line, start: number): number {
  let from = 0;
  for (const [column, cell] of line.cells.entries()) {
    if (from + cell.length > start) return column;
    from += cell.length + 1;
  }
  return line.cells.length - 1;
}

/** The last words of a text without its numbers; "" where it has none. */
function labelIn(text: string): string {
  const words = wordsOf(keyOf(text)).filter((word) => !/\d/.test(word));
  return words.join("").length < 2 ? "" : words.slice(-6).join(" ").slice(-LABEL).trim();
}

/** A line that is a value by itself: it has digits, and at most a word beside them. */
function isValue({ text }: Line): boolean {
  return /\d/.test(text) && text.length <= 40 && (text.match(/\p{L}{2,}/gu) ?? []).length <= 2;
}

/** The line of a run of labels at the place that a value has in the run of values below it; "" where the two are not alike. */
function labelOfRun(lines: Line[], index: number): string {
  let first = index;
  while (neighbor(lines, first, -1) && isValue(lines[first - 1]!)) first--;
  let last = index;
  while (neighbor(lines, last, 1) && isValue(lines[last + 1]!)) last++;
  const labels = lines.slice(Math.max(0, first - (last - first + 1)), first);
  const label = labels[labels.length - (last - first + 1) + (index - first)];
  return label && label.page === lines[index]!.page && labels.every(isLabel) ? label.text : "";
}

function isLabel({ text, cells }: Line): boolean {
  return cells.length === 1 && text.length <= LABEL && !/\d/.test(text) && /\p{L}/u.test(text);
}

function neighbor(lines: Line[], index: number, step: number): Line | null {
  const line = lines[index + step];
  return line && line.page === lines[index]!.page ? line : null;
}
