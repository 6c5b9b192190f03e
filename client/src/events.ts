import { EventSourceParserStream } from "eventsource-parser/stream";

/** The data of each server-sent event of an answer, as JSON. */
export async function* eventsOf<Event>(response: Response): AsyncGenerator<Event, void> {
  const events = response
    .body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield JSON.parse(value.data) as Event;
    }
  } finally {
    // A reader who leaves early ends the connection; the work goes on.
    await reader.cancel().catch(() => {});
  }
}
