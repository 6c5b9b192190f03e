// The stage that extracts: documents that a schema applies to get a job, its failure harms nothing, and what is saved is proven.
import { describe, expect, it } from "vitest";
import type { Claim } from "../../../supabase/functions/_shared/answers.ts";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";
import { BROKEN, claimInvocation, complete, held, INVOICE, jobOf, statusOf } from "../../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const FIELDS = {
  type: "object",
  properties: {
    total: { type: "object", format: "money", labels: ["total"] },
    net: { type: "object", format: "money" },
    place: { type: "string" },
  },
  required: ["total"],
};
const makeSchema = async (
  owner: string,
  more: { name?: string; fields?: object; document_types?: string[] } = {},
): Promise<string> =>
  (
    await database.asUser(
      owner,
      "insert into public.extraction_schemas (name, fields, document_types) values ($1, $2, $3) returning id",
      [more.name ?? "Totals", JSON.stringify(more.fields ?? FIELDS), more.document_types ?? ["invoice"]],
    )
  )[0]!.id;
const newest = async (): Promise<Claim> =>
  (await claimInvocation(
    database,
    (await database.invocations()).filter((invocation) => invocation.function === "extract").at(-1)!,
  ))!;
const begin = (claimed: Claim): Promise<any> => database.rpc("begin_extractions", held(claimed));
const save = (claimed: Claim, extraction_id: string, result: object): Promise<any> =>
  database.rpc("save_extraction", { ...held(claimed), extraction_id, result: { engine: "local", ...result } });
const end = (claimed: Claim): Promise<any> => database.rpc("complete_job", { ...held(claimed), message: "Extracted." });
const extractions = () =>
  database.asUser(user, "select status, engine, missing, error from public.extractions order by created_at");
const TOTAL = {
  path: "total",
  row: 0,
  value: { amount: 120, currency: "EUR" },
  page: 1,
  quote: "Total: EUR 120.00",
  proof: "quote",
  confidence: 1,
};

it("a statement of thousands of lines is proven in one call", async () => {
  const [pages, lines] = [60, 50];
  await makeSchema(user, { fields: TEMPLATES.bank_statement!.fields });
  const id = await complete(database, user, INVOICE);
  await database.sql(
    "insert into public.document_pages (document_id, user_id, page_number, text, engine) select id, user_id, page, (select string_agg(format('01.03.2026  Payment %s %s  -12.50', page, line), chr(10)) from generate_series(1, $3) as line), 'pdf_text_layer' from public.documents, generate_series(2, $2 + 1) as page where id = $1",
    [id, pages, lines],
  );
  const claimed = await newest();
  const {
    extractions: [one],
  } = await begin(claimed);
  const values = Array.from({ length: pages * lines }, (_, row) => {
    const page = 2 + Math.floor(row / lines);
    const description = `Payment ${page} ${(row % lines) + 1}`;
    const more = { row, page, quote: `01.03.2026 ${description} -12.50`, proof: "quote", confidence: 1 };
    return [
      { path: "transactions.date", value: "2026-03-01", ...more },
      { path: "transactions.description", value: description, ...more },
      { path: "transactions.amount", value: { amount: -12.5, currency: "EUR" }, ...more },
    ];
  }).flat();
  await save(claimed, one.id, { values });
  expect(await database.asUser(user, "select count(*)::integer as count from public.extracted_values")).toEqual([
    { count: values.length },
  ]);
});

