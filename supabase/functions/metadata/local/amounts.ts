import { mainCurrency, mendedAmount, moneyIn } from "./money.ts";
import { CASH_LABELS, CHANGE_LABELS, NOT_THE_TOTAL, OTHER_SUM_LABELS, TAX_SUMMARY, TOTAL_LABELS } from "./tables/amounts.ts";
import { FARE_LABELS } from "./tables/tickets.ts";
import { holds, type Finding, type Line } from "./text.ts";

/** `currency` is an ISO 4217 code, null where the text names none. */
export type Amount = { amount: number; currency: string | null };

/** A label with the amount that belongs to it, and the line where the amount stands. */
type Sum = { label: Line; value: number; currency: string | null; line: Written; afterTaxSummary: boolean };

/** The total of a bill, with the line it stands in; null where no amount is labelled as one. */
export function findTotal(allLines: Line[]): Finding<Amount> | null {
  const lines = allLines.filter((line) => /[\p{L}\d]/u.test(line.text)).map(mended);
  const sums = labelledSums(lines);
  const paid = paidAmount(sums);
  const occurrences = new Map<number, number>();
  for (const line of lines) for (const { amount } of moneyIn(line.text)) occurrences.set(amount, (occurrences.get(amount) ?? 0) + 1);

  let best: { sum: Sum; score: number } | null = null;
  for (const sum of sums) {
    const rank = rankOf(sum.label.key);
    if (rank === 0) continue;
    const score = rank + Math.min(1, 0.25 * ((occurrences.get(sum.value) ?? 1) - 1)) + (sum.value === paid ? 2 : 0) - (sum.afterTaxSummary ? 4 : 0) - (sum.value === 0 ? 5 : 0);
    if (!best || score >= best.score) best = { sum, score };
  }
  if (!best || best.score < 4) return null;
  const { value, currency, line } = best.sum;
  return { value: { amount: value, currency: currency ?? mainCurrency(lines) }, page: line.page, quote: line.quote };
}

/** What a ticket cost: the amount beside a label of a price, or in the line below one; null where none is labelled. */
export function findFare(lines: Line[]): Finding<Amount> | null {
  for (const [index, line] of lines.entries()) {
    if (!holds(line.key, FARE_LABELS)) continue;
    for (const at of [line, lines[index + 1]]) {
      const money = at && at.page === line.page ? moneyIn(at.text).at(-1) : undefined;
      if (money && at) return { value: { amount: money.amount, currency: money.currency ?? mainCurrency(lines) }, page: at.page, quote: at.text };
    }
  }
  return null;
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
  const add = (label: Line, line: Written) => {
    const money = moneyIn(line.text).at(-1);
    if (money) sums.push({ label, value: money.amount, currency: money.currency, line, afterTaxSummary });
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
    labels.forEach((label, nth) => add(label, values.lines[nth]!));
    index = Math.max(index + 1, values.end);
  }
  return sums;
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
  for (const [rank, ...phrases] of TOTAL_LABELS) {
    for (const phrase of phrases) {
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
  return (line.text.slice(0, start) + line.text.slice(end)).replace(/[^\p{L}\d]/gu, "").length <= 2;
}
