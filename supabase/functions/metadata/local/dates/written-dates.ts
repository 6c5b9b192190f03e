import { monthOf } from "../tables/dates.ts";
import { ERAS } from "../tables/months.ts";
import { keyOf, plainDigits } from "../text/text.ts";

/** A day as it is written in a line: `start` and `end` are offsets in the line's text. */
export type WrittenDate = { year: number; month: number; day: number; start: number; end: number; ambiguous: boolean };

// All three parts stand in the text. D: a digit, or a letter that pictures give for one; of each part a half at least are digits. What
// such a date may say is in private.dates_in too, which has to find the same day in the quote.
const D = "[\\dOolIiSsBbZz]";
const PART = `(?:\\d${D}?|${D}\\d)`;
/** Between the parts, where a year of four digits follows, pictures may hold a comma and blanks. */
const MARK = "(?:\\s?[./,-]\\s?)";
/** The end of a date: no digit follows, or the time of day without a blank between: 25/12/20188:13. */
const END = "(?:(?!\\d|[./-]\\d)|(?=\\d{1,2}:\\d\\d))";
/** Its beginning: no letter or number before it, or a label that ran into it: DATE25/12/2018. */
const START = "(?:(?<![\\p{L}\\d.,/-])|(?<=\\p{L}{3})(?=\\d))";
/** Years of our calendar, and of the Thai one: 2568 is 2025. */
const YEAR = `(?:(?:19|20)${D}{2}|25[4-9]\\d|(?:2[Oo]|[Zz]0|[lI]9)${PART})`;

/** 2026-03-15, 2026. 03. 15. */
const YEAR_FIRST = new RegExp(`(?<![\\d.,/-])(${YEAR})([./-])\\s?(${PART})\\2\\s?(${PART})(?!\\d|[./-]\\d)`, "gu");
/** 2024年3月5日, 2024년 3월 5일. */
const EAST_ASIAN = /(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]/gu;
const ERA = ERAS.flatMap(({ names }) => names).join("|");
/** 令和6年3月5日, and R6.3.5 in short. */
const ERA_DATES = [
  new RegExp(`(${ERA})\\s?(\\d{1,3}|元)\\s?年\\s?(\\d{1,2})\\s?月\\s?(\\d{1,2})\\s?日`, "gu"),
  new RegExp(
    `(?<![\\p{L}\\d.-])(${ERA})\\.?\\s?(\\d{1,3})[./-]\\s?(\\d{1,2})[./-]\\s?(\\d{1,2})(?![\\p{L}\\d]|[./-]\\d)`,
    "gu",
  ),
];
/** 25/12/2018, 25-12-18 and how they are misread. The mark between the first two is caught: a point says that the day comes first. */
const NUMBERS = [
  new RegExp(`${START}(${PART})(${MARK})(${PART})${MARK}(${YEAR})${END}`, "gu"),
  new RegExp(
    `${START}(${PART})(-|\\s?[./]\\s?)(${PART})(?:-|\\s?[./]\\s?)(\\d{2}|(?:\\d${D}|${D}\\d)(?!\\p{L}))(?!\\d|[./-]\\d)`,
    "gu",
  ),
  // The day of a paper right behind its number: "Nr. 8811/01.09.2025".
  /(?<=\d{3}\/)(\d{1,2})(\.)(\d{1,2})\.((?:19|20)\d{2})(?!\d|[./-]\d)/gu,
  // One of the marks was not read: 25/122018, 2512/2018.
  new RegExp(`${START}(\\d{2})([./-])(\\d{2})((?:19|20)\\d{2})${END}`, "gu"),
  new RegExp(`${START}(\\d{2})()(\\d{2})[./-]((?:19|20)\\d{2})${END}`, "gu"),
  // Neither was: only a label tells that it is a date.
  new RegExp(`(?<=(?:date|datum|fecha|tarikh)\\s?[:.;]?\\s?)(\\d{2})()(\\d{2})((?:19|20)\\d{2})${END}`, "giu"),
];
/** The name of a month, in Arabic also of two words. */
const NAME = "(?:(?:كانون|تشرين)\\s)?[\\p{L}\\p{M}]{2,12}";
/** Two digits are no year where they are the day of the date that follows: "No 41 of 12 March 2026". */
const NO_DAY = "(?!\\s(?:de\\s)?[\\p{L}\\p{M}]{2,12}[.,]?\\s(?:de\\s)?\\d{4})";
const DAY_MONTH_NAME = new RegExp(
  `(?<!\\d)(\\d${D}?|(?<!\\p{L})[OolI]\\d)(?:st|nd|rd|th|er|º|°|\\.|»|")?[\\s/-]?(?:(?:day of|of|de|di|den|dei)\\s|d')?(${NAME})[.׳']?(?:\\s?[,،])?[\\s/'-]?(?:(?:de|del|do)\\s)?(${YEAR}(?:(?!\\d)|(?=\\d{1,2}:\\d\\d))|\\d{2}(?![\\d:.,])${NO_DAY})`,
  "giu",
);
const MONTH_NAME_DAY = new RegExp(
  `(?<!\\p{L})(${NAME})[.׳']?\\s(\\d{1,2})(?:st|nd|rd|th)?\\s?[,،]?\\s?(${YEAR})(?!\\d)`,
  "giu",
);
/** 2026 FEB 04, 2026. március 5. */
const YEAR_MONTH_NAME = new RegExp(
  `(?<![\\d.,/-])(${YEAR})[.,]?[\\s/-]?(${NAME})[.׳']?[\\s/-]?(\\d{1,2})(?![\\d:]|[.,]\\d)`,
  "giu",
);

