import { recipientCells } from "../local/sender/addressees.ts";
import { COMMON_DOMAINS } from "../local/tables/companies.ts";
import { keyOf, type Line, wordsOf } from "../local/text/text.ts";

/** How many marks of a sender are kept. */
const MOST_MARKS = 12;
/** Lines at the top of the first page among which the letterhead is. */
const HEAD = 8;
const MOST_HEADS = 4;

/** Words before a number of a company or its tax, as they are written; the number follows within a few characters. */
const NUMBER_LABELS = [
  "ust-?\\.?\\s?id(?:-?\\s?nr)?",
  "umsatzsteuer-id",
  "steuer-?(?:nr|nummer)",
  "st\\.?-?nr",
  "mwst(?:-?nr)?",
  "uid",
  "vat",
  "tax\\s(?:id|no|number)",
  "tva",
  "siret",
  "siren",
  "rcs",
  "nif",
  "cif",
  "nit",
  "cnpj",
  "p\\.?\\s?iva",
  "partita\\siva",
  "kvk",
  "btw(?:-?(?:nr|id))?",
  "cvr",
  "org\\.?\\s?nr",
  "nip",
  "regon",
  "krs",
  "dič",
  "ičo?",
  "cui",
  "abn",
  "acn",
  "gst(?:in)?",
  "sst",
  "uen",
  "ein",
  "hrb",
  "hra",
  "(?:company|co\\.?|business)\\s(?:reg(?:istration)?\\.?\\s?)?(?:no|number)",
  "y-tunnus",
  "adószám",
  "vergi\\sno",
  "αφμ",
  "инн",
  "огрн",
  "єдрпоу",
].join("|");
const LABELLED_NUMBER = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${NUMBER_LABELS})(?![\\p{L}\\p{N}])[^\\p{L}\\p{N}]{0,4}(?:(?:no|nr|number|id|reg|intracom\\p{L}{0,10})(?![\\p{L}\\p{N}])[^\\p{L}\\p{N}]{0,4}){0,2}([A-Z]{0,3}\\s?\\d[\\d./ -]{3,20}[A-Z\\d]{0,4})`,
  "giu",
);
/** The Japanese number of a registered issuer. */
const REGISTERED_ISSUER = /(?<![A-Z0-9])T\d{13}(?!\d)/gu;

/** How many characters an account number of a country has, from the IBAN registry. */
const IBAN_LENGTHS: Record<string, number> = {
  AE: 23,
  AT: 20,
  BE: 16,
  BG: 22,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  SA: 24,
  SE: 24,
  SI: 19,
  SK: 24,
  TR: 26,
  UA: 29,
};
const IBAN = /(?<![A-Z0-9])([A-Z]{2})\d{2}[A-Z0-9 ]{10,45}/gu;

const DOMAIN = /(?:@|www\.|https?:\/\/(?:www\.)?)([a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,20}){1,3})/giu;
const PHONE =
  /(?:(?<!\p{L})(?:tel|telefon|telephone|phone|fon|téléphone|teléfono|telefono|fax|mobil|mobile)(?!\p{L})[.:\s]{0,3}|(?=\+))(\+?[\d(][\d ()./-]{6,22}\d)/giu;

/** Words of a line that says something of the recipient. In key form. */
const OF_THE_RECIPIENT =
  /^ (?:your|ihre?|votre|vos|su|customer|client|kunden?|buyer|bill to|recipient|cliente|klant|uw) /u;

/**
 * What identifies the sender of a document in its text, as kind:value, the surest kinds first: numbers of the company or its tax
 * (tax), accounts (iban), domains, telephone numbers (phone) and the lines of the letterhead (head). The recipient's are left out where
 * the text says whose they are. The same rule serves to store a correction and to find it again.
 */
export function senderMarks(lines: Line[]): string[] {
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  const isRecipient = recipientCells(first);
  const marks: Record<"tax" | "iban" | "domain" | "phone", Set<string>> = {
    tax: new Set(),
    iban: new Set(),
    domain: new Set(),
    phone: new Set(),
  };
  for (const line of lines) {
    const row = first.indexOf(line);
    for (const [column, cell] of line.cells.entries()) {
      if ((row >= 0 && isRecipient(row, column)) || OF_THE_RECIPIENT.test(keyOf(cell))) continue;
      for (const number of taxNumbersIn(cell)) marks.tax.add(number);
      for (const account of accountsIn(cell)) marks.iban.add(account);
      for (const domain of domainsIn(cell)) marks.domain.add(domain);
      for (const number of phonesIn(cell)) marks.phone.add(number);
    }
  }
  const found = Object.entries(marks).flatMap(([kind, values]) =>
    [...values].slice(0, 4).map((value) => `${kind}:${value}`),
  );
  const heads = letterheadOf(first, isRecipient).map((head) => `head:${head}`);
  return [...found.slice(0, MOST_MARKS - heads.length), ...heads];
}

/** Whether a line bears a mark that says more than a letterhead does. */
export function bearsMark(line: Line, marks: readonly string[]): boolean {
  const found = [
    ...taxNumbersIn(line.text).map((value) => `tax:${value}`),
    ...accountsIn(line.text).map((value) => `iban:${value}`),
    ...domainsIn(line.text).map((value) => `domain:${value}`),
    ...phonesIn(line.text).map((value) => `phone:${value}`),
  ];
  return found.some((mark) => marks.includes(mark));
}

function taxNumbersIn(text: string): string[] {
  return [
    ...[...text.matchAll(LABELLED_NUMBER)].map((match) => match[1] ?? ""),
    ...[...text.matchAll(REGISTERED_ISSUER)].map((match) => match[0]),
  ]
    .map((number) => number.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase())
    .filter((number) => number.length <= 18 && (number.match(/\d/g) ?? []).length >= 5);
}

function accountsIn(text: string): string[] {
  return [...text.matchAll(IBAN)].flatMap((match) => {
    const length = IBAN_LENGTHS[match[1] ?? ""] ?? 0;
    const account = match[0].replaceAll(" ", "").slice(0, length);
    return length > 0 && account.length === length ? [account] : [];
  });
}

/** The domains without what stands before the company's own: "billing.acme.co.uk" is "acme.co.uk". */
function domainsIn(text: string): string[] {
  return [...text.matchAll(DOMAIN)].flatMap((match) => {
    const parts = (match[1] ?? "").toLowerCase().split(".");
    const own = parts.slice((parts.at(-1) ?? "").length === 2 && (parts.at(-2) ?? "").length <= 3 ? -3 : -2);
    return COMMON_DOMAINS.includes((own[0] ?? "").replaceAll("-", "")) ? [] : [own.join(".")];
  });
}

/** The last eight digits: what stands before them is written in many ways. */
function phonesIn(text: string): string[] {
  return [...text.matchAll(PHONE)].flatMap((match) => {
    const digits = (match[1] ?? "").replace(/\D/g, "");
    return digits.length >= 8 && digits.length <= 16 ? [digits.slice(-8)] : [];
  });
}

/** The first lines that can be of a letterhead: a few words without a number that are not the recipient's. */
function letterheadOf(first: Line[], isRecipient: (row: number, cell: number) => boolean): string[] {
  const heads = new Set<string>();
  for (const [row, line] of first.slice(0, HEAD).entries()) {
    const text = line.cells[0] ?? "";
    const words = wordsOf(keyOf(text));
    if (isRecipient(row, 0) || /[\d:@]/.test(line.text) || words.join("").length < 5 || words.length > 8) continue;
    heads.add(words.join(" ").slice(0, 60));
  }
  return [...heads].slice(0, MOST_HEADS);
}
