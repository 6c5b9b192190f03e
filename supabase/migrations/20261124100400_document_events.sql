create table public.document_events (
  id bigint generated always as identity primary key,
  document_id uuid not null references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  stage text not null,
  kind text not null,
  message text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),

  constraint stage_is_a_name check (stage ~ '^[a-z][a-z_]{0,30}$'),
  constraint kind_is_known check (kind in ('queued', 'started', 'progress', 'tool', 'parts', 'completed', 'retrying',
    'failed', 'edited', 'undone', 'accepted', 'locked', 'unlocked', 'shared', 'opened', 'revoked', 'received',
    'applied', 'skipped', 'held', 'released', 'soon', 'trashed', 'restored'))
);
create index document_events_by_document on public.document_events (document_id, id);
create index document_events_by_user on public.document_events (user_id);

comment on table public.document_events is
  'The history of a document, append-only: progress, attempts, tool calls, edits. Never holds a document''s text.';
comment on column public.document_events.stage is
  'A stage of private.stages; upload, edit by a person, share by a link, mail, or rule of the owner, or due.';
comment on column public.document_events.message is 'A sentence for people.';
comment on column public.document_events.data is
  'The same for programs: page and page_count of progress, attempt and error of a retry, tool of a tool call, fields '
  'of an edit.';

alter table public.document_events enable row level security;
create policy "users can read the history of their own documents" on public.document_events
  for select to authenticated using (user_id = (select auth.uid()));

revoke all on public.document_events from anon, authenticated, service_role, public;
revoke all on sequence public.document_events_id_seq from anon, authenticated, service_role, public;
grant select on public.document_events to authenticated;
grant select, insert, delete on public.document_events to service_role;

create function private.record_event(document public.documents, stage text, kind text, message text,
  data jsonb default '{}')
returns void language plpgsql set search_path = '' as $$
begin
  insert into public.document_events (document_id, user_id, stage, kind, message, data)
  values (document.id, document.user_id, stage, kind, message, data);
end
$$;
comment on function private.record_event(public.documents, text, text, text, jsonb) is
  'Adds a line to a document''s history.';
revoke execute on function private.record_event(public.documents, text, text, text, jsonb) from public, anon,
  authenticated;
grant execute on function private.record_event(public.documents, text, text, text, jsonb) to service_role;
