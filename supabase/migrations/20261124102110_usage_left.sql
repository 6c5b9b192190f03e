-- What a user took of the month, and what is left.

create function public.usage_left() returns jsonb
language sql stable set search_path = ''
begin atomic
  -- With its names looked up once and for all, so that users need no usage of the private schema.
  select jsonb_build_object(
    'month', (now() at time zone 'utc')::date - extract(day from now() at time zone 'utc')::integer + 1,
    'resets_at', date_trunc('month', now(), 'UTC') + interval '1 month',
    'documents', jsonb_build_object(
      'used', coalesce(used.documents, 0) + reserved.documents, 'limit',
      coalesce(own.documents_per_month, general.documents_per_month)),
    'pages', jsonb_build_object(
      'used', coalesce(used.pages, 0) + reserved.pages, 'limit',
      coalesce(own.pages_per_month, general.pages_per_month)),
    'cost_micro_usd', jsonb_build_object(
      'used', coalesce(used.cost_micro_usd, 0) + calls.cost_micro_usd,
      'limit', coalesce(own.cost_micro_usd_per_month, general.cost_micro_usd_per_month)),
    'stored_bytes', jsonb_build_object(
      'used', coalesce(stored.bytes, 0), 'limit', coalesce(own.stored_bytes, general.stored_bytes)))
  from private.settings as general
  left join private.user_limits as own on own.user_id = (select auth.uid())
  left join public.usage_months as used
    on used.user_id = (select auth.uid()) and used.month = date_trunc('month', now() at time zone 'utc')::date
  left join private.stored_bytes as stored on stored.user_id = (select auth.uid())
  cross join lateral (
    select count(*) filter (where not reservations.counted) as documents,
      coalesce(sum(reservations.pages - reservations.pages_counted), 0) as pages
    from private.reservations where reservations.user_id = (select auth.uid()) and reservations.open) as reserved
  cross join lateral (
    select coalesce(sum(model_calls.reserved_micro_usd), 0)::bigint as cost_micro_usd from private.model_calls
    where model_calls.user_id = (select auth.uid()) and model_calls.state = 'open'
      and model_calls.month = date_trunc('month', now() at time zone 'utc')::date) as calls;
end;
comment on function public.usage_left() is
  'What the signed-in user used this month and may use: {month, resets_at, documents: {used, limit}, pages: {used, '
  'limit}, cost_micro_usd: {used, limit}, stored_bytes: {used, limit}}. used has what is reserved for documents and '
  'calls of models under way; stored_bytes are of no month; a limit of null is none.';

revoke execute on function public.usage_left()
  from public, anon, authenticated, service_role;
grant execute on function public.usage_left() to authenticated;
