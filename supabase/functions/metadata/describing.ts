import { PipelineError } from "../_shared/errors.ts";
import type { Work } from "../_shared/job-run.ts";
import type { Describe, DescribeStep } from "../_shared/metadata.ts";
import type { Pipeline } from "../_shared/pipeline.ts";

export type Watcher = { onStep(step: DescribeStep): void; onComplete(document: Record<string, unknown>): void };

const nobody: Watcher = { onStep() {}, onComplete() {} };

/** Describes a claimed document from its stored text; a watcher sees the steps as they happen. */
export function createDescribing({ pipeline, describe }: { pipeline: Pipeline; describe: Describe }) {
  return (watcher: Watcher = nobody): Work => async ({ claim, log, signal, takeNext }) => {
    if (!claim.document) throw new PipelineError("not_found");
    const { id, filename, mime_type } = claim.document;
    const started = performance.now();
    const [pages, einvoice] = await Promise.all([pipeline.pagesOf(id), mime_type === "application/pdf" ? pipeline.einvoiceOf(id) : null]);
    const noted: Promise<unknown>[] = [];
    const lost = new AbortController();

    const description = await describe({ filename, mime_type, page_count: claim.document.page_count ?? pages.length, pages, einvoice }, (step) => {
      watcher.onStep(step);
      if (step.type !== "tool") return;
      log.debug("metadata.tool", { tool: step.tool });
      noted.push(pipeline.recordToolCall(claim, step.tool).catch((thrown: unknown) => {
        const error = PipelineError.from(thrown);
        // Another worker has the job by now, and pays for its own calls.
        if (error.code === "lease_lost") lost.abort(error);
        // Else the history is a courtesy: a call that it misses does not stop the work.
        else log.error("metadata.tool_not_noted", {}, thrown);
      }));
    }, AbortSignal.any([signal, lost.signal]));

    await Promise.all(noted);
    const { document, next } = await pipeline.completeMetadata(claim, description, takeNext());
    log.info("metadata.completed", {
      engine: description.engine, model: description.model, input_tokens: description.input_tokens,
      output_tokens: description.output_tokens, ms: Math.round(performance.now() - started),
    });
    watcher.onComplete(document);
    return next;
  };
}
