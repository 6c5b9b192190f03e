-- What documents add up to: per currency, for sums of two currencies are none.

create function private.group_of_amounts(group_by text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if coalesce(group_by, 'none') not in ('none', 'correspondent', 'document_type', 'tag', 'month') then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'group_by is correspondent, document_type, tag or month; or nothing, for one sum per currency.';
  end if;
  return coalesce(group_by, 'none');
end
$$;
comment on function private.group_of_amounts(text) is
  'What amounts are summed by; "none" for one sum per currency. Errors: invalid_request (400).';

create function private.came_by(document_id uuid, sources jsonb) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.documents
    where id = came_by.document_id and user_id = private.caller()
      and to_jsonb(private.source_of(documents)) <@ sources);
end
$$;
comment on function private.came_by(uuid, jsonb) is
  'Whether a document of the caller came in one of these ways; see private.source_of.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private. No "case" in
-- it: the CLI takes the word "end" for the end of the function.
create function public.sum_amounts(
  group_by text default null, query text default null, tags text[] default null, document_types text[] default null,
  statuses text[] default null, date_from date default null, date_to date default null,
  amount_from numeric default null, amount_to numeric default null, currencies text[] default null
) returns table (group_value text, currency text, documents bigint, total numeric, document_ids uuid[])
language sql stable set search_path = ''
begin atomic
  with input as materialized (
    select private.group_of_amounts(sum_amounts.group_by) as grouping,
      private.question_of(coalesce(sum_amounts.query, '')) as question
  ), asked as materialized (
    select grouping, question, private.words_asked(question ->> 'words') as terms,
      question ->> 'words' <> '' as searched,
      array(select jsonb_array_elements_text(question -> 'tags')) as tags,
      array(select jsonb_array_elements_text(question -> 'types')) as types,
      private.part_pattern(question ->> 'from') as sender, (question ->> 'after')::date as since,
      (question ->> 'before')::date as before,
      question ? 'days' as dated, array(select jsonb_array_elements_text(question -> 'days')::date) as days,
      private.days_asked(question -> 'days') as written_days
    from input
  )
  select grouped.value, d.currency, count(*), sum(d.amount),
    (array_agg(d.id order by d.document_date desc nulls last, d.id))[:100]
  from asked
  join public.documents as d on d.amount is not null
    and (coalesce(cardinality(sum_amounts.tags), 0) = 0 or d.tags @> sum_amounts.tags)
    and (coalesce(cardinality(sum_amounts.document_types), 0) = 0 or d.document_type = any (sum_amounts.document_types))
    and (coalesce(cardinality(sum_amounts.statuses), 0) = 0
      or d.status = any (sum_amounts.statuses::public.document_status[]))
    and (coalesce(cardinality(sum_amounts.currencies), 0) = 0 or d.currency = any (sum_amounts.currencies))
    and (sum_amounts.date_from is null or d.document_date >= sum_amounts.date_from)
    and (sum_amounts.date_to is null or d.document_date <= sum_amounts.date_to)
    and (sum_amounts.amount_from is null or d.amount >= sum_amounts.amount_from)
    and (sum_amounts.amount_to is null or d.amount <= sum_amounts.amount_to)
    and d.tags @> asked.tags
    and (cardinality(asked.types) = 0 or d.document_type = any (asked.types))
    and (asked.sender is null or lower(extensions.unaccent(d.correspondent)) like asked.sender)
    and (asked.since is null or d.document_date >= asked.since)
    and (asked.before is null or d.document_date < asked.before)
    and (not asked.question ? 'due_to' or private.due_date_of(d.id) between coalesce(asked.question ->> 'due_from', '')
      and asked.question ->> 'due_to')
    and (not asked.question ? 'pages_from' or d.page_count >= (asked.question ->> 'pages_from')::integer)
    and (not asked.question ? 'pages_to' or d.page_count <= (asked.question ->> 'pages_to')::integer)
    and (not asked.question ? 'noted' or d.note is not null)
    and (not asked.question ? 'sources' or private.came_by(d.id, asked.question -> 'sources'))
    and (not asked.dated or d.document_date = any (asked.days)
      or d.id in (select s.document_id from public.document_search as s where s.search @@ asked.written_days))
    and (not asked.searched or d.id in (select s.document_id from public.document_search as s
      where s.search @@ asked.terms))
  cross join lateral (
    select null where asked.grouping = 'none'
    union all select d.correspondent where asked.grouping = 'correspondent'
    union all select d.document_type where asked.grouping = 'document_type'
    union all select to_char(d.document_date, 'YYYY-MM') where asked.grouping = 'month'
    union all select tag from unnest(d.tags) as tag where asked.grouping = 'tag'
  ) as grouped (value)
  group by grouped.value, d.currency
  order by grouped.value nulls last, d.currency nulls last
  limit 10000;
end;
comment on function public.sum_amounts(text, text, text[], text[], text[], date, date, numeric, numeric, text[]) is
  'What the caller''s documents with an amount add up to, one row a currency: {group_value, currency, documents, '
  'total, document_ids}. group_by: correspondent, document_type, tag or month ("2026-03", of document_date); a '
  'document counts in each of its tags. The other parameters filter as those of search_documents; the words of query '
  'are found whole, the last one by its beginning. document_ids: of the 100 newest that count. At most 10,000 rows. '
  'Errors: invalid_request (400).';

create function public.my_senders(query text default null, at_most integer default 50)
returns table (sender text, documents bigint)
language sql stable set search_path = ''
begin atomic
  select d.correspondent, count(*)
  from public.documents as d cross join private.part_pattern(nullif(my_senders.query, '')) as pattern
  where d.correspondent is not null and (pattern is null or lower(extensions.unaccent(d.correspondent)) like pattern)
  group by d.correspondent order by count(*) desc, d.correspondent
  limit least(greatest(coalesce(my_senders.at_most, 50), 1), 1000);
end;
comment on function public.my_senders(text, integer) is
  'The senders of the caller''s documents: {sender, documents: how many}, those of most documents first. With a query '
  'those that contain it, whatever case and accents. at_most: 1 to 1000.';

revoke execute on function public.my_senders(text, integer), private.group_of_amounts(text),
  private.came_by(uuid, jsonb),
  public.sum_amounts(text, text, text[], text[], text[], date, date, numeric, numeric, text[]) from public, anon,
  authenticated, service_role;
-- Users reach these only by sum_amounts: they have no usage of the schema.
grant execute on function public.my_senders(text, integer), private.group_of_amounts(text),
  private.came_by(uuid, jsonb), private.part_pattern(text), private.days_asked(jsonb),
  public.sum_amounts(text, text, text[], text[], text[], date, date, numeric, numeric, text[]) to authenticated;
