create function private.request_metadata() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.queue_job(private.stage_after(new.status), new.id, new.user_id);
  return null;
exception when others then
  -- The text is worth more than the invocation: it stays, and the sweep queues the job.
  raise warning 'docket: the next stage was not requested for %: %', new.id, sqlerrm;
  return null;
end
$$;
comment on function private.request_metadata() is
  'Trigger: a document whose text is complete gets a metadata job, and its function an invocation through pg_net.';
revoke execute on function private.request_metadata() from public, anon, authenticated;


create function private.keep_run(document public.documents, description jsonb, evidence jsonb, written jsonb)
  returns bigint
language sql set search_path = '' as $$
  insert into public.metadata_runs (document_id, user_id, engine, model, prompt_version, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens, cost_micro_usd, note, pages_read, instruction, proposal, applied, evidence,
    written, previous)
  select (document).id, (document).user_id, description ->> 'engine', description ->> 'model',
    description ->> 'prompt_version',
    used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_tokens, used.cost_micro_usd,
    description ->> 'note',
    case when description ? 'pages_read'
      then array(select jsonb_array_elements_text(description -> 'pages_read')::integer) end,
    description ->> 'instruction',
    (description -> 'metadata') - 'evidence',
    array(select field from private.metadata_fields() where written ? field order by place),
    evidence, written, (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(to_jsonb(document))
      where written ? key)
  from private.model_use(description) as used
  returning id
$$;
comment on function private.keep_run(public.documents, jsonb, jsonb, jsonb) is
  'Keeps what a describing proposed, what of it is about to be written, and what that takes the place of. Returns the '
  'run''s id.';

create function private.difference(before public.documents, proposed jsonb, after public.documents) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(field,
    jsonb_build_object('before', was -> field, 'proposed', proposed -> field, 'applied', now -> field)), '{}')
  from (select to_jsonb(before), to_jsonb(after)) as documents (was, now), private.metadata_fields()
  where proposed ? field and (was -> field <> proposed -> field or was -> field <> now -> field)
$$;
comment on function private.difference(public.documents, jsonb, public.documents) is
  'What a describing would change and did: {field: {before, proposed, applied}}, for the fields where these are not '
  'all the same.';

create function public.complete_metadata(job_id uuid, lease uuid, description jsonb, take_next boolean default false)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(complete_metadata.job_id, complete_metadata.lease);
  proposal constant jsonb := description -> 'metadata';
  document public.documents;
  before public.documents;
  proposed public.documents;
  evidence jsonb;
  values_proposed jsonb;
  written jsonb;
  learned jsonb;
  ruled jsonb;
  run_id bigint;
  next jsonb;
begin
  select * into strict before from public.documents where id = job.document_id for update;
  evidence := private.checked_evidence(before.id, proposal);
  values_proposed := private.values_to_write(before, proposal, evidence);
  -- A name that a person took away is given again: a completed document has one.
  written := (
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(values_proposed)
    where key <> all (before.locked_fields) or (key = 'display_name' and before.display_name is null));
  proposed := jsonb_populate_record(before, written);
  ruled := private.run_rules(proposed);
  proposed := jsonb_populate_record(proposed, ruled -> 'fields');

  run_id := private.keep_run(before, description || jsonb_build_object('instruction', job.payload -> 'instruction'),
    evidence, written);
  perform private.keep_clues(before, description -> 'clues');
  learned := private.use_hint(before.user_id, description -> 'learned', written);
  -- Before the job ends: tags are locked before the dispatch, by whoever takes both.
  execute format('update public.documents set %s where id = $1', concat_ws(', ',
    'metadata_source = $2', private.assignments(array(select jsonb_object_keys(written
      || coalesce(ruled -> 'fields', '{}'))), '($3)')))
  using before.id, description ->> 'engine', proposed;
  perform private.follow_rules(before, ruled) where ruled is not null;
  next := private.complete_stage(job,
    concat_ws(' ', case when description ->> 'note' = 'over_budget'
      then 'Named, tagged and summarized without the model: its budget for this month is used up.'
      else 'Named, tagged and summarized.' end, learned ->> 'message'),
    jsonb_strip_nulls(jsonb_build_object('learned', learned - 'message', 'note', description -> 'note'))
      || jsonb_build_object('engine', description ->> 'engine', 'model', description ->> 'model', 'run_id', run_id,
      'applied', (select applied from public.metadata_runs where id = run_id), 'unproven',
      private.unproven_fields(proposal, evidence)), take_next);
  select * into document from public.documents where id = before.id;
  perform private.tell_rules(document, ruled) where ruled is not null;
  return jsonb_build_object('document', to_jsonb(document), 'run_id', run_id,
    'diff', private.difference(before, values_proposed, document), 'next', next);
end
$$;
comment on function public.complete_metadata(uuid, uuid, jsonb, boolean) is
  'Writes the metadata that is proven and that no person locked, with what the owner''s rules make of it, the run, the '
  'event, the end of the job and the status completed, together. description: {metadata: {display_name, …, amount, '
  'evidence}, engine, model, prompt_version, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, '
  'cost_micro_usd, note, pages_read, clues, learned}. Returns {document, run_id, diff: {field: {before, proposed, '
  'applied}}, next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';

