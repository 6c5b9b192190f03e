import type { Glyph } from "./layer.ts";
import { RTL, wordsFromRight } from "./right-to-left.ts";

/** A word of a text layer, in the frame of its text (see Glyph): what a reader would put between two spaces. */
export type LayerWord = {
  text: string;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** A space of the file stands before it. */
  spaced: boolean;
};

/** Gaps in shares of the text's height. A space of type is 0.2 and more of its size; what is less is spacing. */
export const WORD_GAP = 0.15;
/** The same where a program has placed each letter by itself, and rounded its place; spaces are in the file then. */
const WORD_GAP_OF_ROUNDED = 0.22;
/** Letters of one word differ less in height: an initial that is as high as several lines is a word of its own. */
const MOST_TIMES_AS_HIGH = 2;
/** A glyph may stand back over the one before it: kerning, accents that are set apart. */
const OVERLAP = 0.6;
/** Glyphs whose middles are further apart than this do not stand on one line. */
const BASELINE = 0.3;

/** Puts glyphs together: those of scripts that run from right to left by their places, others that follow each other in the file and on the page. */
export function wordsOf(glyphs: Glyph[]): LayerWord[] {
  const fromRight = glyphs.filter(({ char }) => RTL.test(char));
  if (fromRight.length === 0) return wordsFromLeft(glyphs).map(wordOf);
  const others = wordsFromLeft(glyphs.filter(({ char }) => !RTL.test(char)));
  // PDFium turns around what stands among letters from the right, a number too.
  for (const word of others) if (!word.some(({ char }) => /\p{M}/u.test(char))) word.sort((a, b) => a.x0 - b.x0);
  return [...wordsFromRight(fromRight).map((word) => ({ ...wordOf(word), spaced: false })), ...others.map(wordOf)];
}

function wordOf(glyphs: Glyph[]): LayerWord {
  const word = { text: "", x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity, spaced: glyphs[0]!.spaceBefore };
  for (const { char, ink, x0, x1, y0, y1 } of glyphs) {
    word.text += char;
    word.x0 = Math.min(word.x0, ink?.x0 ?? x0);
    word.x1 = Math.max(word.x1, ink?.x1 ?? x1);
    word.y0 = Math.min(word.y0, y0);
    word.y1 = Math.max(word.y1, y1);
  }
  return word;
}

function wordsFromLeft(glyphs: Glyph[]): Glyph[][] {
  const words: Glyph[][] = [];
  let last: Glyph | undefined;
  for (const glyph of glyphs) {
    if (last && !glyph.spaceBefore && follows(last, glyph)) words.at(-1)!.push(glyph);
    else words.push([glyph]);
    last = glyph;
  }
  return words;
}

/** Whether a glyph belongs to the word of the one before it in the file. */
function follows(before: Glyph, glyph: Glyph): boolean {
  const height = Math.max(before.y1 - before.y0, glyph.y1 - glyph.y0);
  if (Math.abs(middle(before) - middle(glyph)) > BASELINE * height) return false;
  if (height > MOST_TIMES_AS_HIGH * Math.min(before.y1 - before.y0, glyph.y1 - glyph.y0)) return false;
  const gap = glyph.x0 - before.x1;
  return (
    gap < (glyph.rounded ? WORD_GAP_OF_ROUNDED : WORD_GAP) * height && gap > -OVERLAP * height - (before.x1 - before.x0)
  );
}

const middle = (glyph: Glyph): number => (glyph.y0 + glyph.y1) / 2;
