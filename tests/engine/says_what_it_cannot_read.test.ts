import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isLegible, showsPrint } from "../../engine/legible.ts";
import { readPicture, type Recognizers } from "../../engine/page-reading.ts";
import type { Grey } from "../../engine/picture/grey.ts";
import type { Recognize } from "../../engine/recognizer.ts";
import type { Engine } from "../../engine/server.ts";
import { pdfInAnyScript } from "./documents.ts";
import { post, startEngine } from "./running.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const FOREIGN: [string, string[]][] = [
  [
    "Greek",
    [
      "Τιμολόγιο αριθμός 2026-0042",
      "Καρέκλες γραφείου με ρόδες 12",
      "Παράδοση στην πίσω πόρτα",
      "Συνολικό ποσό 1.234,50 ευρώ",
    ],
  ],
  [
    "Russian",
    [
      "Счёт-фактура номер 2026-0042",
      "Офисные кресла на колёсах 12",
      "Доставка к задней двери дома",
      "Итого к оплате 1 234,50 рублей",
    ],
  ],
  [
    "Bulgarian",
    [
      "Фактура номер 2026-0042",
      "Офис столове с колела 12",
      "Обща сума за плащане 1 234,50 лева",
      "Благодарим ви за покупката",
    ],
  ],
  ["Hebrew", ["רפסמ תינובשח", "םילגלג םע דרשמ תואסכ", "תירוחאה תלדל חולשמ", "םולשתל ללוכ םוכס"]],
];

test.each(FOREIGN)("a page in %s is said to need a model, not read as nonsense", async (_, lines) => {
  const { status, body } = await post(engine.url, await pdfInAnyScript(lines), "application/pdf");
  expect([status, body.code]).toEqual([503, "no_language_model"]);
  expect(body.message).toContain("npm run engine:languages");
});

test.each([
  ["Polish", ["Faktura numer 2026-0042", "Krzesła biurowe na kółkach 12", "Łączna kwota do zapłaty 1 234,50 zł"]],
  ["Czech", ["Faktura číslo 2026-0042", "Kancelářské židle s kolečky 12", "Celková částka k úhradě 1 234,50 Kč"]],
])("a page in %s, whose letters are Latin, is read as far as it can be", async (_, lines) => {
  const { status, body } = await post(engine.url, await pdfInAnyScript(lines), "application/pdf");
  expect(status).toBe(200);
  expect(body.pages[0]!.text).toContain("2026-0042");
});

/** White paper with so many square marks in rows, of that many pixels. */
function marked(count: number, size: number): Grey {
  const page = { width: 1000, height: 1400, data: new Uint8Array(1000 * 1400).fill(255) };
  for (let mark = 0; mark < count; mark++) {
    const [left, top] = [100 + (mark % 20) * 40, 200 + Math.floor(mark / 20) * 60];
    for (let y = top; y < top + size; y++) page.data.fill(0, y * 1000 + left, y * 1000 + left + size);
  }
  return page;
}

const saying =
  (text: string, confidence: number): Recognize =>
  async () => {
    const words = text
      .split(" ")
      .filter((word) => word !== "")
      .map((word, at) => ({ text: word, confidence, x0: at * 50, x1: at * 50 + 40, y0: 0, y1: 20 }));
    return { engine: "tesseract", lines: words.length === 0 ? [] : [{ block: 1, words }], confidence };
  };
const alone = (recognize: (languages: string) => Recognize): Recognizers => ({
  ppocr: null,
  tesseract: async (languages) => recognize(languages),
});
const CHOICE = { languages: "eng", detect: true, installed: ["deu", "eng", "jpn"] };

describe("a page of which nothing was read", () => {
  const silent = alone(() => saying("", 0));

  test("is illegible where it shows print", async () => {
    await expect(readPicture(marked(60, 20), undefined, silent, CHOICE)).rejects.toMatchObject({
      code: "illegible_page",
    });
  });

  test.each([
    ["nothing", marked(0, 0)],
    ["dust", marked(200, 2)],
    ["four punched holes", marked(4, 40)],
    ["a large picture", marked(1, 800)],
  ])("is empty where it shows %s", async (_, picture) => {
    expect(showsPrint(picture)).toBe(false);
    expect(await readPicture(picture, undefined, silent, CHOICE)).toMatchObject({ lines: [], confidence: 0 });
  });
});

describe("a page that is nonsense in Latin letters", () => {
  const NONSENSE = "BRE SER ITH FZ EIR Lag ell alll";

  test("is read by the installed model of another script that is surest of it", async () => {
    const japanese = alone((languages) =>
      languages === "jpn" ? saying("請求書 番号 合計 金額 株式会社", 0.93) : saying(NONSENSE, 0.2),
    );
    expect(await readPicture(marked(60, 20), undefined, japanese, CHOICE)).toMatchObject({
      languages: "jpn",
      confidence: 0.93,
    });
  });

  test("is said to need a model where none is surer, or the request named the language", async () => {
    const neither = alone(() => saying(NONSENSE, 0.2));
    await expect(readPicture(marked(60, 20), undefined, neither, CHOICE)).rejects.toMatchObject({
      code: "no_language_model",
    });
    const unasked = alone((languages) => (languages === "jpn" ? saying("請求書 番号", 0.9) : saying(NONSENSE, 0.2)));
    await expect(readPicture(marked(60, 20), undefined, unasked, { ...CHOICE, detect: false })).rejects.toMatchObject({
      code: "no_language_model",
    });
  });
});

test("a form that was copied too often is legible by the words that were read for sure", async () => {
  const poor = (
    await saying("anda Ae fas Torre gmer tothe Ene opp loan debt gow wor", 0.5)(
      { width: 1, height: 1, data: new Uint8Array(1) },
      { layout: "sheet" },
    )
  ).lines;
  const sure = (
    await saying("Request Taxpayer Number your", 0.95)(
      { width: 1, height: 1, data: new Uint8Array(1) },
      { layout: "sheet" },
    )
  ).lines;
  expect(isLegible(poor)).toBe(false);
  expect(isLegible([...poor, ...sure])).toBe(true);
});

test("a page that shows print only when weak marks are taken off is read", async () => {
  const table = marked(60, 20);
  const page = { ...table, data: table.data.map((value) => (value === 255 ? 235 : value)) };
  const onlyInContrast = alone(
    () => async (picture, hints) =>
      saying(picture.data.includes(255) && !picture.data.includes(235) ? "Total 19.40" : "", 0.8)(picture, hints),
  );
  expect((await readPicture(page, undefined, onlyInContrast, CHOICE)).lines).toHaveLength(1);
});

test("numbers, formulas and a poor receipt are legible", async () => {
  const lines = async (text: string, confidence: number) =>
    (await saying(text, confidence)({ width: 1, height: 1, data: new Uint8Array(1) }, { layout: "sheet" })).lines;
  expect(isLegible(await lines("4711 12,50 3.90", 0.5))).toBe(true);
  expect(isLegible(await lines("E = m c? [ fx)dx=0 a+pB=svy", 0.41))).toBe(true);
  expect(isLegible(await lines("buardian Health And Beauty san tnd Total Cash Change Thank you", 0.67))).toBe(true);
});
