-- The one list of a frontend: words, filters, order and paging in one call.
--
-- Row level security keeps an index on words from being used (@@ and @> are not leakproof), and a user's 100,000 documents
-- would be read one by one. So a definer finds the ids of the caller's own documents, and the function that users call reads
-- those rows under row level security.

create function private.found_documents(
  words text, tags text[], document_types text[], statuses public.document_status[], date_from date, date_to date,
  amount_from numeric, amount_to numeric, currencies text[], sort text, after jsonb, page_size integer, nearly boolean
) returns table (document_id uuid, key text, place bigint)
language plpgsql stable security definer rows 50 set search_path = '' as $$
#variable_conflict use_column
declare
  -- The columns of a query that is put together are not known before it runs. @plpgsql_check_options: extra_warnings = false
  caller constant uuid := (select auth.uid());
  descending constant boolean := sort like '-%' or sort = 'relevance';
  sort_key constant text := case ltrim(sort, '-')
    when 'created_at' then 'd.created_at'
    when 'name' then 'lower(coalesce(d.display_name, d.filename))'
    when 'document_date' then $key$coalesce(d.document_date, '-infinity'::date)$key$
    when 'amount' then $key$coalesce(d.amount, '-infinity'::numeric)$key$
    when 'byte_size' then 'd.byte_size'
    when 'relevance' then 'd.score'
  end;
  sort_key_type constant text := case ltrim(sort, '-')
    when 'created_at' then 'timestamptz' when 'name' then 'text' when 'document_date' then 'date' when 'byte_size' then 'bigint' else 'numeric'
  end;
  matches text;
  filters text := concat(
    case when cardinality(tags) > 0 then ' and d.tags @> $2' end,
    case when cardinality(document_types) > 0 then format(' and d.document_type = any(%L::text[])', document_types) end,
    case when cardinality(statuses) > 0 then format(' and d.status = any(%L::public.document_status[])', statuses) end,
    case when date_from is not null then ' and d.document_date >= $3' end,
    case when date_to is not null then ' and d.document_date <= $4' end,
    case when amount_from is not null then format(' and d.amount >= %L::numeric', amount_from) end,
    case when amount_to is not null then format(' and d.amount <= %L::numeric', amount_to) end,
    case when cardinality(currencies) > 0 then format(' and d.currency = any(%L::text[])', currencies) end);
  source text := 'public.documents as d';
begin
  if greatest(cardinality(tags), cardinality(document_types), cardinality(statuses), cardinality(currencies)) > 100 or octet_length(after::text) > 4000 then
    raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'Filter by at most 100 tags, types, statuses or currencies, and continue with what "next" said.';
  end if;
  if words <> '' then
    -- Literals, not parameters: the planner has to see whether a word is rare (read the index) or common (read the newest).
    matches := format(' and s.user_id = $1 and (%s)', private.matches_of(words, nearly));
    if sort <> 'relevance' then
      source := source || ' join public.document_search as s on s.document_id = d.id';
      filters := filters || matches;
    else
      -- Without filters the at most 500 documents are looked up one by one ("offset 0"), whatever the planner thinks of a word.
      source := format(
        $from$(select d.*, round((ts_rank(d.search, %1$L) + extensions.word_similarity(%2$L, d.names))::numeric, 6) as score from (
          select d.*, s.search, s.names from public.document_search as s cross join lateral (
            select * from public.documents as d where d.id = s.document_id and d.user_id = $1%4$s) as d
          where true%3$s order by s.created_at desc limit 500) as d) as d$from$,
        private.words_asked(words), private.folded(words), matches, coalesce(nullif(filters, ''), ' offset 0'));
      filters := '';
    end if;
  end if;
  if after is not null then
    filters := filters || format(' and (%s, d.id) %s (%L::%s, %L::uuid)', sort_key, case when descending then '<' else '>' end, after ->> 'key', sort_key_type, after ->> 'id');
  end if;
  return query execute format(
    'select d.id, (%1$s)::text, row_number() over (order by %1$s %4$s, d.id %4$s) from %2$s where d.user_id = $1%3$s order by %1$s %4$s, d.id %4$s limit %5$s',
    sort_key, source, filters, case when descending then 'desc' else 'asc' end, page_size)
  using caller, tags, date_from, date_to;
end
$$;
comment on function private.found_documents(text, text[], text[], public.document_status[], date, date, numeric, numeric, text[], text, jsonb, integer, boolean) is
  'The ids of one page of the caller''s own documents, in order. Of a common word, the newest 500 matches are ranked.';

create function private.folded(words text) returns text
language sql stable set search_path = '' as $$ select lower(extensions.unaccent(btrim(words))) $$;
comment on function private.folded(text) is 'Words as document_search.names has them: lower case, no accents.';

create function private.words_asked(words text) returns tsquery
language sql stable set search_path = '' as $$
  -- The last word may be half typed: it also matches the words that begin with it.
  select case when asked::text ~ '''$' then (asked::text || ':*')::tsquery else asked end
  from websearch_to_tsquery('public.unaccented', words) as asked
$$;
comment on function private.words_asked(text) is 'A web-style query ("two words", or, -without), whose last word may be the beginning of one.';

create function private.matches_of(words text, nearly boolean) returns text
language plpgsql stable set search_path = '' as $$
declare
  asked constant tsquery := private.words_asked(words);
  part constant text := '%' || regexp_replace(private.folded(words), '([%_\\])', '\\\1', 'g') || '%';
begin
  if nearly then
    return format('s.names operator(extensions.%%>) %L', private.folded(words));
  end if;
  return concat_ws(' or ',
    case when numnode(asked) > 0 then format('s.search @@ %L::tsquery', asked) else 'false' end,
    case when length(words) >= 3 then format('s.names like %L', part) end);
end
$$;
comment on function private.matches_of(text, boolean) is 'The condition on document_search: the words, or a part of a name of three characters and more; or a name that is nearly so.';

create function private.snippet_of(raw_text text, asked tsquery) returns text
language plpgsql stable set search_path = '' as $$
declare
  around constant integer := 2000;
  first_word constant text := (select lexeme from unnest(to_tsvector('simple', translate(asked::text, '''&|!:*()<->', '            '))) order by length(lexeme) desc limit 1);
  place integer := 1;
