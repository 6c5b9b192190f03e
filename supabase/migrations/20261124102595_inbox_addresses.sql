-- Mail in: an address whose secret local part belongs to one user. What is sent there becomes a document of theirs.
-- The local part is readable to its owner, as they have to tell it to others, and as it stands in every mail that
-- comes.

alter table private.settings
  add column inbox_addresses_per_user integer not null default 50,
  add column mails_per_minute_and_inbox_address integer not null default 60,
  add constraint inbox_addresses_per_user_is_not_negative check (inbox_addresses_per_user >= 0),
  add constraint mails_per_minute_and_inbox_address_is_positive check (mails_per_minute_and_inbox_address > 0);
comment on column private.settings.inbox_addresses_per_user is
  'Mail addresses that a user may have, those that were revoked in the last 30 days included.';
comment on column private.settings.mails_per_minute_and_inbox_address is
  'Mails to one address in a minute, those that are refused included: so many at once, then one whenever its share of '
  'the minute is over.';

create table public.inbox_addresses (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  name text not null,
  local_part text not null default 'inbox-'
    || left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'), 32),
  allowed_senders text[] not null default '{}',
  tags text[] not null default '{}',
  mails bigint not null default 0,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),

  constraint local_parts_are_unique unique (local_part),
  constraint a_local_part_is_secret check (local_part ~ '^inbox-[0-9a-f]{32}$'),
  constraint inbox_address_name_is_one_line check (name ~ '\S' and name !~ '[[:cntrl:]]' and length(name) <= 200),
  constraint allowed_senders_are_few check (
    allowed_senders = '{}' or (array_ndims(allowed_senders) = 1 and cardinality(allowed_senders) <= 50
      and length(array_to_string(allowed_senders, '')) <= 5000)),
  constraint allowed_senders_are_addresses_or_domains check (
    allowed_senders = '{}' or array_to_string(allowed_senders, E'\n',
      '') ~ '^([^[:space:]@<>,;"A-Z]+@)?[a-z0-9-]+([.][a-z0-9-]+)+(\n([^[:space:]@<>,;"A-Z]+@)?[a-z0-9-]+([.][a-z0-9-]+)+)*$'),
  constraint inbox_address_tags_are_few check (tags = '{}' or (array_ndims(tags) = 1 and cardinality(tags) <= 10)),
  constraint inbox_address_tags_are_words check (
    tags = '{}' or array_to_string(tags, E'\n', '') ~ '^[[:alnum:]]+(-[[:alnum:]]+)*(\n[[:alnum:]]+(-[[:alnum:]]+)*)*$'
      and length(array_to_string(tags, '')) <= 400),
  constraint mails_are_not_negative check (mails >= 0)
);
create index inbox_addresses_by_user on public.inbox_addresses (user_id, created_at);
comment on table public.inbox_addresses is
  'Mail addresses whose mails become documents of their owner. Made by create_inbox_address, ended by '
  'revoke_inbox_address. docs/mail.md.';
comment on column public.inbox_addresses.name is 'What its owner calls it: "Invoices".';
comment on column public.inbox_addresses.local_part is
  'What stands before the @: 128 random bits. Anyone who knows it can send.';
comment on column public.inbox_addresses.allowed_senders is
  'Addresses and domains that may send, in lower case; a domain stands for those below it too. Empty: everybody.';
comment on column public.inbox_addresses.tags is
  'Mails to it, and what is attached to them, get these tags when they are completed.';
comment on column public.inbox_addresses.mails is 'Mails that were taken.';
comment on column public.inbox_addresses.revoked_at is 'From when on it is gone.';
create trigger on_inbox_addresses_deleted after delete on public.inbox_addresses
  for each row execute function private.forget_link_secret();

alter table public.inbox_addresses enable row level security;
create policy "users can read their own inbox addresses" on public.inbox_addresses
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.inbox_addresses from anon, authenticated, service_role, public;
grant select on public.inbox_addresses to authenticated;
grant select, update on public.inbox_addresses to service_role;

