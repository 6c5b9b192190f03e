-- Upload links: whoever has one hands in files, which become documents of its owner.

alter table private.settings
  add column upload_links_per_user integer not null default 100,
  add column files_per_minute_and_upload_link integer not null default 120,
  add column files_per_minute_and_address integer not null default 30,
  add constraint upload_links_per_user_is_not_negative check (upload_links_per_user >= 0),
  add constraint files_per_minute_and_upload_link_is_positive check (files_per_minute_and_upload_link > 0),
  add constraint files_per_minute_and_address_is_positive check (files_per_minute_and_address > 0);
comment on column private.settings.upload_links_per_user is
  'Upload links that a user may have, those that ended included.';
comment on column private.settings.files_per_minute_and_upload_link is
  'Files that may be announced by one upload link in a minute, and so passwords that anybody can try.';
comment on column private.settings.files_per_minute_and_address is
  'Files that may be announced by one upload link from one address in a minute.';

create table public.upload_links (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  title text not null,
  tags text[] not null default '{}',
  is_protected boolean not null default false,
  most_files integer not null default 20,
  most_bytes bigint not null default 104857600,
  files integer not null default 0,
  bytes bigint not null default 0,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),

  constraint upload_link_title_is_one_line check (title ~ '\S' and title !~ '[[:cntrl:]]' and length(title) <= 200),
  constraint upload_link_tags_are_few check (tags = '{}' or (array_ndims(tags) = 1 and cardinality(tags) <= 10)),
  constraint upload_link_tags_are_words check (
    tags = '{}' or array_to_string(tags, ' ', '') ~ '^[[:alnum:]]+(-[[:alnum:]]+)*( [[:alnum:]]+(-[[:alnum:]]+)*)*$'
      and length(array_to_string(tags, '')) <= 400),
  constraint an_upload_link_ends_within_a_year
    check (expires_at > created_at and expires_at <= created_at + interval '1 year 1 day'),
  constraint most_files_are_some check (most_files between 1 and 1000),
  constraint most_bytes_are_some check (most_bytes between 1 and 10737418240),
  constraint files_of_upload_links_are_not_negative check (files >= 0 and bytes >= 0)
);
create index upload_links_by_user on public.upload_links (user_id, created_at);
comment on table public.upload_links is
  'Links by which others hand in files, without their tokens. Made by create_upload_link, ended by revoke_upload_link. '
  'docs/sharing.md.';
comment on column public.upload_links.title is 'What is asked for: "Receipts of March". Visitors see it.';
comment on column public.upload_links.tags is
  'Documents that come by it, and those in them, get these tags when they are completed.';
comment on column public.upload_links.is_protected is 'Whether it asks for a password.';
comment on column public.upload_links.most_files is 'After so many files it has ended.';
comment on column public.upload_links.most_bytes is 'So many bytes may come by it in all.';
comment on column public.upload_links.files is 'Files that were announced by it.';
comment on column public.upload_links.bytes is 'Their bytes.';
comment on column public.upload_links.revoked_at is 'From when on it is gone.';
create trigger on_upload_links_deleted after delete on public.upload_links
  for each row execute function private.forget_link_secret();

alter table public.upload_links enable row level security;
create policy "users can read their own upload links" on public.upload_links
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.upload_links from anon, authenticated, service_role, public;
grant select on public.upload_links to authenticated;
grant select, update on public.upload_links to service_role;

create table private.handed_in (
  document_id uuid primary key references public.documents on delete cascade,
  link_id uuid not null references public.upload_links on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  tagged boolean not null default false
);
create index handed_in_by_link on private.handed_in (link_id);
create index handed_in_by_user on private.handed_in (user_id);
comment on table private.handed_in is 'Documents that came by an upload link.';
comment on column private.handed_in.tagged is
  'It got the tags of the link; a later description does not bring them back.';
alter table private.handed_in enable row level security;
create policy "closed to users" on private.handed_in for all to anon, authenticated using (false);
revoke all on private.handed_in from anon, authenticated, service_role, public;
grant select, insert, update on private.handed_in to service_role;

