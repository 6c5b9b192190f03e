-- The one seam for events: what happens to a document is a row of document_events, and who wants to act on it has a
-- row here. So nothing else hangs on documents.

create table private.event_consumers (
  name text primary key,
  event_types text[] not null,
  stage private.job_stage,
  action text,
  filter text,
  constraint a_consumer_has_a_stage_or_an_action check (num_nonnulls(stage, action) = 1),
  constraint event_types_are_stage_and_kind check (
    event_types <> '{}' and array_to_string(event_types, ' ',
      '') ~ '^([*]|[a-z_]+)[.][a-z]+( ([*]|[a-z_]+)[.][a-z]+)*$'),
  constraint an_action_is_a_function_of_private check (action ~ '^[a-z][a-z_]*$'),
  constraint a_filter_is_a_function_of_private check (filter ~ '^[a-z][a-z_]*$')
);
comment on table private.event_consumers is
  'Who acts on events: each event of these types becomes a job of the stage, or a call of the action, in the '
  'transaction of the event, once. The job has {event: {id, type, message, data, created_at}} as payload, and the '
  'retries, leases and limits of its stage.';
comment on column private.event_consumers.event_types is
  'stage.kind as in document_events: "metadata.completed". "*.failed" is a failure of any stage, but of those that '
  'consumers start: an event of such a one has to be named, so that no two consumers call each other without end.';
comment on column private.event_consumers.stage is
  'The stage that gets a job for each event; null when action acts itself.';
comment on column private.event_consumers.action is
  'The name of a function in private that takes the event (document_events) and acts in the transaction of the event. '
  'For consumers that make rows of their own of it. What fails there undoes what happened, so it must not.';
comment on column private.event_consumers.filter is
  'The name of a function in private that takes the event (document_events) and says whether it becomes a job; null: '
  'always. For consumers that only some users have.';

alter table private.event_consumers enable row level security;
create policy "closed to users" on private.event_consumers for all to anon, authenticated using (false);
revoke all on private.event_consumers from anon, authenticated, service_role, public;
grant select on private.event_consumers to service_role;

create function private.publish(event public.document_events) returns void
language plpgsql security definer set search_path = '' as $$
declare
  consumer private.event_consumers;
  wanted boolean;
begin
  for consumer in
    select * from private.event_consumers
    where event.stage || '.' || event.kind = any (event_types)
      or '*.' || event.kind = any (event_types)
        and not exists (select from private.event_consumers as others where others.stage = event.stage)
    order by name
  loop
    if consumer.filter is not null then
      execute format('select private.%I($1)', consumer.filter) into wanted using event;
      continue when wanted is not true;
    end if;
    if consumer.action is not null then
      execute format('select private.%I($1)', consumer.action) using event;
      continue;
    end if;
    -- The event may have been undone since, with its document.
    continue when not exists (select from public.documents where id = event.document_id)
      and not (private.stage_named(consumer.stage)).outlives_document;
    perform private.queue_job(consumer.stage, event.document_id, event.user_id,
      jsonb_build_object('event', jsonb_build_object(
      'id', event.id, 'type', event.stage || '.' || event.kind, 'message', event.message, 'data', event.data,
      'created_at', event.created_at)),
      event_id => event.id);
  end loop;
end
$$;
comment on function private.publish(public.document_events) is
  'Makes a job of an event, or calls the action, for each consumer that wants it. Also for events that have no row, '
  'because their document is gone: see private.publish_deletions.';

create function private.publish_deletions(gone public.documents[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from private.event_consumers where 'edit.deleted' = any (event_types)) then
    perform private.publish(row(
      nextval('public.document_events_id_seq'), document.id, document.user_id, 'edit', 'deleted', 'Deleted.',
      jsonb_build_object(),
      clock_timestamp())::public.document_events)
    from unnest(gone) as document;
  end if;
end
$$;
comment on function private.publish_deletions(public.documents[]) is
  'Publishes edit.deleted for documents that were deleted. Their history is gone with them, so this event has a number '
  'and no row.';

create function private.publish_event() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.publish(new);
  return null;
end
$$;
comment on function private.publish_event() is 'Trigger: publishes an event.';
revoke execute on function private.publish(public.document_events), private.publish_deletions(public.documents[]),
  private.publish_event()
  from public, anon, authenticated, service_role;

-- At the end of the transaction: queueing a job takes the lock of dispatch, and nothing may be locked after that. What
-- comes many times in one run is told to watchers only.
create constraint trigger on_document_events_recorded after insert on public.document_events
  deferrable initially deferred for each row when (new.kind not in ('progress', 'tool'))
  execute function private.publish_event();
