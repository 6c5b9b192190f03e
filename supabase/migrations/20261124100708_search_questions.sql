-- What people type into a search: words, days as they write them, and filters by name.

create function private.months() returns table (name text, month integer)
language sql immutable set search_path = '' as $$
  select name, (place - 1) % 12 + 1 from unnest(array[
    'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november',
    'december',
    'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec',
    'januar', 'februar', 'marz', 'april', 'mai', 'juni', 'juli', 'august', 'september', 'oktober', 'november',
    'dezember',
    'janvier', 'fevrier', 'mars', 'avril', 'mai', 'juin', 'juillet', 'aout', 'septembre', 'octobre', 'novembre',
    'decembre',
    'enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre',
    'diciembre'
  ]) with ordinality as names (name, place)
$$;
comment on function private.months() is 'Names of months in English, German, French and Spanish, without accents.';

create function private.calendar_day(year text, month text, day text) returns date
language plpgsql immutable set search_path = '' as $$
begin
  return make_date(year::integer, month::integer, day::integer);
exception when others then
  return null;
end
$$;
comment on function private.calendar_day(text, text, text) is 'A day of the calendar; null for one that is none.';

create function private.span_of(written text) returns date
language plpgsql immutable set search_path = '' as $$
declare
  parts constant text[] := regexp_match(written, '^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$');
begin
  if parts is not null then
    return private.calendar_day(parts[1], coalesce(parts[2], '1'), coalesce(parts[3], '1'));
  end if;
  return (private.days_of(written))[1];
end
$$;
comment on function private.span_of(text) is
  'The first day of a year, a month or a day as people write it; null for what is none.';

