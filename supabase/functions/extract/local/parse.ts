import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { mendedAmount, moneyIn } from "../../metadata/local/amounts/money.ts";
import { foldSpace, keyOf, plainDigits, wordsOf } from "../../metadata/local/text/text.ts";
import { isoOf, writtenDates } from "../../metadata/local/dates/written-dates.ts";
import { type Marks, markBehind } from "./flows.ts";
import { OF_ANOTHER_NUMBER } from "./other-labels.ts";
import type { Value } from "../../_shared/extraction/values.ts";

/** A value that a text may mean, and where it stands in it. `sure` is false where it can be read in two ways. */
export type Parsed = { value: Value; start: number; end: number; sure: boolean };

/** How numbers and dates of a document are to be read. */
export type Reading = {
  dayFirst: boolean | null;
  currency: string | null;
  /** What stands behind amounts that went out, and that came in. */
  marks?: Marks | null;
};

/** The values of a field's kind in a text, in order. Empty where there is none. */
export function parseValues(field: ScalarField, text: string, reading: Reading): Parsed[] {
  switch (kindOf(field)) {
    case "money":
      return moneyValues(text, reading);
    case "number":
      return numbersIn(text);
    case "integer":
      return numbersIn(text).filter(({ value }) => Number.isInteger(value));
    case "date":
      return writtenDates(text, reading.dayFirst).map((date) => ({
        value: isoOf(date),
        start: date.start,
        end: date.end,
        sure: !date.ambiguous || reading.dayFirst !== null,
      }));
    case "code":
      return codeIn(text);
    case "boolean":
      return booleanIn(text);
    case "enum":
      return "enum" in field ? enumIn(text, field.enum) : [];
    case "string":
      return stringIn(text);
  }
}

function moneyValues(text: string, { currency, marks }: Reading): Parsed[] {
  const plain = moneyIn(text);
  if (plain.length > 0)
    return plain.map((money) => {
      const mark = marks ? markBehind(text, money.end, marks) : { sign: 0 as const, end: money.end };
      return {
        value: {
          amount: mark.sign === 0 ? money.amount : mark.sign * Math.abs(money.amount),
          currency: money.currency ?? currency,
        },
        start: money.start,
        end: mark.end,
        sure: true,
      };
    });
  return moneyIn(mendedAmount(text)).map((money) => ({
    value: { amount: money.amount, currency: money.currency ?? currency },
    start: 0,
    end: text.length,
    sure: false,
  }));
}

