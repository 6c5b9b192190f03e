-- What people's corrections teach: who sends such documents, and beside which words their date and their total stand.

create table private.document_clues (
  document_id uuid primary key references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  marks text[] not null,
  dates jsonb not null,
  amounts jsonb not null,

  constraint marks_are_few check (cardinality(marks) <= 12),
  constraint clues_are_small_lists check (
    jsonb_typeof(dates) = 'array' and jsonb_typeof(amounts) = 'array' and pg_column_size(dates) <= 16000
      and pg_column_size(amounts) <= 16000)
);
create index document_clues_by_user on private.document_clues (user_id);

comment on table private.document_clues is
  'What a correction of a document can teach, found in its text when it was described last, so that the edit only has '
  'to copy it.';
comment on column private.document_clues.marks is
  'What identifies the sender, as kind:value: numbers of the company or its tax (tax), accounts (iban), domains, '
  'telephone numbers (phone), the first lines of the letterhead (head).';
comment on column private.document_clues.dates is
  '[{value, label, nth, order}]: the dates, the words beside each, whether it is the first (1) or the last (-1) with '
  'these, and which of day and month it has first where its numbers do not tell.';
comment on column private.document_clues.amounts is 'The same of the amounts, without their signs.';

alter table private.document_clues enable row level security;
create policy "closed to users" on private.document_clues for all to anon, authenticated using (false);
revoke all on private.document_clues from anon, authenticated, service_role, public;
grant select, insert, update, delete on private.document_clues to service_role;

create table public.learned_hints (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users on delete cascade,
  document_id uuid references public.documents on delete set null,
  marks text[] not null,
  correspondent text,
  document_type text,
  instead_of text[] not null default '{}',
  date_label text,
  date_nth smallint,
  date_order text,
  amount_label text,
  amount_nth smallint,
  corrected_at timestamptz not null default now(),
  used integer not null default 0,
  used_at timestamptz,

  constraint a_hint_knows_its_sender check (cardinality(marks) between 1 and 12),
  constraint a_hint_teaches_something check (
    num_nonnulls(correspondent, document_type, date_label, amount_label) > 0),
  constraint a_label_has_its_place check (
    (date_label is null) = (date_nth is null) and (amount_label is null) = (amount_nth is null)),
  constraint places_are_the_first_or_the_last check (date_nth in (1, -1) and amount_nth in (1, -1)),
  constraint date_order_is_known check (date_order in ('day', 'month')),
  constraint used_is_not_negative check (used >= 0)
);
create index learned_hints_by_user on public.learned_hints (user_id, corrected_at);
create index learned_hints_by_document on public.learned_hints (document_id);

comment on table public.learned_hints is
  'What a user''s corrections taught, a row a sender: later documents of that sender get the same spelling and type, '
  'and their date and total from beside the same words. Written when sender, type, date or amount is edited; users '
  'read and delete them. At most 200 a user: the one that was not used for the longest time goes.';
comment on column public.learned_hints.document_id is 'The document that was corrected last; null once it is deleted.';
comment on column public.learned_hints.marks is
  'What identifies the sender in a text, as kind:value: see private.document_clues.';
comment on column public.learned_hints.correspondent is
  'The sender as the user writes it; null where that was not corrected.';
comment on column public.learned_hints.document_type is
  'The type that the user gave; null where that was not corrected.';
comment on column public.learned_hints.instead_of is
  'The types that were corrected to it: a document of the sender that reads like one of them, or like none, gets it.';
comment on column public.learned_hints.date_label is
  'The words beside the right date, in lower case without accents and numbers; empty for a date without any.';
comment on column public.learned_hints.date_nth is
  'Whether it is the first date with these words (1) or the last (-1).';
comment on column public.learned_hints.date_order is
  'What stands first in the sender''s dates of numbers, where a correction showed it.';
comment on column public.learned_hints.amount_label is 'The words beside the right amount.';
comment on column public.learned_hints.amount_nth is
  'Whether it is the first amount with these words (1) or the last (-1).';
comment on column public.learned_hints.corrected_at is 'When it was last corrected.';
comment on column public.learned_hints.used is
  'For how many descriptions it was used; uses at the same time may count as one.';

alter table public.learned_hints enable row level security;
create policy "users can read what was learned of them" on public.learned_hints
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can delete what was learned of them" on public.learned_hints
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.learned_hints from anon, authenticated, service_role, public;
revoke all on sequence public.learned_hints_id_seq from anon, authenticated, service_role, public;
grant select, delete on public.learned_hints to authenticated;
grant select, update on public.learned_hints to service_role;

create function private.weight_of_marks(marks text[]) returns integer
language sql immutable set search_path = '' as $$
  select coalesce(sum(case split_part(mark, ':', 1) when 'tax' then 4 when 'iban' then 4 when 'domain' then 3
    when 'phone' then 2 else 1 end), 0)::integer
  from unnest(marks) as mark
$$;
comment on function private.weight_of_marks(text[]) is
  'How much marks say of who a sender is: a tax number more than a telephone number or a line of a letterhead.';

