-- What corrections of extracted values teach: where a sender's papers have the values of a schema.

create table public.extraction_hints (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users on delete cascade,
  schema_id uuid not null references public.extraction_schemas on delete cascade,
  document_id uuid references public.documents on delete set null,
  marks text[] not null,
  path text not null,
  value jsonb not null,
  label text not null default '',
  page integer,
  quote text,
  places jsonb not null default jsonb_build_array(),
  corrected_at timestamptz not null default now(),
  used integer not null default 0,
  used_at timestamptz,

  constraint an_extraction_hint_knows_its_sender check (cardinality(marks) between 1 and 12),
  constraint extraction_hint_is_small
    check (octet_length(value::text) <= 4000 and length(label) <= 100 and length(quote) <= 400),
  constraint hint_places_are_a_small_list
    check (jsonb_typeof(places) = 'array' and octet_length(places::text) <= 200000),
  constraint extraction_hint_uses_are_not_negative check (used >= 0)
);
create index extraction_hints_by_schema on public.extraction_hints (user_id, schema_id, path);
create index extraction_hints_by_age on public.extraction_hints (user_id, coalesce(used_at, corrected_at));
create index extraction_hints_of_schema on public.extraction_hints (schema_id);
create index extraction_hints_by_document on public.extraction_hints (document_id);

comment on table public.extraction_hints is
  'What a user''s corrections of extracted values taught, a row for each field of a schema and sender: later documents '
  'of that sender get the value from beside the same words, and a model is shown it as an example. Users read and '
  'delete them. At most 1,000 a user: the one that was not used for the longest time goes.';
comment on column public.extraction_hints.document_id is
  'The document that was corrected last; null once it is deleted.';
comment on column public.extraction_hints.marks is
  'What identifies the sender in a text, as kind:value: see private.document_clues.';
comment on column public.extraction_hints.value is 'The value that the person gave.';
comment on column public.extraction_hints.label is
  'The words before the value, in lower case without accents and numbers; empty for a value without any.';
comment on column public.extraction_hints.quote is 'The line that the value stands in.';
comment on column public.extraction_hints.places is
  '[{page, line, text, words, from_top, from_bottom}]: the lines in which the value stands, the likeliest first, with '
  'the lines around it and their word boxes as [text, x0, y0, x1, y1, confidence]. The extractor compares what stands '
  'there with a new document.';
comment on column public.extraction_hints.corrected_at is 'When it was last corrected.';
comment on column public.extraction_hints.used is
  'How many extractions it was used for; uses at the same time may count as one.';

alter table public.extraction_hints enable row level security;
create policy "users can read what their corrections of values taught" on public.extraction_hints
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can delete what their corrections of values taught" on public.extraction_hints
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.extraction_hints from anon, authenticated, service_role, public;
revoke all on sequence public.extraction_hints_id_seq from anon, authenticated, service_role, public;
grant select, delete on public.extraction_hints to authenticated;
grant select, update on public.extraction_hints to service_role;

