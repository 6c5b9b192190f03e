import { type Clip, clipOf, isCutOff } from "./clips.ts";
import { withoutDoubles } from "./doubled.ts";
import { type Box, type Matrix, moved, placed, type Turn, turnOf } from "./frame.ts";
import type { OpenPage } from "./page.ts";
import { RTL } from "./right-to-left.ts";
import type { NamedGlyphs } from "./named-glyphs.ts";
import { doubleAt, fourAt, type Pdfium } from "./pdfium.ts";
import { formOf, spreadReplaced } from "./replaced-text.ts";
import { textObjectsOf } from "./text-objects.ts";

/**
 * A character of a text layer. The box is in points of the page as its text runs: x along the line, y downwards from line
 * to line, so that turned text needs no rules of its own. It is as high as the size of the type: fonts' own heights differ so
 * much that they tell neither lines nor spaces. `turn` is by how many quarters it is turned on the page, counter-clockwise;
 * null for text at a slant. In the order of the file.
 */
export type Glyph = {
  char: string;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  turn: Turn | null;
  /** Neither filled nor stroked: text that a scanner's software laid under a picture, or that somebody hid. */
  invisible: boolean;
  /** The font does not say which character it is. */
  unmapped: boolean;
  /** A space of the file stands before it. */
  spaceBefore: boolean;
  /** A program has placed each letter by itself, spaces too. */
  rounded?: true;
  /** Of letters that run from right to left: where their ink is. Their widths in the file are often wrong. */
  ink?: { x0: number; x1: number };
};

/** More characters than the densest print has: beyond it a page is made to cost something. */
export const MAX_GLYPHS = 100_000;

const INVISIBLE = 3; // PDF 32000-1, table 106: text rendering mode
const IN_ANY_FONT = 0x250; // Latin letters: PDFium has a font for them where the file has none
const SOFT_HYPHEN = 0xad;
const HYPHENS = new Set([0x02, SOFT_HYPHEN, 0xfffe]); // what PDFium makes of a hyphen at the end of a line

/** Text objects to a letter, at least, where each letter is placed by itself. */
const LETTER_BY_LETTER = 0.8;

/** What of the type size stands below the line that the letters stand on. */
const BELOW = 0.2;

/** What stands on a page. `unnamed`: characters whose fonts may say by the names of their glyphs what they are; PDFium does not. */
export type PageGlyphs = { glyphs: Glyph[]; unnamed: boolean };

/** The characters of a page that stand on it; what lies outside of the page is left out, as nobody sees it. `named`: what the names of glyphs say. */
export function glyphsOf(open: OpenPage, named?: NamedGlyphs): PageGlyphs {
  const { controls, ...read } = charactersOf(open, named, false);
  // White space does not outnumber letters: a font without a table gave its letters these codes.
  return controls > read.glyphs.length ? charactersOf(open, named, true) : read;
}

