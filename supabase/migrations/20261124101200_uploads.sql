create table private.upload_invocations (
  document_id uuid primary key references public.documents on delete cascade,
  user_id uuid not null,
  job_id uuid not null default gen_random_uuid(),
  token uuid not null default gen_random_uuid(),
  made_at timestamptz not null default clock_timestamp()
);
comment on table private.upload_invocations is
  'Uploads whose function stores the file itself, and invokes the reading once that is done: it is awake, and pg_net '
  'then has no batch behind it when the text is there. A row goes when the file is stored.';
comment on column private.upload_invocations.job_id is 'The id that the reading''s job will have.';
comment on column private.upload_invocations.token is
  'The one-time token that the job will have, if its turn has come by then.';

alter table private.upload_invocations enable row level security;
create policy "closed to users" on private.upload_invocations for all to anon, authenticated using (false);
revoke all on private.upload_invocations from anon, authenticated, service_role, public;
grant select, insert, update, delete on private.upload_invocations to service_role;

create function private.expect_invocation(document_id uuid, user_id uuid, invokes boolean) returns jsonb
language plpgsql set search_path = '' as $$
declare
  expected private.upload_invocations;
begin
  if not invokes then
    delete from private.upload_invocations where upload_invocations.document_id = expect_invocation.document_id;
    return jsonb_build_object();
  end if;
  -- Two uploads of the same bytes have one invocation: whoever is first uses it.
  insert into private.upload_invocations as invocations (document_id, user_id)
    values (expect_invocation.document_id, expect_invocation.user_id)
  on conflict on constraint upload_invocations_pkey do update set made_at = clock_timestamp()
  returning * into expected;
  return jsonb_build_object('invocation', jsonb_build_object(
    'function_name', (private.stage_named(private.stage_after('processing'))).function_name, 'job_id', expected.job_id,
    'token', expected.token));
end
$$;
comment on function private.expect_invocation(uuid, uuid, boolean) is
  'Whether the uploader invokes the reading: {invocation: {function_name, job_id, token}} to do it with; {} when '
  'pg_net does it.';

create function private.lock_document_with(owner uuid, content_sha256 text) returns public.documents
language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  -- Uploads of the same bytes come one after another: the later one finds the row of the earlier before it locks the
  -- usage.
  perform pg_advisory_xact_lock(hashtextextended('docket.uploads ' || owner || ' '
    || lock_document_with.content_sha256, 0));
  perform private.take_from_trash(owner, lock_document_with.content_sha256);
  select * into document from public.documents
  where user_id = owner and documents.content_sha256 = lock_document_with.content_sha256 for update;
  perform private.lock_usage(owner);
  return document;
end
$$;
comment on function private.lock_document_with(uuid, text) is
  'The owner''s document that has these bytes, out of the trash and locked; all null when there is none, and then '
  'nobody else makes one meanwhile. The owner''s usage is locked after it, as whatever completes or deletes a document '
  'has it.';

create function private.admit_file(document public.documents, owner uuid, filename text, mime_type text,
  byte_size bigint, content_sha256 text)
returns public.documents language plpgsql set search_path = '' as $$
begin
  if document.id is null then
    perform private.check_size(admit_file.mime_type, admit_file.byte_size);
    document.id := gen_random_uuid();
    document.user_id := owner;
    -- The trigger on_documents_admitted reserves what was checked.
    perform private.check_month(document, 1, 1);
    perform private.check_stored_bytes(owner, admit_file.byte_size);
    insert into public.documents (id, user_id, filename, storage_path, mime_type, byte_size, content_sha256)
    values (document.id, owner, admit_file.filename, owner || '/' || document.id, admit_file.mime_type,
      admit_file.byte_size, admit_file.content_sha256)
    returning * into document;
    return document;
  end if;

  -- One that was given up takes its place again: the trigger on_documents_tried_again checks it.
  if document.status = 'uploading' or private.lacks_its_file(document) then
    perform private.check_stored_bytes(owner, admit_file.byte_size - document.byte_size);
  end if;
  return private.take_up_again(document, admit_file.filename, admit_file.mime_type, admit_file.byte_size);
