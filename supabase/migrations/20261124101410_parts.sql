-- Files within files: an attachment of a mail or a member of a ZIP becomes a document of its own, read and described
-- like any other.

alter table public.documents
  add column parent_id uuid references public.documents on delete cascade,
  add constraint no_document_is_its_own_part check (parent_id <> id);
create index documents_by_parent on public.documents (parent_id);
comment on column public.documents.parent_id is
  'The document that this one came in with, as an attachment or a member, and goes with. Null for what its owner '
  'uploaded.';

create table public.document_parts (
  parent_id uuid not null references public.documents on delete cascade,
  position integer not null,
  user_id uuid not null references auth.users on delete cascade,
  filename text not null,
  document_id uuid references public.documents on delete set null,
  error jsonb,
  created_at timestamptz not null default clock_timestamp(),

  primary key (parent_id, position),
  constraint position_starts_at_one check (position >= 1),
  constraint filename_is_not_blank check (btrim(filename) <> ''),
  constraint filename_fits check (length(filename) <= 255),
  constraint refused_parts_have_no_document check (error is null or document_id is null),
  constraint an_error_says_code_and_message check (error ?& array['code', 'message'])
);
create index document_parts_by_document on public.document_parts (document_id);
create index document_parts_by_user on public.document_parts (user_id);

comment on table public.document_parts is
  'What was in a mail or an archive, in its order: the document that each attachment or member became or already was, '
  'or why it became none.';
comment on column public.document_parts.position is 'Its place in the file, from 1.';
comment on column public.document_parts.filename is 'The name that it has there, made safe.';
comment on column public.document_parts.document_id is 'Null for one that was refused, and for one that was deleted.';
comment on column public.document_parts.error is
  'Why it became no document: {code, message}. Codes: functions/_shared/errors.ts.';

alter table public.document_parts enable row level security;
create policy "users can read the parts of their own documents" on public.document_parts
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.document_parts from anon, authenticated, service_role, public;
grant select on public.document_parts to authenticated;
grant select, insert, update, delete on public.document_parts to service_role;

alter table private.settings
  add column part_depth integer not null default 3,
  add column parts_per_upload integer not null default 500,
  add constraint part_depth_is_not_negative check (part_depth >= 0),
  add constraint parts_per_upload_is_not_negative check (parts_per_upload >= 0);
comment on column private.settings.part_depth is
  'How deep files within files become documents: 1 is the attachment of a mail, 2 a member of a ZIP that is attached '
  'to it.';
comment on column private.settings.parts_per_upload is 'Documents that may come of one upload, at all depths together.';

create function private.root_of(document_id uuid, out root uuid, out depth integer)
language sql stable set search_path = '' as $$
  with recursive above as (
    select id, parent_id, 0 as depth from public.documents where id = root_of.document_id
    union all
    select parent.id, parent.parent_id, above.depth + 1 from above
      join public.documents as parent on parent.id = above.parent_id
  )
  select above.id, above.depth from above where above.parent_id is null
$$;
comment on function private.root_of(uuid) is
  'The upload that a document came in with, and how deep it lies in it: 0 for the upload itself.';

create function private.parts_below(document_id uuid) returns integer
language sql stable set search_path = '' as $$
  with recursive below as (
    select id from public.documents where parent_id = parts_below.document_id
    union all
    select child.id from below join public.documents as child on child.parent_id = below.id
  )
  select count(*)::integer from below
$$;
comment on function private.parts_below(uuid) is 'How many documents came of an upload, at all depths.';

create function private.refuse_beyond_part_limits(parent uuid) returns void
language plpgsql set search_path = '' as $$
declare
  limits private.settings;
  origin record;
begin
  select * into limits from private.settings;
  select * into origin from private.root_of(parent);
  if origin.depth >= limits.part_depth then
    perform private.refuse(422, 'nested_too_deep',
      format('Files within files are read %s deep. Upload this one by itself.', limits.part_depth));
  end if;
  if private.parts_below(origin.root) >= limits.parts_per_upload then
    perform private.refuse(422, 'too_many_parts',
      format('One upload becomes %s documents at most. Upload this one by itself.', limits.parts_per_upload));
  end if;
end
$$;
comment on function private.refuse_beyond_part_limits(uuid) is
  'Whether one more part may become a document; asked with the usage row locked, so archives of one upload count one '
  'after another. Errors: nested_too_deep (422), too_many_parts (422).';

create function private.note_part(parent public.documents, place integer, name text, became uuid, problem jsonb)
  returns void
language sql set search_path = '' as $$
  insert into public.document_parts (parent_id, position, user_id, filename, document_id, error)
  values ((parent).id, place, (parent).user_id, name, became, problem)
  on conflict on constraint document_parts_pkey do update set document_id = excluded.document_id, error = excluded.error
$$;
comment on function private.note_part(public.documents, integer, text, uuid, jsonb) is
  'Writes down what became of a part; a repeat writes it again.';

create function public.admit_part(
  job_id uuid, lease uuid, place integer, filename text, mime_type text, byte_size bigint, content_sha256 text
) returns jsonb language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(admit_part.job_id, admit_part.lease);
  parent public.documents;
  document public.documents;
  is_new boolean;
  admission jsonb;
