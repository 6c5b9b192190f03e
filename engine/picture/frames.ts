import { type Grey, WHITE } from "./grey.ts";
import { thresholdOf } from "./skew.ts";

// The frames of tables and boxes, which recognizers take for letters ("|10.00|"), or for another script.

/** In pixels: rules are thinner, and at least so long across and down the page. */
const THICK = 8;
const LEAST = { across: 60, down: 24 };
/** The share of a rule's pixels that are thin: the others are where it crosses others, or touches letters. */
const THIN_SHARE = 0.7;
/** How far from a rule another one ends that meets it. */
const REACH = 4;
/** A rule of a frame meets so many across it: a letter's stem may meet an underline. */
const LEAST_MET = 2;
/** Beyond this no frames are looked for, for want of memory. */
const MOST_PIXELS = 20_000_000;

/** A level picture without the frames of its tables and boxes: rules down the page that meet rules across it, and these. */
export function withoutFrames(picture: Grey): Grey {
  const { width, height, data } = picture;
  if (data.length > MOST_PIXELS) return picture;
  const limit = thresholdOf(data);
  const across = new Pixels(data.length);
  const acrossRules = rulesIn(picture, limit, "across");
  for (const { at, from, to } of acrossRules) for (let x = from; x < to; x += 1) across.add(at * width + x);
  const down = rulesIn(picture, limit, "down").filter((rule) => meets(rule, across, picture) >= LEAST_MET);
  if (down.length === 0) return picture;
  const downward = new Pixels(data.length);
  for (const { at, from, to } of down) for (let y = from; y < to; y += 1) downward.add(y * width + at);
  const framing = acrossRules.filter(({ at, from, to }) => {
    for (let x = Math.max(0, from - REACH); x < Math.min(width, to + REACH); x += 1)
      for (let y = Math.max(0, at - REACH); y <= Math.min(height - 1, at + REACH); y += 1)
        if (downward.has(y * width + x)) return true;
    return false;
  });
  const result = { width, height, data: data.slice() };
  const clear = (x: number, y: number, sideways: number): void => {
    const pixel = y * width + x;
    // Where two rules cross, neither is thin.
    if (across.has(pixel) && downward.has(pixel)) result.data[pixel] = WHITE;
    else erase(result, picture, limit, x, y, sideways);
  };
  for (const { at, from, to } of down) for (let y = from; y < to; y += 1) clear(at, y, 1);
  for (const { at, from, to } of framing) for (let x = from; x < to; x += 1) clear(x, at, width);
  return result;
}

/** A line of ink, a pixel wide: in the row or column `at`. */
type Rule = { at: number; from: number; to: number };

function rulesIn({ width, height, data }: Grey, limit: number, way: keyof typeof LEAST): Rule[] {
  const isAcross = way === "across";
  const [lines, length] = isAcross ? [height, width] : [width, height];
  const [step, sideways] = isAcross ? [1, width] : [width, 1];
  const rules: Rule[] = [];
  for (let at = 0; at < lines; at += 1) {
    let from = -1;
    let thin = 0;
    for (let along = 0, pixel = at * sideways; along <= length; along += 1, pixel += step) {
      if (along < length && data[pixel]! < limit) {
        if (from < 0) [from, thin] = [along, 0];
        // Most runs end before they count.
        if (along - from < LEAST[way] || isThin(data, pixel, sideways, at, lines, limit)) thin += 1;
        continue;
      }
      if (from >= 0 && along - from >= LEAST[way]) {
        let thinAtFirst = 0;
        for (let first = from; first < from + LEAST[way]; first += 1)
          if (isThin(data, at * sideways + first * step, sideways, at, lines, limit)) thinAtFirst += 1;
        if (thin - LEAST[way] + thinAtFirst >= THIN_SHARE * (along - from)) rules.push({ at, from, to: along });
      }
      from = -1;
    }
  }
  return rules;
}

/** Whether no more ink than a rule has stands beside a pixel of ink. */
function isThin(data: Uint8Array, pixel: number, sideways: number, at: number, lines: number, limit: number): boolean {
  let thick = 1;
  for (let away = 1; at - away >= 0 && thick <= THICK && data[pixel - away * sideways]! < limit; away += 1) thick += 1;
  for (let away = 1; at + away < lines && thick <= THICK && data[pixel + away * sideways]! < limit; away += 1)
    thick += 1;
  return thick <= THICK;
}

/** How many rules across the page a rule down it meets. */
function meets({ at, from, to }: Rule, across: Pixels, { width, height }: Grey): number {
  let met = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let y = Math.max(0, from - REACH); y < Math.min(height, to + REACH); y += 1) {
    let isMet = false;
    for (let x = Math.max(0, at - REACH); x <= Math.min(width - 1, at + REACH) && !isMet; x += 1)
      isMet = across.has(y * width + x);
    if (!isMet) continue;
    if (y - last > THICK) met += 1;
    last = y;
  }
  return met;
}

/** Makes a rule white where it is thin, with its blurred sides; where it touches a letter, that stays. */
function erase(result: Grey, { data }: Grey, limit: number, x: number, y: number, sideways: number): void {
  const { width, height } = result;
  const pixel = y * width + x;
  const [at, lines] = sideways === 1 ? [x, width] : [y, height];
  if (!isThin(data, pixel, sideways, at, lines, limit)) return;
  result.data[pixel] = WHITE;
  for (const side of [-1, 1])
    for (let away = 1; away <= 2; away += 1) {
      const other = at + side * away;
      if (other < 0 || other >= lines || data[pixel + side * away * sideways]! < limit) break;
      result.data[pixel + side * away * sideways] = WHITE;
    }
}

/** A set of pixels of a picture, in a bit each. */
class Pixels {
  readonly #bits: Uint8Array;

  constructor(count: number) {
    this.#bits = new Uint8Array(Math.ceil(count / 8));
  }

  add(pixel: number): void {
    this.#bits[pixel >> 3]! |= 1 << (pixel & 7);
  }

  has(pixel: number): boolean {
    return (this.#bits[pixel >> 3]! & (1 << (pixel & 7))) !== 0;
  }
}
