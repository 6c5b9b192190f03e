import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import { assertPixels, fileKind, imageSize } from "../supabase/functions/_shared/pictures/image-size.ts";
import type { PageReading, OpenFile } from "./job.ts";
import { pageNumbers, type PageRange } from "./page-range.ts";
import type { Pool } from "./pool.ts";

/** What `POST /read` answers. */
export type FileReading = { pages: PageReading[] };

/** `detect`: `languages` is only where to begin. */
export type ReadRequest = { file: OpenFile; pages: PageRange[] | null; languages: string; detect: boolean };

export const TYPES = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC and PDF";

/**
 * Reads a file of any kind that the engine takes, judged by its bytes.
 *
 * A file never has more pages in the pool than there are workers, so that a long one leaves room for others between its
 * pages. The first page that fails stops the rest.
 * @throws {PipelineError} unsupported_type, broken_file, image_too_large, encrypted_pdf, invalid_request, ocr_timeout,
 * internal_error, ocr_engine_unavailable
 */
export async function readFile(
  pool: Pool,
  { file, pages, languages, detect }: ReadRequest,
  { maxPixels, workers }: { maxPixels: number; workers: number },
  signal: AbortSignal,
): Promise<FileReading> {
  const numbers = await pagesToRead(pool, file, pages, maxPixels, signal);
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const remaining = numbers.values();
  const readings: PageReading[] = [];
  const lane = async (): Promise<void> => {
    for (const pageNumber of remaining)
      readings.push(await pool.run(file, { kind: "read_page", pageNumber, languages, detect, maxPixels }, either));
  };
  const lanes = Array.from({ length: Math.min(workers, numbers.length) }, () => lane());
  try {
    await Promise.all(lanes);
  } catch (error) {
    failure.abort(error);
    throw error;
  } finally {
    await Promise.allSettled(lanes);
  }
  return { pages: readings.sort((a, b) => a.page_number - b.page_number) };
}

/** Of a PDF or TIFF, those that were asked for; any other file is one page, whatever was asked for. */
async function pagesToRead(
  pool: Pool,
  file: OpenFile,
  pages: PageRange[] | null,
  maxPixels: number,
  signal: AbortSignal,
): Promise<number[]> {
  const kind = fileKind(file.bytes);
  if (kind === null)
    throw new PipelineError("unsupported_type", `The OCR engine reads ${TYPES}; these bytes are none of them.`);
  if (kind === "pdf" || kind === "tiff")
    return pageNumbers(pages, await pool.run(file, { kind: "count_pages" }, signal));
  if (kind === "heic") return [1]; // its decoder tells the size
  const size = imageSize(file.bytes, kind);
  if (!size) throw new PipelineError("broken_file");
  assertPixels(size, maxPixels); // before a worker is asked
  return [1];
}
