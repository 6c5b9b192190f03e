// What an extraction has otherwise than before.
import { expect, it } from "vitest";
import { changesOf } from "../../web/src/extraction/cell-changes.ts";
import type { ExtractedValue, Found, Proposal, Value } from "../../web/src/extraction/model.ts";

const cell = (path: string, value: Value, row_number = 0, extraction_id = "e") => ({
  extraction_id,
  path,
  row_number,
  value,
  page: 1,
  quote: "words",
});
const value = (...given: Parameters<typeof cell>): ExtractedValue => ({
  ...cell(...given),
  proof: "quote",
  note: null,
});
const proposal = (...given: Parameters<typeof cell>): Proposal => ({ ...cell(...given), reason: "ambiguous" });
const found = (values: ExtractedValue[], proposals: Proposal[] = []): Found => ({ extractions: [], values, proposals });

it("tells values that are others, new or gone", () => {
  const before = found(
    [
      value("total", { amount: 5, currency: "EUR" }),
      value("seller", "Acme"),
      value("number", "1"),
      value("other", "x", 0, "f"),
    ],
    [proposal("tax", 1)],
  );
  const after = found(
    [
      value("total", { currency: "EUR", amount: 5 }),
      value("seller", "Brandt"),
      value("tax", 2),
      value("date", "2026-03-15"),
      value("items.total", 3, 1),
      value("other", "y", 0, "f"),
    ],
    [proposal("number", "1")],
  );
  expect(changesOf(before, after, "e")).toEqual([
    { path: "tax", row: 0, before: 1, after: 2 },
    { path: "seller", row: 0, before: "Acme", after: "Brandt" },
    { path: "date", row: 0, before: undefined, after: "2026-03-15" },
    { path: "items.total", row: 1, before: undefined, after: 3 },
  ]);
});
