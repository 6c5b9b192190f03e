create table public.extractions (
  id uuid primary key default gen_random_uuid(),
  document_id uuid not null references public.documents on delete cascade,
  schema_id uuid not null references public.extraction_schemas on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  schema_version integer not null,
  status text not null default 'queued',
  instruction text,
  engine text,
  model text,
  prompt_version text,
  note text,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cost_micro_usd bigint not null default 0,
  checks jsonb not null default jsonb_build_array(),
  missing text[] not null default '{}',
  unread_from integer,
  error jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_schema_is_applied_to_a_document_once unique (document_id, schema_id),
  constraint extraction_status_is_known
    check (status in ('queued', 'running', 'completed', 'needs_review', 'failed', 'stopped')),
  constraint failed_extractions_have_an_error check ((status = 'failed') = (error is not null)),
  constraint extraction_engine_is_known check (engine in ('claude', 'local')),
  constraint extraction_note_is_known check (note in ('over_budget')),
  constraint instruction_fits check (length(instruction) <= 1000),
  constraint extraction_counts_are_not_negative check (input_tokens >= 0 and output_tokens >= 0 and cost_micro_usd >= 0)
);
create index extractions_by_schema on public.extractions (schema_id, status, document_id);
create index extractions_by_user on public.extractions (user_id, status);

comment on table public.extractions is
  'A schema applied to a document: how far that is, and by what it was done. The status of the document has nothing to '
  'do with it.';
comment on column public.extractions.status is
  'queued → running → completed, or needs_review: a required field is missing, or an equation does not hold. failed: '
  'see error. stopped: taken back before it began.';
comment on column public.extractions.instruction is
  'A sentence of the owner''s that the engine follows: "dates are American".';
comment on column public.extractions.checks is
  '[{check, row, difference, holds}]: equations that were counted; null where a number is missing.';
comment on column public.extractions.missing is 'Required fields without a proven value.';
comment on column public.extractions.unread_from is
  'The page from which on the engine did not look; null when it looked at all.';
comment on column public.extractions.note is
  'over_budget: the month''s budget for the model was used up, so the local extractor did this.';
comment on column public.extractions.cost_micro_usd is 'Millionths of a US dollar.';

