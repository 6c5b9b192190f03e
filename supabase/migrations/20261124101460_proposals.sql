-- What of a proposal is written: each value in the form that its column has, and only what is proven where that can be.

create function private.title_of(part text) returns text
language sql immutable set search_path = '' as $$
  select case when part ~ '[[:upper:]]' then part else (
    select string_agg(case when place = 1 or length(word) > 3 then upper(left(word, 1)) || substr(word, 2)
      else word end, ' ' order by place)
    from unnest(string_to_array(part, ' ')) with ordinality as words (word, place)) end
$$;
comment on function private.title_of(text) is
  'A part of a name in title case; one that has capitals already is left as it is ("iPhone bill").';

create function private.name_to_write(proposed text, filename text, unproven text[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  longest constant integer := 60;
  extension constant text := coalesce(lower(substring(btrim(filename) from '\.[A-Za-z0-9]{1,8}$')), '');
  name text := private.visible(regexp_replace(left(proposed, 1000), '[\\/:*?"<>|[:cntrl:]]+', ' ', 'g'));
begin
  if extension <> '' then
    name := case when lower(name) like '%' || extension then left(name, -length(extension))
      else regexp_replace(name,
        '\.(pdf|jpe?g|png|webp|gif|tiff?|heic|bmp|docx?|xlsx?|pptx?|odt|rtf|txt|md|csv|html?|eml)$', '', 'i') end;
  end if;
  name := (
    select string_agg(private.title_of(btrim(part)), ' - ' order by place)
      from unnest(string_to_array(name, ' - ')) with ordinality as parts (part, place)
    where btrim(part) <> '' and lower(btrim(part)) <> all (unproven));
  name := btrim(left(name, longest - length(extension)), ' -');
  return case when coalesce(name, '') = '' then 'Document' else name end || extension;
end
$$;
comment on function private.name_to_write(text, text, text[]) is
  'A display name of at most 60 characters in title case, with the ending of the file, without what a file name may '
  'not hold and without the parts that are unproven (in lower case).';

create function private.unproven_fields(proposal jsonb, evidence jsonb) returns text[]
language sql immutable set search_path = '' as $$
  select array(
    select listed.field from private.metadata_fields() as listed
    where listed.needs_proof and unproven_fields.proposal #>> listed.source is not null
      and (not coalesce((unproven_fields.evidence #>> array[listed.field, 'verified'])::boolean, false)
        or (unproven_fields.evidence #>> array[listed.field, 'confidence'])::numeric < listed.least_confidence)
    order by listed.place)
$$;
comment on function private.unproven_fields(jsonb, jsonb) is
  'The fields whose value nothing in the document was shown for, or whose engine is not sure enough of it: they are '
  'not written. Names, summaries and tags are words about a document, and have no quote.';

create function private.value_to_write(kind text, longest integer, value jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select case kind
    when 'date' then value
    when 'amount' then case when jsonb_typeof(value) = 'number'
      and abs(value::numeric) <= 1000000000000 then to_jsonb(round(value::numeric, 4)) end
    when 'currency' then to_jsonb(substring(value #>> '{}' from '^[A-Z]{3}$'))
    when 'language' then to_jsonb(substring(value #>> '{}' from '^[a-z]{2}$'))
    when 'text' then to_jsonb(nullif(private.visible(left(value #>> '{}', longest)), ''))
    else to_jsonb(nullif(left(private.visible(value #>> '{}'), longest), ''))
  end
$$;
comment on function private.value_to_write(text, integer, jsonb) is
  'A proposed value in the form that its kind has in documents; null for what has none.';

create function private.values_to_write(document public.documents, proposal jsonb, evidence jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  unproven constant text[] := private.unproven_fields(proposal, evidence);
  unproven_words constant text[] := array(
    select lower(private.visible(left(proposal #>> source, 200))) from private.metadata_fields()
      where field = any (unproven));
  unproven_tag constant text := case
    when 'correspondent' = any (unproven) then private.tag_key(left(proposal ->> 'correspondent', 200)) end;
  type constant text := nullif(left(private.visible(proposal ->> 'document_type'), 100), '');
  language constant text := substring(proposal ->> 'language' from '^[a-z]{2}$');
  -- A credit note gives back, whichever sign is printed. What a person says it is counts first.
  gives_back constant boolean := 'credit-note' is not distinct from
    case when 'document_type' = any ((document).locked_fields) then (document).document_type
      else proposal ->> 'document_type' end;
  offered text[] := array(select jsonb_array_elements_text(
    case when jsonb_typeof(proposal -> 'tags') = 'array' then proposal -> 'tags' else '[]' end));
begin
  if unproven_tag <> '' then
    offered := array(
      select tag from unnest(offered) with ordinality as tags (tag, place)
      where tag = type or not starts_with(unproven_tag, private.tag_key(left(tag, 200))) order by place);
  end if;
  offered := private.tags_to_use((document).user_id, offered, language);
  if cardinality(offered) = 0 and type is not null then
    offered := private.tags_to_use((document).user_id, array[type], language);
  end if;
  return (
    select coalesce(jsonb_object_agg(field, case kind
      when 'name' then to_jsonb(private.name_to_write(proposal ->> field, (document).filename, unproven_words))
      when 'tags' then to_jsonb(offered)
      when 'amount' then private.value_to_write(kind, longest,
        case when gives_back and jsonb_typeof(proposal #> source) = 'number'
          then to_jsonb(-abs((proposal #>> source)::numeric)) else proposal #> source end)
      else private.value_to_write(kind, longest, proposal #> source) end), '{}')
    from private.metadata_fields()
    where writer = 'describing' and proposal ? source[1] and field <> all (unproven));
end
$$;
comment on function private.values_to_write(public.documents, jsonb, jsonb) is
  'A proposal as it may be written, by column of documents: names and tags in their form, tags in the owner''s words, '
  'and without what is unproven.';

revoke execute on function private.value_to_write(text, integer, jsonb), private.title_of(text),
  private.name_to_write(text, text, text[]), private.unproven_fields(jsonb, jsonb),
  private.values_to_write(public.documents, jsonb, jsonb) from public, anon, authenticated;
grant execute on function private.value_to_write(text, integer, jsonb), private.title_of(text),
  private.name_to_write(text, text, text[]), private.unproven_fields(jsonb, jsonb),
  private.values_to_write(public.documents, jsonb, jsonb) to service_role;
