// What the local extractor finds in the text of a page, and what it leaves to a person.
import { describe, expect, it } from "vitest";
import { parseFields, type Fields } from "../../../supabase/functions/_shared/extraction/schema.ts";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import type { ExtractPage, Value } from "../../../supabase/functions/_shared/extraction/values.ts";

const page = (...lines: string[]): ExtractPage[] => [{ page_number: 1, text: lines.join("\n") }];
const eur = (amount: number) => ({ amount, currency: "EUR" });

function extract(
  template: string | Fields,
  pages: ExtractPage[],
  more: { language?: string; document_type?: string } = {},
) {
  const fields = typeof template === "string" ? TEMPLATES[template]!.fields : template;
  const result = extractLocally({ pages, fields, language: "en", ...more });
  const of = (list: { path: string; row: number; value: Value }[]) => {
    const found: Record<string, Value | Value[]> = {};
    for (const { path, row, value } of list) {
      if (!path.includes(".")) found[path] = value;
      else ((found[path] ??= []) as Value[])[row] = value;
    }
    return found;
  };
  return { ...result, written: of(result.values), proposed: of(result.proposals) };
}

const INVOICE = [
  "Brandt & Söhne GmbH",
  "Kaistraße 8, 24103 Kiel",
  "",
  "Rechnung",
  "Rechnungsnummer: RE-2026-0042  Rechnungsdatum: 15.03.2026",
  "Fällig am: 29.03.2026",
  "",
  "Bezeichnung  Menge  Einzelpreis  Betrag",
  "Webdesign  2  40,00  80,00",
  "Fensterreinigung  1  20,50  20,50",
  "",
  "Zwischensumme  100,50",
  "MwSt. 20%  20,10",
  "Gesamtbetrag  EUR 120,60",
];

describe("an invoice", () => {
  it("gives its head, its lines and its sums, each with the words that it was read from", () => {
    const { written, proposals, values, checks } = extract("invoice", page(...INVOICE), {
      language: "de",
      document_type: "invoice",
    });
    expect(written).toEqual({
      invoice_number: "RE-2026-0042",
      invoice_date: "2026-03-15",
      due_date: "2026-03-29",
      seller: "Brandt & Söhne GmbH",
      net: eur(100.5),
      tax: eur(20.1),
      total: eur(120.6),
      "items.description": ["Webdesign", "Fensterreinigung"],
      "items.quantity": [2, 1],
      "items.unit_price": [eur(40), eur(20.5)],
      "items.total": [eur(80), eur(20.5)],
    });
    expect(proposals).toEqual([]);
    expect(checks.every(({ holds }) => holds)).toBe(true);
    for (const { quote, proof } of values) {
      expect(proof).toBe("quote");
      expect(INVOICE.map((line) => line.replace(/ +/g, " ")).some((line) => line.includes(quote!))).toBe(true);
    }
  });

  it("whose headings stand above their values", () => {
    const { written } = extract(
      "invoice",
      page(
        "Larkspur Studio",
        "Invoice number  Invoice date  Due date",
        "A-77  2026-03-15  2026-04-15",
        "Subtotal  £10.00",
        "VAT 20%  £2.00",
        "Total  £12.00",
      ),
      { document_type: "invoice" },
    );
    expect(written).toMatchObject({
      invoice_number: "A-77",
      invoice_date: "2026-03-15",
      due_date: "2026-04-15",
      total: { amount: 12, currency: "GBP" },
    });
  });

  it("with a misread total is repaired where the other sums are sure", () => {
    const lines = INVOICE.map((line) => line.replace("120,60", "120,80"));
    const { values, proposed } = extract("invoice", page(...lines, "Steuerbetrag 20,10"), {
      language: "de",
      document_type: "invoice",
    });
    expect(values.find(({ path }) => path === "total")).toMatchObject({
      value: eur(120.6),
      proof: "equation",
      note: "read 120.80, follows 120.60",
    });
    expect(proposed).toEqual({});
  });

  it("with a broken sum that could be any of its parts writes none of those that nothing else bears out", () => {
    const { written, proposed } = extract(
      "invoice",
      page("Acme Ltd", "Subtotal  £50.00", "VAT  £10.00", "Total  £61.00"),
      { document_type: "invoice" },
    );
    expect(written).not.toHaveProperty("total");
    expect(Object.keys(proposed).sort()).toEqual(["net", "tax", "total"]);
  });

  it("with two rates of tax has the sum of both", () => {
    const { written } = extract(
      "invoice",
      page(
        "Bezeichnung  Menge  Einzelpreis  Betrag",
        "Brot  1  100,00  100,00",
        "Wein  1  50,00  50,00",
        "Summe netto  150,00",
        "MwSt 7%  7,00",
        "MwSt 19%  9,50",
        "Gesamtbetrag  166,50 EUR",
        "Zahlbetrag  166,50 EUR",
      ),
      { language: "de", document_type: "invoice" },
    );
    expect(written).toMatchObject({ net: eur(150), tax: eur(16.5), total: eur(166.5) });
  });
});

