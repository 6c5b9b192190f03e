import type { Glyph } from "./layer.ts";

/** A letter further from the one before it than this many of its heights begins another label, wherever it stands. */
const FAR = 3;
/** One that does not go on in the direction of its label does so from this distance on. */
const NEAR = 0.9;
/** How far off the direction of a label, in radians, its next letter may stand. */
const BEND = 0.35;

/**
 * Text at a slant, one label after the other: the labels of a chart, a watermark. They stand in the order of the file. A label ends where the next letter
 * is far away, or not in its direction.
 */
export function slantedLabels(glyphs: Glyph[]): string[] {
  const labels: string[] = [];
  let last: Glyph | undefined;
  let direction: number | undefined;
  for (const glyph of glyphs) {
    const before = last;
    last = glyph;
    const height = Math.max(glyph.y1 - glyph.y0, before ? before.y1 - before.y0 : 0);
    const [dx, dy] = before
      ? [middle(glyph.x0, glyph.x1) - middle(before.x0, before.x1), glyph.y1 - before.y1]
      : [0, 0];
    const distance = Math.hypot(dx, dy);
    const heading = Math.atan2(dy, dx);
    const turned =
      direction === undefined ? 0 : Math.abs(Math.atan2(Math.sin(heading - direction), Math.cos(heading - direction)));
    if (before && distance <= FAR * height && !(distance > NEAR * height && turned > BEND)) {
      labels[labels.length - 1] += (glyph.spaceBefore ? " " : "") + glyph.char;
      direction ??= heading;
    } else {
      labels.push(glyph.char);
      direction = undefined;
    }
  }
  return labels;
}

const middle = (from: number, to: number): number => (from + to) / 2;