create table private.mails (
  document_id uuid primary key references public.documents on delete cascade,
  address_id uuid not null references public.inbox_addresses on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  message_sha256 bytea not null,
  tagged boolean not null default false,
  constraint a_message_comes_once_to_an_address unique (address_id, message_sha256)
);
create index mails_by_user on private.mails (user_id);
comment on table private.mails is
  'Documents that came by mail. A row goes with its document, so that a mail may be sent again after that.';
comment on column private.mails.message_sha256 is
  'SHA-256 of the Message-ID, or of the whole mail where it has none: a repeat is the same document.';
comment on column private.mails.tagged is
  'It got the tags of the address; a later description does not bring them back.';
alter table private.mails enable row level security;
create policy "closed to users" on private.mails for all to anon, authenticated using (false);
revoke all on private.mails from anon, authenticated, service_role, public;
grant select, insert, update, delete on private.mails to service_role;

create table public.refused_mails (
  id bigint generated always as identity primary key,
  address_id uuid not null references public.inbox_addresses on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  message_sha256 bytea not null,
  code text not null,
  message text not null,
  sender text not null,
  created_at timestamptz not null default clock_timestamp(),

  constraint a_refused_mail_is_listed_once unique (address_id, message_sha256),
  constraint refused_mail_code_is_a_name check (code ~ '^[a-z_]{1,40}$'),
  constraint refused_mail_message_fits check (length(message) <= 500),
  constraint refused_mail_sender_is_one_line check (length(sender) <= 320 and sender !~ '[[:cntrl:]]')
);
create index refused_mails_by_user on public.refused_mails (user_id, id);
create index refused_mails_by_address on public.refused_mails (address_id, id);
create index refused_mails_by_age on public.refused_mails (created_at);
comment on table public.refused_mails is
  'Mails that came to an address and became no document, and why: the newest 100 of each address, for 30 days. Holds '
  'nothing of what they say.';
comment on column public.refused_mails.message_sha256 is 'As in private.mails.';
comment on column public.refused_mails.code is
  'A code of the list in functions/_shared/errors.ts: auto_reply, bounce, mail_loop, sender_not_allowed, '
  'file_too_large, …';
comment on column public.refused_mails.message is 'A sentence for people.';
comment on column public.refused_mails.sender is 'Who sent it, as the mail says.';
alter table public.refused_mails enable row level security;
create policy "users can read their own refused mails" on public.refused_mails
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.refused_mails from anon, authenticated, service_role, public;
revoke all on sequence public.refused_mails_id_seq from anon, authenticated, service_role, public;
grant select on public.refused_mails to authenticated;
grant select, insert, update, delete on public.refused_mails to service_role;

create table private.mail_tokens (
  token_sha256 bytea primary key,
  message_sha256 bytea not null,
  used_at timestamptz not null default now()
);
create index mail_tokens_by_age on private.mail_tokens (used_at);
comment on table private.mail_tokens is
  'Tokens that a provider signed by themselves, without the mail: each is good for one mail, so that nobody who sees a '
  'request sends others with its signature.';
alter table private.mail_tokens enable row level security;
create policy "closed to users" on private.mail_tokens for all to anon, authenticated using (false);
revoke all on private.mail_tokens from anon, authenticated, service_role, public;
grant select, insert on private.mail_tokens to service_role;

create function public.use_mail_token(token_sha256 text, message_sha256 text) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into private.mail_tokens (token_sha256, message_sha256)
  values (decode(use_mail_token.token_sha256, 'hex'), decode(use_mail_token.message_sha256, 'hex'))
  on conflict on constraint mail_tokens_pkey do nothing;
  return exists (
    select from private.mail_tokens as tokens
    where tokens.token_sha256 = decode(use_mail_token.token_sha256, 'hex')
      and tokens.message_sha256 = decode(use_mail_token.message_sha256, 'hex'));
end
$$;
comment on function public.use_mail_token(text, text) is
  'Whether a token that a provider signed is new, or comes again with the same mail. Both as SHA-256 in hexadecimal.';