create function private.shared_marks(known text[], found text[]) returns integer
language sql immutable set search_path = '' as $$
  select case
    -- Each has a tax number that the other lacks: what they share is the recipient's, or a platform's.
    when exists (select from unnest(known) as mark where mark like 'tax:%' and mark <> all (found))
      and exists (select from unnest(found) as mark where mark like 'tax:%' and mark <> all (known)) then 0
    -- The first lines of a page may be headings, or the recipient's: alone they have to be nearly all, and nothing
    -- surer is there.
    when not exists (select from unnest(known) as mark where mark not like 'head:%' and mark = any (found)) then case
      when exists (select from unnest(known || found) as mark where mark not like 'head:%') then 0
      when 2 * shared > private.weight_of_marks(known) then shared
      else 0 end
    when 3 * shared >= private.weight_of_marks(known) then shared
    else 0 end
  from private.weight_of_marks(array(select unnest(known) intersect select unnest(found))) as shared
$$;
comment on function private.shared_marks(text[], text[]) is
  'How much says that a document with some marks is of the sender with the known ones: the weight of those that both '
  'have, 0 where that is less than a third; of lines of a letterhead alone half, and 0 where either has surer marks.';

create function public.learned_hint_of(document_id uuid, marks text[]) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', hints.id, 'marks', hints.marks, 'correspondent', hints.correspondent,
    'document_type', hints.document_type,
    'instead_of', hints.instead_of, 'date_label', hints.date_label, 'date_nth', hints.date_nth, 'date_order',
    hints.date_order,
    'amount_label', hints.amount_label, 'amount_nth', hints.amount_nth, 'corrected_on',
    to_char(hints.corrected_at at time zone 'utc', 'YYYY-MM-DD'))
  from public.documents, public.learned_hints as hints,
    lateral private.shared_marks(hints.marks, learned_hint_of.marks) as shared
  where documents.id = learned_hint_of.document_id and hints.user_id = documents.user_id and shared > 0
  order by shared desc, hints.corrected_at desc limit 1
$$;
comment on function public.learned_hint_of(uuid, text[]) is
  'What the owner of a document taught of the sender with these marks: a row of learned_hints, with corrected_on as '
  'YYYY-MM-DD; null where nothing was.';

create function private.clue_of(clues jsonb, wanted text) returns table (label text, nth smallint, date_order text)
language sql immutable set search_path = '' as $$
  select clue ->> 'label', (clue ->> 'nth')::smallint, clue ->> 'order'
  from jsonb_array_elements(clues) with ordinality as listed (clue, place)
  where clue ->> 'value' = wanted
  order by place limit 1
$$;
comment on function private.clue_of(jsonb, text) is
  'What stands beside a value that a person gave: the first of the document''s clues with that value. No row where it '
  'stands nowhere.';

create function private.learn(before public.documents, after public.documents, edited text[]) returns void
language plpgsql set search_path = '' as $$
declare
  most constant integer := 200;
  clues private.document_clues;
  hint public.learned_hints;
  known boolean;
  beside record;
begin
  if not edited && array['correspondent', 'document_type', 'document_date', 'amount'] then
    return;
  end if;
  select * into clues from private.document_clues where document_id = after.id;
  if not found or cardinality(clues.marks) = 0 then
    return;
  end if;
  -- Waits for nobody: whoever edits holds documents. Of two rows for a sender the later one counts.
  select hints.* into hint
  from public.learned_hints as hints, lateral private.shared_marks(hints.marks, clues.marks) as shared
  where hints.user_id = after.user_id and shared > 0
  order by shared desc, hints.corrected_at desc limit 1 for update of hints skip locked;
  known := hint.id is not null;

  if 'correspondent' = any (edited) then
    hint.correspondent := after.correspondent;
  end if;
  if 'document_type' = any (edited) then
    hint.document_type := after.document_type;
    hint.instead_of := case when after.document_type is null then '{}'::text[] else array(
      select distinct type from unnest(coalesce(hint.instead_of, '{}') || before.document_type) as type
      where type <> after.document_type order by type limit 30) end;
  end if;
  if 'document_date' = any (edited) then
    select * into beside from private.clue_of(clues.dates, after.document_date::text);
    hint.date_label := beside.label;
    hint.date_nth := beside.nth;
    hint.date_order := coalesce(beside.date_order, hint.date_order);
  end if;
  if 'amount' = any (edited) then
    select * into beside from private.clue_of(clues.amounts, trim_scale(abs(after.amount))::text);
    hint.amount_label := beside.label;
    hint.amount_nth := beside.nth;
  end if;

  if num_nonnulls(hint.correspondent, hint.document_type, hint.date_label, hint.amount_label) = 0 then
    delete from public.learned_hints where id = hint.id;
    return;
  end if;
  if known then
    update public.learned_hints set document_id = after.id, correspondent = hint.correspondent,
      document_type = hint.document_type,
      instead_of = hint.instead_of, date_label = hint.date_label, date_nth = hint.date_nth,
      date_order = hint.date_order,
      amount_label = hint.amount_label, amount_nth = hint.amount_nth, corrected_at = now(),
      -- A bad scan shows fewer.
      marks = case when private.weight_of_marks(clues.marks) >= private.weight_of_marks(hint.marks) then clues.marks
        else hint.marks end
    where id = hint.id;
    return;
  end if;
  delete from public.learned_hints
  where id in (
    select id from public.learned_hints where user_id = after.user_id
    order by coalesce(used_at, corrected_at) desc, id desc offset most - 1 for update skip locked);
  insert into public.learned_hints (user_id, document_id, marks, correspondent, document_type, instead_of, date_label,
    date_nth, date_order, amount_label, amount_nth)
  values (after.user_id, after.id, clues.marks, hint.correspondent, hint.document_type, coalesce(hint.instead_of, '{}'),
    hint.date_label, hint.date_nth, hint.date_order, hint.amount_label, hint.amount_nth);
