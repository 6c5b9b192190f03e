// What reading with Claude costs: reserved before each call, settled after it, and kept with the page.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createLog } from "../../../supabase/functions/_shared/log.ts";
import type { ModelUse } from "../../../supabase/functions/_shared/model-use.ts";
import type { Page } from "../../../supabase/functions/_shared/pages.ts";
import type { Claim } from "../../../supabase/functions/_shared/answers.ts";
import type { Pipeline } from "../../../supabase/functions/_shared/pipeline.ts";
import { sha256 } from "../../../supabase/functions/_shared/bytes.ts";
import { createReading } from "../../../supabase/functions/ocr/reading.ts";
import { createRecognizers } from "../../../supabase/functions/ocr/recognizer.ts";
import { type FakeClaude, ok, startFakeClaude, text } from "../../../testing/fakes/claude.ts";

const IMAGE = new URL("../../fixtures/one-word.png", import.meta.url);
const LIMITS = { maxPages: 10, runPages: 10, runMs: 60_000, maxUploadBytes: 1_000_000 };
/** 100 tokens in and 20 out at the prices of the default model. */
const ONE_CALL = {
  input_tokens: 100,
  output_tokens: 20,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cost_micro_usd: 20,
};

let fake: FakeClaude;
let engine: Server;
beforeEach(async () => {
  fake = await startFakeClaude();
  engine = createServer((_, response) =>
    response.end(
      JSON.stringify({ pages: [{ page_number: 1, engine: "tesseract", text: "local", confidence: 0.9, words: [] }] }),
    ),
  );
  await new Promise<void>((listening) => engine.listen(0, "127.0.0.1", listening));
});
afterEach(async () => {
  await fake.close();
  await new Promise((closed) => engine.close(closed));
});

/** One run over a picture: what was saved and settled, and what failed it. */
async function run({ left = null, local = false }: { left?: number | null; local?: boolean } = {}) {
  const saved: Page[] = [];
  const settled: ModelUse[] = [];
  const pipeline = {
    savePages: async (_: Claim, pages: Page[]) => void saved.push(...pages),
    completeReading: async () => ({ next: null }),
    reserveModelCall: async (_: Claim, call_id: string, _model: string, most: number) =>
      left !== null && most > left ? { refused: "spent" } : { call_id },
    settleModelCall: async (_: string, used: ModelUse) => void settled.push(used),
  } as unknown as Pipeline;
  const ocrEngineUrl = local ? `http://127.0.0.1:${(engine.address() as AddressInfo).port}` : undefined;
  const recognizers = createRecognizers({
    textEngine: "auto",
    ocrEngineUrl,
    anthropicApiKey: "sk-fake",
    anthropicBaseUrl: fake.url,
    claudeModel: undefined,
  });
  const bytes = new Uint8Array(await readFile(IMAGE));
  const files = { load: async () => bytes } as never;
  const document = {
    id: "1",
    user_id: "1",
    filename: "word.png",
    storage_path: "1/1",
    mime_type: "image/png",
    byte_size: bytes.byteLength,
    content_sha256: await sha256(bytes),
    page_count: null,
  };
  const claim: Claim = { job_id: "1", lease: "1", stage: "ocr", attempt: 1, payload: {}, document, pages_read: [] };
  const failure = await createReading({ pipeline, files, recognizers, limits: LIMITS })({
    claim,
    log: createLog("error", () => {}),
    signal: new AbortController().signal,
    takeNext: () => false,
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { saved, settled, failure };
}

it("stands in the page, and its call is settled once", async () => {
  expect(await run({ left: 1_000_000 })).toMatchObject({
    saved: [{ engine: "claude", usage: ONE_CALL }],
    settled: [ONE_CALL],
    failure: undefined,
  });
});

it("is settled when no page came of a call that was paid", async () => {
  fake.script({ kind: "ok", content: [text("Half a pa")], stop_reason: "max_tokens" });
  expect(await run()).toMatchObject({ saved: [], settled: [ONE_CALL], failure: { code: "model_gave_nothing" } });
});

it("is not spent once the month's money does not cover a call: the page is recorded as unreadable, and says what to do", async () => {
  const { saved, failure } = await run({ left: 1 });
  expect(failure).toBeUndefined();
  expect(saved).toMatchObject([
    {
      engine: null,
      error: { code: "monthly_limit_reached", message: expect.stringContaining("Retry the document then") },
    },
  ]);
  expect(fake.requests).toHaveLength(0);
});

it("is not spent once the month's money does not cover a call: an OCR engine reads instead, where there is one", async () => {
  expect(await run({ left: 1, local: true })).toMatchObject({ saved: [{ engine: "tesseract", text: "local" }] });
  expect(fake.requests).toHaveLength(0);
  fake.script(ok(text("by Claude")));
  expect(await run({ left: 1_000_000, local: true })).toMatchObject({
    saved: [{ engine: "claude", text: "by Claude" }],
  });
});
