import type { Glyph } from "./layer.ts";

/** In shares of the type's size: how far a shadow stands from its letter, and how far apart the lines of text stand at least. */
const SHADOW = 0.3;
const SAME_LINE = 0.02;
/** In shares of a letter's width: how far a letter is moved that is printed twice for bold. */
const BOLD = 0.35;
/** Shares by which the sizes of a letter and its shadow differ at most. */
const SAME_SIZE = 0.02;

/**
 * Letters that are drawn several times, a little apart, once: for a shadow, an outline, or for bold. What is drawn last stays.
 * At a slant the letters of "all" stand as a shadow does, so these stay.
 */
export function withoutDoubles(glyphs: Glyph[]): Glyph[] {
  const kept = new Map<number, Glyph[]>();
  const result: Glyph[] = [];
  for (let index = glyphs.length - 1; index >= 0; index -= 1) {
    const glyph = glyphs[index]!;
    const size = glyph.y1 - glyph.y0;
    if (glyph.turn === null || !(size > 0)) {
      result.push(glyph);
      continue;
    }
    const [x, y] = [glyph.x0 / size, glyph.y0 / size];
    const twin = twinOf(glyph, x, y, kept);
    if (twin) {
      twin.spaceBefore ||= glyph.spaceBefore;
      continue;
    }
    result.push(glyph);
    const key = keyOf(glyph, Math.floor(x), Math.floor(y));
    const same = kept.get(key);
    if (same) same.push(glyph);
    else kept.set(key, [glyph]);
  }
  return result.length === glyphs.length ? glyphs : result.reverse();
}

/** Squares as large as the type; different ones may share a key. */
const keyOf = ({ char }: Glyph, column: number, row: number): number =>
  (char.codePointAt(0)! * 65_599 + column * 8_191 + row) | 0;

/** How far a shadow may reach into the squares around its letter's. */
const MARGIN = SHADOW + SAME_SIZE;

function twinOf(glyph: Glyph, x: number, y: number, kept: Map<number, Glyph[]>): Glyph | undefined {
  for (let column = Math.floor(x - MARGIN); column <= Math.floor(x + MARGIN); column += 1)
    for (let row = Math.floor(y - MARGIN); row <= Math.floor(y + MARGIN); row += 1) {
      const twin = kept.get(keyOf(glyph, column, row))?.find((other) => isTwin(glyph, other));
      if (twin) return twin;
    }
  return undefined;
}

function isTwin(one: Glyph, other: Glyph): boolean {
  if (one.char !== other.char || one.turn !== other.turn || one.invisible !== other.invisible) return false;
  const [size, otherSize] = [one.y1 - one.y0, other.y1 - other.y0];
  if (Math.abs(size - otherSize) > SAME_SIZE * size) return false;
  const [x, y] = [Math.abs(one.x0 - other.x0), Math.abs(one.y0 - other.y0)];
  return y <= SAME_LINE * size ? x < BOLD * (one.x1 - one.x0) : y <= SHADOW * size && x <= SHADOW * size;
}
