import type { OpenPage } from "./page.ts";
import { RTL } from "./right-to-left.ts";
import { doubleAt, fourAt, type Pdfium } from "./pdfium.ts";

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
  /** Of letters that run from right to left: where their ink is. Their widths in the file are often wrong. */
  ink?: { x0: number; x1: number };
};

type Box = Pick<Glyph, "x0" | "y0" | "x1" | "y1">;
export type Turn = 0 | 1 | 2 | 3;

/** More characters than the densest print has: beyond it a page is made to cost something. */
export const MAX_GLYPHS = 100_000;

const INVISIBLE = 3; // PDF 32000-1, table 106: text rendering mode
const IN_ANY_FONT = 0x250; // Latin letters: PDFium has a font for them where the file has none
const SLANT = 0.2; // radians off a quarter turn
const HYPHENS = new Set([0x02, 0xad, 0xfffe]); // what PDFium makes of a hyphen at the end of a line

/** What of the type size stands below the line that the letters stand on. */
const BELOW = 0.2;

/** The characters of a page that stand on it; what lies outside of the page is left out, as nobody sees it. */
export function glyphsOf(open: OpenPage): Glyph[] {
  const { glyphs, controls } = charactersOf(open, false);
  // White space does not outnumber letters: a font without a table gave its letters these codes.
  return controls > glyphs.length ? charactersOf(open, true).glyphs : glyphs;
}

function charactersOf(
  { library, text, box, hidden }: OpenPage,
  areControlsLetters: boolean,
): { glyphs: Glyph[]; controls: number } {
  const glyphs: Glyph[] = [];
  let controls = 0;
  const count = Math.min(library._FPDFText_CountChars(text), MAX_GLYPHS);
  const at = library.wasmExports.malloc(32);
  try {
    let object = -1;
    let size = 0;
    let isNegative = false;
    let invisible = false;
    let spaceBefore = false;
    for (let index = 0; index < count; index += 1) {
      const code = library._FPDFText_GetUnicode(text, index);
      if (library._FPDFText_IsGenerated(text, index) === 1) continue;
      const char = charOf(library, text, index, code, areControlsLetters);
      controls += Number(isControl(code));
      if (char === " ") spaceBefore = true;
      if (char === " " || library._FPDFText_GetLooseCharBox(text, index, at) === 0) continue;
      const [left, top, right, bottom] = fourAt(library, at);
      if (right < box.left || left > box.right || top < box.bottom || bottom > box.top) continue;
      const its = library._FPDFText_GetTextObject(text, index);
      if (hidden.objects.has(its) && (!hidden.unsure.has(its) || code < IN_ANY_FONT)) continue;
      if (its !== object) {
        object = its;
        invisible = its !== 0 && library._FPDFTextObj_GetTextRenderMode(its) === INVISIBLE;
        size = sizeOf(library, text, index, at);
        isNegative = library._FPDFText_GetFontSize(text, index) < 0;
      }
      // Type of a negative size stands on its head, which its matrix may turn back.
      const angle = library._FPDFText_GetCharAngle(text, index) + (isNegative ? Math.PI : 0);
      const turn = turnOf(angle);
      const unmapped = library._FPDFText_HasUnicodeMapError(text, index) === 1;
      glyphs.push({
        char,
        ...onItsLine(library, text, index, at, size, placed(turn ?? 0, left, top, right, bottom), turn ?? 0),
        turn,
        invisible,
        unmapped,
        spaceBefore,
        ...(RTL.test(char) && inkOf(library, text, index, at, turn ?? 0)),
      });
      spaceBefore = false;
    }
  } finally {
    library.wasmExports.free(at);
  }
  return { glyphs, controls };
}

function charOf(library: Pdfium, text: number, index: number, code: number, areControlsLetters: boolean): string {
  if (HYPHENS.has(code) && (code === 0xad || library._FPDFText_IsHyphen(text, index) === 1)) return "-";
  if (code === 0) return "\uFFFD";
  if (code < 0x20 || isControl(code)) return areControlsLetters ? "\uFFFD" : " ";
  if (code > 0x10ffff) return "\uFFFD";
  const char = String.fromCodePoint(code);
  return /^[\s\u200B\u2060\uFEFF]$/u.test(char) ? " " : char;
}

/** The size of the type in points of the page. 0 where the file does not say. */
function sizeOf(library: Pdfium, text: number, index: number, at: number): number {
  if (library._FPDFText_GetMatrix(text, index, at) === 0) return 0;
  const [, , c, d] = fourAt(library, at);
  const size = library._FPDFText_GetFontSize(text, index) * Math.hypot(c, d);
  return Number.isFinite(size) ? Math.abs(size) : 0;
}

/** The box between the sides of the glyph, as high as the type around the line that it stands on. */
function onItsLine(library: Pdfium, text: number, index: number, at: number, size: number, box: Box, turn: Turn): Box {
  if (size <= 0 || library._FPDFText_GetCharOrigin(text, index, at, at + 8) === 0) return box;
  const x = doubleAt(library, at);
  const y = doubleAt(library, at + 8);
  const { y0: line } = placed(turn, x, y, x, y);
  return { ...box, y0: line - (1 - BELOW) * size, y1: line + BELOW * size };
}

/** What no text has, unlike tabs and ends of lines. */
const isControl = (code: number): boolean => (code < 0x20 && (code < 9 || code > 13)) || (code >= 0x7f && code < 0xa0);

/** Where a glyph's outline is; null where it has none. */
function inkOf(
  library: Pdfium,
  text: number,
  index: number,
  at: number,
  turn: Turn,
): { ink: { x0: number; x1: number } } | null {
  if (library._FPDFText_GetCharBox(text, index, at, at + 8, at + 16, at + 24) === 0) return null;
  const [left = 0, right = 0, bottom = 0, top = 0] = [0, 8, 16, 24].map((offset) => doubleAt(library, at + offset));
  const { x0, x1 } = placed(turn, left, top, right, bottom);
  return x1 > x0 ? { ink: { x0, x1 } } : null;
}

/** By how many quarters text is turned; null at a slant. Angles count clockwise, as PDFium's do. */
export function turnOf(angle: number): Turn | null {
  const quarters = -angle / (Math.PI / 2);
  const nearest = Math.round(quarters);
  return Math.abs(quarters - nearest) * (Math.PI / 2) > SLANT ? null : ((((nearest % 4) + 4) % 4) as Turn);
}

/** A box of the page, whose y goes upwards, in the frame of its text. */
export function placed(turn: Turn, left: number, top: number, right: number, bottom: number): Box {
  if (turn === 0) return { x0: left, y0: -top, x1: right, y1: -bottom };
  if (turn === 1) return { x0: bottom, y0: left, x1: top, y1: right };
  if (turn === 2) return { x0: -right, y0: bottom, x1: -left, y1: top };
  return { x0: -top, y0: -right, x1: -bottom, y1: -left };
}
