-- What a document takes of its owner's month and space, from its admission on, before anything of it is read.

create table private.reservations (
  document_id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  open boolean not null default true,
  pages integer not null default 1,
  pages_counted integer not null default 0,
  counted boolean not null default false,
  constraint pages_hold_those_that_are_counted check (pages >= pages_counted),
  constraint pages_counted_are_not_negative check (pages_counted >= 0)
);
create index reservations_by_user on private.reservations (user_id);
create index reservations_open on private.reservations (user_id) where open;
comment on table private.reservations is
  'What a document takes of its owner''s month: a place and its pages are reserved when its upload is admitted and '
  'when it is retried, pages are counted in usage_months when their text is saved, the document when its reading ends. '
  'Deleting the document ends the row by private.settle_deleted, and takes nothing off what is counted.';
comment on column private.reservations.document_id is
  'No foreign key: what a deleted document took is settled, not forgotten.';
comment on column private.reservations.open is
  'The document is under way: what of it is not counted yet is reserved. False when its reading ended, well or not, or '
  'its upload was given up.';
comment on column private.reservations.pages is 'Pages that it takes in all: one, until their number is known.';
comment on column private.reservations.pages_counted is 'Pages that are in usage_months; they are never counted again.';
comment on column private.reservations.counted is
  'The document is in usage_months, and is never counted again: its text was read, the file could not be read by its '
  'own fault, or it was deleted after its reading had begun.';

alter table private.reservations enable row level security;
create policy "users can read their own reservations" on private.reservations
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on private.reservations from anon, authenticated, service_role, public;
grant select on private.reservations to authenticated;
grant select, insert, update, delete on private.reservations to service_role;

create table private.stored_bytes (
  user_id uuid primary key references auth.users on delete cascade,
  bytes bigint not null default 0,
  constraint bytes_are_not_negative check (bytes >= 0)
);
comment on table private.stored_bytes is
  'What the files of a user''s documents have together: one row a user, kept by triggers of public.documents. Whoever '
  'reserves locks it, so that reservations of a user count one after another.';
comment on column private.stored_bytes.bytes is
  'The sum of byte_size of the user''s documents, from their admission until they are deleted.';

alter table private.stored_bytes enable row level security;
create policy "users can read how much they store" on private.stored_bytes
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on private.stored_bytes from anon, authenticated, service_role, public;
grant select on private.stored_bytes to authenticated;
grant select, insert, update, delete on private.stored_bytes to service_role;

create function private.lock_usage(owner uuid) returns void
language plpgsql set search_path = '' as $$
begin
  -- A row of the user and not of the month: two who reserve at midnight are in two months, and still one after another.
  insert into private.stored_bytes (user_id) values (owner) on conflict do nothing;
  perform from private.stored_bytes where user_id = owner for update;
end
$$;
comment on function private.lock_usage(uuid) is
  'Makes a user''s parallel reservations count one after another, to the end of the transaction.';

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
  select coalesce(own.documents_per_month, general.documents_per_month),
    coalesce(own.pages_per_month, general.pages_per_month)
  into most_documents, most_pages
  from private.settings as general left join private.user_limits as own on own.user_id = owner;
  -- In one statement: what is counted meanwhile is seen as reserved or as counted, and never as neither.
  select coalesce(max(used.documents), 0) + count(reserved.document_id) filter (where not reserved.counted),
    coalesce(max(used.pages), 0) + coalesce(sum(reserved.pages - reserved.pages_counted), 0)
  into taken_documents, taken_pages
  from (select owner as user_id) as this
  left join public.usage_months as used on used.user_id = this.user_id and used.month = private.this_month()
  left join private.reservations as reserved
    on reserved.user_id = this.user_id and reserved.open and reserved.document_id <> (document).id;
  if more_documents > 0 and taken_documents + more_documents > most_documents then
    perform private.refuse_until(402, 'monthly_limit_reached',
      format('This month''s %s documents are used up; %s.', most_documents, again), private.month_ends());
  elsif more_pages > 0 and taken_pages + more_pages > most_pages then
    perform private.refuse_until(402, 'monthly_limit_reached',
      case when more_pages > 1 then format('The document has %s pages, and %s are left of this month''s %s; %s.',
          more_pages, greatest(0, most_pages - taken_pages), most_pages, again)
        else format('This month''s %s pages are used up; %s.', most_pages, again) end,
      private.month_ends());
  end if;
