create table private.settings (
  only_row boolean primary key default true,
  invocation_lease interval not null default '15 seconds',
  direct_invocation_lease interval not null default '5 seconds',
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
comment on column private.settings.invocation_lease is
  'How long an invocation may take to arrive before it is sent again.';
comment on column private.settings.direct_invocation_lease is
  'How long the upload function may take to invoke the reading of a file that it stored, before pg_net does it.';
comment on column private.settings.upload_lease is
  'How long a file may take from its row to its last byte before the upload counts as interrupted.';
comment on column private.settings.retry_base is
  'The first retry waits up to this long; each further one up to twice as long as the one before. A stage may have its '
  'own.';
comment on column private.settings.retry_ceiling is
  'No retry waits longer, unless the other side asked for it. A stage may have its own.';
comment on column private.settings.retry_after_ceiling is
  'The longest wait that the other side is granted when it asks for one (Retry-After).';
comment on column private.settings.documents_per_month is 'Documents that a user may add in a calendar month (UTC).';
comment on column private.settings.unreadable_share is
  'A document fails when more than this share of its pages could not be read.';
insert into private.settings default values;

-- Nothing here is granted to users; the policies say it once more, should a grant ever go wrong.
alter table private.settings enable row level security;
create policy "closed to users" on private.settings for all to anon, authenticated using (false);

revoke all on private.settings from anon, authenticated, service_role, public;
grant select on private.settings to service_role;
