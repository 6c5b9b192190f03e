import type { LearnedHint } from "../../_shared/learned.ts";
import { DOCUMENT_TYPES, type DocumentType, type Metadata } from "../../_shared/metadata.ts";
import type { Amount } from "../local/amounts/money.ts";
import { withoutLegalForm } from "../local/sender/company-name.ts";
import { CONFIDENCE } from "../local/confidence.ts";
import { currencyOf, mainCurrency } from "../local/amounts/money.ts";
import { type Finding, keyOf, type Line, wordsOf } from "../local/text/text.ts";
import { type Labelled, labelledAmounts, labelledDates, withLabel } from "./clues.ts";
import { bearsMark, senderMarks } from "./marks.ts";

/** What stands in a document for what a person taught of its sender. Each value has the words that prove it. */
export type Taught = {
  correspondent: (Finding<string> & { source?: "learned" }) | null;
  type: DocumentType | null;
  date: Finding<string> | null;
  amount: Finding<Amount> | null;
};

/**
 * What a hint says of a document; nothing where the document is not of that sender. A value is taken only where its words stand in
 * the text: the hint chooses among what is there.
 *
 * @param dayFirst how dates of numbers are read where the person's correction did not show it
 */
export function taughtBy(
  hint: LearnedHint,
  lines: Line[],
  { dayFirst, language }: { dayFirst: boolean | null; language: string | null },
): Taught | null {
  const named = hint.correspondent === null ? null : namingLine(hint.correspondent, lines);
  const marked = lines.find((line) => bearsMark(line, hint.marks)) ?? null;
  const shared = senderMarks(lines).filter((mark) => hint.marks.includes(mark));
  // The first line of a page may be anybody's: the recipient's, or a heading.
  if (!named && !marked && (hint.correspondent !== null || shared.length === 0)) return null;
  const shown = named ?? marked;
  return {
    correspondent:
      hint.correspondent !== null && shown
        ? {
            value: hint.correspondent,
            page: shown.page,
            quote: shown.text,
            confidence: CONFIDENCE.taught,
            ...(named ? {} : { source: "learned" as const }),
          }
        : null,
    type: DOCUMENT_TYPES.find((type) => type === hint.document_type) ?? null,
    date: taughtDate(hint, lines, dayFirst),
    amount: taughtAmount(hint, lines, language),
  };
}

/** Whether a person's type holds for a document that reads like another: like the one that was corrected, or like none. */
export function isTaughtType(hint: LearnedHint, type: DocumentType): boolean {
  return type === "other" || hint.instead_of.includes(type);
}

/** The fields of a description that are as a hint has them. */
export function taughtFields(metadata: Metadata, hint: LearnedHint, lines: Line[]): string[] {
  const { correspondent, document_type, document_date, amount } = metadata;
  const dates = atLabel(labelledDates(lines), hint.date_label, hint.date_nth);
  const amounts = atLabel(labelledAmounts(lines), hint.amount_label, hint.amount_nth);
  return [
    hint.correspondent !== null && correspondent === hint.correspondent && "correspondent",
    hint.document_type !== null && document_type === hint.document_type && "document_type",
    document_date !== null && dates.some(({ value }) => value === document_date) && "document_date",
    amount && amounts.some(({ value }) => Number(value) === Math.abs(amount.value)) && "amount",
  ].filter((field) => typeof field === "string");
}

function taughtDate(hint: LearnedHint, lines: Line[], dayFirst: boolean | null): Finding<string> | null {
  const found = atLabel(labelledDates(lines), hint.date_label, hint.date_nth);
  const order = hint.date_order ?? (dayFirst === null ? null : dayFirst ? "day" : "month");
  const date = found.find((one) => !one.open || one.order === order);
  return date
    ? { value: date.value, page: date.line.page, quote: date.line.text, confidence: CONFIDENCE.taught }
    : null;
}

function taughtAmount(hint: LearnedHint, lines: Line[], language: string | null): Finding<Amount> | null {
  const [found] = atLabel(labelledAmounts(lines), hint.amount_label, hint.amount_nth);
  if (!found) return null;
  const currency = currencyOf(found.currency ?? mainCurrency(lines), lines, language);
  return {
    value: { amount: Number(found.value), currency },
    page: found.line.page,
    quote: found.line.text,
    confidence: CONFIDENCE.taught,
  };
}

/** The value at the place that a hint names; none where it names none. */
function atLabel(found: Labelled[], label: string | null, nth: 1 | -1 | null): Labelled[] {
  return label === null ? [] : withLabel(found, label, nth ?? 1);
}

/** The line that names a sender: in full, in its letters alone, or without its legal form. */
function namingLine(name: string, lines: Line[]): Line | null {
  const key = keyOf(name);
  const letters = key.replaceAll(" ", "");
  const short = keyOf(withoutLegalForm(name));
  if (letters.length < 2) return null;
  return (
    lines.find((line) => line.key.includes(key)) ??
    (letters.length >= 4 ? lines.find((line) => line.key.replaceAll(" ", "").includes(letters)) : undefined) ??
    (wordsOf(short).join("").length >= 4 ? lines.find((line) => line.key.includes(short)) : undefined) ??
    null
  );
}
