import { CORS_HEADERS } from "../_shared/http.ts";

/** A response of server-sent events, one JSON object each. Sending to a reader who left is no error. */
export type EventStream = { response: Response; send(event: object): void; end(): void };

export function eventStream(): EventStream {
  const encoder = new TextEncoder();
  let reader: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      reader = controller;
    },
    cancel() {
      reader = undefined;
    },
  });
  return {
    response: new Response(body, { headers: { ...CORS_HEADERS, "Content-Type": "text/event-stream", "Cache-Control": "no-cache" } }),
    send: (event) => reader?.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`)),
    end() {
      reader?.close();
      reader = undefined;
    },
  };
}
