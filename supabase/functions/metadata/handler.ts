import { z } from "zod";
import { PipelineError } from "../_shared/errors.ts";
import { bodyOf, DocumentCall, endpoint, type Handler, json, Kick } from "../_shared/http.ts";
import { doJob, ReportedError, runKick } from "../_shared/job-run.ts";
import type { Describe } from "../_shared/metadata.ts";
import type { FunctionParts } from "../_shared/parts.ts";
import { createDescribing } from "./describing.ts";
import { eventStream } from "./event-stream.ts";

export type MetadataParts = FunctionParts & { describe: Describe };

/**
 * `POST /functions/v1/metadata`. A kick `{job_id, token}` → 202 at once; the document is described in the background. A
 * user's `{document_id}` → the metadata is written anew, told as server-sent events: `{text}`, `{tool, input}`, then
 * `{complete: true, document}` or `{error: {code, message}}`. A reader who leaves does not stop the work.
 */
export function createMetadataHandler(parts: MetadataParts): Handler {
  const { log, pipeline } = parts;
  const describing = createDescribing(parts);

  return endpoint(log, async (request) => {
    const body = await bodyOf(request, z.union([Kick, DocumentCall]));
    if ("token" in body) {
      parts.waitUntil(runKick(parts, body, describing()));
      return json({ accepted: true }, 202);
    }
    const caller = await parts.callers.identify(request);
    await parts.callers.mustOwn(caller, body.document_id);
    const claim = await pipeline.regenerateMetadata(body.document_id);

    const stream = eventStream();
    const work = describing({
      onStep: (step) => stream.send(step.type === "text" ? { text: step.text } : { tool: step.tool, input: step.input }),
      onComplete: (document) => stream.send({ complete: true, document }),
    });
    parts.waitUntil(
      doJob(parts, claim, work)
        .catch((thrown: unknown) => stream.send({ error: PipelineError.from(thrown instanceof ReportedError ? thrown.error : thrown) }))
        .finally(stream.end),
    );
    return stream.response;
  });
}
