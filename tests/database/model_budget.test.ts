// What models cost: reserved before each call, settled after it, whatever becomes of the worker, the job and the document.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { callOf, type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  BUSY,
  claim,
  complete,
  expire,
  held,
  propose,
  readDocument,
  reserve,
  settle,
  sweep,
} from "../../testing/database/worker.ts";

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
const COUNTED = { input_tokens: 1_300, output_tokens: 10, cost_micro_usd: 400 };
const limit = (microUsd: number | null): Promise<unknown> =>
  database.sql("update private.settings set cost_micro_usd_per_month = $1", [microUsd]);
const bill = async (owner = user): Promise<any> =>
  (
    await database.sql(
      "select input_tokens::integer, output_tokens::integer, cost_micro_usd::integer from public.usage_months where user_id = $1 and cost_micro_usd > 0",
      [owner],
    )
  )[0];
const costOf = async (): Promise<any> =>
  (await database.asUser(user, "select public.usage_left() -> 'cost_micro_usd' as cost"))[0]!.cost;
const states = async (): Promise<any[]> =>
  (await database.sql("select state from private.model_calls order by reserved_at")).map(({ state }) => state);
/** Lets the time be over in which a call has to be settled. */
async function loseCalls(): Promise<void> {
  await database.sql("update private.model_calls set expires_at = expires_at - interval '1 day'");
  await database.sql("select private.lose_model_calls()");
}
const describer = async () => {
  await readDocument(database, user);
  return claim(database, "metadata");
};

describe("a reservation", () => {
  it("is refused once the month's money does not cover it, and says whether calls under way are the reason", async () => {
    const claimed = await describer();
    await limit(1_000);
    expect(await reserve(database, claimed, 1_001)).toEqual({ refused: "spent" });
    const first = await reserve(database, claimed, 600);
    expect(await reserve(database, claimed, 401)).toEqual({ refused: "reserved" });
    expect(await costOf()).toEqual({ used: 600, limit: 1_000 });
    await settle(database, first.call_id, { cost_micro_usd: 100 });
    expect(await costOf()).toEqual({ used: 100, limit: 1_000 });
    expect(await reserve(database, claimed, 900)).toHaveProperty("call_id");
    expect(await reserve(database, claimed, 1)).toEqual({ refused: "reserved" });
  });

  it("has no limit where none is set", async () => {
    const claimed = await describer();
    await limit(null);
    expect(await reserve(database, claimed, 10 ** 12)).toHaveProperty("call_id");
  });

  it("of twelve at the same time is made as often as the money covers", async () => {
    const claims: Claim[] = [];
    await database.sql("update private.stages set in_flight_limit = 12 where stage = 'metadata'");
    for (let count = 0; count < 12; count += 1) claims.push(await describer());
    await limit(1_000);
    const connections = await Promise.all(claims.map(() => database.connection()));
    const answers = await Promise.all(
      connections.map(async (connection, index) => {
        const { text, values } = callOf("reserve_model_call", {
          ...held(claims[index]!),
          call_id: randomUUID(),
          model: "a-model",
          cost_micro_usd: 300,
        });
        return (await connection.query(text, values)).rows[0].answer;
      }),
    );
    expect(answers.filter(({ call_id }) => call_id)).toHaveLength(3);
    expect(await costOf()).toEqual({ used: 900, limit: 1_000 });
  });

  it("counts this month alone, and this user alone", async () => {
    await limit(1_000);
    await complete(database, await database.user());
    const claimed = await describer();
    await database.sql(
      "insert into public.usage_months (user_id, month, cost_micro_usd) values ($1, date_trunc('month', now() at time zone 'utc')::date - interval '1 month', 900)",
      [user],
    );
    expect(await reserve(database, claimed, 1_000)).toHaveProperty("call_id");
  });

  it("whose answer got lost and is made again is one", async () => {
    const claimed = await describer();
    await limit(1_000);
    const call_id = randomUUID();
    for (let told = 0; told < 2; told += 1)
      expect(await reserve(database, claimed, 1_000, call_id)).toEqual({ call_id });
    expect(await costOf()).toEqual({ used: 1_000, limit: 1_000 });
  });

  it("is not made by a worker that lost the job, or whose document is deleted", async () => {
    const claimed = await describer();
    await expire(database, claimed.job_id);
    await sweep(database);
    await expect(reserve(database, claimed, 1)).rejects.toMatchObject({ hint: "lease_lost" });
    const other = await describer();
    await database.asUser(user, "delete from public.documents");
    await expect(reserve(database, other, 1)).rejects.toMatchObject({ hint: "lease_lost" });
  });
});

