-- What becomes of the jobs of a worker that died. Its death does not say which of them killed it, so none is charged: they become
-- suspects, and each runs alone in a worker. Who kills that one is guilty.

create function private.suspect_job(job private.jobs) returns void
language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  perform private.end_job(job, 'queued');
  update private.jobs
  set suspect = true, attempts = job.attempts - 1, excused = job.excused + 1, turn = private.next_turn(job.stage, job.user_id, true)
  where id = job.id;
  select * into document from public.documents where id = job.document_id;
  if document.id is not null then
    perform private.record_event(document, job.stage::text, 'retrying',
      'The worker stopped that had this document and others. The document goes on in a worker of its own.',
      jsonb_build_object('attempt', job.attempts, 'code', 'worker_lost', 'excused', true));
  end if;
end
$$;
comment on function private.suspect_job(private.jobs) is
  'Makes a job a suspect: it keeps its attempts and its pages, and waits for the slot of the suspects, in which the users alternate.';

create function private.lose_worker(job private.jobs) returns void
language plpgsql set search_path = '' as $$
declare
  runs_alone constant boolean := (select suspects_function_name is not null from private.stages where stages.stage = job.stage);
begin
  if runs_alone and not job.suspect then
    perform private.suspect_job(job);
  else
    perform private.fail_attempt(job, jsonb_build_object('code', 'worker_lost', 'retryable', true,
      -- A worker that never said that it has the job may not have got it; in other stages no job ends a worker.
      'excused', not job.suspect or job.heard_at is null,
      'message', case
        when job.attempts >= job.max_attempts and job.suspect then format(
          'The worker stopped each of the %s times that it had this document, the last times with nothing else at hand: something in the file stops it. Upload another copy of it, or its parts.', job.attempts)
        when job.suspect then 'The worker stopped that had only this document. It is tried again.'
        else 'The work was cut off before it ended.' end));
  end if;
end
$$;
comment on function private.lose_worker(private.jobs) is
  'The worker of a running job fell silent. A job that it may have held with others becomes a suspect; one that it held alone is charged with an attempt, and its document fails with worker_lost after the last.';

create function private.is_silent(job private.jobs) returns boolean
language sql volatile set search_path = '' as $$
  -- A worker speaks every 5 seconds.
  select job.state = 'running' and coalesce(job.heard_at, job.claimed_at) < clock_timestamp() - interval '8 seconds'
$$;
comment on function private.is_silent(private.jobs) is 'Whether the worker of a job has not spoken for longer than it should.';

create function private.probe_workers() returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform net.http_post(
    url := private.functions_url() || '/' || case when job.suspect then stages.suspects_function_name else stages.function_name end,
    body := jsonb_build_object('job_id', job.id, 'token', gen_random_uuid()))
  from private.jobs as job join private.stages using (stage)
  where job.state = 'running' and job.worker is not null and private.is_silent(job) and private.functions_url() is not null;
exception when others then
  raise warning 'docket: workers were not probed: %', sqlerrm;
end
$$;
comment on function private.probe_workers() is
  'Sends a kick without a valid token to the functions whose workers have been silent for too long. The worker that gets it asks claim_job: if that is another one than holds the job, the holder is gone, and nobody has to wait until its lease runs out. Run by the sweep.';

revoke execute on function private.suspect_job(private.jobs), private.lose_worker(private.jobs), private.is_silent(private.jobs),
  private.probe_workers() from public, anon, authenticated;
grant execute on function private.suspect_job(private.jobs), private.lose_worker(private.jobs), private.is_silent(private.jobs) to service_role;
