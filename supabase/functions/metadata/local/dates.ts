import type { DocumentType } from "../../_shared/metadata.ts";
import { CONFIDENCE } from "./confidence.ts";
import {
  DAY_FIRST_HINTS,
  DOCUMENT_DATE_LABELS,
  MONTH_FIRST_HINTS,
  ORDER_DATE_LABELS,
  OTHER_DATE_LABELS,
  PLAIN_DATE_LABELS,
} from "./tables/dates.ts";
import { DOCUMENT_NAMES } from "./tables/document-names.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "./tables/document-types.ts";
import { everydayNames } from "./tables/everyday-words.ts";
import { moreNames } from "./tables/more-words.ts";
import { BIRTH_WORDS, MORE_OTHER_DATE_LABELS, PERIOD_JOINERS, REFERENCE_WORDS } from "./tables/other-dates.ts";
import { FUNCTION_WORDS } from "./tables/function-words.ts";
import { mainCurrency, moneyIn } from "./money.ts";
import { isTypeName, TYPE_NAMES } from "./no-name.ts";
import { holds, indexIn, inScriptOf, keyOf, needleOf, RUNS_ON, wordsOf, type Finding, type Line } from "./text.ts";
import { withoutWeekday } from "./weekdays.ts";
import { isoOf, orderShown, type WrittenDate, writtenDates } from "./written-dates.ts";

/** Papers that bear one date of their own, often without any label. */
const DATED_ANYWHERE: readonly DocumentType[] = [
  "invoice",
  "receipt",
  "credit-note",
  "delivery-note",
  "order",
  "quote",
  "ticket",
];

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

const NOT_ITS_OWN = [...OTHER_DATE_LABELS, ...MORE_OTHER_DATE_LABELS];

const SMALL_WORDS = new Set(Object.values(FUNCTION_WORDS).flat());

/** How many lines above a date the label of a birth date may stand, in a form. */
const BOX = 3;

/** Years before the latest day of a paper after which a day without a label is none of its own. */
const LONG_BEFORE = 8;

/** A birth date is at least this many years back. */
const BORN_YEARS_AGO = 10;

/**
 * The date that the document bears, as YYYY-MM-DD with the line it stands in; null where no date is labelled or placed
 * as one, or where day and month cannot be told apart.
 *
 * @param labelled whether only a label tells: on a card the days of birth, of issue and of expiry stand beside each other
 */
export function findDocumentDate(
  lines: Line[],
  type: DocumentType,
  language: string | null,
  { labelled = false } = {},
): Finding<string> | null {
  const dayFirst = readsDayFirst(lines, language);
  type Candidate = { iso: string; line: Line; date: WrittenDate; score: number; label: boolean };
  let best: Candidate | null = null;
  let latest = 0;
  const seen = new Map<string, number>();
  const candidates: Candidate[] = [];
  const headings = headingDates(lines, type, dayFirst);
  lines.forEach((line, index) => {
    const dates = writtenDates(line.text, dayFirst);
    for (const date of dates) {
      latest = Math.max(latest, date.year);
      if (date.ambiguous && dayFirst === null) continue;
      if (isOfAPeriod(date, dates, line) || isBirthDate(date, lines, index)) continue;
      const iso = isoOf(date);
      seen.set(iso, (seen.get(iso) ?? 0) + 1);
      candidates.push({
        iso,
        line,
        date,
        // Of several headings none tells the day: they list other papers.
        ...(headings > 1 && beginsAsHeading(line, date, type)
          ? { score: -1, label: false }
          : {
              score: scoreOf(date, line, lines[index - 1], type),
              label: labelScore(line, date, lines[index - 1], type) > 0 || isOfAMeeting(line, date, type),
            }),
      });
    }
  });
  // Without a label, one of several days is a guess; a receipt and a ticket have theirs on top.
  const unlabelled = candidates.filter(({ score, label }) => score > 0 && !label);
  const guess = type !== "receipt" && type !== "ticket" && new Set(unlabelled.map(({ iso }) => iso)).size > 1;
  for (const candidate of candidates) {
    // A day without a label, long before another one, is when somebody was born, or something began.
    if (!candidate.label && candidate.date.year <= latest - LONG_BEFORE) continue;
    if (labelled && !candidate.label) continue;
    if (guess && !candidate.label && !(candidate.line.page === 1 && candidate.line.row < 4 && standsAlone(candidate)))
      continue;
    const score = candidate.score + Math.min(1, 0.5 * ((seen.get(candidate.iso) ?? 1) - 1));
    if (score > 0 && (!best || score > best.score)) best = { ...candidate, score };
  }
  return (
    best && {
      value: best.iso,
      page: best.line.page,
      quote: quoteOf(best.line, best.date),
      confidence: confidenceOf(best, type),
    }
  );
}

