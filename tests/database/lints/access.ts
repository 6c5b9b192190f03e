import { CONDITIONS, EXPOSED, OURS, type Rule } from "./rule.ts";

/** Policies of our own tables, and those that we put on the platform's. */
const POLICIES = `
  select polname, polrelid, polpermissive, polcmd, polroles, polqual, polwithcheck, relnamespace from pg_policy join pg_class on pg_class.oid = polrelid
  where relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'storage'::regnamespace, 'realtime'::regnamespace)`;

const POLICY = "format('%s on %s', polname, polrelid::regclass)";

/** A relation, of the given kinds, that a caller of the Data API could read. */
const readable = (kinds: string): string => `
  select format('%I.%I', relnamespace::regnamespace, relname) as name, oid from pg_class
  where relnamespace = ${EXPOSED} and relkind in (${kinds}) and (has_table_privilege('anon', oid, 'select') or has_table_privilege('authenticated', oid, 'select'))`;

/**
 * Definers that users do call: through a function of the schema public that is bound to them, with the caller's id from the token and none
 * among their arguments. The last three read no table: they make a question of words.
 */
const CALLED_ON_PURPOSE = [
  "private.delete_trash",
  "private.is_assured",
  "private.make_api_token",
  "private.move_to_trash",
  "private.own_trash",
  "private.restore_own",
  "private.undo_extraction",
  "private.end_api_token",
  "private.make_webhook",
  "private.make_share_link",
  "private.make_upload_link",
  "private.make_inbox_address",
  "private.end_inbox_address",
  "private.end_upload_link",
  "private.end_share_link",
  "private.rotate_secret",
  "private.try_webhook",
  "private.send_again",
  "private.give_up_delivery",
  "private.change_retention_own",
  "private.hold_own",
  "private.release_own",
  "private.begin_rule_run",
  "private.halt_rule_run",
  "private.revert_rule_run",
  "private.try_rules",
  "private.found_documents",
  "private.came_by",
  "private.similar_to",
  "private.found_rows",
  "private.summed_rows",
  "private.days_asked",
  "private.question_of",
  "private.words_asked",
];

const definersCallableBy = (role: string): string => `
  select oid::regprocedure::text from pg_proc where prosecdef and pronamespace in ${OURS} and pronamespace::regnamespace || '.' || proname <> all ('{${CALLED_ON_PURPOSE.join()}}') and has_function_privilege('${role}', oid, 'execute')`;

