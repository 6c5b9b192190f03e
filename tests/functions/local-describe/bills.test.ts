import { expect, test } from "vitest";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";
import { describePages } from "./description.ts";
import { FACTURA_ES, INVOICE_EN, RECHNUNG_DE, RESIT_MS } from "./papers.ts";

test("names an English invoice after its issuer and its invoice date", async () => {
  const { metadata } = await describePages([INVOICE_EN]);
  expect(metadata).toMatchObject({
    display_name: "Invoice - Acme Web Hosting Ltd - 2026-03-15.pdf",
    document_type: "invoice",
    correspondent: "Acme Web Hosting Ltd",
    document_date: "2026-03-15",
    language: "en",
    summary: "Invoice from Acme Web Hosting Ltd dated 15 March 2026 over GBP 1,234.50 for hosting.",
  });
  expect(metadata.tags).toEqual(["invoice", "acme-web-hosting", "hosting"]);
  expect(metadata.evidence.amount?.quote).toBe("Total due GBP 1,234.50");
  expect(metadata.evidence.document_date?.quote).toBe("Invoice date: 15 March 2026");
});

test("names a German invoice in English and summarises it in German", async () => {
  const { metadata } = await describePages([RECHNUNG_DE]);
  expect(metadata).toMatchObject({
    display_name: "Invoice - Müller Energieberatung GmbH - 2026-02-03.pdf",
    document_type: "invoice",
    correspondent: "Müller Energieberatung GmbH",
    document_date: "2026-02-03",
    language: "de",
    summary: "Rechnung von Müller Energieberatung GmbH vom 3. Februar 2026 über 833,30 EUR.",
  });
  expect(metadata.tags).toContain("müller-energieberatung");
});

test("summarises in the language that the owner wants", async () => {
  const { metadata } = await describeLocally(
    {
      filename: "a.pdf",
      mime_type: "application/pdf",
      page_count: 1,
      summary_language: "fr",
      pages: [{ page_number: 1, text: RECHNUNG_DE }],
    },
    () => {},
  );
  expect(metadata.summary).toMatch(/^Facture de Müller Energieberatung GmbH du 3 février 2026 d'un montant de 833,30/);
});

test("takes the issuer of a Spanish invoice, not the customer, and the date day first", async () => {
  const { metadata } = await describePages([FACTURA_ES]);
  expect(metadata).toMatchObject({
    display_name: "Invoice - Aceites del Valle S.L - 2026-03-05.pdf",
    correspondent: "Aceites del Valle S.L.",
    document_date: "2026-03-05",
    language: "es",
    summary: "Factura de Aceites del Valle S.L. del 5 de marzo de 2026 por 398,20 EUR.",
  });
});

test("reads a Malay receipt through the noise of OCR", async () => {
  const { metadata } = await describePages([RESIT_MS], "IMG_2231.JPG", "image/jpeg");
  expect(metadata).toMatchObject({
    display_name: "Receipt - Kedai Runcit Seri Maju Sdn Bnd - 2024-09-07.jpg",
    document_type: "receipt",
    document_date: "2024-09-07",
    language: "ms",
    summary: "Resit daripada Kedai Runcit Seri Maju Sdn Bnd bertarikh 7 September 2024 berjumlah MYR 40.90.",
  });
  expect(metadata.evidence.amount?.quote).toBe("40.90");
});

/** A bill as programs print it, with what it is for below its title. */
const billOf = (title: string, beside: string, sums: string): string =>
  [
    "Lieferant GmbH\nLieferantenstraße 20\n80333 München\n",
    title,
    `\nWährung:  EUR\n${beside}\n`,
    "Verkäufer\nName:  Lieferant GmbH\n\nKäufer\nName:  Kunden AG Mitte\n",
    `Pos  Beschreibung  Menge  Nettobetrag\n1  Leistung  10 Stk  177,49\n\n${sums}`,
    "Zahlbar innerhalb 30 Tagen netto bis 04.07.2018",
  ].join("\n");
const SUMS = "Rechnungssumme ohne USt.  177,49\nSteuerbetrag  20,16\nBruttosumme  197,65\nZahlbetrag  147,65";

test.each([
  ["names its delivery note below its title", "Rechnung 471102 vom 05.06.2018", "Lieferschein 123 vom 02.06.2018"],
  ["has the number of its delivery note in columns", "Rechnung 471102 vom 05.06.2018", "Lieferschein:  L-123"],
  ["has nothing but its plain name above", "RECHNUNG\nRechnungsdatum:  05.06.2018", "Lieferschein:  L-123"],
  ["is for a part", "Rechnung zum Teil 2\nRechnungsdatum:  05.06.2018", "Lieferschein:  L-123"],
  ["is called by what it is about", "Mietrechnung 471102 vom 05.06.2018", "Lieferschein 123 vom 02.06.2018"],
])("a bill that %s stays one", async (_what, title, beside) => {
  const { metadata } = await describePages([billOf(title, beside, SUMS)]);
  expect(metadata).toMatchObject({
    document_type: "invoice",
    document_date: "2018-06-05",
    amount: { value: 197.65, currency: "EUR" },
  });
});

test.each([
  ["de", "Nettobeitrag  177,49\nzzgl. 19 % Versicherungssteuer  20,16\nGesamtbeitrag  197,65"],
  ["en", "Net premium  177.49\nInsurance premium tax 12%  20.16\nTotal premium  197.65"],
  ["fr", "Prime nette  177,49\nTaxe d'assurance  20,16\nPrime totale  197,65"],
])("the sum of an insurance's bill is its premium with tax: %s", async (_language, sums) => {
  const { metadata } = await describePages([billOf("Rechnung 471102 vom 05.06.2018", "", sums)]);
  expect(metadata.amount).toEqual({ value: 197.65, currency: "EUR" });
});
