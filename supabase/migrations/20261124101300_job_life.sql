-- What a worker does with a job: claim it, keep it, give it back, or fail it. Completing it is the stage's own affair.

create function private.lease_job(job private.jobs) returns private.jobs
language sql set search_path = '' as $$
  update private.jobs
  set state = 'running', token = null, lease = gen_random_uuid(), attempts = jobs.attempts + 1, claimed_at = clock_timestamp(),
    lease_expires_at = clock_timestamp() + (select stages.lease from private.stages where stages.stage = jobs.stage)
  where id = (job).id
  returning *
$$;
comment on function private.lease_job(private.jobs) is 'Gives a job to a worker: one more attempt, a new lease.';

create function private.lock_document_of(job_id uuid) returns void
language sql set search_path = '' as $$
  select from public.documents where id = (select document_id from private.jobs where jobs.id = lock_document_of.job_id) for update
$$;
comment on function private.lock_document_of(uuid) is
  'Locks the document before its job, as deleting it does: in the other order the two would wait for each other.';

create function private.begin_job(due private.jobs) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.lease_job(due);
  document public.documents;
begin
  select * into document from public.documents where id = job.document_id;
  if job.stage = 'metadata' and document.status = 'ocr_complete' then
    update public.documents set status = 'generating_metadata' where id = document.id returning * into document;
  end if;
  if document.id is not null then
    perform private.record_event(document, job.stage::text, 'started',
      case job.stage when 'ocr' then 'Reading started.' else 'Describing started.' end, jsonb_build_object('attempt', job.attempts));
  end if;
  return private.claim_of(job, document);
end
$$;
comment on function private.begin_job(private.jobs) is
  'Gives a due job, locked with its document, to a worker: the lease, the status, the event. Returns what private.claim_of does.';

create function public.claim_job(job_id uuid, token uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs;
begin
  perform private.lock_document_of(claim_job.job_id);
  select * into job from private.jobs
  where id = claim_job.job_id and jobs.token = claim_job.token and state = 'dispatched' for update;
  if not found then
    return null;
  end if;
  return private.begin_job(job);
end
$$;
comment on function public.claim_job(uuid, uuid) is
  'Takes a dispatched job with the one-time token of its kick. Returns what private.claim_of does; null when the token was used, is late, or was never given.';

create function private.wishes_of(owner uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'summary_language', (select language from public.preferences where user_id = owner),
    'known_tags', coalesce((
      select jsonb_agg(jsonb_build_object('tag', tag, 'documents', documents) order by documents desc, tag)
      from (select tag, documents from public.tags where user_id = owner order by documents desc, tag limit 200) as used
    ), '[]'))
$$;
comment on function private.wishes_of(uuid) is
  'How a user wants documents described: {summary_language: ISO 639-1 or null for the document''s own, known_tags: [{tag, documents}], the 200 that are used most}.';

create function private.claim_of(job private.jobs, document public.documents) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'job_id', (job).id, 'lease', (job).lease, 'stage', (job).stage, 'attempt', (job).attempts, 'payload', (job).payload,
    'document', case when (document).id is not null then jsonb_build_object(
      'id', (document).id, 'user_id', (document).user_id, 'filename', (document).filename,
      'storage_path', (document).storage_path, 'mime_type', (document).mime_type,
      'byte_size', (document).byte_size, 'page_count', (document).page_count) end,
    'pages_read', coalesce((
      select jsonb_agg(page_number order by page_number) from public.document_pages where document_id = (document).id
    ), '[]'))
    || case when (job).stage = 'metadata' then private.wishes_of((job).user_id) else '{}' end
$$;
comment on function private.claim_of(private.jobs, public.documents) is
  'What a worker is told of its job: {job_id, lease, stage, attempt, payload, document: {id, user_id, filename, storage_path, mime_type, byte_size, page_count}, pages_read: [page numbers]}; to describe it also what private.wishes_of says.';

create function private.take_next(due_stage private.job_stage) returns jsonb
language plpgsql set search_path = '' as $$
declare
  stage private.stages;
  candidate private.jobs;
  job private.jobs;
