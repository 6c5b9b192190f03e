-- How many extractions wait for people, for the operator of the project (private.pipeline_health).

create index extractions_for_people on public.extractions (status, updated_at)
  where status in ('needs_review', 'failed');

create function private.review_health() returns jsonb
language sql stable security definer set search_path = '' as $$
  -- The first 10,000 are counted, on an index.
  select jsonb_build_object('needs_review', count(*), 'oldest_seconds',
    extract(epoch from clock_timestamp() - min(updated_at))::integer,
    'failed', (select count(*) from (select from public.extractions where status = 'failed' limit 10000) as failed))
  from (select updated_at from public.extractions where status = 'needs_review' order by updated_at limit 10000)
    as waiting
$$;
comment on function private.review_health() is
  '{needs_review, oldest_seconds, failed}: extractions that wait for people, how long the oldest has waited, and those '
  'that failed. The counts end at 10,000.';
revoke execute on function private.review_health() from public, anon, authenticated, service_role;
