// Evidence is checked, not believed: a quote has to stand on its page, and a value has to follow from what stands there.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, held, METADATA, pageOf, propose, upload, regenerate } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const PAGES = [
  "Quillmark Paper & Print Ltd\nUnit 6, Tannery Wharf\nINVOICE  No. 12\nInvoice date: 17 March 2026\nTotal due £965.76\nzu zahlen 1 234,50 EUR",
  "The agree-\nment on mainte\u00ADnance of\nthe Großküche, oﬃce and Café\nis of 3. April 2025.",
  "",
];

/** A document of several pages whose description is due. */
async function readPages(pages = PAGES): Promise<string> {
  const id = await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", {
    ...held(claimed),
    pages: pages.map((text, index) => pageOf(index + 1, text)),
    page_count: pages.length,
  });
  await database.rpc("complete_reading", {
    ...held(claimed),
    result: { page_count: pages.length, processing_ms: 1, model: null },
  });
  return id;
}

const find = async (id: string, page: number, quote: string): Promise<Record<string, any> | undefined> =>
  (
    await database.sql("select page_number, similarity, excerpt from private.find_quote($1, $2, $3)", [id, page, quote])
  )[0];

/** What is kept of the evidence for a proposal. */
async function checked(
  metadata: Record<string, unknown>,
  pages = PAGES,
): Promise<{ document: any; evidence: any; applied: string[]; unproven: string[] }> {
  await readPages(pages);
  const { document, run_id } = await propose(database, await claim(database, "metadata"), metadata);
  const [run] = await database.sql("select evidence, applied from public.metadata_runs where id = $1", [run_id]);
  const [event] = await database.sql(
    "select data from public.document_events where kind = 'completed' and stage = 'metadata'",
  );
  return { document, ...(run as { evidence: any; applied: string[] }), unproven: event!.data.unproven };
}

describe("a quote", () => {
  it.each([
    ["in other white space and case", 1, "invoice NO.\n12"],
    ["that a line's end parted", 2, "agreement on maintenance"],
    ["that the engine parted itself", 2, "agree- ment"],
    ["with other accents and ligatures", 2, "Grosskuche, office and cafe"],
  ])("%s is found", async (_how, page, quote) => {
    expect(await find(await readPages(), page, quote)).toMatchObject({ page_number: page, similarity: 1 });
  });

  it.each([
    ["Quilmark Paper & Prlnt Ltd", "quillmark paper & print ltd"],
    ["Qui11mark Paper & Print Ltd", "quillmark paper & print ltd"],
    ["lnvoice date: 17 Mareh 2026", "invoice date: 17 march 2026"],
    ["Tannery Whart", "tannery wharf"],
  ])("with a misread letter is found: %s", async (quote, excerpt) => {
    const found = await find(await readPages(), 1, quote);
    expect(found).toMatchObject({ page_number: 1, excerpt });
    expect(found!.similarity).toBeGreaterThan(0.85);
    expect(found!.similarity).toBeLessThan(1);
  });

  it.each([
    "Total due £965.78",
    "Invoice date: 18 March 2026",
    "Quillmark Books & Toys Inc",
    "something else altogether",
    "a",
    ".*",
    "%",
    "___",
    "\\",
    "",
    " ",
    "\u202E\u200B",
  ])("that is not there is not found: %j", async (quote) => {
    expect(await find(await readPages(), 1, quote)).toBeUndefined();
  });

  it("on another page is found there, if it stands there exactly", async () => {
    const id = await readPages();
    expect(await find(id, 3, "Total due £965.76")).toMatchObject({ page_number: 1 });
    for (const page of [0, 4, 999, 2 ** 31 - 1, -1])
      expect(await find(id, page, "3. April 2025")).toMatchObject({ page_number: 2 });
    expect(await find(id, 3, "Quilmark Paper & Prlnt Ltd")).toBeUndefined();
  });

  it("of another document is not found", async () => {
    await readPages(["Total due £1.00"]);
    expect(await find(await readPages(), 1, "Total due £1.00")).toBeUndefined();
  });

  it("that is cut within a number is what stands there", async () => {
    const id = await readPages();
    expect(await find(id, 1, "Total due £9")).toMatchObject({ excerpt: "total due £965.76" });
    expect(await find(id, 1, "zahlen 1")).toMatchObject({ excerpt: "zahlen 1 234,50" });
    expect(await find(id, 1, "234,50")).toMatchObject({ excerpt: "1 234,50" });
  });

  it("is looked for in a page of 100 kB, found or not", async () => {
    const page = Array.from({ length: 16_000 }, (_, n) => `w${(n * 7919) % 9973}`).join(" ");
    const id = await readPages([`${page} The Quillmark Paper and Print Company`]);
    expect(await find(id, 1, "The Quilmark Paper and Print Company")).toMatchObject({ page_number: 1 });
    expect(await find(id, 1, "Nothing like this stands anywhere in this long page")).toBeUndefined();
  });
});