describe("a document that a schema applies to", () => {
  it("gets an extraction and a job when it is completed, and stays completed", async () => {
    await makeSchema(user);
    const id = await complete(database, user, INVOICE);
    const claimed = await newest();
    expect(claimed).toMatchObject({ stage: "extract", document: { id } });
    const {
      extractions: [one],
      document,
    } = await begin(claimed);
    expect(one).toMatchObject({ name: "Totals", fields: FIELDS, instruction: null });
    expect(document).toMatchObject({ document_type: "invoice", language: "en", einvoice: null });
    expect(await save(claimed, one.id, { values: [TOTAL], learned: [] })).toMatchObject({
      extraction: { status: "completed", missing: [] },
      learned: null,
    });
    await end(claimed);
    expect(
      await database.asUser(
        user,
        "select path, value, proof, quote, number_value::float as number, currency from public.extracted_values",
      ),
    ).toEqual([
      { path: "total", value: TOTAL.value, proof: "quote", quote: TOTAL.quote, number: 120, currency: "EUR" },
    ]);
    expect(await statusOf(database, id)).toBe("completed");
  });

  it("gets one of each schema, and one job for all", async () => {
    await makeSchema(user);
    await makeSchema(user, { name: "Again", fields: TEMPLATES.invoice!.fields });
    await makeSchema(user, { name: "By hand", document_types: [] });
    await makeSchema(user, { name: "Receipts", document_types: ["receipt"] });
    await makeSchema(await database.user(), { name: "Not mine" });
    await complete(database, user, INVOICE);
    const claimed = await newest();
    expect((await begin(claimed)).extractions.map(({ name }: { name: string }) => name).sort()).toEqual([
      "Again",
      "Totals",
    ]);
  });

  it("has a failed extraction when its job is dead, and is otherwise as it was", async () => {
    await makeSchema(user);
    const id = await complete(database, user, INVOICE);
    const claimed = await newest();
    await begin(claimed);
    await database.rpc("fail_job", { ...held(claimed), error: BROKEN });
    expect(await extractions()).toMatchObject([
      { status: "failed", error: { code: BROKEN.code, message: BROKEN.message } },
    ]);
    expect(await statusOf(database, id)).toBe("completed");
    expect(await database.sql("select display_name is not null as named, error from public.documents")).toEqual([
      { named: true, error: null },
    ]);
  });

  it("is queued by the sweep when its job got lost", async () => {
    await makeSchema(user);
    const id = await complete(database, user, INVOICE);
    await database.sql("delete from private.jobs where stage = 'extract'");
    expect(await database.sql("select private.queue_extractions() as queued")).toEqual([{ queued: 1 }]);
    expect(await jobOf(database, id, "extract")).toMatchObject({ state: "dispatched" });
    expect(await database.sql("select private.queue_extractions() as queued")).toEqual([{ queued: 0 }]);
  });
});

