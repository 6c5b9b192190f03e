-- Share links: one document for anyone with the link.

alter table private.settings
  add column share_links_per_document integer not null default 50,
  add constraint share_links_per_document_is_not_negative check (share_links_per_document >= 0);
comment on column private.settings.share_links_per_document is
  'Share links that a document may have, those that ended included.';

create table public.share_links (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  document_id uuid not null references public.documents on delete cascade,
  description text not null default '',
  with_text boolean not null default false,
  with_values boolean not null default true,
  is_protected boolean not null default false,
  expires_at timestamptz not null,
  most_openings integer,
  openings integer not null default 0,
  last_opened_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),

  constraint share_link_description_fits check (length(description) <= 200 and description !~ '[[:cntrl:]]'),
  constraint a_share_link_ends_within_a_year
    check (expires_at > created_at and expires_at <= created_at + interval '1 year 1 day'),
  constraint most_openings_are_positive check (most_openings > 0),
  constraint openings_are_not_negative check (openings >= 0)
);
create index share_links_by_document on public.share_links (document_id, created_at);
create index share_links_by_user on public.share_links (user_id, created_at);
comment on table public.share_links is
  'Links that show a document to whoever has them, without their tokens. Made by create_share_link, ended by '
  'revoke_share_link. docs/sharing.md.';
comment on column public.share_links.with_text is 'Whether the text of the pages is shown, beside the file.';
comment on column public.share_links.with_values is 'Whether the metadata and the extracted values are shown.';
comment on column public.share_links.is_protected is 'Whether it asks for a password.';
comment on column public.share_links.most_openings is 'After so many openings it has ended; null is without end.';
comment on column public.share_links.openings is 'How often it was opened. Each is an event of the document.';
comment on column public.share_links.revoked_at is 'From when on it is gone.';

create trigger on_share_links_deleted after delete on public.share_links
  for each row execute function private.forget_link_secret();

alter table public.share_links enable row level security;
create policy "users can read their own share links" on public.share_links
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.share_links from anon, authenticated, service_role, public;
grant select on public.share_links to authenticated;
grant select, update on public.share_links to service_role;