describe("a value", () => {
  const quote = (field: string, page: number, quoted: string): Record<string, unknown> => ({
    evidence: { ...METADATA.evidence, [field]: { page, quote: quoted } },
  });
  const date = { document_date: "2026-03-17", ...quote("document_date", 1, "Invoice date: 17 March 2026") };

  it("whose words stand on the page and say so is verified", async () => {
    const { document, evidence, unproven } = await checked({
      ...date,
      correspondent: "Quillmark Paper & Print",
      amount: { value: 965.76, currency: "GBP" },
      evidence: {
        correspondent: { page: 1, quote: "Quillmark Paper & Print Ltd" },
        document_date: { page: 1, quote: "17 March 2026" },
        amount: { page: 2, quote: "Total due £965.76" },
        document_type: { page: 1, quote: "INVOICE" },
      },
    });
    expect(document).toMatchObject({ correspondent: "Quillmark Paper & Print", document_date: "2026-03-17" });
    expect(evidence).toEqual({
      correspondent: { page: 1, quote: "Quillmark Paper & Print Ltd", verified: true },
      currency: { page: 1, quote: "Total due £965.76", verified: true },
      document_date: { page: 1, quote: "17 March 2026", verified: true },
      amount: { page: 1, quote: "Total due £965.76", verified: true },
      document_type: { page: 1, quote: "INVOICE", verified: true },
    });
    expect(unproven).toEqual([]);
  });

  it.each([
    [
      "a date that the quote does not name",
      { document_date: "2026-03-18", ...quote("document_date", 1, "17 March 2026") },
      "document_date",
    ],
    [
      "a date whose quote is not there",
      { document_date: "2026-05-01", ...quote("document_date", 1, "1 May 2026") },
      "document_date",
    ],
    ["a date without evidence", { document_date: "2026-03-17", evidence: {} }, "document_date"],
    [
      "a date out of a longer one",
      { document_date: "2020-03-17", ...quote("document_date", 1, "17 March 20") },
      "document_date",
    ],
    [
      "a sender whom the quote does not name",
      { ...date, correspondent: "Globex", ...quote("correspondent", 1, "Unit 6, Tannery Wharf") },
      "correspondent",
    ],
    [
      "a sender whose quote is not there",
      { ...date, correspondent: "Globex", ...quote("correspondent", 1, "Globex") },
      "correspondent",
    ],
  ])("is not written where it is %s", async (_what, metadata, field) => {
    const { document, applied, unproven } = await checked(metadata);
    expect(document[field]).toBeNull();
    expect(applied).not.toContain(field);
    expect(unproven).toContain(field);
  });

  it("that is unproven does not hide in the name or among the tags", async () => {
    const { document } = await checked({
      display_name: "Invoice - Globex - Paper - 2026-05-01.pdf",
      tags: ["invoice", "globex", "paper"],
      correspondent: "Globex",
      document_date: "2026-05-01",
      evidence: {},
    });
    expect(document).toMatchObject({
      display_name: "Invoice - Paper.pdf",
      tags: ["invoice", "paper"],
      correspondent: null,
      document_date: null,
    });
  });

  it("that is unproven leaves the one that was proven before", async () => {
    const { document } = await checked({ ...date });
    expect(document.document_date).toBe("2026-03-17");
    const again = await regenerate(database, document.id);
    const { document: after } = await propose(database, again, { document_date: "2020-01-01", evidence: {} });
    expect(after.document_date).toBe("2026-03-17");
  });

  it.each([
    ["£9", 9],
    ["£965.76", 965],
    ["zu zahlen 1", 1],
  ])("an amount is none that is cut out of a larger one: %s", async (quoted, value) => {
    const { evidence } = await checked({ amount: { value, currency: null }, ...quote("amount", 1, quoted) });
    expect(evidence.amount.verified).toBe(false);
  });

  it("out of an e-invoice's XML is compared with the XML that was stored", async () => {
    const id = await readPages();
    await database.sql(
      `update public.ocr_results set einvoice = '{"seller": "Globex Ltd", "issue_date": "2026-03-17", "grand_total": 12.5}' where document_id = $1`,
      [id],
    );
    const from = (quoted: string): object => ({ page: null, source: "einvoice", quote: quoted });
    const evidence = { correspondent: from("Globex Ltd"), document_date: from("20260317"), amount: from("12.50") };
    const { document, run_id } = await propose(database, await claim(database, "metadata"), {
      correspondent: "Globex Ltd",
      document_date: "2026-03-17",
      amount: { value: 12.5, currency: "EUR" },
      evidence,
    });
    expect(document).toMatchObject({ correspondent: "Globex Ltd", document_date: "2026-03-17" });
    const [run] = await database.sql("select evidence from public.metadata_runs where id = $1", [run_id]);
    expect(run!.evidence.amount).toEqual({ page: null, quote: "12.50", source: "einvoice", verified: true });
  });

  it("said to be out of an e-invoice is unproven where there is none", async () => {
    const einvoice = { page: null, source: "einvoice", quote: "2026-03-17" };
    const { document, evidence } = await checked({
      document_date: "2026-03-17",
      evidence: { document_date: einvoice },
    });
    expect(document.document_date).toBeNull();
    expect(evidence.document_date).toEqual({ ...einvoice, verified: false });
  });
});

