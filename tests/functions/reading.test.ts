// A run of reading: where it stops, what it does with a page that cannot be read, and what fails the whole attempt.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import type { Page, ReadPages } from "../../supabase/functions/_shared/pages.ts";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import type { Pipeline } from "../../supabase/functions/_shared/pipeline.ts";
import { createMemoryBudget, type MemoryBudget } from "../../supabase/functions/_shared/memory-budget.ts";
import { createWorkerBudget, NO_LIMITS, type WorkerBudget } from "../../supabase/functions/_shared/worker-budget.ts";
import { createReading, type ReadingLimits } from "../../supabase/functions/ocr/reading.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const ROOMY: ReadingLimits = {
  maxPages: 2000,
  runPages: 1000,
  runMs: 60_000,

  maxUploadBytes: 1_000_000,
};
const recognized = (page_number: number, text = `Scan ${page_number}`): Page => ({
  page_number,
  text,
  engine: "tesseract",
  confidence: 0.9,
  words: null,
});
const readAll: ReadPages = async (_file, pages) => pages.map((page) => recognized(page));

/** One run over a fixture; what it saved, and how it ended. */
async function run(
  fixture: string,
  {
    limits = {},
    recognize = readAll,
    claim = {},
    announced = {},
    memory,
    budget,
    breathMs,
    signal = new AbortController().signal,
  }: {
    limits?: Partial<ReadingLimits>;
    recognize?: ReadPages;
    claim?: Partial<Claim>;
    announced?: Partial<NonNullable<Claim["document"]>>;
    memory?: MemoryBudget;
    budget?: WorkerBudget;
    breathMs?: number;
    signal?: AbortSignal;
  } = {},
) {
  const saved: Page[][] = [];
  let ended: "completed" | "yielded" | "cleared" | undefined;
  const pipeline = {
    savePages: async (_claim: Claim, pages: Page[]) => void saved.push(pages),
    completeReading: async () => ((ended = "completed"), { next: null }),
    yieldJob: async () => void (ended = "yielded"),
    clearSuspect: async () => void (ended = "cleared"),
  } as unknown as Pipeline;
  const bytes = new Uint8Array(await readFile(new URL(fixture, FIXTURES)));
  const files = { load: async () => bytes } as never;
  const document = {
    id: "1",
    user_id: "1",
    filename: fixture,
    storage_path: "1/1",
    mime_type: fixture.endsWith("png") ? "image/png" : "application/pdf",
    byte_size: bytes.byteLength,
    content_sha256: createHash("sha256").update(bytes).digest("hex"),
    page_count: null,
    ...announced,
  };
  const read = createReading({
    pipeline,
    files,
    recognizers: () => recognize,
    limits: { ...ROOMY, ...limits },
    ...(memory ? { memory } : {}),
    ...(budget ? { budget } : {}),
    ...(breathMs === undefined ? {} : { breathMs }),
  });
  const job = {
    claim: {
      job_id: "1",
      lease: "1",
      stage: "ocr" as const,
      attempt: 1,
      payload: {},
      document,
      pages_read: [],
      ...claim,
    },
    log: createLog("error", () => {}),
    signal,
    takeNext: () => false,
  };
  await read(job);
  return { ended, saved, pages: saved.flat() };
}
const numbers = (pages: Page[]) => pages.map((page) => page.page_number);

it.each([
  ["fewer bytes", { byte_size: 1 }],
  ["other bytes", { content_sha256: "0".repeat(64) }],
  ["a text", { mime_type: "text/csv" }],
  ["a picture", { mime_type: "image/png" }],
])("reads nothing of a PDF that was announced as %s", async (_, announced) => {
  await expect(run("many-pages.pdf", { announced })).rejects.toMatchObject({ code: "file_differs", retryable: false });
});

it("takes one kind of text for another, which only a name tells apart", async () => {
  expect((await run("README.md", { announced: { mime_type: "text/plain" } })).ended).toBe("completed");
});

