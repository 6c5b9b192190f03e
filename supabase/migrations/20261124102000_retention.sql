alter table private.settings add column keep_jobs interval not null default '7 days';
comment on column private.settings.keep_jobs is
  'How long jobs that are done are kept. Dead ones stay until they are revived or deleted.';

create index jobs_done on private.jobs (updated_at) where state = 'done';

create function private.prune() returns void
language sql security definer set search_path = '' as $$
  delete from private.jobs where state = 'done' and updated_at < now() - (select keep_jobs from private.settings);
  delete from private.model_calls
  where reserved_at < now() - (select keep_model_calls from private.settings) and state <> 'open';
  -- The sweep alone adds 8,640 lines a day.
  delete from cron.job_run_details where end_time < now() - interval '1 day';
$$;
comment on function private.prune() is
  'Removes jobs that are done, single calls of models and the sweep''s own history, after a while. Run by pg_cron '
  'every hour.';
revoke execute on function private.prune() from public, anon, authenticated;

select cron.schedule('docket-prune', '17 * * * *', 'select private.prune()');
