import { placed, type Turn } from "./frame.ts";
import type { Glyph } from "./layer.ts";
import type { Box, OpenPage } from "./page.ts";
import { RTL, runsFromRight } from "./right-to-left.ts";
import { fourAt, type PdfFile } from "./pdfium.ts";

/**
 * What people put onto a page after it was printed: values of form fields, and notes. `box` is where it stands, in points of
 * the page; null for a comment, which stands beside the page. `label`: what the file calls a mark.
 */
export type Typed = { kind: "text" | "mark" | "comment"; value: string; box: Box | null; label?: string };

/** fpdf_annot.h: FPDF_ANNOT_… */
const [NOTE, FREE_TEXT, STAMP, FILE, WIDGET] = [1, 3, 13, 17, 20];
const COMMENTED = new Set([NOTE, 4, 5, 6, 7, 8, 9, 10, 11, 12, STAMP, 14, 15, FILE]);
/** What shows text of its own on the page. */
const SHOWN = new Set([FREE_TEXT, STAMP, WIDGET]);
/** What may do so where the file says how it looks: the measure at a line, a word in a frame, a watermark, what stands over something struck out. */
const DRAWN = new Set([4, 5, 6, 7, 8, 14, 24, 28]);
/** PDF 32000-1, table 165: flags of what is not shown. */
const HIDDEN = 2 | 32;
/** fpdf_formfill.h: FPDF_FORMFIELD_… */
const FIELD = { check: 2, radio: 3, combo: 4, list: 5, text: 6 };
const PASSWORD = 1 << 13;

const MAX_ANNOTATIONS = 2_000;
const MAX_OPTIONS = 500;
/** Most bytes of a value or a comment, in UTF-16. */
const MAX_VALUE_BYTES = 200_000;
/** The size of type in a field, in points, where the field is higher; what of it is the line; how wide a letter is. */
const TYPE_SIZE = 11;
const BELOW = 0.2;
const LETTER_WIDTH = 0.5;

/**
 * Reads what is typed onto a page. `hasShown`: whether anything of it has to be printed onto the page to be part of its text.
 * `hasFiles`: whether files are attached to it.
 */
export function typedOn(
  file: PdfFile,
  page: number,
  { hidden, checked }: KnownNotes,
): { typed: Typed[]; hasShown: boolean; hasFiles: boolean } {
  const { library } = file;
  const typed: Typed[] = [];
  let hasShown = false;
  let hasFiles = false;
  const count = Math.min(library._FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS);
  // From the last on: what is hidden is taken off the page.
  for (let index = count - 1; index >= 0; index -= 1) {
    const annotation = library._FPDFPage_GetAnnot(page, index);
    if (annotation === 0) continue;
    const subtype = library._FPDFAnnot_GetSubtype(annotation);
    hasFiles ||= subtype === FILE;
    const isOnHiddenLayer = hidden.has(index);
    const isHidden = isOnHiddenLayer || (library._FPDFAnnot_GetFlags(annotation) & HIDDEN) !== 0;
    if (!isHidden) {
      hasShown ||= SHOWN.has(subtype) || (DRAWN.has(subtype) && hasKey(file, annotation, "AP"));
      const found =
        subtype === WIDGET ? fieldOf(file, annotation, checked.has(index)) : noteOf(file, annotation, subtype);
      if (found && found.value.trim() !== "") typed.unshift(found);
    }
    library._FPDFPage_CloseAnnot(annotation);
    if (isOnHiddenLayer || (isHidden && SHOWN.has(subtype))) library._FPDFPage_RemoveAnnot(page, index);
  }
  return { typed, hasShown, hasFiles };
}