end
$$;
comment on function private.check_month(public.documents, integer, integer) is
  'Refuses what does not fit into what is left of the owner''s month, beside what others of their documents take and '
  'have reserved, and what the document has counted itself. Call it with the usage locked. Errors: '
  'monthly_limit_reached (402).';

create function private.check_stored_bytes(owner uuid, more_bytes bigint) returns void
language plpgsql stable set search_path = '' as $$
declare
  most bigint := (
    select coalesce((select user_limits.stored_bytes from private.user_limits where user_id = owner),
      settings.stored_bytes) from private.settings);
  stored bigint := coalesce((select bytes from private.stored_bytes where user_id = owner), 0);
begin
  if more_bytes > 0 and stored + more_bytes > most then
    perform private.refuse(402, 'storage_limit_reached', format(
      'Your documents have %s of the %s bytes that they may have together. Delete some, then send the file of %s bytes again.', stored, most, more_bytes));
  end if;
end
$$;
comment on function private.check_stored_bytes(uuid, bigint) is
  'Refuses a file that does not fit into what the owner may store. Call it with the usage locked. Errors: '
  'storage_limit_reached (402).';

create function private.reserve() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.reservations (document_id, user_id, pages)
  select id, user_id, greatest(1, page_count) from admitted where status in ('uploading', 'processing')
  on conflict (document_id) do nothing;
  insert into private.stored_bytes as sums (user_id, bytes)
  select user_id, sum(byte_size) from admitted group by user_id order by user_id
  on conflict (user_id) do update set bytes = sums.bytes + excluded.bytes;
  return null;
end
$$;
comment on function private.reserve() is
  'Trigger: a document that is under way has a reservation, and its bytes count, from its admission on. Whoever makes '
  'it checks the limits first.';

create function private.reserve_again(document public.documents) returns void
language plpgsql set search_path = '' as $$
declare
  before private.reservations;
  pages_needed integer;
begin
  perform private.lock_usage(document.user_id);
  select * into before from private.reservations where document_id = document.id;
  pages_needed := greatest(1, document.page_count, before.pages_counted);
  perform private.check_month(document, (not coalesce(before.counted, false))::integer,
    pages_needed - coalesce(before.pages_counted, 0));
  insert into private.reservations (document_id, user_id, pages) values (document.id, document.user_id, pages_needed)
  on conflict on constraint reservations_pkey do update set open = true, pages = excluded.pages;
end
$$;
comment on function private.reserve_again(public.documents) is
  'A document that is read again, or whose file arrives after its upload was given up, takes its place again: what of '
  'it was counted before costs nothing. Errors: monthly_limit_reached (402).';

create function private.reserve_pages(document public.documents) returns void
language plpgsql set search_path = '' as $$
declare
  reserved private.reservations;
begin
  select * into reserved from private.reservations where document_id = document.id;
  if reserved.open and reserved.pages < document.page_count then
    perform private.lock_usage(document.user_id);
    perform private.check_month(document, 0, document.page_count - reserved.pages_counted);
    update private.reservations set pages = document.page_count where document_id = document.id;
  end if;
end
$$;
comment on function private.reserve_pages(public.documents) is
  'The pages of a document are known, and are reserved before the first of them is kept. Errors: monthly_limit_reached '
  '(402).';

create function private.announcement_is_live(document_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.documents join private.reservations on reservations.document_id = documents.id
    where documents.id = announcement_is_live.document_id and documents.status = 'uploading' and reservations.open)
$$;
comment on function private.announcement_is_live(uuid) is
  'Whether a file is expected for a document: its upload is admitted, has its place in the month, and was not given up.';

create function private.count_pages(document_id uuid, user_id uuid, pages_read integer) returns void
language plpgsql set search_path = '' as $$
declare
  before integer := (select pages_counted from private.reservations
    where reservations.document_id = count_pages.document_id for update);
begin
  if pages_read > before then
    update private.reservations set pages_counted = pages_read, pages = greatest(pages, pages_read)
    where reservations.document_id = count_pages.document_id;
    perform private.debit(count_pages.user_id, pages => pages_read - before);
  end if;
end
$$;
comment on function private.count_pages(uuid, uuid, integer) is
  'That many pages of a document have their text: those that were not counted yet are debited. They stay counted, '
  'whatever becomes of the document.';

