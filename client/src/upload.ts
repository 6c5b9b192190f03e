import { DocketError } from "./error.ts";
import type { Http } from "./http.ts";
import { mediaTypeOf } from "./media-type.ts";
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
  url: string,
  file: Blob,
  { filename = (file as File).name, onProgress, signal }: UploadOptions,
): Promise<Uploaded> {
  if (!filename) throw new TypeError("The file has no name: give one as filename.");
  const type = file.type.split(";")[0] || mediaTypeOf(filename);
  onProgress?.(0, file.size);
  const uploaded =
    file.size > SIGNED_FROM_BYTES && type
      ? await toStorage(http, url, file, filename, type, signal, onProgress)
      : await toFunction(http, file, filename, signal);
  onProgress?.(file.size, file.size);
  return uploaded;
}

async function toFunction(http: Http, file: Blob, filename: string, signal?: AbortSignal): Promise<Uploaded> {
  const form = new FormData();
  form.append("file", file, filename);
  return await http.json<Uploaded>("/functions/v1/upload", { body: form, signal, repeats: true });
}

async function toStorage(
  http: Http,
  url: string,
  file: Blob,
  filename: string,
  type: string,
  signal?: AbortSignal,
  onProgress?: (sent: number, total: number) => void,
): Promise<Uploaded> {
  const { path, token, ...announced } = await http.json<Announced>("/functions/v1/upload", {
    json: { filename, byte_size: file.size, mime_type: type, sha256: await sha256(file) },
    signal,
    repeats: true,
  });
  if (announced.duplicate && announced.status !== "uploading") return announced;
  if (path && token)
    await put(`${url}/storage/v1/object/upload/sign/documents/${path}?token=${token}`, file, type, signal, onProgress);
  return announced;
}

/** A browser tells how far it is by XMLHttpRequest alone; elsewhere a file is sent in one go. */
async function put(
  address: string,
  file: Blob,
  type: string,
  signal?: AbortSignal,
  onProgress?: (sent: number, total: number) => void,
): Promise<void> {
  const headers = { "Content-Type": type, "x-upsert": "true" };
  const refused = (status: number) =>
    new DocketError("storage_unavailable", status, `The file store did not take the file (${status}).`);
  if (typeof XMLHttpRequest === "undefined" || !onProgress) {
    const response = await fetch(address, { method: "PUT", body: file, headers, ...(signal && { signal }) }).catch(
      (cause: unknown) => {
        if (signal?.aborted) throw cause;
        throw new DocketError("unreachable", 0, "The file store does not answer.", { cause });
      },
    );
    // 409: a try whose answer got lost has stored it.
    if (!response.ok && response.status !== 409) throw refused(response.status);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded }) => onProgress(Math.min(loaded, file.size), file.size);
    request.onload = () =>
      request.status < 300 || request.status === 409 ? resolve() : reject(refused(request.status));
    request.onerror = () => reject(refused(0));
    request.onabort = () => reject(signal?.reason);
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.open("PUT", address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}

async function sha256(file: Blob): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
