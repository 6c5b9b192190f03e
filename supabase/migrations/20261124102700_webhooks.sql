-- Webhooks: where a user wants to be told of what happens to documents, and the keys that the messages are signed with.

alter table private.settings
  add column webhooks_per_user integer not null default 20,
  add column loopback_webhooks boolean not null default false,
  add constraint webhooks_per_user_is_not_negative check (webhooks_per_user >= 0);
comment on column private.settings.webhooks_per_user is 'Webhooks that a user may have.';
comment on column private.settings.loopback_webhooks is
  'Whether webhooks may go to this machine (localhost, 127.0.0.1, [::1]), and over http there. For development only: '
  'on a server, users would reach what listens on it.';

create table public.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  url text not null,
  events text[] not null,
  description text not null default '',
  enabled boolean not null default true,
  enabled_at timestamptz not null default now(),
  disabled_at timestamptz,
  disabled_reason jsonb,
  failures integer not null default 0,
  failing_since timestamptz,
  paused_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint webhook_url_is_an_address_of_the_web check (
    length(url) <= 2000 and url ~ '^https?://[^[:space:][:cntrl:]/?#@\\]+([/?#][^[:space:][:cntrl:]]*)?$'),
  constraint webhook_events_are_known check (
    cardinality(events) between 1 and 20 and events <@ array['document.uploaded', 'document.read', 'document.completed',
      'document.extracted', 'document.edited', 'document.failed', 'document.deleted', 'document.trashed',
      'document.restored', 'document.due_soon']),
  constraint webhook_description_fits check (length(description) <= 200 and description !~ '[[:cntrl:]]'),
  constraint disabled_webhooks_say_since_when check (enabled = (disabled_at is null)),
  constraint enabled_webhooks_have_no_reason check (not enabled or disabled_reason is null),
  constraint webhook_failures_are_not_negative check (failures >= 0)
);
create index webhook_endpoints_by_user on public.webhook_endpoints (user_id, created_at);
comment on table public.webhook_endpoints is
  'A user''s webhooks: each gets a signed message for each event of these types. Made by create_webhook; owners edit '
  'url, events, description and enabled, and delete rows, through the Data API. docs/webhooks.md.';
comment on column public.webhook_endpoints.url is
  'Where messages are sent, by POST: https, without a name and password in it.';
comment on column public.webhook_endpoints.events is 'The types of events that it gets.';
comment on column public.webhook_endpoints.enabled is
  'Whether messages are sent. False makes those wait that were not delivered, and new events make none; true again '
  'goes on where it stopped.';
comment on column public.webhook_endpoints.enabled_at is
  'When it was enabled last, or its address changed: a message is tried for a day from then on at least.';
comment on column public.webhook_endpoints.disabled_at is 'When it was disabled; null while it is enabled.';
comment on column public.webhook_endpoints.disabled_reason is
  'Why it was disabled: {code, message}. Null when its owner did that. Codes: docs/webhooks.md.';
comment on column public.webhook_endpoints.failures is 'Attempts in a row that failed, over all of its messages.';
comment on column public.webhook_endpoints.failing_since is 'When the first of them failed.';
comment on column public.webhook_endpoints.paused_until is
  'No message is sent before: after five failures in a row it rests for half the time that it has failed, from ten '
  'seconds to an hour.';

create trigger webhook_endpoints_touch_updated_at before update on public.webhook_endpoints
  for each row execute function private.touch_updated_at();
create trigger webhook_endpoints_admit_edit before update or delete on public.webhook_endpoints
  for each statement when (current_user = 'authenticated') execute function private.admit_edit();

alter table public.webhook_endpoints enable row level security;
create policy "users can read their own webhooks" on public.webhook_endpoints
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can edit their own webhooks" on public.webhook_endpoints
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "users can delete their own webhooks" on public.webhook_endpoints
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.webhook_endpoints from anon, authenticated, service_role, public;
grant select, delete, update (url, events, description, enabled) on public.webhook_endpoints to authenticated;
grant select, update on public.webhook_endpoints to service_role;

