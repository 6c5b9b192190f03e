-- How a worker gets a job, keeps it and ends it. What completing means is the stage's own affair; failing is in
-- job_failures.

create function private.lease_job(job private.jobs, lease uuid default gen_random_uuid(), worker uuid default null)
  returns private.jobs
language plpgsql set search_path = '' as $$
declare
  leased private.jobs;
begin
  update private.jobs
  set state = 'running', token = null, lease = lease_job.lease, attempts = jobs.attempts + 1,
    claimed_at = clock_timestamp(), heard_at = null,
    worker = lease_job.worker,
    lease_expires_at = clock_timestamp() + (select stages.lease from private.stages where stages.stage = jobs.stage)
  where id = job.id
  returning * into leased;
  return leased;
end
$$;
comment on function private.lease_job(private.jobs, uuid, uuid) is
  'Gives a job to a worker: one more attempt, a new lease.';

create function private.lock_document_of(job_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from public.documents where id = (select document_id from private.jobs
    where jobs.id = lock_document_of.job_id) for update;
end
$$;
comment on function private.lock_document_of(uuid) is
  'Locks the document before its job, as deleting it does: in the other order the two would wait for each other.';

create function private.lock_free_document_of(job private.jobs) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from public.documents where id = job.document_id for update skip locked;
  return found or (private.stage_named(job.stage)).outlives_document
    and not exists (select from public.documents where id = job.document_id);
end
$$;
comment on function private.lock_free_document_of(private.jobs) is
  'As lock_document_of, and waits for nobody: false when somebody else has the document, or when it is gone and the '
  'stage needs one.';

create function private.begin_job(due private.jobs, lease uuid default gen_random_uuid(), worker uuid default null)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.lease_job(due, begin_job.lease, begin_job.worker);
  stage private.stages := private.stage_named(job.stage);
  document public.documents;
begin
  select * into document from public.documents where id = job.document_id;
  if document.status = stage.waits_as then
    document := private.set_document_status(document.id, stage.runs_as);
  end if;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'started', format('%s started.', stage.label),
      jsonb_build_object('attempt', job.attempts));
  end if;
  return private.claim_of(job, document);
end
$$;
comment on function private.begin_job(private.jobs, uuid, uuid) is
  'Gives a due job, locked with its document, to a worker: the lease, the status, the event. Returns what '
  'private.claim_of does.';

