// What tests share is as new after each of them: the wipe of a database takes everything away, and puts everything back.
import { expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { SCHEMA_OF, WIPE } from "../../testing/database/wipe.ts";

let database: Database;
const { database: another } = withDatabase((made) => ({ database } = made));

const TABLES = `
  select format('%I.%I', nspname, relname) as name
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relkind = 'r' and nspname !~ '^pg_' and nspname not in ('information_schema', 'wiped')
  order by 1`;

/** All rows of all tables, as text. */
async function contentOf({ sql }: Database): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const { name } of await sql(TABLES))
    content[name] = (await sql(`select one::text as row from ${name} as one order by 1`)).map(({ row }) => row);
  return content;
}

/** Without constraints, so that any row fits. */
const LOOSEN = `do $$
declare
  each record;
begin
  for each in
    select case when conrelid <> 0 then 'table ' || conrelid::regclass else 'domain ' || contypid::regtype end as place, conname, contype
    from pg_constraint join pg_namespace on pg_namespace.oid = connamespace
    where contype in ('c', 'f', 'p', 'u', 'x') and nspname !~ '^pg_' and nspname <> 'information_schema'
  loop
    execute format('alter %s drop constraint if exists %I cascade', each.place, each.conname);
    -- Realtime publishes deletes, which name their row by its key.
    if each.contype = 'p' then execute format('alter %s replica identity full', each.place); end if;
  end loop;
end
$$`;

/** A row of made-up values in each table. */
const FILL = `do $$
declare
  each record;
begin
  set local session_replication_role = replica;
  for each in
    select pg_class.oid::regclass as place,
      string_agg(quote_ident(attname), ', ' order by attnum) as columns,
      string_agg(
        case
          when typtype = 'e' then format('(select enumlabel from pg_enum where enumtypid = %s limit 1)::%s', pg_type.oid, pg_type.oid::regtype)
          when typcategory = 'A' then '''{}'''
          when typname in ('json', 'jsonb') then '''{}'''
          when typname = 'uuid' then 'gen_random_uuid()'
          when typname = 'bytea' then '''\\x01'''
          when typcategory = 'I' then '''127.0.0.1'''
          -- Words to search and searches may be empty.
          when typcategory = 'U' then ''''''
          when typcategory = 'R' then '''empty'''
          when typcategory = 'N' then '4711'
          when typcategory = 'B' then 'true'
          when typcategory = 'D' then 'now()'
          when typcategory = 'T' then '''1 second'''
          else '''made up'''
        end, ', ' order by attnum) as made
    from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
      join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
      join pg_type on pg_type.oid = atttypid
    where relkind = 'r' and nspname !~ '^pg_' and nspname not in ('information_schema', 'wiped')
      and relname <> 'schema_migrations'
    group by pg_class.oid
  loop
    execute format('insert into %s (%s) overriding system value values (%s)', each.place, each.columns, each.made);
  end loop;
end
$$`;

it("leaves nothing of a row that was made, in any table", async () => {
  database = await another({ own: true, functionsUrl: null });
  const before = await contentOf(database);
  await database.sql(LOOSEN);
  await database.sql(FILL);
  const filled = await contentOf(database);
  const unfilled = Object.keys(before).filter((name) => filled[name]!.length === before[name]!.length);
  expect(unfilled.filter((name) => !name.endsWith(".schema_migrations"))).toEqual([]);
  const [{ found } = {}] = await database.sql(WIPE);
  expect(Number(found)).toBeGreaterThan(40);
  expect(await contentOf(database)).toEqual(before);
  expect(await database.sql(WIPE)).toEqual([{ found: "0" }]);
});

it("puts back what was changed or deleted", async () => {
  database = await another({ own: true, functionsUrl: null });
  await database.sql("select vault.create_secret('http://functions.test', 'functions_url')");
  const before = await contentOf(await another({ own: true, functionsUrl: null }));
  await database.sql(WIPE);
  const kept = Object.keys(before).filter((name) => before[name]!.length > 0 && !name.endsWith(".schema_migrations"));
  await database.sql(`set session_replication_role = replica; ${kept.map((name) => `delete from ${name};`).join(" ")}
    reset session_replication_role`);
  await database.sql(WIPE);
  expect(await contentOf(database)).toEqual(before);
  await database.sql("update private.stages set lease = '1 second', in_flight_limit = 0");
  await database.sql("update private.settings set requests_per_minute = 1");
  await database.sql("select cron.alter_job(jobid, schedule => '1 second', active => false) from cron.job");
  await database.sql("select cron.schedule('of a test', '1 second', 'select 1')");
  await database.sql(WIPE);
  expect(await contentOf(database)).toEqual(before);
});

it.each([
  ["a function", "create or replace function private.minute_of(timestamptz) returns int language sql return 1"],
  ["a trigger", "alter table public.documents disable trigger user"],
  ["a policy", "create policy test on public.documents for select to anon using (true)"],
  ["a grant", "grant select on public.documents to anon"],
  ["a grant of a column", "grant select (id) on private.jobs to anon"],
  ["a column", "alter table public.documents add column test text"],
  ["a constraint", "alter table public.documents add constraint test check (filename <> 'x')"],
  [
    "a setting of a role",
    "do $$ begin execute format('alter role anon in database %I set statement_timeout = 1000', current_database()); end $$",
  ],
])("is not enough where a test changed %s, which the fingerprint shows", async (_what, change) => {
  database = await another({ own: true, functionsUrl: null });
  const [before] = await database.sql(SCHEMA_OF);
  await database.sql("insert into auth.users (id) values (gen_random_uuid())");
  await database.sql("analyze");
  expect(await database.sql(SCHEMA_OF)).toEqual([before]);
  await database.sql(change);
  expect(await database.sql(SCHEMA_OF)).not.toEqual([before]);
});
