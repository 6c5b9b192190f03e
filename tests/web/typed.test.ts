// Filters of amounts, as they are typed into the search.
import { expect, it } from "vitest";
import { sumOf, typedFilters } from "../../web/src/documents/typed.ts";

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
