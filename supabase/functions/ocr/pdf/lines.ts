import { RTL, runsFromRight, withBrackets } from "./right-to-left.ts";
import { withSpacedLetters } from "./spaced-letters.ts";
import { type LayerWord, WORD_GAP } from "./words.ts";

/** Words that stand side by side, from left to right. */
export type Line = { words: LayerWord[]; x0: number; y0: number; x1: number; y1: number };

/** A word belongs to a line that covers so much of the lower of the two. */
const SHARED_HEIGHT = 0.5;
/** Words of a line that are asked whether another stands over them: enough for what people write, few enough for a page of 100,000. */
const LOOK_BACK = 64;
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
  return lines.sort((a, b) => a.y0 - b.y0);
}

/** A line's height stays that of its first word: else lines of two columns, a little apart, would grow into one another. */
function add(line: Line, word: LayerWord): void {
  line.words.push(word);
  line.x0 = Math.min(line.x0, word.x0);
  line.x1 = Math.max(line.x1, word.x1);
}

function sharesHeight(line: Line, word: LayerWord): boolean {
  const shared = Math.min(line.y1, word.y1) - Math.max(line.y0, word.y0);
  return shared > SHARED_HEIGHT * Math.min(line.y1 - line.y0, word.y1 - word.y0);
}

/** Words over one another are of two lines, however close these are. */
function covers(one: LayerWord, other: LayerWord): boolean {
  const shared = Math.min(one.x1, other.x1) - Math.max(one.x0, other.x0);
  return shared > 0.5 * Math.min(one.x1 - one.x0, other.x1 - other.x0);
}

/** The text of a line as it is read, with two spaces between the cells of a table. */
export function textOf(line: Line): string {
  const isFromRight = runsFromRight(line.words.map((word) => word.text).join(""));
  const runs = runsOf(line.words, isFromRight);
  const texts = runs.map(({ words, fromRight }) => {
    const read = fromRight ? [...words].reverse() : words;
    return read.map((word, index) => (index === 0 ? "" : gapText(read[index - 1]!, word)) + word.text).join("");
  });
  const gaps = runs.map(({ words }, index) => (index === 0 ? "" : gapText(runs[index - 1]!.words.at(-1)!, words[0]!)));
  if (!isFromRight) return texts.map((text, index) => gaps[index] + text).join("");
  return withBrackets(
    texts
      .map((text, index) => text + gaps[index])
      .reverse()
      .join(""),
  );
}

/** White between words that run from right to left, or a word and its punctuation. */
const GAP_FROM_RIGHT = 0.22;

function gapText(before: LayerWord, word: LayerWord): string {
  const gap = Math.max(word.x0 - before.x1, before.x0 - word.x1);
  const height = Math.max(word.y1 - word.y0, before.y1 - before.y0);
  if (gap > CELL_GAP * height) return "  ";
  if (RTL.test(before.text) || RTL.test(word.text)) return gap < GAP_FROM_RIGHT * height ? "" : " ";
  // Raised figures and the like are words of their own only because they stand higher.
  return Math.abs(gap) < WORD_GAP * height && !word.spaced ? "" : " ";
}

type Run = { words: LayerWord[]; fromRight: boolean };

/**
 * A line, from left to right, in runs that are read in one direction. In a line from the right, a number goes with the foreign
 * word at its left and is a run of its own otherwise (Unicode's bidirectional algorithm, N1 and W7).
 */
function runsOf(words: LayerWord[], isFromRight: boolean): Run[] {
  const runs: Run[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    const fromRight = RTL.test(word.text) || (isFromRight && (last?.fromRight ?? true) && !/\p{L}/u.test(word.text));
    if (last?.fromRight === fromRight) last.words.push(word);
    else runs.push({ words: [word], fromRight });
  }
  return runs;
}
