import { cropped, type Grey, scaled } from "../picture/grey.ts";
import type { Box } from "./detection.ts";
import type { Models } from "./runtime.ts";

/**
 * A character that was read: its middle, in pixels of the picture, and how sure the model is (0 to 1). `gap` is the widest
 * run of columns without ink between the one before and this one, in pixels of the model's input, which is 48 high.
 */
export type Glyph = { text: string; x: number; gap: number; confidence: number };

const HEIGHT = 48; // what the model was trained for
const STEP = 8; // pixels of its input for one step of its output
const NARROWEST = 48;
const WIDEST = 3_200; // a line of 65 times its height; memory grows with it

/** Reads what stands in one line of the picture. */
export async function recognizeLine(picture: Grey, box: Box, { recognize, alphabet, latin }: Models): Promise<Glyph[]> {
  const line = cropped(picture, box);
  const width = Math.min(WIDEST, Math.max(NARROWEST, Math.ceil((line.width * HEIGHT) / line.height)));
  const padded = Math.ceil(width / STEP) * STEP;
  const small = scaled(line, width, HEIGHT);
  const { data } = small;
  const blank = blankColumns(small);
  const input = new Float32Array(3 * HEIGHT * padded);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]! / 127.5 - 1;
      for (let channel = 0; channel < 3; channel++) input[(channel * HEIGHT + y) * padded + x] = value;
    }
  }
  const { data: scores, dims } = await recognize(input, [1, 3, HEIGHT, padded]);
  const [steps, classes] = [dims[1]!, dims[2]!];
  const glyphs: Glyph[] = [];
  let last = 0;
  let lastColumn = 0;
  for (let step = 0; step < steps; step++) {
    let best = 0;
    const base = step * classes;
    for (const index of latin) if (scores[base + index]! > scores[base + best]!) best = index;
    // Greedy CTC: repeats are one character, 0 is none
    if (best !== 0 && best !== last) {
      const column = ((step + 0.5) * padded) / steps;
      const gap = widestRun(blank, lastColumn, Math.min(width, column));
      lastColumn = column;
      const x = Math.max(0, Math.floor(box.x0)) + column * (line.width / width);
      glyphs.push({ text: alphabet[best] ?? "", x, gap, confidence: scores[base + best]! });
    }
    last = best;
  }
  return glyphs;
}

/** Which columns of a line have no ink: nothing darker than halfway between its paper and its print. */
function blankColumns({ width, height, data }: Grey): Uint8Array {
  const sorted = data.toSorted();
  const [ink, paper] = [sorted[Math.floor(sorted.length * 0.03)]!, sorted[Math.floor(sorted.length * 0.8)]!];
  const limit = ink + (paper - ink) * 0.55;
  // The box is grown, so its edges may hold bits of the lines above and below
  const [top, bottom] = [Math.floor(height * 0.15), Math.ceil(height * 0.85)];
  return Uint8Array.from({ length: width }, (_, x) => {
    let dark = 0;
    for (let y = top; y < bottom; y++) if (data[y * width + x]! < limit) dark += 1;
    return dark <= 1 ? 1 : 0;
  });
}

function widestRun(blank: Uint8Array, from: number, to: number): number {
  let [widest, run] = [0, 0];
  for (let x = Math.floor(from); x < to; x++) {
    run = blank[x] ? run + 1 : 0;
    widest = Math.max(widest, run);
  }
  return widest;
}
