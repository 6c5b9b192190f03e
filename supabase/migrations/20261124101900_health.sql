-- What the project's owner sees of the pipeline from outside.

create index jobs_dead on private.jobs (stage) where state = 'dead';

-- For the estimate below: how many jobs of a stage are in a state does not follow from how many there are of each.
create statistics private.jobs_by_stage_and_state (mcv) on stage, state from private.jobs;

create function private.due_jobs(of_stage private.job_stage, counted_to integer) returns bigint
language plpgsql set search_path = '' as $$
declare
  counted bigint;
  plan json;
begin
  select count(*) into counted from (
    select from private.jobs where stage = of_stage and not suspect and state = 'queued' and run_after is null
      limit counted_to) as due;
  if counted < counted_to then
    return counted;
  end if;
  execute format($query$explain (format json) select from private.jobs where stage = %L and state = 'queued'$query$,
    of_stage) into plan;
  return greatest(counted, round((plan #>> '{0,Plan,Plan Rows}')::numeric) - (
    select count(*) from (select from private.jobs where stage = of_stage and state = 'queued'
      and run_after is not null limit counted_to) as waiting));
end
$$;
comment on function private.due_jobs(private.job_stage, integer) is
  'How many jobs of a stage are due: counted up to a number, estimated from the table''s statistics above it.';

create function private.stage_health() returns jsonb
language sql security definer set search_path = '' as $$
  -- Of each part of the queue the first 10,000 are counted, on an index: to read all of a million takes seconds.
  with waiting as (
    select stage, count(*) as jobs
      from (select stage from private.jobs where state = 'queued' and run_after is not null limit 10000) as jobs
      group by stage
  ), dead as (
    select stage, jsonb_object_agg(code, jobs) as by_code from (
      select stages.stage, jobs.code, count(*) as jobs from private.stages, lateral (
        select last_error ->> 'code' as code from private.jobs where jobs.stage = stages.stage and state = 'dead'
          limit 10000) as jobs
      group by 1, 2) as codes group by stage
  )
  select jsonb_object_agg(stages.stage, jsonb_build_object(
    'queued', due.jobs, 'queued_is_estimated', due.jobs > 10000, 'oldest_queued_seconds', next.oldest,
    'waiting_for_retry', coalesce(waiting.jobs, 0),
    'in_flight', out.jobs, 'overdue', out.overdue, 'limit', stages.in_flight_limit, 'allowed',
    private.allowed_in_flight(stages),
    'suspects', suspects.jobs, 'oldest_suspect_seconds', suspects.oldest, 'suspects_function',
    stages.suspects_function_name,
    'retrying', coalesce(waiting.jobs, 0) + again.jobs + out.retrying, 'dead', coalesce(dead.by_code, '{}')))
  from private.stages
  cross join lateral (select private.due_jobs(stages.stage, 10001) as jobs) as due
  cross join lateral (
    select extract(epoch from clock_timestamp() - min(updated_at))::integer as oldest from (
      select updated_at from private.jobs where jobs.stage = stages.stage and not suspect and state = 'queued'
        and run_after is null order by queue_position, created_at limit 1000) as first
  ) as next
  cross join lateral (
    select count(*) filter (where not suspect) as jobs,
      count(*) filter (where lease_expires_at < clock_timestamp() - interval '30 seconds') as overdue,
      count(*) filter (where last_error is not null) as retrying
    from private.jobs where jobs.stage = stages.stage and state in ('dispatched', 'running')
  ) as out
  cross join lateral (
    select count(*) as jobs from (
      select last_error from private.jobs
      where jobs.stage = stages.stage and state = 'queued' and run_after is null and attempts + excused > 0
        limit 10000) as jobs where last_error is not null
  ) as again
  cross join lateral (
    select count(*) as jobs, extract(epoch from clock_timestamp() - greatest(
      min(claimed_at) filter (where state <> 'running'), max(claimed_at)))::integer as oldest
    from private.jobs where jobs.stage = stages.stage and suspect and state in ('queued', 'dispatched', 'running')
  ) as suspects
  left join waiting on waiting.stage = stages.stage
  left join dead on dead.stage = stages.stage
$$;
comment on function private.stage_health() is
  'By stage: {queued, queued_is_estimated, oldest_queued_seconds, waiting_for_retry, in_flight, overdue, limit, '
  'allowed, suspects, oldest_suspect_seconds, suspects_function, retrying, dead: {code: jobs}}. queued is exact up to '
  '10,000 and estimated above; the other counts end at 10,000. oldest_queued_seconds: of the 1,000 jobs that are next. '
  'overdue: leases that ran out more than 30 seconds ago and were not swept. allowed: below limit while the stage is '
  'throttled. Suspects count by themselves: oldest_suspect_seconds is how long ago a worker took one last, while there '
  'are any.';

create function private.stray_documents(looked_at integer) returns integer
language sql security definer set search_path = '' as $$
  -- From a random owner on, and around again: the whole of a short list, and a different part of a long one each time.
  -- The owner as a value, not joined: the index begins there, and reads nothing before.
  with place as materialized (select gen_random_uuid() as first_owner)
  select count(*)::integer from (
    (select * from public.documents where user_id >= (select first_owner from place) and status <> 'completed'
      order by user_id, status, created_at, id limit looked_at)
    union all
    (select * from public.documents where user_id < (select first_owner from place) and status <> 'completed'
      order by user_id, status, created_at, id limit looked_at)
  ) as under_way
  where exists (select from private.stages where status in (waits_as, runs_as))
    and updated_at < now() - interval '1 minute'
    -- One look into the index for each: "not exists" would be joined, and read all jobs there are.
    and (select true from private.jobs where document_id = under_way.id and state in ('queued', 'dispatched', 'running')
      and stage in (select stages.stage from private.stages where waits_as is not null) limit 1) is null
$$;
comment on function private.stray_documents(integer) is
  'How many documents have been under way for a minute without a job, among so many on either side of a random place.';

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
      'oldest_invocation_seconds', (
        select extract(epoch from clock_timestamp() - min(lease_expires_at - invocation_lease))::integer
        from private.jobs, private.settings where state = 'dispatched'),
      'answers', count(*), 'not_2xx',
      count(*) filter (where status_code is null or status_code not between 200 and 299))
    from net._http_response where created > now() - interval '10 minutes');
