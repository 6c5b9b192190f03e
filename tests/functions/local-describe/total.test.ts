import { expect, test } from "vitest";
import { findTotal } from "../../../supabase/functions/metadata/local/amounts/total.ts";
import { moneyIn } from "../../../supabase/functions/metadata/local/amounts/money.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";

function totalOf(...lines: string[]): string | null {
  const total = findTotal(linesOf([{ page_number: 1, text: lines.join("\n") }]));
  return total && `${total.value.currency ?? "?"} ${total.value.amount}`;
}

test.each([
  ["$1,234.50", 1234.5, "USD"],
  ["1.234,50 €", 1234.5, "EUR"],
  ["CHF 1'234.50", 1234.5, "CHF"],
  ["1 234,50 EUR", 1234.5, "EUR"],
  ["RM8.60", 8.6, "MYR"],
  ["Rs 1939", 1939, "INR"],
  ["-233,47 €", -233.47, "EUR"],
  ["-RM0.02", -0.02, "MYR"],
  ["£1,000", 1000, "GBP"],
  ["12.00", 12, null],
  ["£740-00", 740, "GBP"],
  ["£1,087-20", 1087.2, "GBP"],
])("reads %s", (text, amount, currency) => {
  expect(moneyIn(text)).toMatchObject([{ amount, currency }]);
});

test.each(["12.03.2018", "19.00 %", "10:45", "5.5000", "No. 12345", "192.168.10.12", "£20-30 a head", "€ 12-05-2025"])(
  "sees no amount in %s",
  (text) => {
    expect(moneyIn(text)).toEqual([]);
  },
);

test("takes the sum with tax, not the parts", () => {
  expect(totalOf("Net total: 496.00 €", "VAT total: 75.04 €", "Total: 571.04 €")).toBe("EUR 571.04");
  expect(totalOf("Subtotal 10.00", "Total GST 0.60", "Total qty 3", "Total (inclusive of GST) 10.60")).toBe("? 10.6");
});

test("takes the sum after rounding, and the sum before an advance is taken off", () => {
  expect(totalOf("Total RM7.72", "Rounding -RM0.02", "Nett total RM7.70")).toBe("MYR 7.7");
  expect(totalOf("Total TTC 671,15 €", "Acompte 201,00 €", "Solde à payer 470,15 €")).toBe("EUR 671.15");
});

test("pairs labels and amounts that stand in two columns", () => {
  expect(totalOf("SUBTOTAL", "GST", "TOTAL", "CASH", "CHANGE", "10.00", "0.60", "10.60", "20.00", "9.40")).toBe(
    "? 10.6",
  );
  expect(totalOf("$100.00", "$27.50", "$127.50", "Subtotal:", "Tax:", "Total:")).toBe("USD 127.5");
});

test("says null where no amount is called a total", () => {
  expect(totalOf("Bread 2.50", "Milk 1.20", "Discount 0.30")).toBeNull();
});

test("does not take the sum without tax because it comes back, where nothing known names the one with tax", () => {
  const goods = ["Item         Quantity   Price   Total", "Leaflets A5   2000 pcs   3.10   6,200.00"];
  expect(totalOf(...goods, "Total excluding VAT 6,200.00", "VAT 20 % 1,240.00", "All in all EUR 7,440.00")).toBeNull();
});

test("reads the sum of a Ukrainian bill in both spellings", () => {
  expect(totalOf("Усього без ПДВ 6 200,00", "ПДВ 1 240,00", "Усього з ПДВ 7 440,00 грн")).toBe("UAH 7440");
  expect(totalOf("Всього без ПДВ 6 200,00", "ПДВ 1 240,00", "Всього з ПДВ 7 440,00 грн")).toBe("UAH 7440");
});

test("mends an amount that OCR has torn or misread, where its label says that one stands there", () => {
  expect(totalOf("Subtotal 41 .85", "TOTAL $ 45. 3O")).toBe("USD 45.3");
  expect(totalOf("TOTAL £l2,5O")).toBe("GBP 12.5");
  expect(totalOf("TOTAL 3 SOLD")).toBeNull();
});

test.each([
  ["AUD 110", "en", "ABN 00 000 000 000", "Total $110.00"],
  ["SGD 110", "en", "Lotus Pte Ltd, Singapore 048616", "Total $110.00"],
  ["USD 110", "en", "Austin, TX 78701", "Total $110.00"],
  ["USD 110", "en", "Ship to: Canada", "Austin, TX 78701", "Total $110.00"],
  ["? 110", "es", "Total $110.00"],
  ["CNY 110", "zh", "合计 ¥110.00"],
  ["JPY 1100", "ja", "合計 ¥1,100"],
  ["DKK 110", "da", "I alt 110,00 kr"],
  ["NOK 110", "no", "Å betale 110,00 kr"],
  ["SEK 110", "sv", "Att betala 110,00 kr"],
])("a sign of many countries is %s in %s", (total, language, ...lines) => {
  const found = findTotal(linesOf([{ page_number: 1, text: lines.join("\n") }]), language)?.value;
  expect(`${found?.currency ?? "?"} ${found?.amount}`).toBe(total);
});

test.each([
  ["? 12", "Try us for 30 days", "Our offices: EUR region, USD region", "Total 12.00"],
  ["EUR 12", "Price EUR", "Total 12.00"],
  ["EUR 12", "Bread 4.00 EUR", "Total 12.00"],
  ["GBP 12", "Currency: GBP", "Total 12.00"],
])("a currency counts beside an amount or in its heading: %s", (total, ...lines) => {
  expect(totalOf(...lines)).toBe(total);
});

test("takes a sum, not the tax that is said to be in it", () => {
  expect(totalOf("TOTAL TTC 98,36 € dont TVA 5,5 % 5,13")).toBe("EUR 98.36");
  expect(totalOf("Gesamtbetrag 58,80 EUR darin enthalten 7 % MwSt. 3,85 EUR")).toBe("EUR 58.8");
  expect(totalOf("Total 45.30 incl. VAT 54.36")).toBe("? 54.36");
});

test("takes what is left to pay of a year's costs, and nothing where some of the advances come back", () => {
  const costs = ["Summe Ihrer Kosten 2.431,18", "Ihre Vorauszahlungen -2.200,00"];
  expect(totalOf(...costs, "Nachzahlung 231,18")).toBe("? 231.18");
  expect(totalOf("Summe 2.031,18", "Ihre Vorauszahlungen -2.200,00", "Guthaben 168,82")).toBeNull();
});

test("leaves the sum out where a lower one of the same name stands below", () => {
  expect(totalOf("Total 480.00", "Hours 3", "Total 120.00")).toBeNull();
  expect(totalOf("Total 120.00", "Total 480.00")).toBe("? 480");
});

test("leaves a bare total out where more than twice as much stands on the paper", () => {
  expect(totalOf("Contract value 4,800.00", "Total 120.00")).toBeNull();
  expect(totalOf("Total 12.00", "Cash 50.00", "Change 38.00")).toBe("? 12");
});
