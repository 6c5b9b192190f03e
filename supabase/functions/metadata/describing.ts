import { Einvoice } from "../_shared/einvoice.ts";
import { PipelineError } from "../_shared/errors.ts";
import type { Work } from "../_shared/job-run.ts";
import type { Describe, DescribeInput, DescribeStep } from "../_shared/metadata.ts";
import { createModelBudget } from "../_shared/model-budget.ts";
import type { Claim, Described } from "../_shared/answers.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { retried, type Wait, wait } from "../_shared/retry.ts";
import { followed, recall } from "./learned/recall.ts";
import { plainMetadata } from "./plain-metadata.ts";
import { summaryOfPart } from "./unreadable.ts";

export type Watcher = { onStep(step: DescribeStep): void; onComplete(described: Described): void };

const nobody: Watcher = { onStep() {}, onComplete() {} };

export type DescribingParts = { pipeline: Pipeline; describe: Describe; waiting?: Wait };

/**
 * Describes a claimed document from its stored text. A watcher sees the steps as they happen, and those who watch by
 * Realtime see the same in `document_events`, but for the engine's words.
 */
export function createDescribing({ pipeline, describe, waiting = wait }: DescribingParts) {
  return (watcher: Watcher = nobody): Work =>
    async ({ claim, log, signal, takeNext }) => {
      if (!claim.document) throw new PipelineError("not_found");
      const started = performance.now();
      const noted: Promise<unknown>[] = [];
      const lost = new AbortController();
      const stopped = AbortSignal.any([signal, lost.signal]);
      const reading: Reading = (call) => retried(call, stopped, waiting);
      const read = await inputOf(claim, pipeline, reading);
      const { clues, learned } = await recall(claim, read.pages, pipeline, reading);
      const input = { ...read, learned, budget: createModelBudget(pipeline, claim, log, waiting) };

      const description = await describe(
        input,
        (step) => {
          watcher.onStep(step);
          const note = noteOf(step, claim, pipeline);
          if (!note) return;
          if (step.type === "tool") log.debug("metadata.tool", { tool: step.tool });
          noted.push(
            note.catch((thrown: unknown) => {
              const error = PipelineError.from(thrown);
              // Another worker has the job by now, and pays for its own calls.
              if (error.code === "lease_lost") lost.abort(error);
              // Else the history is a courtesy: a step that it misses does not stop the work.
              else log.error("metadata.step_not_noted", {}, thrown);
            }),
          );
        },
        stopped,
      );

      await Promise.all(noted);
      const plain = { ...description, metadata: plainMetadata(description.metadata), clues };
      if (learned) plain.learned = await followed(learned, plain.metadata, read.pages);
      const unreadable_pages = claim.document.unreadable_pages ?? 0;
      if (unreadable_pages > 0) {
        const { summary, language } = plain.metadata;
        plain.metadata.summary = summaryOfPart(
          summary,
          { pages: unreadable_pages, of: input.page_count },
          input.summary_language ?? language,
        );
      }
      const { next, ...described } = await retried(
        () => pipeline.completeMetadata(claim, plain, takeNext()),
        stopped,
        waiting,
      );
      log.info("metadata.completed", {
        engine: description.engine,
        model: description.model,
        input_tokens: description.input_tokens,
        output_tokens: description.output_tokens,
        cost_micro_usd: description.cost_micro_usd,
        note: description.note,
        ms: Math.round(performance.now() - started),
      });
      watcher.onComplete(described);
      return next;
    };
}

/** Of a document with more pages than both together, only these are loaded at once; the agent reads the rest where it wants to. */
const FIRST_PAGES = 20;
const LAST_PAGES = 5;
const TAGS = 30;

type Reading = <Result>(call: () => Promise<Result>) => Promise<Result>;

async function inputOf(claim: Claim, pipeline: Pipeline, reading: Reading): Promise<DescribeInput> {
  const { id, filename, mime_type, page_count } = claim.document!;
  const numbers = claim.pages_read;
  const read = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? Promise.resolve([]) : reading(() => pipeline.pagesOf(id, from, to));
  const pages =
    numbers.length <= FIRST_PAGES + LAST_PAGES
      ? await read(numbers[0], numbers.at(-1))
      : [
          ...(await read(numbers[0], numbers[FIRST_PAGES - 1])),
          ...(await read(numbers.at(-LAST_PAGES), numbers.at(-1))),
        ];
  return {
    filename,
    mime_type,
    page_count: page_count ?? numbers.length,
    pages,
    einvoice: Einvoice.nullable()
      .catch(null)
      .parse(claim.einvoice ?? null),
    text: { numbers, read, search: (words, atMost) => reading(() => pipeline.searchPages(id, words, atMost)) },
    summary_language: claim.summary_language ?? null,
    instruction: claim.payload.instruction ?? null,
    engine: claim.payload.engine === "local" ? "local" : null,
    known_tags: claim.known_tags ?? [],
    findTags: (query) => reading(() => pipeline.tagsOf(id, query || null, TAGS)),
  };
}

/** The line that a step is worth in the document's history. The engine's words are for who listens, and not kept. */
function noteOf(step: DescribeStep, claim: Claim, pipeline: Pipeline): Promise<void> | undefined {
  if (step.type === "tool") return pipeline.recordToolCall(claim, step.tool);
  if (step.type === "progress") return pipeline.recordProgress(claim, step.message, step.data);
  return undefined;
}
