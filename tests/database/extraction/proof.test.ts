// What the database takes for proven: the words on the page, or an equation over what is proven. Nobody's word.
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";
import { claim, pageOf, held, upload } from "../../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const MONEY = (...labels: string[]) => ({ type: "object", format: "money", labels });
const FIELDS = {
  type: "object",
  properties: {
    number: { type: "string", format: "code", labels: ["invoice no"] },
    due: { type: "string", format: "date", labels: ["due date"] },
    net: MONEY("net", "net total"),
    tax: MONEY("vat"),
    total: MONEY("total"),
    ordered: { type: "string", format: "date", labels: ["ordered on"] },
    shipped: { type: "string", format: "date", labels: ["shipped on"] },
    contact: { type: "string", labels: ["contact"] },
    seller: { type: "string", rule: "sender" },
    paid: { type: "boolean" },
    kind: { type: "string", enum: ["Basis", "Basis Plus"] },
    items: {
      type: "array",
      items: {
        type: "object",
        properties: { name: { type: "string" }, n: { type: "number" }, price: MONEY("price"), sum: MONEY("amount") },
      },
    },
  },
  checks: ["net + tax = total", "sum(items.sum) = net", "items.n * items.price = items.sum"],
};
const PAGE = [
  "Acme Ltd",
  "Invoice no: A-77/3  Due date: 1 May 2026",
  "Name  Number  Price  Amount",
  "Paper  2  £10.00  £20.00",
  "Ink  3  £10.10  £30.30",
  "Net total  £50.30",
  "VAT 20%  £10.06",
  "Total  £60.36",
  "Paid: yes",
  "Tariff Basis Plus",
  "Refund -12.00",
  "Ordered on  Shipped on",
  "3 May 2026  4 May 2026",
  "Contact: Ann Lee",
].join("\n");
const gbp = (amount: number) => ({ amount, currency: "GBP" });

async function document(text = PAGE): Promise<string> {
  const id = await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1, text)], page_count: 1 });
  return id;
}

type Given = {
  path: string;
  value: unknown;
  quote?: string | null;
  row?: number;
  label?: string;
  page?: number;
  proof?: string;
};
async function judge(given: Given[], { engine = "claude", text = PAGE, fields = FIELDS as object } = {}) {
  const id = await document(text);
  const claims = given.map((one) => ({ page: 1, row: 0, proof: "quote", ...one }));
  const [row] = await database.sql("select private.judged_values($1, $2, $3, $4) as judged", [
    id,
    JSON.stringify(fields),
    JSON.stringify(claims),
    engine,
  ]);
  const { values, checks } = row!.judged as { values: any[]; checks: any[] };
  const verdicts = Object.fromEntries(
    values.map(({ path, row_number, proven, proof, reason }) => [
      path.includes(".") ? `${path} ${row_number}` : path,
      proven ? proof : reason,
    ]),
  );
  return { values, checks, verdicts };
}