create function private.is_public_address(address inet) returns boolean
language sql immutable set search_path = '' as $$
  select (family(address) = 4 or address <<= '2000::/3') and not address <<= any (array[
    -- From supabase/functions/webhooks/address.ts by npm run gen:types.
    '168.63.129.16/32',
    '0.0.0.0/8',
    '255.255.255.255/32',
    '224.0.0.0/4',
    '169.254.0.0/16',
    '127.0.0.0/8',
    '100.64.0.0/10',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '192.175.48.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '::/128',
    'fe80::/10',
    'ff00::/8',
    '::1/128',
    'fc00::/7',
    '::ffff:0:0/96',
    'fec0::/10',
    '100::/64',
    '::ffff:0:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '2002::/16',
    '2001::/32',
    '2001:2::/48',
    '2001:3::/32',
    '2001:4:112::/48',
    '2620:4f:8000::/48',
    '2001:10::/28',
    '2001:20::/28',
    '2001:30::/28',
    '5f00::/16',
    '2001::/23',
    '2001:db8::/32',
    '3fff::/20'
    -- End of what is generated.
  ]::inet[])
$$;
comment on function private.is_public_address(inet) is
  'Whether an address is one of the public internet, as the function webhooks sees it before each attempt.';

create function private.address_of_host(host text) returns inet
language plpgsql immutable set search_path = '' as $$
declare
  parts constant text[] := string_to_array(rtrim(host, '.'), '.');
  count constant integer := cardinality(parts);
  base integer;
  digits text;
  part numeric;
  sum numeric := 0;
begin
  if host like '[%' then
    return substring(host from '^\[([0-9a-f:.]*)\]$')::inet;
  elsif parts[count] !~ '^(0x[0-9a-f]*|[0-9]+)$' then
    return null;
  end if;
  for place in 1 .. least(count, 5) loop
    base := case when parts[place] like '0x%' then 16 when parts[place] like '0%' then 8 else 10 end;
    digits := ltrim(substr(parts[place], case base when 16 then 3 else 1 end), '0');
    if count > 4 or parts[place] !~ '^(0x[0-9a-f]*|0[0-7]*|[1-9][0-9]*)$' or length(digits) > 11 then
      raise invalid_text_representation;
    end if;
    select coalesce(sum((strpos('0123456789abcdef', substr(digits, n, 1)) - 1) * power(base::numeric,
      length(digits) - n)), 0) into part
    from generate_series(1, length(digits)) as n;
    -- The last one is all bytes that are left.
    if part >= power(256::numeric, case when place = count then 5 - count else 1 end) then
      raise invalid_text_representation;
    end if;
    sum := sum + part * power(256::numeric, case when place = count then 0 else 4 - place end);
  end loop;
  return '0.0.0.0'::inet + sum::bigint;
exception
  when invalid_text_representation then
    return null;
end
$$;
comment on function private.address_of_host(text) is
  'The address that the host of a URL is, in lower case, as browsers read one '
  '(https://url.spec.whatwg.org/#concept-host-parser): 127.1, 0x7f000001 and 2130706433 are 127.0.0.1. Null for a '
  'name, and for what is neither.';

create function private.check_webhook_url(url text) returns void
language plpgsql stable set search_path = '' as $$
declare
  -- As browsers read it: full-width and circled digits are digits, and so is the full stop of Chinese and Japanese one.
  host constant text := regexp_replace(
    translate(lower(normalize(substring(url from '^[a-zA-Z]+://([^/?#]*)'), nfkc)), '。', '.'), ':[0-9]*$', '');
  name constant text := rtrim(host, '.');
  address constant inet := private.address_of_host(host);
  this_machine constant boolean := name = 'localhost' or coalesce(address in ('127.0.0.1', '::1'), false);