begin
  if numnode(asked) = 0 or raw_text is null then return null; end if;
  if length(raw_text) > 2 * around and first_word is not null then
    -- Of a long text the surroundings of a word are enough, and cost a hundredth.
    place := greatest(1, strpos(lower(extensions.unaccent(raw_text)), first_word) - around / 2);
  end if;
  return nullif(ts_headline('public.unaccented', translate(substr(raw_text, place, 2 * around), '⟦⟧', ''), asked,
    'StartSel=⟦, StopSel=⟧, MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter=" … "'), '');
end
$$;
comment on function private.snippet_of(text, tsquery) is
  'The words around what was asked for, as plain text in which ⟦ and ⟧ stand around each match. Never HTML.';

create function private.search_order(words text, sort text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  ordered constant text := coalesce(nullif(sort, ''), case when words = '' then '-created_at' else 'relevance' end);
begin
  if not (ordered ~ '^-?(created_at|name|document_date|amount|byte_size)$' or (ordered = 'relevance' and words <> '')) then
    raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'sort is created_at, name, document_date, amount or byte_size, with a - before it for descending; or relevance, with a query.';
  end if;
  return ordered;
end
$$;
comment on function private.search_order(text, text) is 'What a search is ordered by: the newest first, or the best match for words. Errors: invalid_request (400).';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private. No "case" in it: the CLI takes
-- the word "end" for the end of the function.
create function public.search_documents(
  query text default null, tags text[] default null, document_types text[] default null, statuses text[] default null,
  date_from date default null, date_to date default null, amount_from numeric default null, amount_to numeric default null,
  currencies text[] default null, sort text default null, after jsonb default null, page_size integer default 50
) returns jsonb
language sql stable set search_path = ''
begin atomic
  with input as materialized (
    select left(btrim(coalesce(search_documents.query, '')), 200) as words,
      least(greatest(coalesce(search_documents.page_size, 50), 1), 200) as rows_wanted
  ), asked as materialized (
    select words, rows_wanted, private.search_order(words, search_documents.sort) as ordered, private.words_asked(words) as terms from input
  ), exact as materialized (
    select found.* from asked cross join lateral private.found_documents(
      asked.words, search_documents.tags, search_documents.document_types, search_documents.statuses::public.document_status[],
      search_documents.date_from, search_documents.date_to,
      search_documents.amount_from, search_documents.amount_to, search_documents.currencies, asked.ordered, search_documents.after, asked.rows_wanted, false) as found
  ), near as materialized (
    -- Nothing has these words: perhaps a name was mistyped.
    select found.* from (
      select * from asked where words <> '' and search_documents.after is null and not exists (select from exact)
    ) as nothing cross join lateral private.found_documents(
      nothing.words, search_documents.tags, search_documents.document_types, search_documents.statuses::public.document_status[],
      search_documents.date_from, search_documents.date_to,
      search_documents.amount_from, search_documents.amount_to, search_documents.currencies, nothing.ordered, null, nothing.rows_wanted, true) as found
  ), found as (
    select * from exact union all select * from near
  ), shown as (
    select found.place, to_jsonb(d) || jsonb_build_object('snippet',
      private.snippet_of((select r.raw_text from public.ocr_results as r where r.document_id = d.id and asked.words <> ''), asked.terms)) as document
    from asked cross join found join public.documents as d on d.id = found.document_id
  )
  select jsonb_build_object(
    'documents', coalesce((select jsonb_agg(shown.document order by shown.place) from shown), '[]'),
    'next', (select jsonb_build_object('key', exact.key, 'id', exact.document_id) from exact, asked where exact.place = asked.rows_wanted));
end;
comment on function public.search_documents(text, text[], text[], text[], date, date, numeric, numeric, text[], text, jsonb, integer) is
  'The caller''s documents, one page: {documents: [a row of documents with snippet], next: what to send as `after` for the next page, or null}. query: words, "two words", or, -without; sort: created_at, name, document_date, amount, byte_size (- for descending), relevance; page_size: 1 to 200. Errors: invalid_request (400).';

revoke execute on function
  private.found_documents(text, text[], text[], public.document_status[], date, date, numeric, numeric, text[], text, jsonb, integer, boolean),
  private.folded(text), private.words_asked(text), private.matches_of(text, boolean), private.snippet_of(text, tsquery), private.search_order(text, text),
  public.search_documents(text, text[], text[], text[], date, date, numeric, numeric, text[], text, jsonb, integer) from public, anon, authenticated, service_role;
-- Users reach these only by search_documents: they have no usage of the schema.
grant execute on function
  private.found_documents(text, text[], text[], public.document_status[], date, date, numeric, numeric, text[], text, jsonb, integer, boolean),
  private.words_asked(text), private.snippet_of(text, tsquery), private.search_order(text, text),
  public.search_documents(text, text[], text[], text[], date, date, numeric, numeric, text[], text, jsonb, integer) to authenticated;
