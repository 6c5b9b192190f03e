import { type Hidden, hiddenOn } from "./optional-content.ts";
import { fourAt, type PdfFile, type Pdfium } from "./pdfium.ts";
import { type KnownNotes, type Typed, typedOn, unknownNotes } from "./typed.ts";

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

const NO_NOTES: KnownNotes = { hidden: new Set(), checked: new Set() };

const NOTHING_UNKNOWN = { hidden: false, checked: false };

/** What has to be known of a page's notes before it is opened. */
export class UnknownNotes {
  readonly unknown: Record<keyof KnownNotes, boolean>;
  constructor(unknown: Record<keyof KnownNotes, boolean>) {
    this.unknown = unknown;
  }
}

/**
 * Opens a page (from 1), with what was filled into its form. `known`: what the library does not tell of its notes; where it is left out and any of it
 * is needed, the page is not opened. Null when it cannot be.
 */
export function openPage(file: PdfFile, number: number, known?: KnownNotes): OpenPage | null | UnknownNotes {
  const { library, document } = file;
  let page = library._FPDF_LoadPage(document, number - 1);
  if (page === 0) return null;
  if (isEmpty(boxOf(library, page))) {
    // It is cut to a box that lies beside it, which readers pass over. No box is larger than the page itself.
    library._FPDFPage_SetCropBox(page, -EVERYWHERE, -EVERYWHERE, EVERYWHERE, EVERYWHERE);
    library._FPDF_ClosePage(page);
    page = library._FPDF_LoadPage(document, number - 1);
    if (page === 0) return null;
  }
  const unknown = known ? NOTHING_UNKNOWN : unknownNotes(file, page);
  if (unknown.hidden || unknown.checked) {
    library._FPDF_ClosePage(page);
    return new UnknownNotes(unknown);
  }
  const { typed, hasShown, hasFiles } = typedOn(file, page, known ?? NO_NOTES);
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

const EVERYWHERE = 1_000_000;
const isEmpty = ({ left, top, right, bottom }: Box): boolean => !(right > left && top > bottom);

function boxOf(library: Pdfium, page: number): Box {
  const at = library.wasmExports.malloc(16);
  library._FPDF_GetPageBoundingBox(page, at);
  const [left, top, right, bottom] = fourAt(library, at);
  library.wasmExports.free(at);
  return { left, top, right, bottom };
}
