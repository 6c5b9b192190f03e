import { breathe, computing } from "../_shared/computing.ts";
import type { FoundEinvoice } from "./einvoice.ts";
import { PipelineError } from "../_shared/errors.ts";
import type { Files } from "../_shared/files.ts";
import type { Job, Work } from "../_shared/job-run.ts";
import type { Log } from "../_shared/log.ts";
import { createModelBudget } from "../_shared/model-budget.ts";
import type { Page, StoredFile } from "../_shared/pages.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { retried } from "../_shared/retry.ts";
import { createMemoryBudget, type MemoryBudget, READING_BUDGET_BYTES } from "../_shared/memory-budget.ts";
import { NO_LIMITS, type WorkerBudget } from "../_shared/worker-budget.ts";
import { type OpenedDocument, openDocument } from "./document.ts";
import type { Part } from "./formats/file-text.ts";
import { isOfThePage, recognizeEach, unreadable } from "./page-errors.ts";
import { keepParts } from "./parts.ts";
import type { Recognizers } from "./recognizer.ts";
import { loadFile } from "./stored-file.ts";
import { withoutPassword } from "./unlocked.ts";

export type ReadingLimits = {
  /** Most pages of one document. */
  maxPages: number;
  /** A run that has read this many pages, has taken this many milliseconds, or whose worker has used its budget, yields; the next one goes on. */
  runPages: number;
  runMs: number;
  /** Largest file within a file, in bytes. */
  maxUploadBytes: number;
};

export type ReadingParts = {
  pipeline: Pipeline;
  files: Files;
  recognizers: Recognizers;
  limits: ReadingLimits;
  /** What the worker may still do, over all its jobs; no limits where it is left out. */
  budget?: WorkerBudget;
  /** How many milliseconds a run computes at most before other work of the worker gets its turn. */
  breathMs?: number;
  /** For files that are read; of its own where it is left out. */
  memory?: MemoryBudget;
};

/** Pages that are saved together: few enough that little is lost, many enough that saving costs little. */
const BATCH_PAGES = 20;
const BREATH_MS = 30;
/** Pages that are recognized in one call: seconds of work, so that the progress is seen. */
const RECOGNIZED_AT_ONCE = 2;

/** Reads the text of a claimed document, page by page, from where an earlier run stopped. */
export function createReading({ memory = createMemoryBudget(READING_BUDGET_BYTES), ...parts }: ReadingParts): Work {
  return async (job) => {
    const started = performance.now();
    // A run that waits for others keeps its lease. It is as long as any: what it waited for it does not read
    using _memory = await memory.hold({
      owner: job.claim.document?.user_id ?? "",
      mostBytes: job.claim.document?.byte_size ?? 0,
      signal: job.signal,
    });
    return await read(parts, job, started);
  };
}

