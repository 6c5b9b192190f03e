import type { Word } from "../supabase/functions/_shared/pages.ts";
import type { TextLine } from "./recognizer.ts";

const LEAST_ROWS = 6;
/** Prose has more words to a row than a cell of a table or one side of a form. */
const PROSE_WORDS = 3;
/** How much of a side's rows is covered by words: prose fills its lines. */
const PROSE_FILL = 0.6;
/** How much of the text's height the gap between columns runs through. */
const TALL = 0.35;

/**
 * Whether prose stands side by side: a gap runs down a good part of the text, and the words at both sides of it fill their rows as
 * sentences do. A table has such gaps too, but few words between them. The words may be in any order.
 */
export function hasColumns(lines: TextLine[]): boolean {
  const words = lines.flatMap((line) => line.words);
  if (words.length < 2 * LEAST_ROWS * PROSE_WORDS) return false;
  const least = (values: number[]): number => values.reduce((one, other) => Math.min(one, other), Infinity);
  const most = (values: number[]): number => values.reduce((one, other) => Math.max(one, other), 0);
  const [left, right] = [least(words.map((word) => word.x0)), most(words.map((word) => word.x1))];
  const [top, bottom] = [least(words.map((word) => word.y0)), most(words.map((word) => word.y1))];
  const height = words.map((word) => word.y1 - word.y0).sort((one, other) => one - other)[words.length >> 1]!;
  for (let x = left + (right - left) * 0.25; x < left + (right - left) * 0.75; x += height / 2) {
    const crossing = words
      .filter((word) => word.x0 < x + height / 2 && word.x1 > x - height / 2)
      .sort((one, other) => one.y0 - other.y0);
    // The longest stretch of the page where no word stands in the gap
    let [from, to, free] = [top, top, top];
    for (const { y0, y1 } of [...crossing, { y0: bottom, y1: bottom }]) {
      if (y0 - free > to - from) [from, to] = [free, y0];
      free = Math.max(free, y1);
    }
    if (to - from < (bottom - top) * TALL) continue;
    const beside = words.filter((word) => (word.y0 + word.y1) / 2 > from && (word.y0 + word.y1) / 2 < to);
    if (isProse(beside.filter((word) => word.x1 <= x)) && isProse(beside.filter((word) => word.x0 >= x))) return true;
  }
  return false;
}

function isProse(words: Word[]): boolean {
  const rows: { middle: number; words: Word[] }[] = [];
  for (const word of words.toSorted((one, other) => one.y0 + one.y1 - other.y0 - other.y1)) {
    const middle = (word.y0 + word.y1) / 2;
    const row = rows.at(-1);
    if (row && middle - row.middle < 0.6 * (word.y1 - word.y0)) row.words.push(word);
    else rows.push({ middle, words: [word] });
  }
  if (rows.length < LEAST_ROWS || words.length < rows.length * PROSE_WORDS) return false;
  const width = Math.max(...words.map((word) => word.x1)) - Math.min(...words.map((word) => word.x0));
  const covered = words.reduce((sum, word) => sum + word.x1 - word.x0, 0);
  return covered > rows.length * width * PROSE_FILL;
}
