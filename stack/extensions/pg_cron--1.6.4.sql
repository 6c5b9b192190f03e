-- Stand-in for citusdata/pg_cron 1.6.4: the same tables, policies and functions, with the grants that supabase/postgres
-- gives (postgresql_extension_custom_scripts/pg_cron); the scheduler is stack/pg-cron.
-- Differences: schedules are checked by a regular expression, and changes reach the scheduler by NOTIFY.

create schema cron;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default inet_server_port(),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
grant select on cron.job to public;

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select, delete on cron.job_run_details to public;

select pg_catalog.pg_extension_config_dump('cron.job', '');
select pg_catalog.pg_extension_config_dump('cron.jobid_seq', '');
select pg_catalog.pg_extension_config_dump('cron.job_run_details', '');
select pg_catalog.pg_extension_config_dump('cron.runid_seq', '');

create function cron.job_cache_invalidate() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('pg_cron', '');
  return null;
end
$$;
create trigger cron_job_cache_invalidate after insert or update or delete or truncate on cron.job
for each statement execute function cron.job_cache_invalidate();

-- Five fields, a nickname, or 1 to 59 seconds; '$' is the last day of the month.
create function cron._check_schedule(schedule text) returns void language plpgsql immutable set search_path = '' as $$
declare
  field text;
  pattern text := '';
begin
  foreach field in array array[
    '[0-5]?[0-9]',
    '[01]?[0-9]|2[0-3]',
    '0?[1-9]|[12][0-9]|3[01]',
    '0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec',
    '[0-7]|sun|mon|tue|wed|thu|fri|sat'
  ] loop
    field := format('(\*|(%1$s)(-(%1$s))?)(/[1-9][0-9]*)?', field);
    field := format('%1$s(,%1$s)*', field);
    pattern := concat_ws('\s+', nullif(pattern, ''), case when field like '%3[01]%' then '(\$|' || field || ')' else field end);
  end loop;
  if schedule ~* ('^\s*' || pattern || '\s*$') then return; end if;
  if schedule ~* '^\s*([1-9]|[1-5][0-9])\s*seconds?\s*$' then return; end if;
  if schedule ~* '^\s*@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)\s*$' then return; end if;
  raise exception 'invalid schedule: %', schedule using
    errcode = '22023',
    hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
end
$$;

create function cron._check_user(username text, database text) returns void language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = username) then
    raise exception 'role "%" does not exist', username;
  elsif not exists (select from pg_catalog.pg_roles where rolname = username and rolcanlogin) then
    raise exception 'role "%" can not log in', username using detail = 'Jobs may only be run by roles that have the LOGIN attribute.';
  elsif not has_database_privilege(username, database, 'CONNECT') then
    raise exception 'User % does not have CONNECT privilege on %', username, database;
  end if;
end
$$;

-- The functions below write cron.job, which their callers may only read, so they run as its owner. Upstream reads its
-- caller's current_user, which a definer cannot see; this one the role that the session has taken. They differ only when
-- another definer function schedules a job: upstream's job then belongs to that function's owner.
create function cron._caller() returns text language sql stable set search_path = '' as $$
  select coalesce(nullif(current_setting('role'), 'none'), session_user::text)
$$;

create function cron._is_superuser(username text) returns bool language sql stable set search_path = '' as $$
  select rolsuper from pg_catalog.pg_roles where rolname = username
$$;

create function cron.schedule_in_database(
  job_name text, schedule text, command text, database text, username text default null, active boolean default true
) returns bigint language plpgsql security definer set search_path = '' as $$
declare
  owner text := coalesce(schedule_in_database.username, cron._caller());
  home text := coalesce(schedule_in_database.database, current_database());
  id bigint;
