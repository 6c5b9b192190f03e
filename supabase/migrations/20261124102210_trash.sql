-- The trash: what its owner deleted on the page, for a while. A document in it keeps its row, its file and its place
-- in the owner's storage; row level security hides it, so that lists, searches, sums and programs know nothing of it.

create function private.move_to_trash(document_ids uuid[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  moved public.documents[];
  document public.documents;
begin
  -- As an edit of so many documents: private.count_edit counts the rows.
  perform set_config('docket.rows_changed', '0', true);
  perform private.admit_request(owner);
  with recursive chosen (id) as (
    select id from public.documents where id = any (move_to_trash.document_ids) and user_id = owner
      and trashed_at is null
    union
    select part.id from chosen join public.documents as part on part.parent_id = chosen.id
    where part.trashed_at is null and not exists (
      -- What came in another mail, too, stays with that one.
      select from public.document_parts as came join public.documents as other on other.id = came.parent_id
      where came.document_id = part.id and other.trashed_at is null and other.id <> chosen.id
        and other.id <> all (move_to_trash.document_ids))
  ), trashed as (
    update public.documents set trashed_at = now() where id in (select id from chosen) returning documents.*
  )
  select array_agg(row(trashed.*)::public.documents) into moved from trashed;
  foreach document in array coalesce(moved, '{}') loop
    perform private.record_event(document, 'edit', 'trashed', 'Moved to the trash.');
  end loop;
  return coalesce(cardinality(moved), 0);
end
$$;
comment on function private.move_to_trash(uuid[]) is 'See public.trash_documents.';

create function private.bring_back(chosen_ids uuid[], owner uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  restored public.documents[];
  document public.documents;
begin
  with recursive chosen (id, trashed_at) as (
    select id, trashed_at from public.documents where id = any (chosen_ids) and user_id = owner
      and trashed_at is not null
    union
    -- What went along with it comes back with it.
    select part.id, part.trashed_at from chosen join public.documents as part on part.parent_id = chosen.id
      and part.trashed_at = chosen.trashed_at
  ), back as (
    update public.documents set trashed_at = null,
      -- A part whose mail stays in the trash must not be deleted with it.
      parent_id = (select parent.id from public.documents as parent
        where parent.id = documents.parent_id and (parent.trashed_at is null or parent.id in (select id from chosen)))
    where id in (select id from chosen) returning documents.*
  )
  select array_agg(row(back.*)::public.documents) into restored from back;
  foreach document in array coalesce(restored, '{}') loop
    perform private.record_event(document, 'edit', 'restored', 'Taken out of the trash.');
  end loop;
  return coalesce(cardinality(restored), 0);
end
$$;
comment on function private.bring_back(uuid[], uuid) is
  'Takes documents of a user out of the trash, with the parts that went along. Returns how many came back.';

create function private.restore_own(document_ids uuid[]) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('docket.rows_changed', '0', true);
  perform private.admit_request(private.caller());
  return private.bring_back(restore_own.document_ids, private.caller());
end
$$;
comment on function private.restore_own(uuid[]) is 'See public.restore_documents.';

create function private.take_from_trash(owner uuid, content_sha256 text) returns void
language plpgsql set search_path = '' as $$
declare
  found_id uuid;
begin
  select id into found_id from public.documents
  where user_id = owner and documents.content_sha256 = take_from_trash.content_sha256 and trashed_at is not null;
  if found then
    perform private.bring_back(array[found_id], owner);
  end if;
end
$$;
comment on function private.take_from_trash(uuid, text) is
  'Who sends the same bytes again wants the document back. Nothing changes when it is not in the trash.';

create function private.own_trash() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  most constant integer := 500;
  owner constant uuid := private.caller();
begin
  return jsonb_build_object(
    'documents', (select coalesce(jsonb_agg(to_jsonb(newest) order by newest.trashed_at desc, newest.id), '[]') from (
      select id, filename, display_name, mime_type, byte_size, page_count, document_type, correspondent, trashed_at
        from public.documents
      where user_id = owner and trashed_at is not null order by trashed_at desc, id limit most) as newest),
    'total', (select count(*) from public.documents where user_id = owner and trashed_at is not null),
    'bytes', (select coalesce(sum(byte_size), 0) from public.documents where user_id = owner
      and trashed_at is not null),
    'kept_for', (select extract(epoch from keep_trash)::bigint from private.settings));
end
$$;
comment on function private.own_trash() is 'See public.trash.';

create function private.delete_trash(document_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := 200;
  owner constant uuid := private.caller();
  deleted integer;
begin
  perform private.admit_request(owner);
  delete from public.documents where id in (
    select id from public.documents
    where user_id = owner and trashed_at is not null
      and (delete_trash.document_ids is null or id = any (delete_trash.document_ids))
    order by trashed_at limit most);
  get diagnostics deleted = row_count;
  return jsonb_build_object('deleted', deleted, 'left', (
    select count(*) from public.documents
    where user_id = owner and trashed_at is not null
      and (delete_trash.document_ids is null or id = any (delete_trash.document_ids))));
end
$$;
comment on function private.delete_trash(uuid[]) is 'See public.empty_trash.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private.
create function public.trash_documents(document_ids uuid[]) returns integer
language sql set search_path = ''
begin atomic
  select private.move_to_trash(trash_documents.document_ids);
end;
comment on function public.trash_documents(uuid[]) is
  'Moves documents of the signed-in user to the trash, with the parts that came in them: they leave all lists, and are '
  'deleted after private.settings.keep_trash. Their bytes still count. What is no document of the user is left out. '
  'Returns how many were moved. Errors: invalid_request (400) above documents_per_edit, too_many_requests (429).';

create function public.restore_documents(document_ids uuid[]) returns integer
language sql set search_path = ''
begin atomic
  select private.restore_own(restore_documents.document_ids);
end;
comment on function public.restore_documents(uuid[]) is
  'Takes documents of the signed-in user out of the trash, as they were, with the parts that went along. Returns how '
  'many came back. Errors: invalid_request (400) above documents_per_edit, too_many_requests (429).';

create function public.trash() returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.own_trash();
end;
comment on function public.trash() is
  'What the signed-in user has in the trash, the newest first: {documents: [{id, filename, display_name, mime_type, '
  'byte_size, page_count, document_type, correspondent, trashed_at}], the newest 500; total; bytes; kept_for: seconds '
  'from trashed_at to the deletion}.';

create function public.empty_trash(document_ids uuid[] default null) returns jsonb
language sql set search_path = ''
begin atomic
  select private.delete_trash(empty_trash.document_ids);
end;
comment on function public.empty_trash(uuid[]) is
  'Deletes what the signed-in user has in the trash, or these of it, for good: the 200 that are there for the longest. '
  'Returns {deleted, left}; call it again while something is left. Errors: too_many_requests (429).';

revoke execute on function
  private.move_to_trash(uuid[]), private.bring_back(uuid[], uuid), private.restore_own(uuid[]),
  private.take_from_trash(uuid, text), private.own_trash(),
  private.delete_trash(uuid[]), public.trash_documents(uuid[]), public.restore_documents(uuid[]), public.trash(),
  public.empty_trash(uuid[])
  from public, anon, authenticated, service_role;
grant execute on function
  private.move_to_trash(uuid[]), private.restore_own(uuid[]), private.own_trash(), private.delete_trash(uuid[]),
  public.trash_documents(uuid[]), public.restore_documents(uuid[]), public.trash(),
  public.empty_trash(uuid[]) to authenticated;
grant execute on function private.take_from_trash(uuid, text), private.bring_back(uuid[], uuid) to service_role;
