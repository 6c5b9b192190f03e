-- What ends by itself or on its owner's wish: accounts, documents that are old, files that belong to nobody.

create table private.account_erasures (
  user_id uuid primary key references auth.users on delete cascade,
  asked_at timestamptz not null default now()
);
comment on table private.account_erasures is
  'Users who want their account erased. A row is gone with its transaction: the trigger on_account_erasures_asked erases the account, and the row with it.';

alter table private.account_erasures enable row level security;
create policy "users can ask to be erased" on private.account_erasures
  for insert to authenticated with check (user_id = (select auth.uid()));
grant insert (user_id) on private.account_erasures to authenticated;

create function private.erase_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Everything refers to the user and goes along; the trigger on_documents_deleted queues the removal of the files.
  delete from auth.users where id = new.user_id;
  begin
    -- Auth's own log names the user in what they did.
    delete from auth.audit_log_entries where payload::text like '%' || new.user_id || '%';
  exception when insufficient_privilege or undefined_table then
    raise warning 'docket: Auth''s log was left as it is: %', sqlerrm;
  end;
  return null;
end
$$;
comment on function private.erase_account() is 'Trigger: erases the account of a user who asked for it, and all that is theirs.';
create trigger on_account_erasures_asked after insert on private.account_erasures
  for each row execute function private.erase_account();

create function public.erase_account() returns void
language sql set search_path = ''
begin atomic
  insert into private.account_erasures (user_id) values ((select auth.uid()));
end;
comment on function public.erase_account() is
  'Erases the account of the signed-in user with all documents; their files follow within seconds. There is no way back.';

alter table private.settings add column keep_documents interval,
  add constraint documents_are_kept_for_a_while check (keep_documents > interval '0');
comment on column private.settings.keep_documents is 'Documents are deleted when they are older; null keeps them until somebody deletes them.';

create function private.expire_documents() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  expired integer;
begin
  delete from public.documents where id in (
    select id from public.documents, private.settings where documents.created_at < now() - keep_documents
    order by documents.created_at limit 1000 for update of documents skip locked);
  get diagnostics expired = row_count;
  return expired;
end
$$;
comment on function private.expire_documents() is
  'Deletes documents that are older than keep_documents, the oldest 1,000; returns how many. Run by pg_cron every 10 minutes.';

create function private.erase_strays() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  stray record;
  found_strays integer := 0;
begin
  for stray in
    select objects.name from storage.objects
    where bucket_id = 'documents' and objects.created_at < now() - interval '1 hour'
      and not exists (
        select from public.documents where storage_path = objects.name
          and not (status = 'failed' and (error ->> 'stage' = 'upload' or error ->> 'code' = 'file_differs')))
      and not exists (
        select from private.jobs where stage = 'erase' and payload ->> 'storage_path' = objects.name
          and state in ('queued', 'dispatched', 'running'))
    limit 1000
  loop
    perform private.queue_job('erase', gen_random_uuid(), gen_random_uuid(), jsonb_build_object('storage_path', stray.name));
    found_strays := found_strays + 1;
  end loop;
  return found_strays;
end
$$;
comment on function private.erase_strays() is
  'Queues the removal of stored files that belong to no document, or that their document rejected and whose own erasure did not come to its end; returns how many, at most 1,000. Run by pg_cron every hour.';

revoke execute on function private.erase_account(), public.erase_account(), private.expire_documents(), private.erase_strays()
  from public, anon, authenticated;
grant execute on function public.erase_account() to authenticated;

create index documents_by_creation on public.documents (created_at);

select cron.schedule('docket-expire', '*/10 * * * *', 'select private.expire_documents()');
select cron.schedule('docket-strays', '43 * * * *', 'select private.erase_strays()');
