import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import { fileKind, imageSize } from "./image-size.ts";
import type { PageReading, OpenFile } from "./job.ts";
import { jpegOrientation } from "./orientation.ts";
import { pageNumbers, type PageRange } from "./page-range.ts";
import type { Pool } from "./pool.ts";

/** What `POST /read` answers. */
export type FileReading = { engine: "tesseract"; version: string; pages: PageReading[] };

export type ReadRequest = { file: OpenFile; pages: PageRange[] | null; languages: string };

const MAX_SIDE = 32_767; // tesseract counts pixels in 16 bits
const TYPES = "JPEG, PNG, WebP, GIF and PDF";

/**
 * Reads a file of any kind that the engine takes, judged by its bytes.
 * @throws {PipelineError} unsupported_type, broken_file, image_too_large, encrypted_pdf, invalid_request, ocr_timeout,
 * internal_error, ocr_engine_unavailable
 */
export async function readFile(
  pool: Pool, { file, pages, languages }: ReadRequest, limits: { maxPixels: number; workers: number }, signal: AbortSignal,
): Promise<FileReading> {
  const kind = fileKind(file.bytes);
  if (kind === null) throw new PipelineError("unsupported_type", `The OCR engine reads ${TYPES}; these bytes are none of them.`);
  if (kind === "pdf") {
    const numbers = pageNumbers(pages, await pool.run(file, { kind: "count_pages" }, signal));
    return await readPdf(pool, file, numbers, languages, limits, signal);
  }
  const size = imageSize(file.bytes, kind);
  if (!size) throw new PipelineError("broken_file");
  if (size.width * size.height > limits.maxPixels || Math.max(size.width, size.height) > MAX_SIDE) {
    throw new PipelineError("image_too_large",
      `The image has ${size.width} x ${size.height} pixels; up to ${limits.maxPixels} in all and ${MAX_SIDE} a side can be read. Scale it down.`);
  }
  const orientation = kind === "jpeg" ? jpegOrientation(file.bytes) : 1;
  const { page, version } = await pool.run(file, { kind: "read_image", orientation, ...size, languages }, signal);
  return { engine: "tesseract", version, pages: [page] };
}

/**
 * A file never has more pages in the pool than there are workers, so that a long one leaves room for others between its
 * pages. The first page that fails stops the rest.
 */
async function readPdf(
  pool: Pool, file: OpenFile, numbers: number[], languages: string, { maxPixels, workers }: { maxPixels: number; workers: number },
  signal: AbortSignal,
): Promise<FileReading> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const remaining = numbers.values();
  const readings: PageReading[] = [];
  let version = "";
  const lane = async (): Promise<void> => {
    for (const pageNumber of remaining) {
      const result = await pool.run(file, { kind: "read_pdf_page", pageNumber, languages, maxPixels }, either);
      readings.push(result.page);
      version = result.version;
    }
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
  return { engine: "tesseract", version, pages: readings.sort((a, b) => a.page_number - b.page_number) };
}
