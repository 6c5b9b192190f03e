// docs/operations.md: what a backup has to hold, and that a new project which gets it goes on where the old one was.
import { cp } from "node:fs/promises";
import path from "node:path";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { SUPERUSER } from "../../stack/postgres.ts";
import { hurry, type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { SAMPLES, signUp } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

let old: TemporaryStack;
let fresh: TemporaryStack;
beforeAll(async () => {
  [old, fresh] = [await temporaryStack({ OCR_ENGINE_URL: "" }), await temporaryStack({ OCR_ENGINE_URL: "" })];
  await hurry(old);
  await hurry(fresh);
});
afterAll(async () => {
  await old?.stop();
  await fresh?.stop();
});

/** Data alone, as `pg_dump --data-only` writes it: rows as JSON by table, and where the sequences are. */
type Backup = { rows: [table: string, rows: string][]; sequences: { name: string; value: string }[] };

async function connected<Result>(
  { postgres }: TemporaryStack,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: postgres.url(SUPERUSER) });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const backUp = (stack: TemporaryStack): Promise<Backup> =>
  connected(stack, async (client) => {
    await client.query("begin isolation level repeatable read");
    const { rows: tables } = await client.query<{ name: string }>(`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and (nspname in ('public', 'private') or c.oid = any (array['auth.users', 'storage.objects']::regclass[]))`);
    const rows: Backup["rows"] = [];
    for (const { name } of tables)
      rows.push([
        name,
        (await client.query(`select coalesce(json_agg(t), '[]')::text as all from ${name} as t`)).rows[0].all,
      ]);
    const { rows: sequences } = await client.query(`
    select format('%I.%I', schemaname, sequencename) as name, last_value as value from pg_sequences
    where schemaname in ('public', 'private') and last_value is not null`);
    return { rows, sequences };
  });

/** As the page says: without triggers and keys being checked, since all of it was so already. */
const restore = (stack: TemporaryStack, { rows, sequences }: Backup): Promise<void> =>
  connected(stack, async (client) => {
    await client.query("begin; set local session_replication_role = replica");
    await client.query(
      "truncate private.settings, private.stages, private.size_limits, private.month_names, private.currency_signs, private.event_consumers, private.sweep_place",
    );
    for (const [table, content] of rows) {
      const {
        rows: [{ columns }],
      } = await client.query(`
      select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
      where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`);
      await client.query(
        `insert into ${table} (${columns}) overriding system value select ${columns} from json_populate_recordset(null::${table}, $1)`,
        [content],
      );
    }
    for (const { name, value } of sequences) await client.query("select setval($1::regclass, $2)", [name, value]);
    await client.query("commit");
  });

it("a new project that gets a backup finishes what was under way in the old one, and nothing twice", async () => {
  const ada = await signUp(old);
  const stop = (stage: string) => old.sql(`update private.stages set in_flight_limit = 0 where stage = '${stage}'`);
  const send = async (name: string): Promise<string> => {
    const text = new TextEncoder().encode(
      `Invoice ${name}\n\nNorthwind Paper Ltd\nInvoice date 17 March 2026\nTotal due GBP 12.50\n`,
    );
    return ((await (await ada.upload(`${name}.txt`, text)).json()) as { document_id: string }).document_id;
  };

  // One document in each state that a backup may find.
  const done = await ada.process(`${SAMPLES}brief.pdf`);
  await stop("erase");
  const deleted = await send("deleted");
  await ada.until(deleted, "completed");
  await ada.supabase.from("documents").delete().eq("id", deleted);
  await stop("metadata");
  const read = await send("read");
  await ada.until(read, "ocr_complete");
  await stop("ocr");
  const queued = await send("queued");
  const inHand = await send("in hand");
  await old.sql(
    `update private.jobs set state = 'dispatched', token = gen_random_uuid(), lease_expires_at = now() + interval '1 hour' where document_id = '${inHand}'`,
  );
  await old.sql(
    `set role service_role; select public.claim_job(id, token, 'ocr') from private.jobs where document_id = '${inHand}'; reset role`,
  );
  const announced = await ada.callJson("upload", {
    filename: "later.pdf",
    byte_size: 10,
    mime_type: "application/pdf",
    sha256: "0".repeat(64),
  });
  const { document_id: unsent } = (await announced.json()) as { document_id: string };
  expect(
    await old.sql(
      "select stage, state from private.jobs where state <> 'done' and stage <> 'thumbnail' order by stage, state",
    ),
  ).toEqual([
    { stage: "erase", state: "queued" },
    { stage: "metadata", state: "queued" },
    { stage: "ocr", state: "queued" },
    { stage: "ocr", state: "running" },
  ]);

  const backup = await backUp(old);
  const usage = await old.sql("select documents, pages from public.usage_months");
  // Without the address nothing is given out before all of it is there.
  const [{ url }] = (await fresh.sql(
    "select decrypted_secret as url from vault.decrypted_secrets where name = 'functions_url'",
  )) as [{ url: string }];
  await fresh.sql("delete from vault.secrets where name = 'functions_url'");
  await restore(fresh, backup);
  await cp(path.join(old.folder, "storage"), path.join(fresh.folder, "storage"), { recursive: true });
  await fresh.sql("update private.stages set in_flight_limit = 4");
  await fresh.sql("update private.settings set upload_lease = '1 second'");
  await fresh.sql(`select vault.create_secret('${url}', 'functions_url')`);

  await waitUntil(
    async () =>
      (
        await fresh.sql(`
    select from private.jobs where state <> 'done' union all select from public.documents where status not in ('completed', 'failed')`)
      ).length === 0,
    { interval: 100 },
  );
  const ended = await fresh.sql(
    "select id, status, error ->> 'code' as code, display_name is not null as named from public.documents",
  );
  const named = [done.id, read, queued, inHand].map((id) => ({ id, status: "completed", code: null, named: true }));
  expect(ended.sort(byId)).toEqual(
    [...named, { id: unsent, status: "failed", code: "upload_interrupted", named: false }].sort(byId),
  );
  expect(await fresh.sql("select document_id from public.metadata_runs group by 1 having count(*) > 1")).toEqual([]);
  const pages = usage[0]!.pages as number;
  expect(await fresh.sql("select documents, pages from public.usage_months")).toEqual([
    { documents: 5, pages: pages + 2 },
  ]);
  expect(await fresh.sql("select name from storage.objects where bucket_id = 'documents' order by name")).toEqual(
    [done.id, read, queued, inHand]
      .map((id) => ({ name: `${ada.id}/${id}` }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );

  // Its user signs in as before, and has the file.
  const there = createClient(fresh.url, fresh.keys.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  const {
    data: { user },
  } = await ada.supabase.auth.getUser();
  expect((await there.auth.signInWithPassword({ email: user!.email!, password: "correct horse" })).error).toBeNull();
  const { data: file } = await there.storage.from("documents").download(done.storage_path);
  expect(file!.size).toBe(
    Number((await fresh.sql(`select byte_size from public.documents where id = '${done.id}'`))[0]!.byte_size),
  );
});

const byId = (a: Record<string, any>, b: Record<string, any>): number => (a.id < b.id ? -1 : 1);
