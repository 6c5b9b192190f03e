import { CURRENCIES } from "./tables/amounts.ts";
import type { Line } from "./text.ts";

/** An amount as it is written in a line; `start` and `end` are offsets in its text. */
export type Money = { amount: number; currency: string | null; start: number; end: number };

const SIGN = Object.keys(CURRENCIES)
  .sort((a, b) => b.length - a.length)
  .map((sign) => sign.replace(/[.$]/g, "\\$&"))
  .join("|");
// 1,234.50  1.234,50  1'234.50  1 234,50  1234.5  .50, and 1,234 or 1939 beside a currency.
const NUMBER =
  "\\d{1,3}(?:[.,'’]\\d{3}){1,5}(?:[.,]\\d{2})?|\\d{1,3}(?: \\d{3}){1,5},\\d{2}|\\d{1,9}[.,]\\d{1,2}|[.,]\\d{2}|\\d{1,9}";
const MONEY = new RegExp(
  `([-−]\\s?)?(?<![\\p{L}])(${SIGN})?\\s?([-−])?(?<![\\d.,:/])(${NUMBER})(?![.,:/-]?\\d|\\s?%)(?:\\s?(${SIGN})(?!\\p{L}))?`,
  "giu",
);

/** The amounts written in a line: numbers with two decimals, or with a currency beside them. */
export function moneyIn(text: string): Money[] {
  const found: Money[] = [];
  for (const match of text.matchAll(MONEY)) {
    const [whole, minus, before, innerMinus, number = "", after] = match;
    const sign = before ?? after;
    if (!sign && !/[.,]\d{2}$/.test(number)) continue;
    const amount = parseNumber(number);
    const currency = sign ? (CURRENCIES[sign.toUpperCase()] ?? null) : null;
    found.push({
      amount: minus || innerMinus ? -amount : amount,
      currency,
      start: match.index,
      end: match.index + whole.length,
    });
  }
  return found;
}

/**
 * A line that ends in an amount which OCR has torn or misread, mended: "TOTAL £ 45 .3O" becomes "TOTAL £ 45.30". Only
 * for lines whose label says that an amount follows; any other line is returned as it is.
 */
export function mendedAmount(text: string): string {
  // "KM7.70": what was a currency keeps the number from being seen.
  const parted = text.replace(/(?<=(?:^|[^\p{L}])\p{L}{1,3})(?=\d{1,6}[.,]\d{2}$)/u, " ");
  const torn = /(?<![\dOolISBZ.,:])([\dOolISBZ]{1,6})(?:\s?([.,])\s?|(:))([\dOolISBZ]{2})(?=[^\p{L}\d]*$)/u.exec(
    parted,
  );
  if (torn && (torn[0].match(/\d/g) ?? []).length >= 2) {
    const [, units = "", point = ".", , cents = ""] = torn;
    return (
      parted.slice(0, torn.index) +
      asDigits(units) +
      point +
      asDigits(cents) +
      parted.slice(torn.index + torn[0].length)
    );
  }
  // "TOTAL 9 00": nothing else in the line is a number.
  return parted.replace(/^(\D*\s)(\d{1,4})\s(\d{2})$/u, "$1$2.$3");
}

function asDigits(text: string): string {
  return text.replace(/[Oo]/g, "0").replace(/[lI]/g, "1").replace(/S/g, "5").replace(/B/g, "8").replace(/Z/g, "2");
}

/** A written number: the last point or comma with one or two digits behind it is the decimal one. */
function parseNumber(text: string): number {
  const decimal = /[.,](\d{1,2})$/.exec(text);
  const units = (decimal ? text.slice(0, decimal.index) : text).replace(/\D/g, "");
  return Number(`${units || "0"}.${decimal?.[1] ?? "0"}`);
}

/** The currency that the text names most often; null where it names none. */
export function mainCurrency(lines: Line[]): string | null {
  const counts = new Map<string, number>();
  for (const line of lines) {
    for (const match of line.text.matchAll(CURRENCY_WORD)) {
      const currency = CURRENCIES[(match[1] ?? "").toUpperCase()];
      if (currency) counts.set(currency, (counts.get(currency) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** A code stands by itself; a sign counts beside a number alone, since pictures hold stray ones. */
const CURRENCY_WORD = new RegExp(`(?<!\\p{L})(${SIGN})(?!\\p{L})(?:(?<=\\p{L})|(?<=\\d\\s?.)|(?=\\s?[-−]?\\d))`, "giu");