create function private.make_share_link(document_id uuid, expires_at timestamptz, password text, with_text boolean,
  with_values boolean,
  most_openings integer, description text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  document public.documents;
  made public.share_links;
  token text;
begin
  perform private.admit_request(owner);
  select * into document from public.documents where id = make_share_link.document_id and user_id = owner
    and trashed_at is null for key share;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document, or it is not yours.');
  end if;
  if (select count(*) from public.share_links where share_links.document_id = document.id)
    >= (select share_links_per_document from private.settings) then
    perform private.refuse(409, 'not_allowed_now',
      'The document has too many share links. Those that ended are removed after 30 days.');
  end if;
  begin
    insert into public.share_links (user_id, document_id, expires_at, with_text, with_values, is_protected,
      most_openings, description)
    values (owner, document.id, make_share_link.expires_at, make_share_link.with_text, make_share_link.with_values,
      make_share_link.password is not null, make_share_link.most_openings, make_share_link.description)
    returning * into made;
  exception when check_violation or not_null_violation or datetime_field_overflow then
    perform private.refuse(400, 'invalid_request',
      'A share link ends within a year, is opened at least once if that is bounded, and has a description of one line (at most 200 characters).');
  end;
  token := private.make_link_secret(made.id, owner, make_share_link.password);
  perform private.record_event(document, 'share', 'shared', 'Shared by a link.',
    jsonb_build_object('link_id', made.id));
  return to_jsonb(made) - 'user_id' || jsonb_build_object('token', token);
end
$$;
comment on function private.make_share_link(uuid, timestamptz, text, boolean, boolean, integer, text) is
  'See public.create_share_link.';

create function private.end_share_link(link_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  document public.documents;
begin
  perform private.admit_request(owner);
  -- The document before its link, as deleting it has them.
  select documents.* into document from public.documents
    join public.share_links on share_links.document_id = documents.id
  where share_links.id = end_share_link.link_id and share_links.user_id = owner for key share of documents;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such share link, or it is not yours.');
  end if;
  update public.share_links set revoked_at = now() where id = end_share_link.link_id and revoked_at is null;
  if found then
    perform private.record_event(document, 'share', 'revoked', 'A share link was revoked.',
      jsonb_build_object('link_id', end_share_link.link_id));
  end if;
end
$$;
comment on function private.end_share_link(uuid) is 'See public.revoke_share_link.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private.
create function public.create_share_link(document_id uuid, expires_at timestamptz default now() + interval '7 days',
  password text default null,
  with_text boolean default false, with_values boolean default true, most_openings integer default null,
  description text default '') returns jsonb
language sql set search_path = ''
begin atomic
  select private.make_share_link(create_share_link.document_id, create_share_link.expires_at,
    create_share_link.password,
    create_share_link.with_text, create_share_link.with_values, create_share_link.most_openings,
      create_share_link.description);
end;
comment on function public.create_share_link(uuid, timestamptz, text, boolean, boolean, integer, text) is
  'Makes a link to a document of the signed-in user: {id, token, expires_at, …}; it is opened at '
  '/functions/v1/share/<token>. The token is shown here and never again. Errors: invalid_request (400), not_found '
  '(404), not_allowed_now (409), too_many_requests (429).';

create function public.revoke_share_link(link_id uuid) returns void
language sql set search_path = ''
begin atomic
  select private.end_share_link(revoke_share_link.link_id);
end;
comment on function public.revoke_share_link(uuid) is
  'Ends a share link of the signed-in user: from the next request on it is gone. Repeats change nothing. Errors: '
  'not_found (404), too_many_requests (429).';

create function private.is_live(link public.share_links) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(link.revoked_at is null and link.expires_at > clock_timestamp()
    and (link.most_openings is null or link.openings < link.most_openings)
    and not exists (select from public.documents where id = link.document_id and trashed_at is not null), false)
$$;
comment on function private.is_live(public.share_links) is
  'Whether a share link can be opened; false for none, and while its document is in the trash.';

create function public.look_at_share_link(token_sha256 text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  link public.share_links;
begin
  select share_links.* into link from private.link_secrets as secrets
    join public.share_links on share_links.id = secrets.link_id
  where secrets.token_sha256 = decode(look_at_share_link.token_sha256, 'hex');
  if not private.is_live(link) then
    return private.no_such_link();
  end if;
  return jsonb_build_object('needs_password', link.is_protected);
end
$$;
comment on function public.look_at_share_link(text) is
  'Whether a share link, by the SHA-256 of its token in hexadecimal, can be opened: {needs_password}, or {refused: '
  '{status: 404, code, message}}. No opening.';

create function public.open_share_link(token_sha256 text, password text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  most_pages constant integer := 100;
  secret private.link_secrets;
  link public.share_links;
  document public.documents;
  refusal jsonb;
  whole jsonb;
begin
  select * into secret from private.link_secrets
    where link_secrets.token_sha256 = decode(open_share_link.token_sha256, 'hex');
  select * into link from public.share_links where id = secret.link_id;
  if not private.is_live(link) then
    return private.no_such_link();
  end if;
  refusal := private.try_link(secret, open_share_link.password,
    (select requests_per_minute_and_link from private.settings));
  if refusal is not null then
    return refusal;
  end if;
  -- The document before its link, as deleting it has them.
  select * into document from public.documents where id = link.document_id for key share;
  update public.share_links set openings = openings + 1, last_opened_at = clock_timestamp()
  where id = link.id and private.is_live(share_links) and document.id is not null
    and document.status not in ('uploading') returning * into link;
  if not found then
    return private.no_such_link();
  end if;
  perform private.record_event(document, 'share', 'opened', 'Opened by a share link.',
    jsonb_build_object('link_id', link.id, 'opening', link.openings));
  whole := to_jsonb(document);
  return jsonb_build_object('storage_path', document.storage_path, 'shared', jsonb_build_object(
      'filename', case when link.with_values then coalesce(document.display_name, document.filename)
        else document.filename end,
      'mime_type', document.mime_type, 'byte_size', document.byte_size, 'page_count', document.page_count,
      'expires_at', link.expires_at)
    || case when link.with_values then jsonb_build_object(
        'metadata', (select jsonb_object_agg(field, whole -> field) from private.metadata_fields()),
        'extractions', coalesce(private.extractions_told(
          (select jsonb_agg(id) from public.extractions where document_id = document.id
            and status in ('completed', 'needs_review'))), jsonb_build_array()))
      else jsonb_build_object() end
    || case when link.with_text then jsonb_build_object(
        'pages', coalesce((
          select jsonb_agg(jsonb_build_object('page', page_number, 'text', text) order by page_number)
          from public.document_pages where document_id = document.id and page_number <= most_pages),
            jsonb_build_array()),
        'more_pages', greatest(0, coalesce(document.page_count, 0) - most_pages))
      else jsonb_build_object() end);
end
$$;
comment on function public.open_share_link(text, text) is
  'Opens a share link, by the SHA-256 of its token in hexadecimal: {storage_path, shared: {filename, mime_type, '
  'byte_size, page_count, expires_at, metadata, extractions, pages, more_pages}}, as far as the link shows that; text '
  'of the first 100 pages. Counts the opening, and records it in the history. Or {refused: {status, code, message}}: '
  'not_found (404), link_password (401), too_many_requests (429).';

create function private.prune_share_links() returns void
language sql security definer set search_path = '' as $$
  delete from public.share_links where least(expires_at, revoked_at) < now() - interval '30 days';
$$;
comment on function private.prune_share_links() is
  'Removes share links that ended 30 days ago. Run by pg_cron every hour.';
select cron.schedule('docket-prune-share-links', '37 * * * *', 'select private.prune_share_links()');

revoke execute on function
  private.make_share_link(uuid, timestamptz, text, boolean, boolean, integer, text), private.end_share_link(uuid),
  public.create_share_link(uuid, timestamptz, text, boolean, boolean, integer, text), public.revoke_share_link(uuid),
  private.is_live(public.share_links), public.look_at_share_link(text), public.open_share_link(text, text),
  private.prune_share_links()
  from public, anon, authenticated, service_role;
grant execute on function
  private.make_share_link(uuid, timestamptz, text, boolean, boolean, integer, text), private.end_share_link(uuid),
  public.create_share_link(uuid, timestamptz, text, boolean, boolean, integer, text),
  public.revoke_share_link(uuid) to authenticated;
grant execute on function
  private.is_live(public.share_links), public.look_at_share_link(text), public.open_share_link(text, text),
  private.extractions_told(jsonb) to service_role;
