import type { PDFiumLibrary } from "@hyzyla/pdfium";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { startPdfium } from "../../supabase/functions/_shared/pdfium.ts";
import type { Grey } from "./grey.ts";

const POINTS_PER_INCH = 72;

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

  /** @throws {PipelineError} encrypted_pdf, broken_file */
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
}
