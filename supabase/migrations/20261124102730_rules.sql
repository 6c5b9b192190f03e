-- Rules: what a user wants to happen to documents that look a certain way. Data, not code: a list of conditions and a
-- list of actions.

alter table private.settings
  add column rules_per_user integer not null default 100,
  add constraint rules_per_user_is_not_negative check (rules_per_user >= 0);
comment on column private.settings.rules_per_user is 'Rules that a user may have.';

create table public.rules (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  name text not null,
  position integer not null default 0,
  conditions jsonb not null default jsonb_build_object(),
  actions jsonb not null,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_user_has_a_rule_name_once unique (user_id, name),
  constraint rule_name_is_one_short_line check (name ~ '\S' and name !~ '[[:cntrl:]]' and length(name) <= 100)
);
comment on table public.rules is
  'A user''s rules: a document that is completed and meets all conditions of a rule gets what its actions say. Owners '
  'write them through the Data API. docs/rules.md.';
comment on column public.rules.position is
  'Rules run in this order, the lowest first, then the oldest. The first rule that sets a field keeps it.';
comment on column public.rules.conditions is
  'All of them must hold; of a list one is enough. {} holds for every document. docs/rules.md has them.';
comment on column public.rules.actions is 'What the rule does, at least one thing. docs/rules.md has them.';
comment on column public.rules.enabled is 'Whether it runs.';

alter table public.rules enable row level security;
create policy "users can read their own rules" on public.rules
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can make rules of their own" on public.rules
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "users can change their own rules" on public.rules
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "users can delete their own rules" on public.rules
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.rules from anon, authenticated, service_role, public;
grant select, delete on public.rules to authenticated;
grant insert (id, name, position, conditions, actions, enabled) on public.rules to authenticated;
grant update (name, position, conditions, actions, enabled) on public.rules to authenticated;
grant select on public.rules to service_role;

create table private.compiled_rules (
  id uuid primary key references public.rules on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  name text not null,
  position integer not null,
  enabled boolean not null,
  created_at timestamptz not null,
  document_types text[],
  senders text[],
  tags text[],
  text_query tsquery,
  name_query tsquery,
  amount_from numeric,
  amount_to numeric,
  currencies text[],
  languages text[],
  date_from date,
  date_to date,
  sources text[],
  inbox_addresses uuid[],
  upload_links uuid[],
  formats text[],
  extracted jsonb,
  actions jsonb not null
);
create index compiled_rules_by_user on private.compiled_rules (user_id, position, created_at, id);
comment on table private.compiled_rules is
  'The rules in the form in which they are compared with a document: done once when a rule is written, so that a '
  'hundred of them cost little. A condition that is null always holds.';
comment on column private.compiled_rules.text_query is 'Compared with the words of the text in document_search.';
comment on column private.compiled_rules.name_query is 'Compared with the words of the names.';
comment on column private.compiled_rules.extracted is
  'Conditions on extracted values; rules that have any run when an extraction is completed, too.';
alter table private.compiled_rules enable row level security;
create policy "closed to users" on private.compiled_rules for all to anon, authenticated using (false);
revoke all on private.compiled_rules from anon, authenticated, service_role, public;
grant select on private.compiled_rules to service_role;

create function private.rule_parts() returns table (part text, field text, kind text)
language sql immutable parallel safe set search_path = ''
begin atomic
  select * from (values
    ('conditions', 'document_types', 'texts'),
    ('conditions', 'senders', 'texts'),
    ('conditions', 'tags', 'texts'),
    ('conditions', 'text_words', 'words'),
    ('conditions', 'name_words', 'words'),
    ('conditions', 'amount_from', 'number'),
    ('conditions', 'amount_to', 'number'),
    ('conditions', 'currencies', 'currencies'),
    ('conditions', 'languages', 'texts'),
    ('conditions', 'date_from', 'date'),
    ('conditions', 'date_to', 'date'),
    ('conditions', 'sources', 'sources'),
    ('conditions', 'inbox_addresses', 'inbox_addresses'),
    ('conditions', 'upload_links', 'upload_links'),
    ('conditions', 'formats', 'texts'),
    ('conditions', 'values', 'values'),
    ('actions', 'add_tags', 'tags'),
    ('actions', 'remove_tags', 'texts'),
    ('actions', 'document_type', 'type'),
    ('actions', 'correspondent', 'line'),
    ('actions', 'name', 'pattern'),
    ('actions', 'keep_years', 'years'),
    ('actions', 'hold', 'true'),
    ('actions', 'schemas', 'schemas'),
    ('actions', 'webhooks', 'webhooks')
  ) as parts (part, field, kind);
