-- The stage that extracts: a job of its own for each document, in which all schemas that wait for it are applied. It
-- leaves documents.status alone: what fails here harms neither the text nor the metadata.

insert into private.stages (stage, position, label, function_name, suspects_function_name, lease, max_attempts,
  throttling_codes)
values ('extract', 10, 'Extracting', 'extract', 'extract-alone', '60 seconds', 3,
  '{model_rate_limited,model_overloaded}');

create function private.request_extractions() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.extractions (document_id, schema_id, user_id, schema_version)
  select new.id, schemas.id, new.user_id, schemas.version from public.extraction_schemas as schemas
  where schemas.user_id = new.user_id and private.schema_fits(schemas, new)
  on conflict do nothing;
  -- Rules may have applied schemas in this transaction, too.
  if exists (select from public.extractions where document_id = new.id and status = 'queued') then
    perform private.queue_job('extract', new.id, new.user_id);
  end if;
  return null;
exception when others then
  -- The metadata is worth more: it stays.
  raise warning 'docket: extracting was not requested for %: %', new.id, sqlerrm;
  return null;
end
$$;
comment on function private.request_extractions() is
  'Trigger: a document that is completed gets an extraction for each schema that applies to it and was not applied '
  'before, and one job for all of them.';
revoke execute on function private.request_extractions() from public, anon, authenticated;

create function private.queue_extractions() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  at_once constant integer := 200;
  waiting record;
  queued integer := 0;
begin
  for waiting in
    select document_id, user_id from public.extractions
    where status in ('queued', 'running')
      and (select true from private.jobs where jobs.document_id = extractions.document_id and stage = 'extract'
        and state in ('queued', 'dispatched', 'running')) is null
    group by document_id, user_id order by min(created_at) limit at_once
  loop
    perform private.queue_job('extract', waiting.document_id, waiting.user_id);
    queued := queued + 1;
  end loop;
  return queued;
end
$$;
comment on function private.queue_extractions() is
  'Queues the job of documents that have an extraction waiting and no job, 200 at once: a schema that is applied to '
  'many documents, or a request that got lost. Returns how many. Run by pg_cron every 10 seconds.';
revoke execute on function private.queue_extractions() from public, anon, authenticated;
create index extractions_waiting on public.extractions (created_at, document_id) where status in ('queued', 'running');
select cron.schedule('docket-extractions', '10 seconds', 'select private.queue_extractions()');

create function private.fail_extractions() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.extractions set status = 'failed',
    error = jsonb_build_object('code', new.last_error ->> 'code', 'message', new.last_error ->> 'message')
  where document_id = new.document_id and status in ('queued', 'running');
  return null;
end
$$;
comment on function private.fail_extractions() is
  'Trigger: when the job is dead, the extractions that waited for it failed.';
revoke execute on function private.fail_extractions() from public, anon, authenticated;
create trigger on_jobs_dead_fail_extractions after update of state on private.jobs
  for each row when (new.state = 'dead' and new.stage = 'extract') execute function private.fail_extractions();

create function public.begin_extractions(job_id uuid, lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job constant private.jobs := private.held_job(begin_extractions.job_id, begin_extractions.lease);
  waiting jsonb;
begin
  with begun as (
    update public.extractions set status = 'running', error = null, schema_version = schemas.version
    from public.extraction_schemas as schemas
    where extractions.document_id = job.document_id and extractions.status in ('queued', 'running')
      and schemas.id = extractions.schema_id
    returning extractions.id, extractions.instruction, extractions.created_at, schemas.id as schema_id, schemas.name,
      schemas.description, schemas.fields
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'schema_id', schema_id, 'name', name, 'description', description, 'fields', fields, 'instruction',
    instruction,
    'learned', private.hints_for(job.document_id, schema_id)) order by created_at, id), jsonb_build_array())
  into waiting from begun;
  return jsonb_build_object('extractions', waiting, 'document', (
    select jsonb_build_object('document_type', documents.document_type, 'correspondent', documents.correspondent,
      'language', documents.language,
      'einvoice', results.einvoice, 'einvoice_details', results.einvoice_details)
    from public.documents left join public.ocr_results as results on results.document_id = documents.id
      where documents.id = job.document_id));