/** Who may see and do what. */
export const ACCESS_RULES: Rule[] = [
  {
    name: "0002_auth_users_exposed",
    why: "A view over auth.users shows everybody's addresses. Read what is needed in a function of the private schema.",
    findings: `
      select distinct name from (${readable("'v', 'm'")}) as relation
      join pg_rewrite on ev_class = relation.oid join pg_depend on objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass
      where refobjid = 'auth.users'::regclass`,
    bad: "create view public.people as select id, email from auth.users; grant select on public.people to authenticated",
  },
  {
    name: "0007_policy_exists_rls_disabled",
    why: "A policy without row level security does nothing. Enable it.",
    findings: `select ${POLICY} from (${POLICIES}) as policy join pg_class on pg_class.oid = polrelid where not relrowsecurity`,
    bad: 'create table public.notes (id int primary key); create policy "nothing" on public.notes for select to authenticated using (id = 1)',
  },
  {
    name: "0008_rls_enabled_no_policy",
    why: "Nobody can read such a table. Say so with a policy, or say who can.",
    findings: `
      select oid::regclass::text from pg_class
      where relnamespace in ${OURS} and relkind in ('r', 'p') and relrowsecurity and not exists (select from pg_policy where polrelid = pg_class.oid)`,
    bad: "create table public.notes (id int primary key); alter table public.notes enable row level security",
  },
  {
    name: "0010_security_definer_view",
    why: "A view asks as its owner, past row level security. Create it with (security_invoker = true).",
    findings: `
      select name from (${readable("'v'")}) as relation join pg_class using (oid)
      where not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)`,
    bad: "create view public.names as select display_name from public.documents; grant select on public.names to authenticated",
  },
  {
    name: "0013_rls_disabled_in_public, and the same for the private schema",
    why: "Without row level security a grant is all that stands between two users. Enable it.",
    findings: `select oid::regclass::text from pg_class where relnamespace in ${OURS} and relkind in ('r', 'p') and not relrowsecurity`,
    bad: "create table private.notes (id int primary key)",
  },
  {
    name: "0015_rls_references_user_metadata",
    why: "A user writes their own user_metadata, so no policy may believe it. Use app_metadata, or a table.",
    findings: `select ${POLICY} from (${POLICIES}) as policy where ${CONDITIONS} ~ 'user_metadata'`,
    bad: `create policy "admins" on public.documents for insert to authenticated with check ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin')`,
  },
  {
    name: "0016_materialized_view_in_api",
    why: "A materialized view has no row level security. Keep it in the private schema.",
    findings: `select name from (${readable("'m'")}) as relation`,
    bad: "create materialized view public.counts as select count(*) from public.documents; grant select on public.counts to authenticated",
  },
  {
    name: "0017_foreign_table_in_api",
    why: "A foreign table has no row level security. Keep it in the private schema.",
    findings: `select name from (${readable("'f'")}) as relation`,
    bad: `create foreign data wrapper elsewhere; create server other foreign data wrapper elsewhere;
      create foreign table public.others (id int) server other; grant select on public.others to authenticated`,
  },
  {
    name: "0023_sensitive_columns_exposed",
    why: "A column that holds a secret belongs into the private schema.",
    findings: `
      select format('%s.%s', attrelid::regclass, attname) from pg_attribute join (${readable("'r', 'p', 'v', 'm', 'f'")}) as relation on relation.oid = attrelid
      where attnum > 0 and not attisdropped and attname ~* '(^|_)(password|passwd|secret|api_key|token|jwt|otp|private_key)(_|$)'`,
    bad: "alter table public.documents add column api_key text",
  },
  {
    name: "0024_rls_policy_always_true",
    why: "A condition that always holds lets everybody write everything. Name the owner.",
    findings: `
      select ${POLICY} from (${POLICIES}) as policy
      where polpermissive and polcmd <> 'r' and not polroles <@ array['service_role'::regrole::oid, 'postgres'::regrole::oid]
        and 'true' in (lower(pg_get_expr(polqual, polrelid)), lower(pg_get_expr(polwithcheck, polrelid)))`,
    bad: 'create policy "anything" on public.documents for insert to authenticated with check (true)',
  },
  {
    name: "0025_public_bucket_allows_listing",
    why: "Files of a public bucket are had by their names; a select policy lets everybody list those too. Ours are private altogether.",
    findings: "select id from storage.buckets where public",
    bad: "insert into storage.buckets (id, name, public) values ('shown', 'shown', true)",
  },
  {
    name: "0028_anon_security_definer_function_executable",
    why: "It runs with its owner's rights for anybody on the internet. Revoke execute, or make it security invoker.",
    findings: definersCallableBy("anon"),
    bad: "create function private.leak() returns bigint language sql security definer set search_path = '' as 'select count(*) from public.documents'",
  },
  {
    name: "0029_authenticated_security_definer_function_executable",
    why: "It runs with its owner's rights for whoever signed up. Revoke execute, or make it security invoker.",
    findings: definersCallableBy("authenticated"),
    bad: `create function private.leak() returns bigint language sql security definer set search_path = '' as 'select count(*) from public.documents';
      revoke execute on function private.leak() from public; grant execute on function private.leak() to authenticated`,
  },
  {
    name: "0030_rls_policy_null_auth_disjunct",
    why: "'auth.uid() is null or …' lets everybody in who has no id. Keep only the condition with the owner.",
    findings: `select ${POLICY} from (${POLICIES}) as policy where ${CONDITIONS} ~ 'auth\\.(uid|jwt|role)\\(\\)[^()]*\\)? IS NULL\\) OR'`,
    bad: `create policy "mistaken" on public.documents for insert to authenticated with check ((select auth.uid()) is null or user_id = (select auth.uid()))`,
  },
  {
    name: "a policy names its roles",
    why: "A policy for everybody holds for anon, too. Name the role.",
    findings: `select ${POLICY} from (${POLICIES}) as policy where 0 = any (polroles)`,
    bad: 'create policy "everybody" on public.documents for insert with check (user_id = (select auth.uid()))',
  },
  {
    name: "the private schema is no one's but the pipeline's",
    why: "With usage on the schema a forgotten grant would show. What users may call is a public function written with 'begin atomic', which needs none.",
    findings: `select role || ' has usage' from unnest(array['anon', 'authenticated']) as role where has_schema_privilege(role, 'private', 'usage')`,
    bad: "grant usage on schema private to authenticated",
  },
];
