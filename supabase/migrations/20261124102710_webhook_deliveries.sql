-- What is sent to webhooks: an event becomes a message for each webhook that wants it, in the event's own transaction.

insert into private.stages (stage, position, label, function_name, in_flight_limit, lease, max_attempts, retry_base,
  retry_ceiling, outlives_document)
-- Time ends the attempts, not their number: private.settings.webhooks_tried_for.
values ('webhooks', 20, 'Delivering', 'webhooks', 16, '30 seconds', 1000, '5 seconds', '1 hour', true);

alter table private.settings
  add column webhooks_tried_for interval not null default '1 day',
  add column keep_webhook_deliveries interval not null default '30 days',
  add constraint webhooks_are_tried_for_a_while check (webhooks_tried_for > interval '0'),
  add constraint webhook_deliveries_are_kept_for_a_while check (keep_webhook_deliveries > interval '0');
comment on column private.settings.webhooks_tried_for is 'How long a message is tried before its webhook is disabled.';
comment on column private.settings.keep_webhook_deliveries is
  'How long messages to webhooks are kept, delivered or not.';

create table public.webhook_deliveries (
  id bigint generated always as identity primary key,
  message_id text not null default 'msg_' || gen_random_uuid(),
  endpoint_id uuid not null references public.webhook_endpoints on delete cascade,
  user_id uuid not null,
  document_id uuid,
  line uuid not null,
  event_type text not null,
  payload jsonb not null,
  state text not null default 'waiting',
  attempts integer not null default 0,
  first_attempt_at timestamptz,
  last_attempt_at timestamptz,
  duration_ms integer,
  response_status integer,
  response_body text,
  error jsonb,
  created_at timestamptz not null default clock_timestamp(),

  constraint delivery_state_is_known check (state in ('waiting', 'delivered', 'failed', 'skipped')),
  constraint delivery_attempts_are_not_negative check (attempts >= 0),
  constraint an_attempt_has_a_time check ((first_attempt_at is null) = (last_attempt_at is null)),
  constraint response_status_is_one_of_http check (response_status between 100 and 999),
  constraint response_body_is_one_kilobyte
    check (octet_length(response_body) <= 4096 and length(response_body) <= 1024),
  constraint failed_deliveries_have_an_error check (state <> 'failed' or error is not null)
);
create index webhook_deliveries_by_endpoint on public.webhook_deliveries (endpoint_id, id);
create index webhook_deliveries_by_user on public.webhook_deliveries (user_id, id);
create index webhook_deliveries_by_document on public.webhook_deliveries (document_id) where document_id is not null;
create index webhook_deliveries_waiting on public.webhook_deliveries (line, id) where state = 'waiting';
create index webhook_deliveries_by_age on public.webhook_deliveries (created_at);
comment on table public.webhook_deliveries is
  'The messages to webhooks, and how the last attempt of each went. Rows are made by what happens to documents, and by '
  'test_webhook.';
comment on column public.webhook_deliveries.message_id is
  'The header webhook-id: the same at each attempt, so that a receiver knows a message that comes twice.';
comment on column public.webhook_deliveries.user_id is
  'No foreign key: the row goes with its webhook, and locks nothing of the user''s when the dispatch is locked.';
comment on column public.webhook_deliveries.document_id is
  'The document that it is about, which may be gone; null for a test.';
comment on column public.webhook_deliveries.line is
  'Messages of one line are sent one after another, in the order of their ids: those of a webhook about a document. '
  'The job of a line has this as its document_id.';
comment on column public.webhook_deliveries.event_type is
  'What happened: one of webhook_endpoints.events, or webhook.test.';
comment on column public.webhook_deliveries.payload is
  'The body as it is sent: {type, timestamp, data}. Ids, metadata and extracted values, never the text. When the '
  'document is deleted, only its id is left.';
comment on column public.webhook_deliveries.state is
  'waiting: to be sent, or tried again. delivered: the receiver answered 2xx. failed: a test that did not arrive. '
  'skipped: its owner gave it up.';
comment on column public.webhook_deliveries.response_status is
  'The HTTP status of the last answer; null when none came.';
comment on column public.webhook_deliveries.response_body is 'The first kilobyte of the last answer.';
comment on column public.webhook_deliveries.error is
  'Why the last attempt failed: {code, message}. Codes: docs/webhooks.md.';

alter table public.webhook_deliveries enable row level security;
create policy "users can read the messages to their own webhooks" on public.webhook_deliveries
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.webhook_deliveries from anon, authenticated, service_role, public;
revoke all on sequence public.webhook_deliveries_id_seq from anon, authenticated, service_role, public;
grant select on public.webhook_deliveries to authenticated;
grant select, update on public.webhook_deliveries to service_role;

