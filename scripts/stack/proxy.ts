import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";

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
 */
export function createProxy(answer: Answer, keepAlive: boolean): Proxy {
  const agent = new Agent({ keepAlive });

  const proxy = (
    target: { url(): Promise<string> },
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    request.pause();
    target.url().then(
      (base) => {
        const onward = httpRequest(base + path, { method: request.method, headers: endToEnd(request.headers), agent });
        onward.on("response", (reply) => {
          response.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
          // The head of a stream goes out at once; that of an answer whose length is known goes with it, in one packet.
          if (!("content-length" in reply.headers)) response.flushHeaders();
          reply.pipe(response);
          reply.on("error", () => response.destroy());
        });
        onward.on("error", () => {
          if (response.headersSent) response.destroy();
          else
            answer(response, 503, {
              code: "WORKER_ERROR",
              message: "The process behind this ended before it answered; it is started again.",
            });
        });
        response.on("close", () => onward.destroy());
        request.pipe(onward);
      },
      () => answer(response, 503, { code: "BOOT_ERROR", message: "Function failed to start (please check logs)" }),
    );
  };
  return Object.assign(proxy, { close: () => agent.destroy() });
}

/**
 * Headers without those that are about one connection (RFC 9110, 7.6.1). A caller's `Connection: close`, which pg_net sends
 * with every kick, would close ours to the process while the agent keeps it for the next request, which is then lost.
 */
function endToEnd({ connection: _, "keep-alive": __, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}
