-- The tags of a user's documents as a vocabulary: which there are, how often, and which of them a proposed one is.

create table public.tags (
  user_id uuid not null references auth.users on delete cascade,
  tag text not null,
  key text not null,
  documents integer not null,

  primary key (user_id, tag),
  constraint a_tag_that_is_there_is_used check (documents > 0)
);
create index tags_by_key on public.tags (user_id, key, documents desc);

comment on table public.tags is
  'The tags that a user''s documents have, those in the trash aside, with how many have each. Kept by a trigger on '
  'documents; see also rename_tag and my_tags.';
comment on column public.tags.key is
  'What private.tag_key makes of the tag: tags that differ in case, accents, hyphens and spaces have the same.';

alter table public.tags enable row level security;
create policy "users can read their own tags" on public.tags
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.tags from anon, authenticated, service_role, public;
grant select on public.tags to authenticated, service_role;

create function private.tag_of(source text) returns text
language sql immutable set search_path = '' as $$
  select nullif(btrim(left(btrim(regexp_replace(regexp_replace(lower(normalize(private.visible(source), nfkc)),
    '[''’.]', '', 'g'),
    '[^[:alnum:]]+', '-', 'g'), '-'), 40), '-'), '')
$$;
comment on function private.tag_of(text) is
  'A tag in the form of the vocabulary, lower-case-hyphenated, at most 40 characters; null where nothing is left.';

create function private.tag_key(tag text) returns text
language sql stable set search_path = '' as $$
  select regexp_replace(lower(extensions.unaccent(normalize(tag, nfkc))), '[^[:alnum:]]+', '', 'g')
$$;
comment on function private.tag_key(text) is
  'What tags are compared by: "Kfz_Steuer", "kfz-steuer" and "KFZ Steuer" are one.';

create type private.tag_count as (user_id uuid, tag text, count integer);
comment on type private.tag_count is 'So many more, or fewer, documents of a user have a tag.';

create function private.add_to_tags(counts private.tag_count[]) returns void
language plpgsql set search_path = '' as $$
declare
  sums private.tag_count[] := array(
    select row(user_id, tag, sum(count))::private.tag_count from unnest(counts)
    where tag is not null group by user_id, tag having sum(count) <> 0 order by user_id, tag);
  changed private.tag_count;
begin
  foreach changed in array sums loop
    if changed.count > 0 then
      insert into public.tags as known (user_id, tag, key, documents)
      values (changed.user_id, changed.tag, private.tag_key(changed.tag), changed.count)
      on conflict on constraint tags_pkey do update set documents = known.documents + excluded.documents;
    else
      -- Another transaction may be taking the same tag away: only behind it the row says how many are left.
      perform from public.tags where user_id = changed.user_id and tag = changed.tag for update;
      delete from public.tags where user_id = changed.user_id and tag = changed.tag and documents <= -changed.count;
      update public.tags set documents = documents + changed.count where user_id = changed.user_id
        and tag = changed.tag;
    end if;
  end loop;
end
$$;
comment on function private.add_to_tags(private.tag_count[]) is
  'Adds up what a statement changed, and writes it in the order of the key, so that two statements do not wait for '
  'each other in a circle.';

create function private.count_tags_of_new() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.add_to_tags(array(
    select row(user_id, tag, 1)::private.tag_count from after, lateral (select distinct unnest(tags) as tag) as theirs
      where trashed_at is null));
  return null;
end
$$;
create function private.count_tags_of_changed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Added up and not joined: a session keeps the plan of its first update, which is mostly of one row, and the two
  -- sides of a large one, joined in that way, are compared each with each.
  perform private.add_to_tags(array(
    select row(user_id, tag, sum(change))::private.tag_count
    from (
      select user_id, tag, -1 as change from before, lateral (select distinct unnest(tags) as tag) as theirs
        where trashed_at is null
      union all
      select user_id, tag, 1 from after, lateral (select distinct unnest(tags) as tag) as theirs
        where trashed_at is null
    ) as changes group by user_id, tag having sum(change) <> 0));
  return null;
end
$$;
create function private.count_tags_of_deleted() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.add_to_tags(array(
    select row(user_id, tag, -1)::private.tag_count from before,
      lateral (select distinct unnest(tags) as tag) as theirs where trashed_at is null));
  return null;
end
$$;
comment on function private.count_tags_of_new() is 'Trigger: adds the tags of new documents to public.tags.';
comment on function private.count_tags_of_changed() is
  'Trigger: keeps public.tags in step with the tags of changed documents.';
comment on function private.count_tags_of_deleted() is 'Trigger: takes the tags of deleted documents from public.tags.';


create function private.tag_likeness(tag text, query text) returns real
language sql immutable set search_path = '' as $$
  select case when btrim(query) <> '' then greatest(
    extensions.similarity(tag, left(query, 100)), extensions.word_similarity(left(query, 100), tag)) end
$$;
comment on function private.tag_likeness(text, text) is
  'How like a tag is to what was asked for, 0 to 1 by trigrams; null where nothing was asked for.';

create function public.my_tags(query text default null, at_most integer default 50)
returns table (tag text, documents integer, similarity real)
language sql stable set search_path = ''
begin atomic
  select known.tag, known.documents, alike
  from public.tags as known, private.tag_likeness(known.tag, my_tags.query) as alike
  where known.user_id = (select auth.uid()) and (alike is null or alike >= 0.3)
  order by alike desc nulls last, known.documents desc, known.tag
  limit least(greatest(coalesce(my_tags.at_most, 50), 1), 1000);
end;
comment on function public.my_tags(text, integer) is
  'The caller''s tags: {tag, documents: how many have it, similarity}. With a query those that are like it (similarity '
  'from 0.3 to 1), the likest first; without one the most used first, and similarity is null. at_most: 1 to 1000.';

create function public.tags_of(document_id uuid, query text default null, at_most integer default 50)
returns table (tag text, documents integer, similarity real)
language sql stable set search_path = ''
begin atomic
  select known.tag, known.documents, alike
  from public.documents as described join public.tags as known on known.user_id = described.user_id,
    private.tag_likeness(known.tag, tags_of.query) as alike
  where described.id = tags_of.document_id and (alike is null or alike >= 0.3)
  order by alike desc nulls last, known.documents desc, known.tag
  limit least(greatest(coalesce(tags_of.at_most, 50), 1), 1000);
end;
comment on function public.tags_of(uuid, text, integer) is
  'The tags of a document''s owner, as my_tags has them: for whoever describes that document, and of no other owner.';

revoke execute on function private.tag_of(text), private.tag_key(text), private.count_tags_of_new(),
  private.count_tags_of_changed(), private.count_tags_of_deleted(), private.add_to_tags(private.tag_count[]),
  private.tag_likeness(text, text), public.my_tags(text, integer), public.tags_of(uuid, text, integer) from public,
  anon, authenticated, service_role;
grant execute on function private.tag_of(text), private.tag_key(text), private.tag_likeness(text, text),
  public.tags_of(uuid, text, integer) to service_role;
-- The body of my_tags was read when it was made: its callers need no way into the private schema.
grant execute on function private.tag_likeness(text, text), public.my_tags(text, integer) to authenticated;
