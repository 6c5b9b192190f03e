-- Words that a search has to find although they do not stand between spaces, or are spelt in two ways.

create function private.other_spellings(source text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- Thai, Japanese, Chinese and Korean: signs that stand together without spaces.
  signs constant text := '\u0E00-\u0E7F\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF';
  runs text;
  umlauts text;
begin
  if source ~ '[äöüÄÖÜ]' then
    umlauts := (select string_agg(distinct word, ' ') from regexp_split_to_table(source, '\s+') as word
      where word ~ '[äöüÄÖÜ]');
    umlauts := replace(replace(replace(lower(umlauts), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue');
  end if;
  if source ~ ('[' || signs || ']') then
    runs := regexp_replace(source, '[^' || signs || ']+', ' ', 'g');
    -- All pairs of neighbors: those that begin at odd places, then those at even ones.
    runs := regexp_replace(runs, '([' || signs || ']{2})', '\1 ', 'g') || ' '
      || regexp_replace(regexp_replace(runs, '(^| )[' || signs || ']', ' ', 'g'), '([' || signs || ']{2})', '\1 ', 'g');
  end if;
  return nullif(concat_ws(' ', umlauts, runs), '');
end
$$;
comment on function private.other_spellings(text) is
  'The words of a text in their other forms: "Gläubiger" as "glaeubiger", and each two neighboring signs of scripts '
  'without spaces. Null where there are none.';

create function private.long_words(source text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select string_agg(word, ' ') from (
      select distinct lower(extensions.unaccent(form)) as word
      from regexp_split_to_table(left(source, 400000), '[^[:alpha:]]+') as given,
        unnest(array[given, private.other_spellings(given)]) as form
      where length(form) between 9 and 80 limit 20000) as words), '');
end
$$;
comment on function private.long_words(text) is
  'The words of a text that may be compounds, of nine letters and more, each once, in lower case without accents.';

create function private.has_compounds(language text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(language in ('de', 'nl', 'sv', 'da', 'no', 'nb', 'nn', 'is', 'fi', 'hu', 'et'), false)
$$;
comment on function private.has_compounds(text) is 'Whether a language writes compounds as one word.';

revoke execute on function private.other_spellings(text), private.long_words(text), private.has_compounds(text)
  from public, anon, authenticated;
