import { dateFromSerial, format, getFormatDateInfo, isDateFormat } from "numfmt";

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

/** Days from 1900-01-01 to 1904-01-01, from which old workbooks of Macintosh count. */
const DAYS_TO_1904 = 1462;

/**
 * A number as its cell shows it. A whole date is written as in ISO 8601, whatever the format: 03/04/2026 would be March to
 * one reader and April to another, and the cell knows which.
 */
export function cellText(value: number, pattern: string, date1904: boolean): string {
  if (!Number.isFinite(value)) return "";
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
