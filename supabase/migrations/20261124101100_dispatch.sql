create function private.functions_url() returns text
language sql stable security definer set search_path = '' as $$
  select rtrim(decrypted_secret, '/') from vault.decrypted_secrets where name = 'functions_url'
$$;
comment on function private.functions_url() is
  'Where the Edge Functions are, seen from Postgres: the Vault secret "functions_url". Null while it is not set; jobs '
  'wait then.';
revoke execute on function private.functions_url() from public, anon, authenticated;

-- What every job passes through is plpgsql even where it is one statement: Postgres 17 keeps the plans of that, and
-- plans a function in SQL again at each call, which was half of a job's time in the database.

create function private.current_queue_position(due_stage private.job_stage, suspects boolean default false)
  returns bigint
language plpgsql stable set search_path = '' as $$
begin
  -- Taken from the jobs, not kept in a row of its own: everybody who gives out a job would wait for that row.
  return coalesce(
    (select max(queue_position) from private.jobs where stage = due_stage and suspect = suspects
      and state in ('dispatched', 'running')),
    (select min(queue_position) from private.jobs where stage = due_stage and suspect = suspects and state = 'queued'
      and run_after is null),
    0);
end
$$;
comment on function private.current_queue_position(private.job_stage, boolean) is
  'The turn that the stage has come to: the highest one that is out; else the first one in the queue. Suspects have a '
  'queue of their own.';
revoke execute on function private.current_queue_position(private.job_stage, boolean) from public, anon, authenticated;
grant execute on function private.current_queue_position(private.job_stage, boolean) to service_role;

create function private.next_queue_position(due_stage private.job_stage, owner uuid, suspects boolean default false)
  returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return greatest(
    private.current_queue_position(due_stage, suspects),
    (select max(queue_position) + 1 from private.jobs
      where stage = due_stage and user_id = owner and suspect = suspects
        and state in ('queued', 'dispatched', 'running')));
end
$$;
comment on function private.next_queue_position(private.job_stage, uuid, boolean) is
  'The turn of a new job: now, or right after the last of the user''s that is queued or out. So a user with one '
  'document comes before the second of a user with a thousand. (Start-time fair queueing: Goyal, Vin, Cheng, SIGCOMM '
  '1996.)';
revoke execute on function private.next_queue_position(private.job_stage, uuid, boolean) from public, anon,
  authenticated;
grant execute on function private.next_queue_position(private.job_stage, uuid, boolean) to service_role;

create function private.lock_dispatch() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('docket.dispatch_jobs'));
end
$$;
comment on function private.lock_dispatch() is
  'One at a time fills slots or changes a stage, so that no slot is filled twice. Held to the end of the transaction; '
  'taken before any row of private.stages. Who hands on a slot of its own needs none: see private.take_next.';

create function private.allowed_in_flight(stage private.stages) returns integer
language plpgsql immutable set search_path = '' as $$
begin
  return floor(least(stage.in_flight_limit, coalesce(stage.throttled_to, stage.in_flight_limit)));
end
$$;
comment on function private.allowed_in_flight(private.stages) is
  'How many jobs of the stage may be out now, beside a suspect.';

create function private.free_slots(of_stage private.stages, suspects boolean default false) returns integer
language plpgsql stable set search_path = '' as $$
begin
  return case when suspects then least(1, of_stage.in_flight_limit) else private.allowed_in_flight(of_stage) end
    - (select count(*) from private.jobs where stage = of_stage.stage and suspect = suspects
      and state in ('dispatched', 'running'));
end
$$;
comment on function private.free_slots(private.stages, boolean) is
  'How many more may go out; below zero right after the limit was lowered. Suspects have one slot of their own: while '
  'one runs, the others go on.';

