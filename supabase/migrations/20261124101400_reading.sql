create function public.save_pages(job_id uuid, lease uuid, pages jsonb, page_count integer) returns void
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(save_pages.job_id, save_pages.lease);
  document public.documents;
  done integer;
  read integer;
begin
  update public.documents set page_count = save_pages.page_count
  where id = job.document_id and documents.page_count is distinct from save_pages.page_count;
  select * into document from public.documents where id = job.document_id;

  insert into public.document_pages (document_id, page_number, user_id, text, markdown, engine, confidence, words,
    picture, usage, error)
  select document.id, page.page_number, document.user_id, page.text, page.markdown, page.engine, page.confidence,
    nullif(page.words, 'null'), nullif(page.picture, 'null'), nullif(page.usage, 'null'), nullif(page.error, 'null')
  from jsonb_to_recordset(pages)
    as page (page_number integer, text text, markdown text, engine text, confidence real, words jsonb, picture jsonb,
      usage jsonb, error jsonb)
  on conflict on constraint document_pages_pkey do update set
    text = excluded.text, markdown = excluded.markdown, engine = excluded.engine, confidence = excluded.confidence,
    words = excluded.words, picture = excluded.picture,
    usage = excluded.usage, error = excluded.error;

  select count(*), count(*) filter (where error is null) into done, read from public.document_pages
    where document_id = document.id;
  perform private.count_pages(document.id, document.user_id, read);
  perform private.record_event(document, job.stage, 'progress',
    format('Read %s of %s page%s.', done, save_pages.page_count, case when save_pages.page_count = 1 then ''
    else 's' end),
    jsonb_build_object('page', done, 'page_count', save_pages.page_count));
  perform public.heartbeat(job.id, save_pages.lease);
end
$$;
comment on function public.save_pages(uuid, uuid, jsonb, integer) is
  'Keeps pages that were read, [{page_number, text, markdown, engine, confidence, words, picture, usage, error}], '
  'counts those that have a text, each once, tells the progress, and renews the lease. Errors: lease_lost (409).';

create function private.too_many_unreadable(document_id uuid, page_count integer) returns jsonb
language sql stable set search_path = '' as $$
  select case
    -- What is wrong with all of them in the same way is what is wrong with the document.
    when count(*) = too_many_unreadable.page_count and count(distinct error ->> 'code') = 1 then
      jsonb_build_object('code', min(error ->> 'code'), 'message', min(error ->> 'message'), 'retryable', false)
    else jsonb_build_object('code', 'unreadable_pages', 'retryable', false, 'message', format(
      '%s of %s page%s could not be read (%s). Upload a better copy.', count(*), too_many_unreadable.page_count,
      case when too_many_unreadable.page_count = 1 then '' else 's' end,
      string_agg(distinct error ->> 'code', ', ')))
  end
  from public.document_pages
  where document_pages.document_id = too_many_unreadable.document_id and error is not null
  having count(*) > (select unreadable_share from private.settings) * too_many_unreadable.page_count
$$;
comment on function private.too_many_unreadable(uuid, integer) is
  'Why a document fails of which all pages were tried: {code, message, retryable}; null when enough of them were read.';

create function public.complete_reading(job_id uuid, lease uuid, result jsonb, take_next boolean default false)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(complete_reading.job_id, complete_reading.lease);
  problem jsonb := private.too_many_unreadable(job.document_id, (result ->> 'page_count')::integer);
  document public.documents;
  reading public.ocr_results;
  tried integer;
  unreadable integer;
  next jsonb;
begin
  select count(*), count(error) into tried, unreadable from public.document_pages
  where document_id = job.document_id and page_number <= (result ->> 'page_count')::integer;
  if tried < (result ->> 'page_count')::integer then
    perform private.refuse(500, 'internal_error',
      format('%s of %s pages were tried. Try again; pages that are read are kept.', tried, result ->> 'page_count'));
  end if;
  if problem is not null then
    perform private.fail_attempt(job, problem);
    perform private.dispatch_jobs();
    return jsonb_build_object('next', null);
  end if;
  select * into strict document from public.documents where id = job.document_id for update;
  insert into public.ocr_results (document_id, user_id, raw_text, page_count, engine, model, mean_confidence,
    processing_ms, usage, einvoice, einvoice_details)
  select document.id, document.user_id,
    coalesce(string_agg(text, E'\n\n' order by page_number), ''),
    (result ->> 'page_count')::integer,
    case when count(distinct engine) > 1 then 'mixed' else coalesce(min(engine), 'pdf_text_layer') end,
    max(document_pages.usage ->> 'model'), avg(confidence), (result ->> 'processing_ms')::integer,
    case when count(document_pages.usage) = 0 then '{}' else jsonb_build_object(
      'input_tokens', sum((document_pages.usage ->> 'input_tokens')::bigint),
      'output_tokens', sum((document_pages.usage ->> 'output_tokens')::bigint),
      'cost_micro_usd', sum((document_pages.usage ->> 'cost_micro_usd')::bigint)) end,
    nullif(result -> 'einvoice', 'null') - 'details', nullif(result -> 'einvoice' -> 'details', 'null')
  from public.document_pages where document_id = document.id
  on conflict (document_id) do update set
    raw_text = excluded.raw_text, page_count = excluded.page_count, engine = excluded.engine, model = excluded.model,
    mean_confidence = excluded.mean_confidence, processing_ms = excluded.processing_ms, usage = excluded.usage,
    einvoice = excluded.einvoice, einvoice_details = excluded.einvoice_details, created_at = now()
  returning * into reading;

  perform private.debit(document.user_id, documents => private.count_document(document.id, document.user_id));
  -- Before the status: the trigger on_documents_ocr_complete takes over with it.
  update public.documents set unreadable_pages = unreadable, page_count = reading.page_count
  where id = document.id and (documents.page_count, unreadable_pages) is distinct from (reading.page_count, unreadable);
  next := private.complete_stage(job,
    case when unreadable = 0 then format('Read %s page%s.', reading.page_count, case
      when reading.page_count = 1 then '' else 's' end)
      else format('Read %s of %s page%s; %s could not be read.', reading.page_count - unreadable, reading.page_count,
        case when reading.page_count = 1 then '' else 's' end, unreadable) end,
    jsonb_build_object('page_count', reading.page_count, 'unreadable_pages', unreadable, 'engine', reading.engine,
      'processing_ms', reading.processing_ms), take_next);
  return jsonb_build_object('next', next);
end
$$;
comment on function public.complete_reading(uuid, uuid, jsonb, boolean) is
  'Every page was tried: the text, the debit of the document (its pages were counted as they were saved), the event, '
  'the end of the job and the status ocr_complete, together; or, when too many pages could not be read, the end of the '
  'job and the status failed. result: {page_count, processing_ms, einvoice}. Returns {next: the next job for this '
  'worker, if take_next asks for one}. Errors: lease_lost (409), internal_error (500) while a page was never tried.';

revoke execute on function private.too_many_unreadable(uuid, integer), public.save_pages(uuid, uuid, jsonb, integer),
  public.complete_reading(uuid, uuid, jsonb, boolean)
  from public, anon, authenticated;
grant execute on function private.too_many_unreadable(uuid, integer), public.save_pages(uuid, uuid, jsonb, integer),
  public.complete_reading(uuid, uuid, jsonb, boolean) to service_role;
