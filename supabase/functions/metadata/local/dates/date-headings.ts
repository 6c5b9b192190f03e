import type { DocumentType } from "../../../_shared/metadata.ts";
import { moneyIn } from "../amounts/money.ts";
import { DOCUMENT_NAMES } from "../tables/document-names.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { everydayNames } from "../tables/everyday-words.ts";
import { moreNames } from "../tables/more-words.ts";
import { REFERENCE_WORDS } from "../tables/other-dates.ts";
import { keyOf, type Line } from "../text/text.ts";
import { withoutWeekday } from "./weekdays.ts";
import { isoOf, type WrittenDate, writtenDates } from "./written-dates.ts";

/** How many days stand in headings that name what the paper is. */
export function headingDates(lines: Line[], type: DocumentType, dayFirst: boolean | null): number {
  if (!HEADED_NAMES.has(type)) return 0;
  const days = lines
    .filter(({ page, row }) => page === 1 && row <= 12)
    .flatMap((line) =>
      writtenDates(line.text, dayFirst)
        .filter((date) => beginsAsHeading(line, date, type))
        .map(isoOf),
    );
  return new Set(days).size;
}

/** Whether a record begins with the day and the time at which people met: "le jeudi 5 juin 2025 à 18 heures", "siendo las 19:00 horas del día 10 de abril". */
export function isOfAMeeting(line: Line, date: WrittenDate, type: DocumentType): boolean {
  if (type !== "minutes" || line.page !== 1 || line.row > 10 || line.cells.length > 1) return false;
  return (
    TIME_AFTER.test(line.text.slice(date.end, date.end + 40)) ||
    TIME_BEFORE.test(line.text.slice(0, date.start).slice(-40))
  );
}

const HOURS = "(?:heures|h|horas|ore|uhr|uur|o'clock|hrs|godz|hod|klo|kl|kello|saat|ч)";

const TIME_AFTER = new RegExp(
  `^,?\\s?\\(?(?:(?:à|at|um|alle|a las|às|om|o|v|saat|kl|klo|ore|från|fra|from|w|ora|στις|в|о)\\.?\\s){0,2}\\d{1,2}(?:[:.h]\\d{2}|\\s?${HOURS}(?!\\p{L}))`,
  "iu",
);

const TIME_BEFORE = new RegExp(`\\d{1,2}(?:[:.h]\\d{2})?\\s?${HOURS}\\s(?:del día|del|of|on|am|du|van|den)\\s$`, "iu");

/** Whether a heading names what the document is and ends in its date: "Minutes of the meeting held on 11 February 2025". */
export function isInHeading(line: Line, date: WrittenDate, type: DocumentType): boolean {
  // "Rechnung L25-00118 vom 14.01.2025   1.910,00" is a row of a list.
  return beginsAsHeading(line, date, type) && moneyIn(line.text.slice(date.end)).length === 0;
}

export function beginsAsHeading(line: Line, date: WrittenDate, type: DocumentType): boolean {
  const names = HEADED_NAMES.get(type);
  if (!names || line.page !== 1 || line.row > 12) return false;
  if (line.text.length - date.end > 40 || /(?<!\d\s?[гр])[.;,]$/u.test(line.text)) return false;
  const before = withoutWeekday(keyOf(line.text.slice(0, date.start)));
  return (
    (names.some((name) => before.startsWith(` ${name} `)) || isCompound(before, type)) &&
    HEADING_JOINERS.test(before.trimEnd()) &&
    !REFERENCE_WORDS.some((word) => word.includes(" ") && before.includes(` ${word} `))
  );
}

/** Papers whose heading tells their day. */
const HEADED: readonly Exclude<DocumentType, "other">[] = [
  "minutes",
  "invoice",
  "credit-note",
  "tax",
  "bank-statement",
  "quote",
  "order",
];

/** Whether the first word of a key is what a paper is called, with what it is about before: "Beitragsrechnung". */
function isCompound(key: string, type: DocumentType): boolean {
  const word = key.slice(1, key.indexOf(" ", 1));
  return COMPOUNDS.get(type)?.some((ending) => word.endsWith(ending)) ?? false;
}

const COMPOUNDS = new Map<DocumentType, string[]>(
  HEADED.map((type) => [
    type,
    [...everydayNames(type), ...DOCUMENT_TYPE_EVIDENCE[type].flatMap(([, ...phrases]) => phrases)].flatMap((name) =>
      name.startsWith("*") ? [name.slice(1)] : [],
    ),
  ]),
);

const HEADED_NAMES = new Map<DocumentType, string[]>(
  HEADED.map((type) => {
    const names = [
      ...DOCUMENT_NAMES[type],
      ...moreNames(type),
      ...everydayNames(type),
      ...DOCUMENT_TYPE_EVIDENCE[type].filter(([weight]) => weight >= 5).flatMap(([, ...phrases]) => phrases),
    ];
    return [type, names.map((name) => keyOf(name).trim()).filter((name) => name.length > 3)];
  }),
);

/** What stands right before the date of a heading. */
const HEADING_JOINERS =
  /(?:^|\s)(?:held on|held|of|on|dated|vom|am|du|le|del|de|del dia|van|z dnia|dnia|ze dne|dne|zo dna|den|fra|av|från|fran|от|від|από|del giorno|tenuta il|il|em|realizada em|celebrada el|el)$/u;
