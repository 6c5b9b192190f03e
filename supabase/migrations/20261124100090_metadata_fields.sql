-- The metadata fields as data: what is locked, proven, written, edited and told in a document's history follows this
-- list.

create function private.metadata_fields() returns table (
  field text, place integer, label text, kind text, longest integer, writer text, lockable boolean,
  evidence text, needs_proof boolean, least_confidence numeric, einvoice text, source text[]
)
language sql immutable parallel safe set search_path = ''
begin atomic
  select * from (values
    -- From supabase/functions/_shared/metadata-fields.ts by npm run gen:types.
    ('display_name', 1, 'Name', 'name', 60, 'describing', true, null, false, 0, null,
      array['display_name']),
    ('document_type', 2, 'Type', 'type', 100, 'describing', true, 'document_type', false, 0, 'type_code',
      array['document_type']),
    ('correspondent', 3, 'From', 'party', 200, 'describing', true, 'correspondent', true, 0.7, 'seller',
      array['correspondent']),
    ('document_date', 4, 'Date', 'date', 10, 'describing', true, 'document_date', true, 0.7, 'issue_date',
      array['document_date']),
    ('amount', 5, 'Amount', 'amount', 20, 'describing', true, 'amount', true, 0.7, 'grand_total',
      array['amount', 'value']),
    ('currency', 6, 'Currency', 'currency', 3, 'describing', true, 'amount', true, 0.7, 'currency',
      array['amount', 'currency']),
    ('tags', 7, 'Tags', 'tags', 40, 'describing', true, null, false, 0, null,
      array['tags']),
    ('summary', 8, 'Summary', 'text', 1000, 'describing', true, null, false, 0, null,
      array['summary']),
    ('language', 9, 'Language', 'language', 2, 'describing', true, null, false, 0, null,
      array['language'])
    -- End of what is generated.
  ) as fields (field, place, label, kind, longest, writer, lockable, evidence, needs_proof, least_confidence, einvoice,
  source);
end;
comment on function private.metadata_fields() is
  'The columns of documents that describing writes or people edit, in the order in which they are shown. kind says '
  'what proves a value and how it is written; evidence: the value of an engine''s evidence that it is read from; '
  'least_confidence: below it, a value that needs proof is not written; einvoice: the value of an e-invoice that '
  'proves it; source: where it stands in a description.';

create function private.lockable_fields() returns text[]
language sql immutable parallel safe set search_path = ''
begin atomic
  select array_agg(field order by place) from private.metadata_fields() where lockable;
end;
comment on function private.lockable_fields() is 'The fields that documents.locked_fields may name.';

create function private.assignments(fields text[], row_name text) returns text
language sql stable set search_path = '' as $$
  select string_agg(format('%1$I = %2$s.%1$I', listed.field, row_name), ', ' order by listed.place)
  from private.metadata_fields() as listed where listed.field = any (assignments.fields)
$$;
comment on function private.assignments(text[], text) is
  'The fields as the "set" of an update takes them, each from the same column of a row. Only names of the list.';

create function private.labels_of(fields text[]) returns text
language sql stable set search_path = '' as $$
  select string_agg(listed.label, ', ' order by listed.place) from private.metadata_fields() as listed
    where listed.field = any (labels_of.fields)
$$;
comment on function private.labels_of(text[]) is 'Fields as people call them, for a document''s history.';

revoke execute on function private.labels_of(text[]), private.metadata_fields(), private.lockable_fields(),
  private.assignments(text[], text) from public, anon, authenticated;
grant execute on function private.labels_of(text[]), private.metadata_fields(),
  private.assignments(text[], text) to service_role;
-- A check constraint runs as whoever edits.
grant execute on function private.metadata_fields(), private.lockable_fields() to authenticated, service_role;
