import path from "node:path";
import { DOCUMENT_TYPE_LABELS } from "../../supabase/functions/metadata/local/tables/document-types.ts";
import type { DescribeInput, Metadata } from "../../supabase/functions/_shared/metadata.ts";
import type { Truth } from "./samples.ts";

/** What of one description is right; null where no truth is known. */
export type Score = {
  company: boolean | null;
  date: boolean | null;
  total: boolean | null;
  type: boolean;
  name: boolean;
  values: number;
  proven: number;
};

/** From this similarity on two names are the same. */
const SAME_NAME = 0.8;

export function scoreOf(metadata: Metadata, truth: Truth, input: DescribeInput): Score {
  const evidence = Object.entries(metadata.evidence);
  // A value without any evidence is unproven; the type `other` and what is null claim nothing.
  const claimed = [
    metadata.correspondent && "correspondent",
    metadata.document_date && "document_date",
    metadata.document_type !== "other" && "document_type",
  ].filter((name) => typeof name === "string");
  const values = new Set([...claimed, ...evidence.map(([name]) => name)]);
  return {
    company:
      truth.company === null
        ? null
        : metadata.correspondent !== null && similarity(metadata.correspondent, truth.company) >= SAME_NAME,
    date: truth.date === null ? null : metadata.document_date === truth.date,
    total:
      truth.total === null
        ? null
        : metadata.amount
          ? isTheSame(metadata.amount.value, truth)
          : [metadata.summary, metadata.display_name].some((text) => amountsIn(text).includes(truth.total!)),
    type: metadata.document_type === truth.type,
    name: isWellFormed(metadata, input.filename),
    values: values.size,
    proven: evidence.filter(
      ([name, found]) =>
        found &&
        stands(found, name, input) &&
        (name !== "correspondent" || found.page === null || names(found.quote, metadata.correspondent)),
    ).length,
  };
}

/** Whether an amount is the true one. What a credit note gives back is made negative in SQL, so there the sign says nothing. */
const isTheSame = (amount: number, { total, type }: Truth): boolean =>
  Math.abs(type === "credit-note" ? Math.abs(amount) - Math.abs(total!) : amount - total!) < 0.005;

/** Twice the letters in common, in order, over all letters: 1 for the same name, whatever its case and marks. */
export function similarity(one: string, other: string): number {
  const [a, b] = [folded(one), folded(other)];
  if (a.length + b.length === 0) return 0;
  let row = new Array<number>(b.length + 1).fill(0);
  for (const letter of a) {
    const next = [0];
    for (let at = 1; at <= b.length; at++)
      next.push(letter === b[at - 1] ? row[at - 1]! + 1 : Math.max(row[at]!, next[at - 1]!));
    row = next;
  }
  return (2 * row[b.length]!) / (a.length + b.length);
}

/** The numbers with decimals in a text, whichever mark parts them, and with their sign. */
function amountsIn(text: string): number[] {
  const written = text.matchAll(
    /(?<![\p{L}\d])([-−–]\s?)?(?:\p{Sc}\s?)?(\d[\d.,' \u00a0\u202f]*[.,]\d{2}(?!\d)|\d+)/gu,
  );
  return [...written].map(([, sign, digits = ""]) => {
    const cents = /[.,](\d{2})$/.exec(digits);
    const amount = Number(`${(cents ? digits.slice(0, -3) : digits).replace(/\D/g, "")}.${cents?.[1] ?? "0"}`);
    return sign ? -amount : amount;
  });
}

/** "Type - Who - Date or Subject.ext" in title case, at most 60 characters, with the file's own extension. */
export function isWellFormed({ display_name, document_type, document_date }: Metadata, filename: string): boolean {
  const { name, ext } = path.parse(display_name);
  const parts = name.split(" - ");
  const titled = parts.every((part) => part.split(" ").every((word) => word.length <= 4 || !/^\p{Ll}/u.test(word)));
  return (
    display_name.length <= 60 &&
    ext === path.extname(filename).toLowerCase() &&
    parts[0] === DOCUMENT_TYPE_LABELS[document_type] &&
    parts.length > 1 &&
    titled &&
    parts.every((part) => part === part.trim() && part !== "") &&
    !/[\p{Cc}/\\:*?"<>|]/u.test(display_name) &&
    (document_date === null || parts.includes(document_date))
  );
}

type Found = NonNullable<Metadata["evidence"][keyof Metadata["evidence"]]>;

/** Whether a quote stands on its page, without regard to case, white space, and hyphens at line ends; or in the e-invoice's XML. */
function stands(found: Found, name: string, input: DescribeInput): boolean {
  if (found.page === null) {
    const { einvoice } = input;
    const value = {
      correspondent: einvoice?.seller,
      document_date: einvoice?.issue_date,
      amount: einvoice?.grand_total,
      document_type: einvoice?.type_code,
    }[name];
    return value !== undefined && value !== null && found.quote.includes(String(value));
  }
  const page = input.pages.find(({ page_number }) => page_number === found.page);
  return page !== undefined && flat(page.text).includes(flat(found.quote));
}

/** Whether a quote holds a name: all its words, whatever stands between them. */
const names = (quote: string, name: string | null): boolean =>
  folded(name ?? "")
    .split(" ")
    .every((word) => folded(quote).includes(word));

const flat = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[-\u00ad\s]+/g, "");

const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
