-- What a user may take in a month and in a minute, and what an upload reserves of it before anything is read.

alter table private.settings
  add column if not exists pages_per_month integer,
  add column if not exists cost_micro_usd_per_month bigint,
  add column if not exists requests_per_minute integer default 600,
  add constraint pages_per_month_is_not_negative check (pages_per_month >= 0),
  add constraint requests_per_minute_is_positive check (requests_per_minute > 0);
comment on column private.settings.pages_per_month is 'Pages that a user may have read in a calendar month (UTC); null is no limit.';
comment on column private.settings.cost_micro_usd_per_month is
  'Millionths of a US dollar that a user''s documents may cost in a calendar month (UTC); null is no limit.';
comment on column private.settings.requests_per_minute is
  'Uploads, retries and regenerations of a user in a minute: so many at once, then one whenever its share of the minute is over; null is no limit.';

create table private.user_limits (
  user_id uuid primary key references auth.users on delete cascade,
  documents_per_month integer,
  pages_per_month integer,
  cost_micro_usd_per_month bigint,
  requests_per_minute integer,
  constraint documents_per_month_is_not_negative check (documents_per_month >= 0),
  constraint pages_per_month_is_not_negative check (pages_per_month >= 0),
  constraint cost_micro_usd_per_month_is_not_negative check (cost_micro_usd_per_month >= 0),
  constraint requests_per_minute_is_positive check (requests_per_minute > 0)
);
comment on table private.user_limits is
  'Limits of one user, in place of those in private.settings where they are not null. Insert and update rows by hand, or from what sells plans.';

create table private.size_limits (
  mime_types text primary key,
  max_bytes bigint not null,
  constraint max_bytes_are_positive check (max_bytes > 0)
);
comment on table private.size_limits is
  'The largest file of a type, below what the upload function and the bucket take. Of several patterns that fit, the longest counts; a type without one has no limit of its own.';
comment on column private.size_limits.mime_types is 'A type, or a pattern for LIKE: text/%.';
comment on column private.size_limits.max_bytes is 'Bytes.';
insert into private.size_limits (mime_types, max_bytes) values
  ('image/%', 20 * 1024 * 1024), ('text/%', 5 * 1024 * 1024), ('message/%', 20 * 1024 * 1024);

create table private.request_rates (
  user_id uuid primary key references auth.users on delete cascade,
  full_at timestamptz not null
);
comment on table private.request_rates is
  'How far ahead of their rate users are. One row a user; see private.admit_request.';
comment on column private.request_rates.full_at is 'When the whole minute''s requests can be made at once again.';

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

-- What users may read of these, they read through public.usage_left alone: they have no usage of the schema.
alter table private.user_limits enable row level security;
alter table private.size_limits enable row level security;
alter table private.request_rates enable row level security;
alter table private.reservations enable row level security;
create policy "users can read their own limits" on private.user_limits
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can read their own reservations" on private.reservations
  for select to authenticated using (user_id = (select auth.uid()));
create policy "closed to users" on private.size_limits for all to anon, authenticated using (false);
create policy "closed to users" on private.request_rates for all to anon, authenticated using (false);
drop policy "closed to users" on private.settings;
create policy "users can read the limits" on private.settings for select to authenticated using (true);
grant select (documents_per_month, pages_per_month, cost_micro_usd_per_month) on private.settings to authenticated;
grant select on private.user_limits, private.reservations to authenticated;
grant select on private.user_limits, private.size_limits to service_role;
grant select, insert, update, delete on private.request_rates, private.reservations to service_role;

create function private.this_month() returns date
language sql stable set search_path = '' as $$
  select date_trunc('month', now() at time zone 'utc')::date
$$;
comment on function private.this_month() is 'The first day of the calendar month (UTC) that usage is counted in.';

create function private.month_ends() returns timestamptz
language sql stable set search_path = '' as $$
  select (private.this_month() + interval '1 month') at time zone 'utc'
$$;
comment on function private.month_ends() is 'When the count starts again.';

create function private.refuse_until(status integer, code text, message text, again_at timestamptz) returns void
language plpgsql stable set search_path = '' as $$
begin
  raise exception using errcode = 'PT' || refuse_until.status, message = refuse_until.message, hint = refuse_until.code,
    detail = jsonb_build_object('retry_after_ms', greatest(1, ceil(extract(epoch from again_at - clock_timestamp()) * 1000)::bigint))::text;
end
$$;
comment on function private.refuse_until(integer, text, text, timestamptz) is
  'As private.refuse, and says when to come back: {retry_after_ms} as detail, which becomes the Retry-After of the answer.';

create or replace function private.cost_limit_of(owner uuid) returns bigint
language sql stable set search_path = '' as $$
  select coalesce(
    (select user_limits.cost_micro_usd_per_month from private.user_limits where user_id = owner), cost_micro_usd_per_month)
  from private.settings
