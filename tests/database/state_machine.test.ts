import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { ATTEMPTS, LIMIT, makeWorlds, type Step, type World } from "../../testing/database/world.ts";

/** A run that failed is repeated by the seed and path that fast-check prints. */
const SEED = 20261124;
const RUNS = 60;

let server: MigratedServer;
let database: Database;
let service: pg.Client;
let look: pg.Client;
beforeAll(async () => {
  server = await migratedServer();
  database = await server.database();
  service = await database.connection();
  look = await database.connection("superuser");
});
afterAll(() => server.stop());

const worker = fc.nat({ max: 1 });
/** The newest most of the time, and sometimes one that is long past. */
const recent = fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 7);
const document = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("upload" as const),
      user: fc.nat({ max: 2 }),
      bytes: fc.nat({ max: 1 }),
      arrives: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("deliver" as const), worker, invocation: recent }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("save" as const, "yield" as const, "heartbeat" as const),
      worker,
      claim: recent,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("complete" as const),
      worker,
      claim: recent,
      hasty: fc.constantFrom(true, false, false),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("fail" as const),
      worker,
      claim: recent,
      retryable: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("sweep" as const), after: fc.constantFrom(0, 3, 20, 100, 100, 700) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("retry" as const, "retry" as const, "edit" as const, "delete" as const, "weigh" as const),
      document,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("regenerate" as const), worker, document }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("revive" as const), job: fc.nat({ max: 9 }) }) },
);

it("holds its promises whatever two workers, the clock and the invocations do, and ends every document", async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50, size: "max" }), async (steps) => {
    await server.database();
    const [world] = (await makeWorlds(database, [service])) as [World];
    for (const next of steps) {
      await world.step(next);
      expect(await broken(world), JSON.stringify(next)).toEqual([]);
    }
    await expectToDrain(world);
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: false });
});

it("holds them too when six pairs of workers act at the same time, and none waits for another in a circle", async () => {
  await server.database();
  const services = await Promise.all(Array.from({ length: 6 }, () => database.connection()));
  const worlds = await makeWorlds(database, services);
  const steps = fc.sample(step, { seed: SEED, numRuns: 6 * 100 });
  await Promise.all(
    worlds.map(async (world, index) => {
      for (const next of steps.slice(index * 100, index * 100 + 100)) await world.step(next);
    }),
  );
  await expectToDrain(worlds[0]!);
});

async function expectToDrain(world: World): Promise<void> {
  await world.drain();
  expect(await broken(world), "after draining").toEqual([]);
  expect(await database.sql("select status from public.documents where status not in ('completed', 'failed')")).toEqual(
    [],
  );
  expect(await database.sql("select id from public.webhook_deliveries where state <> 'delivered'")).toEqual([]);
  expect(await database.sql("select stage, state from private.jobs where state not in ('done', 'dead')")).toEqual([]);
}

/** The promises that do not hold, in words. Constraints are promises that Postgres keeps by itself. */
async function broken(world: World): Promise<string[]> {
  const rows = await look.query({
    name: "promises",
    text: PROMISES,
    values: [world.accepted.read.size, world.accepted.paid],
  });
  return rows.rows.map(({ promise }) => promise);
}

const PROMISES = `
    with live as (select * from private.jobs where state in ('queued', 'dispatched', 'running')),
    suspected as (select stage from private.stages where suspects_function_name is not null),
    counted as (
      select documents.*,
        (select count(*) from live where document_id = documents.id and stage = 'ocr') as reading,
        (select count(*) from live where document_id = documents.id and stage = 'metadata') as describing,
        (select count(*) from public.metadata_runs where document_id = documents.id) as runs,
        (select count(*) from public.document_events where document_id = documents.id and stage = 'metadata' and kind = 'completed') as described,
        (select count(*) from public.document_events where document_id = documents.id and stage = 'ocr' and kind = 'completed') as read,
        (select count(*) from public.ocr_results where document_id = documents.id) as results
      from public.documents)
    select format('%s jobs of %s are out', count(*), stage) as promise from live
      where state <> 'queued' and not suspect group by stage having count(*) > ${LIMIT}
    union all select format('%s suspects of %s are out', count(*), stage) from live
      where state <> 'queued' and suspect group by stage having count(*) > 1
    union all select format('%s was charged for a worker that had it with others', id) from private.jobs
      where not suspect and last_error ->> 'code' = 'worker_lost' and last_error ->> 'message' not like '%without progress%' and stage in (select stage from suspected)
    union all select format('a suspect of %s, whose jobs end no worker', stage) from live where suspect and stage not in (select stage from suspected)
    union all select format('%s attempts were excused', excused) from private.jobs where excused > 11
    union all select format('a document that is %s has %s jobs to read and %s to describe', status, reading, describing) from counted
      where (reading::integer, describing::integer) <> case
        when status = 'processing' then (1, 0) when status in ('ocr_complete', 'generating_metadata') then (0, 1) else (0, 0) end
    union all select 'a live job has no document' from live
      where stage not in ('erase', 'webhooks') and not exists (select from public.documents where id = document_id)
    union all select format('message %s waits, and one after it was delivered', early.id) from public.webhook_deliveries as early
      join public.webhook_deliveries as late using (line) where early.state = 'waiting' and late.state = 'delivered' and early.id < late.id
    union all select format('%s jobs to weigh one document', count(*)) from live where stage = 'weigh' group by document_id, event_id having count(*) > 1
    union all select format('%s jobs of the event %s', count(*), event_id) from private.jobs where event_id is not null group by event_id having count(*) > 1
    union all select format('the event %s has no job', id) from public.document_events
      where (stage || '.' || kind in ('ocr.completed', 'edit.edited') or kind = 'failed' and stage <> 'weigh') and not exists (select from private.jobs where event_id = document_events.id)
    union all select format('weighing ended as a document''s error %s', error) from public.documents where error ->> 'stage' = 'weigh'
    union all select format('%s attempts of %s', attempts, max_attempts) from private.jobs where attempts > max_attempts or max_attempts > ${ATTEMPTS}
    union all select format('%s runs for %s completions', runs, described) from counted where runs <> described
    union all select format('%s texts of %s readings', results, read) from counted where results <> read or results > 1
    union all select format('a text of %s pages, of which %s were read', results.page_count, count(pages.*))
      from public.ocr_results as results left join public.document_pages as pages using (document_id)
      group by results.document_id, results.page_count having count(pages.*) <> results.page_count
    union all select 'a completed document was never described' from counted where status = 'completed' and (runs = 0 or results = 0)
    union all select format('%s documents on the bill, and %s were read', sum(documents), $1::integer) from public.usage_months having sum(documents) <> $1
    union all select format('%s tokens on the bill of %s', sum(input_tokens), $2::integer) from public.usage_months having sum(input_tokens) <> $2`;