begin
  select * into strict parent from public.documents where id = job.document_id;
  if parent.content_sha256 = admit_part.content_sha256 then
    -- An archive within itself is locked with its job already; whoever uploads it now has the lock of its bytes, and
    -- waits for it.
    document := parent;
  else
    document := private.lock_document_with(parent.user_id, admit_part.content_sha256);
  end if;
  is_new := document.id is null;
  if is_new then
    perform private.refuse_beyond_part_limits(parent.id);
  end if;
  document := private.admit_file(
    document, parent.user_id, admit_part.filename, admit_part.mime_type, admit_part.byte_size,
    admit_part.content_sha256);
  if is_new then
    update public.documents set parent_id = parent.id where id = document.id;
  end if;
  admission := private.admission(document, document.status <> 'uploading');
  perform private.note_part(parent, admit_part.place, admit_part.filename, (admission ->> 'document_id')::uuid, null);
  perform public.heartbeat(job.id, admit_part.lease);
  return admission;
end
$$;
comment on function public.admit_part(uuid, uuid, integer, text, text, bigint, text) is
  'Makes a document of a part of the one that is being read, or finds the one of its owner that has the same bytes, '
  'which stays what it was. Returns what admit_upload does; when duplicate is false, store the file: that finishes it. '
  'A repeat gives the same document. Errors: lease_lost (409), monthly_limit_reached (402), storage_limit_reached '
  '(402), nested_too_deep (422), too_many_parts (422).';

create function public.refuse_part(job_id uuid, lease uuid, place integer, filename text, error jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(refuse_part.job_id, refuse_part.lease);
  parent public.documents;
begin
  select * into strict parent from public.documents where id = job.document_id;
  perform private.note_part(parent, refuse_part.place, refuse_part.filename, null, refuse_part.error);
  perform public.heartbeat(job.id, refuse_part.lease);
end
$$;
comment on function public.refuse_part(uuid, uuid, integer, text, jsonb) is
  'Writes down why a part became no document: {code, message}. Errors: lease_lost (409).';

create function public.settled_parts(job_id uuid, lease uuid) returns integer[]
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(settled_parts.job_id, settled_parts.lease);
begin
  return coalesce((
    select array_agg(part.position order by part.position)
    from public.document_parts as part left join public.documents as document on document.id = part.document_id
    where part.parent_id = job.document_id
      and (document.id is null or not (document.status = 'uploading' or private.lacks_its_file(document)))
  ), '{}');
end
$$;
comment on function public.settled_parts(uuid, uuid) is
  'The positions of the parts that nothing is left to do for: refused, or stored. A run that goes on where another was '
  'cut off begins with this. Errors: lease_lost (409).';

create function public.complete_parts(job_id uuid, lease uuid) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(complete_parts.job_id, complete_parts.lease);
  document public.documents;
  became integer;
  refused jsonb;
begin
  select * into strict document from public.documents where id = job.document_id;
  select count(distinct document_id),
    coalesce(jsonb_agg(jsonb_build_object('position', part.position, 'filename', part.filename, 'code',
    part.error ->> 'code')
    order by part.position) filter (where part.error is not null), '[]')
  into became, refused
  from public.document_parts as part where parent_id = document.id;

  if not exists (select from public.document_events where document_id = document.id and kind = 'parts'
    and data -> 'refused' = refused) then
    perform private.record_event(document, job.stage, 'parts',
      format('%s document%s came with it%s.', became, case when became = 1 then '' else 's' end,
        case jsonb_array_length(refused)
        when 0 then '' when 1 then '; 1 part was rejected'
          else format('; %s parts were rejected', jsonb_array_length(refused)) end),
      jsonb_build_object('documents', became, 'refused', refused));
  end if;
end
$$;
comment on function public.complete_parts(uuid, uuid) is
  'Every part is settled: tells the history what became of them, once. Errors: lease_lost (409).';

create function private.hand_over_shared_parts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.documents set parent_id = other.parent_id
  from (
    select distinct on (part.document_id) part.document_id, part.parent_id
    from public.document_parts as part join public.documents as child on child.id = part.document_id
    where child.parent_id = old.id and part.parent_id not in (old.id, part.document_id)
    order by part.document_id, part.created_at
  ) as other
  where documents.id = other.document_id and documents.parent_id = old.id;
  return null;
end
$$;
comment on function private.hand_over_shared_parts() is
  'Trigger: an attachment that came with another mail too does not go with the first; it becomes the part of the other.';


revoke execute on function private.root_of(uuid), private.parts_below(uuid), private.refuse_beyond_part_limits(uuid),
  private.note_part(public.documents, integer, text, uuid, jsonb),
  public.admit_part(uuid, uuid, integer, text, text, bigint, text),
  public.refuse_part(uuid, uuid, integer, text, jsonb), public.settled_parts(uuid, uuid),
  public.complete_parts(uuid, uuid),
  private.hand_over_shared_parts() from public, anon, authenticated;
grant execute on function private.root_of(uuid), private.parts_below(uuid), private.refuse_beyond_part_limits(uuid),
  private.note_part(public.documents, integer, text, uuid, jsonb),
  public.admit_part(uuid, uuid, integer, text, text, bigint, text),
  public.refuse_part(uuid, uuid, integer, text, jsonb), public.settled_parts(uuid, uuid),
  public.complete_parts(uuid, uuid) to service_role;
