import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { ERRORS } from "./errors.ts";

/** A file on its way in. */
export type UploadBody = {
  mimeType: string;
  /** What the sender says its length is, in bytes: of a plain body with a `Content-Length`. */
  length: number | undefined;
  /** Whether more bytes than the limit are cut off. Upstream does not do that to a plain body, whose length it may not know. */
  isCut: boolean;
  /** The file's bytes; whoever does not want them calls `discard`. */
  bytes: Readable;
  /** What was said about the file; complete only after all bytes were read. */
  details(): Promise<UploadDetails>;
  /** Reads what is left and throws it away, so that the sender gets an answer and not a broken connection. */
  discard(): Promise<void>;
};

export type UploadDetails = { cacheControl: string; userMetadata: Record<string, unknown> | null };

const MAX_METADATA_BYTES = 1024 * 1024;

/**
 * Takes an upload as storage-js sends it: a Blob or FormData as multipart (the file's field has an empty name; fields
 * `cacheControl`, `metadata` and `contentType`), anything else as the body itself with headers `content-type`,
 * `cache-control` and `x-metadata` (JSON in base64).
 *
 * @throws StorageError 400 without a file
 */
export async function readUploadBody(request: Request): Promise<UploadBody> {
  const source = request.body ? Readable.fromWeb(request.body as NodeReadableStream<Uint8Array>) : Readable.from([]);
  const type = request.headers.get("content-type") || "application/octet-stream";
  return /^multipart\/form-data/i.test(type) ? multipart(source, type) : plain(source, type, request.headers);
}

function plain(source: Readable, mimeType: string, headers: Headers): UploadBody {
  const metadata = headers.get("x-metadata");
  const length = headers.get("content-length");
  return {
    mimeType,
    length: length === null ? undefined : Number(length),
    isCut: false,
    bytes: source,
    details: async () => ({
      cacheControl: headers.get("cache-control") ?? "no-cache",
      userMetadata: parseMetadata(metadata ? Buffer.from(metadata, "base64").toString("utf8") : undefined),
    }),
    discard: () => drain(source),
  };
}

function multipart(source: Readable, contentType: string): Promise<UploadBody> {
  const parser = startParser(contentType);
  const fields = new Map<string, string>();
  const gone = new AbortController();
  const parsed = pipeline(source, parser, { signal: gone.signal });

  return new Promise((resolve, reject) => {
    let bytes: Readable | undefined;
    parser.on("field", (name, value) => fields.set(name, value));
    parser.on("file", (_field, file, _filename, _encoding, type) => {
      bytes = file;
      // The parser ends a broken file with an error, which the reader of the bytes sees; a reader that gave up ends the parser.
      file.on("error", () => {});
      file.once("close", () => file.readableEnded || gone.abort());
      resolve({
        mimeType: fields.get("contentType") || type,
        length: undefined,
        isCut: true,
        bytes: file,
        async details() {
          await parsed;
          const seconds = fields.get("cacheControl");
          return {
            cacheControl: seconds ? `max-age=${seconds}` : "no-cache",
            userMetadata: parseMetadata(fields.get("metadata") ?? fields.get("userMetadata")),
          };
        },
        discard: () => drain(file),
      });
    });
    parsed.then(
      () => reject(ERRORS.invalidRequest("No content provided")),
      (error: Error) => {
        bytes?.destroy(error);
        reject(ERRORS.invalidRequest(error.message, error));
      },
    );
  });
}

function startParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { fields: 10, files: 1, fieldSize: MAX_METADATA_BYTES + 1 },
    });
  } catch (cause) {
    throw ERRORS.invalidRequest((cause as Error).message, cause);
  }
}

/** Upstream ignores metadata that is no JSON. */
function parseMetadata(text: string | undefined): Record<string, unknown> | null {
  if (text === undefined) return null;
  if (Buffer.byteLength(text) > MAX_METADATA_BYTES) throw ERRORS.tooLarge("user_metadata");
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && !Array.isArray(parsed) ? (parsed as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

async function drain(bytes: Readable): Promise<void> {
  try {
    for await (const _ of bytes);
  } catch {
    // The sender is gone, and nobody waits for the answer.
  }
}
