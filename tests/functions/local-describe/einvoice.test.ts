import { expect, test } from "vitest";
import type { Einvoice } from "../../../supabase/functions/_shared/einvoice.ts";
import { Metadata } from "../../../supabase/functions/_shared/metadata.ts";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";

const EINVOICE: Einvoice = {
  type_code: "380",
  number: "R-17",
  seller: "Nordlicht Bürobedarf GmbH",
  issue_date: "2026-03-15",
  currency: "EUR",
  grand_total: 1190,
};

async function describe(text: string, einvoice: Einvoice): Promise<Metadata> {
  const { metadata } = await describeLocally(
    { filename: "scan.pdf", mime_type: "application/pdf", page_count: 1, pages: [{ page_number: 1, text }], einvoice },
    () => {},
  );
  return Metadata.parse(metadata);
}

test("believes the XML before the page, and quotes the page where it says the same", async () => {
  const metadata = await describe(
    "NORDLICHT BÜROBEDARF GMBH\nRechnung R-17\nDatum: 15.03.2026\nGesamtbetrag 1.190,00 EUR\nZahlbar bis 30.03.2026",
    EINVOICE,
  );
  expect(metadata).toMatchObject({
    display_name: "Invoice - Nordlicht Bürobedarf GmbH - 2026-03-15.pdf",
    document_type: "invoice",
    correspondent: "Nordlicht Bürobedarf GmbH",
    document_date: "2026-03-15",
    evidence: {
      correspondent: { page: 1, quote: "NORDLICHT BÜROBEDARF GMBH" },
      document_date: { page: 1, quote: "Datum: 15.03.2026" },
      amount: { page: 1, quote: "Gesamtbetrag 1.190,00 EUR" },
    },
  });
  expect(metadata.summary).toContain("1.190,00 EUR");
});

test("marks a value that stands on no page as the XML's", async () => {
  const metadata = await describe("Rechnung\nDatum: 01.02.2024\nSumme 10,00 EUR", EINVOICE);
  expect(metadata).toMatchObject({ correspondent: "Nordlicht Bürobedarf GmbH", document_date: "2026-03-15" });
  expect(metadata.evidence).toMatchObject({
    correspondent: { page: null, source: "einvoice", quote: "Nordlicht Bürobedarf GmbH" },
    document_date: { page: null, source: "einvoice", quote: "2026-03-15" },
    amount: { page: null, source: "einvoice", quote: "1190" },
  });
});

test("takes the type from its code, and whatever the XML lacks from the page", async () => {
  expect((await describe("Rechnung\nKundin AG", { ...EINVOICE, type_code: "381" })).document_type).toBe("credit-note");
  expect(
    await describe("Rechnung\nRechnungsdatum: 01.02.2024\nSumme 10,00 EUR", {
      ...EINVOICE,
      issue_date: null,
      seller: null,
    }),
  ).toMatchObject({ document_date: "2024-02-01" });
});

test("shows no marks of the XML that would make a name read as another", async () => {
  const metadata = await describe("Rechnung", { ...EINVOICE, seller: "Acme\u202E/../<b>Ltd" });
  expect(metadata.display_name).not.toMatch(/[\p{Cc}\p{Cf}/\\<>]/u);
  expect(metadata.correspondent).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