create function private.webhook_event(event public.document_events, document public.documents) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case event.stage || '.' || event.kind
    when 'upload.completed' then 'document.uploaded'
    when 'ocr.completed' then 'document.read'
    when 'metadata.completed' then 'document.completed'
    when 'extract.completed' then 'document.extracted'
    when 'edit.edited' then 'document.edited'
    when 'edit.undone' then 'document.edited'
    when 'edit.accepted' then 'document.edited'
    when 'due.soon' then 'document.due_soon'
    when 'edit.deleted' then 'document.deleted'
    when 'edit.trashed' then 'document.trashed'
    when 'edit.restored' then 'document.restored'
    -- A new description that failed leaves the document as it was.
    when event.stage || '.failed' then case when document.status = 'failed' then 'document.failed' end
  end;
end
$$;
comment on function private.webhook_event(public.document_events, public.documents) is
  'What webhooks call an event; null when they are not told of it.';

create function private.extractions_told(ids jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  most constant integer := 500;
begin
  return (
    select jsonb_agg(jsonb_build_object('id', told.id, 'schema_id', told.schema_id, 'schema', schemas.name, 'status',
      told.status,
      'missing', told.missing, 'values', (
        select coalesce(jsonb_agg(to_jsonb(first_values)), '[]') from (
          select path, row_number as "row", value, proof from public.extracted_values
          where extraction_id = told.id order by path, row_number limit most) as first_values),
      'more_values', greatest(0, (select count(*) from public.extracted_values where extraction_id = told.id) - most))
        order by schemas.name)
    from public.extractions as told join public.extraction_schemas as schemas on schemas.id = told.schema_id
    where told.id::text in (select jsonb_array_elements_text(ids)));
end
$$;
comment on function private.extractions_told(jsonb) is
  'Extractions as webhooks tell them, by their ids: [{id, schema_id, schema, status, missing, values: [{path, row, '
  'value, proof}], more_values}], the first 500 values each. No quotes: they are text of the document.';

create function private.webhook_payload(event_type text, event public.document_events, document public.documents)
  returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  whole constant jsonb := to_jsonb(document);
  told jsonb := jsonb_build_object('event_id', event.id, 'document', jsonb_build_object('id', event.document_id));
  extractions jsonb;
begin
  if document.id is not null then
    told := jsonb_set(told, '{document}', (
      select jsonb_object_agg(field, whole -> field) from (
        select unnest(array['id', 'filename', 'mime_type', 'byte_size', 'content_sha256', 'page_count',
          'unreadable_pages', 'status', 'error',
          'metadata_source', 'created_at', 'updated_at']) as field
        union all select field from private.metadata_fields()) as fields));
  end if;
  if event_type = 'document.edited' then
    told := told || jsonb_build_object('fields', coalesce(event.data -> 'fields', jsonb_build_array()));
  elsif event_type = 'document.due_soon' then
    told := told || jsonb_build_object('due_date', event.data -> 'due_date');
  elsif event_type = 'document.extracted' then
    extractions := coalesce(private.extractions_told(event.data -> 'extractions'), jsonb_build_array());
    -- A receiver takes some hundred kilobytes. The values are in the Data API.
    if octet_length(extractions::text) > 256 * 1024 then
      extractions := (select jsonb_agg(one - 'values'
        || jsonb_build_object('more_values', jsonb_array_length(one -> 'values') + (one ->> 'more_values')::integer))
        from jsonb_array_elements(extractions) as one);
    end if;
    told := told || jsonb_build_object('extractions', extractions);
  end if;
  return jsonb_build_object('type', event_type, 'timestamp', event.created_at, 'data', told);
end
$$;
comment on function private.webhook_payload(text, public.document_events, public.documents) is
  'The body of a message: {type, timestamp, data: {event_id, document, fields, due_date, extractions}}. The document '
  'is as it is now, at the end of the event''s transaction; of a deleted one only the id.';

create function private.queue_webhook_line(line uuid, owner uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_dispatch();
  -- Looked for, and not left to the unique index: an insert would wait for whoever has the job, who may wait for the
  -- dispatch.
  if not exists (select from private.jobs where document_id = queue_webhook_line.line and stage = 'webhooks'
    and state in ('queued', 'dispatched', 'running')) then
    perform private.queue_job('webhooks', queue_webhook_line.line, queue_webhook_line.owner);
  end if;
end
$$;
comment on function private.queue_webhook_line(uuid, uuid) is
  'Queues the job that sends the messages of a line, if there is none.';

create function private.make_delivery(endpoint public.webhook_endpoints, document_id uuid, payload jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  made public.webhook_deliveries;
begin
  -- Whoever ends the job of the line holds this too, so it sees the message, or has ended before.
  perform private.lock_dispatch();
  -- It may have been deleted since it was read. An upload does not fail for that.
  perform from public.webhook_endpoints where id = endpoint.id for key share;
  if not found then return null; end if;
  insert into public.webhook_deliveries (endpoint_id, user_id, document_id, line, event_type, payload)
  values (endpoint.id, endpoint.user_id, make_delivery.document_id,
    coalesce(md5(endpoint.id || ' ' || make_delivery.document_id)::uuid, gen_random_uuid()), payload ->> 'type',
    payload)
  returning * into made;
  perform private.queue_webhook_line(made.line, made.user_id);
  return made.id;
end
$$;
comment on function private.make_delivery(public.webhook_endpoints, uuid, jsonb) is
  'Makes a message of a webhook about a document, and the job of its line. Without a document it has a line of its '
  'own. Returns its id; null where the webhook was deleted meanwhile.';

create function private.forget_document_in_deliveries(of_document uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.webhook_deliveries
  set payload = jsonb_set(payload, '{data}', jsonb_build_object('event_id', payload #> '{data,event_id}',
      'document', jsonb_build_object('id', of_document, 'deleted', true))),
    response_body = null
  where document_id = of_document and event_type <> 'document.deleted';
end
$$;
comment on function private.forget_document_in_deliveries(uuid) is
  'A document is deleted: of its messages only the ids stay, in those that wait too. The caller has locked the '
  'dispatch.';

create function private.deliver_event(event public.document_events) returns void
language plpgsql security definer set search_path = '' as $$
declare
  document public.documents;
  event_type text;
  payload jsonb;
  endpoint public.webhook_endpoints;
begin
  if event.stage || '.' || event.kind = 'edit.deleted'
    and exists (select from public.webhook_deliveries where document_id = event.document_id) then
    perform private.lock_dispatch();
    perform private.forget_document_in_deliveries(event.document_id);
  end if;
  if not exists (select from public.webhook_endpoints where user_id = event.user_id and enabled) then
    return;
  end if;
  select * into document from public.documents where id = event.document_id;
  event_type := private.webhook_event(event, document);
  if event_type is null or (document.id is null and event_type <> 'document.deleted') then
    return;
  end if;
  for endpoint in
    select * from public.webhook_endpoints as wanting
    where wanting.user_id = event.user_id and wanting.enabled and event_type = any (wanting.events)
      order by wanting.created_at, wanting.id
  loop
    payload := coalesce(payload, private.webhook_payload(event_type, event, document));
    perform private.make_delivery(endpoint, event.document_id, payload);
  end loop;
end
$$;
comment on function private.deliver_event(public.document_events) is
  'An action of private.event_consumers: makes a message of the event for each enabled webhook of its user that wants '
  'it.';

insert into private.event_consumers (name, event_types, action) values (
  'webhooks',
  '{upload.completed,ocr.completed,metadata.completed,extract.completed,edit.edited,edit.undone,edit.accepted,due.soon,edit.deleted,edit.trashed,edit.restored,upload.failed,ocr.failed,metadata.failed}',
  'deliver_event');

create function private.queue_webhooks() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  at_once constant integer := 200;
  waiting record;
  queued integer := 0;
begin
  for waiting in
    select line, deliveries.user_id from public.webhook_deliveries as deliveries
      join public.webhook_endpoints on webhook_endpoints.id = endpoint_id
    where state = 'waiting' and (enabled or event_type = 'webhook.test')
      and (select true from private.jobs where jobs.document_id = line and stage = 'webhooks'
        and jobs.state in ('queued', 'dispatched', 'running')) is null
    group by line, deliveries.user_id order by min(deliveries.id) limit at_once
  loop
    perform private.queue_webhook_line(waiting.line, waiting.user_id);
    queued := queued + 1;
  end loop;
  return queued;
end
$$;
comment on function private.queue_webhooks() is
  'Queues the job of lines that have a message waiting and none: those of a webhook that was enabled again. 200 at '
  'once; returns how many. Run by pg_cron every 10 seconds.';

create function private.prune_webhooks() returns void
language sql security definer set search_path = '' as $$
  delete from public.webhook_deliveries
    where created_at < now() - (select keep_webhook_deliveries from private.settings);
  delete from private.webhook_secrets where expires_at < now();
$$;
comment on function private.prune_webhooks() is
  'Removes old messages, and secrets that were replaced. Run by pg_cron every hour.';

select cron.schedule('docket-webhooks', '10 seconds', 'select private.queue_webhooks()');
select cron.schedule('docket-prune-webhooks', '27 * * * *', 'select private.prune_webhooks()');

create function private.try_webhook(webhook_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  endpoint constant public.webhook_endpoints := private.own_webhook(try_webhook.webhook_id);
begin
  return jsonb_build_object('delivery_id', private.make_delivery(endpoint, null, jsonb_build_object(
    'type', 'webhook.test', 'timestamp', clock_timestamp(), 'data',
    jsonb_build_object('webhook_id', endpoint.id, 'message', 'This is a test.'))));
end
$$;
comment on function private.try_webhook(uuid) is 'See public.test_webhook.';

create function private.own_delivery(delivery_id bigint) returns public.webhook_deliveries
language plpgsql security definer set search_path = '' as $$
declare
  owned public.webhook_deliveries;
begin
  select * into owned from public.webhook_deliveries where id = own_delivery.delivery_id
    and user_id = (select private.caller());
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such message, or it is not yours.');
  end if;
  -- The dispatch before the webhook and its messages, as everybody locks them who changes a message.
  perform private.admit_request(owned.user_id);
  perform private.lock_dispatch();
  perform from public.webhook_endpoints where id = owned.endpoint_id for no key update;
  select * into owned from public.webhook_deliveries where id = own_delivery.delivery_id for update;
  return owned;
end
$$;
comment on function private.own_delivery(bigint) is
  'A message to a webhook of the signed-in user, locked. Errors: not_found (404), too_many_requests (429).';

create function private.send_again(delivery_id bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  delivery constant public.webhook_deliveries := private.own_delivery(send_again.delivery_id);
begin
  if not (select enabled from public.webhook_endpoints where id = delivery.endpoint_id) then
    perform private.refuse(409, 'not_allowed_now', 'The webhook is disabled. Enable it first.');
  end if;
  update public.webhook_endpoints set paused_until = null where id = delivery.endpoint_id and paused_until is not null;
  update public.webhook_deliveries set state = 'waiting', first_attempt_at = null, last_attempt_at = null
    where id = delivery.id and state <> 'waiting';
  update private.jobs set run_after = null where id in (
    select id from private.jobs where document_id = delivery.line and stage = 'webhooks'
      and state = 'queued' for update skip locked);
  perform private.queue_webhook_line(delivery.line, delivery.user_id);
  perform private.dispatch_jobs();
end
$$;
comment on function private.send_again(bigint) is 'See public.redeliver_webhook.';

create function private.give_up_delivery(delivery_id bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  delivery constant public.webhook_deliveries := private.own_delivery(give_up_delivery.delivery_id);
begin
  if delivery.state <> 'waiting' then
    perform private.refuse(409, 'not_allowed_now', 'Only a message that waits can be skipped.');
  end if;
  update public.webhook_deliveries set state = 'skipped' where id = delivery.id;
end
$$;
comment on function private.give_up_delivery(bigint) is 'See public.skip_webhook_delivery.';

create function public.test_webhook(webhook_id uuid) returns jsonb
language sql set search_path = ''
begin atomic
  select private.try_webhook(test_webhook.webhook_id);
end;
comment on function public.test_webhook(uuid) is
  'Sends an event webhook.test to a webhook of the signed-in user, once, also when it is disabled: {delivery_id}, the '
  'row of webhook_deliveries that tells how it went. Errors: not_found (404), too_many_requests (429).';

create function public.redeliver_webhook(delivery_id bigint) returns void
language sql set search_path = ''
begin atomic
  select private.send_again(redeliver_webhook.delivery_id);
end;
comment on function public.redeliver_webhook(bigint) is
  'Sends a message to a webhook of the signed-in user again, with the same id: one that was delivered, failed or '
  'skipped; one that waits for its retry is tried at once. Errors: not_found (404), not_allowed_now (409) while the '
  'webhook is disabled, too_many_requests (429).';

create function public.skip_webhook_delivery(delivery_id bigint) returns void
language sql set search_path = ''
begin atomic
  select private.give_up_delivery(skip_webhook_delivery.delivery_id);
end;
comment on function public.skip_webhook_delivery(bigint) is
  'Gives up a message that waits, so that the next ones about its document are sent. Errors: not_found (404), '
  'not_allowed_now (409), too_many_requests (429).';

revoke execute on function
  private.webhook_event(public.document_events, public.documents), private.extractions_told(jsonb),
  private.webhook_payload(text, public.document_events, public.documents), private.queue_webhook_line(uuid, uuid),
  private.make_delivery(public.webhook_endpoints, uuid, jsonb), private.forget_document_in_deliveries(uuid),
  private.deliver_event(public.document_events), private.queue_webhooks(), private.prune_webhooks(),
  private.try_webhook(uuid),
  private.own_delivery(bigint), private.send_again(bigint), private.give_up_delivery(bigint),
  public.test_webhook(uuid), public.redeliver_webhook(bigint), public.skip_webhook_delivery(bigint)
  from public, anon, authenticated, service_role;
grant execute on function private.forget_document_in_deliveries(uuid) to service_role;
grant execute on function
  private.try_webhook(uuid), private.send_again(bigint), private.give_up_delivery(bigint),
  public.test_webhook(uuid), public.redeliver_webhook(bigint), public.skip_webhook_delivery(bigint) to authenticated;
