import { CONFIDENCE } from "../confidence.ts";
import { currencyOf, mainCurrency, mendedAmount, moneyIn } from "./money.ts";
import {
  ADVANCES,
  CARD_LABELS,
  CASH_LABELS,
  CHANGE_LABELS,
  CHARGE_LABELS,
  CREDIT_BALANCES,
  CURRENCIES,
  NOT_THE_TOTAL,
  OTHER_SUM_LABELS,
  TAX_SUMMARY,
  TOTAL_LABELS,
} from "../tables/amounts.ts";
import { FARE_LABELS } from "../tables/tickets.ts";
import { holds, inScriptOf, keyOf, RUNS_ON, type Finding, type Line } from "../text/text.ts";

/** `currency` is an ISO 4217 code, null where the text names none. */
export type Amount = { amount: number; currency: string | null };

/** A label with the amount that belongs to it, and the line where the amount stands. `sure`: on the same line, or in columns of equal length. */
type Sum = {
  label: Line;
  value: number;
  currency: string | null;
  line: Written;
  afterTaxSummary: boolean;
  sure: boolean;
};

type Scored = { sum: Sum; score: number };

/** An amount that was paid, and where it stands. */
type Paid = Pick<Sum, "value" | "currency" | "line">;

/** The total of a bill, with the line it stands in; null where no amount is labelled as one. */
export function findTotal(allLines: Line[], language: string | null = null): Finding<Amount> | null {
  const lines = allLines
    .filter((line) => /[\p{L}\d]/u.test(line.text))
    .flatMap(boxesOf)
    .map(mended);
  if (comesBack(lines)) return null;
  const sums = inOneCurrency(labelledSums(lines));
  const paid = paidAmount(sums);
  const occurrences = new Map<number, number>();
  for (const line of lines)
    for (const { amount } of moneyIn(line.text)) occurrences.set(amount, (occurrences.get(amount) ?? 0) + 1);

  // A total that is named but cannot be read is not the subtotal above it.
  const unread =
    sums.every((sum) => rankOf(sum.label.key) < 7) && lines.some((line) => isOpenLabel(line) && rankOf(line.key) >= 7);
  const rests = restsOfTotals(sums, lines);
  let best: Scored | null = null;
  const scored: Scored[] = [];
  for (const sum of sums) {
    const rank = rankOf(sum.label.key);
    if (rank === 0) continue;
    if (rank === SUBTOTAL && (isChargedMore(sum, lines) || unread)) continue;
    const score =
      rank +
      Math.min(1, 0.25 * ((occurrences.get(sum.value) ?? 1) - 1)) +
      (sum.value === paid ? 2 : 0) -
      (sum.afterTaxSummary ? 4 : 0) -
      (sum.value === 0 ? 5 : 0) -
      (isRoundedWrongly(sum, sums) ? 5 : 0) -
      (rests.has(sum) ? 4 : 0);
    scored.push({ sum, score });
    if (!best || score >= best.score) best = { sum, score };
  }
  if (best && isContested(best, scored)) return null;
  const certain = best && best.score >= 4 ? best.sum : null;
  if (best && certain && best.score < CALLED && isExceeded(certain, lines)) return null;
  const charged = sums
    .filter((sum) => rankOf(sum.label.key) === SUBTOTAL && isChargedMore(sum, lines))
    .map(({ value }) => value);
  const repeated = repeatedSum(lines, charged);
  const settled = settledSums(lines);
  // Where labels and amounts stand in columns they may be paired wrongly: then the amounts themselves tell.
  const sure = certain !== null && (certain.sure || settled.some(({ value }) => value === certain.value));
  const least = repeated?.value ?? 0;
  const total = sure
    ? certain
    : (settled.find(({ value }) => value >= least) ??
      (certain && certain.value >= least / 2 ? certain : (paidSum(sums) ?? repeated)));
  const given = total ?? plainAmount(lines) ?? signedAmount(lines);
  if (!given) return null;
  const { named, total: called, settled: paidFor, guessed, plain } = CONFIDENCE.amount;
  const confidence = !total
    ? plain
    : sure
      ? best!.score >= 8
        ? named
        : called
      : settled.includes(total)
        ? paidFor
        : guessed;
  const { value, currency, line } = given;
  return {
    value: { amount: value, currency: currencyOf(currency ?? mainCurrency(lines), lines, language) },
    page: line.page,
    quote: line.quote,
    confidence,
  };
}

