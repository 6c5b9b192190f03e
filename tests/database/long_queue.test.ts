// What the database reads when very many documents wait: no more than with few.
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queueDocuments } from "../../scripts/bench/capacity/backlog.ts";
import { type Database, migratedServer, type MigratedServer } from "./migrated.ts";

const DOCUMENTS = 30_000;
/** Half of them wait for describing; all of those have their job. */
const TEXTS = DOCUMENTS / 2;

let server: MigratedServer;
let database: Database;
let client: pg.Client;

beforeAll(async () => {
  server = await migratedServer();
  database = await server.database({ own: true });
  client = await database.connection("superuser");
  await queueDocuments(client, { documents: DOCUMENTS, users: 300 });
  await client.query("select private.dispatch_jobs()");
}, 60_000);
afterAll(() => server.stop());

/** How many rows of the documents and the jobs a statement looks at. */
async function rowsRead(query: string): Promise<number> {
  await client.query("begin");
  try {
    // What earlier transactions read may still be counted among this one's.
    const before = await readSoFar();
    await client.query(query);
    return (await readSoFar()) - before;
  } finally {
    await client.query("rollback");
  }
}

async function readSoFar(): Promise<number> {
  const { rows } = await client.query<{ read: string }>(
    "select sum(seq_tup_read + idx_tup_fetch) as read from pg_stat_xact_all_tables where relid in ('public.documents'::regclass, 'private.jobs'::regclass)",
  );
  return Number(rows[0]!.read);
}

describe(`with ${DOCUMENTS} documents queued`, () => {
  it("sweeps without looking at all of them", async () => {
    expect(await rowsRead("select private.sweep_jobs()")).toBeLessThan(TEXTS / 3);
  });

  it("dispatches without looking at all that wait for a retry", async () => {
    await client.query(`update private.jobs set run_after = now() + interval '1 hour', last_error = '{}' where id in (
      select id from private.jobs where stage = 'ocr' and state = 'queued' limit 10000)`);
    await client.query("vacuum analyze private.jobs");
    expect(await rowsRead("select private.dispatch_jobs()")).toBeLessThan(1000);
  });

  it.each([
    ["finds a text without a job all the same, within as many sweeps as there are thousands", "max", TEXTS / 1000 + 1],
    ["looks at the first ones again after the last", "min", TEXTS / 1000 + 2],
  ])("%s", async (_name, which, mostSweeps) => {
    const {
      rows: [lost],
    } = await client.query(`select ${which}(id::text)::uuid as id from public.documents where status = 'ocr_complete'`);
    await client.query("delete from private.jobs where document_id = $1 and stage = 'metadata'", [lost.id]);
    const jobs = async () =>
      (await client.query("select from private.jobs where document_id = $1 and stage = 'metadata'", [lost.id]))
        .rowCount;
    for (let sweeps = 0; sweeps < mostSweeps && (await jobs()) === 0; sweeps += 1)
      await client.query("select private.sweep_jobs()");
    expect(await jobs()).toBe(1);
  });

  it("tells how the pipeline is, to the document", async () => {
    const {
      rows: [{ health }],
    } = await client.query("select private.pipeline_health() as health");
    expect(health.stages.ocr.queued + health.stages.ocr.waiting_for_retry + health.stages.ocr.in_flight).toBe(TEXTS);
    expect(health.stages.metadata.queued + health.stages.metadata.in_flight).toBe(TEXTS);
    expect(health.stuck.join()).not.toMatch(/without a job/);
  });
});
