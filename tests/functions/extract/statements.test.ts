// Which way money went on statements, and the lines of receipts that stand below no headings.
import { describe, expect, it } from "vitest";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import type { ExtractPage, FoundValue } from "../../../supabase/functions/_shared/extraction/values.ts";
import { mayBeMisread } from "../../../supabase/functions/extract/local/misread.ts";
import { madeReceipts } from "../../../testing/fixtures/receipts-of-layouts.ts";
import { madeStatements } from "../../../testing/fixtures/statements-of-layouts.ts";

const written = (template: string, pages: ExtractPage[]): FoundValue[] =>
  extractLocally({ pages, fields: TEMPLATES[template]!.fields, language: null }).values;
const ofText = (template: string, lines: string[]) => written(template, [{ page_number: 1, text: lines.join("\n") }]);
const columnOf = (values: FoundValue[], path: string): unknown[] =>
  values
    .filter((one) => one.path === path)
    .sort((a, b) => a.row - b.row)
    .map(({ value }) => (typeof value === "object" ? value.amount : value));
const moved = (...lines: string[]) => columnOf(ofText("bank_statement", lines), "transactions.amount");

describe("an amount of a statement went out", () => {
  it.each([
    ["a minus behind it", ["Datum  Text  Betrag EUR", "01.04.2026  Miete  612,40-", "03.04.2026  Gehalt  2.100,00+"]],
    [
      "a minus behind its currency",
      ["Datum  Text  Betrag", "01.04.2026  Miete  612,40 EUR-", "03.04.2026  Gehalt  2.100,00 EUR"],
    ],
    ["S and H", ["Datum  Text  Betrag EUR", "01.04.2026  Miete  612,40 S", "03.04.2026  Gehalt  2.100,00 H"]],
    [
      "S and H in cells of their own",
      ["Datum  Text  Betrag EUR", "01.04.2026  Miete  612,40  S", "03.04.2026  Gehalt  2.100,00  H"],
    ],
    ["DR and CR", ["Date  Details  Amount GBP", "01/04/2026  Rent  612.40 DR", "03/04/2026  Salary  2,100.00 CR"]],
    [
      "Af and Bij",
      ["Datum  Omschrijving  Bedrag EUR", "01-04-2026  Huur  612,40 Af", "03-04-2026  Salaris  2.100,00 Bij"],
    ],
    [
      "Debe and Haber",
      ["Fecha  Concepto  Importe EUR", "01/04/2026  Alquiler  612,40 Debe", "03/04/2026  Nómina  2.100,00 Haber"],
    ],
    [
      "columns, where the other one says nothing",
      [
        "Date  Description  Paid out GBP  Paid in GBP",
        "01/04/2026  Rent  612.40  0.00",
        "03/04/2026  Salary  0.00  2,100.00",
      ],
    ],
    [
      "columns, and the balances",
      [
        "Solde initial  1 000,00 EUR",
        "Date  Libellé  Débit  Crédit  Solde EUR",
        "01/04/2026  Loyer  612,40    387,60",
        "03/04/2026  Salaire    2 100,00  2 487,60",
      ],
    ],
    [
      "the balances of lines whose newest comes first",
      [
        "Date  Description  Money out  Money in  Balance GBP",
        "03/04/2026  Salary    2,100.00  2,487.60",
        "01/04/2026  Rent  612.40    387.60",
        "Opening balance  1,000.00",
      ],
    ],
  ])("by %s", (what, lines) => {
    expect(moved(...lines)).toEqual(/newest/.test(what) ? [2100, -612.4] : [-612.4, 2100]);
  });

  it("by the column that it stands under, where words have places", () => {
    const word = (text: string, x0: number, line: number) => ({
      text,
      x0,
      y0: 100 + 30 * line,
      x1: x0 + 9 * text.length,
      y1: 116 + 30 * line,
      confidence: 0.99,
    });
    const lines = [
      [
        ["Date", 60],
        ["Description", 200],
        ["Withdrawals", 400],
        ["Deposits", 560],
      ],
      [
        ["01/04/2026", 60],
        ["Rent", 200],
        ["$612.40", 430],
      ],
      [
        ["03/04/2026", 60],
        ["Salary", 200],
        ["$2,100.00", 550],
      ],
    ] as [string, number][][];
    const page: ExtractPage = {
      page_number: 1,
      text: lines.map((line) => line.map(([text]) => text).join(" ")).join("\n"),
      words: lines.flatMap((line, nth) => line.map(([text, x]) => word(text, x, nth))),
    };
    expect(columnOf(written("bank_statement", [page]), "transactions.amount")).toEqual([-612.4, 2100]);
  });

  it.each([
    ["one of two columns without balances", ["Date  Details  Debit  Credit", "01/04/2026  Rent    612.40 GBP"]],
    [
      "balances that do not come out",
      [
        "Date  Details  Debit  Credit  Balance GBP",
        "01/04/2026  Rent  612.40    387.60",
        "03/04/2026  Salary  2,100.00    9,999.00",
        "04/04/2026  Water  100.00    7,777.00",
      ],
    ],
  ])("is not guessed from %s", (_, lines) => {
    expect(moved(...lines)).toEqual([]);
  });

  it("is not taken from a code of tax behind the sums of an invoice", () => {
    const values = ofText("invoice", [
      "Invoice number: 4711",
      "Description  Qty  Unit price  Amount",
      "Web design  1  40.00  40.00 S",
      "Hosting  2  10.00  20.00 S",
      "Subtotal  60.00 S",
      "VAT 20%  12.00",
      "Total  GBP 72.00",
    ]);
    expect(columnOf(values, "items.total")).toEqual([40, 20]);
    expect(columnOf(values, "net")).toEqual([60]);
  });

  it("makes no range of amounts a negative one", () => {
    expect(
      columnOf(ofText("receipt", ["Date: 2026-04-01", "Gift cards 10.00- 20.00", "Total  £15.00"]), "total"),
    ).toEqual([15]);
  });
});

