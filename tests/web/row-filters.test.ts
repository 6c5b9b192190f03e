// Filters of a table: what is typed for them, how they stand in the address, and how they are said.
import { describe, expect, it } from "vitest";
import type { ScalarField } from "../../web/src/extraction/model.ts";
import {
  conditionsAt,
  conditionsOf,
  filterable,
  saidOf,
  type Typed,
  whereOf,
  withConditions,
} from "../../web/src/extraction/row-filters.ts";

const FIELDS = new Map<string, ScalarField>([
  ["seller", { type: "string" }],
  ["number", { type: "string", format: "code" }],
  ["date", { type: "string", format: "date" }],
  ["kind", { type: "string", enum: ["rent", "power"] }],
  ["paid", { type: "boolean" }],
  ["days", { type: "integer" }],
  ["total", { type: "object", format: "money" }],
  ["items.total", { type: "object", format: "money" }],
]);
const typed = (some: Partial<Typed>): Typed => ({ way: "span", value: "", from: "", to: "", currency: "", ...some });

describe("what is typed for a filter", () => {
  it.each<[string, Partial<Typed>, [op: string, value?: string][] | undefined]>([
    ["seller", { way: "has", value: " Söhne " }, [["~", "Söhne"]]],
    ["number", { way: "is", value: "RE=7" }, [["=", "RE=7"]]],
    ["seller", { way: "has", value: "  " }, undefined],
    ["kind", { way: "is", value: "rent" }, [["=", "rent"]]],
    ["paid", { way: "is", value: "false" }, [["=", "false"]]],
    ["paid", { way: "missing" }, [["missing"]]],
    [
      "date",
      { from: "2026-03-01", to: "2026-03-31" },
      [
        [">=", "2026-03-01"],
        ["<=", "2026-03-31"],
      ],
    ],
    ["days", { from: "14" }, [[">=", "14"]]],
    ["days", { from: "a week" }, undefined],
    ["total", { from: "1.234,50" }, [[">=", "1234.5"]]],
    [
      "total",
      { from: "99.50 eur", to: "200", currency: "eur" },
      [
        [">=", "99.5 EUR"],
        ["<=", "200 EUR"],
      ],
    ],
    ["total", { currency: "usd" }, [["=", "USD"]]],
    ["total", { from: "5", currency: "e" }, undefined],
    ["total", { from: "much", to: "200" }, undefined],
    ["total", {}, undefined],
  ])("of %s, %j, is %j", (path, some, expected) => {
    const found = conditionsOf(path, FIELDS.get(path)!, typed(some));
    expect(found).toEqual(expected?.map(([op, value]) => ({ field: path, op, ...(value !== undefined && { value }) })));
  });
});

describe("filters in an address", () => {
  const at = (where: string[], lines: string | null = null) =>
    conditionsAt(new URLSearchParams(where.map((one) => ["where", one])), filterable(FIELDS, lines));

  it("come back as they were put there", () => {
    const conditions = [
      { field: "total", op: ">=", value: "99.5 EUR" },
      { field: "seller", op: "~", value: "a & b = c" },
      { field: "date", op: "missing" },
      { field: "number", op: "present" },
    ];
    expect(at(whereOf(conditions))).toEqual(conditions);
  });

  it.each([
    "nothing>=1",
    "total~5",
    "total>=much",
    "total>=EUR",
    "date>=2026-02-30",
    "days>=1 EUR",
    "seller=",
    "=",
    "a b",
  ])("do not have %j, which is no condition on these rows", (where) => expect(at([where])).toEqual([]));

  it("have those of lines only where the rows are lines", () => {
    expect(at(["items.total>=5"])).toEqual([]);
    expect(at(["items.total>=5"], "items")).toHaveLength(1);
    expect(at(["total>=5"], "items")).toHaveLength(1);
  });
});

it("says a filter as the reader writes its value", () => {
  const said = (path: string, op: string, value?: string) =>
    saidOf({ field: path, op, ...(value !== undefined && { value }) }, FIELDS.get(path)!);
  expect(said("total", ">=", "1234.5 EUR")).toBe("Total from 1,234.50 EUR");
  expect(said("total", "=", "EUR")).toBe("Total is EUR");
  expect(said("items.total", "<", "5")).toBe("Items: Total below 5.00");
  expect(said("date", "<=", "2026-03-31")).toBe("Date to Mar 31, 2026");
  expect(said("paid", "=", "true")).toBe("Paid is Yes");
  expect(said("number", "=", "2026-03-31")).toBe("Number is 2026-03-31");
  expect(said("seller", "missing")).toBe("Seller is missing");
});

it("replaces what was said of a field before", () => {
  const before = [
    { field: "total", op: ">=", value: "5" },
    { field: "seller", op: "~", value: "a" },
  ];
  expect(withConditions(before, [{ field: "total", op: "missing" }])).toEqual([
    before[1],
    { field: "total", op: "missing" },
  ]);
});