end
$$;
comment on function public.begin_extractions(uuid, uuid) is
  'What the worker of a job has to extract: {extractions: [{id, schema_id, name, description, fields, instruction, '
  'learned: what corrections taught, as private.hints_for}], document: {document_type, correspondent, language, '
  'einvoice, einvoice_details}}. They are running from then on. Errors: lease_lost (409).';

create function private.missing_fields(extraction public.extractions, fields jsonb) returns text[]
language sql stable set search_path = '' as $$
  select array(
    -- Required fields, and tables without a row.
    select name from jsonb_array_elements_text(fields -> 'required') as name
    where not exists (
      select from public.extracted_values
      where extraction_id = (extraction).id
        and (path = name or fields #>> array['properties', name, 'type'] = 'array' and starts_with(path, name || '.')))
    union
    -- Cells that a row has to have.
    select format('%s.%s', tables.key, name)
    from jsonb_each(fields -> 'properties') as tables,
      jsonb_array_elements_text(tables.value #> '{items,required}') as name
    where tables.value ->> 'type' = 'array' and exists (
      select from (
        select distinct row_number from public.extracted_values where extraction_id = (extraction).id
          and starts_with(path, tables.key || '.')
        union select distinct row_number from public.extraction_proposals where extraction_id = (extraction).id
          and starts_with(path, tables.key || '.')
      ) as rows where not exists (
        select from public.extracted_values
        where extraction_id = (extraction).id and path = format('%s.%s', tables.key, name)
          and extracted_values.row_number = rows.row_number))
    union
    -- Rows may stand on pages that could not be read.
    select format('%s: pages %s could not be read', tables.key, unreadable.pages)
    from jsonb_each(fields -> 'properties') as tables, (
      select string_agg(page_number::text, ', ' order by page_number) as pages from (
        select page_number from public.document_pages where document_id = (extraction).document_id
          and error is not null order by page_number limit 20) as unread
    ) as unreadable where tables.value ->> 'type' = 'array' and unreadable.pages is not null
    union all
    select format('%s: pages from %s on are too many to be looked at', tables.key, (extraction).unread_from)
    from jsonb_each(fields -> 'properties') as tables where tables.value ->> 'type' = 'array'
      and (extraction).unread_from is not null
    order by 1)
$$;
comment on function private.missing_fields(public.extractions, jsonb) is
  'What an extraction lacks: required fields and cells without a proven value, and for tables the pages that could not '
  'be read or are too many.';

create function private.settle_extraction(extraction_id uuid) returns public.extractions
language plpgsql set search_path = '' as $$
declare
  extraction public.extractions;
  lacking text[];
begin
  select * into strict extraction from public.extractions where id = settle_extraction.extraction_id for update;
  lacking := private.missing_fields(extraction, (
    select fields::jsonb from public.extraction_schema_versions where schema_id = extraction.schema_id
      and version = extraction.schema_version));
  update public.extractions set missing = lacking, error = null,
    status = case when lacking <> '{}' or jsonb_path_exists(checks, '$[*] ? (@.holds == false)') then 'needs_review'
      else 'completed' end
  where id = extraction.id returning * into extraction;
  return extraction;
end
$$;
comment on function private.settle_extraction(uuid) is
  'The status of an extraction, by what it lacks and whether its equations hold.';

create function public.save_extraction(job_id uuid, lease uuid, extraction_id uuid, result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job constant private.jobs := private.held_job(save_extraction.job_id, save_extraction.lease);
  extraction public.extractions;
  used constant private.tokens_used := private.model_use(result);
  schema_fields jsonb;
  judged jsonb;
begin
  select * into extraction from public.extractions where id = save_extraction.extraction_id
    and document_id = job.document_id for update;
  if not found then
    -- Its schema was deleted meanwhile, and all of it with that.
    return jsonb_build_object('gone', true);
  end if;
  schema_fields := (select fields::jsonb from public.extraction_schema_versions where schema_id = extraction.schema_id
    and version = extraction.schema_version);
  judged := private.judged_values(extraction.document_id,
    private.taught_fields(schema_fields, extraction.document_id, extraction.schema_id), result -> 'values',
    result ->> 'engine');

  update public.extraction_runs set saved_at = clock_timestamp() where extraction_runs.extraction_id = extraction.id
    and saved_at is null;
  if not found then
    -- The pipeline's own: the text or the schema may be another one.
    delete from public.extraction_runs where extraction_runs.extraction_id = extraction.id;
  end if;
  -- What a person said stays.
  delete from public.extracted_values where extracted_values.extraction_id = extraction.id and proof <> 'person';
  delete from public.extraction_proposals where extraction_proposals.extraction_id = extraction.id;
  insert into public.extracted_values (extraction_id, path, row_number, user_id, document_id, schema_id, value, page,
    quote, box, proof, similarity, confidence, note)
  select extraction.id, one.path, one.row_number, extraction.user_id, extraction.document_id, extraction.schema_id,
    one.value,
    one.page, left(one.quote, 300), one.box, one.proof, one.similarity, one.confidence, one.note
  from jsonb_to_recordset(judged -> 'values') as one (
    path text, row_number integer, value jsonb, page integer, quote text, box jsonb, proof text, similarity real,
    confidence real, note text, proven boolean)
  where one.proven
  on conflict do nothing;
  insert into public.extraction_proposals (extraction_id, path, row_number, user_id, value, page, quote, box,
    confidence, reason)
  select extraction.id, one.path, one.row_number, extraction.user_id, one.value, one.page, left(one.quote, 300),
    one.box, one.confidence, one.reason
  from (
    select unproven.path, unproven.row_number, unproven.value, unproven.page, unproven.quote, unproven.box,
      unproven.confidence, unproven.reason
    from jsonb_to_recordset(judged -> 'values') as unproven (
      path text, row_number integer, value jsonb, page integer, quote text, box jsonb, confidence real, reason text,
      proven boolean)
    where not unproven.proven
    union all
    select offered.path, offered."row", offered.value, offered.page, offered.quote, offered.box, offered.confidence,
      offered.reason
    from jsonb_to_recordset(case when jsonb_typeof(result -> 'proposals') = 'array' then result -> 'proposals'
      else '[]' end) as offered (
      path text, "row" integer, value jsonb, page integer, quote text, box jsonb, confidence real, reason text)
    join private.scalar_fields(schema_fields) as known using (path)
    where offered.value is not null and offered.value <> 'null' and octet_length(offered.value::text) <= 4000
      and offered."row" >= 0 and offered.reason in ('ambiguous', 'check_broken', 'not_on_page', 'unsure')
  ) as one
  where not exists (
    select from public.extracted_values
    where extracted_values.extraction_id = extraction.id and extracted_values.path = one.path
      and extracted_values.row_number = one.row_number)
  on conflict do nothing;

  update public.extractions set engine = result ->> 'engine', model = result ->> 'model',
    prompt_version = result ->> 'prompt_version', note = result ->> 'note',
    unread_from = case when result ->> 'unread_from' ~ '^\d{1,6}$' then (result ->> 'unread_from')::integer end,
    input_tokens = used.input_tokens, output_tokens = used.output_tokens, cost_micro_usd = used.cost_micro_usd,
    checks = private.joined_checks(judged -> 'checks', result -> 'checks')
  where id = extraction.id;
  extraction := private.settle_extraction(extraction.id);
  return jsonb_build_object('extraction', to_jsonb(extraction), 'learned',
    private.use_extraction_hints(extraction.user_id, extraction.id, result -> 'learned'));
end
$$;
comment on function public.save_extraction(uuid, uuid, uuid, jsonb) is
  'Writes what an engine found that is proven, keeps the rest for review, and settles the status. result: {values: '
  '[{path, row, value, page, quote, label, box, proof, confidence, note}], proposals: [{…, reason}], checks, learned: '
  'the ids of hints that were used, engine, model, prompt_version, note, input_tokens, output_tokens, cost_micro_usd}. '
  'Returns {extraction, learned: the sentence for the history, or null}, or {gone: true} when its schema was deleted. '
  'Errors: lease_lost (409).';

create function public.judge_extraction(job_id uuid, lease uuid, extraction_id uuid, claims jsonb, engine text)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  job constant private.jobs := private.held_job(judge_extraction.job_id, judge_extraction.lease);
  extraction public.extractions;
  judged jsonb;
begin
  select * into extraction from public.extractions where id = judge_extraction.extraction_id
    and document_id = job.document_id;
  if not found then
    return jsonb_build_object('gone', true);
  end if;
  judged := private.judged_values(extraction.document_id, private.taught_fields((
    select fields::jsonb from public.extraction_schema_versions where schema_id = extraction.schema_id
      and version = extraction.schema_version),
    extraction.document_id, extraction.schema_id), judge_extraction.claims, judge_extraction.engine);
  return jsonb_build_object(
    'rejected', (
      select coalesce(jsonb_agg(jsonb_build_object('path', value ->> 'path', 'row', value -> 'row_number', 'reason',
        value ->> 'reason')), jsonb_build_array())
      from jsonb_array_elements(judged -> 'values') as value where not (value ->> 'proven')::boolean),
    'checks', jsonb_path_query_array(judged -> 'checks', '$[*] ? (@.holds == false)'));
end
$$;
comment on function public.judge_extraction(uuid, uuid, uuid, jsonb, text) is
  'What of an engine''s values would not be written, so that it can correct them: {rejected: [{path, row, reason}], '
  'checks: those that do not hold}, or {gone: true}. Writes nothing. Errors: lease_lost (409).';

create function private.joined_checks(own jsonb, engines jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(entry), jsonb_build_array()) from (
    select entry from jsonb_array_elements(own) as entry
    union all
    -- An equation that the engine found broken: the numbers of it are proposals, so that it could not be counted here.
    select entry from jsonb_array_elements(case when jsonb_typeof(engines) = 'array' then engines else '[]' end)
      as entry
    where entry -> 'holds' = 'false' and not exists (
      select from jsonb_array_elements(own) as counted
      where counted -> 'check' = entry -> 'check' and counted -> 'row' = entry -> 'row'
        and counted -> 'holds' <> 'null')
    limit 500
  ) as entries
$$;
comment on function private.joined_checks(jsonb, jsonb) is
  'The equations as they were counted here, and those that the engine found broken and left to review.';

create function private.result_of(extraction public.extractions) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'values', (select coalesce(jsonb_agg(to_jsonb(found)), jsonb_build_array()) from (
      select path, row_number, value, page, quote, box, proof, similarity, confidence, note from public.extracted_values
      where extraction_id = (extraction).id and proof <> 'person') as found),
    'proposals', (select coalesce(jsonb_agg(to_jsonb(open)), jsonb_build_array()) from (
      select path, row_number, value, page, quote, box, confidence, reason from public.extraction_proposals
      where extraction_id = (extraction).id) as open),
    'read_at', (select created_at from public.ocr_results where document_id = (extraction).document_id),
    'schema_version', (extraction).schema_version, 'instruction', (extraction).instruction, 'engine',
    (extraction).engine, 'model', (extraction).model,
    'prompt_version', (extraction).prompt_version, 'note', (extraction).note, 'checks', (extraction).checks,
    'unread_from', (extraction).unread_from)
$$;
comment on function private.result_of(public.extractions) is
  'What an extraction found, as extraction_runs.previous keeps it.';

create function private.begin_run(extraction public.extractions, instruction text) returns void
language plpgsql set search_path = '' as $$
declare
  most constant integer := 10;
begin
  if (extraction).status in ('queued', 'running') then
    update public.extraction_runs set instruction = begin_run.instruction where extraction_id = (extraction).id
      and saved_at is null;
    return;
  end if;
  delete from public.extraction_runs where extraction_id = (extraction).id and (saved_at is null or id not in (
    select id from public.extraction_runs where extraction_id = (extraction).id order by id desc limit most - 1));
  if (extraction).engine is not null then
    insert into public.extraction_runs (extraction_id, user_id, instruction, previous)
    values ((extraction).id, (extraction).user_id, begin_run.instruction, private.result_of(extraction));
  end if;
end
$$;
comment on function private.begin_run(public.extractions, text) is
  'Keeps what an extraction found before its owner has it done again.';

create function public.request_extraction(document_id uuid, schema_id uuid, instruction text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  document public.documents;
  extraction public.extractions;
  said constant text := nullif(btrim(private.visible(left(request_extraction.instruction, 1000))), '');
  job private.jobs;
begin
  perform private.admit_request((select user_id from public.documents where id = request_extraction.document_id));
  select * into document from public.documents where id = request_extraction.document_id for update;
  if not found or not exists (select from public.extraction_schemas where id = request_extraction.schema_id
    and user_id = document.user_id) then
    perform private.refuse(404, 'not_found', 'There is no such document or schema.');
  end if;
  if not exists (select from public.ocr_results where ocr_results.document_id = document.id) then
    perform private.refuse(409, 'not_allowed_now', format('The document is %s and has no text yet.', document.status));
  end if;
  select * into extraction from public.extractions
  where extractions.document_id = document.id and extractions.schema_id = request_extraction.schema_id for update;
  if found then
    perform private.begin_run(extraction, said);
  end if;
  insert into public.extractions (document_id, schema_id, user_id, schema_version, instruction)
  select document.id, schemas.id, document.user_id, schemas.version, said
  from public.extraction_schemas as schemas where id = request_extraction.schema_id
  on conflict on constraint a_schema_is_applied_to_a_document_once do update set status = 'queued', error = null,
    instruction = excluded.instruction
  returning * into extraction;
  perform private.queue_job('extract', document.id, document.user_id, '{"watched": true}');
  select * into strict job from private.jobs
  where jobs.document_id = document.id and stage = 'extract' and state in ('queued', 'dispatched', 'running');
  return jsonb_build_object('job_id', job.id, 'extraction_id', extraction.id);
end
$$;
comment on function public.request_extraction(uuid, uuid, text) is
  'Applies a schema to a document, again where it was applied before. Returns {job_id, extraction_id}: the caller asks '
  'public.take_watched for the job, so that it can tell what the engine does. Errors: not_found (404), not_allowed_now '
  '(409), too_many_requests (429). The caller proves the ownership of the document.';

create function public.pages_to_extract(job_id uuid, lease uuid, from_page integer, to_page integer) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job constant private.jobs := private.held_job(pages_to_extract.job_id, pages_to_extract.lease);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('page_number', page_number, 'text', text, 'words', words)
      order by page_number), jsonb_build_array())
    from public.document_pages
    where document_id = job.document_id and page_number between pages_to_extract.from_page and pages_to_extract.to_page
      and error is null);
end
$$;
comment on function public.pages_to_extract(uuid, uuid, integer, integer) is
  'The pages of a claimed document that were read, from one number to another: [{page_number, text, words}]. Errors: '
  'lease_lost (409).';

create function private.run_diff(run public.extraction_runs) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'row', row_number, 'before', before.value, 'after',
    now.value) order by path, row_number), jsonb_build_array())
  from jsonb_to_recordset((run).previous -> 'values') as before (path text, row_number integer, value jsonb)
  full join (
    select path, row_number, value from public.extracted_values where extraction_id = (run).extraction_id
      and proof <> 'person'
  ) as now using (path, row_number)
  where before.value is distinct from now.value