describe("a value is proven", () => {
  it.each<[string, Given]>([
    ["a code", { path: "number", value: "A-77/3", quote: "Invoice no: A-77/3" }],
    ["a date", { path: "due", value: "2026-05-01", quote: "Due date: 1 May 2026" }],
    ["an amount", { path: "total", value: gbp(60.36), quote: "Total £60.36" }],
    ["an amount whose label stands apart", { path: "total", value: gbp(60.36), quote: "£60.36", label: "Total" }],
    ["an amount behind the longer of two labels", { path: "net", value: gbp(50.3), quote: "Net total £50.30" }],
    [
      "a day below its heading",
      { path: "shipped", value: "2026-05-04", quote: "3 May 2026 4 May 2026", label: "Shipped on" },
    ],
    ["a text behind its label", { path: "contact", value: "Ann Lee", quote: "Contact: Ann Lee" }],
    ["a yes", { path: "paid", value: true, quote: "Paid: yes" }],
    ["one of a list", { path: "kind", value: "Basis Plus", quote: "Tariff Basis Plus" }],
  ])("%s, when it follows from words that stand on the page", async (_, given) => {
    expect((await judge([given])).verdicts).toEqual({ [given.path]: "quote" });
  });

  it.each<[string, Given]>([
    ["words that do not stand there", { path: "total", value: gbp(99), quote: "Total £99.00" }],
    ["no quote", { path: "total", value: gbp(60.36), quote: null }],
    ["another amount than the quoted one", { path: "total", value: gbp(60.63), quote: "Total £60.36" }],
    ["a quote that is cut so that another number appears", { path: "total", value: gbp(0.36), quote: "0.36" }],
    ["another field's words", { path: "total", value: gbp(50.3), quote: "Net total £50.30" }],
    [
      "another field's amount in a longer quote",
      { path: "total", value: gbp(50.3), quote: "Net total £50.30 VAT 20% £10.06 Total £60.36" },
    ],
    ["an amount without its label", { path: "total", value: gbp(10.06), quote: "£10.06" }],
    ["another column's day", { path: "shipped", value: "2026-05-03", quote: "3 May 2026", label: "Shipped on" }],
    [
      "a day that stands near its label, but not below it",
      { path: "shipped", value: "2026-05-01", quote: "1 May 2026", label: "Shipped on" },
    ],
    ["a text without its label", { path: "contact", value: "Acme Ltd", quote: "Acme Ltd" }],
    [
      "a text that claims a label far away",
      { path: "contact", value: "Acme Ltd", quote: "Acme Ltd", label: "Contact" },
    ],
    ["words for a code", { path: "number", value: "Due date", quote: "Invoice no: A-77/3 Due date" }],
    ["a name that nobody described the document by", { path: "seller", value: "Acme Ltd", quote: "Acme Ltd" }],
    ["an answer without its question", { path: "paid", value: true, quote: "yes" }],
    ["the sign of another", { path: "items.sum", value: gbp(12), quote: "Refund -12.00" }],
    ["a minus that is not there", { path: "items.sum", value: gbp(-20), quote: "Paper 2 £10.00 £20.00" }],
    ["another day", { path: "due", value: "2026-05-02", quote: "Due date: 1 May 2026" }],
    ["no such day", { path: "due", value: "2026-02-31", quote: "Due date: 1 May 2026" }],
    ["another code", { path: "number", value: "A-78/3", quote: "Invoice no: A-77/3" }],
    ["a no where a yes stands", { path: "paid", value: false, quote: "Paid: yes" }],
    ["what is not of the list", { path: "kind", value: "Tariff", quote: "Tariff Basis Plus" }],
    ["a text for an amount", { path: "total", value: "60.36", quote: "Total £60.36" }],
    ["a page that is not there", { path: "total", value: gbp(60.36), quote: "Total £60.36", page: 7 }],
    ["an e-invoice that is none", { path: "total", value: gbp(61), quote: "61", proof: "einvoice", page: undefined }],
  ])("not by %s", async (_, given) => {
    const { values } = await judge([given]);
    expect(values).toMatchObject([{ proven: false, reason: "not_on_page" }]);
  });

  it("as the sender where the document was described to be from there, and by no longer name", async () => {
    const id = await document();
    await database.sql("update public.documents set correspondent = 'Acme' where id = $1", [id]);
    const isProven = async (value: string, quote: string): Promise<boolean> => {
      const judged = await database.rpc("private.judged_values", {
        document_id: id,
        fields: FIELDS,
        claims: JSON.stringify([{ path: "seller", row: 0, page: 1, value, quote, proof: "quote", confidence: 0.9 }]),
        engine: "claude",
      });
      return judged.values[0].proven;
    };
    expect(await isProven("Acme Ltd", "Acme Ltd")).toBe(true);
    expect(await isProven("Acme & Partners Holding", "Acme Ltd")).toBe(false);
    expect(await isProven("Paper", "Paper 2 £10.00 £20.00")).toBe(false);
  });

  it("in a table where most of its row stands in the same words, and a text not alone", async () => {
    const row = (name: string, quote: string) => [
      { path: "items.name", value: name, quote },
      { path: "items.n", value: 2, quote: "Paper 2 £10.00 £20.00" },
    ];
    expect((await judge(row("Paper", "Paper 2 £10.00 £20.00"))).values[0].proven).toBe(true);
    expect((await judge(row("Ink", "Ink 3 £10.10 £30.30"))).values[0].proven).toBe(false);
    expect((await judge([{ path: "items.name", value: "Acme Ltd", quote: "Acme Ltd" }])).values[0].proven).toBe(false);
  });

  it("never for a field that the schema does not have", async () => {
    expect((await judge([{ path: "iban", value: "A-77/3", quote: "Invoice no: A-77/3" }])).values).toEqual([]);
  });

  it("by the XML of an e-invoice, line by line, where it says just that", async () => {
    const id = await document();
    await database.sql(
      `insert into public.ocr_results (document_id, user_id, raw_text, page_count, engine, processing_ms, einvoice, einvoice_details)
       values ($1, $2, '', 1, 'pdf_text_layer', 1, $3, $4)`,
      [
        id,
        user,
        JSON.stringify({ number: "R-17", currency: "EUR", grand_total: 121 }),
        JSON.stringify({
          due_date: "2026-04-15",
          net: 100.5,
          tax: 20.1,
          lines: [
            { description: "Web design", quantity: 2, unit_price: 40, total: 80 },
            { description: "Screws", quantity: 500, unit_price: null, total: 20.5 },
          ],
        }),
      ],
    );
    const by = (path: string, value: unknown, row = 0) => ({
      path,
      row,
      value,
      page: null,
      quote: "x",
      proof: "einvoice",
      confidence: 1,
    });
    const judged = (claims: object[]) =>
      database.rpc("private.judged_values", {
        document_id: id,
        fields: FIELDS,
        claims: JSON.stringify(claims),
        engine: "local",
      });
    const eur = (amount: number) => ({ amount, currency: "EUR" });
    const right = [
      by("number", "R-17"),
      by("due", "2026-04-15"),
      by("net", eur(100.5)),
      by("tax", { amount: 20.1, currency: null }),
      by("items.name", "Web design"),
      by("items.n", 2),
      by("items.sum", eur(80)),
      by("items.sum", eur(20.5), 1),
    ];
    const { values } = await judged(right);
    expect(values.every((one: any) => one.proven && one.proof === "einvoice")).toBe(true);
    expect(values.find(({ path }: any) => path === "tax").value).toEqual(eur(20.1));

    const wrong = [
      by("number", "R-18"),
      by("due", "2026-04-16"),
      by("net", eur(99)),
      by("items.name", "Screws"),
      by("items.sum", eur(80), 1),
      by("items.sum", eur(1), 7),
    ];
    const lies = await judged(wrong);
    expect(lies.values.map(({ path, proven }: any) => [path, proven])).toEqual(
      lies.values.map(({ path }: any) => [path, false]),
    );
    expect(lies.values).toHaveLength(wrong.length);
  });

  it("without a currency that the page does not name", async () => {
    const { values } = await judge([
      { path: "total", value: { amount: 60.36, currency: "CHF" }, quote: "Total £60.36" },
    ]);
    expect(values).toMatchObject([{ value: { amount: 60.36, currency: null }, proven: true }]);
  });

  it("by an equation over proven values, and by no other", async () => {
    const others = [
      { path: "net", value: gbp(50.3), quote: "Net total £50.30" },
      { path: "tax", value: gbp(10.06), quote: "VAT 20% £10.06" },
    ];
    expect(
      (await judge([...others, { path: "total", value: gbp(60.36), quote: null, proof: "equation" }])).verdicts.total,
    ).toBe("equation");
    expect(
      (await judge([...others, { path: "total", value: gbp(60.37), quote: null, proof: "equation" }])).verdicts.total,
    ).toBe("not_on_page");
    const [net] = others;
    expect(
      (
        await judge([
          net!,
          { path: "tax", value: gbp(1), quote: null, proof: "equation" },
          { path: "total", value: gbp(51.3), quote: null, proof: "equation" },
        ])
      ).verdicts,
    ).toEqual({ net: "quote", tax: "not_on_page", total: "not_on_page" });
  });

  it("by no sum of a model's lines, of which the paper may have more", async () => {
    const line = "Paper 2 £10.00 £20.00";
    const cells = [
      { path: "items.n", row: 0, value: 2, quote: line },
      { path: "items.price", row: 0, value: gbp(10), quote: line },
      { path: "items.sum", row: 0, value: gbp(20), quote: line },
    ];
    for (const quote of [line, "Net total £50.30"]) {
      const claims = [...cells, { path: "net", value: gbp(20), quote }];
      const { verdicts } = await judge(claims, { engine: "claude" });
      expect(verdicts).toMatchObject({ net: "not_on_page", "items.sum 0": "quote" });
    }
  });
});

