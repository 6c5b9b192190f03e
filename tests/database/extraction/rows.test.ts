// The table of a schema: filters, order, pages, sums, and what a page reads when there are many rows.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchPlans } from "../../../testing/database/plans.ts";
import { manyRows } from "../../../testing/database/many-rows.ts";
import { type Database, migratedServer, type MigratedServer } from "../../../testing/database/migrated.ts";

const DOCUMENTS = 10_000;

let server: MigratedServer;
let database: Database;
let user: string;
let schema_id: string;
beforeAll(async () => {
  server = await migratedServer();
  database = await server.database({ own: true });
  user = await database.user();
  schema_id = await manyRows(database, user, DOCUMENTS);
});
afterAll(() => server?.stop());

type Args = { line_items?: string; sort?: string; descending?: boolean; filters?: object[]; evidence?: boolean };
type Row = { document_id: string; row_number: number; values: any; name: string; evidence?: any };
type Page = { rows: Row[]; next: object | null };

const NAMED = `schema_id => $1, line_items => $2, sort => $3, descending => $4, after => $5, at_most => $6, filters => $7, evidence => $8`;
const valuesOf = (args: Args, after: object | null, at_most: number) => [
  schema_id,
  args.line_items,
  args.sort,
  args.descending ?? false,
  after && JSON.stringify(after),
  at_most,
  args.filters && JSON.stringify(args.filters),
  args.evidence ?? false,
];
async function page(args: Args, after: object | null = null, at_most = 1000, by = user): Promise<Page> {
  const [row] = await database.asUser(
    by,
    `select public.schema_rows(${NAMED}) as page`,
    valuesOf(args, after, at_most),
  );
  return row!.page;
}
async function all(args: Args, at_most = 1000): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: object | null = null; ; ) {
    const found = await page(args, after, at_most);
    rows.push(...found.rows);
    if (found.next === null) return rows;
    after = found.next;
  }
}
const sums = async (filters: object[] | null, line_items: string | null = null) =>
  (
    await database.asUser(user, "select public.schema_sums($1, $2, $3) as sums", [
      schema_id,
      line_items,
      filters && JSON.stringify(filters),
    ])
  )[0]!.sums;

/** The numbers of the documents, and their totals, as they were made. */
const MADE = Array.from({ length: DOCUMENTS }, (_, place) => ({ n: place + 1, total: (place + 1) % 1000 }));
const numbersOf = (rows: Row[]): number[] => rows.map(({ values }) => Number(values.number.slice(2)));

