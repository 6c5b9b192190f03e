import type { DocumentType } from "../../../_shared/metadata.ts";
import { isOfAMeeting, isInHeading } from "./date-headings.ts";
import { DATED_ANYWHERE, labelScore } from "./date-labels.ts";
import { isInProse } from "./other-days.ts";
import type { Line } from "../text/text.ts";
import { type WrittenDate, writtenDates } from "./written-dates.ts";

/** Papers in whose sentences dates stand that are not their own. */
const PROSE: readonly DocumentType[] = [
  "letter",
  "report",
  "article",
  "other",
  "manual",
  "form",
  "tax",
  "bank-statement",
  "quote",
  "minutes",
];

/** Papers full of boxes and rows with dates: only a label tells their own. */
const BOXES: readonly DocumentType[] = ["bank-statement", "form", "tax", "insurance", "cv", "payslip"];

/** How likely a date is the paper's own, as its label and its place say: none below 0. `index`: of its line among all. */
export function scoreOf(lines: Line[], index: number, date: WrittenDate, type: DocumentType): number {
  const line = lines[index]!;
  // A bill that is dated years ahead is a card's expiry, or a misread year.
  if (DATED_ANYWHERE.includes(type) && (date.year < 1970 || date.year > new Date().getUTCFullYear() + 1)) return -1;
  // "* Prices as of 01.10.2024": a note says of what day something else is.
  if (/^[*†¹²³]/u.test(line.text) && line.row > 3) return -1;
  const place = line.page === 1 ? Math.max(0, 2 - line.row / 30) : -1;
  if (isInHeading(line, date, type)) return 5 + place;
  // A row of a statement: what was paid on that day.
  if (type === "bank-statement" && date.start < 3 && line.text.length - date.end > 6) return -1;
  // A row of a table with days in it.
  if (
    !DATED_ANYWHERE.includes(type) &&
    line.cells.length >= 4 &&
    writtenDates(line.text, true).length >= 2 &&
    date.start < 3
  )
    return -1;
  if (isOfAMeeting(line, date, type)) return 4 + place;
  const prose = PROSE.includes(type) && isInProse(date, line);
  const label = labelScore(lines, index, date, type) || placeScore(line, date, type);
  // Within a sentence only what dates a letter is its own: "…, le 9 janvier".
  if (label !== 0 && prose) return Math.min(label, -1);
  // "… a declaration dated 3 May 2022": in a bill it counts where no other day stands.
  if (label > 0 && DATED_ANYWHERE.includes(type) && isInProse(date, line)) return 0.5;
  if (label !== 0) return label + place;
  const cell = line.cells.find((text) => text.includes(line.text.slice(date.start, date.end))) ?? line.text;
  const byItself = cell.length - (date.end - date.start) <= 40;
  if (prose) return -1;
  if (DATED_ANYWHERE.includes(type) && line.page > 1 && !byItself) return -1;
  if (DATED_ANYWHERE.includes(type)) return (byItself ? 1.5 : 0.5) + Math.max(0, place);
  return !BOXES.includes(type) && line.page === 1 && line.row < 15 && byItself ? place : -1;
}

/** 2.5 for a date with the place where a paper was signed: "München, den 10.01.2025", "Fait à Dijon le 20 décembre 2024". */
function placeScore(line: Line, date: WrittenDate, type: DocumentType): number {
  if (type === "receipt" || type === "ticket" || type === "delivery-note") return 0;
  // A bill has it above its rows.
  if (DATED_ANYWHERE.includes(type) && (line.page > 1 || line.row > HEAD)) return 0;
  const cell = line.cells.find((text) => text.includes(line.text.slice(date.start, date.end))) ?? line.text;
  const written = line.text.slice(date.start, date.end);
  // "84431 Mühlbach   21.07.2025": the head of an office, in columns.
  if (cell === written && line.page === 1 && line.row <= 3 && TOWN.test(line.cells[line.cells.indexOf(cell) - 1] ?? ""))
    return 2.5;
  // "… expido el presente en Olivares, a 17 de febrero de 2025": where and when it was signed ends its last sentence.
  if (/^\.?$/u.test(line.text.slice(date.end)) && SIGNED_AT.test(line.text.slice(0, date.start).slice(-60))) return 2.5;
  const at = cell.indexOf(written);
  return /^.{0,3}$/u.test(cell.slice(at + written.length)) && PLACE.test(cell.slice(0, at)) ? 2.5 : 0;
}

/** The last row of a bill's head: sender, recipient, place and day. */
const HEAD = 20;

const PLACE =
  /^(?:(?:fait|signé|établi|délivré)e?s?\sà\s|(?:dado|hecho|firmado)\sen\s|(?:ausgestellt|geschehen)\sin\s|(?:fatto|rilasciato)\sa\s|w\s|v\s)?\p{Lu}[\p{L}\p{M}'’ .-]{1,30}(?:,|\s(?=den|le|dnia|dne|li|el))\s?(?:(?:den|le|el|a|li|lì|dnia|dne|dňa|am|em|il|the|on)\s)?$/iu;

/** Whether the words before a date are the place where a paper was written: "Leipzig, den". */
export const isPlace = (before: string): boolean => PLACE.test(before);

const SIGNED_AT =
  /\s(?:en|à|a|in|em|te|i|w|v)\s\p{Lu}[\p{L}\p{M}'’ -]{2,30},?\s(?:a|le|el|den|il|em|d\.d\.|on|dnia|dne)\s$/u;

/** A town, with its postcode or without. */
const TOWN = /^(?:[A-Z]{0,2}-?\d{4,5}\s)?\p{Lu}[\p{L}\p{M}'’-]{2,25}(?:\s\p{Lu}[\p{L}\p{M}'’-]{1,25}){0,2},?$/u;
