import { Readable } from "node:stream";
import { ERRORS } from "./errors.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ObjectMetadata, StoredObject } from "./objects.ts";

export type ServeOptions = {
  /** `download` of the query: undefined shows the file, "" saves it under its own name, else under that name. */
  download?: string;
  /** When the URL that leads here ends. */
  expires?: Date;
};

/** Types whose files may run scripts in the origin they are opened from. HTML is served as text. */
const SCRIPTED = /^(image\/svg\+xml|application\/xhtml\+xml|(application|text)\/xml)\b/i;

/**
 * Answers with a file, streamed from disk: 200, 206 for one range, 304 when the client has it, 416 for a range behind
 * the end. For HEAD only the headers. Headers follow upstream (src/storage/renderer).
 *
 * @throws StorageError "Object not found" when the row has no bytes
 */
export async function serveFile(
  request: Request,
  store: ObjectStore,
  object: StoredObject,
  options: ServeOptions,
): Promise<Response> {
  const file = await store.open(object.version);
  if (!file) throw ERRORS.noSuchKey();
  let streaming = false;
  try {
    const { size } = await file.stat();
    const headers = headersOf(object.metadata, options);
    if (isFresh(request.headers, object.metadata)) return new Response(null, { status: 304, headers });

    const range = rangeOf(request.headers.get("range"), size);
    if (range === "unsatisfiable") {
      const response = ERRORS.invalidRange().toResponse();
      response.headers.set("content-range", `bytes */${size}`);
      return response;
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    headers.set("content-length", String(end - start + 1));
    if (range) headers.set("content-range", `bytes ${start}-${end}/${size}`);
    const status = range ? 206 : 200;
    if (request.method === "HEAD" || size === 0) return new Response(null, { status, headers });

    streaming = true;
    return new Response(Readable.toWeb(file.createReadStream({ start, end })) as ReadableStream<Uint8Array>, {
      status,
      headers,
    });
  } finally {
    if (!streaming) await file.close();
  }
}

function headersOf(metadata: ObjectMetadata | null, { download, expires }: ServeOptions): Headers {
  const type = metadata?.mimetype || "application/octet-stream";
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-type": /text\/html/i.test(type) ? "text/plain" : type,
    "cache-control": metadata?.cacheControl ?? "no-cache",
    "x-content-type-options": "nosniff",
  });
  if (metadata) {
    headers.set("etag", metadata.eTag);
    headers.set("last-modified", new Date(metadata.lastModified).toUTCString());
  }
  if (expires) {
    headers.set("expires", expires.toUTCString());
    headers.delete("cache-control");
  }
  // Hosted keeps users' files on another origin than the application's page; here they share one.
  if (SCRIPTED.test(type))
    headers.set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  if (download === "") headers.set("content-disposition", "attachment;");
  else if (download !== undefined) {
    const name = encodeURIComponent(download);
    headers.set("content-disposition", `attachment; filename=${name}; filename*=UTF-8''${name};`);
  }
  return headers;
}

function isFresh(headers: Headers, metadata: ObjectMetadata | null): boolean {
  if (!metadata) return false;
  const tags = headers.get("if-none-match");
  if (tags)
    return tags.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === metadata.eTag);
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return Math.floor(Date.parse(metadata.lastModified) / 1000) * 1000 <= since;
}

/** The one range that a header asks for; a header of any other form is ignored, as RFC 9110 has it. */
function rangeOf(header: string | null, size: number): { start: number; end: number } | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (!first && !last)) return undefined;
  if (!first) {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  if (start >= size) return "unsatisfiable";
  return end < start ? undefined : { start, end };
}
