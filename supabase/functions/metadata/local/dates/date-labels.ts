import type { DocumentType } from "../../../_shared/metadata.ts";
import { headingOf, labelBehind, stackedLabel } from "./date-columns.ts";
import { isInHeading } from "./date-headings.ts";
import { isTypeName, TYPE_NAMES } from "../name/no-name.ts";
import { SMALL_WORDS } from "./other-days.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { DOCUMENT_DATE_LABELS, ORDER_DATE_LABELS, OTHER_DATE_LABELS, PLAIN_DATE_LABELS } from "../tables/dates.ts";
import { MORE_OTHER_DATE_LABELS, REFERENCE_WORDS } from "../tables/other-dates.ts";
import { LABELS_OF } from "../tables/type-dates.ts";
import { hasWords, holds, indexIn, inScriptOf, keyOf, needleOf, RUNS_ON, wordsOf, type Line } from "../text/text.ts";
import { withoutWeekday } from "./weekdays.ts";
import { type WrittenDate, writtenDates } from "./written-dates.ts";

/** Papers that bear one date of their own, often without any label. */
export const DATED_ANYWHERE: readonly DocumentType[] = [
  "invoice",
  "receipt",
  "credit-note",
  "delivery-note",
  "order",
  "quote",
  "ticket",
];

const NOT_ITS_OWN = [...OTHER_DATE_LABELS, ...MORE_OTHER_DATE_LABELS];

/** A letter names the days of the bills that it speaks of. */
const NOT_OF_A_LETTER = [
  ...NOT_ITS_OWN,
  ...DOCUMENT_DATE_LABELS.filter((label) => !LABELS_OF.get("letter")!.includes(label)),
];

/**
 * 5 for a label of the document's own date, 2 for a plain "date", -6 for a label of another date, 0 without any. `index`: of
 * the line among all.
 */
export function labelScore(lines: Line[], index: number, date: WrittenDate, type: DocumentType): number {
  const line = lines[index]!;
  if (isInHeading(line, date, type)) return 5;
  // "Beleg-Datum" is written with and without the hyphen.
  const before = withoutWeekday(
    lastOf(keyOf(labelBefore(line, date.start).replace(/(?<=\p{L})-(?=\p{L}{0,20}(?:datum|date)(?!\p{L}))/giu, ""))),
  );
  const previous = lines[index - 1];
  const above =
    previous && previous.page === line.page && writtenDates(previous.text, true).length === 0 ? previous : null;
  if (before.trim() !== "") return weigh(before, false, type) || (above ? headingScore(above, line, date, type) : 0);
  const behind = labelBehind(line, date);
  const aside = behind ? weigh(keyOf(behind), false, type) : 0;
  if (aside !== 0 && (behind!.endsWith(":") || Math.abs(aside) > 2)) return aside;
  const weighed = (key: string) => weigh(key, true, type);
  const stacked = stackedLabel(lines, index, date, weighed);
  if (stacked) return weighed(stacked.key);
  if (!above) return 0;
  return (headingOf(above, line, date) === null ? weighed(above.key) : 0) || headingScore(above, line, date, type);
}

/** The end of a key, from a word on: a label stands near its date. */
function lastOf(key: string): string {
  return key.length <= LABEL ? key : key.slice(key.indexOf(" ", key.length - LABEL));
}

/** Characters before a date in which its label may stand. */
const LABEL = 120;

/** What stands before a date in its cell, or in the one to the left: another column's words are no label of it. */
function labelBefore(line: Line, start: number): string {
  let from = 0;
  let left = "";
  for (const cell of line.cells) {
    if (from + cell.length > start) break;
    // "Invoice date  :  3 May 2024": a mark in a cell of its own is no label.
    if (hasWords(cell)) left = cell;
    from += cell.length + 1;
  }
  const own = line.text.slice(from, start);
  return hasWords(own) ? own : left;
}

/**
 * The score of the heading that a date stands below, where a row of headings is followed by a row of values: that of its
 * own column, or, where the columns do not show, the nth date below the nth heading of a date.
 */
function headingScore(above: Line, line: Line, date: WrittenDate, type: DocumentType): number {
  const column = headingOf(above, line, date);
  if (column !== null) return weigh(keyOf(column), true, type);
  const headings = above.key;
  if (/\d/.test(headings) || headings.length > 120) return 0;
  const order = type === "order" ? 5 : -6;
  const found: { at: number; length: number; score: number }[] = [];
  for (const [phrases, score] of [
    [LABELS_OF.get(type) ?? DOCUMENT_DATE_LABELS, 5],
    [type === "letter" ? NOT_OF_A_LETTER : NOT_ITS_OWN, -6],
    [ORDER_DATE_LABELS, order],
    [PLAIN_DATE_LABELS, 2],
  ] as const) {
    for (const phrase of phrases) {
      const at = indexIn(headings, phrase);
      // "Invoice" heads a number as often as a date.
      if (at >= 0 && (HEADS_A_DAY.test(phrase) || /[^\x00-\x7f]/.test(phrase)))
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
  const dates = writtenDates(line.text, true);
  // With fewer headings than days one of the days has a heading that no table knows, and nothing tells which.
  if (dates.length > columns.length) return 0;
  return columns[dates.findIndex(({ start }) => start === date.start)]?.score ?? 0;
}

/** What a label of a day that heads a column has in it, or it is of several words. */
const HEADS_A_DAY =
  /dat|dt|fecha|tarih|tarikh|vom|fallig|echeance|vencim|due|paiva|kelt|scaden|splatn|dagtek|forfall|issued|[a-z] [a-z]/;

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
    [type === "letter" ? NOT_OF_A_LETTER : NOT_ITS_OWN, -6],
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
  if (plain && BELONGS_TO.has(plain) && isOfAnother(key, plain, type)) return -3;
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

/** What papers are called that a bill names beside itself. */
const BESIDE_A_BILL = (["delivery-note", "quote", "contract"] as const).flatMap((type) =>
  DOCUMENT_TYPE_EVIDENCE[type].flatMap(([weight, ...phrases]) => (weight >= 5 ? phrases : [])),
);

/** Whether such a word follows a noun that is no name of a paper, or a bill names the paper that it is for: "Lieferschein 44 vom". */
function isOfAnother(key: string, joiner: string, type: DocumentType): boolean {
  const start = key.slice(0, key.lastIndexOf(needleOf(joiner)) + 1);
  if (["invoice", "credit-note"].includes(type) && holds(start, BESIDE_A_BILL)) return true;
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
