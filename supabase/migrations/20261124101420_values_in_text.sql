-- The dates and amounts that words may mean. A value that was read from a quote has to be one of them. All of these
-- take text in the form of private.plain, and only short ones: a quote, or the words around it.

create table private.month_names (
  name text primary key,
  month integer not null,
  constraint month_is_one_of_twelve check (month between 1 and 12)
);
comment on table private.month_names is
  'Names of months and their abbreviations in every language that is read, as private.plain writes them. They come '
  'from the table that the local generator uses.';
alter table private.month_names enable row level security;
create policy "closed to users" on private.month_names for all to anon, authenticated using (false);
revoke all on private.month_names from anon, authenticated, service_role, public;
grant select on private.month_names to service_role;

-- Both forms of the Greek sigma are one, since only lower case tells them apart.
insert into private.month_names (month, name)
select distinct month, translate(private.plain(replace(unnest(string_to_array(names, ' ')), '_', ' ')), 'ς', 'σ')
  from (values
  -- From supabase/functions/metadata/local/tables/months.ts by npm run gen:types.
  (1, 'january jan januar jänner jaenner jän janvier janv enero ene gennaio gen genn janeiro januari styczeń stycznia sty leden ledna led január januára tammikuu tammikuuta tammik tammi januári ianuarie ian ocak oca ιανουάριος ιανουαρίου ιαν январь января янв січень січня січ يناير جانفي كانون_الثاني ינואר בינואר ינו בינו'),
  (2, 'february feb februar febr feber février févr fév fevr fev febrero febbraio febbr fevereiro februari luty lutego lut únor února úno február februára helmikuu helmikuuta helmik helmi februári februarie şubat şub φεβρουάριος φεβρουαρίου φεβ φεβρ февраль февраля фев февр лютий лютого лют فبراير فيفري شباط פברואר בפברואר פבר בפבר'),
  (3, 'march mar märz maerz mär mrz mars marzo março maart mrt mac marzec marca březen března bře marec marts maaliskuu maaliskuuta maalisk maalis március márciusi márc már martie mart μάρτιος μαρτίου μαρ μαρτ март марта мар березень березня бер مارس آذار מרץ במרץ מרס במרס'),
  (4, 'april apr avril avr abril abr aprile kwiecień kwietnia kwi duben dubna dub apríl apríla huhtikuu huhtikuuta huhtik huhti április áprilisi ápr aprilie nisan nis απρίλιος απριλίου απρ апрель апреля апр квітень квітня кві квіт أبريل ابريل إبريل أفريل نيسان אפריל באפריל אפר באפר'),
  (5, 'may mai mayo maggio mag magg maio mei maj maja květen května kvě máj mája toukokuu toukokuuta toukok touko május májusi mayıs μάιος μαΐου μαι μαϊ май мая травень травня тра трав مايو ماي أيار מאי במאי'),
  (6, 'june jun juni juin junio giugno giu junho czerwiec czerwca cze červen června čvn jún júna kesäkuu kesäkuuta kesäk kesä június júniusi iunie iun haziran haz ιούνιος ιουνίου ιουν июнь июня июн червень червня чер черв يونيو يونيه جوان حزيران יוני ביוני'),
  (7, 'july jul juli juillet juil juill julio luglio lug julho julai lipiec lipca lip červenec července čvc júl júla heinäkuu heinäkuuta heinäk heinä július júliusi iulie iul temmuz tem ιούλιος ιουλίου ιουλ июль июля июл липень липня лип يوليو يوليه جويلية تموز יולי ביולי'),
  (8, 'august aug août aoû agosto ago agos augustus ogos ogo sierpień sierpnia sie srpen srpna srp augusta augusti elokuu elokuuta elok elo augusztus augusztusi ağustos ağu αύγουστος αυγούστου αυγ август августа авг серпень серпня сер серп أغسطس اغسطس أوت آب אוגוסט באוגוסט אוג באוג'),
  (9, 'september sept sep septembre septiembre setiembre set settembre sett setembro wrzesień września wrz září zář septembra syyskuu syyskuuta syysk syys szeptember szeptemberi szept septembrie eylül eyl σεπτέμβριος σεπτεμβρίου σεπ σεπτ сентябрь сентября сен сент вересень вересня вер سبتمبر أيلول ספטמבר בספטמבר ספט בספט'),
  (10, 'october oct oktober okt octobre octubre ottobre ott outubro out październik października paź říjen října říj október októbra lokakuu lokakuuta lokak loka októberi octombrie ekim eki οκτώβριος οκτωβρίου οκτ октябрь октября окт жовтень жовтня жов жовт أكتوبر اكتوبر تشرين_الأول אוקטובר באוקטובר אוק באוק'),
  (11, 'november nov novembre noviembre novembro listopad listopada lis listopadu novembra marraskuu marraskuuta marrask marras novemberi noiembrie noi kasım kas νοέμβριος νοεμβρίου νοε νοεμ ноябрь ноября ноя нояб листопад листопада лис лист نوفمبر تشرين_الثاني נובמבר בנובמבר נוב בנוב'),
  (12, 'december dec dezember dez décembre déc diciembre dic dicembre dezembro disember dis grudzień grudnia gru prosinec prosince decembra desember des joulukuu joulukuuta jouluk joulu decemberi decembrie aralık ara δεκέμβριος δεκεμβρίου δεκ декабрь декабря дек грудень грудня гру груд ديسمبر كانون_الأول דצמבר בדצמבר דצמ בדצמ')
  -- End of what is generated.
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
  -- The Thai calendar: 2568 is 2025.
  union all select digits::integer - 543 where length(digits) = 4 and digits between '2540' and '2599'
  union all select 2000 + digits::integer where length(digits) = 2
  union all select 1900 + digits::integer where length(digits) = 2 and digits > '50'
$$;
comment on function private.years_of(text) is 'The years that two or four digits may mean, also in the Thai calendar.';

create function private.digits_meant(words text) returns text
language sql immutable set search_path = '' as $$
  select coalesce(string_agg(
    case when part ~ '^[\doilsbz]+$'
      and 2 * regexp_count(part, '\d') >= length(part) then translate(part, 'oilsbz', '011582') else part end, ''
      order by place), '')
  from regexp_matches(words, '[[:alnum:]]+|[^[:alnum:]]+', 'g') with ordinality as parts (found, place),
    lateral (select found[1]) as one (part)
$$;
comment on function private.digits_meant(text) is
  'Words whose numbers were read from a picture, with digits for the letters that stand in their place: 2o18 is 2018. '
  'Half of a number at least are digits already.';

create function private.plain_digits(words text) returns text
language sql immutable set search_path = '' as $$
  select translate(words, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९٫٬،−ς', '012345678901234567890123456789.'',-σ')
$$;
comment on function private.plain_digits(text) is
  'Words with 0 to 9 for Arabic, Persian and Devanagari digits, and the common marks for those beside them. Full-width '
  'digits are plain already in the form of private.plain.';

create function private.years_of_era(era text, year text) returns integer
language sql immutable set search_path = '' as $$
  select first + nth - 1 from (values
    -- From supabase/functions/metadata/local/tables/months.ts by npm run gen:types.
    ('令和', 2019, 60),
    ('r', 2019, 60),
    ('平成', 1989, 31),
    ('h', 1989, 31),
    ('昭和', 1926, 64),
    ('s', 1926, 64),
    ('民國', 1912, 200),
    ('民国', 1912, 200)
    -- End of what is generated.
  ) as eras (name, first, years), lateral (select case year when '元' then 1 else year::integer end) as counted (nth)
  where name = era and nth between 1 and years
$$;
comment on function private.years_of_era(text, text) is
  'The year of our calendar that a year of a Japanese era or of the calendar of Taiwan is: 令和 6 is 2024, and 元 the '
  'first year. Null where there is none such.';

create function private.dates_in(words text) returns setof date
language sql stable set search_path = '' as $$
  with plain_form (words) as (
    select private.plain_digits(dates_in.words)
  ), form (words) as (
    select private.digits_meant(plain_form.words) from plain_form
  ), numbers (year, one, two) as (
    -- 2026-03-15, 20260315, 2026年3月15日, 2026년 3월 15일
    select found[1], found[3], found[4] from form,
      regexp_matches(form.words, '(?<!\d)(\d{4}) ?([-./]) ?(\d{1,2}) ?\2 ?(\d{1,2})(?!\d)', 'g') as found
    union all
    select found[1], found[2], found[3] from form,
      regexp_matches(form.words, '(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)', 'g') as found
    union all
    select found[1], found[2], found[3] from form,
      regexp_matches(form.words, '(?<!\d)(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号號]', 'g') as found
    union all
    -- 令和6年3月5日, r6.3.5
    select private.years_of_era(found[1], found[2])::text, found[3], found[4] from plain_form,
      regexp_matches(plain_form.words,
      '([^\d\s]{2}) ?(\d{1,3}|元) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日', 'g') as found
    union all
    select private.years_of_era(found[1], found[2])::text, found[3], found[4] from plain_form,
      regexp_matches(plain_form.words,
      '(?<![[:alnum:].-])([^\d\s]{1,2})\.? ?(\d{1,3})[-./] ?(\d{1,2})[-./] ?(\d{1,2})(?![[:alnum:]]|[-./]\d)', 'g')
        as found
  ), pairs (year, one, two) as (
    -- 15.03.2026, 3/15/26: which is the day and which the month is not settled here
    select found[4], found[1], found[3] from form,
      regexp_matches(form.words, '(?<!\d)(\d{1,2}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?!\d)', 'g') as found
    union all
    -- 25.12-2018, 25,12,2018, 25/12/20188:13: marks that were misread, or the time of day without a blank
    select found[3], found[1], found[2] from form,
      regexp_matches(form.words,
      '(?<!\d)(\d{1,2}) ?[-./,] ?(\d{1,2}) ?[-./,] ?((?:19|20)\d\d)(?:(?!\d)|(?=\d{1,2}:\d\d))', 'g') as found
    union all
    -- 25/122018, 2512/2018, 25122018: marks that were not read
    select found[3], found[1], found[2] from form,
      regexp_matches(form.words,
      '(?<![\d./-])(\d\d)[-./]?(\d\d)[-./]?((?:19|20)\d\d)(?:(?!\d|[-./]\d)|(?=\d{1,2}:\d\d))', 'g') as found
  ), named (year, name, day) as (
    -- 15 march 2026, 1er mars 2026, 15 de marzo de 2026, 15mar26; in "no 41 of 12 march 2026" the 12 is no year
    select found[3], found[2], found[1] from form, regexp_matches(form.words,
      '(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|e|o|\.|>>|")?[ ./-]*(?:day of |of |de |del |di |den |dei )?((?:(?:كانون|تشرين) )?[[:alpha:]]{2,12})[.׳'']?[ ,./-]*(?:de |del |do )?''?(\d{4}|\d{2}(?!\.? ?(?:de )?[[:alpha:]]{2,12}[.,]? ?(?:de )?\d{4}))(?:(?!\d)|(?<=\d{4})(?=\d{1,2}:\d\d))', 'g') as found
    union all
    -- march 15, 2026
    select found[3], found[1], found[2] from form, regexp_matches(form.words,
      '((?:(?:كانون|تشرين) )?[[:alpha:]]{2,12})[.׳'']? ?(\d{1,2})(?:st|nd|rd|th)?[ ,./-]+(\d{4}|\d{2})(?!\d)', 'g')
        as found
    union all
    -- 2026 march 15, 2026-mar-15
    select found[1], found[2], found[3] from form, regexp_matches(form.words,
      '(?<!\d)(\d{4})[ .,/-]*((?:(?:كانون|تشرين) )?[[:alpha:]]{2,12})[.׳'']?[ ./-]*(\d{1,2})(?!\d)', 'g') as found
  ), days (day) as (
    select private.day_of(full_year, one::integer, two::integer) from numbers, private.years_of(year) as full_year
    union select private.day_of(full_year, month, day) from pairs, private.years_of(year) as full_year,
      lateral (values (one::integer, two::integer), (two::integer, one::integer)) as orders (day, month)
    union select private.day_of(full_year, months.month, named.day::integer)
      from named join private.month_names as months using (name), private.years_of(year) as full_year
  )
  select day from days where day is not null
$$;
comment on function private.dates_in(text) is
  'The days that words name: numbers in either order, and names of months (private.month_names). A date that can be '
  'read two ways is both. In numbers, slips of recognition are read as what they were meant to be: 2o18, 25,12,2018, '
  '25/122018, 25/12/20188:13.';

create function private.amounts_in(words text) returns setof numeric
language sql immutable set search_path = '' as $$
  with plain_form (words) as (
    select private.plain_digits(amounts_in.words)
  ), written (number) as (
    select found[1] from plain_form,
      regexp_matches(plain_form.words, '(?<![\d.,])(\d{1,15}(?:[.,'']\d{1,6}){0,5})(?!\d| \d{3}(?!\d))', 'g') as found
    union all
    -- 1 234,50: a space parts the thousands, or two numbers
    select replace(found[1], ' ', '') from plain_form,
      regexp_matches(plain_form.words, '(?<![\d.,])(\d{1,3}(?: \d{3}){1,4}(?:[.,]\d{1,2})?)(?!\d)', 'g') as found
    union all
    -- 1,087-20: pence behind a dash
    select regexp_replace(found[1], '[.,]', '', 'g') || '.' || found[2]
      from plain_form, regexp_matches(plain_form.words,
        '(?<![\d.,:/-])(\d{1,3}(?:[.,]?\d{3}){0,2})-(\d\d)(?![\d.,:/-])', 'g') as found
    union all
    -- 45 .3o: an amount that was torn, or holds letters for digits
    select translate(found[1] || '.' || found[2], 'oilsbz', '011582')
      from plain_form, regexp_matches(plain_form.words,
        '(?<![[:alnum:].,:''])([\doilsbz]{1,6}) ?[.,] ?([\doilsbz]{2})(?![[:alnum:]]|[.,]\d)', 'g') as found
      where regexp_count(found[1] || found[2], '\d') >= 2
  ), parts as (
    select number, substring(number from '[.,](\d+)$') as last_digits, regexp_count(number, '[.,'']') as separators
      from written
  )
  -- One or two digits after the last separator are a fraction, as are four and more after an only one: 12.03.2026 is
  -- none.
  select (regexp_replace(left(number, -length(last_digits) - 1), '[.,'']', '', 'g') || '.' || last_digits)::numeric
    from parts where length(last_digits) <= 2 or (last_digits is not null and separators = 1)
      or number ~ '^\d{1,3}(,\d{3})+\.\d{3}$'
  -- Three are thousands, or else.
  union select regexp_replace(number, '[.,'']', '', 'g')::numeric from parts where last_digits is null
    or length(last_digits) = 3
$$;
comment on function private.amounts_in(text) is
  'The amounts that words name, without their signs and currencies: with a decimal point or comma, and thousands '
  'parted by point, comma, apostrophe or space. 1.234 is both of its readings; 45 .3o is 45.30, 1,087-20 is 1087.20.';

revoke execute on function private.day_of(integer, integer, integer), private.years_of(text),
  private.digits_meant(text),
  private.plain_digits(text), private.years_of_era(text, text), private.dates_in(text), private.amounts_in(text)
    from public, anon, authenticated;
grant execute on function private.day_of(integer, integer, integer), private.years_of(text), private.digits_meant(text),
  private.plain_digits(text), private.years_of_era(text, text), private.dates_in(text),
  private.amounts_in(text) to service_role;
