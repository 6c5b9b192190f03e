import type { SupabaseClient } from "@supabase/supabase-js";
import { inBatches } from "./batches.ts";
import { PipelineError } from "./errors.ts";
import { type Wait, wait } from "./retry.ts";

/** What supabase-js's `uploadToSignedUrl(path, token, file)` wants. */
export type Invitation = { path: string; token: string };

/** The stored files of the documents. */
export type Files = {
  /**
   * Stores the bytes of an admitted file; one that is stored already is no error. Tries for some seconds while Storage does not
   * answer. @throws PipelineError storage_unavailable
   */
  store(path: string, bytes: Uint8Array, mimeType: string): Promise<void>;
  /** Lets somebody else store the bytes, once, without any rights of their own. @throws PipelineError storage_unavailable */
  invite(path: string): Promise<Invitation>;
  /** Where anybody gets the file for so many seconds, below the address of Storage. @throws PipelineError file_missing, storage_unavailable */
  link(path: string, seconds: number, filename: string): Promise<string>;
  /** @throws PipelineError file_missing, storage_unavailable */
  load(path: string): Promise<Uint8Array>;
  /** Stores the picture of a document's first page under the path of its file; one that is there is replaced. @throws PipelineError storage_unavailable */
  storeThumbnail(path: string, webp: Uint8Array): Promise<void>;
  /** @throws PipelineError storage_unavailable */
  removeThumbnail(path: string): Promise<void>;
  /** Removes the file; one that is gone already is no error. @throws PipelineError storage_unavailable */
  remove(path: string): Promise<void>;
};

const BUCKET = "documents";
const THUMBNAILS = "thumbnails";

/** Waits between the tries to store a file, in milliseconds: a restart of Storage or its database takes about as long. */
const STORE_AGAIN_MS = [250, 750, 2_000];

/** When a caller may come back after Storage did not answer. */
const RETRY_AFTER_MS = 5_000;

/** How many files one call removes at most. */
const MOST_IN_A_CALL = 100;

/** The files in the project's Storage, in the bucket `documents`. */
export function createFiles(service: SupabaseClient, waiting: Wait = wait): Files {
  const bucket = service.storage.from(BUCKET);
  const thumbnails = service.storage.from(THUMBNAILS);
  const removing = (from: typeof bucket) =>
    inBatches(async (paths: string[]) => {
      const { error } = await from.remove(paths);
      if (error) throw unavailable(error);
      return paths.map(() => undefined);
    }, MOST_IN_A_CALL);
  return {
    async store(path, bytes, mimeType) {
      for (let tries = 0; ; tries += 1) {
        // upsert: what a try left whose end nobody saw. Once it belongs to its document, Storage's answer is 409.
        const { error } = await bucket.upload(path, bytes, { contentType: mimeType, upsert: true });
        if (!error) return;
        const status = statusOf(error);
        if (status === 409) return;
        const delay = STORE_AGAIN_MS[tries];
        if (delay === undefined || (status !== undefined && status < 500)) throw unavailable(error);
        await waiting(delay);
      }
    },
    async invite(path) {
      const { data, error } = await bucket.createSignedUploadUrl(path, { upsert: true });
      if (error) throw unavailable(error);
      return { path: data.path, token: data.token };
    },
    async link(path, seconds, filename) {
      const { data, error } = await bucket.createSignedUrl(path, seconds, { download: filename });
      if (error) throw missingOrUnavailable(error);
      return data.signedUrl.slice(data.signedUrl.indexOf("/object/sign/"));
    },
    async load(path) {
      const { data, error } = await bucket.download(path);
      if (error) throw missingOrUnavailable(error);
      return new Uint8Array(
        await data.arrayBuffer().catch((cause: unknown) => {
          throw unavailable(cause);
        }),
      );
    },
    async storeThumbnail(path, webp) {
      const { error } = await thumbnails.upload(path, webp, { contentType: "image/webp", upsert: true });
      if (error) throw unavailable(error);
    },
    removeThumbnail: removing(thumbnails),
    remove: removing(bucket),
  };
}

/** What Storage means: its body's `statusCode` where it has one, as the HTTP status is mostly 400. Undefined when nobody answered. */
function statusOf(error: { status?: number; statusCode?: string }): number | undefined {
  const status = Number(error.statusCode ?? error.status);
  return Number.isInteger(status) && status > 0 ? status : undefined;
}

function missingOrUnavailable(error: { status?: number; statusCode?: string }): PipelineError {
  const status = statusOf(error);
  return status === 404 || status === 400
    ? new PipelineError("file_missing", undefined, { cause: error })
    : unavailable(error);
}

const unavailable = (cause: unknown): PipelineError =>
  new PipelineError("storage_unavailable", undefined, { cause, retryAfterMs: RETRY_AFTER_MS });
