// What is kept or held is not deleted, in whichever way, until its owner releases it.
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete, events } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let stranger: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  stranger = await database.user();
});

const rule = (actions: object, name = "Keep"): Promise<unknown> =>
  database.asUser(user, "insert into public.rules (name, actions) values ($1, $2)", [name, JSON.stringify(actions)]);
const hold = (id: string, as = user): Promise<unknown> => database.asUser(as, "select public.hold_document($1)", [id]);
const release = (id: string, as = user): Promise<unknown> =>
  database.asUser(as, "select public.release_document($1)", [id]);
const kept = (): Promise<any[]> =>
  database.sql("select keep_until::text, held from public.retentions order by keep_until, held");
const count = async (): Promise<number> => (await database.sql("select count(*)::int from public.documents"))[0]!.count;
/** As the Storage API does it; anybody else is refused by the platform's own trigger. */
const DELETE_FILES = `do $$ begin
  perform set_config('storage.allow_delete_query', 'true', true);
  delete from storage.objects where bucket_id = 'documents';
end $$`;
const HELD = { code: "PT409", hint: "document_held" };

describe("a rule", () => {
  it("keeps a document for years from its date, and holds it, and the history says so", async () => {
    await rule({ keep_years: 10, hold: true });
    const id = await complete(database, user);
    expect(await kept()).toEqual([{ keep_until: "2036-03-15", held: true }]);
    const [told] = await database.sql("select message, data from public.document_events where stage = 'rule'");
    expect(told!.message).toBe("Rule “Keep”: kept until 2036-03-15; held.");
    expect(told!.data).toMatchObject({ keep_until: "2036-03-15", hold: true, fields: [] });
    await expect(database.asUser(user, "delete from public.documents where id = $1", [id])).rejects.toMatchObject(HELD);
  });

  it("makes no time shorter: the longest counts, and a second description tells nothing new", async () => {
    await rule({ keep_years: 10 }, "Ten");
    await rule({ keep_years: 2 }, "Two");
    await complete(database, user);
    expect(await kept()).toEqual([{ keep_until: "2036-03-15", held: false }]);
    expect(
      await database.sql("select data ->> 'rule' as rule from public.document_events where stage = 'rule'"),
    ).toEqual([{ rule: "Ten" }]);
  });

  it.each([0, 101, 1.5, "10", null])("with keep_years %j is refused", async (keep_years) => {
    await expect(rule({ keep_years })).rejects.toMatchObject({ code: "PT400", hint: "invalid_request" });
  });

  it("applied to the archive keeps what is there; undoing releases nothing", async () => {
    await complete(database, user);
    await rule({ hold: true });
    const [made] = await database.asUser(user, "select public.apply_rules() as run");
    await database.sql("select private.continue_rule_runs()");
    await database.asUser(user, "select public.undo_rule_run($1)", [made!.run.id]);
    await database.sql("select private.continue_rule_runs()");
    expect(await kept()).toEqual([{ keep_until: null, held: true }]);
  });
});

