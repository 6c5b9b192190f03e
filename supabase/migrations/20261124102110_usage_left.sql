-- What a user took of the month, and what is left.

create function public.usage_left() returns jsonb
language sql stable set search_path = ''
begin atomic
  -- With its names looked up once and for all, so that users need no usage of the private schema.
  select jsonb_build_object(
    'month', (now() at time zone 'utc')::date - extract(day from now() at time zone 'utc')::integer + 1,
    'resets_at', date_trunc('month', now(), 'UTC') + interval '1 month',
    'documents', jsonb_build_object(
      'used', coalesce(used.documents, 0) + reserved.documents, 'limit', coalesce(own.documents_per_month, general.documents_per_month)),
    'pages', jsonb_build_object(
      'used', coalesce(used.pages, 0) + reserved.pages, 'limit', coalesce(own.pages_per_month, general.pages_per_month)),
    'cost_micro_usd', jsonb_build_object(
      'used', coalesce(used.cost_micro_usd, 0), 'limit', coalesce(own.cost_micro_usd_per_month, general.cost_micro_usd_per_month)))
  from private.settings as general
  left join private.user_limits as own on own.user_id = (select auth.uid())
  left join public.usage_months as used
    on used.user_id = (select auth.uid()) and used.month = date_trunc('month', now() at time zone 'utc')::date
  cross join lateral (
    select count(*) as documents, coalesce(sum(reservations.pages), 0) as pages from private.reservations
    where reservations.user_id = (select auth.uid()) and not reservations.counted) as reserved;
end;
comment on function public.usage_left() is
  'What the signed-in user used this month and may use: {month, resets_at, documents: {used, limit}, pages: {used, limit}, cost_micro_usd: {used, limit}}. used has what is reserved for documents under way; a limit of null is none.';

revoke execute on function public.usage_left()
  from public, anon, authenticated, service_role;
grant execute on function public.usage_left() to authenticated;
