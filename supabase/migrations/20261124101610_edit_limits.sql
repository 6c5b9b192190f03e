-- What people change counts as requests of theirs, and one request changes only so much: it holds its rows until it
-- ends.

alter table private.settings
  add column documents_per_edit integer not null default 600,
  add constraint documents_per_edit_is_positive check (documents_per_edit > 0);
comment on column private.settings.documents_per_edit is
  'Documents that one request of a user may change or delete, with the parts that go along; an alias counts as ten. A '
  'document and all of its parts should fit: see parts_per_upload.';

create function private.admit_edit() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Before any row is locked, as every request has it. An upsert is an insert and an update, and one request.
  if coalesce(current_setting('docket.rows_changed', true), '') = '' then
    perform set_config('docket.rows_changed', '0', true);
    perform private.admit_request((select auth.uid()));
  end if;
  return null;
end
$$;
comment on function private.admit_edit() is
  'Trigger: a statement of a user that changes something counts in the request rate, once a transaction. Errors: '
  'too_many_requests (429).';

create function private.count_edit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := (select documents_per_edit from private.settings);
  changed constant integer := current_setting('docket.rows_changed')::integer + tg_argv[0]::integer;
begin
  if changed > most then
    perform private.refuse(400, 'invalid_request',
      format('One request changes at most %s documents, or %s aliases. Send several.', most, most / 10));
  end if;
  perform set_config('docket.rows_changed', changed::text, true);
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
comment on function private.count_edit() is
  'Trigger: adds up what a user''s request changes, and stops it at documents_per_edit; what the pipeline changes is '
  'not counted. Errors: invalid_request (400).';

create trigger tag_aliases_admit_edit before insert or update or delete on public.tag_aliases
  for each statement when (current_user = 'authenticated') execute function private.admit_edit();
create trigger tag_aliases_count_edit before insert or update of user_id, alias, tag on public.tag_aliases
  for each row when (current_setting('docket.rows_changed', true) <> ''
    and pg_trigger_depth() = 0) execute function private.count_edit('10');
create trigger learned_hints_admit_edit before delete on public.learned_hints
  for each statement when (current_user = 'authenticated') execute function private.admit_edit();
create trigger saved_views_admit_edit before insert or update or delete on public.saved_views
  for each statement when (current_user = 'authenticated') execute function private.admit_edit();
create trigger preferences_admit_edit before insert or update or delete on public.preferences
  for each statement when (current_user = 'authenticated') execute function private.admit_edit();

revoke execute on function private.admit_edit(), private.count_edit() from public, anon, authenticated, service_role;
