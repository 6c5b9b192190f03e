-- What Storage may keep in the bucket "documents": a file that was announced, once. Whoever sends it: the upload
-- function, or somebody with a signed URL, which passes every policy. So this stands in a trigger.

create function private.stored_file_problem(document public.documents, stored jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  size bigint := (stored ->> 'size')::bigint;
  most bigint := (select file_size_limit from storage.buckets where id = 'documents');
begin
  if size > most then
    return jsonb_build_object('code', 'file_too_large', 'message',
      format('The file that was sent has %s bytes; this project takes %s. It was erased.', size, most));
  elsif size is distinct from document.byte_size then
    return jsonb_build_object('code', 'file_differs', 'message',
      format('%s bytes were announced, and %s came. They were erased. Announce the file as it is.', document.byte_size,
        coalesce(size, 0)));
  elsif stored ->> 'mimetype' is distinct from document.mime_type then
    return jsonb_build_object('code', 'file_differs', 'message',
      format('A file of the type %s was announced, and one of the type %s came. It was erased. Announce the file as it is.',
        document.mime_type, left(coalesce(stored ->> 'mimetype', 'unknown'), 100)));
  end if;
  return null;
end
$$;
comment on function private.stored_file_problem(public.documents, jsonb) is
  'Compares what Storage itself counted (storage.objects.metadata: size in bytes, mimetype) with the announcement and '
  'the bucket''s limit: Storage does not cut a body of unknown length. Returns {code, message}; null when it is what '
  'was announced.';

create function private.settle_upload(document public.documents, stored jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  problem jsonb := private.stored_file_problem(document, stored);
begin
  if problem is null then
    perform private.finish_upload(document.id);
    return;
  end if;
  -- The true size; a file without a byte has none to tell.
  update public.documents set byte_size = (stored ->> 'size')::bigint where id = document.id
    and (stored ->> 'size')::bigint > 0;
  perform private.fail_upload(document, problem);
end
$$;
comment on function private.settle_upload(public.documents, jsonb) is
  'A file is stored: its document is processing if it is the one that was announced; else the document failed with '
  'file_differs or file_too_large, and the trigger on_documents_file_rejected has the file erased. stored is '
  'storage.objects.metadata.';

create function private.finish_stored_upload() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  document public.documents;
  -- Before it takes the bytes, Storage tries the row without a size and rolls it back: a refusal here spares the
  -- transfer.
  rehearsal boolean := not coalesce(new.metadata ? 'size', false);
begin
  if rehearsal then
    select * into document from public.documents where storage_path = new.name;
  else
    select * into document from public.documents where storage_path = new.name for update;
  end if;
  if document.status is distinct from 'uploading' then
    -- Storage answers 23505 with 409 and 42501 with 403, and removes the bytes that it has taken.
    if tg_op = 'UPDATE' and document.id is not null then
      raise exception 'The file of this document is stored; it is never replaced.' using errcode = '23505';
    end if;
    raise exception 'No file is expected here: announce it to the upload function, and send it in time.'
      using errcode = '42501';
  end if;
  if not rehearsal then
    begin
      perform private.settle_upload(document, new.metadata);
    exception when others then
      -- The file is stored, and stays: the sweep finds it.
      raise warning 'docket: the upload of % was not finished: %', new.name, sqlerrm;
    end;
  end if;
  return null;
end
$$;
comment on function private.finish_stored_upload() is
  'Trigger: the bucket "documents" takes a file once, for a document that waits for it; private.settle_upload says '
  'what becomes of it. Anything else is refused with an error that Storage passes on: an announcement that expired, a '
  'document that is gone, a file that would replace one that is there.';

create function private.erase_rejected_file() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from storage.objects where bucket_id = 'documents' and name = new.storage_path) then
    -- Not under the document's id: its jobs are about what it is, and this is about what it is not.
    perform private.queue_job('erase', gen_random_uuid(), new.user_id,
      jsonb_build_object('storage_path', new.storage_path));
  end if;
  return null;
end
$$;
comment on function private.erase_rejected_file() is
  'Trigger: a file that is not the one that was announced is erased, found out when it was stored or when it was read.';

revoke execute on function private.stored_file_problem(public.documents, jsonb),
  private.settle_upload(public.documents, jsonb),
  private.finish_stored_upload(), private.erase_rejected_file() from public, anon, authenticated;

-- A row without a version has no bytes: nobody but SQL writes such a one.
create trigger on_document_files_stored after insert or update of version, name, bucket_id on storage.objects
  for each row when (new.bucket_id = 'documents' and new.version is not null)
  execute function private.finish_stored_upload();