describe("the lines of a receipt without headings", () => {
  const goods = (...lines: string[]) => {
    const values = ofText("receipt", ["Pike Street Grocer Ltd", "Date: 01/04/2026", ...lines]);
    return ["description", "quantity", "unit_price", "total"].map((column) => columnOf(values, `items.${column}`));
  };

  it("are words with amounts that come to a sum", () => {
    expect(goods("Oat milk  2.40", "Rye bread  3.10", "Total  £5.50", "Cash  10.00", "Change  4.50")).toEqual([
      ["Oat milk", "Rye bread"],
      [],
      [],
      [2.4, 3.1],
    ]);
  });

  it("may say how many of what price below their words", () => {
    expect(goods("Oat milk", "2 x 2.40  4.80", "Rye bread  3.10", "Total  £7.90")).toEqual([
      ["Oat milk", "Rye bread"],
      [2],
      [2.4],
      [4.8, 3.1],
    ]);
  });

  it.each([
    ["come to no sum", ["Oat milk  2.40", "Rye bread  3.10", "Total  £9.90"]],
    ["are sums themselves", ["Goods  100.00", "VAT 20% on 100.00  20.00", "Total  £120.00"]],
  ])("are none where they %s", (_, lines) => {
    expect(goods(...lines)).toEqual([[], [], [], []]);
  });
});

it.each([
  ["receipts", madeReceipts(240)],
  ["statements", madeStatements(240)],
])("of %s in forty layouts nothing is written that is wrong", (_, papers) => {
  const wrong = papers.flatMap(({ template, layout, language, text, header, lines }) =>
    written(template, [{ page_number: 1, text }]).flatMap(({ path, row, value }) => {
      const [, column] = path.split(".");
      const truth = column ? lines[row]?.[column] : header[path];
      const plain = (one: unknown) =>
        typeof one === "object" && one !== null ? (one as { amount: number }).amount.toFixed(2) : String(one);
      return plain(value) === plain(truth)
        ? []
        : [`${layout} ${language}: ${path} ${row} ${plain(value)}, not ${plain(truth)}`];
    }),
  );
  expect(wrong).toEqual([]);
});

