import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../engine/server.ts";
import { jpeg, png, scannedPdf, scanOf, textPdf, turnedLeft } from "./documents.ts";
import { post, startEngine } from "./running.ts";

const LINES = [
  "Northwind Traders Limited",
  "Invoice number 2026-0042",
  "Office chairs with wheels 12",
  "Delivery to the back door",
  "Total amount due 1,234.50",
];

let engine: Engine;
beforeAll(async () => { engine = await startEngine({ workers: 2 }); });
afterAll(() => engine.close());

const wordsOf = (text: string): string[] => text.split(/\s+/);

describe("an image", () => {
  test("is read line by line, with the box and confidence of every word", async () => {
    const scan = await scanOf(LINES);
    const { status, body } = await post(engine.url, png(scan), "image/png");
    expect(status).toBe(200);
    expect(body).toMatchObject({ engine: "tesseract", version: expect.stringMatching(/^5\./) });
    const page = body.pages[0]!;
    expect(page).toMatchObject({ page_number: 1, width: scan.width, height: scan.height });
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
});

describe("a PDF", () => {
  test("of pictures only is read in page order", async () => {
    const scans = await Promise.all(["First", "Second", "Third"].map((name) => scanOf([`${name} page of the report`])));
    const { body } = await post(engine.url, scannedPdf(scans), "application/pdf");
    expect(body.pages.map(({ page_number, text }) => [page_number, text])).toEqual([
      [1, "First page of the report"], [2, "Second page of the report"], [3, "Third page of the report"],
    ]);
  });

  test("is read at the pages that are asked for, each once and ascending", async () => {
    const scans = await Promise.all(["First", "Second", "Third", "Fourth"].map((name) => scanOf([`${name} page`])));
    const { body } = await post(engine.url, scannedPdf(scans), "application/pdf", "?pages=3-4,1,3&languages=eng");
    expect(body.pages.map(({ page_number, text }) => [page_number, text])).toEqual([[1, "First page"], [3, "Third page"], [4, "Fourth page"]]);
  });

  test("is rendered at 300 dots an inch", async () => {
    const { body } = await post(engine.url, textPdf(["Rendered large"]), "application/pdf");
    expect(body.pages[0]).toMatchObject({ text: "Rendered large", width: 1750, height: 2479 });
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
