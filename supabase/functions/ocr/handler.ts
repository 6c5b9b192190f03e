import { z } from "zod";
import type { Files } from "../_shared/files.ts";
import { bodyOf, DocumentCall, endpoint, type Handler, json, Kick } from "../_shared/http.ts";
import { runKick } from "../_shared/job-run.ts";
import type { ReadPages } from "../_shared/pages.ts";
import type { FunctionParts } from "../_shared/parts.ts";
import { createReading, type ReadingLimits } from "./reading.ts";

export type OcrParts = FunctionParts & {
  files: Files;
  /** Reads pages that have no text layer. */
  recognise: ReadPages;
  limits: ReadingLimits;
};

/**
 * `POST /functions/v1/ocr`. A kick `{job_id, token}` → 202 at once; the document is read in the background. A user's
 * `{document_id}` → 202 `{document_id, status}`: a failed document starts afresh; 409 when its status forbids that.
 */
export function createOcrHandler(parts: OcrParts): Handler {
  const read = createReading(parts);

  return endpoint(parts.log, async (request) => {
    const body = await bodyOf(request, z.union([Kick, DocumentCall]));
    if ("token" in body) {
      parts.waitUntil(runKick(parts, body, read));
      return json({ accepted: true }, 202);
    }
    const caller = await parts.callers.identify(request);
    await parts.callers.mustOwn(caller, body.document_id);
    const status = await parts.pipeline.retryDocument(body.document_id);
    return json({ document_id: body.document_id, status }, 202);
  });
}
