-- What a person does about a run that they had made of a schema, and do not like.

create function private.undo_extraction(run_id bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  owner constant uuid := private.caller();
  run public.extraction_runs;
  extraction public.extractions;
begin
  perform private.admit_request(owner);
  -- The document before its extraction, as save_extraction has them.
  perform from public.documents where id = (
    select document_id from public.extractions
      join public.extraction_runs on extraction_runs.extraction_id = extractions.id
    where extraction_runs.id = undo_extraction.run_id and extraction_runs.user_id = owner) for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such run, or it is not yours.');
  end if;
  select extractions.* into strict extraction
  from public.extractions join public.extraction_runs on extraction_runs.extraction_id = extractions.id
  where extraction_runs.id = undo_extraction.run_id for update of extractions;
  select * into strict run from public.extraction_runs where id = undo_extraction.run_id;
  if extraction.status in ('queued', 'running') then
    perform private.refuse(409, 'not_allowed_now',
      format('The extraction is %s; wait until that ends.', extraction.status));
  elsif run.saved_at is null or run.undone_at is not null or exists (
    select from public.extraction_runs where extraction_id = extraction.id and id > run.id and saved_at is not null
      and undone_at is null) then
    perform private.refuse(409, 'not_allowed_now', 'Only the last run that changed something can be undone, and once.');
  elsif (run.previous -> 'schema_version')::integer <> extraction.schema_version then
    perform private.refuse(409, 'not_allowed_now', 'The fields of the schema were changed since.');
  elsif run.previous -> 'read_at' is distinct from (
    select to_jsonb(created_at) from public.ocr_results where document_id = extraction.document_id) then
    perform private.refuse(409, 'not_allowed_now',
      'The document was read again since, so that the values before prove nothing now.');
  end if;

  -- What a person said stays.
  delete from public.extracted_values where extraction_id = extraction.id and proof <> 'person';
  delete from public.extraction_proposals where extraction_id = extraction.id;
  insert into public.extracted_values (extraction_id, path, row_number, user_id, document_id, schema_id, value, page,
    quote, box, proof, similarity, confidence, note)
  select extraction.id, one.path, one.row_number, extraction.user_id, extraction.document_id, extraction.schema_id,
    one.value,
    one.page, one.quote, one.box, one.proof, one.similarity, one.confidence, one.note
  from jsonb_populate_recordset(null::public.extracted_values, run.previous -> 'values') as one
  on conflict do nothing;
  insert into public.extraction_proposals (extraction_id, path, row_number, user_id, value, page, quote, box,
    confidence, reason)
  select extraction.id, one.path, one.row_number, extraction.user_id, one.value, one.page, one.quote, one.box,
    one.confidence, one.reason
  from jsonb_populate_recordset(null::public.extraction_proposals, run.previous -> 'proposals') as one
  where not exists (
    select from public.extracted_values
    where extracted_values.extraction_id = extraction.id and extracted_values.path = one.path
      and extracted_values.row_number = one.row_number);
  update public.extraction_runs set undone_at = clock_timestamp() where id = run.id;
  update public.extractions set engine = run.previous ->> 'engine', model = run.previous ->> 'model',
    prompt_version = run.previous ->> 'prompt_version',
    note = run.previous ->> 'note', instruction = run.previous ->> 'instruction',
    unread_from = (run.previous ->> 'unread_from')::integer,
    checks = private.joined_checks(private.checks_now(extraction), run.previous -> 'checks')
  where id = extraction.id;
  return to_jsonb(private.settle_extraction(extraction.id));
end
$$;
comment on function private.undo_extraction(bigint) is 'See public.undo_extraction_run.';

create function public.undo_extraction_run(run_id bigint) returns jsonb
language sql set search_path = ''
begin atomic
  select private.undo_extraction(undo_extraction_run.run_id);
end;
comment on function public.undo_extraction_run(bigint) is
  'Puts back the values and proposals that were there before the last run that the signed-in user had made of a '
  'schema; what people said of values stays. What it cost is paid. Returns the extraction. Errors: not_found (404), '
  'not_allowed_now (409) while it runs, when a later run wrote values, or when the text or the schema is another one, '
  'too_many_requests (429).';

revoke execute on function private.undo_extraction(bigint), public.undo_extraction_run(bigint) from public, anon,
  authenticated, service_role;
grant execute on function private.undo_extraction(bigint), public.undo_extraction_run(bigint) to authenticated;
