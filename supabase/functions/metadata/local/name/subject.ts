import type { DocumentType } from "../../../_shared/metadata.ts";
import { withoutNoise } from "../text/noise.ts";
import { CV_HEADINGS, DOCUMENT_NAMES } from "../tables/document-names.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { SUBJECT_LABELS } from "../tables/letters.ts";
import { everydayNames } from "../tables/everyday-words.ts";
import { moreNames } from "../tables/more-words.ts";
import { EVENT_LABELS } from "../tables/tickets.ts";
import { isTypeName } from "./no-name.ts";
import { keyOf, RUNS_ON, wordsOf, type Finding, type Line } from "../text/text.ts";
import { findFormNumber } from "../type/form-number.ts";
import { greets, titleLikeness } from "./title-likeness.ts";
import { findTitle } from "./titles.ts";

/** Papers that are told apart by sender, date and amount; their subject lines name numbers and clauses. */
const WITHOUT_SUBJECT: readonly DocumentType[] = [
  "invoice",
  "receipt",
  "credit-note",
  "bank-statement",
  "payslip",
  "delivery-note",
];

/** Papers whose first page shows a title. */
const TITLED: readonly DocumentType[] = [
  "report",
  "minutes",
  "manual",
  "article",
  "form",
  "certificate",
  "contract",
  "insurance",
  "tax",
  "quote",
  "order",
  "ticket",
  "other",
];

/** Papers that people call by the number of their form. */
const NUMBERED: readonly DocumentType[] = ["tax", "form", "report"];

/** Labels before what a decision or a file is about. In key form. */
const MATTER_LABELS: readonly string[] = [
  "matter of",
  "in the matter of",
  "matter",
  "project",
  "title",
  "titel",
  "titre",
  "titulo",
  "titolo",
  "thema",
  "topic",
];

/** What a document is about, in its own words: the subject line of a letter, the title of a report; else null. */
export function findSubject(
  lines: Line[],
  type: DocumentType,
  correspondent: string | null,
  doubtful = false,
): Finding<string> | null {
  const subject = WITHOUT_SUBJECT.includes(type) ? null : subjectOf(lines, type, correspondent, doubtful);
  return subject && saysNoMore(subject.value, type) ? null : subject;
}

/** Types of which any name of theirs tells no more than the type. */
const NAMED_ALIKE: readonly DocumentType[] = ["minutes", "cv", "ticket", "order", "quote", "article"];

/** What joins two names of papers: "Biljett och kvitto". */
const JOINED = / (?:and|und|et|y|e|en|och|og|ja|i|a|si|ve|dan|και|и|та) /u;

/** Whether a subject is but what the type is called: "Certificate of Completion" of a certificate, "Lebenslauf" of a CV. */
function saysNoMore(subject: string, type: DocumentType): boolean {
  if (type === "other") return false;
  const key = keyOf(subject).trim();
  const alike = NAMED_ALIKE.includes(type) || type === "certificate";
  if (!alike && (key.includes(" ") || RUNS_ON.test(key))) return false;
  const general = DOCUMENT_TYPE_EVIDENCE[type].flatMap(([weight, ...names]) => (weight >= 5 ? names : []));
  const names = [...moreNames(type), ...everydayNames(type)];
  const isName = (part: string): boolean => general.includes(part) || names.includes(part);
  if (alike && key.split(JOINED).every((part) => isName(part) || isTypeName(part))) {
    // "Bewijs van inschrijving", "Geburtsurkunde": what is certified.
    if (type !== "certificate" || general.includes(key)) return true;
    return (
      !key.includes(" ") &&
      ![...general, ...names].some((name) => name.length >= 5 && name !== key && key.endsWith(name))
    );
  }
  return isName(key);
}

