import { fourAt, type Pdfium, sixAt } from "./pdfium.ts";

// What a page's text objects say that PDFium's text of it leaves out: spaces that are drawn alone, as programs do that place
// each letter, and pieces of text that is drawn several times.

export type TextObjects = {
  /** Objects before which a space stands as an object of its own. */
  afterBlank: ReadonlySet<number>;
  /** Objects that are drawn again at their place: each time another piece of them may be shown. */
  inPieces: ReadonlySet<number>;
};

/** fpdf_edit.h: FPDF_PAGEOBJ_… */
const [TEXT, FORM] = [1, 5];
const MAX_OBJECTS = 20_000;
const MAX_NESTING = 10;

/** Objects at one place that are told apart. */
const MOST_PIECES = 20;
/** In points: what is narrower shows nothing. */
const NO_WIDTH = 0.01;
/** In sizes of the type: what takes less room is no space, but a place where a word may be broken; beyond, it stands elsewhere. */
const ROOM = { least: 0.08, most: 3 };
/** In sizes of the type: how far the line of the next letter may stand above or below. */
const ACROSS = 1;

export function textObjectsOf(library: Pdfium, page: number): TextObjects {
  const afterBlank = new Set<number>();
  const clipped = new Map<string, number[]>();
  const at = library.wasmExports.malloc(24);
  let left = MAX_OBJECTS;
  const look = (count: number, objectAt: (index: number) => number, nesting: number): void => {
    let blank: Place | null = null;
    for (let index = 0; index < count && left > 0; index += 1) {
      left -= 1;
      const object = objectAt(index);
      const type = library._FPDFPageObj_GetType(object);
      if (type === FORM && nesting < MAX_NESTING)
        look(
          library._FPDFFormObj_CountObjects(object),
          (inner) => library._FPDFFormObj_GetObject(object, inner),
          nesting + 1,
        );
      if (type !== TEXT) continue;
      const isBlank = widthOf(library, object, at) < NO_WIDTH;
      const isClipped = library._FPDFClipPath_CountPaths(library._FPDFPageObj_GetClipPath(object)) > 0;
      if (!isBlank && !blank && !isClipped) continue;
      const place = placeOf(library, object, at);
      if (!isBlank && blank && place && parts(blank, place)) afterBlank.add(object);
      blank = isBlank ? place : null;
      if (isClipped && place) {
        const key = [place.x, place.y, place.size].map((one) => one.toFixed(1)).join();
        clipped.set(key, [...(clipped.get(key) ?? []), object].slice(0, MOST_PIECES));
      }
    }
  };
  look(library._FPDFPage_CountObjects(page), (index) => library._FPDFPage_GetObject(page, index), 0);
  library.wasmExports.free(at);
  const pieces = [...clipped.values()].filter((objects) => objects.length > 1);
  return { afterBlank, inPieces: new Set(pieces.flat()) };
}

/** Where the first letter of a text object stands, the way of its line, and the size of the type, in the units of what holds it. */
type Place = { x: number; y: number; way: [x: number, y: number]; size: number };

/** Whether a blank takes the room of a space before a letter, on its line. */
function parts(blank: Place, letter: Place): boolean {
  const [x, y] = [letter.x - blank.x, letter.y - blank.y];
  const size = Math.max(blank.size, letter.size);
  const along = (x * blank.way[0] + y * blank.way[1]) / size;
  const across = Math.abs(x * blank.way[1] - y * blank.way[0]) / size;
  return along >= ROOM.least && along < ROOM.most && across < ACROSS;
}

function placeOf(library: Pdfium, object: number, at: number): Place | null {
  if (library._FPDFTextObj_GetFontSize(object, at) === 0) return null;
  const [fontSize] = fourAt(library, at);
  if (library._FPDFPageObj_GetMatrix(object, at) === 0) return null;
  const [a, b, c, d, x, y] = sixAt(library, at);
  const length = Math.hypot(a, b) * Math.sign(fontSize);
  const size = Math.abs(fontSize) * Math.hypot(c, d);
  return length === 0 || size === 0 ? null : { x, y, way: [a / length, b / length], size };
}

function widthOf(library: Pdfium, object: number, at: number): number {
  if (library._FPDFPageObj_GetBounds(object, at, at + 4, at + 8, at + 12) === 0) return Number.POSITIVE_INFINITY;
  const [left, , right] = fourAt(library, at);
  return right - left;
}
