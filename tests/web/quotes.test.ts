import { expect, it } from "vitest";
import { findQuote } from "../../web/src/document/quotes.ts";

const found = (parts: string[], quote: string): string[] =>
  findQuote(parts, quote).map(({ part, start, end }) => parts[part]!.slice(start, end));

it("finds a quote whatever its case, spaces, punctuation and forms of letters", () => {
  expect(found(["Dear all,\nInvoice date:   17 March\n2026. Regards"], "invoice date 17 march 2026")).toEqual([
    "Invoice date:   17 March\n2026",
  ]);
  expect(found(["Summe: ﬁnal 5 €, Café"], "Final 5 € cafe")).toEqual(["ﬁnal 5 €, Café"]);
});

it("finds a quote across the words of a picture, and of the first and last one only what belongs to it", () => {
  expect(found(["Sold", "by", "Quill-", "mark", "Ltd."], "Quillmark Ltd")).toEqual(["Quill-", "mark", "Ltd"]);
  expect(findQuote(["No. 4711/Total", "due", "£9"], "Total due £9")).toEqual([
    { part: 0, start: 9, end: 14 },
    { part: 1, start: 0, end: 3 },
    { part: 2, start: 0, end: 2 },
  ]);
});

it("takes the signs along that a quote begins and ends with, as a currency", () => {
  expect(found(["Total due £965.76 by May"], "£965.76")).toEqual(["£965.76"]);
  expect(found(["Summe 19,00 € netto"], "19,00 €")).toEqual(["19,00 €"]);
  expect(found(["(paid in full)."], "(paid in full)")).toEqual(["(paid in full)"]);
  expect(found(["Total £965.76"], "965.76")).toEqual(["965.76"]);
});

it("finds nothing where there is nothing", () => {
  expect(findQuote(["Total due"], "Total paid")).toEqual([]);
  expect(findQuote(["Total due"], " — ")).toEqual([]);
  expect(findQuote([], "x")).toEqual([]);
});