async function read(
  { pipeline, files, recognizers, limits, budget = NO_LIMITS, breathMs = BREATH_MS }: Omit<ReadingParts, "memory">,
  job: Job,
  started: number,
): ReturnType<Work> {
  const { claim, log, signal, takeNext } = job;
  const elapsed = () => Math.round(performance.now() - started);
  const { password, engine } = claim.payload;
  const money = createModelBudget(pipeline, claim, log);
  const file = await loadFile(files, claim);
  await using document = await opened(file, password);
  const { pageCount } = document;
  if (pageCount > limits.maxPages) {
    throw new PipelineError(
      "too_many_pages",
      `The document has ${pageCount} pages; this project reads up to ${limits.maxPages}. Split it.`,
    );
  }
  const recognize = password === undefined ? recognizers(engine) : withoutPassword(recognizers(engine), password);

  const readBefore = new Set(claim.pages_read);
  const missing = range(1, pageCount).filter((page) => !readBefore.has(page));
  const batchPages = workerDied(claim) ? 1 : BATCH_PAGES;
  // Suspects have one slot. It is for what the file does to this worker, and must not wait for the OCR engine.
  const leavesEngine = claim.alone && !claim.payload.cleared && recognize.sendsWhole === true;
  let readNow = 0;
  let breathed = performance.now();
  let batch: Page[] = [];
  let unread: number[] = [];

  async function save(): Promise<void> {
    if (batch.length === 0) return;
    await retried(() => pipeline.savePages(claim, batch, pageCount), signal);
    readNow += batch.length;
    log.debug("ocr.pages_saved", { pages: readNow, page_count: pageCount, ms: elapsed() });
    batch = [];
  }
  async function recognizeUnread(): Promise<void> {
    if (unread.length === 0) return;
    // What costs nothing is kept first: recognizing may fail.
    await save();
    batch.push(
      ...(await recognizeEach(recognize, {
        file,
        document,
        pages: unread,
        signal,
        attempt: claim.attempt,
        budget: money,
      })),
    );
    unread = [];
    await save();
  }
  /** The page's own text; undefined where it has to be recognized. */
  async function ownPage(page_number: number): Promise<Page | undefined> {
    using _computing = computing();
    try {
      const text = await document.textOf(page_number);
      const engine = document.engineOf?.(page_number) ?? document.engine;
      if (text === null) return undefined;
      const markdown = document.markdownOf?.(page_number) ?? null;
      return { page_number, text, markdown, engine, confidence: null, words: null };
    } catch (thrown) {
      if (!isOfThePage(thrown, claim.attempt)) throw thrown;
      return unreadable(page_number, thrown);
    }
  }

  // Workers die of other things than pages. But since they save one by one then, what the last of all attempts would begin
  // with is the page to suspect, and a page less is better than no document.
  if (workerDied(claim) && claim.last_attempt && missing.length > 0) {
    batch.push(
      unreadable(
        missing.shift()!,
        new PipelineError("worker_lost", "Reading the page was cut off each time it was tried."),
      ),
    );
    await save();
  }
  for (const page of missing) {
    signal.throwIfAborted();
    if (leavesEngine && unread.length > 0 && (elapsed() > limits.runMs || budget.mustYield())) break;
    const read = readNow + batch.length;
    if (read >= limits.runPages || (read > 0 && (elapsed() > limits.runMs || budget.mustYield()))) {
      await save();
      log.info("ocr.yielded", { pages: readBefore.size + readNow, page_count: pageCount, ms: elapsed() });
      await pipeline.yieldJob(claim);
      return null;
    }
    if (performance.now() - breathed > breathMs) {
      await breathe();
      breathed = performance.now();
    }
    const own = await ownPage(page);
    if (own) batch.push(own);
    else unread.push(page);
    if (batch.length >= batchPages) await save();
    if (!leavesEngine && unread.length >= Math.min(RECOGNIZED_AT_ONCE, batchPages)) await recognizeUnread();
  }
  if (leavesEngine && unread.length > 0) {
    await save();
    log.info("ocr.cleared", { pages: readBefore.size + readNow, page_count: pageCount, ms: elapsed() });
    await pipeline.clearSuspect(claim);
    return null;
  }
  await recognizeUnread();
  await save();
  if (
    !(await keepParts(
      { pipeline, files, maxBytes: limits.maxUploadBytes },
      job,
      await partsOf(document, claim.attempt, log),
      () => elapsed() > limits.runMs || budget.mustYield(),
    ))
  ) {
    log.info("ocr.yielded", { page_count: pageCount, ms: elapsed() });
    await pipeline.yieldJob(claim);
    return null;
  }
  const einvoice = await einvoiceIn(document, claim.attempt, log);
  const { next } = await pipeline.completeReading(
    claim,
    { page_count: pageCount, processing_ms: elapsed(), einvoice },
    takeNext(),
  );
  log.info("ocr.completed", { page_count: pageCount, ms: elapsed() });
  return next;
}

async function opened(file: StoredFile, password: string | undefined): Promise<OpenedDocument> {
  using _computing = computing();
  return await openDocument(file, { password });
}

const workerDied = ({ last_error, attempt }: Job["claim"]): boolean =>
  attempt > 1 && last_error?.code === "worker_lost";

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

/** Attempts in which attachments are looked at: one that kills the worker must not cost the document its text. */
const ATTEMPTS_WITH_ATTACHMENTS = 2;

/** The files within a file. Those of a PDF are left alone where they may have ended the attempts before: its text is complete without them. */
async function partsOf(document: OpenedDocument, attempt: number, log: Log): Promise<readonly Part[]> {
  if (document.parts || !document.attachedParts || attempt > ATTEMPTS_WITH_ATTACHMENTS) return document.parts ?? [];
  using _computing = computing();
  try {
    return await document.attachedParts();
  } catch (thrown) {
    log.error("ocr.attachments_unreadable", {}, thrown);
    return [];
  }
}

/** The XML of an e-invoice, where the PDF has one. The text is complete without it: whatever fails here is logged, and ignored. */
async function einvoiceIn(document: OpenedDocument, attempt: number, log: Log): Promise<FoundEinvoice | null> {
  if (!document.attachments || attempt > ATTEMPTS_WITH_ATTACHMENTS) return null;
  using _computing = computing();
  try {
    const attachments = await document.attachments();
    if (attachments.length === 0) return null;
    const { findEinvoice } = await import("./einvoice.ts");
    return findEinvoice(attachments, (reason) => log.info("ocr.einvoice_ignored", { reason }));
  } catch (thrown) {
    log.error("ocr.attachments_unreadable", {}, thrown);
    return null;
  }
}