function charactersOf(
  { library, page, text, box, hidden }: OpenPage,
  named: NamedGlyphs | undefined,
  areControlsLetters: boolean,
): PageGlyphs & { controls: number } {
  const glyphs: Glyph[] = [];
  const objects: number[] = [];
  const fontOf = fontsOf(library, named);
  const forms = new Map<number, Matrix>();
  const { afterBlank, inPieces } = textObjectsOf(library, page);
  let unnamed = false;
  let controls = 0;
  const count = Math.min(library._FPDFText_CountChars(text), MAX_GLYPHS);
  const at = library.wasmExports.malloc(32);
  try {
    let object = -1;
    let size = 0;
    let isNegative = false;
    let invisible = false;
    let shift = UNMOVED;
    let clip: Clip | null = null;
    let spaceBefore = false;
    for (let index = 0; index < count; index += 1) {
      const code = library._FPDFText_GetUnicode(text, index);
      if (library._FPDFText_IsGenerated(text, index) === 1) continue;
      const isUnmapped = library._FPDFText_HasUnicodeMapError(text, index) === 1;
      const isUnknown = isUnmapped || isVariant(code);
      unnamed ||= isUnknown;
      // Of an unmapped character, its code in the font is given.
      const name = isUnknown && named ? fontOf(library._FPDFText_GetTextObject(text, index))?.get(code) : undefined;
      const char = name || charOf(library, text, index, code, areControlsLetters);
      controls += Number(!name && isControl(code));
      if (char === " ") {
        spaceBefore = true;
        continue;
      }
      if (code === SOFT_HYPHEN && !isDrawnHyphen(library, text, index, at)) continue;
      const its = library._FPDFText_GetTextObject(text, index);
      if (its !== object) {
        object = its;
        spaceBefore ||= afterBlank.has(its);
        invisible = its !== 0 && library._FPDFTextObj_GetTextRenderMode(its) === INVISIBLE;
        size = sizeOf(library, text, index, at);
        isNegative = library._FPDFText_GetFontSize(text, index) < 0;
        const form = formOf(library, text, index, its, at);
        clip = form || inPieces.has(its) ? null : clipOf(library, text, index, its, at);
        if (form) forms.set(its, form);
        shift = form ? shiftBy(library, text, index, at, form) : UNMOVED;
      }
      if (library._FPDFText_GetLooseCharBox(text, index, at) === 0) continue;
      const loose = fourAt(library, at);
      // Type of a negative size stands on its head, which its matrix may turn back.
      const angle = library._FPDFText_GetCharAngle(text, index) + (isNegative ? Math.PI : 0);
      const turn = turnOf(angle);
      // Across the line the box is where it belongs.
      const along = turn === 1 || turn === 3 ? { x: 0, y: shift.y } : { x: shift.x, y: 0 };
      const [left, right] = [loose[0] + along.x, loose[2] + along.x];
      const [top, bottom] = [loose[1] + along.y, loose[3] + along.y];
      if (right < box.left || left > box.right || top < box.bottom || bottom > box.top) continue;
      if (clip && isCutOff(clip, inkBoxOf(library, text, index, at) ?? { left, bottom, right, top })) continue;
      if (hidden.objects.has(its) && (!hidden.unsure.has(its) || code < IN_ANY_FONT)) continue;
      const drawn = placed(turn ?? 0, left, top, right, bottom);
      const frame = onItsLine(library, text, index, at, size, drawn, turn ?? 0, shift);
      const ink = RTL.test(char) && inkOf(library, text, index, at, turn ?? 0, shift);
      spaceBefore &&= turn !== 2 || isBehind(frame, glyphs.at(-1));
      // A ligature is spread over its letters below.
      for (const letter of name ? Array.from(name) : [char]) {
        glyphs.push({ char: letter, ...frame, turn, invisible, unmapped: isUnmapped && !name, spaceBefore, ...ink });
        objects.push(its);
        spaceBefore = false;
      }
    }
    spreadReplaced(library, glyphs, objects, forms, at);
    if (afterBlank.size > 0 && new Set(objects).size > LETTER_BY_LETTER * glyphs.length)
      for (const glyph of glyphs) glyph.rounded = true;
  } finally {
    library.wasmExports.free(at);
  }
  return { glyphs: withoutDoubles(glyphs), unnamed, controls };
}

/**
 * Whether a box stands behind a letter on its line. PDFium gives the pieces of a line that is turned by 180 degrees from its end, and a space at the end
 * of a piece before what is elsewhere.
 */
const isBehind = (box: Box, last: Glyph | undefined): boolean =>
  last === undefined || (box.x0 >= last.x0 && box.y0 < last.y1 && box.y1 > last.y0);

const MAX_FONT_NAME_BYTES = 500;

/** Of each text object, the named glyphs of its font. */
function fontsOf(library: Pdfium, named?: NamedGlyphs): (object: number) => ReadonlyMap<number, string> | undefined {
  const known = new Map<number, string>();
  return (object) => {
    const font = object === 0 ? 0 : library._FPDFTextObj_GetFont(object);
    if (font === 0) return undefined;
    let name = known.get(font);
    if (name === undefined) known.set(font, (name = nameOfFont(library, font)));
    return named?.get(name);
  };
}

function nameOfFont(library: Pdfium, font: number): string {
  const buffer = library.wasmExports.malloc(MAX_FONT_NAME_BYTES);
  const bytes = library._FPDFFont_GetBaseFontName(font, buffer, MAX_FONT_NAME_BYTES);
  const isWhole = bytes > 0 && bytes <= MAX_FONT_NAME_BYTES;
  const name = isWhole ? new TextDecoder().decode(library.HEAPU8.subarray(buffer, buffer + bytes - 1)) : "";
  library.wasmExports.free(buffer);
  return name;
}