function fieldOf(file: PdfFile, annotation: number, isChecked: boolean): Typed | null {
  const { library } = file;
  const form = file.form();
  const type = form === 0 ? 0 : library._FPDFAnnot_GetFormFieldType(form, annotation);
  const box = boxOf(file, annotation);
  // One that its form does not list is shown all the same.
  if (type <= 0) {
    const isText = ["Tx", "Ch"].includes(entry(file, annotation, "FT"));
    return isText ? { kind: "text", value: entry(file, annotation, "V"), box } : null;
  }
  if (type === FIELD.check || type === FIELD.radio)
    return isOn(file, annotation) || (isChecked && isStateless(file, annotation))
      ? { kind: "mark", value: "[x]", box, label: nameOf(file, form, annotation) }
      : null;
  const flags = library._FPDFAnnot_GetFormFieldFlags(form, annotation);
  if (type === FIELD.text && (flags & PASSWORD) !== 0) return null;
  if (type !== FIELD.text && type !== FIELD.combo && type !== FIELD.list) return null;
  // A choice is kept by what it stands for, and shown by its label.
  const labels = type === FIELD.text ? [] : chosenLabels(file, form, annotation);
  const value =
    labels.length > 0
      ? labels.join(", ")
      : textFrom(file, (buffer, bytes) => library._FPDFAnnot_GetFormFieldValue(form, annotation, buffer, bytes)) ||
        wordsOf(entry(file, annotation, "RV"));
  return { kind: "text", value, box };
}

/** Whether a box is checked: by its state, else by the value of its field. */
const isOn = (file: PdfFile, annotation: number): boolean =>
  !["", "Off"].includes(entry(file, annotation, "AS") || entry(file, annotation, "V"));

/** Whether only the field above a box may say whether it is checked. */
const isStateless = (file: PdfFile, annotation: number): boolean =>
  hasKey(file, annotation, "Parent") && !hasKey(file, annotation, "AS") && !hasKey(file, annotation, "V");

function isBox(file: PdfFile, annotation: number): boolean {
  const form = file.form();
  const type = form === 0 ? 0 : file.library._FPDFAnnot_GetFormFieldType(form, annotation);
  return type === FIELD.check || type === FIELD.radio;
}

/** What a field is called: for people where the file has that, else for programs. */
function nameOf(file: PdfFile, form: number, annotation: number): string {
  const { library } = file;
  const forPeople = textFrom(file, (buffer, bytes) =>
    library._FPDFAnnot_GetFormFieldAlternateName(form, annotation, buffer, bytes),
  );
  return (
    forPeople.trim() ||
    textFrom(file, (buffer, bytes) => library._FPDFAnnot_GetFormFieldName(form, annotation, buffer, bytes)).trim()
  );
}

function chosenLabels(file: PdfFile, form: number, annotation: number): string[] {
  const { library } = file;
  const count = Math.min(library._FPDFAnnot_GetOptionCount(form, annotation), MAX_OPTIONS);
  const labels: string[] = [];
  for (let index = 0; index < count; index += 1) {
    if (library._FPDFAnnot_IsOptionSelected(form, annotation, index) !== 1) continue;
    labels.push(
      textFrom(file, (buffer, bytes) => library._FPDFAnnot_GetOptionLabel(form, annotation, index, buffer, bytes)),
    );
  }
  return labels.filter(Boolean);
}

function noteOf(file: PdfFile, annotation: number, subtype: number): Typed | null {
  if (subtype === FREE_TEXT) {
    const value = entry(file, annotation, "Contents") || wordsOf(entry(file, annotation, "RC"));
    return { kind: "text", value, box: boxOf(file, annotation) };
  }
  if (!COMMENTED.has(subtype)) return null;
  const value = entry(file, annotation, "Contents") || wordsOf(entry(file, annotation, "RC"));
  return { kind: "comment", value, box: null };
}

/** The words of rich text, which is XHTML. */
const wordsOf = (rich: string): string =>
  rich
    .replace(/<\/p>|<br\s?\/?>/gi, "\n")
    .replace(/<[^<>]{0,500}>/g, "")
    .replace(/&(lt|gt|quot|apos|nbsp|amp|#\d{1,7}|#x[\da-f]{1,6});/gi, (whole, name: string) => {
      const code = name[0] === "#" ? Number(name.slice(1).replace(/^x/i, "0x")) : ENTITIES[name.toLowerCase()];
      return code !== undefined && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });

const ENTITIES: Record<string, number> = { lt: 60, gt: 62, quot: 34, apos: 39, nbsp: 160, amp: 38 };

