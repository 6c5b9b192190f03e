// The advisor of hosted Supabase (supabase/splinter) and rules of our own, asked of the catalog. Rules of splinter that are not here
// look at statistics (unused indexes, bloat, replication slots), at the project's settings (anonymous sign-ins), at versions, or at
// extensions that are not used (pgmq, pg_graphql).
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCESS_RULES } from "./lints/access.ts";
import { bodiesThatFail } from "./lints/bodies.ts";
import { madeWithoutRevoke, migrationsIn } from "./lints/revokes.ts";
import type { Rule } from "./lints/rule.ts";
import { SHAPE_RULES } from "./lints/shape.ts";
import { unsafeStatement } from "../../stack/auth-and-rest/safeupdate.ts";
import { migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { MIGRATIONS } from "../../stack/migrate.ts";

let server: MigratedServer;
let connection: pg.Client;
beforeAll(async () => {
  server = await migratedServer();
  connection = await (await server.database()).connection("superuser");
});
afterAll(() => server.stop());

async function afterwards<Result>(change: string, run: () => Promise<Result>): Promise<Result> {
  await connection.query("begin");
  try {
    await connection.query(change);
    return await run();
  } finally {
    await connection.query("rollback");
  }
}

const findings = async ({ findings: query }: Rule): Promise<string[]> =>
  (await connection.query({ text: query, rowMode: "array" })).rows.map(([finding]) => finding as string);

describe.each([...ACCESS_RULES, ...SHAPE_RULES])("$name", (rule) => {
  it("has no finding", async () => {
    expect(await findings(rule), rule.why).toEqual([]);
  });

  it("finds a bad example", async () => {
    const before = await findings(rule);
    const after = await afterwards(rule.bad, () => findings(rule));
    expect(after.length).toBeGreaterThan(before.length);
  });
});

describe("the bodies of functions", () => {
  it("are all valid against the schema as it is now", async () => {
    expect(await afterwards("select", () => bodiesThatFail(connection))).toEqual([]);
  });

  it("are found when what they name is gone, or their syntax is wrong", async () => {
    const change = `
      create table public.notes (id int primary key, note text);
      create function public.a_note() returns text language sql set search_path = '' as 'select note from public.notes limit 1';
      alter table public.notes drop column note;
      set local check_function_bodies = off;
      create function public.a_slip() returns void language plpgsql set search_path = '' as 'begin retrun; end'`;
    expect(await afterwards(change, () => bodiesThatFail(connection))).toEqual([
      expect.stringContaining('a_note(): column "note" does not exist'),
      expect.stringContaining("a_slip(): syntax error"),
    ]);
  });
});

describe("what a migration makes", () => {
  it("is taken from everybody before it is granted to anybody", async () => {
    const found = (await migrationsIn(MIGRATIONS)).flatMap(madeWithoutRevoke);
    expect(found, "Add: revoke all on … from anon, authenticated, service_role, public").toEqual([]);
  });

  it.each([
    ["a table", "create table public.notes (id int);", "public.notes"],
    ["a view", "create view public.notes with (security_invoker) as select 1;", "public.notes"],
    [
      "the sequence of an identity",
      "create table public.notes (id bigint generated always as identity primary key); revoke all on public.notes from anon, authenticated, public;",
      "public.notes_id_seq",
    ],
    [
      "a function",
      "create function public.notes() returns int language sql as $$ select 1; $$; revoke all on function public.other() from anon, authenticated, public;",
      "public.notes(",
    ],
    [
      "what is revoked from some only",
      "create table public.notes (id int); revoke all on public.notes from anon, public;",
      "public.notes",
    ],
    [
      "what is granted before",
      "create table public.notes (id int); grant select on public.notes to authenticated; revoke all on public.notes from anon, authenticated, public;",
      "public.notes",
    ],
    [
      "what has another's name in it",
      "create table public.notes (id int); revoke all on public.notes_of_others from anon, authenticated, public;",
      "public.notes",
    ],
  ])("is found when it was not: %s", (_what, sql, thing) => {
    expect(madeWithoutRevoke({ name: "1_notes.sql", sql })).toEqual([`1_notes.sql: ${thing}`]);
  });
});

describe("an UPDATE or DELETE without WHERE", () => {
  it("is in no function: in the Data API's sessions safeupdate refuses it there, too", async () => {
    const { rows } = await connection.query(
      "select oid::regprocedure::text as name, coalesce(pg_get_function_sqlbody(oid), prosrc) as body from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)",
    );
    const found = rows.filter(({ body }) =>
      body
        .replace(/--[^\n]*/g, "")
        .split(";")
        .some((statement: string) => unsafeStatement(statement)),
    );
    expect(found.map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ["update public.documents set summary = 'where'", "UPDATE"],
    ['update only "public"."documents" as d set summary = null returning id', "UPDATE"],
    ["with gone as (delete from public.documents returning id) select * from gone", "DELETE"],
    ["delete from public.documents -- where id = 1", "DELETE"],
    ["update public.documents set summary = null where id = 1", undefined],
    ["delete from public.documents where true", undefined],
    ["select 'delete from public.documents'", undefined],
    [
      "insert into public.preferences (language) values ('de') on conflict (user_id) do update set language = 'de'",
      undefined,
    ],
    ["select * from public.documents for update", undefined],
  ])("is seen: %s", (statement, kind) => {
    expect(unsafeStatement(statement)).toBe(kind);
  });
});