begin
  -- Without the lock of dispatch: the slot is the caller's own, so however many do this at once, no more jobs are out after.
  select * into stage from private.stages where stages.stage = due_stage;
  if private.free_slots(stage) <= 0 then
    return null;
  end if;
  for candidate in
    select * from private.jobs where jobs.stage = due_stage and state = 'queued' and run_after is null order by turn, created_at
    limit 5 + stage.in_flight_limit
  loop
    -- The document before its job, and neither if somebody has it: see lock_document_of.
    perform from public.documents where id = candidate.document_id for update skip locked;
    continue when not found and due_stage <> 'erase';
    select * into job from private.jobs where id = candidate.id and state = 'queued' for update skip locked;
    continue when not found;
    return private.begin_job(job);
  end loop;
  return null;
end
$$;
comment on function private.take_next(private.job_stage) is
  'Hands the slot of a job that just ended to the next due one of the stage, without a kick. Returns what private.claim_of does; null when there is none.';

create function private.held_job(job_id uuid, lease uuid) returns private.jobs
language plpgsql set search_path = '' as $$
declare
  job private.jobs;
begin
  perform private.lock_document_of(held_job.job_id);
  select * into job from private.jobs
  where id = held_job.job_id and jobs.lease = held_job.lease and state = 'running' for update;
  if not found then
    perform private.refuse(409, 'lease_lost', 'Another worker has taken this job over; nothing was changed.');
  end if;
  return job;
end
$$;
comment on function private.held_job(uuid, uuid) is
  'The job, locked, and its document with it, if that lease still holds it. Errors: lease_lost (409). Everything that a worker saves goes through here.';

create function private.end_job(job private.jobs, ended_as private.job_state, problem jsonb default null) returns void
language sql set search_path = '' as $$
  update private.jobs
  set state = ended_as, lease = null, token = null, lease_expires_at = null, last_error = coalesce(problem, last_error)
  where id = (job).id
$$;
comment on function private.end_job(private.jobs, private.job_state, jsonb) is 'Takes a job from its worker: done, dead, or queued again.';

create function private.finish_job(job private.jobs, take_next boolean) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform private.end_job(job, 'done');
  if (select eased_to is not null from private.stages where stages.stage = job.stage) then
    -- More slots than this one may be free now: dispatch fills them all.
    perform private.grow_stage(job.stage);
    return null;
  end if;
  return case when take_next then private.take_next(job.stage) end;
end
$$;
comment on function private.finish_job(private.jobs, boolean) is
  'The job is done. With take_next its worker gets the next one of the stage: what private.claim_of returns. Null when there is none, or the stage is eased: then the caller calls dispatch_jobs.';

create function public.heartbeat(job_id uuid, lease uuid) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(heartbeat.job_id, heartbeat.lease);
begin
  update private.jobs
  set lease_expires_at = clock_timestamp() + (select stages.lease from private.stages where stages.stage = job.stage)
  where id = job.id;
end
$$;
comment on function public.heartbeat(uuid, uuid) is 'The worker is alive: its lease starts anew. Errors: lease_lost (409).';

create function public.yield_job(job_id uuid, lease uuid) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(yield_job.job_id, yield_job.lease);
  progress boolean := exists (select from public.document_pages where document_id = job.document_id and created_at > job.claimed_at);
begin
  if progress or job.attempts < job.max_attempts then
    perform private.end_job(job, 'queued');
    update private.jobs
    set attempts = attempts - progress::integer, turn = private.next_turn(job.stage, job.user_id)
    where id = job.id;
  else
    perform private.fail_attempt(job, jsonb_build_object('code', 'worker_lost', 'retryable', true,
      'message', 'The work stopped without progress, each time it was tried. Retry the document.'));
  end if;
  perform private.dispatch_jobs();
end
$$;
comment on function public.yield_job(uuid, uuid) is
  'The worker made progress and its time is up: the job queues up again behind the others. With pages saved since the claim the attempt is not counted; without, it is one like any other. Errors: lease_lost (409).';

create function private.retry_delay(attempt integer, asked interval default null) returns interval
language sql volatile set search_path = '' as $$
  select greatest(case when asked is not null then least(asked, retry_after_ceiling) end, random() * least(retry_ceiling, retry_base * power(2, least(attempt, 20) - 1))) from private.settings
$$;
comment on function private.retry_delay(integer, interval) is
  'How long the next attempt waits: exponential with full jitter, and not less than the other side asked for, within bounds.';

