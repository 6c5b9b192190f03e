// What models cost: asked before, debited with the result, and debited too when an attempt fails that was paid for.
import { expect, it } from "vitest";
import { type Database, withDatabase } from "./migrated.ts";
import { BUSY, claim, complete, expire, held, pageOf, propose, readDocument, sweep, upload } from "./worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const USED = {
  input_tokens: 100,
  output_tokens: 10,
  cache_read_tokens: 1_000,
  cache_write_tokens: 200,
  cost_micro_usd: 400,
};
const limit = (microUsd: number | null): Promise<unknown> =>
  database.sql("update private.settings set cost_micro_usd_per_month = $1", [microUsd]);
const bill = async (): Promise<any> =>
  (
    await database.sql(
      "select input_tokens::integer, output_tokens::integer, cost_micro_usd::integer from public.usage_months where user_id = $1 and cost_micro_usd > 0",
      [user],
    )
  )[0];

it("says what is left of the month's budget, and that there is no limit where none is set", async () => {
  await readDocument(database, user);
  const claimed = await claim(database, "metadata");
  expect(await database.rpc("model_budget_left", held(claimed))).toBeNull();
  await limit(1_000);
  expect(await database.rpc("model_budget_left", held(claimed))).toBe("1000");
  await propose(database, claimed, {}, USED);
  const again = await database.rpc("regenerate_metadata", { document_id: claimed.document!.id });
  expect(await database.rpc("model_budget_left", held(again))).toBe("600");
  await limit(300);
  expect(await database.rpc("model_budget_left", held(again))).toBe("0");
  await limit(0);
  expect(await database.rpc("model_budget_left", held(again))).toBe("0");
});

it("counts what this month alone cost, and this user alone", async () => {
  await limit(1_000);
  await complete(database, await database.user());
  await readDocument(database, user);
  await database.sql(
    "insert into public.usage_months (user_id, month, cost_micro_usd) values ($1, date_trunc('month', now() at time zone 'utc')::date - interval '1 month', 900)",
    [user],
  );
  expect(await database.rpc("model_budget_left", held(await claim(database, "metadata")))).toBe("1000");
});

it("says nothing to a worker that lost the job: it must not ask a model any more", async () => {
  await readDocument(database, user);
  const claimed = await claim(database, "metadata");
  await expire(database, claimed.job_id);
  await sweep(database);
  await expect(database.rpc("model_budget_left", held(claimed))).rejects.toMatchObject({ hint: "lease_lost" });
});

it("debits a page that a model read with the page, before the document is done, and the same page once", async () => {
  const id = await upload(database, user);
  const claimed = await claim(database, "ocr");
  const page = { ...pageOf(1), engine: "claude", usage: { model: "a-model", ...USED } };
  const save = (pages: unknown[]): Promise<unknown> =>
    database.rpc("save_pages", { ...held(claimed), pages, page_count: 2 });
  await limit(1_000);
  for (let told = 0; told < 2; told += 1) await save([page, { ...pageOf(2), usage: null }]);
  expect(await bill()).toEqual({ input_tokens: 1_300, output_tokens: 10, cost_micro_usd: 400 });
  expect(await database.rpc("model_budget_left", held(claimed))).toBe("600");
  await save([{ ...page, usage: { ...page.usage, cost_micro_usd: 500 } }]);
  await database.rpc("complete_reading", { ...held(claimed), result: { page_count: 2, processing_ms: 1 } });
  expect(await bill()).toEqual({ input_tokens: 2_600, output_tokens: 20, cost_micro_usd: 900 });
  expect(await database.sql("select usage from public.ocr_results where document_id = $1", [id])).toEqual([
    { usage: { input_tokens: 100, output_tokens: 10, cost_micro_usd: 500 } },
  ]);
});

it("takes back the debit of pages that could not be saved", async () => {
  await upload(database, user);
  const claimed = await claim(database, "ocr");
  const page = { ...pageOf(1), engine: "claude", usage: { model: "a-model", ...USED } };
  await expect(
    database.rpc("save_pages", { ...held(claimed), pages: [page, { ...page, page_number: -1 }], page_count: 2 }),
  ).rejects.toThrow();
  expect(await bill()).toBeUndefined();
});

it("debits a run with its result: the tokens of the cache are input, and the run keeps them apart", async () => {
  await readDocument(database, user);
  await propose(database, await claim(database, "metadata"), {}, USED);
  expect(await bill()).toEqual({ input_tokens: 1_300, output_tokens: 10, cost_micro_usd: 400 });
  expect(
    await database.sql(
      "select input_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd from public.metadata_runs",
    ),
  ).toEqual([{ input_tokens: "100", cache_read_tokens: "1000", cache_write_tokens: "200", cost_micro_usd: "400" }]);
});

it("debits an attempt that failed after it was paid, once however often it is told", async () => {
  await readDocument(database, user);
  const claimed = await claim(database, "metadata");
  for (let told = 0; told < 3; told += 1) await database.rpc("debit_model_use", { ...held(claimed), used: USED });
  await database.rpc("fail_job", { ...held(claimed), error: BUSY });
  await database.rpc("debit_model_use", { ...held(claimed), used: USED });
  expect(await bill()).toEqual({ input_tokens: 1_300, output_tokens: 10, cost_micro_usd: 400 });
});

it("debits each attempt, also of a worker that lost the job, and nothing for a job that is none", async () => {
  await readDocument(database, user);
  const first = await claim(database, "metadata");
  await expire(database, first.job_id);
  await sweep(database);
  await expire(database, first.job_id);
  await sweep(database);
  const second = await claim(database, "metadata");
  await database.rpc("debit_model_use", { ...held(first), used: USED });
  await database.rpc("debit_model_use", { ...held(second), used: { cost_micro_usd: 50 } });
  expect(await bill()).toEqual({ input_tokens: 1_300, output_tokens: 10, cost_micro_usd: 450 });
  await database.rpc("debit_model_use", { job_id: user, lease: user, used: USED });
  expect(await bill()).toMatchObject({ cost_micro_usd: 450 });
});

it("notes a run that the local generator made because the budget was used up, and says so", async () => {
  await readDocument(database, user);
  await propose(
    database,
    await claim(database, "metadata"),
    {},
    { engine: "local", model: null, input_tokens: 0, output_tokens: 0, cost_micro_usd: 0, note: "over_budget" },
  );
  expect(await database.sql("select engine, note from public.metadata_runs")).toEqual([
    { engine: "local", note: "over_budget" },
  ]);
  const [event] = await database.sql(
    "select message from public.document_events where stage = 'metadata' and kind = 'completed'",
  );
  expect(event!.message).toBe("Named, tagged and summarised without the model: its budget for this month is used up.");
});
