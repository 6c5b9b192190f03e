import { RTL, runsFromRight, withBrackets } from "./right-to-left.ts";
import { withSpacedLetters } from "./spaced-letters.ts";
import { type LayerWord, WORD_GAP } from "./words.ts";

/** Words that stand side by side, from left to right. */
export type Line = { words: LayerWord[]; x0: number; y0: number; x1: number; y1: number };

/** A word belongs to a line that covers so much of the lower of the two. */
const SHARED_HEIGHT = 0.5;
/** How much higher text is than a raised figure of it, and how many signs such a figure has at most. */
const RAISED = { height: 1.1, signs: 2 };
/** The share of an initial's height that the text beside it has at most. */
const INITIAL = 0.6;
/** Words of a line that are asked whether another stands over them: enough for what people write, few enough for a page of 100,000. */
const LOOK_BACK = 64;
/** Words of three lines that are compared with each other: more than these have. */
const MOST_BESIDE = 200;
/** A gap of more than this share of a line's height parts cells of a table. */
export const CELL_GAP = 1;

/** Sorts words into lines, from top to bottom. What is side by side becomes one line, so that the rows of a table stay together. */
export function linesOf(words: LayerWord[]): Line[] {
  const lines: Line[] = [];
  for (const word of [...words].sort((a, b) => a.y0 - b.y0)) {
    // Only the last lines can be at this height: words come from top to bottom.
    const line = lines
      .slice(-6)
      .find((line) => sharesHeight(line, word) && !line.words.slice(-LOOK_BACK).some((other) => covers(other, word)));
    if (line) add(line, word);
    else lines.push({ words: [word], x0: word.x0, y0: word.y0, x1: word.x1, y1: word.y1 });
  }
  for (const line of lines) line.words = withSpacedLetters(line.words.sort((a, b) => a.x0 - b.x0));
  return withMiddles(lines.sort((a, b) => a.y0 - b.y0));
}

/** How far off the middle of two lines, in shares of its height, a line may stand that is beside both. */
const OFF_MIDDLE = 0.15;
/** White beside it, in shares of its height. */
const BESIDE = 0.25;
/** Lines of one text stand closer than this, in shares of their height. */
const APART = 1;

/**
 * What stands in the middle beside two lines of a text, as the short cells of a table's row do beside a long one, stands with
 * the first of the two.
 */
function withMiddles(lines: Line[]): Line[] {
  const result: Line[] = [];
  for (const [at, line] of lines.entries()) {
    const [above, below] = [result.at(-1), lines[at + 1]];
    const further = [...result.slice(-3, -1), ...lines.slice(at + 2, at + 4)];
    if (above && below && isBetween(above, line, below) && !further.some((other) => goesOn(line, other))) {
      above.words = [...above.words, ...line.words].sort((a, b) => a.x0 - b.x0);
      above.x0 = Math.min(above.x0, line.x0);
      above.x1 = Math.max(above.x1, line.x1);
    } else result.push(line);
  }
  return result;
}

function isBetween(above: Line, line: Line, below: Line): boolean {
  const height = heightOf(line);
  const isText = below.y0 > above.y0 && below.y0 - above.y1 < APART * height && sharesWidth(above, below);
  const middle = (above.y0 + above.y1 + below.y0 + below.y1) / 4;
  if (!isText || Math.abs(middle - (line.y0 + line.y1) / 2) > OFF_MIDDLE * height) return false;
  const beside = [...above.words, ...below.words];
  if (beside.length + line.words.length > MOST_BESIDE) return false;
  return line.words.every((word) =>
    beside.every((other) => Math.max(other.x0 - word.x1, word.x0 - other.x1) > BESIDE * height),
  );
}

const sharesWidth = (one: Line, other: Line): boolean => one.x0 < other.x1 && other.x0 < one.x1;

/** Whether another line may be of the same text as one: then that is a column of its own. */
const goesOn = (line: Line, other: Line): boolean =>
  Math.max(other.y0 - line.y1, line.y0 - other.y1) < APART * heightOf(line) &&
  other.words.some((word) => line.words.some((own) => own.x0 < word.x1 && word.x0 < own.x1));

/**
 * A line's height stays that of its first word: else lines of two columns, a little apart, would grow into one another. Where
 * that is a raised figure, or an initial that is as high as several lines, it is that of the text beside it.
 */
function add(line: Line, word: LayerWord): void {
  const share = heightOf(word) / heightOf(line);
  const isRaised = share > RAISED.height && line.words.every(({ text }) => text.length <= RAISED.signs);
  const isInitial = share < INITIAL && line.words.length === 1 && /^\p{L}$/u.test(line.words[0]!.text);
  if (isRaised || (isInitial && word.x0 > line.x0)) [line.y0, line.y1] = [word.y0, word.y1];
  line.words.push(word);
  line.x0 = Math.min(line.x0, word.x0);
  line.x1 = Math.max(line.x1, word.x1);
}

const heightOf = ({ y0, y1 }: { y0: number; y1: number }): number => y1 - y0;

function sharesHeight(line: Line, word: LayerWord): boolean {
  const shared = Math.min(line.y1, word.y1) - Math.max(line.y0, word.y0);
  return shared > SHARED_HEIGHT * Math.min(line.y1 - line.y0, word.y1 - word.y0);
}

/** Words over one another are of two lines, however close these are. */
function covers(one: LayerWord, other: LayerWord): boolean {
  const shared = Math.min(one.x1, other.x1) - Math.max(one.x0, other.x0);
  return shared > 0.5 * Math.min(one.x1 - one.x0, other.x1 - other.x0);
}