end
$$;
comment on function private.learn(public.documents, public.documents, text[]) is
  'Keeps what an edit of sender, type, date or amount says of its sender, in the place of what was learned before. A '
  'sender has one row, known by its marks.';

create function private.forget(document public.documents, undone text[]) returns void
language sql set search_path = '' as $$
  delete from public.learned_hints
  where document_id = document.id and user_id = document.user_id
    and undone && array['correspondent', 'document_type', 'document_date', 'amount'];
$$;
comment on function private.forget(public.documents, text[]) is
  'An edit that is taken back teaches nothing: what was last learned of that document is forgotten.';

create function private.keep_clues(document public.documents, found jsonb) returns void
language sql set search_path = '' as $$
  insert into private.document_clues as kept (document_id, user_id, marks, dates, amounts)
  select document.id, document.user_id, array(select jsonb_array_elements_text(found -> 'marks')), found -> 'dates',
    found -> 'amounts'
  where jsonb_typeof(found) = 'object'
  on conflict (document_id) do update set marks = excluded.marks, dates = excluded.dates, amounts = excluded.amounts
$$;
comment on function private.keep_clues(public.documents, jsonb) is
  'Keeps what a correction of a document could teach: {marks, dates, amounts} as describing found it.';

create function private.use_hint(owner uuid, learned jsonb, written jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  hint public.learned_hints;
  fields constant text[] := array(
    select field from private.metadata_fields()
    where use_hint.written ? field and field in (select jsonb_array_elements_text(use_hint.learned -> 'fields'))
      order by place);
begin
  select * into hint from public.learned_hints where user_id = use_hint.owner
    and id = (use_hint.learned ->> 'hint_id')::bigint;
  if not found or cardinality(fields) = 0 then
    return null;
  end if;
  -- Waits for nobody, as the count is but a count.
  update public.learned_hints set used = used + 1, used_at = now()
  where id = (select id from public.learned_hints where id = hint.id for update skip locked);
  return jsonb_build_object('hint_id', hint.id, 'fields', fields, 'corrected_on',
    (hint.corrected_at at time zone 'utc')::date, 'message', format('As you corrected this sender on %s: %s.',
    to_char(hint.corrected_at at time zone 'utc', 'YYYY-MM-DD'), private.labels_of(fields)));
end
$$;
comment on function private.use_hint(uuid, jsonb, jsonb) is
  'Counts the use of a hint, {hint_id, fields}, for the fields that were written. Returns {hint_id, fields, '
  'corrected_on, message} for the document''s history; null where it was used for none.';

create function private.taught_name(document_id uuid, words text, name text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.documents
    join public.learned_hints as hints on hints.user_id = documents.user_id and hints.correspondent = taught_name.name
    cross join lateral unnest(hints.marks) as mark
    where documents.id = taught_name.document_id and mark !~ '^head:'
      and position(regexp_replace(lower(substring(mark from ':(.*)$')), '[^[:alnum:]]', '', 'g')
        in regexp_replace(taught_name.words, '[^[:alnum:]]', '', 'g')) > 0)
$$;
comment on function private.taught_name(uuid, text, text) is
  'Whether words of a document, as private.plain writes them, bear a mark that its owner taught to be this sender''s: '
  'a number of the company, an account, a domain or a telephone number.';

revoke execute on function private.weight_of_marks(text[]), private.shared_marks(text[], text[]),
  public.learned_hint_of(uuid, text[]),
  private.clue_of(jsonb, text), private.learn(public.documents, public.documents, text[]),
  private.forget(public.documents, text[]),
  private.keep_clues(public.documents, jsonb), private.use_hint(uuid, jsonb, jsonb),
  private.taught_name(uuid, text, text)
  from public, anon, authenticated, service_role;
grant execute on function private.weight_of_marks(text[]), private.shared_marks(text[], text[]),
  public.learned_hint_of(uuid, text[]),
  private.keep_clues(public.documents, jsonb), private.use_hint(uuid, jsonb, jsonb),
  private.taught_name(uuid, text, text)
  to service_role;
