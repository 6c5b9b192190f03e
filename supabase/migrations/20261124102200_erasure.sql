-- What ends by itself or on its owner's wish: accounts, documents that are old, files that belong to nobody.

create table private.account_erasures (
  user_id uuid primary key,
  asked_at timestamptz not null default now()
);
comment on table private.account_erasures is
  'Users who want their account erased, until nothing of it is left; no foreign key, for the row outlives the user by '
  'what Auth''s log says of them.';

alter table private.account_erasures enable row level security;
create policy "users can ask to be erased" on private.account_erasures
  for insert to authenticated with check (user_id = (select auth.uid()));
revoke all on private.account_erasures from anon, authenticated, service_role, public;
grant insert (user_id) on private.account_erasures to authenticated;

create function private.erase_some(owner uuid, at_most integer) returns boolean
language plpgsql set search_path = '' as $$
declare
  erased integer;
begin
  -- One statement: the trigger on_documents_deleted queues the removal of the files, and holds the dispatch from then
  -- on.
  delete from public.documents where id in (select id from public.documents where user_id = owner order by id
    limit at_most);
  get diagnostics erased = row_count;
  if erased = at_most then
    return false;
  end if;
  -- Everything else refers to the user and goes along.
  delete from auth.users where id = owner;
  return true;
end
$$;
comment on function private.erase_some(uuid, integer) is
  'Deletes so many of a user''s documents, and with the last of them the user. Returns whether the user is gone.';

create function private.erase_log(owner uuid) returns void
language plpgsql set search_path = '' as $$
begin
  delete from auth.audit_log_entries where payload::text like '%' || owner || '%';
exception when insufficient_privilege or undefined_table then
  raise warning 'docket: Auth''s log was left as it is: %', sqlerrm;
end
$$;
comment on function private.erase_log(uuid) is 'Auth''s own log names a user in what they did: these lines go.';

create function private.erase_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.refuse_erasing_kept(new.user_id);
  if not private.erase_some(new.user_id, 200) then
    -- Nobody signs in again while private.erase_accounts deletes the rest. In the form that Auth's own bans have.
    delete from public.api_tokens where user_id = new.user_id;
    update auth.users set banned_until = now() + interval '100 years' where id = new.user_id;
  elsif coalesce((select reltuples from pg_catalog.pg_class where oid = to_regclass('auth.audit_log_entries')),
    0) < 100000 then
    perform private.erase_log(new.user_id);
    delete from private.account_erasures where user_id = new.user_id;
  end if;
  return null;
end
$$;
comment on function private.erase_account() is
  'Trigger: erases the account of a user who asked for it; of one with more than 200 documents the rest is left to '
  'private.erase_accounts, as is a long log of Auth''s. Errors: document_held (409), with what is held.';
create trigger on_account_erasures_asked after insert on private.account_erasures
  for each row execute function private.erase_account();

create function private.erase_accounts() returns void
language plpgsql security definer set search_path = '' as $$
declare
  asked private.account_erasures;
begin
  select * into asked from private.account_erasures order by asked_at limit 1 for update skip locked;
  if found and private.erase_some(asked.user_id, 500) then
    perform private.erase_log(asked.user_id);
    delete from private.account_erasures where user_id = asked.user_id;
  end if;
end
$$;
comment on function private.erase_accounts() is
  'Goes on with the account that asked first to be erased: 500 documents, then the user and what Auth''s log says of '
  'them. Run by pg_cron every 10 seconds.';

create function public.erase_account() returns void
language sql set search_path = ''
begin atomic
  insert into private.account_erasures (user_id) values ((select auth.uid())) on conflict do nothing;
end;
comment on function public.erase_account() is
  'Erases the account of the signed-in user with all documents; their files follow within seconds. Of more than 200 '
  'documents, the rest and the account itself follow within minutes, and nobody can sign in meanwhile. There is no way '
  'back. Errors: document_held (409) while documents are held or kept, with a report of them in the detail; nothing is '
  'erased then.';

alter table private.settings add column keep_documents interval,
  add constraint documents_are_kept_for_a_while check (keep_documents > interval '0');
alter table private.settings add column keep_trash interval not null default '30 days',
  add constraint trash_is_kept_for_a_while check (keep_trash > interval '0');
comment on column private.settings.keep_trash is 'How long documents stay in the trash before they are deleted.';
comment on column private.settings.keep_documents is
  'Documents are deleted when they are older; null keeps them until somebody deletes them.';

create function private.expire_documents() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  expired integer;
  thrown_away integer;
begin
  delete from public.documents where id in (
    select id from public.documents, private.settings where documents.created_at < now() - keep_documents
      and not private.is_kept(documents.id)
    order by documents.created_at limit 1000 for update of documents skip locked);
  get diagnostics expired = row_count;
  delete from public.documents where id in (
    select id from public.documents, private.settings where documents.trashed_at < now() - keep_trash
    order by documents.trashed_at limit 1000 for update of documents skip locked);
  get diagnostics thrown_away = row_count;
  return expired + thrown_away;
end
$$;
comment on function private.expire_documents() is
  'Deletes documents that are older than keep_documents, and those that are in the trash for longer than keep_trash, '
  'the oldest 1,000 of each; returns how many. Run by pg_cron every 10 minutes.';

create function private.erase_strays() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  stray record;
  found_strays integer := 0;
begin
  for stray in
    select objects.name, kind from storage.objects
    cross join lateral (select case bucket_id when 'documents' then 'storage_path' else 'thumbnail_path' end as kind)
      as named
    where bucket_id in ('documents', 'thumbnails') and objects.created_at < now() - interval '1 hour'
      and not exists (
        select from public.documents where storage_path = objects.name
          and not (bucket_id = 'documents' and status = 'failed'
            and (error ->> 'stage' = 'upload' or error ->> 'code' = 'file_differs')))
      and not exists (
        select from private.jobs where stage = 'erase' and payload ->> kind = objects.name
          and state in ('queued', 'dispatched', 'running'))
    limit 1000
  loop
    perform private.queue_job('erase', gen_random_uuid(), gen_random_uuid(),
      jsonb_build_object(stray.kind, stray.name));
    found_strays := found_strays + 1;
  end loop;
  return found_strays;
end
$$;
comment on function private.erase_strays() is
  'Queues the removal of stored files, and pictures of first pages, that belong to no document, or that their document '
  'rejected and whose own erasure did not come to its end; returns how many, at most 1,000. Run by pg_cron every hour.';

revoke execute on function private.erase_some(uuid, integer), private.erase_log(uuid), private.erase_account(),
  private.erase_accounts(), public.erase_account(), private.expire_documents(), private.erase_strays()
  from public, anon, authenticated, service_role;
grant execute on function public.erase_account() to authenticated;

create index documents_by_creation on public.documents (created_at);

select cron.schedule('docket-expire', '*/10 * * * *', 'select private.expire_documents()');
select cron.schedule('docket-strays', '43 * * * *', 'select private.erase_strays()');
select cron.schedule('docket-erase-accounts', '10 seconds', 'select private.erase_accounts()');
