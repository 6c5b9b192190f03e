-- What people do about extractions: they accept, correct and mark values as absent; they apply a schema to the
-- documents that they have, and stop that. Each is a row that they insert; triggers do the rest.

create table public.extraction_reviews (
  id uuid primary key default gen_random_uuid(),
  extraction_id uuid not null references public.extractions on delete cascade,
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  path text not null,
  row_number integer not null default 0,
  action text not null,
  value jsonb,
  previous jsonb,
  created_at timestamptz not null default clock_timestamp(),

  constraint review_action_is_known check (action in ('accept', 'correct', 'absent')),
  constraint only_corrections_bring_a_value check ((action = 'correct') = (value is not null)),
  constraint review_row_number_is_a_row check (row_number between 0 and 19999),
  constraint review_value_fits check (octet_length(value::text) <= 4000)
);
create index extraction_reviews_by_extraction on public.extraction_reviews (extraction_id, created_at);
create index extraction_reviews_by_user on public.extraction_reviews (user_id);
comment on table public.extraction_reviews is
  'What people said of values: kept as it was said. The value is locked from then on: no run changes it.';
comment on column public.extraction_reviews.action is
  'accept: the proposal, or the value that is there, is right. correct: it is value. absent: the document has none.';
comment on column public.extraction_reviews.previous is
  'What stood there before: {value, proof}, or the proposal {value, reason}. Kept by a trigger.';

