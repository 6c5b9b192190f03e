import { describe, expect, test } from "vitest";
import { readPicture, type Recognizers } from "../../engine/page-reading.ts";
import type { Grey } from "../../engine/picture/grey.ts";
import { detectLines } from "../../engine/ppocr/detection.ts";
import { rowsOf, wordsOf } from "../../engine/ppocr/ppocr.ts";
import { recognizeLine } from "../../engine/ppocr/recognition.ts";
import type { Model } from "../../engine/ppocr/runtime.ts";
import { confidenceOf, type Recognize, type RecognizerName, textOf } from "../../engine/recognizer.ts";

const box = { x0: 0, y0: 0, x1: 100, y1: 20 };
const blank = (width: number, height: number): Grey => ({
  width,
  height,
  data: new Uint8Array(width * height).fill(255),
});

/** A recognizer that reads the same everywhere, sure to that degree, in words that stand below each other or in a row. */
function reading(engine: RecognizerName, text: string, confidence: number, rows = false): Recognize {
  return async () => {
    const words = text.split(" ").map((word, index) => ({
      text: word,
      confidence,
      x0: rows ? 0 : index * 100,
      x1: rows ? 90 : index * 100 + 90,
      y0: rows ? index * 30 : 0,
      y1: rows ? index * 30 + 20 : 20,
    }));
    return { engine, lines: [{ block: 1, words }], confidence };
  };
}

const both = (tesseract: Recognize, ppocr: Recognize): Recognizers => ({
  tesseract: async () => tesseract,
  ppocr: async () => ppocr,
});
const ENGLISH = { languages: "eng", detect: false, installed: ["deu", "eng"] };

describe("a page is read by", () => {
  const sure = both(reading("tesseract", "a sheet of paper", 0.95), reading("ppocr", "a receipt from a till", 0.9));

  test("PP-OCR where it is much higher than wide", async () => {
    expect(await readPicture(blank(100, 200), undefined, sure, ENGLISH)).toMatchObject({ engine: "ppocr" });
  });

  test("tesseract where it is a sheet", async () => {
    expect(await readPicture(blank(100, 140), undefined, sure, ENGLISH)).toMatchObject({ engine: "tesseract" });
  });

  test("both where tesseract is in doubt or its text has a receipt's shape, and the surer one counts", async () => {
    const doubtful = both(reading("tesseract", "a shoet of pzper", 0.4), reading("ppocr", "a sheet of paper", 0.9));
    expect(await readPicture(blank(100, 140), undefined, doubtful, ENGLISH)).toMatchObject({
      engine: "ppocr",
      confidence: 0.9,
    });
    const receipt = both(
      reading("tesseract", "a till receipt on a table", 0.85, true),
      reading("ppocr", "a till receipt on a table", 0.95, true),
    );
    expect(await readPicture(blank(100, 140), undefined, receipt, ENGLISH)).toMatchObject({
      engine: "ppocr",
      confidence: 0.95,
    });
    const sheet = both(
      reading("tesseract", "a till receipt on a table", 0.92, true),
      reading("ppocr", "a till receipt on a table", 0.95, true),
    );
    expect(await readPicture(blank(100, 140), undefined, sheet, ENGLISH)).toMatchObject({
      engine: "tesseract",
      confidence: 0.92,
    });
    const worse = both(reading("tesseract", "a sheet of paper", 0.7), reading("ppocr", "a sheet", 0.9));
    expect(await readPicture(blank(100, 140), undefined, worse, ENGLISH)).toMatchObject({ engine: "tesseract" });
  });

  test("tesseract alone where the language has accents, or PP-OCR is not installed", async () => {
    expect(await readPicture(blank(100, 200), undefined, sure, { ...ENGLISH, languages: "deu" })).toMatchObject({
      engine: "tesseract",
    });
    expect(await readPicture(blank(100, 200), undefined, { ...sure, ppocr: null }, ENGLISH)).toMatchObject({
      engine: "tesseract",
    });
  });

  test("another language's model where the text is in that language, unless that reads worse", async () => {
    const german =
      "Sehr geehrte Damen und Herren wir danken Ihnen fur Ihren Auftrag und werden ihn so bald wie moglich ausfuhren";
    const recognizers = (confidence: number): Recognizers => ({
      ppocr: null,
      tesseract: async (languages) => reading("tesseract", german, languages === "deu" ? confidence : 0.85),
    });
    expect(await readPicture(blank(100, 140), undefined, recognizers(0.9), { ...ENGLISH, detect: true })).toMatchObject(
      { languages: "deu" },
    );
    expect(await readPicture(blank(100, 140), undefined, recognizers(0.8), { ...ENGLISH, detect: true })).toMatchObject(
      { languages: "eng" },
    );
    expect(await readPicture(blank(100, 140), undefined, recognizers(0.9), ENGLISH)).toMatchObject({
      languages: "eng",
    });
  });
});

