import { expect, it } from "vitest";
import { withoutFrames } from "../../engine/picture/frames.ts";
import type { Grey } from "../../engine/picture/grey.ts";

const [WIDTH, HEIGHT] = [400, 300];

/** A white picture with black bars, each from a corner, so wide and high. */
function drawn(...bars: [x: number, y: number, width: number, height: number][]): Grey {
  const data = new Uint8Array(WIDTH * HEIGHT).fill(255);
  for (const [x, y, width, height] of bars)
    for (let row = y; row < y + height; row += 1) data.fill(0, row * WIDTH + x, row * WIDTH + x + width);
  return { width: WIDTH, height: HEIGHT, data };
}
type Bar = Parameters<typeof drawn>[number];

const box = (x: number, y: number, width: number, height: number, thick = 2): Bar[] => [
  [x, y, width, thick],
  [x, y + height - thick, width, thick],
  [x, y, thick, height],
  [x + width - thick, y, thick, height],
];
const LETTERS: Bar[] = [
  [60, 60, 4, 20],
  [70, 66, 12, 3],
  [90, 60, 10, 20],
];

it.each<[string, Bar[]]>([
  ["a box", box(40, 40, 200, 60)],
  ["a table of double lines", [...box(40, 40, 200, 60), ...box(44, 44, 90, 52), ...box(138, 44, 98, 52)]],
  ["thick lines", box(40, 40, 200, 60, 6)],
  ["a box with a line across it", [...box(40, 40, 200, 200), [40, 120, 200, 2]]],
])("takes away %s, and leaves what stands in it", (_what, frame) => {
  expect(withoutFrames(drawn(...frame, ...LETTERS)).data).toEqual(drawn(...LETTERS).data);
});

it.each<[string, Bar[]]>([
  ["letters alone", LETTERS],
  ["letters with a line below them", [...LETTERS, [50, 84, 120, 2]]],
  [
    "a letter that touches the line below it",
    [
      [60, 60, 4, 40],
      [50, 98, 120, 2],
    ],
  ],
  [
    "lines across the page",
    [
      [20, 50, 300, 2],
      [20, 90, 300, 2],
    ],
  ],
  ["a line down the page", [[100, 20, 2, 250]]],
  ["a dark area", [[40, 40, 200, 60]]],
])("leaves %s as they are", (_what, bars) => {
  const picture = drawn(...bars);
  expect(withoutFrames(picture)).toBe(picture);
});
