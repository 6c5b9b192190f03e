-- The one list of a frontend: words, filters, order and paging in one call.
--
-- Row level security keeps an index on words from being used (@@ and @> are not leakproof), and a user's 100,000
-- documents would be read one by one. So a definer finds the ids of the caller's own documents, and the function that
-- users call reads those rows under row level security.

create function private.due_date_of(document_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select min(found.text_value) from public.extracted_values as found
    where found.document_id = due_date_of.document_id and found.path = 'due_date'
      and case when found.text_value ~ '^\d{4}-\d\d-\d\d$' then pg_input_is_valid(found.text_value, 'date')
        else false end);
end
$$;
comment on function private.due_date_of(uuid) is
  'The day by which a document is payable: its proven value due_date, the first if there are several; null without one.';

create function private.found_documents(
  question jsonb, tags text[], document_types text[], statuses public.document_status[], date_from date, date_to date,
  amount_from numeric, amount_to numeric, currencies text[], sort text, after jsonb, page_size integer, nearly boolean
) returns table (document_id uuid, key text, place bigint, total bigint)
language plpgsql stable security definer rows 50 set search_path = ''
-- How many rows have a word or a part of one is a guess, and all rows are everybody's: never read them all.
set enable_seqscan = off as $$
#variable_conflict use_column
declare
  -- The columns of a query that is put together are not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false
  caller constant uuid := private.caller();
  words constant text := question ->> 'words';
  all_tags constant text[] := tags || array(select jsonb_array_elements_text(question -> 'tags'));
  descending constant boolean := sort like '-%' or sort = 'relevance';
  sort_key constant text := case ltrim(sort, '-')
    when 'created_at' then 'd.created_at'
    when 'name' then 'lower(coalesce(d.display_name, d.filename))'
    when 'document_date' then $key$coalesce(d.document_date, '-infinity'::date)$key$
    when 'amount' then $key$coalesce(d.amount, '-infinity'::numeric)$key$
    -- Those without a sender come last, in any collation.
    when 'correspondent' then $key$coalesce('1' || lower(d.correspondent), '2')$key$
    when 'byte_size' then 'd.byte_size'
    when 'due_date' then 'due.day'
    when 'relevance' then 'd.score'
  end;
  sort_key_type constant text := case ltrim(sort, '-')
    when 'created_at' then 'timestamptz' when 'name' then 'text' when 'correspondent' then 'text'
      when 'due_date' then 'text' when 'document_date' then 'date' when 'byte_size' then 'bigint' else 'numeric'
  end;
  matches text;
  filters text := concat(
    case when cardinality(all_tags) > 0 then ' and d.tags @> $2' end,
    case when question ? 'types' then format(' and d.document_type = any(array(select jsonb_array_elements_text(%L)))',
      question -> 'types') end,
    case when question ? 'from' then format(' and lower(extensions.unaccent(d.correspondent)) like %L',
      private.part_pattern(question ->> 'from')) end,
    case when question ? 'after' then format(' and d.document_date >= %L::date', question ->> 'after') end,
    case when question ? 'before' then format(' and d.document_date < %L::date', question ->> 'before') end,
    case when question ? 'sources'
      then format(' and private.source_of(d.*::public.documents) = any(array(select jsonb_array_elements_text(%L)))',
      question -> 'sources') end,
    case when question ? 'pages_from' then format(' and d.page_count >= %s', (question ->> 'pages_from')::integer) end,
    case when question ? 'pages_to' then format(' and d.page_count <= %s', (question ->> 'pages_to')::integer) end,
    case when question ? 'noted' then ' and d.note is not null' end,
    case when cardinality(document_types) > 0 then format(' and d.document_type = any(%L::text[])', document_types) end,
    case when cardinality(statuses) > 0 then format(' and d.status = any(%L::public.document_status[])', statuses) end,
    case when date_from is not null then ' and d.document_date >= $3' end,
    case when date_to is not null then ' and d.document_date <= $4' end,
    case when amount_from is not null then format(' and d.amount >= %L::numeric', amount_from) end,
    case when amount_to is not null then format(' and d.amount <= %L::numeric', amount_to) end,
    case when cardinality(currencies) > 0 then format(' and d.currency = any(%L::text[])', currencies) end);
  source text := 'public.documents as d';
  counted bigint;