/** How many days stand in headings that name what the paper is. */
function headingDates(lines: Line[], type: DocumentType, dayFirst: boolean | null): number {
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
function isOfAMeeting(line: Line, date: WrittenDate, type: DocumentType): boolean {
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

function confidenceOf({ label, score }: { label: boolean; score: number }, type: DocumentType): number {
  const { labelled, plain, alone, till } = CONFIDENCE.date;
  if (label) return score >= 5 ? labelled : plain;
  return type === "receipt" ? till : alone;
}

/** Whether a date stands in a cell with no other number: "York, 3 May 2024", and not "3. 14.02.1988 YORK". */
function standsAlone({ line, date }: { line: Line; date: WrittenDate }): boolean {
  const written = line.text.slice(date.start, date.end);
  const cell = line.cells.find((text) => text.includes(written)) ?? line.text;
  return !/\d/.test(cell.replace(written, ""));
}

/** The cell that a date stands in, with the one to the left where it begins its own: that is its label. */
function quoteOf(line: Line, date: WrittenDate): string {
  let from = 0;
  for (const [index, cell] of line.cells.entries()) {
    const end = from + cell.length;
    if (date.start >= end) {
      from = end + 1;
      continue;
    }
    if (date.end > end) break;
    const label = index > 0 && line.text.slice(from, date.start).trim() === "" ? `${line.cells[index - 1]} ` : "";
    return label + cell;
  }
  return line.text;
}

/** Whether a date is the beginning or the end of a period: "1 May - 31 May". */
function isOfAPeriod(date: WrittenDate, dates: WrittenDate[], { text }: Line): boolean {
  return dates.some(
    (other) =>
      other !== date &&
      PERIOD_JOINERS.test(
        other.start > date.start ? text.slice(date.end, other.start) : text.slice(other.end, date.start),
      ),
  );
}

/** Whether a date of long ago stands by the label of a birth date: beside it, or in one of the boxes below. */
function isBirthDate(date: WrittenDate, lines: Line[], index: number): boolean {
  if (date.year > new Date().getUTCFullYear() - BORN_YEARS_AGO) return false;
  return lines
    .slice(Math.max(0, index - BOX), index + 1)
    .some((line) => line.page === lines[index]!.page && holds(line.key, BIRTH_WORDS));
}

/** Whether a date stands within a sentence: many words beside it, small ones among them. */
function isInProse(date: WrittenDate, line: Line): boolean {
  const cell = line.cells.find((text) => text.includes(line.text.slice(date.start, date.end))) ?? line.text;
  const words = wordsOf(keyOf(cell.replace(line.text.slice(date.start, date.end), " ")));
  return words.length >= 6 && words.filter((word) => SMALL_WORDS.has(word)).length >= 3;
}

/** How numeric dates are read here: as an unmistakable one among them shows, else as language and country suggest. */
export function readsDayFirst(lines: Line[], language: string | null): boolean | null {
  for (const line of lines) {
    const shown = orderShown(line.text);
    if (shown !== null) return shown;
  }
  const american = lines.filter(({ text }) => US_ADDRESS.test(text)).length;
  const monthFirst = american + lines.filter((line) => holds(line.key, MONTH_FIRST_HINTS)).length;
  const dayFirst = lines.filter((line) => holds(line.key, DAY_FIRST_HINTS)).length;
  // Spanish is written in the United States too.
  if (language !== null && language !== "en") return american > dayFirst ? null : true;
  if (monthFirst !== dayFirst) return dayFirst > monthFirst;
  const currency = mainCurrency(lines);
  return currency === null ? null : currency !== "USD" ? true : null;
}

/** A state with its postcode, or a telephone number as it is written in the United States. */
const US_ADDRESS =
  /\b(?:A[KLRZ]|C[AOT]|DE|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|DC)[\s,.]+\d{5}(?:-\d{4})?\b|\(\d{3}\)[\s-]{0,2}\d{3}[\s-]\d{4}\b/u;

function scoreOf(date: WrittenDate, line: Line, previous: Line | undefined, type: DocumentType): number {
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
  const label = labelScore(line, date, previous, type) || placeScore(line, date, type);
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

/** Whether a heading names what the document is and ends in its date: "Minutes of the meeting held on 11 February 2025". */
function isInHeading(line: Line, date: WrittenDate, type: DocumentType): boolean {
  // "Rechnung L25-00118 vom 14.01.2025   1.910,00" is a row of a list.
  return beginsAsHeading(line, date, type) && moneyIn(line.text.slice(date.end)).length === 0;
}

function beginsAsHeading(line: Line, date: WrittenDate, type: DocumentType): boolean {
  const names = HEADED_NAMES.get(type);
  if (!names || line.page !== 1 || line.row > 12) return false;
  if (line.text.length - date.end > 40 || /(?<!\d\s?[гр])[.;,]$/u.test(line.text)) return false;
  const before = withoutWeekday(keyOf(line.text.slice(0, date.start)));
  return (
    names.some((name) => before.startsWith(` ${name} `)) &&
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

/** 5 for a label of the document's own date, 2 for a plain "date", -6 for a label of another date, 0 without any. */
function labelScore(line: Line, date: WrittenDate, previous: Line | undefined, type: DocumentType): number {
  if (isInHeading(line, date, type)) return 5;
  // "Beleg-Datum" is written with and without the hyphen.
  const before = withoutWeekday(
    lastOf(keyOf(labelBefore(line, date.start).replace(/(?<=\p{L})-(?=\p{L}{0,20}(?:datum|date)(?!\p{L}))/giu, ""))),
  );
  const above =
    previous && previous.page === line.page && writtenDates(previous.text, true).length === 0 ? previous : null;
  if (before.trim() !== "")
    return weigh(before, false, type) || (above ? headingScore(above.key, line, date, type) : 0);
  // "20-10-2015Invoice Date:" is how some PDFs give a label that stands left of its value.
  const after = line.text.slice(date.end);
  if (/^\p{L}.{0,30}:$/u.test(after)) return weigh(keyOf(after), false, type);
  return above ? weigh(above.key, true, type) || headingScore(above.key, line, date, type) : 0;
}

/** The end of a key, from a word on: a label stands near its date. */
function lastOf(key: string): string {
  return key.length <= LABEL ? key : key.slice(key.indexOf(" ", key.length - LABEL));
}

/** Characters before a date in which its label may stand. */
const LABEL = 120;

/** 2.5 for a date with the place where a paper was signed: "München, den 10.01.2025", "Fait à Dijon le 20 décembre 2024". */
function placeScore(line: Line, date: WrittenDate, type: DocumentType): number {
  if (DATED_ANYWHERE.includes(type)) return 0;
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

const PLACE =
  /^(?:(?:fait|signé|établi|délivré)e?s?\sà\s|(?:dado|hecho|firmado)\sen\s|(?:ausgestellt|geschehen)\sin\s|(?:fatto|rilasciato)\sa\s|w\s|v\s)?\p{Lu}[\p{L}\p{M}'’ .-]{1,30}(?:,|\s(?=den|le|dnia|dne|li|el))\s?(?:(?:den|le|el|a|li|lì|dnia|dne|dňa|am|em|il|the|on)\s)?$/iu;

const SIGNED_AT =
  /\s(?:en|à|a|in|em|te|i|w|v)\s\p{Lu}[\p{L}\p{M}'’ -]{2,30},?\s(?:a|le|el|den|il|em|d\.d\.|on|dnia|dne)\s$/u;

/** A town, with its postcode or without. */
const TOWN = /^(?:[A-Z]{0,2}-?\d{4,5}\s)?\p{Lu}[\p{L}\p{M}'’-]{2,25}(?:\s\p{Lu}[\p{L}\p{M}'’-]{1,25}){0,2},?$/u;

/** What stands before a date in its cell, or in the one to the left: another column's words are no label of it. */
function labelBefore(line: Line, start: number): string {
  let from = 0;
  let left = "";
  for (const cell of line.cells) {
    if (from + cell.length > start) break;
    left = cell;
    from += cell.length + 1;
  }
  const own = line.text.slice(from, start);
  return own.trim() === "" ? left : own;
}

/** The score of the heading that a date stands below, where a row of headings is followed by a row of values: the nth date below the nth heading of a date. */
function headingScore(headings: string, line: Line, date: WrittenDate, type: DocumentType): number {
  if (/\d/.test(headings) || headings.length > 120) return 0;
  const order = type === "order" ? 5 : -6;
  const found: { at: number; length: number; score: number }[] = [];
  for (const [phrases, score] of [
    [DOCUMENT_DATE_LABELS, 5],
    [NOT_ITS_OWN, -6],
    [ORDER_DATE_LABELS, order],
    [PLAIN_DATE_LABELS, 2],
  ] as const) {
    for (const phrase of phrases) {
      const at = indexIn(headings, phrase);
      // "Invoice" heads a number as often as a date.
      if (
        at >= 0 &&
        (/dat|dt|fecha|tarih|tarikh|vom|fallig|echeance|vencim|due|paiva|kelt/.test(phrase) ||
          /[^\x00-\x7f]/.test(phrase))
      )
        found.push({ at, length: phrase.length, score });
    }
  }
  const columns = found
    .filter(
      (one) =>
        !found.some(
          (other) =>
            other !== one &&
            other.length > one.length &&
            other.at <= one.at &&
            other.at + other.length >= one.at + one.length,
        ),
    )
    .sort((a, b) => a.at - b.at);
  const nth = writtenDates(line.text, true).findIndex(({ start }) => start === date.start);
  return columns[nth]?.score ?? 0;
}

/** Labels of the day of delivery, which a delivery note bears. */
const DELIVERY_DATE_LABELS: readonly string[] = [
  "delivery date",
  "date of delivery",
  "despatch date",
  "dispatch date",
  "date of dispatch",
  "date of despatch",
  "ship date",
  "shipping date",
  "date shipped",
  "lieferdatum",
  "versanddatum",
  "date de livraison",
  "date d expedition",
  "fecha de entrega",
  "fecha de envio",
  "data di consegna",
  "data consegna",
  "data de entrega",
  "leverdatum",
  "verzenddatum",
  "data dostawy",
  "datum dodani",
  "leveransdatum",
  "leveringsdato",
  "toimituspaiva",
  "teslim tarihi",
  "szallitas datuma",
  "data livrarii",
  "tarikh penghantaran",
];

/** Labels of the day on which wages are paid, which a payslip bears. */
const PAY_DATE_LABELS: readonly string[] = [
  "payment date",
  "date paid",
  "paid on",
  "check date",
  "cheque date",
  "auszahlungsdatum",
  "zahltag",
  "uberweisung am",
  "date de paiement",
  "paiement le",
  "paye le",
  "date de virement",
  "fecha de pago",
  "fecha de abono",
  "data pagamento",
  "data di pagamento",
  "data de pagamento",
  "datum betaling",
  "betaaldatum",
  "betaald op",
  "data wyplaty",
  "vyplatni termin",
  "datum vyplaty",
  "utbetalningsdag",
  "utbetalningsdatum",
  "utbetalingsdato",
  "udbetalingsdato",
  "dispositionsdato",
  "maksupaiva",
  "fizetes napja",
  "data platii",
  "odeme tarihi",
  "ημερομηνια πληρωμησ",
  "дата выплаты",
  "дата виплати",
  "支給日",
  "支給年月日",
  "发薪日期",
  "지급일",
  "지급일자",
  "تاريخ الصرف",
  "تاريخ الدفع",
  "תאריך תשלום",
];

/** Labels that date papers of one type, beside those of all. */
const LABELS_OF = new Map<DocumentType, readonly string[]>([
  ["delivery-note", [...DOCUMENT_DATE_LABELS, ...DELIVERY_DATE_LABELS]],
  ["payslip", [...DOCUMENT_DATE_LABELS, ...PAY_DATE_LABELS]],
]);

function weigh(key: string, atTheEnd: boolean, type: DocumentType): number {
  // A credit note names the invoice that it corrects, with its date.
  if (
    type === "credit-note" &&
    !/ (?:credit|gutschrift|avoir|credito) /.test(key) &&
    REFERENCE_WORDS.some((word) => key.includes(` ${word} `))
  )
    return -6;
  const labels: [readonly string[], number][] = [
    [LABELS_OF.get(type) ?? DOCUMENT_DATE_LABELS, 5],
    [NOT_ITS_OWN, -6],
    [ORDER_DATE_LABELS, type === "order" ? 5 : -6],
  ];
  let nearest: { end: number; length: number; score: number } | null = null;
  for (const [phrases, score] of labels) {
    for (const phrase of inScriptOf(key, phrases)) {
      const at = lastIndexIn(key, phrase);
      if (at < 0) continue;
      const end = at + phrase.length;
      if (atTheEnd && key.length - end > 3) continue;
      if (!nearest || end > nearest.end || (end === nearest.end && phrase.length > nearest.length))
        nearest = { end, length: phrase.length, score };
    }
  }
  // "Order time 10:52 Date 08/05/18": what stands right before the date counts, not what stands before that.
  const plain = PLAIN_DATE_LABELS.find((phrase) =>
    key.endsWith(RUNS_ON.test(phrase) ? `${phrase} ` : needleOf(phrase)),
  );
  if (nearest && !(plain && key.length - plain.length - 2 > nearest.end + 2)) return nearest.score;
  if (!nearest && isOfThisKind(key)) return 5;
  // "Mortgage origination date": a day that has a name of its own.
  if (plain === "date" && !nearest && !DATED_ANYWHERE.includes(type) && hasAName(key)) return 0;
  if (plain && BELONGS_TO.has(plain) && isOfAnother(key, plain)) return -3;
  // "…, le 9 janvier" dates a letter; the same words deep within a line belong to a sentence.
  return (plain || (!atTheEnd && PLAIN_DATE_LABELS.some((phrase) => isFollowedByAForm(key, phrase)))) && key.length < 40
    ? 2
    : 0;
}

/** Whether a label is "date" and what a paper is called: "Fecha informe", "Data del verbale". */
function isOfThisKind(key: string): boolean {
  const name = DATE_OF.exec(key)?.[1];
  return name !== undefined && isTypeName(name);
}

const DATE_OF =
  / (?:date|data|fecha|datum|dato) (?:(?:de|di|do|da|of|du|d|des|del|dell|della|van|the|this) ){0,2}(\p{L}{3,20}(?: \p{L}{3,20})?) $/u;

/** Whether another word stands right before "date" in its label. */
function hasAName(key: string): boolean {
  const word = wordsOf(key).at(-2) ?? "";
  return /^\p{L}{4,}$/u.test(word) && !SMALL_WORDS.has(word) && !isTypeName(word);
}

/** Words that say whose day follows: "Beschluss vom 26. Juni", "sur convocation du 2 mai". */
const BELONGS_TO = new Set(["vom", "du", "del", "van", "af", "av", "of", "z dnia", "ze dne", "zo dna", "от", "від"]);

/** Whether such a word follows a noun that is no name of a paper. */
function isOfAnother(key: string, joiner: string): boolean {
  const start = key.slice(0, key.lastIndexOf(needleOf(joiner)) + 1);
  const before = wordsOf(start);
  return (
    before.length > 0 &&
    !before.every((word) => /\d/.test(word)) &&
    !holds(start, TYPE_NAMES) &&
    !before.some((_, at) => [1, 2, 3].some((count) => isTypeName(before.slice(at, at + count).join(" "))))
  );
}

/** Whether nothing but how a date is written follows a label: "Date (dd/mm/yyyy)". "Data urodzenia" is the label of another date. */
function isFollowedByAForm(key: string, label: string): boolean {
  const at = indexIn(key, label);
  if (at < 0) return false;
  return wordsOf(key.slice(at + needleOf(label).length - 1)).every((word) => FORM_OF_A_DATE.test(word));
}

const FORM_OF_A_DATE =
  /^(?:[dmyjtag]{1,4}|time|uhrzeit|zeit|heure|hora|ora|tijd|czas|and|und|et|y|e|of|the|no|nr|page|[\d]{1,2})$/;

function lastIndexIn(key: string, phrase: string): number {
  return phrase.startsWith("*") ? key.lastIndexOf(needleOf(phrase)) - 1 : key.lastIndexOf(needleOf(phrase));
}