create function private.file_is_at_fault(code text) returns boolean
language sql immutable set search_path = '' as $$
  select code in ('encrypted_pdf', 'wrong_password', 'encrypted_file', 'broken_file', 'unpacked_too_large',
    'unreadable_pages', 'too_complex', 'too_many_pages',
    'too_many_parts', 'nested_too_deep', 'image_too_large', 'file_differs', 'illegible_page', 'xfa_form')
$$;
comment on function private.file_is_at_fault(text) is
  'Whether reading failed by what the file is. Such a document counts: otherwise anybody could have files kept and '
  'looked at without end. The errors of reading with status 422 in functions/_shared/errors.ts.';

create function private.count_document(document_id uuid, user_id uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  before boolean := (select counted from private.reservations
    where reservations.document_id = count_document.document_id for update);
begin
  insert into private.reservations as reserved (document_id, user_id, open, counted)
  values (count_document.document_id, count_document.user_id, false, true)
  on conflict on constraint reservations_pkey do update set open = false, counted = true;
  return (not coalesce(before, false))::integer;
end
$$;
comment on function private.count_document(uuid, uuid) is
  'The reading of a document ended, and the document is counted from now on; pages that were not read are given back. '
  'Returns 1 the first time, then 0.';

create function private.give_back(document public.documents) returns void
language plpgsql set search_path = '' as $$
begin
  if private.file_is_at_fault(document.error ->> 'code') then
    perform private.debit(document.user_id, documents => private.count_document(document.id, document.user_id));
  else
    update private.reservations set open = false where document_id = document.id;
  end if;
end
$$;
comment on function private.give_back(public.documents) is
  'A document that failed for no fault of its file gives back its place and the pages that were not read.';

create function private.change_usage() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.byte_size <> old.byte_size then
    update private.stored_bytes set bytes = bytes + new.byte_size - old.byte_size where user_id = new.user_id;
  end if;
  if new.page_count > 1 and new.page_count is distinct from old.page_count then
    perform private.reserve_pages(new);
  end if;
  if old.status = 'failed' and new.status in ('uploading', 'processing') then
    perform private.reserve_again(new);
  elsif old.status in ('uploading', 'processing') and new.status = 'failed' then
    perform private.give_back(new);
  end if;
  return null;
end
$$;
comment on function private.change_usage() is
  'Trigger: what a document takes follows its size, its pages, and whether it is under way. Errors: '
  'monthly_limit_reached (402).';

create function private.settle_deleted(deleted public.documents[]) returns void
language plpgsql set search_path = '' as $$
declare
  begun record;
begin
  update private.stored_bytes as sums set bytes = sums.bytes - freed.bytes
  from (select user_id, sum(byte_size) as bytes from unnest(deleted) as gone group by user_id) as freed
    where sums.user_id = freed.user_id;
  -- Of an account that is erased nothing is left to count for.
  for begun in
    select gone.user_id, count(*)::integer as documents
    from unnest(deleted) as gone join private.reservations as reserved on reserved.document_id = gone.id
    where reserved.open and not reserved.counted and exists (select from auth.users where users.id = gone.user_id)
      and (reserved.pages_counted > 0
        or exists (select from private.jobs where jobs.document_id = gone.id and claimed_at is not null
          and stage in (select stages.stage from private.stages where saves_pages)))
    group by gone.user_id order by gone.user_id
  loop
    perform private.debit(begun.user_id, documents => begun.documents);
  end loop;
  delete from private.reservations where document_id in (select id from unnest(deleted));
end
$$;
comment on function private.settle_deleted(public.documents[]) is
  'A document that is deleted while it is read counts, and so do its pages that were read; one whose reading had not '
  'begun gives its place back. Its bytes are free again.';

revoke execute on function private.lock_usage(uuid), private.check_month(public.documents, integer, integer),
  private.check_stored_bytes(uuid, bigint),
  private.reserve(), private.reserve_again(public.documents), private.reserve_pages(public.documents),
  private.change_usage(), private.announcement_is_live(uuid),
  private.count_pages(uuid, uuid, integer), private.file_is_at_fault(text), private.count_document(uuid, uuid),
  private.give_back(public.documents),
  private.settle_deleted(public.documents[])
  from public, anon, authenticated;
grant execute on function private.lock_usage(uuid), private.check_month(public.documents, integer, integer),
  private.check_stored_bytes(uuid, bigint),
  private.announcement_is_live(uuid), private.count_pages(uuid, uuid, integer),
  private.count_document(uuid, uuid) to service_role;
