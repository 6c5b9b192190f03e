create type public.document_status as enum (
  'uploading', 'processing', 'ocr_complete', 'generating_metadata', 'completed', 'failed'
);
comment on type public.document_status is
  'uploading → processing → ocr_complete → generating_metadata → completed; or failed, and error.stage says where.';

create table public.documents (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  filename text not null,
  storage_path text not null unique,
  mime_type text not null,
  byte_size bigint not null,
  content_sha256 text not null,
  page_count integer,
  unreadable_pages integer not null default 0,
  status public.document_status not null default 'uploading',
  error jsonb,
  display_name text,
  tags text[] not null default '{}',
  summary text,
  document_type text,
  correspondent text,
  document_date date,
  amount numeric,
  currency text,
  language text,
  note text,
  metadata_source text,
  has_thumbnail boolean not null default false,
  locked_fields text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  trashed_at timestamptz,

  constraint a_user_has_the_same_bytes_once unique (user_id, content_sha256),
  constraint filename_is_not_blank check (btrim(filename) <> ''),
  constraint filename_fits check (length(filename) <= 255),
  constraint byte_size_is_positive check (byte_size > 0),
  constraint content_sha256_is_lowercase_hex check (content_sha256 ~ '^[0-9a-f]{64}$'),
  constraint page_count_is_not_negative check (page_count >= 0),
  constraint unreadable_pages_are_not_negative check (unreadable_pages >= 0),
  constraint failed_documents_have_an_error check ((status = 'failed') = (error is not null)),
  constraint an_error_says_stage_code_and_message check (error ?& array['stage', 'code', 'message']),
  constraint completed_documents_have_a_name check (status <> 'completed' or display_name is not null),
  constraint display_name_is_not_blank check (btrim(display_name) <> ''),
  constraint display_name_fits check (length(display_name) <= 200),
  constraint display_name_is_one_line check (display_name ~ '\S' and display_name !~ '[[:cntrl:]]'),
  constraint summary_fits check (length(summary) <= 1000),
  constraint summary_is_text check (translate(summary, E'\t\n\r', '') !~ '[[:cntrl:]]'),
  constraint tags_are_a_flat_list check (tags = '{}' or (array_ndims(tags) = 1 and array_lower(tags, 1) = 1)),
  constraint tags_are_few check (cardinality(tags) <= 50),
  constraint tags_are_short check (length(array_to_string(tags, '')) <= 2000),
  -- 31 parts the tags; it cannot be in one, for it is a control character.
  constraint each_tag_is_a_word check (
    tags = '{}' or (array_to_string(tags, '', E'\n') !~ '[[:cntrl:]]' and chr(31) || array_to_string(tags, chr(31))
      || chr(31) !~ '\x1f *\x1f')),
  constraint each_tag_fits check (array_to_string(tags, chr(31)) !~ '[^\x1f]{201}'),
  constraint correspondent_fits check (length(correspondent) <= 200),
  constraint correspondent_is_one_line check (correspondent !~ '[[:cntrl:]]'),
  constraint document_type_fits check (length(document_type) <= 100),
  constraint document_type_is_one_line check (document_type !~ '[[:cntrl:]]'),
  constraint document_date_is_a_day check (document_date between '0001-01-01' and '9999-12-31'),
  constraint amount_is_a_sum_of_money
    check (amount between -1000000000000 and 1000000000000 and amount = round(amount, 4)),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint language_is_iso_639_1 check (language ~ '^[a-z]{2}$'),
  constraint note_is_not_blank check (note ~ '\S'),
  constraint note_fits check (length(note) <= 2000),
  constraint note_is_text check (translate(note, E'\t\n\r', '') !~ '[[:cntrl:]]'),
  constraint metadata_source_is_known check (metadata_source in ('claude', 'local')),
  constraint locked_fields_are_a_flat_list
    check (locked_fields = '{}' or (array_ndims(locked_fields) = 1 and array_lower(locked_fields, 1) = 1)),
  constraint locked_fields_are_known check (
    cardinality(locked_fields) <= 20 and locked_fields <@ private.lockable_fields())
);

-- One for each order that search_documents pages in; read forwards and backwards, so the id goes the same way as the
-- key.
create index documents_by_age on public.documents (user_id, created_at, id);
create index documents_by_name on public.documents (user_id, lower(coalesce(display_name, filename)), id);
create index documents_by_date on public.documents (user_id, coalesce(document_date, '-infinity'::date), id);
create index documents_by_amount on public.documents (user_id, coalesce(amount, '-infinity'::numeric), id);
create index documents_by_sender on public.documents (user_id, coalesce('1' || lower(correspondent), '2'), id);
create index documents_by_size on public.documents (user_id, byte_size, id);
create index documents_by_type on public.documents (user_id, document_type, created_at, id);
create index documents_under_way on public.documents (user_id, status, created_at, id) where status <> 'completed';
create index documents_by_tag on public.documents using gin (tags);
create index documents_in_upload on public.documents (updated_at) where status = 'uploading';
create index documents_in_trash on public.documents (user_id, trashed_at, id) where trashed_at is not null;

