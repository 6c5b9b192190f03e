-- Rules meet a document: which of them match, and what they make of it. In the transaction that completes the
-- document, and when an extraction is settled.

create function private.meets_extracted(document_id uuid, wanted jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  one record;
begin
  for one in select * from jsonb_to_recordset(wanted) as one (schema_id uuid, path text, "is" jsonb, "from" numeric,
    "to" numeric) loop
    if not exists (
      select from public.extracted_values as found
      where found.document_id = meets_extracted.document_id and found.schema_id = one.schema_id
        and found.path = one.path
        and (one."is" is null or lower(found.text_value) in (select lower(left(accepted, 300))
          from jsonb_array_elements_text(one."is") as accepted))
        and (one."from" is null or found.number_value >= one."from")
        and (one."to" is null or found.number_value <= one."to")) then
      return false;
    end if;
  end loop;
  return true;
end
$$;
comment on function private.meets_extracted(uuid, jsonb) is
  'Whether the proven values of a document meet all of [{schema_id, path, is, from, to}]; of a column of a table one '
  'row is enough.';

create function private.holders_of(document public.documents) returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  if document.parent_id is null then
    return array[document.id];
  end if;
  return array(
    with recursive holders as (
      select document.parent_id as id
      union select documents.parent_id from holders join public.documents on documents.id = holders.id
        where documents.parent_id is not null)
    select id from holders) || document.id;
end
$$;
comment on function private.holders_of(public.documents) is 'The document, and the mails and archives that it came in.';

create function private.matching_rules(document public.documents, rules private.compiled_rules[])
  returns setof private.compiled_rules
language plpgsql stable set search_path = '' as $$
declare
  sender constant text := lower(btrim(document.correspondent));
  -- What came in another file gets the tags of that when it is described for the first time (private.tag_mails,
  -- private.tag_handed_in).
  came_in constant uuid := case when document.parent_id is not null
    and not exists (select from public.metadata_runs where metadata_runs.document_id = document.id)
    then (private.root_of(document.id)).root end;
  -- With the tags that it gets in the same transaction, from the link or the address that it came by.
  known_tags constant text[] := document.tags
    || array(select unnest(links.tags) from private.handed_in
      join public.upload_links as links on links.id = handed_in.link_id
      where handed_in.document_id = document.id and not handed_in.tagged or handed_in.document_id = came_in)
    || array(select unnest(addresses.tags) from private.mails
      join public.inbox_addresses as addresses on addresses.id = mails.address_id
      where mails.document_id = document.id and not mails.tagged or mails.document_id = came_in);
begin
  -- The words of text and names are asked for once, and only if a rule that matches so far wants them.
  return query
    select one.* from unnest(rules) as one
    where (one.document_types is null or document.document_type = any (one.document_types))
      and (one.senders is null or sender = any (one.senders))
      and (one.tags is null or known_tags && one.tags)
      and (one.currencies is null or document.currency = any (one.currencies))
      and (one.languages is null or document.language = any (one.languages))
      and (one.amount_from is null or document.amount >= one.amount_from)
      and (one.amount_to is null or document.amount <= one.amount_to)
      and (one.date_from is null or document.document_date >= one.date_from)
      and (one.date_to is null or document.document_date <= one.date_to)
      and (one.formats is null or document.mime_type = any (one.formats) or split_part(document.mime_type, '/', 1)
        || '/*' = any (one.formats))
      and (one.sources is null or (select private.source_of(document)) = any (one.sources))
      and (one.inbox_addresses is null or exists (
        select from private.mails where mails.document_id = any (private.holders_of(document))
          and mails.address_id = any (one.inbox_addresses)))
      and (one.upload_links is null or exists (
        select from private.handed_in where handed_in.document_id = any (private.holders_of(document))
          and handed_in.link_id = any (one.upload_links)))
      and (one.name_query is null or one.name_query @@ (
        select to_tsvector('public.unaccented',
          regexp_replace(concat_ws(' ', document.display_name, document.filename), '[^[:alnum:]]+', ' ', 'g'))))
      and (one.text_query is null or one.text_query @@ (
        select ts_filter(search, '{d}') from public.document_search where document_id = document.id))
      and (one.extracted is null or private.meets_extracted(document.id, one.extracted))
    order by one.position, one.created_at, one.id;
end
$$;
comment on function private.matching_rules(public.documents, private.compiled_rules[]) is
  'The rules whose conditions a document meets as it is now, in their order.';

create function private.name_by_pattern(pattern text, document public.documents) returns text
language plpgsql stable set search_path = '' as $$
declare
  longest constant integer := 200;
  extension constant text := coalesce(lower(substring(btrim(document.filename) from '\.[A-Za-z0-9]{1,8}$')), '');
  placeholder text;
  value text;
  some_missing boolean := false;
  name text := pattern;
begin
  for placeholder in select distinct unnest(private.name_placeholders(pattern)) loop
    value := case placeholder
      when 'type' then document.document_type
      when 'sender' then document.correspondent
      when 'date' then document.document_date::text
      when 'year' then left(document.document_date::text, 4)
      when 'month' then substr(document.document_date::text, 6, 2)
      when 'amount' then trim_scale(document.amount)::text
      when 'currency' then document.currency
      when 'name' then regexp_replace(document.display_name, '\.[A-Za-z0-9]{1,8}$', '')
      when 'filename' then regexp_replace(document.filename, '\.[A-Za-z0-9]{1,8}$', '') end;
    some_missing := some_missing or value is null;
    -- What a value holds is no placeholder.
    name := replace(name, '{' || placeholder || '}', translate(coalesce(value, ''), '{}', '()'));
  end loop;
  name := private.visible(regexp_replace(name, '[\\/:*?"<>|[:cntrl:]]+', ' ', 'g'));
  if some_missing then
    -- What parts a missing value from its neighbor is left out with it.
    name := regexp_replace(name, '(\s[-–_,]\s*){2,}', ' - ', 'g');
    name := btrim(name, ' -–_,.');
  end if;
  if lower(name) like '%' || extension then
    name := left(name, length(name) - length(extension));
  end if;
  name := btrim(left(name, longest - length(extension)));
  return case when name ~ '[[:alnum:]]' then name || extension end;
end
$$;
comment on function private.name_by_pattern(text, public.documents) is
  'A display name by a pattern such as "{date} {type} {sender}", with the ending of the file and without what a file '
  'name may not hold. Null when nothing is left of it.';

create function private.rules_outcome(document public.documents, rules private.compiled_rules[],
  of_extracted boolean default false) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  rule private.compiled_rules;
  was public.documents;
  now_is public.documents := document;
  settled text[] := array[]::text[];
  tag text;
  pattern text;
  changes jsonb;
  entry jsonb;
  retention public.retentions;
  kept_until date;
  told jsonb := jsonb_build_array();
  name_by integer;
begin
  for rule in select * from private.matching_rules(document, rules) loop
    was := now_is;
    if rule.actions ? 'document_type' and 'document_type' <> all (settled) then
      settled := settled || 'document_type'::text;
      if 'document_type' <> all (document.locked_fields) then
        now_is.document_type := rule.actions ->> 'document_type';
      end if;
    end if;
    if rule.actions ? 'correspondent' and 'correspondent' <> all (settled) then
      settled := settled || 'correspondent'::text;
      if 'correspondent' <> all (document.locked_fields) then
        now_is.correspondent := rule.actions ->> 'correspondent';
      end if;
    end if;
    if rule.actions ?| array['add_tags', 'remove_tags'] and 'tags' <> all (document.locked_fields) then
      for tag in select jsonb_array_elements_text(rule.actions -> 'add_tags') loop
        continue when 'tag ' || tag = any (settled);
        settled := settled || ('tag ' || tag);
        if tag <> all (now_is.tags) and cardinality(now_is.tags) < 50
          and length(array_to_string(now_is.tags || tag, '')) <= 2000 then
          now_is.tags := now_is.tags || tag;
        end if;
      end loop;
      for tag in select jsonb_array_elements_text(rule.actions -> 'remove_tags') loop
        continue when 'tag ' || tag = any (settled);
        settled := settled || ('tag ' || tag);
        now_is.tags := array_remove(now_is.tags, tag);
      end loop;
    end if;
    if rule.actions ? 'name' and 'display_name' <> all (settled) then
      settled := settled || 'display_name'::text;
      if 'display_name' <> all (document.locked_fields) and (not of_extracted or rule.extracted is not null) then
        pattern := rule.actions ->> 'name';
        -- Filled in at the end, with what the others say of type and sender.
        name_by := jsonb_array_length(told);
      end if;
    end if;
    if of_extracted and rule.extracted is null then
      -- It ran when the document was completed. What it sets is settled.
      now_is := was;
      continue;
    end if;
    -- Written out: to_jsonb of whole documents for each rule took longer than all comparing.
    changes := jsonb_build_object();
    if was.document_type is distinct from now_is.document_type then
      changes := changes || jsonb_build_object('document_type',
        jsonb_build_object('from', was.document_type, 'to', now_is.document_type));
    end if;
    if was.correspondent is distinct from now_is.correspondent then
      changes := changes || jsonb_build_object('correspondent',
        jsonb_build_object('from', was.correspondent, 'to', now_is.correspondent));
    end if;
    if was.tags <> now_is.tags then
      changes := changes || jsonb_build_object('tags', jsonb_build_object('from', was.tags, 'to', now_is.tags));
    end if;
    entry := jsonb_build_object('id', rule.id, 'name', rule.name, 'changes', changes);
    if rule.actions ? 'schemas' then
      entry := entry || jsonb_build_object('schemas',
        (select coalesce(jsonb_agg(id order by id), jsonb_build_array()) from public.extraction_schemas
        where user_id = document.user_id and id::text = any (private.texts_of(rule.actions -> 'schemas'))));
    end if;
    if rule.actions ? 'webhooks' then
      entry := entry || jsonb_build_object('webhooks',
        (select coalesce(jsonb_agg(id order by id), jsonb_build_array()) from public.webhook_endpoints
        where user_id = document.user_id and id::text = any (private.texts_of(rule.actions -> 'webhooks'))));
    end if;
    if rule.actions ?| array['keep_years', 'hold'] and document.trashed_at is null then
      if retention.document_id is null then
        select * into retention from public.retentions where document_id = document.id;
        retention.document_id := document.id;
      end if;
      kept_until := coalesce(document.document_date,
        document.created_at::date) + make_interval(years => (rule.actions ->> 'keep_years')::integer);
      if kept_until > coalesce(retention.keep_until, '-infinity') then
        entry := entry || jsonb_build_object('keep_until', kept_until);
        retention.keep_until := kept_until;
      end if;
      if rule.actions ? 'hold' and retention.held is not true then
        entry := entry || jsonb_build_object('hold', true);
        retention.held := true;
      end if;
    end if;
    told := told || jsonb_build_array(entry);
  end loop;

  if name_by is not null then
    now_is.display_name := coalesce(private.name_by_pattern(pattern, now_is), now_is.display_name);
    if now_is.display_name is distinct from document.display_name then
      told := jsonb_set(told, array[name_by::text, 'changes', 'display_name'],
        jsonb_build_object('from', document.display_name, 'to', now_is.display_name));
    end if;
  end if;
  told := (
    select coalesce(jsonb_agg(one order by place), jsonb_build_array())
      from jsonb_array_elements(told) with ordinality as ones (one, place)
    where one -> 'changes' <> jsonb_build_object() or jsonb_array_length(one -> 'schemas') > 0
      or jsonb_array_length(one -> 'webhooks') > 0
      or one ?| array['keep_until', 'hold']);
  return jsonb_build_object('rules', told, 'fields',
    case when document.document_type is distinct from now_is.document_type
      then jsonb_build_object('document_type', now_is.document_type) else jsonb_build_object() end
    || case when document.correspondent is distinct from now_is.correspondent
      then jsonb_build_object('correspondent', now_is.correspondent) else jsonb_build_object() end
    || case when document.tags <> now_is.tags then jsonb_build_object('tags', now_is.tags) else jsonb_build_object() end
    || case when document.display_name is distinct from now_is.display_name
      then jsonb_build_object('display_name', now_is.display_name) else jsonb_build_object() end);
end
$$;
comment on function private.rules_outcome(public.documents, private.compiled_rules[], boolean) is
  'What rules make of a document: {fields: {field: value}, rules: [{id, name, changes: {field: {from, to}}, '
  'keep_until, hold, schemas, webhooks}]}. Conditions look at the document as it is; the first rule that sets a field, '
  'or says something of a tag, keeps it; locked fields stay. of_extracted: only what rules do that ask for extracted '
  'values. Writes nothing.';

create function private.rules_of(owner uuid, ids uuid[] default null) returns private.compiled_rules[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select compiled from private.compiled_rules as compiled
    where compiled.user_id = owner and case when ids is null then compiled.enabled else compiled.id = any (ids) end
    order by compiled.position, compiled.created_at, compiled.id);
end
$$;
comment on function private.rules_of(uuid, uuid[]) is
  'A user''s enabled rules, or those with these ids, in their order.';

create function private.run_rules(document public.documents, of_extracted boolean default false) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  rules private.compiled_rules[];
begin
  rules := private.rules_of(document.user_id);
  if cardinality(rules) = 0 then
    return null;
  end if;
  return private.rules_outcome(document, rules, of_extracted);
exception when others then
  -- The metadata is worth more than the rules: the document is completed without them.
  raise warning 'docket: the rules of % were not applied to %: %', document.user_id, document.id, sqlerrm;
  return jsonb_build_object('rules', jsonb_build_array(), 'fields', jsonb_build_object(), 'error', sqlerrm);
end
$$;
comment on function private.run_rules(public.documents, boolean) is
  'What the enabled rules of its owner make of a document, as private.rules_outcome has it; null when there are none. '
  'Never fails: {error} says that they were left out.';

create function private.follow_rules(document public.documents, outcome jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.retain(document, (rule ->> 'keep_until')::date, (rule ->> 'hold')::boolean)
  from jsonb_array_elements(outcome -> 'rules') as rule where rule ?| array['keep_until', 'hold'];
  insert into public.extractions (document_id, schema_id, user_id, schema_version)
  select document.id, schemas.id, document.user_id, schemas.version
  from (
    select distinct schema_id::uuid as id
    from jsonb_array_elements(outcome -> 'rules') as rule, jsonb_array_elements_text(rule -> 'schemas') as schema_id)
      as wanted
  join public.extraction_schemas as schemas on schemas.id = wanted.id and schemas.user_id = document.user_id
  on conflict do nothing;
exception when others then
  raise warning 'docket: rules were not followed for %: %', document.id, sqlerrm;
end
$$;
comment on function private.follow_rules(public.documents, jsonb) is
  'What rules start beside the metadata: they keep or hold a document, and it gets an extraction for each schema that '
  'they apply, unless it was applied before. Its job is queued when the document is completed, or by '
  'private.queue_extractions.';

create function private.tell_rules(document public.documents, outcome jsonb, more jsonb default jsonb_build_object())
  returns void
language plpgsql security definer set search_path = '' as $$
declare
  rule jsonb;
  what text;
begin
  if outcome ? 'error' then
    perform private.record_event(document, 'rule', 'skipped', 'The rules could not be applied.',
      jsonb_build_object('reason', left(outcome ->> 'error', 200)));
  end if;
  for rule in select * from jsonb_array_elements(outcome -> 'rules') loop
    what := concat_ws('; ',
      private.labels_of(array(select jsonb_object_keys(rule -> 'changes'))),
      'kept until ' || (rule ->> 'keep_until'),
      case when rule ? 'hold' then 'held' end,
      case when jsonb_array_length(rule -> 'schemas') > 0 then 'extraction' end,
      case when jsonb_array_length(rule -> 'webhooks') > 0 then 'sent to a webhook' end);
    perform private.record_event(document, 'rule', 'applied', format('Rule “%s”: %s.', rule ->> 'name', what),
      jsonb_build_object('rule_id', rule -> 'id', 'rule', rule -> 'name', 'fields',
        (select coalesce(jsonb_agg(field order by field), jsonb_build_array())
        from jsonb_object_keys(rule -> 'changes') as field))
        || rule - array['id', 'name'] || more);
  end loop;
end
$$;
comment on function private.tell_rules(public.documents, jsonb, jsonb) is
  'The history names each rule that changed something, or sent the document on: {rule_id, rule, fields, changes, '
  'keep_until, hold, schemas, webhooks}.';

create function private.deliver_ruled(event public.document_events) returns void
language plpgsql security definer set search_path = '' as $$
declare
  document public.documents;
  endpoint public.webhook_endpoints;
  payload jsonb;
begin
  if not event.data ? 'webhooks' then
    return;
  end if;
  select * into document from public.documents where id = event.document_id;
  if document.id is null then
    return;
  end if;
  for endpoint in
    select * from public.webhook_endpoints
    where user_id = event.user_id and enabled and id::text = any (private.texts_of(event.data -> 'webhooks'))
      order by created_at, id
  loop
    payload := coalesce(payload, jsonb_set(private.webhook_payload('document.ruled', event, document), '{data,rule}',
      jsonb_build_object('id', event.data -> 'rule_id', 'name', event.data -> 'rule')));
    perform private.make_delivery(endpoint, event.document_id, payload);
  end loop;
end
$$;
comment on function private.deliver_ruled(public.document_events) is
  'An action of private.event_consumers: a rule sends a document to webhooks, also to those that do not subscribe to '
  'anything of it. The type is document.ruled, and data has rule: {id, name}.';
insert into private.event_consumers (name, event_types, action) values ('rules', '{rule.applied}', 'deliver_ruled');

create function private.write_ruled(document public.documents, outcome jsonb) returns public.documents
language plpgsql security definer set search_path = '' as $$
declare
  -- The columns of an update that is put together are not known before it runs.
  -- @plpgsql_check_options: other_warnings = false
  fields constant text[] := array(select jsonb_object_keys(outcome -> 'fields'));
  after public.documents := document;
begin
  if fields <> '{}' then
    execute format('update public.documents set %s where id = $1 returning *', private.assignments(fields, '($2)'))
    using document.id, jsonb_populate_record(document, outcome -> 'fields') into strict after;
  end if;
  return after;
end
$$;
comment on function private.write_ruled(public.documents, jsonb) is 'Writes what rules made of a document. Returns it.';

create function private.rule_extracted() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  document public.documents;
  outcome jsonb;
begin
  if not exists (select from private.compiled_rules where user_id = new.user_id and enabled and extracted is not null)
    then
    return null;
  end if;
  select * into document from public.documents where id = new.document_id for update;
  if document.status = 'completed' then
    outcome := private.run_rules(document, of_extracted => true);
    document := private.write_ruled(document, outcome);
    perform private.follow_rules(document, outcome);
    perform private.tell_rules(document, outcome);
  end if;
  return null;
exception when others then
  -- The values are worth more than the rules.
  raise warning 'docket: rules were not applied to %: %', new.document_id, sqlerrm;
  return null;
end
$$;
comment on function private.rule_extracted() is
  'Trigger: rules that ask for extracted values run when an extraction is settled.';
create trigger on_extractions_settled after update of status on public.extractions
  for each row when (new.status in ('completed', 'needs_review')
    and old.status is distinct from new.status) execute function private.rule_extracted();

revoke execute on function
  private.meets_extracted(uuid, jsonb), private.holders_of(public.documents),
  private.matching_rules(public.documents, private.compiled_rules[]), private.name_by_pattern(text, public.documents),
  private.rules_outcome(public.documents, private.compiled_rules[], boolean), private.rules_of(uuid, uuid[]),
  private.run_rules(public.documents, boolean),
  private.follow_rules(public.documents, jsonb), private.tell_rules(public.documents, jsonb, jsonb),
  private.deliver_ruled(public.document_events),
  private.write_ruled(public.documents, jsonb), private.rule_extracted()
  from public, anon, authenticated, service_role;
grant execute on function private.run_rules(public.documents, boolean), private.follow_rules(public.documents, jsonb),
  private.tell_rules(public.documents, jsonb, jsonb) to service_role;
