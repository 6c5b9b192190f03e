// What is on a picture beside print: the table under the paper, its edge, a logo, a bar code, dotted rules.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { withoutEdges } from "../../engine/edges.ts";
import { readPicture } from "../../engine/page-reading.ts";
import { cropped, type Grey, turned } from "../../engine/picture/grey.ts";
import { printHeight, scaleFor } from "../../engine/picture/letters.ts";
import { lieOf } from "../../engine/picture/skew.ts";
import { stripsOf } from "../../engine/picture/strips.ts";
import { withoutSurroundings } from "../../engine/picture/surroundings.ts";
import type { Recognize, TextLine } from "../../engine/recognizer.ts";
import { ROOT } from "../../scripts/checkout.ts";
import { png, scanOf } from "./documents.ts";
import { engineForTest, post } from "./running.ts";

const page = await scanOf([
  "Harbour Light Joinery",
  "Invoice 2026-0042",
  "Windows, oak 1,240.00",
  "Delivery 12.00",
  "Total due 1,252.00",
  "Payable within thirty days",
]);

/** The page on a table, so many pixels of it at each side; the table's grain is part of it. */
function onTable(paper: Grey, brightness: number, margin: number): Grey {
  const [width, height] = [paper.width + 2 * margin, paper.height + 2 * margin];
  const data = Uint8Array.from({ length: width * height }, (_, at) => brightness + ((at * 7919) % 17));
  for (let y = 0; y < paper.height; y++)
    data.set(paper.data.subarray(y * paper.width, (y + 1) * paper.width), (y + margin) * width + margin);
  return { width, height, data };
}

describe("what lies around the paper", () => {
  test.each([10, 60, 100])("is made white where it is as dark as %i, and the print stays as it is", (brightness) => {
    const picture = onTable(page, brightness, 70);
    const result = withoutSurroundings(picture);
    const inside = cropped(result, { x0: 70, y0: 70, x1: 70 + page.width, y1: 70 + page.height }).data;
    expect(Buffer.compare(inside, page.data)).toBe(0);
    expect(result.data.filter((value) => value < 200).length).toBe(page.data.filter((value) => value < 200).length);
  });

  test("is not a shadow, which fades, nor print that reaches the edge", () => {
    const shaded = {
      ...page,
      data: page.data.map((value, at) => value * (0.3 + 0.65 * Math.min(1, (at % page.width) / 500))),
    };
    expect(withoutSurroundings(shaded)).toBe(shaded);
    expect(withoutSurroundings(page)).toBe(page);
  });

  test("is not read", async () => {
    const engine = await engineForTest();
    const { body } = await post(engine.url, png(onTable(page, 30, 70)), "image/png", "?languages=eng");
    expect(body.pages[0]!.text.split(/\n+/)).toEqual([
      "Harbour Light Joinery",
      "Invoice 2026-0042",
      "Windows, oak 1,240.00",
      "Delivery 12.00",
      "Total due 1,252.00",
      "Payable within thirty days",
    ]);
  });
});

describe("the edge of the paper", () => {
  /** Lines of words "text@left", each letter 10 wide. */
  const linesOf = (...lines: string[]): TextLine[] =>
    lines.map((line, row) => ({
      block: 1,
      words: line.split(" ").map((word) => {
        const [text = "", left] = word.split("@");
        return {
          text,
          x0: Number(left),
          x1: Number(left) + text.length * 10,
          y0: row * 30,
          y1: row * 30 + 20,
          confidence: 0.9,
        };
      }),
    }));
  const textsOf = (lines: TextLine[]): string[] => lines.map((line) => line.words.map((word) => word.text).join(" "));

  test("is no word at the beginning or the end of lines, whatever strokes it was read as", () => {
    const lines = linesOf(
      "i@2 Discount@60 0.00@300",
      "|@2 Total@60 7.42@300 1@390",
      "'@3 CASH@60 7.42@300 |@390",
      "1@2 Change@60 0.00@300 l@392",
      "|@2 |@390",
    );
    expect(textsOf(withoutEdges(lines))).toEqual(["Discount 0.00", "Total 7.42", "CASH 7.42", "Change 0.00"]);
  });

  test("is not a quantity before what was bought, nor a sign between words, nor a number that stands where print does", () => {
    const lines = linesOf(
      "1@20 Apples@60 2.00@300",
      "2@20 Pears@60 3.00@300",
      "1@20 Plums@60 1.00@300",
      "1@20 Figs@60 1.00@300",
      "Table@20 1@200",
      "I@20 paid@60 |@150 cash@200",
    );
    expect(textsOf(withoutEdges(lines))).toEqual([
      "1 Apples 2.00",
      "2 Pears 3.00",
      "1 Plums 1.00",
      "1 Figs 1.00",
      "Table 1",
      "I paid | cash",
    ]);
  });

  test("runs along several lines: one stroke alone is left", () => {
    expect(textsOf(withoutEdges(linesOf("I@5 agree@60", "to@60 this@100", "and@60 sign@120")))).toEqual([
      "I agree",
      "to this",
      "and sign",
    ]);
  });
});

