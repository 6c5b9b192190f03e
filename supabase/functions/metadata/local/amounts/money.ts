import { CURRENCIES, SPACED, THREE_DECIMALS } from "../tables/amounts.ts";
import { holds, type Line, plainDigits } from "../text/text.ts";

/** `currency` is an ISO 4217 code, null where the text names none. */
export type Amount = { amount: number; currency: string | null };

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
/** As people write sums by hand: £740-00, £1,087-20. */
const DASHED = "\\d{1,3}(?:[.,]?\\d{3}){0,2}-\\d{2}(?![\\d.,:/-])";
// 1,23,456.00  1,234.50  1.234,50  1'234.50  1 234,50  1234.5  .50, and 1,234 or 1939 or 12 345 beside a currency.
const NUMBER = [
  DASHED,
  "\\d{1,2}(?:,\\d{2}){1,4},\\d{3}(?:\\.\\d{1,2})?",
  "\\d{1,3}(?:[.,'’]\\d{3}){1,5}(?:[.,]\\d{2})?",
  "\\d{1,3}(?: \\d{3}){1,5},\\d{2}",
  `\\d{1,3}(?: \\d{3}){1,5}(?=\\s?(?:${SIGN}))`,
  `(?<=(?:${pattern([...SPACED])})\\s)\\d{1,3}(?: \\d{3}){1,5}`,
  "\\d{1,9}[.,]\\d{1,2}",
  "[.,]\\d{2}",
  "\\d{1,9}",
].join("|");
/** A minus behind an amount, as books of account have it: "41,42-". A range has a number behind it: "10,00- 20,00". */
const BEHIND = `[-−](?=\\s*$|\\s\\s|\\s?(?:${SIGN})(?!\\p{L}))`;
const MONEY = new RegExp(
  `([-−]\\s?)?(?:((?<!\\p{L})(?:${WORDS})|${MARKS})|${NO_LETTER})\\s?([-−])?(?<![\\d.,:/])(${NUMBER})(?![.,:/-]?\\d|\\s?%)(${BEHIND})?(?:\\s?(${MARKS}|(?:${WORDS})(?!\\p{L}))(${BEHIND})?)?`,
  "giu",
);

/** The amounts written in a line: numbers with two decimals, or with a currency beside them. */
export function moneyIn(line: string): Money[] {
  const text = plainDigits(line);
  const found: Money[] = [];
  for (const match of text.matchAll(MONEY)) {
    const [whole, minus, before, innerMinus, number = "", lastMinus, after, outerMinus] = match;
    const sign = [before, after].find((one) => one !== undefined && isSign(one, number));
    if (!sign && !/[.,]\d{2}$/.test(number)) continue;
    if (number.includes("-") && (!before || isRange(number))) continue;
    const currency = sign ? (CURRENCIES[sign.toUpperCase()] ?? null) : null;
    const amount = parseNumber(number, currency);
    found.push({
      amount: minus || innerMinus || lastMinus || outerMinus ? -amount : amount,
      currency,
      start: match.index,
      end: match.index + whole.length,
    });
  }
  return found;
}

/** "£20-30" is a range: its second number is the higher one. */
function isRange(number: string): boolean {
  const [units = "", cents = ""] = number.split("-");
  return Number(cents) > Number(units.replace(/\D/g, ""));
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
  const decimal = (three ? /\.(\d{3})$/ : /[.,-](\d{1,2})$/).exec(text);
  const units = (decimal ? text.slice(0, decimal.index) : text).replace(/\D/g, "");
  return Number(`${units || "0"}.${decimal?.[1] ?? "0"}`);
}

