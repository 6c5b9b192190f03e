import { type LayerWord, runsFromRight, WORD_GAP } from "./words.ts";

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
  for (const line of lines) line.words.sort((a, b) => a.x0 - b.x0);
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
  const text = line.words.map((word) => word.text).join("");
  const words = runsFromRight(text) ? readFromRight(line.words) : line.words;
  return words.map((word, index) => (index === 0 ? "" : gapText(words[index - 1]!, word)) + word.text).join("");
}

function gapText(before: LayerWord, word: LayerWord): string {
  const gap = Math.max(word.x0 - before.x1, before.x0 - word.x1);
  const height = Math.max(word.y1 - word.y0, before.y1 - before.y0);
  if (gap > CELL_GAP * height) return "  ";
  // Raised figures and the like are words of their own only because they stand higher.
  return Math.abs(gap) < WORD_GAP * height && !word.spaced ? "" : " ";
}

/** Words from right to left, but what runs from left to right within them (numbers, foreign words) the other way. */
function readFromRight(words: LayerWord[]): LayerWord[] {
  const runs: LayerWord[][] = [];
  let fromRight: boolean | undefined;
  for (const word of words) {
    const its = runsFromRight(word.text);
    if (its || its !== fromRight) runs.push([word]);
    else runs.at(-1)!.push(word);
    fromRight = its;
  }
  return runs.reverse().flat();
}
