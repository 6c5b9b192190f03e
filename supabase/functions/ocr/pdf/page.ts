import { fourAt, type PdfFile, type Pdfium } from "./pdfium.ts";

export type Box = { left: number; top: number; right: number; bottom: number };

/** A page in the library's memory: PDFium's handles of it and of its text, and what is seen of it, in points. */
export type OpenPage = { library: Pdfium; page: number; text: number; box: Box; close(): void };

const WIDGET = 20; // fpdf_annot.h: what shows its own text: form fields, notes typed onto the page, stamps
const TYPED = new Set([3, 13, WIDGET]);
const MAX_ANNOTATIONS = 2_000;
const PRINTED = 1; // fpdf_flatten.h

/** Opens a page (from 1), with what was filled into its form. Null when it cannot be opened. */
export function openPage({ library, document }: PdfFile, number: number): OpenPage | null {
  let page = library._FPDF_LoadPage(document, number - 1);
  if (page === 0) return null;
  if (showsTyped(library, page)) {
    // What is filled into a form is no part of the page's text until it is printed onto it.
    library._FPDFPage_Flatten(page, PRINTED);
    library._FPDF_ClosePage(page);
    page = library._FPDF_LoadPage(document, number - 1);
    if (page === 0) return null;
  }
  const text = library._FPDFText_LoadPage(page);
  return {
    library,
    page,
    text,
    box: boxOf(library, page),
    close() {
      if (text !== 0) library._FPDFText_ClosePage(text);
      library._FPDF_ClosePage(page);
    },
  };
}

function showsTyped(library: Pdfium, page: number): boolean {
  const count = Math.min(library._FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS);
  for (let index = 0; index < count; index += 1) {
    const annotation = library._FPDFPage_GetAnnot(page, index);
    if (annotation === 0) continue;
    const subtype = library._FPDFAnnot_GetSubtype(annotation);
    library._FPDFPage_CloseAnnot(annotation);
    if (TYPED.has(subtype)) return true;
  }
  return false;
}

function boxOf(library: Pdfium, page: number): Box {
  const at = library.wasmExports.malloc(16);
  library._FPDF_GetPageBoundingBox(page, at);
  const [left, top, right, bottom] = fourAt(library, at);
  library.wasmExports.free(at);
  return { left, top, right, bottom };
}