/** The share of a line's letters that run from right to left at least, where the page does, too: the others are names. */
const FROM_RIGHT_ON_SUCH_A_PAGE = 1 / 3;

/** Whether a line is read from the right. `onPage`: whether most of its page is. */
export const isFromRight = ({ words }: Line, onPage: boolean): boolean =>
  runsFromRight(words.map(({ text }) => text).join(""), onPage ? FROM_RIGHT_ON_SUCH_A_PAGE : undefined);

/** The text of a line as it is read, with two spaces between the cells of a table. */
export function textOf(line: Line, fromRight: boolean): string {
  const runs = runsOf(fromRight ? withWholeWords(line.words) : line.words, fromRight);
  const texts = runs.map(({ words, fromRight }) => {
    const read = fromRight ? [...words].reverse() : words;
    return read.map((word, index) => (index === 0 ? "" : gapText(read[index - 1]!, word)) + word.text).join("");
  });
  const gaps = runs.map(({ words }, index) => (index === 0 ? "" : gapText(runs[index - 1]!.words.at(-1)!, words[0]!)));
  if (!fromRight) return texts.map((text, index) => gaps[index] + text).join("");
  return withBrackets(
    texts
      .map((text, index) => text + gaps[index])
      .reverse()
      .join(""),
  );
}

/** White between words that run from right to left, and between one and what is beside it. */
const [GAP_FROM_RIGHT, GAP_BESIDE] = [0.22, 0.18];

function gapText(before: LayerWord, word: LayerWord): string {
  const gap = Math.max(word.x0 - before.x1, before.x0 - word.x1);
  const height = Math.max(word.y1 - word.y0, before.y1 - before.y0);
  if (gap > CELL_GAP * height) return "  ";
  const fromRight = [before, word].filter(({ text }) => RTL.test(text)).length;
  if (fromRight > 0) return gap < (fromRight === 2 ? GAP_FROM_RIGHT : GAP_BESIDE) * height ? "" : " ";
  if (isInitialOf(before, word)) return "";
  // Raised figures and the like are words of their own only because they stand higher.
  return Math.abs(gap) < WORD_GAP * height && !word.spaced ? "" : " ";
}

/** In a line from the right, words from the left whole again where a file has their letters in no order: else these would be turned. */
function withWholeWords(words: LayerWord[]): LayerWord[] {
  const result: LayerWord[] = [];
  for (const word of words) {
    const last = result.at(-1);
    const isPiece =
      last &&
      !word.spaced &&
      !RTL.test(last.text) &&
      !RTL.test(word.text) &&
      isNearWord(last, word) &&
      isOfWord(last, word);
    if (isPiece) result[result.length - 1] = { ...last, text: last.text + word.text, x1: Math.max(last.x1, word.x1) };
    else result.push(word);
  }
  return result;
}

const isNearWord = (before: LayerWord, word: LayerWord): boolean =>
  Math.abs(word.x0 - before.x1) < WORD_GAP * Math.max(heightOf(before), heightOf(word));

/** Letters or figures on both sides, or a sign between figures. */
const isOfWord = (before: LayerWord, word: LayerWord): boolean =>
  /[\p{L}\p{N}]$/u.test(before.text) || /\p{N}[.,:/-]$/u.test(before.text)
    ? /^[\p{L}\p{N}.,:/-]/u.test(word.text)
    : false;

/** Whether a word runs from right to left; null where its signs do not say. */
type Direction = boolean | null;
/** White between an initial as high as several lines and the rest of its word, in shares of its height. */
const GAP_OF_INITIAL = 0.4;

function isInitialOf(before: LayerWord, word: LayerWord): boolean {
  const isHigh = INITIAL * heightOf(before) > heightOf(word) && /^\p{Lu}$/u.test(before.text);
  return (
    isHigh && /^\p{Ll}/u.test(word.text) && !word.spaced && word.x0 - before.x1 < GAP_OF_INITIAL * heightOf(before)
  );
}

type Run = { words: LayerWord[]; fromRight: boolean };

/**
 * A line, from left to right, in runs that are read in one direction (Unicode's bidirectional algorithm): a number goes with
 * the foreign word at its left in a line from the right, with the words on both its sides in another one (W7); signs go with
 * what stands on both their sides, or with the line (N1, N2).
 */
function runsOf(words: LayerWord[], lineFromRight: boolean): Run[] {
  const letters = words.map(({ text }): Direction => (RTL.test(text) ? true : /\p{L}/u.test(text) ? false : null));
  const aroundLetters = around(letters);
  const known = words.map(({ text }, at): Direction => {
    if (letters[at] !== null || !/\p{N}/u.test(text)) return letters[at]!;
    const { before, after } = aroundLetters[at]!;
    return lineFromRight ? (before ?? true) : before === true && after === true;
  });
  const aroundKnown = around(known);
  const runs: Run[] = [];
  for (const [at, word] of words.entries()) {
    const { before, after } = aroundKnown[at]!;
    const fromRight = known[at] ?? (before === after && before !== null ? before : lineFromRight);
    const last = runs.at(-1);
    if (last?.fromRight === fromRight) last.words.push(word);
    else runs.push({ words: [word], fromRight });
  }
  return runs;
}

/** For each word, the directions of the nearest words before and after it that have one. */
function around(directions: Direction[]): { before: Direction; after: Direction }[] {
  const result = directions.map(() => ({ before: null as Direction, after: null as Direction }));
  let last: Direction = null;
  for (const [at, direction] of directions.entries()) {
    result[at]!.before = last;
    last = direction ?? last;
  }
  last = null;
  for (let at = directions.length - 1; at >= 0; at -= 1) {
    result[at]!.after = last;
    last = directions[at] ?? last;
  }
  return result;
}
