import { Einvoice, EinvoiceDetails } from "../_shared/einvoice.ts";
import { PipelineError } from "../_shared/errors.ts";
import type { Begun, StoredExtraction, Waiting } from "../_shared/extraction/calls.ts";
import { parseFields } from "../_shared/extraction/schema.ts";
import type { ExtractPage } from "../_shared/extraction/values.ts";
import type { Work } from "../_shared/job-run.ts";
import type { DescribeStep } from "../_shared/metadata.ts";
import { createModelBudget } from "../_shared/model-budget.ts";
import type { Claim } from "../_shared/answers.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { retried, type Wait, wait } from "../_shared/retry.ts";
import type { Extract } from "./extractor.ts";

export type Watcher = {
  onStep(extractionId: string, step: DescribeStep): void;
  onSaved(extraction: StoredExtraction): void;
};
const nobody: Watcher = { onStep() {}, onSaved() {} };

/**
 * Pages and lines that are looked at: as many as a function has CPU for, and as are proven in one call. What comes after is
 * said to be unread.
 */
export const MOST_EXTRACTED_PAGES = 300;
export const MOST_EXTRACTED_LINES = 5_000;
/** Pages of one call: their word boxes are some kilobytes each. */
const PAGES_AT_ONCE = 25;

/** Applies the schemas that wait for a claimed document, one after the other. */
export function createExtracting({
  pipeline,
  extract,
  waiting = wait,
}: {
  pipeline: Pipeline;
  extract: Extract;
  waiting?: Wait;
}) {
  return (watcher: Watcher = nobody): Work =>
    async ({ claim, log, signal, takeNext }) => {
      if (!claim.document) throw new PipelineError("not_found");
      const reading = <Result>(call: () => Promise<Result>) => retried(call, signal, waiting);
      const begun = await reading(() => pipeline.beginExtractions(claim));
      const { pages, unread_from } =
        begun.extractions.length > 0 ? await pagesOf(claim, pipeline, reading) : { pages: [] };
      /** "As you corrected this sender on …", a sentence a schema, for the document's history. */
      const taught: string[] = [];
      for (const one of begun.extractions) {
        signal.throwIfAborted();
        const started = performance.now();
        const result = await extract(
          {
            ...inputOf(claim, begun, one, pages, pipeline, reading),
            unread_from,
            budget: createModelBudget(pipeline, claim, log, waiting),
          },
          (step) => watcher.onStep(one.id, step),
          signal,
        );
        const saved = await reading(() => pipeline.saveExtraction(claim, one.id, { ...result, unread_from }));
        if ("gone" in saved) continue;
        log.info("extract.saved", {
          engine: result.engine,
          model: result.model,
          status: saved.extraction.status,
          values: result.values.length,
          ms: Math.round(performance.now() - started),
        });
        if (saved.learned !== null) taught.push(saved.learned);
        watcher.onSaved(saved.extraction);
      }
      const done = begun.extractions.length;
      const { next } = await pipeline.completeJob(
        claim,
        [done === 1 ? "Extracted the fields of 1 schema." : `Extracted the fields of ${done} schemas.`, ...taught].join(
          " ",
        ),
        { extractions: begun.extractions.map(({ id }) => id) },
        takeNext(),
      );
      return next;
    };
}

type Reading = <Result>(call: () => Promise<Result>) => Promise<Result>;

async function pagesOf(
  claim: Claim,
  pipeline: Pipeline,
  reading: Reading,
): Promise<{ pages: ExtractPage[]; unread_from?: number | undefined }> {
  const numbers = claim.pages_read.slice(0, MOST_EXTRACTED_PAGES);
  const pages: ExtractPage[] = [];
  let left = MOST_EXTRACTED_LINES;
  for (let next = 0; next < numbers.length; next += PAGES_AT_ONCE) {
    const some = numbers.slice(next, next + PAGES_AT_ONCE);
    for (const page of await reading(() => pipeline.pagesToExtract(claim, some[0]!, some.at(-1)!))) {
      const lines = page.text.split("\n");
      // A first page that is longer than all may be is looked at as far as that.
      if (lines.length <= left) pages.push(page);
      else if (pages.length === 0) pages.push({ ...page, text: lines.slice(0, left).join("\n") });
      if (lines.length > left) return { pages, unread_from: page.page_number };
      left -= lines.length;
    }
  }
  return { pages, unread_from: claim.pages_read[MOST_EXTRACTED_PAGES] };
}

function inputOf(
  claim: Claim,
  { document }: Begun,
  one: Waiting,
  pages: ExtractPage[],
  pipeline: Pipeline,
  reading: Reading,
) {
  const { id, filename, page_count } = claim.document!;
  return {
    filename,
    page_count: page_count ?? claim.pages_read.length,
    name: one.name,
    description: one.description,
    fields: parseFields(one.fields),
    instruction: one.instruction,
    learned: one.learned,
    document_type: document?.document_type ?? null,
    language: document?.language ?? null,
    einvoice: Einvoice.nullable()
      .catch(null)
      .parse(document?.einvoice ?? null),
    einvoice_details: EinvoiceDetails.nullable()
      .catch(null)
      .parse(document?.einvoice_details ?? null),
    pages,
    text: {
      numbers: claim.pages_read,
      read: (from: number, to: number) => reading(() => pipeline.pagesOf(id, from, to)),
      search: (words: string[], atMost: number) => reading(() => pipeline.searchPages(id, words, atMost)),
    },
    judge: (values: Parameters<Pipeline["judgeExtraction"]>[2]) =>
      reading(() => pipeline.judgeExtraction(claim, one.id, values, "claude")),
  };
}
