// The fields of a schema: what is taken, and that what is wrong is named.
import { describe, expect, it } from "vitest";
import { parseFields, scalarsOf } from "../../../supabase/functions/_shared/extraction/schema.ts";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { difference, holds, parseCheck, solvedFor } from "../../../supabase/functions/_shared/extraction/checks.ts";

const TOTAL = { type: "object", format: "money" };
const withFields = (properties: Record<string, unknown>, more: object = {}) => ({
  type: "object",
  properties,
  ...more,
});
const LINES = { type: "array", items: { type: "object", properties: { total: TOTAL, name: { type: "string" } } } };

describe("the fields of a schema", () => {
  it.each(Object.entries(TEMPLATES))("of the template %s are taken", (_, { fields }) => {
    expect(scalarsOf(parseFields(structuredClone(fields))).size).toBeGreaterThan(2);
  });

  it.each<[string, unknown, string]>([
    ["an unknown type", withFields({ colour: { type: "color" } }), "colour: type must be"],
    ["no type", withFields({ colour: {} }), "colour: type must be"],
    ["an unknown format", withFields({ mail: { type: "string", format: "email" } }), "mail.format: "],
    ["an object that is no money", withFields({ address: { type: "object", properties: {} } }), "address"],
    ["a reference to itself", withFields({ self: { type: "array", items: { $ref: "#" } } }), "self"],
    ["a reference", { $ref: "#/$defs/a", type: "object", properties: { a: TOTAL } }, "fields"],
    [
      "an array within an array",
      withFields({ rows: { type: "array", items: { type: "object", properties: { cells: LINES } } } }),
      "rows.cells: is an array within an array",
    ],
    ["a name with blanks", withFields({ "Total sum": TOTAL }), "Total sum: is no name"],
    ["a pattern, which could be slow", withFields({ a: { type: "string", pattern: "(a+)+$" } }), "a: "],
    ["a requirement without a field", withFields({ a: TOTAL }, { required: ["b"] }), "required: names b"],
    ["no fields", withFields({}), "properties: must have a field"],
    [
      "200 fields",
      withFields(Object.fromEntries(Array.from({ length: 200 }, (_, nth) => [`f${nth}`, TOTAL]))),
      "properties: has more than 100",
    ],
    [
      "an equation over a field that is not there",
      withFields({ a: TOTAL }, { checks: ["a = b"] }),
      "checks[0]: names b",
    ],
    [
      "an equation over text",
      withFields({ a: TOTAL, b: { type: "string" } }, { checks: ["a = b"] }),
      "checks[0]: names b, which is no number",
    ],
    [
      "an equation over an array",
      withFields({ a: TOTAL, rows: LINES }, { checks: ["a = rows"] }),
      "checks[0]: names rows",
    ],
    ["a sum of a field that has one value", withFields({ a: TOTAL }, { checks: ["a = sum(a)"] }), "checks[0]: sum(a)"],
    [
      "an equation of two tables",
      withFields({ one: LINES, two: LINES }, { checks: ["one.total = two.total"] }),
      "checks[0]: is about the rows of two tables",
    ],
    ["what is no equation", withFields({ a: TOTAL }, { checks: ["a"] }), "checks[0]: must have one ="],
    [
      "an equation with parentheses",
      withFields({ a: TOTAL }, { checks: ["a = (a + a)"] }),
      "checks[0]: holds something else",
    ],
    [
      "a required column that is not there",
      withFields({ rows: { ...LINES, items: { ...LINES.items, required: ["price"] } } }),
      "rows.items.required: names price",
    ],
  ])("are refused for %s", (_, fields, message) => {
    expect(() => parseFields(fields)).toThrow(message);
  });
});

describe("an equation", () => {
  const numbers = (values: Record<string, number | number[]>) => ({
    one: (path: string, row: number) => {
      const value = values[path];
      return Array.isArray(value) ? (value[row] ?? null) : (value ?? null);
    },
    column: (path: string) => (Array.isArray(values[path]) ? (values[path] as number[]) : null),
  });

  it("counts with sums, signs and products", () => {
    const check = parseCheck("closing = opening + sum(rows.amount)");
    expect(difference(check, numbers({ opening: 100, closing: 70, "rows.amount": [-50, 20] }))).toBe(0);
    expect(difference(parseCheck("- a + 2 * b = 0"), numbers({ a: 4, b: 2 }))).toBe(0);
    expect(
      difference(
        parseCheck("rows.n * rows.price = rows.total"),
        numbers({ "rows.n": [1, 3], "rows.price": [1, 0.1], "rows.total": [1, 0.3] }),
        1,
      ),
    ).toBe(0);
  });

  it("does not count where a number is missing", () => {
    expect(difference(parseCheck("a + b = c"), numbers({ a: 1, c: 2 }))).toBeNull();
  });

  it("bears the rounding of a cent's half and no more", () => {
    expect([0.005, -0.005, 0.01, 1].map(holds)).toEqual([true, true, false, false]);
  });

  it("says what a field has to be", () => {
    const check = parseCheck("net + tax = total");
    const known = numbers({ net: 50.25, tax: 10.05, total: 60.31 });
    expect(solvedFor(check, "total", known)).toBe(60.3);
    expect(solvedFor(check, "tax", known)).toBe(10.06);
    expect(solvedFor(parseCheck("n * p = total"), "n", known)).toBeNull();
  });
});
