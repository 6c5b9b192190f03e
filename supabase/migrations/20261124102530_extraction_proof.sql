-- Whether a value that an engine found is proven: it follows from the words that stand on its page, or from an
-- equation over values that do. The engine's word counts for nothing.

create function private.signed_amounts(words text, of_row boolean) returns numeric[]
language sql immutable set search_path = '' as $$
  with plain_form (words) as (
    select private.plain_digits(signed_amounts.words)
  ), pieces (before, number, behind) as (
    select found[1], found[2], found[3] from plain_form,
      regexp_matches(plain_form.words,
        '(?:^|[^[:alnum:]])([-(]?) ?[^\d\s]{0,4} ?((?:\d{1,3}(?: \d{3})+|\d+)(?:[.,'']\d+)*)( ?[-)](?= |$))?', 'g')
        as found
    union all
    -- Between the cells of a row stands a blank as well: "2 100.10" are two numbers.
    select found[1], found[2], found[3] from plain_form,
      regexp_matches(plain_form.words, '(?:^| )([-(]?)[^\d\s]{0,4}(\d+(?:[.,'']\d+)*)[^\d\s]{0,4}?([-)])?(?= |$)', 'g')
        as found where of_row
  ), parts (number, negative, last_digits, separators) as (
    select distinct number, before <> '' or coalesce(behind, '') <> '', substring(number from '[.,](\d+)$'),
      regexp_count(number, '[.,'']') from pieces
  ), read (amount, negative) as (
    -- As in private.amounts_in.
    select (regexp_replace(left(number, -length(last_digits) - 1), '[^\d]', '', 'g') || '.' || last_digits)::numeric,
      negative
      from parts where length(last_digits) <= 2 or (last_digits is not null and separators = 1)
        or number ~ '^\d{1,3}(,\d{3})+\.\d{3}$'
    union all
    select regexp_replace(number, '[^\d]', '', 'g')::numeric, negative from parts where last_digits is null
      or length(last_digits) = 3
  ), whole (amount) as materialized (
    select amount from private.amounts_in(words) as amount where not of_row
  )
  -- A minus before or behind the number, or brackets around it, and only those, make it negative.
  select array(
    select case when negative then -amount else amount end from read where of_row
      or amount in (select whole.amount from whole)
    union
    select amount from whole where amount not in (select read.amount from read)
      and words !~ '[-(] ?[^\d\s]{0,4}\d|\d ?-(?: |$)')
$$;
comment on function private.signed_amounts(text, boolean) is
  'The numbers in words, as private.plain writes them, with their signs. of_row: the words are a row of a table, in '
  'which a blank may part two numbers or the thousands of one.';

create function private.label_forms(field jsonb, path text) returns text[]
language sql stable set search_path = '' as $$
  select array(select distinct btrim(regexp_replace(private.plain(label), '[^[:alnum:]%]+', ' ', 'g'))
  from (
    select jsonb_array_elements_text(coalesce(field -> 'labels', '[]')) union all
      select replace(split_part(path, '.', case when path like '%.%' then 2 else 1 end), '_', ' ')
  ) as labels (label))
$$;
comment on function private.label_forms(jsonb, text) is
  'The labels of a field, and its name, as they are compared with words.';