begin
  if greatest(cardinality(tags), cardinality(document_types), cardinality(statuses), cardinality(currencies)) > 100
    or octet_length(after::text) > 4000 then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'Filter by at most 100 tags, types, statuses or currencies, and continue with what "next" said.';
  end if;
  if words <> '' or question ? 'days' then
    -- Literals, not parameters: the planner has to see whether a word is rare (read the index) or common (read the
    -- newest).
    matches := format(' and s.user_id = $1%s%s',
      case when words <> '' then format(' and (%s)', private.matches_of(words, nearly)) end,
      case
        when question ? 'days'
        then format(' and (d.document_date = any(array(select jsonb_array_elements_text(%1$L)::date)) or s.search @@ %2$L::tsquery)',
        question -> 'days', private.days_asked(question -> 'days')) end);
    if sort <> 'relevance' then
      source := source || ' join public.document_search as s on s.document_id = d.id';
      filters := filters || matches;
    else
      -- Without filters the at most 500 documents are looked up one by one ("offset 0"), whatever the planner thinks
      -- of a word.
      source := format(
        $from$(select d.*, round((ts_rank(d.search, %1$L) + extensions.word_similarity(%2$L, d.names))::numeric, 6)
          as score from (
          select d.*, s.search, s.names from public.document_search as s cross join lateral (
            select * from public.documents as d where d.id = s.document_id and d.user_id = $1
              and d.trashed_at is null%4$s) as d
          where true%3$s order by s.created_at desc limit 500) as d) as d$from$,
        private.words_asked(words), private.folded(words), matches, coalesce(nullif(filters, ''), ' offset 0'));
      filters := '';
    end if;
  end if;
  if ltrim(sort, '-') = 'due_date' or question ? 'due_to' then
    -- Those that are payable by a day: few of all, so they are found first.
    source := source || $from$ join (
      select document_id, min(text_value) as day from public.extracted_values
      where user_id = $1 and path = 'due_date'
        and case when text_value ~ '^\d{4}-\d\d-\d\d$' then pg_input_is_valid(text_value, 'date') else false end
      group by document_id) as due on due.document_id = d.id$from$;
    filters := filters || case when question ? 'due_to'
      then format(' and due.day between %L and %L', coalesce(question ->> 'due_from', ''), question ->> 'due_to')
      else '' end;
  end if;
  if after is null and not nearly then
    -- In the order of the rows, so that the same index is read.
    execute format('select count(*) from (select from %s where d.user_id = $1 and d.trashed_at is null%s order by %s %s limit 1001) as matching',
      source, filters, sort_key, case when descending then 'desc' else 'asc' end)
    into counted using caller, all_tags, date_from, date_to;
  end if;
  if after is not null then
    filters := filters || format(' and (%s, d.id) %s (%L::%s, %L::uuid)', sort_key, case when descending then '<'
      else '>' end, after ->> 'key', sort_key_type, after ->> 'id');
  end if;
  return query execute format(
    'select d.id, (%1$s)::text, row_number() over (order by %1$s %4$s, d.id %4$s), $5 from %2$s where d.user_id = $1 and d.trashed_at is null%3$s order by %1$s %4$s, d.id %4$s limit %5$s',
    sort_key, source, filters, case when descending then 'desc' else 'asc' end, page_size)
  using caller, all_tags, date_from, date_to, counted;
end
$$;
comment on function private.found_documents(jsonb, text[], text[], public.document_status[], date, date, numeric,
  numeric, text[], text, jsonb, integer, boolean) is
  'The ids of one page of the caller''s own documents, in order, and with the first page how many there are, counted '
  'up to 1,001. Of a common word, the newest 500 matches are ranked.';

create function private.folded(words text) returns text
language sql stable set search_path = '' as $$ select lower(extensions.unaccent(btrim(words))) $$;
comment on function private.folded(text) is 'Words as document_search.names has them: lower case, no accents.';