/**
 * The sums in the currency of the paper: that of its first total. A total in another currency below it is what the same would be there,
 * whatever it is called: "SUMA PLN 128,00", "Do zapłaty w EUR 30,12".
 */
function inOneCurrency(sums: Sum[]): Sum[] {
  const own = sums.find(({ label, currency }) => currency !== null && rankOf(label.key) >= SUBTOTAL)?.currency ?? null;
  return own === null ? sums : sums.filter(({ currency }) => currency === null || currency === own);
}

/** Where nothing is called a total: the one amount with a currency beside a plain "amount", as payment slips have it. */
function plainAmount(lines: Written[]): Paid | null {
  const found = lines.flatMap((line) => {
    const money = moneyIn(line.text);
    const [only] = money;
    return money.length === 1 && only!.currency && only!.amount > 0 && PLAIN_AMOUNT.test(line.key)
      ? [{ value: only!.amount, currency: only!.currency, line }]
      : [];
  });
  return new Set(found.map(({ value }) => value)).size === 1 ? found[0]! : null;
}

/** The one sum in a line of its own that nothing can be written behind, as on Japanese receipts: "￥13,200-", "金13,200円也". */
function signedAmount(lines: Written[]): Paid | null {
  const found = lines.flatMap((line) => {
    if (!/^(?:[￥¥]|金)\s?\d[\d,]{2,12}\s?(?:円也?|也)?\s?[-–—ー―]?$/u.test(line.text)) return [];
    if (/\d$/u.test(line.text)) return [];
    const [money] = moneyIn(line.text);
    return money && money.amount > 0 ? [{ value: money.amount, currency: money.currency, line }] : [];
  });
  return found.length === 1 ? found[0]! : null;
}

const PLAIN_AMOUNT =
  /^ (?:amount|betrag|montant|importe|importo|valor|bedrag|amaun|kwota|castka|suma|belopp|belob|belop|summa|osszeg|tutar|ποσο|сумма|сума|金額|金额|금액|المبلغ|סכום) (?!vat |tax |ust |tva |iva )/u;

/** Labels of what a credit note gives back, in key form. */
const CREDIT_LABELS: readonly (readonly [number, ...string[]])[] = [
  [
    9,
    "gutschriftsbetrag",
    "gutschriftbetrag",
    "erstattungsbetrag",
    "credit total",
    "total credit",
    "credit amount",
    "refund total",
    "refund amount",
    "amount refunded",
    "total refund",
    "montant de l avoir",
    "total avoir",
    "net a deduire",
    "importe a abonar",
    "total abono",
    "importo da rimborsare",
    "kwota do zwrotu",
    "att aterbetala",
    "att aterfa",
    "belopp att aterfa",
    "att fa tillbaka",
    "til gode",
    "tilgodebelop",
    "belob til gode",
    "hyvitettava",
    "hyvityksen maara",
    "castka k vraceni",
    "suma na vratenie",
    "visszateritendo",
  ],
];

const RANKED = [...TOTAL_LABELS, ...CREDIT_LABELS].map(([rank, ...phrases]) => [rank, phrases] as const);

/** The rank of a subtotal in TOTAL_LABELS. */
const SUBTOTAL = 4;
/** A rounding to the nearest coin moves a sum by less than this. */
const COIN = 0.11;

/** Whether tax or service is added below a subtotal, be its amount readable or not: then it is not what was to be paid. */
function isChargedMore(subtotal: Sum, lines: Line[]): boolean {
  const below = lines.slice(
    lines.findIndex(({ row, page }) => row === subtotal.line.row && page === subtotal.line.page) + 1,
  );
  const end = below.findIndex(
    ({ key }) => holds(key, TAX_SUMMARY) || holds(key, CASH_LABELS) || holds(key, CARD_LABELS),
  );
  return below.slice(0, end < 0 ? 8 : end).some((line) => {
    const charge = moneyIn(line.text).at(-1)?.amount;
    return (
      isSumLabel(line.key) &&
      holds(line.key, CHARGE_LABELS) &&
      !/ incl/.test(line.key) &&
      (charge === undefined || isPercentage(charge, subtotal.value))
    );
  });
}

/** Whether a charge is whole per cents of a sum. Tax that the sum includes is not: of 10.60 with 6% it is 0.60. */
function isPercentage(charge: number, sum: number): boolean {
  const rate = Math.round((100 * charge) / sum);
  return rate >= 1 && rate <= 30 && Math.abs((rate * sum) / 100 - charge) < 0.011;
}

