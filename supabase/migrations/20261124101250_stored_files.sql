-- A file that arrives in Storage finishes its upload by itself, whoever sent it: the upload function, or a browser by a signed URL.

create function private.finish_stored_upload() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  document public.documents;
begin
  select * into document from public.documents where storage_path = new.name;
  if document.id is not null then
    perform private.finish_upload(document.id);
  elsif new.name ~ '^[0-9a-f-]{36}/[0-9a-f-]{36}$' then
    -- Deleted or given up while the file was on its way: nobody would ever remove it.
    perform private.queue_job('erase', split_part(new.name, '/', 2)::uuid, split_part(new.name, '/', 1)::uuid,
      jsonb_build_object('storage_path', new.name));
  end if;
  return null;
exception when others then
  -- The file is stored, and stays: the sweep finds it.
  raise warning 'docket: the upload of % was not finished: %', new.name, sqlerrm;
  return null;
end
$$;
comment on function private.finish_stored_upload() is
  'Trigger: a file of the bucket "documents" is stored. Its document is processing from now on, and its reading is queued; without a document, the file is erased.';
revoke execute on function private.finish_stored_upload() from public, anon, authenticated;

-- A row without metadata is Storage's rehearsal of an upload, before it takes the bytes.
create trigger on_document_files_stored after insert or update of version on storage.objects
  for each row when (new.bucket_id = 'documents' and new.metadata is not null)
  execute function private.finish_stored_upload();
