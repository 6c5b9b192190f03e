-- The stages of the pipeline, as data: a stage is one row here and one entry of functions/_shared/stages.ts. No
-- function knows a stage by its name, except those that do its own work.

create domain private.job_stage as text collate "C"
  constraint a_stage_has_a_short_name check (value ~ '^[a-z][a-z_]{0,30}$');
comment on domain private.job_stage is 'The name of a stage: a row of private.stages.';

create table private.stages (
  stage private.job_stage primary key,
  position integer not null,
  label text not null,
  function_name text not null,
  suspects_function_name text,

  waits_as public.document_status,
  runs_as public.document_status,
  done_as public.document_status,
  fails_as public.document_status,
  repeats boolean not null default false,
  outlives_document boolean not null default false,
  saves_pages boolean not null default false,
  claim_includes text[] not null default '{}',

  in_flight_limit integer not null default 4,
  lease interval not null default '30 seconds',
  max_attempts integer not null default 5,
  retry_base interval,
  retry_ceiling interval,
  excused_codes text[] not null default '{}',
  throttling_codes text[] not null default '{}',
  throttled_to real,
  throttled_at timestamptz,

  constraint stages_have_an_order unique (position),
  constraint one_stage_waits_as_a_status unique (waits_as),
  constraint a_stage_has_all_statuses_or_none check (num_nulls(waits_as, runs_as, done_as, fails_as) in (0, 4)),
  constraint failing_looks_the_same_in_every_stage check (fails_as = 'failed'),
  constraint only_stages_with_statuses_repeat check (not repeats or done_as is not null),
  constraint only_stages_without_statuses_outlive_a_document check (not outlives_document or waits_as is null),
  constraint claims_include_what_there_is check (claim_includes <@ array['options', 'einvoice']),
  constraint in_flight_limit_is_not_negative check (in_flight_limit >= 0),
  constraint throttled_to_leaves_one check (throttled_to >= 1),
  constraint lease_is_positive check (lease > interval '0'),
  constraint max_attempts_is_positive check (max_attempts > 0)
);
comment on table private.stages is
  'The stages of the pipeline: all that the queue knows of each. The limits are settings: change them with UPDATE.';
comment on column private.stages.position is 'The order in which free slots are filled.';
comment on column private.stages.label is 'What its work is called in a document''s history: "Reading started."';
comment on column private.stages.function_name is 'The Edge Function that an invocation calls.';
comment on column private.stages.suspects_function_name is
  'The Edge Function that takes suspects: the same work in workers of its own, one job at a time. Null: jobs of this '
  'stage cannot end a worker, and never become suspects.';
comment on column private.stages.waits_as is
  'The status of a document that waits for the stage. Null, like the three below, for a stage that leaves '
  'documents.status alone: its failure does not touch the document. Where it differs from runs_as, the sweep queues '
  'the stage for documents that lack its job.';
comment on column private.stages.runs_as is
  'The status while the stage works on the document; also when it starts again for one that was done or failed.';
comment on column private.stages.done_as is
  'The status after the stage. Another stage that waits as this status follows.';
comment on column private.stages.fails_as is
  'The status when its job is dead; the error of the document names the stage.';
comment on column private.stages.repeats is
  'Whether the stage may run again on a document that is done. When that fails, the document stays as it was.';
comment on column private.stages.outlives_document is
  'Whether its jobs need no document, and stay when theirs is deleted.';
comment on column private.stages.saves_pages is
  'Whether it writes document_pages: a retry tries those again that could not be read, and a document counts once such '
  'a job began.';
comment on column private.stages.claim_includes is
  'What a worker is told beside the document: options (private.options_of), einvoice (of ocr_results).';
comment on column private.stages.in_flight_limit is
  'Jobs that may be out at once, beside one suspect; 0 stops the stage.';
comment on column private.stages.lease is 'How long a worker may be silent before its job is given out again.';
comment on column private.stages.max_attempts is 'After so many failed attempts a job is dead.';
comment on column private.stages.retry_base is 'How long the first retry may wait; null: as in private.settings.';
comment on column private.stages.retry_ceiling is 'How long any retry may wait; null: as in private.settings.';
comment on column private.stages.excused_codes is
  'Errors that do not count as an attempt, ten times a job at most: another job may have caused them.';
comment on column private.stages.throttling_codes is
  'Errors by which the other side asks for less: half as many jobs go out for a while.';
comment on column private.stages.throttled_to is
  'A lower limit for a while, because the other side asked for less; it grows back with each job that is done. Null: '
  'the whole limit. Kept by private.throttle_stage and grow_stage.';
comment on column private.stages.throttled_at is 'When it was lowered last.';

insert into private.stages (stage, position, label, function_name, suspects_function_name, waits_as, runs_as, done_as,
  fails_as) values
  ('ocr', 1, 'Reading', 'ocr', 'ocr-alone', 'processing', 'processing', 'ocr_complete', 'failed'),
  ('metadata', 2, 'Describing', 'metadata', 'metadata-alone', 'ocr_complete', 'generating_metadata', 'completed',
    'failed');
insert into private.stages (stage, position, label, function_name, lease, max_attempts, outlives_document) values
  ('erase', 3, 'Erasing', 'upload', '60 seconds', 20, true);

-- One engine reads for everybody: a job that it refuses, or drops as it dies, did nothing wrong.
update private.stages set saves_pages = true, excused_codes = '{ocr_engine_busy,ocr_engine_unavailable}',
  throttling_codes = '{model_rate_limited,model_overloaded,ocr_engine_busy}' where stage = 'ocr';
update private.stages set repeats = true, claim_includes = '{options,einvoice}',
  throttling_codes = '{model_rate_limited,model_overloaded}' where stage = 'metadata';

alter table private.stages enable row level security;
create policy "closed to users" on private.stages for all to anon, authenticated using (false);
revoke all on private.stages from anon, authenticated, service_role, public;
grant select on private.stages to service_role;
grant update (throttled_to, throttled_at) on private.stages to service_role;

create function private.stage_named(name text) returns private.stages
language plpgsql stable set search_path = '' as $$
declare
  found_stage private.stages;
begin
  select * into found_stage from private.stages where stage = name;
  return found_stage;
end
$$;
comment on function private.stage_named(text) is 'The row of a stage; null when there is none of that name.';

create function private.stage_after(reached public.document_status) returns private.job_stage
language plpgsql stable set search_path = '' as $$
begin
  return (select stage from private.stages where waits_as = reached);
end
$$;
comment on function private.stage_after(public.document_status) is
  'The stage that documents with a status wait for; null when there is none.';

create function private.set_document_status(document_id uuid, next_status public.document_status,
  problem jsonb default null)
returns public.documents language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  update public.documents set status = next_status, error = problem
  where id = document_id and (status <> next_status or error is distinct from problem)
  returning * into document;
  if not found then
    select * into document from public.documents where id = document_id;
  end if;
  return document;
end
$$;
comment on function private.set_document_status(uuid, public.document_status, jsonb) is
  'The one place that writes documents.status, with the error of a failed document. Returns the document; the trigger '
  'documents_guard_status refuses a change that the stages do not allow.';

revoke execute on function private.stage_named(text), private.stage_after(public.document_status),
  private.set_document_status(uuid, public.document_status, jsonb) from public, anon, authenticated;
grant execute on function private.stage_named(text), private.stage_after(public.document_status),
  private.set_document_status(uuid, public.document_status, jsonb) to service_role;