const entry = (file: PdfFile, annotation: number, key: string): string =>
  withKey(file, key, (name) =>
    textFrom(file, (buffer, bytes) => file.library._FPDFAnnot_GetStringValue(annotation, name, buffer, bytes)),
  );

const hasKey = (file: PdfFile, annotation: number, key: string): boolean =>
  withKey(file, key, (name) => file.library._FPDFAnnot_HasKey(annotation, name) === 1);

function withKey<Value>({ library }: PdfFile, key: string, use: (name: number) => Value): Value {
  const name = library.wasmExports.malloc(key.length + 1);
  library.HEAPU8.set(new TextEncoder().encode(`${key}\0`), name);
  const value = use(name);
  library.wasmExports.free(name);
  return value;
}

/** What the library does not tell of the notes of a page, by their places in its list. */
export type KnownNotes = {
  /** Those that hang on layers which are switched off, */
  hidden: ReadonlySet<number>;
  /** and boxes that are checked by the value of the field above them. */
  checked: ReadonlySet<number>;
};

/** What of this has to be looked for before an open page is read: layers are where notes hang on them, shown or hidden. */
export function unknownNotes(file: PdfFile, page: number): Record<keyof KnownNotes, boolean> {
  const { library } = file;
  const unknown = { hidden: false, checked: false };
  const count = Math.min(library._FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS);
  for (let index = 0; index < count; index += 1) {
    const annotation = library._FPDFPage_GetAnnot(page, index);
    if (annotation === 0) continue;
    unknown.hidden ||= file.layers.some && hasKey(file, annotation, "OC");
    unknown.checked ||=
      library._FPDFAnnot_GetSubtype(annotation) === WIDGET && isStateless(file, annotation) && isBox(file, annotation);
    library._FPDFPage_CloseAnnot(annotation);
  }
  return unknown;
}

/** A text that the library writes in UTF-16, with a NUL at its end. Empty where it is longer than anybody types. */
function textFrom({ library }: PdfFile, write: (buffer: number, bytes: number) => number): string {
  const bytes = write(0, 0);
  if (bytes <= 2 || bytes > MAX_VALUE_BYTES) return "";
  const buffer = library.wasmExports.malloc(bytes);
  write(buffer, bytes);
  const text = new TextDecoder("utf-16le").decode(library.HEAPU8.subarray(buffer, buffer + bytes - 2));
  library.wasmExports.free(buffer);
  return text.replace(/\r\n?/g, "\n");
}

function boxOf({ library }: PdfFile, annotation: number): Box | null {
  const at = library.wasmExports.malloc(16);
  const works = library._FPDFAnnot_GetRect(annotation, at) === 1;
  const [left, top, right, bottom] = fourAt(library, at);
  library.wasmExports.free(at);
  return works && right > left && top > bottom ? { left, top, right, bottom } : null;
}

/**
 * Glyphs of which some stand for a whole line that was typed: `filled` puts the lines into a text in their place. `letters`: the same, a glyph
 * for each letter.
 */
export type WithTyped = { glyphs: Glyph[]; letters: Glyph[]; filled(text: string): string };

/** The first of the characters that stand for lines; the last plane is for private use, and no font has it. */
const FIRST_LINE = 0x100000;
const MAX_LINES = 60_000;
const LINES = /[\u{100000}-\u{10FFFD}]/gu;

/**
 * The glyphs of a page with those that its fields and notes should show and do not: a program that fills in a form may leave
 * the drawing to the reader. What a checked box shows, a tick or a cross in a font of signs, becomes "[x]". A line is one glyph, so that its
 * letters stay in the order in which they were typed.
 */