create function private.words_by_label(words text, own text[], others text[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  form text := ' ' || words || ' ';
  label text;
begin
  -- Longer labels first: "total tax" is none of "total". Each becomes a mark, behind which its words stand.
  foreach label in array array(select one from unnest(own || others) as one where one <> ''
    order by length(one) desc) loop
    form := regexp_replace(form, '(?<![[:alnum:]])' || replace(label, ' ', '[^[:alnum:]]+') || '(?![[:alnum:]])',
      case when label = any (own) then chr(2) else chr(1) end, 'g');
  end loop;
  return (select string_agg(split_part(part, chr(1), 1), ' ' order by place)
    from unnest(string_to_array(form, chr(2))) with ordinality as parts (part, place) where place > 1);
end
$$;
comment on function private.words_by_label(text, text[], text[]) is
  'What stands behind a field''s own labels in words, up to the next label of another field; null where no label of '
  'its own stands.';

create function private.words_beside_label(page text, quote text, own text[]) returns text
language sql stable set search_path = '' as $$
  with lines as (
    select regexp_split_to_array(btrim(line), '\s{2,}|\t') as cells, row_number() over (order by place) as nth
    from regexp_split_to_table(left(page, 100000), '[\n\r\f\v]+') with ordinality as split (line, place)
      where line ~ '\S' and length(line) <= 400
  ), headings as (
    select lines.nth, heading.place, cardinality(lines.cells) as width
    from lines cross join lateral unnest(lines.cells) with ordinality as heading (cell, place)
    where length(heading.cell) <= 100
      and btrim(regexp_replace(private.plain(heading.cell), '[^[:alnum:]%]+', ' ', 'g')) = any (own)
  )
  select string_agg(beside.words, ' ')
  from headings join lines as near on near.nth in (headings.nth, headings.nth + 1)
  cross join lateral (
    select private.plain(case
      when near.nth = headings.nth then near.cells[headings.place + 1]
      when cardinality(near.cells) = headings.width or headings.width = 1 then near.cells[headings.place] end) as words
  ) as beside
  where strpos(private.plain(words_beside_label.quote), beside.words) > 0
$$;
comment on function private.words_beside_label(text, text, text[]) is
  'The words of a quote that stand in the cell right of a label, or right below it; null where none do. own: the '
  'label''s forms, as private.label_forms.';

create function private.is_correspondent(document_id uuid, name text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce((
    select extensions.similarity(private.plain(documents.correspondent), private.plain(is_correspondent.name)) >= 0.5
    from public.documents where documents.id = is_correspondent.document_id), false)
$$;
comment on function private.is_correspondent(uuid, text) is
  'Whether a name is that of whom a document was described to be from, be it with its legal form or without.';

create function private.says_day(words text, day text) returns boolean
language sql stable set search_path = '' as $$
  select case
    when says_day.day !~ '^\d{4}-\d\d-\d\d$' then false
    -- As most tables write it, which a look tells: to find all days in words takes a millisecond.
    when exists (
      select from (select left(says_day.day, 4) as year, substr(says_day.day, 6, 2) as month, right(says_day.day, 2)
          as day) as wanted,
        lateral (values (format('%s.%s.%s', wanted.day, wanted.month, wanted.year)),
          (format('%s/%s/%s', wanted.day, wanted.month, wanted.year)),
          (format('%s/%s/%s', wanted.month, wanted.day, wanted.year)), (says_day.day)) as forms (form)
      where strpos(' ' || says_day.words || ' ', ' ' || forms.form || ' ') > 0)
      then private.day_of(left(says_day.day, 4)::integer, substr(says_day.day, 6, 2)::integer,
        right(says_day.day, 2)::integer) is not null
    else says_day.day in (select found::text from private.dates_in(says_day.words) as found) end
$$;
comment on function private.says_day(text, text) is
  'Whether a day, as 2026-03-15, is one of those in words, as private.plain writes them.';

create function private.says_value(words text, amounts numeric[], kind text, field jsonb, wanted jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(case kind
    when 'money' then jsonb_typeof(wanted -> 'amount') = 'number' and (wanted ->> 'amount')::numeric = any (amounts)
    when 'number' then jsonb_typeof(wanted) = 'number' and (wanted #>> '{}')::numeric = any (amounts)
    when 'integer' then jsonb_typeof(wanted) = 'number' and (wanted #>> '{}')::numeric % 1 = 0
      and (wanted #>> '{}')::numeric = any (amounts)
    when 'date' then private.says_day(words, wanted #>> '{}')
    when 'boolean' then jsonb_typeof(wanted) = 'boolean' and words ~ case when wanted = 'true'
      then '(?<![[:alnum:]])(?:yes|ja|oui|si|sim|ya|true|x|tak|ano|kylla|igen|evet)(?![[:alnum:]])|[☒☑✓✔]'
      else '(?<![[:alnum:]])(?:no|nein|non|nao|nee|tidak|false|nie|ne|ei|nem|hayir)(?![[:alnum:]])|[☐□]' end
    when 'enum' then field -> 'enum' @> wanted and jsonb_typeof(wanted) = 'string'
      and strpos(' ' || regexp_replace(words, '[^[:alnum:]]+', ' ', 'g') || ' ',
        ' ' || btrim(regexp_replace(private.plain(wanted #>> '{}'), '[^[:alnum:]]+', ' ', 'g')) || ' ') > 0
    else jsonb_typeof(wanted) = 'string' and wanted #>> '{}' ~ case kind when 'code' then '\d' else '[[:alnum:]]' end
      and case
      when field ->> 'rule' = 'sender' then wanted #>> '{}' ~ '[[:alpha:]].*[[:alpha:]]'
        and private.says_name(words, wanted #>> '{}')
        -- A longer name is another one: "Acme" does not say "Acme & Partners Holding".
        and length(regexp_replace(private.plain(wanted #>> '{}'), '[^[:alnum:]]+', '', 'g'))
          <= length(regexp_replace(words, '[^[:alnum:]]+', '', 'g')) + 2
      else strpos(' ' || regexp_replace(words, '[^[:alnum:]]+', '', 'g') || ' ',
        regexp_replace(private.plain(left(wanted #>> '{}', 300)), '[^[:alnum:]]+', '', 'g')) > 0 end
    end, false)
$$;
comment on function private.says_value(text, numeric[], text, jsonb, jsonb) is
  'Whether a value of a field''s kind follows from words, as private.plain writes them, and the numbers in them.';

create function private.quoted_values(document_id uuid, fields jsonb, claims jsonb, engine text)
returns table (path text, row_number integer, value jsonb, page integer, quote text, box jsonb, similarity real,
  confidence real, claimed text, note text, ambiguous boolean, proven boolean)
language sql stable set search_path = '' as $$
  with given as (
    select one ->> 'path' as path,
      case when not one ? 'row' then 0 when one ->> 'row' ~ '^\d{1,6}$' then (one ->> 'row')::integer end as row_number,
      one -> 'value' as value, one ->> 'quote' as quote, one ->> 'label' as label,
      case when one ->> 'page' ~ '^[1-9]\d{0,5}$' then (one ->> 'page')::integer end as page,
      case when jsonb_typeof(one -> 'box') = 'array' then one -> 'box' end as box,
      case when jsonb_typeof(one -> 'confidence') = 'number'
        then least(1, greatest(0, (one ->> 'confidence')::real)) end as confidence,
      one ->> 'proof' as claimed, private.visible(left(one ->> 'note', 300)) as note, place
    from jsonb_array_elements(case when jsonb_typeof(claims) = 'array' then claims else '[]' end) with ordinality
      as list (one, place)
  ), known as (
    select distinct on (given.path, given.row_number) given.*, scalars.field, private.field_kind(scalars.field) as kind
    from given join private.scalar_fields(fields) as scalars using (path)
    where given.value is not null and given.value <> 'null' and octet_length(given.value::text) <= 4000
      and (given.path like '%.%' or given.row_number = 0) and given.row_number < 20000
    order by given.path, given.row_number, given.place
  ), pages as materialized (
    select document_pages.page_number, document_pages.text, private.plain(left(document_pages.text, 100000)) as plain
    from public.document_pages
    where document_pages.document_id = quoted_values.document_id
      and document_pages.page_number in (select distinct known.page from known)
  ), quotes as materialized (
    -- Each quote is looked up once: the cells of a row share theirs.
    select distinct_quotes.page, distinct_quotes.quote, found_quote.similarity, found_quote.excerpt,
      private.signed_amounts(found_quote.excerpt, distinct_quotes.of_row) as amounts, distinct_quotes.of_row
    from (
      select distinct known.page, known.quote, known.path like '%.%' as of_row from known where known.quote is not null
        and length(known.quote) <= 300
    ) as distinct_quotes join pages on pages.page_number = distinct_quotes.page
    cross join lateral (select private.plain(distinct_quotes.quote) as plain) as wanted
    cross join lateral private.quote_on_page(pages.plain, wanted.plain) as found_quote
    where wanted.plain ~ '[[:alnum:]]'
  ), currencies as materialized (
    select pages.page_number, claimed.currency
    from (select distinct known.value ->> 'currency' as currency from known where known.kind = 'money') as claimed
      cross join pages
    where private.names_currency(pages.text, claimed.currency)
  ), forms as materialized (
    select scalars.path, private.label_forms(scalars.field, scalars.path) as labels
      from private.scalar_fields(fields) as scalars where scalars.path not like '%.%'
  ), cells as materialized (
    select lines.nth, cell.place, lines.width, form.plain,
      btrim(regexp_replace(form.plain, '[^[:alnum:]%]+', ' ', 'g')) as words
    from (
      select regexp_split_to_array(btrim(line), '\s{2,}|\t') as parts,
        cardinality(regexp_split_to_array(btrim(line), '\s{2,}|\t')) as width,
        row_number() over (order by document_pages.page_number, place) as nth
      from public.document_pages cross join lateral regexp_split_to_table(left(document_pages.text, 20000),
        '[\n\r\f\v]+') with ordinality as split (line, place)
      where quoted_values.engine <> 'local' and document_pages.document_id = quoted_values.document_id
        and document_pages.page_number <= 20 and line ~ '\S' and length(line) <= 400
    ) as lines cross join lateral unnest(lines.parts) with ordinality as cell (part, place)
      cross join lateral (select private.plain(cell.part)) as form (plain)
    where length(cell.part) <= 120
  )
  select known.path, known.row_number,
    case when known.kind = 'money' then jsonb_build_object('amount', known.value -> 'amount', 'currency', case
      when exists (select from currencies where currencies.currency = known.value ->> 'currency')
        then known.value ->> 'currency' end)
      else known.value end,
    known.page, known.quote, known.box, quotes.similarity, known.confidence, known.claimed, known.note,
    borne.found and twice.otherwise, borne.found and not twice.otherwise
  from known left join quotes on quotes.page = known.page and quotes.quote = known.quote
    and quotes.of_row = (known.path like '%.%')
  cross join lateral (
    -- A model may quote the right words for another field: what it calls the total has to stand behind a label of the
    -- total, or beside or below one.
    select case
      when quoted_values.engine = 'local' or known.path like '%.%' or known.kind = 'enum'
        and not known.field ? 'labels' then quotes.excerpt
      when known.field ->> 'rule' = 'sender'
        and exists (select from public.documents where documents.id = quoted_values.document_id
        and correspondent is not null)
        then case when private.is_correspondent(quoted_values.document_id, known.value #>> '{}') then quotes.excerpt end
      else (
        select coalesce(
          private.words_by_label(quotes.excerpt, own.labels, others.labels),
          case when known.label is not null then (
            select private.words_beside_label(pages.text, known.quote, own.labels) from pages
              where pages.page_number = known.page) end)
        from (select labels from forms where forms.path = known.path) as own (labels),
          (select array(select unnest(labels) from forms where forms.path <> known.path)) as others (labels))
      end as words
    -- An offset: what follows takes the result, and not the expression, which is dear, again and again.
    offset 0
  ) as judged
  cross join lateral (select coalesce(quotes.excerpt is not null and private.says_value(judged.words,
      case when quoted_values.engine = 'local' then quotes.amounts
        -- Marks, columns and balances say which way money went, too: our own rules read them.
        || array(select -amount from unnest(quotes.amounts) as amount)
        when judged.words = quotes.excerpt then quotes.amounts
        else private.signed_amounts(judged.words, false) end,
        known.kind, known.field, known.value), false) offset 0) as borne (found)
  cross join lateral (
    -- Where a label of the field stands twice with different values, neither is proven: one of them may be there to be
    -- taken.
    select coalesce(borne.found and known.path not like '%.%' and known.kind in ('code', 'date', 'string', 'money')
      and not (known.kind = 'money' and exists (select from jsonb_array_elements_text(fields -> 'checks') as source
        where known.path in (select private.check_paths(source))))
      and exists (
        select from (
          select forms.path, case when known.field ? 'taught'
            then array(select jsonb_array_elements_text(known.field -> 'taught')) else forms.labels end as labels
            from forms
        ) as own cross join lateral (
          select btrim(private.words_by_label(cells.plain, own.labels,
            (select array(select unnest(labels) from forms where forms.path <> known.path)))) from cells
          where exists (select from unnest(own.labels) as label where label <> ''
            and starts_with(cells.words, label || ' '))
          union all
          select beside.plain from cells join cells as beside on beside.nth = cells.nth
            and beside.place = cells.place + 1
            or beside.nth = cells.nth + 1 and beside.place = cells.place and beside.width = cells.width
            -- Of a table there are more lines.
            and not exists (select from cells as more where more.nth = cells.nth + 2 and more.width = cells.width)
          where cells.words = any (own.labels) and known.kind <> 'string'
        ) as said (words)
        where own.path = known.path and case known.kind
          when 'date' then exists (select private.dates_in(said.words))
            and not private.says_value(said.words, null, known.kind, known.field, known.value)
          when 'money' then exists (select private.amounts_in(said.words))
            and not private.says_value(said.words, private.signed_amounts(said.words, false), known.kind, known.field,
            known.value)
          when 'code' then said.words ~ '^[^[:alnum:]]*[^ ]*\d'
            and not private.says_value(said.words, null, known.kind, known.field, known.value)
          else said.words ~ '[[:alnum:]]{2}'
            and not private.says_value(said.words, null, known.kind, known.field, known.value) end), false) as otherwise
    offset 0
  ) as twice
$$;
comment on function private.quoted_values(uuid, jsonb, jsonb, text) is
  'The values that an engine found, [{path, row, value, page, quote, label, box, proof, confidence, note}], after '
  'looking up their quotes: proven where the quote stands on the page and the value follows from its words. What a '
  'model says of a field that a document has once has to stand behind one of the field''s labels or its name, or '
  'beside or below one in a cell of its own, and no other value by another of them; a sender has to be who the '
  'document was described to be from, where that is known. The sign of an amount has to be a minus or brackets, but for '
  'our own rules, which know marks and columns. A currency that the page does not name is dropped.';

create function private.with_balances(judged jsonb, scalars jsonb) returns jsonb
language sql stable set search_path = '' as $$
  with rows as (
    select name, nth, private.signed_amounts(private.plain(quote), true) as amounts
    from (
      select distinct split_part(entry ->> 'path', '.', 1) as name, (entry ->> 'row_number')::integer as nth,
        entry ->> 'quote' as quote
      from jsonb_array_elements(judged) as entry
      where entry ->> 'path' like '%.%' and entry -> 'similarity' <> 'null'
    ) as quotes
  ), lines as materialized (
    select name, nth, amounts, coalesce(lag(amounts) over beside, '{}') || coalesce(lead(amounts) over beside, '{}')
      || array(select number::numeric from jsonb_each_text(scalars) as scalar (path, number)) as known
    from rows window beside as (partition by name order by nth)
  ), borne_out as (
    select place from jsonb_array_elements(judged) with ordinality as list (entry, place)
    cross join lateral (select (entry ->> 'number')::numeric as amount) as paid_out
    join lines on name = split_part(entry ->> 'path', '.', 1) and nth = (entry ->> 'row_number')::integer
    where entry ->> 'path' like '%.%' and not (entry ->> 'proven')::boolean and amount < 0 and -amount = any (amounts)
      and exists (select from unnest(amounts) as after where after - amount = any (known))
      -- The next line may have the same amount: then it may as well have come in.
      and not exists (select from unnest(amounts) as after where after + amount = any (known))
  )
  select coalesce(jsonb_agg(case when place in (select borne_out.place from borne_out)
    then entry || '{"proof": "equation", "proven": true}' else entry end order by place), jsonb_build_array())
  from jsonb_array_elements(judged) with ordinality as list (entry, place)
$$;
comment on function private.with_balances(jsonb, jsonb) is
  'The judged values of private.judged_values, with the amounts proven that went out by the balances of their lines: '
  'what was there in the line before or behind, or in one of the scalars, and the amount come to what is there then.';

create function private.judged_values(document_id uuid, fields jsonb, claims jsonb, engine text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  tolerance constant numeric := 0.0051;
  judged jsonb;
  scalars jsonb;
  sums jsonb;
  checks jsonb := jsonb_build_array();
  source text;
  table_name text;
  off numeric;
  sound text[] := array[]::text[];
  broken text[] := array[]::text[];
  broken_rows text[] := array[]::text[];
  sound_cells text[] := array[]::text[];
  bound_cells text[] := array[]::text[];
  one record;
begin
  select coalesce(jsonb_agg(to_jsonb(quoted) || jsonb_build_object(
      'proof', case when proven then 'quote' end,
      'number', case jsonb_typeof(value) when 'number' then value when 'object' then value -> 'amount' end)),
        jsonb_build_array())
  into judged from private.quoted_values(judged_values.document_id, judged_values.fields, judged_values.claims,
    judged_values.engine) as quoted;

  -- A model may take a cell from elsewhere: those of a row stand in the same words, which more than half of them have,
  -- and a text not by itself.
  if judged_values.engine <> 'local' then
    judged := (
      select coalesce(jsonb_agg(case when entry ->> 'path' like '%.%'
        and (entry ->> 'quote' is distinct from rows.quote or jsonb_typeof(entry -> 'value') = 'string'
        and rows.cells = 1)
        then entry || '{"proven": false, "proof": null}' else entry end), jsonb_build_array())
      from jsonb_array_elements(judged) as entry
      left join (
        select name, number, quote, cells from (
          select split_part(cells ->> 'path', '.', 1) as name, cells ->> 'row_number' as number,
            cells ->> 'quote' as quote,
            count(*) as alike, sum(count(*)) over (partition by split_part(cells ->> 'path', '.', 1),
              cells ->> 'row_number') as cells
          from jsonb_array_elements(judged) as cells where cells ->> 'path' like '%.%' group by 1, 2, 3) as quoted
        where 2 * alike > cells
      ) as rows on rows.name = split_part(entry ->> 'path', '.', 1) and rows.number = entry ->> 'row_number');
  end if;

  -- The XML of an e-invoice is the invoice itself.
  judged := (
    select coalesce(jsonb_agg(case when entry ->> 'claimed' = 'einvoice'
      and private.einvoice_bears(judged_values.document_id, judged_values.fields, entry) then entry
      || '{"proof": "einvoice", "proven": true}'
      -- Its currency is the XML's, whatever a page names.
      || case when jsonb_typeof(entry -> 'value') = 'object'
        then jsonb_build_object('value', entry -> 'value'
        || jsonb_build_object('currency',
        (select einvoice -> 'currency' from public.ocr_results
        where ocr_results.document_id = judged_values.document_id))) else '{}' end
      else entry end), jsonb_build_array())
    from jsonb_array_elements(judged) as entry);

  select coalesce(jsonb_object_agg(entry ->> 'path', entry -> 'number') filter (where entry ->> 'path' not like '%.%'),
    jsonb_build_object())
  into scalars from jsonb_array_elements(judged) as entry where (entry ->> 'proven')::boolean
    and entry -> 'number' <> 'null';
  if exists (select from jsonb_array_elements(judged) as entry where entry ->> 'path' like '%.%'
    and not (entry ->> 'proven')::boolean and entry -> 'number' <> 'null' and (entry ->> 'number')::numeric < 0)
  then
    judged := private.with_balances(judged, scalars);
  end if;
  -- A column counts when each row of its table has a proven number in it.
  select coalesce(jsonb_object_agg(path, total), jsonb_build_object()) into sums
  from (
    select entry ->> 'path' as path, sum((entry ->> 'number')::numeric) as total, count(*) as counted,
      bool_and((entry ->> 'proven')::boolean) as proven
    from jsonb_array_elements(judged) as entry where entry ->> 'path' like '%.%' and entry -> 'number' <> 'null'
      group by entry ->> 'path'
  ) as columns where proven and counted = (
    select count(distinct entry ->> 'row_number') from jsonb_array_elements(judged) as entry
      where split_part(entry ->> 'path', '.', 1) = split_part(columns.path, '.', 1));

  -- What follows from values that are proven is proven. Of a table a model may name fewer lines than the paper has:
  -- their sum proves nothing.
  for one in select place, entry from jsonb_array_elements(judged) with ordinality as list (entry, place)
    where not (entry ->> 'proven')::boolean and entry -> 'number' <> 'null' and entry ->> 'path' not like '%.%'
  loop
    if exists (
      select from jsonb_array_elements_text(judged_values.fields -> 'checks') as equation
      where one.entry ->> 'path' in (select private.check_paths(equation)) and private.check_table(equation) is null
        and (judged_values.engine = 'local' or strpos(equation, 'sum(') = 0)
        and abs(private.check_difference(equation, scalars
          || jsonb_build_object(one.entry ->> 'path', one.entry -> 'number'), sums, '{}')) <= tolerance)
    then
      judged := jsonb_set(judged, array[(one.place - 1)::text], one.entry || '{"proof": "equation", "proven": true}');
      sound := sound || (one.entry ->> 'path');
    end if;
  end loop;
  select coalesce(jsonb_object_agg(entry ->> 'path', entry -> 'number') filter (where entry ->> 'path' not like '%.%'),
    jsonb_build_object())
  into scalars from jsonb_array_elements(judged) as entry where (entry ->> 'proven')::boolean
    and entry -> 'number' <> 'null';

  for source in select jsonb_array_elements_text(judged_values.fields -> 'checks') loop
    table_name := private.check_table(source);
    if table_name is null then
      off := private.check_difference(source, scalars, sums, '{}');
      checks := checks || jsonb_build_object('check', source, 'row', null, 'difference', off, 'holds',
        abs(off) <= tolerance);
      if abs(off) <= tolerance then
        sound := sound || array(select private.check_paths(source));
      elsif off is not null then
        broken := broken || array(select private.check_paths(source));
      end if;
    else
      bound_cells := bound_cells || array(select private.check_paths(source));
      for one in
        select number, case when bool_and(term is not null) then round(sum(term), 4) end as off
        from private.check_terms(source) as terms, (
          select entry ->> 'row_number' as number, jsonb_object_agg(entry ->> 'path', entry -> 'number') as numbers
          from jsonb_array_elements(judged) as entry
          where split_part(entry ->> 'path', '.', 1) = table_name and (entry ->> 'proven')::boolean
            and entry -> 'number' <> 'null' group by 1
        ) as rows, lateral (select private.term_value(terms.sign, terms.factors, scalars, sums, rows.numbers))
          as product (term)
        group by number
      loop
        if abs(one.off) <= tolerance then
          sound_cells := sound_cells || array(select format('%s %s', path, one.number)
            from private.check_paths(source) as path);
        elsif abs(one.off) > tolerance then
          checks := checks || jsonb_build_object('check', source, 'row', one.number::integer, 'difference', one.off,
            'holds', false);
          broken_rows := broken_rows || format('%s %s', table_name, one.number);
        end if;
      end loop;
    end if;
  end loop;

  -- Which number of a broken equation is wrong cannot be told, but for those that another equation bears out.
  return jsonb_build_object('checks', checks, 'values', (
    select coalesce(jsonb_agg(case
      when (entry ->> 'ambiguous')::boolean and not (entry ->> 'proven')::boolean then entry
        || '{"reason": "ambiguous"}'
      when not (entry ->> 'proven')::boolean then entry || '{"reason": "not_on_page"}'
      -- What the XML says stays, also where its sums do not come out: then the document needs review.
      when entry ->> 'proof' is distinct from 'einvoice' and entry -> 'number' <> 'null' and (
        entry ->> 'path' = any (broken) and entry ->> 'path' <> all (sound)
          and format('%s %s', entry ->> 'path', entry ->> 'row_number') <> all (sound_cells)
        or format('%s %s', split_part(entry ->> 'path', '.', 1), entry ->> 'row_number') = any (broken_rows)
        -- Of several numbers in a row a model may name the wrong one: where the schema can count, it has to come out.
        or judged_values.engine <> 'local' and entry ->> 'path' = any (bound_cells)
          and format('%s %s', entry ->> 'path', entry ->> 'row_number') <> all (sound_cells))
        then entry || '{"proven": false, "reason": "check_broken"}'
      else entry end), jsonb_build_array())
    from jsonb_array_elements(judged) as entry));
end
$$;
comment on function private.judged_values(uuid, jsonb, jsonb, text) is
  'What of an engine''s values is written: {values: [{path, row_number, value, page, quote, box, similarity, '
  'confidence, note, proven, proof, reason}], checks: [{check, row, difference, holds}]}. Of row equations only the '
  'broken ones are listed. A model''s cells have to stand in the words of their row, and its numbers have to come out '
  'where the schema has an equation for the row.';

create function private.einvoice_bears(document_id uuid, fields jsonb, entry jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(entry ->> 'claimed' = 'einvoice' and case
    when entry ->> 'path' like '%.%' then exists (
      -- A cell is one of what the XML says of that line.
      select from jsonb_each(details #> array['lines', entry ->> 'row_number']) as cell
        where cell.value in (entry -> 'value', entry #> '{value,amount}'))
    when fields #>> array['properties', entry ->> 'path', 'rule'] = 'sender'
      then private.says_name(private.plain(einvoice ->> 'seller'), entry ->> 'value')
    when fields #>> array['properties', entry ->> 'path', 'rule'] = 'date'
      then einvoice ->> 'issue_date' = entry ->> 'value'
    when fields #>> array['properties', entry ->> 'path', 'rule'] = 'total'
      then einvoice -> 'grand_total' = entry #> '{value,amount}'
    when entry ->> 'value' ~ '^\d{4}-\d\d-\d\d$' then details ->> 'due_date' = entry ->> 'value'
    when entry #> '{value,amount}' is not null then entry #> '{value,amount}' in (details -> 'net', details -> 'tax')
    else einvoice ->> 'number' = entry ->> 'value' end, false)
  from (select (results).einvoice, (results).einvoice_details
    from (select results from public.ocr_results as results where results.document_id = einvoice_bears.document_id)
    as one) as known (einvoice, details)
$$;
comment on function private.einvoice_bears(uuid, jsonb, jsonb) is
  'Whether the XML that was stored with the text gives a value that is said to be its own.';

revoke execute on function private.signed_amounts(text, boolean), private.label_forms(jsonb, text),
  private.words_by_label(text, text[], text[]), private.words_beside_label(text, text, text[]),
  private.is_correspondent(uuid, text), private.says_day(text, text),
  private.says_value(text, numeric[], text, jsonb, jsonb),
  private.quoted_values(uuid, jsonb, jsonb, text),
  private.with_balances(jsonb, jsonb),
  private.judged_values(uuid, jsonb, jsonb, text), private.einvoice_bears(uuid, jsonb, jsonb) from public, anon,
  authenticated;
grant execute on function private.signed_amounts(text, boolean), private.label_forms(jsonb, text),
  private.words_by_label(text, text[], text[]), private.words_beside_label(text, text, text[]),
  private.is_correspondent(uuid, text), private.says_day(text, text),
  private.says_value(text, numeric[], text, jsonb, jsonb),
  private.quoted_values(uuid, jsonb, jsonb, text),
  private.with_balances(jsonb, jsonb),
  private.judged_values(uuid, jsonb, jsonb, text), private.einvoice_bears(uuid, jsonb, jsonb) to service_role;
