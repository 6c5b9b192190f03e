create table public.document_pages (
  document_id uuid not null references public.documents on delete cascade,
  page_number integer not null,
  user_id uuid not null references auth.users on delete cascade,
  text text not null,
  markdown text,
  engine text,
  confidence real,
  words jsonb,
  picture jsonb,
  usage jsonb,
  error jsonb,
  created_at timestamptz not null default clock_timestamp(),

  primary key (document_id, page_number),
  constraint page_number_starts_at_one check (page_number >= 1),
  constraint engine_is_known check (engine in ('pdf_text_layer', 'unpdf', 'file_text', 'tesseract', 'ppocr', 'claude')),
  constraint pages_have_an_engine_or_an_error check ((engine is null) = (error is not null)),
  constraint unreadable_pages_have_no_text check (error is null or text = ''),
  constraint an_error_says_code_and_message check (error ?& array['code', 'message']),
  constraint confidence_is_a_share check (confidence between 0 and 1)
);
create index document_pages_by_user on public.document_pages (user_id);

comment on table public.document_pages is
  'The text of each page as it was read. Also the checkpoint: a reading that is cut off goes on with the pages that '
  'are missing here.';
comment on column public.document_pages.markdown is
  'The text as Markdown, with headings, lists and tables, in the same words; null where that is the text itself.';
comment on column public.document_pages.engine is
  'What read the page: pdf_text_layer, unpdf (the text layer of a PDF that PDFium cannot read), file_text (the text of '
  'a file that is no PDF), tesseract, ppocr or claude. Null for a page that could not be read.';
comment on column public.document_pages.confidence is
  '0 to 1; null where the engine does not say. Low for a text layer that is not to be trusted but was all there was, '
  'and for a model''s reading that the OCR engine does not agree with.';
comment on column public.document_pages.usage is
  'What a model counted: {model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd}; '
  'null where none read the page.';
comment on column public.document_pages.error is
  'Why the page could not be read: {code, message}. The others of the document may well be.';
comment on column public.document_pages.words is
  '[{text, x0, y0, x1, y1, confidence}], boxes in pixels of the image that was read, origin top left; null where the '
  'engine gives none.';

comment on column public.document_pages.picture is
  'The image that the words stand on: {width, height, rotation}, in pixels, turned to the right by so many degrees; '
  'null where there are no words.';

alter table public.document_pages enable row level security;
create policy "users can read the pages of their own documents" on public.document_pages
  for select to authenticated using (user_id = (select auth.uid()));

revoke all on public.document_pages from anon, authenticated, service_role, public;
grant select on public.document_pages to authenticated;
grant select, insert, update, delete on public.document_pages to service_role;
