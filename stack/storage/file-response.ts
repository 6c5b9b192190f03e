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
 * Answers with a file, streamed from disk: 200, 206 for one range, 304 when the client has it, 416 for a range that is none. For
 * HEAD only what the row says, whatever is asked for. Headers follow upstream (src/storage/renderer, src/storage/range.ts).
 *
 * @throws StorageError when the row has no bytes
 */
export async function serveFile(
  request: Request,
  store: ObjectStore,
  object: StoredObject,
  options: ServeOptions,
): Promise<Response> {
  const headers = headersOf(object.metadata, options);
  if (request.method === "HEAD") {
    headers.set("content-length", String(object.metadata?.contentLength ?? 0));
    return new Response(null, { headers });
  }
  const file = await store.open(object.version);
  if (!file) throw ERRORS.noBytes();
  let streaming = false;
  try {
    const { size } = await file.stat();
    if (isFresh(request.headers, object.metadata)) return new Response(null, { status: 304, headers });

    const range = rangeOf(request.headers.get("range"), size);
    const { start, end } = range ?? { start: 0, end: size - 1 };
    headers.set("content-length", String(end - start + 1));
    if (range) headers.set("content-range", `bytes ${start}-${end}/${size}`);
    const status = range ? 206 : 200;
    if (size === 0) return new Response(null, { status, headers });

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
    "x-robots-tag": "none",
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
    headers.set("content-disposition", `attachment; filename=${name}; filename*=UTF-8''${name}`);
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

/** The one range that a header asks for. @throws StorageError 416 for one that is not of the file, or in another form */
function rangeOf(header: string | null, size: number): { start: number; end: number } | undefined {
  if (header === null) return undefined;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  if (!(first || Number(last) > 0) || start > end) throw ERRORS.invalidRange(size);
  return { start, end };
}
