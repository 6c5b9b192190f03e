import type { DocumentType } from "../../_shared/metadata.ts";
import {
  DAY_FIRST_HINTS, DOCUMENT_DATE_LABELS, MONTH_FIRST_HINTS, monthOf, ORDER_DATE_LABELS, OTHER_DATE_LABELS, PLAIN_DATE_LABELS,
} from "./tables/dates.ts";
import { mainCurrency } from "./money.ts";
import { holds, indexIn, keyOf, type Finding, type Line } from "./text.ts";

/** A day as it is written in a line: `start` and `end` are offsets in the line's text. */
export type WrittenDate = { year: number; month: number; day: number; start: number; end: number; ambiguous: boolean };

/** Papers that bear one date of their own, often without any label. */
const DATED_ANYWHERE: readonly DocumentType[] = ["invoice", "receipt", "credit-note", "delivery-note", "order", "quote", "ticket"];

// All three parts stand in the text. O and l for 0 and 1 are what OCR makes of digits.
const D = "[\\dOolI]";
const YEAR_FIRST = /(?<![\d.,/-])(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d|[./-]\d)/g;
const CHINESE = /(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日/g;
const NUMBERS = new RegExp(`(?<![\\p{L}\\d.,/-])(\\d${D}?|${D}\\d)(?:(-)|\\s?([./])\\s?)(${D}{1,2})(?:-|\\s?[./]\\s?)(\\d${D}{3}|\\d{2})(?!\\d|[./-]\\d)`, "gu");
const DAY_MONTH_NAME = /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|°|\.)?[\s/-]?(?:(?:of|de|di)\s|d')?([\p{L}\p{M}]{3,10})\.?(?:\s?,)?[\s/'-]?(?:(?:de|del)\s)?(\d{4}(?!\d)|\d{2}(?![\d:.,]))/giu;
const MONTH_NAME_DAY = /(?<!\p{L})([\p{L}\p{M}]{3,10})\.?\s(\d{1,2})(?:st|nd|rd|th)?\s?,?\s?(\d{4})(?!\d)/giu;

/**
 * The date that the document bears, as YYYY-MM-DD with the line it stands in; null where no date is labelled or placed
 * as one, or where day and month cannot be told apart.
 */
export function findDocumentDate(lines: Line[], type: DocumentType, language: string | null): Finding<string> | null {
  const dayFirst = readsDayFirst(lines, language);
  let best: { iso: string; line: Line; score: number } | null = null;
  const seen = new Map<string, number>();
  const candidates: { iso: string; line: Line; score: number }[] = [];
  lines.forEach((line, index) => {
    for (const date of writtenDates(line.text, dayFirst)) {
      if (date.ambiguous && dayFirst === null) continue;
      const iso = isoOf(date);
      seen.set(iso, (seen.get(iso) ?? 0) + 1);
      candidates.push({ iso, line, score: scoreOf(date, line, lines[index - 1], type) });
    }
  });
  for (const candidate of candidates) {
    const score = candidate.score + Math.min(1, 0.5 * ((seen.get(candidate.iso) ?? 1) - 1));
    if (score > 0 && (!best || score > best.score)) best = { ...candidate, score };
  }
  return best && { value: best.iso, page: best.line.page, quote: best.line.text };
}

/** The dates written in one line; day and month in the order given where the numbers leave it open. */
export function writtenDates(text: string, dayFirst: boolean | null): WrittenDate[] {
  const found: WrittenDate[] = [];
  const add = (match: RegExpExecArray, year: number, month: number | null, day: number, ambiguous = false) => {
    const start = match.index;
    const end = start + match[0].length;
    if (month !== null && isDay(year, month, day) && !found.some((other) => start < other.end && other.start < end)) {
      found.push({ year, month, day, start, end, ambiguous });
    }
  };
  for (const match of text.matchAll(YEAR_FIRST)) add(match, Number(match[1]), Number(match[3]), Number(match[4]));
  for (const match of text.matchAll(CHINESE)) add(match, Number(match[1]), Number(match[2]), Number(match[3]));
  for (const match of text.matchAll(DAY_MONTH_NAME)) add(match, fullYear(match[3]), monthOf(keyOf(match[2] ?? "").trim()), Number(match[1]));
  for (const match of text.matchAll(MONTH_NAME_DAY)) add(match, fullYear(match[3]), monthOf(keyOf(match[1] ?? "").trim()), Number(match[2]));
  for (const match of text.matchAll(NUMBERS)) {
    const [first, second] = [digits(match[1]), digits(match[4])];
    const open = first <= 12 && second <= 12 && first !== second && match[3] !== ".";
    const dayThenMonth = second <= 12 && (!open || dayFirst !== false);
    const [day, month] = dayThenMonth ? [first, second] : [second, first];
    add(match, fullYear(match[5]), month, day, open);
  }
  return found.sort((a, b) => a.start - b.start);
}

