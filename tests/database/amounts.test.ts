// An amount is a value like others: proven, edited, locked, searched, and summed per currency under row level security.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { CURRENCIES_MIGRATION, withCurrencies } from "../../scripts/currencies-in-sql.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, propose, read, regenerate, upload } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

type Amount = { value: number; currency: string | null } | null;

/** A document with a text, described with an amount that is quoted; as documents has it. */
async function described(text: string, amount: Amount, quote: string, more: Record<string, unknown> = {}) {
  await upload(database, user);
  await read(database, await claim(database, "ocr"), text);
  const { document, run_id } = await propose(database, await claim(database, "metadata"), {
    correspondent: null,
    document_date: null,
    amount,
    evidence: { amount: { page: 1, quote } },
    ...more,
  });
  const [run] = await database.sql("select evidence from public.metadata_runs where id = $1", [run_id]);
  return { ...document, evidence: run!.evidence } as Record<string, any>;
}

it("the signs in the migration are those of the generator's table; if they are not: npm run gen:types", async () => {
  const migration = await readFile(CURRENCIES_MIGRATION, "utf8");
  expect(withCurrencies(migration)).toBe(migration);
});

describe("an amount", () => {
  it.each([
    ["Total due £965.76", { value: 965.76, currency: "GBP" }, "Total due £965.76"],
    ["Prices in EUR\nTotal 1.234,50", { value: 1234.5, currency: "EUR" }, "Total 1.234,50"],
    ["Total HST incl. $12.00\nToronto, Canada", { value: 12, currency: "CAD" }, "$12.00"],
    ["Total 99,00 kr\nOslo", { value: 99, currency: "NOK" }, "Total 99,00 kr"],
    ["Total RM 7.70", { value: 7.7, currency: "MYR" }, "Total RM 7.70"],
    ["Total 12.00", { value: 12, currency: null }, "Total 12.00"],
  ])("of %j is written with its currency", async (text, amount, quote) => {
    expect(await described(text, amount, quote)).toMatchObject({ amount: amount.value, currency: amount.currency });
  });

  it.each([
    ["that is on no page", "Total due 965.76", { value: 900, currency: null }, "Total due 900.00"],
    [
      "that its quote does not say",
      "Total due 965.76\nVAT 160.96",
      { value: 160.96, currency: null },
      "Total due 965.76",
    ],
    ["cut out of a larger number", "Total due 965.76", { value: 65.76, currency: null }, "65.76"],
  ])("%s is left out, with its currency", async (_, text, amount, quote) => {
    expect(await described(text, { ...amount, currency: "EUR" }, quote)).toMatchObject({
      amount: null,
      currency: null,
    });
  });

  it("keeps its value when its currency is nowhere in the document", async () => {
    const document = await described(
      "FORM 12\nTotal 12.00 for the EUROPEAN tour",
      { value: 12, currency: "MYR" },
      "Total 12.00",
    );
    expect(document).toMatchObject({ amount: 12, currency: null });
    expect(document.evidence.currency).toMatchObject({ verified: false });
    expect(await described("Total 12.00, EUROPEAN tour", { value: 12, currency: "EUR" }, "Total 12.00")).toMatchObject({
      currency: null,
    });
  });

  it("of a credit note is negative, whichever sign is printed", async () => {
    const text = "Credit note\nTotal EUR 40.00";
    const more = { document_type: "credit-note" };
    expect(await described(text, { value: 40, currency: "EUR" }, "Total EUR 40.00", more)).toMatchObject({
      amount: -40,
    });
    expect(await described(text, { value: -40, currency: "EUR" }, "Total EUR 40.00", more)).toMatchObject({
      amount: -40,
    });
  });

  it("that a person edited is locked, and the history says so", async () => {
    const { id } = await described("Total EUR 40.00", { value: 40, currency: "EUR" }, "Total EUR 40.00");
    await database.asUser(user, "update public.documents set amount = 41.5 where id = $1", [id]);
    const { document } = await propose(database, await regenerate(database, id), {
      correspondent: null,
      document_date: null,
      amount: { value: 40, currency: "EUR" },
      evidence: { amount: { page: 1, quote: "Total EUR 40.00" } },
    });
    expect(document).toMatchObject({ amount: 41.5, currency: "EUR", locked_fields: ["amount"] });
    expect(await database.sql("select message from public.document_events where kind = 'edited'")).toEqual([
      { message: "Edited: Amount." },
    ]);
  });
});

