// A stage whose other side asks for less gets less for a while: additive increase, multiplicative decrease.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { claim, claimInvocation, describeAs, held, readDocument, sweep } from "../../testing/database/worker.ts";

const LIMITED = { code: "model_rate_limited", message: "Later.", retryable: true, retry_after_ms: 600_000 };
let server: MigratedServer;
let database: Database;
beforeAll(async () => {
  server = await migratedServer();
});
beforeEach(async () => {
  database = await server.database();
  await database.sql("update private.stages set in_flight_limit = 8");
});
afterAll(() => server.stop());

const allowed = async (): Promise<number> =>
  (
    await database.sql(
      "select private.allowed_in_flight(stages) as allowed from private.stages where stage = 'metadata'",
    )
  )[0]!.allowed;
const out = async (): Promise<number> =>
  (
    await database.sql(
      "select count(*)::int as out from private.jobs where stage = 'metadata' and state in ('dispatched', 'running')",
    )
  )[0]!.out;
const refuse = async (claimed: Awaited<ReturnType<typeof claim>>) =>
  database.rpc("fail_job", { ...held(claimed), error: LIMITED });

it("halves what goes out when the model asks for less, and keeps to it", async () => {
  const user = await database.user();
  for (let n = 0; n < 12; n += 1) await readDocument(database, user);
  expect(await out()).toBe(8);
  await refuse(await claim(database, "metadata"));
  expect(await allowed()).toBe(4);
  await sweep(database);
  expect(await out()).toBe(7);
});

it("takes several refusals of jobs that were out together for one", async () => {
  const user = await database.user();
  for (let n = 0; n < 3; n += 1) await readDocument(database, user);
  const claims = [];
  for (const invocation of (await database.invocations()).filter((invocation) => invocation.function === "metadata"))
    claims.push(await claimInvocation(database, invocation));
  for (const claimed of claims) await refuse(claimed!);
  expect(await allowed()).toBe(4);
});

it("never goes below one", async () => {
  const user = await database.user();
  for (let n = 0; n < 5; n += 1) {
    await readDocument(database, user);
    await refuse(await claim(database, "metadata"));
  }
  expect(await allowed()).toBe(1);
});

it("grows back by one for each round of jobs that are done, up to the limit", async () => {
  await database.sql("update private.stages set throttled_to = 2, throttled_at = now() where stage = 'metadata'");
  const user = await database.user();
  const seen = [];
  for (let n = 0; n < 40; n += 1) {
    await readDocument(database, user);
    await describeAs(database, await claim(database, "metadata"));
    seen.push(await allowed());
  }
  expect(seen.slice(0, 3)).toEqual([2, 2, 3]);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(8);
  expect(await database.sql("select throttled_to from private.stages where stage = 'metadata'")).toEqual([
    { throttled_to: null },
  ]);
});

it("is not asked for by errors that have nothing to do with room", async () => {
  await readDocument(database, await database.user());
  await database.rpc("fail_job", {
    ...held(await claim(database, "metadata")),
    error: { ...LIMITED, code: "model_unavailable" },
  });
  expect(await allowed()).toBe(8);
});