/** How numeric dates are read here: as an unmistakable one among them shows, else as language and country suggest. */
function readsDayFirst(lines: Line[], language: string | null): boolean | null {
  for (const line of lines) {
    for (const match of line.text.matchAll(NUMBERS)) {
      const [first, second] = [digits(match[1]), digits(match[4])];
      if (match[3] === "." || !isDay(fullYear(match[5]), Math.min(first, second), Math.max(first, second))) continue;
      if (first > 12) return true;
      if (second > 12) return false;
    }
  }
  if (language !== null && language !== "en") return true;
  const monthFirst = lines.filter((line) => holds(line.key, MONTH_FIRST_HINTS)).length;
  const dayFirst = lines.filter((line) => holds(line.key, DAY_FIRST_HINTS)).length;
  if (monthFirst !== dayFirst) return dayFirst > monthFirst;
  const currency = mainCurrency(lines);
  return currency === null ? null : currency !== "USD" ? true : null;
}

function scoreOf(date: WrittenDate, line: Line, previous: Line | undefined, type: DocumentType): number {
  // A bill that is dated years ahead is a card's expiry, or a misread year.
  if (DATED_ANYWHERE.includes(type) && (date.year < 1970 || date.year > new Date().getUTCFullYear() + 1)) return -1;
  const place = line.page === 1 ? Math.max(0, 2 - line.row / 30) : -1;
  const label = labelScore(line, date, previous, type);
  if (label !== 0) return label + place;
  const byItself = line.text.length - (date.end - date.start) <= 40;
  if (DATED_ANYWHERE.includes(type)) return (byItself ? 1.5 : 0.5) + Math.max(0, place);
  return type !== "bank-statement" && line.page === 1 && line.row < 15 && byItself ? place : -1;
}

/** 5 for a label of the document's own date, 2 for a plain "date", -6 for a label of another date, 0 without any. */
function labelScore(line: Line, date: WrittenDate, previous: Line | undefined, type: DocumentType): number {
  const before = keyOf(line.text.slice(0, date.start));
  const above = previous && previous.page === line.page && writtenDates(previous.text, true).length === 0 ? previous : null;
  if (before.trim() !== "") return weigh(before, false, type) || (above ? headingScore(above.key, line, date, type) : 0);
  // "20-10-2015Invoice Date:" is how some PDFs give a label that stands left of its value.
  const after = line.text.slice(date.end);
  if (/^\p{L}.{0,30}:$/u.test(after)) return weigh(keyOf(after), false, type);
  return above ? weigh(above.key, true, type) || headingScore(above.key, line, date, type) : 0;
}

/** The score of the heading that a date stands below, where a row of headings is followed by a row of values: the nth date below the nth heading of a date. */
function headingScore(headings: string, line: Line, date: WrittenDate, type: DocumentType): number {
  if (/\d/.test(headings) || headings.length > 120) return 0;
  const order = type === "order" ? 5 : -6;
  const found: { at: number; length: number; score: number }[] = [];
  for (const [phrases, score] of [[DOCUMENT_DATE_LABELS, 5], [OTHER_DATE_LABELS, -6], [ORDER_DATE_LABELS, order], [PLAIN_DATE_LABELS, 2]] as const) {
    for (const phrase of phrases) {
      const at = indexIn(headings, phrase);
      // "Invoice" heads a number as often as a date.
      if (at >= 0 && /dat|dt|fecha|tarikh|vom|fallig|echeance|vencim|due/.test(phrase)) found.push({ at, length: phrase.length, score });
    }
  }
  const columns = found.filter((one) => !found.some((other) => other !== one && other.length > one.length && other.at <= one.at && other.at + other.length >= one.at + one.length)).sort((a, b) => a.at - b.at);
  const nth = writtenDates(line.text, true).findIndex(({ start }) => start === date.start);
  return columns[nth]?.score ?? 0;
}

function weigh(key: string, atTheEnd: boolean, type: DocumentType): number {
  const labels: [readonly string[], number][] = [[DOCUMENT_DATE_LABELS, 5], [OTHER_DATE_LABELS, -6], [ORDER_DATE_LABELS, type === "order" ? 5 : -6]];
  let nearest: { end: number; length: number; score: number } | null = null;
  for (const [phrases, score] of labels) {
    for (const phrase of phrases) {
      const at = lastIndexIn(key, phrase);
      if (at < 0) continue;
      const end = at + phrase.length;
      if (atTheEnd && key.length - end > 3) continue;
      if (!nearest || end > nearest.end || (end === nearest.end && phrase.length > nearest.length)) nearest = { end, length: phrase.length, score };
    }
  }
  // "Order time 10:52 Date 08/05/18": what stands right before the date counts, not what stands before that.
  const plain = PLAIN_DATE_LABELS.find((phrase) => key.endsWith(` ${phrase} `));
  if (nearest && !(plain && key.length - plain.length - 2 > nearest.end + 2)) return nearest.score;
  // "…, le 9 janvier" dates a letter; the same words deep within a line belong to a sentence.
  return (plain || (!atTheEnd && PLAIN_DATE_LABELS.some((phrase) => indexIn(key, phrase) >= 0))) && key.length < 40 ? 2 : 0;
}

function lastIndexIn(key: string, phrase: string): number {
  return phrase.startsWith("*") ? key.lastIndexOf(`${phrase.slice(1)} `) - 1 : key.lastIndexOf(` ${phrase} `);
}

function digits(text: string | undefined): number {
  return Number((text ?? "").replace(/[Oo]/g, "0").replace(/[lI]/g, "1"));
}

function fullYear(text: string | undefined): number {
  const year = digits(text);
  return (text ?? "").length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1900 || year > 2100) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isoOf({ year, month, day }: WrittenDate): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
