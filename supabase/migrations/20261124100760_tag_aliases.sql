-- Other words for a tag. Whoever sets one renames: the documents that have the alias get the tag, and what is proposed
-- later becomes it, too.

create table public.tag_aliases (
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  alias text not null,
  tag text not null,
  key text not null default '',
  renaming boolean not null default false,
  created_at timestamptz not null default now(),

  primary key (user_id, alias),
  constraint an_alias_is_another_word check (alias <> tag),
  constraint aliases_fit check (length(alias) between 1 and 200),
  constraint aliases_are_one_line check (alias ~ '\S' and alias !~ '[[:cntrl:]]'),
  constraint tags_of_aliases_fit check (length(tag) between 1 and 40)
);
create index tag_aliases_by_key on public.tag_aliases (user_id, key);
create index tag_aliases_by_tag on public.tag_aliases (user_id, tag);
create index tag_aliases_renaming on public.tag_aliases (created_at) where renaming;

comment on table public.tag_aliases is
  'Words that a user wants to be a certain tag. Written through the Data API, or by rename_tag; setting one changes '
  'the documents that have the alias.';
comment on column public.tag_aliases.alias is 'A tag as documents have it.';
comment on column public.tag_aliases.tag is 'In the form of the vocabulary: private.tag_of.';
comment on column public.tag_aliases.key is
  'What proposed tags are compared with: private.tag_key of the alias. Set by a trigger.';
comment on column public.tag_aliases.renaming is
  'Documents still have the alias as a tag. The first 200 are renamed at once, the others by private.rename_tags '
  'within seconds. Kept by triggers.';

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

create function private.lock_aliases(owner uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('docket.tag_aliases ' || owner, 0));
end
$$;
comment on function private.lock_aliases(uuid) is
  'A user''s aliases are set one after another: two renamings at once would wait for each other''s documents. Held to '
  'the end of the transaction.';

create function private.form_alias() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := 500;
  chained constant boolean := pg_trigger_depth() > 1;
begin
  perform private.lock_aliases(new.user_id);
  new.tag := coalesce(private.tag_of(left(new.tag, 200)), '');
  new.key := private.tag_key(left(new.alias, 200));
  new.renaming := exists (select from public.tags where user_id = new.user_id and tag = new.alias);
  if not exists (select from public.tag_aliases where user_id = new.user_id and alias = new.alias)
    and (select count(*) from public.tag_aliases where user_id = new.user_id) >= most then
    perform private.refuse(409, 'not_allowed_now', format('There are %s aliases already. Remove some first.', most));
  end if;
  if not chained and exists (
    select from public.tag_aliases where user_id = new.user_id and renaming
      and (alias = new.tag or (alias = new.alias and tag <> new.tag))) then
    perform private.refuse(409, 'not_allowed_now',
      'Documents are still being renamed from this tag. Try again in a minute.');
  end if;
  return new;
end
$$;
comment on function private.form_alias() is
  'Trigger: the tag of an alias is written as the vocabulary writes tags; a user has at most 500 aliases. Errors: '
  'not_allowed_now (409), also while an earlier renaming of the same tag is under way.';

create function private.chain_aliases() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.tag_aliases where user_id = new.user_id and alias = new.tag;
  update public.tag_aliases set tag = new.tag where user_id = new.user_id and tag = new.alias and alias <> new.tag;
  update public.preferences
    set tag_colors = jsonb_build_object(new.tag, tag_colors -> new.alias) || (tag_colors - new.alias)
    where user_id = new.user_id and tag_colors ? new.alias;
  return null;
end
$$;
comment on function private.chain_aliases() is
  'Trigger: the tag of a new alias is no alias any more, and what was an alias of the old tag is one of the new. The '
  'color of the old tag goes to the new one, unless that has its own.';

create function private.rename_documents(owner uuid, old_tag text, new_tag text, at_most integer) returns integer
language plpgsql set search_path = '' as $$
declare
  found_documents uuid[];
begin
  found_documents := array(
    select id from public.documents where user_id = owner and tags @> array[old_tag] order by id
      limit at_most for update);
  with renamed as (
    update public.documents set tags = array(
      select tag from (
        select case when tag = old_tag then new_tag else tag end as tag, place
          from unnest(documents.tags) with ordinality as theirs (tag, place)
      ) as renamed group by tag order by min(place))
    where id = any (found_documents) returning id, user_id)
  -- What private.record_event does, for all of them at once.
  insert into public.document_events (document_id, user_id, stage, kind, message, data)
  select id, user_id, 'edit', 'edited', format('The tag %s is now %s.', old_tag, new_tag),
    jsonb_build_object('fields', array['tags'], 'from', old_tag, 'to', new_tag) from renamed;
  return cardinality(found_documents);
