import { describe, expect, it } from "vitest";
import { spansOf, termsOf } from "../../web/src/documents/words.ts";

const marked = (text: string, query: string): string[] =>
  spansOf(text, termsOf(query)).map(({ start, end }) => text.slice(start, end));

describe("the words of a search", () => {
  it.each([
    ["plotter ink", ["plotter", "ink"]],
    ['"two words" or other -without', ["two words", "other"]],
    ['plotter tag:taxes from:"Müller & Söhne" before:2026', ["plotter"]],
    ["Müller", ["muller"]],
    ["合計 円 a", ["合計", "円"]],
    ["", []],
  ])("are of %s", (query, terms) => {
    expect(termsOf(query)).toEqual(terms);
  });
});

describe("their places in a text", () => {
  it.each([
    ["Plotter ink, PLOTTER paper", "plotter", ["Plotter", "PLOTTER"]],
    ["Frau Müller", "muller", ["Müller"]],
    ["Frau Müller", "mueller", ["Müller"]],
    ["Stromrechnung", "rechnung", ["rechnung"]],
    ["請求書の合計金額", "合計", ["合計"]],
    ["two\nwords", '"two words"', ["two\nwords"]],
    ["a plan for an ant", "an", ["an", "an"]],
    ["Straße", "strasse", ["Straße"]],
    ["ink ink ink", "ink", ["ink", "ink", "ink"]],
    ["plotterink", "plotter plotterink", ["plotterink"]],
    ["nothing", "other", []],
  ])("in %j of %j", (text, query, places) => {
    expect(marked(text, query)).toEqual(places);
  });

  it("are found in a long text in little time", () => {
    const text = "Filling words without an end. ".repeat(20_000);
    expect(spansOf(text, ["words"]).length).toBe(20_000);
  });
});