create function private.fail_attempt(job private.jobs, problem jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  document public.documents;
  again boolean := coalesce((problem ->> 'retryable')::boolean, false) and job.attempts < job.max_attempts;
  said text := coalesce(problem ->> 'message', 'The work was cut off.');
  told jsonb := jsonb_build_object('attempt', job.attempts, 'code', problem ->> 'code');
begin
  perform private.end_job(job, case when again then 'queued' else 'dead' end::private.job_state, problem - 'retry_after_ms');
  if problem ->> 'code' in ('model_rate_limited', 'model_overloaded', 'ocr_engine_busy') then
    perform private.ease_stage(job);
  end if;
  select * into document from public.documents where id = job.document_id for update;
  if again then
    update private.jobs
    set run_after = clock_timestamp() + private.retry_delay(job.attempts, (problem ->> 'retry_after_ms')::double precision * interval '1 millisecond')
    where id = job.id;
  end if;
  if document.id is null then
    return;
  end if;
  perform private.record_event(document, job.stage::text, case when again then 'retrying' else 'failed' end, said, told);
  if again then
    return;
  end if;
  if job.stage = 'metadata' and document.metadata_source is not null then
    -- It was described before: what is there stays, and the history says why it was not renewed.
    update public.documents set status = 'completed' where id = document.id;
  else
    update public.documents
    set status = 'failed', error = jsonb_build_object(
      'stage', job.stage, 'code', problem ->> 'code', 'message', said,
      'attempt', job.attempts, 'retryable', coalesce((problem ->> 'retryable')::boolean, false))
    where id = document.id;
  end if;
end
$$;
comment on function private.fail_attempt(private.jobs, jsonb) is
  'Ends an attempt with an error {code, message, retryable, retry_after_ms}: queued again if a retry can mend it and attempts are left; else the job is dead and the document failed.';

create function public.fail_job(job_id uuid, lease uuid, error jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.fail_attempt(private.held_job(fail_job.job_id, fail_job.lease), fail_job.error);
  perform private.dispatch_jobs();
end
$$;
comment on function public.fail_job(uuid, uuid, jsonb) is
  'The worker could not do the job: {code, message, retryable, retry_after_ms}. See private.fail_attempt. Errors: lease_lost (409).';

create function private.revive_job(job_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  job private.jobs;
  document public.documents;
begin
  perform private.lock_document_of(revive_job.job_id);
  select * into job from private.jobs where id = revive_job.job_id and state = 'dead' for update;
  if not found then
    perform private.refuse(409, 'not_allowed_now', 'Only a dead job can be revived.');
  end if;
  if job.stage in ('ocr', 'metadata') then
    update public.documents
    set status = case job.stage when 'ocr' then 'processing' else 'generating_metadata' end::public.document_status, error = null
    where id = job.document_id and (error ->> 'stage' = job.stage::text or (status = 'completed' and job.stage = 'metadata'))
    returning * into document;
    if not found then
      perform private.refuse(409, 'not_allowed_now', 'The document has gone on since this job died; there is nothing to revive.');
    end if;
    perform private.record_event(document, job.stage::text, 'queued', 'Revived.');
  end if;
  update private.jobs set state = 'queued', attempts = 0 where id = job.id;
  perform private.dispatch_jobs();
end
$$;
comment on function private.revive_job(uuid) is 'Gives a dead job all its attempts again. Errors: not_allowed_now (409).';

revoke execute on function private.begin_job(private.jobs), private.take_next(private.job_stage), private.lease_job(private.jobs), private.lock_document_of(uuid), public.claim_job(uuid, uuid), private.wishes_of(uuid), private.claim_of(private.jobs, public.documents),
  private.held_job(uuid, uuid), private.end_job(private.jobs, private.job_state, jsonb), private.finish_job(private.jobs, boolean), public.heartbeat(uuid, uuid),
  public.yield_job(uuid, uuid), private.retry_delay(integer, interval), private.fail_attempt(private.jobs, jsonb),
  public.fail_job(uuid, uuid, jsonb), private.revive_job(uuid) from public, anon, authenticated;
grant execute on function private.begin_job(private.jobs), private.take_next(private.job_stage), private.lease_job(private.jobs), private.lock_document_of(uuid), public.claim_job(uuid, uuid), private.wishes_of(uuid), private.claim_of(private.jobs, public.documents),
  private.held_job(uuid, uuid), private.end_job(private.jobs, private.job_state, jsonb), private.finish_job(private.jobs, boolean), public.heartbeat(uuid, uuid),
  public.yield_job(uuid, uuid), private.retry_delay(integer, interval), private.fail_attempt(private.jobs, jsonb),
  public.fail_job(uuid, uuid, jsonb) to service_role;
