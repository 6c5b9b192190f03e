// No user reaches what is another's: every relation and function of the catalog, as every kind of caller. What differs between SQL and
// the real APIs (keys, signed URLs, channels) is in tests/pipeline/wall.test.ts.
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applySchema } from "../../testing/database/extractions.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { claim, claimInvocation, complete, held, pageOf, readDocument, upload } from "../../testing/database/worker.ts";
import { attempt, attemptsOn, linksTo, type Relation, relations, rowsOf, type Scene } from "./wall/attempts.ts";
import { BUCKETS, CALLABLE, CHANNELS, type Line, RELATIONS } from "./wall/lines.ts";

/** Stands in everything that the owner has, and in nothing else. */
const SECRET = "xylophone";

let server: MigratedServer;
let database: Database;
let client: pg.Client;
let scene: Scene;
let tables: Relation[];

beforeAll(async () => {
  server = await migratedServer();
  database = await server.database();
  const [owner, stranger] = [await database.user(), await database.user()];
  for (const user of [owner, stranger]) {
    const text = user === owner ? SECRET : "nothing special";
    await complete(database, user, text, `${text}.pdf`);
    await readDocument(database, user, text, `${text}.pdf`);
    await database.sql("insert into private.user_limits (user_id, documents_per_month) values ($1, 999)", [user]);
    await database.sql("insert into public.preferences (user_id, language) values ($1, 'de')", [user]);
    await database.sql("insert into public.saved_views (user_id, name, question) values ($1, 'Acme', 'q=acme')", [
      user,
    ]);
    await database.sql("insert into public.tag_aliases (user_id, alias, tag) values ($1, $2, 'invoice')", [user, text]);
    await database.sql(
      "insert into public.document_parts (parent_id, position, user_id, filename) select id, 1, user_id, filename from public.documents where user_id = $1 limit 1",
      [user],
    );
    await database.sql(
      "insert into private.upload_invocations (document_id, user_id) select id, user_id from public.documents where user_id = $1 limit 1",
      [user],
    );
    await database.sql(
      "insert into storage.objects (bucket_id, name) select 'documents', storage_path from public.documents where user_id = $1",
      [user],
    );
    await database.asUser(user, "select public.create_api_token($1, '{documents:read}')", [text]);
    const [webhook] = await database.asUser(
      user,
      "select public.create_webhook('https://example.com/hook', '{document.completed}', $1) as made",
      [text],
    );
    await database.asUser(user, "select public.test_webhook($1)", [webhook!.made.id]);
    await database.asUser(
      user,
      "select public.create_share_link(id, description => $1) from public.documents limit 1",
      [text],
    );
    const [upload] = await database.asUser(user, "select public.create_upload_link($1) as made", [text]);
    await database.sql(
      "insert into private.handed_in (document_id, link_id, user_id) select id, $2, user_id from public.documents where user_id = $1 limit 1",
      [user, upload!.made.id],
    );
    await database.sql("insert into private.link_addresses values ($2, 'x', $1, now())", [user, upload!.made.id]);
    await database.asUser(user, `insert into public.rules (name, actions) values ($1, '{"add_tags": ["a"]}')`, [text]);
    const [inbox] = await database.asUser(user, "select public.create_inbox_address($1) as made", [text]);
    await database.sql(
      "insert into private.mails (document_id, address_id, user_id, message_sha256) select id, $2, user_id, 'x' from public.documents where user_id = $1 limit 1",
      [user, inbox!.made.id],
    );
    await database.sql(
      "insert into public.refused_mails (address_id, user_id, message_sha256, code, message, sender) values ($2, $1, 'x', 'bounce', 'A bounce.', $3)",
      [user, inbox!.made.id, text],
    );
    await database.sql(
      "insert into public.retentions (document_id, user_id, held) select id, user_id, true from public.documents where user_id = $1 limit 1",
      [user],
    );
    await database.sql(
      "insert into private.due_told (document_id, due_date, user_id) select id, current_date, user_id from public.documents where user_id = $1 limit 1",
      [user],
    );
    await database.sql(
      "with run as (insert into public.rule_runs (user_id, state) values ($1, 'done') returning *) insert into private.rule_edits select run.id, documents.id, run.user_id, '{}' from run join public.documents using (user_id) limit 1",
      [user],
    );
    await database.sql("insert into private.mail_tokens values (sha256(convert_to($1, 'UTF8')), 'x')", [text]);
    await applySchema(database, user, text);
    await database.sql(
      "insert into private.document_clues (document_id, user_id, marks, dates, amounts) select id, user_id, '{}', '[]', '[]' from public.documents where user_id = $1 limit 1",
      [user],
    );
    await database.sql(
      "insert into public.learned_hints (user_id, marks, correspondent) values ($1, array['head:' || $2], $2)",
      [user, text],
    );
    await database.sql("insert into private.suspected_users values ($1, 'ocr', now())", [user]);
    await database.sql(
      "insert into private.event_consumers (name, event_types, stage) values ('wall', '{upload.queued}', 'erase') on conflict do nothing",
    );
    await database.sql("insert into private.sweep_place (stage) values ('metadata') on conflict do nothing");
    await database.sql(
      "insert into realtime.messages (topic, extension, private, payload) values ($1, 'broadcast', true, '{}')",
      [user],
    );
  }
  client = await database.connection("superuser");
  await client.query("begin");
  const one = async (query: string): Promise<Record<string, string>> => (await client.query(query, [owner])).rows[0];
  const { id: document_id } = await one("select id from public.documents where user_id = $1 limit 1");
  const { job_id, token } = await one(
    "select id as job_id, token from private.jobs where user_id = $1 and token is not null limit 1",
  );
  const { schema_id } = await one("select id as schema_id from public.extraction_schemas where user_id = $1");
  const { extraction_id } = await one("select id as extraction_id from public.extractions where user_id = $1");
  const { webhook_id } = await one("select id as webhook_id from public.webhook_endpoints where user_id = $1");
  const { link_id } = await one("select id as link_id from public.share_links where user_id = $1");
  const { delivery_id } = await one("select id as delivery_id from public.webhook_deliveries where user_id = $1");
  const { rule_run_id } = await one("select id as rule_run_id from public.rule_runs where user_id = $1");
  const { run_id } = await one("select id as run_id from public.metadata_runs where user_id = $1 limit 1");
  scene = {
    anonymous: false,
    stranger,
    owner,
    ids: {
      document_id: document_id!,
      job_id: job_id!,
      token: token!,
      lease: token!,
      run_id: run_id!,
      rule_run_id: rule_run_id!,
      schema_id: schema_id!,
      extraction_id: extraction_id!,
      webhook_id: webhook_id!,
      link_id: link_id!,
      endpoint_id: webhook_id!,
      delivery_id: delivery_id!,
      owner,
      user_id: owner,
      parent_id: document_id!,
    },
  };
  tables = await relations(client);
});
afterAll(() => server.stop());

