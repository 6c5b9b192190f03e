-- Searches that a user keeps by a name, for a frontend.

create table public.saved_views (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  name text not null,
  question text not null,
  position integer not null default 0,
  created_at timestamptz not null default now(),

  constraint saved_view_name_is_one_line check (name ~ '\S' and name !~ '[[:cntrl:]]' and length(name) <= 100),
  constraint saved_view_question_fits check (length(question) <= 2000 and question !~ '[[:cntrl:]]'),
  constraint saved_view_position_is_not_negative check (position >= 0)
);
create index saved_views_by_user on public.saved_views (user_id, position);
comment on table public.saved_views is 'Searches that a user keeps by a name. Written through the Data API.';
comment on column public.saved_views.question is
  'The search and its filters as the frontend writes them: the page''s are a query string, "q=acme&tag=invoice".';
comment on column public.saved_views.position is 'Where it stands among the others.';

alter table public.saved_views enable row level security;
create policy "users can read their own views" on public.saved_views
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can keep views of their own" on public.saved_views
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "users can change their own views" on public.saved_views
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "users can delete their own views" on public.saved_views
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.saved_views from anon, authenticated, service_role, public;
grant select, delete, insert (name, question, position),
  update (name, question, position) on public.saved_views to authenticated;
grant select on public.saved_views to service_role;

create function private.limit_saved_views() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := 100;
begin
  if (select count(*) from public.saved_views where user_id = new.user_id) >= most then
    perform private.refuse(409, 'not_allowed_now', format('You have %s views. Delete some first.', most));
  end if;
  return new;
end
$$;
comment on function private.limit_saved_views() is
  'Trigger: a user has at most 100 views. Errors: not_allowed_now (409).';
revoke execute on function private.limit_saved_views() from public, anon, authenticated, service_role;
create trigger saved_views_are_few before insert on public.saved_views
  for each row execute function private.limit_saved_views();