describe("PP-OCR", () => {
  test("finds lines where its model marks text, grown back to their size, each once on a page that is looked at in pieces", async () => {
    const page = blank(640, 3_200);
    for (let line = 0; line < 30; line++)
      for (let y = 0; y < 12; y++)
        page.data.fill(0, (60 + line * 100 + y) * 640 + 96, (60 + line * 100 + y) * 640 + 400);
    const marksInk: Model = async (data, dims) => ({
      dims,
      data: data.slice(0, dims[2]! * dims[3]!).map((value) => (value < 0 ? 0.9 : 0)),
    });
    const boxes = await detectLines(page, marksInk);
    expect(boxes).toHaveLength(30);
    expect(
      boxes.every(
        ({ x0, y0, x1, y1 }, line) =>
          x0 < 96 && x1 > 400 && y0 < 60 + line * 100 && y1 > 72 + line * 100 && y1 - y0 < 60,
      ),
    ).toBe(true);
  });

  test("takes repeated steps for one character and blanks for none, and knows where each stands", async () => {
    const steps = [0, 1, 1, 0, 1, 2, 0, 0];
    const recognize: Model = async () => ({
      dims: [1, 8, 3],
      data: Float32Array.from(steps.flatMap((best) => [0, 1, 2].map((index) => (index === best ? 0.9 : 0.05)))),
    });
    const glyphs = await recognizeLine(
      blank(64, 48),
      { x0: 0, y0: 0, x1: 64, y1: 48 },
      { recognize, detect: recognize, alphabet: ["", "a", "b"], latin: [1, 2] },
    );
    expect(glyphs.map(({ text, x }) => [text, x])).toEqual([
      ["a", 12],
      ["a", 36],
      ["b", 44],
    ]);
  });

  test("reads what its language is written with, though the model knows more", async () => {
    const recognize: Model = async () => ({
      dims: [1, 3, 4],
      data: Float32Array.of(0.1, 0, 0, 0.9, 0.1, 0.3, 0.2, 0.4, 0.9, 0, 0, 0.1),
    });
    const glyphs = await recognizeLine(
      blank(24, 48),
      { x0: 0, y0: 0, x1: 24, y1: 48 },
      { recognize, detect: recognize, alphabet: ["", "(", "8", "（"], latin: [1, 2] },
    );
    expect(glyphs.map(({ text }) => text)).toEqual(["("]);
  });

  test("parts words at blanks that the model gives and at gaps that are wider than the others", () => {
    const glyph = (text: string, x: number, gap: number) => ({ text, x, gap, confidence: 0.9 });
    const words = wordsOf(
      [
        glyph("T", 5, 0),
        glyph("o", 15, 2),
        glyph("9", 50, 14),
        glyph("0", 60, 3),
        glyph(" ", 65, 1),
        glyph("x", 80, 4),
      ],
      box,
    );
    expect(words.map(({ text, x0, x1 }) => [text, x0, x1])).toEqual([
      ["To", 0, 33],
      ["90", 33, 70],
      ["x", 70, 100],
    ]);
  });

  test("puts what stands at one height into one line, from left to right", () => {
    const piece = (text: string, x0: number, y0: number) => ({
      box: { x0, y0, x1: x0 + 50, y1: y0 + 20 },
      words: [{ text, x0, y0, x1: x0 + 50, y1: y0 + 20, confidence: 1 }],
    });
    expect(
      textOf(rowsOf([piece("9.00", 200, 43), piece("Thanks", 0, 80), piece("Total", 0, 40), piece("Shop", 0, 0)])),
    ).toBe("Shop\nTotal 9.00\nThanks");
  });
});

test("a confidence is weighted by letters, and 0 without any", () => {
  expect(confidenceOf([])).toBe(0);
  expect(
    confidenceOf([
      {
        block: 1,
        words: [
          { ...box, text: "abc", confidence: 1 },
          { ...box, text: "d", confidence: 0.2 },
        ],
      },
    ]),
  ).toBe(0.8);
});