/** Everything that the owner has, as one value that changes with any of it. */
async function everythingOf(owner: string): Promise<string> {
  const parts = tables.map(
    (table) =>
      `select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text), '[]') as rows from ${table.name} as t where ${rowsOf(owner, table)}`,
  );
  return (
    await client.query(`select md5(string_agg(rows::text, ',')) as sum from (${parts.join(" union all ")}) as parts`)
  ).rows[0].sum;
}

describe("a relation", () => {
  it("has a line in the list, whatever it is", () => {
    expect(tables.map(({ name }) => name)).toEqual(Object.keys(RELATIONS).sort());
  });

  it.each(Object.keys(RELATIONS))("%s keeps another's rows to their owner", async (name) => {
    const table = tables.find((table) => table.name === name)!;
    // A row is gone with its transaction.
    if (name !== "private.account_erasures")
      expect((await client.query(`select from ${name} where ${rowsOf(scene.owner, table)}`)).rowCount).toBeGreaterThan(
        0,
      );
    const before = await everythingOf(scene.owner);
    const line: Line = {
      anon: await attemptsOn(client, { ...scene, anonymous: true }, table),
      stranger: await attemptsOn(client, scene, table),
      linking: await linksTo(client, scene, table),
    };
    expect(line).toEqual(RELATIONS[name]);
    expect(await everythingOf(scene.owner)).toBe(before);
  });
});

type Callable = { name: string; call: string };

/** Calls with the other user's ids wherever an argument's name asks for one. */
async function calls(): Promise<Callable[]> {
  const { rows } = await client.query(`
    select format('%I.%I', nspname, proname) as name, coalesce(proargnames[1:pronargs], '{}') as names, array(select format_type(type, null) from unnest(proargtypes::oid[]) as type) as types
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where nspname in ('public', 'private') and prorettype <> 'trigger'::regtype order by 1`);
  return rows.map(({ name, names, types }: { name: string; names: string[]; types: string[] }) => ({
    name,
    call: `select ${name}(${types.map((type, index) => `${value(names[index] ?? "", type)}::${type}`).join(", ")}) as answer`,
  }));
}
const value = (name: string, type: string): string => {
  if (scene.ids[name]) return `'${scene.ids[name]}'`;
  if (type === "jsonb") return "'{}'";
  return type === "text" ? `'${SECRET.slice(0, 4)}'` : "null";
};

