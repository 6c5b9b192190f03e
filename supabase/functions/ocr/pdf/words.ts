import type { Glyph } from "./layer.ts";

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
/** A glyph may stand back over the one before it: kerning, accents that are set apart. */
const OVERLAP = 0.6;
/** Glyphs whose middles are further apart than this do not stand on one line. */
const BASELINE = 0.3;

const RTL = /\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;

/** Whether most letters of a text run from right to left. */
export function runsFromRight(text: string): boolean {
  if (!RTL.test(text)) return false;
  let right = 0;
  let left = 0;
  for (const char of text) {
    if (RTL.test(char)) right += 1;
    else if (/\p{L}/u.test(char)) left += 1;
  }
  return right > left;
}

/** Puts glyphs together that follow each other in the file and on the page. Within a word the file's order is kept: PDFium gives right-to-left scripts in the order in which they are read. */
export function wordsOf(glyphs: Glyph[]): LayerWord[] {
  const words: LayerWord[] = [];
  let word: LayerWord | undefined;
  let last: Glyph | undefined;
  for (const glyph of glyphs) {
    if (word && last && !glyph.spaceBefore && follows(last, glyph)) {
      word.text += glyph.char;
      word.x0 = Math.min(word.x0, glyph.x0);
      word.x1 = Math.max(word.x1, glyph.x1);
      word.y0 = Math.min(word.y0, glyph.y0);
      word.y1 = Math.max(word.y1, glyph.y1);
    } else {
      word = { text: glyph.char, x0: glyph.x0, y0: glyph.y0, x1: glyph.x1, y1: glyph.y1, spaced: glyph.spaceBefore };
      words.push(word);
    }
    last = glyph;
  }
  return words;
}

/** Whether a glyph belongs to the word of the one before it in the file. */
function follows(before: Glyph, glyph: Glyph): boolean {
  const height = Math.max(before.y1 - before.y0, glyph.y1 - glyph.y0);
  if (Math.abs(middle(before) - middle(glyph)) > BASELINE * height) return false;
  const gap =
    RTL.test(before.char) || RTL.test(glyph.char)
      ? Math.max(glyph.x0 - before.x1, before.x0 - glyph.x1)
      : glyph.x0 - before.x1;
  return gap < WORD_GAP * height && gap > -OVERLAP * height - (before.x1 - before.x0);
}

const middle = (glyph: Glyph): number => (glyph.y0 + glyph.y1) / 2;
