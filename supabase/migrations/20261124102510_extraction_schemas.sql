create table public.extraction_schemas (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  name text not null,
  description text,
  document_types text[] not null default '{}',
  tags text[] not null default '{}',
  senders text[] not null default '{}',
  fields json not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_user_has_a_schema_name_once unique (user_id, name),
  constraint schema_name_is_one_short_line check (name ~ '\S' and name !~ '[[:cntrl:]]' and length(name) <= 100),
  constraint schema_description_fits check (length(description) <= 1000),
  constraint schema_applies_to_few_things check (
    cardinality(document_types) <= 50 and cardinality(tags) <= 50 and cardinality(senders) <= 50
    and length(array_to_string(document_types || tags || senders, '')) <= 10000)
);

comment on table public.extraction_schemas is
  'What a user wants to know of documents: fields that are looked for in each one that the schema applies to. Owners '
  'write them through the Data API.';
comment on column public.extraction_schemas.document_types is
  'It applies to documents of one of these types. With tags and senders, all three must fit; a list that is empty '
  'always fits. A schema with three empty lists is applied by hand only.';
comment on column public.extraction_schemas.tags is 'It applies to documents that have one of these tags.';
comment on column public.extraction_schemas.senders is
  'It applies to documents from one of these correspondents, whatever the case of letters.';
comment on column public.extraction_schemas.fields is
  'A subset of JSON Schema: {type: "object", properties: {name: field}, required: [name], checks: [equation]}. '
  'docs/extraction.md has the fields. json, not jsonb, which would forget the order in which they are to be shown.';
comment on column public.extraction_schemas.version is 'Goes up by one each time that the fields change.';

create table public.extraction_schema_versions (
  schema_id uuid not null references public.extraction_schemas on delete cascade,
  version integer not null,
  user_id uuid not null references auth.users on delete cascade,
  fields json not null,
  created_at timestamptz not null default now(),
  primary key (schema_id, version)
);
create index extraction_schema_versions_by_user on public.extraction_schema_versions (user_id);
comment on table public.extraction_schema_versions is
  'The fields of a schema as they were in each version: what an extraction was made with.';

create function private.check_schema() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := 50;
  -- Of the text as it is kept, with all its spaces.
  wrong constant text := case when octet_length(new.fields::text) > 200000 then 'fields: has more than 200000 bytes'
    else private.schema_error(new.fields::jsonb) end;
begin
  if wrong is not null then
    perform private.refuse(400, 'invalid_schema', wrong);
  end if;
  if tg_op = 'INSERT' then
    -- One at a time, so that two do not each see room for the last one.
    perform pg_advisory_xact_lock(hashtextextended('schemas ' || new.user_id, 0));
    if (select count(*) from public.extraction_schemas where user_id = new.user_id) >= most then
      perform private.refuse(409, 'too_many_schemas', format('You have %s schemas. Delete one first.', most));
    end if;
    new.version := 1;
  else
    -- Another order is the same fields: nothing is extracted again.
    new.version := old.version + (new.fields::jsonb <> old.fields::jsonb)::integer;
  end if;
  return new;
end
$$;
comment on function private.check_schema() is
  'Trigger: refuses fields that are wrong and names the first one, keeps a user''s schemas few, and counts versions. '
  'Errors: invalid_schema (400), too_many_schemas (409).';

create function private.keep_schema_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.extraction_schema_versions (schema_id, version, user_id, fields)
  values (new.id, new.version, new.user_id, new.fields) on conflict do nothing;
  return null;
end
$$;
comment on function private.keep_schema_version() is 'Trigger: each version of a schema stays as it was.';
revoke execute on function private.check_schema(), private.keep_schema_version() from public, anon, authenticated;

create trigger extraction_schemas_are_checked before insert or update on public.extraction_schemas
  for each row execute function private.check_schema();
create trigger extraction_schemas_keep_versions after insert or update on public.extraction_schemas
  for each row execute function private.keep_schema_version();
create trigger extraction_schemas_touch_updated_at before update on public.extraction_schemas
  for each row execute function private.touch_updated_at();

create function private.schema_fits(schema public.extraction_schemas, document public.documents) returns boolean
language sql stable set search_path = '' as $$
  select ((schema).document_types <> '{}' or (schema).tags <> '{}' or (schema).senders <> '{}')
    and ((schema).document_types = '{}' or (document).document_type = any ((schema).document_types))
    and ((schema).tags = '{}' or (document).tags && (schema).tags)
    and ((schema).senders = '{}' or exists (
      select from unnest((schema).senders) as sender
        where lower(btrim(sender)) = lower(btrim((document).correspondent))))
$$;
comment on function private.schema_fits(public.extraction_schemas, public.documents) is
  'Whether a schema applies to a document without being asked.';
revoke execute on function private.schema_fits(public.extraction_schemas, public.documents) from public, anon,
  authenticated;
grant execute on function private.schema_fits(public.extraction_schemas, public.documents) to service_role;

alter table public.extraction_schemas enable row level security;
create policy "users can read their own schemas" on public.extraction_schemas
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can make schemas of their own" on public.extraction_schemas
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "users can change their own schemas" on public.extraction_schemas
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "users can delete their own schemas" on public.extraction_schemas
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.extraction_schemas from anon, authenticated, service_role, public;
grant select, delete on public.extraction_schemas to authenticated;
grant insert (id, name, description, document_types, tags, senders, fields) on public.extraction_schemas
  to authenticated;
grant update (name, description, document_types, tags, senders, fields) on public.extraction_schemas to authenticated;
grant select on public.extraction_schemas to service_role;

alter table public.extraction_schema_versions enable row level security;
create policy "users can read the versions of their own schemas" on public.extraction_schema_versions
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.extraction_schema_versions from anon, authenticated, service_role, public;
grant select on public.extraction_schema_versions to authenticated;
grant select on public.extraction_schema_versions to service_role;
