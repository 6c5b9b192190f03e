create table public.preferences (
  user_id uuid primary key default auth.uid() references auth.users on delete cascade,
  language text,
  tag_colors jsonb not null default jsonb_build_object(),

  constraint language_is_iso_639_1 check (language ~ '^[a-z]{2}$'),
  constraint tag_colors_are_by_tag
    check (jsonb_typeof(tag_colors) = 'object' and octet_length(tag_colors::text) <= 50000),
  constraint tag_colors_are_known check (
    not jsonb_path_exists(tag_colors,
      '$.* ? (!(@ == "red" || @ == "orange" || @ == "yellow" || @ == "green" || @ == "teal" || @ == "blue" || @ == "purple" || @ == "pink"))'))
);

comment on table public.preferences is
  'What a user wishes for all documents: one row a user, made and changed through the Data API.';
comment on column public.preferences.language is
  'The language that summaries are written in, ISO 639-1; null, or no row, for the document''s own.';

comment on column public.preferences.tag_colors is
  'The colors that a frontend shows tags in: {"invoice": "blue"}; red, orange, yellow, green, teal, blue, purple or '
  'pink.';

alter table public.preferences enable row level security;
create policy "users can read their own preferences" on public.preferences
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can set their own preferences" on public.preferences
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "users can change their own preferences" on public.preferences
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "users can forget their own preferences" on public.preferences
  for delete to authenticated using (user_id = (select auth.uid()));

revoke all on public.preferences from anon, authenticated, service_role, public;
grant select, insert, update, delete on public.preferences to authenticated, service_role;
