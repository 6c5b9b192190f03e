import { type Grey, WHITE } from "./grey.ts";
import { thresholdOf } from "./skew.ts";

const BAND = 8; // rows that are looked at together
const SHARE = 0.05; // of the page's height, for one strip
const LEAST_ROWS = 48;
const GAP = 24;
/** Of the bands with at least this share of the most inked one's strokes, those at these ranks: the first of all is often a bar code or a logo. */
const PRINTED_SHARE = 0.25;
const RANKS = [0.2, 0.45, 0.7];

/** A few strips of a page, in its full width, that show how its print reads: one of them alone may be a bar code, a logo or a rule. */
export function stripsOf(page: Grey): Grey {
  const { width, height, data } = page;
  const rows = Math.min(height, Math.max(LEAST_ROWS, Math.round(height * SHARE)));
  const limit = thresholdOf(data);
  const strokes = Array.from({ length: Math.ceil(height / BAND) }, (_, band) =>
    strokesIn(page, Math.min(height - 1, band * BAND + BAND / 2), limit),
  );
  const bands = Math.ceil(rows / BAND);
  const starts = Array.from({ length: Math.max(1, strokes.length - bands + 1) }, (_, start) => ({
    start,
    sum: strokes.slice(start, start + bands).reduce((total, value) => total + value, 0),
  }));
  starts.sort((one, other) => other.sum - one.sum);
  const printed = starts.filter(({ sum }) => sum >= starts[0]!.sum * PRINTED_SHARE);
  const chosen: number[] = [];
  for (const rank of RANKS) {
    // The nearest in rank that does not run into one that was chosen
    const wanted = Math.floor((printed.length - 1) * rank);
    const free = printed.slice(wanted).find(({ start }) => chosen.every((other) => Math.abs(other - start) >= bands));
    if (free) chosen.push(free.start);
  }
  chosen.sort((one, other) => one - other);
  const result = new Uint8Array(width * (rows + GAP) * chosen.length).fill(WHITE);
  for (const [index, start] of chosen.entries()) {
    const from = Math.min(start * BAND, height - rows) * width;
    result.set(data.subarray(from, from + rows * width), index * (rows + GAP) * width);
  }
  return { width, height: (rows + GAP) * chosen.length, data: result };
}

/** How often a row goes from paper to ink: print has many strokes, a dark border has one. */
export function strokesIn({ width, data }: Grey, row: number, limit: number): number {
  let count = 0;
  for (let at = row * width + 1, end = (row + 1) * width; at < end; at++)
    if (data[at]! < limit && data[at - 1]! >= limit) count += 1;
  return count;
}
