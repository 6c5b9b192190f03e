import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../engine/server.ts";
import { jpeg, onWood, png, printOnTransparency, scannedPdf, scanOf, textPdf, tiff, turnedLeft } from "./documents.ts";
import { post, startEngine } from "./running.ts";

const LINES = [
  "Northwind Traders Limited",
  "Invoice number 2026-0042",
  "Office chairs with wheels 12",
  "Delivery to the back door",
  "Total amount due 1,234.50",
];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ workers: 2 });
});
afterAll(() => engine.close());

const wordsOf = (text: string): string[] => text.split(/\s+/);

describe("an image", () => {
  test("is read line by line, with the box and confidence of every word", async () => {
    const scan = await scanOf(LINES);
    const { status, body } = await post(engine.url, png(scan), "image/png");
    expect(status).toBe(200);
    const page = body.pages[0]!;
    expect(page).toMatchObject({
      page_number: 1,
      engine: "tesseract",
      language: "eng",
      rotation: 0,
      width: scan.width,
      height: scan.height,
    });
    expect(page.text.split("\n").filter((line) => line !== "")).toEqual(LINES);
    expect(page.words.map((word) => word.text)).toEqual(wordsOf(page.text));
    expect(page.confidence).toBeGreaterThan(0.85);
    expect(page.confidence).toBeLessThanOrEqual(1);
    expect(page.ms).toBeGreaterThan(0);
    for (const { x0, y0, x1, y1, confidence } of page.words) {
      expect(x0 >= 0 && x0 < x1 && x1 <= scan.width && y0 >= 0 && y0 < y1 && y1 <= scan.height).toBe(true);
      expect(confidence > 0 && confidence <= 1).toBe(true);
    }
  });

  test("without text answers an empty page", async () => {
    const blank = { width: 400, height: 500, data: new Uint8Array(400 * 500).fill(255) };
    const { body } = await post(engine.url, png(blank), "image/png");
    expect(body.pages[0]).toMatchObject({ text: "", words: [], confidence: 0 });
  });

  test.each([
    ["white", 255],
    ["light grey", 190],
    ["dark grey", 70],
    ["black", 0],
  ])("of %s print on transparency is read", async (_, ink) => {
    const { body } = await post(engine.url, printOnTransparency(await scanOf(LINES), ink), "image/png");
    expect(wordsOf(body.pages[0]!.text)).toEqual(LINES.flatMap(wordsOf));
  });

  test("of a page on a wooden table that is nearly as bright is read, and the grain is not", async () => {
    const { body } = await post(engine.url, png(onWood(await scanOf(LINES))), "image/png");
    expect(wordsOf(body.pages[0]!.text)).toEqual(expect.arrayContaining(LINES.flatMap(wordsOf)));
  });

  test("is judged by its bytes where the type names another image", async () => {
    const { status, body } = await post(engine.url, png(await scanOf(["Judged by bytes"])), "image/jpeg");
    expect(status).toBe(200);
    expect(body.pages[0]!.text).toBe("Judged by bytes");
  });

  test("from a camera held on its side is turned upright by its EXIF orientation", async () => {
    const upright = await scanOf(LINES);
    const { body } = await post(engine.url, await jpeg(turnedLeft(upright), 6), "image/jpeg");
    expect(body.pages[0]).toMatchObject({ width: upright.width, height: upright.height });
    expect(wordsOf(body.pages[0]!.text)).toEqual(LINES.flatMap(wordsOf));
  });

  test("that lies on its side is turned, and its boxes are those of the page upright", async () => {
    const upright = await scanOf(LINES);
    const { body } = await post(engine.url, png(turnedLeft(upright)), "image/png");
    const page = body.pages[0]!;
    expect(page).toMatchObject({ rotation: 90, width: upright.width, height: upright.height });
    expect(wordsOf(page.text)).toEqual(LINES.flatMap(wordsOf));
    const { x0, y0, x1, y1 } = page.words[0]!; // at 40 points from the left and about 60 from the top, of 420 and 595
    expect([x0 / upright.width, y0 / upright.height].map((share) => share.toFixed(1))).toEqual(["0.1", "0.1"]);
    expect(x1 - x0).toBeGreaterThan(2 * (y1 - y0));
  });
});

describe("a PDF", () => {
  test("of pictures only is read in page order", async () => {
    const scans = await Promise.all(["First", "Second", "Third"].map((name) => scanOf([`${name} page of the report`])));
    const { body } = await post(engine.url, scannedPdf(scans), "application/pdf");
    expect(body.pages.map(({ page_number, text }) => [page_number, text])).toEqual([
      [1, "First page of the report"],
      [2, "Second page of the report"],
      [3, "Third page of the report"],
    ]);
  });

  test("is read at the pages that are asked for, each once and ascending", async () => {
    const scans = await Promise.all(["First", "Second", "Third", "Fourth"].map((name) => scanOf([`${name} page`])));
    const { body } = await post(engine.url, scannedPdf(scans), "application/pdf", "?pages=3-4,1,3&languages=eng");
    expect(body.pages.map(({ page_number, text }) => [page_number, text])).toEqual([
      [1, "First page"],
      [3, "Third page"],
      [4, "Fourth page"],
    ]);
  });

  test("is rendered at 250 dots an inch", async () => {
    const { body } = await post(engine.url, textPdf(["Rendered large"]), "application/pdf");
    expect(body.pages[0]).toMatchObject({ text: "Rendered large", width: 1458, height: 2065 });
  });

  test("that would have too many pixels is rendered smaller, and still read", async () => {
    const small = await startEngine({ maxPixels: 1_000_000 });
    try {
      const { status, body } = await post(small.url, textPdf(["Rendered small"]), "application/pdf");
      expect(status).toBe(200);
      const { text, width, height } = body.pages[0]!;
      expect(text).toBe("Rendered small");
      expect(width * height).toBeLessThanOrEqual(1_000_000);
      expect(width * height).toBeGreaterThan(990_000);
    } finally {
      await small.close();
    }
  });
});

test("a TIFF is read page by page", async () => {
  const pages = await Promise.all(["First", "Second"].map((name) => scanOf([`${name} page of the TIFF`])));
  const { body } = await post(engine.url, tiff(pages), "image/tiff", "?pages=2");
  expect(body.pages.map(({ page_number, text }) => [page_number, text])).toEqual([[2, "Second page of the TIFF"]]);
});

test("a text in another language is found out and read with that language's model", async () => {
  const german = [
    "Sehr geehrte Frau Schröder,",
    "wir danken für die Übersendung der Unterlagen und",
    "prüfen nun, ob die Gebühren richtig berechnet sind.",
  ];
  const { body } = await post(engine.url, png(await scanOf(german)), "image/png", "?languages=auto");
  expect(body.pages[0]).toMatchObject({ language: "deu" });
  expect(wordsOf(body.pages[0]!.text)).toEqual(german.flatMap(wordsOf));
});
