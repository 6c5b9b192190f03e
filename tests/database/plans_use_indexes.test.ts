import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchPlans } from "../../testing/database/plans.ts";
import { callOf, type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";

/** So many that reading them all would be the slower plan. */
const FINISHED = 50_000;

let server: MigratedServer;
let database: Database;
let client: pg.Client;
let user: string;
let plans: string[];

beforeAll(async () => {
  server = await migratedServer();
  database = await server.database({ own: true });
  user = await database.user();
  await database.sql(
    `insert into private.jobs (document_id, user_id, stage, state, attempts, max_attempts, queue_position)
    select gen_random_uuid(), $1, 'erase', 'done', 1, 20, n from generate_series(1, ${FINISHED}) as n`,
    [user],
  );
  await database.sql("analyze private.jobs");
  client = await database.connection("superuser");
  plans = (await watchPlans(client)).seen;
});
afterAll(() => server.stop());

/** What the statements of a call read of private.jobs without an index. */
async function sequentialReads(query: string, values: unknown[] = []): Promise<string[]> {
  plans.length = 0;
  await client.query(query, values);
  expect(plans.join("\n")).toMatch(/on (private\.)?jobs|using jobs_/);
  return plans.filter((plan) => /Seq Scan on (private\.)?jobs/.test(plan));
}

async function call(name: string, args: Record<string, unknown>): Promise<string[]> {
  const { text, values } = callOf(name, args);
  return sequentialReads(text, values);
}

const only = async (state: string): Promise<any> =>
  (await database.sql("select * from private.jobs where state = $1 order by queue_position limit 1", [state]))[0];

describe(`with ${FINISHED} finished jobs, no sequential read of the jobs`, () => {
  it("queues and dispatches", async () => {
    for (let count = 0; count < 8; count += 1)
      expect(await sequentialReads("select private.queue_job('erase', gen_random_uuid(), $1)", [user])).toEqual([]);
    expect(await sequentialReads("select private.dispatch_jobs()")).toEqual([]);
  });

  it("claims", async () => {
    const { id, token } = await only("dispatched");
    const lease = crypto.randomUUID();
    expect(
      await call("claim_jobs", {
        function_name: "upload",
        invocations: JSON.stringify([{ job_id: id, token, lease }]),
      }),
    ).toEqual([]);
    expect(await call("claim_after", { lease })).toEqual([]);
  });

  it("completes and hands the slot on", async () => {
    const { id, lease } = await only("running");
    expect(await call("private.complete_erasure", { job_id: id, lease, take_next: true })).toEqual([]);
    expect(await only("running")).toMatchObject({ stage: "erase" });
  });

  it("fails and retries", async () => {
    const { id, lease } = await only("running");
    expect(
      await call("fail_job", { job_id: id, lease, error: { code: "internal_error", message: "x", retryable: true } }),
    ).toEqual([]);
  });

  it("sweeps", async () => {
    expect(await sequentialReads("select private.sweep_jobs()")).toEqual([]);
  });
});
