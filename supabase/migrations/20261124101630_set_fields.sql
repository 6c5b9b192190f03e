-- Undo, and accepting what a run proposed: a field is set together with whether it is locked. An update by PATCH
-- always locks.

create function public.set_fields(changes jsonb, reason text default 'undone') returns jsonb
language plpgsql set search_path = '' as $$
declare
  -- The columns of an update that is put together are not known before it runs.
  -- @plpgsql_check_options: other_warnings = false
  change record;
  document public.documents;
  wanted text[];
  still text[];
  answers jsonb := jsonb_build_array();
begin
  if jsonb_typeof(changes) is distinct from 'array' or reason is null or reason not in ('undone', 'accepted') then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'changes is a list of {document_id, fields: {field: {from, to}}, locked}, and reason is undone or accepted.';
  end if;
  if jsonb_array_length(changes) > 600 then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'One request changes at most 600 documents. Send several.';
  end if;
  for change in
    select * from jsonb_to_recordset(changes) as one (document_id uuid, fields jsonb, locked text[])
      order by one.document_id
  loop
    select * into document from public.documents where id = change.document_id for update;
    continue when document.id is null or jsonb_typeof(change.fields) is distinct from 'object';
    wanted := array(select jsonb_object_keys(change.fields) order by 1);
    if 'locked_fields' = any (wanted) or not to_jsonb(document) ?& wanted then
      raise exception using errcode = 'PT400', hint = 'invalid_request',
        message = 'fields holds columns of metadata, each with {from, to}.';
    end if;
    -- What somebody or something changed since is left as it is.
    still := array(select field from unnest(wanted) as field
      where to_jsonb(document) -> field = change.fields -> field -> 'from');
    continue when cardinality(still) = 0;
    perform set_config('docket.edit_reason', reason, true);
    execute format('update public.documents set %s, locked_fields = $2 where id = $3 returning *',
      (select string_agg(format('%1$I = ($1).%1$I', field), ', ') from unnest(still) as field))
    using
      jsonb_populate_record(document,
        (select jsonb_object_agg(field, change.fields -> field -> 'to') from unnest(still) as field)),
      array(select distinct field from unnest(document.locked_fields || still) as field
        where field <> all (still) or field = any (change.locked) order by field),
      document.id
    into document;
    perform set_config('docket.edit_reason', '', true);
    answers := answers || to_jsonb(document);
  end loop;
  return answers;
end
$$;
comment on function public.set_fields(jsonb, text) is
  'Sets fields of the caller''s own documents, and leaves locked only those of them that `locked` names: reason undone '
  'takes an edit back, accepted takes what a run proposed. changes: [{document_id, fields: {field: {from, to}}, '
  'locked: [fields]}]. A field that is not `from` any more is skipped. Returns the rows that changed. Errors: '
  'invalid_request (400), too_many_requests (429).';

revoke execute on function public.set_fields(jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.set_fields(jsonb, text) to authenticated;
