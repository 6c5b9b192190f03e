-- API tokens: what a program shows in place of a user's access token.
--
-- A token is "dkt_", 40 random hexadecimal digits, and the first 8 digits of the SHA-256 of what stands before them: a
-- typing error and a scanner for leaked secrets need no database. Only the SHA-256 of the whole is stored; 160 random
-- bits need no slower hash.

alter table private.settings
  add column requests_per_minute_and_token integer default 600,
  add constraint requests_per_minute_and_token_is_positive check (requests_per_minute_and_token > 0);
comment on column private.settings.requests_per_minute_and_token is
  'Requests with one API token in a minute, reads included: so many at once, then one whenever its share of the minute '
  'is over; null is no limit.';

create table public.api_tokens (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  name text not null,
  scopes text[] not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint name_is_a_line check (name ~ '^[^[:cntrl:]]*$' and btrim(name) <> '' and length(name) <= 100),
  constraint scopes_are_known check (scopes <@ array['documents:read', 'documents:write', 'upload', 'automation']
    and cardinality(scopes) between 1 and 4),
  constraint expiry_is_after_creation check (expires_at > created_at and expires_at < '9999-01-01')
);
comment on table public.api_tokens is
  'A user''s API tokens, without the tokens themselves. Made by create_api_token, ended by revoke_api_token.';
comment on column public.api_tokens.scopes is
  'What the token may do: documents:read (list, search, read), documents:write (edit, retry, describe again, delete), '
  'upload, automation (rules, webhooks, mail addresses and links).';
comment on column public.api_tokens.expires_at is 'From when on it is refused; null is never.';
comment on column public.api_tokens.last_used_at is 'When it was last accepted, to the minute.';
comment on column public.api_tokens.revoked_at is 'From when on it is refused.';
create index api_tokens_user_id on public.api_tokens (user_id, created_at);

alter table public.api_tokens enable row level security;
create policy "users can read their own API tokens" on public.api_tokens
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.api_tokens from anon, authenticated, service_role, public;
grant select on public.api_tokens to authenticated;
grant select, update on public.api_tokens to service_role;

create table private.api_token_secrets (
  token_id uuid primary key references public.api_tokens on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  token_sha256 bytea not null,
  full_at timestamptz not null default now(),
  constraint a_token_is_one_users_alone unique (token_sha256)
);
comment on table private.api_token_secrets is 'By what API tokens are known, and how far ahead of its rate each is.';
comment on column private.api_token_secrets.token_sha256 is 'SHA-256 of the token as it was shown once.';
comment on column private.api_token_secrets.full_at is 'When the whole minute''s requests can be made at once again.';
create index api_token_secrets_user_id on private.api_token_secrets (user_id);

alter table private.api_token_secrets enable row level security;
create policy "closed to users" on private.api_token_secrets for all to anon, authenticated using (false);
revoke all on private.api_token_secrets from anon, authenticated, service_role, public;
grant select, update on private.api_token_secrets to service_role;

