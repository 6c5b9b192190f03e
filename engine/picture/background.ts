import { type Grey, scaled } from "./grey.ts";

const CELL = 24; // pixels; larger than any letter that is read at full size
const UNEVEN = 24; // grey values between the brighter and the darker parts of the paper
const NOISY = 9; // grey values by which a pixel of plain paper differs from its neighbors, in the middle of all

/**
 * Evens out light and takes off noise, where there is any to speak of: shadows and grey paper mislead the recognizers'
 * thresholds, and noise looks like ink. A picture that is well lit and clean comes back as it is.
 */
export function cleaned(picture: Grey): Grey {
  const calm = noiseOf(picture) > NOISY ? smoothed(picture, 2) : picture;
  return evened(calm);
}

/** What is brighter than the second becomes white, and what is darker than the first black, once the light is even. */
const PRINT = [130, 200] as const;

/** Strengthens print and takes off what is weak: the grain of wood, stains, what shows through from the other side. */
export function contrasted({ width, height, data }: Grey): Grey {
  const [black, white] = PRINT;
  const levels = Uint8ClampedArray.from({ length: 256 }, (_, value) => ((value - black) * 255) / (white - black));
  return { width, height, data: data.map((value) => levels[value]!) };
}

/** The paper's brightness is the brightest that each cell has but for its highlights; print is dark in relation to it. */
function evened(picture: Grey): Grey {
  const { width, height, data } = picture;
  const paper = paperOf(picture);
  const sorted = paper.data.toSorted();
  const [dark, bright] = [sorted[Math.floor(sorted.length * 0.02)]!, sorted[Math.floor(sorted.length * 0.98)]!];
  if (bright - dark < UNEVEN && bright > 170) return picture;
  const light = scaled(paper, width, height);
  const result = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const value = (data[at]! * 255) / Math.max(40, light.data[at]!);
    result[at] = Math.min(value, 255);
  }
  return { width, height, data: result };
}

function paperOf({ width, height, data }: Grey): Grey {
  const columns = Math.ceil(width / CELL);
  const rows = Math.ceil(height / CELL);
  const cells = new Uint8Array(columns * rows);
  const counts = new Uint32Array(256);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      counts.fill(0);
      let seen = 0;
      for (let y = row * CELL; y < Math.min(height, (row + 1) * CELL); y += 2) {
        for (let x = column * CELL; x < Math.min(width, (column + 1) * CELL); x += 2, seen++)
          counts[data[y * width + x]!]! += 1;
      }
      let value = 255;
      for (let above = counts[255]!; above < seen * 0.2 && value > 0; above += counts[value]!) value -= 1;
      cells[row * columns + column] = value;
    }
  }
  return middled({ width: columns, height: rows, data: brightest({ width: columns, height: rows, data: cells }) });
}

/** Cells full of ink take the paper of their neighbors. */
function brightest({ width, height, data }: Grey): Uint8Array {
  return data.map((value, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    let most = value;
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++)
        most = Math.max(most, data[row * width + column]!);
    }
    return most;
  });
}

/** The mean with the neighbors, so that cells have no edges. */
function middled({ width, height, data }: Grey): Grey {
  return {
    width,
    height,
    data: data.map((_, at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      let [sum, count] = [0, 0];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++, count++)
          sum += data[row * width + column]!;
      }
      return sum / count;
    }),
  };
}

/** How much pixels differ from the mean of their neighbors at left and right, in the middle of all: letters are the few. */
export function noiseOf({ width, height, data }: Grey): number {
  const counts = new Uint32Array(256);
  let seen = 0;
  for (let y = 1; y < height - 1; y += 5) {
    for (let x = 1, at = y * width + 1; x < width - 1; x += 3, at += 3, seen++) {
      counts[Math.abs(data[at]! - ((data[at - 1]! + data[at + 1]!) >> 1))]! += 1;
    }
  }
  let value = 0;
  for (let below = counts[0]!; below < seen / 2 && value < 255; below += counts[value]!) value += 1;
  return value;
}

/** Each pixel with its neighbors, weighted 1 2 1 both ways, so many times; twice is about a Gaussian of one pixel. */
export function smoothed({ width, height, data }: Grey, times: number): Grey {
  let [from, to]: [Uint8Array, Uint8Array] = [data, new Uint8Array(data.length)];
  const pass = (step: number): void => {
    to.set(from);
    for (let at = step; at < from.length - step; at++)
      to[at] = (from[at - step]! + 2 * from[at]! + from[at + step]! + 2) >> 2;
    [from, to] = [to, from === data ? new Uint8Array(data.length) : from];
  };
  for (let time = 0; time < times; time++) for (const step of [1, width]) pass(step);
  return { width, height, data: from };
}