create table private.link_addresses (
  link_id uuid not null references public.upload_links on delete cascade,
  address_sha256 bytea not null,
  user_id uuid not null references auth.users on delete cascade,
  full_at timestamptz not null,
  primary key (link_id, address_sha256)
);
create index link_addresses_by_user on private.link_addresses (user_id);
create index link_addresses_by_age on private.link_addresses (full_at);
comment on table private.link_addresses is
  'From where files came by upload links of late, by a hash of the link and the address, and how far ahead of its rate '
  'each is.';
alter table private.link_addresses enable row level security;
create policy "closed to users" on private.link_addresses for all to anon, authenticated using (false);
revoke all on private.link_addresses from anon, authenticated, service_role, public;
grant select, insert, update on private.link_addresses to service_role;

create function private.make_upload_link(title text, tags text[], expires_at timestamptz, password text,
  most_files integer, most_bytes bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  most constant integer := (select upload_links_per_user from private.settings);
  made public.upload_links;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make an upload link.');
  end if;
  perform private.admit_request(owner);
  if (select count(*) from public.upload_links where user_id = owner) >= most then
    perform private.refuse(409, 'not_allowed_now',
      format('You have %s upload links. Those that ended are removed after 30 days.', most));
  end if;
  begin
    insert into public.upload_links (user_id, title, tags, is_protected, most_files, most_bytes, expires_at)
    values (owner, make_upload_link.title, make_upload_link.tags, make_upload_link.password is not null,
      make_upload_link.most_files,
      make_upload_link.most_bytes, make_upload_link.expires_at)
    returning * into made;
  exception when check_violation or not_null_violation or datetime_field_overflow then
    perform private.refuse(400, 'invalid_request',
      'An upload link has a title of one line, at most 10 tags of letters, digits and hyphens, 1 to 1,000 files, up to 10 GiB, and ends within a year.');
  end;
  return to_jsonb(made) - 'user_id'
    || jsonb_build_object('token', private.make_link_secret(made.id, owner, make_upload_link.password));
end
$$;
comment on function private.make_upload_link(text, text[], timestamptz, text, integer, bigint) is
  'See public.create_upload_link.';

create function private.end_upload_link(link_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
begin
  perform private.admit_request(owner);
  update public.upload_links set revoked_at = coalesce(revoked_at, now()) where id = end_upload_link.link_id
    and user_id = owner;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such upload link, or it is not yours.');
  end if;
end
$$;
comment on function private.end_upload_link(uuid) is 'See public.revoke_upload_link.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private.
create function public.create_upload_link(title text, tags text[] default '{}',
  expires_at timestamptz default now() + interval '14 days',
  password text default null, most_files integer default 20, most_bytes bigint default 104857600) returns jsonb
language sql set search_path = ''
begin atomic
  select private.make_upload_link(create_upload_link.title, create_upload_link.tags, create_upload_link.expires_at,
    create_upload_link.password,
    create_upload_link.most_files, create_upload_link.most_bytes);
end;
comment on function public.create_upload_link(text, text[], timestamptz, text, integer, bigint) is
  'Makes a link by which others hand in files for the signed-in user: {id, token, expires_at, …}; it is opened at '
  '/functions/v1/collect/<token>. The token is shown here and never again. Errors: invalid_request (400), '
  'not_allowed_now (409), too_many_requests (429).';

create function public.revoke_upload_link(link_id uuid) returns void
language sql set search_path = ''
begin atomic
  select private.end_upload_link(revoke_upload_link.link_id);
end;
comment on function public.revoke_upload_link(uuid) is
  'Ends an upload link of the signed-in user: from the next request on it is gone. Repeats change nothing. Errors: '
  'not_found (404), too_many_requests (429).';

create function private.takes_files(link public.upload_links) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(link.revoked_at is null and link.expires_at > clock_timestamp() and link.files < link.most_files,
    false)
$$;
comment on function private.takes_files(public.upload_links) is
  'Whether files can be handed in by an upload link; false for none.';

create function public.look_at_upload_link(token_sha256 text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  link public.upload_links;
begin
  select upload_links.* into link from private.link_secrets as secrets
    join public.upload_links on upload_links.id = secrets.link_id
  where secrets.token_sha256 = decode(look_at_upload_link.token_sha256, 'hex');
  if not private.takes_files(link) then
    return private.no_such_link();
  end if;
  -- Its title is for those who have the password.
  return jsonb_build_object('needs_password', link.is_protected)
    || case when link.is_protected then jsonb_build_object() else jsonb_build_object('title', link.title) end;
end
$$;
comment on function public.look_at_upload_link(text) is
  'Whether an upload link, by the SHA-256 of its token in hexadecimal, takes files: {needs_password, title}, or '
  '{refused: {status: 404, code, message}}.';

create function private.try_address(link public.upload_links, address_sha256 text, counts boolean) returns jsonb
language plpgsql set search_path = '' as $$
declare
  share constant interval := interval '1 minute' / (select files_per_minute_and_address from private.settings);
  passes boolean;
begin
  if counts then
    insert into private.link_addresses as addresses (link_id, address_sha256, user_id, full_at)
    values (link.id, decode(try_address.address_sha256, 'hex'), link.user_id, clock_timestamp() + share)
    on conflict on constraint link_addresses_pkey do update
      set full_at = greatest(addresses.full_at, clock_timestamp()) + share
      where addresses.full_at <= clock_timestamp() + interval '1 minute' - share
    returning true into passes;
  else
    select addresses.full_at <= clock_timestamp() + interval '1 minute' - share into passes
    from private.link_addresses as addresses
    where addresses.link_id = link.id and addresses.address_sha256 = decode(try_address.address_sha256, 'hex');
    passes := coalesce(passes, true);
  end if;
  if passes is null or not passes then
    return private.link_refusal(429, 'too_many_requests',
      'Too many files came from your address just now. Try again in a minute.');
  end if;
  return null;
end
$$;
comment on function private.try_address(public.upload_links, text, boolean) is
  'Counts a file from an address (a SHA-256 in hexadecimal), or only looks whether one more may come. Returns the '
  'refusal too_many_requests (429); null when it may pass.';

create function public.announce_by_link(token_sha256 text, address_sha256 text, filename text, mime_type text,
  byte_size bigint, content_sha256 text,
  password text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  secret private.link_secrets;
  link public.upload_links;
  refusal jsonb;
  admission jsonb;
  document public.documents;
begin
  select * into secret from private.link_secrets
    where link_secrets.token_sha256 = decode(announce_by_link.token_sha256, 'hex');
  select * into link from public.upload_links where id = secret.link_id;
  if not private.takes_files(link) then
    return private.no_such_link();
  end if;
  -- Who sends too much uses up nothing of the link. Addresses are written down after the link was asked, as anybody
  -- can make them up.
  refusal := coalesce(
    private.try_address(link, announce_by_link.address_sha256, false),
    private.try_link(secret, announce_by_link.password,
      (select files_per_minute_and_upload_link from private.settings)),
    private.try_address(link, announce_by_link.address_sha256, true));
  if refusal is not null then
    return refusal;
  end if;
  admission := public.admit_upload(link.user_id, announce_by_link.filename, announce_by_link.mime_type,
    announce_by_link.byte_size,
    announce_by_link.content_sha256);
  -- After the document: the link is the last that is locked.
  update public.upload_links
  set files = files + 1, bytes = bytes + announce_by_link.byte_size, last_used_at = clock_timestamp()
  where id = link.id and private.takes_files(upload_links) and bytes + announce_by_link.byte_size <= most_bytes;
  if not found then
    if not exists (select from public.upload_links where id = link.id and private.takes_files(upload_links)) then
      -- It ended meanwhile. Here an error, which takes back the document.
      perform private.refuse(404, 'not_found', 'There is no such link, or it has ended.');
    end if;
    perform private.refuse(413, 'file_too_large', 'This link takes no more files of that size.');
  end if;
  if not (admission ->> 'duplicate')::boolean then
    insert into private.handed_in (document_id, link_id, user_id)
      values ((admission ->> 'document_id')::uuid, link.id, link.user_id)
    on conflict on constraint handed_in_pkey do nothing;
    select * into document from public.documents where id = (admission ->> 'document_id')::uuid;
    perform private.record_event(document, 'share', 'received', format('Handed in by the link “%s”.', link.title),
      jsonb_build_object('link_id', link.id, 'title', link.title));
  end if;
  return jsonb_build_object('storage_path', admission -> 'storage_path', 'duplicate', admission -> 'duplicate',
    'filename', admission -> 'filename', 'title', link.title);
end
$$;
comment on function public.announce_by_link(text, text, text, text, bigint, text, text) is
  'A file that somebody hands in by an upload link becomes a document of its owner, within the link''s limits and the '
  'owner''s: {storage_path, duplicate, filename, title: the link''s, for who has its password}; store the file there '
  'unless the owner has it. Or {refused: {status, code, message}}: not_found (404), link_password (401), '
  'too_many_requests (429). Errors: file_too_large (413) also when the link takes no more bytes, and those of '
  'admit_upload.';

create function private.with_tags(document public.documents, wanted text[]) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  missing constant text[] := array(select unnest(wanted) except select unnest(document.tags));
begin
  if missing = '{}' or 'tags' = any (document.locked_fields) or cardinality(document.tags) + cardinality(missing) > 50
    or length(array_to_string(document.tags || missing, '')) > 2000 then
    return document.tags;
  end if;
  return document.tags || missing;
end
$$;
comment on function private.with_tags(public.documents, text[]) is
  'The tags of a document with those that it gets from where it came; its own alone where a person locked them, or '
  'where all would be too many.';

create function private.tag_handed_in() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  wanted text[];
begin
  update private.handed_in set tagged = true from public.upload_links
  where handed_in.document_id = new.id and not handed_in.tagged and upload_links.id = handed_in.link_id
    returning upload_links.tags into wanted;
  -- So does what came in it. Its first run of describing is written by now.
  if wanted is null and new.parent_id is not null then
    select upload_links.tags into wanted from private.handed_in
      join public.upload_links on upload_links.id = handed_in.link_id
    where handed_in.document_id = (private.root_of(new.id)).root
      and (select count(*) from public.metadata_runs where metadata_runs.document_id = new.id) = 1;
  end if;
  new.tags := private.with_tags(new, wanted);
  return new;
end
$$;
comment on function private.tag_handed_in() is
  'Trigger: a document that came by an upload link, or in one that did, gets its tags when it is completed for the '
  'first time. In the statement that completes it, so that tags are counted and searched with it.';

create function private.prune_upload_links() returns void
language sql security definer set search_path = '' as $$
  delete from public.upload_links where least(expires_at, revoked_at) < now() - interval '30 days';
  delete from private.link_addresses where full_at < now();
$$;
comment on function private.prune_upload_links() is
  'Removes upload links that ended 30 days ago, and addresses that may send again. Run by pg_cron every hour.';
select cron.schedule('docket-prune-upload-links', '47 * * * *', 'select private.prune_upload_links()');

revoke execute on function
  private.make_upload_link(text, text[], timestamptz, text, integer, bigint), private.end_upload_link(uuid),
  public.create_upload_link(text, text[], timestamptz, text, integer, bigint), public.revoke_upload_link(uuid),
  private.takes_files(public.upload_links), public.look_at_upload_link(text),
  private.try_address(public.upload_links, text, boolean),
  public.announce_by_link(text, text, text, text, bigint, text, text), private.with_tags(public.documents, text[]),
  private.tag_handed_in(), private.prune_upload_links()
  from public, anon, authenticated, service_role;
grant execute on function
  private.make_upload_link(text, text[], timestamptz, text, integer, bigint), private.end_upload_link(uuid),
  public.create_upload_link(text, text[], timestamptz, text, integer, bigint),
  public.revoke_upload_link(uuid) to authenticated;
grant execute on function
  private.takes_files(public.upload_links), public.look_at_upload_link(text),
  private.try_address(public.upload_links, text, boolean),
  public.announce_by_link(text, text, text, text, bigint, text, text) to service_role;
