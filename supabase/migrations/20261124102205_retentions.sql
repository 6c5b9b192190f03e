-- Documents that must not be deleted: kept until a day, or held until their owner releases them.

create table public.retentions (
  document_id uuid primary key references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  keep_until date,
  held boolean not null default false,
  created_at timestamptz not null default now(),

  constraint a_retention_keeps_or_holds check (held or keep_until is not null)
);
create index retentions_by_user on public.retentions (user_id);
comment on table public.retentions is
  'Documents that cannot be deleted. Rows are made by rules, hold_document and change_retention; release_document '
  'removes them. docs/rules.md.';
comment on column public.retentions.keep_until is 'It cannot be deleted before this day.';
comment on column public.retentions.held is 'It cannot be deleted until its owner releases it.';

alter table public.retentions enable row level security;
create policy "users can read what is kept of theirs" on public.retentions
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.retentions from anon, authenticated, service_role, public;
grant select on public.retentions to authenticated, service_role;

create function private.is_kept(of_document uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from public.retentions where document_id = of_document and (held or keep_until > current_date));
end
$$;
comment on function private.is_kept(uuid) is 'Whether a document must not be deleted today.';

create function private.refuse_kept() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_kept(old.id) then
    perform private.refuse(409, 'document_held',
      format('“%s” is held, or kept until a later day. Release it before you delete it.',
      coalesce(old.display_name, old.filename)));
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
comment on function private.refuse_kept() is
  'Trigger: a document that is kept or held is not deleted, nor moved to the trash, in whichever way; a part of it '
  'that is keeps the whole. Errors: document_held (409).';

create function private.refuse_kept_file() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.documents where storage_path = old.name and private.is_kept(id)) then
    perform private.refuse(409, 'document_held',
      'The document of this file is held, or kept until a later day. Release it before you delete it.');
  end if;
  return old;
end
$$;
comment on function private.refuse_kept_file() is 'Trigger: nor is its file. Errors: document_held (409).';
create trigger on_document_files_deleted before delete on storage.objects
  for each row when (old.bucket_id = 'documents') execute function private.refuse_kept_file();