begin
  if host ~ '%' or (address is null and host ~ '(^\[|(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$)') then
    perform private.refuse(400, 'invalid_request',
      'The host of a webhook is a name or an address, and this is neither.');
  elsif this_machine and (select loopback_webhooks from private.settings) then
    return;
  elsif this_machine or name like '%.localhost' then
    perform private.refuse(400, 'invalid_request',
      'A webhook cannot go to this machine. Give an address that the internet reaches.');
  elsif url !~* '^https://' then
    perform private.refuse(400, 'invalid_request', 'The address of a webhook begins with https://.');
  elsif not private.is_public_address(address) then
    perform private.refuse(400, 'invalid_request',
      format('A webhook cannot go to %s, which is no address of the public internet. Give one that the internet reaches.', host(address)));
  end if;
end
$$;
comment on function private.check_webhook_url(text) is
  'Refuses an address without https, one that is not of the public internet, and one of this machine unless '
  'loopback_webhooks is set. Where its name leads is checked at each attempt. Errors: invalid_request (400).';

create function private.change_webhook() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.url <> old.url then
    perform private.check_webhook_url(new.url);
  end if;
  if old.enabled and not new.enabled then
    new.disabled_at := now();
  elsif new.enabled and (not old.enabled or new.url <> old.url) then
    new.enabled_at := now();
    new.disabled_at := null;
    new.disabled_reason := null;
    new.failures := 0;
    new.failing_since := null;
    new.paused_until := null;
  end if;
  return new;
end
$$;
comment on function private.change_webhook() is
  'Trigger: an owner changes a webhook. One that is enabled again, or has another address, begins without its '
  'failures; private.queue_webhooks sends what waits. Errors: invalid_request (400).';
create trigger on_webhook_endpoints_changed before update of url, enabled on public.webhook_endpoints
  for each row when (current_user = 'authenticated') execute function private.change_webhook();

create table private.webhook_secrets (
  secret_id uuid primary key,
  endpoint_id uuid not null references public.webhook_endpoints on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz
);
create index webhook_secrets_by_user on private.webhook_secrets (user_id);
create index webhook_secrets_by_endpoint on private.webhook_secrets (endpoint_id, created_at);
comment on table private.webhook_secrets is
  'Which secrets of Vault sign the messages of a webhook: one, or two for a while after a rotation.';
comment on column private.webhook_secrets.secret_id is 'The row of vault.secrets; it goes with this one.';
comment on column private.webhook_secrets.expires_at is
  'Until when it signs beside its successor; null for the newest.';

alter table private.webhook_secrets enable row level security;
create policy "closed to users" on private.webhook_secrets for all to anon, authenticated using (false);
revoke all on private.webhook_secrets from anon, authenticated, service_role, public;

create function private.forget_webhook_secret() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from vault.secrets where id = old.secret_id;
  return null;
end
$$;
comment on function private.forget_webhook_secret() is 'Trigger: a secret that signs nothing any more leaves Vault.';
create trigger on_webhook_secrets_deleted after delete on private.webhook_secrets
  for each row execute function private.forget_webhook_secret();

create function private.add_webhook_secret(endpoint public.webhook_endpoints) returns text
language plpgsql security definer set search_path = '' as $$
declare
  -- 244 random bits as the 32 bytes that Standard Webhooks asks for.
  secret constant text := 'whsec_'
    || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64');
begin
  insert into private.webhook_secrets (secret_id, endpoint_id, user_id)
  values (vault.create_secret(secret, null, 'Signs the webhook ' || endpoint.id), endpoint.id, endpoint.user_id);
  return secret;
end
$$;
comment on function private.add_webhook_secret(public.webhook_endpoints) is
  'Makes a secret for a webhook, in Vault, and returns it: whsec_ and 32 bytes in base64.';

create function private.webhook_secrets_of(endpoint_id uuid) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select decrypted_secret from private.webhook_secrets as signing
      join vault.decrypted_secrets on decrypted_secrets.id = signing.secret_id
    where signing.endpoint_id = webhook_secrets_of.endpoint_id
      and (signing.expires_at is null or signing.expires_at > clock_timestamp())
    order by signing.created_at desc limit 2);
end
$$;
comment on function private.webhook_secrets_of(uuid) is
  'The secrets that sign the messages of a webhook now, the newest first: one or two.';

