-- Other words for a tag. Whoever sets one renames: the documents that have the alias get the tag, and what is proposed later
-- becomes it, too.

create table public.tag_aliases (
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  alias text not null,
  tag text not null,
  key text not null default '',
  created_at timestamptz not null default now(),

  primary key (user_id, alias),
  constraint an_alias_is_another_word check (alias <> tag),
  constraint aliases_fit check (length(alias) between 1 and 200),
  constraint tags_of_aliases_fit check (length(tag) between 1 and 40)
);
create index tag_aliases_by_key on public.tag_aliases (user_id, key);
create index tag_aliases_by_tag on public.tag_aliases (user_id, tag);

comment on table public.tag_aliases is
  'Words that a user wants to be a certain tag. Written through the Data API, or by rename_tag; setting one changes the documents that have the alias.';
comment on column public.tag_aliases.alias is 'A tag as documents have it.';
comment on column public.tag_aliases.tag is 'In the form of the vocabulary: private.tag_of.';
comment on column public.tag_aliases.key is 'What proposed tags are compared with: private.tag_key of the alias. Set by a trigger.';

alter table public.tag_aliases enable row level security;
create policy "users can read their own aliases" on public.tag_aliases
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can set their own aliases" on public.tag_aliases
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "users can change their own aliases" on public.tag_aliases
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "users can remove their own aliases" on public.tag_aliases
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.tag_aliases from anon, authenticated, service_role, public;
grant select, delete, insert (user_id, alias, tag), update (user_id, alias, tag) on public.tag_aliases to authenticated;
grant select, insert, update, delete on public.tag_aliases to service_role;

create function private.form_alias() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- A user's aliases are set one after another: two renamings at once would wait for each other's documents.
  perform pg_advisory_xact_lock(hashtextextended('docket.tag_aliases ' || new.user_id, 0));
  new.tag := coalesce(private.tag_of(left(new.tag, 200)), '');
  new.key := private.tag_key(new.alias);
  return new;
end
$$;
comment on function private.form_alias() is 'Trigger: the tag of an alias is written as the vocabulary writes tags.';

create function private.apply_alias() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- The new tag is no alias any more, and what was an alias of the old one is one of the new.
  delete from public.tag_aliases where user_id = new.user_id and alias = new.tag;
  update public.tag_aliases set tag = new.tag where user_id = new.user_id and tag = new.alias and alias <> new.tag;
  perform from public.documents where user_id = new.user_id and tags @> array[new.alias] order by id for update;
  with renamed as (
    update public.documents set tags = array(
      select tag from (
        select case when tag = new.alias then new.tag else tag end as tag, place from unnest(documents.tags) with ordinality as theirs (tag, place)
      ) as renamed group by tag order by min(place))
    where user_id = new.user_id and tags @> array[new.alias] returning id, user_id)
  -- What private.record_event does, for all of them at once.
  insert into public.document_events (document_id, user_id, stage, kind, message, data)
  select id, user_id, 'edit', 'edited', format('The tag %s is now %s.', new.alias, new.tag),
    jsonb_build_object('fields', array['tags'], 'from', new.alias, 'to', new.tag) from renamed;
  return null;
end
$$;
comment on function private.apply_alias() is
  'Trigger: the documents that have the alias as a tag get the tag instead, once. It locks none of them: the word changed, not what the document is about.';

create trigger tag_aliases_form before insert or update on public.tag_aliases for each row execute function private.form_alias();
create trigger on_tag_aliases_set after insert or update of alias, tag on public.tag_aliases
  for each row when (pg_trigger_depth() = 0) execute function private.apply_alias();

create function public.rename_tag(old_tag text, new_tag text) returns integer
-- A tag that ten thousand documents have takes longer than the 8 s that a user's statement gets; PostgREST sets this for the call.
language plpgsql set search_path = '' set statement_timeout = '60s' as $$
declare
  renamed integer := coalesce((select documents from public.tags where user_id = (select auth.uid()) and tag = old_tag), 0);
  broken text;
begin
  if coalesce(old_tag, '') !~ '\S' or length(old_tag) > 200 or coalesce(left(new_tag, 200), '') !~ '[[:alnum:]]' then
    raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'Name the tag as it is, and a new one that has a letter or a digit.';
  end if;
  insert into public.tag_aliases as known (user_id, alias, tag) values ((select auth.uid()), old_tag, new_tag)
  on conflict on constraint tag_aliases_pkey do update set tag = excluded.tag;
  return renamed;
exception when check_violation then
  get stacked diagnostics broken = constraint_name;
  if broken <> 'an_alias_is_another_word' then
    raise;
  end if;
  raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'That is the name of the tag already.';
end
$$;
comment on function public.rename_tag(text, text) is
  'Renames one of the caller''s tags on all documents that have it; where the new one is there already, the two become one. The old name is kept as an alias, so that it does not come back. The new one is written as the vocabulary writes tags. Returns how many documents had it. Takes up to 60 s, the most that Supabase lets a call take. Errors: invalid_request (400).';

revoke execute on function private.form_alias(), private.apply_alias(), public.rename_tag(text, text) from public, anon, authenticated, service_role;
grant execute on function public.rename_tag(text, text) to authenticated;
