-- What the project's owner sees of the pipeline from outside.

create index jobs_dead on private.jobs (stage) where state = 'dead';

create function private.stage_health() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_object_agg(stages.stage, jsonb_build_object(
    'queued', live.queued, 'oldest_queued_seconds', live.oldest_queued_seconds, 'waiting_for_retry', live.waiting_for_retry,
    'in_flight', live.in_flight, 'overdue', live.overdue, 'limit', stages.in_flight_limit, 'allowed', private.allowed_in_flight(stages), 'retrying', live.retrying,
    'dead', coalesce(dead.by_code, '{}')))
  from private.stages
  cross join lateral (
    select count(*) filter (where state = 'queued' and run_after is null) as queued,
      extract(epoch from clock_timestamp() - min(updated_at) filter (where state = 'queued' and run_after is null))::integer as oldest_queued_seconds,
      count(*) filter (where run_after is not null) as waiting_for_retry,
      count(*) filter (where state in ('dispatched', 'running')) as in_flight,
      count(*) filter (where lease_expires_at < clock_timestamp() - interval '30 seconds') as overdue,
      count(*) filter (where last_error is not null) as retrying
    from private.jobs where jobs.stage = stages.stage and state in ('queued', 'dispatched', 'running')
  ) as live
  left join lateral (
    select jsonb_object_agg(code, jobs) as by_code from (
      select last_error ->> 'code' as code, count(*) as jobs from private.jobs
      where jobs.stage = stages.stage and state = 'dead' group by 1) as codes
  ) as dead on true
$$;
comment on function private.stage_health() is
  'By stage: {queued, oldest_queued_seconds, waiting_for_retry, in_flight, overdue, limit, allowed, retrying, dead: {code: jobs}}. overdue: leases that ran out more than 30 seconds ago and were not swept. allowed: below limit while the stage is eased.';

create function private.pg_net_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  worker_up boolean := true;
begin
  begin
    perform net.check_worker_is_up();
  exception when others then
    worker_up := false;
  end;
  return (
    select jsonb_build_object(
      'worker_up', worker_up,
      'queued', (select count(*) from net.http_request_queue),
      'oldest_kick_seconds', (
        select extract(epoch from clock_timestamp() - min(lease_expires_at - kick_lease))::integer
        from private.jobs, private.settings where state = 'dispatched'),
      'answers', count(*), 'not_2xx', count(*) filter (where status_code is null or status_code not between 200 and 299))
    from net._http_response where created > now() - interval '10 minutes');
end
$$;
comment on function private.pg_net_health() is
  '{worker_up, queued, oldest_kick_seconds, answers, not_2xx}: the last two over 10 minutes, of all that pg_net sends in this database.';

create function private.sweep_health() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'seconds_since_last', extract(epoch from clock_timestamp() - max(end_time) filter (where status = 'succeeded'))::integer,
    'failed', count(*) filter (where status = 'failed'))
  from (
    select end_time, status from cron.job_run_details join cron.job using (jobid)
    where jobname = 'docket-sweep' order by runid desc limit 60) as lately
$$;
comment on function private.sweep_health() is '{seconds_since_last, failed}: of the last 60 runs of the sweep.';

create function private.seconds_up() returns integer
language sql stable set search_path = '' as $$
  select extract(epoch from clock_timestamp() - pg_postmaster_start_time())::integer
$$;
comment on function private.seconds_up() is 'Seconds since Postgres was started.';

create function private.pipeline_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  stages jsonb := private.stage_health();
  pg_net jsonb := private.pg_net_health();
  sweep jsonb := private.sweep_health();
  strays integer;
  stuck text[] := '{}';
  name text;
  stage jsonb;
begin
  select count(*) into strays from public.documents
  where status in ('processing', 'ocr_complete', 'generating_metadata') and updated_at < now() - interval '1 minute'
    and not exists (select from private.jobs where document_id = documents.id and state in ('queued', 'dispatched', 'running'));

  if private.functions_url() is null then
    stuck := stuck || 'The Vault secret functions_url is not set, so no job is sent out. Set it with vault.create_secret.'::text;
  end if;
  if not (pg_net ->> 'worker_up')::boolean then
    stuck := stuck || 'pg_net''s worker is not up, so kicks are not sent. Restart it with net.worker_restart().'::text;
  end if;
  if (pg_net ->> 'answers')::integer >= 5 and pg_net -> 'answers' = pg_net -> 'not_2xx' then
    stuck := stuck || 'No kick was answered with 2xx in the last 10 minutes. Check functions_url and the functions'' logs.'::text;
  end if;
  -- A database that was down, or is new, has not missed a sweep yet.
  if least((sweep ->> 'seconds_since_last')::integer, private.seconds_up()) > 60 then
    stuck := stuck || 'The sweep has not run for a minute. Check pg_cron and the job docket-sweep in cron.job_run_details.'::text;
  end if;
  if strays > 0 then
    stuck := stuck || format('%s documents are under way without a job. Retry them, and report this: it should not happen.', strays);
  end if;
  for name, stage in select * from jsonb_each(stages) loop
    if (stage ->> 'limit')::integer = 0 and (stage ->> 'queued')::integer > 0 then
      stuck := stuck || format('The stage %s is stopped with jobs queued. Raise in_flight_limit in private.stages.', name);
    elsif (stage ->> 'oldest_queued_seconds')::integer > 60 and (stage ->> 'in_flight')::integer = 0 then
      stuck := stuck || format('Jobs of the stage %s have been due for a minute and none is out.', name);
    end if;
    if (stage ->> 'overdue')::integer > 0 then
      stuck := stuck || format('%s jobs of the stage %s lost their workers and were not given out again.', stage ->> 'overdue', name);
    end if;
  end loop;
  return jsonb_build_object('stages', stages, 'pg_net', pg_net, 'sweep', sweep, 'stuck', to_jsonb(stuck));
end
$$;
comment on function private.pipeline_health() is 'See public.pipeline_health.';

create function public.pipeline_health() returns jsonb
language sql stable set search_path = '' as $$
  select private.pipeline_health()
$$;
comment on function public.pipeline_health() is
  'How the pipeline is: {stages, pg_net, sweep, stuck: [sentences]}, see private.stage_health, pg_net_health and sweep_health. Nothing is stuck when stuck is empty. For service_role; npm run status prints it.';

revoke execute on function private.stage_health(), private.pg_net_health(), private.sweep_health(), private.seconds_up(), private.pipeline_health(),
  public.pipeline_health() from public, anon, authenticated;
grant execute on function private.pipeline_health(), public.pipeline_health() to service_role;