/** Whether a "rounded total" is further from every other total than a rounding goes: one of its digits was misread. */
function isRoundedWrongly(rounded: Sum, sums: Sum[]): boolean {
  if (!/ round/.test(rounded.label.key)) return false;
  const others = sums.filter((sum) => sum !== rounded && rankOf(sum.label.key) >= 7 && !sum.afterTaxSummary);
  return others.length > 0 && others.every((sum) => Math.abs(sum.value - rounded.value) > COIN);
}

/** The sums that are what is left of a total when a deposit is taken off: "Total 2,850.00", "Deposit paid -1,000.00", "Balance due 1,850.00". */
function restsOfTotals(sums: Sum[], lines: Written[]): Set<Sum> {
  const paid = lines
    .filter(({ key }) => holds(key, DEPOSITS))
    .flatMap(({ text }) => moneyIn(text).map(({ amount }) => Math.round(Math.abs(amount) * 100)));
  if (paid.length === 0) return new Set();
  const totals = sums.filter(({ label }) => rankOf(label.key) >= 7).map(({ value }) => value);
  return new Set(
    sums.filter(
      ({ value }) =>
        value > 0 &&
        totals.some((total) => total > value && paid.includes(Math.round(total * 100) - Math.round(value * 100))),
    ),
  );
}

/** Below this a sum is merely called a total, as parts of it are. */
const CALLED = 8;

/** Whether twice as much stands elsewhere on the paper, and is not what was handed over: then it is the total of a part. */
function isExceeded({ value, line: own }: Sum, lines: Written[]): boolean {
  // "Noches  2  232,50" is no 2 232,50 where thousands are not set apart.
  const spaced = SPACED_THOUSANDS.test(own.text);
  return lines.some(
    ({ key, text }) =>
      !holds(key, CASH_LABELS) &&
      !holds(key, CHANGE_LABELS) &&
      !holds(key, CARD_LABELS) &&
      moneyIn(text).some(
        ({ amount, start, end }) =>
          amount > 2 * Math.abs(value) && (spaced || !SPACED_THOUSANDS.test(text.slice(start, end))),
      ),
  );
}

const SPACED_THOUSANDS = /\d\s\d{3}(?!\d)/u;

/** Whether of what was paid in advance some comes back: "Vorauszahlungen 2.400,00", "Guthaben 118,20". */
function comesBack(lines: Written[]): boolean {
  const named = (labels: readonly string[]): boolean =>
    lines.some(({ key, text }) => holds(key, labels) && moneyIn(text).some(({ amount }) => amount !== 0));
  return named(ADVANCES) && named(CREDIT_BALANCES);
}

/** Whether a higher sum of the same rank stands above: then the last is that of a part, or what it is of is open. */
function isContested({ sum, score }: Scored, sums: Scored[]): boolean {
  return sums.some(
    (other) =>
      other.sum !== sum &&
      Math.abs(other.score - score) < 1 &&
      other.sum.value > sum.value + COIN &&
      other.sum.label.key.replace(/[\d%]+/g, "") === sum.label.key.replace(/[\d%]+/g, ""),
  );
}

/** What was paid before the bill came. In key form. */
const DEPOSITS: readonly string[] = [
  "deposit",
  "deposit paid",
  "deposit received",
  "advance",
  "advance payment",
  "prepaid",
  "prepayment",
  "retainer",
  "*anzahlung",
  "anzahlung",
  "vorauszahlung",
  "abschlag",
  "acompte",
  "acompte verse",
  "arrhes",
  "anticipo",
  "senal",
  "entrega a cuenta",
  "acconto",
  "caparra",
  "adiantamento",
  "sinal",
  "aanbetaling",
  "voorschot",
  "zaliczka",
  "zaloha",
  "forskott",
  "forskud",
  "forskudd",
  "ennakkomaksu",
  "eloleg",
  "avans",
  "kapora",
  "on odeme",
  "προκαταβολη",
  "аванс",
  "предоплата",
  "内金",
  "前金",
  "定金",
  "预付款",
  "선금",
  "계약금",
  "دفعة مقدمة",
  "מקדמה",
];

/** Without any total: what a card paid, or cash that nobody has in one note, 22.25 and not 50.00. */
function paidSum(sums: Sum[]): Paid | null {
  const card = sums.find(
    (sum) => holds(sum.label.key, CARD_LABELS) && !holds(sum.label.key, CHANGE_LABELS) && sum.value > 0,
  );
  const exact = sums.find(
    (sum) => holds(sum.label.key, CASH_LABELS) && sum.value > 0 && Math.round(sum.value * 100) % 100 !== 0,
  );
  return card ?? exact ?? null;
}

