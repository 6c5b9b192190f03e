create table public.usage_months (
  user_id uuid not null references auth.users on delete cascade,
  month date not null,
  documents integer not null default 0,
  pages integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cost_micro_usd bigint not null default 0,

  primary key (user_id, month),
  constraint month_is_a_first_day check (extract(day from month) = 1),
  constraint counts_are_not_negative check (
    documents >= 0 and pages >= 0 and input_tokens >= 0 and output_tokens >= 0 and cost_micro_usd >= 0
  )
);

comment on table public.usage_months is
  'What a user used in a calendar month (UTC): pages when their text is saved, documents when reading ends, model '
  'calls when they are settled. Deleting a document takes nothing off. What is under way is in private.reservations '
  'and private.model_calls.';
comment on column public.usage_months.documents is
  'Documents whose text was read, or that could not be read by their own fault.';

alter table public.usage_months enable row level security;
create policy "users can read their own usage" on public.usage_months
  for select to authenticated using (user_id = (select auth.uid()));

revoke all on public.usage_months from anon, authenticated, service_role, public;
grant select on public.usage_months to authenticated;
grant select, insert, update, delete on public.usage_months to service_role;

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
revoke execute on function private.this_month(), private.month_ends() from public, anon, authenticated;
grant execute on function private.this_month(), private.month_ends() to service_role;

create function private.debit(
  user_id uuid, documents integer default 0, pages integer default 0,
  input_tokens bigint default 0, output_tokens bigint default 0, cost_micro_usd bigint default 0,
  month date default null
) returns void language sql set search_path = '' as $$
  insert into public.usage_months as used (user_id, month, documents, pages, input_tokens, output_tokens,
    cost_micro_usd)
  values (user_id, coalesce(month, private.this_month()), documents, pages, input_tokens, output_tokens, cost_micro_usd)
  on conflict on constraint usage_months_pkey do update set
    documents = used.documents + excluded.documents,
    pages = used.pages + excluded.pages,
    input_tokens = used.input_tokens + excluded.input_tokens,
    output_tokens = used.output_tokens + excluded.output_tokens,
    cost_micro_usd = used.cost_micro_usd + excluded.cost_micro_usd
$$;
comment on function private.debit(uuid, integer, integer, bigint, bigint, bigint, date) is
  'Adds to a user''s usage of a month, this one where none is named, atomically.';
revoke execute on function private.debit(uuid, integer, integer, bigint, bigint, bigint, date) from public, anon,
  authenticated;
grant execute on function private.debit(uuid, integer, integer, bigint, bigint, bigint, date) to service_role;
