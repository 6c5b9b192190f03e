create table public.metadata_runs (
  id bigint generated always as identity primary key,
  document_id uuid not null references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  engine text not null,
  model text,
  prompt_version text,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cost_micro_usd bigint not null default 0,
  proposal jsonb not null,
  applied text[] not null,
  evidence jsonb not null,
  created_at timestamptz not null default now(),

  constraint engine_is_known check (engine in ('claude', 'local')),
  constraint counts_are_not_negative check (input_tokens >= 0 and output_tokens >= 0 and cost_micro_usd >= 0)
);
create index metadata_runs_by_document on public.metadata_runs (document_id, id);
create index metadata_runs_by_user on public.metadata_runs (user_id);

comment on table public.metadata_runs is 'Each time that metadata was written: by what, from which words, at what price.';
comment on column public.metadata_runs.cost_micro_usd is 'Millionths of a US dollar; 0 where nothing was paid or no price is known.';
comment on column public.metadata_runs.proposal is 'All the values that the engine proposed, by column of documents.';
comment on column public.metadata_runs.applied is 'The columns that were written; the others were locked by an edit.';
comment on column public.metadata_runs.evidence is '{value: {page, quote}}: the words that a value was read from.';

alter table public.metadata_runs enable row level security;
create policy "users can read the metadata runs of their own documents" on public.metadata_runs
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.metadata_runs to authenticated;
grant select, insert, delete on public.metadata_runs to service_role;
