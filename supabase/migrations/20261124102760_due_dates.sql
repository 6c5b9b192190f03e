-- Documents that are payable by a day: their owners are told some days before.

alter table private.settings
  add column due_soon_days integer not null default 3,
  add constraint due_soon_days_are_not_negative check (due_soon_days between 0 and 365);
comment on column private.settings.due_soon_days is
  'So many days before the day by which it is payable a document is due soon.';

create index extracted_values_due on public.extracted_values (text_value) where path = 'due_date';
create index extracted_values_due_by_user on public.extracted_values (user_id, document_id, text_value)
  where path = 'due_date';

create table private.due_told (
  document_id uuid not null references public.documents on delete cascade,
  due_date date not null,
  user_id uuid not null references auth.users on delete cascade,
  primary key (document_id, due_date)
);
create index due_told_by_user on private.due_told (user_id);
comment on table private.due_told is 'Which documents were said to be due soon, and for which day: once for each.';
alter table private.due_told enable row level security;
create policy "closed to users" on private.due_told for all to anon, authenticated using (false);
revoke all on private.due_told from anon, authenticated, service_role, public;

create function private.tell_due() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  at_once constant integer := 200;
  days constant integer := (select due_soon_days from private.settings);
  due record;
  document public.documents;
  told integer := 0;
begin
  for due in
    select distinct found.document_id, found.text_value
    from public.extracted_values as found
    where found.path = 'due_date' and found.text_value between current_date::text and (current_date + days)::text
      and case when found.text_value ~ '^\d{4}-\d\d-\d\d$' then pg_input_is_valid(found.text_value, 'date')
        else false end
      and not exists (
        select from private.due_told where due_told.document_id = found.document_id
          and due_told.due_date::text = found.text_value)
    order by found.text_value, found.document_id limit at_once
  loop
    -- The next sweep tells of a document that somebody has just now.
    select * into document from public.documents where id = due.document_id
      and trashed_at is null for key share skip locked;
    continue when not found;
    insert into private.due_told (document_id, due_date, user_id)
      values (document.id, due.text_value::date, document.user_id) on conflict do nothing;
    continue when not found;
    perform private.record_event(document, 'due', 'soon', format('Payable by %s.', due.text_value),
      jsonb_build_object('due_date', due.text_value));
    told := told + 1;
  end loop;
  return told;
end
$$;
comment on function private.tell_due() is
  'Records due.soon for documents whose proven value due_date is at most due_soon_days away, once for each document '
  'and day, 200 at once; returns how many. The trash is left out. Run by pg_cron every 10 minutes.';
revoke execute on function private.tell_due() from public, anon, authenticated, service_role;
select cron.schedule('docket-due', '*/10 * * * *', 'select private.tell_due()');
