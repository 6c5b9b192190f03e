import { PipelineError } from "../_shared/errors.ts";
import { acceptedType } from "../_shared/file-type.ts";
import { type Files, sha256 } from "../_shared/files.ts";
import { bodyOf, endpoint, type Handler, json, Kick } from "../_shared/http.ts";
import { type Job, runKick, TAKE_NEXT_WAITING_MS } from "../_shared/job-run.ts";
import type { FunctionParts } from "../_shared/parts.ts";
import type { Claim } from "../_shared/pipeline.ts";
import { receiveFile } from "./multipart.ts";

export type UploadParts = FunctionParts & {
  files: Files;
  /** Largest file in bytes. */
  maxBytes: number;
};

/**
 * `POST /functions/v1/upload`: a user's file as multipart field `file` → 202 `{document_id, filename, status, duplicate}`
 * once it is stored, before anything of it is read. As JSON, a kick for an erase job: this function owns the stored files.
 */
export function createUploadHandler(parts: UploadParts): Handler {
  const { log, pipeline, files } = parts;

  return endpoint(log, async (request) => {
    if (request.headers.get("Content-Type")?.startsWith("application/json")) {
      const kick = await bodyOf(request, Kick);
      parts.waitUntil(runKick({ pipeline, log }, kick, erase, TAKE_NEXT_WAITING_MS));
      return json({ accepted: true }, 202);
    }

    const started = performance.now();
    const caller = await parts.callers.identify(request);
    const { filename, bytes } = await receiveFile(request, parts.maxBytes);
    const mimeType = await acceptedType(bytes, filename);
    const admission = await pipeline.admitUpload({
      owner: caller.userId, filename, mime_type: mimeType, byte_size: bytes.byteLength, content_sha256: await sha256(bytes),
    });
    const { document_id, duplicate } = admission;
    let { status } = admission;
    if (!duplicate) {
      await files.store(admission.storage_path, bytes, mimeType).catch(async (error: unknown) => {
        await pipeline.abandonUpload(document_id);
        throw error;
      });
      const finished = await pipeline.finishUpload(document_id);
      if (!finished) {
        // Another upload of the same bytes was given up meanwhile, and took the row with it; nobody would remove this file.
        await files.remove(admission.storage_path);
        throw new PipelineError("storage_unavailable");
      }
      status = finished;
    }
    log.info("upload.accepted", {
      document: document_id, stage: "upload", bytes: bytes.byteLength, mime_type: mimeType, duplicate, ms: Math.round(performance.now() - started),
    });
    return json({ document_id, filename: admission.filename, status, duplicate }, 202);
  });

  /** Removes the stored file of a document that was deleted. */
  async function erase({ claim, takeNext }: Job): Promise<Claim | null> {
    if (claim.payload.storage_path) await files.remove(claim.payload.storage_path);
    return (await pipeline.completeErasure(claim, takeNext())).next;
  }
}
