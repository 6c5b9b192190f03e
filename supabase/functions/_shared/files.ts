import type { SupabaseClient } from "@supabase/supabase-js";
import { inBatches } from "./batches.ts";
import { PipelineError } from "./errors.ts";

/** What supabase-js's `uploadToSignedUrl(path, token, file)` wants, and the whole URL for a plain PUT. */
export type Invitation = { path: string; token: string; signed_url: string };

/** The stored files of the documents. */
export type Files = {
  /** Stores the bytes, over what a broken upload may have left. @throws PipelineError storage_unavailable */
  store(path: string, bytes: Uint8Array, mimeType: string): Promise<void>;
  /** Lets somebody else store the bytes, once, without any rights of their own. @throws PipelineError storage_unavailable */
  invite(path: string): Promise<Invitation>;
  /** @throws PipelineError file_missing, storage_unavailable */
  load(path: string): Promise<Uint8Array>;
  /** Removes the file; one that is gone already is no error. @throws PipelineError storage_unavailable */
  remove(path: string): Promise<void>;
};

const BUCKET = "documents";

/** How many files one call removes at most. */
const MOST_IN_A_CALL = 100;

/** The files in the project's Storage, in the bucket `documents`. */
export function createFiles(service: SupabaseClient): Files {
  const bucket = service.storage.from(BUCKET);
  return {
    async store(path, bytes, mimeType) {
      const { error } = await bucket.upload(path, bytes, { contentType: mimeType, upsert: true });
      if (error) throw new PipelineError("storage_unavailable", undefined, { cause: error });
    },
    async invite(path) {
      const { data, error } = await bucket.createSignedUploadUrl(path, { upsert: true });
      if (error) throw new PipelineError("storage_unavailable", undefined, { cause: error });
      return { path: data.path, token: data.token, signed_url: data.signedUrl };
    },
    async load(path) {
      const { data, error } = await bucket.download(path);
      if (error) {
        const status = Number(
          (error as { status?: number; statusCode?: string }).statusCode ?? (error as { status?: number }).status,
        );
        throw new PipelineError(status === 404 || status === 400 ? "file_missing" : "storage_unavailable", undefined, {
          cause: error,
        });
      }
      return new Uint8Array(await data.arrayBuffer());
    },
    remove: inBatches(async (paths) => {
      const { error } = await bucket.remove(paths);
      if (error) throw new PipelineError("storage_unavailable", undefined, { cause: error });
      return paths.map(() => {});
    }, MOST_IN_A_CALL),
  };
}

/** The SHA-256 of a file, lower-case hex: what tells the same bytes again. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
