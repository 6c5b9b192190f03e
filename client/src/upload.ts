import { DocketError } from "./error.ts";
import type { Http } from "./http.ts";
import { mediaTypeOf } from "./media-type.ts";
import { telling } from "./telling.ts";
import { sha256 } from "./sha256.ts";
import type { Uploaded } from "./types.ts";

export type UploadOptions = {
  /** Where the file has no name of its own. */
  filename?: string;
  /** Told of bytes sent and bytes in all. */
  onProgress?(sent: number, total: number): void;
  signal?: AbortSignal;
};

/** Above this a file goes to Storage by a signed URL: a function has to hold what it receives in memory. */
export const SIGNED_FROM_BYTES = 6_000_000;

type Announced = Uploaded & { path?: string; token?: string };

/** Sends a file. The same bytes again are the document that is there, so that a repeat is harmless. */
export async function upload(
  http: Http,
  storage: { url: string; fetch: typeof fetch },
  file: Blob,
  { filename = (file as File).name, onProgress, signal }: UploadOptions,
): Promise<Uploaded> {
  if (!filename) throw new TypeError("The file has no name: give one as filename.");
  const type = file.type.split(";")[0] || mediaTypeOf(filename);
  // What goes around the file counts as sent, too.
  const onSent = onProgress && ((bytes: number) => onProgress(Math.min(bytes, file.size), file.size));
  onProgress?.(0, file.size);
  const uploaded =
    (file.size > SIGNED_FROM_BYTES && type
      ? await toStorage(http, storage, file, filename, type, signal, onSent)
      : undefined) ?? (await toFunction(http, file, filename, signal, onSent));
  onProgress?.(file.size, file.size);
  return uploaded;
}

type OnSent = ((bytes: number) => void) | undefined;

async function toFunction(
  http: Http,
  file: Blob,
  filename: string,
  signal: AbortSignal | undefined,
  onSent: OnSent,
): Promise<Uploaded> {
  const form = new FormData();
  form.append("file", file, filename);
  return await http.json<Uploaded>("/functions/v1/upload", { body: form, signal, onSent, repeats: true });
}

/** Undefined when the file is not taken by the type that its name tells, which is a guess: of a form the bytes are looked at. */
async function toStorage(
  http: Http,
  storage: { url: string; fetch: typeof fetch },
  file: Blob,
  filename: string,
  type: string,
  signal: AbortSignal | undefined,
  onSent: OnSent,
): Promise<Uploaded | undefined> {
  const admitted = await http
    .json<Announced>("/functions/v1/upload", {
      json: { filename, byte_size: file.size, mime_type: type, sha256: await sha256(file) },
      signal,
      repeats: true,
    })
    .catch((error: unknown) => {
      if (error instanceof DocketError && error.status === 415) return undefined;
      throw error;
    });
  if (!admitted) return undefined;
  const { path, token, ...announced } = admitted;
  if (announced.duplicate && announced.status !== "uploading") return announced;
  if (path && token) {
    const address = `${storage.url}/storage/v1/object/upload/sign/documents/${path}?token=${token}`;
    const put = onSent ? telling(storage.fetch, onSent) : storage.fetch;
    const headers = { "Content-Type": type, "x-upsert": "true" };
    const response = await put(address, { method: "PUT", body: file, headers, ...(signal && { signal }) }).catch(
      (cause: unknown) => {
        if (signal?.aborted) throw cause;
        throw new DocketError("unreachable", 0, "The file store does not answer.", { cause });
      },
    );
    // 409: a try whose answer got lost has stored it.
    if (!response.ok && response.status !== 409)
      throw new DocketError(
        "storage_unavailable",
        response.status,
        `The file store did not take the file (${response.status}).`,
      );
  }
  return announced;
}
