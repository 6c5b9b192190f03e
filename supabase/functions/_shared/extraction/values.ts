import type { Word } from "../pages.ts";

/** What a field may hold. Money without a currency on the paper has null. */
export type MoneyValue = { amount: number; currency: string | null };
export type Value = string | number | boolean | MoneyValue;

/** Where a value stands: [x0, y0, x1, y1] in pixels of the picture that was read. */
export type Box = [number, number, number, number];

/**
 * A value that an engine found. `path` is `total`, or `items.total` with the `row` of the table, from 0. `quote` are the page's own
 * words, `label` those that say what the value is, where they are not in the quote. private.checked_values decides whether it is proven.
 */
export type FoundValue = {
  path: string;
  row: number;
  value: Value;
  page: number | null;
  quote: string | null;
  label?: string;
  box?: Box;
  /** quote: it follows from the words. equation: it follows from other values. einvoice: the XML says so. */
  proof: "quote" | "equation" | "einvoice";
  /** 0 to 1 */
  confidence: number;
  /** "read 60.31, follows 60.30" */
  note?: string;
};

/** A value that is not proven, and why: a person decides. */
export type Proposal = Omit<FoundValue, "proof"> & { reason: ProposalReason };
export type ProposalReason = "ambiguous" | "check_broken" | "not_on_page" | "unsure";

/** An equation with what it came to; `difference` is null where a number is missing. */
export type CheckResult = { check: string; row: number | null; difference: number | null; holds: boolean | null };

export type Extraction = { values: FoundValue[]; proposals: Proposal[]; checks: CheckResult[] };

/** A page as the extractor reads it. */
export type ExtractPage = { page_number: number; text: string; words?: Word[] | null };

/** The number that equations count with. */
export const numberOf = (value: Value): number | null =>
  typeof value === "number" ? value : typeof value === "object" ? value.amount : null;