$$;
comment on function private.cost_limit_of(uuid) is 'What a user''s documents may cost in a month, in millionths of a US dollar; null is no limit.';

create function private.admit_request(owner uuid) returns void
language plpgsql set search_path = '' as $$
declare
  allowed integer := (
    select coalesce((select user_limits.requests_per_minute from private.user_limits where user_id = owner), requests_per_minute)
    from private.settings);
  rate private.request_rates;
begin
  if owner is null or allowed is null then
    return;
  end if;
  begin
    insert into private.request_rates as rates (user_id, full_at)
    values (owner, clock_timestamp() + interval '1 minute' / allowed)
    on conflict (user_id) do update set full_at = greatest(rates.full_at, clock_timestamp()) + interval '1 minute' / allowed
    returning * into rate;
  exception when foreign_key_violation then
    -- An access token is good for a while after its account was erased.
    perform private.refuse(401, 'unauthorized', 'This account is no longer there. Sign in with another one.');
  end;
  if rate.full_at > clock_timestamp() + interval '1 minute' then
    perform private.refuse_until(429, 'too_many_requests',
      format('More than %s requests in a minute. Send the next ones more slowly.', allowed), rate.full_at - interval '1 minute');
  end if;
end
$$;
comment on function private.admit_request(uuid) is
  'Counts a request of a user, and refuses it above the rate; a refused one does not count. The row is locked before any other of the user''s. One time stamp holds the whole state (generic cell rate algorithm, ITU-T I.371). Errors: too_many_requests (429).';

create function private.check_size(mime_type text, byte_size bigint) returns void
language plpgsql stable set search_path = '' as $$
declare
  found_limit private.size_limits;
begin
  select * into found_limit from private.size_limits where check_size.mime_type like mime_types order by length(mime_types) desc limit 1;
  if byte_size > found_limit.max_bytes then
    perform private.refuse(413, 'file_too_large', format(
      'The file is larger than the %s bytes that this project takes of the type %s.', found_limit.max_bytes, check_size.mime_type));
  end if;
end
$$;
comment on function private.check_size(text, bigint) is 'Refuses a file that is larger than its type may be. Errors: file_too_large (413).';

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
    'too_many_parts', 'nested_too_deep', 'image_too_large')
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

create function public.usage_left() returns jsonb
language sql stable set search_path = ''
begin atomic
  -- With its names looked up once and for all, so that users need no usage of the private schema.
  select jsonb_build_object(
    'month', (now() at time zone 'utc')::date - extract(day from now() at time zone 'utc')::integer + 1,
    'resets_at', date_trunc('month', now(), 'UTC') + interval '1 month',
    'documents', jsonb_build_object(
      'used', coalesce(used.documents, 0) + reserved.documents, 'limit', coalesce(own.documents_per_month, general.documents_per_month)),
    'pages', jsonb_build_object(
      'used', coalesce(used.pages, 0) + reserved.pages, 'limit', coalesce(own.pages_per_month, general.pages_per_month)),
    'cost_micro_usd', jsonb_build_object(
      'used', coalesce(used.cost_micro_usd, 0), 'limit', coalesce(own.cost_micro_usd_per_month, general.cost_micro_usd_per_month)))
  from private.settings as general
  left join private.user_limits as own on own.user_id = (select auth.uid())
  left join public.usage_months as used
    on used.user_id = (select auth.uid()) and used.month = date_trunc('month', now() at time zone 'utc')::date
  cross join lateral (
    select count(*) as documents, coalesce(sum(reservations.pages), 0) as pages from private.reservations
    where reservations.user_id = (select auth.uid()) and not reservations.counted) as reserved;
end;
comment on function public.usage_left() is
  'What the signed-in user used this month and may use: {month, resets_at, documents: {used, limit}, pages: {used, limit}, cost_micro_usd: {used, limit}}. used has what is reserved for documents under way; a limit of null is none.';

revoke execute on function private.this_month(), private.month_ends(), private.refuse_until(integer, text, text, timestamptz),
  private.cost_limit_of(uuid), private.admit_request(uuid), private.check_size(text, bigint), private.lock_usage(uuid),
  private.check_month(public.documents, integer, integer), private.reserve(), private.reserve_again(), private.reserve_pages(),
  private.file_is_at_fault(text), private.count_document(uuid, uuid), private.give_back(), public.usage_left() from public, anon, authenticated;
grant execute on function private.this_month(), private.month_ends(), private.refuse_until(integer, text, text, timestamptz),
  private.cost_limit_of(uuid), private.admit_request(uuid), private.check_size(text, bigint), private.lock_usage(uuid),
  private.check_month(public.documents, integer, integer), private.count_document(uuid, uuid) to service_role;
grant execute on function public.usage_left() to authenticated;
