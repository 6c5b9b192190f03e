import { afterAll, beforeAll, expect, test } from "vitest";
import { hasColumns } from "../../engine/columns.ts";
import type { TextLine } from "../../engine/recognizer.ts";
import type { Engine } from "../../engine/server.ts";
import { type Grey, png, scanOf } from "./documents.ts";
import { post, startEngine } from "./running.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ workers: 1 });
});
afterAll(() => engine.close());

const ONE_SIDE = [
  "The keeper stores the goods in a dry",
  "room that is locked at night and is not",
  "obliged to open packages or to count",
  "what they contain before they are sold.",
  "Fees are due in advance for each month",
  "that has begun when the owner signs it.",
  "Goods that may burn or leak or smell",
];
const OTHER_SIDE = [
  "Either side may end this contract with",
  "notice of one month and the owner then",
  "clears the room by noon of the last day",
  "and what is left is kept at his own cost.",
  "The keeper answers for loss or damage",
  "where it was caused by his own fault and",
  "for no more than fifty times the fee.",
];

/** Two pages in one picture, as the columns of a sheet. */
async function sideBySide(left: string[], right: string[]): Promise<Grey> {
  const [one, other] = [await scanOf(left), await scanOf(right)];
  const width = one.width + other.width;
  const data = new Uint8Array(width * one.height);
  for (let y = 0; y < one.height; y++) {
    data.set(one.data.subarray(y * one.width, (y + 1) * one.width), y * width);
    data.set(other.data.subarray(y * other.width, (y + 1) * other.width), y * width + one.width);
  }
  return { width, height: one.height, data };
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

test("prose in two columns is read one column after the other", async () => {
  const { body } = await post(engine.url, png(await sideBySide(ONE_SIDE, OTHER_SIDE)), "image/png", "?languages=eng");
  expect(linesOf(body.pages[0]!.text)).toEqual([...ONE_SIDE, ...OTHER_SIDE]);
});

test("the rows of a table stay together, however far its columns stand apart", async () => {
  const goods = [
    "Copier paper A4, 80 g",
    "Toner cartridge, black",
    "Ring binder, 50 mm",
    "Delivery",
    "Subtotal",
    "Value added tax",
    "Total due",
  ];
  const amounts = ["226.80", "193.50", "86.00", "12.00", "518.30", "103.66", "621.96"];
  const { body } = await post(engine.url, png(await sideBySide(goods, amounts)), "image/png", "?languages=eng");
  expect(linesOf(body.pages[0]!.text)).toEqual(goods.map((name, row) => `${name} ${amounts[row]}`));
});

/** Rows of words that are 40 wide, at those places from the left. */
const rowsAt = (rows: number, places: number[]): TextLine[] =>
  Array.from({ length: rows }, (_, row) => ({
    block: 1,
    words: places.map((x0) => ({ text: "word", x0, x1: x0 + 40, y0: row * 30, y1: row * 30 + 20, confidence: 1 })),
  }));
const ACROSS = [0, 50, 100, 150];

test("words are columns where both sides of a gap are full rows, at least six, and the gap is long", () => {
  const both = [...ACROSS, ...ACROSS.map((x) => x + 300)];
  expect(hasColumns(rowsAt(10, both))).toBe(true);
  expect(hasColumns(rowsAt(5, both))).toBe(false);
  expect(hasColumns(rowsAt(10, [...ACROSS, 300, 430]))).toBe(false); // cells
  expect(hasColumns(rowsAt(10, [0, 50, 100, 150, 200, 250, 300, 350]))).toBe(false); // one column
  const across = rowsAt(40, [0, 50, 100, 150, 200, 250, 300, 350]);
  expect(hasColumns([...rowsAt(8, both), ...across.slice(8)])).toBe(false); // a short gap
});
