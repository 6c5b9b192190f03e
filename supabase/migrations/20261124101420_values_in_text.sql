-- The dates and amounts that words may mean. A value that was read from a quote has to be one of them. All of these take
-- text in the form of private.plain, and only short ones: a quote, or the words around it.

create table private.month_names (
  name text primary key,
  month integer not null,
  constraint month_is_one_of_twelve check (month between 1 and 12)
);
comment on table private.month_names is
  'Names of months and their abbreviations in English, German, French, Spanish, Italian, Portuguese, Dutch and Malay, as private.plain writes them. A language is more rows.';
alter table private.month_names enable row level security;
create policy "closed to users" on private.month_names for all to anon, authenticated using (false);
revoke all on private.month_names from anon, authenticated, service_role, public;
grant select on private.month_names to service_role;

insert into private.month_names (month, name)
select month, unnest(string_to_array(names, ' ')) from (values
  (1, 'january jan januar janner jaenner janvier janv enero ene gennaio gen janeiro januari'),
  (2, 'february feb februar fevrier fevr fev febrero febbraio fevereiro februari'),
  (3, 'march mar marz maerz mrz mars marzo marco maart mrt mac'),
  (4, 'april apr avril avr abril abr aprile'),
  (5, 'may mai mayo maggio mag maio mei'),
  (6, 'june jun juni juin junio giugno giu junho'),
  (7, 'july jul juli juillet juil julio luglio lug julho julai'),
  (8, 'august aug aout aou agosto ago augustus ogos ogo'),
  (9, 'september sep sept septembre septiembre settembre set setembro'),
  (10, 'october oct oktober okt octobre octubre ottobre ott outubro out'),
  (11, 'november nov novembre noviembre novembro'),
  (12, 'december dec dezember dez decembre diciembre dic dicembre dezembro disember dis')
) as months (month, names);

create function private.day_of(year integer, month integer, day integer) returns date
language sql immutable set search_path = '' as $$
  select case when year between 1900 and 2199 and month between 1 and 12
    and day between 1 and extract(day from make_date(year, month, 1) + interval '1 month - 1 day')
    then make_date(year, month, day) end
$$;
comment on function private.day_of(integer, integer, integer) is 'That day, or null where the calendar has none such.';

create function private.years_of(digits text) returns setof integer
language sql immutable set search_path = '' as $$
  select digits::integer where length(digits) = 4
  union all select 2000 + digits::integer where length(digits) = 2
  union all select 1900 + digits::integer where length(digits) = 2 and digits > '50'
$$;
comment on function private.years_of(text) is 'The years that two or four digits may mean.';

create function private.digits_meant(words text) returns text
language sql immutable set search_path = '' as $$
  select coalesce(string_agg(
    case when part ~ '^[\doilsbz]+$' and 2 * regexp_count(part, '\d') >= length(part) then translate(part, 'oilsbz', '011582') else part end, '' order by place), '')
  from regexp_matches(words, '[[:alnum:]]+|[^[:alnum:]]+', 'g') with ordinality as parts (found, place), lateral (select found[1]) as one (part)
$$;
comment on function private.digits_meant(text) is
  'Words whose numbers were read from a picture, with digits for the letters that stand in their place: 2o18 is 2018. Half of a number at least are digits already.';