describe("a call is settled", () => {
  it("at what the model counted, the tokens of the cache among the input, once however often it is told", async () => {
    const { call_id } = await reserve(database, await describer(), 1_000);
    for (let told = 0; told < 3; told += 1) await settle(database, call_id, USED);
    await settle(database, call_id, { cost_micro_usd: 0 });
    expect(await bill()).toEqual(COUNTED);
  });

  it("when its document was deleted while it was under way", async () => {
    const { call_id } = await reserve(database, await describer(), 1_000);
    await database.asUser(user, "delete from public.documents");
    await settle(database, call_id, USED);
    expect(await bill()).toEqual(COUNTED);
  });

  it("when another worker has the job, which pays for its own", async () => {
    const first = await describer();
    const { call_id } = await reserve(database, first, 1_000);
    await database.rpc("fail_job", { ...held(first), error: BUSY });
    await expire(database, first.job_id);
    await sweep(database);
    await propose(database, await claim(database, "metadata"), {}, { ...USED, cost_micro_usd: 50 });
    await settle(database, call_id, USED);
    expect(await bill()).toEqual({ input_tokens: 2_600, output_tokens: 20, cost_micro_usd: 450 });
  });

  it("in the month in which it was reserved", async () => {
    const { call_id } = await reserve(database, await describer(), 1_000);
    await database.sql("update private.model_calls set month = month - interval '1 month'");
    await settle(database, call_id, USED);
    expect(
      await database.sql(
        "select month = private.this_month() as this, cost_micro_usd::integer from public.usage_months where cost_micro_usd > 0",
      ),
    ).toEqual([{ this: false, cost_micro_usd: 400 }]);
  });

  it("with nothing for a call that is none", async () => {
    await settle(database, randomUUID(), USED);
    expect(await bill()).toBeUndefined();
  });
});

describe("a call whose price nobody told", () => {
  it("counts at its reserved price, so that a dead worker neither frees money nor holds it for ever", async () => {
    await limit(1_000);
    const claimed = await describer();
    await reserve(database, claimed, 600);
    await database.sql("select private.lose_model_calls()");
    expect(await states()).toEqual(["open"]);
    await loseCalls();
    expect(await states()).toEqual(["lost"]);
    expect(await costOf()).toEqual({ used: 600, limit: 1_000 });
    expect(await reserve(database, claimed, 400)).toHaveProperty("call_id");
  });

  it("is put right when its worker was only slow", async () => {
    const { call_id } = await reserve(database, await describer(), 1_000);
    await loseCalls();
    await loseCalls();
    await settle(database, call_id, USED);
    await loseCalls();
    await settle(database, call_id, USED);
    expect(await states()).toEqual(["settled"]);
    expect(await bill()).toEqual(COUNTED);
  });
});

describe("the rows of calls", () => {
  it("keep the price of an erased account, and nothing that leads to it", async () => {
    const claimed = await describer();
    const { call_id } = await reserve(database, claimed, 1_000);
    await reserve(database, claimed, 500);
    await database.asUser(user, "select public.erase_account()");
    await settle(database, call_id, USED);
    await loseCalls();
    expect(
      await database.sql(
        "select user_id, document_id, job_id, state, cost_micro_usd::integer as cost from private.model_calls order by cost",
      ),
    ).toEqual([
      { user_id: null, document_id: null, job_id: null, state: "settled", cost: 400 },
      { user_id: null, document_id: null, job_id: null, state: "lost", cost: 500 },
    ]);
    expect(await bill()).toBeUndefined();
  });

  it("are kept for a while, and open ones until they are settled", async () => {
    const claimed = await describer();
    await settle(database, (await reserve(database, claimed, 1)).call_id, {});
    await reserve(database, claimed, 1);
    await database.sql("update private.model_calls set reserved_at = reserved_at - interval '401 days'");
    await database.sql("select private.prune()");
    expect(await states()).toEqual(["open"]);
  });
});

it("debits a run that succeeds by its calls, and the run keeps the tokens of the cache apart", async () => {
  await propose(database, await describer(), {}, USED);
  expect(await bill()).toEqual(COUNTED);
  expect(
    await database.sql(
      "select input_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd from public.metadata_runs",
    ),
  ).toEqual([{ input_tokens: "100", cache_read_tokens: "1000", cache_write_tokens: "200", cost_micro_usd: "400" }]);
});

it("notes a run that the local generator made because the budget was used up, and says so", async () => {
  await propose(
    database,
    await describer(),
    {},
    { engine: "local", model: null, input_tokens: 0, output_tokens: 0, cost_micro_usd: 0, note: "over_budget" },
  );
  expect(await database.sql("select engine, note from public.metadata_runs")).toEqual([
    { engine: "local", note: "over_budget" },
  ]);
  const [event] = await database.sql(
    "select message from public.document_events where stage = 'metadata' and kind = 'completed'",
  );
  expect(event!.message).toBe("Named, tagged and summarized without the model: its budget for this month is used up.");
});
