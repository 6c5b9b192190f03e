import { z } from "zod";
import { ExtractCall, SuggestCall } from "../_shared/contract/requests.ts";
import { PipelineError } from "../_shared/errors.ts";
import type { Ended } from "../_shared/extraction/calls.ts";
import { callOf, type Handler, json, userEndpoint } from "../_shared/http.ts";
import { doJob, ReportedError, runInvocation } from "../_shared/job-run.ts";
import type { DescribeStep } from "../_shared/metadata.ts";
import type { Dependencies } from "../_shared/dependencies.ts";
import { retried, type Wait, wait } from "../_shared/retry.ts";
import { type EventStream, eventStream } from "../metadata/event-stream.ts";
import { createStreams } from "../metadata/streams.ts";
import { createExtracting } from "./extracting.ts";
import type { Extract } from "./extractor.ts";
import type { Suggest } from "./suggester.ts";

/** How often a request looks whether its job has its slot, or has ended in other hands. */
const LOOK_MS = 250;
/** How long a request waits for its slot itself; then any worker may take the job. */
const PATIENCE_MS = 30_000;

/** One of the two, so that a refusal names what is wrong with the one that was meant. */
const Call = z.looseObject({}).transform((body, context) => {
  const parsed = ("suggest_from" in body ? SuggestCall : ExtractCall).safeParse(body);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message });
  return z.NEVER;
});

export type ExtractParts = Dependencies & { extract: Extract; suggest: Suggest; waiting?: Wait };

/**
 * `POST /functions/v1/extract`. An invocation `{job_id, token}` → 202 at once; the schemas that wait for the document are applied in the
 * background. A user's `{document_id, schema_id, instruction?}` → that schema is applied again, told as server-sent events:
 * `{text}`, `{tool, input}`, `{progress}`, then `{complete: true, extraction, run_id, diff}` or `{error: {code, message}}`. A reader who leaves
 * does not stop the work. A user's `{suggest_from: [document_id]}` → `{engine, schema}`, which is not saved.
 */
export function createExtractHandler(parts: ExtractParts): Handler {
  const { pipeline, waiting = wait } = parts;
  const extracting = createExtracting(parts);
  const streams = createStreams();

  return userEndpoint(parts, async (request) => {
    const call = await callOf(request, parts.callers, Call, "documents:write");
    if (call.invocation) {
      parts.waitUntil(runInvocation(parts, call.invocation, extracting()));
      return json({ accepted: true }, 202);
    }
    const { caller, body } = call;
    if ("suggest_from" in body) {
      const ids = [...new Set(body.suggest_from)];
      return json(
        await parts.suggest(caller.userId, await pipeline.beginSuggestion(caller.userId, ids), request.signal),
      );
    }
    await parts.callers.mustOwn(caller, body.document_id);
    const closed = streams.open(caller.userId, body.document_id);
    const asked = await pipeline
      .requestExtraction(body.document_id, body.schema_id, body.instruction ?? null)
      .catch((thrown: unknown) => {
        closed();
        throw thrown;
      });
    const stream = eventStream();
    stream.left.addEventListener("abort", closed);
    parts.waitUntil(
      run(asked.job_id, asked.extraction_id, stream)
        .then((ended) => stream.send({ complete: true, ...ended }))
        .catch((thrown: unknown) => stream.send({ error: PipelineError.from(thrown) }))
        .finally(() => {
          stream.end();
          closed();
        }),
    );
    return stream.response;
  });

  async function run(jobId: string, extractionId: string, stream: EventStream): Promise<Ended> {
    const claim = await slotOf(jobId);
    if (claim) {
      const watcher = {
        onStep: (id: string, step: DescribeStep) => id === extractionId && stream.send(eventOf(step)),
        onSaved() {},
      };
      await doJob(parts, claim, extracting(watcher)).catch((thrown: unknown) => {
        const error = PipelineError.from(thrown instanceof ReportedError ? thrown.error : thrown);
        if (error.code !== "lease_lost" && !error.retryable) throw error;
      });
    }
    return await ended(extractionId, stream);
  }

  /** The job, once it has its slot; null when another worker has it. */
  async function slotOf(jobId: string) {
    for (let waited = 0; ; waited += LOOK_MS) {
      const answer = await retried(() => pipeline.takeWatched(jobId, waited < PATIENCE_MS), undefined, waiting);
      if ("claim" in answer) return answer.claim;
      if ("elsewhere" in answer) return null;
      await waiting(LOOK_MS);
    }
  }

  /** Waits until the extraction has ended, in this worker or another. */
  async function ended(extractionId: string, stream: EventStream): Promise<Ended> {
    for (;;) {
      const found = await retried(() => pipeline.extractionOf(extractionId), undefined, waiting);
      if (!found) throw new PipelineError("not_found");
      const { extraction } = found;
      if (extraction.status === "failed") throw failureOf(extraction.error as { code: string; message: string });
      if (extraction.status !== "queued" && extraction.status !== "running") return found;
      stream.left.throwIfAborted();
      await waiting(LOOK_MS);
    }
  }
}

const failureOf = ({ code, message }: { code: string; message: string }): PipelineError =>
  new PipelineError(code as PipelineError["code"], message);

function eventOf(step: DescribeStep): object {
  if (step.type === "text") return { text: step.text };
  if (step.type === "tool") return { tool: step.tool, input: step.input };
  return { progress: { message: step.message, ...step.data } };
}
