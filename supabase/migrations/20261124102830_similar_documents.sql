-- Which documents are like another one, by what is known of both: sender, tags, type, and the words of their names.

create function private.similar_to(of_document uuid, at_most integer)
  returns table (document_id uuid, score numeric, reasons text[])
language plpgsql stable security definer rows 10 set search_path = ''
-- As in private.found_documents: how many rows have a tag or a word is a guess, and all rows are everybody's.
set enable_seqscan = off as $$
#variable_conflict use_column
declare
  caller constant uuid := private.caller();
  -- So many candidates of each kind are looked at, the newest: a sender of thousands costs no more.
  most constant integer := 200;
  document public.documents;
  rare_tags text[];
  words text[];
  asked tsquery;
begin
  select * into document from public.documents where id = of_document and user_id = caller and trashed_at is null;
  if not found then
    return;
  end if;
  select array_agg(tag) into rare_tags from (
    select tag from public.tags where user_id = caller and tag = any (document.tags)
      and tag is distinct from document.document_type
    order by documents, tag limit 5) as rarest;
  -- The longest words of its names: "stadtwerke" says more than "invoice".
  select coalesce(array_agg(quote_literal(lexeme)), '{}') into words from (
    select lexeme from public.document_search as known, unnest(known.search) as word
    where known.document_id = of_document and 'A' = any (word.weights) and length(lexeme) between 5 and 60
      and lexeme ~ '^[[:alpha:]]+$'
      and lexeme is distinct from document.document_type
    order by length(lexeme) desc, lexeme limit 3) as longest;
  asked := array_to_string(words, ' | ')::tsquery;
  return query
  with candidates as materialized (
    (select d.id from public.documents as d
      where d.user_id = caller and document.correspondent is not null
        and coalesce('1' || lower(d.correspondent), '2') = '1' || lower(document.correspondent)
      order by d.id desc limit most)
    union
    select tagged.id from unnest(rare_tags) as wanted (tag) cross join lateral (
      select d.id from public.documents as d where d.tags @> array[wanted.tag] and d.user_id = caller limit most)
        as tagged
    union
    (select known.document_id from public.document_search as known
      where numnode(asked) > 0 and known.search @@ asked and known.user_id = caller limit most)
  ), weighed as (
    select d.id, d.created_at,
      lower(d.correspondent) = lower(document.correspondent) as same_sender,
      array(select shared.tag from unnest(d.tags) as shared (tag) where shared.tag = any (rare_tags)) as shared,
      d.document_type = document.document_type as same_type,
      (select count(*) from public.document_search as known, unnest(words) as word
        where known.document_id = d.id and known.search @@ word::tsquery)::numeric / greatest(cardinality(words), 1)
          as likeness
    from candidates join public.documents as d on d.id = candidates.id
    where d.user_id = caller and d.id <> of_document and d.trashed_at is null
  ), scored as (
    select weighed.*, round((case when same_sender then 3 else 0 end + case when same_type then 1 else 0 end
      + coalesce((select sum(2 / (1 + ln(tags.documents::numeric))) from public.tags where tags.user_id = caller
        and tags.tag = any (weighed.shared)), 0)
      + 2 * likeness)::numeric, 4) as points
    from weighed
  )
  select scored.id, scored.points,
    array_remove(array[case when same_sender then 'sender' end, case when cardinality(shared) > 0 then 'tags' end,
      case when same_type then 'type' end, case when likeness > 0.6 then 'words' end], null)
  from scored where points >= 1.5
  order by points desc, scored.created_at desc, scored.id limit at_most;
end
$$;
comment on function private.similar_to(uuid, integer) is
  'The caller''s documents that are most like one of theirs, with why: sender, tags, type, words. Of each kind 200 '
  'candidates are weighed, so the cost does not grow with the archive.';

create function public.similar_documents(document_id uuid, at_most integer default 6) returns jsonb
language sql stable set search_path = ''
begin atomic
  select coalesce(jsonb_agg(to_jsonb(d) || jsonb_build_object('reasons', found.reasons) order by found.score desc,
    d.created_at desc, d.id), '[]')
  from private.similar_to(similar_documents.document_id,
    least(greatest(coalesce(similar_documents.at_most, 6), 1), 20)) as found
  join public.documents as d on d.id = found.document_id;
end;
comment on function public.similar_documents(uuid, integer) is
  'The caller''s documents that are most like one of theirs: rows of documents with reasons (sender, tags, type, '
  'words), the most alike first; at most 20. An empty list for a document of somebody else.';

revoke execute on function private.similar_to(uuid, integer), public.similar_documents(uuid, integer) from public,
  anon, authenticated, service_role;
grant execute on function private.similar_to(uuid, integer), public.similar_documents(uuid, integer) to authenticated;
