import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import { FORMAT_LIST } from "../supabase/functions/_shared/file-formats.ts";
import { announcedBytes, readBody } from "./body.ts";
import { readFile, type FileReading, TYPES } from "./file-reading.ts";
import { createMetrics } from "./metrics.ts";
import { installedLanguages } from "./models.ts";
import { parsePages } from "./page-range.ts";
import { Pool } from "./pool.ts";
import { isInstalled } from "./ppocr/runtime.ts";
import type { RecognizerName } from "./recognizer.ts";
import type { EngineSettings } from "./settings.ts";

/**
 * An engine that listens. `close` takes no more files, lets those that it has end for up to `OCR_STOP_MS` (`now`: not at
 * all), answers what is left as unavailable, and resolves when nothing of the engine is left.
 */
export type Engine = { url: string; health(): Health; close(how?: { now?: boolean }): Promise<void> };

/** `busy`: workers that read a page now; `started`: workers that there are; `queued`: pages that wait for one. */
export type Health = {
  status: "ok" | "stopping";
  workers: number;
  started: number;
  busy: number;
  queued: number;
  recognizers: RecognizerName[];
  languages: string[];
};

/** One line of the log. It never holds a document's text. */
export type LogEntry = {
  event: "read";
  status: number;
  code?: string;
  pages?: number;
  bytes?: number;
  ms: number;
  cause?: string;
};

/** What the engine reads of the formats that there are, under any of their names; its bytes tell which it is. */
const MEDIA_TYPES = new Set([
  ...FORMAT_LIST.filter(({ opens }) => opens !== "text").flatMap(({ type, aliases = [] }) => [type, ...aliases]),
  "application/octet-stream",
]);
/** The owner of a file, for the queue alone: any short name. */
const OWNER_HEADER = "x-owner";
const MOST_OWNER_CHARACTERS = 128;
/** The part of all places in the queue that one named owner has. */
const OWNER_SHARE = 0.5;
const RETRY_AFTER_SECONDS = 3; // about what a page takes
const RECEIVE_LIMIT_MS = 60_000; // a sender that takes longer keeps a place in the queue from others
const STOP_LIMIT_MS = 1_000;
const KEEP_ALIVE_MS = 65_000; // longer than clients keep a connection, so that theirs is never cut as they use it

/**
 * Starts an engine. No worker is started before the first page.
 * @throws {Error} where the port is taken or the language folder cannot be read
 */
