-- What becomes of the tags that an engine proposes: each is a tag that the user has, if it is one in other words. The
-- rules of plurals are plpgsql, which keeps their plans: they are asked some fifty times for a document.

create function private.singulars_of(word text, language text) returns setof text
language plpgsql immutable set search_path = '' as $$
begin
  return query
  select word
  union select left(word, -1) where word ~ '[^siu]s$' and length(word) >= 4
  union select left(word, -2) where word ~ '(ch|sh|ss|x|z)es$' and length(word) >= 5
  union select left(word, -3) || 'y' where word ~ '[^aeiou]ies$' and length(word) >= 5
  union select left(word, -1) where language = 'de' and word ~ '[en]$' and length(word) >= 5
  union select left(word, -2) where language = 'de' and word ~ 'en$' and length(word) >= 6
  union select left(word, -1) where language = 'fr' and word ~ '(eau|eu|ou)x$'
  union select left(word, -3) || 'al' where language = 'fr' and word ~ 'aux$' and length(word) >= 5
  union select left(word, -2) where language = 'es' and word ~ '[lrndzjy]es$' and length(word) >= 5
  union select left(word, -3) || 'z' where language = 'es' and word ~ 'ces$' and length(word) >= 5;
end
$$;
comment on function private.singulars_of(text, text) is
  'A word without accents, and what it is the plural of, if it is one: by the rules of English, and those of German, '
  'French and Spanish for documents in them. Rather one too few than two words that are not one (Arbeit, Arbeiter).';

create function private.plurals_of(word text, language text) returns setof text
language plpgsql immutable set search_path = '' as $$
begin
  return query
  select plural from (
    select word || ending from unnest(
      array['s', 'es'] || case language when 'de' then array['e', 'en', 'n', 'nen'] when 'fr' then array['x']
        else '{}' end) as ending
    union select left(word, -1) || 'ies' where word ~ '[^aeiou]y$'
    union select left(word, -2) || 'aux' where language = 'fr' and word ~ 'al$'
    union select left(word, -1) || 'ces' where language = 'es' and word ~ 'z$'
  ) as candidates (plural)
  -- "bus" is no plural of "bu".
  where word in (select private.singulars_of(plural, language));
end
$$;
comment on function private.plurals_of(text, text) is
  'What may be the plural of a word without accents, by the same rules; they are looked up, not written.';

create function private.tag_forms(tag text, language text) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  -- Of "facturas-luz" the first word has the plural, of "steuer-bescheide" the last.
  return (
  with parts as (
    select string_to_array(regexp_replace(lower(extensions.unaccent(normalize(tag, nfkc))), '[^[:alnum:]]+', '-', 'g'),
      '-') as words
  ), forms as (
    select array_to_string(words, '') as form from parts
    union select array_to_string(words[:cardinality(words) - 1], '') || other
      from parts, lateral (select singular from private.singulars_of(words[cardinality(words)], language) as singular
        union select plural from private.plurals_of(words[cardinality(words)], language) as plural) as others (other)
    union select other || array_to_string(words[2:], '')
      from parts, lateral (select singular from private.singulars_of(words[1], language) as singular
        union select plural from private.plurals_of(words[1], language) as plural) as others (other)
          where cardinality(words) > 1
  )
  select array_agg(form order by form) from forms where form <> '');
end
$$;
comment on function private.tag_forms(text, text) is
  'The keys (private.tag_key) of a tag in the singular and the plural.';

create function private.is_one_use(tag text) returns boolean
language sql immutable set search_path = '' as $$
  select case
    -- A year is no number of one document, nor are two.
    when tag ~ '^(19|20)\d\d(-(19|20)?\d\d)?$' then false
    when tag !~ '[[:alpha:]]' then true
    -- Numbers of invoices and accounts, and days.
    when length(regexp_replace(tag, '\D', '', 'g')) >= 6 or tag ~ '\d{5}' then true
    when tag ~ '(^|-)\d{1,2}-(19|20)\d\d$' or tag ~ '^\d{1,2}-[[:alpha:]]{3,9}(-\d{2,4})?$'
      or tag ~ '^[[:alpha:]]{3,9}-\d{1,2}-(19|20)\d\d$' then true
    -- Amounts.
    else tag ~ '^(eur|usd|gbp|chf|myr|rm|euros?|dollars?|total|amount|betrag|montant)-?\d'
      or tag ~ '^\d[\d-]*-?(eur|usd|gbp|chf|myr|rm|euros?|dollars?)$'
  end
$$;
comment on function private.is_one_use(text) is
  'Whether a tag is a value of one document: an amount, a day, a number. A year is none.';

create function private.known_tag(owner uuid, tag text, language text) returns text
language sql stable set search_path = '' as $$
  -- Aliases first: the user said so. Then the tag itself or its nearest kin, the most used one of them.
  with forms (keys) as materialized (select private.tag_forms(known_tag.tag, language)),
    found (tag, rank, documents) as (
    select aliases.tag, 1, 0 from public.tag_aliases as aliases where user_id = owner
      and key = private.tag_key(known_tag.tag)
    union all
    select aliases.tag, 2, 0 from public.tag_aliases as aliases where user_id = owner
      and key = any ((select keys from forms)::text[])
    union all
    select tags.tag, 3, tags.documents from public.tags as tags where user_id = owner
      and key = any ((select keys from forms)::text[])
  )
  select tag from found order by rank, documents desc, tag = known_tag.tag desc, tag limit 1
$$;
comment on function private.known_tag(uuid, text, text) is
  'The tag of a user''s vocabulary that a proposed one is; null where it is new.';

create function private.tags_to_use(owner uuid, proposed text[], language text) returns text[]
language sql stable set search_path = '' as $$
  with used as (
    select coalesce(private.known_tag(owner, formed.tag, language), formed.tag) as tag, min(place) as place
    from unnest(proposed[:50]) with ordinality as offered (tag, place),
      lateral (select private.tag_of(left(offered.tag, 200)) as tag) as formed
    where formed.tag is not null and not private.is_one_use(formed.tag)
    group by 1
  )
  select coalesce(array_agg(tag order by place), '{}')
    from (select tag, place from used order by place limit 7) as first
$$;
comment on function private.tags_to_use(uuid, text[], text) is
  'Proposed tags as they are written: in the form of the vocabulary, those of one use left out, each replaced by the '
  'user''s own word for it; at most 7.';

revoke execute on function private.singulars_of(text, text), private.plurals_of(text, text),
  private.tag_forms(text, text),
  private.is_one_use(text), private.known_tag(uuid, text, text), private.tags_to_use(uuid, text[], text) from public,
  anon, authenticated;
grant execute on function private.singulars_of(text, text), private.plurals_of(text, text),
  private.tag_forms(text, text),
  private.is_one_use(text), private.known_tag(uuid, text, text),
  private.tags_to_use(uuid, text[], text) to service_role;
