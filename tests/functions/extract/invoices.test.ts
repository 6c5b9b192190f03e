// Invoices as shops, offices and programs write them: what is taken from their head and their sums, and what is not.
import { describe, expect, it } from "vitest";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import { INVOICE_PAPERS } from "../../../testing/fixtures/invoice-papers.ts";

function written(text: string): Record<string, unknown> {
  const { values } = extractLocally({
    pages: [{ page_number: 1, text }],
    fields: TEMPLATES.invoice!.fields,
    language: null,
    document_type: "invoice",
  });
  for (const { quote } of values) expect(text.replace(/\s+/g, " ")).toContain(quote);
  return Object.fromEntries(values.filter(({ path }) => !path.includes(".")).map(({ path, value }) => [path, value]));
}
const head = (...lines: string[]) => written(lines.join("\n"));
const eur = (amount: number) => ({ amount, currency: "EUR" });

describe("an invoice", () => {
  it.each(INVOICE_PAPERS)("that $title ($language)", ({ text, truth }) => {
    const { seller, ...found } = written(text);
    const { seller: named, ...known } = truth;
    expect(found).toEqual(known);
    if (named) expect(seller).toBe(named);
  });
});

describe("the day until which to pay", () => {
  it.each([
    ["Bitte begleichen Sie den Betrag\nbis spätestens 12.06.2024 auf unser Konto.", "2024-06-12"],
    ["Wir buchen den Betrag am 3. Juni 2024 von Ihrem Konto ab.", "2024-06-03"],
    ["Den Betrag ziehen wir zum\n05.06.2024 ein.", "2024-06-05"],
    ["Zahlbar bis 15.06.2024 mit 2 % Skonto, bis 30.06.2024 netto.", "2024-06-30"],
    ["Zahlungsbedingungen: 30 Tage netto, fällig 14.06.2024", "2024-06-14"],
    ["Please pay by 14 June 2024.", "2024-06-14"],
    ["Your account will be debited on 14 June 2024.", "2024-06-14"],
    ["Payment must reach us no later than 2024-06-14.", "2024-06-14"],
    ["Merci de régler cette facture avant le 14 juin 2024.", "2024-06-14"],
    ["Le montant sera prélevé le 14 juin 2024.", "2024-06-14"],
    ["Rogamos abonar el importe antes del 14 de junio de 2024.", "2024-06-14"],
    ["Si prega di pagare entro il 14 giugno 2024.", "2024-06-14"],
    ["Gelieve te betalen voor 14 juni 2024.", "2024-06-14"],
  ])("stands in a sentence: %s", (text, day) => {
    expect(head("Rechnung Nr. 4711", text).due_date).toBe(day);
  });

  it.each([
    "Bei Zahlung bis 15.06.2024 gewähren wir 2 % Skonto.",
    "2 % Skonto bei Zahlung bis zum 15.06.2024",
    "Zahlungen bis zum 10.06.2024 sind berücksichtigt.",
    "Zahlungseingänge bis 10.06.2024 wurden verbucht.",
    "Der Betrag wurde am 03.06.2024 von Ihrem Konto abgebucht.",
    "Zahlung für den Zeitraum 01.06.2024 bis 30.06.2024",
    "Das Angebot gilt bis 30.06.2024. Zahlung per Überweisung.",
    "Lieferung bis 30.06.2024\nZahlung per Überweisung",
    "Payments received by 14 June 2024 are included.",
    "Paid by card on 14 June 2024. Thank you.",
    "Take 5% off if you pay by 14 June 2024.",
    "Payé le 14 juin 2024 par virement",
    "Règlement reçu avant le 14 juin 2024",
    "Vielen Dank für Ihre Zahlung vom 14.06.2024",
    "Die Forderung war fällig am 14.06.2024 und ist bezahlt.",
  ])("is not what else stands in one: %s", (text) => {
    expect(head("Rechnung Nr. 4711", text)).not.toHaveProperty("due_date");
  });

  it("is left to a person where a sum is paid on several", () => {
    const text = ["Zahlen Sie die 1. Rate bis 15.06.2024.", "Zahlen Sie die 2. Rate bis 15.07.2024."];
    expect(head("Rechnung Nr. 4711", ...text)).not.toHaveProperty("due_date");
  });

  it("behind its label comes before one in a sentence", () => {
    expect(head("Fällig am: 20.06.2024", "Wir ziehen den Betrag am 25.06.2024 ein.").due_date).toBe("2024-06-20");
  });
});

