-- How an attempt ends that brought no result: tried again later, given up, or started afresh by somebody.

create function private.retry_delay(attempt integer, asked interval default null,
  of_stage private.job_stage default null) returns interval
language sql volatile set search_path = '' as $$
  select greatest(
    case when asked is not null then least(asked, retry_after_ceiling) end,
    random() * least(coalesce(own.retry_ceiling, settings.retry_ceiling),
      coalesce(own.retry_base, settings.retry_base) * power(2, least(attempt, 20) - 1)))
  from private.settings left join private.stages as own on own.stage = of_stage
$$;
comment on function private.retry_delay(integer, interval, private.job_stage) is
  'How long the next attempt waits: exponential with full jitter, and not less than the other side asked for, within '
  'the bounds of the stage, or of private.settings.';

create function private.is_excused(job private.jobs, problem jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return job.excused < 10
    and (coalesce((problem ->> 'excused')::boolean, false)
      or coalesce(problem ->> 'code' = any ((private.stage_named(job.stage)).excused_codes), false));
end
$$;
comment on function private.is_excused(private.jobs, jsonb) is
  'Whether an attempt that failed is given back, because another job may have caused that. Ten times a job at most, so '
  'that each comes to an end.';

create function private.was_done(document_id uuid, of_stage private.job_stage) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.document_events
    where document_events.document_id = was_done.document_id and document_events.stage = of_stage
      and kind = 'completed');
end
$$;
comment on function private.was_done(uuid, private.job_stage) is 'Whether a stage was completed for a document before.';

create function private.fail_attempt(job private.jobs, problem jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  stage constant private.stages := private.stage_named(job.stage);
  document public.documents;
  given_back constant boolean := private.is_excused(job, problem);
  again constant boolean := coalesce((problem ->> 'retryable')::boolean, false)
    and (given_back or job.attempts < job.max_attempts);
  said constant text := coalesce(problem ->> 'message', 'The work was cut off.');
  told constant jsonb := jsonb_build_object('attempt', job.attempts, 'code', problem ->> 'code')
    || case when given_back then jsonb_build_object('excused', true) else '{}' end;
begin
  perform private.end_job(job, case when again then 'queued' else 'dead' end::private.job_state,
    problem - '{retry_after_ms,excused}'::text[]);
  if problem ->> 'code' = any (stage.throttling_codes) then
    perform private.throttle_stage(job);
  end if;
  select * into document from public.documents where id = job.document_id for update;
  if again then
    update private.jobs set
      attempts = job.attempts - given_back::integer, excused = job.excused + given_back::integer,
      run_after = clock_timestamp() + private.retry_delay(
        case when given_back then job.excused + 1 else job.attempts end,
        (problem ->> 'retry_after_ms')::double precision * interval '1 millisecond', job.stage)
    where id = job.id;
  end if;
  if document.id is null then
    return;
  end if;
  perform private.record_event(document, job.stage, case when again then 'retrying' else 'failed' end, said, told);
  if again or stage.fails_as is null then
    return;
  end if;
  if stage.repeats and private.was_done(document.id, job.stage) then
    -- What is there stays, and the history says why it was not renewed.
    perform private.set_document_status(document.id, stage.done_as);
  else
    perform private.set_document_status(document.id, stage.fails_as, jsonb_build_object(
      'stage', job.stage, 'code', problem ->> 'code', 'message', said,
      'attempt', job.attempts, 'retryable', coalesce((problem ->> 'retryable')::boolean, false)));
  end if;
end
$$;
comment on function private.fail_attempt(private.jobs, jsonb) is
  'Ends an attempt with an error {code, message, retryable, retry_after_ms, excused}: queued again if a retry can mend '
  'it and attempts are left, or this one is excused; else the job is dead, and the document failed, if the stage is '
  'one that its status follows.';

create function public.fail_job(job_id uuid, lease uuid, error jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.fail_attempt(private.held_job(fail_job.job_id, fail_job.lease), fail_job.error);
  perform private.dispatch_jobs();
end
$$;
comment on function public.fail_job(uuid, uuid, jsonb) is
  'The worker could not do the job: {code, message, retryable, retry_after_ms}. See private.fail_attempt. Errors: '
  'lease_lost (409).';

create function public.yield_job(job_id uuid, lease uuid) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(yield_job.job_id, yield_job.lease);
  progress boolean := exists (select from public.document_pages where document_id = job.document_id
    and created_at > job.claimed_at)
    or exists (select from public.document_parts where parent_id = job.document_id and created_at > job.claimed_at);
begin
  if progress or job.attempts < job.max_attempts then
    perform private.end_job(job, 'queued');
    update private.jobs
    set attempts = attempts - progress::integer,
      queue_position = private.next_queue_position(job.stage, job.user_id, job.suspect)
    where id = job.id;
  else
    perform private.fail_attempt(job, jsonb_build_object('code', 'worker_lost', 'retryable', true,
      'message', 'The work stopped without progress, each time it was tried. Retry the document.'));
  end if;
  perform private.dispatch_jobs();
end
$$;
comment on function public.yield_job(uuid, uuid) is
  'The worker made progress and its time is up: the job queues up again behind the others. With pages or parts saved '
  'since the claim the attempt is not counted; without, it is one like any other. Errors: lease_lost (409).';

create function private.revive_job(job_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  job private.jobs;
  stage private.stages;
  document public.documents;
begin
  perform private.lock_document_of(revive_job.job_id);
  select * into job from private.jobs where id = revive_job.job_id and state = 'dead' for update;
  if not found then
    perform private.refuse(409, 'not_allowed_now', 'Only a dead job can be revived.');
  end if;
  stage := private.stage_named(job.stage);
  select * into document from public.documents where id = job.document_id;
  if stage.runs_as is not null then
    if not coalesce(document.error ->> 'stage' = job.stage or stage.repeats and document.status = stage.done_as, false)
      then
      perform private.refuse(409, 'not_allowed_now',
        'The document has gone on since this job died; there is nothing to revive.');
    end if;
    document := private.set_document_status(document.id, stage.runs_as);
  end if;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'queued', 'Revived.', jsonb_build_object('reason', 'revived'));
  end if;
  begin
    update private.jobs set state = 'queued', attempts = 0, excused = 0,
      queue_position = private.next_queue_position(job.stage, job.user_id, job.suspect) where id = job.id;
  exception when unique_violation then
    perform private.refuse(409, 'not_allowed_now',
      'Another job does the same work already; there is nothing to revive.');
  end;
  perform private.dispatch_jobs();
end
$$;
comment on function private.revive_job(uuid) is
  'Gives a dead job all its attempts again. Errors: not_allowed_now (409).';

revoke execute on function
  private.retry_delay(integer, interval, private.job_stage), private.is_excused(private.jobs, jsonb),
  private.was_done(uuid, private.job_stage), private.fail_attempt(private.jobs, jsonb),
  public.fail_job(uuid, uuid, jsonb),
  public.yield_job(uuid, uuid), private.revive_job(uuid)
  from public, anon, authenticated;
grant execute on function
  private.retry_delay(integer, interval, private.job_stage), private.is_excused(private.jobs, jsonb),
  private.was_done(uuid, private.job_stage), private.fail_attempt(private.jobs, jsonb),
  public.fail_job(uuid, uuid, jsonb),
  public.yield_job(uuid, uuid)
  to service_role;
