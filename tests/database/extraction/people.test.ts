// What people do: they review values, apply a schema to the documents that are there, stop that, and look at the table of all values.
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";
import { claimInvocation, complete, held, INVOICE } from "../../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const MONEY = { type: "object", format: "money" };
const FIELDS = {
  type: "object",
  properties: {
    net: MONEY,
    tax: MONEY,
    total: MONEY,
    paid_on: { type: "string", format: "date" },
    kind: { type: "string", enum: ["a", "b"] },
    items: { type: "array", items: { type: "object", properties: { sum: MONEY, name: { type: "string" } } } },
  },
  required: ["total"],
  checks: ["net + tax = total"],
};
const eur = (amount: number) => ({ amount, currency: "EUR" });
const as = (query: string, values: unknown[] = [], who = user) => database.asUser(who, query, values);
const makeSchema = async (who = user, name = "Totals", document_types = ["invoice"]): Promise<string> =>
  (
    await as(
      "insert into public.extraction_schemas (name, fields, document_types) values ($1, $2, $3) returning id",
      [name, JSON.stringify(FIELDS), document_types],
      who,
    )
  )[0]!.id;

/** Does the extraction jobs that are out, with what an engine found. */
async function work(result: object): Promise<void> {
  for (let worked = true; worked; ) {
    worked = false;
    for (const invocation of (await database.invocations()).filter((invocation) => invocation.function === "extract")) {
      const claimed = await claimInvocation(database, invocation);
      if (!claimed) continue;
      worked = true;
      const { extractions } = await database.rpc("begin_extractions", held(claimed));
      for (const { id } of extractions)
        await database.rpc("save_extraction", {
          ...held(claimed),
          extraction_id: id,
          result: { engine: "local", ...result },
        });
      await database.rpc("complete_job", { ...held(claimed), message: "Extracted." });
    }
  }
}
const TOTAL = { path: "total", row: 0, value: eur(120), page: 1, quote: "Total: EUR 120.00" };
const WRONG = { ...TOTAL, value: eur(121) };
async function extraction(result: object, who = user): Promise<string> {
  await makeSchema(who);
  await complete(database, who, INVOICE);
  await work(result);
  return (await as("select id from public.extractions", [], who))[0]!.id;
}
/** The owner asks for the extraction again, and any worker may take it. */
async function askAgain(instruction?: string): Promise<void> {
  const [{ document_id, schema_id }] = (await as("select document_id, schema_id from public.extractions")) as [any];
  const { job_id } = await database.rpc("request_extraction", { document_id, schema_id, instruction });
  await database.sql("update private.jobs set payload = payload - 'watched' where id = $1", [job_id]);
  await database.sql("select private.sweep_jobs()");
  await database.sql(
    "update private.jobs set lease_expires_at = now() - interval '1 s' where id = $1 and state = 'dispatched'",
    [job_id],
  );
  await database.sql("select private.sweep_jobs()");
}
const review = (id: string, path: string, action: string, value: unknown = null, who = user, row = 0) =>
  as(
    "insert into public.extraction_reviews (extraction_id, path, row_number, action, value) values ($1, $2, $3, $4, $5) returning previous",
    [id, path, row, action, value === null ? null : JSON.stringify(value)],
    who,
  );
const undo = async (run_id: number, who = user) =>
  (await as("select public.undo_extraction_run($1) as answer", [run_id], who))[0]!.answer;
const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    ({ code, hint }) => [code, hint],
  );
const status = async () => (await as("select status, missing, checks from public.extractions"))[0]!;
const written = () => as("select path, value, proof from public.extracted_values order by path");

