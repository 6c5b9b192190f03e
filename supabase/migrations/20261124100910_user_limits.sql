-- What one user may take, where it is not what all may.

alter table private.settings
  add column pages_per_month integer default 10000,
  add column cost_micro_usd_per_month bigint default 5000000,
  add column stored_bytes bigint default 5368709120,
  add column requests_per_minute integer default 600,
  add constraint pages_per_month_is_not_negative check (pages_per_month >= 0),
  add constraint cost_micro_usd_per_month_is_not_negative check (cost_micro_usd_per_month >= 0),
  add constraint stored_bytes_are_not_negative check (stored_bytes >= 0),
  add constraint requests_per_minute_is_positive check (requests_per_minute > 0);
comment on column private.settings.pages_per_month is
  'Pages that a user may have read in a calendar month (UTC); null is no limit.';
comment on column private.settings.cost_micro_usd_per_month is
  'Millionths of a US dollar that models may cost a user in a calendar month (UTC); null is no limit. Above it '
  'documents are described by the local generator.';
comment on column private.settings.stored_bytes is
  'Bytes that the files of a user''s documents may have together (5 GiB as delivered); null is no limit.';
comment on column private.settings.requests_per_minute is
  'Uploads, retries and regenerations of a user in a minute: so many at once, then one whenever its share of the '
  'minute is over; null is no limit.';

create table private.user_limits (
  user_id uuid primary key references auth.users on delete cascade,
  documents_per_month integer,
  pages_per_month integer,
  cost_micro_usd_per_month bigint,
  stored_bytes bigint,
  requests_per_minute integer,
  constraint documents_per_month_is_not_negative check (documents_per_month >= 0),
  constraint pages_per_month_is_not_negative check (pages_per_month >= 0),
  constraint cost_micro_usd_per_month_is_not_negative check (cost_micro_usd_per_month >= 0),
  constraint stored_bytes_are_not_negative check (stored_bytes >= 0),
  constraint requests_per_minute_is_positive check (requests_per_minute > 0)
);
comment on table private.user_limits is
  'Limits of one user, in place of those in private.settings where they are not null. Insert and update rows by hand, '
  'or from what sells plans.';

-- What users may read of these, they read through public.usage_left alone: they have no usage of the schema.
alter table private.user_limits enable row level security;
create policy "users can read their own limits" on private.user_limits
  for select to authenticated using (user_id = (select auth.uid()));
drop policy "closed to users" on private.settings;
create policy "users can read the limits" on private.settings for select to authenticated using (true);
grant select (documents_per_month, pages_per_month, cost_micro_usd_per_month, stored_bytes) on private.settings
  to authenticated;
revoke all on private.user_limits from anon, authenticated, service_role, public;
grant select on private.user_limits to authenticated, service_role;

create function private.cost_limit_of(owner uuid) returns bigint
language sql stable set search_path = '' as $$
  select coalesce(
    (select user_limits.cost_micro_usd_per_month from private.user_limits where user_id = owner),
    cost_micro_usd_per_month)
  from private.settings
$$;
comment on function private.cost_limit_of(uuid) is
  'What a user''s documents may cost in a month, in millionths of a US dollar; null is no limit.';

revoke execute on function private.cost_limit_of(uuid)
  from public, anon, authenticated;
grant execute on function private.cost_limit_of(uuid) to service_role;
