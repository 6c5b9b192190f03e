-- What the functions api and mcp do as a user: call_api under the user's own access token, call_api_as_token with an
-- API token. Both run the same statements under the same row level security. No statement here names a user.

create function public.call_api(operation text, arguments jsonb) returns json
language plpgsql set search_path = '' as $$
declare
  document public.documents;
  changed public.documents;
  answer jsonb;
begin
  if operation like 'automation.%' then
    return public.call_automation_api(substr(operation, 12), arguments);
  end if;

  -- Operations without a document
  case operation
    when 'list_documents' then
      return public.search_documents(
        arguments ->> 'query',
        array(select jsonb_array_elements_text(arguments -> 'tags')),
        array(select jsonb_array_elements_text(arguments -> 'document_types')),
        array(select jsonb_array_elements_text(arguments -> 'statuses')),
        (arguments ->> 'date_from')::date, (arguments ->> 'date_to')::date, (arguments ->> 'amount_from')::numeric,
        (arguments ->> 'amount_to')::numeric,
        array(select jsonb_array_elements_text(arguments -> 'currencies')), arguments ->> 'sort',
        nullif(arguments -> 'after', 'null'),
        (arguments ->> 'page_size')::integer);
    when 'sum_amounts' then
      -- With the documents of each sum, fewer sums: each is proven by the words that its amounts were read from.
      select jsonb_build_object(
        'sums', coalesce(jsonb_agg(to_jsonb(sums) - array['document_ids', 'nth'] || case
          when proofs.amounts is null then jsonb_build_object()
          else jsonb_build_object('amounts', proofs.amounts) end order by sums.nth) filter (where sums.nth <= most),
            '[]'),
        'more', count(*) > most) into answer
      from (select case when arguments ->> 'documents_each' is null then 9999 else 200 end as most) as bounds
      cross join public.sum_amounts(arguments ->> 'group_by', arguments ->> 'query',
        array(select jsonb_array_elements_text(arguments -> 'tags')),
        array(select jsonb_array_elements_text(arguments -> 'document_types')),
        array(select jsonb_array_elements_text(arguments -> 'statuses')), (arguments ->> 'date_from')::date,
        (arguments ->> 'date_to')::date,
        (arguments ->> 'amount_from')::numeric, (arguments ->> 'amount_to')::numeric,
        array(select jsonb_array_elements_text(arguments -> 'currencies'))
      ) with ordinality as sums (group_value, currency, documents, total, document_ids, nth)
      left join lateral (
        select jsonb_agg(jsonb_build_object('document_id', d.id, 'name', coalesce(d.display_name, d.filename),
          'document_date', d.document_date,
          'amount', d.amount, 'page', proof.evidence -> 'page', 'quote', proof.evidence -> 'quote', 'locked',
          'amount' = any (d.locked_fields)) order by ids.place) as amounts
        from unnest(sums.document_ids[:(arguments ->> 'documents_each')::integer]) with ordinality as ids (id, place)
        join public.documents as d on d.id = ids.id
        left join lateral (
          select runs.evidence -> 'amount' as evidence from public.metadata_runs as runs
          where runs.document_id = d.id and 'amount' = any (runs.applied)
            and runs.written -> 'amount' = to_jsonb(d.amount)
          order by runs.id desc limit 1) as proof on true
      ) as proofs on arguments ->> 'documents_each' is not null and sums.nth <= bounds.most
      group by bounds.most;
      return coalesce(answer, jsonb_build_object('sums', jsonb_build_array(), 'more', false));
    when 'list_schemas' then
      -- As json all the way, which keeps the order of the fields.
      return (
        select coalesce(json_agg(json_build_object('id', schemas.id, 'name', schemas.name, 'description',
          schemas.description, 'document_types', schemas.document_types,
          'tags', schemas.tags, 'senders', schemas.senders, 'fields', schemas.fields, 'version', schemas.version)
            order by schemas.name), '[]')
        from public.extraction_schemas as schemas where not arguments ? 'schema_id'
          or schemas.id = (arguments ->> 'schema_id')::uuid);
    when 'schema_rows' then
      return public.schema_rows((arguments ->> 'schema_id')::uuid, arguments ->> 'line_items',
        ltrim(arguments ->> 'sort', '-'), arguments ->> 'sort' like '-%',
        nullif(arguments -> 'after', 'null'), (arguments ->> 'page_size')::integer,
        nullif(arguments -> 'filters', 'null'), coalesce((arguments ->> 'evidence')::boolean, false));
    when 'schema_sums' then
      return public.schema_sums((arguments ->> 'schema_id')::uuid, arguments ->> 'line_items',
        nullif(arguments -> 'filters', 'null'));
    when 'list_tags' then
      select coalesce(jsonb_agg(to_jsonb(tags)), '[]') into answer
      from public.my_tags(arguments ->> 'query', coalesce((arguments ->> 'at_most')::integer, 50)) as tags;
      return answer;
    when 'get_usage' then
      return public.usage_left();
    when 'get_account' then
      return public.export_account();
    else null;
  end case;

  -- Operations on one
  select * into document from public.documents where id = (arguments ->> 'document_id')::uuid;
  if document.id is null then
    raise exception using errcode = 'PT404', hint = 'not_found',
      message = 'There is no such document, or it is not yours.';
  end if;
  case operation
    when 'own_document' then
      return jsonb_build_object('document_id', document.id);
    when 'get_document' then
      return to_jsonb(document);
    when 'get_pages' then
      select jsonb_build_object('page_count', document.page_count,
        'pages', coalesce(jsonb_agg(to_jsonb(pages) order by pages.page_number), '[]'),
        'next', max(pages.page_number) filter (where pages.page_number < document.page_count) + 1) into answer
      from (
        select page_number, text, markdown, engine, confidence, error from public.document_pages
        where document_id = document.id and page_number >= coalesce((arguments ->> 'from_page')::integer, 1)
          and page_number <= coalesce((arguments ->> 'to_page')::integer, 2147483647)
        order by page_number limit 50) as pages;
      return answer;
    when 'get_words' then
      select coalesce(jsonb_agg(to_jsonb(pages) order by pages.page_number), '[]') into answer
      from (
        select page_number, words, picture from public.document_pages
        where document_id = document.id and page_number >= coalesce((arguments ->> 'from_page')::integer, 1)
        order by page_number limit 20) as pages;
      return answer;
    when 'get_values' then
      select coalesce(jsonb_agg(jsonb_build_object('field', fields.field, 'value', to_jsonb(document) -> fields.field,
        'locked', fields.field = any (document.locked_fields), 'run_id', proofs.run_id, 'page',
        proofs.evidence -> 'page',
        'quote', proofs.evidence -> 'quote', 'verified', coalesce(proofs.evidence -> 'verified', 'false'),
        'confidence', proofs.evidence -> 'confidence') order by fields.field), '[]')
      into answer
      from (
        select unnest(runs.applied) as field from public.metadata_runs as runs where runs.document_id = document.id
        union select unnest(document.locked_fields)) as fields
      left join lateral (
        -- Evidence is of what a run wrote: it says nothing of a value that was changed since.
        select runs.id as run_id, runs.evidence -> fields.field as evidence from public.metadata_runs as runs
        where runs.document_id = document.id and fields.field = any (runs.applied)
          and runs.written -> fields.field = to_jsonb(document) -> fields.field
        order by runs.id desc limit 1) as proofs on true;
      return answer;
    when 'list_events' then
      select coalesce(jsonb_agg(to_jsonb(events) order by events.id), '[]') into answer
      from (
        select id, stage, kind, message, data, created_at from public.document_events
        where document_id = document.id and id > coalesce((arguments ->> 'after')::bigint, 0) order by id limit 200)
          as events;
      return answer;
    when 'get_history' then
      return public.document_history(document.id);
    when 'edit_document' then
      select * into document from public.documents where id = document.id for update;
      changed := jsonb_populate_record(document, arguments -> 'changes');
    when 'add_tags' then
      select * into document from public.documents where id = document.id for update;
      changed := document;
      changed.tags := document.tags || array(
        select distinct tag from jsonb_array_elements_text(arguments -> 'tags') as tag where tag <> all (document.tags)
          order by tag);
    when 'undo_metadata_run' then
      perform from public.metadata_runs where document_id = document.id and id = (arguments ->> 'run_id')::bigint;
      if not found then
        raise exception using errcode = 'PT404', hint = 'not_found', message = 'The document has no such run.';
      end if;
      return public.undo_metadata_run((arguments ->> 'run_id')::bigint,
        case when arguments ? 'fields' then array(select jsonb_array_elements_text(arguments -> 'fields')) end);
    when 'unlock_fields' then
      return to_jsonb(public.unlock_fields(document.id,
        array(select jsonb_array_elements_text(arguments -> 'fields'))));
    when 'get_retention', 'change_retention' then
      if operation = 'change_retention' then
        perform public.change_retention(document.id,
          coalesce(nullif(arguments -> 'changes', 'null'), jsonb_build_object()));
      end if;
      select jsonb_build_object('document_id', document.id, 'held', coalesce(bool_or(held), false), 'keep_until',
        max(keep_until)) into answer
      from public.retentions where document_id = document.id;
      return answer;
    when 'delete_document' then
      delete from public.documents where id = document.id;
      return jsonb_build_object('document_id', document.id);
    else
      raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'There is no such operation.';
  end case;

  update public.documents set
    display_name = changed.display_name, tags = changed.tags, summary = changed.summary,
    document_type = changed.document_type,
    correspondent = changed.correspondent, document_date = changed.document_date, amount = changed.amount,
    currency = changed.currency,
    language = changed.language, note = changed.note
  where id = document.id returning * into document;
  return to_jsonb(document);
