import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchPlans } from "../../testing/database/plans.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { claim, propose, readDocument } from "../../testing/database/worker.ts";

/** So many that reading them all would be the slower plan; half are the user's own. */
const DOCUMENTS = 100_000;

let server: MigratedServer;
let database: Database;
let client: pg.Client;
let user: string;
let plans: string[];

beforeAll(async () => {
  server = await migratedServer();
  database = await server.database({ own: true });
  user = await database.user();
  client = await database.connection("superuser");
  // One in two of the user's documents is an invoice, one in a thousand a rarity; and each has one of 1,000 other tags.
  await client.query("set session_replication_role = replica");
  await client.query(
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, metadata_source, tags)
    select case when n % 2 = 0 then $1::uuid else gen_random_uuid() end, 'a.pdf', 'x/' || n, 'application/pdf', 1, encode(sha256(n::text::bytea), 'hex'), 'completed', 'A', 'local',
      array['tag-' || n % 2000, case when n % 4 = 0 then 'invoice' else 'letter' end] || case when n % 2000 = 0 then array['rarity'] else '{}' end
    from generate_series(1, ${DOCUMENTS}) as n`,
    [user],
  );
  await client.query(`insert into public.tags (user_id, tag, key, documents)
    select user_id, tag, private.tag_key(tag), count(*) from public.documents, unnest(tags) as tag group by user_id, tag`);
  await client.query("set session_replication_role = origin");
  await database.sql("analyze public.documents, public.tags");
  plans = (await watchPlans(client)).seen;
});
afterAll(() => server.stop());

/** What the statements of a call read of the documents and the tags without an index. */
async function sequentialReads(query: string, values: unknown[] = []): Promise<string[]> {
  plans.length = 0;
  await client.query("begin");
  try {
    await client.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: user, role: "authenticated" }),
    ]);
    await client.query(query, values);
  } finally {
    await client.query("rollback");
  }
  expect(plans.join("\n")).toMatch(/on (public\.)?(documents|tags)|using (documents|tags)_/);
  return plans.filter((plan) => /Seq Scan on (public\.)?(documents|tags)\b/.test(plan));
}

async function millisecondsOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

describe(`with ${DOCUMENTS} documents`, () => {
  it("no sequential read finds the tag that a proposed one is", async () => {
    expect(
      await sequentialReads("select private.tags_to_use($1, array['invoices', 'tags-7', 'unheard-of'], 'en')", [user]),
    ).toEqual([]);
  });

  it("no sequential read looks for tags", async () => {
    expect(await sequentialReads("select * from public.my_tags('invoces', 10)")).toEqual([]);
    const {
      rows: [document],
    } = await client.query("select id from public.documents where user_id = $1 limit 1", [user]);
    expect(await sequentialReads("select * from public.tags_of($1, null, 100)", [document.id])).toEqual([]);
  });

  it("no sequential read renames one that few have", async () => {
    expect(
      await sequentialReads("insert into public.tag_aliases (user_id, alias, tag) values ($1, 'rarity', 'curiosity')", [
        user,
      ]),
    ).toEqual([]);
  });

  it("no update of many is compared row with row, each with each", async () => {
    await client.query("begin");
    try {
      // A session plans its first update, of one row, and keeps the plan.
      await client.query(
        "update public.documents set locked_fields = '{tags}' where id = (select min(id::text)::uuid from public.documents)",
      );
      plans.length = 0;
      await client.query(
        "update public.documents set locked_fields = '{tags}' where user_id = $1 and tags @> '{tag-8}'",
        [user],
      );
      expect(plans.join("\n")).toMatch(/Named Tuplestore Scan/);
      expect(plans.filter((plan) => /(before|after)\.id = (before|after)\.id/.test(plan))).toEqual([]);
    } finally {
      await client.query("rollback");
    }
  });

  it("looking for tags, and renaming one on 50 documents, take less than the 3 and 8 seconds that callers have", async () => {
    expect(
      await millisecondsOf(() => database.asUser(user, "select * from public.my_tags('invoces', 10)")),
    ).toBeLessThan(3_000);
    const renaming = await millisecondsOf(async () => {
      expect(await database.asUser(user, "select public.rename_tag('rarity', 'curiosity') as n")).toEqual([{ n: 50 }]);
    });
    expect(renaming).toBeLessThan(8_000);
  });

  it("describing one more counts its tags and no others", async () => {
    await readDocument(database, user);
    const { document } = await propose(database, await claim(database, "metadata"), { tags: ["invoices", "acme"] });
    expect(document.tags).toEqual(["invoice", "acme"]);
    expect(
      await database.sql(
        "select tag, documents from public.tags where user_id = $1 and tag in ('invoice', 'acme') order by tag",
        [user],
      ),
    ).toEqual([
      { tag: "acme", documents: 1 },
      { tag: "invoice", documents: DOCUMENTS / 4 + 1 },
    ]);
  });
});