/** A number that stands by itself: 2, 2.5, 2,5 and 1,234.50. "1.000" may be one or a thousand, so both are given. */
function numbersIn(text: string): Parsed[] {
  const found: Parsed[] = [];
  for (const match of plainDigits(text).matchAll(
    /(?<![\p{L}\d.,/-])-?\d{1,9}(?:[.,']\d{1,4}){0,3}(?![\d/]|[.,]\d)/gu,
  )) {
    const [written] = match;
    const place = { start: match.index, end: match.index + written.length };
    const digits = /[.,](\d+)$/.exec(written);
    const marks = written.replace(/[-\d]/g, "");
    const whole = Number(written.replace(/[.,']/g, ""));
    if (!digits) found.push({ value: whole, ...place, sure: true });
    else if (digits[1]!.length === 3 && marks.length === 1) {
      found.push({ value: Number(written.replace(",", ".")), ...place, sure: false });
      found.push({ value: whole, ...place, sure: false });
    } else if (digits[1]!.length === 3) found.push({ value: whole, ...place, sure: true });
    else {
      const units = written.slice(0, -digits[0].length).replace(/[.,']/g, "");
      found.push({ value: Number(`${units}.${digits[1]}`), ...place, sure: true });
    }
  }
  return found;
}

/** The number of a paper: its first word with a digit, and the groups of an IBAN. */
function codeIn(text: string): Parsed[] {
  const match =
    /^[\s:#№º°.-]*(?:\([^()]{1,30}\)[\s:.-]*)?(?:(?:no|nr|n[uú]m|n[º°]|n|nummer|number|num[eé]ro|número|r[eé]f)(?![\p{L}\d])[\s:#º°.-]*)?([\p{L}\d][\p{L}\d./_-]*)/iu.exec(
      text,
    );
  if (!match) return [];
  const start = match[0].length - match[1]!.length;
  let code = match[1]!;
  const groups =
    /^[A-Z]{2}\d{2}$/.test(code) || /^\d{2,4}$/.test(code) ? /^(?:\s[A-Z\d]{2,4}(?![\p{L}\d./:,-])){1,8}/u : null;
  const more = groups?.exec(text.slice(start + code.length));
  if (more && (/^[A-Z]{2}\d{2}$/.test(code) || more[0].trim().length >= 6)) code += more[0];
  // "Policy number: HV 77-4401": letters of a series before the number, behind a colon or in a cell of its own.
  if (/^[A-Z]{1,3}$/.test(code) && (/[:#№º°]/u.test(match[0]) || start === 0))
    code += /^\s\d[\d./-]{3,20}$/u.exec(text.slice(start + code.length).trimEnd())?.[0] ?? "";
  // "Fatura nº FT 2024/318": a series with its year.
  else if (/^[A-Z]{1,3}$/.test(code))
    code += /^\s(?:19|20)\d{2}\/\d{1,9}(?![\d/])/u.exec(text.slice(start + code.length))?.[0] ?? "";
  code = code.replace(/[.,:-]$/u, "");
  return /\d/.test(code) && code.length >= 2 && code.length <= 60
    ? [{ value: code, start, end: start + code.length, sure: true }]
    : [];
}

/** The number behind what a paper calls itself in several words: "Facture de situation n° 12", and not "Facture du contrat n° 12". */
export function titledNumber(text: string): Parsed[] {
  const title = /^\s((?:[\p{L}'’]{1,24}\s){1,3})(?=(?:nr|no|n°|nº|n\.\s?º|n\.|n[uú]m|#)[\s.:°º]{0,3}[\p{L}\d])/iu.exec(
    text,
  );
  if (!title || wordsOf(keyOf(title[1]!)).some((word) => OF_ANOTHER_NUMBER.includes(word))) return [];
  const from = title[0].length;
  return codeIn(text.slice(from)).map((one) => ({ ...one, start: one.start + from, end: one.end + from }));
}

const YES = ["yes", "ja", "oui", "si", "sim", "ya", "true", "x", "tak", "ano", "kylla", "igen", "evet"];
const NO = ["no", "nein", "non", "nao", "nee", "tidak", "false", "nie", "ne", "ei", "nem", "hayir"];

const CHECKED = /[☒☑✓✔]|\[[xX]\]/u;
const UNCHECKED = /[☐□]|\[ ?\]/u;

/** What the box right before a label says; null where there is none. */
export function boxBefore(text: string): { value: boolean; start: number } | null {
  const box = /(?:\[[xX ]?\]|[☒☑✓✔☐□])\s?$/u.exec(text);
  return box && { value: CHECKED.test(box[0]), start: box.index };
}

/** Yes and no in words, or a box with a mark. */
function booleanIn(text: string): Parsed[] {
  const mark = CHECKED.exec(text);
  const empty = UNCHECKED.exec(text);
  if (mark && !empty) return [{ value: true, start: mark.index, end: mark.index + mark[0].length, sure: true }];
  if (empty && !mark) return [{ value: false, start: empty.index, end: empty.index + empty[0].length, sure: true }];
  const [word = ""] = keyOf(text).trim().split(" ");
  if (![...YES, ...NO].includes(word)) return [];
  const start = text.search(/[\p{L}\p{N}]/u);
  return [{ value: YES.includes(word), start, end: start + word.length, sure: true }];
}

/** Whether a text is nothing but a yes, a no, or a box. A single letter may be anything. */
export const isYesOrNo = (text: string): boolean =>
  /^(?:\[[xX ]?\]|[☒☑✓✔☐□])$/u.test(text) ||
  (text.length > 1 && [...YES, ...NO].some((word) => keyOf(text).trim() === word));

function enumIn(text: string, values: readonly string[]): Parsed[] {
  const key = keyOf(text);
  const named = values.filter((value) => key.includes(keyOf(value)));
  const longest = named.filter((one) => !named.some((other) => other !== one && keyOf(other).includes(keyOf(one))));
  return longest.length === 1 ? [{ value: longest[0]!, start: 0, end: text.length, sure: true }] : [];
}

function stringIn(text: string): Parsed[] {
  const start = text.search(/[\p{L}\p{N}]/u);
  if (start < 0) return [];
  const value = foldSpace(text.slice(start))
    .replace(/[\s:;,|]{1,9}$/u, "")
    .slice(0, 300);
  return value === "" ? [] : [{ value, start, end: start + value.length, sure: true }];
}