/** The dates written in one line; day and month in the order given where the numbers leave it open. */
export function writtenDates(line: string, dayFirst: boolean | null): WrittenDate[] {
  const found: WrittenDate[] = [];
  const text = plainDigits(line);
  // Most lines hold no number.
  if (!/\d/.test(text)) return found;
  const add = (match: RegExpExecArray, year: number, month: number | null, day: number, ambiguous = false) => {
    const start = match.index;
    const end = start + match[0].length;
    if (month !== null && isDay(year, month, day) && !found.some((other) => start < other.end && other.start < end)) {
      found.push({ year, month, day, start, end, ambiguous });
    }
  };
  for (const match of text.matchAll(YEAR_FIRST)) add(match, fullYear(match[1]), digits(match[3]), digits(match[4]));
  for (const match of text.matchAll(EAST_ASIAN)) add(match, Number(match[1]), Number(match[2]), Number(match[3]));
  for (const match of ERA_DATES.flatMap((pattern) => [...text.matchAll(pattern)]))
    add(match, yearOfEra(match[1], match[2]), Number(match[3]), Number(match[4]));
  for (const match of text.matchAll(DAY_MONTH_NAME))
    add(match, fullYear(match[3]), monthOf(keyOf(match[2] ?? "").trim()), digits(match[1]));
  for (const match of text.matchAll(MONTH_NAME_DAY))
    add(match, fullYear(match[3]), monthOf(keyOf(match[1] ?? "").trim()), Number(match[2]));
  for (const match of text.matchAll(YEAR_MONTH_NAME))
    add(match, fullYear(match[1]), monthOf(keyOf(match[2] ?? "").trim()), Number(match[3]));
  for (const match of numbersIn(text)) {
    const [first, second] = [digits(match[1]), digits(match[3])];
    // Thai dates have the day first.
    const open =
      first <= 12 && second <= 12 && first !== second && match[2]?.trim() !== "." && !isThai(digits(match[4]));
    const dayThenMonth = second <= 12 && (!open || dayFirst !== false);
    const [day, month] = dayThenMonth ? [first, second] : [second, first];
    add(match, fullYear(match[4]), month, day, open);
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Whether an unmistakable date in a line has the day first (25/12/2018) or the month (12/25/2018); null without such a one. */
export function orderShown(line: string): boolean | null {
  for (const match of numbersIn(plainDigits(line))) {
    const [first, second] = [digits(match[1]), digits(match[3])];
    if (match[2]?.trim() === "." || !isDay(fullYear(match[4]), Math.min(first, second), Math.max(first, second)))
      continue;
    if (first > 12) return true;
    if (second > 12) return false;
  }
  return null;
}

export function isoOf({ year, month, day }: Pick<WrittenDate, "year" | "month" | "day">): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Dates of numbers alone: [whole, first, mark, second, year]. */
function numbersIn(text: string): RegExpExecArray[] {
  return /\d.?\D{0,3}\d.?\D{0,3}\d/.test(text) ? NUMBERS.flatMap((pattern) => [...text.matchAll(pattern)]) : [];
}

/** The number that digits, and letters in their place, were meant to be. */
function digits(text: string | undefined): number {
  return Number(
    (text ?? "")
      .replace(/[Oo]/g, "0")
      .replace(/[lIi]/g, "1")
      .replace(/[Ss]/g, "5")
      .replace(/[Bb]/g, "8")
      .replace(/[Zz]/g, "2"),
  );
}

/** The year of an era's year; 元 is the first. 0 where the era was shorter. */
function yearOfEra(name: string | undefined, year: string | undefined): number {
  const era = ERAS.find(({ names }) => names.includes(name ?? ""));
  const nth = year === "元" ? 1 : Number(year);
  return era && nth >= 1 && nth <= era.years ? era.first + nth - 1 : 0;
}

function fullYear(text: string | undefined): number {
  const year = digits(text);
  if (isThai(year)) return year - THAI_YEARS;
  return (text ?? "").length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
}

/** The Thai calendar counts from the death of the Buddha. */
const THAI_YEARS = 543;
const isThai = (year: number): boolean => year >= 2540 && year <= 2599;

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1900 || year > 2100) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
