import type { Word } from "../supabase/functions/_shared/pages.ts";
import type { TextLine } from "./recognizer.ts";

/** What a vertical stroke is read as: the paper's edge, a fold, the frame of a table. */
const STROKES = /^[|¦!iIl1tf:;.,'‘’`´"\\/\][{}()_~-]{1,2}$/;
/** These are strokes wherever a line begins or ends with them. */
const BARS = /^[|¦]+$/;
/** A word that shows where print stands: read with so much confidence. */
const PLAIN = 0.6;
/** An edge runs along several lines: fewer strokes beyond the print are no edge. */
const LEAST_LINES = 3;

/**
 * Lines without what the edge of the paper was read as: bars at their ends, and strokes that stand further out than any print, line
 * after line. The first number of a list stays: it has others below it.
 */
export function withoutEdges(lines: TextLine[]): TextLine[] {
  const isStroke = (word: Word): boolean =>
    STROKES.test(word.text) || (word.text.length === 1 && word.confidence < PLAIN);
  const print = lines.flatMap((line) => line.words.filter((word) => word.confidence >= PLAIN && !isStroke(word)));
  // Not the outermost one, which may be a misread edge itself
  const left = print.map((word) => word.x0).sort((one, other) => one - other)[1] ?? 0;
  const right = print.map((word) => word.x1).sort((one, other) => other - one)[1] ?? Infinity;
  const isLeft = (word: Word | undefined): boolean => word !== undefined && isStroke(word) && middleOf(word) < left;
  const isRight = (word: Word | undefined): boolean => word !== undefined && isStroke(word) && middleOf(word) > right;
  const edgeAtLeft = lines.filter((line) => isLeft(line.words[0])).length >= LEAST_LINES;
  const edgeAtRight = lines.filter((line) => isRight(line.words.at(-1))).length >= LEAST_LINES;
  return lines.flatMap((line) => {
    const words = line.words.slice();
    while (words.length > 0 && (BARS.test(words[0]!.text) || (edgeAtLeft && isLeft(words[0])))) words.shift();
    while (words.length > 0 && (BARS.test(words.at(-1)!.text) || (edgeAtRight && isRight(words.at(-1))))) words.pop();
    return words.length === 0 ? [] : [{ ...line, words }];
  });
}

const middleOf = (word: Word): number => (word.x0 + word.x1) / 2;