describe("filters", () => {
  const is = (filter: (made: (typeof MADE)[number]) => boolean) => MADE.filter(filter).map(({ n }) => n);
  it.each([
    ["a number from", [{ field: "total", op: ">=", value: 998 }], is(({ total }) => total >= 998)],
    ["a number below", [{ field: "total", op: "<", value: "2" }], is(({ total }) => total < 2)],
    ["a number in a currency", [{ field: "total", op: "=", value: "500 EUR" }], is(({ total }) => total === 500)],
    ["a number in a currency that it has not", [{ field: "total", op: "=", value: "500 USD" }], []],
    [
      "two that hold together",
      [
        { field: "total", op: ">", value: 997 },
        { field: "total", op: "=", value: "usd" },
      ],
      is(({ n, total }) => total > 997 && n % 2 === 1),
    ],
    [
      "all currencies but one",
      [
        { field: "total", op: "!=", value: "USD" },
        { field: "total", op: "=", value: 4 },
      ],
      is(({ total }) => total === 4),
    ],
    ["a text", [{ field: "number", op: "=", value: "N-77" }], [77]],
    [
      "all texts but one",
      [
        { field: "rare", op: "present" },
        { field: "number", op: "!=", value: "N-3334" },
      ],
      [6668],
    ],
    [
      "a part of a text, in any case",
      [{ field: "number", op: "~", value: "n-999" }],
      is(({ n }) => `${n}`.startsWith("999")),
    ],
    ["a text with signs of a pattern", [{ field: "number", op: "~", value: "N-%7" }], []],
    ["a field that is there", [{ field: "rare", op: "present" }], [3334, 6668]],
    [
      "a field that is missing",
      [
        { field: "rare", op: "missing" },
        { field: "total", op: "=", value: 668 },
      ],
      is(({ n, total }) => total === 668 && n !== 6668),
    ],
  ])("leave the rows with %s, in every order and in small pages", async (_, filters, expected) => {
    expect(numbersOf(await all({ filters }))).toEqual(expected);
    for (const descending of [false, true]) {
      const sorted = numbersOf(await all({ filters, sort: "total", descending }, 7));
      expect([...sorted].sort((a, b) => a - b)).toEqual(expected);
      const totals = sorted.map((n) => n % 1000);
      expect(totals).toEqual([...totals].sort((a, b) => (descending ? b - a : a - b)));
    }
  });

  it("of the lines of a table look at the line itself, and at what its document has once", async () => {
    const filters = [
      { field: "items.price", op: "<=", value: 8 },
      { field: "number", op: "=", value: "N-1" },
    ];
    const lines = await all({ line_items: "items", filters });
    expect(lines.map(({ row_number, values }) => [row_number, values["items.price"], values.number])).toEqual([
      [0, 7, "N-1"],
      [1, 8, "N-1"],
    ]);
    const first = await all({
      line_items: "items",
      sort: "items.price",
      filters: [{ ...filters[0]!, value: 7 }, filters[1]!],
    });
    expect(first.map(({ row_number }) => row_number)).toEqual([0]);
  });

  it("go for sums too", async () => {
    const two = [{ field: "number", op: "~", value: "N-100" }];
    const those = MADE.filter(({ n }) => `${n}`.startsWith("100"));
    const of = (currency: string, parity: number) => {
      const some = those.filter(({ n }) => n % 2 === parity);
      return { path: "total", currency, count: some.length, sum: some.reduce((sum, { total }) => sum + total, 0) };
    };
    expect((await sums(two)).filter(({ path }: { path: string }) => path === "total")).toEqual([
      of("EUR", 0),
      of("USD", 1),
    ]);
    expect(await sums([{ field: "items.price", op: "<=", value: 3 }], "items")).toEqual([
      { path: "items.price", currency: null, count: 14, sum: 24 },
    ]);
  });

  it.each([
    [{ field: "iban", op: "=", value: "x" }, "iban"],
    [{ field: "items", op: "=", value: "x" }, "items"],
    [{ field: "items.price", op: "=", value: 1 }, "items.price"],
    [{ field: "total", op: "like", value: "x" }, "total"],
    [{ field: "total", op: "~", value: "1" }, "total"],
    [{ field: "total", op: "=", value: "much" }, "total"],
    [{ field: "total", op: ">", value: "EUR" }, "total"],
    [{ field: "total", op: "=" }, "total"],
    [{ field: "total" }, "total"],
    [{ field: "total", op: "= 0 or true --", value: 1 }, "total"],
    [{}, "no field"],
    ["total", "no field"],
  ])("%j is refused by its name", async (filter, named) => {
    const refused = { hint: "invalid_request", message: expect.stringContaining(named) };
    await expect(page({ filters: [filter as object] })).rejects.toMatchObject(refused);
    await expect(sums([filter as object])).rejects.toMatchObject(refused);
  });

  it("are few, and a list", async () => {
    const filter = { field: "rare", op: "present" };
    await expect(page({ filters: Array.from({ length: 21 }, () => filter) })).rejects.toMatchObject({ code: "PT400" });
    await expect(page({ filters: filter as never })).rejects.toMatchObject({ code: "PT400" });
  });

  it("say nothing that SQL would run", async () => {
    for (const value of ["'; drop table public.documents; --", "\\' or true", "%s %L $1"])
      expect(await all({ filters: [{ field: "number", op: "=", value }] })).toEqual([]);
  });
});