describe("an equation that does not hold", () => {
  const rows = (second: number) => [
    { path: "items.n", row: 0, value: 2, quote: "Paper 2 £10.00 £20.00" },
    { path: "items.price", row: 0, value: gbp(10), quote: "Paper 2 £10.00 £20.00" },
    { path: "items.sum", row: 0, value: gbp(20), quote: "Paper 2 £10.00 £20.00" },
    { path: "items.n", row: 1, value: 3, quote: "Ink 3 £10.10 £30.30" },
    { path: "items.price", row: 1, value: gbp(10.1), quote: "Ink 3 £10.10 £30.30" },
    { path: "items.sum", row: 1, value: gbp(second), quote: "Ink 3 £10.10 £30.30" },
  ];

  it("leaves its numbers to a person, but for those that another equation bears out", async () => {
    const text = PAGE.replace("60.36", "60.86");
    const { verdicts, checks } = await judge(
      [
        ...rows(30.3),
        { path: "net", value: gbp(50.3), quote: "Net total £50.30" },
        { path: "tax", value: gbp(10.06), quote: "VAT 20% £10.06" },
        { path: "total", value: gbp(60.86), quote: "Total £60.86" },
      ],
      { text },
    );
    expect(verdicts).toMatchObject({
      net: "quote",
      tax: "check_broken",
      total: "check_broken",
      "items.sum 1": "quote",
    });
    expect(checks).toMatchObject([
      { check: "net + tax = total", holds: false, difference: -0.5 },
      { check: "sum(items.sum) = net", holds: true },
    ]);
  });

  it("in a row of a table leaves the numbers of that row, and no other", async () => {
    const { verdicts, checks } = await judge([...rows(10.1)]);
    expect(verdicts).toMatchObject({
      "items.sum 0": "quote",
      "items.n 1": "check_broken",
      "items.price 1": "check_broken",
      "items.sum 1": "check_broken",
    });
    expect(checks).toContainEqual({
      check: "items.n * items.price = items.sum",
      row: 1,
      difference: 20.2,
      holds: false,
    });
  });
});

it("judges a table of 1,000 lines in good time", async () => {
  const lines = Array.from({ length: 1000 }, (_, nth) => `Thing ${nth}  2  ${nth}.10  ${nth * 2}.20`);
  const claims = lines.flatMap((line, row) => {
    const quote = line.replace(/ +/g, " ");
    return [
      { path: "items.n", row, value: 2, quote },
      { path: "items.price", row, value: { amount: row + 0.1, currency: null }, quote },
      { path: "items.sum", row, value: { amount: row * 2 + 0.2, currency: null }, quote },
    ];
  });
  const { values } = await judge(claims, { text: lines.join("\n"), engine: "local" });
  expect(values.filter(({ proven }) => proven)).toHaveLength(3000);
});
