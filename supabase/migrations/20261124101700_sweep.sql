create function private.sweep_upload(document public.documents) returns void
language plpgsql set search_path = '' as $$
begin
  if exists (select from storage.objects where bucket_id = 'documents' and name = document.storage_path) then
    perform private.finish_upload(document.id);
    return;
  end if;
  update public.documents set status = 'failed', error = jsonb_build_object(
    'stage', 'upload', 'code', 'upload_interrupted', 'message', 'The file never arrived in full. Upload it again.',
    'attempt', 1, 'retryable', false)
  where id = document.id;
  perform private.record_event(document, 'upload', 'failed', 'The file never arrived in full. Upload it again.',
    jsonb_build_object('code', 'upload_interrupted'));
end
$$;
comment on function private.sweep_upload(public.documents) is
  'Ends an upload that never ended: if the file is there after all, its reading is queued; else the document failed.';

create function private.sweep_jobs() returns void
language plpgsql security definer set search_path = '' as $$
declare
  job private.jobs;
  document public.documents;
begin
  -- Kicks that never arrived: they cost no attempt.
  update private.jobs set state = 'queued', token = null, lease_expires_at = null
  where id in (
    select id from private.jobs where state = 'dispatched' and lease_expires_at < clock_timestamp() for update skip locked);

  -- Workers that fell silent. Here and below, a row that cannot be mended does not keep the others from it.
  for job in
    select * from private.jobs where state = 'running' and lease_expires_at < clock_timestamp() for update skip locked
  loop
    begin
      -- A document that somebody changes just now is left to the next sweep: its holder may be waiting for this job.
      perform from public.documents where id = job.document_id for update skip locked;
      continue when not found and job.stage <> 'erase';
      perform private.fail_attempt(job, jsonb_build_object('code', 'worker_lost', 'retryable', true,
        'message', 'The work was cut off before it ended.'));
    exception when others then
      raise warning 'docket: job % was not swept: %', job.id, sqlerrm;
    end;
  end loop;

  for document in
    select * from public.documents
    where status = 'uploading' and updated_at < now() - (select upload_lease from private.settings) for update skip locked
  loop
    begin
      perform private.sweep_upload(document);
    exception when others then
      raise warning 'docket: the upload of % was not swept: %', document.id, sqlerrm;
    end;
  end loop;

  -- Texts whose metadata job could not be queued.
  for document in
    select * from public.documents
    where status = 'ocr_complete' and not exists (
      select from private.jobs where document_id = documents.id and stage = 'metadata' and state in ('queued', 'dispatched', 'running'))
    for update skip locked
  loop
    perform private.queue_job('metadata', document.id, document.user_id);
  end loop;

  perform private.dispatch_jobs();
end
$$;
comment on function private.sweep_jobs() is
  'The guarantee behind the kicks: gives out again what got lost, ends what was cut off, and dispatches what is due. Run by pg_cron every 10 seconds.';
revoke execute on function private.sweep_upload(public.documents), private.sweep_jobs() from public, anon, authenticated;

create index documents_read_but_not_described on public.documents (id) where status = 'ocr_complete';

select cron.schedule('docket-sweep', '10 seconds', 'select private.sweep_jobs()');