create function private.throttle_stage(job private.jobs) returns void
language sql set search_path = '' as $$
  select private.lock_dispatch();
  -- An attempt that began before the last throttling says nothing new.
  update private.stages
  set throttled_to = greatest(1, floor(private.allowed_in_flight(stages) / 2.0)), throttled_at = clock_timestamp()
  where stage = (job).stage and (throttled_at is null or throttled_at < (job).claimed_at)
$$;
comment on function private.throttle_stage(private.jobs) is
  'The other side refused a job of the stage for lack of room: half as many go out for now (additive increase, '
  'multiplicative decrease: Chiu, Jain 1989).';

create function private.grow_stage(done_stage private.job_stage) returns void
language sql set search_path = '' as $$
  select private.lock_dispatch();
  update private.stages
  set throttled_to = case when throttled_to + 1 / throttled_to < in_flight_limit
    then throttled_to + 1 / throttled_to end
  where stage = done_stage and throttled_to is not null
$$;
comment on function private.grow_stage(private.job_stage) is
  'A job of the stage is done: a limit that was lowered grows, by one for each round of jobs.';

revoke execute on function private.lock_dispatch(), private.allowed_in_flight(private.stages),
  private.free_slots(private.stages, boolean),
  private.throttle_stage(private.jobs), private.grow_stage(private.job_stage) from public, anon, authenticated;
grant execute on function private.lock_dispatch(), private.allowed_in_flight(private.stages),
  private.free_slots(private.stages, boolean),
  private.throttle_stage(private.jobs), private.grow_stage(private.job_stage) to service_role;

create function private.queue_due_retries() returns void
language plpgsql set search_path = '' as $$
declare
  -- In a variable, so that the index on run_after finds what is due among all that wait.
  this_moment constant timestamptz := clock_timestamp();
begin
  with due as materialized (
    select id, stage, suspect, user_id, attempts, queue_position, created_at from private.jobs
    where state = 'queued' and run_after <= this_moment for update skip locked
  ), placed as (
    select id, row_number() over (partition by stage, suspect, user_id order by queue_position, created_at) - 1
      as place, first
    from due, lateral (select greatest(
      -- A worker that dies keeps the one slot of the suspects for a whole lease, as long as several others would.
      private.current_queue_position(due.stage, due.suspect) + case when due.suspect and due.attempts > 0 then 4
        else 0 end, (
      select max(jobs.queue_position) + 1 from private.jobs
      where jobs.stage = due.stage and jobs.user_id = due.user_id and jobs.suspect = due.suspect
        and state = 'queued' and run_after is null and jobs.attempts + excused > 0)) as first) as turns
  )
  update private.jobs set run_after = null, queue_position = placed.first + placed.place from placed
    where jobs.id = placed.id;
end
$$;
comment on function private.queue_due_retries() is
  'Retries whose time has come queue up: a user''s one turn after another, from now on. So they do not wait for what '
  'the same user has queued, and others wait for one of them at most, however many come due at once. A suspect that '
  'failed waits four turns more.';
revoke execute on function private.queue_due_retries() from public, anon, authenticated;
grant execute on function private.queue_due_retries() to service_role;

create function private.offer_job(job private.jobs) returns uuid
language plpgsql set search_path = '' as $$
declare
  job_token constant uuid := gen_random_uuid();
begin
  update private.jobs
  set state = 'dispatched', token = job_token, payload = payload - 'watched',
    lease_expires_at = clock_timestamp() + (select invocation_lease from private.settings)
  where id = job.id;
  -- A suspect runs in a worker of its own, and not in that of the request.
  return case when job.suspect or not job.payload ? 'watched' then job_token end;
end
$$;
comment on function private.offer_job(private.jobs) is
  'Gives a slot to a queued job. Returns the one-time token of the invocation to send; null when the request that '
  'asked for the job is waiting for it, and takes it by public.take_watched. If that does not come in time, the job is '
  'given out again, with an invocation.';
revoke execute on function private.offer_job(private.jobs) from public, anon, authenticated;
grant execute on function private.offer_job(private.jobs) to service_role;

