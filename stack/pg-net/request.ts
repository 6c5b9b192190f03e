import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { failureMessage, timeoutMessage, type Timings } from "./failure.ts";
import type { Answer, QueuedRequest } from "./queue.ts";

/** The sockets of one worker; destroying them ends every request that is under way. */
export type Agents = { http: http.Agent; https: https.Agent };

export function createAgents(): Agents {
  return { http: new http.Agent({ keepAlive: false }), https: new https.Agent({ keepAlive: false }) };
}

/** libcurl's default, which upstream leaves as it is. */
const MAX_REDIRECTS = 30;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request as upstream's libcurl does: redirects followed, bodies as they come (nothing is decompressed),
 * `timeout_milliseconds` for everything together. Whatever goes wrong becomes an answer too; this never throws.
 */
export async function send(request: QueuedRequest, agents: Agents): Promise<Answer> {
  const timings: Timings = { started: performance.now() };
  let current: http.ClientRequest | undefined;
  let timedOut = false;
  const timer =
    request.timeout_milliseconds > 0 &&
    setTimeout(() => {
      timedOut = true;
      current?.destroy();
    }, request.timeout_milliseconds);
  try {
    let hop: Hop = {
      method: request.method.toUpperCase(),
      url: new URL(request.url),
      headers: headersOf(request),
      body: request.body,
    };
    for (let redirects = 0; ; redirects++) {
      current = open(hop, agents, timings);
      const response = await responseTo(current, hop.body);
      const content = await bodyOf(response);
      const next = redirectOf(hop, response);
      if (!next) return success(request.id, response, content);
      if (redirects === MAX_REDIRECTS) return failure(request.id, "Number of redirects hit maximum amount");
      if (timedOut) throw new Error("timeout");
      hop = next;
    }
  } catch (error) {
    if (!timedOut) return failure(request.id, failureMessage(error));
    return { ...failure(request.id, timeoutMessage(request.timeout_milliseconds, timings)), timed_out: true };
  } finally {
    if (timer) clearTimeout(timer);
  }
}

type Hop = { method: string; url: URL; headers: Record<string, string>; body: Buffer | null };

function headersOf({ headers, method, body }: QueuedRequest): Record<string, string> {
  const sent: Record<string, string> = { Accept: "*/*" };
  if (body && method.toUpperCase() !== "GET") sent["Content-Type"] = "application/x-www-form-urlencoded";
  const given = Object.entries(headers ?? {}).filter(([, value]) => value !== null);
  for (const [name, value] of [...given, ["User-Agent", "pg_net/0.20.4"] as const]) {
    const earlier = Object.keys(sent).find((key) => key.toLowerCase() === name.toLowerCase());
    if (earlier) delete sent[earlier];
    // Bytes of UTF-8, as libcurl sends them; Node takes one character for one byte.
    sent[name] = Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("latin1");
  }
  return sent;
}

function open(hop: Hop, agents: Agents, timings: Timings): http.ClientRequest {
  const { protocol } = hop.url;
  if (protocol !== "http:" && protocol !== "https:") throw new Error("Unsupported protocol");
  const agent = protocol === "https:" ? agents.https : agents.http;
  const headers = hop.body ? { ...hop.headers, "Content-Length": hop.body.byteLength } : hop.headers;
  const request = (protocol === "https:" ? https : http).request(hop.url, { method: hop.method, headers, agent });
  request.once("socket", (socket) => {
    socket.once("lookup", () => (timings.lookedUp ??= performance.now()));
    socket.once("connect", () => (timings.connected = performance.now()));
    socket.once("secureConnect", () => (timings.connected = performance.now()));
  });
  return request;
}

async function responseTo(request: http.ClientRequest, body: Buffer | null): Promise<http.IncomingMessage> {
  const answered = once(request, "response");
  // Once a response is there, what happens to the connection shows in the response.
  answered.then(
    () => request.on("error", () => {}),
    () => {},
  );
  request.end(body ?? undefined);
  const [response] = (await answered) as [http.IncomingMessage];
  return response;
}

async function bodyOf(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The next request after a redirect: as GET where libcurl makes a POST one, without credentials for another host. */
function redirectOf(hop: Hop, { statusCode = 0, headers: { location } }: http.IncomingMessage): Hop | undefined {
  if (!REDIRECTS.has(statusCode) || !location) return undefined;
  const url = new URL(location, hop.url);
  const headers = { ...hop.headers };
  if (url.host !== hop.url.host) {
    for (const name of Object.keys(headers)) if (/^(authorization|cookie)$/i.test(name)) delete headers[name];
  }
  return statusCode < 307 && hop.method === "POST"
    ? { method: "GET", url, headers, body: null }
    : { ...hop, url, headers };
}

function success(id: string, response: http.IncomingMessage, content: Buffer): Answer {
  const headers: Record<string, string> = {};
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    headers[response.rawHeaders[at]!] = textOf(Buffer.from(response.rawHeaders[at + 1]!, "latin1")) ?? "";
  }
  return {
    id,
    status_code: response.statusCode ?? null,
    content_type: response.headers["content-type"] ?? null,
    headers,
    content: textOf(content),
    timed_out: false,
    error_msg: null,
  };
}

/** As upstream keeps text: it ends at a NUL, and an empty body is null. */
function textOf(bytes: Buffer): string | null {
  const end = bytes.indexOf(0);
  return (end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8") || null;
}

function failure(id: string, error_msg: string): Answer {
  return { id, status_code: null, content_type: null, headers: null, content: null, timed_out: false, error_msg };
}