it("stops at its limit of pages, with all of them saved, and goes on from there", async () => {
  const first = await run("many-pages.pdf", { limits: { runPages: 50 } });
  expect(first.ended).toBe("yielded");
  expect(numbers(first.pages)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  const second = await run("many-pages.pdf", { claim: { pages_read: numbers(first.pages) } });
  expect(second.ended).toBe("completed");
  expect(numbers(second.pages)).toEqual(Array.from({ length: 70 }, (_, index) => index + 51));
});

it("stops at the next page when its worker has used its budget, after a page at least", async () => {
  const { ended, pages } = await run("many-pages.pdf", { budget: { ...NO_LIMITS, mustYield: () => true } });
  expect(ended).toBe("yielded");
  expect(numbers(pages)).toEqual([1]);
});

it("shares the budget of its worker with the other runs in it", async () => {
  let asked = 0;
  // Each page that a run is about to read costs 10 ms, whichever run it is.
  const budget = createWorkerBudget({ softLimitMs: 1_000, events: new EventTarget(), measuredMs: () => 10 * asked });
  const counted = { ...budget, mustYield: () => ((asked += 1), budget.mustYield()) };
  const runs = await Promise.all(Array.from({ length: 4 }, () => run("many-pages.pdf", { budget: counted })));
  expect(runs.map(({ ended }) => ended)).toEqual(["yielded", "yielded", "yielded", "yielded"]);
  expect(runs.every(({ pages }) => pages.length > 0)).toBe(true);
  expect(runs.flatMap(({ pages }) => pages).length).toBeLessThan(130);
});

it("hears the platform while it reads a long document, and stops at the next page", async () => {
  const platform = new EventTarget();
  const budget = createWorkerBudget({ softLimitMs: Number.POSITIVE_INFINITY, events: platform });
  setTimeout(() => platform.dispatchEvent(new CustomEvent("beforeunload", { detail: { reason: "memory" } })));
  const { ended, pages } = await run("many-pages.pdf", { budget, breathMs: 0 });
  expect(ended).toBe("yielded");
  expect(pages.length).toBeLessThan(20);
});

it("does not hold it against a page that the end of the worker cut off its recognition", async () => {
  const end = new AbortController();
  const recognize: ReadPages = async () => {
    end.abort(new Error("The worker ends: wall_clock."));
    throw new PipelineError("ocr_timeout");
  };
  await expect(run("one-word.png", { recognize, claim: { attempt: 3 }, signal: end.signal })).rejects.toMatchObject({
    code: "ocr_timeout",
  });
});

it("records a page that cannot be recognized, and goes on", async () => {
  const { ended, pages } = await run("mixed.pdf", {
    recognize: () => Promise.reject(new PipelineError("no_ocr_engine")),
  });
  expect(ended).toBe("completed");
  expect(pages.toSorted((a, b) => a.page_number - b.page_number)).toMatchObject([
    { page_number: 1, engine: "pdf_text_layer" },
    { page_number: 2, engine: null, text: "", error: { code: "no_ocr_engine" } },
    { page_number: 3, engine: "pdf_text_layer" },
  ]);
});

it.each(["ocr_engine_busy", "ocr_engine_unavailable", "model_rate_limited", "model_rejected"] as const)(
  "fails the attempt at %s, which says nothing of the page",
  async (code) => {
    await expect(run("mixed.pdf", { recognize: () => Promise.reject(new PipelineError(code)) })).rejects.toMatchObject({
      code,
    });
  },
);

it("waits for a page that takes too long, and records it after the third attempt", async () => {
  const recognize: ReadPages = () => Promise.reject(new PipelineError("ocr_timeout"));
  await expect(run("one-word.png", { recognize, claim: { attempt: 2 } })).rejects.toMatchObject({
    code: "ocr_timeout",
  });
  expect((await run("one-word.png", { recognize, claim: { attempt: 3 } })).pages).toMatchObject([
    { page_number: 1, error: { code: "ocr_timeout" } },
  ]);
});

it("saves page by page after its worker died, and leaves out the page it dies of in the last attempt of all", async () => {
  const again = await run("many-pages.pdf", {
    claim: { attempt: 2, last_error: { code: "worker_lost" } },
    limits: { runPages: 3 },
  });
  expect(again.saved.map(numbers)).toEqual([[1], [2], [3]]);
  const third = await run("many-pages.pdf", {
    claim: { attempt: 3, last_error: { code: "worker_lost" }, pages_read: [1, 2, 3] },
    limits: { runPages: 3 },
  });
  expect(third.saved.map(numbers)).toEqual([[4], [5], [6]]);
  const last = await run("many-pages.pdf", {
    claim: { attempt: 5, last_attempt: true, last_error: { code: "worker_lost" }, pages_read: [1, 2, 3] },
    limits: { runPages: 3 },
  });
  expect(last.pages).toMatchObject([
    { page_number: 4, error: { code: "worker_lost" } },
    { page_number: 5 },
    { page_number: 6 },
  ]);
});

it("opens an encrypted PDF with the password that it was given, and no other", async () => {
  await expect(run("encrypted.pdf")).rejects.toMatchObject({ code: "encrypted_pdf" });
  await expect(run("encrypted.pdf", { claim: { payload: { password: "wrong" } } })).rejects.toMatchObject({
    code: "wrong_password",
  });
  expect((await run("encrypted.pdf", { claim: { payload: { password: "open-sesame" } } })).ended).toBe("completed");
});

it("refuses a document of more pages than the project reads", async () => {
  await expect(run("many-pages.pdf", { limits: { maxPages: 119 } })).rejects.toMatchObject({
    code: "too_many_pages",
    message: expect.stringContaining("120 pages"),
  });
});

it("waits while other files fill the memory for them, and lets the next one in when it has ended, however", async () => {
  const memory = createMemoryBudget(1);
  const other = await memory.hold({ owner: "other", mostBytes: 1 });
  const ended: string[] = [];
  const failing = run("mixed.pdf", {
    memory,
    recognize: () => Promise.reject(new PipelineError("ocr_engine_busy")),
  }).catch((thrown: PipelineError) => void ended.push(thrown.code));
  const waiting = run("one-word.png", { memory }).then(({ ended: how }) => void ended.push(how!));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toEqual([]);
  other[Symbol.dispose]();
  await Promise.all([failing, waiting]);
  // Which of the two files was read from the disk first is not said.
  expect(ended.toSorted()).toEqual(["completed", "ocr_engine_busy"]);
});

it("reads of a suspect what the file itself holds, and leaves the OCR engine's pages to a run among the others", async () => {
  const engine: ReadPages = Object.assign(() => expect.unreachable(), { sendsWhole: true });
  const alone = await run("mixed.pdf", { recognize: engine, claim: { alone: true } });
  expect(alone.ended).toBe("cleared");
  const whole = await run("mixed.pdf", { claim: { pages_read: numbers(alone.pages) } });
  expect(whole.ended).toBe("completed");
  expect(whole.pages.every(({ engine }) => engine === "tesseract")).toBe(true);
  expect(whole.pages.length).toBeGreaterThan(0);
});

it("reads a suspect to its end when it was cleared before, or when the recognizer takes files apart in the worker", async () => {
  const engine: ReadPages = Object.assign((...call: Parameters<ReadPages>) => readAll(...call), { sendsWhole: true });
  const cleared = await run("mixed.pdf", { recognize: engine, claim: { alone: true, payload: { cleared: true } } });
  expect(cleared.ended).toBe("completed");
  expect((await run("mixed.pdf", { claim: { alone: true } })).ended).toBe("completed");
});
