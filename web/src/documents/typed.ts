import { decimalSign } from "../format.ts";

/** Filters of amounts that are typed into the search: `amount>100`, `amount<=50`, `amount:965.76`, `currency:eur`. */
export type TypedFilters = {
  /** What is left for the search: words, and the filters that the project itself reads. */
  query: string;
  amountFrom: string;
  amountTo: string;
  currencies: string[];
};

/** Amounts have four decimals at most: what is just above or below one. */
const STEP = 0.0001;

export function typedFilters(typed: string): TypedFilters {
  const found: TypedFilters = { query: "", amountFrom: "", amountTo: "", currencies: [] };
  const rest = typed.split(/(\s+)/).filter((word) => {
    const [, currency] = /^currency:([a-z]{3})$/i.exec(word) ?? [];
    if (currency) {
      found.currencies.push(currency.toUpperCase());
      return false;
    }
    const [, sign, written, of] = /^amount(>=|<=|>|<|:|=)(-?[\d.,']+)([a-z]{3})?$/i.exec(word) ?? [];
    const amount = written === undefined ? undefined : amountOf(written);
    if (!sign || amount === undefined) return true;
    if (of) found.currencies.push(of.toUpperCase());
    if (sign !== "<" && sign !== "<=") found.amountFrom = plain(sign === ">" ? amount + STEP : amount);
    if (sign !== ">" && sign !== ">=") found.amountTo = plain(sign === "<" ? amount - STEP : amount);
    return false;
  });
  found.query = rest.join("").trim();
  return found;
}

const plain = (amount: number): string => String(Number(amount.toFixed(4)));

/**
 * A number as people write it, with a point or a comma before its decimals: the last of the two, unless several of one
 * sign say that it parts thousands, or three digits after the sign that is not before decimals where the reader is.
 */
export function amountOf(written: string): number | undefined {
  const text = written.replace(/[\s'’]/g, "");
  const last = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  const digits = (some: string) => some.replace(/[.,]/g, "");
  const isGroup =
    last >= 0 &&
    (text.split(text[last]!).length > 2 ||
      (text[last] !== decimalSign() && text.length - last === 4 && !/^-?0?[.,]/.test(text)));
  const number = last < 0 || isGroup ? digits(text) : `${digits(text.slice(0, last))}.${text.slice(last + 1)}`;
  return /\d/.test(number) && Number.isFinite(Number(number)) ? Number(number) : undefined;
}

export type Sum = { currency: string | null; total: number };

/** What rows add up to per currency, without those that are only similar to what was searched. */
export function sumOf(rows: { amount: number | null; currency: string | null; similar?: boolean }[]): Sum[] {
  const sums = new Map<string | null, number>();
  for (const { amount, currency, similar } of rows)
    if (amount !== null && !similar) sums.set(currency, (sums.get(currency) ?? 0) + Number(amount));
  return [...sums]
    .map(([currency, total]) => ({ currency, total: Number(total.toFixed(4)) }))
    .sort((a, b) => ((a.currency ?? "~") < (b.currency ?? "~") ? -1 : 1));
}