describe("the number of a paper", () => {
  const numberIn = (...lines: string[]) =>
    extract("invoice", page(...lines), { language: "de" }).written.invoice_number;
  it.each([
    ["in a heading", "Handelsrechnung (380) Nr. 4711 vom 05.03.2026", "4711"],
    ["right behind what the paper is", "Facture FA-2026-0010", "FA-2026-0010"],
    ["beside its label", "Rechnungsnummer  Kundennummer", undefined],
    ["a day", "Rechnung 12.03.2026", undefined],
    ["a day in words", "Invoice 12 March 2026", undefined],
    ["an amount", "Rechnung  1.204,50", undefined],
    ["a term of payment", "Rechnung 30 Tage netto", undefined],
    ["somebody else's reference", "Votre référence PO445", undefined],
    ["an account", "Reference: DE89 3704 0044 0532 0130 00", undefined],
    ["a tax number", "Reference: DE123456789", undefined],
    ["the number of another paper", "Lieferschein zur Rechnung 4711", undefined],
  ])("is read, and nothing else: %s", (_, line, number) => {
    expect(numberIn(line)).toBe(number);
  });

  it("is not the street below a heading, nor what stands beyond another label", () => {
    expect(numberIn("Facture", "12 rue de la Paix")).toBeUndefined();
    expect(numberIn("Rechnungsnummer  Kundennummer  10042")).toBeUndefined();
  });
});

describe("a day to pay", () => {
  const dueIn = (...lines: string[]) => extract("invoice", page(...lines), { language: "de" }).written.due_date;
  it("stands behind its label, also over a few words, or alone below it", () => {
    expect(dueIn("Zahlbar innerhalb 30 Tagen netto bis 04.07.2026")).toBe("2026-07-04");
    expect(dueIn("Beschreibung  Fälligkeit  Teilzahlung", "30.11.2026")).toBe("2026-11-30");
  });

  it("is none until which less is paid", () => {
    expect(dueIn("Zahlbar mit 3% Skonto bis 15.06.2026")).toBeUndefined();
    expect(dueIn("Beschreibung  Fälligkeit  Teilzahlung", "3% Skonto bis 15.06.2026")).toBeUndefined();
  });
});

describe("sums", () => {
  it("are those behind their labels, and not what else stands in a row of a breakdown", () => {
    const { written } = extract(
      "invoice",
      page(
        "Art (Kategorie)  Basisbetrag  Steuersatz  Steuerbetrag",
        "Umsatzsteuer (S)  275,00  7  19,25",
        "Umsatzsteuer (S)  198,00  19  37,62",
        "Rechnungssumme ohne USt.  473,00",
        "Steuerbetrag in  EUR  56,87",
        "Bruttosumme  529,87",
        "Erhaltene Anzahlungen  -1059,74",
        "Zahlbetrag  -529,87",
      ),
      { language: "de", document_type: "invoice" },
    );
    expect(written).toEqual({ net: eur(473), tax: eur(56.87), total: eur(529.87) });
  });

  it("are left to a person where a row has several amounts, and where other words stand between", () => {
    for (const line of [
      "Umsatzsteuer (S)  275,00  7  19,25 €",
      "TVA : FR11999999998 - SARL au capital de 120 000,00 €",
    ])
      expect(extract("invoice", page(line), { language: "fr" }).written).toEqual({});
  });
});

describe("who a paper is from", () => {
  it("is left to a person where one of two companies is as likely", () => {
    const { written } = extract("invoice", page("Invoice", "Acme Ltd", "Birch Ltd", "Total  £12.00"), {
      document_type: "invoice",
    });
    expect(written).not.toHaveProperty("seller");
  });
});