describe("a person", () => {
  it("corrects a value, which is locked then, and the status follows", async () => {
    const id = await extraction({ values: [WRONG] });
    expect(await status()).toMatchObject({ status: "needs_review", missing: ["total"] });
    expect(await review(id, "total", "correct", eur(120))).toEqual([
      { previous: { value: eur(121), reason: "not_on_page" } },
    ]);
    expect(await status()).toMatchObject({ status: "completed", missing: [] });
    await askAgain();
    await work({
      values: [
        { ...TOTAL, quote: "EUR 120.00", value: eur(120) },
        { path: "net", row: 0, value: eur(120), page: 1, quote: "EUR 120.00" },
      ],
    });
    expect(await written()).toEqual([
      { path: "net", value: eur(120), proof: "quote" },
      { path: "total", value: eur(120), proof: "person" },
    ]);
    expect(await as("select from public.extraction_proposals")).toEqual([]);
  });

  it("undoes the run that they asked for, and keeps what they said of values", async () => {
    const NET = { path: "net", row: 0, value: eur(120), page: 1, quote: "EUR 120.00" };
    const id = await extraction({ values: [TOTAL, { ...NET, value: eur(7) }] });
    const [before] = await as("select status, missing, checks, engine, note, instruction from public.extractions");
    await askAgain("net is the total");
    await work({ values: [NET], note: "over_budget" });
    const ended = await database.rpc("extraction_of", { extraction_id: id });
    expect(ended).toMatchObject({
      extraction: { id, instruction: "net is the total", note: "over_budget" },
      diff: [
        { path: "net", row: 0, before: null, after: eur(120) },
        { path: "total", row: 0, before: eur(120), after: null },
      ],
    });
    await review(id, "kind", "correct", "a");
    expect(await undo(ended.run_id)).toMatchObject({ id, status: "completed" });
    expect(await written()).toEqual([
      { path: "kind", value: "a", proof: "person" },
      { path: "total", value: eur(120), proof: "quote" },
    ]);
    expect(await as("select path, value, reason from public.extraction_proposals")).toEqual([
      { path: "net", value: eur(7), reason: "not_on_page" },
    ]);
    expect(await as("select status, missing, checks, engine, note, instruction from public.extractions")).toEqual([
      before,
    ]);
    expect(await refusal(undo(ended.run_id))).toEqual(["PT409", "not_allowed_now"]);
    expect(await database.rpc("extraction_of", { extraction_id: id })).toMatchObject({ run_id: null, diff: [] });
  });

  it("undoes one run after the other, the last one first", async () => {
    await extraction({ values: [TOTAL] });
    await askAgain("one");
    await work({ values: [] });
    await askAgain("two");
    await work({ values: [{ ...TOTAL, quote: "120.00" }] });
    const [first, second] = (await as("select id from public.extraction_runs order by id")).map((run) => run.id);
    expect(await refusal(undo(first))).toEqual(["PT409", "not_allowed_now"]);
    await undo(second);
    expect(await written()).toEqual([]);
    await undo(first);
    expect(await written()).toEqual([{ path: "total", value: eur(120), proof: "quote" }]);
    expect(await as("select instruction from public.extractions")).toEqual([{ instruction: null }]);
  });

  it("undoes no run of another, none under way, and none whose text or schema is another one", async () => {
    await extraction({ values: [TOTAL] });
    await askAgain();
    const [run] = await as("select id from public.extraction_runs");
    expect(await refusal(undo(run!.id))).toEqual(["PT409", "not_allowed_now"]);
    await work({ values: [] });
    expect(await refusal(undo(run!.id, await database.user()))).toEqual(["PT404", "not_found"]);
    await database.sql("update public.ocr_results set created_at = created_at + interval '1 s'");
    expect(await refusal(undo(run!.id))).toEqual(["PT409", "not_allowed_now"]);
    await database.sql("update public.ocr_results set created_at = created_at - interval '1 s'");
    await database.sql("update public.extractions set schema_version = schema_version + 1");
    expect(await refusal(undo(run!.id))).toEqual(["PT409", "not_allowed_now"]);
    await database.sql("update public.extractions set schema_version = schema_version - 1");
    await undo(run!.id);
    expect(await written()).toHaveLength(1);
  });

  it("has nothing to undo when the pipeline itself extracted again", async () => {
    await extraction({ values: [TOTAL] });
    await askAgain();
    await work({ values: [] });
    await database.sql("update public.extractions set status = 'queued'");
    await database.sql("select private.queue_extractions()");
    await database.sql("select private.sweep_jobs()");
    await work({ values: [TOTAL] });
    expect(await written()).toHaveLength(1);
    expect(await as("select from public.extraction_runs")).toEqual([]);
  });

  it("accepts a proposal, and says that there is no such value", async () => {
    const id = await extraction({ values: [WRONG] });
    await review(id, "total", "accept");
    await review(id, "net", "absent");
    expect(await written()).toEqual([
      { path: "net", value: null, proof: "person" },
      { path: "total", value: eur(121), proof: "person" },
    ]);
    expect(await status()).toMatchObject({ status: "completed" });
  });

  it("sees a broken equation until the values fit", async () => {
    const id = await extraction({ values: [TOTAL] });
    await review(id, "net", "correct", eur(100));
    await review(id, "tax", "correct", eur(19));
    expect(await status()).toMatchObject({
      status: "needs_review",
      checks: [{ check: "net + tax = total", holds: false, difference: -1 }],
    });
    await review(id, "tax", "correct", eur(20));
    expect(await status()).toMatchObject({ status: "completed", checks: [{ holds: true }] });
  });

  it.each<[string, string, unknown, string]>([
    ["iban", "correct", "x", "iban: is no field"],
    ["total", "correct", "120", "total: the value is no money"],
    ["total", "correct", { amount: 1, currency: "euro" }, "total: the value is no money"],
    ["total", "correct", { amount: 1, currency: "EUR", more: 1 }, "total: the value is no money"],
    ["paid_on", "correct", "2026-02-31", "paid_on: the value is no date"],
    ["kind", "correct", "c", "kind: the value is no enum"],
    ["net", "accept", null, "net: there is nothing to accept"],
  ])("is told what is wrong with a review of %s: %s", async (path, action, value, message) => {
    const id = await extraction({ values: [TOTAL] });
    await expect(review(id, path, action, value)).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });

  it("does not review another's extraction", async () => {
    const stranger = await database.user();
    const id = await extraction({ values: [TOTAL] }, stranger);
    await expect(review(id, "total", "absent")).rejects.toMatchObject({ hint: "not_found" });
  });
});