/** Every amount of a paper, in order. */
function amountsOf(lines: Written[]): Paid[] {
  return lines.flatMap((line) => moneyIn(line.text).map(({ amount, currency }) => ({ value: amount, currency, line })));
}

/** The amounts that are what was handed over less what came back, where the three stand in order (36.00, 50.00, 14.00); the last first. */
function settledSums(lines: Written[]): Paid[] {
  if (!lines.some(({ key }) => holds(key, CHANGE_LABELS))) return [];
  const amounts = amountsOf(lines);
  const found: Paid[] = [];
  for (let at = amounts.length - 2; at > 0; at--) {
    const [cash, change] = [amounts[at]!.value, amounts[at + 1]!.value];
    if (change <= 0 || cash <= change) continue;
    const total = amounts
      .slice(Math.max(0, at - NEAR), at)
      .findLast(({ value }) => Math.round(value * 100) === Math.round((cash - change) * 100));
    if (total) found.push(total);
  }
  return found;
}

/** How many amounts may stand between a total and what was handed over. */
const NEAR = 6;

/** Where a total is named but its amount is not beside it: the largest amount that comes back, beside the cash and subtotals that more was charged on. */
function repeatedSum(lines: Written[], subtotals: number[]): Paid | null {
  if (!lines.some(({ key }) => key.length <= 80 && rankOf(key) >= 7)) return null;
  const amounts = amountsOf(lines.filter(({ key }) => !holds(key, CASH_LABELS) && !holds(key, CHANGE_LABELS)));
  // A sum without its tax comes back too: in the row of the goods, and below them.
  const net = amounts
    .filter(
      ({ value, line }, at) => holds(line.key, NOT_THE_TOTAL) && amounts.slice(at).some((later) => later.value > value),
    )
    .map(({ value }) => value);
  const again = amounts.filter(
    ({ value, line }) =>
      value > 0 &&
      !subtotals.includes(value) &&
      !net.includes(value) &&
      amounts.some((other) => other.line !== line && other.value === value),
  );
  return again.sort((one, other) => other.value - one.value)[0] ?? null;
}

/** What a ticket cost: the amount beside a label of a price, or in the line below one; null where none is labelled. */
export function findFare(lines: Line[], language: string | null = null): Finding<Amount> | null {
  for (const [index, line] of lines.entries()) {
    if (!holds(line.key, FARE_LABELS)) continue;
    for (const at of [line, lines[index + 1]]) {
      const money = at && at.page === line.page ? moneyIn(at.text).at(-1) : undefined;
      if (money && at)
        return {
          value: { amount: money.amount, currency: currencyOf(money.currency ?? mainCurrency(lines), lines, language) },
          page: at.page,
          quote: at.text,
          confidence: CONFIDENCE.amount.fare,
        };
    }
  }
  return null;
}

/** A row of boxes, each with a label and its sum, as a line each: "VALOR DO FRETE 90,00   VALOR TOTAL DA NOTA 1.890,00". */
function boxesOf(line: Line): Line[] {
  const boxes = line.cells.filter((cell) => /\p{L}{3}/u.test(cell) && moneyIn(cell).length === 1);
  return boxes.length < 2 || boxes.length < line.cells.length
    ? [line]
    : line.cells.map((text) => ({ ...line, text, key: keyOf(text), cells: [text] }));
}

/** A line with its amount as it was meant, where its label says that one stands in it; `quote` as it is written. */
type Written = Line & { quote: string };

function mended(line: Line): Written {
  return { ...line, text: isSumLabel(line.key) ? mendedAmount(line.text) : line.text, quote: line.text };
}