create function private.is_of_kind(kind text, field jsonb, value jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(case kind
    when 'money' then jsonb_typeof(value) = 'object' and jsonb_typeof(value -> 'amount') = 'number'
      and coalesce(value ->> 'currency' ~ '^[A-Z]{3}$', value -> 'currency' is null or value -> 'currency' = 'null')
        and value - '{amount,currency}'::text[] = '{}'
    when 'number' then jsonb_typeof(value) = 'number'
    when 'integer' then jsonb_typeof(value) = 'number' and (value #>> '{}')::numeric % 1 = 0
    when 'boolean' then jsonb_typeof(value) = 'boolean'
    when 'enum' then field -> 'enum' @> value and jsonb_typeof(value) = 'string'
    when 'date' then jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^\d{4}-\d\d-\d\d$'
      and pg_input_is_valid(value #>> '{}', 'date')
    else jsonb_typeof(value) = 'string' and length(value #>> '{}') between 1 and 1000 end, false)
$$;
comment on function private.is_of_kind(text, jsonb, jsonb) is
  'Whether a value is one that a field of that kind may hold.';

create function private.apply_review() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  extraction public.extractions;
  of_field jsonb;
  proposal public.extraction_proposals;
  before public.extracted_values;
  given jsonb := new.value;
begin
  -- The document before its extraction, as save_extraction has them: rules may write it.
  perform from public.documents
  where id = (select document_id from public.extractions where id = new.extraction_id and user_id = new.user_id)
    for update;
  select * into extraction from public.extractions where id = new.extraction_id and user_id = new.user_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such extraction, or it is not yours.');
  elsif extraction.status in ('queued', 'running') then
    perform private.refuse(409, 'not_allowed_now',
      format('The extraction is %s; wait until that ends.', extraction.status));
  end if;
  of_field := (
    select field from public.extraction_schema_versions as versions,
      private.scalar_fields(versions.fields::jsonb) as scalars
    where versions.schema_id = extraction.schema_id and versions.version = extraction.schema_version
      and scalars.path = new.path);
  if of_field is null or (new.path not like '%.%' and new.row_number <> 0) then
    perform private.refuse(400, 'invalid_request',
      format('%s: is no field of the schema, or has no such row.', left(new.path, 90)));
  end if;
  select * into proposal from public.extraction_proposals
  where extraction_id = extraction.id and path = new.path and row_number = new.row_number;
  select * into before from public.extracted_values
  where extraction_id = extraction.id and path = new.path and row_number = new.row_number;
  if new.action = 'accept' then
    given := coalesce(before.value, proposal.value);
    if given is null then
      perform private.refuse(409, 'not_allowed_now', format('%s: there is nothing to accept.', new.path));
    end if;
  end if;
  if new.action <> 'absent' and not private.is_of_kind(private.field_kind(of_field), of_field, given) then
    perform private.refuse(400, 'invalid_request',
      format('%s: the value is no %s.', new.path, private.field_kind(of_field)));
  end if;
  new.previous := case
    when before.extraction_id is not null then jsonb_build_object('value', before.value, 'proof', before.proof)
    when proposal.extraction_id is not null
      then jsonb_build_object('value', proposal.value, 'reason', proposal.reason) end;

  insert into public.extracted_values as held (extraction_id, path, row_number, user_id, document_id, schema_id, value,
    page, quote, box, proof)
  values (extraction.id, new.path, new.row_number, extraction.user_id, extraction.document_id, extraction.schema_id,
    case when new.action <> 'absent' then given end, coalesce(before.page, proposal.page),
      coalesce(before.quote, proposal.quote), coalesce(before.box, proposal.box), 'person')
  on conflict (extraction_id, path, row_number) do update set value = excluded.value, proof = 'person',
    similarity = null, confidence = null, note = null;
  delete from public.extraction_proposals where extraction_id = extraction.id and path = new.path
    and row_number = new.row_number;
  -- To accept what was proven teaches nothing new.
  if new.action <> 'accept' or before.extraction_id is null then
    perform private.learn_value(extraction, new.path, of_field, case when new.action <> 'absent' then given end);
  end if;
  update public.extractions set checks = private.checks_now(extraction) where id = extraction.id;
  perform private.settle_extraction(extraction.id);
  return new;
end
$$;
comment on function private.apply_review() is
  'Trigger: what a person says of a value is written, locked and recorded, its place is learned, and the equations and '
  'the status follow. Errors: not_found (404), not_allowed_now (409), invalid_request (400) naming the field.';

create function private.checks_now(extraction public.extractions) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  fields constant jsonb := (select versions.fields::jsonb from public.extraction_schema_versions as versions
    where schema_id = (extraction).schema_id and version = (extraction).schema_version);
  tolerance constant numeric := 0.0051;
  scalars jsonb;
  sums jsonb;
  source text;
  off numeric;
  checks jsonb := jsonb_build_array();
begin
  select coalesce(jsonb_object_agg(path, number_value), jsonb_build_object()) into scalars
  from public.extracted_values where extraction_id = (extraction).id and path not like '%.%'
    and number_value is not null;
  select coalesce(jsonb_object_agg(path, total), jsonb_build_object()) into sums
  from (
    select path, sum(number_value) as total from public.extracted_values as cells
    where extraction_id = (extraction).id and path like '%.%' and number_value is not null
      and not exists (select from public.extraction_proposals as open where open.extraction_id = cells.extraction_id
        and open.path = cells.path)
    group by path) as columns;
  for source in select jsonb_array_elements_text(fields -> 'checks') loop
    if private.check_table(source) is null then
      off := private.check_difference(source, scalars, sums, '{}');
      checks := checks || jsonb_build_object('check', source, 'row', null, 'difference', off, 'holds',
        abs(off) <= tolerance);
    else
      checks := checks || (
        select coalesce(jsonb_agg(jsonb_build_object('check', source, 'row', row_number, 'difference', difference,
          'holds', false)), jsonb_build_array())
        from (
          select row_number, private.check_difference(source, scalars, sums, jsonb_object_agg(path, number_value))
            as difference
          from public.extracted_values
          where extraction_id = (extraction).id and starts_with(path, private.check_table(source) || '.')
            and number_value is not null group by row_number
        ) as rows where abs(difference) > tolerance);
    end if;
  end loop;
  return checks;
end
$$;
comment on function private.checks_now(public.extractions) is
  'The equations of an extraction over the values as they are now; of row equations only the broken ones.';

create trigger extraction_reviews_apply before insert on public.extraction_reviews
  for each row execute function private.apply_review();

alter table public.extraction_reviews enable row level security;
create policy "users can read their own reviews" on public.extraction_reviews
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can review the extractions of their own documents" on public.extraction_reviews
  for insert to authenticated with check (user_id = (select auth.uid()));
revoke all on public.extraction_reviews from anon, authenticated, service_role, public;
grant select, insert (extraction_id, path, row_number, action, value) on public.extraction_reviews to authenticated;
grant select on public.extraction_reviews to service_role;

create table public.schema_applications (
  id uuid primary key default gen_random_uuid(),
  schema_id uuid not null references public.extraction_schemas on delete cascade,
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  documents integer not null default 0,
  created_at timestamptz not null default now(),
  constraint applied_documents_are_not_negative check (documents >= 0)
);
create index schema_applications_by_schema on public.schema_applications (schema_id, created_at);
create index schema_applications_by_user on public.schema_applications (user_id);
comment on table public.schema_applications is
  'A schema that is applied to the documents that are there: inserting a row queues an extraction for each of the '
  'documents that it applies to and that lacks one of this version. Deleting it stops what has not begun.';
comment on column public.schema_applications.documents is 'How many documents were queued.';

create function private.lacking_documents(of_schema public.extraction_schemas) returns setof public.documents
language sql stable set search_path = '' as $$
  select documents.* from public.documents
  where documents.user_id = (of_schema).user_id and documents.trashed_at is null and documents.status = 'completed'
    and private.schema_fits(of_schema, documents)
    and not exists (
      select from public.extractions
      where extractions.document_id = documents.id and schema_id = (of_schema).id
        and schema_version = (of_schema).version
        and extractions.status in ('queued', 'running', 'completed', 'needs_review'))
$$;
comment on function private.lacking_documents(public.extraction_schemas) is
  'The completed documents that a schema applies to and was not applied to in its version.';

create function public.estimate_schema(schema_id uuid) returns jsonb
language sql stable set search_path = '' begin atomic
  -- The rows that the caller may read are the caller's own; the conditions are those of private.lacking_documents.
  select jsonb_build_object('documents', count(documents.id), 'pages', coalesce(sum(documents.page_count), 0),
    'cost_micro_usd', round(coalesce(sum(documents.page_count), 0) * (
      -- What a page cost of late; nothing where a model never did this for the user.
      select coalesce(sum(recent.cost_micro_usd)::numeric / nullif(sum(recent.pages), 0), 0)
      from (
        select extractions.cost_micro_usd, paid_for.page_count as pages from public.extractions
          join public.documents as paid_for on paid_for.id = extractions.document_id
        where extractions.engine is not null order by extractions.updated_at desc limit 100) as recent)))
  from public.extraction_schemas as schemas
  left join public.documents on documents.user_id = schemas.user_id and documents.status = 'completed'
    and (schemas.document_types <> '{}' or schemas.tags <> '{}' or schemas.senders <> '{}')
    and (schemas.document_types = '{}' or documents.document_type = any (schemas.document_types))
    and (schemas.tags = '{}' or documents.tags && schemas.tags)
    and (schemas.senders = '{}' or exists (
      select from unnest(schemas.senders) as sender where lower(btrim(sender)) = lower(btrim(documents.correspondent))))
    and not exists (
      select from public.extractions as made
      where made.document_id = documents.id and made.schema_id = schemas.id and made.schema_version = schemas.version
        and made.status in ('queued', 'running', 'completed', 'needs_review'))
  where schemas.id = estimate_schema.schema_id group by schemas.id;
end;
comment on function public.estimate_schema(uuid) is
  'What applying a schema of the caller''s own to the documents that lack it would take: {documents, pages, '
  'cost_micro_usd: by what a page cost in the last hundred extractions}; null when there is no such schema.';

create function private.begin_application() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := 10000;
  of_schema public.extraction_schemas;
begin
  select * into of_schema from public.extraction_schemas where id = new.schema_id and user_id = new.user_id;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such schema, or it is not yours.');
  end if;
  insert into public.extractions (document_id, schema_id, user_id, schema_version)
  select documents.id, of_schema.id, of_schema.user_id, of_schema.version
    from private.lacking_documents(of_schema) as documents limit most
  on conflict on constraint a_schema_is_applied_to_a_document_once do update
    set status = 'queued', error = null, schema_version = excluded.schema_version
    where extractions.status not in ('queued', 'running');
  get diagnostics new.documents = row_count;
  return new;
end
$$;
comment on function private.begin_application() is
  'Trigger: queues the extractions, 10,000 at most. private.queue_extractions gives them their jobs, so that they come '
  'behind what is new. Errors: not_found (404).';

create function private.stop_application() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.extractions set status = 'stopped' where schema_id = old.schema_id and status = 'queued';
  return null;
end
$$;
comment on function private.stop_application() is 'Trigger: what has not begun of an application is stopped.';

create trigger schema_applications_begin before insert on public.schema_applications
  for each row execute function private.begin_application();
create trigger schema_applications_stop after delete on public.schema_applications
  for each row execute function private.stop_application();

alter table public.schema_applications enable row level security;
create policy "users can read their own applications" on public.schema_applications
  for select to authenticated using (user_id = (select auth.uid()));
create policy "users can apply their own schemas" on public.schema_applications
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "users can stop their own applications" on public.schema_applications
  for delete to authenticated using (user_id = (select auth.uid()));
revoke all on public.schema_applications from anon, authenticated, service_role, public;
grant select, delete, insert (schema_id) on public.schema_applications to authenticated;
grant select on public.schema_applications to service_role;

revoke execute on function private.is_of_kind(text, jsonb, jsonb), private.apply_review(),
  private.checks_now(public.extractions),
  private.begin_application(), private.stop_application(), public.estimate_schema(uuid),
  private.lacking_documents(public.extraction_schemas) from public, anon, authenticated, service_role;
grant execute on function public.estimate_schema(uuid) to authenticated;