/** The currency that the text names most often beside an amount, or in a heading of amounts; null where it names none. */
export function mainCurrency(lines: Line[]): string | null {
  const counts = new Map<string, number>();
  for (const line of lines) {
    // "Montants exprimés en Euros"
    for (const match of plainDigits(line.text)
      .replace(/(?<=\beuro)s\b/giu, " ")
      .matchAll(CURRENCY_WORD)) {
      const sign = match[1] ?? "";
      const currency = CURRENCIES[sign.toUpperCase()];
      const beside = /\d\s?$/.test(line.text.slice(Math.max(0, match.index - 2), match.index));
      const before = /^\s?[-−]?[\d.,]*\d/.test(line.text.slice(match.index + sign.length).slice(0, 12));
      if (!currency || !isSign(sign, "000") || (!beside && !before && !holds(line.key, OF_AMOUNTS))) continue;
      counts.set(currency, (counts.get(currency) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** Words of lines that say which currency the amounts below are of. In key form. */
const OF_AMOUNTS: readonly string[] = [
  "currency",
  "amount",
  "amounts",
  "amt",
  "price",
  "prices",
  "total",
  "sum",
  "due",
  "paid",
  "balance",
  "saldo",
  "solde",
  "kontostand",
  "subtotal",
  "payable",
  "cash",
  "change",
  "value",
  "in",
  "wahrung",
  "rechnungswahrung",
  "betrag",
  "betrage",
  "preis",
  "preise",
  "*preis",
  "summe",
  "*betrag",
  "*summe",
  "gesamt",
  "devise",
  "monnaie",
  "montant",
  "montants",
  "prix",
  "moneda",
  "importe",
  "importes",
  "precio",
  "valuta",
  "moeda",
  "valor",
  "importo",
  "importi",
  "prezzo",
  "totale",
  "bedrag",
  "bedragen",
  "prijs",
  "totaal",
  "jumlah",
  "harga",
  "amaun",
  "mata wang",
  "waluta",
  "kwota",
  "cena",
  "mena",
  "castka",
  "belopp",
  "belob",
  "belop",
  "osszeg",
  "tutar",
  "summa",
];

/** A code stands by itself; a sign counts beside a number alone, since pictures hold stray ones. */
const CURRENCY_WORD = new RegExp(`(?<!\\p{L})(${SIGN})(?!\\p{L})(?:(?<=\\p{L})|(?<=\\d\\s?.)|(?=\\s?[-−]?\\d))`, "giu");

/**
 * The currency that a sign of several countries stands for: `$`, `¥` and `kr` belong to the country or the language of the
 * paper, where no code names another. Null where a Spanish `$` may be any of a dozen.
 */
export function currencyOf(currency: string | null, lines: Line[], language: string | null): string | null {
  const open = currency === null ? undefined : OPEN[currency];
  if (!open || lines.some(({ text }) => open.named.test(text))) return currency;
  const named = open.others.filter(({ shown }) => lines.some(({ text }) => shown.test(text)));
  if (named.length === 1) return named[0]!.code;
  if (named.length > 1) return currency;
  const spoken = open.others.find(({ languages }) => language !== null && languages?.includes(language));
  return spoken?.code ?? (currency === "USD" && language === "es" ? null : currency);
}

type Country = { code: string; shown: RegExp; languages?: readonly string[] };

/** Currencies whose sign others have too: what shows that it is the usual one, and what shows another. */
const OPEN: Record<string, { named: RegExp; others: readonly Country[] }> = {
  USD: {
    named: /USD|US\$|U\.S\. dollar|\b[A-Z]{2} \d{5}(?:-\d{4})?\b|\bUSA\b|United States/u,
    others: [
      { code: "CAD", shown: /\bCanada\b|\bHST\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b/u },
      { code: "AUD", shown: /\bABN\b|\bAustralia\b|\b(?:NSW|VIC|QLD|TAS) \d{4}\b/u },
      { code: "NZD", shown: /\bNew Zealand\b|\bNZBN\b/u },
      { code: "SGD", shown: /\bSingapore\b|\bPte\.? Ltd\b/iu },
      { code: "HKD", shown: /\bHong Kong\b|香港/iu },
      { code: "TWD", shown: /\bTaiwan\b|台灣|臺灣|台北/u },
      { code: "MXN", shown: /\bM[eé]xico\b|\bCFDI\b/u },
      { code: "CLP", shown: /\bChile\b/u },
      { code: "ARS", shown: /\bArgentina\b|\bCUIT\b/u },
      { code: "COP", shown: /\bColombia\b/u },
    ],
  },
  JPY: {
    named: /JPY|円|日本|[ぁ-ヿ]/u,
    others: [
      // ₹ is misread as ¥.
      { code: "INR", shown: /GSTIN|\bIndia\b|\bRupees?\b|\bINR\b/u },
      { code: "CNY", shown: /CNY|RMB|元|人民币|人民幣|税额|开票/u, languages: ["zh"] },
    ],
  },
  SEK: {
    named: /SEK/u,
    others: [
      { code: "DKK", shown: /DKK|\bDanmark\b|\bCVR\b/u, languages: ["da"] },
      { code: "NOK", shown: /NOK|\bNorge\b|\bNorway\b/u, languages: ["no"] },
      { code: "ISK", shown: /ISK|\bÍsland\b/u },
    ],
  },
};

/** Each currency with the signs that show it, in upper case; those of several countries stand with each. */
export function currencySigns(): { code: string; sign: string }[] {
  const shared = /^(?:\$|¥|￥|KR\.?)$/;
  return Object.entries(CURRENCIES).flatMap(([sign, code]) => [
    { code, sign },
    ...(shared.test(sign) ? (OPEN[code]?.others ?? []).map((other) => ({ code: other.code, sign })) : []),
  ]);
}
