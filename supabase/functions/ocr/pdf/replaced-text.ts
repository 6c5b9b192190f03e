import { between, type Matrix, moved, placed } from "./frame.ts";
import type { Glyph } from "./layer.ts";
import { fourAt, type Pdfium, sixAt } from "./pdfium.ts";

/** An object's box and the places of its letters agree within this share of the type's height. */
const NEAR = 0.5;

const MAX_MARKS = 20;

/**
 * How a form places an object that stands for a text (/ActualText); null for any other. PDFium leaves the letters of that text where they would be on the
 * page, were it not for the matrix of the form. `index`: such a letter; `at`: 24 bytes of the library's memory.
 */
export function formOf(library: Pdfium, text: number, index: number, object: number, at: number): Matrix | null {
  if (object === 0 || library._FPDFPageObj_CountMarks(object) <= 0 || !standsForText(library, object)) return null;
  if (library._FPDFPageObj_GetMatrix(object, at) === 0) return null;
  const inForm = sixAt(library, at);
  if (library._FPDFText_GetMatrix(text, index, at) === 0) return null;
  return between(inForm, sixAt(library, at));
}

function standsForText(library: Pdfium, object: number): boolean {
  const key = library.wasmExports.malloc(16);
  library.HEAPU8.set(new TextEncoder().encode("ActualText\0"), key);
  const count = Math.min(library._FPDFPageObj_CountMarks(object), MAX_MARKS);
  let stands = false;
  for (let index = 0; index < count && !stands; index += 1)
    stands = library._FPDFPageObjMark_GetParamValueType(library._FPDFPageObj_GetMark(object, index), key) > 0;
  library.wasmExports.free(key);
  return stands;
}

/**
 * Spreads letters that PDFium has at one place over what is drawn there. These are the letters of a sign that stands for several
 * (a ligature, by its font's /ToUnicode or its name), each as wide as the sign. Or a file says what a whole piece of it stands for (/ActualText:
 * a ligature, a word that is drawn as a picture): then each is as wide as its font has it. `objects`: the piece of each glyph; `forms`: see formOf.
 * `at`: 16 bytes of the library's memory.
 */
export function spreadReplaced(
  library: Pdfium,
  glyphs: readonly Glyph[],
  objects: readonly number[],
  forms: ReadonlyMap<number, Matrix>,
  at: number,
): void {
  for (let from = 0; from < glyphs.length; ) {
    const first = glyphs[from]!;
    let end = from + 1;
    while (objects[end] === objects[from] && glyphs[end]!.x0 === first.x0 && glyphs[end]!.y1 === first.y1) end += 1;
    // Letters that run from right to left keep their one place, by which they are put in order later (right-to-left.ts).
    if (end - from > 1 && !first.ink) {
      const letters = glyphs.slice(from, end);
      const isWhole = objects[from - 1] !== objects[from] && objects[end] !== objects[from];
      spread(letters, isWhole ? widthOf(library, objects[from]!, letters, forms, at) : first.x1 - first.x0);
    }
    from = end;
  }
}

function spread(letters: readonly Glyph[], width: number): void {
  const { x0 } = letters[0]!;
  for (const [index, letter] of letters.entries()) {
    letter.x0 = x0 + (width * index) / letters.length;
    letter.x1 = x0 + (width * (index + 1)) / letters.length;
  }
}

/** How wide the object is that the letters stand for; of one with a frame of its own, how wide they are together. */
function widthOf(
  library: Pdfium,
  object: number,
  letters: readonly Glyph[],
  forms: ReadonlyMap<number, Matrix>,
  at: number,
): number {
  const { x0, y0, y1, turn } = letters[0]!;
  if (library._FPDFPageObj_GetBounds(object, at, at + 4, at + 8, at + 12) !== 0) {
    const [left, bottom, right, top] = fourAt(library, at);
    const form = forms.get(object);
    const [x, y] = form ? moved(form, left, top) : [left, top];
    const [toX, toY] = form ? moved(form, right, bottom) : [right, bottom];
    const box = placed(turn ?? 0, Math.min(x, toX), Math.max(y, toY), Math.max(x, toX), Math.min(y, toY));
    const near = NEAR * (y1 - y0);
    const isThere = Math.abs(box.x0 - x0) < near && box.y0 < y1 + near && box.y1 > y0 - near && box.x1 > x0;
    // The box is around the ink, which has as much white behind it as before it.
    if (isThere) return box.x1 - x0 + Math.max(0, box.x0 - x0);
  }
  return letters.reduce((sum, letter) => sum + letter.x1 - letter.x0, 0);
}