describe("a row of a table", () => {
  it("whose cells stand in other columns than its headings is found by its product, also over two lines", () => {
    const { written, proposed } = extract(
      "invoice",
      page(
        "Pos Art-Nr Beschreibung  Nettopreis  Menge  USt.  Betrag",
        "1  Steak  5,5000  4 kg  7 %  22,00",
        "Bruttopreis : 5,5000",
        "2  TB100  Papier A4  9,9000  20 Stk  19 %",
        "4012345001235  198,00",
        "3  Pfand  2,7700  20  19 %",
      ),
      { language: "de" },
    );
    expect(written).toMatchObject({
      "items.quantity": [4, 20],
      "items.unit_price": [{ amount: 5.5 }, { amount: 9.9 }],
      "items.total": [{ amount: 22 }, { amount: 198 }],
      "items.description": ["Steak"],
    });
    // Two texts before the numbers: either may be the name.
    expect(proposed["items.description"]).toMatchObject({ 1: "Papier A4" });
    expect(Object.keys(proposed)).not.toContain("items.unit_price");
  });

  it("of more cells than headings shows that as many cells are no columns", () => {
    const { written, proposed } = extract(
      "delivery_note",
      page("Description  Quantity", "Paper  2", "Ink  blue  3  box  7"),
      {},
    );
    expect(written).not.toHaveProperty("items.quantity");
    expect(proposed["items.quantity"]).toBeDefined();
  });

  it("that breaks its equation is a proposal", () => {
    const { written, proposed } = extract(
      "invoice",
      page("Description  Qty  Unit price  Amount", "Paper  2  £10.00  £20.00", "Ink  3  £5.00  £16.00"),
      {},
    );
    expect(written["items.total"]).toEqual([{ amount: 20, currency: "GBP" }]);
    expect(proposed["items.total"]).toMatchObject({ 1: { amount: 16, currency: "GBP" } });
  });

  it("may lack a cell, and its numbers stand under their headings by boxes", () => {
    const word = (text: string, x0: number, y0: number, x1 = x0 + 10 * text.length) => ({
      text,
      x0,
      y0,
      x1,
      y1: y0 + 12,
      confidence: 0.9,
    });
    const words = [
      word("Description", 10, 10),
      word("Qty", 200, 10),
      word("Amount", 300, 10),
      word("Paper", 10, 30),
      word("2", 205, 30),
      word("20.00", 310, 30),
      word("Deposit", 10, 50),
      word("5.00", 320, 50),
    ];
    const { written } = extract("invoice", [
      { page_number: 1, text: "Description Qty Amount\nPaper 2 20.00\nDeposit 5.00", words },
    ]);
    expect(written["items.quantity"]).toEqual([2]);
    expect(written["items.total"]).toMatchObject([{ amount: 20 }, { amount: 5 }]);
  });

  it("that stands one blank from cell to cell is read from its numbers", () => {
    const { written } = extract("delivery_note", page("Description Qty", "Blue paper A4 12", "Ink 3"));
    expect(written["items.quantity"]).toEqual([12, 3]);
    expect(written["items.description"]).toEqual(["Blue paper A4", "Ink"]);
  });

  it("stands on every page of a long table", () => {
    const pages = [1, 2, 3].map((page_number) => ({
      page_number,
      text: [
        "Description  Qty",
        ...Array.from({ length: 400 }, (_, nth) => `Thing ${page_number}-${nth}  ${nth + 1}`),
      ].join("\n"),
    }));
    const { written } = extract("delivery_note", pages);
    expect(written["items.quantity"]).toHaveLength(1200);
  });
});

describe("a bank statement", () => {
  const STATEMENT = (closing: string) =>
    page(
      "Nordbank AG",
      "IBAN DE89 3704 0044 0532 0130 00",
      "Auszugsdatum 31.03.2026",
      "Alter Saldo  1.000,00 EUR",
      "Buchungstag  Verwendungszweck  Betrag",
      "02.03.2026  Miete  -600,00",
      "05.03.2026  Gehalt  2.150,40",
      `Neuer Saldo  ${closing} EUR`,
    );

  it("is proven by its balances", () => {
    const { written, checks } = extract("bank_statement", STATEMENT("2.550,40"), {
      language: "de",
      document_type: "bank-statement",
    });
    expect(written).toMatchObject({
      account_number: "DE89 3704 0044 0532 0130 00",
      opening: eur(1000),
      closing: eur(2550.4),
      "transactions.amount": [eur(-600), eur(2150.4)],
      "transactions.date": ["2026-03-02", "2026-03-05"],
    });
    expect(checks).toEqual([
      { check: "closing = opening + sum(transactions.amount)", row: null, difference: 0, holds: true },
    ]);
  });

  it("whose balances do not come out writes neither them nor the amounts", () => {
    const { written, proposed } = extract("bank_statement", STATEMENT("2.750,40"), {
      language: "de",
      document_type: "bank-statement",
    });
    expect(written).not.toHaveProperty("closing");
    expect(written).not.toHaveProperty("transactions.amount");
    expect(proposed).toHaveProperty("closing");
  });
});

