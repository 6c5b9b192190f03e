/** Grey pixels, one byte each, row by row from the top left; 0 is black. */
export type Grey = { width: number; height: number; data: Uint8Array };

/** Quarter turns to the right. */
export type Quarters = 0 | 1 | 2 | 3;

export const WHITE = 255;

/** The form of a picture that costs nothing to write and that tesseract reads as it stands. */
export function pnmOf({ width, height, data }: Grey): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const pnm = new Uint8Array(header.length + data.length);
  pnm.set(header);
  pnm.set(data, header.length);
  return pnm;
}

/** From this share of a picture on, what is not transparent is paper with print on it; below, it is the print itself. */
const PAPER_SHARE = 0.5;

/**
 * Grey of RGBA (ITU-R BT.601). White print on white cannot be seen, so light print on transparency is taken for print on black and
 * comes out inverted: dark on white, as print is. What is transparent around paper becomes like the paper.
 */
export function greyOfRgba(width: number, height: number, rgba: Uint8Array | Uint8ClampedArray): Grey {
  const data = new Uint8Array(width * height);
  let opaque = true;
  let [solid, light] = [0, 0]; // sums of alpha
  for (let at = 0, from = 0; at < data.length; at++, from += 4) {
    const grey = (rgba[from]! * 77 + rgba[from + 1]! * 150 + rgba[from + 2]! * 29) >> 8;
    const alpha = rgba[from + 3]!;
    if (alpha !== 255) opaque = false;
    solid += alpha;
    if (grey > WHITE / 2) light += alpha;
    data[at] = grey;
  }
  if (opaque) return { width, height, data };
  const isLight = light > solid / 2;
  const isPaper = solid > data.length * WHITE * PAPER_SHARE;
  const inverted = isLight && !isPaper;
  const background = isPaper && !isLight ? 0 : WHITE;
  for (let at = 0, from = 3; at < data.length; at++, from += 4) {
    const alpha = rgba[from]!;
    const grey = inverted ? WHITE - data[at]! : data[at]!;
    data[at] = Math.round((grey * alpha + background * (WHITE - alpha)) / WHITE);
  }
  return { width, height, data };
}

/** The picture turned to the right by quarters. */
export function turned(grey: Grey, quarters: Quarters): Grey {
  const { width, height, data } = grey;
  if (quarters === 0) return grey;
  const result = new Uint8Array(data.length);
  if (quarters === 2) return { width, height, data: data.toReversed() };
  for (let y = 0; y < height; y++) {
    const row = y * width;
    if (quarters === 1) for (let x = 0, to = height - 1 - y; x < width; x++, to += height) result[to] = data[row + x]!;
    else for (let x = 0, to = (width - 1) * height + y; x < width; x++, to -= height) result[to] = data[row + x]!;
  }
  return { width: height, height: width, data: result };
}

/** The picture from left to right, as a mirror shows it. */
export function mirrored({ width, height, data }: Grey): Grey {
  const result = new Uint8Array(data.length);
  for (let row = 0; row < data.length; row += width)
    for (let x = 0; x < width; x++) result[row + x] = data[row + width - 1 - x]!;
  return { width, height, data: result };
}

/** A part of the picture; what lies outside of it is left out. */
export function cropped({ width, height, data }: Grey, box: { x0: number; y0: number; x1: number; y1: number }): Grey {
  const [x0, y0] = [Math.max(0, Math.floor(box.x0)), Math.max(0, Math.floor(box.y0))];
  const [x1, y1] = [Math.min(width, Math.ceil(box.x1)), Math.min(height, Math.ceil(box.y1))];
  const part = { width: Math.max(1, x1 - x0), height: Math.max(1, y1 - y0) };
  const result = new Uint8Array(part.width * part.height).fill(WHITE);
  for (let y = 0; y < part.height; y++)
    result.set(
      data.subarray((y0 + y) * width + x0, (y0 + y) * width + Math.min(width, x0 + part.width)),
      y * part.width,
    );
  return { ...part, data: result };
}

