import type { Glyph } from "./layer.ts";

const EAST_ASIAN = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
/** Pairs of characters that must follow each other downwards for a page to be set vertically. */
const MIN_PAIRS = 10;
const MIN_SHARE = 0.6;

/**
 * Chinese, Japanese and Korean set from top to bottom, columns from right to left: such a page's upright glyphs are put
 * where they would stand if it were set in lines, so that nothing after this needs to know. Others stay as they are.
 */
export function standsUpright(glyphs: Glyph[]): Glyph[] {
  let down = 0;
  let pairs = 0;
  for (let index = 1; index < glyphs.length; index += 1) {
    const before = glyphs[index - 1]!;
    const glyph = glyphs[index]!;
    if (glyph.turn !== 0 || before.turn !== 0 || !EAST_ASIAN.test(before.char) || !EAST_ASIAN.test(glyph.char))
      continue;
    pairs += 1;
    const across = Math.abs(glyph.x0 - before.x0);
    const below = glyph.y0 - before.y0;
    if (across < 0.3 * (glyph.x1 - glyph.x0) && below > 0 && below < 2.5 * (before.y1 - before.y0)) down += 1;
  }
  if (down < MIN_PAIRS || down < MIN_SHARE * pairs) return glyphs;
  return glyphs.map((glyph) =>
    glyph.turn === 0 ? { ...glyph, x0: glyph.y0, x1: glyph.y1, y0: -glyph.x1, y1: -glyph.x0 } : glyph,
  );
}
