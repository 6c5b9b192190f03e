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
 * the file says nothing: some programs write such a page row by row. `labels` is what stands in lines between the columns.
 */
export function standsUpright(glyphs: Glyph[]): { upright: Glyph[]; labels: Glyph[] } {
  const signs = glyphs.filter(({ turn, char }) => turn === 0 && EAST_ASIAN.test(char));
  if (signs.length < MIN_DOWN) return { upright: glyphs, labels: [] };
  const below = distances(signs, middleOf("x"), middleOf("y"));
  const beside = distances(signs, middleOf("y"), middleOf("x"));
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
  if (down < MIN_DOWN || down < MIN_SHARE * (down + across)) return { upright: glyphs, labels: [] };
  const labels = labelsAmong(glyphs.filter(({ turn }) => turn === 0));
  const upright = glyphs
    .filter((glyph) => !labels.has(glyph))
    .map((glyph) =>
      glyph.turn === 0
        ? { ...glyph, x0: glyph.y0, x1: glyph.y1, y0: -glyph.x1, y1: -glyph.x0, spaceBefore: false }
        : glyph,
    );
  return { upright, labels: [...labels] };
}

/** A label has at least this many characters; two figures side by side are one sign of a column. */
const MIN_LABEL = 3;
/** Characters of a word of a label stand this close together, in shares of their size; columns do not. */
const TOUCHING = 0.35;
/** Its words, of two characters and more with a space of the file between them, this close. */
const SPACED = 1.5;

/** What is set in lines between the columns: the captions of pictures, the labels of a drawing. In the order of the file. */
function labelsAmong(glyphs: Glyph[]): Set<Glyph> {
  const found = new Set<Glyph>();
  for (const row of rowsOf(glyphs, middleOf("y"), (glyph) => glyph.x0)) {
    const words: Glyph[][] = [];
    for (const glyph of row) {
      const last = words.at(-1)?.at(-1);
      if (last && gapBetween(last, glyph) <= TOUCHING) words.at(-1)!.push(glyph);
      else words.push([glyph]);
    }
    const labels: Glyph[][] = [];
    for (const word of words.filter((word) => word.length > 1)) {
      const last = labels.at(-1)?.at(-1);
      if (last && word[0]!.spaceBefore && gapBetween(last, word[0]!) <= SPACED) labels.at(-1)!.push(...word);
      else labels.push(word);
    }
    for (const label of labels) if (label.length >= MIN_LABEL) for (const glyph of label) found.add(glyph);
  }
  return new Set(glyphs.filter((glyph) => found.has(glyph)));
}

const gapBetween = (glyph: Glyph, next: Glyph): number => Math.abs(next.x0 - glyph.x1) / (next.y1 - next.y0);

const middleOf =
  (axis: "x" | "y") =>
  (glyph: Glyph): number =>
    axis === "x" ? (glyph.x0 + glyph.x1) / 2 : (glyph.y0 + glyph.y1) / 2;

/** How far it is from each glyph to the next one along its column or row. */
function distances(
  glyphs: Glyph[],
  across: (glyph: Glyph) => number,
  along: (glyph: Glyph) => number,
): Map<Glyph, number> {
  const found = new Map<Glyph, number>();
  for (const row of rowsOf(glyphs, across, along)) {
    for (let index = 1; index < row.length; index += 1)
      found.set(row[index - 1]!, along(row[index]!) - along(row[index - 1]!));
  }
  return found;
}

/** Glyphs whose places differ little in one direction, each row sorted in the other. */
function rowsOf(glyphs: Glyph[], across: (glyph: Glyph) => number, along: (glyph: Glyph) => number): Glyph[][] {
  const rows: Glyph[][] = [];
  let last: Glyph | undefined;
  for (const glyph of [...glyphs].sort((a, b) => across(a) - across(b))) {
    if (last && across(glyph) - across(last) < ALIGNED * (last.y1 - last.y0)) rows.at(-1)!.push(glyph);
    else rows.push([glyph]);
    last = glyph;
  }
  for (const row of rows) row.sort((a, b) => along(a) - along(b));
  return rows;
}
