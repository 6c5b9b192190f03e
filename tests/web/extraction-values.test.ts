// What is typed for an extracted value, and how an equation is written as a sum.
import { describe, expect, it } from "vitest";
import { linesOf, parse } from "../../web/src/extraction/model.ts";

describe("a typed value", () => {
  it.each([
    ["money", "12.50 EUR", { amount: 12.5, currency: "EUR" }],
    ["money", "1.234,50", { amount: 1234.5, currency: null }],
    ["money", "1,234 usd", { amount: 1234, currency: "USD" }],
    ["money", "-3,5", { amount: -3.5, currency: null }],
    ["money", "CHF 1'234.50", { amount: 1234.5, currency: "CHF" }],
    ["money", "EUR", undefined],
    ["number", "0,125", 0.125],
    ["number", "1,234,567", 1234567],
    ["integer", "2.5", undefined],
    ["integer", "2", 2],
    ["date", "2026-03-15", "2026-03-15"],
    ["date", "15.3.2026", undefined],
    ["boolean", "false", false],
    ["string", "  Kiel ", "Kiel"],
    ["string", "  ", undefined],
  ] as const)("of the kind %s, %j, is %j", (kind, typed, value) => {
    expect(parse(kind, typed)).toEqual(value);
  });
});

describe("an equation as a sum", () => {
  const numbers: Record<string, number> = {
    net: 100,
    tax: 20,
    total: 120.6,
    "items.total": 100,
    "items.quantity": 2,
    "items.unit_price": 40,
  };
  const numberAt = (path: string) => numbers[path] ?? null;
  const of = (check: string) => linesOf({ check, row: null, difference: 0, holds: false }, numberAt);

  it("has a line for each term, with its sign", () => {
    expect(of("net + tax - discount = total")).toEqual([
      { sign: "", label: "Net", amount: 100 },
      { sign: "+", label: "Tax", amount: 20 },
      { sign: "−", label: "Discount", amount: null },
      { sign: "=", label: "Total", amount: 120.6 },
    ]);
  });

  it("keeps what is multiplied in one line, and says what is added up", () => {
    expect(of("items.quantity * items.unit_price = sum(items.total)")).toEqual([
      { sign: "", label: "Quantity × Unit price", amount: 80 },
      { sign: "=", label: "All items, total", amount: 100 },
    ]);
  });
});
