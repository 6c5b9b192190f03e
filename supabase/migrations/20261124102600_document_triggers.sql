-- Every trigger on public.documents, in the order in which Postgres fires them: by time and level, then by name. A
-- feature that wants to act on what happens to documents subscribes in private.event_consumers instead (a test
-- compares this list).

-- Before a statement.
create trigger documents_admit_edit before update or delete on public.documents
  for each statement when (current_user = 'authenticated') execute function private.admit_edit();

-- Before a row.
create trigger documents_count_edit before update or delete on public.documents
  for each row when (current_setting('docket.rows_changed', true) <> '') execute function private.count_edit('1');
create trigger documents_guard_status before update of status on public.documents
  for each row when (old.status is distinct from new.status) execute function private.guard_document_status();
create trigger documents_refuse_deleting_kept before delete on public.documents
  for each row execute function private.refuse_kept();
create trigger documents_refuse_trashing_kept before update of trashed_at on public.documents
  for each row when (old.trashed_at is null and new.trashed_at is not null) execute function private.refuse_kept();
create trigger documents_touch_updated_at before update on public.documents
  for each row execute function private.touch_updated_at();
create trigger on_documents_edited_by_people before update on public.documents
  for each row when (current_user = 'authenticated') execute function private.lock_edited_fields();
create trigger on_documents_handed_in_completed before update of status on public.documents
  for each row when (old.status is distinct from new.status
    and new.status = 'completed') execute function private.tag_handed_in();
create trigger on_documents_mailed_completed before update of status on public.documents
  for each row when (old.status is distinct from new.status
    and new.status = 'completed') execute function private.tag_mails();

-- After a row. The capital: the cascade to the parts is a trigger too, RI_ConstraintTrigger_…, and this has to come
-- before it.
create trigger "Parts_of_others_on_documents_deleted" after delete on public.documents
  for each row execute function private.hand_over_shared_parts();
-- Usage is locked before the dispatch, which the last two take.
create trigger on_documents_change_usage after update of status, page_count, byte_size on public.documents
  for each row when (new.byte_size <> old.byte_size or new.page_count is distinct from old.page_count
    or new.status <> old.status and (new.status in ('uploading', 'processing')
      or old.status in ('uploading', 'processing')))
  execute function private.change_usage();
create trigger on_documents_described_or_read after update of display_name, tags, summary, correspondent,
  document_type, language, note, status on public.documents
  for each row when ((old.display_name, old.tags, old.summary, old.correspondent, old.document_type, old.language,
    old.note)
    is distinct from (new.display_name, new.tags, new.summary, new.correspondent, new.document_type, new.language,
      new.note)
    or old.status is distinct from new.status and new.status = 'ocr_complete')
  execute function private.index_document();
create trigger on_documents_file_rejected after update of status on public.documents
  for each row when (new.status = 'failed'
    and (new.error ->> 'stage' = 'upload' or new.error ->> 'code' = 'file_differs'))
  execute function private.erase_rejected_file();
create trigger on_documents_made after insert on public.documents
  for each row execute function private.index_document();
create trigger on_documents_ocr_complete after update on public.documents
  for each row when (old.status is distinct from new.status and new.status = 'ocr_complete')
  execute function private.request_metadata();
create trigger on_documents_request_extraction after update of status on public.documents
  for each row when (old.status is distinct from new.status and new.status = 'completed')
  execute function private.request_extractions();

-- After a statement. Tags are locked before the dispatch, which deleting takes.
create trigger documents_count_tags_of_changed after update on public.documents
  referencing old table as before new table as after
    for each statement execute function private.count_tags_of_changed();
create trigger documents_count_tags_of_deleted after delete on public.documents
  referencing old table as before for each statement execute function private.count_tags_of_deleted();
create trigger documents_count_tags_of_new after insert on public.documents
  referencing new table as after for each statement execute function private.count_tags_of_new();
create trigger on_documents_admitted after insert on public.documents
  referencing new table as admitted for each statement execute function private.reserve();
create trigger on_documents_deleted after delete on public.documents
  referencing old table as gone for each statement execute function private.erase_deleted_documents();
