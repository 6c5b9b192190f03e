import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";

/** Changes the headers of an answer on its way back. */
type OnReply = (request: IncomingMessage, headers: IncomingHttpHeaders) => void;
type Answer = (response: ServerResponse, status: number, body: object) => void;

/** Hands a request to another process of the stack, streaming both ways. */
export type Proxy = {
  (target: { url(): Promise<string> }, path: string, request: IncomingMessage, response: ServerResponse): void;
  close(): void;
};

/**
 * A reverse proxy; `answer` writes what a caller gets when the process is not there (the codes are hosted Supabase's).
 *
 * @param keepAlive whether connections are kept for further requests: only to a process that never closes one by itself, as a
 *   request that meets the closing is lost
 * @param startMs how long a request waits for a process that is starting, in milliseconds
 */
export function createProxy(
  answer: Answer,
  keepAlive: boolean,
  { startMs = 30_000, onReply = () => {} }: { startMs?: number; onReply?: OnReply } = {},
): Proxy {
  const agent = new Agent({ keepAlive });

  const proxy = (
    target: { url(): Promise<string> },
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    request.pause();
    let replied = false;
    within(startMs, target.url()).then(
      (base) => {
        const asks = isLarge(request);
        const headers = { ...onwardHeaders(request), ...(asks && { expect: "100-continue" }) };
        const onward = httpRequest(base + path, { method: request.method, headers, agent });
        onward.on("response", (reply) => {
          if (!request.complete) stopReceiving(request, response, onward);
          onReply(request, reply.headers);
          response.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
          // The head of a stream goes out at once; that of an answer whose length is known goes with it, in one packet.
          if (!("content-length" in reply.headers)) response.flushHeaders();
          reply.pipe(response);
          reply.on("error", () => response.destroy());
          replied = true;
        });
        onward.on("error", () => {
          // A process that has answered need not take the rest of the request.
          if (replied) return;
          if (response.headersSent) response.destroy();
          else
            answer(response, 503, {
              code: "WORKER_ERROR",
              message: "The process behind this ended before it answered; it is started again.",
            });
        });
        response.on("close", () => onward.destroy());
        if (!asks) request.pipe(onward);
        else {
          // An answer that comes first is not lost in the bytes that nobody reads. Deno and Node continue by themselves.
          onward.on("continue", () => request.pipe(onward));
          onward.flushHeaders();
        }
      },
      () => answer(response, 503, { code: "BOOT_ERROR", message: "Function failed to start (please check logs)" }),
    );
  };
  return Object.assign(proxy, { close: () => agent.destroy() });
}

/** Whether the process is asked first if it wants the body: of one that may not fit into what the system holds for it. */
const isLarge = ({ headers }: IncomingMessage): boolean =>
  "transfer-encoding" in headers || Number(headers["content-length"] ?? 0) > 64 * 1024;

function within<Result>(ms: number, promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("It takes too long to start.")), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** How long, and how much, a sender that was answered early may go on sending: cut off at once, it may miss the answer. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 32 * 1024 * 1024;

/** The process has answered before the request was there in full: the rest is thrown away, and the connection is closed. */
function stopReceiving(request: IncomingMessage, response: ServerResponse, onward: ClientRequest): void {
  request.unpipe(onward);
  response.shouldKeepAlive = false;
  let bytes = 0;
  const cut = () => request.socket.destroy();
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > LINGER_BYTES) cut();
  });
  request.resume();
  response.once("finish", () => {
    if (request.complete) return;
    const timer = setTimeout(cut, LINGER_MS);
    request.once("close", () => clearTimeout(timer));
  });
}

/** The process answers to the names of this machine alone. Which one the caller used is in X-Forwarded-Host. */
function onwardHeaders({ headers }: IncomingMessage): IncomingHttpHeaders {
  // The gateway has told the caller to continue.
  const { host: _, expect: __, ...others } = endToEnd(headers);
  return others;
}

/**
 * Headers without those that are about one connection (RFC 9110, 7.6.1). A caller's `Connection: close`, which pg_net sends
 * with every invocation, would close ours to the process while the agent keeps it for the next request, which is then lost.
 */
function endToEnd({ connection: _, "keep-alive": __, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}