create function private.make_api_token(name text, scopes text[], expires_at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  most constant integer := 100;
  begun text;
  token text;
  made public.api_tokens;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make an API token.');
  end if;
  -- Locks the user's rate, so that tokens of one user are made one after another.
  perform private.admit_request(owner);
  if (select count(*) from public.api_tokens as t where t.user_id = owner and t.revoked_at is null
    and (t.expires_at is null or t.expires_at > now())) >= most then
    perform private.refuse(409, 'not_allowed_now', format('You have %s API tokens. Revoke some first.', most));
  end if;
  -- Of those that ended, the newest stay to be looked up.
  delete from public.api_tokens as t where t.id in (
    select ended.id from public.api_tokens as ended
    where ended.user_id = owner and (ended.revoked_at is not null or ended.expires_at <= now())
    order by ended.created_at desc offset most);

  begun := 'dkt_' || left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'), 40);
  token := begun || left(encode(sha256(convert_to(begun, 'UTF8')), 'hex'), 8);
  begin
    insert into public.api_tokens (user_id, name, scopes, expires_at)
    values (owner, make_api_token.name, array(select distinct unnest(make_api_token.scopes) order by 1),
      make_api_token.expires_at)
    returning * into made;
  exception when check_violation or not_null_violation then
    perform private.refuse(400, 'invalid_request',
      'A token has a name of one line (at most 100 characters), at least one of the scopes documents:read, documents:write, upload and automation, and an expiry in the future or none.');
  end;
  insert into private.api_token_secrets (token_id, user_id, token_sha256)
    values (made.id, owner, sha256(convert_to(token, 'UTF8')));
  return to_jsonb(made) - 'user_id' || jsonb_build_object('token', token);
end
$$;
comment on function private.make_api_token(text, text[], timestamptz) is 'See public.create_api_token.';

create function private.end_api_token(token_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.api_tokens as t set revoked_at = coalesce(t.revoked_at, now())
  where t.id = end_api_token.token_id and t.user_id = (select private.caller());
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such API token, or it is not yours.');
  end if;
end
$$;
comment on function private.end_api_token(uuid) is 'See public.revoke_api_token.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private.
create function public.create_api_token(name text, scopes text[], expires_at timestamptz default null) returns jsonb
language sql set search_path = ''
begin atomic
  select private.make_api_token(create_api_token.name, create_api_token.scopes, create_api_token.expires_at);
end;
comment on function public.create_api_token(text, text[], timestamptz) is
  'Makes an API token of the signed-in user: {id, token, name, scopes, expires_at, …}. The token is shown here and '
  'never again. Errors: invalid_request (400), not_allowed_now (409) above 100 tokens in use, too_many_requests (429).';

create function public.revoke_api_token(token_id uuid) returns void
language sql set search_path = ''
begin atomic
  select private.end_api_token(revoke_api_token.token_id);
end;
comment on function public.revoke_api_token(uuid) is
  'Ends an API token of the signed-in user: from the next request on it is refused. Repeats change nothing. Errors: '
  'not_found (404).';

create function private.admit_api_token(token_sha256 text, scope text) returns public.api_tokens
language plpgsql set search_path = '' as $$
declare
  token public.api_tokens;
  allowed constant integer := (select settings.requests_per_minute_and_token from private.settings);
  full_at timestamptz;
begin
  select api_tokens.* into token from private.api_token_secrets as secrets
    join public.api_tokens on api_tokens.id = secrets.token_id
  where secrets.token_sha256 = decode(admit_api_token.token_sha256, 'hex');
  if token.id is null then
    perform private.refuse(401, 'token_unknown', 'There is no such API token. Make a new one.');
  elsif token.revoked_at is not null then
    perform private.refuse(401, 'token_revoked', 'This API token was revoked. Make a new one.');
  elsif token.expires_at <= now() then
    perform private.refuse(401, 'token_expired', 'This API token has expired. Make a new one.');
  elsif scope <> all (token.scopes) then
    perform private.refuse(403, 'scope_missing',
      format('This API token lacks the scope %s. Make one that has it.', scope));
  end if;
  if allowed is not null then
    update private.api_token_secrets as secrets
    set full_at = greatest(secrets.full_at, clock_timestamp()) + interval '1 minute' / allowed
    where secrets.token_id = token.id returning secrets.full_at into full_at;
    if full_at > clock_timestamp() + interval '1 minute' then
      perform private.refuse_until(429, 'too_many_requests',
        format('More than %s requests with this API token in a minute. Send the next ones more slowly.', allowed),
          full_at - interval '1 minute');
    end if;
  end if;
  -- To the minute: most requests write no row of a table that users read.
  update public.api_tokens set last_used_at = now()
  where id = token.id and (last_used_at is null or last_used_at < now() - interval '1 minute');
  return token;
end
$$;
comment on function private.admit_api_token(text, text) is
  'The token with a SHA-256 (hexadecimal), for a request that wants a scope; null wants none. Counts the request in '
  'the token''s rate. Errors: token_unknown, token_revoked, token_expired (401), scope_missing (403), '
  'too_many_requests (429).';

create function public.use_api_token(token_sha256 text, scope text) returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('id', token.id, 'user_id', token.user_id, 'scopes', token.scopes)
  from private.admit_api_token(token_sha256, scope) as token
$$;
comment on function public.use_api_token(text, text) is
  'Whose an API token is: {id, user_id, scopes}. For functions that act with rights of their own. Errors: as '
  'private.admit_api_token.';

revoke execute on function
  private.make_api_token(text, text[], timestamptz), private.end_api_token(uuid), private.admit_api_token(text, text),
  public.create_api_token(text, text[], timestamptz), public.revoke_api_token(uuid), public.use_api_token(text, text)
  from public, anon, authenticated, service_role;
grant execute on function
  private.make_api_token(text, text[], timestamptz), private.end_api_token(uuid),
  public.create_api_token(text, text[], timestamptz), public.revoke_api_token(uuid) to authenticated;
grant execute on function private.admit_api_token(text, text), public.use_api_token(text, text) to service_role;