/** Every label of a sum with its amount: on its own line, or paired by order where labels and amounts stand in columns. */
function labelledSums(lines: Written[]): Sum[] {
  const sums: Sum[] = [];
  let afterTaxSummary = false;
  const add = (label: Line, line: Written, sure = true) => {
    const money = moneyIn(withoutParts(line.text)).at(-1);
    const currency = money?.currency ?? (money ? currencyBefore(line.text.slice(0, money.start)) : null);
    if (money) sums.push({ label, value: money.amount, currency, line, afterTaxSummary, sure });
  };
  for (let index = 0; index < lines.length; ) {
    const line = lines[index]!;
    if (holds(line.key, TAX_SUMMARY)) afterTaxSummary = true;
    if (!isOpenLabel(line) && !isMoneyOnly(line)) {
      if (isSumLabel(line.key)) add(line, line);
      index++;
      continue;
    }
    const before = runOf(lines, index, isOpenLabel);
    const values = runOf(lines, before.end, isMoneyOnly);
    const after = runOf(lines, values.end, isOpenLabel);
    const laterValues = runOf(lines, after.end, isMoneyOnly);
    const labels = labelsOf(values.lines.length, before.lines, laterValues.lines.length > 0 ? [] : after.lines);
    const sure = labels.length === before.lines.length && labels.length === values.lines.length;
    labels.forEach((label, nth) => add(label, values.lines[nth]!, sure));
    index = Math.max(index + 1, values.end);
  }
  return sums;
}

/** A line up to what names a part of its sum: "TOTAL TTC 98,36 € dont TVA 5,5 % 5,13". */
function withoutParts(text: string): string {
  const part = THEREOF.exec(text);
  if (!part) return text;
  const sum = moneyIn(text.slice(0, part.index)).at(-1);
  // "Total 45.30 incl. VAT 54.36": what is more is no part.
  return sum && (moneyIn(text).at(-1)?.amount ?? 0) < sum.amount ? text.slice(0, part.index) : text;
}

const THEREOF =
  /[\s,;(](?:dont|davon|darin|enthält|including|includes|incl\.?|inkl\.?|of which|di cui|de los cuales|incluye|inclui|waarvan|w tym|z toho|heraf|herav|varav|josta|ebből|din care|в том числе|в т\. ?ч\.|у тому числі|内)\s/iu;

/** The currency whose code ends a label, with blanks before the amount: "Total CHF             47.50". */
function currencyBefore(label: string): string | null {
  const code = /(?<!\p{L})\p{Lu}{3}(?=\s*$)/u.exec(label)?.[0];
  return code === undefined ? null : (CURRENCIES[code] ?? null);
}

/**
 * The labels of a column of amounts. Some PDFs give them after the amounts, some receipts on both sides; where there
 * are more labels before than amounts, the nearest ones count.
 */
function labelsOf(amounts: number, before: Line[], after: Line[]): Line[] {
  if (amounts === 0) return [];
  if (before.length + after.length === amounts) return [...before, ...after];
  if (after.length === amounts && before.length < amounts) return after;
  return before.slice(-amounts);
}

function runOf(lines: Written[], start: number, belongs: (line: Line) => boolean): { lines: Written[]; end: number } {
  let end = start;
  while (end < lines.length && lines[end]!.page === lines[start]!.page && belongs(lines[end]!)) end++;
  return { lines: lines.slice(start, end), end };
}

/** What was handed over less what came back. */
function paidAmount(sums: Sum[]): number | null {
  const cash = sums.find((sum) => holds(sum.label.key, CASH_LABELS) && rankOf(sum.label.key) === 0);
  const change = sums.find((sum) => holds(sum.label.key, CHANGE_LABELS));
  return cash && change ? Math.round((cash.value - change.value) * 100) / 100 : null;
}

function rankOf(key: string): number {
  if (holds(key, NOT_THE_TOTAL) || / total \d+% /.test(key)) return 0;
  let longest = { rank: 0, length: 0 };
  for (const [rank, phrases] of RANKED) {
    for (const phrase of inScriptOf(key, phrases)) {
      // The longest phrase is the most exact: "sub total" holds "total" too.
      if (phrase.length > longest.length && holds(key, [phrase])) longest = { rank, length: phrase.length };
    }
  }
  return longest.rank;
}

/** A label of a sum whose amount stands elsewhere. */
function isOpenLabel(line: Line): boolean {
  return isSumLabel(line.key) && moneyIn(line.text).length === 0 && !holds(line.key, TAX_SUMMARY);
}

function isSumLabel(key: string): boolean {
  return key.length <= 80 && (rankOf(key) > 0 || holds(key, NOT_THE_TOTAL) || holds(key, OTHER_SUM_LABELS));
}

/** "9.00", "RM 36.00", "41.95 S": an amount and at most a tax code. */
function isMoneyOnly(line: Line): boolean {
  const money = moneyIn(line.text);
  if (money.length !== 1) return false;
  const { start, end } = money[0]!;
  const rest = line.text.slice(0, start) + line.text.slice(end);
  // Two characters may be a whole word: 合計.
  return !RUNS_ON.test(rest) && rest.replace(/[^\p{L}\d]/gu, "").length <= 2;
}
