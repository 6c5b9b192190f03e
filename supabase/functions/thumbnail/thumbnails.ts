import { PipelineError } from "../_shared/errors.ts";
import type { Files } from "../_shared/files.ts";
import type { Work } from "../_shared/job-run.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { drawThumbnail } from "./drawing.ts";

/** Draws the first page of a file as WebP; null where it cannot. */
export type Draw = (bytes: Uint8Array, mimeType: string) => Promise<Uint8Array | null>;

/**
 * Makes the picture of a document's first page. A file that cannot be drawn is no failure: the document goes without a picture. One
 * file is drawn at a time, so that two large pictures never share the memory of a worker.
 */
export function createThumbnails({
  pipeline,
  files,
  draw = drawThumbnail,
}: {
  pipeline: Pipeline;
  files: Files;
  draw?: Draw;
}): Work {
  let last: Promise<unknown> = Promise.resolve();

  return async ({ claim, log, signal, takeNext }) => {
    const { document } = claim;
    if (!document) throw new PipelineError("not_found");
    const mine = last.then(async () => {
      signal.throwIfAborted();
      return await draw(await files.load(document.storage_path), document.mime_type);
    });
    last = mine.catch(() => undefined);
    const picture = await mine.catch((thrown: unknown) => {
      const error = PipelineError.from(thrown);
      if (signal.aborted || error.retryable) throw thrown;
      log.info("thumbnail.not_drawn", { code: error.code });
      return null;
    });
    if (picture) {
      signal.throwIfAborted();
      await files.storeThumbnail(document.storage_path, picture);
    }
    try {
      return (await pipeline.complete(claim, "complete_thumbnail", { drawn: picture !== null }, takeNext())).next;
    } catch (thrown) {
      // Its document was deleted meanwhile, before anybody knew of a picture to erase.
      if (picture && (await pipeline.documentOf(document.id)) === null)
        await files.removeThumbnail(document.storage_path);
      throw thrown;
    }
  };
}