create function private.words_asked(words text) returns tsquery
language sql stable security definer set search_path = '' as $$
  -- The last word may be half typed: it also matches the words that begin with it. A sign of a script without spaces
  -- is found as the first of a pair.
  select case when asked::text ~ '''$' then (asked::text || ':*')::tsquery else asked end
  from (
    select regexp_replace(spelt.query::text,
      '(''[\u0E00-\u0E7F\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]'')(?!:)', '\1:*',
      'g')::tsquery as asked
    from (select case when words ~ '[äöüÄÖÜ]' then forms.given
      || websearch_to_tsquery('public.unaccented',
      replace(replace(replace(lower(words), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue')) else forms.given end as query
      from (select websearch_to_tsquery('public.unaccented', private.in_pairs(words)) as given) as forms) as spelt
  ) as asked
$$;
comment on function private.words_asked(text) is
  'A web-style query ("two words", or, -without), whose last word may be the beginning of one.';

create function private.matches_of(words text, nearly boolean) returns text
language plpgsql stable set search_path = '' as $$
declare
  asked constant tsquery := private.words_asked(words);
  part constant text := private.part_pattern(words);
  -- Of a question without operators, each word that may be a part of a compound.
  plain constant text[] := case when words !~ '["-]|\mor\M' then regexp_split_to_array(private.folded(words), '\s+')
    else array[]::text[] end;
begin
  if nearly then
    return format('s.names operator(extensions.%%>) %L', private.folded(words));
  end if;
  return concat_ws(' or ',
    case when numnode(asked) > 0 then format('s.search @@ %L::tsquery', asked) else 'false' end,
    case when length(words) >= 3 then format('s.names like %L', part) end,
    case when cardinality(plain) = 1 and words ~ '^[[:alpha:]]{5,}$' then format('s.compounds like %L', part) end,
    (select '(' || string_agg(case when length(word) >= 5 and word ~ '^[[:alpha:]]+$'
        then format('(s.search @@ %L::tsquery or s.compounds like %L)', private.words_asked(word),
          private.part_pattern(word))
        else format('s.search @@ %L::tsquery', private.words_asked(word)) end, ' and ') || ')'
      from unnest(plain) as word having count(*) > 1 and bool_or(length(word) >= 5 and word ~ '^[[:alpha:]]+$')));
end
$$;
comment on function private.matches_of(text, boolean) is
  'The condition on document_search: the words, or a part of a name of three characters and more, or a part of a '
  'compound of five letters and more; or a name that is nearly so.';

create function private.snippet_of(raw_text text, asked tsquery, words text) returns text
language plpgsql stable set search_path = '' as $$
declare
  -- The loop ends by its return. @plpgsql_check_options: extra_warnings = false
  around constant integer := 2000;
  snippet text;
  word text;
  spot integer;
  first_word constant text := (select lexeme
    from unnest(to_tsvector('simple', translate(asked::text, '''&|!:*()<->', '            ')))
    order by length(lexeme) desc limit 1);
  place integer := 1;
begin
  if numnode(asked) = 0 or raw_text is null then return null; end if;
  if length(raw_text) > 2 * around and first_word is not null then
    -- Of a long text the surroundings of a word are enough, and cost a hundredth.
    place := greatest(1, strpos(lower(extensions.unaccent(raw_text)), first_word) - around / 2);
  end if;
  snippet := nullif(ts_headline('public.unaccented', translate(substr(raw_text, place, 2 * around), '⟦⟧', ''), asked,
    'StartSel=⟦, StopSel=⟧, MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter=" … "'), '');
  if snippet like '%⟦%' then return snippet; end if;
  -- A part of a word, or of a sentence without spaces: the first place where one of the words stands.
  for word in select form from regexp_split_to_table(lower(words), '\s+') as given,
    unnest(array[given, replace(replace(replace(given, 'ae', 'ä'), 'oe', 'ö'), 'ue', 'ü')]) as form loop
    spot := strpos(lower(raw_text), word);
    if (length(word) >= 2 or octet_length(word) >= 3) and spot > 0 then
      return translate(concat(case when spot > 81 then '… ' end,
        substr(raw_text, greatest(1, spot - 80), spot - greatest(1, spot - 80))), '⟦⟧', '')
        || '⟦' || translate(substr(raw_text, spot, length(word)), '⟦⟧', '') || '⟧'
          || translate(substr(raw_text, spot + length(word), 80), '⟦⟧', '');
    end if;
  end loop;
  return snippet;
end
$$;
comment on function private.snippet_of(text, tsquery, text) is
  'The words around what was asked for, as plain text in which ⟦ and ⟧ stand around each match. Never HTML.';

