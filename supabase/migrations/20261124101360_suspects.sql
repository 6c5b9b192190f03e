-- What becomes of the jobs of a worker that died. Its death does not say which of them killed it, so none is charged:
-- they become suspects, and each runs alone in a worker. Who kills that one is guilty.

create function private.suspect_job(job private.jobs) returns void
language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  perform private.end_job(job, 'queued');
  update private.jobs
  set suspect = true, attempts = job.attempts - 1, excused = job.excused + 1,
    queue_position = private.next_queue_position(job.stage, job.user_id, true)
  where id = job.id;
  select * into document from public.documents where id = job.document_id;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'retrying',
      'The worker stopped while it had this document and others. The document continues in a worker of its own.',
      jsonb_build_object('attempt', job.attempts, 'code', 'worker_lost', 'excused', true));
  end if;
end
$$;
comment on function private.suspect_job(private.jobs) is
  'Makes a job a suspect: it keeps its attempts and its pages, and waits for the slot of the suspects, in which the '
  'users alternate.';

create table private.suspected_users (
  user_id uuid references auth.users (id) on delete cascade,
  stage private.job_stage,
  until timestamptz not null,
  primary key (user_id, stage)
);
comment on table private.suspected_users is
  'Users whose job ended a worker that held nothing else. Their jobs run alone for a while, so that the next such file '
  'harms nobody else.';
comment on column private.suspected_users.until is 'Jobs that are queued before this time are suspects.';

alter table private.suspected_users enable row level security;
create policy "closed to users" on private.suspected_users for all to anon, authenticated using (false);
revoke all on private.suspected_users from anon, authenticated, service_role, public;
grant select, insert, update on private.suspected_users to service_role;

alter table private.settings add column suspicion interval not null default '10 minutes';
comment on column private.settings.suspicion is
  'How long the jobs of a user run alone after one of them ended a worker that held nothing else.';

create function private.is_suspected(owner uuid, of_stage private.job_stage) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.suspected_users where user_id = owner and stage = of_stage
    and until > clock_timestamp());
end
$$;
comment on function private.is_suspected(uuid, private.job_stage) is
  'Whether a user''s new jobs of a stage are suspects.';

create function private.suspect_user(owner uuid, of_stage private.job_stage) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.suspected_users (user_id, stage, until)
  values (owner, of_stage, clock_timestamp() + (select suspicion from private.settings))
  on conflict (user_id, stage) do update set until = excluded.until;
  with queued as materialized (
    select id, queue_position, created_at from private.jobs
    where user_id = owner and stage = of_stage and not suspect and not payload ? 'cleared'
      and state = 'queued' for update skip locked
  ), placed as (
    select id, private.next_queue_position(of_stage, owner, true) + row_number() over (order by queue_position,
      created_at) - 1 as queue_position from queued
  )
  update private.jobs set suspect = true, queue_position = placed.queue_position from placed where jobs.id = placed.id;
end
$$;
comment on function private.suspect_user(uuid, private.job_stage) is
  'A job of the user ended a worker that held nothing else: what the user has queued in the stage, and queues for a '
  'while, runs alone too.';

create function private.lose_worker(job private.jobs) returns void
language plpgsql set search_path = '' as $$
declare
  runs_alone constant boolean := (select suspects_function_name is not null from private.stages
    where stages.stage = job.stage);
begin
  if runs_alone and not job.suspect then
    perform private.suspect_job(job);
  else
    if job.suspect and job.heard_at is not null then
      perform private.suspect_user(job.user_id, job.stage);
    end if;
    perform private.fail_attempt(job, jsonb_build_object('code', 'worker_lost', 'retryable', true,
      -- A worker that never said that it has the job may not have got it; in other stages no job ends a worker.
      'excused', not job.suspect or job.heard_at is null,
      'message', case
        when job.attempts >= job.max_attempts and job.suspect then format(
          'The worker stopped each of the %s times that it had this document, the last times with nothing else at hand: something in the file stops it. Upload another copy of it, or its parts.', job.attempts)
        when job.suspect then 'The worker stopped while it had only this document. Trying again.'
        else 'The work was cut off before it ended.' end));
  end if;
end
$$;
comment on function private.lose_worker(private.jobs) is
  'The worker of a running job fell silent. A job that it may have held with others becomes a suspect; one that it '
  'held alone is charged with an attempt, and its document fails with worker_lost after the last; the user''s other '
  'jobs become suspects: see private.suspect_user.';

