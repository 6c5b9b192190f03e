import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import type { Value } from "../../_shared/extraction/values.ts";
import { DOCUMENT_TYPES, type DocumentType } from "../../_shared/metadata.ts";
import { findTotal } from "../../metadata/local/amounts/total.ts";
import { hasLegalForm, isMerelyAForm } from "../../metadata/local/sender/company-name.ts";
import { CONFIDENCE } from "../../metadata/local/confidence.ts";
import { findCorrespondent } from "../../metadata/local/sender/correspondent.ts";
import { DATED_ANYWHERE } from "../../metadata/local/dates/date-labels.ts";
import { isPlace } from "../../metadata/local/dates/date-score.ts";
import { findDocumentDate } from "../../metadata/local/dates/dates.ts";
import { keyOf, type Line, type linesOf } from "../../metadata/local/text/text.ts";
import { writtenDates } from "../../metadata/local/dates/written-dates.ts";
import type { LocalInput } from "./extract.ts";
import type { Labels } from "./labels.ts";
import { type Candidate, sameValue } from "./candidate.ts";

/** A value below this is shown for review and not written: it stands by no label, or can be read in two ways. */
export const LEAST_SCORE = 6;

/** What the rules of describing find, for the fields that ask for it. */
export function ruleValues(
  { document_type, language = null, einvoice }: Pick<LocalInput, "document_type" | "language" | "einvoice">,
  scalars: Map<string, ScalarField>,
  reading: { currency: string | null },
  lines: ReturnType<typeof linesOf>,
  labels: Labels,
  labelled: Candidate[],
): Candidate[] {
  const type = DOCUMENT_TYPES.find((one) => one === document_type) ?? ("other" satisfies DocumentType);
  const found: Candidate[] = [];
  for (const [path, field] of scalars) {
    const rule = "rule" in field ? field.rule : undefined;
    if (!rule) continue;
    const fromXml =
      rule === "sender"
        ? einvoice?.seller
        : rule === "date"
          ? einvoice?.issue_date
          : einvoice?.grand_total == null
            ? null
            : { amount: einvoice.grand_total, currency: einvoice.currency };
    if (fromXml != null) {
      found.push({
        path,
        value: fromXml,
        page: null,
        quote: typeof fromXml === "object" ? String(fromXml.amount) : fromXml,
        box: null,
        confidence: 1,
        score: 100,
      });
      continue;
    }
    const finding =
      rule === "sender"
        ? findCorrespondent(lines, type)
        : rule === "date"
          ? findDocumentDate(lines, type, language)
          : findTotal(lines, language);
    // "Bank plc" may be broken into its words: a legal form alone is nobody's name.
    if (!finding || (typeof finding.value === "string" && isMerelyAForm(keyOf(finding.value)))) continue;
    const value: Value =
      typeof finding.value === "string"
        ? finding.value
        : { amount: finding.value.amount, currency: finding.value.currency ?? reading.currency };
    found.push({
      path,
      value,
      page: finding.page,
      quote: finding.quote,
      box: null,
      confidence: null,
      score:
        rule === "date" && isOfAnother({ path, value, quote: finding.quote }, scalars, labels, labelled)
          ? RULE.guess
          : surenessOf(rule, finding, lines, labels, type),
    });
  }
  return found;
}

/** Points for what a rule of describing found: sure; as sure as what a label says; a guess, which a label or an equation has to bear out. */
const RULE = { sure: 13, labelled: 11.5, guess: LEAST_SCORE - 1 };

/**
 * How sure that is: a name that several things say, or that stands there twice; a day behind a label of its own, or in the line of another of the
 * fields; a sum that is called a total.
 */
function surenessOf(
  rule: "sender" | "date" | "total",
  { value, quote, confidence = 0 }: { value: unknown; quote: string; confidence?: number },
  lines: ReturnType<typeof linesOf>,
  labels: Labels,
  type: DocumentType,
): number {
  const { sender, date, amount } = CONFIDENCE;
  switch (rule) {
    case "sender": {
      const said = [sender.signs3, sender.signs2, sender.receiptForm].some((level) => level === confidence);
      const key = keyOf(String(value));
      const named = lines.filter((line) => line.key.includes(key));
      // One company alone is on the paper, or it is named again.
      const alone = hasLegalForm(String(value), key) && lines.every((line) => named.includes(line) || !isCompany(line));
      const isLabel = labels.find(key).some(({ start }) => start <= 1);
      return !isLabel && (said || named.length > 1 || alone) ? RULE.sure : RULE.guess;
    }
    case "date":
      if (confidence >= date.labelled) return RULE.sure;
      // A till prints the time of day beside the day.
      if (type === "receipt" && lines.some(({ text }) => text.startsWith(quote) && CLOCK.test(text)))
        return RULE.labelled;
      return labels.find(keyOf(quote)).length > 0 || (DATED_ANYWHERE.includes(type) && isDayOfAPlace(quote))
        ? RULE.labelled
        : RULE.guess;
    case "total":
      return confidence >= amount.named ? RULE.sure : confidence >= amount.total ? RULE.labelled : RULE.guess;
  }
}

/** Points that a value has more than right behind a label that no other words stand before. */
const RIGHT_BEHIND = 10;
const CLOCK = /(?<![\d:.])(?:[01]?\d|2[0-3])[:.][0-5]\d(?::[0-5]\d)?(?![\d:.,])/u;

/**
 * Whether a day is that of another field, by whose label it stands, or another day stands right behind a label of the field: "Requested delivery
 * date" above "Delivery date".
 */
function isOfAnother(
  { path, value, quote }: { path: string; value: Value; quote: string },
  scalars: Map<string, ScalarField>,
  labels: Labels,
  labelled: Candidate[],
): boolean {
  const own = labelled.filter((one) => one.path === path && one.score > RIGHT_BEHIND);
  if (own.length > 0) return !own.some((one) => sameValue(one.value, value));
  const dates = labels
    .find(keyOf(quote))
    .filter(({ paths }) => paths.some((one) => kindOf(scalars.get(one)!) === "date"));
  return dates.length > 0 && dates.every(({ paths }) => !paths.includes(path));
}

/** Whether a day stands by itself behind the place where the paper was written: "Leipzig, den 01.07.2024". */
function isDayOfAPlace(quote: string): boolean {
  const [date, ...others] = writtenDates(quote, true);
  return (
    date !== undefined && others.length === 0 && date.end >= quote.length - 1 && isPlace(quote.slice(0, date.start))
  );
}

const isCompany = ({ text, key }: Line): boolean => hasLegalForm(text, key);