end
$$;
comment on function private.admit_file(public.documents, uuid, text, text, bigint, text) is
  'What private.lock_document_with found takes up its file again if it lacks it, and stays what it is otherwise; a new '
  'row when it found none. The file is to be stored when the row is uploading.';

create function public.admit_upload(
  owner uuid, filename text, mime_type text, byte_size bigint, content_sha256 text, invokes boolean default false)
returns jsonb language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  perform private.admit_request(owner);
  document := private.lock_document_with(owner, admit_upload.content_sha256);
  -- Who sends by itself what came in a mail or an archive before keeps it when that goes.
  update public.documents set parent_id = null where id = document.id and parent_id is not null;
  document := private.admit_file(
    document, owner, admit_upload.filename, admit_upload.mime_type, admit_upload.byte_size,
    admit_upload.content_sha256);
  if document.status <> 'uploading' then
    return private.admission(document, true);
  end if;
  return private.admission(document, false) || private.expect_invocation(document.id, owner, invokes);
end
$$;
comment on function public.admit_upload(uuid, text, text, bigint, text, boolean) is
  'Makes the row of a file that is about to be stored, within the owner''s limits; or finds the document that has the '
  'same bytes, which leaves the trash. Returns {document_id, storage_path, filename, status, admitted_at, duplicate}; '
  'when duplicate is false, store the file: that finishes the upload. invokes: the caller stores the file itself, and '
  'invokes the reading after that, with what private.expect_invocation adds to the answer; a token whose turn has not '
  'come claims nothing. Errors: too_many_requests (429), monthly_limit_reached (402), storage_limit_reached (402), '
  'file_too_large (413), unauthorized (401).';

create function private.lacks_its_file(document public.documents) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce((document).error ->> 'stage' = 'upload'
    or (document).error ->> 'code' in ('file_differs', 'file_missing'), false)
$$;
comment on function private.lacks_its_file(public.documents) is
  'Whether a document failed because its file never came, was another one than announced, or is gone. The same bytes '
  'again are no duplicate then: they bring the file.';

create function private.take_up_again(document public.documents, filename text, mime_type text, byte_size bigint)
returns public.documents language plpgsql set search_path = '' as $$
declare
  taken public.documents := document;
begin
  -- A row still in upload has no file for certain, so this upload brings it, and its time starts over.
  if not (taken.status = 'uploading' or private.lacks_its_file(taken)) then
    return taken;
  end if;
  -- The erasure removes whatever has this path.
  if taken.status = 'failed' and exists (
    select from private.jobs where stage = 'erase' and user_id = taken.user_id
      and state in ('queued', 'dispatched', 'running')
      and payload ->> 'storage_path' = taken.storage_path)
  then
    perform private.refuse_until(429, 'too_many_requests',
      'The file that was sent before is being erased. Send this one again in a moment.',
      clock_timestamp() + interval '2 seconds');
  end if;
  perform private.check_size(take_up_again.mime_type, take_up_again.byte_size);
  perform private.forget_dead_jobs(taken.id);
  update public.documents
  set filename = take_up_again.filename, mime_type = take_up_again.mime_type, byte_size = take_up_again.byte_size
  where id = taken.id and (status = 'uploading' or private.lacks_its_file(documents));
  if found then
    return private.set_document_status(taken.id, 'uploading');
  end if;
  select * into taken from public.documents where id = document.id;
  return taken;
end
$$;
comment on function private.take_up_again(public.documents, text, text, bigint) is
  'A document that has no file waits for it again, as it was announced now; any other stays what it is. Returns the '
  'row. Errors: file_too_large (413), too_many_requests (429) while a file that was rejected is being erased.';

create function private.admission(document public.documents, duplicate boolean) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'document_id', (document).id, 'storage_path', (document).storage_path, 'filename', (document).filename,
    'status', (document).status, 'admitted_at', (document).updated_at, 'duplicate', duplicate)