export async function createEngine(
  settings: EngineSettings,
  log: (entry: LogEntry) => void = () => {},
): Promise<Engine> {
  const languageFiles = installedLanguages(settings.languagePath);
  const languages = Object.keys(languageFiles);
  const standard = languageChoice(settings.languages, languages); // a wrong setting shows at the start
  const ppocr = settings.ppocr && isInstalled();
  const recognizers: RecognizerName[] = ppocr ? ["tesseract", "ppocr"] : ["tesseract"];
  const metrics = createMetrics(() => pool, settings.workers);
  const pool = new Pool(settings, { languageFiles, ppocr, readerBytes: settings.readerBytes }, metrics.workerReplaced);
  let stopping = false;
  let admitted = 0; // files received or read now
  let held = 0; // their bytes, as far as they are announced
  const admittedOf = new Map<string, number>(); // files of each owner
  let files = 0;
  const lastLeft = new EventEmitter(); // "idle" when the last admitted file was answered

  const health = (): Health => ({
    status: stopping ? "stopping" : "ok",
    workers: settings.workers,
    started: pool.started,
    busy: pool.busy,
    queued: pool.queued,
    recognizers,
    languages,
  });

  async function read(
    request: IncomingMessage,
    url: URL,
    signal: AbortSignal,
  ): Promise<{ reading: FileReading; bytes: number }> {
    if (stopping)
      throw new PipelineError("ocr_engine_unavailable", "The OCR engine is stopping. Try again in a moment.");
    const owner = String(request.headers[OWNER_HEADER] ?? "").slice(0, MOST_OWNER_CHARACTERS);
    const ofOwner = admittedOf.get(owner) ?? 0;
    const places = settings.workers + settings.queueLimit;
    const mostOfOwner = owner === "" ? places : Math.max(1, Math.floor(places * OWNER_SHARE));
    if (admitted >= places || ofOwner >= mostOfOwner) {
      throw new PipelineError("ocr_engine_busy", undefined, { retryAfterMs: RETRY_AFTER_SECONDS * 1000 });
    }
    const size = announcedBytes(request, settings.maxBytes);
    if (admitted > 0 && held + size > settings.bytesInFlight) {
      throw new PipelineError(
        "ocr_engine_busy",
        "The OCR engine holds as many bytes of files as it may. Try again in a moment.",
        { retryAfterMs: RETRY_AFTER_SECONDS * 1000 },
      );
    }
    admitted += 1;
    admittedOf.set(owner, ofOwner + 1);
    held += size;
    try {
      const pages = parsePages(url.searchParams.get("pages"));
      const named = url.searchParams.get("languages");
      const choice = named === null || named === "" ? standard : languageChoice(named, languages);
      const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "application/octet-stream";
      if (!MEDIA_TYPES.has(type)) {
        throw new PipelineError("unsupported_type", `The OCR engine does not read '${type}'. Send one of ${TYPES}.`);
      }
      const bytes = await readBody(request, settings.maxBytes);
      const file = { id: ++files, bytes, owner };
      return { reading: await readFile(pool, { file, pages, ...choice }, settings, signal), bytes: bytes.length };
    } finally {
      admitted -= 1;
      const left = admittedOf.get(owner)! - 1;
      if (left === 0) admittedOf.delete(owner);
      else admittedOf.set(owner, left);
      held -= size;
      if (admitted === 0) lastLeft.emit("idle");
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const url = new URL(request.url ?? "/", "http://engine");
    if (url.pathname === "/health" && request.method === "GET") return send(response, stopping ? 503 : 200, health());
    if (url.pathname === "/metrics" && request.method === "GET") {
      response.writeHead(200, { "Content-Type": metrics.contentType, "Cache-Control": "no-store" });
      response.end(await metrics.text());
      return;
    }
    if (url.pathname !== "/read") {
      return send(response, 404, new PipelineError("not_found", "Use POST /read, GET /health or GET /metrics."));
    }
    if (request.method !== "POST") return send(response, 405, new PipelineError("method_not_allowed"));

    const left = new AbortController();
    response.once("close", () => left.abort(new PipelineError("ocr_engine_unavailable", "The caller went away.")));
    try {
      const { reading, bytes } = await read(request, url, left.signal);
      send(response, 200, reading);
      for (const page of reading.pages) metrics.pageRead(page);
      metrics.answered("ok", (performance.now() - started) / 1000);
      log({
        event: "read",
        status: 200,
        pages: reading.pages.length,
        bytes,
        ms: Math.round(performance.now() - started),
      });
    } catch (thrown) {
      const error = PipelineError.from(thrown);
      if (error.retryAfterMs !== undefined)
        response.setHeader("Retry-After", String(Math.ceil(error.retryAfterMs / 1000)));
      send(response, error.status, error);
      metrics.answered(error.code, (performance.now() - started) / 1000);
      const cause = error.cause === undefined ? {} : { cause: String(error.cause) };
      log({
        event: "read",
        status: error.status,
        code: error.code,
        ms: Math.round(performance.now() - started),
        ...cause,
      });
    }
  }

  const server = createServer(
    { requestTimeout: RECEIVE_LIMIT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      const name = request.headers.host?.toLowerCase().replace(/:\d+$/, "") ?? "";
      if (settings.hosts && !settings.hosts.includes(name)) {
        return send(response, 403, {
          code: "HOST_NOT_ALLOWED",
          message: "The engine does not answer to this host name. Add it to OCR_HOSTS.",
        });
      }
      return void answer(request, response);
    },
  );
  server.listen(settings.port, settings.host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;

  const hurry = new AbortController();
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    health,
    close({ now = false } = {}) {
      stopping = true;
      if (now) hurry.abort();
      closing ??= (async () => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        if (admitted > 0 && !now) {
          const patience = AbortSignal.any([hurry.signal, AbortSignal.timeout(settings.stopMs)]);
          await once(lastLeft, "idle", { signal: patience }).catch(() => {}); // what is not done by then is answered as unavailable
        }
        await pool.close();
        server.closeIdleConnections();
        const limit = setTimeout(() => server.closeAllConnections(), STOP_LIMIT_MS);
        await closed;
        clearTimeout(limit);
      })();
      return closing;
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}

/**
 * `eng,deu` or `eng+deu` as tesseract takes it; `auto` begins with English and lets the text decide.
 * @throws {PipelineError} invalid_request
 */
function languageChoice(parameter: string, installed: string[]): { languages: string; detect: boolean } {
  if (parameter === "auto") return { languages: installed.includes("eng") ? "eng" : installed[0]!, detect: true };
  const wanted = parameter.split(/[+, ]/).filter((language) => language !== ""); // a bare + arrives as a blank
  const missing = wanted.find((language) => !installed.includes(language));
  if (missing !== undefined || wanted.length === 0) {
    throw new PipelineError(
      "invalid_request",
      `The language '${(missing ?? parameter).slice(0, 20)}' is not installed. There is: ${installed.join(", ")}, and auto.`,
    );
  }
  return { languages: [...new Set(wanted)].join("+"), detect: false };
}
