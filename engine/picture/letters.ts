import type { Grey } from "./grey.ts";
import { thresholdOf } from "./skew.ts";
import { strokesIn } from "./strips.ts";

/**
 * Recognizers bring a line to 36 or 48 pixels themselves, so only bands of print that are very low gain by it: from 10 pixels on, three
 * sheets read the same at any size (0 to 0.11% of characters wrong), and each half more of size costs a third more time.
 */
const SMALL = 10;
const WANTED = 16;
const LARGE = 60;
const WANTED_OF_LARGE = 33;
/** So high a band is no line: specks or a frame run through the page, and say nothing about its print. */
const UNLIKELY = 200;
const MOST_PIXELS = 12_000_000;

/** By how much to scale a level picture, so that its print is of the size that recognizers are best at; 1 where it is about that. */
export function scaleFor(picture: Grey): number {
  const height = printHeight(picture);
  if (height === 0 || height > UNLIKELY || (height >= SMALL && height <= LARGE)) return 1;
  const wanted = height < SMALL ? Math.min(2, WANTED / height) : WANTED_OF_LARGE / height;
  return Math.min(wanted, Math.sqrt(MOST_PIXELS / (picture.width * picture.height)));
}

/** The middle height of the bands of print, by their strokes, in pixels: about what small letters have; 0 where there is no print. */
export function printHeight(page: Grey): number {
  const { height } = page;
  const limit = thresholdOf(page.data);
  // Strokes and not ink: a logo has much of that, and few of these
  const strokes = Array.from({ length: height }, (_, row) => strokesIn(page, row, limit));
  const inked = strokes.filter((count) => count > 0).sort((one, other) => one - other);
  if (inked.length < 8) return 0;
  const enough = inked[Math.floor(inked.length * 0.9)]! * 0.3;
  const bands: { height: number; strokes: number }[] = [];
  let [start, sum] = [0, 0];
  for (let y = 0; y <= height; y++) {
    if (y < height && strokes[y]! >= enough) {
      sum += strokes[y]!;
      continue;
    }
    if (y - start >= 3) bands.push({ height: y - start, strokes: sum });
    [start, sum] = [y + 1, 0];
  }
  // The middle by strokes: rules and the tops of letters are bands, too, and may be more than the lines
  let left = bands.reduce((total, band) => total + band.strokes, 0) / 2;
  return bands.sort((one, other) => one.height - other.height).find((band) => (left -= band.strokes) <= 0)?.height ?? 0;
}
