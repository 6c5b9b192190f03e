import type { z } from "zod";
import { PipelineError } from "../_shared/errors.ts";
import { DescribeCall } from "../_shared/contract/requests.ts";
import { callOf, type Handler, json, userEndpoint } from "../_shared/http.ts";
import { doJob, ReportedError, runInvocation } from "../_shared/job-run.ts";
import type { Describe, DescribeStep } from "../_shared/metadata.ts";
import type { Dependencies } from "../_shared/dependencies.ts";
import type { Claim, Described } from "../_shared/answers.ts";
import { retried, type Wait, wait } from "../_shared/retry.ts";
import { createDescribing } from "./describing.ts";
import { type EventStream, eventStream } from "./event-stream.ts";
import { follow } from "./following.ts";
import { createLooks } from "./looks.ts";
import { createStreams } from "./streams.ts";

/** How often a request looks whether its job has its slot: well below the time that a slot is kept for it (invocation_lease). */
const SLOT_LOOK_MS = 250;
/** How long a request waits for that itself, so that time is left to describe; then any worker may take the job. */
const REQUEST_PATIENCE_MS = 30_000;

export type MetadataParts = Dependencies & { describe: Describe; waiting?: Wait };

/**
 * `POST /functions/v1/metadata`. An invocation `{job_id, token}` → 202 at once; the document is described in the background. A
 * user's `{document_id, instruction?, engine?}` → describes the document again and streams the progress as server-sent events:
 * `{text}`, `{tool, input}`, `{progress}`, then `{complete: true, document, run_id, diff}` or `{error: {code, message}}`. A
 * reader who leaves does not stop the work. The job queues like any other, in its user's turn. A document that is being described already is not
 * described twice: the stream follows the run in flight. So many streams a user and document may be open at once; beyond
 * that 429 too_many_requests.
 */
export function createMetadataHandler(parts: MetadataParts): Handler {
  const { pipeline, waiting = wait } = parts;
  const describing = createDescribing(parts);
  const nextLook = createLooks(pipeline, waiting);
  const streams = createStreams();

  return userEndpoint(parts, async (request) => {
    const call = await callOf(request, parts.callers, DescribeCall, "documents:write");
    if (call.invocation) {
      parts.waitUntil(runInvocation(parts, call.invocation, describing()));
      return json({ accepted: true }, 202);
    }
    const { caller, body } = call;
    await parts.callers.mustOwn(caller, body.document_id);
    const closed = streams.open(caller.userId, body.document_id);
    const begun = await queueOrJoin(body).catch((thrown: unknown) => {
      closed();
      throw thrown;
    });

    const stream = eventStream();
    stream.left.addEventListener("abort", closed);
    const work =
      "after" in begun ? join(body.document_id, begun.after, stream) : describe(begun.job_id, body.document_id, stream);
    parts.waitUntil(
      work
        .then((described) => stream.send({ complete: true, ...described }))
        // Nobody is there to be told of an error when following ended because the reader left.
        .catch((thrown: unknown) => stream.send({ error: PipelineError.from(thrown) }))
        .finally(() => {
          stream.end();
          closed();
        }),
    );
    return stream.response;
  });

  /**
   * The job of describing again; or, when the document is being described, or is about to be, after which event that began. Who
   * gave an instruction or chose an engine joins nothing: that run does not know of it.
   */
  async function queueOrJoin({
    document_id: documentId,
    instruction,
    engine,
  }: z.infer<typeof DescribeCall>): Promise<{ job_id: string } | { after: number }> {
    try {
      return await pipeline.regenerateMetadata(documentId, instruction, engine);
    } catch (thrown) {
      if (instruction || engine === "local" || PipelineError.from(thrown).code !== "not_allowed_now") throw thrown;
      const joined = await pipeline.joinMetadata(documentId);
      if (!joined) throw thrown;
      return joined;
    }
  }

  async function describe(jobId: string, documentId: string, stream: EventStream): Promise<Described> {
    const claim = await slotOf(jobId, stream);
    if (!claim)
      return await follow(
        pipeline,
        nextLook,
        { documentId, after: await endBefore(documentId) },
        stream.send,
        stream.left,
      );
    let described: Described | undefined;
    try {
      await doJob(
        parts,
        claim,
        describing({ onStep: (step) => stream.send(eventOf(step)), onComplete: (result) => (described = result) }),
      );
    } catch (thrown) {
      const error = PipelineError.from(thrown instanceof ReportedError ? thrown.error : thrown);
      if (error.code !== "lease_lost") throw error;
    }
    // Without the lease another worker has the job, or it was completed and only the answer got lost: the history knows.
    return described ?? (await join(documentId, await endBefore(documentId), stream));
  }

  /** Waits for the job's slot, telling how many are before it; null when it is left to another worker. */
  async function slotOf(jobId: string, stream: EventStream): Promise<Claim | null> {
    let told = 0;
    for (let waited = 0; ; waited += SLOT_LOOK_MS) {
      const answer = await retried(() => pipeline.takeWatched(jobId, waited < REQUEST_PATIENCE_MS), undefined, waiting);
      if ("claim" in answer) return answer.claim;
      if ("elsewhere" in answer) return null;
      if (answer.ahead !== told) {
        told = answer.ahead;
        stream.send({
          progress: { message: waitingFor(told), ahead: told },
        });
      }
      await waiting(SLOT_LOOK_MS);
    }
  }

  /** After which event the run that goes on without us began; where it has ended, after all of them: its status tells. */
  async function endBefore(documentId: string): Promise<number> {
    return (await pipeline.joinMetadata(documentId))?.after ?? Number.MAX_SAFE_INTEGER;
  }

  async function join(documentId: string, after: number, stream: EventStream): Promise<Described> {
    stream.send({ progress: { message: "The document is being described already; this is that run.", joined: 1 } });
    return await follow(pipeline, nextLook, { documentId, after }, stream.send, stream.left);
  }
}

function eventOf(step: DescribeStep): object {
  if (step.type === "text") return { text: step.text };
  if (step.type === "tool") return { tool: step.tool, input: step.input };
  return { progress: { message: step.message, ...step.data } };
}

function waitingFor(ahead: number): string {
  if (ahead === 0) return "Waiting for a free slot.";
  return `Waiting; ${ahead === 1 ? "1 job is" : `${ahead} jobs are`} before it.`;
}