end
$$;
comment on function public.call_api(text, jsonb) is
  'An operation of the function api as the caller, under row level security: list_documents, sum_amounts, '
  'list_schemas, schema_rows, schema_sums, list_tags, get_usage, get_account; and of one document own_document '
  '(whether it is the caller''s), get_document, get_pages, get_words (20 pages at a time), get_values, list_events, '
  'get_history, get_retention, edit_document, add_tags, undo_metadata_run, unlock_fields, change_retention, '
  'delete_document. automation.…: see public.call_automation_api. Arguments and answers: '
  '/functions/v1/api/openapi.json. Errors: not_found (404), invalid_request (400), and those of what it calls.';

create function private.scope_of(operation text) returns text
language sql immutable set search_path = '' as $$
  select case when operation like 'automation.%' then 'automation'
    when operation in ('own_document', 'edit_document', 'add_tags', 'undo_metadata_run', 'unlock_fields',
      'change_retention', 'delete_document')
    then 'documents:write' else 'documents:read' end
$$;
comment on function private.scope_of(text) is 'The scope that an API token needs for an operation of call_api.';

create function public.call_api_as_token(token_sha256 text, operation text, arguments jsonb) returns json
language plpgsql set search_path = '' as $$
declare
  token constant public.api_tokens := private.admit_api_token(token_sha256, private.scope_of(operation));
