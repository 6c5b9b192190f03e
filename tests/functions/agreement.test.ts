// A model's reading is checked against the OCR engine's: a text that was made up has little in common with what stands there.
import { expect, it } from "vitest";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import type { Page, ReadPages, TextEngine } from "../../supabase/functions/_shared/pages.ts";
import { agreement, checkedAgainst } from "../../supabase/functions/ocr/agreement.ts";
import { createRecognizers } from "../../supabase/functions/ocr/recognizer.ts";

const FILE = { bytes: new Uint8Array(), mime_type: "image/png", filename: "a.png" };
const reads =
  (engine: TextEngine, ...texts: string[]): ReadPages =>
  async (_file, pages) =>
    pages.map(
      (page_number, index): Page => ({ page_number, text: texts[index] ?? "", engine, confidence: null, words: null }),
    );

it.each([
  ["the same words in another form", "Total: 24.50 EUR", "TOTAL 24.50 eur", 1],
  ["half of the words", "one two three four", "one two five six", 0.5],
  ["nothing", "Dear customer", "Plot 17", 0],
  ["a word that one reading repeats", "no", "no no no", 0.5],
])("is the share of words in common: %s", (_what, one, other, share) => {
  expect(agreement(one, other)).toBe(share);
});

it("says nothing of a page on which neither found a word", () => {
  expect(agreement("", " \n")).toBeNull();
});

it("becomes the confidence of the page that the model read", async () => {
  const read = checkedAgainst(
    reads("tesseract", "Invoice 17 of Acme", "Lorem ipsum"),
    reads("claude", "Invoice 17 of Acme", "A sunny day"),
  );
  expect(await read(FILE, [1, 2])).toMatchObject([
    { engine: "claude", text: "Invoice 17 of Acme", confidence: 1 },
    { engine: "claude", confidence: 0 },
  ]);
});

it("leaves a page unchecked when the check fails, and fails when the reading does", async () => {
  const fails: ReadPages = () => Promise.reject(new PipelineError("ocr_engine_busy"));
  expect(await checkedAgainst(fails, reads("claude", "text"))(FILE, [1])).toMatchObject([
    { text: "text", confidence: null },
  ]);
  await expect(checkedAgainst(reads("tesseract", "text"), fails)(FILE, [1])).rejects.toMatchObject({
    code: "ocr_engine_busy",
  });
});

it.each([
  ["auto", undefined, /OCR_ENGINE_URL or ANTHROPIC_API_KEY/],
  ["local", undefined, /Set OCR_ENGINE_URL/],
  ["auto", "claude", /Set ANTHROPIC_API_KEY/],
  ["claude", "local", /Set OCR_ENGINE_URL/],
  ["local", "claude", /Set OCR_ENGINE_URL/],
] as const)(
  "says what to set when the setting %s and the option %s find nothing that reads",
  async (textEngine, option, message) => {
    const recognizers = createRecognizers({
      textEngine,
      ocrEngineUrl: undefined,
      anthropicApiKey: undefined,
      anthropicBaseUrl: undefined,
      claudeModel: undefined,
    });
    await expect(recognizers(option)(FILE, [1])).rejects.toMatchObject({
      code: "no_ocr_engine",
      message: expect.stringMatching(message),
    });
  },
);
