// The ledger of a user's month: whatever happens in whatever order, the sums are what was used, no limit is passed, and
// nothing is counted twice. Steps are drawn at random; the seed makes a failure come again.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type pg from "pg";
import { expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { callOf, type Database, withDatabase } from "../../testing/database/migrated.ts";
import { held, METADATA, pageOf, sha256 } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
const server = withDatabase(() => {});

const SEED = 20261128;
const RUNS = 15;
const STEPS = 80;
const ROUNDS = 4;
const LIMITS = { documents: 5, pages: 9, cost: 500, bytes: 6_000 };
const BYTES = 1_000;
const SETTINGS = `
  update private.settings set requests_per_minute = null, retry_base = '0', documents_per_month = ${LIMITS.documents},
    pages_per_month = ${LIMITS.pages}, cost_micro_usd_per_month = ${LIMITS.cost}, stored_bytes = ${LIMITS.bytes}`;
/** A calendar that tests can turn. As with now(), the month stays the same to the end of a transaction. */
const CLOCK = `
  create table public.clock (month date);
  insert into public.clock select private.this_month();
  grant select on public.clock to service_role;
  create or replace function private.this_month() returns date language plpgsql set search_path = '' as $$
  begin
    if coalesce(current_setting('docket.month', true), '') = '' then
      perform set_config('docket.month', month::text, true) from public.clock;
    end if;
    return current_setting('docket.month')::date;
  end $$`;
/** Postgres ends one of two that wait for each other, and nothing of it happened. The functions call again, as Storage's callers do. */
async function again<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== "40P01") throw error;
    return again(work);
  }
}

/** Storage may refuse a file that nobody waits for. */
function refusedByStorage(error: { code?: string }): void {
  if (error.code !== "42501" && error.code !== "23505") throw error;
}

const announced = (file: number) => ({
  filename: `${file}.pdf`,
  mime_type: "application/pdf",
  byte_size: BYTES,
  content_sha256: sha256(`file ${file}`),
});

/** A file in that of a claim. None holds one that holds it: a file's number is above that of what it is in. */
const within = ({ document }: Claim, step: number): number => Number.parseInt(document!.filename, 10) + 1 + (step % 3);

/** What a caller has to expect who is late, or asks for more than there is. */
const EXPECTED = new Set([
  "lease_lost",
  "not_allowed_now",
  "not_found",
  "internal_error",
  "monthly_limit_reached",
  "storage_limit_reached",
  "nested_too_deep",
]);