describe("amounts", () => {
  const BILLS: [string, string, string, number | null, string | null, string][] = [
    ["Acme", "invoice", "2026-03-01", 100, "EUR", "{invoice,office}"],
    ["Acme", "invoice", "2026-03-20", 50.25, "EUR", "{invoice}"],
    ["Acme", "credit-note", "2026-04-02", -20, "EUR", "{office}"],
    ["Zeta", "invoice", "2026-04-02", 10, "USD", "{invoice}"],
    ["Zeta", "letter", "2026-04-02", null, null, "{office}"],
  ];
  async function bills(): Promise<void> {
    for (const [correspondent, type, date, amount, currency, tags] of BILLS) {
      const id = await upload(database, user);
      await database.sql(
        `update public.documents set display_name = $2, correspondent = $2, document_type = $3, document_date = $4, amount = $5,
          currency = $6, tags = $7 where id = $1`,
        [id, correspondent, type, date, amount, currency, tags],
      );
    }
  }
  const sums = async (parameters: string, by = user): Promise<unknown[][]> =>
    (
      await database.asUser(
        by,
        `select group_value, currency, documents::integer, total::float from public.sum_amounts(${parameters})`,
      )
    ).map((row) => Object.values(row));

  it.each([
    [
      "",
      [
        [null, "EUR", 3, 130.25],
        [null, "USD", 1, 10],
      ],
    ],
    [
      "group_by => 'correspondent'",
      [
        ["Acme", "EUR", 3, 130.25],
        ["Zeta", "USD", 1, 10],
      ],
    ],
    [
      "group_by => 'document_type'",
      [
        ["credit-note", "EUR", 1, -20],
        ["invoice", "EUR", 2, 150.25],
        ["invoice", "USD", 1, 10],
      ],
    ],
    [
      "group_by => 'month', currencies => '{EUR}'",
      [
        ["2026-03", "EUR", 2, 150.25],
        ["2026-04", "EUR", 1, -20],
      ],
    ],
    [
      "group_by => 'tag', document_types => '{invoice}', date_to => '2026-03-31'",
      [
        ["invoice", "EUR", 2, 150.25],
        ["office", "EUR", 1, 100],
      ],
    ],
    ["query => 'zet'", [[null, "USD", 1, 10]]],
    ["query => 'from:zeta'", [[null, "USD", 1, 10]]],
    ["query => 'type:invoice after:2026-03 before:2026-04'", [[null, "EUR", 2, 150.25]]],
    ["query => 'tag:office'", [[null, "EUR", 2, 80]]],
    [
      "query => '2 April 2026'",
      [
        [null, "EUR", 1, -20],
        [null, "USD", 1, 10],
      ],
    ],
    ["query => 'from:acme 2026-04-02'", [[null, "EUR", 1, -20]]],
    ["amount_from => 20, amount_to => 60", [[null, "EUR", 1, 50.25]]],
    ["tags => '{office}', statuses => '{uploading,processing}'", [[null, "EUR", 2, 80]]],
  ])("are summed per currency with %j", async (parameters, expected) => {
    await bills();
    expect(await sums(parameters)).toEqual(expected);
  });

  it("are summed with the documents that they stand in, and the words that prove each", async () => {
    const proven = await described("Total due EUR 80.50", { value: 80.5, currency: "EUR" }, "Total due EUR 80.50");
    await bills();
    const summed = async (args: object) =>
      (await database.asUser(user, "select public.call_api('sum_amounts', $1) as answer", [args]))[0]!.answer;
    const { sums, more } = await summed({ currencies: ["EUR"], documents_each: 2 });
    expect(more).toBe(false);
    expect(sums).toMatchObject([{ group_value: null, currency: "EUR", documents: 4, total: 210.75 }]);
    expect(sums[0].amounts.map((one: any) => [one.document_date, one.amount, one.quote])).toEqual([
      ["2026-04-02", -20, null],
      ["2026-03-20", 50.25, null],
    ]);
    const all = await summed({ currencies: ["EUR"], documents_each: 50 });
    expect(all.sums[0].amounts.find((one: any) => one.document_id === proven.id)).toMatchObject({
      amount: 80.5,
      page: 1,
      quote: "Total due EUR 80.50",
      locked: false,
    });
    expect((await summed({})).sums[0]).not.toHaveProperty("amounts");
    // A quote is of what a run wrote: it says nothing of an amount that a person gave.
    await database.asUser(user, "update public.documents set amount = 81 where id = $1", [proven.id]);
    const edited = await summed({ documents_each: 50, amount_from: 81, amount_to: 81 });
    expect(edited.sums[0].amounts).toMatchObject([{ amount: 81, quote: null, locked: true }]);
    expect(await summed({ query: "nowhere", documents_each: 1 })).toEqual({ sums: [], more: false });
  });

  it("of somebody else are in no sum", async () => {
    await bills();
    expect(await sums("", await database.user())).toEqual([]);
  });

  it("are grouped by nothing that is not in the list", async () => {
    await expect(sums("group_by => 'user_id'")).rejects.toMatchObject({ code: "PT400", hint: "invalid_request" });
  });

  it("narrow and order a search, page by page", async () => {
    await bills();
    const search = async (parameters: string) =>
      (await database.asUser(user, `select public.search_documents(${parameters}) as found`))[0]!.found;
    const amounts = ({ documents }: any) => documents.map(({ amount }: any) => amount);
    expect(amounts(await search("sort => '-amount'"))).toEqual([100, 50.25, 10, -20, null]);
    expect(amounts(await search("sort => 'amount', amount_from => 0, currencies => '{EUR}'"))).toEqual([50.25, 100]);
    expect(amounts(await search("amount_to => 0"))).toEqual([-20]);
    const first = await search("sort => '-amount', page_size => 3");
    const rest = await search(`sort => '-amount', after => '${JSON.stringify(first.next)}'`);
    expect(amounts(rest)).toEqual([-20, null]);
    const upwards = await search("sort => 'amount', page_size => 1");
    expect(amounts(await search(`sort => 'amount', after => '${JSON.stringify(upwards.next)}'`))).toEqual([
      -20, 10, 50.25, 100,
    ]);
  });
});
