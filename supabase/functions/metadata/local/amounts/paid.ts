import { moneyIn } from "./money.ts";
import { CARD_LABELS, CASH_LABELS, CHANGE_LABELS, NOT_THE_TOTAL } from "../tables/amounts.ts";
import { holds } from "../text/text.ts";
import { rankOf, type Sum, type Written } from "./labelled-sums.ts";

// What was paid, where no label says it for sure: by what was handed over and came back, by what a paper repeats, or by
// the only amount.

/** An amount that was paid, and where it stands. */
export type Paid = Pick<Sum, "value" | "currency" | "line">;

/** Without any total: what a card paid, or cash that nobody has in one note, 22.25 and not 50.00. */
export function paidSum(sums: Sum[]): Paid | null {
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
export function settledSums(lines: Written[]): Paid[] {
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
export function repeatedSum(lines: Written[], subtotals: number[]): Paid | null {
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

/** What was handed over less what came back. */
export function paidAmount(sums: Sum[]): number | null {
  const cash = sums.find((sum) => holds(sum.label.key, CASH_LABELS) && rankOf(sum.label.key) === 0);
  const change = sums.find((sum) => holds(sum.label.key, CHANGE_LABELS));
  return cash && change ? Math.round((cash.value - change.value) * 100) / 100 : null;
}

/** Where nothing is called a total: the one amount with a currency beside a plain "amount", as payment slips have it. */
export function plainAmount(lines: Written[]): Paid | null {
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
export function signedAmount(lines: Written[]): Paid | null {
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