create function private.make_inbox_address(name text, tags text[], allowed_senders text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  most constant integer := (select inbox_addresses_per_user from private.settings);
  made public.inbox_addresses;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make a mail address.');
  end if;
  perform private.admit_request(owner);
  if (select count(*) from public.inbox_addresses where user_id = owner) >= most then
    perform private.refuse(409, 'not_allowed_now',
      format('You have %s mail addresses. Those that were revoked are removed after 30 days.', most));
  end if;
  begin
    insert into public.inbox_addresses (user_id, name, tags, allowed_senders)
    values (owner, make_inbox_address.name, make_inbox_address.tags,
      array(select distinct lower(btrim(sender)) from unnest(make_inbox_address.allowed_senders) as sender order by 1))
    returning * into made;
  exception when check_violation or not_null_violation then
    perform private.refuse(400, 'invalid_request',
      'A mail address has a name of one line, at most 10 tags of letters, digits and hyphens, and at most 50 senders, each an address or a domain.');
  end;
  insert into private.link_secrets (link_id, user_id, token_sha256)
    values (made.id, owner, sha256(convert_to(made.local_part, 'UTF8')));
  return to_jsonb(made) - 'user_id';
end
$$;
comment on function private.make_inbox_address(text, text[], text[]) is 'See public.create_inbox_address.';

create function private.end_inbox_address(address_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
begin
  perform private.admit_request(owner);
  update public.inbox_addresses set revoked_at = coalesce(revoked_at, now()) where id = end_inbox_address.address_id
    and user_id = owner;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such mail address, or it is not yours.');
  end if;
end
$$;
comment on function private.end_inbox_address(uuid) is 'See public.revoke_inbox_address.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private.
create function public.create_inbox_address(name text, tags text[] default '{}', allowed_senders text[] default '{}')
  returns jsonb
language sql set search_path = ''
begin atomic
  select private.make_inbox_address(create_inbox_address.name, create_inbox_address.tags,
    create_inbox_address.allowed_senders);
end;
comment on function public.create_inbox_address(text, text[], text[]) is
  'Makes a mail address of the signed-in user: {id, local_part, name, tags, allowed_senders, …}; what stands behind '
  'the @ is the domain whose mails the project gets. allowed_senders are addresses and domains; empty: everybody. '
  'Errors: invalid_request (400), not_allowed_now (409), too_many_requests (429).';

create function public.revoke_inbox_address(address_id uuid) returns void
language sql set search_path = ''
begin atomic
  select private.end_inbox_address(revoke_inbox_address.address_id);
end;
comment on function public.revoke_inbox_address(uuid) is
  'Ends a mail address of the signed-in user: from the next mail on it is gone. Repeats change nothing. Errors: '
  'not_found (404), too_many_requests (429).';

create function private.inbox_address_of(address_sha256 text) returns public.inbox_addresses
language plpgsql stable set search_path = '' as $$
declare
  address public.inbox_addresses;
begin
  select inbox_addresses.* into address from private.link_secrets as secrets
    join public.inbox_addresses on inbox_addresses.id = secrets.link_id
  where secrets.token_sha256 = decode(inbox_address_of.address_sha256, 'hex') and inbox_addresses.revoked_at is null;
  return address;
end
$$;
comment on function private.inbox_address_of(text) is
  'The address with a local part that has this SHA-256 (hexadecimal); a row of nulls when there is none, or it was '
  'revoked.';

create function private.no_such_inbox_address() returns jsonb
language sql immutable set search_path = '' as $$
  select private.link_refusal(404, 'not_found', 'There is no such mail address.')
$$;
comment on function private.no_such_inbox_address() is
  'What addresses answer that were revoked or guessed: all the same.';

create function public.look_at_inbox_address(address_sha256 text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  address constant public.inbox_addresses := private.inbox_address_of(look_at_inbox_address.address_sha256);
begin
  if address.id is null then
    return private.no_such_inbox_address();
  end if;
  return jsonb_build_object('allowed_senders', address.allowed_senders);
end
$$;
comment on function public.look_at_inbox_address(text) is
  'Who may send to a mail address, by the SHA-256 of its local part in hexadecimal: {allowed_senders}, or {refused: '
  '{status: 404, code, message}}.';

create function private.try_inbox_address(address public.inbox_addresses) returns jsonb
language plpgsql set search_path = '' as $$
declare
  secret private.link_secrets;
begin
  select * into secret from private.link_secrets where link_id = address.id;
  if private.try_link(secret, null, (select mails_per_minute_and_inbox_address from private.settings)) is null then
    return null;
  end if;
  return private.link_refusal(429, 'too_many_requests',
    'Too many mails came to this address just now. Send this one again in a minute.');
end
$$;
comment on function private.try_inbox_address(public.inbox_addresses) is
  'Counts a mail to an address. Returns the refusal too_many_requests (429); null when it may pass.';

create function private.list_refused_mail(address public.inbox_addresses, message_sha256 text, sender text, code text,
  message text) returns void
language sql set search_path = '' as $$
  insert into public.refused_mails (address_id, user_id, message_sha256, code, message, sender)
  values (address.id, address.user_id, decode(list_refused_mail.message_sha256, 'hex'), list_refused_mail.code,
    left(list_refused_mail.message, 500), left(list_refused_mail.sender, 320))
  on conflict on constraint a_refused_mail_is_listed_once do update
    set code = excluded.code, message = excluded.message, sender = excluded.sender, created_at = clock_timestamp();
  -- Anybody who knows the address can fill this list.
  delete from public.refused_mails where address_id = address.id and id <= (
    select id from public.refused_mails where address_id = address.id order by id desc offset 100 limit 1);
$$;
comment on function private.list_refused_mail(public.inbox_addresses, text, text, text, text) is
  'Writes down for the owner of an address that a mail became no document. A repeat is one row; the newest 100 of the '
  'address stay.';

create function public.refuse_mail(address_sha256 text, message_sha256 text, sender text, code text, message text)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  address constant public.inbox_addresses := private.inbox_address_of(refuse_mail.address_sha256);
  refusal jsonb;
begin
  if address.id is null then
    return private.no_such_inbox_address();
  end if;
  refusal := private.try_inbox_address(address);
  if refusal is null then
    perform private.list_refused_mail(address, refuse_mail.message_sha256, refuse_mail.sender, refuse_mail.code,
      refuse_mail.message);
  end if;
  return coalesce(refusal, jsonb_build_object());
end
$$;
comment on function public.refuse_mail(text, text, text, text, text) is
  'Tells the owner of an address of a mail that was refused before it was admitted: {}. Or {refused: {status, code, '
  'message}}: not_found (404), too_many_requests (429).';

create function public.admit_mail(address_sha256 text, message_sha256 text, sender text, filename text,
  byte_size bigint, content_sha256 text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  address constant public.inbox_addresses := private.inbox_address_of(admit_mail.address_sha256);
  key constant bytea := decode(admit_mail.message_sha256, 'hex');
  refusal jsonb;
  document public.documents;
  admission jsonb;
  code text;
  problem text;
  state text;
begin
  if address.id is null then
    return private.no_such_inbox_address();
  end if;
  refusal := private.try_inbox_address(address);
  if refusal is not null then
    return refusal;
  end if;
  -- Two deliveries of one message count one after another. Before every row, so that nobody who has one of them waits
  -- for this.
  perform pg_advisory_xact_lock(hashtextextended('docket.mails ' || address.id || admit_mail.message_sha256, 0));
  select documents.* into document from private.mails join public.documents on documents.id = mails.document_id
  where mails.address_id = address.id and mails.message_sha256 = key;
  if document.id is not null and document.status <> 'uploading' and not private.lacks_its_file(document) then
    return private.admission(document, true);
  end if;
  -- The first delivery was cut off before its file was stored, and the sender's program has written the mail again
  -- since.
  if document.content_sha256 <> admit_mail.content_sha256 then
    delete from public.documents where id = document.id and (status = 'uploading' or private.lacks_its_file(documents));
  end if;
  begin
    admission := public.admit_upload(address.user_id, admit_mail.filename, 'message/rfc822', admit_mail.byte_size,
      admit_mail.content_sha256);
  exception when sqlstate 'PT402' or sqlstate 'PT413' then
    -- As an answer: the owner is told, which an error would undo.
    get stacked diagnostics code = pg_exception_hint, problem = message_text, state = returned_sqlstate;
    perform private.list_refused_mail(address, admit_mail.message_sha256, admit_mail.sender, code, problem);
    return private.link_refusal(right(state, 3)::integer, code, problem);
  end;
  select * into document from public.documents where id = (admission ->> 'document_id')::uuid;
  -- The same bytes may be a document that came otherwise, or to another address: it keeps its tags.
  insert into private.mails (document_id, address_id, user_id, message_sha256, tagged)
  values (document.id, address.id, address.user_id, key, (admission ->> 'duplicate')::boolean)
  on conflict do nothing;
  if found and not (admission ->> 'duplicate')::boolean then
    perform private.record_event(document, 'mail', 'received', format('Came by mail to “%s”.', address.name),
      jsonb_build_object('address_id', address.id, 'name', address.name));
  end if;
  update public.inbox_addresses set mails = mails + 1, last_used_at = clock_timestamp() where id = address.id;
  return admission;
end
$$;
comment on function public.admit_mail(text, text, text, text, bigint, text) is
  'A mail to an address becomes a document of its owner, within the owner''s limits; a message that came before is the '
  'same document. Returns what admit_upload does; when duplicate is false, store the file. Or {refused: {status, code, '
  'message}}: not_found (404), too_many_requests (429), monthly_limit_reached (402), storage_limit_reached (402), '
  'file_too_large (413). Errors: too_many_requests (429) when the owner''s rate is used up.';

create function private.tag_mails() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  wanted text[];
begin
  update private.mails set tagged = true from public.inbox_addresses
  where mails.document_id = new.id and not mails.tagged and inbox_addresses.id = mails.address_id
    returning inbox_addresses.tags into wanted;
  -- What is attached to a mail is part of it, however deep. Its first run of describing is written by now.
  if wanted is null and new.parent_id is not null then
    select inbox_addresses.tags into wanted from private.mails
      join public.inbox_addresses on inbox_addresses.id = mails.address_id
    where mails.document_id = (private.root_of(new.id)).root
      and (select count(*) from public.metadata_runs where metadata_runs.document_id = new.id) = 1;
  end if;
  new.tags := private.with_tags(new, wanted);
  return new;
end
$$;
comment on function private.tag_mails() is
  'Trigger: a document that came by mail, or in one, gets the tags of the address when it is completed for the first '
  'time. In the statement that completes it, so that tags are counted and searched with it.';

create function private.prune_inbox_addresses() returns void
language sql security definer set search_path = '' as $$
  delete from public.inbox_addresses where revoked_at < now() - interval '30 days';
  delete from public.refused_mails where created_at < now() - interval '30 days';
  -- A signature is good for four days.
  delete from private.mail_tokens where used_at < now() - interval '5 days';
$$;
comment on function private.prune_inbox_addresses() is
  'Removes addresses that were revoked, and what was noted of refused mails, after 30 days; tokens after 5. Run by '
  'pg_cron every hour.';
select cron.schedule('docket-prune-inbox-addresses', '53 * * * *', 'select private.prune_inbox_addresses()');

revoke execute on function
  private.make_inbox_address(text, text[], text[]), private.end_inbox_address(uuid),
  public.create_inbox_address(text, text[], text[]), public.revoke_inbox_address(uuid),
  private.inbox_address_of(text), private.no_such_inbox_address(), public.look_at_inbox_address(text),
  private.try_inbox_address(public.inbox_addresses),
  private.list_refused_mail(public.inbox_addresses, text, text, text, text),
  public.refuse_mail(text, text, text, text, text), public.admit_mail(text, text, text, text, bigint, text),
  public.use_mail_token(text, text), private.tag_mails(), private.prune_inbox_addresses()
  from public, anon, authenticated, service_role;
grant execute on function
  private.make_inbox_address(text, text[], text[]), private.end_inbox_address(uuid),
  public.create_inbox_address(text, text[], text[]), public.revoke_inbox_address(uuid) to authenticated;
grant execute on function
  private.inbox_address_of(text), private.no_such_inbox_address(), public.look_at_inbox_address(text),
  private.try_inbox_address(public.inbox_addresses),
  private.list_refused_mail(public.inbox_addresses, text, text, text, text),
  public.refuse_mail(text, text, text, text, text), public.admit_mail(text, text, text, text, bigint, text),
  public.use_mail_token(text, text) to service_role;