describe("fields of one's own", () => {
  const fields = parseFields({
    type: "object",
    properties: {
      meter_number: { type: "string", format: "code", labels: ["Zählernummer"] },
      consumption: { type: "integer", labels: ["Verbrauch"] },
      paid: { type: "boolean", labels: ["Bezahlt"] },
      tariff: { type: "string", enum: ["Basis", "Basis Plus"], labels: ["Tarif"] },
      reading_date: { type: "string", format: "date", labels: ["abgelesen am"] },
    },
  });

  it("are read by type", () => {
    const { written } = extract(
      fields,
      page(
        "Zählernummer 1ESY-77.03",
        "Verbrauch  412 kWh",
        "Bezahlt: ja",
        "Tarif: Basis Plus",
        "Abgelesen am 1. Mai 2026",
      ),
      { language: "de" },
    );
    expect(written).toEqual({
      meter_number: "1ESY-77.03",
      consumption: 412,
      paid: true,
      tariff: "Basis Plus",
      reading_date: "2026-05-01",
    });
  });

  it("are not written where two values are as likely", () => {
    const { written, proposals } = extract(fields, page("Verbrauch  412", "Verbrauch  388"), { language: "de" });
    expect(written).toEqual({});
    expect(proposals).toMatchObject([{ path: "consumption", reason: "ambiguous" }]);
  });
});

describe("a value whose digits were hardly read", () => {
  const read = (lines: [text: string, confidence: number][][]) => {
    const words = lines.flatMap((line, nth) =>
      line.map(([text, confidence], place) => ({
        text,
        x0: 100 + 150 * place,
        y0: 100 + 30 * nth,
        x1: 190 + 150 * place,
        y1: 116 + 30 * nth,
        confidence,
      })),
    );
    const text = lines.map((line) => line.map(([word]) => word).join(" ")).join("\n");
    return extract("receipt", [{ page_number: 1, text, words }], { document_type: "receipt" });
  };

  it("waits, unless it stands there a second time or an equation bears it out", () => {
    const date: [string, number][] = [
      ["Date", 0.96],
      ["06/03/2018", 0.95],
    ];
    expect(
      read([
        date,
        [
          ["Total", 0.96],
          ["64.56", 0.48],
        ],
      ]).written,
    ).toEqual({ date: "2018-03-06" });
    expect(
      read([
        date,
        [
          ["Total", 0.96],
          ["64.56", 0.48],
        ],
        [
          ["Card", 0.9],
          ["64.56", 0.9],
        ],
      ]).written,
    ).toHaveProperty("total");
    const sums: [string, number][][] = [
      [
        ["Net", 0.9],
        ["60.00", 0.9],
      ],
      [
        ["VAT", 0.9],
        ["4.56", 0.9],
      ],
      [
        ["Total", 0.9],
        ["64.56", 0.48],
      ],
    ];
    expect(read([date, ...sums]).written).toHaveProperty("total");
    expect(
      read([
        [
          ["Date", 0.96],
          ["16/04/2018", 0.7],
        ],
      ]).written,
    ).toEqual({});
  });
});

it("where an amount or a word of a line was hardly read, the others do not wait with it", () => {
  const lines = [
    ["Date", "Description", "Amount EUR"],
    ["03.08.2026", "Rent", "-205.88"],
    ["05.08.2026", "Refund", "44471"],
    ["06.08.2026", "Water", "-41.50"],
  ];
  const words = lines.flatMap((line, nth) =>
    line.flatMap((cell, place) =>
      cell.split(" ").map((text, part) => ({
        text,
        x0: 100 + 200 * place + 90 * part,
        y0: 100 + 30 * nth,
        x1: 185 + 200 * place + 90 * part,
        y1: 116 + 30 * nth,
        confidence: text === "44471" ? 0 : text === "Water" ? 0.5 : 0.95,
      })),
    ),
  );
  const table = lines.map((line) => line.join(" "));
  const text = ["Opening balance: 1,000.00", ...table, "Closing balance: 1,197.33"].join("\n");
  const { written } = extract("bank_statement", [{ page_number: 1, text, words }], { document_type: "bank-statement" });
  expect(written["transactions.amount"]).toEqual([eur(-205.88), undefined, eur(-41.5)]);
  expect(written["transactions.description"]).toEqual(["Rent", "Refund"]);
});

it("a dash that stands alone before an amount may be no minus", () => {
  const { written, proposed } = extract("receipt", page("Date 08/05/2018", "Grand Total - 6.70"));
  expect(written).not.toHaveProperty("total");
  expect(proposed).toHaveProperty("total");
});