create function private.dates_in(words text) returns setof date
language sql stable set search_path = '' as $$
  with form (words) as (
    select private.digits_meant(dates_in.words)
  ), numbers (year, one, two) as (
    -- 2026-03-15, 20260315, 2026年3月15日
    select found[1], found[3], found[4] from form, regexp_matches(form.words, '(?<!\d)(\d{4}) ?([-./]) ?(\d{1,2}) ?\2 ?(\d{1,2})(?!\d)', 'g') as found
    union all
    select found[1], found[2], found[3] from form, regexp_matches(form.words, '(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)', 'g') as found
    union all
    select found[1], found[2], found[3] from form, regexp_matches(form.words, '(?<!\d)(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})日', 'g') as found
  ), pairs (year, one, two) as (
    -- 15.03.2026, 3/15/26: which is the day and which the month is not settled here
    select found[4], found[1], found[3] from form, regexp_matches(form.words, '(?<!\d)(\d{1,2}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?!\d)', 'g') as found
    union all
    -- 25.12-2018, 25,12,2018, 25/12/20188:13: marks that were misread, or the time of day without a blank
    select found[3], found[1], found[2] from form, regexp_matches(form.words, '(?<!\d)(\d{1,2}) ?[-./,] ?(\d{1,2}) ?[-./,] ?((?:19|20)\d\d)(?:(?!\d)|(?=\d{1,2}:\d\d))', 'g') as found
    union all
    -- 25/122018, 2512/2018, 25122018: marks that were not read
    select found[3], found[1], found[2] from form, regexp_matches(form.words, '(?<![\d./-])(\d\d)[-./]?(\d\d)[-./]?((?:19|20)\d\d)(?:(?!\d|[-./]\d)|(?=\d{1,2}:\d\d))', 'g') as found
  ), named (year, name, day) as (
    -- 15 march 2026, 1er mars 2026, 15 de marzo de 2026, 15mar26
    select found[3], found[2], found[1] from form, regexp_matches(form.words,
      '(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|e|o|\.)?[ ./-]*(?:day of |of |de |del |di |den |dei )?([[:alpha:]]{3,11})\.?[ ,./-]*(?:de |del |do )?''?(\d{4}|\d{2})(?:(?!\d)|(?<=\d{4})(?=\d{1,2}:\d\d))', 'g') as found
    union all
    -- march 15, 2026
    select found[3], found[1], found[2] from form, regexp_matches(form.words,
      '([[:alpha:]]{3,11})\.? ?(\d{1,2})(?:st|nd|rd|th)?[ ,./-]+(\d{4}|\d{2})(?!\d)', 'g') as found
    union all
    -- 2026 march 15, 2026-mar-15
    select found[1], found[2], found[3] from form, regexp_matches(form.words,
      '(?<!\d)(\d{4})[ .,/-]*([[:alpha:]]{3,11})\.?[ ./-]*(\d{1,2})(?!\d)', 'g') as found
  ), days (day) as (
    select private.day_of(year::integer, one::integer, two::integer) from numbers
    union select private.day_of(full_year, month, day) from pairs, private.years_of(year) as full_year,
      lateral (values (one::integer, two::integer), (two::integer, one::integer)) as orders (day, month)
    union select private.day_of(full_year, months.month, named.day::integer)
      from named join private.month_names as months using (name), private.years_of(year) as full_year
  )
  select day from days where day is not null
$$;
comment on function private.dates_in(text) is
  'The days that words name: numbers in either order, and names of months (private.month_names). A date that can be read two ways is both. In numbers, slips of recognition are read as what they were meant to be: 2o18, 25,12,2018, 25/122018, 25/12/20188:13.';

create function private.amounts_in(words text) returns setof numeric
language sql immutable set search_path = '' as $$
  with written (number) as (
    select found[1] from regexp_matches(words, '(?<![\d.,])(\d{1,15}(?:[.,'']\d{1,6}){0,5})(?!\d| \d{3}(?!\d))', 'g') as found
    union all
    -- 1 234,50: a space parts the thousands, or two numbers
    select replace(found[1], ' ', '') from regexp_matches(words, '(?<![\d.,])(\d{1,3}(?: \d{3}){1,4}(?:[.,]\d{1,2})?)(?!\d)', 'g') as found
    union all
    -- 45 .3o: an amount that was torn, or holds letters for digits
    select translate(found[1] || '.' || found[2], 'oilsbz', '011582')
      from regexp_matches(words, '(?<![[:alnum:].,:''])([\doilsbz]{1,6}) ?[.,] ?([\doilsbz]{2})(?![[:alnum:]]|[.,]\d)', 'g') as found
      where regexp_count(found[1] || found[2], '\d') >= 2
  ), parts as (
    select number, substring(number from '[.,](\d+)$') as last_digits, regexp_count(number, '[.,'']') as separators from written
  )
  -- One or two digits after the last separator are a fraction, as are four and more after an only one: 12.03.2026 is none.
  select (regexp_replace(left(number, -length(last_digits) - 1), '[.,'']', '', 'g') || '.' || last_digits)::numeric
    from parts where length(last_digits) <= 2 or (last_digits is not null and separators = 1)
  -- Three are thousands, or else.
  union select regexp_replace(number, '[.,'']', '', 'g')::numeric from parts where last_digits is null or length(last_digits) = 3
$$;
comment on function private.amounts_in(text) is
  'The amounts that words name, without their signs and currencies: with a decimal point or comma, and thousands parted by point, comma, apostrophe or space. 1.234 is both of its readings; 45 .3o is 45.30.';

revoke execute on function private.day_of(integer, integer, integer), private.years_of(text), private.digits_meant(text),
  private.dates_in(text), private.amounts_in(text) from public, anon, authenticated;
grant execute on function private.day_of(integer, integer, integer), private.years_of(text), private.digits_meant(text),
  private.dates_in(text), private.amounts_in(text) to service_role;
