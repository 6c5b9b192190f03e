-- Evidence is checked, not believed. A quote says where to look; what is found there, in the page's own words, is what
-- a value has to follow from. So a quote that is made up, or cut so that another number appears, proves nothing.

create function private.words_around(page text, place integer, length integer) returns text
language sql immutable set search_path = '' as $$
  select substring(substr(page, greatest(1, place - 40), least(40, place - 1))
      from case when substr(page, place, 1) ~ '\d' then '(?:(?<![^ ])\d{1,3} )*[^ ]*$' else '[^ ]*$' end)
    || substr(page, place, length)
    || substring(substr(page, place + length, 40) from '^[^ ]*(?: \d{3}(?!\d)[.,\d]*)*')
$$;
comment on function private.words_around(text, integer, integer) is
  'A part of a page, completed to whole words and whole numbers: where "total 9" is quoted out of "total 965.76", that '
  'is what stands there.';

create function private.numbers_of(words text) returns text
language sql immutable set search_path = '' as $$
  select coalesce(string_agg(regexp_replace(word, '\D', '', 'g'), ' ' order by place), '')
  from unnest(string_to_array(words, ' ')) with ordinality as parts (word, place) where word ~ '\d'
    and word !~ '[[:alpha:]]'
$$;
comment on function private.numbers_of(text) is
  'The digits of those words that are numbers: a 1 in "qui11mark" is a misread letter.';

create function private.close_quote(page text, quote text) returns table (similarity real, excerpt text)
language plpgsql stable set search_path = '' as $$
declare
  page_words text[] := string_to_array(page, ' ');
  quoted text[] := string_to_array(quote, ' ');
  numbers constant text := private.numbers_of(quote);
  joined constant text := replace(quote, ' ', '');
  most constant integer := floor(length(joined) * 0.15);
  longest integer := (select place from unnest(quoted) with ordinality as parts (part, place)
    order by length(part) desc, place limit 1);
  starts integer[];
begin
  if most < 1 or length(quote) > 250 or cardinality(quoted) > 60 then
    return;
  end if;
  -- Where most of the quoted words stand together …
  starts := array(
    select place from (
      select place, sum(hit) over (order by place rows between current row and cardinality(quoted) - 1 following)
        as hits
      from (select place, (word = any (quoted))::integer as hit
        from unnest(page_words) with ordinality as words (word, place)) as words
    ) as windows
    where 3 * hits >= cardinality(quoted) and hits > 0 order by hits desc, place limit 12);
  if cardinality(starts) = 0 then
    -- … or, where a slip is in each of them, where a word like the longest does.
    starts := array(
      select place - longest + 1 from unnest(page_words) with ordinality as words (word, place)
      where length(word) between length(quoted[longest]) - 3 and length(quoted[longest]) + 3
      order by extensions.similarity(word, quoted[longest]) desc, place limit 12);
  end if;
  return query
    select (1 - distance::real / length(joined))::real, words
    from (
      select array_to_string(page_words[first:first + count - 1], ' ') as words
      from unnest(starts) as place, generate_series(greatest(1, place - 1), place + 1) as first,
        generate_series(greatest(1, cardinality(quoted) - 2), cardinality(quoted) + 2) as count
    ) as windows, lateral (
      select case when length(words) <= 255
        then extensions.levenshtein_less_equal(joined, replace(words, ' ', ''), most) end as distance
    ) as compared
    -- A slip of a letter is one thing; another number is another.
    where distance <= most and private.numbers_of(words) = numbers
    order by distance limit 1;
end
$$;
comment on function private.close_quote(text, text) is
  'The words of a page that are nearly those of a quote: at most 15 in 100 characters differ, and no number. Quotes of '
  'up to 250 characters.';

create function private.quote_on_page(page text, quote text) returns table (similarity real, excerpt text)
language plpgsql stable set search_path = '' as $$
declare
  place integer := position(' ' || quote || ' ' in ' ' || page || ' ');
begin
  if place = 0 then
    place := position(quote in page);
  end if;
  if place > 0 then
    return query select 1::real, private.words_around(page, place, length(quote));
  else
    return query select * from private.close_quote(page, quote);
  end if;
end
$$;
comment on function private.quote_on_page(text, text) is
  'Where a quote stands on a page, both as private.plain writes them: how alike (1: exactly), and the page''s own '
  'words there. No row where it does not stand.';

create function private.find_quote(document_id uuid, page integer, quote text)
returns table (page_number integer, similarity real, excerpt text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  longest_quote constant integer := 300;
  longest_page constant integer := 100000;
  near constant integer := least(greatest(coalesce(find_quote.page, 1), 1), 1000000);
  wanted constant text := private.plain(left(find_quote.quote, longest_quote + 1));
  -- A word that tells which other pages are worth a look, without folding all of them.
  rare constant text := (select found[1]
    from regexp_matches(lower(left(find_quote.quote, longest_quote)), '[a-z0-9]{2,}', 'g') as found
    order by length(found[1]) desc limit 1);
begin
  if length(find_quote.quote) > longest_quote or coalesce(wanted, '') !~ '[[:alnum:]]{2}' then
    return;
  end if;
  return query
    select pages.page_number, found.similarity, found.excerpt
    from public.document_pages as pages,
      private.quote_on_page(private.plain(left(pages.text, longest_page)), wanted) as found
    where pages.document_id = find_quote.document_id and pages.page_number = find_quote.page;
  if found then
    return;
  end if;
  return query
    select others.page_number, 1::real,
      private.words_around(others.plain, position(wanted in others.plain), length(wanted))
    from (
      select candidates.page_number, private.plain(left(candidates.text, longest_page)) as plain
      from (
        select pages.page_number, pages.text from public.document_pages as pages
        where pages.document_id = find_quote.document_id and pages.page_number is distinct from find_quote.page
          and (rare is null or strpos(lower(pages.text), rare) > 0)
        order by abs(pages.page_number - near) limit 40
      ) as candidates offset 0
    ) as others
    where position(wanted in others.plain) > 0
    order by abs(others.page_number - near) limit 1;
end
$$;
comment on function private.find_quote(uuid, integer, text) is
  'Looks for a quote in the stored text of a page: {page_number, similarity, excerpt: the page''s own words, as '
  'private.plain writes them}. Where it is not on that page but, exactly, on another, that one. A quote has up to 300 '
  'characters; of a page, the first 100,000 are looked at.';

revoke execute on function private.words_around(text, integer, integer), private.numbers_of(text),
  private.close_quote(text, text),
  private.quote_on_page(text, text), private.find_quote(uuid, integer, text) from public, anon, authenticated;
grant execute on function private.words_around(text, integer, integer), private.numbers_of(text),
  private.close_quote(text, text),
  private.quote_on_page(text, text), private.find_quote(uuid, integer, text) to service_role;