create function public.record_tool_call(job_id uuid, lease uuid, tool text) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(record_tool_call.job_id, record_tool_call.lease);
  document public.documents;
begin
  select * into document from public.documents where id = job.document_id;
  perform private.record_event(document, job.stage, 'tool', format('The agent called %s.', tool),
    jsonb_build_object('tool', tool));
  perform public.heartbeat(job.id, record_tool_call.lease);
end
$$;
comment on function public.record_tool_call(uuid, uuid, text) is
  'Tells a document''s history that the agent called a tool, and renews the lease. Errors: lease_lost (409).';

create function public.regenerate_metadata(document_id uuid, instruction text default null, engine text default null)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  document public.documents;
  job private.jobs;
begin
  perform private.admit_request((select user_id from public.documents where id = regenerate_metadata.document_id));
  select * into document from public.documents where id = regenerate_metadata.document_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document.');
  end if;
  if not exists (select from public.ocr_results where ocr_results.document_id = document.id) then
    perform private.refuse(409, 'not_allowed_now', format('The document is %s and has no text yet.', document.status));
  end if;
  if document.status not in ('completed', 'failed') then
    perform private.refuse(409, 'not_allowed_now',
      format('The document is %s; wait until that ends.', document.status));
  end if;
  document := private.set_document_status(document.id, 'generating_metadata');
  perform private.record_event(document, 'metadata', 'queued', 'The owner asked for a new description.',
    jsonb_build_object('reason', 'asked'));
  perform private.queue_job('metadata', document.id, document.user_id,
    jsonb_strip_nulls(jsonb_build_object('watched', true,
    'instruction', nullif(btrim(private.visible(left(regenerate_metadata.instruction, 1000))), ''),
    'engine', case when regenerate_metadata.engine = 'local' then 'local' end)));
  -- The caller tells its user how it went: there is no second attempt behind their back.
  update private.jobs set max_attempts = 1
  where jobs.document_id = document.id and stage = 'metadata' and state in ('queued', 'dispatched') returning *
    into strict job;
  return jsonb_build_object('job_id', job.id);
end
$$;
comment on function public.regenerate_metadata(uuid, text, text) is
  'Queues a new description of a document, which its owner asked for, in its owner''s turn. instruction: a sentence of '
  'the owner''s that the engine follows, up to 1,000 characters; it is kept with the run. engine: local, for the local '
  'generator where a model is set. Returns {job_id}: the caller asks public.take_watched for it, so that it can tell '
  'what the engine says as it says it. Errors: not_found (404), not_allowed_now (409), too_many_requests (429). The '
  'caller proves the ownership.';

create function public.take_watched(waiting jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  one record;
  job private.jobs;
  answer jsonb;
  answers jsonb := jsonb_build_array();
begin
  for one in select * from jsonb_to_recordset(waiting) as one (job_id uuid, patient boolean, worker uuid) loop
    select * into job from private.jobs where id = one.job_id;
    answer := '{"elsewhere": true}';
    if job.state = 'queued' and not job.suspect and job.payload ? 'watched' then
      if one.patient then
        answer := jsonb_build_object('ahead', (
          select count(*) from (
            select from private.jobs
            where jobs.stage = job.stage and state = 'queued' and run_after is null
              and queue_position < job.queue_position limit 1000) as before));
      else
        update private.jobs set payload = payload - 'watched' where id = job.id and state = 'queued';
      end if;
    elsif job.state = 'dispatched' and not job.suspect then
      answer := '{"ahead": 0}';
      -- The document before its job, and neither if somebody has it: see lock_document_of.
      perform from public.documents where id = job.document_id for update skip locked;
      if found then
        select * into job from private.jobs where id = one.job_id and state = 'dispatched' for update skip locked;
        if found then
          answer := jsonb_build_object('claim', private.begin_job(job, worker => one.worker));
        end if;
      end if;
    end if;
    answers := answers || answer;
  end loop;
  return answers;
end
$$;
comment on function public.take_watched(jsonb) is
  'Asks for jobs whose users are waiting, [{job_id, patient, worker}], and answers in order: {claim}, as claim_job has '
  'it, once the job has its slot; {ahead: jobs of the stage before it, up to 1,000} while it waits in the queue; '
  '{elsewhere: true} when an invocation or another worker has it, or it is over. One that is not patient is waited for '
  'no longer: it becomes a job like any other.';

revoke execute on function private.keep_run(public.documents, jsonb, jsonb, jsonb),
  private.difference(public.documents, jsonb, public.documents), public.complete_metadata(uuid, uuid, jsonb, boolean),
  public.record_tool_call(uuid, uuid, text),
  public.regenerate_metadata(uuid, text, text), public.take_watched(jsonb) from public, anon, authenticated;
grant execute on function private.keep_run(public.documents, jsonb, jsonb, jsonb),
  private.difference(public.documents, jsonb, public.documents), public.complete_metadata(uuid, uuid, jsonb, boolean),
  public.record_tool_call(uuid, uuid, text),
  public.regenerate_metadata(uuid, text, text), public.take_watched(jsonb) to service_role;
