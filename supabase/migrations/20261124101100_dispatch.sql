create function private.functions_url() returns text
language sql stable security definer set search_path = '' as $$
  select rtrim(decrypted_secret, '/') from vault.decrypted_secrets where name = 'functions_url'
$$;
comment on function private.functions_url() is
  'Where the Edge Functions are, seen from Postgres: the Vault secret "functions_url". Null while it is not set; jobs wait then.';
revoke execute on function private.functions_url() from public, anon, authenticated;

create function private.due_jobs(due_stage private.job_stage, slots integer) returns setof uuid
language sql volatile set search_path = '' as $$
  with out_now as (
    select user_id, count(*) as jobs from private.jobs
    where stage = due_stage and state in ('dispatched', 'running') group by user_id
  ), in_turn as (
    select due.id, due.run_after,
      coalesce(out_now.jobs, 0) + row_number() over (partition by due.user_id order by due.run_after, due.created_at) as turn
    from private.jobs as due left join out_now using (user_id)
    where due.stage = due_stage and due.state = 'queued' and due.run_after <= now()
  ), chosen as (
    select id, turn, run_after from in_turn order by turn, run_after limit slots
  )
  select jobs.id from private.jobs join chosen using (id)
  where jobs.state = 'queued'
  order by chosen.turn, chosen.run_after
  for update of jobs skip locked
$$;
comment on function private.due_jobs(private.job_stage, integer) is
  'Locks up to so many due jobs of a stage, users in turn: whoever has the fewest jobs out comes first.';
revoke execute on function private.due_jobs(private.job_stage, integer) from public, anon, authenticated;

create function private.dispatch_jobs() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  base_url text := private.functions_url();
  kick_lease interval := (select settings.kick_lease from private.settings);
  stage private.stages;
  slots integer;
  job_id uuid;
  job_token uuid;
  sent integer := 0;
begin
  if base_url is null then
    return 0;
  end if;
  -- One dispatcher at a time, so that two of them never fill the same slot.
  perform pg_advisory_xact_lock(hashtext('docket.dispatch_jobs'));
  for stage in select * from private.stages order by stages.stage loop
    slots := stage.in_flight_limit
      - (select count(*) from private.jobs where jobs.stage = stage.stage and state in ('dispatched', 'running'));
    continue when slots <= 0;
    for job_id in select private.due_jobs(stage.stage, slots) loop
      job_token := gen_random_uuid();
      update private.jobs
      set state = 'dispatched', token = job_token, lease_expires_at = clock_timestamp() + kick_lease
      where id = job_id;
      perform net.http_post(
        url := base_url || '/' || stage.function_name,
        body := jsonb_build_object('job_id', job_id, 'token', job_token)
      );
      sent := sent + 1;
    end loop;
  end loop;
  return sent;
exception when others then
  -- The caller's write matters more than the kick: the sweep tries again.
  raise warning 'docket: jobs were not dispatched: %', sqlerrm;
  return 0;
end
$$;
comment on function private.dispatch_jobs() is
  'Gives due jobs to their functions: each gets a one-time token and a kick through pg_net, up to the stage''s limit. Called when a job is queued, when one ends, and by the sweep. Never fails; returns how many kicks it queued.';
revoke execute on function private.dispatch_jobs() from public, anon, authenticated;
grant execute on function private.dispatch_jobs() to service_role;

create function private.queue_job(stage private.job_stage, document_id uuid, user_id uuid, payload jsonb default '{}')
returns void language plpgsql security definer set search_path = '' as $$
begin
  insert into private.jobs (document_id, user_id, stage, max_attempts, payload)
  select queue_job.document_id, queue_job.user_id, queue_job.stage, stages.max_attempts, queue_job.payload
  from private.stages where stages.stage = queue_job.stage
  on conflict do nothing;
  perform private.dispatch_jobs();
end
$$;
comment on function private.queue_job(private.job_stage, uuid, uuid, jsonb) is
  'Queues a job and dispatches what is due. A document has at most one live job a stage: a second one changes nothing.';
revoke execute on function private.queue_job(private.job_stage, uuid, uuid, jsonb) from public, anon, authenticated;
grant execute on function private.queue_job(private.job_stage, uuid, uuid, jsonb) to service_role;
