import { PDFiumLibrary } from "@hyzyla/pdfium";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";
import type { SharedFile } from "./job.ts";

/** A page as grey pixels in a PNM, the form that costs nothing to write and that tesseract reads as it stands. */
export type RenderedPage = { pnm: Uint8Array; width: number; height: number; dpi: number };

const DPI = 300; // what tesseract is trained for
const POINTS_PER_INCH = 72;
const MAX_SIDE = 32_000; // tesseract takes sides of up to 32,767 pixels

/** Opens PDFs and renders their pages, one document at a time. Synchronous WebAssembly inside: never call it in the HTTP thread. */
export class PdfRenderer {
  #library: Promise<PDFiumLibrary> | undefined;
  #open: { id: number; document: Awaited<ReturnType<PDFiumLibrary["loadDocument"]>> } | undefined;

  /** @throws {PipelineError} encrypted_pdf, broken_file */
  async countPages(file: SharedFile): Promise<number> {
    const pages = (await this.#documentOf(file)).getPageCount();
    if (pages < 1) throw new PipelineError("broken_file", "The PDF has no pages. Upload a working copy.");
    return pages;
  }

  /**
   * Renders a page at 300 dots an inch, or as many as keep it within `maxPixels`.
   * @throws {PipelineError} encrypted_pdf, broken_file
   */
  async render(file: SharedFile, pageNumber: number, maxPixels: number): Promise<RenderedPage> {
    const page = (await this.#documentOf(file)).getPage(pageNumber - 1);
    const { originalWidth, originalHeight } = page.getOriginalSize(); // in points; 0 where the page cannot be loaded
    if (!(originalWidth > 0 && originalHeight > 0)) {
      throw new PipelineError("broken_file", `Page ${pageNumber} of the PDF is damaged and cannot be opened. Upload a working copy.`);
    }
    const scale = Math.min(
      DPI / POINTS_PER_INCH,
      Math.sqrt(maxPixels / (originalWidth * originalHeight)),
      MAX_SIDE / Math.max(originalWidth, originalHeight),
    );
    const width = Math.max(1, Math.floor(originalWidth * scale));
    const height = Math.max(1, Math.floor(originalHeight * scale));
    const { data } = await page.render({ width, height, scale: 1, colorSpace: "Gray", render: "bitmap" });
    const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
    const pnm = new Uint8Array(header.length + data.length);
    pnm.set(header);
    pnm.set(data, header.length);
    return { pnm, width, height, dpi: Math.round(scale * POINTS_PER_INCH) };
  }

  /** Opening is cheap next to a page, so only the last document is kept: most requests ask for several pages of one. */
  async #documentOf(file: SharedFile) {
    if (this.#open?.id === file.id) return this.#open.document;
    this.#open?.document.destroy();
    this.#open = undefined;
    this.#library ??= PDFiumLibrary.init();
    const library = await this.#library;
    try {
      const document = await library.loadDocument(file.bytes);
      this.#open = { id: file.id, document };
      return document;
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      // pdfium names the reason in words only (@hyzyla/pdfium, library.ts)
      const encrypted = /password|security/i.test(error instanceof Error ? error.message : "");
      throw new PipelineError(encrypted ? "encrypted_pdf" : "broken_file", undefined, { cause: error });
    }
  }
}
