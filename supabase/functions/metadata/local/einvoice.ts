import type { Einvoice } from "../../_shared/einvoice.ts";
import type { DocumentType, Metadata } from "../../_shared/metadata.ts";
import type { Amount } from "./amounts/money.ts";
import { CONFIDENCE } from "./confidence.ts";
import { isoOf, writtenDates } from "./dates/written-dates.ts";
import { moneyIn } from "./amounts/money.ts";
import { visible, keyOf, type Line } from "./text/text.ts";

/** A value with the words that prove it: in a line of a page, or in the XML alone. */
export type XmlFinding<T> = {
  value: T;
  page: number | null;
  quote: string;
  confidence?: number;
  source?: "learned";
};

/** What the XML of an e-invoice gives. Each is null where the XML does not have it: then the pages are asked. */
export type XmlFindings = {
  type: XmlFinding<DocumentType>;
  correspondent: XmlFinding<string> | null;
  date: XmlFinding<string> | null;
  amount: XmlFinding<Amount> | null;
};

/** The codes of UNTDID 1001 that are credit notes; whatever else is sent as an e-invoice asks for money. */
const CREDIT_NOTES: readonly string[] = ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"];

/** The values of the XML, each with the line of a page where it stands too, since a page can be shown. */
export function einvoiceFindings(einvoice: Einvoice, lines: Line[]): XmlFindings {
  const { type_code, seller, issue_date, grand_total, currency } = einvoice;
  const type = type_code !== null && CREDIT_NOTES.includes(type_code) ? "credit-note" : "invoice";
  const name = visible(seller ?? "").slice(0, 120);
  const nameKey = keyOf(name);
  return {
    type: { value: type, page: null, quote: type_code ?? type, confidence: CONFIDENCE.einvoice },
    correspondent:
      name === ""
        ? null
        : found(
            name,
            lines.find(({ key }) => key.includes(nameKey)),
            name,
          ),
    date:
      issue_date === null
        ? null
        : found(
            issue_date,
            lines.find(({ text }) => writtenDates(text, true).some((day) => isoOf(day) === issue_date)),
            issue_date,
          ),
    // The last one: above the sum of all the same number may stand as a part of it.
    amount:
      grand_total === null
        ? null
        : found(
            { amount: grand_total, currency },
            lines.findLast(({ text }) =>
              moneyIn(text).some(({ amount }) => Math.abs(amount) === Math.abs(grand_total)),
            ),
            String(grand_total),
          ),
  };
}

function found<T>(value: T, line: Line | undefined, written: string): XmlFinding<T> {
  const confidence = CONFIDENCE.einvoice;
  return line
    ? { value, page: line.page, quote: line.text, confidence }
    : { value, page: null, quote: written, confidence };
}

/** Evidence as it is stored; what stands in no page is marked as the XML's. */
export function evidenceFrom({
  page,
  quote,
  confidence,
  source,
}: XmlFinding<unknown>): NonNullable<Metadata["evidence"][keyof Metadata["evidence"]]> {
  const sure = confidence === undefined ? {} : { confidence };
  return page === null
    ? { page, source: "einvoice", quote, ...sure }
    : { page, quote, ...sure, ...(source && { source }) };
}
