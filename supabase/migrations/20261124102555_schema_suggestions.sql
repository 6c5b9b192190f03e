-- A schema that is suggested from a user's documents: what is read of them. Nothing is saved.

create function public.begin_suggestion(owner uuid, document_ids uuid[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
  most_pages constant integer := 5;
  most_characters constant integer := 20000;
  samples jsonb;
begin
  perform private.admit_request(begin_suggestion.owner);
  select jsonb_agg(jsonb_build_object('id', documents.id, 'document_type', documents.document_type, 'language',
    documents.language, 'pages', pages.found) order by asked.place)
  into samples
  from unnest(begin_suggestion.document_ids) with ordinality as asked (id, place)
  join public.documents on documents.id = asked.id and documents.user_id = begin_suggestion.owner
    and documents.trashed_at is null
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('page_number', page_number, 'text', left(text, most_characters),
      'words', words) order by page_number), jsonb_build_array()) as found
    from (
      select page_number, text, words from public.document_pages
      where document_id = documents.id and error is null and text ~ '\S' order by page_number limit most_pages)
        as first_pages
  ) as pages;
  if coalesce(jsonb_array_length(samples), 0) < cardinality(begin_suggestion.document_ids) then
    perform private.refuse(404, 'not_found', 'There is no such document, or it is not yours.');
  elsif jsonb_path_exists(samples, '$[*] ? (@.pages.size() == 0)') then
    perform private.refuse(409, 'not_allowed_now', 'One of the documents has no text yet.');
  end if;
  return samples;
end
$$;
comment on function public.begin_suggestion(uuid, uuid[]) is
  'The first pages of a user''s documents, from which a schema is suggested: [{id, document_type, language, pages: '
  '[{page_number, text, words}]}], in the order asked for. Errors: not_found (404), not_allowed_now (409) for one '
  'without text, too_many_requests (429). The caller proves who the owner is.';

create function public.judge_suggestion(owner uuid, fields jsonb, samples jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('document_id', documents.id, 'path', quoted.path, 'row',
      quoted.row_number)), jsonb_build_array())
    from jsonb_array_elements(judge_suggestion.samples) as sample
    join public.documents on documents.id::text = sample ->> 'document_id'
      and documents.user_id = judge_suggestion.owner
    cross join lateral private.quoted_values(documents.id, judge_suggestion.fields, sample -> 'values', 'claude')
      as quoted
    where quoted.proven);
end
$$;
comment on function public.judge_suggestion(uuid, jsonb, jsonb) is
  'What of the sample values that a model gave for the fields of a schema that it suggests is proven by the words of a '
  'user''s documents: samples is [{document_id, values: [{path, row, value, page, quote, label}]}]; returns '
  '[{document_id, path, row}]. The same judge as of extractions. The caller proves who the owner is.';

revoke execute on function public.begin_suggestion(uuid, uuid[]), public.judge_suggestion(uuid, jsonb, jsonb)
  from public, anon, authenticated;
grant execute on function public.begin_suggestion(uuid, uuid[]),
  public.judge_suggestion(uuid, jsonb, jsonb) to service_role;