/**
 * The picture in another size: each pixel is the mean of those that it covers where it becomes smaller, and a cubic through
 * its four neighbors (Catmull-Rom, both ways) where it becomes larger, which keeps strokes crisp.
 */
export function scaled(grey: Grey, width: number, height: number): Grey {
  if (width === grey.width && height === grey.height) return grey;
  const across = resampled(grey.data, grey.width, grey.height, width); // comes out turned on its side …
  return { width, height, data: resampled(across, grey.height, width, height) }; // … and this turns it back
}

/** Rows in another length, written as columns. */
function resampled(data: Uint8Array, length: number, rows: number, wanted: number): Uint8Array {
  const result = new Uint8Array(wanted * rows);
  const step = length / wanted;
  for (let to = 0; to < wanted; to++) {
    const [from, weights] = step > 1 ? coverage(to * step, (to + 1) * step, length) : cubic((to + 0.5) * step - 0.5);
    const last = length - 1;
    const at = weights.map((_, index) => Math.min(last, Math.max(0, from + index)));
    if (step <= 1) {
      // The same sum written out, which takes a third of the time
      const [a, b, c, d] = at as [number, number, number, number];
      const [wa, wb, wc, wd] = weights as [number, number, number, number];
      for (let row = 0, base = 0, out = to * rows; row < rows; row++, base += length, out++) {
        const sum = data[base + a]! * wa + data[base + b]! * wb + data[base + c]! * wc + data[base + d]! * wd + 0.5;
        result[out] = sum < 0 ? 0 : Math.min(sum, 255);
      }
      continue;
    }
    for (let row = 0, base = 0; row < rows; row++, base += length) {
      let sum = 0.5;
      for (let index = 0; index < at.length; index++) sum += data[base + at[index]!]! * weights[index]!;
      result[to * rows + row] = sum < 0 ? 0 : Math.min(sum, 255);
    }
  }
  return result;
}

function coverage(start: number, end: number, length: number): [from: number, weights: number[]] {
  const from = Math.floor(start);
  const to = Math.min(length, Math.ceil(end - 1e-9));
  const weights = Array.from(
    { length: Math.max(1, to - from) },
    (_, index) => Math.min(end, from + index + 1) - Math.max(start, from + index),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return [from, weights.map((weight) => weight / sum)];
}

function cubic(at: number): [from: number, weights: number[]] {
  const from = Math.floor(at);
  const t = at - from;
  return [
    from - 1,
    [
      (((2 - t) * t - 1) * t) / 2,
      ((3 * t - 5) * t * t + 2) / 2,
      (((4 - 3 * t) * t + 1) * t) / 2,
      ((t - 1) * t * t) / 2,
    ],
  ];
}

/**
 * The picture turned about its middle by a small angle, in the same size; corners that come in from outside are `fill`.
 * @param degrees to the right, as one sees it
 */
export function rotated({ width, height, data }: Grey, degrees: number, fill = WHITE): Grey {
  const result = new Uint8Array(width * height).fill(fill);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0, to = 0; y < height; y++) {
    let fx = cx + (y - cy) * sin - cx * cos;
    let fy = cy + (y - cy) * cos + cx * sin;
    for (let x = 0; x < width; x++, to++, fx += cos, fy -= sin) {
      if (!(fx >= 0 && fy >= 0 && fx < width - 1 && fy < height - 1)) continue;
      const [ix, iy] = [fx | 0, fy | 0];
      const [tx, ty] = [fx - ix, fy - iy];
      const at = iy * width + ix;
      const top = data[at]! + (data[at + 1]! - data[at]!) * tx;
      const bottom = data[at + width]! + (data[at + width + 1]! - data[at + width]!) * tx;
      result[to] = top + (bottom - top) * ty + 0.5;
    }
  }
  return { width, height, data: result };
}
