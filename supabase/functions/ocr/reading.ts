import type { Einvoice } from "../_shared/einvoice.ts";
import { PipelineError } from "../_shared/errors.ts";
import type { Files } from "../_shared/files.ts";
import type { Work } from "../_shared/job-run.ts";
import type { Log } from "../_shared/log.ts";
import type { Page, ReadPages, StoredFile } from "../_shared/pages.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { openDocument, type OpenDocument } from "./document.ts";

export type ReadingLimits = {
  /** Most pages of one document. */
  maxPages: number;
  /** A run that has read this many pages, or has taken this many milliseconds, yields; the next one goes on. */
  runPages: number;
  runMs: number;
};

export type ReadingParts = { pipeline: Pipeline; files: Files; recognise: ReadPages; limits: ReadingLimits };

/** Pages that are saved together: few enough that little is lost, many enough that saving costs little. */
const BATCH_PAGES = 20;
/** Pages that are recognised in one call: seconds of work, so that the progress is seen. */
const RECOGNISED_AT_ONCE = 2;

/** Reads the text of a claimed document, page by page, from where an earlier run stopped. */
export function createReading({ pipeline, files, recognise, limits }: ReadingParts): Work {
  return async ({ claim, log, signal, takeNext }) => {
    if (!claim.document) throw new PipelineError("not_found");
    const started = performance.now();
    const elapsed = () => Math.round(performance.now() - started);
    const file: StoredFile = { ...claim.document, bytes: await files.load(claim.document.storage_path) };
    await using document = await openDocument(file);
    const { pageCount } = document;
    if (pageCount > limits.maxPages) {
      throw new PipelineError("too_many_pages", `The document has ${pageCount} pages; this project reads up to ${limits.maxPages}. Split it.`);
    }

    const readBefore = new Set(claim.pages_read);
    const missing = range(1, pageCount).filter((page) => !readBefore.has(page));
    let readNow = 0;
    let batch: Page[] = [];
    let unread: number[] = [];

    async function save(): Promise<void> {
      if (batch.length === 0) return;
      await pipeline.savePages(claim, batch, pageCount);
      readNow += batch.length;
      log.debug("ocr.pages_saved", { pages: readNow, page_count: pageCount, ms: elapsed() });
      batch = [];
    }
    async function recogniseUnread(): Promise<void> {
      if (unread.length === 0) return;
      // What costs nothing is kept first: recognising may fail.
      await save();
      batch.push(...(await recognise(file, unread, signal)));
      unread = [];
      await save();
    }

    for (const page of missing) {
      signal.throwIfAborted();
      const read = readNow + batch.length;
      if (read >= limits.runPages || (read > 0 && elapsed() > limits.runMs)) {
        await save();
        log.info("ocr.yielded", { pages: readBefore.size + readNow, page_count: pageCount, ms: elapsed() });
        await pipeline.yieldJob(claim);
        return null;
      }
      const text = await document.textOf(page);
      if (text === null) unread.push(page);
      else batch.push({ page_number: page, text, engine: "pdf_text_layer", confidence: null, words: null });
      if (batch.length >= BATCH_PAGES) await save();
      if (unread.length >= RECOGNISED_AT_ONCE) await recogniseUnread();
    }
    await recogniseUnread();
    await save();
    const einvoice = await einvoiceIn(document, claim.attempt, log);
    const { next } = await pipeline.completeReading(claim, { page_count: pageCount, processing_ms: elapsed(), model: null, einvoice }, takeNext());
    log.info("ocr.completed", { page_count: pageCount, ms: elapsed() });
    return next;
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

/** Attempts in which attachments are looked at: one that kills the worker must not cost the document its text. */
const ATTEMPTS_WITH_ATTACHMENTS = 2;

/** The XML of an e-invoice, where the PDF has one. The text is complete without it: whatever fails here is logged, and ignored. */
async function einvoiceIn(document: OpenDocument, attempt: number, log: Log): Promise<Einvoice | null> {
  if (!document.attachments || attempt > ATTEMPTS_WITH_ATTACHMENTS) return null;
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