create function public.claim_job(job_id uuid, token uuid, function_name text, lease uuid default gen_random_uuid(),
  worker uuid default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs;
begin
  -- Nothing is locked for a token that is not good.
  perform from private.jobs
  where id = claim_job.job_id
    and (jobs.token = claim_job.token or jobs.lease = claim_job.lease
      or (jobs.worker <> claim_job.worker and private.is_silent(jobs)));
  if not found then
    return null;
  end if;
  perform private.lock_document_of(claim_job.job_id);
  select jobs.* into job from private.jobs join private.stages using (stage)
  where id = claim_job.job_id and state in ('dispatched', 'running')
    and claim_job.function_name = case when suspect then suspects_function_name else stages.function_name end
  for update of jobs;
  if job.token = claim_job.token then
    return private.begin_job(job, claim_job.lease, claim_job.worker);
  elsif job.lease = claim_job.lease then
    -- The answer to the same claim got lost.
    return private.claim_of(job, (select documents from public.documents where id = job.document_id));
  elsif job.worker <> claim_job.worker and private.is_silent(job) then
    -- Another worker got the probe of private.probe_workers.
    perform private.lose_worker(job);
    perform private.dispatch_jobs();
  end if;
  return null;
end
$$;
comment on function public.claim_job(uuid, uuid, text, uuid, uuid) is
  'Takes a dispatched job with the one-time token of its invocation, for the Edge Function that the token was made '
  'for, under a lease that the worker chooses. The same claim, with the same lease, can be repeated when its answer '
  'got lost. The name of the worker tells, when a probe comes to another one, that the one before is gone. Returns '
  'what private.claim_of does; null when the token was used, is late, is another function''s, or was never given.';

create function public.claim_jobs(function_name text, invocations jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  one record;
  claimed jsonb;
  answers jsonb := jsonb_build_object();
begin
  for one in
    select asked.* from jsonb_to_recordset(invocations) as asked (job_id uuid, token uuid, lease uuid, worker uuid)
    join private.jobs on jobs.id = asked.job_id
    -- In one order: two calls that lock several documents each do not wait for each other.
    order by jobs.document_id, asked.lease
  loop
    begin
      claimed := public.claim_job(one.job_id, one.token, function_name, one.lease, one.worker);
      if claimed is not null then
        answers := answers || jsonb_build_object(one.lease::text, claimed);
      end if;
    exception when others then
      -- The others are not held up. Its token is still good, and the sweep sends the job again.
      raise warning 'docket: job % was not claimed: %', one.job_id, sqlerrm;
    end;
  end loop;
  perform private.lose_silent_workers(function_name, array(
    select distinct asked.worker from jsonb_to_recordset(invocations) as asked (worker uuid)
      where asked.worker is not null));
  return answers;
end
$$;
comment on function public.claim_jobs(text, jsonb) is
  'Several of claim_job in one call: [{job_id, token, lease, worker}] → {lease: claim}, without those that got none. '
  'So a flood of tokens that were never given costs a look into an index each. A claim also shows that its worker is '
  'there: others of the function that are silent are gone (private.lose_silent_workers).';

create function private.lease_after(lease uuid) returns uuid
language sql immutable set search_path = '' as $$
  select md5('after ' || lease)::uuid
$$;
comment on function private.lease_after(uuid) is
  'The lease of the job that a worker takes over when it completes the one under this lease. It follows from that, so '
  'that the worker can ask for the job again when the answer gets lost.';

create function public.claim_after(lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs;
begin
  select * into job from private.jobs where state = 'running' and jobs.lease = private.lease_after(claim_after.lease);
  if not found then
    return null;
  end if;
  return private.claim_of(job, (select documents from public.documents where id = job.document_id));
end
$$;
comment on function public.claim_after(uuid) is
  'The job that came with the completion of the one under this lease, when that answer got lost. Returns what '
  'private.claim_of does; null when there is none.';

create function private.options_of(owner uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'summary_language', (select language from public.preferences where user_id = owner),
    'known_tags', coalesce((
      select jsonb_agg(jsonb_build_object('tag', tag, 'documents', documents) order by documents desc, tag)
      from (select tag, documents from public.tags where user_id = owner order by documents desc, tag limit 200) as used
    ), '[]'),
    'has_learned', exists (select from public.learned_hints where user_id = owner));
end
$$;
comment on function private.options_of(uuid) is
  'How a user wants documents described: {summary_language: ISO 639-1 or null for the document''s own, known_tags: '
  '[{tag, documents}], the 200 that are used most, has_learned: whether there are hints of theirs}.';

create function private.claim_of(job private.jobs, document public.documents) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  includes constant text[] := (private.stage_named(job.stage)).claim_includes;
begin
  return jsonb_build_object(
    'job_id', job.id, 'lease', job.lease, 'stage', job.stage, 'attempt', job.attempts, 'payload', job.payload,
    'last_attempt', job.attempts >= job.max_attempts, 'last_error', job.last_error, 'alone', job.suspect,
    'document', case when document.id is not null then jsonb_build_object(
      'id', document.id, 'user_id', document.user_id, 'filename', document.filename,
      'storage_path', document.storage_path, 'mime_type', document.mime_type,
      'byte_size', document.byte_size, 'content_sha256', document.content_sha256, 'page_count', document.page_count,
      'unreadable_pages', document.unreadable_pages) end,
    'pages_read', coalesce((
      select jsonb_agg(page_number order by page_number) from public.document_pages where document_id = document.id
    ), '[]'))
    || case when 'options' = any (includes) then private.options_of(job.user_id) else jsonb_build_object() end
    || case when 'einvoice' = any (includes)
      then jsonb_build_object('einvoice', (select einvoice from public.ocr_results where document_id = document.id))
        else jsonb_build_object() end;
end
$$;
comment on function private.claim_of(private.jobs, public.documents) is
  'What a worker is told of its job: {job_id, lease, stage, attempt, payload, last_attempt, last_error, alone, '
  'document: {id, user_id, filename, storage_path, mime_type, byte_size, content_sha256, page_count, '
  'unreadable_pages}, pages_read: [page numbers]}; and what claim_includes of the stage says: what private.options_of '
  'does, einvoice of ocr_results.';

create function private.take_next(due_stage private.job_stage, lease uuid default gen_random_uuid(),
  worker uuid default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  stage private.stages;
  candidate private.jobs;
  job private.jobs;
begin
  -- Without the lock of dispatch: the slot is the caller's own, so however many do this at once, no more jobs are out
  -- after.
  select * into stage from private.stages where stages.stage = due_stage;
  if private.free_slots(stage) <= 0 then
    return null;
  end if;
  for candidate in
    select * from private.next_due(due_stage, false, 5 + stage.in_flight_limit)
  loop
    continue when not private.lock_free_document_of(candidate);
    select * into job from private.jobs where id = candidate.id and not suspect
      and state = 'queued' for update skip locked;
    continue when not found;
    if job.payload ? 'watched' then
      -- The slot is its turn's, and the request that asked for it takes it.
      perform private.offer_job(job);
      return null;
    end if;
    return private.begin_job(job, take_next.lease, take_next.worker);
  end loop;
  return null;
end
$$;
comment on function private.take_next(private.job_stage, uuid, uuid) is
  'Hands the slot of a job that just ended to the next due one of the stage, without an invocation. Never a suspect: '
  'its worker must hold nothing else. Returns what private.claim_of does; null when there is none.';

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
  'The job, locked, and its document with it, if that lease still holds it. Errors: lease_lost (409). Everything that '
  'a worker saves goes through here.';

create function private.end_job(job private.jobs, ended_as private.job_state, problem jsonb default null) returns void
language plpgsql set search_path = '' as $$
begin
  update private.jobs
  set state = ended_as, lease = null, token = null, lease_expires_at = null, last_error = coalesce(problem, last_error),
    -- A secret stays no longer than it is needed.
    payload = case when ended_as in ('done', 'dead') then payload - 'password' else payload end
  where id = job.id;
end
$$;
comment on function private.end_job(private.jobs, private.job_state, jsonb) is
  'Takes a job from its worker: done, dead, or queued again.';

create function private.finish_job(job private.jobs, take_next boolean) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform private.end_job(job, 'done');
  if (select throttled_to is not null from private.stages where stages.stage = job.stage) then
    -- More slots than this one may be free now: dispatch fills them all.
    perform private.grow_stage(job.stage);
    return null;
  end if;
  return case when take_next and not job.suspect
    then private.take_next(job.stage, private.lease_after(job.lease), job.worker) end;
end
$$;
comment on function private.finish_job(private.jobs, boolean) is
  'The job is done. With take_next its worker gets the next one of the stage: what private.claim_of returns. Null when '
  'there is none, the job was a suspect, or the stage is throttled: then the caller calls dispatch_jobs.';

create function private.complete_stage(job private.jobs, message text, data jsonb, take_next boolean) returns jsonb
language plpgsql set search_path = '' as $$
declare
  stage constant private.stages := private.stage_named(job.stage);
  document public.documents;
  following private.job_stage;
  next_job jsonb;
begin
  select * into document from public.documents where id = job.document_id;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'completed', complete_stage.message, complete_stage.data);
  end if;
  next_job := private.finish_job(job, take_next);
  if stage.done_as is not null then
    document := private.set_document_status(document.id, stage.done_as);
    following := private.stage_after(stage.done_as);
    -- The trigger on_documents_ocr_complete has asked for describing.
    if following is not null and stage.done_as <> 'ocr_complete' then
      perform private.queue_job(following, document.id, document.user_id);
    end if;
  end if;
  if next_job is null then
    -- Whoever queued a job dispatched only if its stage has room; the slot of this stage is free in any case.
    perform private.dispatch_jobs();
  end if;
  return next_job;
end
$$;
comment on function private.complete_stage(private.jobs, text, jsonb, boolean) is
  'What all stages do when their result is stored: the event, the end of the job, the status done_as, the job of the '
  'stage that waits as that, the dispatch. Returns the next job for this worker, if take_next asks for one: what '
  'private.claim_of returns.';

create function public.complete_job(job_id uuid, lease uuid, message text, data jsonb default '{}',
  take_next boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(complete_job.job_id, complete_job.lease);
begin
  return jsonb_build_object('next',
    private.complete_stage(job, complete_job.message, complete_job.data, complete_job.take_next));
end
$$;
comment on function public.complete_job(uuid, uuid, text, jsonb, boolean) is
  'Ends a job of a stage that has no result to store in the same transaction, with the sentence and the data of its '
  'event. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';

create function public.heartbeat(job_id uuid, lease uuid) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(heartbeat.job_id, heartbeat.lease);
begin
  update private.jobs
  set heard_at = clock_timestamp(),
    lease_expires_at = clock_timestamp() + (select stages.lease from private.stages where stages.stage = job.stage)
  where id = job.id;
end
$$;
comment on function public.heartbeat(uuid, uuid) is
  'The worker is alive: its lease starts over. A suspect''s worker calls it before it begins. Errors: lease_lost (409).';

revoke execute on function
  private.lease_job(private.jobs, uuid, uuid), private.lock_document_of(uuid),
  private.lock_free_document_of(private.jobs), private.begin_job(private.jobs, uuid, uuid),
  public.claim_job(uuid, uuid, text, uuid, uuid), public.claim_jobs(text, jsonb), private.lease_after(uuid),
  public.claim_after(uuid),
  private.options_of(uuid), private.claim_of(private.jobs, public.documents),
  private.take_next(private.job_stage, uuid, uuid),
  private.held_job(uuid, uuid), private.end_job(private.jobs, private.job_state, jsonb),
  private.finish_job(private.jobs, boolean), private.complete_stage(private.jobs, text, jsonb, boolean),
  public.complete_job(uuid, uuid, text, jsonb, boolean), public.heartbeat(uuid, uuid)
  from public, anon, authenticated;
grant execute on function
  private.lease_job(private.jobs, uuid, uuid), private.lock_document_of(uuid),
  private.lock_free_document_of(private.jobs), private.begin_job(private.jobs, uuid, uuid),
  public.claim_job(uuid, uuid, text, uuid, uuid), public.claim_jobs(text, jsonb), private.lease_after(uuid),
  public.claim_after(uuid),
  private.options_of(uuid), private.claim_of(private.jobs, public.documents),
  private.take_next(private.job_stage, uuid, uuid),
  private.held_job(uuid, uuid), private.end_job(private.jobs, private.job_state, jsonb),
  private.finish_job(private.jobs, boolean), private.complete_stage(private.jobs, text, jsonb, boolean),
  public.complete_job(uuid, uuid, text, jsonb, boolean), public.heartbeat(uuid, uuid)
  to service_role;
