import type { z } from "zod";
import { AnnouncedFile } from "../_shared/contract/requests.ts";
import { acceptedType, isAccepted, unsupported } from "../_shared/file-type.ts";
import { sha256 } from "../_shared/bytes.ts";
import type { Files, Invitation } from "../_shared/files.ts";
import { safeName } from "../_shared/file-name.ts";
import { callOf, type Handler, json, userEndpoint } from "../_shared/http.ts";
import { type Job, runInvocation, TAKE_NEXT_WAITING_MS } from "../_shared/job-run.ts";
import type { Dependencies } from "../_shared/dependencies.ts";
import type { Invoke } from "../_shared/invoke.ts";
import type { Admission, Claim } from "../_shared/answers.ts";
import type { Caller } from "../_shared/caller.ts";
import { createMemoryBudget, type MemoryBudget, UPLOAD_BUDGET_BYTES } from "../_shared/memory-budget.ts";
import { mostRequestBytes, receiveFile, tooLarge } from "./multipart.ts";
import { addressOfCaller, uploadUrlAt } from "../_shared/public-url.ts";
import { retried, wait } from "../_shared/retry.ts";

export type UploadParts = Dependencies & {
  invoke: Invoke;
  files: Files;
  /** Largest file in bytes. */
  maxBytes: number;
  /** For files that arrive; of its own where it is left out. */
  memory?: MemoryBudget;
};

/** How long a failed upload waits for its row to go before it is answered, in milliseconds. */
const ABANDONING_MS = 1_000;

/**
 * `POST /functions/v1/upload`: a user's file as multipart field `file` → 202 `{document_id, filename, status, duplicate}`
 * once it is stored, before anything of it is read. As JSON: an announced file → 200 with a path and a token to store it with; or
 * an invocation for an erase job, as this function owns the stored files.
 */
export function createUploadHandler(parts: UploadParts): Handler {
  const { log, pipeline, files, maxBytes } = parts;
  // One user gets one file of the largest size, and leaves memory for others.
  const { memory = createMemoryBudget(UPLOAD_BUDGET_BYTES, { ownerBytes: mostRequestBytes(maxBytes) }) } = parts;

  return userEndpoint(parts, async (request) => {
    if (!/^application\/json\b/i.test(request.headers.get("Content-Type") ?? "")) return receive(request);
    const call = await callOf(request, parts.callers, AnnouncedFile, "upload");
    if (!call.invocation) return announce(request, call.caller, call.body);
    parts.waitUntil(runInvocation(parts, call.invocation, erase, TAKE_NEXT_WAITING_MS));
    return json({ accepted: true }, 202);
  });

  async function receive(request: Request): Promise<Response> {
    const started = performance.now();
    const caller = await parts.callers.identify(request, "upload");
    using file = await receiveFile(request, { maxBytes, budget: memory, owner: caller.userId });
    const { filename, bytes } = file;
    const mimeType = await acceptedType(bytes, filename);
    const admission = await pipeline.admitUpload(
      {
        owner: caller.userId,
        filename,
        mime_type: mimeType,
        byte_size: bytes.byteLength,
        content_sha256: await sha256(bytes),
      },
      { invokes: true },
    );
    const { document_id, duplicate } = admission;
    if (!duplicate) {
      await files.store(admission.storage_path, bytes, mimeType).catch(async (error: unknown) => {
        await abandon(admission);
        throw error;
      });
      // This function is awake: it need not wait for pg_net. If the call gets lost, the sweep sends another one.
      if (admission.invocation) parts.waitUntil(parts.invoke(admission.invocation));
    }
    log.info("upload.accepted", {
      document: document_id,
      stage: "upload",
      bytes: bytes.byteLength,
      mime_type: mimeType,
      duplicate,
      ms: Math.round(performance.now() - started),
    });
    // A stored file finishes its upload (on_document_files_stored).
    return json(
      { document_id, filename: admission.filename, status: duplicate ? admission.status : "processing", duplicate },
      202,
    );
  }

  /** Takes the row back. While the database does not answer, the caller hears of the failed upload, and the worker goes on trying. */
  async function abandon(admission: Admission): Promise<void> {
    const abandoned = retried(() => pipeline.abandonUpload(admission)).catch((cause: unknown) =>
      log.error("upload.not_abandoned", { document: admission.document_id }, cause),
    );
    parts.waitUntil(abandoned);
    await Promise.race([abandoned, wait(ABANDONING_MS)]);
  }

  async function announce(request: Request, caller: Caller, file: z.infer<typeof AnnouncedFile>): Promise<Response> {
    if (file.byte_size > maxBytes) throw tooLarge(maxBytes);
    if (!isAccepted(file.mime_type)) throw unsupported(file.mime_type);
    const {
      storage_path,
      admitted_at: _,
      ...admission
    } = await pipeline.admitUpload(
      {
        owner: caller.userId,
        filename: safeName(file.filename),
        mime_type: file.mime_type,
        byte_size: file.byte_size,
        content_sha256: file.sha256,
      },
      { invokes: false },
    );
    const invitation = admission.duplicate ? {} : invitationTo(request, await files.invite(storage_path));
    log.info("upload.announced", {
      document: admission.document_id,
      stage: "upload",
      bytes: file.byte_size,
      mime_type: file.mime_type,
      duplicate: admission.duplicate,
    });
    return json({ ...admission, ...invitation }, 200);
  }

  /** With a URL for callers without supabase-js, where it is known how they reach the project. */
  function invitationTo(request: Request, { path, token }: Invitation): Invitation & { signed_url?: string } {
    const address = addressOfCaller(request);
    if (!address) return { path, token };
    return { path, token, signed_url: uploadUrlAt(address, { path, token }) };
  }

  /** Removes the stored file of a document that was deleted, and the picture of its first page. */
  async function erase({ claim, takeNext }: Job): Promise<Claim | null> {
    const { storage_path, thumbnail_path } = claim.payload;
    await Promise.all([
      storage_path && files.remove(storage_path),
      thumbnail_path && files.removeThumbnail(thumbnail_path),
    ]);
    return (await pipeline.completeErasure(claim, takeNext())).next;
  }
}