create function private.own_webhook(webhook_id uuid) returns public.webhook_endpoints
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  found_webhook public.webhook_endpoints;
begin
  perform private.admit_request(owner);
  select * into found_webhook from public.webhook_endpoints where id = own_webhook.webhook_id and user_id = owner;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such webhook, or it is not yours.');
  end if;
  return found_webhook;
end
$$;
comment on function private.own_webhook(uuid) is
  'A webhook of the signed-in user; counts as a request. Errors: not_found (404), too_many_requests (429).';

create function private.make_webhook(url text, events text[], description text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  most constant integer := (select webhooks_per_user from private.settings);
  made public.webhook_endpoints;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make a webhook.');
  end if;
  perform private.admit_request(owner);
  perform private.check_webhook_url(make_webhook.url);
  if (select count(*) from public.webhook_endpoints where user_id = owner) >= most then
    perform private.refuse(409, 'not_allowed_now', format('You have %s webhooks. Delete some first.', most));
  end if;
  begin
    insert into public.webhook_endpoints (user_id, url, events, description)
    values (owner, make_webhook.url, array(select distinct unnest(make_webhook.events) order by 1),
      make_webhook.description)
    returning * into made;
  exception when check_violation or not_null_violation then
    perform private.refuse(400, 'invalid_request',
      'A webhook has an address (https, at most 2,000 characters, no password in it), at least one known event, and a description of one line (at most 200 characters). See docs/webhooks.md.');
  end;
  return to_jsonb(made) - 'user_id' || jsonb_build_object('secret', private.add_webhook_secret(made));
end
$$;
comment on function private.make_webhook(text, text[], text) is 'See public.create_webhook.';

create function private.rotate_secret(webhook_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  endpoint constant public.webhook_endpoints := private.own_webhook(rotate_secret.webhook_id);
  until constant timestamptz := now() + interval '1 day';
begin
  perform from public.webhook_endpoints where id = endpoint.id for no key update;
  -- The one before the last goes at once: two sign at most.
  delete from private.webhook_secrets where endpoint_id = endpoint.id and expires_at is not null;
  update private.webhook_secrets set expires_at = until where endpoint_id = endpoint.id;
  return jsonb_build_object('secret', private.add_webhook_secret(endpoint), 'previous_valid_until', until);
end
$$;
comment on function private.rotate_secret(uuid) is 'See public.rotate_webhook_secret.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private.
create function public.create_webhook(url text, events text[], description text default '') returns jsonb
language sql set search_path = ''
begin atomic
  select private.make_webhook(create_webhook.url, create_webhook.events, create_webhook.description);
end;
comment on function public.create_webhook(text, text[], text) is
  'Makes a webhook of the signed-in user: {id, secret, url, events, …}. The secret is shown here and never again. '
  'Errors: invalid_request (400), not_allowed_now (409) above 20 webhooks, too_many_requests (429).';

create function public.rotate_webhook_secret(webhook_id uuid) returns jsonb
language sql set search_path = ''
begin atomic
  select private.rotate_secret(rotate_webhook_secret.webhook_id);
end;
comment on function public.rotate_webhook_secret(uuid) is
  'Gives a webhook of the signed-in user a new secret: {secret, previous_valid_until}. For a day messages are signed '
  'with both. The secret is shown here and never again. Errors: not_found (404), too_many_requests (429).';

revoke execute on function
  private.is_public_address(inet), private.address_of_host(text), private.check_webhook_url(text),
  private.change_webhook(), private.forget_webhook_secret(), private.add_webhook_secret(public.webhook_endpoints),
  private.webhook_secrets_of(uuid), private.own_webhook(uuid), private.make_webhook(text, text[], text),
  private.rotate_secret(uuid),
  public.create_webhook(text, text[], text), public.rotate_webhook_secret(uuid)
  from public, anon, authenticated, service_role;
grant execute on function private.webhook_secrets_of(uuid) to service_role;
grant execute on function
  private.make_webhook(text, text[], text), private.rotate_secret(uuid),
  public.create_webhook(text, text[], text), public.rotate_webhook_secret(uuid) to authenticated;
