import { type Kind, kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { moneyIn } from "../../metadata/local/amounts/money.ts";
import { CURRENCIES } from "../../metadata/local/tables/amounts.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { writtenDates } from "../../metadata/local/dates/written-dates.ts";
import { labelsOf } from "./labels.ts";

/** Letters of other words that may stand between a label and its value: "Due on", "Total in EUR"; more say something else. */
const MOST_LETTERS: Partial<Record<Kind, number>> = { money: 6, number: 6, integer: 6, date: 24 };
const SMALL = new Set(
  "in a at of on from by to auf von vom am bis zum der die das den im aus sur de du le la les au des del el en al di il su da op van het per zzgl incl inkl inc plus".split(
    " ",
  ),
);
/** A day until which less is paid is none until which all is due. */
const OF_A_DISCOUNT = / (?:skonto|discount|escompte|sconto|descuento|korting) /u;

/** Whether what stands behind a day says that less is paid until then: "15.06.2024 mit 2 % Skonto, …". */
export const isOfADiscount = (behind: string): boolean =>
  OF_A_DISCOUNT.test(keyOf(behind.slice(0, 40).split(/[,;]/u, 1)[0]!));

/** What makes a sum one of something else, behind the label of a sum: "Total saved", "Gegeben Karte". */
const OF_ANOTHER_SUM =
  / (?:saved|savings?|points|punkte|items|card|karte|carte|tarjeta|carta|kaart|kad|pin|visa|amex|girocard|bancomat|maestro|mastercard) /u;
/** A label of a day that goes on is that of something else: "end date of the trial is …". What a paper calls itself is not. */
const OF_SOMETHING =
  /^ (?:of|for|fur|der|des|du|de|del|della|di|da|van|voor|pour|para|per) (?:(?:the|this|our|your|la|le|les|l|el|il|lo|los|las|het|de|den|dem|der|dieses|diese|ce|cette|este|esta|questo|dit|deze) )?(\p{L}{3,30}) /u;
const ITSELF =
  /^(?:issue|issued|emission|expedicion|emisao|emissione|invoice|rechnung|facture|factura|fattura|factuur|faktura|fatura|gutschrift|avoir|credit|quittung|quittance|payment|paiement|pago|pagamento|betaling|zahlung|document|dokument\w{0,2}|documento|contract|contrat|contrato|contratto|vertrag\w{0,2}|agreement|lease|bail|tenancy|policy|police|poliza|polizza|polis|insurance|assurance|seguro|assicurazione|versicherung|statement|releve|extracto|estratto)$/u;

/** Whether a value may belong to the label before it, as far as the words between them say. */
export function standsBy(kind: Kind, between: string): boolean {
  const most = MOST_LETTERS[kind];
  if (most === undefined) return true;
  const key = keyOf(between);
  if (kind === "date" && (OF_A_DISCOUNT.test(key) || !ITSELF.test(OF_SOMETHING.exec(key)?.[1] ?? "issue")))
    return false;
  if (kind === "money" && OF_ANOTHER_SUM.test(key)) return false;
  const words = keyOf(between.replace(/\([^()]{0,40}\)/gu, " "))
    .split(" ")
    .filter((word) => !SMALL.has(word) && !(word.toUpperCase() in CURRENCIES));
  return words.join("").replace(/\P{L}/gu, "").length <= most;
}

/** The words that lead from a rate of tax to the sum that it is of: "7 % MwSt. von 120,00". */
const OF_A_SUM = /(?:^|[\s(])(?:von|auf|aus|of|on|over|sur|de|su|di|sobre|op|van|od|z)\s?$/iu;
const CURRENCY_BEFORE = /\s?(?:\p{Sc}|\p{Lu}{3})\s?$/u;

/** Whether an amount behind a label with a rate is what the rate is of. `before`: the words of its cell before it. */
export const isBase = (before: string): boolean =>
  before.includes("%") && OF_A_SUM.test(before.replace(CURRENCY_BEFORE, " "));

/** Whether a colon stands right behind a label, or behind what it has in brackets. */
export const hasColon = (behind: string): boolean => /^\s{0,3}(?:\([^()]{0,40}\)\s?)?[:：=]/u.test(behind);

/**
 * Whether a text may be what a label in its own line says, as far as there is no colon between them: "Mercia Bank plc" and "Bank of the North" do not
 * say what a bank is called, nor "Name of the insured …" a name. `alone`: no other words stand before the label.
 */
export function isSaid(field: ScalarField, behind: string, alone: boolean): boolean {
  if (hasColon(behind)) return true;
  const [word = ""] = behind.trim().split(/\s/u, 1);
  return alone && !("rule" in field && field.rule) && !SMALL.has(word);
}

/** Codes that no other code is taken for, and words by whose labels a field asks for them. */
const SPECIAL: readonly { form: RegExp; asked: RegExp }[] = [
  {
    form: /^[A-Z]{2}\d{2}[A-Z\d]{11,30}$/,
    asked: / (?:iban|(?:bank)?account|(?:bank)?konto\w*|compte|cuenta|conto|rekening\w*|akaun) /u,
  },
  {
    form: /^(?:(?:BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|PL|PT|RO|SE|SI|SK)[A-Z\d]?\d{7,11}[A-Z]?|ATU\d{8}|NL\d{9}B\d\d)$/,
    asked:
      / (?:vat|ust|uid|tva|iva|btw|moms|nif|cif|tax|steuer\w*) (?:id|no|nr|num\w*|identi\w*|intra\w*|reg\w*|n) | (?:ustid\w*|vatin|partita iva|p iva|nif|cif|uid) /u,
  },
];

/** Whether a code at a place of a text can be the number of something: no day, no amount, and no account's or tax number that was not asked for. */
export function isCode(path: string, field: ScalarField, text: string, start: number, end: number): boolean {
  const code = text.slice(start, end);
  if ([true, false].some((dayFirst) => writtenDates(text, dayFirst).some((day) => day.start < end && day.end > start)))
    return false;
  if (/^\d{1,3}(?:[.,']\d{3}){0,4}[.,]\d{2}$/.test(code) && moneyIn(code).length > 0) return false;
  if (/^[\s]?[%€$£]/u.test(text.slice(end))) return false;
  const own = labelsOf(path, field).map(keyOf).join("");
  return !SPECIAL.some(({ form, asked }) => form.test(code.replaceAll(" ", "")) && !asked.test(own));
}

/** Words that lead from a paper's number to its day. */
const DATED = new Set("vom am of from dated date datum du le en date del de fecha di data van d".split(" "));

/** Whether a code behind a longer word than its label is a number: it is said to be, or has letters. "Mietrechnung 07/2024" has none. */
export const isNumbered = (before: string, code: string): boolean =>
  /(?<!\p{L})(?:nr|no|nummer|number|num)(?!\p{L})|[:#№]/iu.test(before) ||
  /^(?=.{5,})(?=.{0,59}\p{L}).{0,59}\d/u.test(code);

/** Whether a short number is the first of more words: of a street, of a term of payment. */
export function goesOn(text: string, start: number, end: number): boolean {
  const [word = ""] = keyOf(text.slice(end)).trim().split(" ");
  return /^\d{1,4}$/.test(text.slice(start, end)) && /\p{L}/u.test(word) && !DATED.has(word);
}

/** Whether a cell is a label of something else or a text, and no value with its sign or its unit. */
export const isWords = (text: string): boolean => text.replace(/\P{L}/gu, "").length > 4;

/** Whether a value fills its cell, as one that stands apart from its label has to where it is a code; a day may stand behind it. */
export const fillsCell = (field: ScalarField, text: string, end: number): boolean => {
  if (kindOf(field) !== "code") return true;
  const rest = text.slice(end);
  return !/[\p{L}\d]/u.test(rest) || writtenDates(rest, true).length > 0;
};