/**
 * Calls every function that users may call as a user, with the owner's ids wherever an argument asks for one, and puts everything back.
 *
 * @returns those whose answer names something of the owner's, or that changed something of the owner's
 */
async function carelessTo(user: string): Promise<string[]> {
  const careless: string[] = [];
  const words = [SECRET, ...new Set(Object.values(scene.ids))].filter((word) => word !== user && word.length > 6);
  for (const { name, call } of await calls()) {
    if (!CALLABLE[name]?.includes("stranger")) continue;
    await client.query("savepoint called");
    await client.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ role: "authenticated", sub: user }),
    ]);
    const before = await everythingOf(scene.owner);
    await client.query("set local role authenticated");
    const { rows } = await client.query(call).catch(async () => {
      await client.query("rollback to called");
      return { rows: [] };
    });
    await client.query("reset role");
    const answer = JSON.stringify(rows);
    if (words.some((word) => answer.includes(word)) || (await everythingOf(scene.owner)) !== before)
      careless.push(name);
    await client.query("rollback to called");
  }
  return careless;
}

describe("a function", () => {
  it("is refused to everybody but those in the list", async () => {
    const answered: Record<string, string[]> = {};
    for (const { name, call } of await calls()) {
      for (const caller of ["anon", "stranger"] as const) {
        const { outcome } = await attempt(client, { ...scene, anonymous: caller === "anon" }, call);
        if (outcome !== "refused") (answered[name] ??= []).push(caller);
      }
    }
    expect(answered).toEqual(CALLABLE);
  });

  it("that users may call shows and changes nothing of another's, whose ids it is given", async () => {
    expect(await carelessTo(scene.stranger)).toEqual([]);
  });
});

describe("a user with a second factor who has not used it in this session", () => {
  beforeAll(async () => {
    await client.query("savepoint enrolled");
    await client.query(
      "insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at, secret) values (gen_random_uuid(), $1, 'totp', 'verified', now(), now(), 'x')",
      [scene.owner],
    );
  });
  afterAll(async () => void (await client.query("rollback to enrolled")));

  it.each(Object.keys(RELATIONS).filter((name) => name !== "realtime.messages" && name !== "storage.buckets"))(
    "reaches no row of their own in %s",
    async (name) => {
      const table = tables.find((table) => table.name === name)!;
      const { truncate: _, ...attempts } = await attemptsOn(client, { ...scene, stranger: scene.owner }, table);
      for (const [what, outcome] of Object.entries(attempts)) expect(["refused", "nothing"], what).toContain(outcome);
      expect(attempts.insert).toBe("refused");
    },
  );

  it("is shown nothing by any function, and changes nothing", async () => {
    expect(await carelessTo(scene.owner)).toEqual([]);
  });
});

describe("buckets and channels", () => {
  it("are the ones in the list", async () => {
    expect((await client.query("select id from storage.buckets order by 1")).rows.map(({ id }) => id)).toEqual(BUCKETS);
    const published = await client.query(
      "select schemaname || '.' || tablename as name from pg_publication_tables where pubname = 'supabase_realtime' order by 1",
    );
    expect(published.rows.map(({ name }) => name)).toEqual(CHANNELS);
  });
});

describe("an invocation", () => {
  it("with a token that is forged, used, or another job's gets no job", async () => {
    const own = await server.database({ own: true });
    const [first, second] = [await own.user(), await own.user()];
    await upload(own, first);
    await upload(own, second);
    const [invocation, other] = (await own.invocations()) as [any, any];
    expect(await claimInvocation(own, { ...invocation, token: crypto.randomUUID() })).toBeNull();
    expect(await claimInvocation(own, { ...invocation, token: other.token })).toBeNull();
    expect(await claimInvocation(own, { ...invocation, job_id: crypto.randomUUID() })).toBeNull();
    expect(await claimInvocation(own, invocation)).not.toBeNull();
    expect(await claimInvocation(own, invocation)).toBeNull();
  });

  it("once claimed writes to its own document alone", async () => {
    const own = await server.database({ own: true });
    const [first, second] = [await own.user(), await own.user()];
    await upload(own, first);
    const mine = await claim(own, "ocr");
    await upload(own, second);
    const theirs = await claim(own, "ocr");
    const save = own.rpc("save_pages", {
      job_id: theirs.job_id,
      lease: held(mine).lease,
      pages: [pageOf(1)],
      page_count: 1,
    });
    await expect(save).rejects.toMatchObject({ hint: "lease_lost" });
    expect(await own.sql("select from public.document_pages")).toEqual([]);
  });
});