create function private.next_due(of_stage private.job_stage, suspects boolean, wanted integer)
  returns setof private.jobs
language plpgsql stable set search_path = '' as $$
begin
  return query
  with slots as (
    select user_id, count(*) as held from private.jobs
    where stage = of_stage and suspect = suspects and state in ('dispatched', 'running') group by user_id
  ), suspected as materialized (
    select user_id from private.suspected_users where suspects and suspected_users.stage = of_stage
      and until > clock_timestamp()
  ), first as materialized (
    select id, user_id, queue_position, created_at from private.jobs
    where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null
    order by queue_position, created_at limit 100 + wanted
  ), others as (
    -- Only when those who hold slots fill the front of a long queue: whoever has a job behind them, one user after
    -- another.
    with recursive owners as (
      select (
        select user_id from private.jobs
        where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null order by user_id
          limit 1) as user_id, 1 as place
      where (select count(*) from first) = 100 + wanted
        and not exists (select from first
          where user_id not in (select user_id from slots union select user_id from suspected))
      union all
      select (
        select jobs.user_id from private.jobs
        where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null
          and jobs.user_id > owners.user_id
        order by jobs.user_id limit 1), place + 1
      from owners where owners.user_id is not null and place < 1000
    )
    select head.* from owners, lateral (
      select id, user_id, queue_position, created_at from private.jobs
      where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null
        and jobs.user_id = owners.user_id
      order by queue_position, created_at limit wanted) as head
    where owners.user_id is not null and not exists (select from first where first.user_id = owners.user_id)
  ), due as (
    select * from first union all select * from others
  ), ranked as (
    select due.id, user_id in (select user_id from suspected) as behind,
      coalesce(held, 0) + row_number() over (partition by user_id order by queue_position, created_at) as nth,
      queue_position, created_at
    from due left join slots using (user_id)
    order by behind, nth, queue_position, created_at limit wanted
  )
  select jobs.* from ranked join private.jobs using (id) order by behind, nth, ranked.queue_position, ranked.created_at;
end
$$;
comment on function private.next_due(private.job_stage, boolean, integer) is
  'The due jobs of a stage that get the next free slots: first of the users who hold the fewest, then by turn; among '
  'suspects, those of users who ended no worker go before. So a user whose jobs take long does not come to hold all '
  'slots while others wait, as would happen by turn alone (max-min fairness). Looks at the first 100 of the queue, and '
  'behind them only when all of those belong to users who hold slots or are suspected.';
revoke execute on function private.next_due(private.job_stage, boolean, integer) from public, anon, authenticated;
grant execute on function private.next_due(private.job_stage, boolean, integer) to service_role;

create function private.dispatch_jobs(invoked_job uuid default null, invoked_token uuid default null) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  base_url text;
  settings private.settings;
  of_stage private.stages;
  suspects boolean;
  slots integer;
  job private.jobs;
  job_token uuid;
  sent integer := 0;
begin
  base_url := private.functions_url();
  if base_url is null then
    return 0;
  end if;
  select * into settings from private.settings;
  perform private.lock_dispatch();
  perform private.queue_due_retries();
  for of_stage in select * from private.stages order by position loop
    foreach suspects in array array[false, true] loop
      -- Most stages have nothing queued most of the time, and this is run several times for each document. The order
      -- makes it one step into the index.
      perform from private.jobs
      where jobs.stage = of_stage.stage and suspect = suspects and state = 'queued' and run_after is null
      order by queue_position, created_at limit 1;
      continue when not found;
      slots := private.free_slots(of_stage, suspects);
      continue when slots <= 0;
      for job in
        select * from private.next_due(of_stage.stage, suspects, slots)
      loop
        -- Somebody may have it just now.
        perform from private.jobs where id = job.id and state = 'queued' and run_after is null for update skip locked;
        continue when not found;
        sent := sent + 1;
        if job.id = invoked_job and not suspects then
          update private.jobs
          set state = 'dispatched', token = invoked_token,
            lease_expires_at = clock_timestamp() + settings.direct_invocation_lease
          where id = job.id;
          continue;
        end if;
        job_token := private.offer_job(job);
        continue when job_token is null;
        perform net.http_post(
          url := base_url || '/' || case when suspects then of_stage.suspects_function_name
            else of_stage.function_name end,
          body := jsonb_build_object('job_id', job.id, 'token', job_token)
        );
      end loop;
    end loop;
  end loop;
  perform private.probe_workers();
  return sent;