create function private.due_asked(value text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  first constant date := private.span_of(value);
begin
  return case
    when lower(value) = 'overdue' then jsonb_build_object('due_to', current_date - 1)
    when lower(value) = 'soon' then jsonb_build_object('due_from', current_date, 'due_to',
      current_date + (select due_soon_days from private.settings))
    when value ~ '^\d{4}$' then jsonb_build_object('due_from', first, 'due_to', (first + interval '1 year')::date - 1)
    when value ~ '^\d{4}-\d{1,2}$'
      then jsonb_build_object('due_from', first, 'due_to', (first + interval '1 month')::date - 1)
    when first is not null then jsonb_build_object('due_from', first, 'due_to', first) end;
end
$$;
comment on function private.due_asked(text) is
  'The days by which documents are payable that due: asks for: overdue, soon, or a day, a month or a year: {due_from, '
  'due_to}. Null for what is none.';

create function private.days_of(written text) returns date[]
language plpgsql immutable set search_path = '' as $$
declare
  numbers text[] := regexp_match(written, '^(\d{4})-(\d{1,2})-(\d{1,2})$');
begin
  if numbers is not null then
    return array_remove(array[private.calendar_day(numbers[1], numbers[2], numbers[3])], null);
  end if;
  numbers := regexp_match(written, '^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$');
  if numbers is null then return array[]::date[]; end if;
  -- The day first, as most write; with slashes also the month first.
  return array(select distinct day from unnest(array[private.calendar_day(numbers[4], numbers[3], numbers[1]),
    case when numbers[2] = '/' then private.calendar_day(numbers[4], numbers[1], numbers[3]) end]) as day
      where day is not null);
end
$$;
comment on function private.days_of(text) is
  'The days that a number may mean: 2026-03-17, 17.3.2026, 17/03/2026. Of 03/04/2026 both.';

create function private.days_asked(days jsonb) returns tsquery
language plpgsql stable security definer set search_path = '' as $$
declare
  day date;
  form text;
  asked tsquery;
begin
  for day in select jsonb_array_elements_text(days)::date loop
    for form in
      select to_char(day, pattern) from unnest(array['YYYY-MM-DD', 'DD.MM.YYYY', 'FMDD.FMMM.YYYY', 'DD/MM/YYYY',
        'MM/DD/YYYY', 'FMMM/FMDD/YYYY']) as pattern
      union select words from private.months() as months cross join lateral unnest(array[
        format('%s %s %s', to_char(day, 'FMDD'), months.name, to_char(day, 'YYYY')),
          format('%s %s %s', to_char(day, 'DD'), months.name, to_char(day, 'YYYY')),
        format('%s %s %s', months.name, to_char(day, 'FMDD'), to_char(day, 'YYYY')),
          format('%s de %s de %s', to_char(day, 'FMDD'), months.name, to_char(day, 'YYYY'))
      ]) as words where months.month = extract(month from day)
    loop
      asked := coalesce(asked || phraseto_tsquery('public.unaccented', form),
        phraseto_tsquery('public.unaccented', form));
    end loop;
  end loop;
  return asked;
end
$$;
comment on function private.days_asked(jsonb) is 'The ways in which a text may write days.';

create function private.part_pattern(words text) returns text
language sql stable set search_path = '' as $$
  select '%' || regexp_replace(lower(extensions.unaccent(btrim(words))), '([%_\\])', '\\\1', 'g') || '%'
$$;
comment on function private.part_pattern(text) is 'A pattern of "like" for folded text that holds these words.';

create function private.in_pairs(words text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  signs constant text := '[\u0E00-\u0E7F\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]';
  run text;
  pairs text;
begin
  for run in select hit[1] from regexp_matches(words, '(' || signs || '{3,})', 'g') as hit loop
    select string_agg(substr(run, place, 2), ' ' order by place) into pairs
      from generate_series(1, length(run) - 1) as place;
    words := replace(words, run, ' ' || pairs || ' ');
  end loop;
  return words;
end
$$;
comment on function private.in_pairs(text) is
  'Words of scripts without spaces as the pairs of signs that private.other_spellings indexes.';

create function private.question_of(query text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  words text := left(btrim(query), 200);
  filter text[];
  value text;
  days date[];
  all_days date[] := array[]::date[];
  question jsonb := jsonb_build_object();
begin
  for filter in select hit from regexp_matches(words, '(?:^|\s)((tag|type|from|before|after|due):("[^"]*"|\S+))', 'gi')
    as hit loop
    value := btrim(filter[3], '"');
    if lower(filter[2]) in ('tag', 'type') then
      question := jsonb_set(question, array[lower(filter[2]) || 's'],
        coalesce(question -> (lower(filter[2]) || 's'), '[]') || to_jsonb(lower(value)));
    elsif lower(filter[2]) = 'from' then
      question := question || jsonb_build_object('from', value);
    elsif lower(filter[2]) = 'due' then
      continue when private.due_asked(value) is null;
      question := question || private.due_asked(value);
    elsif private.span_of(value) is not null then
      question := question || jsonb_build_object(lower(filter[2]), private.span_of(value));
    else
      continue;
    end if;
    words := replace(words, filter[1], ' ');
  end loop;
  for filter in select hit from regexp_matches(words,
    '(?:^|\s)((source):(upload_link|upload|part|mail)|(pages)(>=|<=|[><:=])(\d{1,6})|(has):note)(?=\s|$)', 'gi')
    as hit loop
    if filter[2] is not null then
      question := jsonb_set(question, '{sources}', coalesce(question -> 'sources', '[]') || to_jsonb(lower(filter[3])));
    elsif filter[7] is not null then
      question := question || jsonb_build_object('noted', true);
    else
      if filter[5] !~ '<' then
        question := question || jsonb_build_object('pages_from', filter[6]::integer + (filter[5] = '>')::integer);
      end if;
      if filter[5] !~ '>' then
        question := question || jsonb_build_object('pages_to', filter[6]::integer - (filter[5] = '<')::integer);
      end if;
    end if;
    words := replace(words, filter[1], ' ');
  end loop;
  -- "17 March 2026" and "March 17, 2026" as numbers.
  words := coalesce((
    select replace(words, written[1],
      format(' %s-%s-%s ', coalesce(written[4], written[7]), months.month, coalesce(written[2], written[6])))
    from regexp_match(words,
      '((?:\m(\d{1,2})\.? (?:de )?([[:alpha:]]{3,10})\.? (?:de )?(\d{4})\M)|(?:\m([[:alpha:]]{3,10})\.? (\d{1,2}),? (\d{4})\M))') as written
    join private.months() as months on months.name = lower(extensions.unaccent(coalesce(written[3], written[5])))
      limit 1), words);
  if words !~ '"' then
    for value in select hit[1] from regexp_matches(words, '(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})(?=\s|$)', 'g') as hit loop
      days := private.days_of(value);
      continue when cardinality(days) = 0;
      all_days := all_days || days;
      words := replace(words, value, ' ');
    end loop;
  end if;
  if cardinality(all_days) > 0 then
    question := question || jsonb_build_object('days', to_jsonb(all_days));
  end if;
  return question || jsonb_build_object('words', btrim(regexp_replace(words, '\s+', ' ', 'g')));
end
$$;
comment on function private.question_of(text) is
  'What a search asks for: {words, days, tags, types, from, after, before, due_from, due_to, sources, pages_from, '
  'pages_to, noted}. after: from that day on, before: up to the day before it; both also take a month or a year.';

revoke execute on function private.months(), private.calendar_day(text, text, text), private.span_of(text),
  private.days_of(text), private.days_asked(jsonb),
  private.due_asked(text), private.part_pattern(text), private.in_pairs(text), private.question_of(text) from public,
  anon, authenticated;
