import type { SupabaseClient } from "@supabase/supabase-js";
import { PipelineError } from "./errors.ts";

/** The stored files of the documents. */
export type Files = {
  /** Stores the bytes, over what a broken upload may have left. @throws PipelineError storage_unavailable */
  store(path: string, bytes: Uint8Array, mimeType: string): Promise<void>;
  /** @throws PipelineError file_missing, storage_unavailable */
  load(path: string): Promise<Uint8Array>;
  /** Removes the file; one that is gone already is no error. @throws PipelineError storage_unavailable */
  remove(path: string): Promise<void>;
};

const BUCKET = "documents";

/** The files in the project's Storage, in the bucket `documents`. */
export function createFiles(service: SupabaseClient): Files {
  const bucket = service.storage.from(BUCKET);
  return {
    async store(path, bytes, mimeType) {
      const { error } = await bucket.upload(path, bytes, { contentType: mimeType, upsert: true });
      if (error) throw new PipelineError("storage_unavailable", undefined, { cause: error });
    },
    async load(path) {
      const { data, error } = await bucket.download(path);
      if (error) {
        const status = Number((error as { status?: number; statusCode?: string }).statusCode ?? (error as { status?: number }).status);
        throw new PipelineError(status === 404 || status === 400 ? "file_missing" : "storage_unavailable", undefined, { cause: error });
      }
      return new Uint8Array(await data.arrayBuffer());
    },
    async remove(path) {
      const { error } = await bucket.remove([path]);
      if (error) throw new PipelineError("storage_unavailable", undefined, { cause: error });
    },
  };
}

/** The SHA-256 of a file, lower-case hex: what tells the same bytes again. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