describe("a document that is held", () => {
  it.each<[string, (id: string) => Promise<unknown>]>([
    ["the Data API", (id) => database.asUser(user, "delete from public.documents where id = $1", [id])],
    [
      "the function api",
      (id) =>
        database.asUser(user, "select public.call_api('delete_document', $1)", [JSON.stringify({ document_id: id })]),
    ],
    ["the trash", (id) => database.asUser(user, "select public.trash_documents($1)", [[id]])],
    ["the service role", (id) => database.sql("delete from public.documents where id = $1", [id])],
    ["deleting the user", () => database.sql("delete from auth.users where id = $1", [user])],
    ["erasing the account", () => database.asUser(user, "select public.erase_account()")],
    ["deleting its file", () => database.sql(DELETE_FILES)],
    ["deleting what it came in", () => database.sql("delete from public.documents where id <> $1", [held])],
  ])("is not deleted by %s", async (way, attempt) => {
    const id = await complete(database, user);
    held = id;
    const [parent] = await database.sql(
      `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name)
      select user_id, filename, user_id || '/parent', mime_type, 1, lpad('1', 64, '0'), 'completed', 'n' from public.documents returning id`,
    );
    await database.sql("update public.documents set parent_id = $1 where id = $2", [parent!.id, id]);
    await database.sql(
      "insert into storage.objects (bucket_id, name) select 'documents', storage_path from public.documents where id = $1",
      [id],
    );
    await hold(id);
    await expect(attempt(id), way).rejects.toMatchObject(HELD);
    expect(await count()).toBe(2);
    await release(id);
    await attempt(id);
  });
  let held: string;

  it("outlives the time after which documents are deleted, and the others do not", async () => {
    const id = await complete(database, user);
    await complete(database, user);
    await hold(id);
    await database.sql("update private.settings set keep_documents = '1 day'");
    await database.sql("update public.documents set created_at = now() - interval '2 days'");
    await database.sql("select private.expire_documents()");
    expect(await database.sql("select id from public.documents")).toEqual([{ id }]);
  });

  it("is reported when its account is to be erased, and nothing of it is erased", async () => {
    const id = await complete(database, user);
    await complete(database, user);
    await hold(id);
    const refused = await database.asUser(user, "select public.erase_account()").catch((error) => error);
    expect(refused).toMatchObject(HELD);
    expect(JSON.parse(refused.detail)).toEqual({ held: 1, kept: 0, keep_until: null, document_ids: [id] });
    expect(await count()).toBe(2);
    expect(await database.sql("select from private.account_erasures")).toEqual([]);
    await release(id);
    await database.asUser(user, "select public.erase_account()");
    expect(await count()).toBe(0);
  });

  it("is released by its owner alone, once, and the history says so", async () => {
    const id = await complete(database, user);
    await hold(id);
    await hold(id);
    for (const attempt of [hold(id, stranger), release(id, stranger)])
      await expect(attempt).rejects.toMatchObject({ code: "PT404", hint: "not_found" });
    expect(await database.asUser(stranger, "select * from public.retentions")).toEqual([]);
    await release(id);
    await release(id);
    expect((await events(database, id)).slice(-2)).toEqual(["edit held", "edit released"]);
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await count()).toBe(0);
  });
});

describe("a document that is kept until a day", () => {
  it("can be deleted from that day on", async () => {
    await rule({ keep_years: 1 });
    const id = await complete(database, user);
    await database.sql("update public.retentions set keep_until = current_date + 1");
    await expect(database.asUser(user, "delete from public.documents where id = $1", [id])).rejects.toMatchObject(HELD);
    await database.sql("update public.retentions set keep_until = current_date");
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await count()).toBe(0);
    expect(await kept()).toEqual([]);
  });
});

describe("its owner", () => {
  const change = (id: string, changes: object, as = user): Promise<any[]> =>
    database.asUser(as, "select public.call_api('change_retention', $1) as retention", [
      JSON.stringify({ document_id: id, changes }),
    ]);
  const read = async (id: string): Promise<any> =>
    (
      await database.asUser(user, "select public.call_api('get_retention', $1) as retention", [
        JSON.stringify({ document_id: id }),
      ])
    )[0]!.retention;

  it("sets a day, moves it nearer, holds beside it, and lifts each alone; the history tells what is left", async () => {
    const id = await complete(database, user);
    expect(await read(id)).toEqual({ document_id: id, held: false, keep_until: null });
    for (const [changes, left] of [
      [{ keep_until: "2099-12-31" }, { held: false, keep_until: "2099-12-31" }],
      [{ keep_until: "2098-12-31" }, { held: false, keep_until: "2098-12-31" }],
      [{ held: true }, { held: true, keep_until: "2098-12-31" }],
      [{ held: true }, { held: true, keep_until: "2098-12-31" }],
      [{ keep_until: null }, { held: true, keep_until: null }],
    ] as const) {
      expect((await change(id, changes))[0]!.retention).toEqual({ document_id: id, ...left });
      expect(await read(id)).toEqual({ document_id: id, ...left });
    }
    await expect(database.asUser(user, "delete from public.documents where id = $1", [id])).rejects.toMatchObject(HELD);
    await change(id, { held: false });
    expect(await kept()).toEqual([]);
    const told = await database.sql(
      "select kind, message, data from public.document_events where kind in ('held', 'released') order by id",
    );
    expect(told.map(({ kind, message }) => [kind, message])).toEqual([
      ["held", "Kept until 2099-12-31."],
      ["released", "Kept until 2098-12-31."],
      ["held", "Held, and kept until 2098-12-31."],
      ["released", "Held: it cannot be deleted."],
      ["released", "Released: it can be deleted."],
    ]);
    expect(told.at(-1)!.data).toEqual({ held: false, keep_until: null, before: { held: true, keep_until: null } });
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
  });

  it.each(["2026-01-01", "3000-01-01", "infinity", "today"])("cannot keep it until %s", async (keep_until) => {
    const id = await complete(database, user);
    await expect(change(id, { keep_until })).rejects.toMatchObject({ code: "PT400", hint: "invalid_request" });
    expect(await kept()).toEqual([]);
  });
});
