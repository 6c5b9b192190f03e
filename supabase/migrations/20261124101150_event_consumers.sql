-- The one seam for events: what happens to a document is a row of document_events, and who wants to act on it has a row here. So
-- nothing else hangs on documents.

create table private.event_consumers (
  name text primary key,
  event_types text[] not null,
  stage private.job_stage not null,
  filter text,
  constraint event_types_are_stage_and_kind check (
    event_types <> '{}' and array_to_string(event_types, ' ', '') ~ '^([*]|[a-z_]+)[.][a-z]+( ([*]|[a-z_]+)[.][a-z]+)*$'),
  constraint a_filter_is_a_function_of_private check (filter ~ '^[a-z][a-z_]*$')
);
comment on table private.event_consumers is
  'Who acts on events: each event of these types becomes a job of the stage, in the transaction of the event, once. The job has {event: {id, type, message, data, created_at}} as payload, and the retries, leases and limits of its stage.';
comment on column private.event_consumers.event_types is
  'stage.kind as in document_events: "metadata.completed". "*.failed" is a failure of any stage, but of those that consumers start: an event of such a one has to be named, so that no two consumers call each other without end.';
comment on column private.event_consumers.filter is
  'The name of a function in private that takes the event (document_events) and says whether it becomes a job; null: always. For consumers that only some users have.';

alter table private.event_consumers enable row level security;
create policy "closed to users" on private.event_consumers for all to anon, authenticated using (false);
revoke all on private.event_consumers from anon, authenticated, service_role, public;
grant select on private.event_consumers to service_role;

create function private.publish_event() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  consumer private.event_consumers;
  wanted boolean;
begin
  for consumer in
    select * from private.event_consumers
    where new.stage || '.' || new.kind = any (event_types)
      or '*.' || new.kind = any (event_types) and new.stage not in (select stage from private.event_consumers)
    order by name
  loop
    if consumer.filter is not null then
      execute format('select private.%I($1)', consumer.filter) into wanted using new;
      continue when wanted is not true;
    end if;
    -- The event may have been undone since, with its document.
    continue when not exists (select from public.documents where id = new.document_id)
      and not (private.stage_named(consumer.stage)).outlives_document;
    perform private.queue_job(consumer.stage, new.document_id, new.user_id, jsonb_build_object('event', jsonb_build_object(
      'id', new.id, 'type', new.stage || '.' || new.kind, 'message', new.message, 'data', new.data, 'created_at', new.created_at)),
      event_id => new.id);
  end loop;
  return null;
end
$$;
comment on function private.publish_event() is 'Trigger: makes a job of an event for each consumer that wants it.';
revoke execute on function private.publish_event() from public, anon, authenticated;

-- At the end of the transaction: queueing a job takes the lock of dispatch, and nothing may be locked after that. What comes many
-- times in one run is told to watchers only.
create constraint trigger on_document_events_recorded after insert on public.document_events
  deferrable initially deferred for each row when (new.kind not in ('progress', 'tool'))
  execute function private.publish_event();
