import { type Grey, scaled } from "./grey.ts";

/** How the lines of a picture lie. */
export type Lie = {
  /** Degrees by which the picture must be turned to the right for its lines to be level; -45 to 45. */
  degrees: number;
  /** True where lines run from top to bottom, before that turn. */
  onItsSide: boolean;
};

const SIDE = 1_000; // pixels of the longer side that are looked at
/** By how much what was laid on a scanner leans, and by how much what was photographed on a table may. */
export const MOST_DEGREES = 7;
export const MOST_DEGREES_ON_A_TABLE = 40;
const COARSE = 0.5;
const FINE = 0.1;
const SIDEWAYS = 1.3; // how much clearer lines must be down than across
const SIDEWAYS_INK = 2_000; // a few words say little about it
const LEAST_INK = 200;

/**
 * Finds lines by their profile: when dark pixels are added up along the lines' own direction, print and the blanks between
 * lines alternate most sharply.
 */
export function lieOf(picture: Grey, most = MOST_DEGREES): Lie {
  const shrink = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const small = scaled(
    picture,
    Math.max(1, Math.round(picture.width * shrink)),
    Math.max(1, Math.round(picture.height * shrink)),
  );
  const ink = inkOf(small);
  if (ink.x.length < LEAST_INK) return { degrees: 0, onItsSide: false };
  const across = sharpest(ink.x, ink.y, small.width, small.height, most);
  // Seen from the side, a turn to the right is one to the left
  const down = sharpest(ink.y, ink.x, small.height, small.width, most);
  return ink.x.length >= SIDEWAYS_INK && down.sharpness > across.sharpness * SIDEWAYS
    ? { degrees: -down.degrees, onItsSide: true }
    : { degrees: across.degrees, onItsSide: false };
}

/** Dark pixels that are no part of a rule, a frame or a dark area: those are long, letters are short. */
function inkOf({ width, height, data }: Grey): { x: Int32Array; y: Int32Array } {
  const limit = thresholdOf(data);
  const longest = Math.round(SIDE / 16);
  const dark = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) dark[at] = data[at]! < limit ? 1 : 0;
  const dropRuns = (lanes: number, length: number, step: number, stride: number): void => {
    for (let lane = 0; lane < lanes; lane++) {
      let start = 0;
      for (let at = 0; at <= length; at++) {
        if (at < length && dark[lane * stride + at * step]) continue;
        if (at - start > longest) for (let drop = start; drop < at; drop++) dark[lane * stride + drop * step] = 0;
        start = at + 1;
      }
    }
  };
  dropRuns(height, width, 1, width);
  dropRuns(width, height, width, 1);
  const [x, y]: [number[], number[]] = [[], []];
  for (let at = 0; at < dark.length; at++) {
    if (!dark[at]) continue;
    x.push(at % width);
    y.push(Math.floor(at / width));
  }
  return { x: Int32Array.from(x), y: Int32Array.from(y) };
}

/** The value that parts print from paper best (Otsu: least variance within the two). */
export function thresholdOf(data: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value]! += 1;
  const sum = counts.reduce((total, count, value) => total + count * value, 0);
  let [below, sumBelow, best, limit] = [0, 0, 0, 128];
  for (let value = 0; value < 256; value++) {
    below += counts[value]!;
    sumBelow += counts[value]! * value;
    const above = data.length - below;
    if (below === 0 || above === 0) continue;
    const apart = sumBelow / below - (sum - sumBelow) / above;
    const between = below * above * apart * apart;
    if (between > best) [best, limit] = [between, value + 1];
  }
  return limit;
}

function sharpest(
  along: Int32Array,
  across: Int32Array,
  length: number,
  depth: number,
  most: number,
): { degrees: number; sharpness: number } {
  const margin = Math.ceil(length * Math.tan((most * Math.PI) / 180)) + 1;
  const bins = new Float64Array(depth + 2 * margin);
  const sharpnessAt = (degrees: number): number => {
    const slope = Math.tan((degrees * Math.PI) / 180);
    bins.fill(0);
    for (let at = 0; at < along.length; at++) bins[Math.round(across[at]! + along[at]! * slope) + margin]! += 1;
    let [steps, squares] = [0, 0];
    for (let bin = 1; bin < bins.length; bin++) {
      steps += (bins[bin]! - bins[bin - 1]!) ** 2;
      squares += bins[bin]! ** 2;
    }
    // By ink alone, the direction with fewer bins looks sharper; by squares alone, the one with more
    return steps / Math.sqrt(squares * along.length);
  };
  let best = { degrees: 0, sharpness: sharpnessAt(0) };
  const look = (from: number, to: number, step: number): void => {
    for (let degrees = from; degrees <= to + 1e-9; degrees += step) {
      const sharpness = sharpnessAt(degrees);
      if (sharpness > best.sharpness) best = { degrees, sharpness };
    }
  };
  look(-most + COARSE, most - COARSE, COARSE);
  look(best.degrees - COARSE, best.degrees + COARSE, FINE);
  return best;
}