begin
  -- Only a session with all of its user's factors makes API tokens.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', token.user_id, 'role', 'authenticated', 'aal', 'aal2', 'api_token_id', token.id)::text,
    true);
  perform set_config('request.jwt.claim.sub', token.user_id::text, true);
  if 'documents:write' <> all (token.scopes) and operation not like 'automation.%' then
    -- Whatever an operation does, a token that may only read changes no document. A rule of its maker's may:
    -- automation is a scope of its own.
    perform set_config('transaction_read_only', 'on', true);
  end if;
  -- The session's user may (authenticator, of which PostgREST's sessions are), and the rest of the transaction is the
  -- user's. A definer may not.
  set local role authenticated;
  return public.call_api(operation, arguments);
end
$$;
comment on function public.call_api_as_token(text, text, jsonb) is
  'call_api as the user whose API token has the SHA-256 (hexadecimal): the claims and the role are set for the rest of '
  'the transaction, as PostgREST sets them for an access token. Errors: as private.admit_api_token and call_api.';

revoke execute on function
  public.call_api(text, jsonb), private.scope_of(text), public.call_api_as_token(text, text, jsonb)
  from public, anon, authenticated, service_role;
grant execute on function public.call_api(text, jsonb) to authenticated;
grant execute on function private.scope_of(text), public.call_api_as_token(text, text, jsonb) to service_role;
