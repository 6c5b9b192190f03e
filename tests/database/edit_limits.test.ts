// What one request of a user may change, and that it counts as one.
import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete, readDocument } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const documents = (count: number): Promise<unknown> =>
  database.sql(
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name)
     select $1::uuid, 'a.pdf', $1 || '/' || n, 'application/pdf', 1, encode(sha256(n::text::bytea), 'hex'), 'completed', 'A' from generate_series(1, $2::integer) as n`,
    [user, count],
  );
const rate = (perMinute: number): Promise<unknown> =>
  database.sql("insert into private.user_limits (user_id, requests_per_minute) values ($1, $2)", [user, perMinute]);
const TOO_MANY = { code: "PT429", hint: "too_many_requests" };
const TOO_LARGE = { code: "PT400", hint: "invalid_request" };

describe("what a user changes", () => {
  const edits: [string, string][] = [
    ["an edit", "update public.documents set summary = 'x' where display_name = 'A'"],
    ["a deletion", "delete from public.documents where display_name = 'A'"],
    ["an alias", "insert into public.tag_aliases (alias, tag) values (gen_random_uuid()::text, 'a')"],
    ["an alias that is removed", "delete from public.tag_aliases where alias = 'b'"],
    ["a renaming", "select public.rename_tag('a', 'b')"],
    [
      "an undo",
      `select public.set_fields(jsonb_build_array(jsonb_build_object('document_id', id, 'fields',
        jsonb_build_object('summary', jsonb_build_object('from', summary, 'to', 'z'))))) from public.documents limit 1`,
    ],
    ["unlocking", "select public.unlock_fields(id, '{tags}') from public.documents limit 1"],
    [
      "a preference",
      "insert into public.preferences (language) values ('de') on conflict (user_id) do update set language = 'fr'",
    ],
  ];
  it.each(edits)("counts as one request: %s", async (_what, statement) => {
    await documents(3);
    await rate(2);
    await database.asUser(user, statement);
    await database.asUser(user, "update public.documents set summary = 'y' where display_name = 'A'");
    await expect(database.asUser(user, statement)).rejects.toMatchObject(TOO_MANY);
  });

  it("counts in the same rate as uploads", async () => {
    await rate(1);
    await database.asUser(user, "delete from public.documents where display_name = 'A'");
    await expect(readDocument(database, user)).rejects.toMatchObject(TOO_MANY);
  });

  it("does not count what the pipeline changes", async () => {
    await database.sql("insert into private.user_limits (user_id, requests_per_minute) values ($1, 1)", [user]);
    const id = await complete(database, user);
    expect(await database.sql("select status from public.documents where id = $1", [id])).toEqual([
      { status: "completed" },
    ]);
  });
});

describe("one request", () => {
  it("changes at most so many documents, and none when it would be more", async () => {
    await documents(601);
    const all = "where display_name = 'A'";
    await expect(database.asUser(user, `update public.documents set summary = 'x' ${all}`)).rejects.toMatchObject(
      TOO_LARGE,
    );
    await expect(database.asUser(user, `delete from public.documents ${all}`)).rejects.toMatchObject(TOO_LARGE);
    expect(await database.sql("select count(*)::int as left from public.documents where summary is null")).toEqual([
      { left: 601 },
    ]);
    const some = "where id in (select id from public.documents limit 600)";
    expect(await database.asUser(user, `delete from public.documents ${some} returning 1`)).toHaveLength(600);
  });

  it("counts the parts that go along", async () => {
    await documents(601);
    await database.sql(
      "update public.documents set parent_id = (select min(id::text)::uuid from public.documents) where id <> (select min(id::text)::uuid from public.documents)",
    );
    const remove = database.asUser(user, "delete from public.documents where parent_id is null");
    await expect(remove).rejects.toMatchObject(TOO_LARGE);
  });

  it("sets at most 60 aliases, and a user has at most 500", async () => {
    const set = (from: number, to: number): Promise<unknown> =>
      database.asUser(
        user,
        "insert into public.tag_aliases (alias, tag) select 'alias ' || n, 'tag' from generate_series($1::integer, $2::integer) as n",
        [from, to],
      );
    await expect(set(1, 61)).rejects.toMatchObject(TOO_LARGE);
    for (let from = 1; from < 500; from += 50) await set(from, from + 49);
    await expect(set(501, 501)).rejects.toMatchObject({ code: "PT409", hint: "not_allowed_now" });
    const again = database.asUser(
      user,
      "insert into public.tag_aliases (alias, tag) values ('alias 1', 'other') on conflict (user_id, alias) do update set tag = excluded.tag returning tag",
    );
    expect(await again).toEqual([{ tag: "other" }]);
  });

  it("is not in the way of retention and of erasing an account", async () => {
    await documents(700);
    await database.sql("update private.settings set keep_documents = '1 microsecond'");
    expect(await database.sql("select private.expire_documents() as expired")).toEqual([{ expired: 700 }]);
  });
});

describe("erasing an account", () => {
  const users = (): Promise<unknown[]> => database.sql("select from auth.users where id = $1", [user]);

  it("takes a small one at once", async () => {
    await documents(199);
    await database.asUser(user, "select public.erase_account()");
    expect(await users()).toEqual([]);
    expect(await database.sql("select from private.account_erasures")).toEqual([]);
  });

  it("takes a large one in batches, bans it meanwhile, and leaves nothing", async () => {
    await documents(1200);
    await database.sql(
      "insert into auth.audit_log_entries (id, payload) values (gen_random_uuid(), json_build_object('actor_id', $1::text))",
      [user],
    );
    await database.asUser(user, "select public.erase_account()");
    await database.asUser(user, "select public.erase_account()");
    expect(await database.sql("select banned_until > now() as banned from auth.users where id = $1", [user])).toEqual([
      { banned: true },
    ]);
    expect(await database.sql("select count(*)::int as left from public.documents")).toEqual([{ left: 1000 }]);
    for (let run = 0; run < 3; run += 1) await database.sql("select private.erase_accounts()");
    expect(await users()).toEqual([]);
    for (const table of ["public.documents", "private.account_erasures", "auth.audit_log_entries"])
      expect(await database.sql(`select from ${table}`), table).toEqual([]);
    expect(await database.sql("select count(*)::int as files from private.jobs where stage = 'erase'")).toEqual([
      { files: 1200 },
    ]);
  });
});
