import { CONFIDENCE } from "../confidence.ts";
import { FARE_LABELS } from "../tables/tickets.ts";
import { holds, type Finding, type Line } from "../text/text.ts";
import { type Amount, currencyOf, mainCurrency, moneyIn } from "./money.ts";

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