describe("the number of an invoice", () => {
  it.each([
    ["Wasserrechnung Nr. W-2024-5", "W-2024-5"],
    ["Mietrechnung MR2024118", "MR2024118"],
    ["Verkoopfactuur nr. 20240118", "20240118"],
    ["Stromrechnung: 100233", "100233"],
  ])("stands behind a longer word for it: %s", (text, number) => {
    expect(head(text).invoice_number).toBe(number);
  });

  it.each([
    "Mietrechnung 07/2024",
    "Stromrechnung 2024",
    "Lieferantenrechnung Nr. 77-12",
    "Originalrechnung Nr. 77-12",
    "abzgl. Vorausrechnung Nr. 77-12",
    "Siehe Nachtragsrechnung Nr. 77-12",
  ])("is none that such a word does not name: %s", (text) => {
    expect(head(text)).not.toHaveProperty("invoice_number");
  });

  it.each([
    ["Facture de situation n° F-2024-031 du 20/03/2024", "F-2024-031"],
    ["Rechnung des Versicherers Nr. 4455", "4455"],
    ["Factura de venta nº 2024-71", "2024-71"],
  ])("stands behind a title of several words: %s", (text, number) => {
    expect(head(text).invoice_number).toBe(number);
  });

  it.each([
    "Rechnung zum Auftrag Nr. 4455",
    "Rechnung der Wohnung Nr. 4455",
    "Facture du chantier n° 4455",
    "Invoice for order no. 4455",
  ])("is none of what the paper is for: %s", (text) => {
    expect(head(text)).not.toHaveProperty("invoice_number");
  });

  it("has the day of the paper right behind it", () => {
    expect(head("Gutschriftsanzeige (381) Nr. GS2024-8 vom 04.04.2024")).toEqual({
      invoice_number: "GS2024-8",
      invoice_date: "2024-04-04",
    });
    expect(head("Rechnungsnummer / Datum", "RE-77123 / 15.01.2024")).toEqual({
      invoice_number: "RE-77123",
      invoice_date: "2024-01-15",
    });
    expect(head("Rechnung Nr. 4711", "Bezug: Ihre Bestellung 812 vom 04.04.2024")).toEqual({ invoice_number: "4711" });
  });

  it("is the one that is called so, and not what is called a reference", () => {
    expect(head("Invoice Number  Reference", "INV-31  PO 881")).toMatchObject({ invoice_number: "INV-31" });
  });
});

describe("the sums of an invoice", () => {
  it.each([
    "19 % MwSt. von 120,00 €  22,80 €",
    "MwSt. 19 % auf 120,00 €  22,80 €",
    "VAT 19% on €120.00  €22.80",
    "TVA 19 % sur  120,00 €  22,80 €",
  ])("are no base of a tax: %s", (line) => {
    expect(head(line).tax).toEqual(eur(22.8));
  });

  it("have a base as the sum without tax where the equation bears it out", () => {
    expect(head("MwSt. 19 % von 120,00 €  22,80 €", "Gesamtbetrag  142,80 €").net).toEqual(eur(120));
    expect(head("MwSt. 19 % von 120,00 €  22,80 €", "Gesamtbetrag  150,00 €")).not.toHaveProperty("net");
  });

  it("have no sum without tax in what is left to pay", () => {
    const sums = ["Montant H.T.  1 000,00 €", "T.V.A. 20,00 %  200,00 €", "Montant T.T.C.  1 200,00 €"];
    const paid = ["Acompte versé  -300,00 €", "Net à payer  900,00 €"];
    expect(head(...sums, ...paid)).toEqual({ net: eur(1000), tax: eur(200), total: eur(1200) });
    expect(head("Net à payer  900,00 €")).not.toHaveProperty("net");
  });

  it("are none of one rate of a breakdown", () => {
    const rates = ["7 %  100,00  7,00  107,00", "19 %  200,00  38,00  238,00"];
    const heading = "Satz  Nettobetrag  Steuerbetrag  Bruttobetrag";
    expect(head(heading, ...rates)).toEqual({});
    expect(head(heading, ...rates, "Summe  300,00  45,00  345,00")).toEqual({
      net: { amount: 300, currency: null },
      tax: { amount: 45, currency: null },
      total: { amount: 345, currency: null },
    });
  });
});

describe("the lines of an invoice", () => {
  const linesOf = (...lines: string[]) => {
    const { values } = extractLocally({
      pages: [{ page_number: 1, text: lines.join("\n") }],
      fields: TEMPLATES.invoice!.fields,
      document_type: "invoice",
    });
    const items = values.filter(({ path }) => path.startsWith("items."));
    return items.map(({ path, row, value }) => [row, path.slice(6), typeof value === "object" ? value.amount : value]);
  };

  it("have how many under a heading that is called as their sum, where that comes out", () => {
    const heading = "Amount  Product  VAT  Price  Total";
    expect(linesOf(heading, "3.00  Poster, large  19%  12.50 €  37.50 €", "Net total: 37.50 €")).toEqual([
      [0, "quantity", 3],
      [0, "description", "Poster, large"],
      [0, "unit_price", 12.5],
      [0, "total", 37.5],
    ]);
    const broken = linesOf(heading, "4.00  Poster, large  19%  12.50 €  37.50 €", "Net total: 37.50 €");
    expect(broken.filter(([, column]) => column === "quantity" || column === "unit_price")).toEqual([]);
  });

  it("have how many in a column without a name, where price times that is their sum", () => {
    const heading = "#  Produkt  USt  Einzelpreis  Summe";
    const line = "Poster  19 %  12,50 €";
    expect(linesOf(heading, `3,00  ${line}  37,50 €`).filter(([, column]) => column === "quantity")).toEqual([
      [0, "quantity", 3],
    ]);
    for (const other of [`4,00  ${line}  37,50 €`, `3  ${line}  37,50 €`])
      expect(linesOf(heading, other).filter(([, column]) => column === "quantity")).toEqual([]);
  });
});
