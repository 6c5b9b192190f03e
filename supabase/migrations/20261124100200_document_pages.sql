create table public.document_pages (
  document_id uuid not null references public.documents on delete cascade,
  page_number integer not null,
  user_id uuid not null references auth.users on delete cascade,
  text text not null,
  engine text not null,
  confidence real,
  words jsonb,
  created_at timestamptz not null default clock_timestamp(),

  primary key (document_id, page_number),
  constraint page_number_starts_at_one check (page_number >= 1),
  constraint engine_is_known check (engine in ('pdf_text_layer', 'file_text', 'tesseract', 'ppocr', 'claude')),
  constraint confidence_is_a_share check (confidence between 0 and 1)
);
create index document_pages_by_user on public.document_pages (user_id);

comment on table public.document_pages is
  'The text of each page as it was read. Also the checkpoint: a reading that is cut off goes on with the pages that are missing here.';
comment on column public.document_pages.engine is 'What read the page: pdf_text_layer, file_text (the text of a file that is no PDF), tesseract, ppocr or claude.';
comment on column public.document_pages.confidence is '0 to 1; null where the engine does not say.';
comment on column public.document_pages.words is
  '[{text, x0, y0, x1, y1, confidence}], boxes in pixels of the image that was read, origin top left; null where the engine gives none.';

alter table public.document_pages enable row level security;
create policy "users can read the pages of their own documents" on public.document_pages
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.document_pages to authenticated;
grant select, insert, update, delete on public.document_pages to service_role;
