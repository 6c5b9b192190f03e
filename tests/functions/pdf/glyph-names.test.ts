// What the names of glyphs stand for, by the rules of the Adobe Glyph List.
import { expect, it } from "vitest";
import { textOfName } from "../../../supabase/functions/ocr/pdf/glyph-names.ts";
import { glyphList } from "../../../supabase/functions/ocr/pdf/pdfjs.mjs";

const LIST = glyphList();

it.each([
  ["A", "A"],
  ["Lslash", "Ł"],
  ["A.sc", "A"],
  ["f_f_i", "ffi"],
  ["f_i.alt.1", "fi"],
  ["T_h", "Th"],
  ["uni20AC", "€"],
  ["uni00660069", "fi"],
  ["u1F600", "😀"],
  ["uni0066_i", "fi"],
  ["oneoldstyle", "1"],
  ["Eacutesmall", "é"],
])("%s is %s", (name, text) => {
  expect(textOfName(name, LIST)).toBe(text);
});

it.each([
  ...["g12", "c34", "a56", "G41", "C65", "cid_12", "glyph7", "index12", "f_g12"],
  ...[".notdef", "", "_", "uni004", "uniD800", "uni20ac", "uniE000", "u110000", "toString", "f".repeat(1_000)],
])("%s stands for nothing", (name) => {
  expect(textOfName(name, LIST)).toBeNull();
});
