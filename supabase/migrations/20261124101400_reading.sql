create function public.save_pages(job_id uuid, lease uuid, pages jsonb, page_count integer) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(save_pages.job_id, save_pages.lease);
  document public.documents;
  done integer;
begin
  update public.documents set page_count = save_pages.page_count
  where id = job.document_id and documents.page_count is distinct from save_pages.page_count;
  select * into document from public.documents where id = job.document_id;

  insert into public.document_pages (document_id, page_number, user_id, text, engine, confidence, words)
  select document.id, page.page_number, document.user_id, page.text, page.engine, page.confidence, page.words
  from jsonb_to_recordset(pages) as page (page_number integer, text text, engine text, confidence real, words jsonb)
  on conflict on constraint document_pages_pkey do update set
    text = excluded.text, engine = excluded.engine, confidence = excluded.confidence, words = excluded.words;

  select count(*) into done from public.document_pages where document_id = document.id;
  perform private.record_event(document, 'ocr', 'progress', format('%s of %s pages read.', done, save_pages.page_count),
    jsonb_build_object('page', done, 'page_count', save_pages.page_count));
  perform public.heartbeat(job.id, save_pages.lease);
end
$$;
comment on function public.save_pages(uuid, uuid, jsonb, integer) is
  'Keeps pages that were read, [{page_number, text, engine, confidence, words}], tells the progress, and renews the lease. Errors: lease_lost (409).';

create function public.complete_reading(job_id uuid, lease uuid, result jsonb, take_next boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(complete_reading.job_id, complete_reading.lease);
  read_before boolean := exists (select from public.ocr_results where document_id = job.document_id);
  document public.documents;
  reading public.ocr_results;
  next jsonb;
begin
  select * into strict document from public.documents where id = job.document_id for update;
  insert into public.ocr_results (document_id, user_id, raw_text, page_count, engine, model, mean_confidence, processing_ms, usage)
  select document.id, document.user_id,
    coalesce(string_agg(text, E'\n\n' order by page_number), ''),
    (result ->> 'page_count')::integer,
    case when count(distinct engine) > 1 then 'mixed' else coalesce(min(engine), 'pdf_text_layer') end,
    result ->> 'model', avg(confidence), (result ->> 'processing_ms')::integer, coalesce(result -> 'usage', '{}')
  from public.document_pages where document_id = document.id
  on conflict (document_id) do update set
    raw_text = excluded.raw_text, page_count = excluded.page_count, engine = excluded.engine, model = excluded.model,
    mean_confidence = excluded.mean_confidence, processing_ms = excluded.processing_ms, usage = excluded.usage, created_at = now()
  returning * into reading;

  if not read_before then
    perform private.debit(document.user_id, documents => private.count_document(document.id, document.user_id), pages => reading.page_count,
      input_tokens => coalesce((reading.usage ->> 'input_tokens')::bigint, 0),
      output_tokens => coalesce((reading.usage ->> 'output_tokens')::bigint, 0));
  end if;
  perform private.record_event(document, 'ocr', 'completed', format('Text read from %s pages.', reading.page_count),
    jsonb_build_object('page_count', reading.page_count, 'engine', reading.engine, 'processing_ms', reading.processing_ms));
  next := private.finish_job(job, take_next);
  -- From here the trigger on_documents_ocr_complete takes over.
  update public.documents set status = 'ocr_complete', page_count = reading.page_count where id = document.id;
  return jsonb_build_object('next', next);
end
$$;
comment on function public.complete_reading(uuid, uuid, jsonb, boolean) is
  'Every page is saved: the text, the usage debit, the event, the end of the job and the status ocr_complete, together. result: {page_count, processing_ms, model, usage}. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';

revoke execute on function public.save_pages(uuid, uuid, jsonb, integer), public.complete_reading(uuid, uuid, jsonb, boolean)
  from public, anon, authenticated;
grant execute on function public.save_pages(uuid, uuid, jsonb, integer), public.complete_reading(uuid, uuid, jsonb, boolean) to service_role;