describe("a page", () => {
  it("has every line of every table once, also without an order", async () => {
    const lines = await all({ line_items: "items", filters: [{ field: "number", op: "~", value: "N-12" }] }, 9);
    const documents = MADE.filter(({ n }) => `${n}`.startsWith("12"));
    expect(lines).toHaveLength(documents.length * 2);
    expect(new Set(lines.map(({ document_id, row_number }) => `${document_id} ${row_number}`)).size).toBe(lines.length);
  });

  it("has the proof of each value where it is asked for", async () => {
    const filters = [{ field: "number", op: "=", value: "N-3" }];
    const [row] = (await page({ filters, evidence: true })).rows;
    expect(row).toMatchObject({ name: "Document 3", evidence: { total: { proof: "quote", page: 1, quote: "Total" } } });
    expect((await page({ filters })).rows[0]).not.toHaveProperty("evidence");
  });

  it("is nobody else's", async () => {
    const stranger = await database.user();
    await expect(page({}, null, 10, stranger)).rejects.toMatchObject({ hint: "not_found" });
    await expect(database.asUser(stranger, "select public.schema_sums($1)", [schema_id])).rejects.toMatchObject({
      hint: "not_found",
    });
  });
});

/** Two filters of a field, each of which leaves half, and nothing together. */
const HALVES = (field: string, value: number) => [
  { field, op: ">=", value },
  { field, op: "<", value },
];

/** The plans of the statements that a page of 50 takes. */
async function plansOf(args: Args, after: object | null = null): Promise<string[]> {
  const client = await database.connection("superuser");
  await client.query("begin");
  await client.query("select set_config('request.jwt.claims', $1, true)", [
    JSON.stringify({ role: "authenticated", sub: user }),
  ]);
  const { seen, stop } = await watchPlans(client);
  await client.query("set auto_explain.log_analyze = on; set local role authenticated");
  await client.query(`select public.schema_rows(${NAMED})`, valuesOf(args, after, 50));
  await client.query("rollback");
  await stop();
  await client.end();
  return seen.filter((plan) => /extract(ed_values|ions)/.test(plan));
}

