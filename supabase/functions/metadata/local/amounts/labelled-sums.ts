import { mendedAmount, moneyIn } from "./money.ts";
import {
  CREDIT_LABELS,
  CURRENCIES,
  NOT_THE_TOTAL,
  OTHER_SUM_LABELS,
  TAX_SUMMARY,
  TOTAL_LABELS,
} from "../tables/amounts.ts";
import { holds, inScriptOf, keyOf, RUNS_ON, type Line } from "../text/text.ts";

// Labels of sums with the amounts that belong to them, on one line or in columns.

/** A label with the amount that belongs to it, and the line where the amount stands. `sure`: on the same line, or in columns of equal length. */
export type Sum = {
  label: Line;
  value: number;
  currency: string | null;
  line: Written;
  afterTaxSummary: boolean;
  sure: boolean;
};

const RANKED = [...TOTAL_LABELS, ...CREDIT_LABELS].map(([rank, ...phrases]) => [rank, phrases] as const);

/** The rank of a subtotal in TOTAL_LABELS. */
export const SUBTOTAL = 4;
/** A row of boxes, each with a label and its sum, as a line each: "VALOR DO FRETE 90,00   VALOR TOTAL DA NOTA 1.890,00". */
export function boxesOf(line: Line): Line[] {
  const boxes = line.cells.filter((cell) => /\p{L}{3}/u.test(cell) && moneyIn(cell).length === 1);
  return boxes.length < 2 || boxes.length < line.cells.length
    ? [line]
    : line.cells.map((text) => ({ ...line, text, key: keyOf(text), cells: [text] }));
}

/** A line with its amount as it was meant, where its label says that one stands in it; `quote` as it is written. */
export type Written = Line & { quote: string };

export function mended(line: Line): Written {
  return { ...line, text: isSumLabel(line.key) ? mendedAmount(line.text) : line.text, quote: line.text };
}

/** Every label of a sum with its amount: on its own line, or paired by order where labels and amounts stand in columns. */
export function labelledSums(lines: Written[]): Sum[] {
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

export function rankOf(key: string): number {
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
export function isOpenLabel(line: Line): boolean {
  return isSumLabel(line.key) && moneyIn(line.text).length === 0 && !holds(line.key, TAX_SUMMARY);
}

export function isSumLabel(key: string): boolean {
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
