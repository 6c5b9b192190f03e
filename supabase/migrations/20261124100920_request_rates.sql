-- How many requests a user may make in a minute.

create table private.request_rates (
  user_id uuid primary key references auth.users on delete cascade,
  full_at timestamptz not null
);
comment on table private.request_rates is
  'How far ahead of their rate users are. One row a user; see private.admit_request.';
comment on column private.request_rates.full_at is 'When the whole minute''s requests can be made at once again.';

alter table private.request_rates enable row level security;
create policy "closed to users" on private.request_rates for all to anon, authenticated using (false);
revoke all on private.request_rates from anon, authenticated, service_role, public;
grant select, insert, update, delete on private.request_rates to service_role;

create function private.admit_request(owner uuid) returns void
language plpgsql set search_path = '' as $$
declare
  allowed integer := (
    select coalesce((select user_limits.requests_per_minute from private.user_limits where user_id = owner),
      requests_per_minute)
    from private.settings);
  each constant interval := coalesce(interval '1 minute' / allowed, '0');
  rate private.request_rates;
begin
  if owner is null then
    return;
  end if;
  begin
    -- Without a rate, too: it is this lock that keeps two requests of a user from a deadlock over many documents.
    insert into private.request_rates as rates (user_id, full_at)
    values (owner, clock_timestamp() + each)
    on conflict (user_id) do update set full_at = greatest(rates.full_at, clock_timestamp()) + each
    returning * into rate;
  exception when foreign_key_violation then
    -- An access token is good for a while after its account was erased.
    perform private.refuse(401, 'unauthorized', 'This account is no longer there. Sign in with another one.');
  end;
  if allowed is not null and rate.full_at > clock_timestamp() + interval '1 minute' then
    perform private.refuse_until(429, 'too_many_requests',
      format('More than %s requests in a minute. Send the next ones more slowly.', allowed),
        rate.full_at - interval '1 minute');
  end if;
end
$$;
comment on function private.admit_request(uuid) is
  'Counts a request of a user, and refuses it above the rate. What is undone with a refused one is counted by '
  'count_refusal. The row is locked before any other of the user''s. One time stamp holds the whole state (generic '
  'cell rate algorithm, ITU-T I.371). Errors: too_many_requests (429).';

revoke execute on function private.admit_request(uuid)
  from public, anon, authenticated;
grant execute on function private.admit_request(uuid) to service_role;

create function public.count_refusal(owner uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  allowed integer := (
    select coalesce((select user_limits.requests_per_minute from private.user_limits where user_id = owner),
      requests_per_minute)
    from private.settings);
  rate private.request_rates;
begin
  if allowed is null then
    return 0;
  end if;
  begin
    insert into private.request_rates as rates (user_id, full_at)
    values (owner, clock_timestamp() + interval '1 minute' / allowed)
    -- However many are refused, a minute without one is enough to be taken again.
    on conflict (user_id) do update set full_at = least(
      greatest(rates.full_at, clock_timestamp()) + interval '1 minute' / allowed,
      clock_timestamp() + interval '2 minutes' - interval '1 minute' / allowed)
    returning * into rate;
  exception when foreign_key_violation then
    -- The account was erased, and its access token is still good. service_role cannot look into auth.users.
    return 0;
  end;
  return greatest(0, ceil(extract(epoch from rate.full_at - interval '1 minute' - clock_timestamp()) * 1000));
end
$$;
comment on function public.count_refusal(uuid) is
  'Counts a request of a user that was refused, whose own count went with its transaction. Returns for how many '
  'milliseconds the user''s requests are to be refused unread; 0 while there is something left of the rate.';
revoke execute on function public.count_refusal(uuid) from public, anon, authenticated;
grant execute on function public.count_refusal(uuid) to service_role;