create function private.label_before(line text, kind text, field jsonb, value jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  most_words constant integer := 80;
  tokens constant text[] := (regexp_split_to_array(btrim(line), '\s+'))[1:most_words];
  label text := '';
  words text;
begin
  -- From the end: the first place from which on the words still say the value is where it begins.
  for start in reverse coalesce(cardinality(tokens), 0)..1 loop
    words := private.plain(array_to_string(tokens[start:], ' '));
    if private.says_value(words, private.signed_amounts(words, false), kind, field, value) then
      for before in reverse start - 1..greatest(start - 6, 1) loop
        exit when tokens[before] ~ '\d';
        label := tokens[before] || ' ' || label;
      end loop;
      return left(btrim(regexp_replace(private.plain(label), '[^[:alnum:]]+', ' ', 'g')), 100);
    end if;
  end loop;
  return '';
end
$$;
comment on function private.label_before(text, text, jsonb, jsonb) is
  'The words before a value in a line, without those with digits; empty where there are none.';

create function private.places_of_value(document_id uuid, path text, field jsonb, value jsonb, taken text[])
  returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  most_places constant integer := 3;
  most_lines constant integer := 1500;
  kind constant text := private.field_kind(field);
  in_table constant boolean := path like '%.%';
  counted constant boolean := kind in ('money', 'number', 'integer');
  -- Looking at every line closely takes long: most lack the digits of the value.
  digits constant text := case
    when counted then nullif(trunc(abs(coalesce(value ->> 'amount', value #>> '{}')::numeric))::text, '0')
    when kind = 'date' then extract(day from (value #>> '{}')::date)::text end;
  above constant integer := case when in_table then 40 else 8 end;
  below constant integer := case when in_table then 3 else 5 end;
begin
  return (
    with pages as materialized (
      select page_number, text, words from public.document_pages
      where document_pages.document_id = places_of_value.document_id and error is null and text ~ '\S'
        order by page_number limit 60
    ), lines as materialized (
      select pages.page_number, split.line, split.nth,
        count(*) over (partition by pages.page_number) as of_page,
        sum(cardinality(regexp_split_to_array(btrim(split.line), '\s+'))) over (partition by pages.page_number
          order by split.nth) as words_to_here
      from pages, regexp_split_to_table(left(pages.text, 200000), '[\n\r\f\v]+') with ordinality as split (line, nth)
      where split.line ~ '\S' order by pages.page_number, split.nth limit most_lines
    ), likely as materialized (
      select lines.*, private.plain(lines.line) as plain from lines
      where length(lines.line) <= 400
        and (digits is null or strpos(regexp_replace(private.plain_digits(lines.line), '[^[:digit:]]', '', 'g'),
        digits) > 0)
    ), found as materialized (
      select likely.* from likely
      where private.says_value(likely.plain, case when counted then private.signed_amounts(likely.plain, in_table) end,
        kind, field, value)
      order by
        -- A line that another field was read from is less likely this one's.
        exists (select from unnest(taken) as quote where strpos(likely.plain, private.plain(quote)) > 0),
        -- Sums stand at the end, what a paper is called by at its beginning.
        case when counted and not in_table then -likely.page_number else likely.page_number end,
        case when counted and not in_table then -likely.nth else likely.nth end
      limit most_places
    ), around as (
      select found.*, (
          select string_agg(near.line, chr(10) order by near.nth) from lines as near
          where near.page_number = found.page_number and near.nth between found.nth - above and found.nth + below)
            as context,
        (select min(near.words_to_here - cardinality(regexp_split_to_array(btrim(near.line), '\s+'))) from lines as near
          where near.page_number = found.page_number and near.nth between found.nth - above and found.nth + below)
            as first_word,
        (select max(near.words_to_here) from lines as near
          where near.page_number = found.page_number and near.nth between found.nth - above and found.nth + below)
            as last_word,
        row_number() over () as rank
      from found
    )
    select coalesce(jsonb_agg(jsonb_build_object('page', around.page_number, 'line', around.line, 'text',
      around.context,
      'from_top', around.nth - 1, 'from_bottom', around.of_page - around.nth,
      'words', case when boxes.size <= 60000 then boxes.words end) order by around.rank), jsonb_build_array())
    from around left join lateral (
      select jsonb_agg(jsonb_build_array(word ->> 'text', word -> 'x0', word -> 'y0', word -> 'x1', word -> 'y1',
        word -> 'confidence') order by nth) as words, sum(octet_length(word ->> 'text') + 40) as size
      from pages, jsonb_array_elements(case when jsonb_typeof(pages.words) = 'array' then pages.words else '[]' end)
        with ordinality as listed (word, nth)
      -- The words of a text are in its order; a few more, where some were left out of it.
      where pages.page_number = around.page_number and nth between around.first_word - 30 and around.last_word + 30
    ) as boxes on true);
end
$$;
comment on function private.places_of_value(uuid, text, jsonb, jsonb, text[]) is
  'The lines of a document in which a value stands, the likeliest first, with what stands around them: see '
  'public.extraction_hints.places. taken: what other fields were read from.';

create function private.learn_value(extraction public.extractions, path text, field jsonb, value jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  most constant integer := 1000;
  clues private.document_clues;
  hint_id bigint;
  stood_at jsonb;
  likeliest jsonb;
begin
  select * into clues from private.document_clues where document_id = (extraction).document_id;
  if not found or cardinality(clues.marks) = 0 then
    return;
  end if;
  -- Waits for nobody, as private.learn.
  select hints.id into hint_id
  from public.extraction_hints as hints, lateral private.shared_marks(hints.marks, clues.marks) as shared
  where hints.user_id = (extraction).user_id and hints.schema_id = (extraction).schema_id
    and hints.path = learn_value.path and shared > 0
  order by shared desc, hints.corrected_at desc limit 1 for update of hints skip locked;
  if learn_value.value is null then
    delete from public.extraction_hints where id = hint_id;
    return;
  end if;
  stood_at := private.places_of_value((extraction).document_id, learn_value.path, learn_value.field, learn_value.value,
    array(
    select quote from public.extracted_values
    where extraction_id = (extraction).id and extracted_values.path <> learn_value.path and quote is not null
      and extracted_values.path not like '%.%' limit 100));
  likeliest := stood_at -> 0;
  if likeliest is null then
    -- It was misread, or stands nowhere: that says nothing of where it is.
    return;
  end if;
  if hint_id is not null then
    update public.extraction_hints as hints set document_id = (extraction).document_id, value = learn_value.value,
      places = stood_at, page = (likeliest ->> 'page')::integer,
      quote = left(likeliest ->> 'line', 400),
      label = private.label_before(likeliest ->> 'line', private.field_kind(learn_value.field), learn_value.field,
        learn_value.value), corrected_at = now(),
      marks = case when private.weight_of_marks(clues.marks) >= private.weight_of_marks(hints.marks) then clues.marks
        else hints.marks end
    where hints.id = hint_id;
    return;
  end if;
  delete from public.extraction_hints
  where id in (
    select id from public.extraction_hints where user_id = (extraction).user_id
    order by coalesce(used_at, corrected_at) desc offset most - 1 for update skip locked);
  insert into public.extraction_hints (user_id, schema_id, document_id, marks, path, value, places, page, quote, label)
  values ((extraction).user_id, (extraction).schema_id, (extraction).document_id, clues.marks, learn_value.path,
    learn_value.value, stood_at, (likeliest ->> 'page')::integer,
    left(likeliest ->> 'line', 400),
    private.label_before(likeliest ->> 'line', private.field_kind(learn_value.field), learn_value.field,
      learn_value.value));
end
$$;
comment on function private.learn_value(public.extractions, text, jsonb, jsonb) is
  'Keeps where a value that a person gave stands, in the place of what was learned before of that field and sender. A '
  'value of null, one that the document has not, forgets it.';

create function private.hints_for(document_id uuid, schema_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', best.id, 'path', best.path, 'value', best.value, 'label',
      best.label, 'page', best.page, 'quote', best.quote, 'places', best.places,
      'corrected_on', to_char(best.corrected_at at time zone 'utc', 'YYYY-MM-DD')) order by best.path),
        jsonb_build_array())
    from (
      select distinct on (hints.path) hints.*
      from private.document_clues as clues
      join public.extraction_hints as hints on hints.user_id = clues.user_id and hints.schema_id = hints_for.schema_id
      cross join lateral private.shared_marks(hints.marks, clues.marks) as shared
      where clues.document_id = hints_for.document_id and shared > 0
      order by hints.path, shared desc, hints.corrected_at desc
    ) as best);
end
$$;
comment on function private.hints_for(uuid, uuid) is
  'What the owner of a document taught of a schema and the sender of the document: [{id, path, value, label, page, '
  'quote, places, corrected_on}], one a field.';

create function private.taught_fields(fields jsonb, document_id uuid, schema_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  hint record;
  place text[];
  taught jsonb := taught_fields.fields;
begin
  for hint in
    select learned ->> 'path' as path, learned ->> 'label' as label
    from jsonb_array_elements(private.hints_for(taught_fields.document_id, taught_fields.schema_id)) as learned
      where learned ->> 'label' <> ''
  loop
    place := case when hint.path like '%.%'
      then array['properties', split_part(hint.path, '.', 1), 'items', 'properties', split_part(hint.path, '.', 2)]
      else array['properties', hint.path] end;
    if jsonb_typeof(taught #> (place || 'labels'::text)) = 'array' then
      taught := jsonb_set(taught, place || 'labels'::text, (taught #> (place || 'labels'::text))
        || to_jsonb(hint.label));
      -- Which of them is the sender's own: another label of the field may stand beside another value there.
      taught := jsonb_set(taught, place || 'taught'::text, jsonb_build_array(hint.label));
    end if;
  end loop;
  return taught;
end
$$;
comment on function private.taught_fields(jsonb, uuid, uuid) is
  'The fields of a schema with the labels that the owner taught for the sender of a document, among the others and as '
  '"taught".';

create function private.use_extraction_hints(owner uuid, extraction_id uuid, learned jsonb) returns text
language plpgsql set search_path = '' as $$
declare
  used_hints bigint[];
  message text;
begin
  select array_agg(hints.id), format('As you corrected this sender on %s: %s.',
    to_char(max(hints.corrected_at) at time zone 'utc', 'YYYY-MM-DD'),
    string_agg(distinct replace(hints.path, '_', ' '), ', '))
  into used_hints, message
  from public.extraction_hints as hints
  where hints.user_id = use_extraction_hints.owner
    and hints.id in (select one::bigint
      from jsonb_array_elements_text(case when jsonb_typeof(learned) = 'array' then learned else '[]' end) as one
      where one ~ '^\d{1,18}$')
    and exists (
      select from public.extracted_values
      where extracted_values.extraction_id = use_extraction_hints.extraction_id and extracted_values.path = hints.path
        and proof <> 'person');
  update public.extraction_hints set used = used + 1, used_at = now()
  where id in (select id from public.extraction_hints where id = any (used_hints) for update skip locked);
  return case when used_hints is not null then message end;
end
$$;
comment on function private.use_extraction_hints(uuid, uuid, jsonb) is
  'Counts the use of hints, by their ids, for values that were written. Returns the sentence for the document''s '
  'history; null where none was used.';

revoke execute on function private.label_before(text, text, jsonb, jsonb),
  private.places_of_value(uuid, text, jsonb, jsonb, text[]),
  private.learn_value(public.extractions, text, jsonb, jsonb), private.hints_for(uuid, uuid),
  private.taught_fields(jsonb, uuid, uuid),
  private.use_extraction_hints(uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.hints_for(uuid, uuid), private.taught_fields(jsonb, uuid, uuid),
  private.use_extraction_hints(uuid, uuid, jsonb) to service_role;
