import { CURRENCIES, SPACED, THREE_DECIMALS } from "./tables/amounts.ts";
import { type Line, plainDigits } from "./text.ts";

/** An amount as it is written in a line; `start` and `end` are offsets in its text. */
export type Money = { amount: number; currency: string | null; start: number; end: number };

/** Signs, the longest first, as a pattern. */
const pattern = (signs: string[]): string =>
  signs
    .sort((a, b) => b.length - a.length)
    .map((sign) => sign.replace(/[.$]/g, "\\$&"))
    .join("|");
const SIGN = pattern(Object.keys(CURRENCIES));
/** A sign that is no word, or is written without a blank before the next one, needs no end of a word beside it: 合計¥1,200円です. */
const isMark = (sign: string): boolean => !/\p{L}/u.test(sign) || /[円元원币幣]/u.test(sign);
const MARKS = pattern(Object.keys(CURRENCIES).filter(isMark));
const WORDS = pattern(Object.keys(CURRENCIES).filter((sign) => !isMark(sign)));
const NO_LETTER = "(?<![\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{Script=Arabic}\\p{Script=Hebrew}])";
// 1,23,456.00  1,234.50  1.234,50  1'234.50  1 234,50  1234.5  .50, and 1,234 or 1939 or 12 345 beside a currency.
const NUMBER = [
  "\\d{1,2}(?:,\\d{2}){1,4},\\d{3}(?:\\.\\d{1,2})?",
  "\\d{1,3}(?:[.,'’]\\d{3}){1,5}(?:[.,]\\d{2})?",
  "\\d{1,3}(?: \\d{3}){1,5},\\d{2}",
  `\\d{1,3}(?: \\d{3}){1,5}(?=\\s?(?:${SIGN}))`,
  `(?<=(?:${pattern([...SPACED])})\\s)\\d{1,3}(?: \\d{3}){1,5}`,
  "\\d{1,9}[.,]\\d{1,2}",
  "[.,]\\d{2}",
  "\\d{1,9}",
].join("|");
const MONEY = new RegExp(
  `([-−]\\s?)?(?:((?<!\\p{L})(?:${WORDS})|${MARKS})|${NO_LETTER})\\s?([-−])?(?<![\\d.,:/])(${NUMBER})(?![.,:/-]?\\d|\\s?%)(?:\\s?(${MARKS}|(?:${WORDS})(?!\\p{L})))?`,
  "giu",
);

/** The amounts written in a line: numbers with two decimals, or with a currency beside them. */
export function moneyIn(line: string): Money[] {
  const text = plainDigits(line);
  const found: Money[] = [];
  for (const match of text.matchAll(MONEY)) {
    const [whole, minus, before, innerMinus, number = "", after] = match;
    const sign = [before, after].find((one) => one !== undefined && isSign(one, number));
    if (!sign && !/[.,]\d{2}$/.test(number)) continue;
    const currency = sign ? (CURRENCIES[sign.toUpperCase()] ?? null) : null;
    const amount = parseNumber(number, currency);
    found.push({
      amount: minus || innerMinus ? -amount : amount,
      currency,
      start: match.index,
      end: match.index + whole.length,
    });
  }
  return found;
}

/** Whether what stands beside a number is a currency: "try 30 days" and "8 ft" are words. */
function isSign(sign: string, number: string): boolean {
  if (/^(?:try|ron|mad|nis|all)$/i.test(sign)) return sign === sign.toUpperCase();
  if (/^ft$/i.test(sign)) return sign === "Ft" && number.replace(/\D/g, "").length >= 3;
  return true;
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
function parseNumber(text: string, currency: string | null): number {
  const three = currency !== null && THREE_DECIMALS.includes(currency) && /^\d{1,3}(?:,\d{3})*\.\d{3}$/.test(text);
  const decimal = (three ? /\.(\d{3})$/ : /[.,](\d{1,2})$/).exec(text);
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
