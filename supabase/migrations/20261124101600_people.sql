-- What a document's owner does to it: edit, retry, delete.

create function private.edited_fields(before public.documents, after public.documents) returns text[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg(now.key order by now.key), '{}')
  from jsonb_each(to_jsonb(before)) as was join jsonb_each(to_jsonb(after)) as now using (key)
  where was.value is distinct from now.value
    and now.key in ('display_name', 'tags', 'summary', 'document_type', 'correspondent', 'document_date', 'language')
$$;
comment on function private.edited_fields(public.documents, public.documents) is 'The metadata columns that differ.';

create function private.lock_edited_fields() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  fields text[] := private.edited_fields(old, new);
begin
  if cardinality(fields) > 0 then
    new.locked_fields := array(select distinct field from unnest(old.locked_fields || fields) as field order by field);
    perform private.record_event(new, 'edit', 'edited', format('Edited: %s.', array_to_string(fields, ', ')),
      jsonb_build_object('fields', fields));
  end if;
  return new;
end
$$;
comment on function private.lock_edited_fields() is
  'Trigger: a field that a person edits is locked, so that describing anew leaves it; the history tells of the edit.';

create trigger on_documents_edited_by_people before update on public.documents
  for each row when (current_user = 'authenticated') execute function private.lock_edited_fields();

create function public.retry_document(document_id uuid) returns public.document_status
language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  perform private.admit_request((select user_id from public.documents where id = retry_document.document_id));
  select * into document from public.documents where id = retry_document.document_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document.');
  end if;
  if document.status <> 'failed' then
    perform private.refuse(409, 'not_allowed_now', format('The document is %s; only a failed one can be retried.', document.status));
  end if;
  if document.error ->> 'stage' = 'upload' then
    perform private.refuse(409, 'not_allowed_now', 'The file never arrived in full. Upload it again.');
  end if;
  perform private.record_event(document, document.error ->> 'stage', 'queued', 'Retried.');
  delete from private.jobs where jobs.document_id = document.id and state = 'dead';
  if document.error ->> 'stage' = 'metadata' then
    -- The text is there: the same trigger as after reading asks for the metadata.
    update public.documents set status = 'ocr_complete', error = null where id = document.id returning * into document;
  else
    update public.documents set status = 'processing', error = null where id = document.id returning * into document;
    perform private.queue_job('ocr', document.id, document.user_id);
  end if;
  return document.status;
end
$$;
comment on function public.retry_document(uuid) is
  'Starts a failed document afresh at the stage where it failed; pages that were read stay. Returns the new status. Errors: not_found (404), not_allowed_now (409), too_many_requests (429), monthly_limit_reached (402). The caller proves the ownership.';

create function private.erase_deleted_documents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.jobs where document_id in (select id from gone);
  insert into private.jobs (document_id, user_id, stage, turn, max_attempts, payload)
  select gone.id, gone.user_id, 'erase',
    private.next_turn('erase', gone.user_id) + row_number() over (partition by gone.user_id) - 1,
    stages.max_attempts, jsonb_build_object('storage_path', gone.storage_path)
  from gone, private.stages where stages.stage = 'erase';
  perform private.dispatch_jobs();
  return null;
end
$$;
comment on function private.erase_deleted_documents() is 'Trigger: the files of deleted documents are removed by jobs of their own.';

create trigger on_documents_deleted after delete on public.documents referencing old table as gone
  for each statement execute function private.erase_deleted_documents();

create function public.complete_erasure(job_id uuid, lease uuid, take_next boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  next jsonb := private.finish_job(private.held_job(complete_erasure.job_id, complete_erasure.lease), take_next);
begin
  -- The job names its user and the file: with it the last trace is gone.
  delete from private.jobs where id = complete_erasure.job_id;
  if next is null then
    perform private.dispatch_jobs();
  end if;
  return jsonb_build_object('next', next);
end
$$;
comment on function public.complete_erasure(uuid, uuid, boolean) is 'The stored file is gone. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';

revoke execute on function private.edited_fields(public.documents, public.documents), private.lock_edited_fields(),
  public.retry_document(uuid), private.erase_deleted_documents(), public.complete_erasure(uuid, uuid, boolean) from public, anon, authenticated;
grant execute on function public.retry_document(uuid), public.complete_erasure(uuid, uuid, boolean) to service_role;
