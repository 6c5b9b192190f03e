import type { OpenPage } from "./page.ts";
import { fourAt, type Pdfium } from "./pdfium.ts";

/** What is on a page beside its text. */
export type Drawing = {
  /** The share of the page, 0 to 1, under its largest picture. */
  picture: number;
  /** Whether there are lines, shapes or shadings: they may be letters. */
  shapes: boolean;
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
  const drawing: Drawing = { picture: 0, shapes: false };
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
