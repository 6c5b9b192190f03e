import { ERRORS, type ErrorCode, PipelineError } from "../_shared/errors.ts";
import type { MetadataDiff } from "../_shared/metadata.ts";
import type { Described, DescribingEvent, MetadataRun } from "../_shared/answers.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import type { NextLook } from "./looks.ts";

/** The part of the pipeline that following needs, beside the looks. */
export type Followed = Pick<Pipeline, "documentOf" | "lastRun">;

/**
 * Follows a document that is being described by another worker, by the lines of its history since the run before, until
 * that ends: it hands on what was noted, and resolves with what it came to. A run whose worker dies is followed into the
 * next one. Throws the run's own error when it failed for good, `not_found` when the document was deleted meanwhile, and
 * the signal's reason.
 *
 * @param after the event with which the run before ended
 */
export async function follow(
  pipeline: Followed,
  nextLook: NextLook,
  { documentId, after }: { documentId: string; after: number },
  onEvent: (event: object) => void,
  signal: AbortSignal,
): Promise<Described> {
  for (let last = after; ; ) {
    // The document and its history as of one moment: if it is at its end, then so is the history.
    const { status, error, events } = await nextLook(documentId, last, signal);
    if (status === null) throw new PipelineError("not_found");
    for (const event of events) {
      last = event.id;
      if (event.kind === "completed") return await described(pipeline, documentId);
      if (event.kind === "failed") throw failureOf(event.message, event.data.code);
      const told = eventOf(event);
      if (told) onEvent(told);
    }
    // The run may have ended before its history was looked at for the first time.
    if (status === "completed") return await described(pipeline, documentId);
    if (status === "failed") throw failureOf(error?.message, error?.code);
  }
}

/** A line of the history as an event of the stream. */
function eventOf({ kind, message, data }: DescribingEvent): object | undefined {
  if (kind === "tool") return { tool: data.tool, input: data.input ?? {} };
  if (kind === "progress" || kind === "retrying") return { progress: { message, ...data } };
  return undefined;
}

function failureOf(message: string | undefined, code: unknown): PipelineError {
  return new PipelineError(
    typeof code === "string" && code in ERRORS ? (code as ErrorCode) : "internal_error",
    message,
  );
}

async function described(pipeline: Followed, documentId: string): Promise<Described> {
  const [document, run] = await Promise.all([pipeline.documentOf(documentId), pipeline.lastRun(documentId)]);
  if (!document || !run) throw new PipelineError("not_found");
  return { document, run_id: run.id, diff: diffOf(document, run) };
}

/**
 * What a run changed, from its row, as complete_metadata answers it: {field: {before, proposed, applied}} for the fields
 * where these are not all the same. A field that was not written is as it was before.
 */
export function diffOf(
  document: Record<string, unknown>,
  { proposal, written = {}, previous = {} }: MetadataRun,
): MetadataDiff {
  const { evidence: _evidence, amount: _amount, ...fields } = { ...proposal, ...written };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, proposed]) => {
      const applied = field in written ? written[field] : document[field];
      const before = field in written ? (previous[field] ?? null) : document[field];
      return JSON.stringify(before) === JSON.stringify(proposed) ? [] : [[field, { before, proposed, applied }]];
    }),
  );
}
