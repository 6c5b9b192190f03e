import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databaseSchema } from "../../scripts/database-schema.ts";
import { databaseTypes } from "../../scripts/database-types.ts";
import { SCHEMA_FILE, TYPES_FILE } from "../../scripts/gen-types.ts";
import { migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";

let server: MigratedServer;
beforeAll(async () => {
  server = await migratedServer();
});
afterAll(() => server.stop());

it("supabase/functions/_shared/database.types.ts is what the migrations make; if it is not: npm run gen:types", async () => {
  const database = await server.database();
  expect(await readFile(TYPES_FILE, "utf8")).toBe(await databaseTypes(database.url("postgres")));
});

it("docs/schema.sql is what the migrations make; if it is not: npm run gen:types", async () => {
  const database = await server.database();
  expect(await readFile(SCHEMA_FILE, "utf8")).toBe(await databaseSchema(database.url("postgres")));
});

/** One change of each kind that a migration may make, and what the schema then says that it did not say before, or says no more. */
const CHANGES = [
  ["a column", "alter table public.documents add column shelf text default 'top'", "shelf text default 'top'::text"],
  [
    "a default",
    "alter table private.settings alter column keep_jobs set default '1 day'",
    "keep_jobs interval default '1 day'::interval not null",
  ],
  ["not null", "alter table public.documents alter column summary set not null", "summary text not null"],
  [
    "a constraint",
    "alter table public.documents add constraint names_are_short check (length(display_name) < 9)",
    "constraint names_are_short",
  ],
  [
    "a comment on a column",
    "comment on column public.documents.summary is 'A sentence.'",
    "comment on column public.documents.summary is 'A sentence.'",
  ],
  ["an index", "create index by_summary on public.documents (summary)", "CREATE INDEX by_summary ON public.documents"],
  [
    "a grant on a table",
    "grant update on public.usage_months to anon",
    "grant update on table public.usage_months to anon;",
  ],
  [
    "a grant on a column",
    "grant update (status) on public.documents to anon",
    "grant update (status) on table public.documents to anon;",
  ],
  [
    "a policy of ours",
    "create policy everybody on public.tags for select to anon using (true)",
    "create policy everybody on public.tags\n  as permissive for select to anon",
  ],
  [
    "a policy of Storage's",
    "create policy everybody on storage.objects for select to anon using (true)",
    "create policy everybody on storage.objects",
  ],
  [
    "a trigger that is off",
    "alter table public.documents disable trigger on_documents_ocr_complete",
    "-- it is switched to D",
  ],
  [
    "a function's body",
    "create or replace function private.seconds_up() returns integer language sql stable set search_path = '' as 'select 7'",
    "select 7",
  ],
  [
    "who may call a function",
    "grant execute on function public.pipeline_health() to anon",
    "grant execute on function public.pipeline_health() to anon;",
  ],
  ["a value of an enum", "alter type private.job_state add value 'shredded'", "'dead', 'shredded'"],
  [
    "a type",
    "alter type private.tokens_used add attribute seconds integer",
    "cost_micro_usd bigint, seconds integer);",
  ],
  ["a schedule", "select cron.schedule('docket-sweep', '*/5 * * * *', 'select private.sweep_jobs()')", "'*/5 * * * *'"],
  [
    "what Realtime sends",
    "alter publication supabase_realtime add table public.tags",
    "alter publication supabase_realtime add table public.tags;",
  ],
  ["the bucket", "update storage.buckets set public = true", "bucket documents: public t,"],
] as const;

it("the schema shows every kind of change", async () => {
  const database = await server.database({ own: true });
  const before = await databaseSchema(database.url("postgres"));
  for (const [, change] of CHANGES) await database.sql(change);
  const after = await databaseSchema(database.url("postgres"));
  for (const [kind, , said] of CHANGES) {
    expect(before, kind).not.toContain(said);
    expect(after, kind).toContain(said);
  }
});