create function public.clear_suspect(job_id uuid, lease uuid) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(clear_suspect.job_id, clear_suspect.lease);
begin
  if not job.suspect or job.payload ? 'cleared' then
    perform private.refuse(409, 'not_allowed_now', 'Only a suspect can be cleared, and only once.');
  end if;
  perform private.end_job(job, 'queued');
  update private.jobs
  set suspect = false, attempts = job.attempts - 1, payload = payload || '{"cleared": true}',
    queue_position = private.next_queue_position(job.stage, job.user_id, false)
  where id = job.id;
  perform private.dispatch_jobs();
end
$$;
comment on function public.clear_suspect(uuid, uuid) is
  'A suspect opened its file and read what the file itself holds, alone, and its worker lives: what is left is done by '
  'the OCR engine, for which it queues up among the others. So the one slot of the suspects does not wait for the '
  'engine. Costs no attempt. Once a job: one that ends a worker after that runs alone to its end. Errors: lease_lost '
  '(409), not_allowed_now (409).';

create function private.is_silent(job private.jobs) returns boolean
language sql volatile set search_path = '' as $$
  -- A worker speaks every 2 seconds.
  select job.state = 'running' and coalesce(job.heard_at, job.claimed_at) < clock_timestamp() - interval '6 seconds'
$$;
comment on function private.is_silent(private.jobs) is
  'Whether the worker of a job has not spoken for longer than it should.';

create function private.probe_workers() returns void
language plpgsql security definer set search_path = '' as $$
declare
  -- PERFORM takes no WITH, so there is a count that nobody reads. @plpgsql_check_options: extra_warnings = false
  probes integer;
begin
  -- The common case first: everybody was heard of late.
  perform from private.jobs where state = 'running'
    and coalesce(heard_at, claimed_at) < clock_timestamp() - interval '6 seconds';
  if not found or private.functions_url() is null then
    return;
  end if;
  with silent as materialized (
    select jobs.* from private.jobs
    where state = 'running' and worker is not null and private.is_silent(jobs)
      and (probed_at is null or probed_at < clock_timestamp() - interval '2 seconds')
    for update skip locked
  ), probed as (
    update private.jobs set probed_at = clock_timestamp() from silent where jobs.id = silent.id
  )
  select count(net.http_post(
    url := private.functions_url() || '/' || case when silent.suspect then stages.suspects_function_name
      else stages.function_name end,
    body := jsonb_build_object('job_id', silent.id, 'token', gen_random_uuid()))) into probes
  from silent join private.stages using (stage);
exception when others then
  raise warning 'docket: workers were not probed: %', sqlerrm;
end
$$;
comment on function private.probe_workers() is
  'Sends an invocation without a valid token to the functions whose workers have been silent for too long. The worker '
  'that gets it asks claim_job: if that is another one than holds the job, the holder is gone, and nobody has to wait '
  'until its lease runs out. A job is probed every 2 seconds at most. Called whenever a job is queued or jobs are '
  'dispatched, and by the sweep.';

create function private.lose_silent_workers(of_function text, heard uuid[]) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs;
begin
  for job in
    select jobs.* from private.stages join private.jobs using (stage)
    where of_function in (stages.function_name, stages.suspects_function_name)
      and of_function = case when jobs.suspect then stages.suspects_function_name else stages.function_name end
      and jobs.state = 'running' and jobs.worker <> all (heard) and private.is_silent(jobs)
    for update of jobs skip locked
  loop
    -- A document that somebody changes just now is left to the sweep: its holder may be waiting for this job.
    continue when not private.lock_free_document_of(job);
    perform private.lose_worker(job);
    perform private.dispatch_jobs();
  end loop;
exception when others then
  raise warning 'docket: silent workers of % were not given up: %', of_function, sqlerrm;
end
$$;
comment on function private.lose_silent_workers(text, uuid[]) is
  'These workers of a function were just heard: those that hold jobs of it and have been silent for too long are gone. '
  'See private.lose_worker.';

revoke execute on function private.is_suspected(uuid, private.job_stage),
  private.suspect_user(uuid, private.job_stage), private.suspect_job(private.jobs), private.lose_worker(private.jobs),
  private.is_silent(private.jobs),
  private.lose_silent_workers(text, uuid[]), private.probe_workers(), public.clear_suspect(uuid, uuid) from public,
  anon, authenticated;
grant execute on function private.is_suspected(uuid, private.job_stage), private.suspect_user(uuid, private.job_stage),
  private.suspect_job(private.jobs), private.lose_worker(private.jobs), private.is_silent(private.jobs),
  private.lose_silent_workers(text, uuid[]), public.clear_suspect(uuid, uuid) to service_role;
