-- Links: what somebody without an account shows to get something. A token is "dkl_" and 40 random hexadecimal digits;
-- only its SHA-256 is stored, as 160 random bits need no slower hash. A password is chosen by people, and has one.

do $$
begin
  -- As with pg_cron: the platform may run a script of its own after "create extension", also after one that changed
  -- nothing.
  if not exists (select from pg_extension where extname = 'pgcrypto') then
    create extension pgcrypto with schema extensions;
  end if;
end
$$;

create table private.link_secrets (
  link_id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  token_sha256 bytea not null,
  password_hash text,
  full_at timestamptz not null default now(),
  constraint a_link_has_a_token_of_its_own unique (token_sha256)
);
create index link_secrets_by_user on private.link_secrets (user_id);
comment on table private.link_secrets is
  'By what links are known. A row goes with its link (private.forget_link_secret).';
comment on column private.link_secrets.link_id is 'The link: a row of share_links, upload_links or inbox_addresses.';
comment on column private.link_secrets.token_sha256 is
  'SHA-256 of the token as it was shown once; of an inbox address, of its local part.';
comment on column private.link_secrets.password_hash is 'bcrypt, by pgcrypto; null asks for none.';
comment on column private.link_secrets.full_at is 'When the whole minute''s requests can be made at once again.';

alter table private.link_secrets enable row level security;
create policy "closed to users" on private.link_secrets for all to anon, authenticated using (false);
revoke all on private.link_secrets from anon, authenticated, service_role, public;
grant select, update on private.link_secrets to service_role;

alter table private.settings
  add column requests_per_minute_and_link integer not null default 30,
  add constraint requests_per_minute_and_link_is_positive check (requests_per_minute_and_link > 0);
comment on column private.settings.requests_per_minute_and_link is
  'Requests with one share link in a minute, and so passwords that anybody can try: so many at once, then one whenever '
  'its share of the minute is over.';

create function private.make_link_secret(link_id uuid, owner uuid, password text) returns text
language plpgsql set search_path = '' as $$
declare
  token constant text := 'dkl_' || left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    'hex'), 40);
begin
  -- bcrypt looks at 72 bytes.
  if password is not null and (length(password) < 8 or octet_length(password) > 72) then
    perform private.refuse(400, 'invalid_request',
      'The password of a link has at least 8 characters and at most 72 bytes.');
  end if;
  insert into private.link_secrets (link_id, user_id, token_sha256, password_hash)
  values (make_link_secret.link_id, owner, sha256(convert_to(token, 'UTF8')),
    extensions.crypt(password, extensions.gen_salt('bf', 10)));
  return token;
end
$$;
comment on function private.make_link_secret(uuid, uuid, text) is
  'Gives a link its token, and a password if there is one. Returns the token, which is shown once. Errors: '
  'invalid_request (400).';

create function private.forget_link_secret() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.link_secrets where link_id = old.id;
  return null;
end
$$;
comment on function private.forget_link_secret() is 'Trigger: what a link is known by goes with it.';

create function private.link_refusal(status integer, code text, message text) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('refused', jsonb_build_object('status', status, 'code', code, 'message', message))
$$;
comment on function private.link_refusal(integer, text, text) is
  'A refusal as an answer: an error would undo that the request was counted. {refused: {status, code, message}}.';

create function private.no_such_link() returns jsonb
language sql immutable set search_path = '' as $$
  select private.link_refusal(404, 'not_found', 'There is no such link, or it has ended.')
$$;
comment on function private.no_such_link() is
  'What links answer that ended, were used up, revoked or guessed: all the same.';

create function private.try_link(secret private.link_secrets, password text, allowed integer) returns jsonb
language plpgsql set search_path = '' as $$
declare
  next_full_at timestamptz;
begin
  update private.link_secrets set full_at = greatest(full_at, clock_timestamp()) + interval '1 minute' / allowed
  where link_id = secret.link_id and full_at <= clock_timestamp() + interval '1 minute' - interval '1 minute' / allowed
  returning full_at into next_full_at;
  if next_full_at is null then
    return private.link_refusal(429, 'too_many_requests',
      'This link is used too often just now. Try again in a minute.');
  end if;
  if secret.password_hash is not null
    and extensions.crypt(left(coalesce(password, ''), 100), secret.password_hash) <> secret.password_hash then
    return private.link_refusal(401, 'link_password', case when password is null then 'This link asks for a password.'
      else 'That is not the password of this link.' end);
  end if;
  return null;
end
$$;
comment on function private.try_link(private.link_secrets, text, integer) is
  'Counts a request with a link that is there, of which so many are allowed in a minute, and checks its password. '
  'Returns the refusal: link_password (401), too_many_requests (429); null when it may pass.';

revoke execute on function
  private.make_link_secret(uuid, uuid, text), private.forget_link_secret(), private.link_refusal(integer, text, text),
  private.no_such_link(), private.try_link(private.link_secrets, text, integer)
  from public, anon, authenticated, service_role;
grant execute on function private.link_refusal(integer, text, text), private.no_such_link(),
  private.try_link(private.link_secrets, text, integer)
  to service_role;
