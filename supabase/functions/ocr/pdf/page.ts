import { type Hidden, hiddenOn } from "./optional-content.ts";
import { fourAt, type PdfFile, type Pdfium } from "./pdfium.ts";
import { hasLayeredNotes, type Typed, typedOn } from "./typed.ts";

export type Box = { left: number; top: number; right: number; bottom: number };

/** A page in the library's memory: PDFium's handles of it and of its text, and what is seen of it, in points. */
export type OpenPage = {
  library: Pdfium;
  page: number;
  text: number;
  box: Box;
  /** Text that it holds and does not show. */
  hidden: Hidden;
  /** By how many quarters it is shown turned to the right. */
  rotation: number;
  /** Values of its form's fields, and notes. */
  typed: Typed[];
  /** Whether files are attached to it. */
  hasFiles: boolean;
  close(): void;
};

const SCREEN = 0; // fpdf_flatten.h: FLAT_NORMALDISPLAY, what is shown, whether it is printed or not

const NO_NOTES: ReadonlySet<number> = new Set();

/** Notes of the page hang on layers, and it has to be known which of them are switched off before it is opened. */
export const LAYERED = "layered";

/**
 * Opens a page (from 1), with what was filled into its form. `hiddenNotes`: places of notes that hang on layers which are switched off; where it is
 * left out and there may be such, the page is not opened. Null when it cannot be.
 */
export function openPage(
  file: PdfFile,
  number: number,
  hiddenNotes?: ReadonlySet<number>,
): OpenPage | null | typeof LAYERED {
  const { library, document } = file;
  let page = library._FPDF_LoadPage(document, number - 1);
  if (page === 0) return null;
  if (!hiddenNotes && file.layers.some && hasLayeredNotes(file, page)) {
    library._FPDF_ClosePage(page);
    return LAYERED;
  }
  const { typed, hasShown, hasFiles } = typedOn(file, page, hiddenNotes ?? NO_NOTES);
  if (hasShown) {
    // What is filled into a form is no part of the page's text until it is printed onto it.
    library._FPDFPage_Flatten(page, SCREEN);
    library._FPDF_ClosePage(page);
    page = library._FPDF_LoadPage(document, number - 1);
    if (page === 0) return null;
  }
  const hidden = hiddenOn(library, page, file.layers);
  const text = library._FPDFText_LoadPage(page);
  return {
    library,
    page,
    text,
    box: boxOf(library, page),
    hidden,
    rotation: library._FPDFPage_GetRotation(page),
    typed,
    hasFiles,
    close() {
      if (text !== 0) library._FPDFText_ClosePage(text);
      library._FPDF_ClosePage(page);
    },
  };
}

function boxOf(library: Pdfium, page: number): Box {
  const at = library.wasmExports.malloc(16);
  library._FPDF_GetPageBoundingBox(page, at);
  const [left, top, right, bottom] = fourAt(library, at);
  library.wasmExports.free(at);
  return { left, top, right, bottom };
}
