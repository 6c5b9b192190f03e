import { CONDITIONS, EXPOSED, OURS, type Rule } from "./rule.ts";

/** How tables, indexes, policies and functions are made. */
export const SHAPE_RULES: Rule[] = [
  {
    name: "0001_unindexed_foreign_keys",
    why: "Deleting what is referred to reads the whole table. Add an index that begins with the key's columns.",
    findings: `
      select format('%s.%s', conrelid::regclass, conname) from pg_constraint
      where contype = 'f' and connamespace in ${OURS} and not exists (
        select from pg_index where indrelid = conrelid and indpred is null and indisvalid
          and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey and (indkey::int2[])[0:cardinality(conkey) - 1] <@ conkey)`,
    bad: "create table public.notes (id int primary key, document_id uuid references public.documents)",
  },
  {
    name: "0003_auth_rls_initplan",
    why: "auth.uid() is asked for every row. Write (select auth.uid()), which is asked once.",
    findings: `
      select format('%s on %s', polname, polrelid::regclass) from pg_policy
      where regexp_replace(${CONDITIONS}, '\\( SELECT (auth\\.(uid|jwt|role|email)\\(\\)|current_setting\\([^)]*\\)) AS \\w+\\)', '', 'g')
        ~ '(auth\\.(uid|jwt|role|email)|current_setting)\\('`,
    bad: 'create policy "slow" on public.documents for insert to authenticated with check (user_id = auth.uid())',
  },
  {
    name: "0004_no_primary_key",
    why: "Rows without a key cannot be told apart, nor be sent over Realtime. Add one.",
    findings: `
      select oid::regclass::text from pg_class where relnamespace in ${OURS} and relkind in ('r', 'p')
        and not exists (select from pg_constraint where conrelid = pg_class.oid and contype = 'p')`,
    bad: "create table public.notes (id int)",
  },
  {
    name: "0006_multiple_permissive_policies",
    why: "Each policy of a role and command is asked for every row. Join them with 'or'.",
    findings: `
      select format('%s, %s, %s', polrelid::regclass, role::regrole, command) from pg_policy
      cross join unnest(polroles) as role
      cross join unnest(case polcmd when '*' then array['r', 'a', 'w', 'd'] else array[polcmd::text] end) as command
      where polpermissive and polrelid in (select oid from pg_class where relnamespace in (${OURS.slice(1, -1)}, 'storage'::regnamespace))
      group by polrelid, role, command having count(*) > 1`,
    bad: "create policy \"again\" on public.documents for select to authenticated using (user_id = (select auth.uid()) and status = 'completed')",
  },
  {
    name: "0009_duplicate_index",
    why: "Two equal indexes cost twice and help once. Drop one.",
    findings: `
      select string_agg(indexrelid::regclass::text, ', ' order by indexrelid) from pg_index join pg_class on pg_class.oid = indexrelid
      where relnamespace in ${OURS}
      group by indrelid, relam, indkey::text, indclass::text, indoption::text, indcollation::text, indisunique,
        coalesce(pg_get_expr(indexprs, indrelid), ''), coalesce(pg_get_expr(indpred, indrelid), '')
      having count(*) > 1`,
    bad: "create index another on public.documents using gin (tags)",
  },
  {
    name: "0011_function_search_path_mutable",
    why: "Whoever sets the search path decides what a name means. Add: set search_path = ''",
    findings: `
      select oid::regprocedure::text from pg_proc
      where pronamespace in ${OURS} and prokind in ('f', 'p') and not coalesce('search_path=""' = any (proconfig), false)`,
    bad: "create function public.now_of() returns timestamptz language sql as 'select now()'",
  },
  {
    name: "0014_extension_in_public",
    why: "An extension's functions would be calls of the Data API. Create it with schema extensions.",
    findings: `select extname from pg_extension where extnamespace = ${EXPOSED}`,
    bad: "create extension citext with schema public",
  },
  {
    name: "0018_unsupported_reg_types",
    why: "A column of such a type stops upgrades to a new Postgres. Keep the name as text.",
    findings: `
      select format('%s.%s', attrelid::regclass, attname) from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace in ${OURS} and relkind in ('r', 'p') and attnum > 0 and atttypid::regtype::text in
        ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc', 'regprocedure')`,
    bad: "create table public.notes (id int primary key, words regconfig)",
  },
  {
    name: "0021_fkey_to_auth_unique",
    why: "Of Auth's tables only primary keys are promised. Refer to auth.users (id).",
    findings: `
      select format('%s.%s', con.conrelid::regclass, con.conname) from pg_constraint as con join pg_class on pg_class.oid = con.confrelid
      where con.contype = 'f' and relnamespace = 'auth'::regnamespace and con.connamespace in ${OURS}
        and not exists (select from pg_constraint as key where key.conrelid = con.confrelid and key.contype = 'p' and key.conkey = con.confkey)`,
    bad: `create unique index users_by_role_for_test on auth.users (id, email);
      create table public.notes (id uuid, email text, primary key (id), foreign key (id, email) references auth.users (id, email))`,
  },
  {
    name: "0030_invalid_index",
    why: "An index that was not built to its end is kept up and never used. Drop it and build it again.",
    findings: `select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace in ${OURS} and not indisvalid`,
    bad: "update pg_index set indisvalid = false where indexrelid = 'public.documents_by_tag'::regclass",
  },
  {
    name: "0030_autovacuum_disabled",
    why: "Dead rows would never be cleared away.",
    findings: `select oid::regclass::text from pg_class where relnamespace in ${OURS} and 'autovacuum_enabled=false' = any (reloptions)`,
    bad: "alter table public.documents set (autovacuum_enabled = false)",
  },
  {
    name: "what belongs to a user goes with the user",
    why: "A reference to auth.users or to documents that neither cascades nor becomes null keeps an account from being erased.",
    findings: `
      select format('%s.%s', conrelid::regclass, conname) from pg_constraint
      where contype = 'f' and connamespace in ${OURS} and confrelid in ('auth.users'::regclass, 'public.documents'::regclass) and confdeltype not in ('c', 'n')`,
    bad: "create table public.notes (id int primary key, user_id uuid references auth.users)",
  },
  {
    name: "what refuses is volatile",
    why: "Postgres may call an immutable function ahead of its turn, and plpgsql_check then reports the refusal as an error of the caller.",
    findings: `select oid::regprocedure::text from pg_proc where pronamespace in ${OURS} and proname ~ '^(refuse|check_)' and prorettype = 'void'::regtype and provolatile = 'i'`,
    bad: "create function private.refuse_all() returns void language sql immutable set search_path = '' as ''",
  },
  {
    name: "everything has a comment",
    why: "The comments are the documentation of the schema.",
    findings: `
      select oid::regclass::text from pg_class where relnamespace in ${OURS} and relkind in ('r', 'p', 'v', 'm') and obj_description(oid, 'pg_class') is null
      union all select oid::regprocedure::text from pg_proc where pronamespace in ${OURS} and obj_description(oid, 'pg_proc') is null`,
    bad: "create view public.nothing with (security_invoker = true) as select 1 as one",
  },
];
