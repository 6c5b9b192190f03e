-- What a document's owner does to it: edit, retry, delete.

create function private.edited_fields(before public.documents, after public.documents) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(field order by field), '{}') from private.metadata_fields()
  where to_jsonb(before) -> field is distinct from to_jsonb(after) -> field
$$;
comment on function private.edited_fields(public.documents, public.documents) is 'The metadata columns that differ.';

create function private.lock_edited_fields() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  edited text[] := private.edited_fields(old, new);
  reason constant text := nullif(current_setting('docket.edit_reason', true), '');
  locked text[];
  unlocked text[];
begin
  -- A list that is none is refused by the table's constraints, which are checked after this.
  if array_ndims(new.locked_fields) > 1 then
    return new;
  end if;
  -- Its words stay out of the history, and nothing else writes it, so it needs no lock.
  if old.note is distinct from new.note then
    perform private.record_event(new, 'edit', coalesce(reason, 'edited'),
      format('%s: Note.', initcap(coalesce(reason, 'edited'))),
      jsonb_build_object('fields', array['note']));
  end if;
  -- public.set_fields says itself what is locked.
  if reason is not null then
    if cardinality(edited) > 0 then
      perform private.record_event(new, 'edit', reason, format('%s: %s.', initcap(reason), private.labels_of(edited)),
        jsonb_build_object('fields', edited));
      if reason = 'undone' then
        perform private.forget(new, edited);
      else
        perform private.learn(old, new, edited);
      end if;
    end if;
    return new;
  end if;
  -- Who edits a field does not leave it to the pipeline, whatever else the same request says.
  new.locked_fields := array(select distinct field from unnest(new.locked_fields || edited) as field order by field);
  locked := array(select unnest(new.locked_fields) except select unnest(old.locked_fields || edited) order by 1);
  unlocked := array(select unnest(old.locked_fields) except select unnest(new.locked_fields) order by 1);
  if cardinality(edited) > 0 then
    perform private.record_event(new, 'edit', 'edited', format('Edited: %s.', private.labels_of(edited)),
      jsonb_build_object('fields', edited));
    perform private.learn(old, new, edited);
  end if;
  if cardinality(locked) > 0 then
    perform private.record_event(new, 'edit', 'locked', format('Locked: %s.', private.labels_of(locked)),
      jsonb_build_object('fields', locked));
  end if;
  if cardinality(unlocked) > 0 then
    perform private.record_event(new, 'edit', 'unlocked', format('Unlocked: %s.', private.labels_of(unlocked)),
      jsonb_build_object('fields', unlocked));
  end if;
  return new;
end
$$;
comment on function private.lock_edited_fields() is
  'Trigger: a field that a person edits is locked, so that describing again leaves it; the history tells of the edit, '
  'and of what was locked and unlocked; what it teaches is kept (private.learn).';

create function public.retry_document(document_id uuid, options jsonb default '{}') returns public.document_status
language plpgsql set search_path = '' as $$
declare
  document public.documents;
  stage private.stages;
begin
  perform private.admit_request((select user_id from public.documents where id = retry_document.document_id));
  select * into document from public.documents where id = retry_document.document_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document.');
  end if;
  if document.status <> 'failed' then
    perform private.refuse(409, 'not_allowed_now',
      format('The document is %s; only a failed one can be retried.', document.status));
  end if;
  stage := private.stage_named(document.error ->> 'stage');
  if stage.waits_as is null or document.error ->> 'code' = 'file_differs' then
    perform private.refuse(409, 'not_allowed_now', 'The document has no file. Upload it again.');
  end if;
  perform private.record_event(document, document.error ->> 'stage', 'queued', 'Retried.',
    jsonb_build_object('reason', 'retried'));
  perform private.forget_dead_jobs(document.id);
  if stage.saves_pages then
    delete from public.document_pages where document_pages.document_id = document.id
      and document_pages.error is not null;
  end if;
  document := private.set_document_status(document.id, stage.waits_as);
  -- Changes nothing where the trigger on_documents_ocr_complete did it.
  perform private.queue_job(stage.stage, document.id, document.user_id, options);
  return document.status;
end
$$;
comment on function public.retry_document(uuid, jsonb) is
  'Starts a failed document afresh at the stage where it failed; pages that were read stay, those that could not be '
  'are tried again. options: {password, engine} for the reading; the password stands in its job until that ends. '
  'Returns the new status. Errors: not_found (404), not_allowed_now (409), too_many_requests (429), '
  'monthly_limit_reached (402). The caller proves the ownership.';

create function private.erase_deleted_documents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Before the jobs go: they tell whether reading had begun.
  perform private.settle_deleted(array(select row(gone.*)::public.documents from gone));
  delete from private.jobs
  where document_id in (select id from gone)
    and stage not in (select stages.stage from private.stages where outlives_document);
  insert into private.jobs (document_id, user_id, stage, queue_position, max_attempts, payload)
  select gone.id, gone.user_id, 'erase',
    private.next_queue_position('erase', gone.user_id) + row_number() over (partition by gone.user_id) - 1,
    stages.max_attempts, jsonb_strip_nulls(jsonb_build_object(
      'storage_path', gone.storage_path, 'thumbnail_path', case when gone.has_thumbnail then gone.storage_path end))
  from gone, private.stages where stages.stage = 'erase';
  perform private.publish_deletions(array(select row(gone.*)::public.documents from gone));
  perform private.dispatch_jobs();
  return null;
end
$$;
comment on function private.erase_deleted_documents() is
  'Trigger: what deleted documents took of their owners'' month is settled, their files and pictures are removed by '
  'jobs of their own, and consumers are told.';

create function private.complete_erasure(job_id uuid, lease uuid, take_next boolean default false) returns jsonb
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
comment on function private.complete_erasure(uuid, uuid, boolean) is
  'The stored file is gone. Returns {next: the next job for this worker, if take_next asks for one}. Errors: '
  'lease_lost (409).';

create function public.complete_erasures(ended jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  one record;
  answers jsonb := jsonb_build_array();
begin
  for one in select * from jsonb_to_recordset(ended) as one (job_id uuid, lease uuid, take_next boolean) loop
    begin
      answers := answers || private.complete_erasure(one.job_id, one.lease, coalesce(one.take_next, false));
    exception when sqlstate 'PT409' then
      answers := answers || jsonb_build_object('lost', true);
    end;
  end loop;
  return answers;
end
$$;
comment on function public.complete_erasures(jsonb) is
  'Several of complete_erasure in one call: [{job_id, lease, take_next}] → [{next}], in order; {lost: true} for one '
  'that another worker holds, which changes nothing about the others.';

revoke execute on function private.edited_fields(public.documents, public.documents), private.lock_edited_fields(),
  public.retry_document(uuid, jsonb), private.erase_deleted_documents(), private.complete_erasure(uuid, uuid, boolean),
  public.complete_erasures(jsonb) from public, anon, authenticated;
grant execute on function public.retry_document(uuid, jsonb), private.complete_erasure(uuid, uuid, boolean),
  public.complete_erasures(jsonb) to service_role;
