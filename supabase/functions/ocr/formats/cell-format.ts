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
  return (value, pattern) => {
    if (!Number.isFinite(value)) return "";
    if (!isFormat(pattern)) return String(value);
    bounds.step(4 + pattern.length ** 2 / 400);
    return cellText(value, pattern, date1904);
  };
}

const NEW_PATTERN_STEPS = 1_000;
/** Number formats of one workbook: Excel keeps about 250. The library remembers each for as long as the worker lives. */
const MAX_PATTERNS = 500;

/**
 * A number as its cell shows it. A whole date is written as in ISO 8601, whatever the format: 03/04/2026 would be March to
 * one reader and April to another, and the cell knows which.
 */
function cellText(value: number, pattern: string, date1904: boolean): string {
  if (!isDateFormat(pattern)) return shown(pattern, value);
  const serial = date1904 ? value + DAYS_TO_1904 : value;
  const { year, month, day, hours, minutes } = getFormatDateInfo(pattern);
  const parts = year && month && day ? dateFromSerial(serial) : null;
  if (!parts) return shown(pattern, serial);
  const [y = 0, m = 0, d = 0, h = 0, min = 0] = parts;
  const date = `${String(y).padStart(4, "0")}-${two(m)}-${two(d)}`;
  return hours || minutes ? `${date} ${two(h)}:${two(min)}` : date;
}

const two = (number: number): string => String(number).padStart(2, "0");

/** Filled with spaces to the width of the cell, in the file; the value alone when the format is none. */
function shown(pattern: string, value: number): string {
  try {
    return format(pattern, value, { throws: true }).trim();
  } catch {
    return String(value);
  }
}
