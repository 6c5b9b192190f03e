// What postgres, which runs migrations, and authenticator, which PostgREST connects as, may do in a Supabase database. Upstream:
// supabase/postgres, migrations/db and ansible/files/postgresql_config/conf.d/supautils.conf.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TemporaryDatabase, temporaryDatabase } from "../../../testing/temporary.ts";

let platform: TemporaryDatabase;
let postgres: pg.Client;
beforeAll(async () => {
  platform = await temporaryDatabase();
  postgres = new pg.Client({ connectionString: platform.postgres.url("postgres") });
  await postgres.connect();
});
afterAll(async () => {
  await postgres.end();
  await platform.stop();
});

describe("postgres", () => {
  it("is no superuser, and a member of none of the services' roles", async () => {
    const { rows } = await postgres.query(
      `select rolname from pg_roles where rolname in ('supabase_admin', 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin')
         and (pg_has_role('postgres', oid, 'member') or (select rolsuper from pg_roles where rolname = 'postgres'))`,
    );
    expect(rows).toEqual([]);
  });

  it.each(["storage.objects", "storage.buckets", "realtime.messages"])(
    "makes, changes and drops policies on %s",
    async (table) => {
      await postgres.query(`create policy "tried" on ${table} for select to authenticated using (true)`);
      await postgres.query(`alter policy "tried" on ${table} using (false)`);
      await postgres.query(`drop policy "tried" on ${table}`);
    },
  );

  it.each(["storage.objects", "auth.users"])("makes triggers on %s", async (table) => {
    await postgres.query("create function public.tried() returns trigger language plpgsql as 'begin return new; end'");
    await postgres.query(`create trigger tried after insert on ${table} for each row execute function public.tried()`);
    if (table !== "auth.users") await postgres.query(`drop trigger tried on ${table}`);
    await postgres.query("drop function public.tried() cascade").catch(() => {});
  });

  it.each([
    "alter table storage.objects add column mine text",
    "alter table storage.objects disable row level security",
    "alter table storage.objects disable trigger all",
    "alter table storage.objects owner to postgres",
    "alter table storage.objects drop column user_metadata",
    "alter table storage.buckets rename to pails",
    "comment on table storage.objects is 'mine'",
    "create index mine on storage.objects (owner_id)",
    "create table storage.mine (id int)",
    "drop table storage.objects",
    "drop table realtime.messages",
    "alter table realtime.messages disable row level security",
    "alter trigger protect_objects_delete on storage.objects rename to mine",
    "alter publication supabase_realtime add table storage.objects",
    "alter table auth.users add column mine text",
    "create table auth.mine (id int)",
    "set role supabase_storage_admin",
    "set role supautils_tables",
    "grant supabase_storage_admin to postgres",
    "alter role authenticator set statement_timeout = 0",
  ])("may not: %s", async (statement) => {
    await postgres.query("begin");
    await expect(postgres.query(statement)).rejects.toMatchObject({ code: "42501" });
    await postgres.query("rollback");
  });
});

describe("the roles of the Data API", () => {
  it("have the timeouts that hosted projects have", async () => {
    const { rows } = await postgres.query(
      "select rolname, rolconfig from pg_roles where rolname in ('anon', 'authenticated', 'authenticator', 'service_role') order by 1",
    );
    expect(Object.fromEntries(rows.map(({ rolname, rolconfig }) => [rolname, rolconfig]))).toEqual({
      anon: ["statement_timeout=3s"],
      authenticated: ["statement_timeout=8s"],
      authenticator: ["statement_timeout=8s", "lock_timeout=8s"],
      service_role: null,
    });
  });
});
