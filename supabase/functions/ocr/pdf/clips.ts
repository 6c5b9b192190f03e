import { between, type Matrix, moved } from "./frame.ts";
import { fourAt, type Pdfium, sixAt } from "./pdfium.ts";

// What of a page's text is cut off, as a box on a web page cuts off what is too long for it. PDFium's text has it all.

/** In points of the page, y upwards. */
export type Clip = { left: number; bottom: number; right: number; top: number };

/** A clip of more parts than this is no box. */
const MAX_PATHS = 20;
const MAX_SEGMENTS = 50;

/** Less than this share of a letter's width or height says nothing of it. */
const SEEN = 0.3;

/** Whether nothing is seen of a letter whose ink stands in a box. */
export const isCutOff = (clip: Clip, { left, bottom, right, top }: Clip): boolean =>
  Math.min(right, clip.right) - Math.max(left, clip.left) < SEEN * (right - left) ||
  Math.min(top, clip.top) - Math.max(bottom, clip.bottom) < SEEN * (top - bottom);

/**
 * The box around what is shown of a text object; null where nothing cuts it off.
 *
 * @param index a letter of it
 * @param at 24 bytes of the library's memory
 */
export function clipOf(library: Pdfium, text: number, index: number, object: number, at: number): Clip | null {
  const path = object === 0 ? 0 : library._FPDFPageObj_GetClipPath(object);
  const count = path === 0 ? 0 : library._FPDFClipPath_CountPaths(path);
  if (count <= 0 || count > MAX_PATHS) return null;
  const form = placeOf(library, text, index, object, at);
  if (!form) return null;
  const clip = { left: -Infinity, bottom: -Infinity, right: Infinity, top: Infinity };
  for (let nth = 0; nth < count; nth += 1) {
    const box = boxOf(library, path, nth, form, at);
    if (!box) continue;
    clip.left = Math.max(clip.left, box.left);
    clip.bottom = Math.max(clip.bottom, box.bottom);
    clip.right = Math.min(clip.right, box.right);
    clip.top = Math.min(clip.top, box.top);
  }
  return clip;
}

/** How the form of an object, if it stands in one, is placed on the page. */
function placeOf(library: Pdfium, text: number, index: number, object: number, at: number): Matrix | null {
  if (library._FPDFPageObj_GetMatrix(object, at) === 0) return null;
  const inForm = sixAt(library, at);
  return library._FPDFText_GetMatrix(text, index, at) === 0 ? null : between(inForm, sixAt(library, at));
}

function boxOf(library: Pdfium, path: number, nth: number, form: Matrix, at: number): Clip | null {
  const count = library._FPDFClipPath_CountPathSegments(path, nth);
  if (count <= 0 || count > MAX_SEGMENTS) return null;
  const box = { left: Infinity, bottom: Infinity, right: -Infinity, top: -Infinity };
  for (let index = 0; index < count; index += 1) {
    const segment = library._FPDFClipPath_GetPathSegment(path, nth, index);
    if (segment === 0 || library._FPDFPathSegment_GetPoint(segment, at, at + 4) === 0) return null;
    const [inX, inY] = fourAt(library, at);
    const [x, y] = moved(form, inX, inY);
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.bottom = Math.min(box.bottom, y);
    box.top = Math.max(box.top, y);
  }
  return box;
}