function charOf(library: Pdfium, text: number, index: number, code: number, areControlsLetters: boolean): string {
  if (HYPHENS.has(code) && (code === SOFT_HYPHEN || library._FPDFText_IsHyphen(text, index) === 1)) return "-";
  if (code === 0) return "\uFFFD";
  if (code < 0x20 || isControl(code)) return areControlsLetters ? "\uFFFD" : " ";
  if (code > 0x10ffff) return "\uFFFD";
  const char = String.fromCodePoint(code);
  return /^[\s\u200B\u2060\uFEFF]$/u.test(char) ? " " : char;
}

/** Whether a soft hyphen is a sign of its own that is seen, and not a part of what the next letter's sign stands for. */
function isDrawnHyphen(library: Pdfium, text: number, index: number, at: number): boolean {
  const ink = inkBoxOf(library, text, index, at);
  if (!ink || ink.right <= ink.left) return false;
  const next = inkBoxOf(library, text, index + 1, at);
  return !next || next.left !== ink.left || next.right !== ink.right;
}

type Shift = { x: number; y: number };

const UNMOVED: Shift = { x: 0, y: 0 };

/** How far a form moves a letter. */
function shiftBy(library: Pdfium, text: number, index: number, at: number, form: Matrix): Shift {
  if (library._FPDFText_GetCharOrigin(text, index, at, at + 8) === 0) return UNMOVED;
  const [x, y] = [doubleAt(library, at), doubleAt(library, at + 8)];
  const [toX, toY] = moved(form, x, y);
  return { x: toX - x, y: toY - y };
}

/** The size of the type in points of the page. 0 where the file does not say. */
function sizeOf(library: Pdfium, text: number, index: number, at: number): number {
  if (library._FPDFText_GetMatrix(text, index, at) === 0) return 0;
  const [, , c, d] = fourAt(library, at);
  const size = library._FPDFText_GetFontSize(text, index) * Math.hypot(c, d);
  return Number.isFinite(size) ? Math.abs(size) : 0;
}

/** The box between the sides of the glyph, as high as the type around the line that it stands on. */
function onItsLine(
  library: Pdfium,
  text: number,
  index: number,
  at: number,
  size: number,
  box: Box,
  turn: Turn,
  shift: Shift,
): Box {
  if (size <= 0 || library._FPDFText_GetCharOrigin(text, index, at, at + 8) === 0) return box;
  const x = doubleAt(library, at) + shift.x;
  const y = doubleAt(library, at + 8) + shift.y;
  const { y0: line } = placed(turn, x, y, x, y);
  return { ...box, y0: line - (1 - BELOW) * size, y1: line + BELOW * size };
}

/** Where the Adobe Glyph List has small capitals and old-style figures, and others have what they like. */
const isVariant = (code: number): boolean => code >= 0xf721 && code <= 0xf7ff;

/** What no text has, unlike tabs and ends of lines. */
const isControl = (code: number): boolean => (code < 0x20 && (code < 9 || code > 13)) || (code >= 0x7f && code < 0xa0);

/** Where a glyph's outline is; null where it has none. */
function inkOf(
  library: Pdfium,
  text: number,
  index: number,
  at: number,
  turn: Turn,
  shift: Shift,
): { ink: { x0: number; x1: number } } | null {
  const box = inkBoxOf(library, text, index, at);
  if (!box) return null;
  const { left, bottom, right, top } = box;
  const { x0, x1 } = placed(turn, left + shift.x, top + shift.y, right + shift.x, bottom + shift.y);
  return x1 > x0 ? { ink: { x0, x1 } } : null;
}

/** The same on the page, y upwards. */
function inkBoxOf(library: Pdfium, text: number, index: number, at: number): Clip | null {
  if (library._FPDFText_GetCharBox(text, index, at, at + 8, at + 16, at + 24) === 0) return null;
  const [left = 0, right = 0, bottom = 0, top = 0] = [0, 8, 16, 24].map((offset) => doubleAt(library, at + offset));
  return { left, bottom, right, top };
}