create function private.search_order(words text, sort text, asked text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- What asks for days or senders alone has no best match: the newest come first.
  ordered constant text := coalesce(nullif(case when words = '' and asked <> '' and sort = 'relevance' then ''
    else sort end, ''),
    case when words = '' then '-created_at' else 'relevance' end);
begin
  if not (ordered ~ '^-?(created_at|name|correspondent|document_date|due_date|amount|byte_size)$'
    or (ordered = 'relevance' and words <> '')) then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'sort is created_at, name, correspondent, document_date, due_date, amount or byte_size, with a - before it for descending; or relevance, with a query.';
  end if;
  return ordered;
end
$$;
comment on function private.search_order(text, text, text) is
  'What a search is ordered by: the newest first, or the best match for words. Errors: invalid_request (400).';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private. No "case" in
-- it: the CLI takes the word "end" for the end of the function.
create function public.search_documents(
  query text default null, tags text[] default null, document_types text[] default null, statuses text[] default null,
  date_from date default null, date_to date default null, amount_from numeric default null,
  amount_to numeric default null,
  currencies text[] default null, sort text default null, after jsonb default null, page_size integer default 50
) returns jsonb
language sql stable set search_path = ''
begin atomic
  with input as materialized (
    select private.question_of(coalesce(search_documents.query, '')) as question,
      least(greatest(coalesce(search_documents.page_size, 50), 1), 200) as rows_wanted
  ), asked as materialized (
    select question, question ->> 'words' as words, rows_wanted,
      private.search_order(question ->> 'words', search_documents.sort, coalesce(search_documents.query, ''))
        as ordered,
      private.words_asked(question ->> 'words') as terms from input
  ), exact as materialized (
    select found.* from asked cross join lateral private.found_documents(
      asked.question, coalesce(search_documents.tags, '{}'), search_documents.document_types,
      search_documents.statuses::public.document_status[],
      search_documents.date_from, search_documents.date_to,
      search_documents.amount_from, search_documents.amount_to, search_documents.currencies, asked.ordered,
      search_documents.after, asked.rows_wanted, false) as found
  ), near as materialized (
    -- Few have these words: perhaps a name was mistyped.
    select found.* from (
      select * from asked where words <> '' and search_documents.after is null
        and (select count(*) from exact) < least(rows_wanted, 5)
    ) as few cross join lateral private.found_documents(
      few.question, coalesce(search_documents.tags, '{}'), search_documents.document_types,
      search_documents.statuses::public.document_status[],
      search_documents.date_from, search_documents.date_to,
      search_documents.amount_from, search_documents.amount_to, search_documents.currencies, 'relevance', null, 10,
      true) as found
    where not exists (select from exact where exact.document_id = found.document_id)
  ), found as (
    select document_id, place, false as similar from exact union all select document_id, place + 1000, true from near
  ), shown as (
    select found.place, to_jsonb(d)
      || jsonb_build_object('similar', found.similar, 'due_date', private.due_date_of(d.id), 'snippet',
      private.snippet_of((select r.raw_text from public.ocr_results as r where r.document_id = d.id
        and asked.words <> ''), asked.terms, asked.words)) as document
    from asked cross join found join public.documents as d on d.id = found.document_id
  )
  select jsonb_build_object(
    'total', coalesce((select max(exact.total) from exact), 0),
    'documents', coalesce((select jsonb_agg(shown.document order by shown.place) from shown), '[]'),
    'next', (select jsonb_build_object('key', exact.key, 'id', exact.document_id) from exact, asked
      where exact.place = asked.rows_wanted));
end;
comment on function public.search_documents(text, text[], text[], text[], date, date, numeric, numeric, text[], text,
  jsonb, integer) is
  'The caller''s documents, one page: {documents: [a row of documents with snippet and due_date, the proven day by '
  'which it is payable; similar: true of those that only resemble the words, after all others], next: what to send as '
  '`after` for the next page, or null, total: with the first page, how many match, counted up to 1,001}. query: words, '
  '"two words", or, -without, days, tag:, type:, from:, before:, after:, due:, source: (upload, part, upload_link, '
  'mail), pages>9, has:note; sort: created_at, name, correspondent, document_date, due_date (those that have one), '
  'amount, byte_size (- for descending), relevance; page_size: 1 to 200. Errors: invalid_request (400).';

revoke execute on function
  private.due_date_of(uuid),
  private.found_documents(jsonb, text[], text[], public.document_status[], date, date, numeric, numeric, text[], text,
    jsonb, integer, boolean),
  private.folded(text), private.words_asked(text), private.matches_of(text, boolean),
  private.snippet_of(text, tsquery, text), private.search_order(text, text, text),
  public.search_documents(text, text[], text[], text[], date, date, numeric, numeric, text[], text, jsonb, integer)
    from public, anon, authenticated, service_role;
-- Users reach these only by search_documents: they have no usage of the schema.
grant execute on function
  private.due_date_of(uuid),
  private.found_documents(jsonb, text[], text[], public.document_status[], date, date, numeric, numeric, text[], text,
    jsonb, integer, boolean),
  private.words_asked(text), private.snippet_of(text, tsquery, text), private.search_order(text, text, text),
  private.question_of(text),
  public.search_documents(text, text[], text[], text[], date, date, numeric, numeric, text[], text, jsonb, integer)
    to authenticated;