describe("hostile evidence", () => {
  it.each([
    ["a quote of 40 kB", { page: 1, quote: "x".repeat(40_000) }],
    ["a quote that would be a pattern", { page: 1, quote: "((((.*)+)+)+)$[[:alpha:]]\\" }],
    ["a page that is none", { page: 1e300, quote: "INVOICE of nobody" }],
    ["a page that is a text", { page: "1; drop table documents", quote: "nowhere to be found" }],
    ["no quote", { page: 1 }],
    ["no object", "INVOICE"],
    ["a quote that is none", { page: 1, quote: { text: "INVOICE" } }],
    ["nothing that is seen", { page: 3, quote: "\u202E\u2066\u200B\u00AD" }],
  ])("proves nothing and stops nothing: %s", async (_what, evidence) => {
    const { document, evidence: kept } = await checked({
      document_date: "2026-03-17",
      evidence: { document_date: evidence, nonsense: evidence },
    });
    expect(document).toMatchObject({ status: "completed", document_date: null });
    expect(kept.document_date?.verified ?? false).toBe(false);
    expect(kept).not.toHaveProperty("nonsense");
    expect(JSON.stringify(kept).length).toBeLessThan(1_000);
  });

  it.each([[null], ["INVOICE"], [[1, 2]], [7]])("that is %j as a whole is none", async (evidence) => {
    expect((await checked({ evidence })).evidence).toEqual({});
  });

  it("with names that turn the direction of writing, or break lines, is written without these", async () => {
    const { document } = await checked({
      display_name: "Invoice\u202E - fdp.exe\n../..\\x<script>.pdf",
      summary: "A\u2066 summary\u0007.\n",
      correspondent: "Quill\u200Bmark\u202E Paper & Print Ltd",
      evidence: { correspondent: { page: 1, quote: "Quillmark Paper & Print Ltd" } },
    });
    expect(document).toMatchObject({
      display_name: "Invoice - Fdp.exe .. .. x Script.pdf",
      summary: "A summary .",
      correspondent: "Quillmark Paper & Print Ltd",
    });
  });

  it("of any kind is answered with what holds for all: nothing is verified that does not stand on the page", async () => {
    const id = await readPages();
    const client = await database.connection();
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.string({ unit: "binary", maxLength: 400 }),
      fc.constantFrom(...PAGES),
      fc.tuple(fc.nat(160), fc.nat(60)).map(([at, length]) => PAGES[0]!.slice(at, at + length)),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.integer(), async (raw, page) => {
        const quoted = raw.replaceAll("\u0000", "").replace(/\p{Surrogate}/gu, "");
        const { rows } = await client.query("select (private.find_quote($1, $2, $3)).*, private.plain($3) as plain", [
          id,
          page,
          quoted,
        ]);
        for (const found of rows) {
          expect(found.page_number).toBeGreaterThan(0);
          const plain = (
            await client.query(
              "select private.plain(text) as plain from public.document_pages where document_id = $1 and page_number = $2",
              [id, found.page_number],
            )
          ).rows[0].plain;
          expect(plain).toContain(found.excerpt);
          if (found.similarity === 1) expect(found.excerpt).toContain(found.plain);
        }
        if (/[\p{L}\p{N}]{2}/u.test(quoted) && quoted.length <= 300 && PAGES.includes(quoted))
          expect(rows).toHaveLength(1);
      }),
      { seed: 20261124, numRuns: 150 },
    );
  });
});
