// What the database reads when very many documents wait: no more than with few.
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queueDocuments } from "../../testing/database/backlog.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";

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
});
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

  it("tells how the pipeline is: exactly of a short queue, nearly of a long one, without reading all of it", async () => {
    const {
      rows: [{ health }],
    } = await client.query("select private.pipeline_health() as health");
    const { ocr, metadata } = health.stages;
    expect(ocr.queued_is_estimated).toBe(false);
    expect(ocr.queued + ocr.waiting_for_retry + ocr.in_flight).toBe(TEXTS);
    expect(metadata.queued_is_estimated).toBe(true);
    expect(Math.abs(metadata.queued + metadata.in_flight - TEXTS) / TEXTS).toBeLessThan(0.1);
    expect(health.stuck.join()).not.toMatch(/without a job/);
  });

  it("sees documents without a job in a list of some thousands", async () => {
    const own = await server.database({ own: true });
    const connection = await own.connection("superuser");
    await queueDocuments(connection, { documents: 900, users: 5 });
    await connection.query("alter table public.documents disable trigger documents_touch_updated_at");
    await connection.query("update public.documents set updated_at = now() - interval '1 hour' where id is not null");
    await connection.query(
      "delete from private.jobs where id in (select id from private.jobs where state = 'queued' limit 3)",
    );
    expect((await connection.query("select private.stray_documents(1000) as strays")).rows).toEqual([{ strays: 3 }]);
  });
});
