import type { Orientation } from "../_shared/pictures/orientation.ts";

/** Pixels from the top left, row by row, four bytes each: red, green, blue, opacity. */
export type Pixels = { width: number; height: number; data: Uint8Array | Uint8ClampedArray };

/** Width and height of what fits into a box without being stretched or enlarged, at least one pixel each way. */
export function fitted(width: number, height: number, box: { width: number; height: number }, enlarge = false) {
  const scale = Math.min(box.width / width, box.height / height, enlarge ? Number.POSITIVE_INFINITY : 1);
  return {
    width: Math.max(1, Math.min(box.width, Math.round(width * scale))),
    height: Math.max(1, Math.min(box.height, Math.round(height * scale))),
  };
}

/** The picture at a size that fits into the box: each pixel is the mean of those that it covers. */
export function scaledDown(picture: Pixels, box: { width: number; height: number }): Pixels {
  const { width, height } = fitted(picture.width, picture.height, box);
  if (width === picture.width && height === picture.height) return picture;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y += 1) {
    const top = Math.floor((y * picture.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * picture.height) / height));
    for (let x = 0; x < width; x += 1, to += 4) {
      const left = Math.floor((x * picture.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * picture.width) / width));
      // Weighted by opacity: the color of a pixel that nobody sees counts for nothing.
      let [red, green, blue, opacity] = [0, 0, 0, 0];
      for (let row = top; row < bottom; row += 1) {
        for (let at = (row * picture.width + left) * 4, end = at + (right - left) * 4; at < end; at += 4) {
          const alpha = picture.data[at + 3]!;
          red += picture.data[at]! * alpha;
          green += picture.data[at + 1]! * alpha;
          blue += picture.data[at + 2]! * alpha;
          opacity += alpha;
        }
      }
      if (opacity === 0) continue;
      data[to] = red / opacity;
      data[to + 1] = green / opacity;
      data[to + 2] = blue / opacity;
      data[to + 3] = opacity / ((bottom - top) * (right - left));
    }
  }
  return { width, height, data };
}

/** The picture on white paper: what was transparent is white. */
export function onPaper({ width, height, data }: Pixels): Pixels {
  const opaque = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]!;
    for (let color = at; color < at + 3; color += 1) opaque[color] = (data[color]! * alpha + 255 * (255 - alpha)) / 255;
    opaque[at + 3] = 255;
  }
  return { width, height, data: opaque };
}

/** Whether all pixels are white: an empty page, or one whose scan PDFium cannot decode. An icon says more. */
export function isBlank({ data }: Pixels): boolean {
  for (let at = 0; at < data.length; at += 4)
    if (data[at]! < 250 || data[at + 1]! < 250 || data[at + 2]! < 250) return false;
  return true;
}

/** Where a pixel of the upright picture stands in the stored one of this size (EXIF 2.3, tag 274). */
const STORED: Record<Orientation, (x: number, y: number, width: number, height: number) => [x: number, y: number]> = {
  1: (x, y) => [x, y],
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, height) => [y, height - 1 - x],
  7: (x, y, width, height) => [width - 1 - y, height - 1 - x],
  8: (x, y, width) => [width - 1 - y, x],
};

/** Whether a picture that was held so is as wide as it is stored high. */
export const isOnItsSide = (orientation: Orientation): boolean => orientation >= 5;

/** The picture as the camera saw it. */
export function upright(picture: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return picture;
  const [width, height] = isOnItsSide(orientation) ? [picture.height, picture.width] : [picture.width, picture.height];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, to += 4) {
      const [fromX, fromY] = STORED[orientation](x, y, picture.width, picture.height);
      const from = (fromY * picture.width + fromX) * 4;
      data.set(picture.data.subarray(from, from + 4), to);
    }
  }
  return { width, height, data };
}
