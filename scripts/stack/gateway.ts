import { createServer, type IncomingMessage, request as httpRequest, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { bearer } from "./identity.ts";
import type { Keys } from "./keys.ts";

type Fetch = (request: Request) => Promise<Response>;

/** What stands behind the one port of the stack. */
export type Services = {
  authAndRest: { fetch: Fetch };
  storage: { fetch: Fetch };
  realtime: { fetch: Fetch; handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void };
  /** Where a function's process listens; undefined when there is no such function. */
  functionUrl(name: string): Promise<string> | undefined;
};

export type Gateway = { port: number; serve(services: Services): void; stop(): Promise<void> };

/** Kong's answer on hosted Supabase for browsers: any origin may call, with these headers. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT",
  "access-control-allow-headers": "authorization, x-client-info, apikey, content-type, x-upsert, cache-control, range, prefer, accept-profile, content-profile, x-metadata, x-supabase-api-version, tus-resumable, upload-length, upload-metadata, upload-offset",
  "access-control-expose-headers": "content-range, content-length, etag, location",
  "access-control-max-age": "3600",
};

/**
 * The one port. It listens at once and answers 503 until `serve` is called, so that the port is sure before
 * anything else starts.
 *
 * @throws when the port is taken, with what to do
 */
export async function openGateway({ port, keys }: { port: number; keys: Keys }): Promise<Gateway> {
  let services: Services | undefined;
  const bridges = new Map<Fetch, ReturnType<typeof getRequestListener>>();

  const server: Server = createServer((request, response) => {
    if (!services) return answer(response, 503, { message: "The stack is starting." });
    acceptLegacyKeys(request, keys);
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, service = "", version, name = ""] = pathname.split("/");
    if (version === "v1" && service === "functions") return toFunction(services, name, request, response);
    const fetch = version === "v1" ? fetchOf(services, service) : undefined;
    if (!fetch) return answer(response, pathname === "/" ? 200 : 404, { message: "Docket. The API is at /auth/v1, /rest/v1, /storage/v1, /realtime/v1 and /functions/v1." });
    if (service === "storage" || service === "realtime") {
      for (const [header, value] of Object.entries(CORS)) response.setHeader(header, value);
      if (request.method === "OPTIONS") return response.writeHead(204).end();
    }
    let bridge = bridges.get(fetch);
    if (!bridge) bridges.set(fetch, (bridge = getRequestListener(fetch, { overrideGlobalObjects: false })));
    void bridge(request, response);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (services && request.url?.startsWith("/realtime/v1/websocket")) services.realtime.handleUpgrade(request, socket, head);
    else socket.destroy();
  });

  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is taken. Stop what listens there, or choose another one: npm start -- --port ${port + 100}`);
  });

  return {
    port: (server.address() as AddressInfo).port,
    serve: (started) => (services = started),
    async stop() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function fetchOf(services: Services, service: string): Fetch | undefined {
  if (service === "auth" || service === "rest") return services.authAndRest.fetch;
  if (service === "storage") return services.storage.fetch;
  if (service === "realtime") return services.realtime.fetch;
  return undefined;
}

/** Functions get the request as it is, streams both ways; the prefix is cut, as on hosted Supabase. */
function toFunction(services: Services, name: string, request: IncomingMessage, response: ServerResponse): void {
  const url = services.functionUrl(name);
  if (!url) return answer(response, 404, { code: "NOT_FOUND", message: "Requested function was not found" });
  request.pause();
  url.then(
    (base) => {
      const path = (request.url ?? "").replace(/^\/functions\/v1/, "");
      const onward = httpRequest(base + path, { method: request.method, headers: request.headers, agent: false });
      onward.on("response", (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        response.flushHeaders();
        reply.pipe(response);
        reply.on("error", () => response.destroy());
      });
      onward.on("error", () => {
        if (response.headersSent) response.destroy();
        else answer(response, 503, { code: "WORKER_ERROR", message: "The function ended before it answered; it is started again." });
      });
      response.on("close", () => onward.destroy());
      request.pipe(onward);
    },
    () => answer(response, 503, { code: "BOOT_ERROR", message: "Function failed to start (please check logs)" }),
  );
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", ...CORS }).end(JSON.stringify(body));
}

/** @supabase/lite knows the new keys only; the legacy ones mean the same. */
function acceptLegacyKeys(request: IncomingMessage, keys: Keys): void {
  const modern = new Map([[keys.anonKey, keys.publishableKey], [keys.serviceRoleKey, keys.secretKey]]);
  const apikey = request.headers.apikey;
  const replacement = typeof apikey === "string" ? modern.get(apikey) : undefined;
  if (!replacement) return;
  request.headers.apikey = replacement;
  const at = request.rawHeaders.findIndex((header, index) => index % 2 === 0 && header.toLowerCase() === "apikey");
  request.rawHeaders[at + 1] = replacement;
  if (bearer(request.headers.authorization) === apikey) {
    request.headers.authorization = `Bearer ${replacement}`;
    const auth = request.rawHeaders.findIndex((header, index) => index % 2 === 0 && header.toLowerCase() === "authorization");
    request.rawHeaders[auth + 1] = `Bearer ${replacement}`;
  }
}