function subjectOf(
  lines: Line[],
  type: DocumentType,
  correspondent: string | null,
  doubtful: boolean,
): Finding<string> | null {
  const first = lines.filter((line) => line.page === lines[0]?.page);
  return (
    labelledSubject(first, type === "ticket" ? EVENT_LABELS : [...SUBJECT_LABELS, ...MATTER_LABELS]) ??
    (type === "letter" ? lineAboveSalutation(first, correspondent) : null) ??
    (type === "cv" ? personOf(first) : null) ??
    (NUMBERED.includes(type) ? findFormNumber(first, { withTitle: true }) : null) ??
    (TITLED.includes(type) ? findTitle(lines, type, correspondent, doubtful) : null) ??
    (NUMBERED.includes(type) ? findFormNumber(first, { withTitle: false }) : null)
  );
}

/** Whose curriculum vitae it is: a name of two to four words among the first lines. */
function personOf(lines: Line[]): Finding<string> | null {
  for (const line of lines.slice(0, 8)) {
    const labelled =
      /^(?:name|vor- und nachname|nom|nombre|nome|naam|imię i nazwisko|jméno|namn|navn|nimi|név|nume|ad soyad)\s?:\s?(.+)$/iu.exec(
        line.cells[0]!,
      );
    const name = withoutNoise(labelled?.[1] ?? line.cells[0]!);
    const key = keyOf(name);
    if (!/^(?:\p{Lu}[\p{L}\p{M}.'’-]*\s){1,3}\p{Lu}[\p{L}\p{M}'’-]+$/u.test(name)) continue;
    if (CV_HEADINGS.includes(key.trim()) || wordsOf(key).some((word) => CV_WORDS.has(word))) continue;
    return { value: name, page: line.page, quote: line.text };
  }
  return null;
}

/** Words of a curriculum vitae that are part of no person's name. */
const CV_WORDS = new Set(
  [...CV_HEADINGS, ...DOCUMENT_NAMES.cv]
    .flatMap((phrase) => wordsOf(keyOf(phrase)))
    .concat(
      "first",
      "name",
      "surname",
      "given",
      "middle",
      "address",
      "last",
      "updated",
      "page",
      "engineer",
      "developer",
      "manager",
      "university",
    ),
);

/** "Onderwerp Verkeersboete": a label that stands in a column of its own, which a text layer gives without a mark. */
const BARE_LABEL =
  /^(Subject|Betreff|Betrifft|Objet|Asunto|Oggetto|Assunto|Onderwerp|Betreft|Emne|Ärende|Temat|Dotyczy|Věc|Vec|Tárgy|Subiect|Konu|Тема)\s(?=[\p{Lu}\d])(.{4,90})$/u;

function labelledSubject(lines: Line[], labels: readonly string[]): Finding<string> | null {
  for (const [index, line] of lines.entries()) {
    const bare = index < 25 && line.cells.length <= 2 ? BARE_LABEL.exec(line.text) : null;
    // "Re: Notice of debt   Our reference: 7719": another column's words are no part of it.
    const own = /:\s?\S/u.test(line.cells[0]!) ? line.cells[0]! : line.text;
    const labelled = /^([\p{L}. ]{2,20})\s?:\s?(.*)$/u.exec(own) ?? bare;
    if (!labelled || !labels.includes(keyOf(labelled[1] ?? "").trim())) continue;
    const beside = labelled[2] ?? "";
    const source =
      beside !== "" ? { text: beside, line } : { text: lines[index + 1]?.text ?? "", line: lines[index + 1] ?? line };
    const text = withoutNoise(source.text);
    if (
      wordsOf(keyOf(text)).length === 0 ||
      !/\p{L}{3}|[^\p{Script=Latin}\P{L}]/u.test(text) ||
      /:$|\p{L}:\s\p{L}+:/u.test(source.text)
    )
      continue;
    return { value: text, page: line.page, quote: source.line.text };
  }
  return null;
}

function lineAboveSalutation(lines: Line[], correspondent: string | null): Finding<string> | null {
  const salutation = lines.findIndex((line) => greets(line) && line.text.length < 70);
  const above = lines[salutation - 1];
  return above && titleLikeness(above.text, correspondent) > 0
    ? { value: above.text, page: above.page, quote: above.text }
    : null;
}
