import { PipelineError } from "../_shared/errors.ts";

/** Streams that one worker has open at the same time: for a user, for a document, and in all. */
export const USER_STREAMS = 8;
export const DOCUMENT_STREAMS = 4;
export const WORKER_STREAMS = 100;

/** When it is worth asking again, in milliseconds: a run takes some seconds. */
const RETRY_AFTER_MS = 5_000;

/** Counts the streams that are open. */
export type Streams = {
  /**
   * @returns how to say that the stream has ended; saying it twice does no harm
   * @throws PipelineError too_many_requests
   */
  open(userId: string, documentId: string): () => void;
};

export function createStreams(): Streams {
  const open = new Set<{ userId: string; documentId: string }>();
  const count = (of: (stream: { userId: string; documentId: string }) => boolean) => [...open].filter(of).length;
  return {
    open(userId, documentId) {
      if (count((stream) => stream.userId === userId) >= USER_STREAMS)
        throw refusal(`${USER_STREAMS} streams of yours are open. Close one, or follow your documents by Realtime.`);
      if (count((stream) => stream.documentId === documentId) >= DOCUMENT_STREAMS)
        throw refusal(`${DOCUMENT_STREAMS} streams of this document are open. Close one, or follow it by Realtime.`);
      if (open.size >= WORKER_STREAMS) throw refusal("Too many streams are open. Follow the document by Realtime.");
      const stream = { userId, documentId };
      open.add(stream);
      return () => void open.delete(stream);
    },
  };
}

const refusal = (message: string): PipelineError =>
  new PipelineError("too_many_requests", message, { retryAfterMs: RETRY_AFTER_MS });