describe("a schema, applied to the documents that are there", () => {
  it("tells its cost first, runs in the background and can be stopped", async () => {
    for (let nth = 0; nth < 3; nth += 1) await complete(database, user, INVOICE);
    await complete(database, await database.user(), INVOICE);
    const schema_id = await makeSchema();
    expect((await as("select public.estimate_schema($1) as estimate", [schema_id]))[0]!.estimate).toEqual({
      documents: 3,
      pages: 3,
      cost_micro_usd: 0,
    });
    const [application] = await as(
      "insert into public.schema_applications (schema_id) values ($1) returning id, documents",
      [schema_id],
    );
    expect(application!.documents).toBe(3);
    await database.sql("select private.queue_extractions()");
    const [first] = (await database.invocations()).filter((invocation) => invocation.function === "extract");
    const claimed = (await claimInvocation(database, first!))!;
    await database.rpc("begin_extractions", held(claimed));
    await as("delete from public.schema_applications where id = $1", [application!.id]);
    expect(await as("select status, count(*)::integer from public.extractions group by 1 order by 1")).toEqual([
      { status: "running", count: 1 },
      { status: "stopped", count: 2 },
    ]);
    expect((await as("select public.estimate_schema($1) as estimate", [schema_id]))[0]!.estimate).toMatchObject({
      documents: 2,
    });
  });

  it("is not another's", async () => {
    const schema_id = await makeSchema(await database.user());
    await expect(
      as("insert into public.schema_applications (schema_id) values ($1)", [schema_id]),
    ).rejects.toMatchObject({ hint: "not_found" });
    expect((await as("select public.estimate_schema($1) as estimate", [schema_id]))[0]!.estimate).toBeNull();
  });
});

describe("the table of a schema", () => {
  const rows = async (args: string, values: unknown[]) =>
    (await as(`select public.schema_rows($1, ${args}) as page`, values))[0]!.page as { rows: any[]; next: unknown };
  async function filled(): Promise<string> {
    const schema_id = await makeSchema();
    for (let nth = 0; nth < 5; nth += 1) await complete(database, user, INVOICE);
    await work({ values: [TOTAL] });
    await database.sql(`insert into public.extracted_values (extraction_id, path, row_number, user_id, document_id, schema_id, value, proof)
      select id, 'items.sum', line, user_id, document_id, schema_id, jsonb_build_object('amount', line, 'currency', case line when 0 then 'EUR' else 'USD' end), 'person' from public.extractions, generate_series(0, 1) as line`);
    await database.sql(
      "update public.extracted_values set value = jsonb_build_object('amount', 100 + (select count(*) from public.extractions as o where o.created_at < e.created_at), 'currency', 'EUR') from public.extractions as e where e.id = extraction_id and path = 'total'",
    );
    return schema_id;
  }

  it("has a row a document, in pages, in either order", async () => {
    const schema_id = await filled();
    const read = async (args: string, more: unknown[] = []) => {
      const found: number[] = [];
      let after: unknown = null;
      do {
        const page: { rows: any[]; next: unknown } = await rows(`${args}, after => $${2 + more.length}, at_most => 2`, [
          schema_id,
          ...more,
          after === null ? null : JSON.stringify(after),
        ]);
        found.push(...page.rows.map(({ values }) => values.total.amount));
        after = page.next;
      } while (after !== null);
      return found;
    };
    expect(await read("sort => 'total'")).toEqual([100, 101, 102, 103, 104]);
    expect(await read("sort => 'total', descending => true")).toEqual([104, 103, 102, 101, 100]);
    expect(await read("sort => null")).toEqual([104, 103, 102, 101, 100]);
  });

  it("has a row a line of a table, with what the document has once", async () => {
    const schema_id = await filled();
    const page = await rows("line_items => 'items', sort => 'items.sum'", [schema_id]);
    expect(page.rows).toHaveLength(10);
    expect(page.rows[9]).toMatchObject({
      row_number: 1,
      values: { "items.sum": { amount: 1, currency: "USD" }, total: { currency: "EUR" } },
    });
  });

  it("has sums per currency", async () => {
    const schema_id = await filled();
    expect((await as("select public.schema_sums($1) as sums", [schema_id]))[0]!.sums).toEqual([
      { path: "items.sum", currency: "EUR", count: 5, sum: 0 },
      { path: "items.sum", currency: "USD", count: 5, sum: 5 },
      { path: "total", currency: "EUR", count: 5, sum: 510 },
    ]);
  });

  it("is not another's, and does not sort by what is no field", async () => {
    const schema_id = await filled();
    for (const args of [
      "sort => 'iban'",
      "sort => 'items.sum'",
      "line_items => 'total'",
      "line_items => 'items', sort => 'total'",
    ])
      await expect(rows(args, [schema_id])).rejects.toMatchObject({ hint: "invalid_request" });
    const stranger = await database.user();
    await expect(as("select public.schema_rows($1)", [schema_id], stranger)).rejects.toMatchObject({
      hint: "not_found",
    });
    await expect(as("select public.schema_sums($1)", [schema_id], stranger)).rejects.toMatchObject({
      hint: "not_found",
    });
  });
});