$$;
comment on function private.admission(public.documents, boolean) is 'The answer of admit_upload.';

create function private.finish_upload(document_id uuid) returns public.document_status
language plpgsql set search_path = '' as $$
declare
  document public.documents;
  expected private.upload_invocations;
begin
  -- An upload that was given up has lost its place in the owner's month: what arrives after all is not taken.
  select * into document from public.documents where id = finish_upload.document_id and status = 'uploading' for update;
  if found then
    document := private.set_document_status(document.id, 'processing');
    perform private.record_event(document, 'upload', 'completed', 'The file is stored.',
      jsonb_build_object('byte_size', document.byte_size, 'mime_type', document.mime_type));
    delete from private.upload_invocations where upload_invocations.document_id = document.id returning * into expected;
    if expected.made_at > clock_timestamp() - interval '1 minute' then
      perform private.queue_job(private.stage_after(document.status), document.id, document.user_id,
        jsonb_build_object(), expected.job_id, expected.token);
    else
      -- Whoever was to invoke it may be gone by now.
      perform private.queue_job(private.stage_after(document.status), document.id, document.user_id);
    end if;
  end if;
  return (select status from public.documents where id = finish_upload.document_id);
end
$$;
comment on function private.finish_upload(uuid) is
  'The file that was announced is stored: the document is processing, and its reading is queued. A repeat changes '
  'nothing. Returns the status; null when the document is gone.';

create function private.fail_upload(document public.documents, problem jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.set_document_status(document.id, 'failed',
    jsonb_build_object('stage', 'upload', 'attempt', 1, 'retryable', false) || fail_upload.problem);
  perform private.record_event(document, 'upload', 'failed', fail_upload.problem ->> 'message',
    jsonb_build_object('code', fail_upload.problem ->> 'code'));
end
$$;
comment on function private.fail_upload(public.documents, jsonb) is
  'The upload ends without a file: the document failed with {code, message}.';

create function private.interrupted() returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('code', 'upload_interrupted', 'message', 'The file never arrived in full. Upload it again.')
$$;
comment on function private.interrupted() is
  'The error of an upload whose file did not come in time, or could not be stored.';

create function public.abandon_upload(document_id uuid, admitted_at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  document public.documents;
begin
  -- Another upload of the same bytes that has taken the row up meanwhile may yet bring the file.
  select * into document from public.documents
  where id = abandon_upload.document_id and status = 'uploading' and updated_at = abandon_upload.admitted_at for update;
  if document.updated_at = document.created_at then
    delete from public.documents where id = document.id;
  elsif document.id is not null then
    perform private.fail_upload(document, private.interrupted());
  end if;
end
$$;
comment on function public.abandon_upload(uuid, timestamptz) is
  'The file could not be stored: its row goes, as if it had never been sent; one that was there before is failed '
  'again. admitted_at is what admit_upload said: a row that was admitted again since stays.';

revoke execute on function public.admit_upload(uuid, text, text, bigint, text, boolean),
  private.lock_document_with(uuid, text),
  private.admit_file(public.documents, uuid, text, text, bigint, text), private.expect_invocation(uuid, uuid, boolean),
  private.admission(public.documents, boolean),
  private.lacks_its_file(public.documents), private.take_up_again(public.documents, text, text, bigint),
  private.finish_upload(uuid), private.fail_upload(public.documents, jsonb), private.interrupted(),
  public.abandon_upload(uuid, timestamptz) from public, anon, authenticated;
grant execute on function public.admit_upload(uuid, text, text, bigint, text, boolean),
  private.lock_document_with(uuid, text),
  private.admit_file(public.documents, uuid, text, text, bigint, text), private.expect_invocation(uuid, uuid, boolean),
  private.admission(public.documents, boolean),
  private.lacks_its_file(public.documents), private.take_up_again(public.documents, text, text, bigint),
  private.fail_upload(public.documents, jsonb), private.interrupted(),
  public.abandon_upload(uuid, timestamptz) to service_role;
