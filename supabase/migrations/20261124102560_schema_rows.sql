-- The values of many documents as one table: a row a document, or a row a line of a table in it. Under the caller's own rights.

create function public.schema_rows(schema_id uuid, line_items text default null, sort text default null, descending boolean default false,
  after jsonb default null, at_most integer default 100)
returns jsonb language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  most constant integer := least(greatest(coalesce(schema_rows.at_most, 100), 1), 1000);
  wanted text := schema_rows.sort;
  lines constant text := schema_rows.line_items;
  place constant jsonb := schema_rows.after;
  fields jsonb;
  of_field jsonb;
  found_rows jsonb;
begin
  select schemas.fields into fields from public.extraction_schemas as schemas where schemas.id = schema_rows.schema_id;
  if fields is null then
    raise exception using errcode = 'PT404', hint = 'not_found', message = 'There is no such schema, or it is not yours.';
  end if;
  if lines is not null and fields #>> array['properties', lines, 'type'] is distinct from 'array' then
    raise exception using errcode = 'PT400', hint = 'invalid_request', message = format('line_items: %s is no table of the schema.', left(lines, 60));
  end if;
  if wanted is null and lines is null then
    select coalesce(jsonb_agg(jsonb_build_object('key', created_at, 'extraction_id', id, 'row_number', 0) order by nth), '[]') into found_rows
    from (
      select created_at, id, row_number() over () as nth from public.extractions
      where extractions.schema_id = schema_rows.schema_id and status in ('completed', 'needs_review')
        and (place is null or (created_at, id) < ((place ->> 'key')::timestamptz, (place ->> 'extraction_id')::uuid))
      order by created_at desc, id desc limit most
    ) as page;
  else
    -- Without a sort, the lines of a table go by the first column that it has to have.
    wanted := coalesce(wanted, format('%s.%s', lines, coalesce(
      fields #>> array['properties', lines, 'items', 'required', '0'], (select min(key) from jsonb_object_keys(fields #> array['properties', lines, 'items', 'properties']) as key))));
    of_field := case when wanted like '%.%' then fields #> array['properties', split_part(wanted, '.', 1), 'items', 'properties', split_part(wanted, '.', 2)]
      else fields #> array['properties', wanted] end;
    if of_field is null or of_field ->> 'type' = 'array' or (wanted like '%.%') <> (lines is not null) or wanted like '%.%' and split_part(wanted, '.', 1) <> lines then
      raise exception using errcode = 'PT400', hint = 'invalid_request', message = format('sort: %s is no field of these rows.', left(wanted, 90));
    end if;
    if of_field ->> 'type' in ('number', 'integer', 'object') and schema_rows.descending then
      select coalesce(jsonb_agg(jsonb_build_object('key', key, 'document_id', document_id, 'extraction_id', extraction_id, 'row_number', row_number) order by nth), '[]') into found_rows
      from (
        select number_value as key, document_id, extraction_id, row_number, row_number() over () as nth from public.extracted_values as cells
        where cells.schema_id = schema_rows.schema_id and path = wanted and number_value is not null
          and (place is null or (number_value, document_id, row_number) < ((place ->> 'key')::numeric, (place ->> 'document_id')::uuid, (place ->> 'row_number')::integer))
        order by number_value desc, document_id desc, row_number desc limit most) as page;
    elsif of_field ->> 'type' in ('number', 'integer', 'object') then
      select coalesce(jsonb_agg(jsonb_build_object('key', key, 'document_id', document_id, 'extraction_id', extraction_id, 'row_number', row_number) order by nth), '[]') into found_rows
      from (
        select number_value as key, document_id, extraction_id, row_number, row_number() over () as nth from public.extracted_values as cells
        where cells.schema_id = schema_rows.schema_id and path = wanted and number_value is not null
          and (place is null or (number_value, document_id, row_number) > ((place ->> 'key')::numeric, (place ->> 'document_id')::uuid, (place ->> 'row_number')::integer))
        order by number_value, document_id, row_number limit most) as page;
    elsif schema_rows.descending then
      select coalesce(jsonb_agg(jsonb_build_object('key', key, 'document_id', document_id, 'extraction_id', extraction_id, 'row_number', row_number) order by nth), '[]') into found_rows
      from (
        select text_value as key, document_id, extraction_id, row_number, row_number() over () as nth from public.extracted_values as cells
        where cells.schema_id = schema_rows.schema_id and path = wanted and text_value is not null
          and (place is null or (text_value, document_id, row_number) < (place ->> 'key', (place ->> 'document_id')::uuid, (place ->> 'row_number')::integer))
        order by text_value desc, document_id desc, row_number desc limit most) as page;
    else
      select coalesce(jsonb_agg(jsonb_build_object('key', key, 'document_id', document_id, 'extraction_id', extraction_id, 'row_number', row_number) order by nth), '[]') into found_rows
      from (
        select text_value as key, document_id, extraction_id, row_number, row_number() over () as nth from public.extracted_values as cells
        where cells.schema_id = schema_rows.schema_id and path = wanted and text_value is not null
          and (place is null or (text_value, document_id, row_number) > (place ->> 'key', (place ->> 'document_id')::uuid, (place ->> 'row_number')::integer))
        order by text_value, document_id, row_number limit most) as page;
    end if;
  end if;
  return jsonb_build_object('next', case when jsonb_array_length(found_rows) = most then found_rows -> -1 end, 'rows', (
    select coalesce(jsonb_agg(jsonb_build_object('document_id', extractions.document_id, 'extraction_id', extractions.id, 'row_number', entries.entry -> 'row_number',
      'status', extractions.status, 'values', (
        select coalesce(jsonb_object_agg(cells.path, cells.value), '{}') from public.extracted_values as cells
        where cells.extraction_id = extractions.id
          and (cells.path not like '%.%' or lines is not null and starts_with(cells.path, lines || '.') and cells.row_number = (entries.entry ->> 'row_number')::integer))) order by entries.nth), '[]')
    from jsonb_array_elements(found_rows) with ordinality as entries (entry, nth)
    join public.extractions on extractions.id = (entries.entry ->> 'extraction_id')::uuid));
end
$$;
comment on function public.schema_rows(uuid, text, text, boolean, jsonb, integer) is
  'A page of the table of a schema of the caller''s own: {rows: [{document_id, extraction_id, row_number, status, values: {field: value}}], next: what to hand over as after for the next page, or null}. Without line_items a row a document; with the name of a table of the schema, a row a line of it. sort: a field; rows without it are left out. Without, the newest extraction first. Up to 1,000 rows a page. Errors: not_found (404), invalid_request (400) naming the argument.';

create index extractions_by_age on public.extractions (schema_id, created_at, id) where status in ('completed', 'needs_review');

create function public.schema_sums(schema_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'currency', currency, 'count', amount, 'sum', total) order by path, currency), '[]')
  from (
    select path, currency, count(*) as amount, sum(number_value) as total from public.extracted_values
    where extracted_values.schema_id = schema_sums.schema_id and number_value is not null group by path, currency
  ) as sums
$$;
comment on function public.schema_sums(uuid) is 'The sums of a schema''s numbers over the caller''s own documents, per currency: [{path, currency, count, sum}].';

revoke execute on function public.schema_rows(uuid, text, text, boolean, jsonb, integer), public.schema_sums(uuid) from public, anon, authenticated, service_role;
grant execute on function public.schema_rows(uuid, text, text, boolean, jsonb, integer), public.schema_sums(uuid) to authenticated;