end
$$;
comment on function private.rename_documents(uuid, text, text, integer) is
  'Gives documents that have a tag another one instead, at most so many; returns how many. It locks no field: the word '
  'changed, not what the document is about.';

create function private.rename_some(owner uuid, at_most integer) returns integer
language plpgsql set search_path = '' as $$
declare
  known public.tag_aliases;
  renamed integer;
  room integer := at_most;
begin
  perform private.lock_aliases(owner);
  for known in select * from public.tag_aliases where user_id = owner and renaming order by created_at, alias loop
    exit when room <= 0;
    renamed := private.rename_documents(owner, known.alias, known.tag, room);
    if renamed < room then
      update public.tag_aliases set renaming = false where user_id = owner and alias = known.alias;
    end if;
    room := room - renamed;
  end loop;
  return at_most - room;
end
$$;
comment on function private.rename_some(uuid, integer) is
  'One batch of a user''s renamings that are under way, of at most so many documents; returns how many were renamed.';

create function private.begin_renaming() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  owner uuid;
begin
  for owner in select distinct user_id from changed_aliases where renaming order by user_id loop
    perform private.rename_some(owner, 200);
  end loop;
  return null;
end
$$;
comment on function private.begin_renaming() is
  'Trigger: the first 200 documents of a statement''s aliases are renamed at once. private.rename_tags goes on with '
  'the others.';

create function private.rename_tags(for_at_most interval default '2 seconds') returns integer
language plpgsql security definer set search_path = '' as $$
declare
  began constant timestamptz := clock_timestamp();
  owner uuid;
  batch integer;
  renamed integer := 0;
begin
  -- A user whose aliases somebody holds is left to the next run.
  for owner in select user_id from public.tag_aliases where renaming group by user_id order by min(created_at)
    limit 100 loop
    continue when not pg_try_advisory_xact_lock(hashtextextended('docket.tag_aliases ' || owner, 0));
    loop
      batch := private.rename_some(owner, 100);
      renamed := renamed + batch;
      if clock_timestamp() >= began + for_at_most then
        return renamed;
      end if;
      exit when batch = 0;
    end loop;
  end loop;
  return renamed;
end
$$;
comment on function private.rename_tags(interval) is
  'Goes on with renamings that are under way, for so long at most; returns how many documents were renamed. Run by '
  'pg_cron every 10 seconds.';

create trigger tag_aliases_form before insert or update of user_id, alias, tag on public.tag_aliases
  for each row execute function private.form_alias();
create trigger on_tag_aliases_set after insert or update of user_id, alias, tag on public.tag_aliases
  for each row when (pg_trigger_depth() = 0) execute function private.chain_aliases();
-- A column list and a transition table do not go together; what is not renaming is passed over.
create trigger on_tag_aliases_set_all after insert on public.tag_aliases
  referencing new table as changed_aliases for each statement
    when (pg_trigger_depth() = 0) execute function private.begin_renaming();
create trigger on_tag_aliases_changed_all after update on public.tag_aliases
  referencing new table as changed_aliases for each statement
    when (pg_trigger_depth() = 0) execute function private.begin_renaming();

create function public.rename_tag(old_tag text, new_tag text) returns integer
language plpgsql set search_path = '' as $$
declare
  renamed integer := coalesce((select documents from public.tags where user_id = (select auth.uid())
    and tag = old_tag), 0);
  broken text;
begin
  if coalesce(old_tag, '') !~ '\S' or length(old_tag) > 200 or old_tag ~ '[[:cntrl:]]'
    or coalesce(left(new_tag, 200), '') !~ '[[:alnum:]]' then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'Name the tag as it is, and a new one that has a letter or a digit.';
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
  'Renames one of the caller''s tags on all documents that have it; where the new one is there already, the two become '
  'one. The old name is kept as an alias, so that it does not come back. The new one is written as the vocabulary '
  'writes tags. Returns how many documents had it: the first 200 are renamed with the call, the others within seconds, '
  'while tag_aliases.renaming is true. Errors: invalid_request (400), not_allowed_now (409), too_many_requests (429).';

revoke execute on function private.lock_aliases(uuid), private.form_alias(), private.chain_aliases(),
  private.rename_documents(uuid, text, text, integer), private.rename_some(uuid, integer), private.begin_renaming(),
  private.rename_tags(interval),
  public.rename_tag(text, text) from public, anon, authenticated, service_role;
grant execute on function public.rename_tag(text, text) to authenticated;

select cron.schedule('docket-rename', '10 seconds', 'select private.rename_tags()');