describe(`a page of ${DOCUMENTS} documents`, () => {
  it.each<[string, Args, number]>([
    ["the newest", {}, 200],
    ["in an order", { sort: "total", descending: true }, 200],
    ["in an order of texts", { sort: "number" }, 200],
    ["with a common filter", { filters: [{ field: "total", op: ">=", value: 500 }] }, 2_000],
    ["with a filter on its order", { sort: "total", filters: [{ field: "total", op: ">=", value: 990 }] }, 200],
    ["with a rare filter", { filters: [{ field: "number", op: "=", value: "N-77" }] }, 200],
    ["with a rare filter in an order", { sort: "total", filters: [{ field: "number", op: "=", value: "N-77" }] }, 200],
    [
      "with two filters that hardly meet, in a third order",
      {
        sort: "number",
        filters: [
          { field: "total", op: ">=", value: 900 },
          { field: "total", op: "<", value: 901 },
        ],
      },
      // The rows of one filter, and not all of them in the order of the numbers.
      9_100,
    ],
    ["with words that few texts have", { filters: [{ field: "number", op: "~", value: "n-999" }] }, 200],
    [
      "with words that few texts have, in an order",
      { sort: "total", filters: [{ field: "number", op: "~", value: "n-999" }] },
      200,
    ],
    ["of lines in an order", { line_items: "items", sort: "items.price" }, 200],
    ["of lines", { line_items: "items" }, 400],
  ])("reads few rows, by an index: %s", async (_, args, most) => {
    // Deep in the list: the place of the page is found in the index, too.
    let after: object | null = null;
    for (let pages = 0; pages < 3 && (pages === 0 || after); pages += 1) after = (await page(args, after, 50)).next;
    const plans = await plansOf(args, after);
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan).not.toMatch(/Seq Scan on (public\.)?(extracted_values|extractions|documents)/);
      const read = [...plan.matchAll(/Scan.* on (?:public\.)?extract.*actual.*rows=(\d+)(?:\.\d+)? loops=(\d+)/g)].map(
        ([, rows, loops]) => Number(rows) * Number(loops),
      );
      const left = [...plan.matchAll(/Rows Removed by (?:Join )?Filter: (\d+)/g)].map(([, rows]) => Number(rows));
      expect(Math.max(0, ...read, ...left), plan).toBeLessThanOrEqual(most);
    }
  });

  it.each<[string, Args]>([
    ["of documents", { filters: HALVES("total", 500) }],
    ["of documents in an order", { sort: "number", filters: HALVES("total", 500) }],
    ["of lines", { line_items: "items", filters: HALVES("items.price", 2500) }],
    [
      "of two currencies",
      {
        filters: [
          { field: "total", op: "=", value: "EUR" },
          { field: "total", op: "=", value: "USD" },
        ],
      },
    ],
  ])("whose filters of one field share nothing joins nothing, and reads next to nothing after: %s", async (_, args) => {
    expect((await page(args)).rows).toEqual([]);
    const plans = (await plansOf(args)).filter((plan) => /select document_id, part_1/.test(plan));
    expect(plans).toHaveLength(1);
    expect(plans[0]).not.toMatch(/Join|Nested Loop|Seq Scan|Rows Removed/);
  });

  it.each<[string, Args, object[]]>([
    ["of documents", {}, [{ field: "total", op: "<", value: 500 }]],
    ["of lines", { line_items: "items" }, [{ field: "items.price", op: ">=", value: 2500 }]],
  ])("whose filters of two fields each leave half reads each part of the index once: %s", async (_, args, half) => {
    // Of the rows behind number 1,000 the first 2,000 have nothing of both.
    let after: object | null = null;
    for (let rows = 0; rows < (args.line_items ? 2000 : 1000); rows += 1000) after = (await page(args, after)).next;
    const filters = [...half, { field: "number", op: ">=", value: "N-3" }];
    const numbers = numbersOf((await page({ ...args, filters }, after, 50)).rows);
    expect(numbers).toHaveLength(50);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(3000);
    const [joined, ...others] = (await plansOf({ ...args, filters }, after)).filter((plan) =>
      /part_1|cell_1/.test(plan),
    );
    expect(others).toEqual([]);
    expect(joined).toMatch(/Hash Join/);
    expect(joined).not.toMatch(/Nested Loop|Seq Scan|Sort/);
    for (const [, loops] of joined!.matchAll(/Scan.* on (?:public\.)?extracted_values.*loops=(\d+)/g))
      expect(loops).toBe("1");
  });

  it("whose filters leave few together has just those, in every order", async () => {
    const filters = [
      { field: "total", op: ">=", value: 499 },
      { field: "total", op: "<", value: 500 },
      { field: "number", op: "!=", value: "N-499" },
    ];
    const expected = MADE.filter(({ n, total }) => total === 499 && n !== 499).map(({ n }) => n);
    for (const sort of [undefined, "number", "total"])
      expect(numbersOf(await all({ filters, ...(sort && { sort }) }, 3)).sort((a, b) => a - b)).toEqual(expected);
    const lines = { line_items: "items", filters: [{ field: "items.price", op: ">=", value: 2500 }, ...filters] };
    const prices = (await all(lines)).map(({ values }) => Number(values["items.price"]));
    expect(prices.every((price) => price >= 2500)).toBe(true);
    expect(prices).toHaveLength(
      expected.flatMap((n) => [0, 1].filter((line) => ((n * 7) % 5000) + line >= 2500)).length,
    );
  });
});
