import type { PDFiumLibrary } from "@hyzyla/pdfium";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { startPdfium } from "../../supabase/functions/_shared/pdfium.ts";
import type { Grey } from "./grey.ts";

const POINTS_PER_INCH = 72;

const WHITE = 255;

/** A white picture takes its headers, and at most a bit a row. */
const JBIG2_HEADERS = 200;
const ROWS_A_BYTE = 8;
/** Objects of a page that are looked at: a scan is the first, or among the first. */
const MAX_OBJECTS = 100;

/** How large a page is rendered: at so many dots an inch, or as many as keep it within `maxPixels`. */
export type RenderSize = { dpi: number; maxPixels: number };

/** Opens PDFs and renders their pages, one document at a time. Synchronous WebAssembly inside: never call it in the HTTP process. */
export class PdfRenderer {
  #library: Promise<PDFiumLibrary> | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #document: Awaited<ReturnType<PDFiumLibrary["loadDocument"]>> | undefined;

  /** Takes the file that the following calls are about. */
  open(bytes: Uint8Array): void {
    this.#document?.destroy();
    this.#document = undefined;
    this.#bytes = bytes;
  }

  /** Gives up what pdfium holds; the next page starts it anew. */
  async close(): Promise<void> {
    this.open(new Uint8Array(0));
    const library = this.#library;
    this.#library = undefined;
    (await library)?.destroy();
  }

  /** @throws {PipelineError} encrypted_pdf, broken_file */
  async countPages(): Promise<number> {
    const pages = (await this.#opened()).getPageCount();
    if (pages < 1) throw new PipelineError("broken_file", "The PDF has no pages. Upload a working copy.");
    return pages;
  }

  /** @throws {PipelineError} encrypted_pdf, broken_file, illegible_page: pdfium leaves a picture white that it cannot decode */
  async render(pageNumber: number, { dpi: wantedDpi, maxPixels }: RenderSize): Promise<Grey & { dpi: number }> {
    const page = (await this.#opened()).getPage(pageNumber - 1);
    const { originalWidth, originalHeight } = page.getOriginalSize(); // in points; 0 where the page cannot be loaded
    if (!(originalWidth > 0 && originalHeight > 0)) {
      throw new PipelineError(
        "broken_file",
        `Page ${pageNumber} of the PDF is damaged and cannot be opened. Upload a working copy.`,
      );
    }
    const scale = Math.min(wantedDpi / POINTS_PER_INCH, Math.sqrt(maxPixels / (originalWidth * originalHeight)));
    const width = Math.max(1, Math.min(maxPixels, Math.floor(originalWidth * scale)));
    const height = Math.max(1, Math.min(maxPixels, Math.floor(originalHeight * scale)));
    const { data } = await page.render({ width, height, scale: 1, colorSpace: "Gray", render: "bitmap" });
    if (data.every((value) => value === WHITE) && (await this.#holdsUndrawnPicture(pageNumber)))
      throw new PipelineError(
        "illegible_page",
        `Page ${pageNumber} of the PDF is a scan in a kind of JBIG2 that cannot be drawn. Print it to a new PDF, or upload it as a picture.`,
      );
    return { width, height, data, dpi: Math.round(scale * POINTS_PER_INCH) };
  }

  async #opened() {
    if (this.#document) return this.#document;
    this.#library ??= startPdfium();
    const library = await this.#library;
    try {
      this.#document = await library.loadDocument(this.#bytes);
      return this.#document;
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      // pdfium names the reason in words only (@hyzyla/pdfium, library.ts)
      const encrypted = /password|security/i.test(error instanceof Error ? error.message : "");
      throw new PipelineError(encrypted ? "encrypted_pdf" : "broken_file", undefined, { cause: error });
    }
  }

  /** Whether a page that came out white holds a JBIG2 picture with more in it than white: pdfium leaves white what it cannot decode. */
  async #holdsUndrawnPicture(pageNumber: number): Promise<boolean> {
    // To render a page closes it.
    const page = (await this.#opened()).getPage(pageNumber - 1);
    let left = MAX_OBJECTS;
    let holds = false;
    for (const object of page.objects()) {
      if ((left -= 1) < 0 || holds) break;
      if (object.type !== "image") continue;
      const { data, filters, height } = await object.getImageDataRaw();
      holds = filters.includes("JBIG2Decode") && data.length > JBIG2_HEADERS + height / ROWS_A_BYTE;
    }
    await page.render({ width: 1, height: 1, scale: 1, render: "bitmap" });
    return holds;
  }
}
