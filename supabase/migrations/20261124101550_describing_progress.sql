create function public.record_progress(job_id uuid, lease uuid, message text, data jsonb default '{}') returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(record_progress.job_id, record_progress.lease);
  document public.documents;
begin
  select * into document from public.documents where id = job.document_id;
  perform private.record_event(document, job.stage, 'progress', record_progress.message, record_progress.data);
  perform public.heartbeat(job.id, record_progress.lease);
end
$$;
comment on function public.record_progress(uuid, uuid, text, jsonb) is
  'Tells a document''s history how far its describing is: a sentence for people, and numbers for programs; never the '
  'document''s text. Renews the lease. Errors: lease_lost (409).';

revoke execute on function public.record_progress(uuid, uuid, text, jsonb) from public, anon, authenticated;
grant execute on function public.record_progress(uuid, uuid, text, jsonb) to service_role;
