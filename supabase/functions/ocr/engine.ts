import { z } from "zod";
import { ERRORS, type ErrorCode, PipelineError } from "../_shared/errors.ts";
import type { ReadPages } from "../_shared/pages.ts";
import { readable } from "../_shared/readable.ts";

const share = z.number().min(0).max(1);

/** What the engine's `POST /read` answers; engine/README.md describes it. */
const Answer = z.object({
  pages: z.array(
    z.object({
      page_number: z.int().min(1),
      engine: z.enum(["tesseract", "ppocr"]),
      text: z.string(),
      confidence: share.nullable(),
      width: z.number().optional(),
      height: z.number().optional(),
      rotation: z.number().optional(),
      words: z
        .array(
          z.object({
            text: z.string(),
            x0: z.number(),
            y0: z.number(),
            x1: z.number(),
            y1: z.number(),
            confidence: share,
          }),
        )
        .nullable(),
    }),
  ),
});

/** Longest wait for an answer, in milliseconds: a call is of few pages, but may queue behind others. */
const TIMEOUT_MS = 120_000;

/**
 * Reads pages by an engine of engine/, an HTTP service.
 *
 * @throws PipelineError the engine's own code, or ocr_engine_unavailable when it does not answer as it should
 */
export function createEngineReader({ url, timeoutMs = TIMEOUT_MS }: { url: string; timeoutMs?: number }): ReadPages {
  const read: ReadPages = async (file, pageNumbers, signal) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${url.replace(/\/$/, "")}/read?pages=${pageNumbers.join(",")}`, {
      method: "POST",
      // The engine lets the owners of files alternate.
      headers: { "Content-Type": file.mime_type, ...(file.user_id ? { "X-Owner": file.user_id } : {}) },
      body: file.bytes as BodyInit,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).catch((cause: unknown) => {
      if (signal?.aborted) throw signal.reason;
      throw new PipelineError("ocr_engine_unavailable", undefined, {
        cause: new Error("Nothing answered at OCR_ENGINE_URL. Check it, and that the engine runs.", { cause }),
      });
    });
    if (!response.ok) throw await refusalOf(response);
    const parsed = Answer.safeParse(await response.json().catch(() => null));
    if (!parsed.success)
      throw new PipelineError("ocr_engine_unavailable", undefined, {
        cause: new Error("What answers at OCR_ENGINE_URL is no OCR engine.", { cause: parsed.error }),
      });
    // Of a page without words nobody can be sure; it says nothing about the others.
    return parsed.data.pages.map(({ width, height, rotation = 0, ...page }) => ({
      ...page,
      text: readable(page.text),
      words: page.words?.map((word) => ({ ...word, text: readable(word.text) })) ?? null,
      confidence: page.text === "" ? null : page.confidence,
      ...(width && height ? { picture: { width, height, rotation } } : {}),
    }));
  };
  return Object.assign(read, { sendsWhole: true });
}

async function refusalOf(response: Response): Promise<PipelineError> {
  const body = (await response.json().catch(() => null)) as { code?: string; message?: string } | null;
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const retryAfterMs = Number.isNaN(seconds) ? undefined : seconds * 1000;
  const code = body?.code && body.code in ERRORS ? (body.code as ErrorCode) : "ocr_engine_unavailable";
  return new PipelineError(code, body?.message, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: new Error(`engine: ${response.status}`),
  });
}
