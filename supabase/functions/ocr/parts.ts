import { PipelineError } from "../_shared/errors.ts";
import { safeName } from "../_shared/file-name.ts";
import { acceptedType } from "../_shared/file-type.ts";
import { sha256 } from "../_shared/bytes.ts";
import type { Files } from "../_shared/files.ts";
import type { Job } from "../_shared/job-run.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import type { Part } from "./formats/file-text.ts";

export type PartsKeeper = {
  pipeline: Pipeline;
  files: Files;
  /** Largest part in bytes, as for an upload. */
  maxBytes: number;
};

/**
 * Makes documents of the parts of the one that is being read: each is stored and read like an upload. What cannot become
 * one is written down with the reason, and stops nothing. A run that was cut off is gone on with: what is settled is not
 * looked at again, and the same bytes always come to the same document.
 *
 * @param timeIsUp asked between two parts
 * @returns whether all are settled; if not, another run goes on
 * @throws PipelineError lease_lost, storage_unavailable, database_unavailable
 */
export async function keepParts(
  { pipeline, files, maxBytes }: PartsKeeper,
  { claim, log, signal }: Job,
  parts: readonly Part[],
  timeIsUp: () => boolean,
): Promise<boolean> {
  if (parts.length === 0) return true;
  const settled = new Set(await pipeline.settledParts(claim));
  const missing = parts.filter(({ position }) => !settled.has(position));
  for (const [at, part] of missing.entries()) {
    signal.throwIfAborted();
    if (at > 0 && timeIsUp()) return false;
    const noted = { position: part.position, filename: safeName(part.filename) };
    try {
      await keep(
        noted,
        await part.bytes().catch((cause: unknown) => {
          throw cause instanceof PipelineError ? cause : new PipelineError("broken_file", undefined, { cause });
        }),
      );
    } catch (thrown) {
      // A retry mends an outage; the part itself will not be another one then.
      if (!(thrown instanceof PipelineError) || thrown.retryable || thrown.code === "lease_lost") throw thrown;
      await pipeline.refusePart(claim, { ...noted, error: thrown.toJSON() });
      log.info("ocr.part_refused", { position: part.position, code: thrown.code });
    }
  }
  await pipeline.completeParts(claim);
  return true;

  async function keep(noted: { position: number; filename: string }, bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength === 0) throw new PipelineError("empty_file");
    if (bytes.byteLength > maxBytes)
      throw new PipelineError(
        "file_too_large",
        `The part is larger than the ${maxBytes} bytes that this project takes.`,
      );
    const mime_type = await acceptedType(bytes, noted.filename);
    const admission = await pipeline.admitPart(claim, {
      ...noted,
      mime_type,
      byte_size: bytes.byteLength,
      content_sha256: await sha256(bytes),
    });
    if (admission.duplicate) return;
    // Stored, it goes through the chain by itself (on_document_files_stored); it is erased if the document is gone meanwhile.
    await files.store(admission.storage_path, bytes, mime_type);
    log.debug("ocr.part_kept", {
      part: admission.document_id,
      position: noted.position,
      bytes: bytes.byteLength,
      mime_type,
    });
  }
}
