import { type Grey, scaled } from "../picture/grey.ts";
import type { Model } from "./runtime.ts";

export type Box = { x0: number; y0: number; x1: number; y1: number };

/** Values of PP-OCRv4's own configuration (PaddleOCR, tools/infer/predict_det.py and utility.py). */
const TEXT = 0.3;
const SURE = 0.5;
const UNCLIP = 1.6;
const MEAN = [0.406, 0.456, 0.485] as const; // blue, green, red
const DEVIATION = [0.225, 0.224, 0.229] as const;
const SMALLEST = 3;

/**
 * Most pixels that are looked at at once. The model holds about 260 bytes for each, so this bounds its memory; a page that is
 * longer is looked at in pieces that overlap.
 */
const PIECE_PIXELS = 600_000;
const OVERLAP = 96;

/** Finds the lines of an upright picture: boxes in its pixels, from top to bottom. */
export async function detectLines(picture: Grey, detect: Model): Promise<Box[]> {
  const { width, height } = picture;
  const rows = Math.max(256, Math.floor(PIECE_PIXELS / width / 32) * 32);
  const boxes: Box[] = [];
  for (let top = 0; ; top += rows - OVERLAP) {
    const bottom = Math.min(height, top + rows);
    const piece = { width, height: bottom - top, data: picture.data.subarray(top * width, bottom * width) };
    const isLast = bottom === height;
    for (const box of await detectIn(piece, detect)) {
      const [y0, y1] = [box.y0 + top, box.y1 + top];
      // What a cut goes through is found whole by the other piece
      const middle = (y0 + y1) / 2;
      if (top > 0 && middle < top + OVERLAP / 2) continue;
      if (!isLast && middle >= bottom - OVERLAP / 2) continue;
      boxes.push({ ...box, y0, y1 });
    }
    if (isLast) break;
  }
  return boxes;
}

async function detectIn(picture: Grey, detect: Model): Promise<Box[]> {
  const whole = (side: number): number => Math.max(32, Math.round(side / 32) * 32);
  const { width, height, data } = scaled(picture, whole(picture.width), whole(picture.height));
  const size = width * height;
  const input = new Float32Array(3 * size);
  for (let channel = 0; channel < 3; channel++) {
    const [mean, deviation] = [MEAN[channel]!, DEVIATION[channel]!];
    const value = Float32Array.from({ length: 256 }, (_, grey) => (grey / 255 - mean) / deviation);
    for (let at = 0, to = channel * size; at < size; at++, to++) input[to] = value[data[at]!]!;
  }
  const { data: probability } = await detect(input, [1, 3, height, width]);
  const [across, down] = [picture.width / width, picture.height / height];
  return regions(probability, width, height).map((box) => ({
    x0: Math.max(0, box.x0 * across),
    x1: Math.min(picture.width, box.x1 * across),
    y0: Math.max(0, box.y0 * down),
    y1: Math.min(picture.height, box.y1 * down),
  }));
}

/**
 * Boxes of the connected regions of text. The model marks the cores of lines, shrunk, so a box is grown back by the rule that
 * shrank it (area by circumference). Boxes are upright: pages are straightened before.
 */
function regions(probability: Float32Array, width: number, height: number): Box[] {
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  const boxes: Box[] = [];
  for (let start = 0; start < probability.length; start++) {
    if (seen[start] || probability[start]! <= TEXT) continue;
    let [x0, y0, x1, y1, sum, count] = [width, height, 0, 0, 0, 0];
    seen[start] = 1;
    stack.push(start);
    while (stack.length > 0) {
      const at = stack.pop()!;
      const x = at % width;
      const y = (at - x) / width;
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x + 1);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y + 1);
      sum += probability[at]!;
      count += 1;
      const visit = (next: number): void => {
        if (seen[next] || probability[next]! <= TEXT) return;
        seen[next] = 1;
        stack.push(next);
      };
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (y > 0) visit(at - width);
      if (y < height - 1) visit(at + width);
    }
    const [w, h] = [x1 - x0, y1 - y0];
    if (Math.min(w, h) < SMALLEST || sum / count < SURE) continue;
    const grow = (w * h * UNCLIP) / (2 * (w + h));
    boxes.push({ x0: x0 - grow, y0: y0 - grow, x1: x1 + grow, y1: y1 + grow });
  }
  return boxes;
}
