create table public.metadata_runs (
  id bigint generated always as identity primary key,
  document_id uuid not null references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  engine text not null,
  model text,
  prompt_version text,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cache_read_tokens bigint not null default 0,
  cache_write_tokens bigint not null default 0,
  cost_micro_usd bigint not null default 0,
  note text,
  pages_read integer[],
  instruction text,
  proposal jsonb not null,
  applied text[] not null,
  evidence jsonb not null,
  written jsonb not null default '{}',
  previous jsonb not null default '{}',
  created_at timestamptz not null default now(),

  constraint engine_is_known check (engine in ('claude', 'local')),
  constraint instruction_of_a_run_fits check (length(instruction) between 1 and 1000),
  constraint note_is_known check (note in ('over_budget')),
  constraint counts_are_not_negative check (
    input_tokens >= 0 and output_tokens >= 0 and cache_read_tokens >= 0 and cache_write_tokens >= 0
      and cost_micro_usd >= 0
  )
);
create index metadata_runs_by_document on public.metadata_runs (document_id, id);
create index metadata_runs_by_user on public.metadata_runs (user_id);

comment on table public.metadata_runs is
  'Each time that metadata was written: by what, from which words, at what price.';
comment on column public.metadata_runs.cost_micro_usd is
  'Millionths of a US dollar; 0 where nothing was paid or no price is known.';
comment on column public.metadata_runs.input_tokens is
  'Without those of the prompt cache, which have columns and prices of their own.';
comment on column public.metadata_runs.note is
  'over_budget: the month''s budget for the model was used up, so the local generator wrote this.';
comment on column public.metadata_runs.pages_read is
  'The pages whose text the agent was shown; null where the engine was given what it needs, as the local one is.';
comment on column public.metadata_runs.instruction is
  'The owner''s sentence that the engine was given: "dates are American".';
comment on column public.metadata_runs.proposal is
  'All the values that the engine proposed, by column of documents, as it proposed them.';
comment on column public.metadata_runs.applied is 'The columns that were written; the others were locked by an edit.';
comment on column public.metadata_runs.written is
  'What was written, by column: the proposal after the checks, tags in the user''s own words.';
comment on column public.metadata_runs.previous is
  'What was there before, by column that was written: undo_metadata_run puts it back.';
comment on column public.metadata_runs.evidence is
  '{value: {page, quote, verified, confidence}}: the words that a value was read from, whether they stand there and '
  'say so, and how likely the value is right, 0 to 1 (private.checked_evidence).';

alter table public.metadata_runs enable row level security;
create policy "users can read the metadata runs of their own documents" on public.metadata_runs
  for select to authenticated using (user_id = (select auth.uid()));

revoke all on public.metadata_runs from anon, authenticated, service_role, public;
revoke all on sequence public.metadata_runs_id_seq from anon, authenticated, service_role, public;
grant select on public.metadata_runs to authenticated;
grant select, insert, delete on public.metadata_runs to service_role;
