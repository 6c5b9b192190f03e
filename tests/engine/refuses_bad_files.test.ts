import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ERRORS } from "../../supabase/functions/_shared/errors.ts";
import type { Engine } from "../../engine/server.ts";
import { encryptedPdf, jpeg, png, scanOf, textPdf } from "./documents.ts";
import { post, startEngine } from "./running.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ maxBytes: 200_000 });
});
afterAll(() => engine.close());

const pixel = { width: 1, height: 1, data: Uint8Array.of(255) };

const cases: [
  behaviour: string,
  code: keyof typeof ERRORS,
  file: () => Uint8Array | Promise<Uint8Array>,
  type: string,
  query?: string,
][] = [
  ["a type that no recognizer takes", "unsupported_type", () => Buffer.from("hello"), "text/plain"],
  [
    "bytes that are neither an image nor a PDF",
    "unsupported_type",
    () => Buffer.from("hello"),
    "application/octet-stream",
  ],
  ["a file without bytes", "empty_file", () => new Uint8Array(0), "image/png"],
  ["a file above the limit", "file_too_large", () => new Uint8Array(200_001), "image/png"],
  [
    "an image with too many pixels, by its header alone",
    "image_too_large",
    () => png(pixel, { width: 30_000, height: 30_000 }),
    "image/png",
  ],
  [
    "an image with a side that is too long",
    "image_too_large",
    () => png(pixel, { width: 40_000, height: 10 }),
    "image/png",
  ],
  ["an image whose header is cut off", "broken_file", () => png(pixel).subarray(0, 20), "image/png"],
  [
    "an image whose pixels are cut off",
    "broken_file",
    async () => (await jpeg(await scanOf(["cut off"]))).subarray(0, 5_000),
    "image/jpeg",
  ],
  ["a PDF with a password", "encrypted_pdf", () => encryptedPdf(), "application/pdf"],
  ["a PDF that is none inside", "broken_file", () => Buffer.from("%PDF-1.4\nnothing of the kind"), "application/pdf"],
  ["a page behind the last one", "invalid_request", () => textPdf(["one"]), "application/pdf", "?pages=2"],
  ["a range up to a billion pages", "invalid_request", () => textPdf(["one"]), "application/pdf", "?pages=1-999999999"],
  ["pages that are no numbers", "invalid_request", () => textPdf(["one"]), "application/pdf", "?pages=one"],
  ["a language that is not installed", "invalid_request", () => png(pixel), "image/png", "?languages=eng,tlh"],
];

describe("refuses", () => {
  test.each(cases)("%s: %s", async (_, code, file, type, query) => {
    const { status, body } = await post(engine.url, await file(), type, query);
    expect({ status, code: body.code }).toEqual({ status: ERRORS[code].status, code });
    expect(Object.keys(body)).toEqual(["code", "message"]);
    expect(body.message).not.toMatch(/\bat \S+:\d+|Error:/);
  });

  test("a file above the limit that does not say how long it is", async () => {
    const chunks = Array.from({ length: 10 }, () => new Uint8Array(50_000));
    const body = new ReadableStream({
      pull: (sink) => {
        const next = chunks.pop();
        if (next) sink.enqueue(next);
        else sink.close();
      },
    });
    const init = { method: "POST", headers: { "Content-Type": "image/png" }, body, duplex: "half" };
    const response = await fetch(`${engine.url}/read`, init as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "file_too_large" });
  });

  test("another method and another path", async () => {
    const get = await fetch(`${engine.url}/read`);
    expect([get.status, await get.json()]).toEqual([405, { code: "method_not_allowed", message: "Use POST." }]);
    const elsewhere = await fetch(`${engine.url}/`);
    expect([elsewhere.status, await elsewhere.json()]).toEqual([
      404,
      { code: "not_found", message: "Use POST /read, GET /health or GET /metrics." },
    ]);
  });

  test("nothing for good: the next file is read after all of these", async () => {
    const { body } = await post(engine.url, png(await scanOf(["Still here"])), "image/png");
    expect(body.pages[0]!.text).toBe("Still here");
  });
});
