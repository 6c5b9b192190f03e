import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { BIRTH_WORDS, PERIOD_JOINERS } from "../tables/other-dates.ts";
import { holds, keyOf, wordsOf, type Line } from "../text/text.ts";
import type { WrittenDate } from "./written-dates.ts";

export const SMALL_WORDS = new Set(Object.values(FUNCTION_WORDS).flat());

/** How many lines above a date the label of a birth date may stand, in a form. */
const BOX = 3;

/** A birth date is at least this many years back. */
const BORN_YEARS_AGO = 10;

/** Whether a date is the beginning or the end of a period: "1 May - 31 May". */
export function isOfAPeriod(date: WrittenDate, dates: WrittenDate[], { text }: Line): boolean {
  return dates.some(
    (other) =>
      other !== date &&
      PERIOD_JOINERS.test(
        other.start > date.start ? text.slice(date.end, other.start) : text.slice(other.end, date.start),
      ),
  );
}

/** Whether a date of long ago stands by the label of a birth date: beside it, or in one of the boxes below. */
export function isBirthDate(date: WrittenDate, lines: Line[], index: number): boolean {
  if (date.year > new Date().getUTCFullYear() - BORN_YEARS_AGO) return false;
  return lines
    .slice(Math.max(0, index - BOX), index + 1)
    .some((line) => line.page === lines[index]!.page && holds(line.key, BIRTH_WORDS));
}

/** Whether a date stands within a sentence: many words beside it, small ones among them. */
export function isInProse(date: WrittenDate, line: Line): boolean {
  const cell = line.cells.find((text) => text.includes(line.text.slice(date.start, date.end))) ?? line.text;
  const words = wordsOf(keyOf(cell.replace(line.text.slice(date.start, date.end), " ")));
  return words.length >= 6 && words.filter((word) => SMALL_WORDS.has(word)).length >= 3;
}
