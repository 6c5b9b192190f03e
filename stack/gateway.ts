import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { HOST_REFUSED, isOwnHost, isOwnOrigin } from "./hosts.ts";
import { bearer } from "./identity.ts";
import type { Keys } from "./keys.ts";
import { createPage, type Page } from "./page.ts";
import { createProxy } from "./proxy.ts";

const AUTH_AND_REST_START_MS = 5_000;

type Fetch = (request: Request) => Promise<Response>;

/** What stands behind the one port of the stack. */
export type Services = {
  /** Where the process of `/auth/v1` and `/rest/v1` listens. */
  authAndRest: { url(): Promise<string> };
  storage: { fetch: Fetch };
  realtime: { fetch: Fetch; handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void };
  /** Where a function's process listens, by name. */
  functions: Record<string, { url(): Promise<string> }>;
};

export type Gateway = { port: number; serve(services: Services): void; stop(): Promise<void> };

/** Kong's answer on hosted Supabase for browsers: any origin may call, with these headers. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT",
  "access-control-allow-headers":
    "authorization, x-client-info, apikey, content-type, x-upsert, cache-control, range, prefer, accept-profile, content-profile, x-metadata, x-supabase-api-version, tus-resumable, upload-length, upload-metadata, upload-offset",
  "access-control-expose-headers": "content-range, content-length, etag, location",
  "access-control-max-age": "3600",
};

/** A user's file that is opened as a page of its own has no scripts, and is of no origin: the web page is served from the same one. */
const SANDBOX = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
  "x-content-type-options": "nosniff",
};

/**
 * The one port. It listens at once and answers 503 until `serve` is called, so that the port is sure before
 * anything else starts.
 *
 * @throws when the port is taken, with what to do
 */
export async function openGateway({
  port,
  keys,
  page,
  hosts = [],
}: {
  port: number;
  keys: Keys;
  page?: Page | undefined;
  /** Names that it answers to beside those of this machine. */
  hosts?: string[] | undefined;
}): Promise<Gateway> {
  // Known when it listens; before that no request can come.
  const own = () => ({ port: (server.address() as AddressInfo).port, more: hosts });
  // It starts again with Postgres, which may be away for longer than anybody wants to wait.
  const toAuthAndRest = createProxy(answer, true, { startMs: AUTH_AND_REST_START_MS });
  const toFunctions = createProxy(answer, false, { onReply: htmlAsText });
  const toPage =
    page && getRequestListener(createPage(page, keys.publishableKey).fetch, { overrideGlobalObjects: false });
  let services: (Services & { bridges: Record<string, ReturnType<typeof getRequestListener>> }) | undefined;

  const server: Server = createServer((request, response) => {
    if (!isOwnHost(request.headers.host, own())) return answer(response, 403, HOST_REFUSED);
    if (!services) return answer(response, 503, { message: "The stack is starting." });
    acceptLegacyKeys(request, keys);
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, service = "", version, name = ""] = pathname.split("/");
    if (version === "v1" && service === "auth") {
      // Of itself it lets no page of another origin sign in.
      for (const [header, value] of Object.entries(CORS)) response.setHeader(header, value);
      if (request.method === "OPTIONS") return void response.writeHead(204).end();
    }
    if (version === "v1" && (service === "auth" || service === "rest"))
      return toAuthAndRest(services.authAndRest, request.url!, request, response);
    if (version === "v1" && service === "functions") {
      const target = Object.hasOwn(services.functions, name) ? services.functions[name] : undefined;
      if (!target) return answer(response, 404, { code: "NOT_FOUND", message: "Requested function was not found" });
      forwardAsKong(request);
      return toFunctions(target, request.url!.replace(/^\/functions\/v1/, ""), request, response);
    }
    const bridge = version === "v1" ? services.bridges[service] : undefined;
    if (pathname === "/config.json" && !mayBeToldKeys(request, own())) return answer(response, 403, HOST_REFUSED);
    if (!bridge && toPage && (request.method === "GET" || request.method === "HEAD"))
      return void toPage(request, response);
    if (!bridge)
      return answer(response, pathname === "/" ? 200 : 404, {
        message: "Docket. The API is at /auth/v1, /rest/v1, /storage/v1, /realtime/v1 and /functions/v1.",
      });
    for (const [header, value] of Object.entries({ ...CORS, ...SANDBOX })) response.setHeader(header, value);
    if (request.method === "OPTIONS") response.writeHead(204).end();
    else void bridge(request, response);
  });
  // As nginx, and so Kong, has it: Node's 5 s close connections that a function is just about to use again.
  server.keepAliveTimeout = 75_000;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isOwnHost(request.headers.host, own()))
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else if (services && request.url?.startsWith("/realtime/v1/websocket"))
      services.realtime.handleUpgrade(request, socket, head);
    else socket.destroy();
  });

  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(
      `Port ${port} is taken. Stop what listens there, or choose another one: npm start -- --port ${port + 100}`,
    );
  });

  return {
    port: (server.address() as AddressInfo).port,
    serve(started) {
      const bridge = (fetch: Fetch) => getRequestListener(fetch, { overrideGlobalObjects: false });
      services = {
        ...started,
        bridges: { storage: bridge(started.storage.fetch), realtime: bridge(started.realtime.fetch) },
      };
    },
    async stop() {
      // Not waited for: an open page keeps a WebSocket, and those are Realtime's, which stops later and closes them.
      server.close();
      server.closeAllConnections();
      toAuthAndRest.close();
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", ...CORS }).end(JSON.stringify(body));
}

/** The page's settings have the key and the demo account's password in them: not for pages of other sites. */
function mayBeToldKeys({ headers }: IncomingMessage, hosts: { port: number; more: string[] }): boolean {
  return isOwnOrigin(headers.origin, hosts) && headers["sec-fetch-site"] !== "cross-site";
}

/** Where the caller asked, as Kong tells the services behind it: the host without its port. What a caller says of that is overwritten. */
function forwardAsKong({ headers, url }: IncomingMessage): void {
  const [, host = "", port = "80"] = /^(.*?)(?::(\d+))?$/.exec(headers.host ?? "") ?? [];
  headers["x-forwarded-host"] = host;
  headers["x-forwarded-port"] = port;
  headers["x-forwarded-proto"] = "http";
  headers["x-forwarded-path"] = new URL(url ?? "/", "http://localhost").pathname;
}

/** Hosted Supabase sends the HTML of functions as plain text (https://supabase.com/docs/guides/functions/limits). */
function htmlAsText({ method }: IncomingMessage, headers: IncomingHttpHeaders): void {
  if (method === "GET" && /^text\/html\b/i.test(headers["content-type"] ?? "")) headers["content-type"] = "text/plain";
}

/** @supabase/lite knows the new keys only; the legacy ones mean the same. */
function acceptLegacyKeys({ headers }: IncomingMessage, keys: Keys): void {
  const modern = new Map([
    [keys.anonKey, keys.publishableKey],
    [keys.serviceRoleKey, keys.secretKey],
  ]);
  const { apikey } = headers;
  const replacement = typeof apikey === "string" ? modern.get(apikey) : undefined;
  if (!replacement) return;
  headers.apikey = replacement;
  if (bearer(headers.authorization) === apikey) headers.authorization = `Bearer ${replacement}`;
}