end;
comment on function private.rule_parts() is
  'What a rule may consist of: its conditions and actions, and of which kind the value of each is.';

create function private.texts_of(list jsonb) returns text[]
language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(list) = 'array' then array(select jsonb_array_elements_text(list)) end
$$;
comment on function private.texts_of(jsonb) is 'The texts of a list; null where there is none.';

create function private.name_placeholders(pattern text) returns text[]
language sql immutable set search_path = '' as $$
  select array(select found[1] from regexp_matches(pattern, '\{([^{}]*)\}', 'g') as found)
$$;
comment on function private.name_placeholders(text) is 'What stands in braces in a pattern for names.';

create function private.are_texts(list jsonb, longest integer) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_typeof(list) = 'array' and jsonb_array_length(list) between 1 and 50 and (
    select bool_and(jsonb_typeof(one) = 'string' and one #>> '{}' ~ '\S' and one #>> '{}' !~ '[[:cntrl:]]'
      and length(one #>> '{}') <= longest)
    from jsonb_array_elements(list) as one), false)
$$;
comment on function private.are_texts(jsonb, integer) is 'Whether it is a list of 1 to 50 texts of one line.';

create function private.rule_value_error(kind text, value jsonb, owner uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  one jsonb;
  unknown text;
begin
  case kind
    when 'texts' then
      if not private.are_texts(value, 200)
        then return 'is a list of 1 to 50 texts, each of one line and at most 200 characters'; end if;
    when 'words' then
      if not private.are_texts(value, 200)
        then return 'is a list of 1 to 50 words or phrases, each at most 200 characters'; end if;
      for one in select * from jsonb_array_elements(value) loop
        if numnode(phraseto_tsquery('public.unaccented', one #>> '{}')) = 0
          then return format('has no word in “%s”', one #>> '{}'); end if;
      end loop;
    when 'tags' then
      if not private.are_texts(value, 40)
        or exists (select from jsonb_array_elements_text(value) as tag where tag is distinct from private.tag_of(tag))
        then
        return 'is a list of 1 to 50 tags in lower case with hyphens: "tax-2026"';
      end if;
    when 'type' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '\S' or value #>> '{}' ~ '[[:cntrl:]]'
        or length(value #>> '{}') > 100 then
        return 'is one line of at most 100 characters';
      end if;
    when 'line' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '\S' or value #>> '{}' ~ '[[:cntrl:]]'
        or length(value #>> '{}') > 200 then
        return 'is one line of at most 200 characters';
      end if;
    when 'pattern' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '\S' or value #>> '{}' ~ '[[:cntrl:]]'
        or length(value #>> '{}') > 150 then
        return 'is one line of at most 150 characters';
      end if;
      select string_agg(distinct format('{%s}', name), ', ') into unknown
        from unnest(private.name_placeholders(value #>> '{}')) as name
      where name not in ('type', 'sender', 'date', 'year', 'month', 'amount', 'currency', 'name', 'filename');
      if unknown is not null then
        return format('has unknown placeholders: %s. Known: {type}, {sender}, {date}, {year}, {month}, {amount}, {currency}, {name}, {filename}', left(unknown, 200));
      end if;
    when 'number' then
      if jsonb_typeof(value) <> 'number' or abs(value::numeric) > 1000000000000 then return 'is a number'; end if;
    when 'years' then
      if jsonb_typeof(value) <> 'number'
        or value::numeric not in (select generate_series(1, 100)) then return 'is a number of years, 1 to 100'; end if;
    when 'true' then
      if value <> 'true' then return 'is true'; end if;
    when 'date' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '^\d{4}-\d\d-\d\d$'
        or not pg_input_is_valid(value #>> '{}', 'date') then
        return 'is a day: "2026-03-15"';
      end if;
    when 'currencies' then
      if not private.are_texts(value, 3)
        or value::text ~ '[a-z]' then return 'is a list of currencies: ["EUR"]'; end if;
    when 'sources' then
      if not private.are_texts(value, 200) or not private.texts_of(value) <@ private.document_sources() then
        return format('is a list of %s', array_to_string(private.document_sources(), ', '));
      end if;
    when 'inbox_addresses' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.inbox_addresses as addresses where addresses.user_id = owner
          and addresses.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your mail addresses';
      end if;
    when 'upload_links' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.upload_links as links where links.user_id = owner
          and links.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your upload links';
      end if;
    when 'schemas' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.extraction_schemas as schemas where schemas.user_id = owner
          and schemas.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your extraction schemas';
      end if;
    when 'webhooks' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.webhook_endpoints as endpoints where endpoints.user_id = owner
          and endpoints.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your webhooks';
      end if;
    when 'values' then
      if jsonb_typeof(value) <> 'array' or jsonb_array_length(value) not between 1 and 10 then
        return 'is a list of 1 to 10 conditions on extracted values';
      end if;
      for one in select * from jsonb_array_elements(value) loop
        if jsonb_typeof(one) <> 'object' then return 'is a list of {"schema_id", "path", "is", "from", "to"}'; end if;
        select string_agg(format('"%s"', left(key, 60)), ', ') into unknown from jsonb_object_keys(one) as key
          where key not in ('schema_id', 'path', 'is', 'from', 'to');
        if unknown is not null then return format('has unknown fields: %s', left(unknown, 200)); end if;
        if coalesce(jsonb_typeof(one -> 'path') <> 'string', true) or length(one ->> 'path') > 200
          or not exists (select from public.extraction_schemas as schemas where schemas.user_id = owner
            and schemas.id::text = one ->> 'schema_id') then
          return 'names a "schema_id" of yours and the "path" of a field';
        end if;
        if not one ?| array['is', 'from', 'to']
          or one ? 'is' and not private.are_texts(one -> 'is', 300)
          or one ? 'from' and (jsonb_typeof(one -> 'from') <> 'number' or abs((one -> 'from')::numeric) > 1000000000000)
          or one ? 'to' and (jsonb_typeof(one -> 'to') <> 'number' or abs((one -> 'to')::numeric) > 1000000000000) then
          return 'compares each value: "is" with a list of texts, "from" and "to" with numbers';
        end if;
      end loop;
    else return 'is of an unknown kind';
  end case;
  return null;
end
$$;
comment on function private.rule_value_error(text, jsonb, uuid) is
  'What is wrong with the value of a condition or an action of that kind, as the end of a sentence; null when nothing '
  'is.';

create function private.rule_error(conditions jsonb, actions jsonb, owner uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  wrong text;
begin
  if jsonb_typeof(conditions) is distinct from 'object' or jsonb_typeof(actions) is distinct from 'object' then
    return 'conditions and actions are objects.';
  end if;
  if octet_length(conditions::text) + octet_length(actions::text) > 20000 then
    return 'A rule has at most 20,000 bytes.';
  end if;
  select string_agg(format('%s.%s', given.part, left(given.field, 60)), ', ' order by given.part desc, given.field)
    into wrong
  from (select 'conditions' as part, jsonb_object_keys(conditions) as field union all select 'actions',
    jsonb_object_keys(actions)) as given
  where not exists (select from private.rule_parts() as known where known.part = given.part
    and known.field = given.field);
  if wrong is not null then
    return format('Unknown fields: %s. docs/rules.md has those that there are.', left(wrong, 500));
  end if;
  if actions = jsonb_build_object() then
    return 'A rule has at least one action.';
  end if;
  select string_agg(format('%s.%s %s.', known.part, known.field, problem), ' ') into wrong
  from private.rule_parts() as known
  cross join lateral (select case known.part when 'conditions' then conditions
    else actions end -> known.field as value) as given
  cross join lateral private.rule_value_error(known.kind, given.value, owner) as problem
  where given.value is not null and problem is not null;
  return left(wrong, 1000);
end
$$;
comment on function private.rule_error(jsonb, jsonb, uuid) is
  'What is wrong with a rule of that user, in sentences that name every field: unknown ones, else those with a wrong '
  'value. Null when nothing is.';

create function private.words_query(words jsonb, parted boolean) returns tsquery
language plpgsql stable set search_path = '' as $$
declare
  phrase text;
  wanted tsquery;
begin
  for phrase in select case when parted then regexp_replace(word, '[^[:alnum:]]+', ' ', 'g') else word end
    from jsonb_array_elements_text(words) as word loop
    wanted := case when wanted is null then phraseto_tsquery('public.unaccented', phrase) else wanted
      || phraseto_tsquery('public.unaccented', phrase) end;
  end loop;
  return wanted;
end
$$;
comment on function private.words_query(jsonb, boolean) is
  'The words and phrases of a condition, of which one is enough, as they are compared; parted: at all that is no '
  'letter or digit, as names are. Null where there are none.';

create function private.compile_rule(rule public.rules) returns private.compiled_rules
language plpgsql stable set search_path = '' as $$
declare
  given constant jsonb := rule.conditions;
  compiled private.compiled_rules;
begin
  compiled.id := rule.id;
  compiled.user_id := rule.user_id;
  compiled.name := rule.name;
  compiled.position := rule.position;
  compiled.enabled := rule.enabled;
  compiled.created_at := rule.created_at;
  compiled.document_types := private.texts_of(given -> 'document_types');
  compiled.senders := array(select lower(btrim(sender)) from unnest(private.texts_of(given -> 'senders')) as sender);
  if compiled.senders = '{}' then compiled.senders := null; end if;
  compiled.tags := private.texts_of(given -> 'tags');
  compiled.text_query := private.words_query(given -> 'text_words', false);
  compiled.name_query := private.words_query(given -> 'name_words', true);
  compiled.amount_from := (given ->> 'amount_from')::numeric;
  compiled.amount_to := (given ->> 'amount_to')::numeric;
  compiled.currencies := private.texts_of(given -> 'currencies');
  compiled.languages := private.texts_of(given -> 'languages');
  compiled.date_from := (given ->> 'date_from')::date;
  compiled.date_to := (given ->> 'date_to')::date;
  compiled.sources := private.texts_of(given -> 'sources');
  compiled.inbox_addresses := private.texts_of(given -> 'inbox_addresses')::uuid[];
  compiled.upload_links := private.texts_of(given -> 'upload_links')::uuid[];
  compiled.formats := private.texts_of(given -> 'formats');
  compiled.extracted := given -> 'values';
  compiled.actions := rule.actions;
  return compiled;
end
$$;
comment on function private.compile_rule(public.rules) is
  'A rule that private.rule_error has passed, in the form in which it is compared.';

create function private.check_rule() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := (select rules_per_user from private.settings);
  wrong text;
begin
  -- What a rule names may be gone since it was written: then it can still be moved, renamed and disabled.
  if tg_op = 'INSERT' or (new.conditions, new.actions) is distinct from (old.conditions, old.actions) then
    wrong := private.rule_error(new.conditions, new.actions, new.user_id);
  end if;
  if wrong is not null then
    perform private.refuse(400, 'invalid_request', wrong);
  end if;
  if tg_op = 'INSERT' then
    -- One at a time, so that two do not each see room for the last one.
    perform pg_advisory_xact_lock(hashtextextended('rules ' || new.user_id, 0));
    if (select count(*) from public.rules where user_id = new.user_id) >= most then
      perform private.refuse(409, 'not_allowed_now', format('You have %s rules. Delete one first.', most));
    end if;
  end if;
  return new;
end
$$;
comment on function private.check_rule() is
  'Trigger: refuses a rule that has unknown fields or wrong values, and names them; keeps a user''s rules few. Errors: '
  'invalid_request (400), not_allowed_now (409).';

create function private.keep_compiled_rule() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.compiled_rules where id = new.id;
  insert into private.compiled_rules select (private.compile_rule(new)).*;
  return null;
end
$$;
comment on function private.keep_compiled_rule() is 'Trigger: compiles a rule that was written.';

create trigger rules_admit_edit before insert or update or delete on public.rules
  for each statement when (current_user = 'authenticated') execute function private.admit_edit();
create trigger rules_are_checked before insert or update on public.rules
  for each row execute function private.check_rule();
create trigger rules_touch_updated_at before update on public.rules
  for each row execute function private.touch_updated_at();
create trigger on_rules_written after insert or update on public.rules
  for each row execute function private.keep_compiled_rule();

create function private.document_sources() returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select array['upload', 'part', 'upload_link', 'mail']
$$;
comment on function private.document_sources() is 'The ways in which documents come; see private.source_of.';

create function private.source_of(document public.documents) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when document.parent_id is not null then 'part'
    when exists (select from private.handed_in where document_id = document.id) then 'upload_link'
    when exists (select from private.mails where document_id = document.id) then 'mail'
    else 'upload' end;
end
$$;
comment on function private.source_of(public.documents) is
  'How a document came: by its owner (upload), in another file (part), by an upload link (upload_link), or as a mail '
  '(mail).';

revoke execute on function
  private.rule_parts(), private.texts_of(jsonb), private.name_placeholders(text), private.are_texts(jsonb, integer),
  private.rule_value_error(text, jsonb, uuid), private.rule_error(jsonb, jsonb, uuid),
  private.words_query(jsonb, boolean),
  private.compile_rule(public.rules), private.check_rule(), private.keep_compiled_rule(), private.document_sources(),
  private.source_of(public.documents)
  from public, anon, authenticated, service_role;
grant execute on function private.texts_of(jsonb), private.name_placeholders(text),
  private.source_of(public.documents) to service_role;
