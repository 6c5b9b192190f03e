import { PipelineError } from "../_shared/errors.ts";
import type { Files } from "../_shared/files.ts";
import type { Work } from "../_shared/job-run.ts";
import type { Page, ReadPages, StoredFile } from "../_shared/pages.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { openDocument } from "./document.ts";
import { keepParts } from "./parts.ts";

export type ReadingLimits = {
  /** Most pages of one document. */
  maxPages: number;
  /** A run that has read this many pages, or has taken this many milliseconds, yields; the next one goes on. */
  runPages: number;
  runMs: number;
  /** Largest file within a file, in bytes. */
  maxUploadBytes: number;
};

export type ReadingParts = { pipeline: Pipeline; files: Files; recognise: ReadPages; limits: ReadingLimits };

/** Pages that are saved together: few enough that little is lost, many enough that saving costs little. */
const BATCH_PAGES = 20;
/** Pages that are recognised in one call: seconds of work, so that the progress is seen. */
const RECOGNISED_AT_ONCE = 2;

/** Reads the text of a claimed document, page by page, from where an earlier run stopped. */
export function createReading({ pipeline, files, recognise, limits }: ReadingParts): Work {
  return async (job) => {
    const { claim, log, signal, takeNext } = job;
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
      else batch.push({ page_number: page, text, engine: document.engine ?? "pdf_text_layer", confidence: null, words: null });
      if (batch.length >= BATCH_PAGES) await save();
      if (unread.length >= RECOGNISED_AT_ONCE) await recogniseUnread();
    }
    await recogniseUnread();
    await save();
    if (!(await keepParts({ pipeline, files, maxBytes: limits.maxUploadBytes }, job, document.parts ?? [], () => elapsed() > limits.runMs))) {
      log.info("ocr.yielded", { page_count: pageCount, ms: elapsed() });
      await pipeline.yieldJob(claim);
      return null;
    }
    const { next } = await pipeline.completeReading(claim, { page_count: pageCount, processing_ms: elapsed(), model: null }, takeNext());
    log.info("ocr.completed", { page_count: pageCount, ms: elapsed() });
    return next;
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