begin
  if schedule is null then raise exception 'schedule can not be NULL'; end if;
  if command is null then raise exception 'command can not be NULL'; end if;
  if owner <> cron._caller() and not cron._is_superuser(cron._caller()) then
    raise exception 'must be superuser to create a job for another role';
  end if;
  perform cron._check_schedule(schedule);
  perform cron._check_user(owner, home);
  insert into cron.job as job (schedule, command, nodeport, database, username, active, jobname)
  values (schedule, command, current_setting('port')::int, home, owner, active, job_name)
  on conflict on constraint jobname_username_uniq do update
  set schedule = excluded.schedule, command = excluded.command, database = excluded.database
  returning job.jobid into id;
  return id;
end
$$;
comment on function cron.schedule_in_database(text, text, text, text, text, boolean) is 'schedule a pg_cron job';

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language plpgsql security definer set search_path = '' as $$
begin
  if job_name is null then raise exception 'job_name can not be NULL'; end if;
  return cron.schedule_in_database(job_name, schedule, command, null);
end
$$;
comment on function cron.schedule(text, text, text) is 'schedule a pg_cron job';

create function cron.schedule(schedule text, command text) returns bigint
language sql strict security definer set search_path = '' as $$ select cron.schedule_in_database(null, schedule, command, null) $$;
comment on function cron.schedule(text, text) is 'schedule a pg_cron job';

create function cron.unschedule(job_id bigint) returns bool language plpgsql strict security definer set search_path = '' as $$
declare
  owner text := (select username from cron.job where jobid = job_id);
begin
  if owner is null then raise exception 'could not find valid entry for job %', job_id; end if;
  if owner <> cron._caller() and not has_table_privilege(cron._caller(), 'cron.job', 'DELETE') then
    raise exception 'permission denied for table job' using errcode = '42501';
  end if;
  delete from cron.job where jobid = job_id;
  return true;
end
$$;
comment on function cron.unschedule(bigint) is 'unschedule a pg_cron job';

create function cron.unschedule(job_name text) returns bool language plpgsql strict security definer set search_path = '' as $$
begin
  delete from cron.job where jobname = job_name and username = cron._caller();
  if not found then raise exception 'could not find valid entry for job ''%''', job_name; end if;
  return true;
end
$$;
comment on function cron.unschedule(text) is 'unschedule a pg_cron job';

create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null,
  username text default null, active boolean default null
) returns void language plpgsql security definer set search_path = '' as $$
#variable_conflict use_variable
begin
  if job_id is null then raise exception 'job_id can not be NULL'; end if;
  if username is not null and not cron._is_superuser(cron._caller()) then
    raise exception 'must be superuser to alter username';
  end if;
  if num_nonnulls(schedule, command, database, username, active) = 0 then
    raise exception 'no updates specified'
      using hint = 'You must specify at least one job attribute to change when calling alter_job';
  end if;
  if schedule is not null then perform cron._check_schedule(schedule); end if;
  if coalesce(database, username) is not null then
    perform cron._check_user(coalesce(username, cron._caller()), coalesce(database, current_database()));
  end if;
  update cron.job as job set
    schedule = coalesce(alter_job.schedule, job.schedule),
    command = coalesce(alter_job.command, job.command),
    database = coalesce(alter_job.database, job.database),
    username = coalesce(alter_job.username, job.username),
    active = coalesce(alter_job.active, job.active)
  where job.jobid = job_id and (job.username = cron._caller() or cron._is_superuser(cron._caller()));
  if not found then raise exception 'Job % does not exist or you don''t own it', job_id; end if;
end
$$;
comment on function cron.alter_job(bigint, text, text, text, text, boolean)
is 'Alter the job identified by job_id. Any option left as NULL will not be modified.';

revoke all on function cron.schedule_in_database(text, text, text, text, text, boolean) from public;
revoke all on function cron.alter_job(bigint, text, text, text, text, boolean) from public;

grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant all on all tables in schema cron to postgres with grant option;
revoke all on cron.job from postgres;
grant select on cron.job to postgres with grant option;
