import { describe, expect, it } from "vitest";
import { Metadata } from "../../supabase/functions/_shared/metadata.ts";

const VALID: Metadata = {
  display_name: "Invoice - Acme - 2026-03-15.pdf",
  tags: ["invoice", "acme"],
  summary: "An invoice of Acme.",
  document_type: "invoice",
  correspondent: "Acme",
  document_date: "2026-03-15",
  language: "en",
  amount: { value: 120, currency: "EUR" },
  evidence: { correspondent: { page: 1, quote: "Acme" }, amount: { page: null, source: "einvoice", quote: "120.00" } },
};

describe("the schema of metadata", () => {
  it("takes what an engine should give, with or without an amount", () => {
    expect(Metadata.parse(VALID)).toEqual(VALID);
    const { amount: _amount, ...without } = VALID;
    expect(Metadata.parse(without)).toEqual(without);
    expect(
      Metadata.parse({
        ...VALID,
        correspondent: null,
        document_date: null,
        language: null,
        amount: null,
        evidence: {},
      }),
    ).toMatchObject({ document_date: null });
  });

  it("takes away what Postgres does not store, and what nobody sees", () => {
    const metadata = Metadata.parse({
      ...VALID,
      display_name: "Inv\u0000oice\u202E - \u200BAcme\n.pdf",
      summary: "A\uD800 summary\u0007.",
      evidence: { correspondent: { page: 1, quote: "\uFEFFAc\u00ADme\u0000" } },
    });
    expect(metadata).toMatchObject({
      display_name: "Inv oice - Acme .pdf",
      summary: "A summary .",
      evidence: { correspondent: { page: 1, quote: "Acme" } },
    });
  });

  it.each([
    ["a name of 61 characters", { display_name: "x".repeat(61) }],
    ["a name of nothing that is seen", { display_name: "\u200B\u202E " }],
    ["no tag", { tags: [] }],
    ["eight tags", { tags: [..."abcdefgh"] }],
    ["a tag with capitals", { tags: ["Invoice"] }],
    ["a tag with spaces", { tags: ["my tag"] }],
    ["a summary of 201 characters", { summary: "x".repeat(201) }],
    ["a type that is not in the list", { document_type: "poem" }],
    ["a day that is none", { document_date: "2026-02-30" }],
    ["a language that is no code", { language: "english" }],
    ["an amount that is no number", { amount: { value: "120", currency: "EUR" } }],
    ["a currency that is no code", { amount: { value: 120, currency: "€" } }],
    ["a quote of 301 characters", { evidence: { amount: { page: 1, quote: "x".repeat(301) } } }],
    ["evidence without a page", { evidence: { amount: { page: null, quote: "120" } } }],
    ["evidence for what has none", { evidence: { summary: { page: 1, quote: "x" } } }],
  ])("refuses %s", (_what, change) => {
    expect(Metadata.safeParse({ ...VALID, ...change }).success).toBe(false);
  });
});
