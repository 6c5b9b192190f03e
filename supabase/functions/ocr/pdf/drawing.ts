import type { OpenPage } from "./page.ts";
import { fourAt, type Pdfium } from "./pdfium.ts";

/** What is on a page beside its text. */
export type Drawing = {
  /** The share of the page, 0 to 1, under its largest picture. */
  picture: number;
  /** Whether there are lines, shapes or shadings: they may be letters. */
  shapes: boolean;
  /** Whether anything at all is seen on it. Asked only of a page on which none of these was found: the page is drawn for it. */
  marked?: () => boolean;
};

/** fpdf_edit.h: FPDF_PAGEOBJ_… */
const IMAGE = 3;
const FORM = 5;
const SHAPES = new Set([2, 4]);

/** Objects that are looked at, those within groups included: more than a page needs to be told from a scan. */
const MAX_OBJECTS = 20_000;
const MAX_NESTING = 4;

/** Looks at what a page draws, without decoding a picture. */
export function drawingOf({ library, page, box }: OpenPage): Drawing {
  const drawing: Drawing = { picture: 0, shapes: false, marked: () => count > 0 && isMarked({ library, page }) };
  const area = (box.right - box.left) * (box.top - box.bottom);
  const at = library.wasmExports.malloc(16);
  const look = { library, left: MAX_OBJECTS };
  const count = library._FPDFPage_CountObjects(page);
  for (let index = 0; index < count && look.left > 0; index += 1) {
    const object = library._FPDFPage_GetObject(page, index);
    const kinds = kindsOf(look, object, MAX_NESTING);
    drawing.shapes ||= kinds.shapes;
    if (!kinds.picture) continue;
    if (library._FPDFPageObj_GetBounds(object, at, at + 4, at + 8, at + 12) === 0) continue;
    const [left, bottom, right, top] = fourAt(library, at);
    const width = Math.min(right, box.right) - Math.max(left, box.left);
    const height = Math.min(top, box.top) - Math.max(bottom, box.bottom);
    if (width > 0 && height > 0 && area > 0) drawing.picture = Math.max(drawing.picture, (width * height) / area);
  }
  library.wasmExports.free(at);
  return drawing;
}

/** What an object is, or, of a group, what is in it. */
function kindsOf(
  look: { library: Pdfium; left: number },
  object: number,
  depth: number,
): { picture: boolean; shapes: boolean } {
  const { library } = look;
  look.left -= 1;
  const type = library._FPDFPageObj_GetType(object);
  const kinds = { picture: type === IMAGE, shapes: SHAPES.has(type) };
  if (type !== FORM || depth === 0) return kinds;
  const count = library._FPDFFormObj_CountObjects(object);
  for (let index = 0; index < count && look.left > 0 && !(kinds.picture && kinds.shapes); index += 1) {
    const inner = kindsOf(look, library._FPDFFormObj_GetObject(object, index), depth - 1);
    kinds.picture ||= inner.picture;
    kinds.shapes ||= inner.shapes;
  }
  return kinds;
}

/** A page is drawn this small to see whether it is white, in pixels: a word of small print is seen, and it costs little. */
const SIDE = 400;
/** fpdfview.h: FPDFBitmap_BGRA, FPDF_ANNOT */
const BGRA = 4;
const ANNOTATIONS = 1;
/** How much darker than paper a pixel is that somebody sees. */
const SEEN = 240;

/** Whether a page is not white, whatever it was drawn with: letters whose font calls them spaces, say. */
function isMarked({ library, page }: Pick<OpenPage, "library" | "page">): boolean {
  const bitmap = library._FPDFBitmap_CreateEx(SIDE, SIDE, BGRA, 0, 0);
  if (bitmap === 0) return false;
  library._FPDFBitmap_FillRect(bitmap, 0, 0, SIDE, SIDE, 0xffffffff);
  library._FPDF_RenderPageBitmap(bitmap, page, 0, 0, SIDE, SIDE, 0, ANNOTATIONS);
  const from = library._FPDFBitmap_GetBuffer(bitmap);
  const pixels = library.HEAPU8.subarray(from, from + SIDE * SIDE * 4);
  let seen = false;
  for (let at = 0; at < pixels.length && !seen; at += 4)
    seen = Math.min(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!) < SEEN;
  library._FPDFBitmap_Destroy(bitmap);
  return seen;
}