describe("what an engine found", () => {
  async function run(result: object, fields: object = FIELDS): Promise<any> {
    await makeSchema(user, { fields });
    await complete(database, user, INVOICE);
    const claimed = await newest();
    const {
      extractions: [one],
    } = await begin(claimed);
    return (await save(claimed, one.id, result)).extraction;
  }
  const written = () =>
    database.asUser(user, "select path, row_number, proof from public.extracted_values order by path, row_number");
  const proposed = () => database.asUser(user, "select path, reason from public.extraction_proposals order by path");

  it("and does not stand on the page is a proposal, and a required field of that kind needs review", async () => {
    expect(await run({ values: [{ ...TOTAL, value: { amount: 999, currency: "EUR" } }] })).toMatchObject({
      status: "needs_review",
      missing: ["total"],
    });
    expect(await written()).toEqual([]);
    expect(await proposed()).toEqual([{ path: "total", reason: "not_on_page" }]);
  });

  it("keeps the engine's own proposals, of fields that there are", async () => {
    await run({
      values: [TOTAL],
      proposals: [
        { path: "net", row: 0, value: { amount: 1, currency: null }, page: 1, quote: "x", reason: "ambiguous" },
        { path: "iban", row: 0, value: "x", reason: "unsure" },
      ],
    });
    expect(await proposed()).toEqual([{ path: "net", reason: "ambiguous" }]);
  });

  it.each([
    null,
    "text",
    [],
    {},
    { values: "all" },
    {
      values: [
        null,
        1,
        "a",
        {},
        { path: "total" },
        { path: "total", value: null },
        { path: "total", value: {}, page: "1", quote: 5 },
      ],
    },
    { values: [{ ...TOTAL, row: 99999999 }] },
  ])("and is no such thing writes nothing: case %#", async (result) => {
    expect(await run((result ?? {}) as object)).toMatchObject({ status: "needs_review" });
    expect(await written()).toEqual([]);
  });

  describe("of a table needs review and names the pages", () => {
    const properties = {
      ...FIELDS.properties,
      items: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
    };
    const fields = { ...FIELDS, properties };

    it("that are too many to be looked at", async () => {
      const missing = ["items: pages from 201 on are too many to be looked at"];
      expect(await run({ values: [TOTAL], unread_from: 201 }, fields)).toMatchObject({
        status: "needs_review",
        missing,
      });
      expect(await written()).toMatchObject([{ path: "total" }]);
    });

    it("that could not be read", async () => {
      await makeSchema(user, { fields });
      const id = await complete(database, user, INVOICE);
      await database.sql(
        "insert into public.document_pages (document_id, user_id, page_number, text, error) select id, user_id, 2, '', $2 from public.documents where id = $1",
        [id, BROKEN],
      );
      const claimed = await newest();
      const {
        extractions: [one],
      } = await begin(claimed);
      const { extraction } = await save(claimed, one.id, { values: [TOTAL] });
      expect(extraction).toMatchObject({ status: "needs_review", missing: ["items: pages 2 could not be read"] });
    });

    it("unless it has no table", async () => {
      expect(await run({ values: [TOTAL], unread_from: 201 })).toMatchObject({ status: "completed", missing: [] });
    });
  });

  it("leaves nothing behind when the schema was deleted meanwhile, and the run ends", async () => {
    const schema = await makeSchema(user);
    await complete(database, user, INVOICE);
    const claimed = await newest();
    const {
      extractions: [one],
    } = await begin(claimed);
    await database.asUser(user, "delete from public.extraction_schemas where id = $1", [schema]);
    expect(await save(claimed, one.id, { values: [TOTAL] })).toEqual({ gone: true });
    expect(await end(claimed)).toEqual({ next: null });
    expect(await written()).toEqual([]);
  });

  it("needs review while an equation is broken", async () => {
    const fields = { ...FIELDS, checks: ["net = total"] };
    expect(
      await run(
        { values: [TOTAL], checks: [{ check: "net = total", row: null, difference: -1, holds: false }] },
        fields,
      ),
    ).toMatchObject({ status: "needs_review", missing: [] });
  });
});

describe("a schema that is applied by hand", () => {
  it("is applied with its instruction, and again when it was before", async () => {
    const schema_id = await makeSchema(user, { document_types: [] });
    const document_id = await complete(database, user, INVOICE);
    for (const instruction of ["dates are American", null]) {
      const { job_id } = await database.rpc("request_extraction", { document_id, schema_id, instruction });
      const [{ claim: claimed }] = await database.rpc("take_watched", {
        waiting: JSON.stringify([{ job_id, patient: true, worker: crypto.randomUUID() }]),
      });
      expect((await begin(claimed)).extractions).toMatchObject([{ instruction }]);
      await end(claimed);
    }
    expect(await database.sql("select count(*)::integer as count from public.extractions")).toEqual([{ count: 1 }]);
  });

  it("is not another user's, and not for a document without text", async () => {
    const document_id = await complete(database, user, INVOICE);
    const others = await makeSchema(await database.user());
    await expect(database.rpc("request_extraction", { document_id, schema_id: others })).rejects.toMatchObject({
      hint: "not_found",
    });
    await database.sql("delete from public.ocr_results");
    const schema_id = await makeSchema(user);
    await expect(database.rpc("request_extraction", { document_id, schema_id })).rejects.toMatchObject({
      hint: "not_allowed_now",
    });
  });
});
