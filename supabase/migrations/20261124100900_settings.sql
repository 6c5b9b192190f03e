create type private.job_stage as enum ('ocr', 'metadata', 'erase');
comment on type private.job_stage is 'ocr reads a document, metadata describes it, erase removes the file of a deleted one.';

create table private.stages (
  stage private.job_stage primary key,
  function_name text not null,
  suspects_function_name text,
  in_flight_limit integer not null,
  lease interval not null,
  max_attempts integer not null,
  eased_to real,
  eased_at timestamptz,
  constraint in_flight_limit_is_not_negative check (in_flight_limit >= 0),
  constraint eased_to_leaves_one check (eased_to >= 1),
  constraint lease_is_positive check (lease > interval '0'),
  constraint max_attempts_is_positive check (max_attempts > 0)
);
comment on table private.stages is 'The stages of the pipeline and how each is driven. The limits are settings: change them with UPDATE.';
comment on column private.stages.eased_to is
  'A lower limit for a while, because the other side asked for less; it grows back with each job that is done. Null: the whole limit. Kept by private.ease_stage and grow_stage.';
comment on column private.stages.eased_at is 'When it was lowered last.';
comment on column private.stages.function_name is 'The Edge Function that a kick calls.';
comment on column private.stages.suspects_function_name is
  'The Edge Function that takes suspects: the same work in workers of its own, one job at a time. Null: jobs of this stage cannot end a worker, and never become suspects.';
comment on column private.stages.in_flight_limit is 'Jobs that may be out at once, beside one suspect; 0 stops the stage.';
comment on column private.stages.lease is 'How long a worker may be silent before its job is given out again.';

insert into private.stages (stage, function_name, suspects_function_name, in_flight_limit, lease, max_attempts) values
  ('ocr', 'ocr', 'ocr-alone', 4, '30 seconds', 5),
  ('metadata', 'metadata', 'metadata-alone', 4, '30 seconds', 5),
  ('erase', 'upload', null, 4, '60 seconds', 20);

create table private.settings (
  only_row boolean primary key default true,
  kick_lease interval not null default '15 seconds',
  invocation_lease interval not null default '5 seconds',
  upload_lease interval not null default '10 minutes',
  retry_base interval not null default '2 seconds',
  retry_ceiling interval not null default '5 minutes',
  retry_after_ceiling interval not null default '1 hour',
  documents_per_month integer not null default 1000,
  unreadable_share real not null default 0.5,
  constraint there_is_one_row check (only_row),
  constraint unreadable_share_is_a_share check (unreadable_share between 0 and 1),
  constraint documents_per_month_is_not_negative check (documents_per_month >= 0)
);
comment on table private.settings is 'One row of settings: change them with UPDATE.';
comment on column private.settings.kick_lease is 'How long a kick may take to arrive before it is sent again.';
comment on column private.settings.invocation_lease is
  'How long the upload function may take to invoke the reading of a file that it stored, before pg_net does it.';
comment on column private.settings.upload_lease is 'How long a file may take from its row to its last byte before the upload counts as interrupted.';
comment on column private.settings.retry_base is 'The first retry waits up to this long; each further one up to twice as long as the one before.';
comment on column private.settings.retry_ceiling is 'No retry waits longer, unless the other side asked for it.';
comment on column private.settings.retry_after_ceiling is 'The longest wait that the other side is granted when it asks for one (Retry-After).';
comment on column private.settings.documents_per_month is 'Documents that a user may add in a calendar month (UTC).';
comment on column private.settings.unreadable_share is 'A document fails when more than this share of its pages could not be read.';
insert into private.settings default values;

-- Nothing here is granted to users; the policies say it once more, should a grant ever go wrong.
alter table private.stages enable row level security;
create policy "closed to users" on private.stages for all to anon, authenticated using (false);
alter table private.settings enable row level security;
create policy "closed to users" on private.settings for all to anon, authenticated using (false);

revoke all on private.stages from anon, authenticated, service_role, public;
revoke all on private.settings from anon, authenticated, service_role, public;
grant select on private.stages, private.settings to service_role;
grant update (eased_to, eased_at) on private.stages to service_role;
