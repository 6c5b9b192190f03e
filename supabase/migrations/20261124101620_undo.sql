-- What a person does about a describing that they do not like. Both functions only do, by name, what the owner may do
-- with PATCH: they have no rights of their own, and the trigger on_documents_edited_by_people locks and tells.

create function public.undo_metadata_run(run_id bigint, fields text[] default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  -- The columns of an update that is put together are not known before it runs.
  -- @plpgsql_check_options: other_warnings = false
  run public.metadata_runs;
  document public.documents;
  wanted text[];
  undone text[];
  skipped jsonb;
  restored public.documents;
begin
  select * into run from public.metadata_runs where id = undo_metadata_run.run_id;
  select * into document from public.documents where id = run.document_id for update;
  if document.id is null then
    raise exception using errcode = 'PT404', hint = 'not_found', message = 'There is no such run, or it is not yours.';
  end if;
  wanted := array(select distinct field from unnest(coalesce(fields, run.applied)) as field where field is not null
    order by field);
  undone := array(
    select field from unnest(wanted) as field
    where field = any (run.applied) and to_jsonb(document) -> field = run.written -> field order by field);
  skipped := (
    select coalesce(jsonb_object_agg(field, case when field = any (run.applied) then 'changed_since'
      else 'not_applied' end), '{}')
    from unnest(wanted) as field where field <> all (undone));
  if cardinality(undone) = 0 then
    raise exception using errcode = 'PT409', hint = 'not_allowed_now', detail = skipped::text,
      message = 'Nothing of that run is left to undo: what it wrote was changed since, or it did not write these fields.';
  end if;

  restored := jsonb_populate_record(document,
    (select jsonb_object_agg(key, value) from jsonb_each(run.previous) where key = any (undone)));
  -- A document that had no name yet goes by the one of its file; a completed one has a name.
  restored.display_name := coalesce(restored.display_name,
    left(regexp_replace(document.filename, '[[:cntrl:]]+', ' ', 'g'), 200));
  restored.locked_fields := array(select distinct unnest(document.locked_fields || undone));
  -- As the caller, who may update these columns and no others, whatever a run says.
  execute format('update public.documents set %s where id = $1 returning *',
    (select string_agg(format('%1$I = ($2).%1$I', field), ', ') from unnest(undone || array['locked_fields']) as field))
  into strict document using document.id, restored;
  return jsonb_build_object('document', to_jsonb(document), 'undone', undone, 'skipped', skipped);
end
$$;
comment on function public.undo_metadata_run(bigint, text[]) is
  'Puts back what was there before a run of the caller''s own document: in all fields that it wrote, or in those '
  'named, and locks them. A field that was changed since is skipped. Returns {document, undone: [fields], skipped: '
  '{field: changed_since | not_applied}}. Errors: not_found (404), not_allowed_now (409) when there is nothing to undo.';

create function public.unlock_fields(document_id uuid, fields text[]) returns text[]
language plpgsql set search_path = '' as $$
declare
  still_locked text[];
begin
  update public.documents set locked_fields = array(select unnest(locked_fields) except select unnest(fields)
    order by 1)
  where id = unlock_fields.document_id returning locked_fields into still_locked;
  if not found then
    raise exception using errcode = 'PT404', hint = 'not_found',
      message = 'There is no such document, or it is not yours.';
  end if;
  return still_locked;
end
$$;
comment on function public.unlock_fields(uuid, text[]) is
  'Leaves fields of the caller''s own document to the pipeline again: the next describing writes them. Returns the '
  'fields that are still locked. Errors: not_found (404).';

revoke execute on function public.undo_metadata_run(bigint, text[]), public.unlock_fields(uuid, text[]) from public,
  anon, authenticated, service_role;
grant execute on function public.undo_metadata_run(bigint, text[]), public.unlock_fields(uuid, text[]) to authenticated;
