create type private.job_state as enum ('queued', 'dispatched', 'running', 'done', 'dead');
comment on type private.job_state is
  'queued → dispatched (an invocation is out) → running (a worker holds the lease) → done; back to queued for a retry '
  'or a yield; dead when no retry mends it.';

create table private.jobs (
  id uuid primary key default gen_random_uuid(),
  document_id uuid not null,
  user_id uuid not null,
  stage private.job_stage not null,
  event_id bigint,
  state private.job_state not null default 'queued',
  attempts integer not null default 0,
  excused integer not null default 0,
  suspect boolean not null default false,
  max_attempts integer not null,
  queue_position bigint not null,
  run_after timestamptz,
  token uuid,
  lease uuid,
  lease_expires_at timestamptz,
  claimed_at timestamptz,
  heard_at timestamptz,
  worker uuid,
  probed_at timestamptz,
  last_error jsonb,
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint attempts_are_not_negative check (attempts >= 0),
  constraint excused_is_not_negative check (excused >= 0),
  constraint dispatched_jobs_have_a_token check ((state = 'dispatched') = (token is not null)),
  constraint running_jobs_have_a_lease check ((state = 'running') = (lease is not null)),
  constraint only_queued_jobs_wait check (run_after is null or state = 'queued'),
  constraint jobs_that_are_out_expire check ((state in ('dispatched', 'running')) = (lease_expires_at is not null)),
  constraint dead_jobs_have_an_error check (state <> 'dead' or last_error is not null)
);

create unique index jobs_one_live_a_document_stage_and_event on private.jobs (document_id, stage,
  event_id) nulls not distinct
  where state in ('queued', 'dispatched', 'running');
create index jobs_due on private.jobs (stage, suspect, queue_position, created_at) where state = 'queued'
  and run_after is null;
create index jobs_live_by_user on private.jobs (stage, user_id, suspect, queue_position)
  where state in ('queued', 'dispatched', 'running');
create index jobs_waiting on private.jobs (run_after) where state = 'queued' and run_after is not null;
create index jobs_due_again on private.jobs (stage, user_id, suspect, queue_position)
  where state = 'queued' and run_after is null and attempts + excused > 0;
create index jobs_due_by_user on private.jobs (stage, suspect, user_id, queue_position, created_at)
  where state = 'queued' and run_after is null;
create index jobs_suspects on private.jobs (stage) where suspect and state in ('queued', 'dispatched', 'running');
create index jobs_by_document on private.jobs (document_id);
create index jobs_out on private.jobs (stage, lease_expires_at) where state in ('dispatched', 'running');

comment on table private.jobs is
  'The work there is. A job outlives the worker that dies over it: its lease runs out and it is given out again.';
comment on column private.jobs.document_id is 'No foreign key: an erase job outlives its document.';
comment on column private.jobs.event_id is
  'The event that asked for the job, by a row of private.event_consumers; null for a job of the pipeline itself.';
comment on column private.jobs.attempts is
  'How often a worker took the job. It costs none when an invocation gets lost, when a worker yields after progress, '
  'or when the attempt is excused.';
comment on column private.jobs.excused is
  'How many attempts were given back, because what ended them may have been another job''s doing.';
comment on column private.jobs.suspect is
  'A worker died that held this job. From then on it runs alone in a worker, until it ends: see private.lose_worker.';
comment on column private.jobs.queue_position is
  'When it is this job''s turn, in the stage''s own count: see private.next_queue_position. A user''s jobs have turns '
  'one after another, so users alternate.';
comment on column private.jobs.run_after is
  'A job that waits for its retry: not before this time. Null when it is due.';
comment on column private.jobs.token is 'The one-time key in the invocation that is out. claim_job takes it once.';
comment on column private.jobs.lease is
  'The key of the worker that holds the job. Whoever saves a result must show it.';
comment on column private.jobs.claimed_at is 'When a worker took it last.';
comment on column private.jobs.worker is 'The process that took it last, by the name that it gives itself.';
comment on column private.jobs.heard_at is
  'When that worker was last heard. Null: it may never have got the answer to its claim.';
comment on column private.jobs.probed_at is
  'When it was last asked whether that worker is still there: see private.probe_workers.';
comment on column private.jobs.last_error is 'Why the last attempt failed: {code, message, retryable}.';
comment on column private.jobs.payload is
  'What the stage needs beside the document: {storage_path, thumbnail_path} of an erase job, {event} of one that an '
  'event asked for, {password, engine} of a reading that its owner asked for, {watched} of a describing whose request '
  'waits for it, {cleared} of a suspect that read its file alone. A password goes when the job ends.';

create trigger jobs_touch_updated_at before update on private.jobs
  for each row execute function private.touch_updated_at();

create function private.forget_dead_jobs(of_document uuid) returns void
language plpgsql set search_path = '' as $$
begin
  delete from private.jobs
  where document_id = of_document and state = 'dead'
    and stage in (select stages.stage from private.stages where fails_as is not null);
end
$$;
comment on function private.forget_dead_jobs(uuid) is
  'A failed document starts over: its dead jobs go. Those of stages that leave its status alone have nothing to do '
  'with that, and stay.';
revoke execute on function private.forget_dead_jobs(uuid) from public, anon, authenticated;
grant execute on function private.forget_dead_jobs(uuid) to service_role;

alter table private.jobs enable row level security;
create policy "closed to users" on private.jobs for all to anon, authenticated using (false);
revoke all on private.jobs from anon, authenticated, service_role, public;
grant select, insert, update, delete on private.jobs to service_role;
