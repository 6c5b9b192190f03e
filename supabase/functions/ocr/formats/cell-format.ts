import type { Bounds } from "./bounds.ts";
import { dateFromSerial, format, getFormatDateInfo, isDateFormat, isValidFormat } from "numfmt";

/** The formats that a workbook names by number only (ECMA-376, part 1, 18.8.30); a date's depends on the reader's language. */
const BUILT_IN: Record<number, string> = {
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  12: "# ?/?",
  13: "# ??/??",
  14: "yyyy-mm-dd",
  15: "yyyy-mm-dd",
  16: "d mmm",
  17: "mmm yyyy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "hh:mm",
  21: "hh:mm:ss",
  22: "yyyy-mm-dd hh:mm",
  32: "hh:mm",
  33: "hh:mm:ss",
  37: "#,##0;(#,##0)",
  38: "#,##0;(#,##0)",
  39: "#,##0.00;(#,##0.00)",
  40: "#,##0.00;(#,##0.00)",
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mm:ss.0",
  48: "##0.0E+0",
  49: "@",
};

/** East Asian dates and times have numbers of their own. */
export const formatOfId = (id: number): string =>
  BUILT_IN[id] ?? ((id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? "yyyy-mm-dd" : "General");

/** A number format has at most 255 characters (Excel specifications and limits); the parser's time grows faster than they do. */
const MAX_PATTERN_CHARACTERS = 255;

/** Days from 1900-01-01 to 1904-01-01, from which old workbooks of Macintosh count. */
const DAYS_TO_1904 = 1462;

/** Shows numbers as the cells of one workbook do. */
export function cellTexts(date1904: boolean, bounds: Bounds): (value: number, pattern: string) => string {
  const known = new Map<string, boolean>();
  /** A format that is none is known after the first try: the library would parse it again for each cell. */
  const isFormat = (pattern: string): boolean => {
    const before = known.get(pattern);
    if (before !== undefined) return before;
    if (known.size >= MAX_PATTERNS) return false;
    bounds.step(NEW_PATTERN_STEPS);
    const works = pattern.length <= MAX_PATTERN_CHARACTERS && isValidFormat(pattern);
    known.set(pattern, works);
    return works;
  };
  /** Dates and prices repeat in a column, and formatting is most of what a cell costs. */
  const shownBefore = new Map<string, Map<number, string>>();
  let remembered = 0;
  return (value, pattern) => {
    if (!Number.isFinite(value)) return "";
    if (isExact(value, pattern)) {
      bounds.step(KNOWN_STEPS);
      return String(value + 0);
    }
    if (!isFormat(pattern)) return String(value);
    const before = shownBefore.get(pattern)?.get(value);
    if (before !== undefined) {
      bounds.step(KNOWN_STEPS);
      return before;
    }
    bounds.step(4 + pattern.length ** 2 / 400);
    const text = cellText(value, pattern, date1904);
    if (remembered < MAX_REMEMBERED) {
      remembered += 1;
      shownBefore.set(pattern, (shownBefore.get(pattern) ?? new Map<number, string>()).set(value, text));
    }
    return text;
  };
}

const NEW_PATTERN_STEPS = 1_000;
/** Of a number that needs no format, or was written before. */
const KNOWN_STEPS = 0.25;
/** Numbers of one workbook whose texts are kept, of some 100 bytes each. */
const MAX_REMEMBERED = 20_000;
/** Number formats of one workbook: Excel keeps about 250. The library remembers each for as long as the worker lives. */
const MAX_PATTERNS = 500;

/**
 * A number as its cell shows it. A whole date is written as in ISO 8601, whatever the format: 03/04/2026 would be March to
 * one reader and April to another, and the cell knows which.
 */
function cellText(value: number, pattern: string, date1904: boolean): string {
  if (!isDateFormat(pattern)) return shown(pattern, value);
  const serial = date1904 ? value + DAYS_TO_1904 : value;
  const { year, month, day, hours, minutes, seconds } = getFormatDateInfo(pattern);
  // Excel rounds to the last unit that is shown, where that is seconds.
  const exact = seconds ? Math.round(serial * DAY_SECONDS) / DAY_SECONDS + HALF_SECOND : serial;
  const parts = year && month && day ? dateFromSerial(exact) : null;
  if (!parts) return shown(pattern, serial);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = parts;
  const date = `${String(y).padStart(4, "0")}-${two(m)}-${two(d)}`;
  return hours || minutes ? `${date} ${two(h)}:${two(min)}${seconds ? `:${two(Math.floor(s))}` : ""}` : date;
}

const DAY_SECONDS = 86_400;
const HALF_SECOND = 0.5 / DAY_SECONDS;

/** Whole numbers below this are written as they are: Excel keeps 15 digits. */
const EXACT = 1e15;

/** The digits of an article or an account are worth more than the width of a column. */
const isExact = (value: number, pattern: string): boolean =>
  Number.isInteger(value) && Math.abs(value) < EXACT && /^general$/i.test(pattern);

/**
 * What a number format makes of a text: its fourth section, or the one with a `@`, says what stands around it (`"No. "@`), and an empty one hides it.
 *
 * @returns what stands before, between and behind the text; undefined where that is nothing, as mostly
 */
export function textFormat(pattern: string): string[] | undefined {
  if (pattern.length > MAX_PATTERN_CHARACTERS || !/[;@]/.test(pattern)) return undefined;
  const sections: string[][] = [[]];
  const texts = new Set<string[]>();
  for (const [piece, quoted, escaped] of pattern.matchAll(PIECES)) {
    const section = sections.at(-1)!;
    if (piece === ";") sections.push([]);
    else if (piece === "@") {
      texts.add(section);
      section.push("@");
    } else section.push(quoted ?? escaped ?? (piece.startsWith("[") ? "" : /^[_*]/.test(piece) ? " " : piece));
  }
  const section = sections[3] ?? [...texts][0];
  if (!section || (section.length === 1 && texts.has(section))) return undefined;
  const around = [""];
  for (const piece of section) {
    if (piece === "@") around.push("");
    else around[around.length - 1] += piece;
  }
  return around;
}

/** What a section is made of: a quoted text, an escaped sign, a color or condition, a blank or filling of some width, another sign. */
const PIECES = /"([^"]*)"|\\(.)|\[[^\]]*\]|[_*].|[^]/gsu;

const two = (number: number): string => String(number).padStart(2, "0");

/** Filled with spaces to the width of the cell, in the file; the value alone when the format is none. */
function shown(pattern: string, value: number): string {
  try {
    return format(pattern, value, { throws: true }).trim();
  } catch {
    return String(value);
  }
}
