-- What a document takes of its owner's month, from its admission on, before anything of it is read.

create table private.reservations (
  document_id uuid primary key references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  pages integer not null default 1,
  counted boolean not null default false,
  constraint pages_are_not_negative check (pages >= 0)
);
create index reservations_by_user on private.reservations (user_id);
create index reservations_open on private.reservations (user_id) where not counted;
comment on table private.reservations is
  'What a document takes of its owner''s month: made in the transaction that admits the upload, counted in usage_months when its text is read, given back when that fails for a reason that is not the file''s.';
comment on column private.reservations.pages is 'One, until the number of pages is known.';
comment on column private.reservations.counted is
  'It is in usage_months, and is never counted again: the text was read, or the file could not be read by its own fault.';

alter table private.reservations enable row level security;
create policy "users can read their own reservations" on private.reservations
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on private.reservations from anon, authenticated, service_role, public;
grant select on private.reservations to authenticated;
grant select, insert, update, delete on private.reservations to service_role;

create function private.lock_usage(owner uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.debit(owner);
  perform from public.usage_months where user_id = owner and month = private.this_month() for update;
end
$$;
comment on function private.lock_usage(uuid) is 'Makes a user''s parallel reservations count one after another, to the end of the transaction.';

create function private.check_month(document public.documents, more_documents integer, more_pages integer) returns void
language plpgsql stable set search_path = '' as $$
declare
  owner uuid := (document).user_id;
  most_documents integer;
  most_pages integer;
  taken_documents bigint;
  taken_pages bigint;
  again text := format('the count starts again on %s', (private.this_month() + interval '1 month')::date);
begin
  select coalesce(own.documents_per_month, general.documents_per_month), coalesce(own.pages_per_month, general.pages_per_month)
  into most_documents, most_pages
  from private.settings as general left join private.user_limits as own on own.user_id = owner;
  select coalesce(max(used.documents), 0) + count(reserved.document_id), coalesce(max(used.pages), 0) + coalesce(sum(reserved.pages), 0)
  into taken_documents, taken_pages
  from (select owner as user_id) as this
  left join public.usage_months as used on used.user_id = this.user_id and used.month = private.this_month()
  left join private.reservations as reserved
    on reserved.user_id = this.user_id and not reserved.counted and reserved.document_id <> (document).id;
  if taken_documents + more_documents > most_documents then
    perform private.refuse_until(402, 'monthly_limit_reached',
      format('This month''s %s documents are used up; %s.', most_documents, again), private.month_ends());
  elsif taken_pages + more_pages > most_pages then
    perform private.refuse_until(402, 'monthly_limit_reached',
      case when more_pages > 1 then format('The document has %s pages, and %s are left of this month''s %s; %s.',
          more_pages, greatest(0, most_pages - taken_pages), most_pages, again)
        else format('This month''s %s pages are used up; %s.', most_pages, again) end,
      private.month_ends());
  end if;
end
$$;
comment on function private.check_month(public.documents, integer, integer) is
  'Refuses what does not fit into what is left of the owner''s month, beside what others of their documents take and have reserved. Call it with the usage locked. Errors: monthly_limit_reached (402).';

create function private.reserve() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.reservations (document_id, user_id, pages) values (new.id, new.user_id, greatest(1, new.page_count))
  on conflict (document_id) do nothing;
  return null;
end
$$;
comment on function private.reserve() is
  'Trigger: a document that is under way has a reservation. Whoever makes it checks the limits first.';

create function private.reserve_again() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.reservations where document_id = new.id) then
    perform private.lock_usage(new.user_id);
    perform private.check_month(new, 1, greatest(1, new.page_count));
    insert into private.reservations (document_id, user_id, pages) values (new.id, new.user_id, greatest(1, new.page_count));
  end if;
  return null;
end
$$;
comment on function private.reserve_again() is
  'Trigger: a document whose reservation was given back takes its place again when it is retried. Errors: monthly_limit_reached (402).';

create function private.reserve_pages() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from private.reservations where document_id = new.id and not counted and pages < new.page_count) then
    perform private.lock_usage(new.user_id);
    perform private.check_month(new, 1, new.page_count);
    update private.reservations set pages = new.page_count where document_id = new.id;
  end if;
  return null;
end
$$;
comment on function private.reserve_pages() is
  'Trigger: the pages of a document are known, and are reserved before the first of them is kept. Errors: monthly_limit_reached (402).';

create function private.file_is_at_fault(code text) returns boolean
language sql immutable set search_path = '' as $$
  select code in ('encrypted_pdf', 'wrong_password', 'encrypted_file', 'broken_file', 'unpacked_too_large', 'unreadable_pages', 'too_many_pages',
    'too_many_parts', 'nested_too_deep', 'image_too_large', 'file_differs')
$$;
comment on function private.file_is_at_fault(text) is
  'Whether reading failed by what the file is. Such a document counts: otherwise anybody could have files kept and looked at without end. The errors of reading with status 422 in functions/_shared/errors.ts.';

create function private.count_document(document_id uuid, user_id uuid) returns integer
language plpgsql set search_path = '' as $$
begin
  insert into private.reservations as reserved (document_id, user_id, counted)
  values (count_document.document_id, count_document.user_id, true)
  on conflict on constraint reservations_pkey do update set counted = true where not reserved.counted;
  return found::integer;
end
$$;
comment on function private.count_document(uuid, uuid) is 'The document is counted from now on: returns 1 the first time, then 0.';

create function private.give_back() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.file_is_at_fault(new.error ->> 'code') then
    perform private.debit(new.user_id, documents => private.count_document(new.id, new.user_id));
  else
    delete from private.reservations where document_id = new.id and not counted;
  end if;
  return null;
end
$$;
comment on function private.give_back() is 'Trigger: a document that failed for no fault of its file takes nothing of its owner''s month.';

create trigger on_documents_admitted after insert on public.documents
  for each row when (new.status in ('uploading', 'processing')) execute function private.reserve();
create trigger on_documents_arrived after update of status on public.documents
  for each row when (new.status in ('uploading', 'processing') and old.status = 'failed' and old.error ->> 'stage' = 'upload')
  execute function private.reserve();
create trigger on_documents_retried after update of status on public.documents
  for each row when (new.status in ('uploading', 'processing') and old.status = 'failed' and old.error ->> 'stage' <> 'upload')
  execute function private.reserve_again();
create trigger on_documents_counted_their_pages after update of page_count on public.documents
  for each row when (new.page_count > 1 and new.page_count is distinct from old.page_count) execute function private.reserve_pages();
create trigger on_documents_failed_to_be_read after update of status on public.documents
  for each row when (new.status = 'failed' and old.status in ('uploading', 'processing')) execute function private.give_back();

revoke execute on function private.lock_usage(uuid), private.check_month(public.documents, integer, integer), private.reserve(),
  private.reserve_again(), private.reserve_pages(), private.file_is_at_fault(text), private.count_document(uuid, uuid),
  private.give_back()
  from public, anon, authenticated;
grant execute on function private.lock_usage(uuid), private.check_month(public.documents, integer, integer), private.count_document(uuid,
  uuid) to service_role;
