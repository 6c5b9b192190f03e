/** Written by the stack's own workers at any time, also when nobody uses it. */
const BACKGROUND = "'cron.job_run_details', 'net._http_response'";

/**
 * Keeps the rows of all tables for `WIPE` to put back. By a superuser.
 *
 * Sequences go on: a late answer to what was wiped must not meet a new row of the same number.
 */
export const KEEP = `
create schema wiped;
do $keep$
declare
  kept record;
  has_rows boolean;
  steps text := '';
begin
  for kept in
    select
      format('%I.%I', nspname, relname) as name,
      format('wiped.%I', nspname || '.' || relname) as copy,
      nspname || '.' || relname in (${BACKGROUND}) as in_background,
      (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_catalog.pg_attribute
       where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns
    from pg_catalog.pg_class join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
    where relkind = 'r' and nspname !~ '^pg_' and nspname not in ('information_schema', 'wiped')
    -- What was applied to the database is the one thing that no test undoes.
      and relname <> 'schema_migrations'
    order by 1
  loop
    execute 'select exists (select from ' || kept.name || ')' into has_rows;
    steps := steps || format(e'delete from %s;\\n', kept.name);
    if has_rows then
      execute format('create table %s as select %s from %s', kept.copy, kept.columns, kept.name);
      steps := steps || format(
        e'insert into %1$s (%2$s) overriding system value select %2$s from %3$s;\\n', kept.name, kept.columns, kept.copy);
    elsif not kept.in_background then
      steps := steps || e'get diagnostics rows_of_one = row_count;\\nrows_of_all := rows_of_all + rows_of_one;\\n';
    end if;
  end loop;
  -- Without triggers, so that nothing new comes of it.
  execute format(
    'create function wiped.wipe() returns bigint language plpgsql set session_replication_role = replica as %L',
    e'declare\\n  rows_of_all bigint := 0;\\n  rows_of_one bigint;\\nbegin\\n' || steps
      -- pg_cron's scheduler hears of changes by a trigger.
      || e'notify pg_cron;\\nreturn rows_of_all;\\nend');
end
$keep$`;

/** Takes everything away that came since, and says how many rows that were. */
export const WIPE = "select wiped.wipe() as found";

const OF_THE_PROJECT = "where oid >= 16384";
/** What rows do not show: by catalog, the part of it that is no bookkeeping. */
const CATALOGS: Record<string, string> = {
  "pg_proc as one": OF_THE_PROJECT,
  "pg_trigger as one": OF_THE_PROJECT,
  "pg_policy as one": OF_THE_PROJECT,
  "pg_constraint as one": `${OF_THE_PROJECT} and connamespace::regnamespace::text !~ '^pg_'`,
  "pg_attrdef as one": OF_THE_PROJECT,
  "pg_type as one": `${OF_THE_PROJECT} and typnamespace::regnamespace::text !~ '^pg_'`,
  "pg_enum as one": OF_THE_PROJECT,
  "pg_namespace as one": "where nspname !~ '^pg_'",
  "pg_authid as one": "",
  "pg_auth_members as one": "",
  "pg_db_role_setting as one": "",
  "pg_default_acl as one": "",
  "pg_publication as one": "",
  "pg_publication_rel as one": "",
  [`(select oid, relname, relkind, relacl, relrowsecurity, relforcerowsecurity, reloptions from pg_class
     where oid >= 16384 and relnamespace::regnamespace::text !~ '^pg_') as one`]: "",
  [`(select attrelid, attname, atttypid, attnotnull, attacl from pg_attribute where attrelid in
     (select oid from pg_class where oid >= 16384 and relnamespace::regnamespace::text !~ '^pg_')) as one`]: "",
};

/** A fingerprint of the schema and the roles, which `WIPE` does not put back. By a superuser. */
export const SCHEMA_OF = `
select md5(string_agg(part, ' ' order by part)) as schema from (
  ${Object.entries(CATALOGS)
    .map(([from, where]) => `select one::text as part from ${from} ${where}`)
    .join("\n  union all ")}
) as parts`;