/** The newest most of the time, and sometimes one that is long past. */
const index = fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3, 7, 20);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("announce" as const), file: fc.nat({ max: 12 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("arrive" as const), index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("part" as const), index, file: fc.nat({ max: 12 }) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("claim" as const), index }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("save" as const),
      index,
      page: fc.nat({ max: 4 }),
      pages: fc.nat({ max: 4 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("complete" as const), index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("fail" as const),
      index,
      code: fc.constantFrom("internal_error", "broken_file", "wrong_password"),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("reserve" as const), index, most: fc.nat({ max: 400 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("settle" as const), index, share: fc.nat({ max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("retry" as const, "regenerate" as const, "delete" as const), index }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("workers_die" as const, "uploads_expire" as const, "calls_expire" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("month_ends" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What was used, as those who used it know it. */
type Used = {
  pages: Set<string>;
  documents: Set<string>;
  calls: Map<string, { most: number; cost?: number; told?: Promise<unknown> }>;
  refused: Record<string, number>;
};

function createUser(service: pg.Client, used: Used) {
  const claims: Claim[] = [];
  const pick = <Item>(items: Item[], at: number): Item | undefined => items[at % items.length];
  const ids = async (query: string): Promise<string[]> => (await service.query(query)).rows.map(({ id }) => id);
  async function call(name: string, args: Record<string, unknown>): Promise<any> {
    const { text, values } = callOf(name, args);
    try {
      return (await again(() => service.query(text, values))).rows[0].answer;
    } catch (error) {
      const { hint = "" } = error as { hint?: string };
      if (!EXPECTED.has(hint)) throw error;
      used.refused[hint] = (used.refused[hint] ?? 0) + 1;
      return undefined;
    }
  }

  async function claim(at: number): Promise<void> {
    const invocation = pick((await database.invocations()).toReversed(), at);
    const claimed =
      invocation &&
      (await call("claim_job", {
        job_id: invocation.job_id,
        token: invocation.token,
        function_name: invocation.function,
      }));
    if (claimed) claims.push(claimed);
  }

  async function save(claimed: Claim, page: number, pages: number): Promise<void> {
    const id = claimed.document!.id;
    const saved = await call("save_pages", { ...held(claimed), pages: [pageOf(page)], page_count: pages });
    if (saved !== undefined) used.pages.add(`${id} ${page}`);
  }

  async function complete(claimed: Claim): Promise<void> {
    if (claimed.stage === "metadata") {
      const description = { metadata: METADATA, engine: "local", model: null, prompt_version: null };
      return void (await call("complete_metadata", { ...held(claimed), description }));
    }
    if (claimed.stage !== "ocr") return;
    const [document] = (
      await service.query("select page_count from public.documents where id = $1", [claimed.document!.id])
    ).rows;
    const page_count = document?.page_count ?? 1;
    for (let page = 1; page <= page_count; page += 1) await save(claimed, page, page_count);
    const done = await call("complete_reading", { ...held(claimed), result: { page_count, processing_ms: 1 } });
    if (done !== undefined) used.documents.add(claimed.document!.id);
  }

  /** Deletes a document, and with it what came in it. */
  async function remove(id: string): Promise<void> {
    for (const read of await again(() => removed(id))) used.documents.add(read);
  }

  /** Returns what counts as read. */
  async function removed(id: string): Promise<string[]> {
    await service.query("begin");
    try {
      await service.query("select from public.documents where id = $1 for update", [id]);
      const gone = await ids(`select id from public.documents where id in (
        with recursive below as (
          select '${id}'::uuid as id union all select documents.id from below join public.documents on parent_id = below.id)
        select id from below) for update`);
      const begun =
        await ids(`select document_id as id from private.reservations where document_id = any ('{${gone}}') and open and (
        pages_counted > 0 or exists (select from private.jobs where jobs.document_id = reservations.document_id and stage = 'ocr' and claimed_at is not null))`);
      await service.query("delete from public.documents where id = $1", [id]);
      await service.query("commit");
      return begun;
    } catch (error) {
      await service.query("rollback");
      throw error;
    }
  }

  return async (next: Step): Promise<void> => {
    if (next.do === "announce") return void (await call("admit_upload", { owner: user, ...announced(next.file) }));
    if (next.do === "arrive") {
      // A signed URL works for hours, whatever became of its upload.
      const id = pick(
        await ids(
          "select id from public.documents where status = 'uploading' or error ->> 'stage' = 'upload' order by id",
        ),
        next.index,
      );
      if (id)
        await again(() =>
          database.sql(
            "insert into storage.objects (bucket_id, name, version, metadata) values ('documents', $1, gen_random_uuid()::text, $2) on conflict (bucket_id, name) do update set version = gen_random_uuid()::text",
            [`${user}/${id}`, { size: BYTES, mimetype: "application/pdf" }],
          ),
        ).catch(refusedByStorage);
      return;
    }
    if (next.do === "claim") return claim(next.index);
    if (
      next.do === "part" ||
      next.do === "save" ||
      next.do === "complete" ||
      next.do === "fail" ||
      next.do === "reserve"
    ) {
      const claimed = pick(claims.toReversed(), next.index % 6);
      if (!claimed || ((next.do === "save" || next.do === "part") && claimed.stage !== "ocr")) return;
      if (next.do === "part")
        return void (await call("admit_part", {
          ...held(claimed),
          place: 1,
          ...announced(within(claimed, next.file)),
        }));
      if (next.do === "save") return save(claimed, 1 + (next.page % (next.pages + 1)), next.pages + 1);
      if (next.do === "complete") return complete(claimed);
      if (next.do === "fail") {
        const error = {
          code: next.code,
          message: "x",
          retryable: next.code === "internal_error" && next.index % 2 > 0,
        };
        const failed = await call("fail_job", { ...held(claimed), error });
        if (failed !== undefined && claimed.stage === "ocr" && next.code !== "internal_error")
          used.documents.add(claimed.document!.id);
        return;
      }
      if (claimed.stage === "erase") return;
      const call_id = randomUUID();
      const most = next.most + 1;
      const answer = await call("reserve_model_call", {
        ...held(claimed),
        call_id,
        model: "a-model",
        cost_micro_usd: most,
      });
      if (answer?.call_id) used.calls.set(call_id, { most });
      if (answer?.refused) used.refused[answer.refused] = (used.refused[answer.refused] ?? 0) + 1;
      return;
    }
    if (next.do === "settle") {
      const [call_id, paid] = pick([...used.calls], next.index) ?? [];
      if (!call_id || !paid) return;
      const cost_micro_usd = Math.floor((paid.most * next.share) / 4);
      // The first price that is told is the price; which of two at once is the first, nobody could say.
      await paid.told;
      const settled = call("settle_model_call", { call_id, used: { cost_micro_usd } });
      paid.told ??= settled;
      paid.cost ??= cost_micro_usd;
      return void (await settled);
    }
    if (next.do === "retry" || next.do === "regenerate" || next.do === "delete") {
      const id = pick(await ids("select id from public.documents order by created_at, id"), next.index);
      if (!id) return;
      if (next.do === "delete") return remove(id);
      return void (await call(next.do === "retry" ? "retry_document" : "regenerate_metadata", { document_id: id }));
    }
    await passTime(next.do);
  };
}

async function passTime(what: keyof typeof TIME): Promise<void> {
  for (const statement of [TIME[what], "select private.sweep_jobs()", "select private.lose_model_calls()"])
    await again(() => database.sql(statement));
}

const quietly = (what: string): string => `do $$ begin set local session_replication_role = replica; ${what} end $$`;
const TIME = {
  workers_die:
    quietly(`update private.jobs set lease_expires_at = lease_expires_at - interval '1 hour', run_after = run_after - interval '1 hour'
    where id in (select id from private.jobs where state not in ('done', 'dead') for update skip locked);`),
  uploads_expire: quietly(`update public.documents set updated_at = updated_at - interval '1 hour'
    where id in (select id from public.documents where status = 'uploading' for update skip locked);`),
  calls_expire: quietly(`update private.model_calls set expires_at = expires_at - interval '1 day'
    where id in (select id from private.model_calls where state = 'open' for update skip locked);`),
  month_ends: "update public.clock set month = month + interval '1 month'",
};

/** What is used and reserved in this month and in all of them, in one snapshot. */
const SUMS = `
  select coalesce(sum(documents), 0)::int as documents, coalesce(sum(pages), 0)::int as pages, coalesce(sum(cost_micro_usd), 0)::int as cost,
    coalesce(sum(documents) filter (where month = private.this_month()), 0)::int + (select count(*) from private.reservations where open and not counted)::int as month_documents,
    coalesce(sum(pages) filter (where month = private.this_month()), 0)::int + (select coalesce(sum(pages - pages_counted), 0) from private.reservations where open)::int as month_pages,
    coalesce(sum(cost_micro_usd) filter (where month = private.this_month()), 0)::int
      + (select coalesce(sum(reserved_micro_usd), 0) from private.model_calls where state = 'open' and month = private.this_month())::int as month_cost,
    coalesce(max(cost_micro_usd), 0)::int as dearest_month,
    (select coalesce(sum(bytes), 0) from private.stored_bytes)::int as bytes,
    (select coalesce(sum(byte_size), 0) from public.documents)::int as bytes_of_documents,
    (select count(*) from public.documents left join private.reservations on document_id = documents.id
      where status in ('uploading', 'processing') and open is not true)::int as without_reservation,
    (select count(*) from private.reservations left join public.documents on documents.id = document_id
      where open and coalesce(status not in ('uploading', 'processing'), true))::int as reserved_for_nothing
  from public.usage_months`;

function expectWithinLimits(sums: Record<string, number>): void {
  expect(sums.month_documents).toBeLessThanOrEqual(LIMITS.documents);
  expect(sums.month_pages).toBeLessThanOrEqual(LIMITS.pages);
  expect(sums.month_cost).toBeLessThanOrEqual(LIMITS.cost);
  expect(sums.dearest_month).toBeLessThanOrEqual(LIMITS.cost);
  expect(sums.bytes).toBeLessThanOrEqual(LIMITS.bytes);
  expect(sums).toMatchObject({ bytes: sums.bytes_of_documents, without_reservation: 0, reserved_for_nothing: 0 });
}

/** Every call is over: what nobody told the price of counts at its most. */
async function expectSumsOf(used: Used): Promise<void> {
  await passTime("calls_expire");
  const [sums] = await database.sql(SUMS);
  expectWithinLimits(sums!);
  expect(sums).toMatchObject({
    pages: used.pages.size,
    documents: used.documents.size,
    cost: [...used.calls.values()].reduce((sum, { most, cost }) => sum + (cost ?? most), 0),
  });
}

async function makeUser(): Promise<void> {
  database = await server.database({ own: true });
  user = await database.user();
  await database.sql(CLOCK);
  await database.sql(SETTINGS);
}

const nothing = (): Used => ({ pages: new Set(), documents: new Set(), calls: new Map(), refused: {} });

/** Adds up what came about, so that a run in which nothing happens is seen. */
function seen(used: Used, all: Record<string, number>): void {
  const settled = [...used.calls.values()].filter(({ cost }) => cost !== undefined).length;
  const counts = {
    ...used.refused,
    pages: used.pages.size,
    documents: used.documents.size,
    settled,
    lost: used.calls.size - settled,
  };
  for (const [what, count] of Object.entries(counts)) all[what] = (all[what] ?? 0) + count;
}

function expectSeen(all: Record<string, number>, ...what: string[]): void {
  for (const each of what) expect(all[each] ?? 0, `${each}: ${JSON.stringify(all)}`).toBeGreaterThan(0);
}

it("keeps its promises after every step, whatever happens in whatever order", async () => {
  const all: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      await makeUser();
      const used = nothing();
      const service = await database.connection();
      const act = createUser(service, used);
      for (const next of steps) {
        await act(next);
        expectWithinLimits((await database.sql<Record<string, number>>(SUMS))[0]!);
      }
      await expectSumsOf(used);
      await service.end();
      seen(used, all);
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  expectSeen(all, "pages", "documents", "settled", "lost", "lease_lost", "monthly_limit_reached", "reserved");
});

it("keeps them when eight act at the same time", async () => {
  const all: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    await makeUser();
    const used = nothing();
    const services = await Promise.all(Array.from({ length: 8 }, () => database.connection()));
    const steps = fc.sample(step, { seed: SEED + round, numRuns: 8 * STEPS });
    await Promise.all(
      services.map(async (service, index) => {
        const act = createUser(service, used);
        for (const next of steps.slice(index * STEPS, (index + 1) * STEPS)) {
          await act(next);
          expectWithinLimits((await database.sql<Record<string, number>>(SUMS))[0]!);
        }
        await service.end();
      }),
    );
    await expectSumsOf(used);
    seen(used, all);
  }
  expectSeen(all, "pages", "documents", "settled", "lease_lost", "monthly_limit_reached");
});
