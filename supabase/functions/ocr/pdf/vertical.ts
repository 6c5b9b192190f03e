import type { Glyph } from "./layer.ts";

const EAST_ASIAN = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
/** A page is set vertically where this many characters, and this share, are closer to the one below than to the one at their side. */
const MIN_DOWN = 10;
const MIN_SHARE = 0.6;
/** Middles of characters of one column, or row, differ by less than this share of their size. */
const ALIGNED = 0.1;

/**
 * Chinese, Japanese and Korean set from top to bottom, columns from right to left: such a page's upright glyphs are put
 * where they would stand if it were set in lines, so that nothing after this needs to know. Others stay as they are. The order of
 * the file says nothing: some programs write such a page row by row.
 */
export function standsUpright(glyphs: Glyph[]): Glyph[] {
  const signs = glyphs.filter(({ turn, char }) => turn === 0 && EAST_ASIAN.test(char));
  if (signs.length < MIN_DOWN) return glyphs;
  const below = distances(
    signs,
    ({ x0, x1 }) => (x0 + x1) / 2,
    ({ y0, y1 }) => (y0 + y1) / 2,
  );
  const beside = distances(
    signs,
    ({ y0, y1 }) => (y0 + y1) / 2,
    ({ x0, x1 }) => (x0 + x1) / 2,
  );
  let down = 0;
  let across = 0;
  for (const sign of signs) {
    const size = sign.y1 - sign.y0;
    const nextBelow = below.get(sign) ?? Infinity;
    const nextBeside = beside.get(sign) ?? Infinity;
    if (Math.min(nextBelow, nextBeside) > 2.5 * size) continue;
    if (nextBelow < 0.9 * nextBeside) down += 1;
    else across += 1;
  }
  if (down < MIN_DOWN || down < MIN_SHARE * (down + across)) return glyphs;
  return glyphs.map((glyph) =>
    glyph.turn === 0
      ? { ...glyph, x0: glyph.y0, x1: glyph.y1, y0: -glyph.x1, y1: -glyph.x0, spaceBefore: false }
      : glyph,
  );
}

/** How far it is from each glyph to the next one along its column or row. */
function distances(
  glyphs: Glyph[],
  across: (glyph: Glyph) => number,
  along: (glyph: Glyph) => number,
): Map<Glyph, number> {
  const found = new Map<Glyph, number>();
  const rows: Glyph[][] = [];
  let last: Glyph | undefined;
  for (const glyph of [...glyphs].sort((a, b) => across(a) - across(b))) {
    if (last && across(glyph) - across(last) < ALIGNED * (last.y1 - last.y0)) rows.at(-1)!.push(glyph);
    else rows.push([glyph]);
    last = glyph;
  }
  for (const row of rows) {
    row.sort((a, b) => along(a) - along(b));
    for (let index = 1; index < row.length; index += 1)
      found.set(row[index - 1]!, along(row[index]!) - along(row[index - 1]!));
  }
  return found;
}
