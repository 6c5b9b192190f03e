// The same rows as in tests/database/written_values.test.ts: what the rules read here has to be proven there.
import { expect, it } from "vitest";
import { moneyIn } from "../../../supabase/functions/metadata/local/amounts/money.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";
import { isoOf, writtenDates } from "../../../supabase/functions/metadata/local/dates/written-dates.ts";
import values from "./written-values.json" with { type: "json" };

/** A text as the rules see it: one line, with its white space folded. */
const line = (text: string): string =>
  linesOf([{ page_number: 1, text }])
    .map((one) => one.text)
    .join(" ");

it.each(values.dates)("$language: $text is $value", ({ text, value }) => {
  expect(writtenDates(line(text), true).map(isoOf)).toEqual([value]);
});

it.each(values.noDates)("%j holds no date", (text) => {
  expect(writtenDates(line(text), true)).toEqual([]);
});

it.each(values.amounts)("$language: $text is $value", ({ text, value }) => {
  expect(moneyIn(line(text)).map(({ amount }) => amount)).toEqual([value]);
});

it.each(values.noAmounts)("%j holds no amount", (text) => {
  expect(moneyIn(line(text))).toEqual([]);
});