create function private.retain(document public.documents, until date, hold boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.retentions as kept (document_id, user_id, keep_until, held)
  values (document.id, document.user_id, retain.until, coalesce(retain.hold, false))
  on conflict on constraint retentions_pkey do update
  set keep_until = greatest(kept.keep_until, excluded.keep_until), held = kept.held or excluded.held;
end
$$;
comment on function private.retain(public.documents, date, boolean) is
  'Keeps a document until a day, holds it, or both. What it is kept for already is never made shorter.';

create function private.refuse_erasing_kept(owner uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  report jsonb;
begin
  select jsonb_build_object('held', count(*) filter (where held), 'kept', count(*) filter (where not held),
    'keep_until', max(keep_until),
    'document_ids', to_jsonb((array_agg(document_id order by document_id))[:100])) into report
  from public.retentions where user_id = owner and (held or keep_until > current_date);
  if report -> 'document_ids' <> 'null' then
    raise exception using errcode = 'PT409', hint = 'document_held', detail = report::text,
      message = 'Some documents of the account are held, or kept until a later day. Release them first: nothing was erased.';
  end if;
  -- Nothing else becomes held while a large account is erased in steps.
  delete from public.rules where user_id = owner;
end
$$;
comment on function private.refuse_erasing_kept(uuid) is
  'An account with documents that are held or kept is not erased: the detail of the refusal has {held, kept, '
  'keep_until: the last day, document_ids: the first 100}. Errors: document_held (409).';

create function private.own_document(of_document uuid) returns public.documents
language plpgsql security definer set search_path = '' as $$
declare
  owned public.documents;
begin
  perform private.admit_request(private.caller());
  select * into owned from public.documents where id = of_document and user_id = (select private.caller())
    and trashed_at is null for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document, or it is not yours.');
  end if;
  return owned;
end
$$;
comment on function private.own_document(uuid) is
  'A document of the signed-in user, locked; counts as a request. Errors: not_found (404), too_many_requests (429).';

create function private.change_retention_own(document_id uuid, changes jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  document constant public.documents := private.own_document(change_retention_own.document_id);
  before public.retentions;
  hold boolean;
  until date;
begin
  select * into before from public.retentions as kept where kept.document_id = document.id;
  before.held := coalesce(before.held, false);
  hold := case when changes ? 'held' then coalesce((changes ->> 'held')::boolean, false) else before.held end;
  until := case when changes ? 'keep_until' then (changes ->> 'keep_until')::date else before.keep_until end;
  if changes ? 'keep_until' and (until <= current_date or until > current_date + interval '100 years') then
    perform private.refuse(400, 'invalid_request',
      'keep_until is a day after today, at most 100 years from now, or null.');
  end if;
  if hold = before.held and until is not distinct from before.keep_until then
    return;
  end if;

  if hold or until is not null then
    insert into public.retentions as kept (document_id, user_id, keep_until, held)
    values (document.id, document.user_id, until, hold)
    on conflict on constraint retentions_pkey do update set keep_until = excluded.keep_until, held = excluded.held;
  else
    delete from public.retentions as kept where kept.document_id = document.id;
  end if;
  perform private.record_event(document, 'edit',
    case when hold < before.held or coalesce(until < before.keep_until, before.keep_until is not null) then 'released'
      else 'held' end,
    case when hold and until is not null then format('Held, and kept until %s.', until)
      when hold then 'Held: it cannot be deleted.'
      when until is not null then format('Kept until %s.', until)
      else 'Released: it can be deleted.' end,
    jsonb_build_object('held', hold, 'keep_until', until, 'before',
      jsonb_build_object('held', before.held, 'keep_until', before.keep_until)));
end
$$;
comment on function private.change_retention_own(uuid, jsonb) is
  'Changes {held, keep_until} of a document of the signed-in user, or one of them; its history says so: released where '
  'anything was lifted, else held. Errors: invalid_request (400), not_found (404), too_many_requests (429).';

create function private.hold_own(document_id uuid) returns void
language sql security definer set search_path = '' as $$
  select private.change_retention_own(document_id, jsonb_build_object('held', true))
$$;
comment on function private.hold_own(uuid) is 'See public.hold_document.';

create function private.release_own(document_id uuid) returns void
language sql security definer set search_path = '' as $$
  select private.change_retention_own(document_id, jsonb_build_object('held', false, 'keep_until', null))
$$;
comment on function private.release_own(uuid) is 'See public.release_document.';

create function public.hold_document(document_id uuid) returns void
language sql set search_path = ''
begin atomic
  select private.hold_own(hold_document.document_id);
end;
comment on function public.hold_document(uuid) is
  'Holds a document of the signed-in user: it cannot be deleted until it is released. Repeats change nothing. Errors: '
  'not_found (404), too_many_requests (429).';

create function public.change_retention(document_id uuid, changes jsonb) returns void
language sql set search_path = ''
begin atomic
  select private.change_retention_own(change_retention.document_id, change_retention.changes);
end;
comment on function public.change_retention(uuid, jsonb) is
  'Changes what keeps a document of the signed-in user from being deleted: {held, keep_until: a day after today, at '
  'most 100 years from now, or null}, or one of them. Repeats change nothing. Errors: invalid_request (400), not_found '
  '(404), too_many_requests (429).';

create function public.release_document(document_id uuid) returns void
language sql set search_path = ''
begin atomic
  select private.release_own(release_document.document_id);
end;
comment on function public.release_document(uuid) is
  'Lifts the hold of a document of the signed-in user, and the day until which it is kept; its history says so. '
  'Repeats change nothing. Errors: not_found (404), too_many_requests (429).';

revoke execute on function
  private.is_kept(uuid), private.refuse_kept(), private.refuse_kept_file(),
  private.retain(public.documents, date, boolean),
  private.refuse_erasing_kept(uuid), private.own_document(uuid), private.change_retention_own(uuid, jsonb),
  private.hold_own(uuid), private.release_own(uuid),
  public.hold_document(uuid), public.change_retention(uuid, jsonb), public.release_document(uuid)
  from public, anon, authenticated, service_role;
grant execute on function
  private.change_retention_own(uuid, jsonb), private.hold_own(uuid), private.release_own(uuid),
  public.hold_document(uuid),
  public.change_retention(uuid, jsonb), public.release_document(uuid)
  to authenticated;