comment on table public.documents is
  'One row a document: where its file is, how far the pipeline got, and what is known of it. Rows are made by POST '
  '/functions/v1/upload; owners edit the metadata columns and delete rows through the Data API.';
comment on column public.documents.filename is 'The name that the file had where it came from.';
comment on column public.documents.storage_path is 'Its object in the bucket "documents": <user_id>/<id>.';
comment on column public.documents.mime_type is 'Found by looking at the bytes, never taken from the name.';
comment on column public.documents.byte_size is 'Bytes.';
comment on column public.documents.content_sha256 is
  'SHA-256 of the bytes, lower-case hex. The same bytes again return the document that is there.';
comment on column public.documents.unreadable_pages is
  'How many of its pages could not be read; their rows in document_pages say why.';
comment on column public.documents.error is
  'Why the document is failed: {stage: upload or one of private.stages, code, message, attempt, retryable}. Codes: '
  'functions/_shared/errors.ts.';
comment on column public.documents.display_name is
  'The name for people, with the extension: "Invoice - Acme Corp - 2026-03-15.pdf".';
comment on column public.documents.tags is 'Lower-case-hyphenated; the document type first.';
comment on column public.documents.document_date is 'The date that the document bears; null rather than a guess.';
comment on column public.documents.amount is
  'What is to be paid or was paid, with tax, in whole units of the currency; negative where money is given back, as by '
  'a credit note. Null rather than a guess.';
comment on column public.documents.currency is 'ISO 4217; null where the document does not show one.';
comment on column public.documents.language is 'ISO 639-1.';
comment on column public.documents.note is
  'What its owner wrote about it, for themselves: no engine reads or writes it, and no share link, webhook or rule '
  'tells it.';
comment on column public.documents.metadata_source is 'What wrote the metadata: claude or local.';
comment on column public.documents.has_thumbnail is
  'Whether the bucket "thumbnails" has a picture of its first page (WebP, at most 400 x 560 pixels), under '
  'storage_path.';
comment on column public.documents.trashed_at is
  'When its owner moved it to the trash: from then on it is in nobody''s lists, and row level security hides it from '
  'its owner, too (public.trash). Null for all others.';
comment on column public.documents.locked_fields is
  'Fields that a person edited, or locked. The pipeline leaves them as they are until they are unlocked.';

create function private.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.touch_updated_at() is 'Trigger: updated_at is the time of the last change.';
revoke execute on function private.touch_updated_at() from public, anon, authenticated;

create function private.guard_document_status() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not ((old.status, new.status) in (('uploading', 'processing'), ('uploading', 'failed'), ('failed', 'uploading'))
    or exists (
      select from private.stages
      where (old.status, new.status) in (
        (waits_as, runs_as), (waits_as, fails_as), (runs_as, done_as), (runs_as, fails_as), (fails_as, waits_as),
        (fails_as, runs_as))
        or repeats and (old.status, new.status) = (done_as, runs_as)))
  then
    perform private.refuse(409, 'not_allowed_now',
      format('A document does not go from %s to %s.', old.status, new.status));
  end if;
  return new;
end
$$;
comment on function private.guard_document_status() is
  'Trigger: a status changes as an upload does, or as the statuses of a row of private.stages follow each other.';
revoke execute on function private.guard_document_status() from public, anon, authenticated;

alter table public.documents enable row level security;
create policy "users can read their own documents" on public.documents
  for select to authenticated using (user_id = (select auth.uid()) and trashed_at is null);
create policy "users can edit their own documents" on public.documents
  for update to authenticated using (user_id = (select auth.uid()) and trashed_at is null)
    with check (user_id = (select auth.uid()));
create policy "users can delete their own documents" on public.documents
  for delete to authenticated using (user_id = (select auth.uid()));

revoke all on public.documents from anon, authenticated, service_role, public;
grant select, delete on public.documents to authenticated;
do $$
begin
  execute format('grant update (%s, note, locked_fields) on public.documents to authenticated',
    (select string_agg(quote_ident(field), ', ' order by place) from private.metadata_fields()));
end
$$;
grant select, insert, update, delete on public.documents to service_role;
