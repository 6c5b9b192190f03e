import type { PDFiumLibrary, PDFiumPage } from "@hyzyla/pdfium";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { boundMemory, startMeteredPdfium } from "../../supabase/functions/_shared/pdfium.ts";
import { FUEL } from "../../supabase/functions/_shared/wasm-meter.ts";
import type { Grey } from "./grey.ts";
import { faxPicture, pdfOfFax } from "./jbig2.ts";

const POINTS_PER_INCH = 72;

const WHITE = 255;

/** A white picture takes its headers, and at most a bit a row. */
const JBIG2_HEADERS = 200;
const ROWS_A_BYTE = 8;
/** Objects of a page that are looked at: a scan is the first, or among the first. */
const MAX_OBJECTS = 100;

/**
 * Turns of PDFium's loops that opening a file, or drawing a page, may take: some seconds. A photo of 40 megapixels takes 250 million. Without a bound a
 * fax of 4 billion white pixels would hold its worker until it is killed.
 */
const DRAWING_FUEL = 500_000_000;

/** Most memory of PDFium: to draw a photo of 35 megapixels takes 430 MB. */
const MOST_BYTES = 512 * 1024 * 1024;

type Metered = { module: { wasmExports: { [FUEL]: WebAssembly.Global; memory: WebAssembly.Memory } } };

/** How large a page is rendered: at so many dots an inch, or as many as keep it within `maxPixels`. */
export type RenderSize = { dpi: number; maxPixels: number };

/** Opens PDFs and renders their pages, one document at a time. Synchronous WebAssembly inside: never call it in the HTTP process. */
export class PdfRenderer {
  #library: Promise<PDFiumLibrary> | undefined;
  #bounds: { gauge: WebAssembly.Global; memory: { full: boolean } } | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #document: Awaited<ReturnType<PDFiumLibrary["loadDocument"]>> | undefined;

