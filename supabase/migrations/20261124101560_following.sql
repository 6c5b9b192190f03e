-- Watching a document that is being described, by those who did not start that.

create function public.join_metadata(document_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  select * into document from public.documents where id = join_metadata.document_id;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document.');
  end if;
  perform private.admit_request(document.user_id);
  if document.status not in ('ocr_complete', 'generating_metadata') then
    -- An answer, not an error: the request stays counted.
    return null;
  end if;
  return jsonb_build_object('after', coalesce((
    select max(id) from public.document_events
    where document_events.document_id = document.id and stage = 'metadata' and kind in ('completed', 'failed')), 0));
end
$$;
comment on function public.join_metadata(uuid) is
  'Counts a request to watch a document that is being described. Returns {after: the event with which it was described '
  'last, 0 for none}: what comes after it is of the run to watch; null when nobody describes it. Errors: not_found '
  '(404), too_many_requests (429). The caller proves the ownership.';

create function public.look_at_describing(asked jsonb) returns jsonb
language sql stable set search_path = ''
begin atomic
  select coalesce(jsonb_agg(jsonb_build_object(
    'document_id', one.document_id, 'status', documents.status, 'error', documents.error,
    'events', coalesce((
      select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'message', message, 'data', data) order by id)
      from public.document_events
      where document_events.document_id = one.document_id and document_events.id > one.after and stage = 'metadata'),
        '[]'))), '[]')
  from jsonb_to_recordset(asked) as one (document_id uuid, after bigint)
  left join public.documents on documents.id = one.document_id;
end;
comment on function public.look_at_describing(jsonb) is
  'How far the describing of several documents is: [{document_id, after}] → [{document_id, status, error, events: '
  '[{id, kind, message, data}]}], with the events after that id; status is null for a document that is gone. A process '
  'asks this once for all whom it tells.';

revoke execute on function public.join_metadata(uuid), public.look_at_describing(jsonb) from public, anon,
  authenticated;
grant execute on function public.join_metadata(uuid), public.look_at_describing(jsonb) to service_role;
