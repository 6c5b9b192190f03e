// Which way money went, as a model says of a statement: a minus on the paper, or the balances, and nobody's word.
import { expect, it } from "vitest";
import { judged } from "../../../testing/database/judging.ts";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";
import type { FoundValue } from "../../../supabase/functions/_shared/extraction/values.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const OLDEST_FIRST = [
  "Opening balance  1,000.00",
  "Date  Description  Paid out  Paid in  Balance GBP",
  "01/04/2026  Rent  612.40    387.60",
  "03/04/2026  Salary    2,100.00  2,487.60",
  "05/04/2026  Grocer  87.60    2,400.00",
];
const NEWEST_FIRST = [...OLDEST_FIRST.slice(0, 2), ...OLDEST_FIRST.slice(2).reverse()];
const SAME_TWICE = [
  "Opening balance  1,000.00",
  "Date  Description  Paid out  Paid in  Balance GBP",
  "01/04/2026  Salary    100.00  1,100.00",
  "03/04/2026  Salary    100.00  1,200.00",
];

/** What is proven of the amounts that a model gives for the lines with a day. */
async function proven(lines: string[], amounts: number[]): Promise<boolean[]> {
  const rows = lines.filter((line) => /^\d/.test(line));
  const claim = (path: string, row: number, value: FoundValue["value"], quote: string) =>
    ({ path, row, value, page: 1, quote, proof: "quote", confidence: 0.9 }) as FoundValue;
  const claims = [
    claim("opening", 0, { amount: 1000, currency: "GBP" }, "Opening balance 1,000.00"),
    ...rows.flatMap((line, row) => [
      claim("transactions.date", row, `2026-04-${line.slice(0, 2)}`, line.replace(/\s+/g, " ")),
      claim("transactions.amount", row, { amount: amounts[row]!, currency: "GBP" }, line.replace(/\s+/g, " ")),
    ]),
  ];
  const values = await judged(database, user, lines.join("\n"), claims, "claude", "bank_statement");
  return values.filter(({ path }) => path === "transactions.amount").map((one) => one.proven);
}

it("is proven by the balances before and after, whichever line comes first", async () => {
  expect(await proven(OLDEST_FIRST, [-612.4, 2100, -87.6])).toEqual([true, true, true]);
  expect(await proven(NEWEST_FIRST, [-87.6, 2100, -612.4])).toEqual([true, true, true]);
});

it("is not what the balances do not say", async () => {
  expect(await proven(OLDEST_FIRST, [-612.4, -2100, -87.6])).toEqual([true, false, true]);
  expect(await proven(SAME_TWICE, [-100, -100])).toEqual([false, false]);
});