  async #started(): Promise<PDFiumLibrary> {
    return await (this.#library ??= startMeteredPdfium().then((library) => {
      // The class keeps its module to itself
      const { [FUEL]: gauge, memory } = (library as unknown as Metered).module.wasmExports;
      this.#bounds = { gauge, memory: boundMemory(memory, () => MOST_BYTES) };
      return library;
    }));
  }

  /** Does what takes turns and memory. @throws {PipelineError} too_complex, unpacked_too_large when these are used up */
  async #bounded<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.#started();
    const { gauge, memory } = this.#bounds!;
    gauge.value = DRAWING_FUEL;
    let cause: unknown;
    try {
      const value = await work();
      if (!memory.full) return value;
    } catch (thrown) {
      if (!(thrown instanceof WebAssembly.RuntimeError) && !memory.full) throw thrown;
      cause = thrown;
    }
    // Not to be trusted after a trap, nor to be asked to close anything
    this.#library = this.#document = this.#bounds = undefined;
    if (memory.full) throw new PipelineError("unpacked_too_large", undefined, { cause });
    throw gauge.value === 0 ? new PipelineError("too_complex", undefined, { cause }) : cause;
  }

  /** Takes the file that the following calls are about. */
  open(bytes: Uint8Array): void {
    if (this.#bounds) this.#bounds.gauge.value = DRAWING_FUEL;
    this.#document?.destroy();
    this.#document = undefined;
    this.#bytes = bytes;
  }

  /** Gives up what pdfium holds; the next page starts it again. */
  async close(): Promise<void> {
    this.open(new Uint8Array(0));
    const library = this.#library;
    this.#library = this.#bounds = undefined;
    (await library)?.destroy();
  }

  /** @throws {PipelineError} encrypted_pdf, broken_file */
  async countPages(): Promise<number> {
    const pages = await this.#bounded(async () => (await this.#opened()).getPageCount());
    if (pages < 1) throw new PipelineError("broken_file", "The PDF has no pages. Upload a working copy.");
    return pages;
  }

  /** @throws {PipelineError} encrypted_pdf, broken_file, illegible_page: pdfium leaves a picture white that it cannot decode */
  async render(pageNumber: number, size: RenderSize): Promise<Grey & { dpi: number }> {
    return await this.#bounded(() => this.#drawn(pageNumber, size));
  }

  async #drawn(pageNumber: number, { dpi: wantedDpi, maxPixels }: RenderSize): Promise<Grey & { dpi: number }> {
    const page = (await this.#opened()).getPage(pageNumber - 1);
    const { originalWidth, originalHeight } = page.getOriginalSize(); // in points; 0 where the page cannot be loaded
    if (!(originalWidth > 0 && originalHeight > 0)) {
      throw new PipelineError(
        "broken_file",
        `Page ${pageNumber} of the PDF is damaged and cannot be opened. Upload a working copy.`,
      );
    }
    await this.#redrawFax(page, maxPixels);
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
    const library = await this.#started();
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

  /** Decodes the pictures of a page that PDFium would leave white in another way, and puts them in their place. */
  async #redrawFax(page: PDFiumPage, maxPixels: number): Promise<void> {
    if (!this.#mayHoldJbig2()) return;
    let left = MAX_OBJECTS;
    for (const object of page.objects()) {
      if ((left -= 1) < 0) break;
      if (object.type !== "image") continue;
      const { data, filters, width, height } = await object.getImageDataRaw();
      const fax = filters.join() === "JBIG2Decode" && width * height <= maxPixels ? faxPicture(data) : null;
      if (!fax) continue;
      const library = await this.#library!;
      const drawn = await library.loadDocument(pdfOfFax(fax, width, height));
      try {
        const grey = await drawn.getPage(0).render({ width, height, scale: 1, colorSpace: "Gray", render: "bitmap" });
        const picture = { width, height, data: grey.data };
        // The package's classes hold the handle of what they stand for
        if (isDecoded(picture)) setBitmap(object as unknown as Handle, picture);
      } finally {
        drawn.destroy();
      }
    }
  }

  /** Dictionaries of streams are never packed, so the name of the filter stands in the file as it is. */
  #mayHoldJbig2(): boolean {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength).includes("JBIG2Decode");
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

/** Rows that PDFium cannot decode, and all below them, stay black. Scanners leave black edges too, but narrow ones. */
const MOST_BLACK = 0.1;

function isDecoded({ width, height, data }: Grey): boolean {
  const lastRows = Math.ceil(height * MOST_BLACK);
  return data.subarray(Math.max(0, height - lastRows) * width, height * width).some((value) => value !== 0);
}

/** PDFium's handle of an object, and the library: the package keeps both to itself, and has no call that changes a picture. */
type Handle = {
  objectIdx: number;
  module: {
    HEAPU8: Uint8Array;
    _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: number, stride: number): number;
    _FPDFBitmap_GetBuffer(bitmap: number): number;
    _FPDFBitmap_GetStride(bitmap: number): number;
    _FPDFBitmap_Destroy(bitmap: number): void;
    _FPDFImageObj_SetBitmap(pages: number, count: number, object: number, bitmap: number): number;
  };
};

/** fpdfview.h: FPDFBitmap_Gray */
const GREY = 1;

/** Makes a picture show other pixels, in the place that it has on the page. */
function setBitmap({ module: library, objectIdx }: Handle, { width, height, data }: Grey): void {
  const bitmap = library._FPDFBitmap_CreateEx(width, height, GREY, 0, 0);
  if (bitmap === 0) return;
  const [buffer, stride] = [library._FPDFBitmap_GetBuffer(bitmap), library._FPDFBitmap_GetStride(bitmap)];
  for (let row = 0; row < height; row++)
    library.HEAPU8.set(data.subarray(row * width, (row + 1) * width), buffer + row * stride);
  library._FPDFImageObj_SetBitmap(0, 0, objectIdx, bitmap);
  library._FPDFBitmap_Destroy(bitmap);
}
