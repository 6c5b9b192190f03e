create table public.ocr_results (
  document_id uuid primary key references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  raw_text text not null,
  page_count integer not null,
  engine text not null,
  model text,
  mean_confidence real,
  language text,
  processing_ms integer not null,
  usage jsonb not null default '{}',
  einvoice jsonb,
  einvoice_details jsonb,
  created_at timestamptz not null default now(),

  constraint engine_is_known check (engine in ('pdf_text_layer', 'unpdf', 'file_text', 'tesseract', 'ppocr', 'claude',
    'mixed')),
  constraint mean_confidence_is_a_share check (mean_confidence between 0 and 1),
  constraint processing_ms_is_not_negative check (processing_ms >= 0),
  constraint einvoice_is_a_small_object
    check (jsonb_typeof(einvoice) = 'object' and octet_length(einvoice::text) <= 4000),
  constraint einvoice_details_are_an_object
    check (jsonb_typeof(einvoice_details) = 'object' and octet_length(einvoice_details::text) <= 1000000)
);
create index ocr_results_by_user on public.ocr_results (user_id);

comment on table public.ocr_results is
  'One row a document that was read: its whole text, kept so that describing can run again without paying for reading.';
comment on column public.ocr_results.raw_text is 'The pages in order, parted by an empty line.';
comment on column public.ocr_results.engine is 'What read the pages; mixed where it was not one engine for all.';
comment on column public.ocr_results.mean_confidence is 'Mean over the pages that have one, 0 to 1.';
comment on column public.ocr_results.processing_ms is 'Milliseconds of the run that finished the reading.';
comment on column public.ocr_results.usage is
  'What a model counted: {input_tokens, output_tokens, cost_micro_usd}, over the pages.';
comment on column public.ocr_results.einvoice is
  'What the XML inside an e-invoice says: {type_code, number, seller, issue_date, currency, grand_total}; null where '
  'there is none.';

comment on column public.ocr_results.einvoice_details is
  'What extraction takes from that XML: {due_date, net, tax, lines: [{description, quantity, unit_price, total}]}.';

alter table public.ocr_results enable row level security;
create policy "users can read the text of their own documents" on public.ocr_results
  for select to authenticated using (user_id = (select auth.uid()));

revoke all on public.ocr_results from anon, authenticated, service_role, public;
grant select on public.ocr_results to authenticated;
grant select, insert, update, delete on public.ocr_results to service_role;
