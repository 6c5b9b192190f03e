import { PipelineError } from "../_shared/errors.ts";
import { openFile } from "../ocr/pdf/pdfium.ts";
import { fitted, type Pixels } from "./pixels.ts";

/**
 * Turns of PDFium's loops that one page may take: a photo of 12 megapixels takes 75 million and half a second, a page of print or
 * a scan up to 10 million.
 */
const DRAWING_FUEL = 130_000_000;

/** fpdfview.h: FPDFBitmap_BGRx, with FPDF_REVERSE_BYTE_ORDER red first; FPDF_ANNOT draws stamps and filled fields. */
const BGRX = 3;
const FPDF_ANNOT = 0x01;
const FPDF_REVERSE_BYTE_ORDER = 0x10;
const WHITE = 0xffffffff;

/**
 * The first page of a PDF on white, as large as the box allows.
 * @throws PipelineError encrypted_pdf, broken_file, unpacked_too_large, too_complex
 */
export async function firstPage(bytes: Uint8Array, box: { width: number; height: number }): Promise<Pixels> {
  const file = await openFile(bytes);
  try {
    return file.call(() => {
      const { library } = file;
      const page = library._FPDF_LoadPage(file.document, 0);
      if (page === 0) throw new PipelineError("broken_file");
      const { width, height } = fitted(
        library._FPDF_GetPageWidthF(page) || 1,
        library._FPDF_GetPageHeightF(page) || 1,
        box,
        true,
      );
      const bitmap = library._FPDFBitmap_CreateEx(width, height, BGRX, 0, 0);
      if (bitmap === 0) throw new PipelineError("unpacked_too_large");
      library._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
      library._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, FPDF_ANNOT | FPDF_REVERSE_BYTE_ORDER);
      const start = library._FPDFBitmap_GetBuffer(bitmap);
      const data = library.HEAPU8.slice(start, start + width * height * 4);
      library._FPDFBitmap_Destroy(bitmap);
      library._FPDF_ClosePage(page);
      for (let at = 3; at < data.length; at += 4) data[at] = 255;
      return { width, height, data };
    }, DRAWING_FUEL);
  } finally {
    file.close();
  }
}
