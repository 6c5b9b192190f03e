-- The values of many documents as one table: a row a document, or a row a line of a table in it.
--
-- Row level security keeps the indexes on numbers and texts from being used: their comparisons are not leakproof. So a
-- definer finds where the rows of a page are, in a schema of the caller's own, and the functions that users call read
-- them under row level security.

create index extractions_by_age on public.extractions (schema_id, created_at, id)
  where status in ('completed', 'needs_review');

create function private.folded_text(words text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  -- unaccent is stable only because its dictionary could be another one: here it is named.
  return lower(extensions.unaccent('extensions.unaccent'::regdictionary, words));
end
$$;
comment on function private.folded_text(text) is
  'A text for comparing, without accents and capitals: as private.part_pattern folds what is looked for.';
revoke execute on function private.folded_text(text) from public, anon, authenticated;
grant execute on function private.folded_text(text) to service_role;

-- For words that few values have: to fold 100,000 texts takes a second.
create index extracted_values_by_part on public.extracted_values
  using gin (private.folded_text(text_value) extensions.gin_trgm_ops) where text_value is not null;

create function private.field_of(fields jsonb, line_items text, name text) returns jsonb
language sql immutable set search_path = '' as $$
  select case when name not like '%.%' then fields #> array['properties', name]
    when split_part(name, '.', 1) = line_items
      then fields #> array['properties', line_items, 'items', 'properties', substr(name, length(line_items) + 2)] end
$$;
comment on function private.field_of(jsonb, text, text) is
  'A field of a schema by its name, "total" or "items.total"; null for one that the rows do not have.';

create function private.cell_test(alias text, field jsonb, name text, op text, value text) returns text
language plpgsql stable set search_path = '' as $$
declare
  counted constant boolean := field ->> 'type' in ('number', 'integer', 'object');
  money constant text[] := regexp_match(value, '^\s*(-?\d{1,15}(?:\.\d{1,6})?)?\s*([A-Za-z]{3})?\s*$');
begin
  if op is null or op not in ('=', '!=', '<', '<=', '>', '>=', '~') or (op = '~' and counted) then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters: %s: the comparison is =, !=, <, <=, >, >=, of a text also ~ (has these words); or present, missing.', left(name, 90));
  end if;
  if value is null or (counted and (money is null or coalesce(money[1], money[2]) is null
    or (money[2] is not null and (field ->> 'type' <> 'object' or money[1] is null and op not in ('=', '!='))))) then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters: %s: this is not what it can be compared with. Give a number such as 99.50, for money also with its currency: 99.50 EUR.', left(name, 90));
  end if;
  if counted then
    return concat_ws(' and ', case
      when money[1] is not null then format('%I.number_value %s %L::numeric', alias, replace(op, '!=', '<>'),
      money[1]) end,
      case when money[2] is not null
        then format('%I.currency %s %L', alias, case when money[1] is null then replace(op, '!=', '<>') else '=' end,
        upper(money[2])) end);
  end if;
  if op = '~' then
    return format('private.folded_text(%I.text_value) like %L', alias, private.part_pattern(left(value, 300)));
  end if;
  return format('%I.text_value %s %L', alias, replace(op, '!=', '<>'), left(value, 300));
end
$$;
comment on function private.cell_test(text, jsonb, text, text, text) is
  'The condition on a row of extracted_values, called by an alias, that a comparison is. Numbers and money are '
  'compared as numbers ("99.50", "99.50 EUR", "EUR"), dates and texts as texts. Errors: invalid_request (400) naming '
  'the field.';

create function private.filter_cell(fields jsonb, schema_id uuid, line_items text, filter jsonb, alias text)
  returns text
language plpgsql stable set search_path = '' as $$
declare
  name constant text := coalesce(filter ->> 'field', '');
  field constant jsonb := private.field_of(fields, line_items, name);
begin
  if field is null or field ->> 'type' = 'array' then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters: %s is no field of these rows.', left(name, 90));
  end if;
  return format('%1$I.schema_id = %2$L and %1$I.path = %3$L and %4$s', alias, schema_id, name,
    case when filter ->> 'op' in ('present', 'missing') then format('%I.value is not null', alias)
      else private.cell_test(alias, field, name, filter ->> 'op', filter ->> 'value') end);
end
$$;
comment on function private.filter_cell(jsonb, uuid, text, jsonb, text) is
  'The condition on a row of extracted_values, called by an alias, that it is the cell of a filter''s field and has '
  'what the filter asks for; of missing, that it is there at all. Errors: invalid_request (400) naming the field.';

create function private.row_filters(fields jsonb, schema_id uuid, line_items text, filters jsonb, extraction text,
  row_number text, sort text) returns text
language plpgsql stable set search_path = '' as $$
declare
  most constant integer := 20;
  filter jsonb;
  name text;
  cell text;
  conditions text := '';
begin
  if filters is null or filters = 'null' then return ''; end if;
  if jsonb_typeof(filters) <> 'array' or jsonb_array_length(filters) > most then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters is a list of at most %s {field, op, value}.', most);
  end if;
  for filter in select jsonb_array_elements(filters) loop
    name := filter ->> 'field';
    if name = sort and filter ->> 'op' not in ('present', 'missing') then
      -- The rows are read in the order of this field: the same part of the index.
      conditions := conditions || format(' and %s', private.filter_cell(fields, schema_id, line_items, filter, 'v'));
      continue;
    end if;
    cell := private.filter_cell(fields, schema_id, line_items, filter, 'other');
    conditions := conditions
      || format(' and %sexists (select from public.extracted_values as other where other.extraction_id = %s and other.row_number = %s and %s)',
      case when filter ->> 'op' = 'missing' then 'not ' end, extraction, case when name like '%.%' then row_number
        else '0' end, cell);
  end loop;
  return conditions;
end
$$;
comment on function private.row_filters(jsonb, uuid, text, jsonb, text, text, text) is
  'The conditions that filters are, for a statement that has an extraction and a row number, and with a sort that '
  'field''s value as "v". Literals, not parameters: the planner has to see which of them leaves few rows. Errors: '
  'invalid_request (400) naming the field.';

create function private.leading_filter(fields jsonb, schema_id uuid, line_items text, filters jsonb, sort text,
  out filter jsonb, out leaves_few boolean)
language plpgsql stable set search_path = '' as $$
declare
  few constant integer := 500;
  one jsonb;
begin
  leaves_few := false;
  for one in select jsonb_array_elements(nullif(filters, 'null')) loop
    continue when one ->> 'op' = 'missing' or one ->> 'field' = sort;
    leading_filter.filter := coalesce(leading_filter.filter, one);
    execute format('select count(*) <= %s from (select from public.extracted_values as other where %s limit %s) as seen',
      few, private.filter_cell(fields, schema_id, line_items, one, 'other'), few + 1) into leaves_few;
    if leaves_few then
      leading_filter.filter := one;
      return;
    end if;
  end loop;
end
$$;
comment on function private.leading_filter(jsonb, uuid, text, jsonb, text) is
  'The filter whose rows the others are looked up for: one that alone leaves few, or else the first; null where none '
  'says what has to be there.';

create function private.rows_with_all(fields jsonb, schema_id uuid, line_items text, filters jsonb)
  returns table (document_id uuid, row_number integer)
language plpgsql stable rows 1000 set search_path = ''
-- Each filter is a part of an index that has the document and the line, too. To hash one part and read the others past
-- it takes as long as to read them all, however few they share; to look up each row of one in the others takes a
-- hundred times as long.
set enable_hashjoin = on set enable_nestloop = off set enable_mergejoin = off set enable_seqscan = off
  set work_mem = '32MB' as $$
#variable_conflict use_column
declare
  -- What a query that is put together returns is not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false
  filter record;
  source text := '';
begin
  -- Those of lines first: the others say nothing of the line. Filters of one field are about the same cell, and one
  -- part of the index: from 500 to below 500, or two currencies at once, is nothing to read.
  for filter in
    select one ->> 'field' like '%.%' as of_line,
      row_number() over (order by one ->> 'field' like '%.%' desc, min(place)) as nth,
      string_agg(private.filter_cell(fields, rows_with_all.schema_id, rows_with_all.line_items, one, 'cell'), ' and ')
        as cell
    from jsonb_array_elements(filters) with ordinality as list (one, place) group by one ->> 'field'
  loop
    source := source
      || format('%s (select cell.document_id%s from public.extracted_values as cell where %s) as part_%s%s',
      case when filter.nth > 1 then ' join' end, case when filter.of_line
        or filter.nth = 1 then ', cell.row_number' end, filter.cell, filter.nth,
      case when filter.nth > 1 then case when filter.of_line then ' using (document_id, row_number)'
        else ' using (document_id)' end end);
  end loop;
  return query execute format('select document_id, part_1.row_number from %s', source);
end
$$;
comment on function private.rows_with_all(jsonb, uuid, text, jsonb) is
  'The documents of a schema, and the lines in them, for which several filters all hold; none of missing. Without a '
  'filter of a line the row number says nothing.';

create function private.own_fields(schema_id uuid, line_items text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  found_fields jsonb;
begin
  select schemas.fields::jsonb into found_fields from public.extraction_schemas as schemas
  where schemas.id = own_fields.schema_id and schemas.user_id = (select private.caller());
  if found_fields is null then
    raise exception using errcode = 'PT404', hint = 'not_found',
      message = 'There is no such schema, or it is not yours.';
  end if;
  if line_items is not null and found_fields #>> array['properties', line_items, 'type'] is distinct from 'array' then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('line_items: %s is no table of the schema.', left(line_items, 60));
  end if;
  return found_fields;
end
$$;
comment on function private.own_fields(uuid, text) is
  'The fields of a schema of the caller''s own. Errors: not_found (404), invalid_request (400) for a table that it has '
  'not.';

create function private.found_rows(schema_id uuid, line_items text, filters jsonb, sort text, descending boolean,
  after jsonb, most integer)
returns table (key text, document_id uuid, extraction_id uuid, row_number integer, place bigint)
language plpgsql stable security definer rows 100 set search_path = ''
-- How many rows a filter leaves is a guess, and all rows are everybody's: never read them all, nor sort what an index
-- has in its order.
set enable_seqscan = off set enable_sort = off as $$
#variable_conflict use_column
declare
  -- What a query that is put together returns is not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false So many rows are read in their order, which finds most pages; after
  -- that the filters come first.
  read_in_order constant integer := 2000;
  fields constant jsonb := private.own_fields(found_rows.schema_id, found_rows.line_items);
  lines constant text := found_rows.line_items;
  wanted constant text := found_rows.sort;
  start constant jsonb := nullif(found_rows.after, 'null');
  backwards constant boolean := coalesce(found_rows.descending, false);
  sorted constant jsonb := private.field_of(fields, lines, wanted);
  counted constant boolean := sorted ->> 'type' in ('number', 'integer', 'object');
  rows_of_schema text;
  in_order text;
  conditions text;
  source text;
  page text := 'select v.key::text, v.document_id, v.extraction_id, v.row_number, row_number() over (order by %1$s) as place from (%2$s) as v where true%3$s order by %1$s limit %4$s';
  lead record;
  several jsonb;
  hits jsonb;
  more boolean;
begin
  if octet_length(start::text) > 4000 then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'after is not what the answer''s next said.';
  end if;
  if wanted is not null then
    if sorted is null or sorted ->> 'type' = 'array' or (wanted like '%.%') <> (lines is not null) then
      raise exception using errcode = 'PT400', hint = 'invalid_request',
        message = format('sort: %s is no field of these rows.', left(wanted, 90));
    end if;
    in_order := (case when backwards then 'v.key desc, v.document_id desc, v.row_number desc'
      else 'v.key, v.document_id, v.row_number' end);
    rows_of_schema := format(
      'select v.%1$s as key, v.document_id, v.extraction_id, v.row_number, v.text_value, v.number_value, v.currency,
        v.schema_id, v.path
      from public.extracted_values as v
      where v.schema_id = %2$L and v.user_id = %3$L and v.path = %4$L and v.%1$s is not null%5$s',
      case when counted then 'number_value' else 'text_value' end, found_rows.schema_id, private.caller(), wanted,
      case
        when start is not null
        then format(' and (v.%s, v.document_id, v.row_number) %s (%L::%s, %L::uuid, %L::integer)',
        case when counted then 'number_value' else 'text_value' end, case when backwards then '<' else '>' end,
        start ->> 'key', case when counted then 'numeric' else 'text' end, start ->> 'document_id',
        start ->> 'row_number') end)
      -- Where the rows begin is where the filters of this field let them.
      || private.row_filters(fields, found_rows.schema_id, lines, (
        select jsonb_agg(filter) from jsonb_array_elements(case
          when jsonb_typeof(found_rows.filters) = 'array' then found_rows.filters end) as filter
        where filter ->> 'field' = wanted and filter ->> 'op' not in ('present', 'missing')),
        'v.extraction_id', 'v.row_number', wanted);
  else
    -- The newest first, and of each document its lines in their order.
    in_order := 'v.key desc, v.extraction_id desc, v.row_number';
    rows_of_schema := format(
      'select e.created_at as key, e.document_id, e.id as extraction_id, lines.row_number
      from public.extractions as e cross join lateral (%1$s) as lines (row_number)
      where e.schema_id = %2$L and e.user_id = %3$L and e.status in (''completed'', ''needs_review'')%4$s',
      case when lines is null then 'select 0' else format(
        'select distinct cells.row_number from public.extracted_values as cells where cells.extraction_id = e.id and starts_with(cells.path, %L)', lines || '.') end,
      found_rows.schema_id, private.caller(),
      case
        when start is not null
        then format(' and (e.created_at, e.id) <= (%1$L::timestamptz, %2$L::uuid) and (e.id <> %2$L::uuid or lines.row_number > %3$L::integer)',
        start ->> 'key', start ->> 'extraction_id', start ->> 'row_number') end);
  end if;
  conditions := format(' and v.document_id not in (select trash.id from public.documents as trash where trash.user_id = %L and trash.trashed_at is not null)%s',
    private.caller(), private.row_filters(fields, found_rows.schema_id, lines, found_rows.filters, 'v.extraction_id',
      'v.row_number', wanted));
  lead := private.leading_filter(fields, found_rows.schema_id, lines, found_rows.filters, wanted);
  if lead.filter is null then
    return query execute format(page, in_order, rows_of_schema, conditions, most);
    return;
  end if;
  if not lead.leaves_few then
    source := format('select * from (%s) as v order by %s limit %s', rows_of_schema, in_order, read_in_order);
    execute format('select coalesce(jsonb_agg(to_jsonb(hit) order by hit.place), jsonb_build_array()) from (%s) as hit', format(page, in_order, source, conditions, most)) into hits;
    if jsonb_array_length(hits) < most then
      execute format('select count(*) = %s from (%s) as v', read_in_order, source) into more;
    end if;
    if not coalesce(more, false) then
      return query select hit.key, hit.document_id, hit.extraction_id, hit.row_number, hit.place
        from jsonb_to_recordset(hits) as hit (key text, document_id uuid, extraction_id uuid, row_number integer,
          place bigint) order by hit.place;
      return;
    end if;
  end if;
  -- Several filters that each leave many rows may share few of them.
  select jsonb_agg(filter) into several from jsonb_array_elements(found_rows.filters) as filter
  where not lead.leaves_few and filter ->> 'op' <> 'missing';
  -- What the filters leave comes first, and each row of it is looked up: "offset 0" keeps the planner from another
  -- order. It hopes to meet matches early in the order of the rows, and reads them all where there are none.
  return query execute format(page, in_order, format(
    'select v.* from (%1$s offset 0) as led
    cross join lateral (%2$s and %3$s = led.extraction_id%4$s offset 0) as v',
    case when jsonb_array_length(several) > 1
      then format(
        'select e.id as extraction_id, matching.row_number
        from private.rows_with_all(%1$L, %2$L, %3$L, %4$L) as matching
        join public.extractions as e on e.document_id = matching.document_id and e.schema_id = %2$L',
        fields, found_rows.schema_id, lines, several)
      else format('select leader.extraction_id, leader.row_number from public.extracted_values as leader where %s%s',
        private.filter_cell(fields, found_rows.schema_id, lines, lead.filter, 'leader'),
        -- Where each row is a document, all filters are about it.
        case when lines is null then private.row_filters(fields, found_rows.schema_id, null, (
          select jsonb_agg(filter) from jsonb_array_elements(found_rows.filters) as filter where filter <> lead.filter
            and filter ->> 'field' is distinct from wanted),
          'leader.extraction_id', '0', null) end) end,
    rows_of_schema, case when wanted is null then 'e.id' else 'v.extraction_id' end,
    case when lead.filter ->> 'field' like '%.%' or jsonb_path_exists(several, '$[*].field ? (@ like_regex "[.]")')
      and jsonb_array_length(several) > 1
      then format(' and %s.row_number = led.row_number', case when wanted is null then 'lines' else 'v' end) end),
    conditions, most);
end
$$;
comment on function private.found_rows(uuid, text, jsonb, text, boolean, jsonb, integer) is
  'Where the rows of one page of a schema of the caller''s own are, in their order. Errors: as public.schema_rows.';

create function private.summed_rows(schema_id uuid, line_items text, filters jsonb)
returns table (path text, currency text, count bigint, sum numeric)
language plpgsql stable security definer rows 100 set search_path = '' as $$
#variable_conflict use_column
declare
  -- What a query that is put together returns is not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false
  fields constant jsonb := private.own_fields(summed_rows.schema_id, summed_rows.line_items);
begin
  return query execute format(
    'select cells.path, cells.currency, count(*), sum(cells.number_value) from public.extracted_values as cells
    where cells.schema_id = %1$L and cells.user_id = %2$L and cells.number_value is not null
      and cells.document_id not in (
        select trash.id from public.documents as trash
        where trash.user_id = %2$L and trash.trashed_at is not null)%3$s%4$s
    group by 1, 2',
    summed_rows.schema_id, private.caller(), case
      when summed_rows.line_items is not null
      then format(' and starts_with(cells.path, %L)', summed_rows.line_items || '.') end,
    private.row_filters(fields, summed_rows.schema_id, summed_rows.line_items, summed_rows.filters,
      'cells.extraction_id', 'cells.row_number', null));
end
$$;
comment on function private.summed_rows(uuid, text, jsonb) is
  'What the numbers of a schema of the caller''s own add up to. Errors: as public.schema_sums.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private. No "case" in
-- it: the CLI takes the word "end" for the end of the function.
create function public.schema_rows(schema_id uuid, line_items text default null, sort text default null,
  descending boolean default false,
  after jsonb default null, at_most integer default 100, filters jsonb default null, evidence boolean default false)
returns jsonb language sql stable set search_path = ''
-- A page is few rows of many, each looked up by its id, whatever the planner guesses.
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off
begin atomic
  with asked as materialized (
    select least(greatest(coalesce(schema_rows.at_most, 100), 1), 1000) as most
  ), page as materialized (
    select found.* from asked cross join lateral private.found_rows(schema_rows.schema_id, schema_rows.line_items,
      schema_rows.filters, schema_rows.sort,
      schema_rows.descending, schema_rows.after, asked.most) as found
  )
  select jsonb_build_object(
    'next', (select jsonb_build_object('key', page.key, 'document_id', page.document_id, 'extraction_id',
      page.extraction_id, 'row_number', page.row_number)
      from page, asked where page.place = asked.most),
    'rows', (
      select coalesce(jsonb_agg(jsonb_build_object('document_id', e.document_id, 'name',
        coalesce(d.display_name, d.filename), 'extraction_id', e.id,
        'row_number', page.row_number, 'status', e.status, 'values', coalesce(cells.found, '{}'))
        || coalesce((select jsonb_build_object('evidence', coalesce(cells.proofs, '{}')) where schema_rows.evidence),
          '{}') order by page.place), '[]')
      from page
      join public.extractions as e on e.id = page.extraction_id
      join public.documents as d on d.id = e.document_id
      cross join lateral (
        select jsonb_object_agg(v.path, v.value) as found,
          jsonb_object_agg(v.path, jsonb_build_object('proof', v.proof, 'page', v.page, 'quote', v.quote, 'note',
            v.note)) filter (where schema_rows.evidence) as proofs
        from public.extracted_values as v
        where v.extraction_id = e.id and (position('.' in v.path) = 0
          or schema_rows.line_items is not null and starts_with(v.path, schema_rows.line_items || '.')
            and v.row_number = page.row_number)
      ) as cells));
end;
comment on function public.schema_rows(uuid, text, text, boolean, jsonb, integer, jsonb, boolean) is
  'A page of the table of a schema of the caller''s own: {rows: [{document_id, name, extraction_id, row_number, '
  'status, values: {field: value}}], next: what to hand over as after for the next page, or null}. Without line_items '
  'a row a document; with the name of a table of the schema, a row a line of it. sort: a field; rows without it are '
  'left out. Without, the newest extraction first. filters: up to 20 {field, op, value}, all of which hold: op is =, '
  '!=, <, <=, >, >=, ~ (a text has these words), present or missing; value a number, a text, a date, or for money also '
  '"99.50 EUR". evidence: with each row {field: {proof, page, quote, note}}. Up to 1,000 rows a page. Errors: '
  'not_found (404), invalid_request (400) naming the argument.';

create function public.schema_sums(schema_id uuid, line_items text default null, filters jsonb default null)
  returns jsonb
language sql stable set search_path = ''
begin atomic
  select coalesce(jsonb_agg(jsonb_build_object('path', sums.path, 'currency', sums.currency, 'count', sums.count,
    'sum', sums.sum) order by sums.path, sums.currency), '[]')
  from private.summed_rows(schema_sums.schema_id, schema_sums.line_items, schema_sums.filters) as sums;
end;
comment on function public.schema_sums(uuid, text, jsonb) is
  'What the numbers of a schema of the caller''s own add up to, per currency: [{path, currency, count, sum}]. With '
  'line_items of the columns of that table alone; filters as those of schema_rows. Errors: not_found (404), '
  'invalid_request (400) naming the argument.';

revoke execute on function private.field_of(jsonb, text, text), private.cell_test(text, jsonb, text, text, text),
  private.filter_cell(jsonb, uuid, text, jsonb, text), private.leading_filter(jsonb, uuid, text, jsonb, text),
  private.rows_with_all(jsonb, uuid, text, jsonb),
  private.row_filters(jsonb, uuid, text, jsonb, text, text, text), private.own_fields(uuid, text),
  private.found_rows(uuid, text, jsonb, text, boolean, jsonb, integer),
  private.summed_rows(uuid, text, jsonb),
  public.schema_rows(uuid, text, text, boolean, jsonb, integer, jsonb, boolean), public.schema_sums(uuid, text, jsonb)
  from public, anon, authenticated, service_role;
-- Users reach the first two only by the others: they have no usage of the schema.
grant execute on function private.found_rows(uuid, text, jsonb, text, boolean, jsonb, integer),
  private.summed_rows(uuid, text, jsonb),
  public.schema_rows(uuid, text, text, boolean, jsonb, integer, jsonb, boolean),
  public.schema_sums(uuid, text, jsonb) to authenticated;