create table public.extracted_values (
  extraction_id uuid not null references public.extractions on delete cascade,
  path text not null,
  row_number integer not null default 0,
  user_id uuid not null references auth.users on delete cascade,
  document_id uuid not null references public.documents on delete cascade,
  schema_id uuid not null references public.extraction_schemas on delete cascade,
  value jsonb,
  text_value text generated always as (case
    when jsonb_typeof(value) in ('string', 'boolean') then left(value #>> '{}', 300) end) stored,
  number_value numeric generated always as (
    case jsonb_typeof(value) when 'number' then (value #>> '{}')::numeric
      when 'object' then (value ->> 'amount')::numeric end) stored,
  currency text generated always as (value ->> 'currency') stored,
  page integer,
  quote text,
  box jsonb,
  proof text not null,
  similarity real,
  confidence real,
  note text,
  created_at timestamptz not null default now(),

  primary key (extraction_id, path, row_number),
  constraint row_number_is_not_negative check (row_number >= 0),
  constraint proof_is_known check (proof in ('quote', 'equation', 'einvoice', 'person')),
  constraint only_people_say_that_a_value_is_absent check (value is not null or proof = 'person'),
  constraint quoted_values_have_a_quote check (proof <> 'quote' or (page is not null and quote is not null)),
  constraint extracted_value_fits check (octet_length(value::text) <= 4000)
);
create index extracted_values_by_user on public.extracted_values (user_id);
create index extracted_values_by_document on public.extracted_values (document_id);
create index extracted_values_by_text on public.extracted_values (schema_id, path, text_value, document_id, row_number);
-- With the currency a filter of one is read from the index alone.
create index extracted_values_by_number on public.extracted_values (schema_id, path, number_value, document_id,
  row_number) include (currency);

comment on table public.extracted_values is
  'The values that are proven, or that a person gave. Nothing else is written here.';
comment on column public.extracted_values.path is 'The field: total, or items.total for a column of a table.';
comment on column public.extracted_values.row_number is
  'The row of the table, from 0; 0 for a field that a document has once.';
comment on column public.extracted_values.value is
  'A text, a number, true or false, a date as YYYY-MM-DD, or {amount, currency}. Null: a person says that the document '
  'has none.';
comment on column public.extracted_values.page is
  'The page that the quote stands on; null for a value of an e-invoice''s XML, or of a person.';
comment on column public.extracted_values.quote is 'The words that it was read from, as the page has them.';
comment on column public.extracted_values.box is
  '[x0, y0, x1, y1] in pixels of the picture that was read; null where the words have no boxes.';
comment on column public.extracted_values.proof is
  'quote: it follows from words that stand on the page. equation: it follows from other proven values. einvoice: the '
  'XML of the e-invoice says so. person: somebody gave or accepted it, and no later run changes it.';
comment on column public.extracted_values.similarity is
  '1 when the quote stands on the page word for word, less when it is nearly so.';
comment on column public.extracted_values.note is 'What people should know: "read 60.31, follows 60.30".';

create table public.extraction_proposals (
  extraction_id uuid not null references public.extractions on delete cascade,
  path text not null,
  row_number integer not null default 0,
  user_id uuid not null references auth.users on delete cascade,
  value jsonb not null,
  page integer,
  quote text,
  box jsonb,
  confidence real,
  reason text not null,
  created_at timestamptz not null default now(),

  primary key (extraction_id, path, row_number),
  constraint proposal_row_number_is_not_negative check (row_number >= 0),
  constraint proposal_reason_is_known check (reason in ('ambiguous', 'check_broken', 'not_on_page', 'unsure')),
  constraint proposal_fits check (octet_length(value::text) <= 4000)
);
create index extraction_proposals_by_user on public.extraction_proposals (user_id);
comment on table public.extraction_proposals is
  'Values that are not proven: they wait for a person, and count nowhere.';
comment on column public.extraction_proposals.reason is
  'not_on_page: it does not follow from the words on its page. check_broken: an equation with it does not hold. '
  'ambiguous: another value is as likely. unsure: it stands by no label.';

create table public.extraction_runs (
  id bigint generated always as identity primary key,
  extraction_id uuid not null references public.extractions on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  instruction text,
  previous jsonb not null,
  saved_at timestamptz,
  undone_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),

  constraint run_instruction_fits check (length(instruction) <= 1000),
  constraint only_saved_runs_are_undone check (undone_at is null or saved_at is not null)
);
create index extraction_runs_by_extraction on public.extraction_runs (extraction_id, id);
create index extraction_runs_by_user on public.extraction_runs (user_id);
comment on table public.extraction_runs is
  'A schema applied again by its owner, and what was there before: undo_extraction_run puts that back. The newest ten '
  'of an extraction; when the pipeline itself extracts again, there is nothing to go back to.';
comment on column public.extraction_runs.instruction is 'The sentence that the engine was to follow, if there was one.';
comment on column public.extraction_runs.previous is
  'What it replaced: {values, proposals, schema_version, read_at: when the text was read, and engine, model, '
  'prompt_version, note, instruction, checks, unread_from of the extraction}. Without what people said, which no run '
  'changes.';
comment on column public.extraction_runs.saved_at is
  'When its values were written; null while it is under way, or when it failed.';

create trigger extractions_touch_updated_at before update on public.extractions
  for each row execute function private.touch_updated_at();

alter table public.extractions enable row level security;
-- Row level security of documents hides those in the trash.
create policy "users can read the extractions of their own documents" on public.extractions
  for select to authenticated using (
    user_id = (select auth.uid()) and exists (select from public.documents
      where documents.id = extractions.document_id));
alter table public.extraction_runs enable row level security;
create policy "users can read the runs of their own extractions" on public.extraction_runs
  for select to authenticated using (
    user_id = (select auth.uid()) and exists (select from public.extractions
      where extractions.id = extraction_runs.extraction_id));
alter table public.extracted_values enable row level security;
create policy "users can read the values of their own documents" on public.extracted_values
  for select to authenticated using (user_id = (select auth.uid()));
alter table public.extraction_proposals enable row level security;
create policy "users can read the proposals for their own documents" on public.extraction_proposals
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.extractions, public.extraction_runs, public.extracted_values, public.extraction_proposals
  from anon, authenticated, service_role, public;
revoke all on sequence public.extraction_runs_id_seq from anon, authenticated, service_role, public;
grant select on public.extractions, public.extraction_runs, public.extracted_values,
  public.extraction_proposals to authenticated;
grant select, insert, update, delete on public.extractions, public.extraction_runs, public.extracted_values,
  public.extraction_proposals to service_role;

-- Whoever watches reads the values again when their extraction changes: they are written in one transaction with it,
-- and a table of a thousand lines would be thousands of messages.
alter publication supabase_realtime add table public.extractions;
