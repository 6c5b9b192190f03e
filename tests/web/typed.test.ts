// Filters of amounts, as they are typed into the search.
import { expect, it, vi } from "vitest";
import { amountOf, sumOf, typedFilters } from "../../web/src/documents/typed.ts";
import { typedNumber } from "../../web/src/format.ts";
import { speak } from "../../web/src/language.ts";

const NONE = { query: "", amountFrom: "", amountTo: "", currencies: [] };
it.each([
  ["amount>100", { ...NONE, amountFrom: "100.0001" }],
  ["amount>=100", { ...NONE, amountFrom: "100" }],
  ["amount<1,000.50", { ...NONE, amountTo: "1000.4999" }],
  ["amount<=1.000,50", { ...NONE, amountTo: "1000.5" }],
  ["amount:965.76", { ...NONE, amountFrom: "965.76", amountTo: "965.76" }],
  ["amount>50EUR", { ...NONE, amountFrom: "50.0001", currencies: ["EUR"] }],
  ["currency:usd AMOUNT<5", { ...NONE, amountTo: "4.9999", currencies: ["USD"] }],
  ["paper amount>100 from:quillmark", { ...NONE, query: "paper  from:quillmark", amountFrom: "100.0001" }],
  ["amount > 100", { ...NONE, query: "amount > 100" }],
  ["amount>x", { ...NONE, query: "amount>x" }],
  ["my currency: euro", { ...NONE, query: "my currency: euro" }],
])("takes %j apart", (typed, filters) => {
  expect(typedFilters(typed)).toEqual(filters);
});

it("adds amounts up per currency, without what is only similar", () => {
  const row = (amount: number | null, currency: string | null, similar = false) => ({ amount, currency, similar });
  expect(
    sumOf([row(0.1, "EUR"), row(0.2, "EUR"), row(5, "GBP"), row(1, null), row(null, null), row(9, "EUR", true)]),
  ).toEqual([
    { currency: "EUR", total: 0.3 },
    { currency: "GBP", total: 5 },
    { currency: null, total: 1 },
  ]);
});

it("reads a number as it is written where the reader is, and writes it so that it is read again", async () => {
  vi.stubGlobal("document", { documentElement: {} });
  vi.stubGlobal("navigator", { languages: [] });
  const read = {
    "1.234": [1.234, 1234],
    "1,234": [1234, 1.234],
    "1.234,50": [1234.5, 1234.5],
    "1’234.50": [1234.5, 1234.5],
  };
  for (const [place, language] of (["en", "de"] as const).entries()) {
    await speak(language);
    for (const [written, amounts] of Object.entries(read)) expect(amountOf(written), written).toBe(amounts[place]);
    expect(amountOf("0.125")).toBe(0.125);
    for (const amount of [0, 12, 965.76, 1565.52, 1234.567, -0.125, 1_000_000])
      expect(amountOf(typedNumber(amount)), typedNumber(amount)).toBe(amount);
  }
  await speak("en");
  vi.unstubAllGlobals();
});