exception when others then
  -- The caller's write matters more than the invocation: the sweep tries again.
  raise warning 'docket: jobs were not dispatched: %', sqlerrm;
  return 0;
end
$$;
comment on function private.dispatch_jobs(uuid, uuid) is
  'Gives due jobs to their functions, in turn: each gets a one-time token and an invocation through pg_net, up to the '
  'stage''s limit, and one suspect beside them to the function for suspects. Called when a job is queued, when one '
  'ends, and by the sweep. One job may be invoked by the caller, with a token that it has: that one is given out like '
  'the others, and no request is sent for it. Never fails; returns how many jobs it gave out.';
revoke execute on function private.dispatch_jobs(uuid, uuid) from public, anon, authenticated;
grant execute on function private.dispatch_jobs(uuid, uuid) to service_role;

create function private.queue_job(stage private.job_stage, document_id uuid, user_id uuid, payload jsonb default '{}',
  invoked_job uuid default null, invoked_token uuid default null, event_id bigint default null)
returns void language plpgsql security definer set search_path = '' as $$
declare
  of_stage private.stages;
  suspect boolean;
begin
  of_stage := private.stage_named(queue_job.stage);
  if of_stage.stage is null then
    raise exception 'There is no stage %. Insert its row into private.stages.', queue_job.stage;
  end if;
  -- A document that ended workers before does not get another chance beside others, whoever asks for it.
  suspect := of_stage.suspects_function_name is not null
    and (private.is_suspected(queue_job.user_id, queue_job.stage) or exists (
    select from public.document_events where document_events.document_id = queue_job.document_id
      and document_events.stage = queue_job.stage and kind = 'failed' and data ->> 'code' = 'worker_lost'));
  insert into private.jobs (id, document_id, user_id, stage, event_id, suspect, queue_position, max_attempts, payload)
  values (coalesce(invoked_job, gen_random_uuid()), queue_job.document_id, queue_job.user_id, queue_job.stage,
    queue_job.event_id, suspect,
    private.next_queue_position(queue_job.stage, queue_job.user_id, suspect), of_stage.max_attempts, queue_job.payload)
  on conflict do nothing;
  -- Behind the lock, whoever ends a job meanwhile sees this one: it is dispatched by one of the two.
  perform private.lock_dispatch();
  if private.free_slots(of_stage, suspect) > 0 then
    perform private.dispatch_jobs(invoked_job, invoked_token);
  else
    -- A dead worker may hold them all.
    perform private.probe_workers();
  end if;
end
$$;
comment on function private.queue_job(private.job_stage, uuid, uuid, jsonb, uuid, uuid, bigint) is
  'Queues a job, and dispatches what is due if the stage has room. invoked_job and invoked_token: the id and the token '
  'of a job that its caller invokes, if its turn has come. A document has at most one live job a stage and event: a '
  'second one changes nothing. A document that ended as worker_lost is a suspect from the start, and so is any of a '
  'user whose job ended a worker of late.';
revoke execute on function private.queue_job(private.job_stage, uuid, uuid, jsonb, uuid, uuid, bigint) from public,
  anon, authenticated;
grant execute on function private.queue_job(private.job_stage, uuid, uuid, jsonb, uuid, uuid, bigint) to service_role;
