import { CONFIDENCE } from "../confidence.ts";
import {
  ADVANCES,
  CARD_LABELS,
  CASH_LABELS,
  CHANGE_LABELS,
  CHARGE_LABELS,
  CREDIT_BALANCES,
  DEPOSITS,
  TAX_SUMMARY,
} from "../tables/amounts.ts";
import { holds, type Finding, type Line } from "../text/text.ts";
import {
  boxesOf,
  isOpenLabel,
  isSumLabel,
  labelledSums,
  mended,
  rankOf,
  SUBTOTAL,
  type Sum,
  type Written,
} from "./labelled-sums.ts";
import { type Amount, currencyOf, mainCurrency, moneyIn } from "./money.ts";
import { paidAmount, paidSum, plainAmount, repeatedSum, settledSums, signedAmount } from "./paid.ts";

type Scored = { sum: Sum; score: number };

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
  const rests = restsOfTotals(sums, lines, DEPOSITS);
  const settlements = restsOfTotals(sums, lines, ADVANCES);
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
      // What is left of a year's costs is what the paper asks for; what is left after a deposit is not the price.
      (settlements.has(sum) ? -2 : rests.has(sum) ? 4 : 0);
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
function restsOfTotals(sums: Sum[], lines: Written[], payments: readonly string[]): Set<Sum> {
  const paid = lines
    .filter(({ key }) => holds(key, payments))
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
