import { isOfAddress } from "../sender/addressees.ts";
import { hasLegalForm } from "../sender/company-name.ts";
import { moneyIn } from "../amounts/money.ts";
import { withoutNoise } from "../text/noise.ts";
import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { foldSpace, keyOf, wordsOf, type Line } from "../text/text.ts";
import { LONGEST, TITLE_NAMES, caseOf, isLabel, isSentence } from "./title-likeness.ts";
import { writtenDates } from "../dates/written-dates.ts";

const SMALL_WORDS = new Set(Object.values(FUNCTION_WORDS).flat());

/** Names that a title goes on after. */
const OPEN_NAMES: readonly string[] = ["request for taxpayer", "application for"];

/** The titles that may begin at a line: the cells of a row, or the line with those that it runs on to. */
export function titlesAt(
  lines: Line[],
  index: number,
): { text: string; key: string; words: number; lines: number; column: number }[] {
  const line = lines[index]!;
  const told = (whole: string, count: number, column: number) => {
    // A bracket that was not closed: the line ends within it.
    const text = whole.replace(/\s?\([^()]{0,40}$/u, "");
    const key = keyOf(text);
    return { text, key, words: wordsOf(key).length, lines: count, column };
  };
  if (line.cells.length > 1) return line.cells.slice(0, 3).map((cell, column) => told(withoutNoise(cell), 1, column));
  let text = withoutNoise(line.text);
  let count = 1;
  while (count < 3 && runsOn(lines, index + count, text)) {
    text = foldSpace(`${text} ${withoutNoise(lines[index + count]!.text)}`);
    count++;
  }
  return [told(text, count, 0)];
}

/** Whether the line at `at` goes on with a title. */
function runsOn(lines: Line[], at: number, title: string): boolean {
  const next = lines[at];
  const before = lines[at - 1]!;
  if (!next || next.cells.length > 1 || title.length + next.text.length > LONGEST) return false;
  if (isLabel(next.text) || writtenDates(next.text, true).length > 0 || moneyIn(next.text).length > 0) return false;
  if (isOfAddress(next.text) || isSentence(next.text) || /[.;]$/u.test(next.text) || /@|www\.|:\/\//u.test(next.text))
    return false;
  const last = wordsOf(keyOf(title)).at(-1) ?? "";
  const begins = /^[\p{L}'’]+/u.exec(next.text)?.[0] ?? "";
  const open = (SMALL_WORDS.has(last) && last.length <= 5) || /[,&–-]$/u.test(title);
  if (wordsOf(next.key).length > 9) return false;
  if (open) return !next.afterGap || wordsOf(next.key).length <= 5;
  if (next.afterGap || begins === "" || hasLegalForm(next.text, next.key)) return false;
  if (SMALL_WORDS.has(begins.toLowerCase()) && /^\p{Ll}/u.test(begins)) return true;
  // A heading that ends in what the document is says all.
  const key = keyOf(title);
  if (TITLE_NAMES.some((name) => key.endsWith(` ${name} `) && !OPEN_NAMES.includes(name)) || wordsOf(key).length < 2)
    return false;
  const ends = lines[at + 1]?.afterGap ?? true;
  return ends && caseOf(before.text) === caseOf(next.text) && caseOf(next.text) !== "sentence";
}