test("a receipt that was photographed on a dark table is read without its edges", async () => {
  const engine = await engineForTest();
  const { body } = await post(
    engine.url,
    await readFile(path.join(ROOT, "samples/IMG_2041.jpg")),
    "image/jpeg",
    "?languages=eng",
  );
  const lines = body.pages[0]!.text.split(/\n+/);
  expect(lines.slice(0, 3)).toEqual(["PENNYWORT CAFE", "118 Harbor Street", "Port Ellery, OR 00418"]);
  expect(lines.filter((line) => /^[^\w(]\s|\s[^\w)]$|\s[1iIl]$/.test(line))).toEqual([]);
});

describe("the size of print", () => {
  test("is that of the lines, beside a logo, a bar code and dotted rules", async () => {
    const bill = await scanOf(Array.from({ length: 14 }, (_, line) => `Item ${line} of the bill, ${line + 3}.50`));
    const { width } = bill;
    const height = printHeight(bill);
    const other = { ...bill, data: bill.data.slice() };
    for (let y = 900; y < 1_000; y++)
      for (let x = 100; x < 500; x++) if (Math.hypot(x - 300, y - 950) < 48) other.data[y * width + x] = 0;
    for (let y = 1_020; y < 1_080; y++) for (let x = 100; x < 400; x++) if (x % 12 < 5) other.data[y * width + x] = 0;
    for (const rule of [880, 885, 890, 1_100, 1_110, 1_120])
      for (let y = rule; y < rule + 3; y++)
        for (let x = 50; x < 800; x++) if (x % 16 < 8) other.data[y * width + x] = 0;
    expect(Math.abs(printHeight(other) - height)).toBeLessThanOrEqual(2);
    expect(scaleFor(other)).toBe(1);
  });
});

describe("which way is up", () => {
  /** Amounts below each other, which look like lines from the side. */
  const bill: Grey = { width: 600, height: 800, data: new Uint8Array(480_000).fill(255) };
  for (let column = 0; column < 6; column++) {
    for (let y = 20; y < 780; y++)
      if ((y + column * 7) % 19 < 14) bill.data.fill(0, y * 600 + 40 + column * 90, y * 600 + 70 + column * 90);
  }
  /** Reads each way up with the given confidence, in as many letters. */
  const reading =
    (tall: [number, number], wide: [number, number]): Recognize =>
    async (picture) => {
      const [confidence, letters] = picture.width === 600 ? tall : wide;
      return {
        engine: "tesseract",
        confidence,
        lines: [{ block: 1, words: [{ text: "1".repeat(letters), x0: 0, y0: 0, x1: 10, y1: 10, confidence }] }],
      };
    };
  const turnOf = async (picture: Grey, tesseract: Recognize) =>
    (
      await readPicture(
        picture,
        undefined,
        { tesseract: async () => tesseract, ppocr: null },
        { languages: "eng", detect: false, installed: ["eng"] },
      )
    ).quarters;

  test("is as the picture lies where its lines seem to run down and no way reads well", async () => {
    expect(lieOf(bill).onItsSide).toBe(true);
    expect(await turnOf(bill, reading([0.46, 50], [0.549, 200]))).toBe(0);
  });

  test("is another way where that reads well", async () => {
    expect(await turnOf(bill, reading([0.2, 50], [0.9, 60]))).toBe(1);
  });

  test("is told by several strips of the page, none of which is a dark band", () => {
    const dark = { ...page, data: page.data.slice() };
    dark.data.fill(0, 700 * page.width, 900 * page.width);
    const strips = stripsOf(dark);
    expect(strips.width).toBe(page.width);
    expect(strips.height).toBeLessThan(page.height / 3);
    expect(strips.data.filter((value) => value < 100).length / strips.data.length).toBeLessThan(0.3);
    expect(stripsOf(turned(page, 1)).width).toBe(page.height);
  });
});
