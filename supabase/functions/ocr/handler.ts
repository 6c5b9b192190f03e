import type { Files } from "../_shared/files.ts";
import { RetryCall } from "../_shared/contract/requests.ts";
import { callOf, type Handler, json, userEndpoint } from "../_shared/http.ts";
import { runInvocation } from "../_shared/job-run.ts";
import type { Dependencies } from "../_shared/dependencies.ts";
import type { Recognizers } from "./recognizer.ts";
import { createReading, type ReadingLimits } from "./reading.ts";

export type OcrParts = Dependencies & {
  files: Files;
  /** What reads pages that have no text layer of use. */
  recognizers: Recognizers;
  limits: ReadingLimits;
};

/**
 * `POST /functions/v1/ocr`. An invocation `{job_id, token}` → 202 at once; the document is read in the background. A user's
 * `{document_id}` → 202 `{document_id, status}`: a failed document starts afresh; 409 when its status forbids that. `password`
 * opens an encrypted one, `engine` says what recognizes its pages this time.
 */
export function createOcrHandler(parts: OcrParts): Handler {
  const read = createReading(parts);

  return userEndpoint(parts, async (request) => {
    const call = await callOf(request, parts.callers, RetryCall, "documents:write");
    if (call.invocation) {
      parts.waitUntil(runInvocation(parts, call.invocation, read));
      return json({ accepted: true }, 202);
    }
    const { caller, body } = call;
    await parts.callers.mustOwn(caller, body.document_id);
    const { document_id, ...options } = body;
    const status = await parts.pipeline.retryDocument(document_id, options);
    return json({ document_id, status }, 202);
  });
}
