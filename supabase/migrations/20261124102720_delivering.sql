-- How a worker of the function "webhooks" sends a message, and what its answer leads to.

create function private.next_line(job private.jobs, take_next boolean) returns jsonb
language plpgsql set search_path = '' as $$
declare
  next_job jsonb;
begin
  if take_next then
    next_job := private.take_next(job.stage, private.lease_after(job.lease), job.worker);
  end if;
  if next_job is null then
    perform private.dispatch_jobs();
  end if;
  return jsonb_build_object('next', next_job);
end
$$;
comment on function private.next_line(private.jobs, boolean) is
  'The job of a line has left its worker: {next: the next job for the worker, if take_next asks for one}. Its slot is '
  'given out in any case.';

create function public.begin_delivery(job_id uuid, lease uuid, take_next boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(begin_delivery.job_id, begin_delivery.lease);
  delivery public.webhook_deliveries;
  endpoint public.webhook_endpoints;
begin
  select * into delivery from public.webhook_deliveries where line = job.document_id and state = 'waiting' order by id
    limit 1;
  select * into endpoint from public.webhook_endpoints where id = delivery.endpoint_id;
  if endpoint.id is null or not (endpoint.enabled or delivery.event_type = 'webhook.test') then
    -- Behind the lock nobody makes a message meanwhile that this job would have sent.
    perform private.lock_dispatch();
    if exists (select from public.webhook_deliveries as sent
      join public.webhook_endpoints as wanting on wanting.id = sent.endpoint_id
      where sent.line = job.document_id and sent.state = 'waiting'
        and (wanting.enabled or sent.event_type = 'webhook.test')) then
      perform private.end_job(job, 'queued');
      update private.jobs set attempts = job.attempts - 1 where id = job.id;
    else
      perform private.end_job(job, 'done');
    end if;
    return private.next_line(job, begin_delivery.take_next);
  elsif endpoint.paused_until > clock_timestamp() and delivery.event_type <> 'webhook.test' then
    perform private.end_job(job, 'queued');
    update private.jobs
    set attempts = job.attempts - 1, run_after = endpoint.paused_until + random() * interval '5 seconds'
      where id = job.id;
    return private.next_line(job, begin_delivery.take_next);
  end if;
  return jsonb_build_object('delivery', jsonb_build_object(
    'id', delivery.id, 'message_id', delivery.message_id, 'url', endpoint.url, 'body', delivery.payload::text,
    'secrets', to_jsonb(private.webhook_secrets_of(endpoint.id)), 'loopback',
    (select loopback_webhooks from private.settings)));
end
$$;
comment on function public.begin_delivery(uuid, uuid, boolean) is
  'The message that the holder of a line''s job sends: {delivery: {id, message_id, url, body, secrets, loopback}}. '
  'When there is none to send now, the job has ended, or waits until its webhook is paused no longer: {next: the next '
  'job for this worker, if take_next asks for one}. Errors: lease_lost (409).';

create function private.disable_webhook(endpoint public.webhook_endpoints, delivery public.webhook_deliveries,
  problem jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  update public.webhook_endpoints
  set enabled = false, disabled_at = clock_timestamp(), paused_until = null,
    disabled_reason = jsonb_build_object('code', problem ->> 'code', 'message', problem ->> 'message')
  where id = endpoint.id;
  select * into document from public.documents where id = delivery.document_id;
  if document.id is not null then
    perform private.record_event(document, 'webhooks', 'failed', format('The webhook to %s was disabled: %s',
      substring(endpoint.url from '^https?://([^/?#]*)'), problem ->> 'message'),
      jsonb_build_object('webhook_id', endpoint.id, 'delivery_id', delivery.id, 'host',
        substring(endpoint.url from '^https?://([^/?#]*)'), 'code', problem ->> 'code'));
  end if;
end
$$;
comment on function private.disable_webhook(public.webhook_endpoints, public.webhook_deliveries, jsonb) is
  'Stops sending to a webhook, with the reason that its owner sees, there and in the history of the document whose '
  'message it was. What waits stays, and is sent when it is enabled again.';

create function private.fail_delivery(job private.jobs, endpoint public.webhook_endpoints,
  delivery public.webhook_deliveries, problem jsonb)
returns void language plpgsql set search_path = '' as $$
declare
  failed_since constant timestamptz := coalesce(endpoint.failing_since, clock_timestamp());
  tried_since constant timestamptz := greatest(delivery.first_attempt_at, endpoint.enabled_at);
  final constant boolean := coalesce((problem ->> 'final')::boolean, false)
    or tried_since < clock_timestamp() - (select webhooks_tried_for from private.settings);
begin
  if final or not endpoint.enabled then
    if endpoint.enabled then
      perform private.disable_webhook(endpoint, delivery, problem);
    end if;
    perform private.end_job(job, 'done', problem - '{final,retry_after_ms}'::text[]);
    return;
  end if;
  update public.webhook_endpoints
  set failures = endpoint.failures + 1, failing_since = failed_since,
    paused_until = case when endpoint.failures + 1 >= 5 then clock_timestamp()
      + least(interval '1 hour', greatest(interval '10 seconds', (clock_timestamp() - failed_since) / 2)) end
  where id = endpoint.id;
  perform private.fail_attempt(job,
    jsonb_build_object('code', problem ->> 'code', 'message', problem ->> 'message', 'retryable', true,
    'retry_after_ms', problem -> 'retry_after_ms'));
end
$$;
comment on function private.fail_delivery(private.jobs, public.webhook_endpoints, public.webhook_deliveries, jsonb) is
  'An attempt failed, with {code, message, final, retry_after_ms}: its line is tried again later; after a day of that, '
  'or at once when trying again is no use, the webhook is disabled. After five failures in a row the whole webhook '
  'pauses, so that one that is gone costs little.';

create function public.end_delivery(job_id uuid, lease uuid, delivery_id bigint, result jsonb,
  take_next boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(end_delivery.job_id, end_delivery.lease);
  problem constant jsonb := nullif(result -> 'error', 'null');
  endpoint public.webhook_endpoints;
  delivery public.webhook_deliveries;
begin
  -- Before the webhook and its messages: whoever makes one has the lock and wants the others.
  perform private.lock_dispatch();
  select webhook_endpoints.* into endpoint from public.webhook_endpoints
  join public.webhook_deliveries as sent on sent.endpoint_id = webhook_endpoints.id
  where sent.id = end_delivery.delivery_id and sent.line = job.document_id for no key update of webhook_endpoints;
  update public.webhook_deliveries
  set attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, job.claimed_at),
    last_attempt_at = clock_timestamp(),
    duration_ms = (result ->> 'ms')::integer, response_status = (result ->> 'status')::integer,
    response_body = result ->> 'body',
    error = problem - '{final,retry_after_ms}'::text[],
    state = case when problem is null then 'delivered' when event_type = 'webhook.test'
      and state = 'waiting' then 'failed' else state end
  where id = end_delivery.delivery_id and line = job.document_id returning * into delivery;
  if delivery.id is null then
    -- The webhook was deleted meanwhile.
    perform private.end_job(job, 'done');
    return private.next_line(job, end_delivery.take_next);
  end if;
  if delivery.document_id is not null and not exists (select from public.documents where id = delivery.document_id) then
    perform private.forget_document_in_deliveries(delivery.document_id);
  end if;
  if delivery.event_type <> 'webhook.test' and delivery.state = 'waiting' and problem is not null then
    perform private.fail_delivery(job, endpoint, delivery, problem);
    return private.next_line(job, end_delivery.take_next);
  end if;
  if problem is null and endpoint.failures > 0 then
    update public.webhook_endpoints set failures = 0, failing_since = null, paused_until = null where id = endpoint.id;
  end if;
  if exists (select from public.webhook_deliveries where line = job.document_id and state = 'waiting') then
    perform private.end_job(job, 'queued');
    update private.jobs
    set attempts = 0, excused = 0, queue_position = private.next_queue_position(job.stage, job.user_id, job.suspect)
      where id = job.id;
  else
    perform private.end_job(job, 'done');
  end if;
  return private.next_line(job, end_delivery.take_next);
end
$$;
comment on function public.end_delivery(uuid, uuid, bigint, jsonb, boolean) is
  'How an attempt went: {status, body, ms, error: null or {code, message, final, retry_after_ms}}. Delivered, the next '
  'message of the line queues up behind the other lines; failed, see private.fail_delivery; a test is not tried again. '
  'Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';

revoke execute on function
  private.next_line(private.jobs, boolean), public.begin_delivery(uuid, uuid, boolean),
  private.disable_webhook(public.webhook_endpoints, public.webhook_deliveries, jsonb),
  private.fail_delivery(private.jobs, public.webhook_endpoints, public.webhook_deliveries, jsonb),
  public.end_delivery(uuid, uuid, bigint, jsonb, boolean)
  from public, anon, authenticated;
grant execute on function
  private.next_line(private.jobs, boolean), public.begin_delivery(uuid, uuid, boolean),
  private.disable_webhook(public.webhook_endpoints, public.webhook_deliveries, jsonb),
  private.fail_delivery(private.jobs, public.webhook_endpoints, public.webhook_deliveries, jsonb),
  public.end_delivery(uuid, uuid, bigint, jsonb, boolean)
  to service_role;
