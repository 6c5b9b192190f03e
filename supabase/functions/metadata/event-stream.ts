import { CORS_HEADERS } from "../_shared/http.ts";

/** How often a silent stream says that it is alive: proxies close a connection after a minute or so without a byte. */
const KEEP_ALIVE_MS = 15_000;

/** A response of server-sent events, one JSON object each. Sending to a reader who left is no error. */
export type EventStream = {
  response: Response;
  send(event: object): void;
  end(): void;
  /** Ends when the reader leaves. */
  left: AbortSignal;
};

export function eventStream(keepAliveMs: number = KEEP_ALIVE_MS): EventStream {
  const encoder = new TextEncoder();
  const left = new AbortController();
  let reader: ReadableStreamDefaultController<Uint8Array> | undefined;
  const write = (text: string) => reader?.enqueue(encoder.encode(text));
  // A comment, by the rules of event streams: https://html.spec.whatwg.org/multipage/server-sent-events.html
  const beat = setInterval(() => write(": keep-alive\n\n"), keepAliveMs);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      reader = controller;
    },
    cancel() {
      reader = undefined;
      clearInterval(beat);
      left.abort();
    },
  });
  return {
    response: new Response(body, {
      headers: { ...CORS_HEADERS, "Content-Type": "text/event-stream", "Cache-Control": "no-cache" },
    }),
    send: (event) => write(`data: ${JSON.stringify(event)}\n\n`),
    end() {
      clearInterval(beat);
      reader?.close();
      reader = undefined;
    },
    left: left.signal,
  };
}