describe("where one digit of a statement was misread", () => {
  const LINES = ["01/04/2026  Rent  -612.40", "03/04/2026  Salary  2,100.00", "04/04/2026  Water  -41.50"];
  const page = (closing: string, ...lines: string[]) => [
    "Opening balance: 1,000.00",
    "Date  Description  Amount GBP",
    ...lines,
    `Closing balance: ${closing}`,
  ];

  it("lines in which no digit explains the difference are written, and the document waits", () => {
    // 200.00 too much: 612.40 may be 412.40, and 2,100.00 may be 2,300.00.
    const text = page("2,646.10", ...LINES).join("\n");
    const { values, checks } = extractLocally({
      pages: [{ page_number: 1, text }],
      fields: TEMPLATES["bank_statement"]!.fields,
    });
    expect(columnOf(values, "transactions.amount")).toEqual([-41.5]);
    expect(checks).toMatchObject([{ holds: false, difference: 200 }]);
  });

  it("no line is written where nothing explains the difference", () => {
    expect(moved(...page("2,557.21", ...LINES))).toEqual([]);
  });

  it("no number that was misread is written, whichever it is, nor what would follow from it", () => {
    for (const { text, lines, header } of madeStatements(120).filter(({ noisy }) => !noisy)) {
      const right = [...lines.map(({ amount }) => amount), header["opening"], header["closing"]].map((value) =>
        JSON.stringify(value),
      );
      const places = [...text.matchAll(/\d(?=[.,]\d{2}(?![\d.,]))/g)].map(({ index }) => index);
      for (const nth of [0, 1, Math.floor(places.length / 2), places.length - 1]) {
        const place = places[nth]!;
        const wrong = String((Number(text[place]) + 1 + (nth % 9)) % 10);
        const values = ofText("bank_statement", [text.slice(0, place) + wrong + text.slice(place + 1)]);
        const amounts = values.filter(({ value }) => typeof value === "object");
        expect(amounts.filter(({ value }) => !right.includes(JSON.stringify(value)))).toEqual([]);
      }
    }
  });

  it.each([
    [23.1, 73.1, true],
    [23.1, 123.1, true],
    [123.1, 13.1, true],
    [-23.1, 23.1, true],
    [-23.1, 24.1, false],
    [0.05, 1.05, true],
    [19, 20, false],
    [100, 99, false],
  ])("%d may stand for %d: %s", (read, right, may) => {
    expect(mayBeMisread(read, right, false)).toBe(may);
  });

  it("no digit of a number with parted thousands is missing unnoticed", () => {
    expect(mayBeMisread(123.1, 1123.1, true)).toBe(false);
    expect(mayBeMisread(1123.1, 1723.1, true)).toBe(true);
    expect(mayBeMisread(13.1, 123.1, true)).toBe(true);
  });
});

describe("where one digit of a receipt was misread", () => {
  it("the line in question waits: which of two others it may be cannot be told", () => {
    const receipt = (first: string) => [
      "Item  Amount GBP",
      `Tea  ${first}`,
      "Bread  26.70",
      "Apples  63.57",
      "Total  94.89",
    ];
    const totals = (first: string) => columnOf(ofText("receipt", receipt(first)), "items.total");
    expect(totals("4.62")).toEqual([4.62, 26.7, 63.57]);
    expect(totals("5.62")).not.toContain(5.62);
  });

  it("lines with numbers and no price are written where they come to a sum", () => {
    const values = ofText("receipt", ["Qty  Item  Amount GBP", "3  Tea  4.62", "1  Bread  26.70", "Total  31.32"]);
    expect(columnOf(values, "items.quantity")).toEqual([3, 1]);
  });

  it("a price waits that does not come to what the line says", () => {
    const values = ofText("receipt", [
      "Item  Qty  Price  Amount GBP",
      "Tea  2  5.31  4.62",
      "Bread  1  26.70  26.70",
      "Total  31.32",
    ]);
    expect(columnOf(values, "items.unit_price")).toEqual([26.7]);
  });

  it("no number that was misread is written, whichever it is, nor what would follow from it", () => {
    for (const { text, lines, header } of madeReceipts(120).filter(({ noisy }) => !noisy)) {
      const right = [...lines.flatMap((line) => Object.values(line)), ...Object.values(header)].map((value) =>
        JSON.stringify(value),
      );
      const places = [...text.matchAll(/\d(?=[.,]\d{2}(?![\d.,]))/g)].map(({ index }) => index);
      for (const nth of [0, 1, Math.floor(places.length / 2), places.length - 1]) {
        const place = places[nth]!;
        const wrong = String((Number(text[place]) + 1 + (nth % 9)) % 10);
        const values = ofText("receipt", [text.slice(0, place) + wrong + text.slice(place + 1)]);
        const amounts = values.filter(({ value }) => typeof value === "object");
        expect(amounts.filter(({ value }) => !right.includes(JSON.stringify(value)))).toEqual([]);
      }
    }
  });
});
