import { beforeEach, expect, it, vi } from "vitest";
import { ERRORS } from "../../supabase/functions/_shared/errors.ts";
import { DocketError } from "../../client/src/index.ts";
import { sentenceOf } from "../../web/src/sentences.ts";

const refusal = (message: string, code: string) => new DocketError(code, 400, message);

beforeEach(() => {
  vi.stubGlobal("navigator", { onLine: true });
});

/** What only a developer reads. */
const RAW =
  /[A-Z]{2,}_[A-Z]|\b[a-z]+_[a-z]+\b|[{}]|\buuid\b|\bJSON\b|JWT|TypeError|\bbytes\b|application\/|PGRST|docs\/|npm run|<html/;

it.each([
  ["a lost connection in Chromium", new TypeError("Failed to fetch")],
  ["a lost connection in supabase-js", { message: "TypeError: Failed to fetch", code: "", hint: "", details: "at …" }],
  ["a lost connection in Safari", new TypeError("Load failed")],
  ["a lost connection in Firefox", new TypeError("NetworkError when attempting to fetch resource.")],
  ["an id that is none", { code: "22P02", message: 'invalid input syntax for type uuid: "x"', hint: null }],
  ["a row that is gone", { code: "PGRST116", message: "Cannot coerce the result to a single JSON object", hint: null }],
  ["a column that is the pipeline's", { code: "42501", message: "permission denied for table documents" }],
  [
    "a rule of the table",
    { code: "23514", message: 'new row for relation "documents" violates check constraint "tags_are_few"' },
  ],
  [
    "an unknown rule",
    { code: "23514", message: 'new row for relation "documents" violates check constraint "new_rule"' },
  ],
  ["a gateway's page", { message: "<html><body>502 Bad Gateway</body></html>" }],
  [
    "a setting of the project",
    refusal("Nothing answered at OCR_ENGINE_URL. Check it, and that the engine runs.", "ocr_engine_unavailable"),
  ],
  ["a setting under an unknown code", refusal("Check OCR_ENGINE_URL.", "something_new")],
  [
    "a size in bytes",
    refusal("The file is larger than the 20971520 bytes (20 MiB) that this project takes.", "file_too_large"),
  ],
  ["a type of file", refusal("The file is of type application/x-cfb. Send one of: PDF, JPEG.", "unsupported_type")],
  ["a bug of the page", new TypeError("Cannot read properties of undefined (reading 'id')")],
  ["nothing at all", undefined],
  ["an object without words", {}],
])("says %s in a sentence", (_what, error) => {
  const sentence = sentenceOf(error);
  expect(sentence).toMatch(/^[\p{Lu}“].*[.?!]$/u);
  expect(sentence).not.toMatch(RAW);
});

it("says whether it is the reader's connection or the project that is away", () => {
  vi.stubGlobal("navigator", { onLine: false });
  expect(sentenceOf(new TypeError("Failed to fetch"))).toMatch(/^You are offline/);
  vi.stubGlobal("navigator", { onLine: true });
  expect(sentenceOf(new TypeError("Failed to fetch"))).toMatch(/^The project does not answer/);
});

it("says sizes as people do, and keeps what a message tells", () => {
  const sentence = sentenceOf(
    refusal("The part is larger than the 20971520 bytes that this project takes.", "file_too_large"),
  );
  expect(sentence).toBe("The part is larger than the 21 MB that this project takes.");
  expect(
    sentenceOf(refusal("The document has 812 pages; this project reads up to 500. Split it.", "too_many_pages")),
  ).toContain("812 pages");
});

it.each(Object.entries(ERRORS))("has a sentence for the code %s", (code, { message }) => {
  expect(sentenceOf(refusal(message, code))).not.toMatch(RAW);
  expect(sentenceOf({ code: "PT400", hint: code, message })).not.toMatch(RAW);
});