export function withTyped(glyphs: Glyph[], typed: Typed[], page: Pick<OpenPage, "box">): WithTyped {
  const turn = mainTurn(glyphs);
  const lines: string[] = [];
  let all = glyphs;
  for (const { kind, value, box } of typed) {
    if (kind === "comment" || !box || !touches(box, page.box)) continue;
    const inside = frames(box);
    const isInside = (glyph: Glyph): boolean => within(glyph, inside[glyph.turn ?? 0]!);
    const shows = all.some((glyph) => !glyph.invisible && isInside(glyph) && isShown(glyph, value));
    if (kind === "text" && shows) continue;
    if (kind === "mark")
      all = all.filter((glyph) => glyph.invisible || !isInside(glyph) || /\p{L}\p{L}/u.test(glyph.char));
    all = [...all, ...linesIn(inside[turn]!, turn, value, lines)];
  }
  return {
    glyphs: all,
    letters: all.flatMap((glyph) => {
      const line = lines[(glyph.char.codePointAt(0) ?? 0) - FIRST_LINE];
      return line === undefined ? [glyph] : Array.from(line.replace(/\s+/g, ""), (char) => ({ ...glyph, char }));
    }),
    filled: (text) => text.replace(LINES, (char) => lines[char.codePointAt(0)! - FIRST_LINE] ?? char),
  };
}

/** What was said about the page, and does not stand on it. */
export function commentsOf(typed: Typed[], text: string): string {
  const flat = (value: string): string => value.replace(/\s+/g, "");
  const onPage = flat(text);
  return typed
    .filter(({ kind, value }) => kind === "comment" && !onPage.includes(flat(value)))
    .map(({ value }) => `Comment: ${value.trim()}`)
    .join("\n");
}

/** A label beside the value may reach into its field: only what the value has is the value. */
const isShown = ({ char }: Glyph, value: string): boolean => value.includes(char) || !/[\p{L}\p{N}]/u.test(char);

type Frame = { x0: number; y0: number; x1: number; y1: number };

const frames = ({ left, top, right, bottom }: Box): Frame[] =>
  ([0, 1, 2, 3] as const).map((turn) => placed(turn, left, top, right, bottom));

const within = (glyph: Glyph, { x0, y0, x1, y1 }: Frame): boolean => {
  const x = (glyph.x0 + glyph.x1) / 2;
  const y = (glyph.y0 + glyph.y1) / 2;
  return x > x0 && x < x1 && y > y0 && y < y1;
};

const touches = (one: Box, other: Box): boolean =>
  one.right > other.left && one.left < other.right && one.top > other.bottom && one.bottom < other.top;

function mainTurn(glyphs: Glyph[]): Turn {
  const counts = [0, 0, 0, 0];
  for (const { turn } of glyphs) if (turn !== null) counts[turn]! += 1;
  return counts.indexOf(Math.max(...counts)) as Turn;
}

/** A glyph for each line of a text in its box: one line in the middle of its height, several from the top on. Their texts are added to `all`. */
function linesIn(box: Frame, turn: Turn, value: string, all: string[]): Glyph[] {
  const lines = value.split("\n");
  const height = box.y1 - box.y0;
  const size = Math.min(TYPE_SIZE, height / lines.length);
  const isTall = height > 3 * size && lines.length === 1;
  const first = lines.length > 1 || isTall ? box.y0 : box.y0 + (height - size) / 2;
  return lines.flatMap((line, row): Glyph[] => {
    if (line.trim() === "" || all.length >= MAX_LINES) return [];
    const y0 = first + row * size * 1.15 - BELOW / 2;
    const width = Math.min(LETTER_WIDTH * size * line.length, box.x1 - box.x0);
    all.push(line.trim());
    const char = String.fromCodePoint(FIRST_LINE + all.length - 1);
    const place = { x0: box.x0, y0, x1: box.x0 + width, y1: y0 + size };
    return [{ char, ...place, turn, invisible: false, unmapped: false, spaceBefore: true }];
  });
}

/** At which place from the left each letter of a line stands: in a line from the right, its words do so, and what is no word runs the other way. */
export function placesOf(letters: string[]): number[] {
  const places = letters.map((_, index) => index);
  if (!runsFromRight(letters.join(""))) return places;
  for (let from = 0; from < letters.length; ) {
    let to = from + 1;
    const isWord = RTL.test(letters[from]!);
    while (to < letters.length && !isWord && !/\s/.test(letters[to]!) && !RTL.test(letters[to]!)) to += 1;
    for (let at = from; at < to; at += 1) places[at] = letters.length - to + (at - from);
    from = to;
  }
  return places;
}
