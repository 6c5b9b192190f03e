-- A picture of each document's first page, for lists. Drawn when the document is completed, so that nobody waits for
-- it.

insert into private.stages (stage, position, label, function_name, suspects_function_name, in_flight_limit,
  max_attempts)
values ('thumbnail', 15, 'Drawing', 'thumbnail', 'thumbnail-alone', 2, 3);

create function private.wants_thumbnail(event public.document_events) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.documents
    where id = event.document_id and not has_thumbnail
      and mime_type in ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/gif',
        'image/bmp'));
end
$$;
comment on function private.wants_thumbnail(public.document_events) is
  'Whether a completed document is to get a picture: it has none, and its format is drawn '
  '(functions/thumbnail/drawing.ts).';

insert into private.event_consumers (name, event_types, stage, filter)
values ('thumbnails', '{metadata.completed}', 'thumbnail', 'wants_thumbnail');

create function public.complete_thumbnail(job_id uuid, lease uuid, drawn boolean, take_next boolean default false)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(complete_thumbnail.job_id, complete_thumbnail.lease);
begin
  update public.documents set has_thumbnail = true where id = job.document_id and drawn and not has_thumbnail;
  return jsonb_build_object('next', private.complete_stage(job,
    case when drawn then 'The first page was drawn.' else 'The first page could not be drawn.' end,
    jsonb_build_object('drawn', drawn), complete_thumbnail.take_next));
end
$$;
comment on function public.complete_thumbnail(uuid, uuid, boolean, boolean) is
  'The picture of a document''s first page is stored; or, where drawn is false, there is none to be had. Returns '
  '{next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';

revoke execute on function private.wants_thumbnail(public.document_events),
  public.complete_thumbnail(uuid, uuid, boolean, boolean) from public, anon, authenticated;
grant execute on function private.wants_thumbnail(public.document_events),
  public.complete_thumbnail(uuid, uuid, boolean, boolean) to service_role;