$$;
comment on function private.run_diff(public.extraction_runs) is
  'The proven values that are others than before a run: [{path, row, before, after}], null where there was or is none.';

create function public.extraction_of(extraction_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('extraction', to_jsonb(extractions), 'run_id', run.id, 'diff', private.run_diff(run))
  from public.extractions left join lateral (
    select * from public.extraction_runs where extraction_runs.extraction_id = extractions.id and saved_at is not null
      and undone_at is null
    order by id desc limit 1) as run on true
  where extractions.id = extraction_of.extraction_id
$$;
comment on function public.extraction_of(uuid) is
  'An extraction as it is now: {extraction, run_id: the last run that its owner can undo, or null, diff: [{path, row, '
  'before, after}] of that run}; null when it is gone.';

revoke execute on function public.begin_extractions(uuid, uuid), private.missing_fields(public.extractions, jsonb),
  private.settle_extraction(uuid),
  public.save_extraction(uuid, uuid, uuid, jsonb), public.judge_extraction(uuid, uuid, uuid, jsonb, text),
  private.joined_checks(jsonb, jsonb), public.request_extraction(uuid, uuid, text),
  private.result_of(public.extractions), private.begin_run(public.extractions, text),
  private.run_diff(public.extraction_runs),
  public.pages_to_extract(uuid, uuid, integer, integer), public.extraction_of(uuid) from public, anon, authenticated;
grant execute on function public.begin_extractions(uuid, uuid), private.missing_fields(public.extractions, jsonb),
  private.settle_extraction(uuid),
  public.save_extraction(uuid, uuid, uuid, jsonb), public.judge_extraction(uuid, uuid, uuid, jsonb, text),
  private.joined_checks(jsonb, jsonb), public.request_extraction(uuid, uuid, text),
  private.result_of(public.extractions), private.begin_run(public.extractions, text),
  private.run_diff(public.extraction_runs),
  public.pages_to_extract(uuid, uuid, integer, integer), public.extraction_of(uuid) to service_role;
