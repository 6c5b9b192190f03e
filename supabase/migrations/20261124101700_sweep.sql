create function private.sweep_upload(document public.documents) returns void
language plpgsql set search_path = '' as $$
declare
  stored jsonb;
begin
  select coalesce(metadata, '{}') into stored from storage.objects where bucket_id = 'documents'
    and name = document.storage_path;
  if stored is not null then
    perform private.settle_upload(document, stored);
  else
    perform private.fail_upload(document, private.interrupted());
  end if;
end
$$;
comment on function private.sweep_upload(public.documents) is
  'Ends an upload that never ended: if a file is there after all, it is compared with the announcement as when it was '
  'stored; else the document failed.';

create table private.sweep_place (
  stage private.job_stage primary key,
  after uuid not null default '00000000-0000-0000-0000-000000000000'
);
comment on table private.sweep_place is
  'How far private.sweep_stage came on its way through the documents that wait for a stage.';
comment on column private.sweep_place.after is
  'The last document that was looked at; the lowest id when the next sweep starts again.';

alter table private.sweep_place enable row level security;
create policy "closed to users" on private.sweep_place for all to anon, authenticated using (false);
revoke all on private.sweep_place from anon, authenticated, service_role, public;

create function private.sweep_stage(swept private.stages) returns void
language plpgsql security definer set search_path = '' as $$
declare
  looked_at constant integer := 1000;
  place private.sweep_place;
  waiting uuid[];
  document public.documents;
begin
  -- Only one sweep does this at a time.
  if not pg_try_advisory_xact_lock(hashtext('docket.sweep_stage ' || swept.stage)) then
    return;
  end if;
  select * into place from private.sweep_place where stage = swept.stage;
  place.after := coalesce(place.after, '00000000-0000-0000-0000-000000000000');
  waiting := array(
    select id from public.documents
    where status = swept.waits_as and status not in ('completed', 'failed') and id > place.after order by id
      limit looked_at);
  for document in
    select * from public.documents
    where id = any (waiting) and status = swept.waits_as
      -- One look into the index for each: "not exists" would be joined, and read all jobs there are.
      and (select true from private.jobs where document_id = documents.id and stage = swept.stage
        and state in ('queued', 'dispatched', 'running')) is null
    for update skip locked
  loop
    perform private.queue_job(swept.stage, document.id, document.user_id);
  end loop;
  if waiting[looked_at] is not null or place.stage is not null then
    insert into private.sweep_place as places (stage, after)
    values (swept.stage, coalesce(waiting[looked_at], '00000000-0000-0000-0000-000000000000'))
    on conflict (stage) do update set after = excluded.after where places.after <> excluded.after;
  end if;
end
$$;
comment on function private.sweep_stage(private.stages) is
  'Queues the job of documents that wait for a stage and have none. Looks at 1,000 of them, from where it stopped the '
  'last time: nearly all of a long queue have their job, and looking at a million takes longer than all else of a '
  'sweep.';

create function private.sweep_jobs() returns void
language plpgsql security definer set search_path = '' as $$
declare
  job private.jobs;
  document public.documents;
  stage private.stages;
begin
  -- Invocations that never arrived: they cost no attempt.
  update private.jobs set state = 'queued', token = null, lease_expires_at = null
  where id in (
    select id from private.jobs where state = 'dispatched'
      and lease_expires_at < clock_timestamp() for update skip locked);

  -- Workers that fell silent. Here and below, a row that cannot be mended does not keep the others from it.
  for job in
    select * from private.jobs where state = 'running' and lease_expires_at < clock_timestamp() for update skip locked
  loop
    begin
      -- A document that somebody changes just now is left to the next sweep: its holder may be waiting for this job.
      continue when not private.lock_free_document_of(job);
      perform private.lose_worker(job);
    exception when others then
      raise warning 'docket: job % was not swept: %', job.id, sqlerrm;
    end;
  end loop;

  for document in
    select * from public.documents
    where status = 'uploading' and updated_at < now() - (select upload_lease from private.settings)
      for update skip locked
  loop
    begin
      perform private.sweep_upload(document);
    exception when others then
      raise warning 'docket: the upload of % was not swept: %', document.id, sqlerrm;
    end;
  end loop;

  -- A stage that waits and runs with one status is queued in the transaction that sets it.
  for stage in select * from private.stages where waits_as <> runs_as loop
    perform private.sweep_stage(stage);
  end loop;
  perform private.probe_workers();
  perform private.dispatch_jobs();
end
$$;
comment on function private.sweep_jobs() is
  'The guarantee behind the invocations: gives out again what got lost, ends what was cut off, and dispatches what is '
  'due. Run by pg_cron every 10 seconds.';
revoke execute on function private.sweep_upload(public.documents), private.sweep_stage(private.stages),
  private.sweep_jobs() from public, anon, authenticated;

create index documents_waiting on public.documents (status, id) where status not in ('completed', 'failed');

select cron.schedule('docket-sweep', '10 seconds', 'select private.sweep_jobs()');
