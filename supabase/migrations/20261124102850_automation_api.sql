-- What the function api does with a user's automation: rules, webhooks, mail addresses and links. Under row level
-- security, as public.call_api, which hands over what begins with "automation.".

create function public.call_automation_api(operation text, arguments jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  -- What is answered of a row: whose it is, the caller knows.
  hidden constant text[] := array['user_id', 'message_sha256', 'line', 'place'];
  wanted constant uuid := coalesce(arguments ->> 'rule_id', arguments ->> 'rule_run_id', arguments ->> 'webhook_id',
    arguments ->> 'address_id', arguments ->> 'link_id')::uuid;
  tags constant text[] := array(select jsonb_array_elements_text(arguments -> 'tags'));
  webhook public.webhook_endpoints;
  answer jsonb;
  ids uuid[];
begin
  case operation
    -- Rules
    when 'list_rules' then
      select coalesce(jsonb_agg(to_jsonb(rules) - hidden order by rules.position, rules.created_at, rules.id), '[]')
        into answer from public.rules;
      return answer;
    when 'get_rule' then
      select to_jsonb(rules) - hidden into answer from public.rules where id = wanted;
    when 'create_rule' then
      insert into public.rules (name, position, conditions, actions, enabled)
      values (arguments ->> 'name', coalesce((arguments ->> 'position')::integer,
        (select coalesce(max(rules.position), 0) + 1 from public.rules)),
        coalesce(arguments -> 'conditions', jsonb_build_object()), arguments -> 'actions',
        coalesce((arguments ->> 'enabled')::boolean, true))
      returning to_jsonb(rules) - hidden into answer;
    when 'replace_rule' then
      update public.rules set name = arguments ->> 'name',
        position = coalesce((arguments ->> 'position')::integer, position),
        conditions = coalesce(arguments -> 'conditions', jsonb_build_object()), actions = arguments -> 'actions',
        enabled = coalesce((arguments ->> 'enabled')::boolean, true)
      where id = wanted returning to_jsonb(rules) - hidden into answer;
    when 'delete_rule' then
      delete from public.rules where id = wanted returning jsonb_build_object('rule_id', id) into answer;
    when 'reorder_rules' then
      ids := array(select jsonb_array_elements_text(arguments -> 'rule_ids'))::uuid[];
      if exists (select unnest(ids) except select id from public.rules) then
        raise exception using errcode = 'PT404', hint = 'not_found',
          message = 'There is no such rule, or it is not yours.';
      elsif cardinality(ids) <> (select count(*) from public.rules) then
        raise exception using errcode = 'PT400', hint = 'invalid_request',
          message = 'rule_ids names each of your rules once, in their order.';
      end if;
      update public.rules set position = places.place from unnest(ids) with ordinality as places (id, place)
      where rules.id = places.id and rules.position <> places.place;
      return public.call_automation_api('list_rules', arguments);
    when 'dry_run_rules' then
      return public.dry_run_rules(arguments -> 'rules', (arguments ->> 'after')::uuid,
        coalesce((arguments ->> 'page_size')::integer, 50));
    when 'list_rule_runs' then
      select coalesce(jsonb_agg(to_jsonb(runs) - hidden order by runs.created_at desc), '[]') into answer
      from (select * from public.rule_runs order by created_at desc limit 100) as runs;
      return answer;
    when 'apply_rules' then
      return public.apply_rules(case
        when arguments ? 'rule_ids' then array(select jsonb_array_elements_text(arguments -> 'rule_ids'))::uuid[] end);
    when 'get_rule_run', 'stop_rule_run', 'undo_rule_run' then
      if operation = 'stop_rule_run' then
        perform public.stop_rule_run(wanted);
      elsif operation = 'undo_rule_run' then
        perform public.undo_rule_run(wanted);
      end if;
      select to_jsonb(runs) - hidden into answer from public.rule_runs as runs where id = wanted;

    -- Webhooks
    when 'list_webhooks' then
      select coalesce(jsonb_agg(to_jsonb(endpoints) - hidden order by endpoints.created_at), '[]') into answer
        from public.webhook_endpoints as endpoints;
      return answer;
    when 'get_webhook' then
      select to_jsonb(endpoints) - hidden into answer from public.webhook_endpoints as endpoints where id = wanted;
    when 'create_webhook' then
      return public.create_webhook(arguments ->> 'url', array(select jsonb_array_elements_text(arguments -> 'events')),
        coalesce(arguments ->> 'description', ''));
    when 'edit_webhook' then
      select * into webhook from public.webhook_endpoints where id = wanted for no key update;
      webhook := jsonb_populate_record(webhook, arguments -> 'changes');
      update public.webhook_endpoints set url = webhook.url, events = webhook.events,
        description = webhook.description, enabled = webhook.enabled
      where id = wanted returning to_jsonb(webhook_endpoints) - hidden into answer;
    when 'delete_webhook' then
      delete from public.webhook_endpoints where id = wanted returning jsonb_build_object('webhook_id', id) into answer;
    when 'rotate_webhook_secret' then
      return public.rotate_webhook_secret(wanted);
    when 'test_webhook' then
      return public.test_webhook(wanted);
    when 'list_deliveries' then
      perform from public.webhook_endpoints where id = wanted;
      if found then
        select jsonb_build_object('deliveries',
          coalesce(jsonb_agg(to_jsonb(deliveries) - hidden order by deliveries.id desc), '[]'),
          'next', case when count(*) = 50 then min(deliveries.id) end) into answer
        from (
          select * from public.webhook_deliveries
          where endpoint_id = wanted and (not arguments ? 'before' or id < (arguments ->> 'before')::bigint)
            order by id desc limit 50) as deliveries;
      end if;
    when 'redeliver', 'skip_delivery' then
      if operation = 'redeliver' then
        perform public.redeliver_webhook((arguments ->> 'delivery_id')::bigint);
      else
        perform public.skip_webhook_delivery((arguments ->> 'delivery_id')::bigint);
      end if;
      select to_jsonb(deliveries) - hidden into answer from public.webhook_deliveries as deliveries
        where id = (arguments ->> 'delivery_id')::bigint;

    -- Mail addresses
    when 'list_inbox_addresses' then
      select coalesce(jsonb_agg(to_jsonb(addresses) - hidden order by addresses.created_at), '[]') into answer
        from public.inbox_addresses as addresses;
      return answer;
    when 'create_inbox_address' then
      return public.create_inbox_address(arguments ->> 'name', tags,
        array(select jsonb_array_elements_text(arguments -> 'allowed_senders')));
    when 'revoke_inbox_address' then
      perform public.revoke_inbox_address(wanted);
      select to_jsonb(addresses) - hidden into answer from public.inbox_addresses as addresses where id = wanted;
    when 'list_refused_mails' then
      select coalesce(jsonb_agg(to_jsonb(mails) - hidden order by mails.id desc), '[]') into answer
      from (select * from public.refused_mails where wanted is null or address_id = wanted order by id desc limit 100)
        as mails;
      return answer;

    -- Links
    when 'list_upload_links' then
      select coalesce(jsonb_agg(to_jsonb(links) - hidden order by links.created_at), '[]') into answer
        from public.upload_links as links;
      return answer;
    when 'create_upload_link' then
      return public.create_upload_link(arguments ->> 'title', tags,
        coalesce((arguments ->> 'expires_at')::timestamptz, now() + interval '14 days'),
        arguments ->> 'password', coalesce((arguments ->> 'most_files')::integer, 20),
        coalesce((arguments ->> 'most_bytes')::bigint, 104857600));
    when 'revoke_upload_link' then
      perform public.revoke_upload_link(wanted);
      select to_jsonb(links) - hidden into answer from public.upload_links as links where id = wanted;
    when 'list_share_links' then
      select coalesce(jsonb_agg(to_jsonb(links) - hidden order by links.created_at), '[]') into answer
      from (select * from public.share_links where not arguments ? 'document_id'
        or document_id = (arguments ->> 'document_id')::uuid order by created_at desc limit 500) as links;
      return answer;
    when 'create_share_link' then
      return public.create_share_link((arguments ->> 'document_id')::uuid,
        coalesce((arguments ->> 'expires_at')::timestamptz, now() + interval '7 days'),
        arguments ->> 'password', coalesce((arguments ->> 'with_text')::boolean, false),
        coalesce((arguments ->> 'with_values')::boolean, true),
        (arguments ->> 'most_openings')::integer, coalesce(arguments ->> 'description', ''));
    when 'revoke_share_link' then
      perform public.revoke_share_link(wanted);
      select to_jsonb(links) - hidden into answer from public.share_links as links where id = wanted;
    else
      raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'There is no such operation.';
  end case;
  if answer is null then
    raise exception using errcode = 'PT404', hint = 'not_found', message = 'There is no such thing of yours.';
  end if;
  return answer;
exception
  when unique_violation then
    raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'You have a rule of that name.';
  when check_violation or not_null_violation then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = case when operation like '%webhook%'
        then 'A webhook has an address (https, at most 2,000 characters, no password in it), at least one known event, and a description of one line (at most 200 characters).'
        else 'A rule has a name of one line (at most 100 characters), and at least one action.' end;
end
$$;
comment on function public.call_automation_api(text, jsonb) is
  'An operation of the function api on the caller''s automation, under row level security. Rules: list_rules, '
  'get_rule, create_rule, replace_rule, delete_rule, reorder_rules, dry_run_rules, apply_rules, list_rule_runs, '
  'get_rule_run, stop_rule_run, undo_rule_run. Webhooks: list_webhooks, get_webhook, create_webhook, edit_webhook, '
  'delete_webhook, rotate_webhook_secret, test_webhook, list_deliveries, redeliver, skip_delivery. Mail: '
  'list_inbox_addresses, create_inbox_address, revoke_inbox_address, list_refused_mails. Links: list_upload_links, '
  'create_upload_link, revoke_upload_link, list_share_links, create_share_link, revoke_share_link. Arguments and '
  'answers: /functions/v1/api/openapi.json. Errors: not_found (404), invalid_request (400), and those of what it calls.';
revoke execute on function public.call_automation_api(text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.call_automation_api(text, jsonb) to authenticated;