end
$$;
comment on function private.pg_net_health() is
  '{worker_up, queued, oldest_invocation_seconds, answers, not_2xx}: the last two over 10 minutes, of all that pg_net '
  'sends in this database.';

create function private.sweep_health() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'seconds_since_last',
    extract(epoch from clock_timestamp() - max(end_time) filter (where status = 'succeeded'))::integer,
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
language plpgsql security definer set search_path = '' as $$
declare
  stages jsonb := private.stage_health();
  pg_net jsonb := private.pg_net_health();
  sweep jsonb := private.sweep_health();
  strays integer;
  stuck text[] := array[]::text[];
  name text;
  stage jsonb;
begin
  strays := private.stray_documents(1000);

  if private.functions_url() is null then
    stuck := stuck
      || 'The Vault secret functions_url is not set, so no job is sent out. Set it with vault.create_secret.'::text;
  end if;
  if not (pg_net ->> 'worker_up')::boolean then
    stuck := stuck
      || 'pg_net''s worker is not up, so invocations are not sent. Restart it with net.worker_restart().'::text;
  end if;
  if (pg_net ->> 'answers')::integer >= 5 and pg_net -> 'answers' = pg_net -> 'not_2xx' then
    stuck := stuck
      || 'No invocation was answered with 2xx in the last 10 minutes. Check functions_url and the functions'' logs.'::text;
  end if;
  -- A database that was down, or is new, has not missed a sweep yet.
  if least((sweep ->> 'seconds_since_last')::integer, private.seconds_up()) > 60 then
    stuck := stuck
      || 'The sweep has not run for a minute. Check pg_cron and the job docket-sweep in cron.job_run_details.'::text;
  end if;
  if strays > 0 then
    stuck := stuck
      || format('Documents without a job that should have one: %s. Retry them, and report this: it should not happen.',
      strays);
  end if;
  for name, stage in select * from jsonb_each(stages) loop
    if (stage ->> 'limit')::integer = 0 and (stage ->> 'queued')::integer > 0 then
      stuck := stuck || format('The stage %s is stopped with jobs queued. Raise in_flight_limit in private.stages.',
        name);
    elsif (stage ->> 'oldest_queued_seconds')::integer > 60 and (stage ->> 'in_flight')::integer = 0 then
      stuck := stuck || format('Jobs of the stage %s have been due for a minute and none is out.', name);
    end if;
    if (stage ->> 'suspects')::integer > 0 and (stage ->> 'oldest_suspect_seconds')::integer > 600
      and (stage ->> 'limit')::integer > 0 then
      stuck := stuck
        || format('Suspects of the stage %s wait, and none was taken for 10 minutes. Deploy the function %s.', name,
        stage ->> 'suspects_function');
    end if;
    if (stage ->> 'overdue')::integer > 0 then
      stuck := stuck || format('%s jobs of the stage %s lost their workers and were not given out again.',
        stage ->> 'overdue', name);
    end if;
  end loop;
  return jsonb_build_object('stages', stages, 'pg_net', pg_net, 'sweep', sweep, 'reviews', private.review_health(),
    'stuck', to_jsonb(stuck));
end
$$;
comment on function private.pipeline_health() is 'See public.pipeline_health.';

create function public.pipeline_health() returns jsonb
language sql set search_path = '' as $$
  select private.pipeline_health()
$$;
comment on function public.pipeline_health() is
  'How the pipeline is: {stages, pg_net, sweep, reviews, stuck: [sentences]}, see private.stage_health, pg_net_health, '
  'sweep_health and review_health. Nothing is stuck when stuck is empty. For service_role; npm run status prints it.';

revoke execute on function private.due_jobs(private.job_stage, integer), private.stage_health(),
  private.stray_documents(integer), private.pg_net_health(), private.sweep_health(), private.seconds_up(),
  private.pipeline_health(),
  public.pipeline_health() from public, anon, authenticated;
grant execute on function private.pipeline_health(), public.pipeline_health() to service_role;
