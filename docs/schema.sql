-- What the migrations make, as the database's own catalog tells it. To be read and compared, not to be applied.
-- Made by: npm run gen:types

-- Extensions

create extension fuzzystrmatch with schema extensions;
create extension pg_cron with schema pg_catalog;
create extension pg_net with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension pg_trgm with schema extensions;
create extension pgcrypto with schema extensions;
create extension supabase_vault with schema vault;
create extension unaccent with schema extensions;
create extension "uuid-ossp" with schema extensions;

-- Schemas

comment on schema private is 'What moves the pipeline: jobs, settings, and the functions that act on them. Not exposed by the Data API; its tables are no public interface.';
grant usage on schema private to service_role;

comment on schema public is 'standard public schema';
grant usage on schema public to anon;
grant usage on schema public to authenticated;
grant usage on schema public to public;
grant usage on schema public to service_role;

-- Types

create domain private.job_stage as text;
comment on type private.job_stage is 'The name of a stage: a row of private.stages.';

create type private.job_state as enum ('queued', 'dispatched', 'running', 'done', 'dead');
comment on type private.job_state is 'queued → dispatched (an invocation is out) → running (a worker holds the lease) → done; back to queued for a retry or a yield; dead when no retry mends it.';

create type private.model_call_state as enum ('open', 'settled', 'lost');
comment on type private.model_call_state is 'open: reserved, and perhaps under way; settled: its price is known; lost: nobody told its price in time, so the reserved one counts.';

create type private.tag_count as (user_id uuid, tag text, count integer);
comment on type private.tag_count is 'So many more, or fewer, documents of a user have a tag.';

create type private.tokens_used as (input_tokens bigint, output_tokens bigint, cache_read_tokens bigint, cache_write_tokens bigint, cost_micro_usd bigint);
comment on type private.tokens_used is 'What a model counted and cost.';

create type public.document_status as enum ('uploading', 'processing', 'ocr_complete', 'generating_metadata', 'completed', 'failed');
comment on type public.document_status is 'uploading → processing → ocr_complete → generating_metadata → completed; or failed, and error.stage says where.';

-- Tables

create table private.account_erasures (
  user_id uuid not null,
  asked_at timestamp with time zone default now() not null,
  constraint account_erasures_pkey PRIMARY KEY (user_id)
);
comment on table private.account_erasures is 'Users who want their account erased, until nothing of it is left; no foreign key, for the row outlives the user by what Auth''s log says of them.';
alter table private.account_erasures enable row level security;
grant insert (user_id) on table private.account_erasures to authenticated;

create table private.api_token_secrets (
  token_id uuid not null,
  user_id uuid not null,
  token_sha256 bytea not null,
  full_at timestamp with time zone default now() not null,
  constraint a_token_is_one_users_alone UNIQUE (token_sha256),
  constraint api_token_secrets_pkey PRIMARY KEY (token_id),
  constraint api_token_secrets_token_id_fkey FOREIGN KEY (token_id) REFERENCES public.api_tokens(id) ON DELETE CASCADE,
  constraint api_token_secrets_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.api_token_secrets is 'By what API tokens are known, and how far ahead of its rate each is.';
comment on column private.api_token_secrets.token_sha256 is 'SHA-256 of the token as it was shown once.';
comment on column private.api_token_secrets.full_at is 'When the whole minute''s requests can be made at once again.';
CREATE INDEX api_token_secrets_user_id ON private.api_token_secrets USING btree (user_id);
alter table private.api_token_secrets enable row level security;
grant select, update on table private.api_token_secrets to service_role;

create table private.compiled_rules (
  id uuid not null,
  user_id uuid not null,
  name text not null,
  "position" integer not null,
  enabled boolean not null,
  created_at timestamp with time zone not null,
  document_types text[],
  senders text[],
  tags text[],
  text_query tsquery,
  name_query tsquery,
  amount_from numeric,
  amount_to numeric,
  currencies text[],
  languages text[],
  date_from date,
  date_to date,
  sources text[],
  inbox_addresses uuid[],
  upload_links uuid[],
  formats text[],
  extracted jsonb,
  actions jsonb not null,
  constraint compiled_rules_id_fkey FOREIGN KEY (id) REFERENCES public.rules(id) ON DELETE CASCADE,
  constraint compiled_rules_pkey PRIMARY KEY (id),
  constraint compiled_rules_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.compiled_rules is 'The rules in the form in which they are compared with a document: done once when a rule is written, so that a hundred of them cost little. A condition that is null always holds.';
comment on column private.compiled_rules.text_query is 'Compared with the words of the text in document_search.';
comment on column private.compiled_rules.name_query is 'Compared with the words of the names.';
comment on column private.compiled_rules.extracted is 'Conditions on extracted values; rules that have any run when an extraction is completed, too.';
CREATE INDEX compiled_rules_by_user ON private.compiled_rules USING btree (user_id, "position", created_at, id);
alter table private.compiled_rules enable row level security;
grant select on table private.compiled_rules to service_role;

create table private.currency_signs (
  code text not null,
  sign text not null,
  pattern text generated always as (
CASE
    WHEN (sign ~ '^[[:alpha:].]+$'::text) THEN (('(?<![[:alpha:]])'::text || replace(sign, '.'::text, '\.'::text)) || '(?![[:alpha:]])'::text)
    ELSE regexp_replace(sign, '([$.])'::text, '\\\1'::text, 'g'::text)
END) stored not null,
  constraint code_is_iso_4217 CHECK ((code ~ '^[A-Z]{3}$'::text)),
  constraint currency_signs_pkey PRIMARY KEY (code, sign)
);
comment on table private.currency_signs is 'The signs of currencies in upper case, each as a pattern too. They come from the table that the local generator uses.';
alter table private.currency_signs enable row level security;
grant select on table private.currency_signs to service_role;

create table private.document_clues (
  document_id uuid not null,
  user_id uuid not null,
  marks text[] not null,
  dates jsonb not null,
  amounts jsonb not null,
  constraint clues_are_small_lists CHECK (((jsonb_typeof(dates) = 'array'::text) AND (jsonb_typeof(amounts) = 'array'::text) AND (pg_column_size(dates) <= 16000) AND (pg_column_size(amounts) <= 16000))),
  constraint document_clues_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint document_clues_pkey PRIMARY KEY (document_id),
  constraint document_clues_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint marks_are_few CHECK ((cardinality(marks) <= 12))
);
comment on table private.document_clues is 'What a correction of a document can teach, found in its text when it was described last, so that the edit only has to copy it.';
comment on column private.document_clues.marks is 'What identifies the sender, as kind:value: numbers of the company or its tax (tax), accounts (iban), domains, telephone numbers (phone), the first lines of the letterhead (head).';
comment on column private.document_clues.dates is '[{value, label, nth, order}]: the dates, the words beside each, whether it is the first (1) or the last (-1) with these, and which of day and month it has first where its numbers do not tell.';
comment on column private.document_clues.amounts is 'The same of the amounts, without their signs.';
CREATE INDEX document_clues_by_user ON private.document_clues USING btree (user_id);
alter table private.document_clues enable row level security;
grant delete, insert, select, update on table private.document_clues to service_role;

create table private.due_told (
  document_id uuid not null,
  due_date date not null,
  user_id uuid not null,
  constraint due_told_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint due_told_pkey PRIMARY KEY (document_id, due_date),
  constraint due_told_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.due_told is 'Which documents were said to be due soon, and for which day: once for each.';
CREATE INDEX due_told_by_user ON private.due_told USING btree (user_id);
alter table private.due_told enable row level security;

create table private.event_consumers (
  name text not null,
  event_types text[] not null,
  stage private.job_stage,
  action text,
  filter text,
  constraint a_consumer_has_a_stage_or_an_action CHECK ((num_nonnulls(stage, action) = 1)),
  constraint a_filter_is_a_function_of_private CHECK ((filter ~ '^[a-z][a-z_]*$'::text)),
  constraint an_action_is_a_function_of_private CHECK ((action ~ '^[a-z][a-z_]*$'::text)),
  constraint event_consumers_pkey PRIMARY KEY (name),
  constraint event_types_are_stage_and_kind CHECK (((event_types <> '{}'::text[]) AND (array_to_string(event_types, ' '::text, ''::text) ~ '^([*]|[a-z_]+)[.][a-z]+( ([*]|[a-z_]+)[.][a-z]+)*$'::text)))
);
comment on table private.event_consumers is 'Who acts on events: each event of these types becomes a job of the stage, or a call of the action, in the transaction of the event, once. The job has {event: {id, type, message, data, created_at}} as payload, and the retries, leases and limits of its stage.';
comment on column private.event_consumers.event_types is 'stage.kind as in document_events: "metadata.completed". "*.failed" is a failure of any stage, but of those that consumers start: an event of such a one has to be named, so that no two consumers call each other without end.';
comment on column private.event_consumers.stage is 'The stage that gets a job for each event; null when action acts itself.';
comment on column private.event_consumers.action is 'The name of a function in private that takes the event (document_events) and acts in the transaction of the event. For consumers that make rows of their own of it. What fails there undoes what happened, so it must not.';
comment on column private.event_consumers.filter is 'The name of a function in private that takes the event (document_events) and says whether it becomes a job; null: always. For consumers that only some users have.';
alter table private.event_consumers enable row level security;
grant select on table private.event_consumers to service_role;

create table private.handed_in (
  document_id uuid not null,
  link_id uuid not null,
  user_id uuid not null,
  tagged boolean default false not null,
  constraint handed_in_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint handed_in_link_id_fkey FOREIGN KEY (link_id) REFERENCES public.upload_links(id) ON DELETE CASCADE,
  constraint handed_in_pkey PRIMARY KEY (document_id),
  constraint handed_in_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.handed_in is 'Documents that came by an upload link.';
comment on column private.handed_in.tagged is 'It got the tags of the link; a later description does not bring them back.';
CREATE INDEX handed_in_by_link ON private.handed_in USING btree (link_id);
CREATE INDEX handed_in_by_user ON private.handed_in USING btree (user_id);
alter table private.handed_in enable row level security;
grant insert, select, update on table private.handed_in to service_role;

create table private.jobs (
  id uuid default gen_random_uuid() not null,
  document_id uuid not null,
  user_id uuid not null,
  stage private.job_stage not null,
  event_id bigint,
  state private.job_state default 'queued'::private.job_state not null,
  attempts integer default 0 not null,
  excused integer default 0 not null,
  suspect boolean default false not null,
  max_attempts integer not null,
  queue_position bigint not null,
  run_after timestamp with time zone,
  token uuid,
  lease uuid,
  lease_expires_at timestamp with time zone,
  claimed_at timestamp with time zone,
  heard_at timestamp with time zone,
  worker uuid,
  probed_at timestamp with time zone,
  last_error jsonb,
  payload jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint attempts_are_not_negative CHECK ((attempts >= 0)),
  constraint dead_jobs_have_an_error CHECK (((state <> 'dead'::private.job_state) OR (last_error IS NOT NULL))),
  constraint dispatched_jobs_have_a_token CHECK (((state = 'dispatched'::private.job_state) = (token IS NOT NULL))),
  constraint excused_is_not_negative CHECK ((excused >= 0)),
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_that_are_out_expire CHECK (((state = ANY (ARRAY['dispatched'::private.job_state, 'running'::private.job_state])) = (lease_expires_at IS NOT NULL))),
  constraint only_queued_jobs_wait CHECK (((run_after IS NULL) OR (state = 'queued'::private.job_state))),
  constraint running_jobs_have_a_lease CHECK (((state = 'running'::private.job_state) = (lease IS NOT NULL)))
);
comment on table private.jobs is 'The work there is. A job outlives the worker that dies over it: its lease runs out and it is given out again.';
comment on column private.jobs.document_id is 'No foreign key: an erase job outlives its document.';
comment on column private.jobs.event_id is 'The event that asked for the job, by a row of private.event_consumers; null for a job of the pipeline itself.';
comment on column private.jobs.attempts is 'How often a worker took the job. It costs none when an invocation gets lost, when a worker yields after progress, or when the attempt is excused.';
comment on column private.jobs.excused is 'How many attempts were given back, because what ended them may have been another job''s doing.';
comment on column private.jobs.suspect is 'A worker died that held this job. From then on it runs alone in a worker, until it ends: see private.lose_worker.';
comment on column private.jobs.queue_position is 'When it is this job''s turn, in the stage''s own count: see private.next_queue_position. A user''s jobs have turns one after another, so users alternate.';
comment on column private.jobs.run_after is 'A job that waits for its retry: not before this time. Null when it is due.';
comment on column private.jobs.token is 'The one-time key in the invocation that is out. claim_job takes it once.';
comment on column private.jobs.lease is 'The key of the worker that holds the job. Whoever saves a result must show it.';
comment on column private.jobs.claimed_at is 'When a worker took it last.';
comment on column private.jobs.heard_at is 'When that worker was last heard. Null: it may never have got the answer to its claim.';
comment on column private.jobs.worker is 'The process that took it last, by the name that it gives itself.';
comment on column private.jobs.probed_at is 'When it was last asked whether that worker is still there: see private.probe_workers.';
comment on column private.jobs.last_error is 'Why the last attempt failed: {code, message, retryable}.';
comment on column private.jobs.payload is 'What the stage needs beside the document: {storage_path, thumbnail_path} of an erase job, {event} of one that an event asked for, {password, engine} of a reading that its owner asked for, {watched} of a describing whose request waits for it, {cleared} of a suspect that read its file alone. A password goes when the job ends.';
CREATE INDEX jobs_by_document ON private.jobs USING btree (document_id);
CREATE INDEX jobs_dead ON private.jobs USING btree (stage) WHERE (state = 'dead'::private.job_state);
CREATE INDEX jobs_done ON private.jobs USING btree (updated_at) WHERE (state = 'done'::private.job_state);
CREATE INDEX jobs_due ON private.jobs USING btree (stage, suspect, queue_position, created_at) WHERE ((state = 'queued'::private.job_state) AND (run_after IS NULL));
CREATE INDEX jobs_due_again ON private.jobs USING btree (stage, user_id, suspect, queue_position) WHERE ((state = 'queued'::private.job_state) AND (run_after IS NULL) AND ((attempts + excused) > 0));
CREATE INDEX jobs_due_by_user ON private.jobs USING btree (stage, suspect, user_id, queue_position, created_at) WHERE ((state = 'queued'::private.job_state) AND (run_after IS NULL));
CREATE INDEX jobs_live_by_user ON private.jobs USING btree (stage, user_id, suspect, queue_position) WHERE (state = ANY (ARRAY['queued'::private.job_state, 'dispatched'::private.job_state, 'running'::private.job_state]));
CREATE UNIQUE INDEX jobs_one_live_a_document_stage_and_event ON private.jobs USING btree (document_id, stage, event_id) NULLS NOT DISTINCT WHERE (state = ANY (ARRAY['queued'::private.job_state, 'dispatched'::private.job_state, 'running'::private.job_state]));
CREATE INDEX jobs_out ON private.jobs USING btree (stage, lease_expires_at) WHERE (state = ANY (ARRAY['dispatched'::private.job_state, 'running'::private.job_state]));
CREATE INDEX jobs_suspects ON private.jobs USING btree (stage) WHERE (suspect AND (state = ANY (ARRAY['queued'::private.job_state, 'dispatched'::private.job_state, 'running'::private.job_state])));
CREATE INDEX jobs_waiting ON private.jobs USING btree (run_after) WHERE ((state = 'queued'::private.job_state) AND (run_after IS NOT NULL));
alter table private.jobs enable row level security;
grant delete, insert, select, update on table private.jobs to service_role;

create table private.link_addresses (
  link_id uuid not null,
  address_sha256 bytea not null,
  user_id uuid not null,
  full_at timestamp with time zone not null,
  constraint link_addresses_link_id_fkey FOREIGN KEY (link_id) REFERENCES public.upload_links(id) ON DELETE CASCADE,
  constraint link_addresses_pkey PRIMARY KEY (link_id, address_sha256),
  constraint link_addresses_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.link_addresses is 'From where files came by upload links of late, by a hash of the link and the address, and how far ahead of its rate each is.';
CREATE INDEX link_addresses_by_age ON private.link_addresses USING btree (full_at);
CREATE INDEX link_addresses_by_user ON private.link_addresses USING btree (user_id);
alter table private.link_addresses enable row level security;
grant insert, select, update on table private.link_addresses to service_role;

create table private.link_secrets (
  link_id uuid not null,
  user_id uuid not null,
  token_sha256 bytea not null,
  password_hash text,
  full_at timestamp with time zone default now() not null,
  constraint a_link_has_a_token_of_its_own UNIQUE (token_sha256),
  constraint link_secrets_pkey PRIMARY KEY (link_id),
  constraint link_secrets_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.link_secrets is 'By what links are known. A row goes with its link (private.forget_link_secret).';
comment on column private.link_secrets.link_id is 'The link: a row of share_links, upload_links or inbox_addresses.';
comment on column private.link_secrets.token_sha256 is 'SHA-256 of the token as it was shown once; of an inbox address, of its local part.';
comment on column private.link_secrets.password_hash is 'bcrypt, by pgcrypto; null asks for none.';
comment on column private.link_secrets.full_at is 'When the whole minute''s requests can be made at once again.';
CREATE INDEX link_secrets_by_user ON private.link_secrets USING btree (user_id);
alter table private.link_secrets enable row level security;
grant select, update on table private.link_secrets to service_role;

create table private.mail_tokens (
  token_sha256 bytea not null,
  message_sha256 bytea not null,
  used_at timestamp with time zone default now() not null,
  constraint mail_tokens_pkey PRIMARY KEY (token_sha256)
);
comment on table private.mail_tokens is 'Tokens that a provider signed by themselves, without the mail: each is good for one mail, so that nobody who sees a request sends others with its signature.';
CREATE INDEX mail_tokens_by_age ON private.mail_tokens USING btree (used_at);
alter table private.mail_tokens enable row level security;
grant insert, select on table private.mail_tokens to service_role;

create table private.mails (
  document_id uuid not null,
  address_id uuid not null,
  user_id uuid not null,
  message_sha256 bytea not null,
  tagged boolean default false not null,
  constraint a_message_comes_once_to_an_address UNIQUE (address_id, message_sha256),
  constraint mails_address_id_fkey FOREIGN KEY (address_id) REFERENCES public.inbox_addresses(id) ON DELETE CASCADE,
  constraint mails_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint mails_pkey PRIMARY KEY (document_id),
  constraint mails_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.mails is 'Documents that came by mail. A row goes with its document, so that a mail may be sent again after that.';
comment on column private.mails.message_sha256 is 'SHA-256 of the Message-ID, or of the whole mail where it has none: a repeat is the same document.';
comment on column private.mails.tagged is 'It got the tags of the address; a later description does not bring them back.';
CREATE INDEX mails_by_user ON private.mails USING btree (user_id);
alter table private.mails enable row level security;
grant delete, insert, select, update on table private.mails to service_role;

create table private.model_calls (
  id uuid default gen_random_uuid() not null,
  user_id uuid,
  document_id uuid,
  job_id uuid,
  stage private.job_stage not null,
  model text,
  month date not null,
  state private.model_call_state default 'open'::private.model_call_state not null,
  reserved_micro_usd bigint not null,
  cost_micro_usd bigint,
  input_tokens bigint default 0 not null,
  output_tokens bigint default 0 not null,
  reserved_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint model_calls_pkey PRIMARY KEY (id),
  constraint model_calls_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE SET NULL,
  constraint open_calls_are_not_settled CHECK (((state = 'open'::private.model_call_state) = (settled_at IS NULL))),
  constraint open_calls_have_no_price_yet CHECK (((state = 'open'::private.model_call_state) = (cost_micro_usd IS NULL))),
  constraint reserved_micro_usd_is_positive CHECK ((reserved_micro_usd > 0)),
  constraint usage_is_not_negative CHECK (((cost_micro_usd >= 0) AND (input_tokens >= 0) AND (output_tokens >= 0)))
);
comment on table private.model_calls is 'Each call of a model, with what was reserved for it and what it cost. Nothing but the end of private.settings.keep_model_calls deletes a row: neither its document nor its user does. A user''s erasure leaves the price and the tokens, which name nobody.';
comment on column private.model_calls.user_id is 'Whose month pays. Null once the account is erased.';
comment on column private.model_calls.document_id is 'No foreign key: the call was paid for, whatever became of the document. Null, like job_id, for a call that a user asked for and no job.';
comment on column private.model_calls.month is 'The month in which it was reserved, and in which it counts, whenever it is settled.';
comment on column private.model_calls.reserved_micro_usd is 'The most that the call can cost, in millionths of a US dollar.';
comment on column private.model_calls.cost_micro_usd is 'What it counts as: its price, or the reserved one when nobody told it. Null while it is open.';
comment on column private.model_calls.input_tokens is 'With those of the prompt cache.';
comment on column private.model_calls.expires_at is 'Without an answer by then its worker is dead, and the call is lost.';
CREATE INDEX model_calls_by_reservation ON private.model_calls USING btree (reserved_at);
CREATE INDEX model_calls_by_user ON private.model_calls USING btree (user_id);
CREATE INDEX model_calls_due ON private.model_calls USING btree (expires_at) WHERE (state = 'open'::private.model_call_state);
CREATE INDEX model_calls_open ON private.model_calls USING btree (user_id, month) WHERE (state = 'open'::private.model_call_state);
alter table private.model_calls enable row level security;
grant select on table private.model_calls to authenticated;
grant delete, insert, select, update on table private.model_calls to service_role;

create table private.month_names (
  name text not null,
  month integer not null,
  constraint month_is_one_of_twelve CHECK (((month >= 1) AND (month <= 12))),
  constraint month_names_pkey PRIMARY KEY (name)
);
comment on table private.month_names is 'Names of months and their abbreviations in every language that is read, as private.plain writes them. They come from the table that the local generator uses.';
alter table private.month_names enable row level security;
grant select on table private.month_names to service_role;

create table private.request_rates (
  user_id uuid not null,
  full_at timestamp with time zone not null,
  constraint request_rates_pkey PRIMARY KEY (user_id),
  constraint request_rates_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.request_rates is 'How far ahead of their rate users are. One row a user; see private.admit_request.';
comment on column private.request_rates.full_at is 'When the whole minute''s requests can be made at once again.';
alter table private.request_rates enable row level security;
grant delete, insert, select, update on table private.request_rates to service_role;

create table private.reservations (
  document_id uuid not null,
  user_id uuid not null,
  open boolean default true not null,
  pages integer default 1 not null,
  pages_counted integer default 0 not null,
  counted boolean default false not null,
  constraint pages_counted_are_not_negative CHECK ((pages_counted >= 0)),
  constraint pages_hold_those_that_are_counted CHECK ((pages >= pages_counted)),
  constraint reservations_pkey PRIMARY KEY (document_id),
  constraint reservations_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.reservations is 'What a document takes of its owner''s month: a place and its pages are reserved when its upload is admitted and when it is retried, pages are counted in usage_months when their text is saved, the document when its reading ends. Deleting the document ends the row by private.settle_deleted, and takes nothing off what is counted.';
comment on column private.reservations.document_id is 'No foreign key: what a deleted document took is settled, not forgotten.';
comment on column private.reservations.open is 'The document is under way: what of it is not counted yet is reserved. False when its reading ended, well or not, or its upload was given up.';
comment on column private.reservations.pages is 'Pages that it takes in all: one, until their number is known.';
comment on column private.reservations.pages_counted is 'Pages that are in usage_months; they are never counted again.';
comment on column private.reservations.counted is 'The document is in usage_months, and is never counted again: its text was read, the file could not be read by its own fault, or it was deleted after its reading had begun.';
CREATE INDEX reservations_by_user ON private.reservations USING btree (user_id);
CREATE INDEX reservations_open ON private.reservations USING btree (user_id) WHERE open;
alter table private.reservations enable row level security;
grant select on table private.reservations to authenticated;
grant delete, insert, select, update on table private.reservations to service_role;

create table private.rule_edits (
  run_id uuid not null,
  document_id uuid not null,
  user_id uuid not null,
  fields jsonb not null,
  constraint rule_edits_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint rule_edits_pkey PRIMARY KEY (run_id, document_id),
  constraint rule_edits_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.rule_runs(id) ON DELETE CASCADE,
  constraint rule_edits_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.rule_edits is 'What a rule run changed: {field: {from, to}}, kept so that it can be undone.';
CREATE INDEX rule_edits_by_document ON private.rule_edits USING btree (document_id);
CREATE INDEX rule_edits_by_user ON private.rule_edits USING btree (user_id);
alter table private.rule_edits enable row level security;

create table private.settings (
  only_row boolean default true not null,
  invocation_lease interval default '00:00:15'::interval not null,
  direct_invocation_lease interval default '00:00:05'::interval not null,
  upload_lease interval default '00:10:00'::interval not null,
  retry_base interval default '00:00:02'::interval not null,
  retry_ceiling interval default '00:05:00'::interval not null,
  retry_after_ceiling interval default '01:00:00'::interval not null,
  documents_per_month integer default 1000 not null,
  unreadable_share real default 0.5 not null,
  pages_per_month integer default 10000,
  cost_micro_usd_per_month bigint default 5000000,
  stored_bytes bigint default '5368709120'::bigint,
  requests_per_minute integer default 600,
  suspicion interval default '00:10:00'::interval not null,
  part_depth integer default 3 not null,
  parts_per_upload integer default 500 not null,
  model_call_lease interval default '00:10:00'::interval not null,
  keep_model_calls interval default '400 days'::interval not null,
  documents_per_edit integer default 600 not null,
  keep_jobs interval default '7 days'::interval not null,
  requests_per_minute_and_token integer default 600,
  keep_documents interval,
  keep_trash interval default '30 days'::interval not null,
  requests_per_minute_and_link integer default 30 not null,
  upload_links_per_user integer default 100 not null,
  files_per_minute_and_upload_link integer default 120 not null,
  files_per_minute_and_address integer default 30 not null,
  inbox_addresses_per_user integer default 50 not null,
  mails_per_minute_and_inbox_address integer default 60 not null,
  webhooks_per_user integer default 20 not null,
  loopback_webhooks boolean default false not null,
  webhooks_tried_for interval default '1 day'::interval not null,
  keep_webhook_deliveries interval default '30 days'::interval not null,
  rules_per_user integer default 100 not null,
  due_soon_days integer default 3 not null,
  share_links_per_document integer default 50 not null,
  constraint cost_micro_usd_per_month_is_not_negative CHECK ((cost_micro_usd_per_month >= 0)),
  constraint documents_are_kept_for_a_while CHECK ((keep_documents > '00:00:00'::interval)),
  constraint documents_per_edit_is_positive CHECK ((documents_per_edit > 0)),
  constraint documents_per_month_is_not_negative CHECK ((documents_per_month >= 0)),
  constraint due_soon_days_are_not_negative CHECK (((due_soon_days >= 0) AND (due_soon_days <= 365))),
  constraint files_per_minute_and_address_is_positive CHECK ((files_per_minute_and_address > 0)),
  constraint files_per_minute_and_upload_link_is_positive CHECK ((files_per_minute_and_upload_link > 0)),
  constraint inbox_addresses_per_user_is_not_negative CHECK ((inbox_addresses_per_user >= 0)),
  constraint mails_per_minute_and_inbox_address_is_positive CHECK ((mails_per_minute_and_inbox_address > 0)),
  constraint model_call_lease_is_positive CHECK ((model_call_lease > '00:00:00'::interval)),
  constraint pages_per_month_is_not_negative CHECK ((pages_per_month >= 0)),
  constraint part_depth_is_not_negative CHECK ((part_depth >= 0)),
  constraint parts_per_upload_is_not_negative CHECK ((parts_per_upload >= 0)),
  constraint requests_per_minute_and_link_is_positive CHECK ((requests_per_minute_and_link > 0)),
  constraint requests_per_minute_and_token_is_positive CHECK ((requests_per_minute_and_token > 0)),
  constraint requests_per_minute_is_positive CHECK ((requests_per_minute > 0)),
  constraint rules_per_user_is_not_negative CHECK ((rules_per_user >= 0)),
  constraint settings_pkey PRIMARY KEY (only_row),
  constraint share_links_per_document_is_not_negative CHECK ((share_links_per_document >= 0)),
  constraint stored_bytes_are_not_negative CHECK ((stored_bytes >= 0)),
  constraint there_is_one_row CHECK (only_row),
  constraint trash_is_kept_for_a_while CHECK ((keep_trash > '00:00:00'::interval)),
  constraint unreadable_share_is_a_share CHECK (((unreadable_share >= (0)::double precision) AND (unreadable_share <= (1)::double precision))),
  constraint upload_links_per_user_is_not_negative CHECK ((upload_links_per_user >= 0)),
  constraint webhook_deliveries_are_kept_for_a_while CHECK ((keep_webhook_deliveries > '00:00:00'::interval)),
  constraint webhooks_are_tried_for_a_while CHECK ((webhooks_tried_for > '00:00:00'::interval)),
  constraint webhooks_per_user_is_not_negative CHECK ((webhooks_per_user >= 0))
);
comment on table private.settings is 'One row of settings: change them with UPDATE.';
comment on column private.settings.invocation_lease is 'How long an invocation may take to arrive before it is sent again.';
comment on column private.settings.direct_invocation_lease is 'How long the upload function may take to invoke the reading of a file that it stored, before pg_net does it.';
comment on column private.settings.upload_lease is 'How long a file may take from its row to its last byte before the upload counts as interrupted.';
comment on column private.settings.retry_base is 'The first retry waits up to this long; each further one up to twice as long as the one before. A stage may have its own.';
comment on column private.settings.retry_ceiling is 'No retry waits longer, unless the other side asked for it. A stage may have its own.';
comment on column private.settings.retry_after_ceiling is 'The longest wait that the other side is granted when it asks for one (Retry-After).';
comment on column private.settings.documents_per_month is 'Documents that a user may add in a calendar month (UTC).';
comment on column private.settings.unreadable_share is 'A document fails when more than this share of its pages could not be read.';
comment on column private.settings.pages_per_month is 'Pages that a user may have read in a calendar month (UTC); null is no limit.';
comment on column private.settings.cost_micro_usd_per_month is 'Millionths of a US dollar that models may cost a user in a calendar month (UTC); null is no limit. Above it documents are described by the local generator.';
comment on column private.settings.stored_bytes is 'Bytes that the files of a user''s documents may have together (5 GiB as delivered); null is no limit.';
comment on column private.settings.requests_per_minute is 'Uploads, retries and regenerations of a user in a minute: so many at once, then one whenever its share of the minute is over; null is no limit.';
comment on column private.settings.suspicion is 'How long the jobs of a user run alone after one of them ended a worker that held nothing else.';
comment on column private.settings.part_depth is 'How deep files within files become documents: 1 is the attachment of a mail, 2 a member of a ZIP that is attached to it.';
comment on column private.settings.parts_per_upload is 'Documents that may come of one upload, at all depths together.';
comment on column private.settings.model_call_lease is 'How long a call of a model may take until its price is told. Longer than a worker lives: 400 s on hosted Supabase.';
comment on column private.settings.keep_model_calls is 'How long the single calls of models are kept; their sums stay in usage_months.';
comment on column private.settings.documents_per_edit is 'Documents that one request of a user may change or delete, with the parts that go along; an alias counts as ten. A document and all of its parts should fit: see parts_per_upload.';
comment on column private.settings.keep_jobs is 'How long jobs that are done are kept. Dead ones stay until they are revived or deleted.';
comment on column private.settings.requests_per_minute_and_token is 'Requests with one API token in a minute, reads included: so many at once, then one whenever its share of the minute is over; null is no limit.';
comment on column private.settings.keep_documents is 'Documents are deleted when they are older; null keeps them until somebody deletes them.';
comment on column private.settings.keep_trash is 'How long documents stay in the trash before they are deleted.';
comment on column private.settings.requests_per_minute_and_link is 'Requests with one share link in a minute, and so passwords that anybody can try: so many at once, then one whenever its share of the minute is over.';
comment on column private.settings.upload_links_per_user is 'Upload links that a user may have, those that ended included.';
comment on column private.settings.files_per_minute_and_upload_link is 'Files that may be announced by one upload link in a minute, and so passwords that anybody can try.';
comment on column private.settings.files_per_minute_and_address is 'Files that may be announced by one upload link from one address in a minute.';
comment on column private.settings.inbox_addresses_per_user is 'Mail addresses that a user may have, those that were revoked in the last 30 days included.';
comment on column private.settings.mails_per_minute_and_inbox_address is 'Mails to one address in a minute, those that are refused included: so many at once, then one whenever its share of the minute is over.';
comment on column private.settings.webhooks_per_user is 'Webhooks that a user may have.';
comment on column private.settings.loopback_webhooks is 'Whether webhooks may go to this machine (localhost, 127.0.0.1, [::1]), and over http there. For development only: on a server, users would reach what listens on it.';
comment on column private.settings.webhooks_tried_for is 'How long a message is tried before its webhook is disabled.';
comment on column private.settings.keep_webhook_deliveries is 'How long messages to webhooks are kept, delivered or not.';
comment on column private.settings.rules_per_user is 'Rules that a user may have.';
comment on column private.settings.due_soon_days is 'So many days before the day by which it is payable a document is due soon.';
comment on column private.settings.share_links_per_document is 'Share links that a document may have, those that ended included.';
alter table private.settings enable row level security;
grant select on table private.settings to service_role;
grant select (documents_per_month) on table private.settings to authenticated;
grant select (pages_per_month) on table private.settings to authenticated;
grant select (cost_micro_usd_per_month) on table private.settings to authenticated;
grant select (stored_bytes) on table private.settings to authenticated;

create table private.size_limits (
  mime_types text not null,
  max_bytes bigint not null,
  constraint max_bytes_are_positive CHECK ((max_bytes > 0)),
  constraint size_limits_pkey PRIMARY KEY (mime_types)
);
comment on table private.size_limits is 'The largest file of a type, below what the upload function and the bucket take. Of several patterns that fit, the longest counts; a type without one has no limit of its own.';
comment on column private.size_limits.mime_types is 'A type, or a pattern for LIKE: text/%.';
comment on column private.size_limits.max_bytes is 'Bytes.';
alter table private.size_limits enable row level security;
grant select on table private.size_limits to service_role;

create table private.stages (
  stage private.job_stage not null,
  "position" integer not null,
  label text not null,
  function_name text not null,
  suspects_function_name text,
  waits_as public.document_status,
  runs_as public.document_status,
  done_as public.document_status,
  fails_as public.document_status,
  repeats boolean default false not null,
  outlives_document boolean default false not null,
  saves_pages boolean default false not null,
  claim_includes text[] default '{}'::text[] not null,
  in_flight_limit integer default 4 not null,
  lease interval default '00:00:30'::interval not null,
  max_attempts integer default 5 not null,
  retry_base interval,
  retry_ceiling interval,
  excused_codes text[] default '{}'::text[] not null,
  throttling_codes text[] default '{}'::text[] not null,
  throttled_to real,
  throttled_at timestamp with time zone,
  constraint a_stage_has_all_statuses_or_none CHECK ((num_nulls(waits_as, runs_as, done_as, fails_as) = ANY (ARRAY[0, 4]))),
  constraint claims_include_what_there_is CHECK ((claim_includes <@ ARRAY['options'::text, 'einvoice'::text])),
  constraint failing_looks_the_same_in_every_stage CHECK ((fails_as = 'failed'::public.document_status)),
  constraint in_flight_limit_is_not_negative CHECK ((in_flight_limit >= 0)),
  constraint lease_is_positive CHECK ((lease > '00:00:00'::interval)),
  constraint max_attempts_is_positive CHECK ((max_attempts > 0)),
  constraint one_stage_waits_as_a_status UNIQUE (waits_as),
  constraint only_stages_with_statuses_repeat CHECK (((NOT repeats) OR (done_as IS NOT NULL))),
  constraint only_stages_without_statuses_outlive_a_document CHECK (((NOT outlives_document) OR (waits_as IS NULL))),
  constraint stages_have_an_order UNIQUE ("position"),
  constraint stages_pkey PRIMARY KEY (stage),
  constraint throttled_to_leaves_one CHECK ((throttled_to >= (1)::double precision))
);
comment on table private.stages is 'The stages of the pipeline: all that the queue knows of each. The limits are settings: change them with UPDATE.';
comment on column private.stages."position" is 'The order in which free slots are filled.';
comment on column private.stages.label is 'What its work is called in a document''s history: "Reading started."';
comment on column private.stages.function_name is 'The Edge Function that an invocation calls.';
comment on column private.stages.suspects_function_name is 'The Edge Function that takes suspects: the same work in workers of its own, one job at a time. Null: jobs of this stage cannot end a worker, and never become suspects.';
comment on column private.stages.waits_as is 'The status of a document that waits for the stage. Null, like the three below, for a stage that leaves documents.status alone: its failure does not touch the document. Where it differs from runs_as, the sweep queues the stage for documents that lack its job.';
comment on column private.stages.runs_as is 'The status while the stage works on the document; also when it starts again for one that was done or failed.';
comment on column private.stages.done_as is 'The status after the stage. Another stage that waits as this status follows.';
comment on column private.stages.fails_as is 'The status when its job is dead; the error of the document names the stage.';
comment on column private.stages.repeats is 'Whether the stage may run again on a document that is done. When that fails, the document stays as it was.';
comment on column private.stages.outlives_document is 'Whether its jobs need no document, and stay when theirs is deleted.';
comment on column private.stages.saves_pages is 'Whether it writes document_pages: a retry tries those again that could not be read, and a document counts once such a job began.';
comment on column private.stages.claim_includes is 'What a worker is told beside the document: options (private.options_of), einvoice (of ocr_results).';
comment on column private.stages.in_flight_limit is 'Jobs that may be out at once, beside one suspect; 0 stops the stage.';
comment on column private.stages.lease is 'How long a worker may be silent before its job is given out again.';
comment on column private.stages.max_attempts is 'After so many failed attempts a job is dead.';
comment on column private.stages.retry_base is 'How long the first retry may wait; null: as in private.settings.';
comment on column private.stages.retry_ceiling is 'How long any retry may wait; null: as in private.settings.';
comment on column private.stages.excused_codes is 'Errors that do not count as an attempt, ten times a job at most: another job may have caused them.';
comment on column private.stages.throttling_codes is 'Errors by which the other side asks for less: half as many jobs go out for a while.';
comment on column private.stages.throttled_to is 'A lower limit for a while, because the other side asked for less; it grows back with each job that is done. Null: the whole limit. Kept by private.throttle_stage and grow_stage.';
comment on column private.stages.throttled_at is 'When it was lowered last.';
alter table private.stages enable row level security;
grant select on table private.stages to service_role;
grant update (throttled_to) on table private.stages to service_role;
grant update (throttled_at) on table private.stages to service_role;

create table private.stored_bytes (
  user_id uuid not null,
  bytes bigint default 0 not null,
  constraint bytes_are_not_negative CHECK ((bytes >= 0)),
  constraint stored_bytes_pkey PRIMARY KEY (user_id),
  constraint stored_bytes_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.stored_bytes is 'What the files of a user''s documents have together: one row a user, kept by triggers of public.documents. Whoever reserves locks it, so that reservations of a user count one after another.';
comment on column private.stored_bytes.bytes is 'The sum of byte_size of the user''s documents, from their admission until they are deleted.';
alter table private.stored_bytes enable row level security;
grant select on table private.stored_bytes to authenticated;
grant delete, insert, select, update on table private.stored_bytes to service_role;

create table private.suspected_users (
  user_id uuid not null,
  stage private.job_stage not null,
  until timestamp with time zone not null,
  constraint suspected_users_pkey PRIMARY KEY (user_id, stage),
  constraint suspected_users_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.suspected_users is 'Users whose job ended a worker that held nothing else. Their jobs run alone for a while, so that the next such file harms nobody else.';
comment on column private.suspected_users.until is 'Jobs that are queued before this time are suspects.';
alter table private.suspected_users enable row level security;
grant insert, select, update on table private.suspected_users to service_role;

create table private.sweep_place (
  stage private.job_stage not null,
  after uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  constraint sweep_place_pkey PRIMARY KEY (stage)
);
comment on table private.sweep_place is 'How far private.sweep_stage came on its way through the documents that wait for a stage.';
comment on column private.sweep_place.after is 'The last document that was looked at; the lowest id when the next sweep starts again.';
alter table private.sweep_place enable row level security;

create table private.upload_invocations (
  document_id uuid not null,
  user_id uuid not null,
  job_id uuid default gen_random_uuid() not null,
  token uuid default gen_random_uuid() not null,
  made_at timestamp with time zone default clock_timestamp() not null,
  constraint upload_invocations_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint upload_invocations_pkey PRIMARY KEY (document_id)
);
comment on table private.upload_invocations is 'Uploads whose function stores the file itself, and invokes the reading once that is done: it is awake, and pg_net then has no batch behind it when the text is there. A row goes when the file is stored.';
comment on column private.upload_invocations.job_id is 'The id that the reading''s job will have.';
comment on column private.upload_invocations.token is 'The one-time token that the job will have, if its turn has come by then.';
alter table private.upload_invocations enable row level security;
grant delete, insert, select, update on table private.upload_invocations to service_role;

create table private.user_limits (
  user_id uuid not null,
  documents_per_month integer,
  pages_per_month integer,
  cost_micro_usd_per_month bigint,
  stored_bytes bigint,
  requests_per_minute integer,
  constraint cost_micro_usd_per_month_is_not_negative CHECK ((cost_micro_usd_per_month >= 0)),
  constraint documents_per_month_is_not_negative CHECK ((documents_per_month >= 0)),
  constraint pages_per_month_is_not_negative CHECK ((pages_per_month >= 0)),
  constraint requests_per_minute_is_positive CHECK ((requests_per_minute > 0)),
  constraint stored_bytes_are_not_negative CHECK ((stored_bytes >= 0)),
  constraint user_limits_pkey PRIMARY KEY (user_id),
  constraint user_limits_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.user_limits is 'Limits of one user, in place of those in private.settings where they are not null. Insert and update rows by hand, or from what sells plans.';
alter table private.user_limits enable row level security;
grant select on table private.user_limits to authenticated;
grant select on table private.user_limits to service_role;

create table private.webhook_secrets (
  secret_id uuid not null,
  endpoint_id uuid not null,
  user_id uuid not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone,
  constraint webhook_secrets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoints(id) ON DELETE CASCADE,
  constraint webhook_secrets_pkey PRIMARY KEY (secret_id),
  constraint webhook_secrets_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.webhook_secrets is 'Which secrets of Vault sign the messages of a webhook: one, or two for a while after a rotation.';
comment on column private.webhook_secrets.secret_id is 'The row of vault.secrets; it goes with this one.';
comment on column private.webhook_secrets.expires_at is 'Until when it signs beside its successor; null for the newest.';
CREATE INDEX webhook_secrets_by_endpoint ON private.webhook_secrets USING btree (endpoint_id, created_at);
CREATE INDEX webhook_secrets_by_user ON private.webhook_secrets USING btree (user_id);
alter table private.webhook_secrets enable row level security;

create table public.api_tokens (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  name text not null,
  scopes text[] not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  constraint api_tokens_pkey PRIMARY KEY (id),
  constraint api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint expiry_is_after_creation CHECK (((expires_at > created_at) AND (expires_at < '9999-01-01 00:00:00+00'::timestamp with time zone))),
  constraint name_is_a_line CHECK (((name ~ '^[^[:cntrl:]]*$'::text) AND (btrim(name) <> ''::text) AND (length(name) <= 100))),
  constraint scopes_are_known CHECK (((scopes <@ ARRAY['documents:read'::text, 'documents:write'::text, 'upload'::text, 'automation'::text]) AND ((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 4))))
);
comment on table public.api_tokens is 'A user''s API tokens, without the tokens themselves. Made by create_api_token, ended by revoke_api_token.';
comment on column public.api_tokens.scopes is 'What the token may do: documents:read (list, search, read), documents:write (edit, retry, describe again, delete), upload, automation (rules, webhooks, mail addresses and links).';
comment on column public.api_tokens.expires_at is 'From when on it is refused; null is never.';
comment on column public.api_tokens.last_used_at is 'When it was last accepted, to the minute.';
comment on column public.api_tokens.revoked_at is 'From when on it is refused.';
CREATE INDEX api_tokens_user_id ON public.api_tokens USING btree (user_id, created_at);
alter table public.api_tokens enable row level security;
grant select on table public.api_tokens to authenticated;
grant select, update on table public.api_tokens to service_role;

create table public.document_events (
  id bigint generated always as identity not null,
  document_id uuid not null,
  user_id uuid not null,
  stage text not null,
  kind text not null,
  message text not null,
  data jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint document_events_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint document_events_pkey PRIMARY KEY (id),
  constraint document_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint kind_is_known CHECK ((kind = ANY (ARRAY['queued'::text, 'started'::text, 'progress'::text, 'tool'::text, 'parts'::text, 'completed'::text, 'retrying'::text, 'failed'::text, 'edited'::text, 'undone'::text, 'accepted'::text, 'locked'::text, 'unlocked'::text, 'shared'::text, 'opened'::text, 'revoked'::text, 'received'::text, 'applied'::text, 'skipped'::text, 'held'::text, 'released'::text, 'soon'::text, 'trashed'::text, 'restored'::text]))),
  constraint stage_is_a_name CHECK ((stage ~ '^[a-z][a-z_]{0,30}$'::text))
);
comment on table public.document_events is 'The history of a document, append-only: progress, attempts, tool calls, edits. Never holds a document''s text.';
comment on column public.document_events.stage is 'A stage of private.stages; upload, edit by a person, share by a link, mail, or rule of the owner, or due.';
comment on column public.document_events.message is 'A sentence for people.';
comment on column public.document_events.data is 'The same for programs: page and page_count of progress, attempt and error of a retry, tool of a tool call, fields of an edit.';
CREATE INDEX document_events_by_document ON public.document_events USING btree (document_id, id);
CREATE INDEX document_events_by_user ON public.document_events USING btree (user_id);
alter table public.document_events enable row level security;
grant select on table public.document_events to authenticated;
grant delete, insert, select on table public.document_events to service_role;

create table public.document_pages (
  document_id uuid not null,
  page_number integer not null,
  user_id uuid not null,
  text text not null,
  markdown text,
  engine text,
  confidence real,
  words jsonb,
  picture jsonb,
  usage jsonb,
  error jsonb,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint an_error_says_code_and_message CHECK ((error ?& ARRAY['code'::text, 'message'::text])),
  constraint confidence_is_a_share CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
  constraint document_pages_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint document_pages_pkey PRIMARY KEY (document_id, page_number),
  constraint document_pages_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint engine_is_known CHECK ((engine = ANY (ARRAY['pdf_text_layer'::text, 'unpdf'::text, 'file_text'::text, 'tesseract'::text, 'ppocr'::text, 'claude'::text]))),
  constraint page_number_starts_at_one CHECK ((page_number >= 1)),
  constraint pages_have_an_engine_or_an_error CHECK (((engine IS NULL) = (error IS NOT NULL))),
  constraint unreadable_pages_have_no_text CHECK (((error IS NULL) OR (text = ''::text)))
);
comment on table public.document_pages is 'The text of each page as it was read. Also the checkpoint: a reading that is cut off goes on with the pages that are missing here.';
comment on column public.document_pages.markdown is 'The text as Markdown, with headings, lists and tables, in the same words; null where that is the text itself.';
comment on column public.document_pages.engine is 'What read the page: pdf_text_layer, unpdf (the text layer of a PDF that PDFium cannot read), file_text (the text of a file that is no PDF), tesseract, ppocr or claude. Null for a page that could not be read.';
comment on column public.document_pages.confidence is '0 to 1; null where the engine does not say. Low for a text layer that is not to be trusted but was all there was, and for a model''s reading that the OCR engine does not agree with.';
comment on column public.document_pages.words is '[{text, x0, y0, x1, y1, confidence}], boxes in pixels of the image that was read, origin top left; null where the engine gives none.';
comment on column public.document_pages.picture is 'The image that the words stand on: {width, height, rotation}, in pixels, turned to the right by so many degrees; null where there are no words.';
comment on column public.document_pages.usage is 'What a model counted: {model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd}; null where none read the page.';
comment on column public.document_pages.error is 'Why the page could not be read: {code, message}. The others of the document may well be.';
CREATE INDEX document_pages_by_user ON public.document_pages USING btree (user_id);
alter table public.document_pages enable row level security;
grant select on table public.document_pages to authenticated;
grant delete, insert, select, update on table public.document_pages to service_role;

create table public.document_parts (
  parent_id uuid not null,
  "position" integer not null,
  user_id uuid not null,
  filename text not null,
  document_id uuid,
  error jsonb,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint an_error_says_code_and_message CHECK ((error ?& ARRAY['code'::text, 'message'::text])),
  constraint document_parts_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE SET NULL,
  constraint document_parts_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint document_parts_pkey PRIMARY KEY (parent_id, "position"),
  constraint document_parts_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint filename_fits CHECK ((length(filename) <= 255)),
  constraint filename_is_not_blank CHECK ((btrim(filename) <> ''::text)),
  constraint position_starts_at_one CHECK (("position" >= 1)),
  constraint refused_parts_have_no_document CHECK (((error IS NULL) OR (document_id IS NULL)))
);
comment on table public.document_parts is 'What was in a mail or an archive, in its order: the document that each attachment or member became or already was, or why it became none.';
comment on column public.document_parts."position" is 'Its place in the file, from 1.';
comment on column public.document_parts.filename is 'The name that it has there, made safe.';
comment on column public.document_parts.document_id is 'Null for one that was refused, and for one that was deleted.';
comment on column public.document_parts.error is 'Why it became no document: {code, message}. Codes: functions/_shared/errors.ts.';
CREATE INDEX document_parts_by_document ON public.document_parts USING btree (document_id);
CREATE INDEX document_parts_by_user ON public.document_parts USING btree (user_id);
alter table public.document_parts enable row level security;
grant select on table public.document_parts to authenticated;
grant delete, insert, select, update on table public.document_parts to service_role;

create table public.document_search (
  document_id uuid not null,
  user_id uuid not null,
  search tsvector not null,
  names text default ''::text not null,
  compounds text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  constraint document_search_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint document_search_pkey PRIMARY KEY (document_id),
  constraint document_search_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.document_search is 'What a document is found by: its names (weight A), tags and correspondent (B), summary and note (C) and text (D), without accents.';
comment on column public.document_search.names is 'Names, tags and correspondent in lower case without accents: for parts of words, and words that are nearly right.';
comment on column public.document_search.compounds is 'The long words of the text, in languages that write compounds as one word: a search for "Rechnung" finds "Stromrechnung".';
comment on column public.document_search.created_at is 'The document''s, so that the newest matches of a common word are found without reading all of them.';
CREATE INDEX document_search_by_age ON public.document_search USING btree (user_id, created_at);
CREATE INDEX document_search_by_part_of_name ON public.document_search USING gin (names extensions.gin_trgm_ops);
CREATE INDEX document_search_by_part_of_word ON public.document_search USING gin (compounds extensions.gin_trgm_ops);
CREATE INDEX document_search_by_word ON public.document_search USING gin (search);
alter table public.document_search enable row level security;
grant select on table public.document_search to authenticated;
grant delete, insert, select, update on table public.document_search to service_role;

create table public.documents (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  filename text not null,
  storage_path text not null,
  mime_type text not null,
  byte_size bigint not null,
  content_sha256 text not null,
  page_count integer,
  unreadable_pages integer default 0 not null,
  status public.document_status default 'uploading'::public.document_status not null,
  error jsonb,
  display_name text,
  tags text[] default '{}'::text[] not null,
  summary text,
  document_type text,
  correspondent text,
  document_date date,
  amount numeric,
  currency text,
  language text,
  note text,
  metadata_source text,
  has_thumbnail boolean default false not null,
  locked_fields text[] default '{}'::text[] not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  trashed_at timestamp with time zone,
  parent_id uuid,
  constraint a_user_has_the_same_bytes_once UNIQUE (user_id, content_sha256),
  constraint amount_is_a_sum_of_money CHECK ((((amount >= ('-1000000000000'::bigint)::numeric) AND (amount <= ('1000000000000'::bigint)::numeric)) AND (amount = round(amount, 4)))),
  constraint an_error_says_stage_code_and_message CHECK ((error ?& ARRAY['stage'::text, 'code'::text, 'message'::text])),
  constraint byte_size_is_positive CHECK ((byte_size > 0)),
  constraint completed_documents_have_a_name CHECK (((status <> 'completed'::public.document_status) OR (display_name IS NOT NULL))),
  constraint content_sha256_is_lowercase_hex CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint correspondent_fits CHECK ((length(correspondent) <= 200)),
  constraint correspondent_is_one_line CHECK ((correspondent !~ '[[:cntrl:]]'::text)),
  constraint currency_is_iso_4217 CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint display_name_fits CHECK ((length(display_name) <= 200)),
  constraint display_name_is_not_blank CHECK ((btrim(display_name) <> ''::text)),
  constraint display_name_is_one_line CHECK (((display_name ~ '\S'::text) AND (display_name !~ '[[:cntrl:]]'::text))),
  constraint document_date_is_a_day CHECK (((document_date >= '0001-01-01'::date) AND (document_date <= '9999-12-31'::date))),
  constraint document_type_fits CHECK ((length(document_type) <= 100)),
  constraint document_type_is_one_line CHECK ((document_type !~ '[[:cntrl:]]'::text)),
  constraint documents_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint documents_pkey PRIMARY KEY (id),
  constraint documents_storage_path_key UNIQUE (storage_path),
  constraint documents_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint each_tag_fits CHECK ((array_to_string(tags, chr(31)) !~ '[^\x1f]{201}'::text)),
  constraint each_tag_is_a_word CHECK (((tags = '{}'::text[]) OR ((array_to_string(tags, ''::text, '
'::text) !~ '[[:cntrl:]]'::text) AND (((chr(31) || array_to_string(tags, chr(31))) || chr(31)) !~ '\x1f *\x1f'::text)))),
  constraint failed_documents_have_an_error CHECK (((status = 'failed'::public.document_status) = (error IS NOT NULL))),
  constraint filename_fits CHECK ((length(filename) <= 255)),
  constraint filename_is_not_blank CHECK ((btrim(filename) <> ''::text)),
  constraint language_is_iso_639_1 CHECK ((language ~ '^[a-z]{2}$'::text)),
  constraint locked_fields_are_a_flat_list CHECK (((locked_fields = '{}'::text[]) OR ((array_ndims(locked_fields) = 1) AND (array_lower(locked_fields, 1) = 1)))),
  constraint locked_fields_are_known CHECK (((cardinality(locked_fields) <= 20) AND (locked_fields <@ private.lockable_fields()))),
  constraint metadata_source_is_known CHECK ((metadata_source = ANY (ARRAY['claude'::text, 'local'::text]))),
  constraint no_document_is_its_own_part CHECK ((parent_id <> id)),
  constraint note_fits CHECK ((length(note) <= 2000)),
  constraint note_is_not_blank CHECK ((note ~ '\S'::text)),
  constraint note_is_text CHECK ((translate(note, '	
'::text, ''::text) !~ '[[:cntrl:]]'::text)),
  constraint page_count_is_not_negative CHECK ((page_count >= 0)),
  constraint summary_fits CHECK ((length(summary) <= 1000)),
  constraint summary_is_text CHECK ((translate(summary, '	
'::text, ''::text) !~ '[[:cntrl:]]'::text)),
  constraint tags_are_a_flat_list CHECK (((tags = '{}'::text[]) OR ((array_ndims(tags) = 1) AND (array_lower(tags, 1) = 1)))),
  constraint tags_are_few CHECK ((cardinality(tags) <= 50)),
  constraint tags_are_short CHECK ((length(array_to_string(tags, ''::text)) <= 2000)),
  constraint unreadable_pages_are_not_negative CHECK ((unreadable_pages >= 0))
);
comment on table public.documents is 'One row a document: where its file is, how far the pipeline got, and what is known of it. Rows are made by POST /functions/v1/upload; owners edit the metadata columns and delete rows through the Data API.';
comment on column public.documents.filename is 'The name that the file had where it came from.';
comment on column public.documents.storage_path is 'Its object in the bucket "documents": <user_id>/<id>.';
comment on column public.documents.mime_type is 'Found by looking at the bytes, never taken from the name.';
comment on column public.documents.byte_size is 'Bytes.';
comment on column public.documents.content_sha256 is 'SHA-256 of the bytes, lower-case hex. The same bytes again return the document that is there.';
comment on column public.documents.unreadable_pages is 'How many of its pages could not be read; their rows in document_pages say why.';
comment on column public.documents.error is 'Why the document is failed: {stage: upload or one of private.stages, code, message, attempt, retryable}. Codes: functions/_shared/errors.ts.';
comment on column public.documents.display_name is 'The name for people, with the extension: "Invoice - Acme Corp - 2026-03-15.pdf".';
comment on column public.documents.tags is 'Lower-case-hyphenated; the document type first.';
comment on column public.documents.document_date is 'The date that the document bears; null rather than a guess.';
comment on column public.documents.amount is 'What is to be paid or was paid, with tax, in whole units of the currency; negative where money is given back, as by a credit note. Null rather than a guess.';
comment on column public.documents.currency is 'ISO 4217; null where the document does not show one.';
comment on column public.documents.language is 'ISO 639-1.';
comment on column public.documents.note is 'What its owner wrote about it, for themselves: no engine reads or writes it, and no share link, webhook or rule tells it.';
comment on column public.documents.metadata_source is 'What wrote the metadata: claude or local.';
comment on column public.documents.has_thumbnail is 'Whether the bucket "thumbnails" has a picture of its first page (WebP, at most 400 x 560 pixels), under storage_path.';
comment on column public.documents.locked_fields is 'Fields that a person edited, or locked. The pipeline leaves them as they are until they are unlocked.';
comment on column public.documents.trashed_at is 'When its owner moved it to the trash: from then on it is in nobody''s lists, and row level security hides it from its owner, too (public.trash). Null for all others.';
comment on column public.documents.parent_id is 'The document that this one came in with, as an attachment or a member, and goes with. Null for what its owner uploaded.';
CREATE INDEX documents_by_age ON public.documents USING btree (user_id, created_at, id);
CREATE INDEX documents_by_amount ON public.documents USING btree (user_id, COALESCE(amount, '-Infinity'::numeric), id);
CREATE INDEX documents_by_creation ON public.documents USING btree (created_at);
CREATE INDEX documents_by_date ON public.documents USING btree (user_id, COALESCE(document_date, '-infinity'::date), id);
CREATE INDEX documents_by_name ON public.documents USING btree (user_id, lower(COALESCE(display_name, filename)), id);
CREATE INDEX documents_by_parent ON public.documents USING btree (parent_id);
CREATE INDEX documents_by_sender ON public.documents USING btree (user_id, COALESCE(('1'::text || lower(correspondent)), '2'::text), id);
CREATE INDEX documents_by_size ON public.documents USING btree (user_id, byte_size, id);
CREATE INDEX documents_by_tag ON public.documents USING gin (tags);
CREATE INDEX documents_by_type ON public.documents USING btree (user_id, document_type, created_at, id);
CREATE INDEX documents_in_trash ON public.documents USING btree (user_id, trashed_at, id) WHERE (trashed_at IS NOT NULL);
CREATE INDEX documents_in_upload ON public.documents USING btree (updated_at) WHERE (status = 'uploading'::public.document_status);
CREATE INDEX documents_under_way ON public.documents USING btree (user_id, status, created_at, id) WHERE (status <> 'completed'::public.document_status);
CREATE INDEX documents_waiting ON public.documents USING btree (status, id) WHERE (status <> ALL (ARRAY['completed'::public.document_status, 'failed'::public.document_status]));
alter table public.documents enable row level security;
grant delete, select on table public.documents to authenticated;
grant delete, insert, select, update on table public.documents to service_role;
grant update (display_name) on table public.documents to authenticated;
grant update (tags) on table public.documents to authenticated;
grant update (summary) on table public.documents to authenticated;
grant update (document_type) on table public.documents to authenticated;
grant update (correspondent) on table public.documents to authenticated;
grant update (document_date) on table public.documents to authenticated;
grant update (amount) on table public.documents to authenticated;
grant update (currency) on table public.documents to authenticated;
grant update (language) on table public.documents to authenticated;
grant update (note) on table public.documents to authenticated;
grant update (locked_fields) on table public.documents to authenticated;

create table public.extracted_values (
  extraction_id uuid not null,
  path text not null,
  row_number integer default 0 not null,
  user_id uuid not null,
  document_id uuid not null,
  schema_id uuid not null,
  value jsonb,
  text_value text generated always as (
CASE
    WHEN (jsonb_typeof(value) = ANY (ARRAY['string'::text, 'boolean'::text])) THEN "left"((value #>> '{}'::text[]), 300)
    ELSE NULL::text
END) stored,
  number_value numeric generated always as (
CASE jsonb_typeof(value)
    WHEN 'number'::text THEN ((value #>> '{}'::text[]))::numeric
    WHEN 'object'::text THEN ((value ->> 'amount'::text))::numeric
    ELSE NULL::numeric
END) stored,
  currency text generated always as ((value ->> 'currency'::text)) stored,
  page integer,
  quote text,
  box jsonb,
  proof text not null,
  similarity real,
  confidence real,
  note text,
  created_at timestamp with time zone default now() not null,
  constraint extracted_value_fits CHECK ((octet_length((value)::text) <= 4000)),
  constraint extracted_values_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint extracted_values_extraction_id_fkey FOREIGN KEY (extraction_id) REFERENCES public.extractions(id) ON DELETE CASCADE,
  constraint extracted_values_pkey PRIMARY KEY (extraction_id, path, row_number),
  constraint extracted_values_schema_id_fkey FOREIGN KEY (schema_id) REFERENCES public.extraction_schemas(id) ON DELETE CASCADE,
  constraint extracted_values_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint only_people_say_that_a_value_is_absent CHECK (((value IS NOT NULL) OR (proof = 'person'::text))),
  constraint proof_is_known CHECK ((proof = ANY (ARRAY['quote'::text, 'equation'::text, 'einvoice'::text, 'person'::text]))),
  constraint quoted_values_have_a_quote CHECK (((proof <> 'quote'::text) OR ((page IS NOT NULL) AND (quote IS NOT NULL)))),
  constraint row_number_is_not_negative CHECK ((row_number >= 0))
);
comment on table public.extracted_values is 'The values that are proven, or that a person gave. Nothing else is written here.';
comment on column public.extracted_values.path is 'The field: total, or items.total for a column of a table.';
comment on column public.extracted_values.row_number is 'The row of the table, from 0; 0 for a field that a document has once.';
comment on column public.extracted_values.value is 'A text, a number, true or false, a date as YYYY-MM-DD, or {amount, currency}. Null: a person says that the document has none.';
comment on column public.extracted_values.page is 'The page that the quote stands on; null for a value of an e-invoice''s XML, or of a person.';
comment on column public.extracted_values.quote is 'The words that it was read from, as the page has them.';
comment on column public.extracted_values.box is '[x0, y0, x1, y1] in pixels of the picture that was read; null where the words have no boxes.';
comment on column public.extracted_values.proof is 'quote: it follows from words that stand on the page. equation: it follows from other proven values. einvoice: the XML of the e-invoice says so. person: somebody gave or accepted it, and no later run changes it.';
comment on column public.extracted_values.similarity is '1 when the quote stands on the page word for word, less when it is nearly so.';
comment on column public.extracted_values.note is 'What people should know: "read 60.31, follows 60.30".';
CREATE INDEX extracted_values_by_document ON public.extracted_values USING btree (document_id);
CREATE INDEX extracted_values_by_number ON public.extracted_values USING btree (schema_id, path, number_value, document_id, row_number) INCLUDE (currency);
CREATE INDEX extracted_values_by_part ON public.extracted_values USING gin (private.folded_text(text_value) extensions.gin_trgm_ops) WHERE (text_value IS NOT NULL);
CREATE INDEX extracted_values_by_text ON public.extracted_values USING btree (schema_id, path, text_value, document_id, row_number);
CREATE INDEX extracted_values_by_user ON public.extracted_values USING btree (user_id);
CREATE INDEX extracted_values_due ON public.extracted_values USING btree (text_value) WHERE (path = 'due_date'::text);
CREATE INDEX extracted_values_due_by_user ON public.extracted_values USING btree (user_id, document_id, text_value) WHERE (path = 'due_date'::text);
alter table public.extracted_values enable row level security;
grant select on table public.extracted_values to authenticated;
grant delete, insert, select, update on table public.extracted_values to service_role;

create table public.extraction_hints (
  id bigint generated always as identity not null,
  user_id uuid not null,
  schema_id uuid not null,
  document_id uuid,
  marks text[] not null,
  path text not null,
  value jsonb not null,
  label text default ''::text not null,
  page integer,
  quote text,
  places jsonb default jsonb_build_array() not null,
  corrected_at timestamp with time zone default now() not null,
  used integer default 0 not null,
  used_at timestamp with time zone,
  constraint an_extraction_hint_knows_its_sender CHECK (((cardinality(marks) >= 1) AND (cardinality(marks) <= 12))),
  constraint extraction_hint_is_small CHECK (((octet_length((value)::text) <= 4000) AND (length(label) <= 100) AND (length(quote) <= 400))),
  constraint extraction_hint_uses_are_not_negative CHECK ((used >= 0)),
  constraint extraction_hints_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE SET NULL,
  constraint extraction_hints_pkey PRIMARY KEY (id),
  constraint extraction_hints_schema_id_fkey FOREIGN KEY (schema_id) REFERENCES public.extraction_schemas(id) ON DELETE CASCADE,
  constraint extraction_hints_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint hint_places_are_a_small_list CHECK (((jsonb_typeof(places) = 'array'::text) AND (octet_length((places)::text) <= 200000)))
);
comment on table public.extraction_hints is 'What a user''s corrections of extracted values taught, a row for each field of a schema and sender: later documents of that sender get the value from beside the same words, and a model is shown it as an example. Users read and delete them. At most 1,000 a user: the one that was not used for the longest time goes.';
comment on column public.extraction_hints.document_id is 'The document that was corrected last; null once it is deleted.';
comment on column public.extraction_hints.marks is 'What identifies the sender in a text, as kind:value: see private.document_clues.';
comment on column public.extraction_hints.value is 'The value that the person gave.';
comment on column public.extraction_hints.label is 'The words before the value, in lower case without accents and numbers; empty for a value without any.';
comment on column public.extraction_hints.quote is 'The line that the value stands in.';
comment on column public.extraction_hints.places is '[{page, line, text, words, from_top, from_bottom}]: the lines in which the value stands, the likeliest first, with the lines around it and their word boxes as [text, x0, y0, x1, y1, confidence]. The extractor compares what stands there with a new document.';
comment on column public.extraction_hints.corrected_at is 'When it was last corrected.';
comment on column public.extraction_hints.used is 'How many extractions it was used for; uses at the same time may count as one.';
CREATE INDEX extraction_hints_by_age ON public.extraction_hints USING btree (user_id, COALESCE(used_at, corrected_at));
CREATE INDEX extraction_hints_by_document ON public.extraction_hints USING btree (document_id);
CREATE INDEX extraction_hints_by_schema ON public.extraction_hints USING btree (user_id, schema_id, path);
CREATE INDEX extraction_hints_of_schema ON public.extraction_hints USING btree (schema_id);
alter table public.extraction_hints enable row level security;
grant delete, select on table public.extraction_hints to authenticated;
grant select, update on table public.extraction_hints to service_role;

create table public.extraction_proposals (
  extraction_id uuid not null,
  path text not null,
  row_number integer default 0 not null,
  user_id uuid not null,
  value jsonb not null,
  page integer,
  quote text,
  box jsonb,
  confidence real,
  reason text not null,
  created_at timestamp with time zone default now() not null,
  constraint extraction_proposals_extraction_id_fkey FOREIGN KEY (extraction_id) REFERENCES public.extractions(id) ON DELETE CASCADE,
  constraint extraction_proposals_pkey PRIMARY KEY (extraction_id, path, row_number),
  constraint extraction_proposals_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint proposal_fits CHECK ((octet_length((value)::text) <= 4000)),
  constraint proposal_reason_is_known CHECK ((reason = ANY (ARRAY['ambiguous'::text, 'check_broken'::text, 'not_on_page'::text, 'unsure'::text]))),
  constraint proposal_row_number_is_not_negative CHECK ((row_number >= 0))
);
comment on table public.extraction_proposals is 'Values that are not proven: they wait for a person, and count nowhere.';
comment on column public.extraction_proposals.reason is 'not_on_page: it does not follow from the words on its page. check_broken: an equation with it does not hold. ambiguous: another value is as likely. unsure: it stands by no label.';
CREATE INDEX extraction_proposals_by_user ON public.extraction_proposals USING btree (user_id);
alter table public.extraction_proposals enable row level security;
grant select on table public.extraction_proposals to authenticated;
grant delete, insert, select, update on table public.extraction_proposals to service_role;

create table public.extraction_reviews (
  id uuid default gen_random_uuid() not null,
  extraction_id uuid not null,
  user_id uuid default auth.uid() not null,
  path text not null,
  row_number integer default 0 not null,
  action text not null,
  value jsonb,
  previous jsonb,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint extraction_reviews_extraction_id_fkey FOREIGN KEY (extraction_id) REFERENCES public.extractions(id) ON DELETE CASCADE,
  constraint extraction_reviews_pkey PRIMARY KEY (id),
  constraint extraction_reviews_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint only_corrections_bring_a_value CHECK (((action = 'correct'::text) = (value IS NOT NULL))),
  constraint review_action_is_known CHECK ((action = ANY (ARRAY['accept'::text, 'correct'::text, 'absent'::text]))),
  constraint review_row_number_is_a_row CHECK (((row_number >= 0) AND (row_number <= 19999))),
  constraint review_value_fits CHECK ((octet_length((value)::text) <= 4000))
);
comment on table public.extraction_reviews is 'What people said of values: kept as it was said. The value is locked from then on: no run changes it.';
comment on column public.extraction_reviews.action is 'accept: the proposal, or the value that is there, is right. correct: it is value. absent: the document has none.';
comment on column public.extraction_reviews.previous is 'What stood there before: {value, proof}, or the proposal {value, reason}. Kept by a trigger.';
CREATE INDEX extraction_reviews_by_extraction ON public.extraction_reviews USING btree (extraction_id, created_at);
CREATE INDEX extraction_reviews_by_user ON public.extraction_reviews USING btree (user_id);
alter table public.extraction_reviews enable row level security;
grant select on table public.extraction_reviews to authenticated;
grant select on table public.extraction_reviews to service_role;
grant insert (extraction_id) on table public.extraction_reviews to authenticated;
grant insert (path) on table public.extraction_reviews to authenticated;
grant insert (row_number) on table public.extraction_reviews to authenticated;
grant insert (action) on table public.extraction_reviews to authenticated;
grant insert (value) on table public.extraction_reviews to authenticated;

create table public.extraction_runs (
  id bigint generated always as identity not null,
  extraction_id uuid not null,
  user_id uuid not null,
  instruction text,
  previous jsonb not null,
  saved_at timestamp with time zone,
  undone_at timestamp with time zone,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint extraction_runs_extraction_id_fkey FOREIGN KEY (extraction_id) REFERENCES public.extractions(id) ON DELETE CASCADE,
  constraint extraction_runs_pkey PRIMARY KEY (id),
  constraint extraction_runs_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint only_saved_runs_are_undone CHECK (((undone_at IS NULL) OR (saved_at IS NOT NULL))),
  constraint run_instruction_fits CHECK ((length(instruction) <= 1000))
);
comment on table public.extraction_runs is 'A schema applied again by its owner, and what was there before: undo_extraction_run puts that back. The newest ten of an extraction; when the pipeline itself extracts again, there is nothing to go back to.';
comment on column public.extraction_runs.instruction is 'The sentence that the engine was to follow, if there was one.';
comment on column public.extraction_runs.previous is 'What it replaced: {values, proposals, schema_version, read_at: when the text was read, and engine, model, prompt_version, note, instruction, checks, unread_from of the extraction}. Without what people said, which no run changes.';
comment on column public.extraction_runs.saved_at is 'When its values were written; null while it is under way, or when it failed.';
CREATE INDEX extraction_runs_by_extraction ON public.extraction_runs USING btree (extraction_id, id);
CREATE INDEX extraction_runs_by_user ON public.extraction_runs USING btree (user_id);
alter table public.extraction_runs enable row level security;
grant select on table public.extraction_runs to authenticated;
grant delete, insert, select, update on table public.extraction_runs to service_role;

create table public.extraction_schema_versions (
  schema_id uuid not null,
  version integer not null,
  user_id uuid not null,
  fields json not null,
  created_at timestamp with time zone default now() not null,
  constraint extraction_schema_versions_pkey PRIMARY KEY (schema_id, version),
  constraint extraction_schema_versions_schema_id_fkey FOREIGN KEY (schema_id) REFERENCES public.extraction_schemas(id) ON DELETE CASCADE,
  constraint extraction_schema_versions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.extraction_schema_versions is 'The fields of a schema as they were in each version: what an extraction was made with.';
CREATE INDEX extraction_schema_versions_by_user ON public.extraction_schema_versions USING btree (user_id);
alter table public.extraction_schema_versions enable row level security;
grant select on table public.extraction_schema_versions to authenticated;
grant select on table public.extraction_schema_versions to service_role;

create table public.extraction_schemas (
  id uuid default gen_random_uuid() not null,
  user_id uuid default auth.uid() not null,
  name text not null,
  description text,
  document_types text[] default '{}'::text[] not null,
  tags text[] default '{}'::text[] not null,
  senders text[] default '{}'::text[] not null,
  fields json not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint a_user_has_a_schema_name_once UNIQUE (user_id, name),
  constraint extraction_schemas_pkey PRIMARY KEY (id),
  constraint extraction_schemas_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint schema_applies_to_few_things CHECK (((cardinality(document_types) <= 50) AND (cardinality(tags) <= 50) AND (cardinality(senders) <= 50) AND (length(array_to_string(((document_types || tags) || senders), ''::text)) <= 10000))),
  constraint schema_description_fits CHECK ((length(description) <= 1000)),
  constraint schema_name_is_one_short_line CHECK (((name ~ '\S'::text) AND (name !~ '[[:cntrl:]]'::text) AND (length(name) <= 100)))
);
comment on table public.extraction_schemas is 'What a user wants to know of documents: fields that are looked for in each one that the schema applies to. Owners write them through the Data API.';
comment on column public.extraction_schemas.document_types is 'It applies to documents of one of these types. With tags and senders, all three must fit; a list that is empty always fits. A schema with three empty lists is applied by hand only.';
comment on column public.extraction_schemas.tags is 'It applies to documents that have one of these tags.';
comment on column public.extraction_schemas.senders is 'It applies to documents from one of these correspondents, whatever the case of letters.';
comment on column public.extraction_schemas.fields is 'A subset of JSON Schema: {type: "object", properties: {name: field}, required: [name], checks: [equation]}. docs/extraction.md has the fields. json, not jsonb, which would forget the order in which they are to be shown.';
comment on column public.extraction_schemas.version is 'Goes up by one each time that the fields change.';
alter table public.extraction_schemas enable row level security;
grant delete, select on table public.extraction_schemas to authenticated;
grant select on table public.extraction_schemas to service_role;
grant insert (id) on table public.extraction_schemas to authenticated;
grant insert (name), update (name) on table public.extraction_schemas to authenticated;
grant insert (description), update (description) on table public.extraction_schemas to authenticated;
grant insert (document_types), update (document_types) on table public.extraction_schemas to authenticated;
grant insert (tags), update (tags) on table public.extraction_schemas to authenticated;
grant insert (senders), update (senders) on table public.extraction_schemas to authenticated;
grant insert (fields), update (fields) on table public.extraction_schemas to authenticated;

create table public.extractions (
  id uuid default gen_random_uuid() not null,
  document_id uuid not null,
  schema_id uuid not null,
  user_id uuid not null,
  schema_version integer not null,
  status text default 'queued'::text not null,
  instruction text,
  engine text,
  model text,
  prompt_version text,
  note text,
  input_tokens bigint default 0 not null,
  output_tokens bigint default 0 not null,
  cost_micro_usd bigint default 0 not null,
  checks jsonb default jsonb_build_array() not null,
  missing text[] default '{}'::text[] not null,
  unread_from integer,
  error jsonb,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint a_schema_is_applied_to_a_document_once UNIQUE (document_id, schema_id),
  constraint extraction_counts_are_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cost_micro_usd >= 0))),
  constraint extraction_engine_is_known CHECK ((engine = ANY (ARRAY['claude'::text, 'local'::text]))),
  constraint extraction_note_is_known CHECK ((note = 'over_budget'::text)),
  constraint extraction_status_is_known CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'needs_review'::text, 'failed'::text, 'stopped'::text]))),
  constraint extractions_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint extractions_pkey PRIMARY KEY (id),
  constraint extractions_schema_id_fkey FOREIGN KEY (schema_id) REFERENCES public.extraction_schemas(id) ON DELETE CASCADE,
  constraint extractions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint failed_extractions_have_an_error CHECK (((status = 'failed'::text) = (error IS NOT NULL))),
  constraint instruction_fits CHECK ((length(instruction) <= 1000))
);
comment on table public.extractions is 'A schema applied to a document: how far that is, and by what it was done. The status of the document has nothing to do with it.';
comment on column public.extractions.status is 'queued → running → completed, or needs_review: a required field is missing, or an equation does not hold. failed: see error. stopped: taken back before it began.';
comment on column public.extractions.instruction is 'A sentence of the owner''s that the engine follows: "dates are American".';
comment on column public.extractions.note is 'over_budget: the month''s budget for the model was used up, so the local extractor did this.';
comment on column public.extractions.cost_micro_usd is 'Millionths of a US dollar.';
comment on column public.extractions.checks is '[{check, row, difference, holds}]: equations that were counted; null where a number is missing.';
comment on column public.extractions.missing is 'Required fields without a proven value.';
comment on column public.extractions.unread_from is 'The page from which on the engine did not look; null when it looked at all.';
CREATE INDEX extractions_by_age ON public.extractions USING btree (schema_id, created_at, id) WHERE (status = ANY (ARRAY['completed'::text, 'needs_review'::text]));
CREATE INDEX extractions_by_schema ON public.extractions USING btree (schema_id, status, document_id);
CREATE INDEX extractions_by_user ON public.extractions USING btree (user_id, status);
CREATE INDEX extractions_for_people ON public.extractions USING btree (status, updated_at) WHERE (status = ANY (ARRAY['needs_review'::text, 'failed'::text]));
CREATE INDEX extractions_waiting ON public.extractions USING btree (created_at, document_id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
alter table public.extractions enable row level security;
grant select on table public.extractions to authenticated;
grant delete, insert, select, update on table public.extractions to service_role;

create table public.inbox_addresses (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  name text not null,
  local_part text default ('inbox-'::text || "left"(encode(sha256((uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))), 'hex'::text), 32)) not null,
  allowed_senders text[] default '{}'::text[] not null,
  tags text[] default '{}'::text[] not null,
  mails bigint default 0 not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  constraint a_local_part_is_secret CHECK ((local_part ~ '^inbox-[0-9a-f]{32}$'::text)),
  constraint allowed_senders_are_addresses_or_domains CHECK (((allowed_senders = '{}'::text[]) OR (array_to_string(allowed_senders, '
'::text, ''::text) ~ '^([^[:space:]@<>,;"A-Z]+@)?[a-z0-9-]+([.][a-z0-9-]+)+(\n([^[:space:]@<>,;"A-Z]+@)?[a-z0-9-]+([.][a-z0-9-]+)+)*$'::text))),
  constraint allowed_senders_are_few CHECK (((allowed_senders = '{}'::text[]) OR ((array_ndims(allowed_senders) = 1) AND (cardinality(allowed_senders) <= 50) AND (length(array_to_string(allowed_senders, ''::text)) <= 5000)))),
  constraint inbox_address_name_is_one_line CHECK (((name ~ '\S'::text) AND (name !~ '[[:cntrl:]]'::text) AND (length(name) <= 200))),
  constraint inbox_address_tags_are_few CHECK (((tags = '{}'::text[]) OR ((array_ndims(tags) = 1) AND (cardinality(tags) <= 10)))),
  constraint inbox_address_tags_are_words CHECK (((tags = '{}'::text[]) OR ((array_to_string(tags, '
'::text, ''::text) ~ '^[[:alnum:]]+(-[[:alnum:]]+)*(\n[[:alnum:]]+(-[[:alnum:]]+)*)*$'::text) AND (length(array_to_string(tags, ''::text)) <= 400)))),
  constraint inbox_addresses_pkey PRIMARY KEY (id),
  constraint inbox_addresses_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint local_parts_are_unique UNIQUE (local_part),
  constraint mails_are_not_negative CHECK ((mails >= 0))
);
comment on table public.inbox_addresses is 'Mail addresses whose mails become documents of their owner. Made by create_inbox_address, ended by revoke_inbox_address. docs/mail.md.';
comment on column public.inbox_addresses.name is 'What its owner calls it: "Invoices".';
comment on column public.inbox_addresses.local_part is 'What stands before the @: 128 random bits. Anyone who knows it can send.';
comment on column public.inbox_addresses.allowed_senders is 'Addresses and domains that may send, in lower case; a domain stands for those below it too. Empty: everybody.';
comment on column public.inbox_addresses.tags is 'Mails to it, and what is attached to them, get these tags when they are completed.';
comment on column public.inbox_addresses.mails is 'Mails that were taken.';
comment on column public.inbox_addresses.revoked_at is 'From when on it is gone.';
CREATE INDEX inbox_addresses_by_user ON public.inbox_addresses USING btree (user_id, created_at);
alter table public.inbox_addresses enable row level security;
grant select on table public.inbox_addresses to authenticated;
grant select, update on table public.inbox_addresses to service_role;

create table public.learned_hints (
  id bigint generated always as identity not null,
  user_id uuid not null,
  document_id uuid,
  marks text[] not null,
  correspondent text,
  document_type text,
  instead_of text[] default '{}'::text[] not null,
  date_label text,
  date_nth smallint,
  date_order text,
  amount_label text,
  amount_nth smallint,
  corrected_at timestamp with time zone default now() not null,
  used integer default 0 not null,
  used_at timestamp with time zone,
  constraint a_hint_knows_its_sender CHECK (((cardinality(marks) >= 1) AND (cardinality(marks) <= 12))),
  constraint a_hint_teaches_something CHECK ((num_nonnulls(correspondent, document_type, date_label, amount_label) > 0)),
  constraint a_label_has_its_place CHECK ((((date_label IS NULL) = (date_nth IS NULL)) AND ((amount_label IS NULL) = (amount_nth IS NULL)))),
  constraint date_order_is_known CHECK ((date_order = ANY (ARRAY['day'::text, 'month'::text]))),
  constraint learned_hints_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE SET NULL,
  constraint learned_hints_pkey PRIMARY KEY (id),
  constraint learned_hints_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint places_are_the_first_or_the_last CHECK (((date_nth = ANY (ARRAY[1, '-1'::integer])) AND (amount_nth = ANY (ARRAY[1, '-1'::integer])))),
  constraint used_is_not_negative CHECK ((used >= 0))
);
comment on table public.learned_hints is 'What a user''s corrections taught, a row a sender: later documents of that sender get the same spelling and type, and their date and total from beside the same words. Written when sender, type, date or amount is edited; users read and delete them. At most 200 a user: the one that was not used for the longest time goes.';
comment on column public.learned_hints.document_id is 'The document that was corrected last; null once it is deleted.';
comment on column public.learned_hints.marks is 'What identifies the sender in a text, as kind:value: see private.document_clues.';
comment on column public.learned_hints.correspondent is 'The sender as the user writes it; null where that was not corrected.';
comment on column public.learned_hints.document_type is 'The type that the user gave; null where that was not corrected.';
comment on column public.learned_hints.instead_of is 'The types that were corrected to it: a document of the sender that reads like one of them, or like none, gets it.';
comment on column public.learned_hints.date_label is 'The words beside the right date, in lower case without accents and numbers; empty for a date without any.';
comment on column public.learned_hints.date_nth is 'Whether it is the first date with these words (1) or the last (-1).';
comment on column public.learned_hints.date_order is 'What stands first in the sender''s dates of numbers, where a correction showed it.';
comment on column public.learned_hints.amount_label is 'The words beside the right amount.';
comment on column public.learned_hints.amount_nth is 'Whether it is the first amount with these words (1) or the last (-1).';
comment on column public.learned_hints.corrected_at is 'When it was last corrected.';
comment on column public.learned_hints.used is 'For how many descriptions it was used; uses at the same time may count as one.';
CREATE INDEX learned_hints_by_document ON public.learned_hints USING btree (document_id);
CREATE INDEX learned_hints_by_user ON public.learned_hints USING btree (user_id, corrected_at);
alter table public.learned_hints enable row level security;
grant delete, select on table public.learned_hints to authenticated;
grant select, update on table public.learned_hints to service_role;

create table public.metadata_runs (
  id bigint generated always as identity not null,
  document_id uuid not null,
  user_id uuid not null,
  engine text not null,
  model text,
  prompt_version text,
  input_tokens bigint default 0 not null,
  output_tokens bigint default 0 not null,
  cache_read_tokens bigint default 0 not null,
  cache_write_tokens bigint default 0 not null,
  cost_micro_usd bigint default 0 not null,
  note text,
  pages_read integer[],
  instruction text,
  proposal jsonb not null,
  applied text[] not null,
  evidence jsonb not null,
  written jsonb default '{}'::jsonb not null,
  previous jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  constraint counts_are_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cache_read_tokens >= 0) AND (cache_write_tokens >= 0) AND (cost_micro_usd >= 0))),
  constraint engine_is_known CHECK ((engine = ANY (ARRAY['claude'::text, 'local'::text]))),
  constraint instruction_of_a_run_fits CHECK (((length(instruction) >= 1) AND (length(instruction) <= 1000))),
  constraint metadata_runs_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint metadata_runs_pkey PRIMARY KEY (id),
  constraint metadata_runs_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint note_is_known CHECK ((note = 'over_budget'::text))
);
comment on table public.metadata_runs is 'Each time that metadata was written: by what, from which words, at what price.';
comment on column public.metadata_runs.input_tokens is 'Without those of the prompt cache, which have columns and prices of their own.';
comment on column public.metadata_runs.cost_micro_usd is 'Millionths of a US dollar; 0 where nothing was paid or no price is known.';
comment on column public.metadata_runs.note is 'over_budget: the month''s budget for the model was used up, so the local generator wrote this.';
comment on column public.metadata_runs.pages_read is 'The pages whose text the agent was shown; null where the engine was given what it needs, as the local one is.';
comment on column public.metadata_runs.instruction is 'The owner''s sentence that the engine was given: "dates are American".';
comment on column public.metadata_runs.proposal is 'All the values that the engine proposed, by column of documents, as it proposed them.';
comment on column public.metadata_runs.applied is 'The columns that were written; the others were locked by an edit.';
comment on column public.metadata_runs.evidence is '{value: {page, quote, verified, confidence}}: the words that a value was read from, whether they stand there and say so, and how likely the value is right, 0 to 1 (private.checked_evidence).';
comment on column public.metadata_runs.written is 'What was written, by column: the proposal after the checks, tags in the user''s own words.';
comment on column public.metadata_runs.previous is 'What was there before, by column that was written: undo_metadata_run puts it back.';
CREATE INDEX metadata_runs_by_document ON public.metadata_runs USING btree (document_id, id);
CREATE INDEX metadata_runs_by_user ON public.metadata_runs USING btree (user_id);
alter table public.metadata_runs enable row level security;
grant select on table public.metadata_runs to authenticated;
grant delete, insert, select on table public.metadata_runs to service_role;

create table public.ocr_results (
  document_id uuid not null,
  user_id uuid not null,
  raw_text text not null,
  page_count integer not null,
  engine text not null,
  model text,
  mean_confidence real,
  language text,
  processing_ms integer not null,
  usage jsonb default '{}'::jsonb not null,
  einvoice jsonb,
  einvoice_details jsonb,
  created_at timestamp with time zone default now() not null,
  constraint einvoice_details_are_an_object CHECK (((jsonb_typeof(einvoice_details) = 'object'::text) AND (octet_length((einvoice_details)::text) <= 1000000))),
  constraint einvoice_is_a_small_object CHECK (((jsonb_typeof(einvoice) = 'object'::text) AND (octet_length((einvoice)::text) <= 4000))),
  constraint engine_is_known CHECK ((engine = ANY (ARRAY['pdf_text_layer'::text, 'unpdf'::text, 'file_text'::text, 'tesseract'::text, 'ppocr'::text, 'claude'::text, 'mixed'::text]))),
  constraint mean_confidence_is_a_share CHECK (((mean_confidence >= (0)::double precision) AND (mean_confidence <= (1)::double precision))),
  constraint ocr_results_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint ocr_results_pkey PRIMARY KEY (document_id),
  constraint ocr_results_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint processing_ms_is_not_negative CHECK ((processing_ms >= 0))
);
comment on table public.ocr_results is 'One row a document that was read: its whole text, kept so that describing can run again without paying for reading.';
comment on column public.ocr_results.raw_text is 'The pages in order, parted by an empty line.';
comment on column public.ocr_results.engine is 'What read the pages; mixed where it was not one engine for all.';
comment on column public.ocr_results.mean_confidence is 'Mean over the pages that have one, 0 to 1.';
comment on column public.ocr_results.processing_ms is 'Milliseconds of the run that finished the reading.';
comment on column public.ocr_results.usage is 'What a model counted: {input_tokens, output_tokens, cost_micro_usd}, over the pages.';
comment on column public.ocr_results.einvoice is 'What the XML inside an e-invoice says: {type_code, number, seller, issue_date, currency, grand_total}; null where there is none.';
comment on column public.ocr_results.einvoice_details is 'What extraction takes from that XML: {due_date, net, tax, lines: [{description, quantity, unit_price, total}]}.';
CREATE INDEX ocr_results_by_user ON public.ocr_results USING btree (user_id);
alter table public.ocr_results enable row level security;
grant select on table public.ocr_results to authenticated;
grant delete, insert, select, update on table public.ocr_results to service_role;

create table public.preferences (
  user_id uuid default auth.uid() not null,
  language text,
  tag_colors jsonb default jsonb_build_object() not null,
  constraint language_is_iso_639_1 CHECK ((language ~ '^[a-z]{2}$'::text)),
  constraint preferences_pkey PRIMARY KEY (user_id),
  constraint preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint tag_colors_are_by_tag CHECK (((jsonb_typeof(tag_colors) = 'object'::text) AND (octet_length((tag_colors)::text) <= 50000))),
  constraint tag_colors_are_known CHECK ((NOT jsonb_path_exists(tag_colors, '$.*?(!(((((((@ == "red" || @ == "orange") || @ == "yellow") || @ == "green") || @ == "teal") || @ == "blue") || @ == "purple") || @ == "pink"))'::jsonpath)))
);
comment on table public.preferences is 'What a user wishes for all documents: one row a user, made and changed through the Data API.';
comment on column public.preferences.language is 'The language that summaries are written in, ISO 639-1; null, or no row, for the document''s own.';
comment on column public.preferences.tag_colors is 'The colors that a frontend shows tags in: {"invoice": "blue"}; red, orange, yellow, green, teal, blue, purple or pink.';
alter table public.preferences enable row level security;
grant delete, insert, select, update on table public.preferences to authenticated;
grant delete, insert, select, update on table public.preferences to service_role;

create table public.refused_mails (
  id bigint generated always as identity not null,
  address_id uuid not null,
  user_id uuid not null,
  message_sha256 bytea not null,
  code text not null,
  message text not null,
  sender text not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint a_refused_mail_is_listed_once UNIQUE (address_id, message_sha256),
  constraint refused_mail_code_is_a_name CHECK ((code ~ '^[a-z_]{1,40}$'::text)),
  constraint refused_mail_message_fits CHECK ((length(message) <= 500)),
  constraint refused_mail_sender_is_one_line CHECK (((length(sender) <= 320) AND (sender !~ '[[:cntrl:]]'::text))),
  constraint refused_mails_address_id_fkey FOREIGN KEY (address_id) REFERENCES public.inbox_addresses(id) ON DELETE CASCADE,
  constraint refused_mails_pkey PRIMARY KEY (id),
  constraint refused_mails_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.refused_mails is 'Mails that came to an address and became no document, and why: the newest 100 of each address, for 30 days. Holds nothing of what they say.';
comment on column public.refused_mails.message_sha256 is 'As in private.mails.';
comment on column public.refused_mails.code is 'A code of the list in functions/_shared/errors.ts: auto_reply, bounce, mail_loop, sender_not_allowed, file_too_large, …';
comment on column public.refused_mails.message is 'A sentence for people.';
comment on column public.refused_mails.sender is 'Who sent it, as the mail says.';
CREATE INDEX refused_mails_by_address ON public.refused_mails USING btree (address_id, id);
CREATE INDEX refused_mails_by_age ON public.refused_mails USING btree (created_at);
CREATE INDEX refused_mails_by_user ON public.refused_mails USING btree (user_id, id);
alter table public.refused_mails enable row level security;
grant select on table public.refused_mails to authenticated;
grant delete, insert, select, update on table public.refused_mails to service_role;

create table public.retentions (
  document_id uuid not null,
  user_id uuid not null,
  keep_until date,
  held boolean default false not null,
  created_at timestamp with time zone default now() not null,
  constraint a_retention_keeps_or_holds CHECK ((held OR (keep_until IS NOT NULL))),
  constraint retentions_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint retentions_pkey PRIMARY KEY (document_id),
  constraint retentions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.retentions is 'Documents that cannot be deleted. Rows are made by rules, hold_document and change_retention; release_document removes them. docs/rules.md.';
comment on column public.retentions.keep_until is 'It cannot be deleted before this day.';
comment on column public.retentions.held is 'It cannot be deleted until its owner releases it.';
CREATE INDEX retentions_by_user ON public.retentions USING btree (user_id);
alter table public.retentions enable row level security;
grant select on table public.retentions to authenticated;
grant select on table public.retentions to service_role;

create table public.rule_runs (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  rule_ids uuid[],
  state text default 'running'::text not null,
  place uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  looked_at integer default 0 not null,
  changed integer default 0 not null,
  undone integer default 0 not null,
  kept integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint rule_run_counts_are_not_negative CHECK (((looked_at >= 0) AND (changed >= 0) AND (undone >= 0) AND (kept >= 0))),
  constraint rule_run_state_is_known CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'stopped'::text, 'undoing'::text, 'undone'::text]))),
  constraint rule_runs_pkey PRIMARY KEY (id),
  constraint rule_runs_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint rules_of_a_run_are_some CHECK (((cardinality(rule_ids) >= 1) AND (cardinality(rule_ids) <= 100)))
);
comment on table public.rule_runs is 'Rules that are applied to the documents that are there. Made by apply_rules; stop_rule_run stops one, undo_rule_run takes back what it changed.';
comment on column public.rule_runs.rule_ids is 'Which rules; null: those that are enabled.';
comment on column public.rule_runs.state is 'running → done, or stopped; then undoing → undone, if its owner asks for that.';
comment on column public.rule_runs.place is 'The last document that was looked at, in the order of ids.';
comment on column public.rule_runs.looked_at is 'Documents that were looked at.';
comment on column public.rule_runs.changed is 'Documents that it changed.';
comment on column public.rule_runs.undone is 'Documents that were put back as they were.';
comment on column public.rule_runs.kept is 'Documents of which undoing left a field as it is, because it was changed or locked since.';
CREATE UNIQUE INDEX a_user_has_one_rule_run_at_a_time ON public.rule_runs USING btree (user_id) WHERE (state = ANY (ARRAY['running'::text, 'undoing'::text]));
CREATE INDEX rule_runs_by_user ON public.rule_runs USING btree (user_id, created_at);
CREATE INDEX rule_runs_under_way ON public.rule_runs USING btree (updated_at) WHERE (state = ANY (ARRAY['running'::text, 'undoing'::text]));
alter table public.rule_runs enable row level security;
grant select on table public.rule_runs to authenticated;
grant select on table public.rule_runs to service_role;

create table public.rules (
  id uuid default gen_random_uuid() not null,
  user_id uuid default auth.uid() not null,
  name text not null,
  "position" integer default 0 not null,
  conditions jsonb default jsonb_build_object() not null,
  actions jsonb not null,
  enabled boolean default true not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint a_user_has_a_rule_name_once UNIQUE (user_id, name),
  constraint rule_name_is_one_short_line CHECK (((name ~ '\S'::text) AND (name !~ '[[:cntrl:]]'::text) AND (length(name) <= 100))),
  constraint rules_pkey PRIMARY KEY (id),
  constraint rules_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.rules is 'A user''s rules: a document that is completed and meets all conditions of a rule gets what its actions say. Owners write them through the Data API. docs/rules.md.';
comment on column public.rules."position" is 'Rules run in this order, the lowest first, then the oldest. The first rule that sets a field keeps it.';
comment on column public.rules.conditions is 'All of them must hold; of a list one is enough. {} holds for every document. docs/rules.md has them.';
comment on column public.rules.actions is 'What the rule does, at least one thing. docs/rules.md has them.';
comment on column public.rules.enabled is 'Whether it runs.';
alter table public.rules enable row level security;
grant delete, select on table public.rules to authenticated;
grant select on table public.rules to service_role;
grant insert (id) on table public.rules to authenticated;
grant insert (name), update (name) on table public.rules to authenticated;
grant insert ("position"), update ("position") on table public.rules to authenticated;
grant insert (conditions), update (conditions) on table public.rules to authenticated;
grant insert (actions), update (actions) on table public.rules to authenticated;
grant insert (enabled), update (enabled) on table public.rules to authenticated;

create table public.saved_views (
  id uuid default gen_random_uuid() not null,
  user_id uuid default auth.uid() not null,
  name text not null,
  question text not null,
  "position" integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  constraint saved_view_name_is_one_line CHECK (((name ~ '\S'::text) AND (name !~ '[[:cntrl:]]'::text) AND (length(name) <= 100))),
  constraint saved_view_position_is_not_negative CHECK (("position" >= 0)),
  constraint saved_view_question_fits CHECK (((length(question) <= 2000) AND (question !~ '[[:cntrl:]]'::text))),
  constraint saved_views_pkey PRIMARY KEY (id),
  constraint saved_views_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.saved_views is 'Searches that a user keeps by a name. Written through the Data API.';
comment on column public.saved_views.question is 'The search and its filters as the frontend writes them: the page''s are a query string, "q=acme&tag=invoice".';
comment on column public.saved_views."position" is 'Where it stands among the others.';
CREATE INDEX saved_views_by_user ON public.saved_views USING btree (user_id, "position");
alter table public.saved_views enable row level security;
grant delete, select on table public.saved_views to authenticated;
grant select on table public.saved_views to service_role;
grant insert (name), update (name) on table public.saved_views to authenticated;
grant insert (question), update (question) on table public.saved_views to authenticated;
grant insert ("position"), update ("position") on table public.saved_views to authenticated;

create table public.schema_applications (
  id uuid default gen_random_uuid() not null,
  schema_id uuid not null,
  user_id uuid default auth.uid() not null,
  documents integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  constraint applied_documents_are_not_negative CHECK ((documents >= 0)),
  constraint schema_applications_pkey PRIMARY KEY (id),
  constraint schema_applications_schema_id_fkey FOREIGN KEY (schema_id) REFERENCES public.extraction_schemas(id) ON DELETE CASCADE,
  constraint schema_applications_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.schema_applications is 'A schema that is applied to the documents that are there: inserting a row queues an extraction for each of the documents that it applies to and that lacks one of this version. Deleting it stops what has not begun.';
comment on column public.schema_applications.documents is 'How many documents were queued.';
CREATE INDEX schema_applications_by_schema ON public.schema_applications USING btree (schema_id, created_at);
CREATE INDEX schema_applications_by_user ON public.schema_applications USING btree (user_id);
alter table public.schema_applications enable row level security;
grant delete, select on table public.schema_applications to authenticated;
grant select on table public.schema_applications to service_role;
grant insert (schema_id) on table public.schema_applications to authenticated;

create table public.share_links (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  document_id uuid not null,
  description text default ''::text not null,
  with_text boolean default false not null,
  with_values boolean default true not null,
  is_protected boolean default false not null,
  expires_at timestamp with time zone not null,
  most_openings integer,
  openings integer default 0 not null,
  last_opened_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  constraint a_share_link_ends_within_a_year CHECK (((expires_at > created_at) AND (expires_at <= (created_at + '1 year 1 day'::interval)))),
  constraint most_openings_are_positive CHECK ((most_openings > 0)),
  constraint openings_are_not_negative CHECK ((openings >= 0)),
  constraint share_link_description_fits CHECK (((length(description) <= 200) AND (description !~ '[[:cntrl:]]'::text))),
  constraint share_links_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE,
  constraint share_links_pkey PRIMARY KEY (id),
  constraint share_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.share_links is 'Links that show a document to whoever has them, without their tokens. Made by create_share_link, ended by revoke_share_link. docs/sharing.md.';
comment on column public.share_links.with_text is 'Whether the text of the pages is shown, beside the file.';
comment on column public.share_links.with_values is 'Whether the metadata and the extracted values are shown.';
comment on column public.share_links.is_protected is 'Whether it asks for a password.';
comment on column public.share_links.most_openings is 'After so many openings it has ended; null is without end.';
comment on column public.share_links.openings is 'How often it was opened. Each is an event of the document.';
comment on column public.share_links.revoked_at is 'From when on it is gone.';
CREATE INDEX share_links_by_document ON public.share_links USING btree (document_id, created_at);
CREATE INDEX share_links_by_user ON public.share_links USING btree (user_id, created_at);
alter table public.share_links enable row level security;
grant select on table public.share_links to authenticated;
grant select, update on table public.share_links to service_role;

create table public.tag_aliases (
  user_id uuid default auth.uid() not null,
  alias text not null,
  tag text not null,
  key text default ''::text not null,
  renaming boolean default false not null,
  created_at timestamp with time zone default now() not null,
  constraint aliases_are_one_line CHECK (((alias ~ '\S'::text) AND (alias !~ '[[:cntrl:]]'::text))),
  constraint aliases_fit CHECK (((length(alias) >= 1) AND (length(alias) <= 200))),
  constraint an_alias_is_another_word CHECK ((alias <> tag)),
  constraint tag_aliases_pkey PRIMARY KEY (user_id, alias),
  constraint tag_aliases_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint tags_of_aliases_fit CHECK (((length(tag) >= 1) AND (length(tag) <= 40)))
);
comment on table public.tag_aliases is 'Words that a user wants to be a certain tag. Written through the Data API, or by rename_tag; setting one changes the documents that have the alias.';
comment on column public.tag_aliases.alias is 'A tag as documents have it.';
comment on column public.tag_aliases.tag is 'In the form of the vocabulary: private.tag_of.';
comment on column public.tag_aliases.key is 'What proposed tags are compared with: private.tag_key of the alias. Set by a trigger.';
comment on column public.tag_aliases.renaming is 'Documents still have the alias as a tag. The first 200 are renamed at once, the others by private.rename_tags within seconds. Kept by triggers.';
CREATE INDEX tag_aliases_by_key ON public.tag_aliases USING btree (user_id, key);
CREATE INDEX tag_aliases_by_tag ON public.tag_aliases USING btree (user_id, tag);
CREATE INDEX tag_aliases_renaming ON public.tag_aliases USING btree (created_at) WHERE renaming;
alter table public.tag_aliases enable row level security;
grant delete, select on table public.tag_aliases to authenticated;
grant delete, insert, select, update on table public.tag_aliases to service_role;
grant insert (user_id), update (user_id) on table public.tag_aliases to authenticated;
grant insert (alias), update (alias) on table public.tag_aliases to authenticated;
grant insert (tag), update (tag) on table public.tag_aliases to authenticated;

create table public.tags (
  user_id uuid not null,
  tag text not null,
  key text not null,
  documents integer not null,
  constraint a_tag_that_is_there_is_used CHECK ((documents > 0)),
  constraint tags_pkey PRIMARY KEY (user_id, tag),
  constraint tags_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.tags is 'The tags that a user''s documents have, those in the trash aside, with how many have each. Kept by a trigger on documents; see also rename_tag and my_tags.';
comment on column public.tags.key is 'What private.tag_key makes of the tag: tags that differ in case, accents, hyphens and spaces have the same.';
CREATE INDEX tags_by_key ON public.tags USING btree (user_id, key, documents DESC);
alter table public.tags enable row level security;
grant select on table public.tags to authenticated;
grant select on table public.tags to service_role;

create table public.upload_links (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  title text not null,
  tags text[] default '{}'::text[] not null,
  is_protected boolean default false not null,
  most_files integer default 20 not null,
  most_bytes bigint default 104857600 not null,
  files integer default 0 not null,
  bytes bigint default 0 not null,
  expires_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  constraint an_upload_link_ends_within_a_year CHECK (((expires_at > created_at) AND (expires_at <= (created_at + '1 year 1 day'::interval)))),
  constraint files_of_upload_links_are_not_negative CHECK (((files >= 0) AND (bytes >= 0))),
  constraint most_bytes_are_some CHECK (((most_bytes >= 1) AND (most_bytes <= '10737418240'::bigint))),
  constraint most_files_are_some CHECK (((most_files >= 1) AND (most_files <= 1000))),
  constraint upload_link_tags_are_few CHECK (((tags = '{}'::text[]) OR ((array_ndims(tags) = 1) AND (cardinality(tags) <= 10)))),
  constraint upload_link_tags_are_words CHECK (((tags = '{}'::text[]) OR ((array_to_string(tags, ' '::text, ''::text) ~ '^[[:alnum:]]+(-[[:alnum:]]+)*( [[:alnum:]]+(-[[:alnum:]]+)*)*$'::text) AND (length(array_to_string(tags, ''::text)) <= 400)))),
  constraint upload_link_title_is_one_line CHECK (((title ~ '\S'::text) AND (title !~ '[[:cntrl:]]'::text) AND (length(title) <= 200))),
  constraint upload_links_pkey PRIMARY KEY (id),
  constraint upload_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.upload_links is 'Links by which others hand in files, without their tokens. Made by create_upload_link, ended by revoke_upload_link. docs/sharing.md.';
comment on column public.upload_links.title is 'What is asked for: "Receipts of March". Visitors see it.';
comment on column public.upload_links.tags is 'Documents that come by it, and those in them, get these tags when they are completed.';
comment on column public.upload_links.is_protected is 'Whether it asks for a password.';
comment on column public.upload_links.most_files is 'After so many files it has ended.';
comment on column public.upload_links.most_bytes is 'So many bytes may come by it in all.';
comment on column public.upload_links.files is 'Files that were announced by it.';
comment on column public.upload_links.bytes is 'Their bytes.';
comment on column public.upload_links.revoked_at is 'From when on it is gone.';
CREATE INDEX upload_links_by_user ON public.upload_links USING btree (user_id, created_at);
alter table public.upload_links enable row level security;
grant select on table public.upload_links to authenticated;
grant select, update on table public.upload_links to service_role;

create table public.usage_months (
  user_id uuid not null,
  month date not null,
  documents integer default 0 not null,
  pages integer default 0 not null,
  input_tokens bigint default 0 not null,
  output_tokens bigint default 0 not null,
  cost_micro_usd bigint default 0 not null,
  constraint counts_are_not_negative CHECK (((documents >= 0) AND (pages >= 0) AND (input_tokens >= 0) AND (output_tokens >= 0) AND (cost_micro_usd >= 0))),
  constraint month_is_a_first_day CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint usage_months_pkey PRIMARY KEY (user_id, month),
  constraint usage_months_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.usage_months is 'What a user used in a calendar month (UTC): pages when their text is saved, documents when reading ends, model calls when they are settled. Deleting a document takes nothing off. What is under way is in private.reservations and private.model_calls.';
comment on column public.usage_months.documents is 'Documents whose text was read, or that could not be read by their own fault.';
alter table public.usage_months enable row level security;
grant select on table public.usage_months to authenticated;
grant delete, insert, select, update on table public.usage_months to service_role;

create table public.webhook_deliveries (
  id bigint generated always as identity not null,
  message_id text default ('msg_'::text || gen_random_uuid()) not null,
  endpoint_id uuid not null,
  user_id uuid not null,
  document_id uuid,
  line uuid not null,
  event_type text not null,
  payload jsonb not null,
  state text default 'waiting'::text not null,
  attempts integer default 0 not null,
  first_attempt_at timestamp with time zone,
  last_attempt_at timestamp with time zone,
  duration_ms integer,
  response_status integer,
  response_body text,
  error jsonb,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint an_attempt_has_a_time CHECK (((first_attempt_at IS NULL) = (last_attempt_at IS NULL))),
  constraint delivery_attempts_are_not_negative CHECK ((attempts >= 0)),
  constraint delivery_state_is_known CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text, 'skipped'::text]))),
  constraint failed_deliveries_have_an_error CHECK (((state <> 'failed'::text) OR (error IS NOT NULL))),
  constraint response_body_is_one_kilobyte CHECK (((octet_length(response_body) <= 4096) AND (length(response_body) <= 1024))),
  constraint response_status_is_one_of_http CHECK (((response_status >= 100) AND (response_status <= 999))),
  constraint webhook_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoints(id) ON DELETE CASCADE,
  constraint webhook_deliveries_pkey PRIMARY KEY (id)
);
comment on table public.webhook_deliveries is 'The messages to webhooks, and how the last attempt of each went. Rows are made by what happens to documents, and by test_webhook.';
comment on column public.webhook_deliveries.message_id is 'The header webhook-id: the same at each attempt, so that a receiver knows a message that comes twice.';
comment on column public.webhook_deliveries.user_id is 'No foreign key: the row goes with its webhook, and locks nothing of the user''s when the dispatch is locked.';
comment on column public.webhook_deliveries.document_id is 'The document that it is about, which may be gone; null for a test.';
comment on column public.webhook_deliveries.line is 'Messages of one line are sent one after another, in the order of their ids: those of a webhook about a document. The job of a line has this as its document_id.';
comment on column public.webhook_deliveries.event_type is 'What happened: one of webhook_endpoints.events, or webhook.test.';
comment on column public.webhook_deliveries.payload is 'The body as it is sent: {type, timestamp, data}. Ids, metadata and extracted values, never the text. When the document is deleted, only its id is left.';
comment on column public.webhook_deliveries.state is 'waiting: to be sent, or tried again. delivered: the receiver answered 2xx. failed: a test that did not arrive. skipped: its owner gave it up.';
comment on column public.webhook_deliveries.response_status is 'The HTTP status of the last answer; null when none came.';
comment on column public.webhook_deliveries.response_body is 'The first kilobyte of the last answer.';
comment on column public.webhook_deliveries.error is 'Why the last attempt failed: {code, message}. Codes: docs/webhooks.md.';
CREATE INDEX webhook_deliveries_by_age ON public.webhook_deliveries USING btree (created_at);
CREATE INDEX webhook_deliveries_by_document ON public.webhook_deliveries USING btree (document_id) WHERE (document_id IS NOT NULL);
CREATE INDEX webhook_deliveries_by_endpoint ON public.webhook_deliveries USING btree (endpoint_id, id);
CREATE INDEX webhook_deliveries_by_user ON public.webhook_deliveries USING btree (user_id, id);
CREATE INDEX webhook_deliveries_waiting ON public.webhook_deliveries USING btree (line, id) WHERE (state = 'waiting'::text);
alter table public.webhook_deliveries enable row level security;
grant select on table public.webhook_deliveries to authenticated;
grant select, update on table public.webhook_deliveries to service_role;

create table public.webhook_endpoints (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  url text not null,
  events text[] not null,
  description text default ''::text not null,
  enabled boolean default true not null,
  enabled_at timestamp with time zone default now() not null,
  disabled_at timestamp with time zone,
  disabled_reason jsonb,
  failures integer default 0 not null,
  failing_since timestamp with time zone,
  paused_until timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint disabled_webhooks_say_since_when CHECK ((enabled = (disabled_at IS NULL))),
  constraint enabled_webhooks_have_no_reason CHECK (((NOT enabled) OR (disabled_reason IS NULL))),
  constraint webhook_description_fits CHECK (((length(description) <= 200) AND (description !~ '[[:cntrl:]]'::text))),
  constraint webhook_endpoints_pkey PRIMARY KEY (id),
  constraint webhook_endpoints_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint webhook_events_are_known CHECK ((((cardinality(events) >= 1) AND (cardinality(events) <= 20)) AND (events <@ ARRAY['document.uploaded'::text, 'document.read'::text, 'document.completed'::text, 'document.extracted'::text, 'document.edited'::text, 'document.failed'::text, 'document.deleted'::text, 'document.trashed'::text, 'document.restored'::text, 'document.due_soon'::text]))),
  constraint webhook_failures_are_not_negative CHECK ((failures >= 0)),
  constraint webhook_url_is_an_address_of_the_web CHECK (((length(url) <= 2000) AND (url ~ '^https?://[^[:space:][:cntrl:]/?#@\\]+([/?#][^[:space:][:cntrl:]]*)?$'::text)))
);
comment on table public.webhook_endpoints is 'A user''s webhooks: each gets a signed message for each event of these types. Made by create_webhook; owners edit url, events, description and enabled, and delete rows, through the Data API. docs/webhooks.md.';
comment on column public.webhook_endpoints.url is 'Where messages are sent, by POST: https, without a name and password in it.';
comment on column public.webhook_endpoints.events is 'The types of events that it gets.';
comment on column public.webhook_endpoints.enabled is 'Whether messages are sent. False makes those wait that were not delivered, and new events make none; true again goes on where it stopped.';
comment on column public.webhook_endpoints.enabled_at is 'When it was enabled last, or its address changed: a message is tried for a day from then on at least.';
comment on column public.webhook_endpoints.disabled_at is 'When it was disabled; null while it is enabled.';
comment on column public.webhook_endpoints.disabled_reason is 'Why it was disabled: {code, message}. Null when its owner did that. Codes: docs/webhooks.md.';
comment on column public.webhook_endpoints.failures is 'Attempts in a row that failed, over all of its messages.';
comment on column public.webhook_endpoints.failing_since is 'When the first of them failed.';
comment on column public.webhook_endpoints.paused_until is 'No message is sent before: after five failures in a row it rests for half the time that it has failed, from ten seconds to an hour.';
CREATE INDEX webhook_endpoints_by_user ON public.webhook_endpoints USING btree (user_id, created_at);
alter table public.webhook_endpoints enable row level security;
grant delete, select on table public.webhook_endpoints to authenticated;
grant select, update on table public.webhook_endpoints to service_role;
grant update (url) on table public.webhook_endpoints to authenticated;
grant update (events) on table public.webhook_endpoints to authenticated;
grant update (description) on table public.webhook_endpoints to authenticated;
grant update (enabled) on table public.webhook_endpoints to authenticated;

-- Policies

create policy "a second factor was used where there is one" on private.account_erasures
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can ask to be erased" on private.account_erasures
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on private.api_token_secrets
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.api_token_secrets
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.compiled_rules
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.compiled_rules
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.currency_signs
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.currency_signs
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.document_clues
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.document_clues
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.due_told
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.due_told
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.event_consumers
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.event_consumers
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.handed_in
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.handed_in
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.jobs
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.jobs
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.link_addresses
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.link_addresses
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.link_secrets
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.link_secrets
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.mail_tokens
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.mail_tokens
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.mails
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.mails
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.model_calls
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own model calls" on private.model_calls
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on private.month_names
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.month_names
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.request_rates
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.request_rates
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.reservations
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own reservations" on private.reservations
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on private.rule_edits
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.rule_edits
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.settings
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the limits" on private.settings
  as permissive for select to authenticated
  using (true);

create policy "a second factor was used where there is one" on private.size_limits
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.size_limits
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.stages
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.stages
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.stored_bytes
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read how much they store" on private.stored_bytes
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on private.suspected_users
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.suspected_users
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.sweep_place
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.sweep_place
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.upload_invocations
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.upload_invocations
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on private.user_limits
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own limits" on private.user_limits
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on private.webhook_secrets
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "closed to users" on private.webhook_secrets
  as permissive for all to anon, authenticated
  using (false);

create policy "a second factor was used where there is one" on public.api_tokens
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own API tokens" on public.api_tokens
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.document_events
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the history of their own documents" on public.document_events
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.document_pages
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the pages of their own documents" on public.document_pages
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.document_parts
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the parts of their own documents" on public.document_parts
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.document_search
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can search their own documents" on public.document_search
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.documents
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can delete their own documents" on public.documents
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can edit their own documents" on public.documents
  as permissive for update to authenticated
  using (((user_id = ( SELECT auth.uid() AS uid)) AND (trashed_at IS NULL)))
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own documents" on public.documents
  as permissive for select to authenticated
  using (((user_id = ( SELECT auth.uid() AS uid)) AND (trashed_at IS NULL)));

create policy "a second factor was used where there is one" on public.extracted_values
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the values of their own documents" on public.extracted_values
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.extraction_hints
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can delete what their corrections of values taught" on public.extraction_hints
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read what their corrections of values taught" on public.extraction_hints
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.extraction_proposals
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the proposals for their own documents" on public.extraction_proposals
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.extraction_reviews
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own reviews" on public.extraction_reviews
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can review the extractions of their own documents" on public.extraction_reviews
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.extraction_runs
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the runs of their own extractions" on public.extraction_runs
  as permissive for select to authenticated
  using (((user_id = ( SELECT auth.uid() AS uid)) AND (EXISTS ( SELECT
   FROM public.extractions
  WHERE (extractions.id = extraction_runs.extraction_id)))));

create policy "a second factor was used where there is one" on public.extraction_schema_versions
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the versions of their own schemas" on public.extraction_schema_versions
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.extraction_schemas
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can change their own schemas" on public.extraction_schemas
  as permissive for update to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)))
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can delete their own schemas" on public.extraction_schemas
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can make schemas of their own" on public.extraction_schemas
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own schemas" on public.extraction_schemas
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.extractions
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the extractions of their own documents" on public.extractions
  as permissive for select to authenticated
  using (((user_id = ( SELECT auth.uid() AS uid)) AND (EXISTS ( SELECT
   FROM public.documents
  WHERE (documents.id = extractions.document_id)))));

create policy "a second factor was used where there is one" on public.inbox_addresses
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own inbox addresses" on public.inbox_addresses
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.learned_hints
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can delete what was learned of them" on public.learned_hints
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read what was learned of them" on public.learned_hints
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.metadata_runs
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the metadata runs of their own documents" on public.metadata_runs
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.ocr_results
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the text of their own documents" on public.ocr_results
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.preferences
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can change their own preferences" on public.preferences
  as permissive for update to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)))
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can forget their own preferences" on public.preferences
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own preferences" on public.preferences
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can set their own preferences" on public.preferences
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.refused_mails
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own refused mails" on public.refused_mails
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.retentions
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read what is kept of theirs" on public.retentions
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.rule_runs
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own rule runs" on public.rule_runs
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.rules
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can change their own rules" on public.rules
  as permissive for update to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)))
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can delete their own rules" on public.rules
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can make rules of their own" on public.rules
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own rules" on public.rules
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.saved_views
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can change their own views" on public.saved_views
  as permissive for update to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)))
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can delete their own views" on public.saved_views
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can keep views of their own" on public.saved_views
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own views" on public.saved_views
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.schema_applications
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can apply their own schemas" on public.schema_applications
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own applications" on public.schema_applications
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can stop their own applications" on public.schema_applications
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.share_links
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own share links" on public.share_links
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.tag_aliases
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can change their own aliases" on public.tag_aliases
  as permissive for update to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)))
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own aliases" on public.tag_aliases
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can remove their own aliases" on public.tag_aliases
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can set their own aliases" on public.tag_aliases
  as permissive for insert to authenticated
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.tags
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own tags" on public.tags
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.upload_links
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own upload links" on public.upload_links
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.usage_months
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read their own usage" on public.usage_months
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.webhook_deliveries
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the messages to their own webhooks" on public.webhook_deliveries
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on public.webhook_endpoints
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can delete their own webhooks" on public.webhook_endpoints
  as permissive for delete to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can edit their own webhooks" on public.webhook_endpoints
  as permissive for update to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)))
  with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy "users can read their own webhooks" on public.webhook_endpoints
  as permissive for select to authenticated
  using ((user_id = ( SELECT auth.uid() AS uid)));

create policy "a second factor was used where there is one" on storage.objects
  as restrictive for all to authenticated
  using (( SELECT private.is_assured() AS is_assured));

create policy "users can read the files of their own documents" on storage.objects
  as permissive for select to authenticated
  using (((bucket_id = ANY (ARRAY['documents'::text, 'thumbnails'::text])) AND ((storage.foldername(name))[1] = (( SELECT auth.uid() AS uid))::text)));

-- Triggers

CREATE TRIGGER on_account_erasures_asked AFTER INSERT ON private.account_erasures FOR EACH ROW EXECUTE FUNCTION private.erase_account();
CREATE TRIGGER jobs_touch_updated_at BEFORE UPDATE ON private.jobs FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
CREATE TRIGGER on_jobs_dead_fail_extractions AFTER UPDATE OF state ON private.jobs FOR EACH ROW WHEN (((new.state = 'dead'::private.job_state) AND ((new.stage)::text = 'extract'::text))) EXECUTE FUNCTION private.fail_extractions();
CREATE TRIGGER on_model_calls_of_erased_users BEFORE UPDATE OF user_id ON private.model_calls FOR EACH ROW WHEN ((new.user_id IS NULL)) EXECUTE FUNCTION private.forget_model_call();
CREATE TRIGGER on_webhook_secrets_deleted AFTER DELETE ON private.webhook_secrets FOR EACH ROW EXECUTE FUNCTION private.forget_webhook_secret();
CREATE CONSTRAINT TRIGGER on_document_events_recorded AFTER INSERT ON public.document_events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind <> ALL (ARRAY['progress'::text, 'tool'::text]))) EXECUTE FUNCTION private.publish_event();
CREATE TRIGGER "Parts_of_others_on_documents_deleted" AFTER DELETE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.hand_over_shared_parts();
CREATE TRIGGER documents_admit_edit BEFORE DELETE OR UPDATE ON public.documents FOR EACH STATEMENT WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.admit_edit();
CREATE TRIGGER documents_count_edit BEFORE DELETE OR UPDATE ON public.documents FOR EACH ROW WHEN ((current_setting('docket.rows_changed'::text, true) <> ''::text)) EXECUTE FUNCTION private.count_edit('1');
CREATE TRIGGER documents_count_tags_of_changed AFTER UPDATE ON public.documents REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION private.count_tags_of_changed();
CREATE TRIGGER documents_count_tags_of_deleted AFTER DELETE ON public.documents REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION private.count_tags_of_deleted();
CREATE TRIGGER documents_count_tags_of_new AFTER INSERT ON public.documents REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION private.count_tags_of_new();
CREATE TRIGGER documents_guard_status BEFORE UPDATE OF status ON public.documents FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_document_status();
CREATE TRIGGER documents_refuse_deleting_kept BEFORE DELETE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.refuse_kept();
CREATE TRIGGER documents_refuse_trashing_kept BEFORE UPDATE OF trashed_at ON public.documents FOR EACH ROW WHEN (((old.trashed_at IS NULL) AND (new.trashed_at IS NOT NULL))) EXECUTE FUNCTION private.refuse_kept();
CREATE TRIGGER documents_touch_updated_at BEFORE UPDATE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
CREATE TRIGGER on_documents_admitted AFTER INSERT ON public.documents REFERENCING NEW TABLE AS admitted FOR EACH STATEMENT EXECUTE FUNCTION private.reserve();
CREATE TRIGGER on_documents_change_usage AFTER UPDATE OF status, page_count, byte_size ON public.documents FOR EACH ROW WHEN (((new.byte_size <> old.byte_size) OR (new.page_count IS DISTINCT FROM old.page_count) OR ((new.status <> old.status) AND ((new.status = ANY (ARRAY['uploading'::public.document_status, 'processing'::public.document_status])) OR (old.status = ANY (ARRAY['uploading'::public.document_status, 'processing'::public.document_status])))))) EXECUTE FUNCTION private.change_usage();
CREATE TRIGGER on_documents_deleted AFTER DELETE ON public.documents REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION private.erase_deleted_documents();
CREATE TRIGGER on_documents_described_or_read AFTER UPDATE OF display_name, tags, summary, correspondent, document_type, language, note, status ON public.documents FOR EACH ROW WHEN (((((((((old.display_name IS DISTINCT FROM new.display_name) OR (old.tags IS DISTINCT FROM new.tags)) OR (old.summary IS DISTINCT FROM new.summary)) OR (old.correspondent IS DISTINCT FROM new.correspondent)) OR (old.document_type IS DISTINCT FROM new.document_type)) OR (old.language IS DISTINCT FROM new.language)) OR (old.note IS DISTINCT FROM new.note)) OR ((old.status IS DISTINCT FROM new.status) AND (new.status = 'ocr_complete'::public.document_status)))) EXECUTE FUNCTION private.index_document();
CREATE TRIGGER on_documents_edited_by_people BEFORE UPDATE ON public.documents FOR EACH ROW WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.lock_edited_fields();
CREATE TRIGGER on_documents_file_rejected AFTER UPDATE OF status ON public.documents FOR EACH ROW WHEN (((new.status = 'failed'::public.document_status) AND (((new.error ->> 'stage'::text) = 'upload'::text) OR ((new.error ->> 'code'::text) = 'file_differs'::text)))) EXECUTE FUNCTION private.erase_rejected_file();
CREATE TRIGGER on_documents_handed_in_completed BEFORE UPDATE OF status ON public.documents FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = 'completed'::public.document_status))) EXECUTE FUNCTION private.tag_handed_in();
CREATE TRIGGER on_documents_made AFTER INSERT ON public.documents FOR EACH ROW EXECUTE FUNCTION private.index_document();
CREATE TRIGGER on_documents_mailed_completed BEFORE UPDATE OF status ON public.documents FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = 'completed'::public.document_status))) EXECUTE FUNCTION private.tag_mails();
CREATE TRIGGER on_documents_ocr_complete AFTER UPDATE ON public.documents FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = 'ocr_complete'::public.document_status))) EXECUTE FUNCTION private.request_metadata();
CREATE TRIGGER on_documents_request_extraction AFTER UPDATE OF status ON public.documents FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = 'completed'::public.document_status))) EXECUTE FUNCTION private.request_extractions();
CREATE TRIGGER extraction_reviews_apply BEFORE INSERT ON public.extraction_reviews FOR EACH ROW EXECUTE FUNCTION private.apply_review();
CREATE TRIGGER extraction_schemas_are_checked BEFORE INSERT OR UPDATE ON public.extraction_schemas FOR EACH ROW EXECUTE FUNCTION private.check_schema();
CREATE TRIGGER extraction_schemas_keep_versions AFTER INSERT OR UPDATE ON public.extraction_schemas FOR EACH ROW EXECUTE FUNCTION private.keep_schema_version();
CREATE TRIGGER extraction_schemas_touch_updated_at BEFORE UPDATE ON public.extraction_schemas FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
CREATE TRIGGER extractions_touch_updated_at BEFORE UPDATE ON public.extractions FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
CREATE TRIGGER on_extractions_settled AFTER UPDATE OF status ON public.extractions FOR EACH ROW WHEN (((new.status = ANY (ARRAY['completed'::text, 'needs_review'::text])) AND (old.status IS DISTINCT FROM new.status))) EXECUTE FUNCTION private.rule_extracted();
CREATE TRIGGER on_inbox_addresses_deleted AFTER DELETE ON public.inbox_addresses FOR EACH ROW EXECUTE FUNCTION private.forget_link_secret();
CREATE TRIGGER learned_hints_admit_edit BEFORE DELETE ON public.learned_hints FOR EACH STATEMENT WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.admit_edit();
CREATE TRIGGER preferences_admit_edit BEFORE INSERT OR DELETE OR UPDATE ON public.preferences FOR EACH STATEMENT WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.admit_edit();
CREATE TRIGGER rule_runs_touch_updated_at BEFORE UPDATE ON public.rule_runs FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
CREATE TRIGGER on_rules_written AFTER INSERT OR UPDATE ON public.rules FOR EACH ROW EXECUTE FUNCTION private.keep_compiled_rule();
CREATE TRIGGER rules_admit_edit BEFORE INSERT OR DELETE OR UPDATE ON public.rules FOR EACH STATEMENT WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.admit_edit();
CREATE TRIGGER rules_are_checked BEFORE INSERT OR UPDATE ON public.rules FOR EACH ROW EXECUTE FUNCTION private.check_rule();
CREATE TRIGGER rules_touch_updated_at BEFORE UPDATE ON public.rules FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
CREATE TRIGGER saved_views_admit_edit BEFORE INSERT OR DELETE OR UPDATE ON public.saved_views FOR EACH STATEMENT WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.admit_edit();
CREATE TRIGGER saved_views_are_few BEFORE INSERT ON public.saved_views FOR EACH ROW EXECUTE FUNCTION private.limit_saved_views();
CREATE TRIGGER schema_applications_begin BEFORE INSERT ON public.schema_applications FOR EACH ROW EXECUTE FUNCTION private.begin_application();
CREATE TRIGGER schema_applications_stop AFTER DELETE ON public.schema_applications FOR EACH ROW EXECUTE FUNCTION private.stop_application();
CREATE TRIGGER on_share_links_deleted AFTER DELETE ON public.share_links FOR EACH ROW EXECUTE FUNCTION private.forget_link_secret();
CREATE TRIGGER on_tag_aliases_changed_all AFTER UPDATE ON public.tag_aliases REFERENCING NEW TABLE AS changed_aliases FOR EACH STATEMENT WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION private.begin_renaming();
CREATE TRIGGER on_tag_aliases_set AFTER INSERT OR UPDATE OF user_id, alias, tag ON public.tag_aliases FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION private.chain_aliases();
CREATE TRIGGER on_tag_aliases_set_all AFTER INSERT ON public.tag_aliases REFERENCING NEW TABLE AS changed_aliases FOR EACH STATEMENT WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION private.begin_renaming();
CREATE TRIGGER tag_aliases_admit_edit BEFORE INSERT OR DELETE OR UPDATE ON public.tag_aliases FOR EACH STATEMENT WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.admit_edit();
CREATE TRIGGER tag_aliases_count_edit BEFORE INSERT OR UPDATE OF user_id, alias, tag ON public.tag_aliases FOR EACH ROW WHEN (((current_setting('docket.rows_changed'::text, true) <> ''::text) AND (pg_trigger_depth() = 0))) EXECUTE FUNCTION private.count_edit('10');
CREATE TRIGGER tag_aliases_form BEFORE INSERT OR UPDATE OF user_id, alias, tag ON public.tag_aliases FOR EACH ROW EXECUTE FUNCTION private.form_alias();
CREATE TRIGGER on_upload_links_deleted AFTER DELETE ON public.upload_links FOR EACH ROW EXECUTE FUNCTION private.forget_link_secret();
CREATE TRIGGER on_webhook_endpoints_changed BEFORE UPDATE OF url, enabled ON public.webhook_endpoints FOR EACH ROW WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.change_webhook();
CREATE TRIGGER webhook_endpoints_admit_edit BEFORE DELETE OR UPDATE ON public.webhook_endpoints FOR EACH STATEMENT WHEN ((CURRENT_USER = 'authenticated'::name)) EXECUTE FUNCTION private.admit_edit();
CREATE TRIGGER webhook_endpoints_touch_updated_at BEFORE UPDATE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
CREATE TRIGGER on_document_files_deleted BEFORE DELETE ON storage.objects FOR EACH ROW WHEN ((old.bucket_id = 'documents'::text)) EXECUTE FUNCTION private.refuse_kept_file();
CREATE TRIGGER on_document_files_stored AFTER INSERT OR UPDATE OF version, name, bucket_id ON storage.objects FOR EACH ROW WHEN (((new.bucket_id = 'documents'::text) AND (new.version IS NOT NULL))) EXECUTE FUNCTION private.finish_stored_upload();

-- Realtime's publication

alter publication supabase_realtime add table public.document_events;
alter publication supabase_realtime add table public.documents;
alter publication supabase_realtime add table public.extractions;

-- Schedules

select cron.schedule('docket-due', '*/10 * * * *', 'select private.tell_due()');
select cron.schedule('docket-erase-accounts', '10 seconds', 'select private.erase_accounts()');
select cron.schedule('docket-expire', '*/10 * * * *', 'select private.expire_documents()');
select cron.schedule('docket-extractions', '10 seconds', 'select private.queue_extractions()');
select cron.schedule('docket-model-calls', '* * * * *', 'select private.lose_model_calls()');
select cron.schedule('docket-prune', '17 * * * *', 'select private.prune()');
select cron.schedule('docket-prune-inbox-addresses', '53 * * * *', 'select private.prune_inbox_addresses()');
select cron.schedule('docket-prune-rules', '57 * * * *', 'select private.prune_rule_runs()');
select cron.schedule('docket-prune-share-links', '37 * * * *', 'select private.prune_share_links()');
select cron.schedule('docket-prune-upload-links', '47 * * * *', 'select private.prune_upload_links()');
select cron.schedule('docket-prune-webhooks', '27 * * * *', 'select private.prune_webhooks()');
select cron.schedule('docket-rename', '10 seconds', 'select private.rename_tags()');
select cron.schedule('docket-rules', '10 seconds', 'select private.continue_rule_runs()');
select cron.schedule('docket-strays', '43 * * * *', 'select private.erase_strays()');
select cron.schedule('docket-sweep', '10 seconds', 'select private.sweep_jobs()');
select cron.schedule('docket-webhooks', '10 seconds', 'select private.queue_webhooks()');

-- Buckets

-- bucket documents: public f, at most 20971520 bytes, of the types {application/pdf,image/jpeg,image/png,image/webp,image/heic,image/tiff,image/gif,image/bmp,application/vnd.openxmlformats-officedocument.wordprocessingml.document,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/vnd.openxmlformats-officedocument.presentationml.presentation,application/vnd.oasis.opendocument.text,application/vnd.oasis.opendocument.spreadsheet,application/rtf,text/plain,text/markdown,text/csv,text/html,message/rfc822,application/vnd.ms-outlook,application/ms-tnef,application/pkcs7-mime,application/zip}
-- bucket thumbnails: public f, at most 262144 bytes, of the types {image/webp}

-- Functions

CREATE OR REPLACE FUNCTION private.add_to_tags(counts private.tag_count[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.add_to_tags(private.tag_count[]) is 'Adds up what a statement changed, and writes it in the order of the key, so that two statements do not wait for each other in a circle.';

CREATE OR REPLACE FUNCTION private.add_webhook_secret(endpoint public.webhook_endpoints)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- 244 random bits as the 32 bytes that Standard Webhooks asks for.
  secret constant text := 'whsec_'
    || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64');
begin
  insert into private.webhook_secrets (secret_id, endpoint_id, user_id)
  values (vault.create_secret(secret, null, 'Signs the webhook ' || endpoint.id), endpoint.id, endpoint.user_id);
  return secret;
end
$function$;
comment on function private.add_webhook_secret(public.webhook_endpoints) is 'Makes a secret for a webhook, in Vault, and returns it: whsec_ and 32 bytes in base64.';

CREATE OR REPLACE FUNCTION private.address_of_host(host text)
 RETURNS inet
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  parts constant text[] := string_to_array(rtrim(host, '.'), '.');
  count constant integer := cardinality(parts);
  base integer;
  digits text;
  part numeric;
  sum numeric := 0;
begin
  if host like '[%' then
    return substring(host from '^\[([0-9a-f:.]*)\]$')::inet;
  elsif parts[count] !~ '^(0x[0-9a-f]*|[0-9]+)$' then
    return null;
  end if;
  for place in 1 .. least(count, 5) loop
    base := case when parts[place] like '0x%' then 16 when parts[place] like '0%' then 8 else 10 end;
    digits := ltrim(substr(parts[place], case base when 16 then 3 else 1 end), '0');
    if count > 4 or parts[place] !~ '^(0x[0-9a-f]*|0[0-7]*|[1-9][0-9]*)$' or length(digits) > 11 then
      raise invalid_text_representation;
    end if;
    select coalesce(sum((strpos('0123456789abcdef', substr(digits, n, 1)) - 1) * power(base::numeric,
      length(digits) - n)), 0) into part
    from generate_series(1, length(digits)) as n;
    -- The last one is all bytes that are left.
    if part >= power(256::numeric, case when place = count then 5 - count else 1 end) then
      raise invalid_text_representation;
    end if;
    sum := sum + part * power(256::numeric, case when place = count then 0 else 4 - place end);
  end loop;
  return '0.0.0.0'::inet + sum::bigint;
exception
  when invalid_text_representation then
    return null;
end
$function$;
comment on function private.address_of_host(text) is 'The address that the host of a URL is, in lower case, as browsers read one (https://url.spec.whatwg.org/#concept-host-parser): 127.1, 0x7f000001 and 2130706433 are 127.0.0.1. Null for a name, and for what is neither.';

CREATE OR REPLACE FUNCTION private.admission(document public.documents, duplicate boolean)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'document_id', (document).id, 'storage_path', (document).storage_path, 'filename', (document).filename,
    'status', (document).status, 'admitted_at', (document).updated_at, 'duplicate', duplicate)
$function$;
comment on function private.admission(public.documents,boolean) is 'The answer of admit_upload.';
grant execute on function private.admission(public.documents,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.admit_api_token(token_sha256 text, scope text)
 RETURNS public.api_tokens
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  token public.api_tokens;
  allowed constant integer := (select settings.requests_per_minute_and_token from private.settings);
  full_at timestamptz;
begin
  select api_tokens.* into token from private.api_token_secrets as secrets
    join public.api_tokens on api_tokens.id = secrets.token_id
  where secrets.token_sha256 = decode(admit_api_token.token_sha256, 'hex');
  if token.id is null then
    perform private.refuse(401, 'token_unknown', 'There is no such API token. Make a new one.');
  elsif token.revoked_at is not null then
    perform private.refuse(401, 'token_revoked', 'This API token was revoked. Make a new one.');
  elsif token.expires_at <= now() then
    perform private.refuse(401, 'token_expired', 'This API token has expired. Make a new one.');
  elsif scope <> all (token.scopes) then
    perform private.refuse(403, 'scope_missing',
      format('This API token lacks the scope %s. Make one that has it.', scope));
  end if;
  if allowed is not null then
    update private.api_token_secrets as secrets
    set full_at = greatest(secrets.full_at, clock_timestamp()) + interval '1 minute' / allowed
    where secrets.token_id = token.id returning secrets.full_at into full_at;
    if full_at > clock_timestamp() + interval '1 minute' then
      perform private.refuse_until(429, 'too_many_requests',
        format('More than %s requests with this API token in a minute. Send the next ones more slowly.', allowed),
          full_at - interval '1 minute');
    end if;
  end if;
  -- To the minute: most requests write no row of a table that users read.
  update public.api_tokens set last_used_at = now()
  where id = token.id and (last_used_at is null or last_used_at < now() - interval '1 minute');
  return token;
end
$function$;
comment on function private.admit_api_token(text,text) is 'The token with a SHA-256 (hexadecimal), for a request that wants a scope; null wants none. Counts the request in the token''s rate. Errors: token_unknown, token_revoked, token_expired (401), scope_missing (403), too_many_requests (429).';
grant execute on function private.admit_api_token(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.admit_edit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Before any row is locked, as every request has it. An upsert is an insert and an update, and one request.
  if coalesce(current_setting('docket.rows_changed', true), '') = '' then
    perform set_config('docket.rows_changed', '0', true);
    perform private.admit_request((select auth.uid()));
  end if;
  return null;
end
$function$;
comment on function private.admit_edit() is 'Trigger: a statement of a user that changes something counts in the request rate, once a transaction. Errors: too_many_requests (429).';

CREATE OR REPLACE FUNCTION private.admit_file(document public.documents, owner uuid, filename text, mime_type text, byte_size bigint, content_sha256 text)
 RETURNS public.documents
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.admit_file(public.documents,uuid,text,text,bigint,text) is 'What private.lock_document_with found takes up its file again if it lacks it, and stays what it is otherwise; a new row when it found none. The file is to be stored when the row is uploading.';
grant execute on function private.admit_file(public.documents,uuid,text,text,bigint,text) to service_role;

CREATE OR REPLACE FUNCTION private.admit_request(owner uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  allowed integer := (
    select coalesce((select user_limits.requests_per_minute from private.user_limits where user_id = owner),
      requests_per_minute)
    from private.settings);
  each constant interval := coalesce(interval '1 minute' / allowed, '0');
  rate private.request_rates;
begin
  if owner is null then
    return;
  end if;
  begin
    -- Without a rate, too: it is this lock that keeps two requests of a user from a deadlock over many documents.
    insert into private.request_rates as rates (user_id, full_at)
    values (owner, clock_timestamp() + each)
    on conflict (user_id) do update set full_at = greatest(rates.full_at, clock_timestamp()) + each
    returning * into rate;
  exception when foreign_key_violation then
    -- An access token is good for a while after its account was erased.
    perform private.refuse(401, 'unauthorized', 'This account is no longer there. Sign in with another one.');
  end;
  if allowed is not null and rate.full_at > clock_timestamp() + interval '1 minute' then
    perform private.refuse_until(429, 'too_many_requests',
      format('More than %s requests in a minute. Send the next ones more slowly.', allowed),
        rate.full_at - interval '1 minute');
  end if;
end
$function$;
comment on function private.admit_request(uuid) is 'Counts a request of a user, and refuses it above the rate. What is undone with a refused one is counted by count_refusal. The row is locked before any other of the user''s. One time stamp holds the whole state (generic cell rate algorithm, ITU-T I.371). Errors: too_many_requests (429).';
grant execute on function private.admit_request(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.allowed_in_flight(stage private.stages)
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return floor(least(stage.in_flight_limit, coalesce(stage.throttled_to, stage.in_flight_limit)));
end
$function$;
comment on function private.allowed_in_flight(private.stages) is 'How many jobs of the stage may be out now, beside a suspect.';
grant execute on function private.allowed_in_flight(private.stages) to service_role;

CREATE OR REPLACE FUNCTION private.amounts_in(words text)
 RETURNS SETOF numeric
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  with plain_form (words) as (
    select private.plain_digits(amounts_in.words)
  ), written (number) as (
    select found[1] from plain_form,
      regexp_matches(plain_form.words, '(?<![\d.,])(\d{1,15}(?:[.,'']\d{1,6}){0,5})(?!\d| \d{3}(?!\d))', 'g') as found
    union all
    -- 1 234,50: a space parts the thousands, or two numbers
    select replace(found[1], ' ', '') from plain_form,
      regexp_matches(plain_form.words, '(?<![\d.,])(\d{1,3}(?: \d{3}){1,4}(?:[.,]\d{1,2})?)(?!\d)', 'g') as found
    union all
    -- 1,087-20: pence behind a dash
    select regexp_replace(found[1], '[.,]', '', 'g') || '.' || found[2]
      from plain_form, regexp_matches(plain_form.words,
        '(?<![\d.,:/-])(\d{1,3}(?:[.,]?\d{3}){0,2})-(\d\d)(?![\d.,:/-])', 'g') as found
    union all
    -- 45 .3o: an amount that was torn, or holds letters for digits
    select translate(found[1] || '.' || found[2], 'oilsbz', '011582')
      from plain_form, regexp_matches(plain_form.words,
        '(?<![[:alnum:].,:''])([\doilsbz]{1,6}) ?[.,] ?([\doilsbz]{2})(?![[:alnum:]]|[.,]\d)', 'g') as found
      where regexp_count(found[1] || found[2], '\d') >= 2
  ), parts as (
    select number, substring(number from '[.,](\d+)$') as last_digits, regexp_count(number, '[.,'']') as separators
      from written
  )
  -- One or two digits after the last separator are a fraction, as are four and more after an only one: 12.03.2026 is
  -- none.
  select (regexp_replace(left(number, -length(last_digits) - 1), '[.,'']', '', 'g') || '.' || last_digits)::numeric
    from parts where length(last_digits) <= 2 or (last_digits is not null and separators = 1)
      or number ~ '^\d{1,3}(,\d{3})+\.\d{3}$'
  -- Three are thousands, or else.
  union select regexp_replace(number, '[.,'']', '', 'g')::numeric from parts where last_digits is null
    or length(last_digits) = 3
$function$;
comment on function private.amounts_in(text) is 'The amounts that words name, without their signs and currencies: with a decimal point or comma, and thousands parted by point, comma, apostrophe or space. 1.234 is both of its readings; 45 .3o is 45.30, 1,087-20 is 1087.20.';
grant execute on function private.amounts_in(text) to service_role;

CREATE OR REPLACE FUNCTION private.announcement_is_live(document_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from public.documents join private.reservations on reservations.document_id = documents.id
    where documents.id = announcement_is_live.document_id and documents.status = 'uploading' and reservations.open)
$function$;
comment on function private.announcement_is_live(uuid) is 'Whether a file is expected for a document: its upload is admitted, has its place in the month, and was not given up.';
grant execute on function private.announcement_is_live(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.apply_review()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.apply_review() is 'Trigger: what a person says of a value is written, locked and recorded, its place is learned, and the equations and the status follow. Errors: not_found (404), not_allowed_now (409), invalid_request (400) naming the field.';

CREATE OR REPLACE FUNCTION private.are_texts(list jsonb, longest integer)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_typeof(list) = 'array' and jsonb_array_length(list) between 1 and 50 and (
    select bool_and(jsonb_typeof(one) = 'string' and one #>> '{}' ~ '\S' and one #>> '{}' !~ '[[:cntrl:]]'
      and length(one #>> '{}') <= longest)
    from jsonb_array_elements(list) as one), false)
$function$;
comment on function private.are_texts(jsonb,integer) is 'Whether it is a list of 1 to 50 texts of one line.';

CREATE OR REPLACE FUNCTION private.assignments(fields text[], row_name text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select string_agg(format('%1$I = %2$s.%1$I', listed.field, row_name), ', ' order by listed.place)
  from private.metadata_fields() as listed where listed.field = any (assignments.fields)
$function$;
comment on function private.assignments(text[],text) is 'The fields as the "set" of an update takes them, each from the same column of a row. Only names of the list.';
grant execute on function private.assignments(text[],text) to service_role;

CREATE OR REPLACE FUNCTION private.begin_application()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.begin_application() is 'Trigger: queues the extractions, 10,000 at most. private.queue_extractions gives them their jobs, so that they come behind what is new. Errors: not_found (404).';

CREATE OR REPLACE FUNCTION private.begin_job(due private.jobs, lease uuid DEFAULT gen_random_uuid(), worker uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.lease_job(due, begin_job.lease, begin_job.worker);
  stage private.stages := private.stage_named(job.stage);
  document public.documents;
begin
  select * into document from public.documents where id = job.document_id;
  if document.status = stage.waits_as then
    document := private.set_document_status(document.id, stage.runs_as);
  end if;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'started', format('%s started.', stage.label),
      jsonb_build_object('attempt', job.attempts));
  end if;
  return private.claim_of(job, document);
end
$function$;
comment on function private.begin_job(private.jobs,uuid,uuid) is 'Gives a due job, locked with its document, to a worker: the lease, the status, the event. Returns what private.claim_of does.';
grant execute on function private.begin_job(private.jobs,uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.begin_renaming()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner uuid;
begin
  for owner in select distinct user_id from changed_aliases where renaming order by user_id loop
    perform private.rename_some(owner, 200);
  end loop;
  return null;
end
$function$;
comment on function private.begin_renaming() is 'Trigger: the first 200 documents of a statement''s aliases are renamed at once. private.rename_tags goes on with the others.';

CREATE OR REPLACE FUNCTION private.begin_rule_run(rule_ids uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  wanted constant uuid[] := array(select distinct unnest(rule_ids));
  made public.rule_runs;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to apply rules.');
  end if;
  perform private.admit_request(owner);
  if rule_ids is not null and cardinality(wanted) > 100 then
    perform private.refuse(400, 'invalid_request', 'At most 100 rules are applied.');
  end if;
  if rule_ids is not null and (wanted = '{}' or cardinality(private.rules_of(owner, wanted)) <> cardinality(wanted))
    then
    perform private.refuse(404, 'not_found', 'There is no such rule, or it is not yours.');
  end if;
  begin
    insert into public.rule_runs (user_id, rule_ids) values (owner, case when rule_ids is not null then wanted end)
      returning * into made;
  exception when unique_violation then
    perform private.refuse(409, 'not_allowed_now',
      'Rules are being applied, or undone. Wait until that ends, or stop it.');
  end;
  return to_jsonb(made) - array['user_id', 'place'];
end
$function$;
comment on function private.begin_rule_run(uuid[]) is 'See public.apply_rules.';
grant execute on function private.begin_rule_run(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION private.begin_run(extraction public.extractions, instruction text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  most constant integer := 10;
begin
  if (extraction).status in ('queued', 'running') then
    update public.extraction_runs set instruction = begin_run.instruction where extraction_id = (extraction).id
      and saved_at is null;
    return;
  end if;
  delete from public.extraction_runs where extraction_id = (extraction).id and (saved_at is null or id not in (
    select id from public.extraction_runs where extraction_id = (extraction).id order by id desc limit most - 1));
  if (extraction).engine is not null then
    insert into public.extraction_runs (extraction_id, user_id, instruction, previous)
    values ((extraction).id, (extraction).user_id, begin_run.instruction, private.result_of(extraction));
  end if;
end
$function$;
comment on function private.begin_run(public.extractions,text) is 'Keeps what an extraction found before its owner has it done again.';
grant execute on function private.begin_run(public.extractions,text) to service_role;

CREATE OR REPLACE FUNCTION private.bring_back(chosen_ids uuid[], owner uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  restored public.documents[];
  document public.documents;
begin
  with recursive chosen (id, trashed_at) as (
    select id, trashed_at from public.documents where id = any (chosen_ids) and user_id = owner
      and trashed_at is not null
    union
    -- What went along with it comes back with it.
    select part.id, part.trashed_at from chosen join public.documents as part on part.parent_id = chosen.id
      and part.trashed_at = chosen.trashed_at
  ), back as (
    update public.documents set trashed_at = null,
      -- A part whose mail stays in the trash must not be deleted with it.
      parent_id = (select parent.id from public.documents as parent
        where parent.id = documents.parent_id and (parent.trashed_at is null or parent.id in (select id from chosen)))
    where id in (select id from chosen) returning documents.*
  )
  select array_agg(row(back.*)::public.documents) into restored from back;
  foreach document in array coalesce(restored, '{}') loop
    perform private.record_event(document, 'edit', 'restored', 'Taken out of the trash.');
  end loop;
  return coalesce(cardinality(restored), 0);
end
$function$;
comment on function private.bring_back(uuid[],uuid) is 'Takes documents of a user out of the trash, with the parts that went along. Returns how many came back.';
grant execute on function private.bring_back(uuid[],uuid) to service_role;

CREATE OR REPLACE FUNCTION private.calendar_day(year text, month text, day text)
 RETURNS date
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return make_date(year::integer, month::integer, day::integer);
exception when others then
  return null;
end
$function$;
comment on function private.calendar_day(text,text,text) is 'A day of the calendar; null for one that is none.';

CREATE OR REPLACE FUNCTION private.caller()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.is_assured() then
    perform private.refuse(403, 'second_factor_required', 'Sign in with the code of your authenticator app, too.');
  end if;
  return (select auth.uid());
end
$function$;
comment on function private.caller() is 'The signed-in user, for functions with rights of their own, which row level security does not stop; null for nobody. Errors: second_factor_required (403).';

CREATE OR REPLACE FUNCTION private.came_by(document_id uuid, sources jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.documents
    where id = came_by.document_id and user_id = private.caller()
      and to_jsonb(private.source_of(documents)) <@ sources);
end
$function$;
comment on function private.came_by(uuid,jsonb) is 'Whether a document of the caller came in one of these ways; see private.source_of.';
grant execute on function private.came_by(uuid,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.cell_test(alias text, field jsonb, name text, op text, value text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  counted constant boolean := field ->> 'type' in ('number', 'integer', 'object');
  money constant text[] := regexp_match(value, '^\s*(-?\d{1,15}(?:\.\d{1,6})?)?\s*([A-Za-z]{3})?\s*$');
begin
  if op is null or op not in ('=', '!=', '<', '<=', '>', '>=', '~') or (op = '~' and counted) then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters: %s: the comparison is =, !=, <, <=, >, >=, of a text also ~ (has these words); or present, missing.', left(name, 90));
  end if;
  if value is null or (counted and (money is null or coalesce(money[1], money[2]) is null
    or (money[2] is not null and (field ->> 'type' <> 'object' or money[1] is null and op not in ('=', '!='))))) then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters: %s: this is not what it can be compared with. Give a number such as 99.50, for money also with its currency: 99.50 EUR.', left(name, 90));
  end if;
  if counted then
    return concat_ws(' and ', case
      when money[1] is not null then format('%I.number_value %s %L::numeric', alias, replace(op, '!=', '<>'),
      money[1]) end,
      case when money[2] is not null
        then format('%I.currency %s %L', alias, case when money[1] is null then replace(op, '!=', '<>') else '=' end,
        upper(money[2])) end);
  end if;
  if op = '~' then
    return format('private.folded_text(%I.text_value) like %L', alias, private.part_pattern(left(value, 300)));
  end if;
  return format('%I.text_value %s %L', alias, replace(op, '!=', '<>'), left(value, 300));
end
$function$;
comment on function private.cell_test(text,jsonb,text,text,text) is 'The condition on a row of extracted_values, called by an alias, that a comparison is. Numbers and money are compared as numbers ("99.50", "99.50 EUR", "EUR"), dates and texts as texts. Errors: invalid_request (400) naming the field.';

CREATE OR REPLACE FUNCTION private.chain_aliases()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.tag_aliases where user_id = new.user_id and alias = new.tag;
  update public.tag_aliases set tag = new.tag where user_id = new.user_id and tag = new.alias and alias <> new.tag;
  update public.preferences
    set tag_colors = jsonb_build_object(new.tag, tag_colors -> new.alias) || (tag_colors - new.alias)
    where user_id = new.user_id and tag_colors ? new.alias;
  return null;
end
$function$;
comment on function private.chain_aliases() is 'Trigger: the tag of a new alias is no alias any more, and what was an alias of the old tag is one of the new. The color of the old tag goes to the new one, unless that has its own.';

CREATE OR REPLACE FUNCTION private.change_retention_own(document_id uuid, changes jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  document constant public.documents := private.own_document(change_retention_own.document_id);
  before public.retentions;
  hold boolean;
  until date;
begin
  select * into before from public.retentions as kept where kept.document_id = document.id;
  before.held := coalesce(before.held, false);
  hold := case when changes ? 'held' then coalesce((changes ->> 'held')::boolean, false) else before.held end;
  until := case when changes ? 'keep_until' then (changes ->> 'keep_until')::date else before.keep_until end;
  if changes ? 'keep_until' and (until <= current_date or until > current_date + interval '100 years') then
    perform private.refuse(400, 'invalid_request',
      'keep_until is a day after today, at most 100 years from now, or null.');
  end if;
  if hold = before.held and until is not distinct from before.keep_until then
    return;
  end if;

  if hold or until is not null then
    insert into public.retentions as kept (document_id, user_id, keep_until, held)
    values (document.id, document.user_id, until, hold)
    on conflict on constraint retentions_pkey do update set keep_until = excluded.keep_until, held = excluded.held;
  else
    delete from public.retentions as kept where kept.document_id = document.id;
  end if;
  perform private.record_event(document, 'edit',
    case when hold < before.held or coalesce(until < before.keep_until, before.keep_until is not null) then 'released'
      else 'held' end,
    case when hold and until is not null then format('Held, and kept until %s.', until)
      when hold then 'Held: it cannot be deleted.'
      when until is not null then format('Kept until %s.', until)
      else 'Released: it can be deleted.' end,
    jsonb_build_object('held', hold, 'keep_until', until, 'before',
      jsonb_build_object('held', before.held, 'keep_until', before.keep_until)));
end
$function$;
comment on function private.change_retention_own(uuid,jsonb) is 'Changes {held, keep_until} of a document of the signed-in user, or one of them; its history says so: released where anything was lifted, else held. Errors: invalid_request (400), not_found (404), too_many_requests (429).';
grant execute on function private.change_retention_own(uuid,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.change_usage()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.byte_size <> old.byte_size then
    update private.stored_bytes set bytes = bytes + new.byte_size - old.byte_size where user_id = new.user_id;
  end if;
  if new.page_count > 1 and new.page_count is distinct from old.page_count then
    perform private.reserve_pages(new);
  end if;
  if old.status = 'failed' and new.status in ('uploading', 'processing') then
    perform private.reserve_again(new);
  elsif old.status in ('uploading', 'processing') and new.status = 'failed' then
    perform private.give_back(new);
  end if;
  return null;
end
$function$;
comment on function private.change_usage() is 'Trigger: what a document takes follows its size, its pages, and whether it is under way. Errors: monthly_limit_reached (402).';

CREATE OR REPLACE FUNCTION private.change_webhook()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.url <> old.url then
    perform private.check_webhook_url(new.url);
  end if;
  if old.enabled and not new.enabled then
    new.disabled_at := now();
  elsif new.enabled and (not old.enabled or new.url <> old.url) then
    new.enabled_at := now();
    new.disabled_at := null;
    new.disabled_reason := null;
    new.failures := 0;
    new.failing_since := null;
    new.paused_until := null;
  end if;
  return new;
end
$function$;
comment on function private.change_webhook() is 'Trigger: an owner changes a webhook. One that is enabled again, or has another address, begins without its failures; private.queue_webhooks sends what waits. Errors: invalid_request (400).';

CREATE OR REPLACE FUNCTION private.changes_of(document public.documents, outcome jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_object_agg(key, jsonb_build_object('from', was -> key, 'to', value)), jsonb_build_object())
  from to_jsonb(document) as was, jsonb_each(outcome -> 'fields')
$function$;
comment on function private.changes_of(public.documents,jsonb) is 'What rules change of a document in all: {field: {from, to}}.';

CREATE OR REPLACE FUNCTION private.check_difference(source text, scalars jsonb, sums jsonb, of_row jsonb)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when bool_and(value is not null) then round(sum(value), 4) end
  from private.check_terms(source) as terms,
    lateral (select private.term_value(terms.sign, terms.factors, scalars, sums, of_row)) as product (value)
$function$;
comment on function private.check_difference(text,jsonb,jsonb,jsonb) is 'Left side less right side of an equation; null where a number is missing. It holds up to 0.0051: half a cent.';
grant execute on function private.check_difference(text,jsonb,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.check_month(document public.documents, more_documents integer, more_pages integer)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  owner uuid := (document).user_id;
  most_documents integer;
  most_pages integer;
  taken_documents bigint;
  taken_pages bigint;
  again text := format('the count starts again on %s', (private.this_month() + interval '1 month')::date);
begin
  select coalesce(own.documents_per_month, general.documents_per_month),
    coalesce(own.pages_per_month, general.pages_per_month)
  into most_documents, most_pages
  from private.settings as general left join private.user_limits as own on own.user_id = owner;
  -- In one statement: what is counted meanwhile is seen as reserved or as counted, and never as neither.
  select coalesce(max(used.documents), 0) + count(reserved.document_id) filter (where not reserved.counted),
    coalesce(max(used.pages), 0) + coalesce(sum(reserved.pages - reserved.pages_counted), 0)
  into taken_documents, taken_pages
  from (select owner as user_id) as this
  left join public.usage_months as used on used.user_id = this.user_id and used.month = private.this_month()
  left join private.reservations as reserved
    on reserved.user_id = this.user_id and reserved.open and reserved.document_id <> (document).id;
  if more_documents > 0 and taken_documents + more_documents > most_documents then
    perform private.refuse_until(402, 'monthly_limit_reached',
      format('This month''s %s documents are used up; %s.', most_documents, again), private.month_ends());
  elsif more_pages > 0 and taken_pages + more_pages > most_pages then
    perform private.refuse_until(402, 'monthly_limit_reached',
      case when more_pages > 1 then format('The document has %s pages, and %s are left of this month''s %s; %s.',
          more_pages, greatest(0, most_pages - taken_pages), most_pages, again)
        else format('This month''s %s pages are used up; %s.', most_pages, again) end,
      private.month_ends());
  end if;
end
$function$;
comment on function private.check_month(public.documents,integer,integer) is 'Refuses what does not fit into what is left of the owner''s month, beside what others of their documents take and have reserved, and what the document has counted itself. Call it with the usage locked. Errors: monthly_limit_reached (402).';
grant execute on function private.check_month(public.documents,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION private.check_paths(source text)
 RETURNS SETOF text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select distinct case when factor like 'sum(%' then substr(factor, 5, length(factor) - 5) else factor end
  from private.check_terms(source) as terms, unnest(terms.factors) as factor where factor !~ '^\d'
$function$;
comment on function private.check_paths(text) is 'The fields that an equation names.';
grant execute on function private.check_paths(text) to service_role;

CREATE OR REPLACE FUNCTION private.check_rule()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  most constant integer := (select rules_per_user from private.settings);
  wrong text;
begin
  -- What a rule names may be gone since it was written: then it can still be moved, renamed and disabled.
  if tg_op = 'INSERT' or (new.conditions, new.actions) is distinct from (old.conditions, old.actions) then
    wrong := private.rule_error(new.conditions, new.actions, new.user_id);
  end if;
  if wrong is not null then
    perform private.refuse(400, 'invalid_request', wrong);
  end if;
  if tg_op = 'INSERT' then
    -- One at a time, so that two do not each see room for the last one.
    perform pg_advisory_xact_lock(hashtextextended('rules ' || new.user_id, 0));
    if (select count(*) from public.rules where user_id = new.user_id) >= most then
      perform private.refuse(409, 'not_allowed_now', format('You have %s rules. Delete one first.', most));
    end if;
  end if;
  return new;
end
$function$;
comment on function private.check_rule() is 'Trigger: refuses a rule that has unknown fields or wrong values, and names them; keeps a user''s rules few. Errors: invalid_request (400), not_allowed_now (409).';

CREATE OR REPLACE FUNCTION private.check_schema()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.check_schema() is 'Trigger: refuses fields that are wrong and names the first one, keeps a user''s schemas few, and counts versions. Errors: invalid_schema (400), too_many_schemas (409).';

CREATE OR REPLACE FUNCTION private.check_size(mime_type text, byte_size bigint)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  found_limit private.size_limits;
begin
  select * into found_limit from private.size_limits where check_size.mime_type like mime_types
    order by length(mime_types) desc limit 1;
  if byte_size > found_limit.max_bytes then
    perform private.refuse(413, 'file_too_large', format(
      'The file is larger than the %s bytes that this project takes of the type %s.', found_limit.max_bytes,
      check_size.mime_type));
  end if;
end
$function$;
comment on function private.check_size(text,bigint) is 'Refuses a file that is larger than its type may be. Errors: file_too_large (413).';
grant execute on function private.check_size(text,bigint) to service_role;

CREATE OR REPLACE FUNCTION private.check_stored_bytes(owner uuid, more_bytes bigint)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  most bigint := (
    select coalesce((select user_limits.stored_bytes from private.user_limits where user_id = owner),
      settings.stored_bytes) from private.settings);
  stored bigint := coalesce((select bytes from private.stored_bytes where user_id = owner), 0);
begin
  if more_bytes > 0 and stored + more_bytes > most then
    perform private.refuse(402, 'storage_limit_reached', format(
      'Your documents have %s of the %s bytes that they may have together. Delete some, then send the file of %s bytes again.', stored, most, more_bytes));
  end if;
end
$function$;
comment on function private.check_stored_bytes(uuid,bigint) is 'Refuses a file that does not fit into what the owner may store. Call it with the usage locked. Errors: storage_limit_reached (402).';
grant execute on function private.check_stored_bytes(uuid,bigint) to service_role;

CREATE OR REPLACE FUNCTION private.check_table(source text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select min(split_part(factor, '.', 1)) from private.check_terms(source) as terms, unnest(terms.factors) as factor
  where factor like '%.%' and factor not like 'sum(%' and factor !~ '^\d'
$function$;
comment on function private.check_table(text) is 'The table whose rows an equation is about; null where it is about the document.';
grant execute on function private.check_table(text) to service_role;

CREATE OR REPLACE FUNCTION private.check_terms(source text)
 RETURNS TABLE(sign integer, factors text[])
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  token text;
  side integer := 1;
  own_sign integer := 1;
  wants_factor boolean := true;
  terms integer := 0;
  equals integer := 0;
  collected text[] := array[]::text[];
begin
  if length(source) > 300 or regexp_replace(source,
    'sum\([a-z][a-z0-9_.]{0,90}\)|[a-z][a-z0-9_.]{0,90}|\d{1,9}(?:\.\d{1,6})?|[-+*= ]', '', 'g') <> '' then
    raise exception 'holds something else than fields, numbers, sum(array.field), +, -, * and =';
  end if;
  for token in
    select piece[1] from regexp_matches(source || ' ;',
      '(sum\([a-z][a-z0-9_.]{0,90}\)|[a-z][a-z0-9_.]{0,90}|\d{1,9}(?:\.\d{1,6})?|[-+*=;])', 'g') as piece
  loop
    if token in ('=', ';') or (token in ('+', '-') and cardinality(collected) > 0) then
      if wants_factor then
        raise exception 'has an operator with nothing beside it';
      end if;
      terms := terms + 1;
      if terms > 20 or cardinality(collected) > 3 then
        raise exception 'has more than 20 terms, or more than 3 factors in one';
      end if;
      sign := side * own_sign;
      factors := collected;
      return next;
      collected := array[]::text[];
      own_sign := 1;
      wants_factor := true;
    end if;
    if token = '=' then
      equals := equals + 1;
      side := -1;
    elsif token in ('+', '-') then
      if own_sign = -1 then
        raise exception 'has two signs in a row';
      end if;
      own_sign := case token when '-' then -1 else 1 end;
    elsif token = '*' then
      if wants_factor then
        raise exception 'has an operator with nothing beside it';
      end if;
      wants_factor := true;
    elsif token <> ';' then
      if not wants_factor then
        raise exception 'has two fields without an operator between';
      end if;
      collected := collected || token;
      wants_factor := false;
    end if;
  end loop;
  if equals <> 1 then
    raise exception 'must have one =';
  end if;
end
$function$;
comment on function private.check_terms(text) is 'An equation as terms, each a product with its sign; what stands right of the = has the other one. Raises what is wrong with it.';
grant execute on function private.check_terms(text) to service_role;

CREATE OR REPLACE FUNCTION private.check_webhook_url(url text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- As browsers read it: full-width and circled digits are digits, and so is the full stop of Chinese and Japanese one.
  host constant text := regexp_replace(
    translate(lower(normalize(substring(url from '^[a-zA-Z]+://([^/?#]*)'), nfkc)), '。', '.'), ':[0-9]*$', '');
  name constant text := rtrim(host, '.');
  address constant inet := private.address_of_host(host);
  this_machine constant boolean := name = 'localhost' or coalesce(address in ('127.0.0.1', '::1'), false);
begin
  if host ~ '%' or (address is null and host ~ '(^\[|(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$)') then
    perform private.refuse(400, 'invalid_request',
      'The host of a webhook is a name or an address, and this is neither.');
  elsif this_machine and (select loopback_webhooks from private.settings) then
    return;
  elsif this_machine or name like '%.localhost' then
    perform private.refuse(400, 'invalid_request',
      'A webhook cannot go to this machine. Give an address that the internet reaches.');
  elsif url !~* '^https://' then
    perform private.refuse(400, 'invalid_request', 'The address of a webhook begins with https://.');
  elsif not private.is_public_address(address) then
    perform private.refuse(400, 'invalid_request',
      format('A webhook cannot go to %s, which is no address of the public internet. Give one that the internet reaches.', host(address)));
  end if;
end
$function$;
comment on function private.check_webhook_url(text) is 'Refuses an address without https, one that is not of the public internet, and one of this machine unless loopback_webhooks is set. Where its name leads is checked at each attempt. Errors: invalid_request (400).';

CREATE OR REPLACE FUNCTION private.checked_evidence(document_id uuid, proposal jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_object_agg(quotes.field, case
    when quotes.source = 'einvoice' then jsonb_build_object(
      'page', null, 'quote', shown.quote, 'source', 'einvoice', 'verified',
      private.einvoice_says(results.einvoice, quotes.field, proposal))
      || jsonb_strip_nulls(jsonb_build_object('confidence', quotes.confidence))
    else jsonb_strip_nulls(jsonb_build_object(
      'quote', shown.quote,
      'similarity', case when found.similarity < 1 then round(found.similarity::numeric, 2) end,
      'on_page', case when found.similarity < 1 then found.excerpt end,
      'source', case when quotes.source = 'learned' then 'learned' end,
      'confidence', quotes.confidence,
      'verified', found.page_number is not null and case
        when quotes.source = 'learned' then quotes.field = 'correspondent'
          and private.taught_name(checked_evidence.document_id, found.excerpt, proposal ->> 'correspondent')
        else private.says(found.excerpt, quotes.field, proposal) end
        and (quotes.field <> 'currency'
          or private.shows_currency(checked_evidence.document_id, proposal #>> '{amount,currency}'))))
      || jsonb_build_object('page', coalesce(found.page_number, quotes.page))
    end), '{}')
  from private.quotes_of(proposal -> 'evidence') as quotes
  cross join lateral (select private.visible(left(quotes.quote, 300)) as quote) as shown
  left join public.ocr_results as results on results.document_id = checked_evidence.document_id
  left join lateral private.find_quote(checked_evidence.document_id, quotes.page, quotes.quote) as found
    on quotes.source is distinct from 'einvoice'
  -- Nothing shows a currency that was not named.
  where quotes.field <> 'currency' or proposal #>> '{amount,currency}' is not null
$function$;
comment on function private.checked_evidence(uuid,jsonb) is 'The evidence of a proposal after looking it up: {field: {page, quote, verified, confidence: how likely the engine holds it to be right}}, with similarity and on_page (the page''s own words) where they differ a little, and the page where the quote stands, if it is another than was said. verified: the words stand there, and the value follows from them; of a sender with the source learned, its owner taught whose mark they bear.';
grant execute on function private.checked_evidence(uuid,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.checks_now(extraction public.extractions)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.checks_now(public.extractions) is 'The equations of an extraction over the values as they are now; of row equations only the broken ones.';

CREATE OR REPLACE FUNCTION private.claim_of(job private.jobs, document public.documents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  includes constant text[] := (private.stage_named(job.stage)).claim_includes;
begin
  return jsonb_build_object(
    'job_id', job.id, 'lease', job.lease, 'stage', job.stage, 'attempt', job.attempts, 'payload', job.payload,
    'last_attempt', job.attempts >= job.max_attempts, 'last_error', job.last_error, 'alone', job.suspect,
    'document', case when document.id is not null then jsonb_build_object(
      'id', document.id, 'user_id', document.user_id, 'filename', document.filename,
      'storage_path', document.storage_path, 'mime_type', document.mime_type,
      'byte_size', document.byte_size, 'content_sha256', document.content_sha256, 'page_count', document.page_count,
      'unreadable_pages', document.unreadable_pages) end,
    'pages_read', coalesce((
      select jsonb_agg(page_number order by page_number) from public.document_pages where document_id = document.id
    ), '[]'))
    || case when 'options' = any (includes) then private.options_of(job.user_id) else jsonb_build_object() end
    || case when 'einvoice' = any (includes)
      then jsonb_build_object('einvoice', (select einvoice from public.ocr_results where document_id = document.id))
        else jsonb_build_object() end;
end
$function$;
comment on function private.claim_of(private.jobs,public.documents) is 'What a worker is told of its job: {job_id, lease, stage, attempt, payload, last_attempt, last_error, alone, document: {id, user_id, filename, storage_path, mime_type, byte_size, content_sha256, page_count, unreadable_pages}, pages_read: [page numbers]}; and what claim_includes of the stage says: what private.options_of does, einvoice of ocr_results.';
grant execute on function private.claim_of(private.jobs,public.documents) to service_role;

CREATE OR REPLACE FUNCTION private.close_model_call(call_id uuid, ends_as private.model_call_state, used private.tokens_used)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  paid constant private.model_calls := (select model_calls from private.model_calls where id = call_id);
  call private.model_calls;
begin
  -- The month's row before the call's, as erasing an account has them. An account that is gone has no month.
  begin
    if paid.user_id is not null then
      perform private.debit(paid.user_id, month => paid.month);
    end if;
  exception when foreign_key_violation then
    null;
  end;
  select * into call from private.model_calls where id = call_id for update;
  if not found or call.state = 'settled' or call.state = ends_as then
    return false;
  end if;
  update private.model_calls set
    state = ends_as, cost_micro_usd = used.cost_micro_usd, output_tokens = used.output_tokens,
    settled_at = clock_timestamp(),
    input_tokens = used.input_tokens + used.cache_read_tokens + used.cache_write_tokens
  where id = call_id;
  -- A lost call was counted at its reserved price: the difference goes on, or comes off.
  update public.usage_months as sums set
    cost_micro_usd = sums.cost_micro_usd + used.cost_micro_usd - coalesce(call.cost_micro_usd, 0),
    input_tokens = sums.input_tokens
      + used.input_tokens + used.cache_read_tokens + used.cache_write_tokens - call.input_tokens,
    output_tokens = sums.output_tokens + used.output_tokens - call.output_tokens
  where user_id = call.user_id and month = call.month;
  return true;
end
$function$;
comment on function private.close_model_call(uuid,private.model_call_state,private.tokens_used) is 'Ends the reservation of a call, and debits what it counts as to the month in which it was reserved. A settled call stays what it is; a lost one may be settled. Returns whether anything changed.';
grant execute on function private.close_model_call(uuid,private.model_call_state,private.tokens_used) to service_role;

CREATE OR REPLACE FUNCTION private.close_quote(page text, quote text)
 RETURNS TABLE(similarity real, excerpt text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  page_words text[] := string_to_array(page, ' ');
  quoted text[] := string_to_array(quote, ' ');
  numbers constant text := private.numbers_of(quote);
  joined constant text := replace(quote, ' ', '');
  most constant integer := floor(length(joined) * 0.15);
  longest integer := (select place from unnest(quoted) with ordinality as parts (part, place)
    order by length(part) desc, place limit 1);
  starts integer[];
begin
  if most < 1 or length(quote) > 250 or cardinality(quoted) > 60 then
    return;
  end if;
  -- Where most of the quoted words stand together …
  starts := array(
    select place from (
      select place, sum(hit) over (order by place rows between current row and cardinality(quoted) - 1 following)
        as hits
      from (select place, (word = any (quoted))::integer as hit
        from unnest(page_words) with ordinality as words (word, place)) as words
    ) as windows
    where 3 * hits >= cardinality(quoted) and hits > 0 order by hits desc, place limit 12);
  if cardinality(starts) = 0 then
    -- … or, where a slip is in each of them, where a word like the longest does.
    starts := array(
      select place - longest + 1 from unnest(page_words) with ordinality as words (word, place)
      where length(word) between length(quoted[longest]) - 3 and length(quoted[longest]) + 3
      order by extensions.similarity(word, quoted[longest]) desc, place limit 12);
  end if;
  return query
    select (1 - distance::real / length(joined))::real, words
    from (
      select array_to_string(page_words[first:first + count - 1], ' ') as words
      from unnest(starts) as place, generate_series(greatest(1, place - 1), place + 1) as first,
        generate_series(greatest(1, cardinality(quoted) - 2), cardinality(quoted) + 2) as count
    ) as windows, lateral (
      select case when length(words) <= 255
        then extensions.levenshtein_less_equal(joined, replace(words, ' ', ''), most) end as distance
    ) as compared
    -- A slip of a letter is one thing; another number is another.
    where distance <= most and private.numbers_of(words) = numbers
    order by distance limit 1;
end
$function$;
comment on function private.close_quote(text,text) is 'The words of a page that are nearly those of a quote: at most 15 in 100 characters differ, and no number. Quotes of up to 250 characters.';
grant execute on function private.close_quote(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.clue_of(clues jsonb, wanted text)
 RETURNS TABLE(label text, nth smallint, date_order text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select clue ->> 'label', (clue ->> 'nth')::smallint, clue ->> 'order'
  from jsonb_array_elements(clues) with ordinality as listed (clue, place)
  where clue ->> 'value' = wanted
  order by place limit 1
$function$;
comment on function private.clue_of(jsonb,text) is 'What stands beside a value that a person gave: the first of the document''s clues with that value. No row where it stands nowhere.';

CREATE OR REPLACE FUNCTION private.compile_rule(rule public.rules)
 RETURNS private.compiled_rules
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  given constant jsonb := rule.conditions;
  compiled private.compiled_rules;
begin
  compiled.id := rule.id;
  compiled.user_id := rule.user_id;
  compiled.name := rule.name;
  compiled.position := rule.position;
  compiled.enabled := rule.enabled;
  compiled.created_at := rule.created_at;
  compiled.document_types := private.texts_of(given -> 'document_types');
  compiled.senders := array(select lower(btrim(sender)) from unnest(private.texts_of(given -> 'senders')) as sender);
  if compiled.senders = '{}' then compiled.senders := null; end if;
  compiled.tags := private.texts_of(given -> 'tags');
  compiled.text_query := private.words_query(given -> 'text_words', false);
  compiled.name_query := private.words_query(given -> 'name_words', true);
  compiled.amount_from := (given ->> 'amount_from')::numeric;
  compiled.amount_to := (given ->> 'amount_to')::numeric;
  compiled.currencies := private.texts_of(given -> 'currencies');
  compiled.languages := private.texts_of(given -> 'languages');
  compiled.date_from := (given ->> 'date_from')::date;
  compiled.date_to := (given ->> 'date_to')::date;
  compiled.sources := private.texts_of(given -> 'sources');
  compiled.inbox_addresses := private.texts_of(given -> 'inbox_addresses')::uuid[];
  compiled.upload_links := private.texts_of(given -> 'upload_links')::uuid[];
  compiled.formats := private.texts_of(given -> 'formats');
  compiled.extracted := given -> 'values';
  compiled.actions := rule.actions;
  return compiled;
end
$function$;
comment on function private.compile_rule(public.rules) is 'A rule that private.rule_error has passed, in the form in which it is compared.';

CREATE OR REPLACE FUNCTION private.complete_erasure(job_id uuid, lease uuid, take_next boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  next jsonb := private.finish_job(private.held_job(complete_erasure.job_id, complete_erasure.lease), take_next);
begin
  -- The job names its user and the file: with it the last trace is gone.
  delete from private.jobs where id = complete_erasure.job_id;
  if next is null then
    perform private.dispatch_jobs();
  end if;
  return jsonb_build_object('next', next);
end
$function$;
comment on function private.complete_erasure(uuid,uuid,boolean) is 'The stored file is gone. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';
grant execute on function private.complete_erasure(uuid,uuid,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.complete_stage(job private.jobs, message text, data jsonb, take_next boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  stage constant private.stages := private.stage_named(job.stage);
  document public.documents;
  following private.job_stage;
  next_job jsonb;
begin
  select * into document from public.documents where id = job.document_id;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'completed', complete_stage.message, complete_stage.data);
  end if;
  next_job := private.finish_job(job, take_next);
  if stage.done_as is not null then
    document := private.set_document_status(document.id, stage.done_as);
    following := private.stage_after(stage.done_as);
    -- The trigger on_documents_ocr_complete has asked for describing.
    if following is not null and stage.done_as <> 'ocr_complete' then
      perform private.queue_job(following, document.id, document.user_id);
    end if;
  end if;
  if next_job is null then
    -- Whoever queued a job dispatched only if its stage has room; the slot of this stage is free in any case.
    perform private.dispatch_jobs();
  end if;
  return next_job;
end
$function$;
comment on function private.complete_stage(private.jobs,text,jsonb,boolean) is 'What all stages do when their result is stored: the event, the end of the job, the status done_as, the job of the stage that waits as that, the dispatch. Returns the next job for this worker, if take_next asks for one: what private.claim_of returns.';
grant execute on function private.complete_stage(private.jobs,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.compounds_of(document public.documents, raw_text text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case when private.has_compounds(document.language) then private.long_words(raw_text) else '' end;
end
$function$;
comment on function private.compounds_of(public.documents,text) is 'The long words of a text, if its language writes compounds as one word.';

CREATE OR REPLACE FUNCTION private.continue_rule_run(run public.rule_runs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  most_looked_at constant integer := 1000;
  most_changed constant integer := 200;
  rules constant private.compiled_rules[] := private.rules_of(run.user_id, run.rule_ids);
  candidate uuid;
  document public.documents;
  outcome jsonb;
  changed public.documents[] := array[]::public.documents[];
  changes jsonb[] := array[]::jsonb[];
  outcomes jsonb[] := array[]::jsonb[];
  before public.documents[] := array[]::public.documents[];
  seen integer := 0;
  ended boolean := true;
begin
  for candidate in
    select id from public.documents where user_id = run.user_id and id > run.place and trashed_at is null order by id
      limit most_looked_at
  loop
    select * into document from public.documents where id = candidate for update skip locked;
    if not found and exists (select from public.documents where id = candidate) then
      -- Somebody is changing it just now: the next step begins with it.
      ended := false;
      exit;
    end if;
    seen := seen + 1;
    run.place := candidate;
    -- Others are completed later, and meet the rules then.
    continue when document.id is null or document.status <> 'completed' or document.trashed_at is not null;
    outcome := private.rules_outcome(document, rules);
    continue when outcome -> 'rules' = jsonb_build_array();
    before := before || document;
    changed := changed || jsonb_populate_record(document, outcome -> 'fields');
    changes := changes || private.changes_of(document, outcome);
    outcomes := outcomes || outcome;
    if cardinality(changed) >= most_changed then
      ended := false;
      exit;
    end if;
  end loop;
  if seen >= most_looked_at then
    ended := false;
  end if;
  if cardinality(changed) > 0 then
    perform private.write_many(changed, array['document_type', 'correspondent', 'tags', 'display_name']);
    for nth in 1..cardinality(changed) loop
      if changes[nth] <> jsonb_build_object() then
        insert into private.rule_edits (run_id, document_id, user_id, fields)
          values (run.id, changed[nth].id, run.user_id, changes[nth])
        on conflict on constraint rule_edits_pkey do nothing;
      end if;
      perform private.follow_rules(changed[nth], outcomes[nth]);
      perform private.tell_rules(changed[nth], outcomes[nth], jsonb_build_object('run_id', run.id));
    end loop;
  end if;
  update public.rule_runs
  set place = run.place, looked_at = rule_runs.looked_at + seen,
    changed = rule_runs.changed + (select count(*) from unnest(changes) as one where one <> jsonb_build_object()),
    state = case when ended then 'done' else state end
  where id = run.id;
end
$function$;
comment on function private.continue_rule_run(public.rule_runs) is 'One step of a rule run: looks at up to 1,000 documents and changes up to 200 in one statement. The run is locked by the caller.';

CREATE OR REPLACE FUNCTION private.continue_rule_runs()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  run public.rule_runs;
begin
  -- The one that waits longest, so that users alternate.
  select * into run from public.rule_runs where state in ('running', 'undoing') order by updated_at
    limit 1 for update skip locked;
  if run.state = 'running' then
    perform private.continue_rule_run(run);
  elsif run.state = 'undoing' then
    perform private.undo_some_edits(run);
  end if;
end
$function$;
comment on function private.continue_rule_runs() is 'Goes on with the rule run that waits longest. Run by pg_cron every 10 seconds.';

CREATE OR REPLACE FUNCTION private.cost_limit_of(owner uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    (select user_limits.cost_micro_usd_per_month from private.user_limits where user_id = owner),
    cost_micro_usd_per_month)
  from private.settings
$function$;
comment on function private.cost_limit_of(uuid) is 'What a user''s documents may cost in a month, in millionths of a US dollar; null is no limit.';
grant execute on function private.cost_limit_of(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.count_document(document_id uuid, user_id uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  before boolean := (select counted from private.reservations
    where reservations.document_id = count_document.document_id for update);
begin
  insert into private.reservations as reserved (document_id, user_id, open, counted)
  values (count_document.document_id, count_document.user_id, false, true)
  on conflict on constraint reservations_pkey do update set open = false, counted = true;
  return (not coalesce(before, false))::integer;
end
$function$;
comment on function private.count_document(uuid,uuid) is 'The reading of a document ended, and the document is counted from now on; pages that were not read are given back. Returns 1 the first time, then 0.';
grant execute on function private.count_document(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.count_edit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  most constant integer := (select documents_per_edit from private.settings);
  changed constant integer := current_setting('docket.rows_changed')::integer + tg_argv[0]::integer;
begin
  if changed > most then
    perform private.refuse(400, 'invalid_request',
      format('One request changes at most %s documents, or %s aliases. Send several.', most, most / 10));
  end if;
  perform set_config('docket.rows_changed', changed::text, true);
  return case when tg_op = 'DELETE' then old else new end;
end
$function$;
comment on function private.count_edit() is 'Trigger: adds up what a user''s request changes, and stops it at documents_per_edit; what the pipeline changes is not counted. Errors: invalid_request (400).';

CREATE OR REPLACE FUNCTION private.count_pages(document_id uuid, user_id uuid, pages_read integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  before integer := (select pages_counted from private.reservations
    where reservations.document_id = count_pages.document_id for update);
begin
  if pages_read > before then
    update private.reservations set pages_counted = pages_read, pages = greatest(pages, pages_read)
    where reservations.document_id = count_pages.document_id;
    perform private.debit(count_pages.user_id, pages => pages_read - before);
  end if;
end
$function$;
comment on function private.count_pages(uuid,uuid,integer) is 'That many pages of a document have their text: those that were not counted yet are debited. They stay counted, whatever becomes of the document.';
grant execute on function private.count_pages(uuid,uuid,integer) to service_role;

CREATE OR REPLACE FUNCTION private.count_tags_of_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.count_tags_of_changed() is 'Trigger: keeps public.tags in step with the tags of changed documents.';

CREATE OR REPLACE FUNCTION private.count_tags_of_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.add_to_tags(array(
    select row(user_id, tag, -1)::private.tag_count from before,
      lateral (select distinct unnest(tags) as tag) as theirs where trashed_at is null));
  return null;
end
$function$;
comment on function private.count_tags_of_deleted() is 'Trigger: takes the tags of deleted documents from public.tags.';

CREATE OR REPLACE FUNCTION private.count_tags_of_new()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.add_to_tags(array(
    select row(user_id, tag, 1)::private.tag_count from after, lateral (select distinct unnest(tags) as tag) as theirs
      where trashed_at is null));
  return null;
end
$function$;
comment on function private.count_tags_of_new() is 'Trigger: adds the tags of new documents to public.tags.';

CREATE OR REPLACE FUNCTION private.current_queue_position(due_stage private.job_stage, suspects boolean DEFAULT false)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Taken from the jobs, not kept in a row of its own: everybody who gives out a job would wait for that row.
  return coalesce(
    (select max(queue_position) from private.jobs where stage = due_stage and suspect = suspects
      and state in ('dispatched', 'running')),
    (select min(queue_position) from private.jobs where stage = due_stage and suspect = suspects and state = 'queued'
      and run_after is null),
    0);
end
$function$;
comment on function private.current_queue_position(private.job_stage,boolean) is 'The turn that the stage has come to: the highest one that is out; else the first one in the queue. Suspects have a queue of their own.';
grant execute on function private.current_queue_position(private.job_stage,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.dates_in(words text)
 RETURNS SETOF date
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with plain_form (words) as (
    select private.plain_digits(dates_in.words)
  ), form (words) as (
    select private.digits_meant(plain_form.words) from plain_form
  ), numbers (year, one, two) as (
    -- 2026-03-15, 20260315, 2026年3月15日, 2026년 3월 15일
    select found[1], found[3], found[4] from form,
      regexp_matches(form.words, '(?<!\d)(\d{4}) ?([-./]) ?(\d{1,2}) ?\2 ?(\d{1,2})(?!\d)', 'g') as found
    union all
    select found[1], found[2], found[3] from form,
      regexp_matches(form.words, '(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)', 'g') as found
    union all
    select found[1], found[2], found[3] from form,
      regexp_matches(form.words, '(?<!\d)(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号號]', 'g') as found
    union all
    -- 令和6年3月5日, r6.3.5
    select private.years_of_era(found[1], found[2])::text, found[3], found[4] from plain_form,
      regexp_matches(plain_form.words,
      '([^\d\s]{2}) ?(\d{1,3}|元) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日', 'g') as found
    union all
    select private.years_of_era(found[1], found[2])::text, found[3], found[4] from plain_form,
      regexp_matches(plain_form.words,
      '(?<![[:alnum:].-])([^\d\s]{1,2})\.? ?(\d{1,3})[-./] ?(\d{1,2})[-./] ?(\d{1,2})(?![[:alnum:]]|[-./]\d)', 'g')
        as found
  ), pairs (year, one, two) as (
    -- 15.03.2026, 3/15/26: which is the day and which the month is not settled here
    select found[4], found[1], found[3] from form,
      regexp_matches(form.words, '(?<!\d)(\d{1,2}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?!\d)', 'g') as found
    union all
    -- 25.12-2018, 25,12,2018, 25/12/20188:13: marks that were misread, or the time of day without a blank
    select found[3], found[1], found[2] from form,
      regexp_matches(form.words,
      '(?<!\d)(\d{1,2}) ?[-./,] ?(\d{1,2}) ?[-./,] ?((?:19|20)\d\d)(?:(?!\d)|(?=\d{1,2}:\d\d))', 'g') as found
    union all
    -- 25/122018, 2512/2018, 25122018: marks that were not read
    select found[3], found[1], found[2] from form,
      regexp_matches(form.words,
      '(?<![\d./-])(\d\d)[-./]?(\d\d)[-./]?((?:19|20)\d\d)(?:(?!\d|[-./]\d)|(?=\d{1,2}:\d\d))', 'g') as found
  ), named (year, name, day) as (
    -- 15 march 2026, 1er mars 2026, 15 de marzo de 2026, 15mar26; in "no 41 of 12 march 2026" the 12 is no year
    select found[3], found[2], found[1] from form, regexp_matches(form.words,
      '(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|e|o|\.|>>|")?[ ./-]*(?:day of |of |de |del |di |den |dei )?((?:(?:كانون|تشرين) )?[[:alpha:]]{2,12})[.׳'']?[ ,./-]*(?:de |del |do )?''?(\d{4}|\d{2}(?!\.? ?(?:de )?[[:alpha:]]{2,12}[.,]? ?(?:de )?\d{4}))(?:(?!\d)|(?<=\d{4})(?=\d{1,2}:\d\d))', 'g') as found
    union all
    -- march 15, 2026
    select found[3], found[1], found[2] from form, regexp_matches(form.words,
      '((?:(?:كانون|تشرين) )?[[:alpha:]]{2,12})[.׳'']? ?(\d{1,2})(?:st|nd|rd|th)?[ ,./-]+(\d{4}|\d{2})(?!\d)', 'g')
        as found
    union all
    -- 2026 march 15, 2026-mar-15
    select found[1], found[2], found[3] from form, regexp_matches(form.words,
      '(?<!\d)(\d{4})[ .,/-]*((?:(?:كانون|تشرين) )?[[:alpha:]]{2,12})[.׳'']?[ ./-]*(\d{1,2})(?!\d)', 'g') as found
  ), days (day) as (
    select private.day_of(full_year, one::integer, two::integer) from numbers, private.years_of(year) as full_year
    union select private.day_of(full_year, month, day) from pairs, private.years_of(year) as full_year,
      lateral (values (one::integer, two::integer), (two::integer, one::integer)) as orders (day, month)
    union select private.day_of(full_year, months.month, named.day::integer)
      from named join private.month_names as months using (name), private.years_of(year) as full_year
  )
  select day from days where day is not null
$function$;
comment on function private.dates_in(text) is 'The days that words name: numbers in either order, and names of months (private.month_names). A date that can be read two ways is both. In numbers, slips of recognition are read as what they were meant to be: 2o18, 25,12,2018, 25/122018, 25/12/20188:13.';
grant execute on function private.dates_in(text) to service_role;

CREATE OR REPLACE FUNCTION private.day_of(year integer, month integer, day integer)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when year between 1900 and 2199 and month between 1 and 12
    and day between 1 and extract(day from make_date(year, month, 1) + interval '1 month - 1 day')
    then make_date(year, month, day) end
$function$;
comment on function private.day_of(integer,integer,integer) is 'That day, or null where the calendar has none such.';
grant execute on function private.day_of(integer,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION private.days_asked(days jsonb)
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  day date;
  form text;
  asked tsquery;
begin
  for day in select jsonb_array_elements_text(days)::date loop
    for form in
      select to_char(day, pattern) from unnest(array['YYYY-MM-DD', 'DD.MM.YYYY', 'FMDD.FMMM.YYYY', 'DD/MM/YYYY',
        'MM/DD/YYYY', 'FMMM/FMDD/YYYY']) as pattern
      union select words from private.months() as months cross join lateral unnest(array[
        format('%s %s %s', to_char(day, 'FMDD'), months.name, to_char(day, 'YYYY')),
          format('%s %s %s', to_char(day, 'DD'), months.name, to_char(day, 'YYYY')),
        format('%s %s %s', months.name, to_char(day, 'FMDD'), to_char(day, 'YYYY')),
          format('%s de %s de %s', to_char(day, 'FMDD'), months.name, to_char(day, 'YYYY'))
      ]) as words where months.month = extract(month from day)
    loop
      asked := coalesce(asked || phraseto_tsquery('public.unaccented', form),
        phraseto_tsquery('public.unaccented', form));
    end loop;
  end loop;
  return asked;
end
$function$;
comment on function private.days_asked(jsonb) is 'The ways in which a text may write days.';
grant execute on function private.days_asked(jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.days_of(written text)
 RETURNS date[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  numbers text[] := regexp_match(written, '^(\d{4})-(\d{1,2})-(\d{1,2})$');
begin
  if numbers is not null then
    return array_remove(array[private.calendar_day(numbers[1], numbers[2], numbers[3])], null);
  end if;
  numbers := regexp_match(written, '^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$');
  if numbers is null then return array[]::date[]; end if;
  -- The day first, as most write; with slashes also the month first.
  return array(select distinct day from unnest(array[private.calendar_day(numbers[4], numbers[3], numbers[1]),
    case when numbers[2] = '/' then private.calendar_day(numbers[4], numbers[1], numbers[3]) end]) as day
      where day is not null);
end
$function$;
comment on function private.days_of(text) is 'The days that a number may mean: 2026-03-17, 17.3.2026, 17/03/2026. Of 03/04/2026 both.';

CREATE OR REPLACE FUNCTION private.debit(user_id uuid, documents integer DEFAULT 0, pages integer DEFAULT 0, input_tokens bigint DEFAULT 0, output_tokens bigint DEFAULT 0, cost_micro_usd bigint DEFAULT 0, month date DEFAULT NULL::date)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.usage_months as used (user_id, month, documents, pages, input_tokens, output_tokens,
    cost_micro_usd)
  values (user_id, coalesce(month, private.this_month()), documents, pages, input_tokens, output_tokens, cost_micro_usd)
  on conflict on constraint usage_months_pkey do update set
    documents = used.documents + excluded.documents,
    pages = used.pages + excluded.pages,
    input_tokens = used.input_tokens + excluded.input_tokens,
    output_tokens = used.output_tokens + excluded.output_tokens,
    cost_micro_usd = used.cost_micro_usd + excluded.cost_micro_usd
$function$;
comment on function private.debit(uuid,integer,integer,bigint,bigint,bigint,date) is 'Adds to a user''s usage of a month, this one where none is named, atomically.';
grant execute on function private.debit(uuid,integer,integer,bigint,bigint,bigint,date) to service_role;

CREATE OR REPLACE FUNCTION private.delete_trash(document_ids uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  most constant integer := 200;
  owner constant uuid := private.caller();
  deleted integer;
begin
  perform private.admit_request(owner);
  delete from public.documents where id in (
    select id from public.documents
    where user_id = owner and trashed_at is not null
      and (delete_trash.document_ids is null or id = any (delete_trash.document_ids))
    order by trashed_at limit most);
  get diagnostics deleted = row_count;
  return jsonb_build_object('deleted', deleted, 'left', (
    select count(*) from public.documents
    where user_id = owner and trashed_at is not null
      and (delete_trash.document_ids is null or id = any (delete_trash.document_ids))));
end
$function$;
comment on function private.delete_trash(uuid[]) is 'See public.empty_trash.';
grant execute on function private.delete_trash(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION private.deliver_event(event public.document_events)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  event_type text;
  payload jsonb;
  endpoint public.webhook_endpoints;
begin
  if event.stage || '.' || event.kind = 'edit.deleted'
    and exists (select from public.webhook_deliveries where document_id = event.document_id) then
    perform private.lock_dispatch();
    perform private.forget_document_in_deliveries(event.document_id);
  end if;
  if not exists (select from public.webhook_endpoints where user_id = event.user_id and enabled) then
    return;
  end if;
  select * into document from public.documents where id = event.document_id;
  event_type := private.webhook_event(event, document);
  if event_type is null or (document.id is null and event_type <> 'document.deleted') then
    return;
  end if;
  for endpoint in
    select * from public.webhook_endpoints as wanting
    where wanting.user_id = event.user_id and wanting.enabled and event_type = any (wanting.events)
      order by wanting.created_at, wanting.id
  loop
    payload := coalesce(payload, private.webhook_payload(event_type, event, document));
    perform private.make_delivery(endpoint, event.document_id, payload);
  end loop;
end
$function$;
comment on function private.deliver_event(public.document_events) is 'An action of private.event_consumers: makes a message of the event for each enabled webhook of its user that wants it.';

CREATE OR REPLACE FUNCTION private.deliver_ruled(event public.document_events)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  endpoint public.webhook_endpoints;
  payload jsonb;
begin
  if not event.data ? 'webhooks' then
    return;
  end if;
  select * into document from public.documents where id = event.document_id;
  if document.id is null then
    return;
  end if;
  for endpoint in
    select * from public.webhook_endpoints
    where user_id = event.user_id and enabled and id::text = any (private.texts_of(event.data -> 'webhooks'))
      order by created_at, id
  loop
    payload := coalesce(payload, jsonb_set(private.webhook_payload('document.ruled', event, document), '{data,rule}',
      jsonb_build_object('id', event.data -> 'rule_id', 'name', event.data -> 'rule')));
    perform private.make_delivery(endpoint, event.document_id, payload);
  end loop;
end
$function$;
comment on function private.deliver_ruled(public.document_events) is 'An action of private.event_consumers: a rule sends a document to webhooks, also to those that do not subscribe to anything of it. The type is document.ruled, and data has rule: {id, name}.';

CREATE OR REPLACE FUNCTION private.described_words(document public.documents)
 RETURNS tsvector
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Once more without its ending, for "Lighthouse.pdf" is a file's name and no word.
  return setweight(private.words_of(concat_ws(' ', document.display_name,
    regexp_replace(document.display_name, '\.\w{1,8}$', ''), document.filename)), 'A')
    || setweight(private.words_of(concat_ws(' ', document.correspondent, document.document_type,
      array_to_string(document.tags, ' '))), 'B')
    || setweight(private.words_of(concat_ws(' ', document.summary, document.note)), 'C');
end
$function$;
comment on function private.described_words(public.documents) is 'What a document is found by, weighted, but for its text.';

CREATE OR REPLACE FUNCTION private.difference(before public.documents, proposed jsonb, after public.documents)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_object_agg(field,
    jsonb_build_object('before', was -> field, 'proposed', proposed -> field, 'applied', now -> field)), '{}')
  from (select to_jsonb(before), to_jsonb(after)) as documents (was, now), private.metadata_fields()
  where proposed ? field and (was -> field <> proposed -> field or was -> field <> now -> field)
$function$;
comment on function private.difference(public.documents,jsonb,public.documents) is 'What a describing would change and did: {field: {before, proposed, applied}}, for the fields where these are not all the same.';
grant execute on function private.difference(public.documents,jsonb,public.documents) to service_role;

CREATE OR REPLACE FUNCTION private.digits_meant(words text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(string_agg(
    case when part ~ '^[\doilsbz]+$'
      and 2 * regexp_count(part, '\d') >= length(part) then translate(part, 'oilsbz', '011582') else part end, ''
      order by place), '')
  from regexp_matches(words, '[[:alnum:]]+|[^[:alnum:]]+', 'g') with ordinality as parts (found, place),
    lateral (select found[1]) as one (part)
$function$;
comment on function private.digits_meant(text) is 'Words whose numbers were read from a picture, with digits for the letters that stand in their place: 2o18 is 2018. Half of a number at least are digits already.';
grant execute on function private.digits_meant(text) to service_role;

CREATE OR REPLACE FUNCTION private.disable_webhook(endpoint public.webhook_endpoints, delivery public.webhook_deliveries, problem jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
begin
  update public.webhook_endpoints
  set enabled = false, disabled_at = clock_timestamp(), paused_until = null,
    disabled_reason = jsonb_build_object('code', problem ->> 'code', 'message', problem ->> 'message')
  where id = endpoint.id;
  select * into document from public.documents where id = delivery.document_id;
  if document.id is not null then
    perform private.record_event(document, 'webhooks', 'failed', format('The webhook to %s was disabled: %s',
      substring(endpoint.url from '^https?://([^/?#]*)'), problem ->> 'message'),
      jsonb_build_object('webhook_id', endpoint.id, 'delivery_id', delivery.id, 'host',
        substring(endpoint.url from '^https?://([^/?#]*)'), 'code', problem ->> 'code'));
  end if;
end
$function$;
comment on function private.disable_webhook(public.webhook_endpoints,public.webhook_deliveries,jsonb) is 'Stops sending to a webhook, with the reason that its owner sees, there and in the history of the document whose message it was. What waits stays, and is sent when it is enabled again.';
grant execute on function private.disable_webhook(public.webhook_endpoints,public.webhook_deliveries,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.dispatch_jobs(invoked_job uuid DEFAULT NULL::uuid, invoked_token uuid DEFAULT NULL::uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  base_url text;
  settings private.settings;
  of_stage private.stages;
  suspects boolean;
  slots integer;
  job private.jobs;
  job_token uuid;
  sent integer := 0;
begin
  base_url := private.functions_url();
  if base_url is null then
    return 0;
  end if;
  select * into settings from private.settings;
  perform private.lock_dispatch();
  perform private.queue_due_retries();
  for of_stage in select * from private.stages order by position loop
    foreach suspects in array array[false, true] loop
      -- Most stages have nothing queued most of the time, and this is run several times for each document. The order
      -- makes it one step into the index.
      perform from private.jobs
      where jobs.stage = of_stage.stage and suspect = suspects and state = 'queued' and run_after is null
      order by queue_position, created_at limit 1;
      continue when not found;
      slots := private.free_slots(of_stage, suspects);
      continue when slots <= 0;
      for job in
        select * from private.next_due(of_stage.stage, suspects, slots)
      loop
        -- Somebody may have it just now.
        perform from private.jobs where id = job.id and state = 'queued' and run_after is null for update skip locked;
        continue when not found;
        sent := sent + 1;
        if job.id = invoked_job and not suspects then
          update private.jobs
          set state = 'dispatched', token = invoked_token,
            lease_expires_at = clock_timestamp() + settings.direct_invocation_lease
          where id = job.id;
          continue;
        end if;
        job_token := private.offer_job(job);
        continue when job_token is null;
        perform net.http_post(
          url := base_url || '/' || case when suspects then of_stage.suspects_function_name
            else of_stage.function_name end,
          body := jsonb_build_object('job_id', job.id, 'token', job_token)
        );
      end loop;
    end loop;
  end loop;
  perform private.probe_workers();
  return sent;
exception when others then
  -- The caller's write matters more than the invocation: the sweep tries again.
  raise warning 'docket: jobs were not dispatched: %', sqlerrm;
  return 0;
end
$function$;
comment on function private.dispatch_jobs(uuid,uuid) is 'Gives due jobs to their functions, in turn: each gets a one-time token and an invocation through pg_net, up to the stage''s limit, and one suspect beside them to the function for suspects. Called when a job is queued, when one ends, and by the sweep. One job may be invoked by the caller, with a token that it has: that one is given out like the others, and no request is sent for it. Never fails; returns how many jobs it gave out.';
grant execute on function private.dispatch_jobs(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.document_sources()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array['upload', 'part', 'upload_link', 'mail']
$function$;
comment on function private.document_sources() is 'The ways in which documents come; see private.source_of.';

CREATE OR REPLACE FUNCTION private.due_asked(value text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  first constant date := private.span_of(value);
begin
  return case
    when lower(value) = 'overdue' then jsonb_build_object('due_to', current_date - 1)
    when lower(value) = 'soon' then jsonb_build_object('due_from', current_date, 'due_to',
      current_date + (select due_soon_days from private.settings))
    when value ~ '^\d{4}$' then jsonb_build_object('due_from', first, 'due_to', (first + interval '1 year')::date - 1)
    when value ~ '^\d{4}-\d{1,2}$'
      then jsonb_build_object('due_from', first, 'due_to', (first + interval '1 month')::date - 1)
    when first is not null then jsonb_build_object('due_from', first, 'due_to', first) end;
end
$function$;
comment on function private.due_asked(text) is 'The days by which documents are payable that due: asks for: overdue, soon, or a day, a month or a year: {due_from, due_to}. Null for what is none.';

CREATE OR REPLACE FUNCTION private.due_date_of(document_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select min(found.text_value) from public.extracted_values as found
    where found.document_id = due_date_of.document_id and found.path = 'due_date'
      and case when found.text_value ~ '^\d{4}-\d\d-\d\d$' then pg_input_is_valid(found.text_value, 'date')
        else false end);
end
$function$;
comment on function private.due_date_of(uuid) is 'The day by which a document is payable: its proven value due_date, the first if there are several; null without one.';
grant execute on function private.due_date_of(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.due_jobs(of_stage private.job_stage, counted_to integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  counted bigint;
  plan json;
begin
  select count(*) into counted from (
    select from private.jobs where stage = of_stage and not suspect and state = 'queued' and run_after is null
      limit counted_to) as due;
  if counted < counted_to then
    return counted;
  end if;
  execute format($query$explain (format json) select from private.jobs where stage = %L and state = 'queued'$query$,
    of_stage) into plan;
  return greatest(counted, round((plan #>> '{0,Plan,Plan Rows}')::numeric) - (
    select count(*) from (select from private.jobs where stage = of_stage and state = 'queued'
      and run_after is not null limit counted_to) as waiting));
end
$function$;
comment on function private.due_jobs(private.job_stage,integer) is 'How many jobs of a stage are due: counted up to a number, estimated from the table''s statistics above it.';

CREATE OR REPLACE FUNCTION private.edited_fields(before public.documents, after public.documents)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(field order by field), '{}') from private.metadata_fields()
  where to_jsonb(before) -> field is distinct from to_jsonb(after) -> field
$function$;
comment on function private.edited_fields(public.documents,public.documents) is 'The metadata columns that differ.';

CREATE OR REPLACE FUNCTION private.einvoice_bears(document_id uuid, fields jsonb, entry jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(entry ->> 'claimed' = 'einvoice' and case
    when entry ->> 'path' like '%.%' then exists (
      -- A cell is one of what the XML says of that line.
      select from jsonb_each(details #> array['lines', entry ->> 'row_number']) as cell
        where cell.value in (entry -> 'value', entry #> '{value,amount}'))
    when fields #>> array['properties', entry ->> 'path', 'rule'] = 'sender'
      then private.says_name(private.plain(einvoice ->> 'seller'), entry ->> 'value')
    when fields #>> array['properties', entry ->> 'path', 'rule'] = 'date'
      then einvoice ->> 'issue_date' = entry ->> 'value'
    when fields #>> array['properties', entry ->> 'path', 'rule'] = 'total'
      then einvoice -> 'grand_total' = entry #> '{value,amount}'
    when entry ->> 'value' ~ '^\d{4}-\d\d-\d\d$' then details ->> 'due_date' = entry ->> 'value'
    when entry #> '{value,amount}' is not null then entry #> '{value,amount}' in (details -> 'net', details -> 'tax')
    else einvoice ->> 'number' = entry ->> 'value' end, false)
  from (select (results).einvoice, (results).einvoice_details
    from (select results from public.ocr_results as results where results.document_id = einvoice_bears.document_id)
    as one) as known (einvoice, details)
$function$;
comment on function private.einvoice_bears(uuid,jsonb,jsonb) is 'Whether the XML that was stored with the text gives a value that is said to be its own.';
grant execute on function private.einvoice_bears(uuid,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.einvoice_says(einvoice jsonb, field text, proposal jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce((
    select case listed.kind
      when 'party' then private.says_name(private.plain(stored), value)
      when 'amount' then stored is not null
        and (coalesce(jsonb_typeof(einvoice_says.proposal #> listed.source), 'null') = 'null'
          or einvoice_says.proposal #> listed.source = einvoice_says.einvoice -> listed.einvoice)
      when 'type' then einvoice_says.einvoice is not null
      else stored = value
    end
    from private.metadata_fields() as listed,
      lateral (select einvoice_says.einvoice ->> listed.einvoice as stored,
        einvoice_says.proposal #>> listed.source as value) as compared
    where listed.field = einvoice_says.field), einvoice_says.einvoice is not null and einvoice_says.field = 'subject')
$function$;
comment on function private.einvoice_says(jsonb,text,jsonb) is 'Whether the XML that was stored with the text bears the proposed value of a field: it is the invoice itself, and needs no page.';
grant execute on function private.einvoice_says(jsonb,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.end_api_token(token_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.api_tokens as t set revoked_at = coalesce(t.revoked_at, now())
  where t.id = end_api_token.token_id and t.user_id = (select private.caller());
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such API token, or it is not yours.');
  end if;
end
$function$;
comment on function private.end_api_token(uuid) is 'See public.revoke_api_token.';
grant execute on function private.end_api_token(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.end_inbox_address(address_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
begin
  perform private.admit_request(owner);
  update public.inbox_addresses set revoked_at = coalesce(revoked_at, now()) where id = end_inbox_address.address_id
    and user_id = owner;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such mail address, or it is not yours.');
  end if;
end
$function$;
comment on function private.end_inbox_address(uuid) is 'See public.revoke_inbox_address.';
grant execute on function private.end_inbox_address(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.end_job(job private.jobs, ended_as private.job_state, problem jsonb DEFAULT NULL::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update private.jobs
  set state = ended_as, lease = null, token = null, lease_expires_at = null, last_error = coalesce(problem, last_error),
    -- A secret stays no longer than it is needed.
    payload = case when ended_as in ('done', 'dead') then payload - 'password' else payload end
  where id = job.id;
end
$function$;
comment on function private.end_job(private.jobs,private.job_state,jsonb) is 'Takes a job from its worker: done, dead, or queued again.';
grant execute on function private.end_job(private.jobs,private.job_state,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.end_share_link(link_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  document public.documents;
begin
  perform private.admit_request(owner);
  -- The document before its link, as deleting it has them.
  select documents.* into document from public.documents
    join public.share_links on share_links.document_id = documents.id
  where share_links.id = end_share_link.link_id and share_links.user_id = owner for key share of documents;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such share link, or it is not yours.');
  end if;
  update public.share_links set revoked_at = now() where id = end_share_link.link_id and revoked_at is null;
  if found then
    perform private.record_event(document, 'share', 'revoked', 'A share link was revoked.',
      jsonb_build_object('link_id', end_share_link.link_id));
  end if;
end
$function$;
comment on function private.end_share_link(uuid) is 'See public.revoke_share_link.';
grant execute on function private.end_share_link(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.end_upload_link(link_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
begin
  perform private.admit_request(owner);
  update public.upload_links set revoked_at = coalesce(revoked_at, now()) where id = end_upload_link.link_id
    and user_id = owner;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such upload link, or it is not yours.');
  end if;
end
$function$;
comment on function private.end_upload_link(uuid) is 'See public.revoke_upload_link.';
grant execute on function private.end_upload_link(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.equation_error(fields jsonb, source text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  one record;
begin
  for one in
    select paths.path, scalars.field from private.check_paths(source) as paths (path)
    left join private.scalar_fields(fields) as scalars using (path) order by scalars.path is not null
  loop
    if one.field is null then
      return format('names %s, which is no field', left(one.path, 60));
    elsif private.field_kind(one.field) not in ('number', 'integer', 'money') then
      return format('names %s, which is no number', one.path);
    end if;
  end loop;
  for one in select factor from private.check_terms(source) as terms, unnest(terms.factors) as factor loop
    if one.factor like 'sum(%' and (one.factor not like '%.%' or private.check_table(source) is not null) then
      return one.factor || ' must be over a column, and not beside the fields of one row';
    elsif one.factor ~ '^[a-z].*\.' and one.factor not like 'sum(%'
      and split_part(one.factor, '.', 1) <> private.check_table(source) then
      return 'is about the rows of two tables';
    end if;
  end loop;
  return null;
exception when raise_exception then
  return sqlerrm;
end
$function$;
comment on function private.equation_error(jsonb,text) is 'What is wrong with an equation between the fields of a schema; null when nothing is.';
grant execute on function private.equation_error(jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION private.erase_account()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.refuse_erasing_kept(new.user_id);
  if not private.erase_some(new.user_id, 200) then
    -- Nobody signs in again while private.erase_accounts deletes the rest. In the form that Auth's own bans have.
    delete from public.api_tokens where user_id = new.user_id;
    update auth.users set banned_until = now() + interval '100 years' where id = new.user_id;
  elsif coalesce((select reltuples from pg_catalog.pg_class where oid = to_regclass('auth.audit_log_entries')),
    0) < 100000 then
    perform private.erase_log(new.user_id);
    delete from private.account_erasures where user_id = new.user_id;
  end if;
  return null;
end
$function$;
comment on function private.erase_account() is 'Trigger: erases the account of a user who asked for it; of one with more than 200 documents the rest is left to private.erase_accounts, as is a long log of Auth''s. Errors: document_held (409), with what is held.';

CREATE OR REPLACE FUNCTION private.erase_accounts()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  asked private.account_erasures;
begin
  select * into asked from private.account_erasures order by asked_at limit 1 for update skip locked;
  if found and private.erase_some(asked.user_id, 500) then
    perform private.erase_log(asked.user_id);
    delete from private.account_erasures where user_id = asked.user_id;
  end if;
end
$function$;
comment on function private.erase_accounts() is 'Goes on with the account that asked first to be erased: 500 documents, then the user and what Auth''s log says of them. Run by pg_cron every 10 seconds.';

CREATE OR REPLACE FUNCTION private.erase_deleted_documents()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Before the jobs go: they tell whether reading had begun.
  perform private.settle_deleted(array(select row(gone.*)::public.documents from gone));
  delete from private.jobs
  where document_id in (select id from gone)
    and stage not in (select stages.stage from private.stages where outlives_document);
  insert into private.jobs (document_id, user_id, stage, queue_position, max_attempts, payload)
  select gone.id, gone.user_id, 'erase',
    private.next_queue_position('erase', gone.user_id) + row_number() over (partition by gone.user_id) - 1,
    stages.max_attempts, jsonb_strip_nulls(jsonb_build_object(
      'storage_path', gone.storage_path, 'thumbnail_path', case when gone.has_thumbnail then gone.storage_path end))
  from gone, private.stages where stages.stage = 'erase';
  perform private.publish_deletions(array(select row(gone.*)::public.documents from gone));
  perform private.dispatch_jobs();
  return null;
end
$function$;
comment on function private.erase_deleted_documents() is 'Trigger: what deleted documents took of their owners'' month is settled, their files and pictures are removed by jobs of their own, and consumers are told.';

CREATE OR REPLACE FUNCTION private.erase_log(owner uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from auth.audit_log_entries where payload::text like '%' || owner || '%';
exception when insufficient_privilege or undefined_table then
  raise warning 'docket: Auth''s log was left as it is: %', sqlerrm;
end
$function$;
comment on function private.erase_log(uuid) is 'Auth''s own log names a user in what they did: these lines go.';

CREATE OR REPLACE FUNCTION private.erase_rejected_file()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select from storage.objects where bucket_id = 'documents' and name = new.storage_path) then
    -- Not under the document's id: its jobs are about what it is, and this is about what it is not.
    perform private.queue_job('erase', gen_random_uuid(), new.user_id,
      jsonb_build_object('storage_path', new.storage_path));
  end if;
  return null;
end
$function$;
comment on function private.erase_rejected_file() is 'Trigger: a file that is not the one that was announced is erased, found out when it was stored or when it was read.';

CREATE OR REPLACE FUNCTION private.erase_some(owner uuid, at_most integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  erased integer;
begin
  -- One statement: the trigger on_documents_deleted queues the removal of the files, and holds the dispatch from then
  -- on.
  delete from public.documents where id in (select id from public.documents where user_id = owner order by id
    limit at_most);
  get diagnostics erased = row_count;
  if erased = at_most then
    return false;
  end if;
  -- Everything else refers to the user and goes along.
  delete from auth.users where id = owner;
  return true;
end
$function$;
comment on function private.erase_some(uuid,integer) is 'Deletes so many of a user''s documents, and with the last of them the user. Returns whether the user is gone.';

CREATE OR REPLACE FUNCTION private.erase_strays()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  stray record;
  found_strays integer := 0;
begin
  for stray in
    select objects.name, kind from storage.objects
    cross join lateral (select case bucket_id when 'documents' then 'storage_path' else 'thumbnail_path' end as kind)
      as named
    where bucket_id in ('documents', 'thumbnails') and objects.created_at < now() - interval '1 hour'
      and not exists (
        select from public.documents where storage_path = objects.name
          and not (bucket_id = 'documents' and status = 'failed'
            and (error ->> 'stage' = 'upload' or error ->> 'code' = 'file_differs')))
      and not exists (
        select from private.jobs where stage = 'erase' and payload ->> kind = objects.name
          and state in ('queued', 'dispatched', 'running'))
    limit 1000
  loop
    perform private.queue_job('erase', gen_random_uuid(), gen_random_uuid(),
      jsonb_build_object(stray.kind, stray.name));
    found_strays := found_strays + 1;
  end loop;
  return found_strays;
end
$function$;
comment on function private.erase_strays() is 'Queues the removal of stored files, and pictures of first pages, that belong to no document, or that their document rejected and whose own erasure did not come to its end; returns how many, at most 1,000. Run by pg_cron every hour.';

CREATE OR REPLACE FUNCTION private.expect_invocation(document_id uuid, user_id uuid, invokes boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.expect_invocation(uuid,uuid,boolean) is 'Whether the uploader invokes the reading: {invocation: {function_name, job_id, token}} to do it with; {} when pg_net does it.';
grant execute on function private.expect_invocation(uuid,uuid,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.expire_documents()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  expired integer;
  thrown_away integer;
begin
  delete from public.documents where id in (
    select id from public.documents, private.settings where documents.created_at < now() - keep_documents
      and not private.is_kept(documents.id)
    order by documents.created_at limit 1000 for update of documents skip locked);
  get diagnostics expired = row_count;
  delete from public.documents where id in (
    select id from public.documents, private.settings where documents.trashed_at < now() - keep_trash
    order by documents.trashed_at limit 1000 for update of documents skip locked);
  get diagnostics thrown_away = row_count;
  return expired + thrown_away;
end
$function$;
comment on function private.expire_documents() is 'Deletes documents that are older than keep_documents, and those that are in the trash for longer than keep_trash, the oldest 1,000 of each; returns how many. Run by pg_cron every 10 minutes.';

CREATE OR REPLACE FUNCTION private.extractions_told(ids jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  most constant integer := 500;
begin
  return (
    select jsonb_agg(jsonb_build_object('id', told.id, 'schema_id', told.schema_id, 'schema', schemas.name, 'status',
      told.status,
      'missing', told.missing, 'values', (
        select coalesce(jsonb_agg(to_jsonb(first_values)), '[]') from (
          select path, row_number as "row", value, proof from public.extracted_values
          where extraction_id = told.id order by path, row_number limit most) as first_values),
      'more_values', greatest(0, (select count(*) from public.extracted_values where extraction_id = told.id) - most))
        order by schemas.name)
    from public.extractions as told join public.extraction_schemas as schemas on schemas.id = told.schema_id
    where told.id::text in (select jsonb_array_elements_text(ids)));
end
$function$;
comment on function private.extractions_told(jsonb) is 'Extractions as webhooks tell them, by their ids: [{id, schema_id, schema, status, missing, values: [{path, row, value, proof}], more_values}], the first 500 values each. No quotes: they are text of the document.';
grant execute on function private.extractions_told(jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.factor_value(factor text, scalars jsonb, sums jsonb, of_row jsonb)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when factor ~ '^\d' then factor::numeric
    when factor like 'sum(%' then (sums ->> substr(factor, 5, length(factor) - 5))::numeric
    when factor like '%.%' then (of_row ->> factor)::numeric
    else (scalars ->> factor)::numeric end
$function$;
comment on function private.factor_value(text,jsonb,jsonb,jsonb) is 'The number of a factor: written, the sum of a column, a field of the row, a field of the document. Null where it is missing.';
grant execute on function private.factor_value(text,jsonb,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.fail_attempt(job private.jobs, problem jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  stage constant private.stages := private.stage_named(job.stage);
  document public.documents;
  given_back constant boolean := private.is_excused(job, problem);
  again constant boolean := coalesce((problem ->> 'retryable')::boolean, false)
    and (given_back or job.attempts < job.max_attempts);
  said constant text := coalesce(problem ->> 'message', 'The work was cut off.');
  told constant jsonb := jsonb_build_object('attempt', job.attempts, 'code', problem ->> 'code')
    || case when given_back then jsonb_build_object('excused', true) else '{}' end;
begin
  perform private.end_job(job, case when again then 'queued' else 'dead' end::private.job_state,
    problem - '{retry_after_ms,excused}'::text[]);
  if problem ->> 'code' = any (stage.throttling_codes) then
    perform private.throttle_stage(job);
  end if;
  select * into document from public.documents where id = job.document_id for update;
  if again then
    update private.jobs set
      attempts = job.attempts - given_back::integer, excused = job.excused + given_back::integer,
      run_after = clock_timestamp() + private.retry_delay(
        case when given_back then job.excused + 1 else job.attempts end,
        (problem ->> 'retry_after_ms')::double precision * interval '1 millisecond', job.stage)
    where id = job.id;
  end if;
  if document.id is null then
    return;
  end if;
  perform private.record_event(document, job.stage, case when again then 'retrying' else 'failed' end, said, told);
  if again or stage.fails_as is null then
    return;
  end if;
  if stage.repeats and private.was_done(document.id, job.stage) then
    -- What is there stays, and the history says why it was not renewed.
    perform private.set_document_status(document.id, stage.done_as);
  else
    perform private.set_document_status(document.id, stage.fails_as, jsonb_build_object(
      'stage', job.stage, 'code', problem ->> 'code', 'message', said,
      'attempt', job.attempts, 'retryable', coalesce((problem ->> 'retryable')::boolean, false)));
  end if;
end
$function$;
comment on function private.fail_attempt(private.jobs,jsonb) is 'Ends an attempt with an error {code, message, retryable, retry_after_ms, excused}: queued again if a retry can mend it and attempts are left, or this one is excused; else the job is dead, and the document failed, if the stage is one that its status follows.';
grant execute on function private.fail_attempt(private.jobs,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.fail_delivery(job private.jobs, endpoint public.webhook_endpoints, delivery public.webhook_deliveries, problem jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  failed_since constant timestamptz := coalesce(endpoint.failing_since, clock_timestamp());
  tried_since constant timestamptz := greatest(delivery.first_attempt_at, endpoint.enabled_at);
  final constant boolean := coalesce((problem ->> 'final')::boolean, false)
    or tried_since < clock_timestamp() - (select webhooks_tried_for from private.settings);
begin
  if final or not endpoint.enabled then
    if endpoint.enabled then
      perform private.disable_webhook(endpoint, delivery, problem);
    end if;
    perform private.end_job(job, 'done', problem - '{final,retry_after_ms}'::text[]);
    return;
  end if;
  update public.webhook_endpoints
  set failures = endpoint.failures + 1, failing_since = failed_since,
    paused_until = case when endpoint.failures + 1 >= 5 then clock_timestamp()
      + least(interval '1 hour', greatest(interval '10 seconds', (clock_timestamp() - failed_since) / 2)) end
  where id = endpoint.id;
  perform private.fail_attempt(job,
    jsonb_build_object('code', problem ->> 'code', 'message', problem ->> 'message', 'retryable', true,
    'retry_after_ms', problem -> 'retry_after_ms'));
end
$function$;
comment on function private.fail_delivery(private.jobs,public.webhook_endpoints,public.webhook_deliveries,jsonb) is 'An attempt failed, with {code, message, final, retry_after_ms}: its line is tried again later; after a day of that, or at once when trying again is no use, the webhook is disabled. After five failures in a row the whole webhook pauses, so that one that is gone costs little.';
grant execute on function private.fail_delivery(private.jobs,public.webhook_endpoints,public.webhook_deliveries,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.fail_extractions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.extractions set status = 'failed',
    error = jsonb_build_object('code', new.last_error ->> 'code', 'message', new.last_error ->> 'message')
  where document_id = new.document_id and status in ('queued', 'running');
  return null;
end
$function$;
comment on function private.fail_extractions() is 'Trigger: when the job is dead, the extractions that waited for it failed.';

CREATE OR REPLACE FUNCTION private.fail_upload(document public.documents, problem jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.set_document_status(document.id, 'failed',
    jsonb_build_object('stage', 'upload', 'attempt', 1, 'retryable', false) || fail_upload.problem);
  perform private.record_event(document, 'upload', 'failed', fail_upload.problem ->> 'message',
    jsonb_build_object('code', fail_upload.problem ->> 'code'));
end
$function$;
comment on function private.fail_upload(public.documents,jsonb) is 'The upload ends without a file: the document failed with {code, message}.';
grant execute on function private.fail_upload(public.documents,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.field_error(path text, field jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  known text[] := array['type', 'description', 'labels'];
  kind text;
  wrong text;
begin
  if jsonb_typeof(field) <> 'object'
    or coalesce(field ->> 'type', '') not in ('string', 'number', 'integer', 'boolean', 'object', 'array') then
    return path || ': type must be string, number, integer, boolean, object (with format money) or array';
  end if;
  if field ->> 'type' = 'array' then
    return path || ': is an array within an array';
  end if;
  kind := private.field_kind(field);
  if kind is null then
    return path || '.format: must be money for an object, and date, code or nothing for a string';
  end if;
  known := known || case when kind in ('string', 'code', 'date', 'money') then array['format', 'rule']
    when kind = 'enum' then array['enum'] else '{}' end;
  select key into wrong from jsonb_object_keys(field) as key where key <> all (known) limit 1;
  if wrong is not null then
    return format('%s: does not know %s', path, left(wrong, 60));
  end if;
  if field ? 'rule' and coalesce(field ->> 'rule', '') not in ('sender', 'date', 'total') then
    return path || '.rule: must be sender, date or total';
  end if;
  if field ? 'description' and (jsonb_typeof(field -> 'description') <> 'string'
    or length(field ->> 'description') not between 1 and 500) then
    return path || '.description: must be a text of 1 to 500 characters';
  end if;
  wrong := private.text_list_error(field -> 'labels', 60, 80);
  if wrong is not null then
    return format('%s.labels: %s', path, wrong);
  end if;
  if kind = 'enum' then
    wrong := coalesce(private.text_list_error(field -> 'enum', 50, 100), case
      when jsonb_array_length(field -> 'enum') = 0 then 'must have a value' end);
    if wrong is not null then
      return format('%s.enum: %s', path, wrong);
    end if;
  end if;
  return null;
end
$function$;
comment on function private.field_error(text,jsonb) is 'What is wrong with one field, as "field: problem"; null when nothing is.';
grant execute on function private.field_error(text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.field_kind(field jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when field ->> 'type' = 'object' and field ->> 'format' = 'money' then 'money'
    when field ->> 'type' in ('number', 'integer', 'boolean') then field ->> 'type'
    when field ->> 'type' = 'string' and field ? 'enum' then 'enum'
    when field ->> 'type' = 'string' and field ->> 'format' in ('date', 'code') then field ->> 'format'
    when field ->> 'type' = 'string' and not field ? 'format' then 'string' end
$function$;
comment on function private.field_kind(jsonb) is 'What a field holds: string, code, number, integer, boolean, date, enum or money. Null for what is no such field.';
grant execute on function private.field_kind(jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.field_of(fields jsonb, line_items text, name text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when name not like '%.%' then fields #> array['properties', name]
    when split_part(name, '.', 1) = line_items
      then fields #> array['properties', line_items, 'items', 'properties', substr(name, length(line_items) + 2)] end
$function$;
comment on function private.field_of(jsonb,text,text) is 'A field of a schema by its name, "total" or "items.total"; null for one that the rows do not have.';

CREATE OR REPLACE FUNCTION private.file_is_at_fault(code text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select code in ('encrypted_pdf', 'wrong_password', 'encrypted_file', 'broken_file', 'unpacked_too_large',
    'unreadable_pages', 'too_complex', 'too_many_pages',
    'too_many_parts', 'nested_too_deep', 'image_too_large', 'file_differs', 'illegible_page', 'xfa_form')
$function$;
comment on function private.file_is_at_fault(text) is 'Whether reading failed by what the file is. Such a document counts: otherwise anybody could have files kept and looked at without end. The errors of reading with status 422 in functions/_shared/errors.ts.';

CREATE OR REPLACE FUNCTION private.filter_cell(fields jsonb, schema_id uuid, line_items text, filter jsonb, alias text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  name constant text := coalesce(filter ->> 'field', '');
  field constant jsonb := private.field_of(fields, line_items, name);
begin
  if field is null or field ->> 'type' = 'array' then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters: %s is no field of these rows.', left(name, 90));
  end if;
  return format('%1$I.schema_id = %2$L and %1$I.path = %3$L and %4$s', alias, schema_id, name,
    case when filter ->> 'op' in ('present', 'missing') then format('%I.value is not null', alias)
      else private.cell_test(alias, field, name, filter ->> 'op', filter ->> 'value') end);
end
$function$;
comment on function private.filter_cell(jsonb,uuid,text,jsonb,text) is 'The condition on a row of extracted_values, called by an alias, that it is the cell of a filter''s field and has what the filter asks for; of missing, that it is there at all. Errors: invalid_request (400) naming the field.';

CREATE OR REPLACE FUNCTION private.find_quote(document_id uuid, page integer, quote text)
 RETURNS TABLE(page_number integer, similarity real, excerpt text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  longest_quote constant integer := 300;
  longest_page constant integer := 100000;
  near constant integer := least(greatest(coalesce(find_quote.page, 1), 1), 1000000);
  wanted constant text := private.plain(left(find_quote.quote, longest_quote + 1));
  -- A word that tells which other pages are worth a look, without folding all of them.
  rare constant text := (select found[1]
    from regexp_matches(lower(left(find_quote.quote, longest_quote)), '[a-z0-9]{2,}', 'g') as found
    order by length(found[1]) desc limit 1);
begin
  if length(find_quote.quote) > longest_quote or coalesce(wanted, '') !~ '[[:alnum:]]{2}' then
    return;
  end if;
  return query
    select pages.page_number, found.similarity, found.excerpt
    from public.document_pages as pages,
      private.quote_on_page(private.plain(left(pages.text, longest_page)), wanted) as found
    where pages.document_id = find_quote.document_id and pages.page_number = find_quote.page;
  if found then
    return;
  end if;
  return query
    select others.page_number, 1::real,
      private.words_around(others.plain, position(wanted in others.plain), length(wanted))
    from (
      select candidates.page_number, private.plain(left(candidates.text, longest_page)) as plain
      from (
        select pages.page_number, pages.text from public.document_pages as pages
        where pages.document_id = find_quote.document_id and pages.page_number is distinct from find_quote.page
          and (rare is null or strpos(lower(pages.text), rare) > 0)
        order by abs(pages.page_number - near) limit 40
      ) as candidates offset 0
    ) as others
    where position(wanted in others.plain) > 0
    order by abs(others.page_number - near) limit 1;
end
$function$;
comment on function private.find_quote(uuid,integer,text) is 'Looks for a quote in the stored text of a page: {page_number, similarity, excerpt: the page''s own words, as private.plain writes them}. Where it is not on that page but, exactly, on another, that one. A quote has up to 300 characters; of a page, the first 100,000 are looked at.';
grant execute on function private.find_quote(uuid,integer,text) to service_role;

CREATE OR REPLACE FUNCTION private.finish_job(job private.jobs, take_next boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.end_job(job, 'done');
  if (select throttled_to is not null from private.stages where stages.stage = job.stage) then
    -- More slots than this one may be free now: dispatch fills them all.
    perform private.grow_stage(job.stage);
    return null;
  end if;
  return case when take_next and not job.suspect
    then private.take_next(job.stage, private.lease_after(job.lease), job.worker) end;
end
$function$;
comment on function private.finish_job(private.jobs,boolean) is 'The job is done. With take_next its worker gets the next one of the stage: what private.claim_of returns. Null when there is none, the job was a suspect, or the stage is throttled: then the caller calls dispatch_jobs.';
grant execute on function private.finish_job(private.jobs,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.finish_stored_upload()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  -- Before it takes the bytes, Storage tries the row without a size and rolls it back: a refusal here spares the
  -- transfer.
  rehearsal boolean := not coalesce(new.metadata ? 'size', false);
begin
  if rehearsal then
    select * into document from public.documents where storage_path = new.name;
  else
    select * into document from public.documents where storage_path = new.name for update;
  end if;
  if document.status is distinct from 'uploading' then
    -- Storage answers 23505 with 409 and 42501 with 403, and removes the bytes that it has taken.
    if tg_op = 'UPDATE' and document.id is not null then
      raise exception 'The file of this document is stored; it is never replaced.' using errcode = '23505';
    end if;
    raise exception 'No file is expected here: announce it to the upload function, and send it in time.'
      using errcode = '42501';
  end if;
  if not rehearsal then
    begin
      perform private.settle_upload(document, new.metadata);
    exception when others then
      -- The file is stored, and stays: the sweep finds it.
      raise warning 'docket: the upload of % was not finished: %', new.name, sqlerrm;
    end;
  end if;
  return null;
end
$function$;
comment on function private.finish_stored_upload() is 'Trigger: the bucket "documents" takes a file once, for a document that waits for it; private.settle_upload says what becomes of it. Anything else is refused with an error that Storage passes on: an announcement that expired, a document that is gone, a file that would replace one that is there.';

CREATE OR REPLACE FUNCTION private.finish_upload(document_id uuid)
 RETURNS public.document_status
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.finish_upload(uuid) is 'The file that was announced is stored: the document is processing, and its reading is queued. A repeat changes nothing. Returns the status; null when the document is gone.';

CREATE OR REPLACE FUNCTION private.folded(words text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select lower(extensions.unaccent(btrim(words))) $function$;
comment on function private.folded(text) is 'Words as document_search.names has them: lower case, no accents.';

CREATE OR REPLACE FUNCTION private.folded_text(words text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE STRICT
 SET search_path TO ''
AS $function$
begin
  -- unaccent is stable only because its dictionary could be another one: here it is named.
  return lower(extensions.unaccent('extensions.unaccent'::regdictionary, words));
end
$function$;
comment on function private.folded_text(text) is 'A text for comparing, without accents and capitals: as private.part_pattern folds what is looked for.';
grant execute on function private.folded_text(text) to service_role;

CREATE OR REPLACE FUNCTION private.follow_rules(document public.documents, outcome jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.retain(document, (rule ->> 'keep_until')::date, (rule ->> 'hold')::boolean)
  from jsonb_array_elements(outcome -> 'rules') as rule where rule ?| array['keep_until', 'hold'];
  insert into public.extractions (document_id, schema_id, user_id, schema_version)
  select document.id, schemas.id, document.user_id, schemas.version
  from (
    select distinct schema_id::uuid as id
    from jsonb_array_elements(outcome -> 'rules') as rule, jsonb_array_elements_text(rule -> 'schemas') as schema_id)
      as wanted
  join public.extraction_schemas as schemas on schemas.id = wanted.id and schemas.user_id = document.user_id
  on conflict do nothing;
exception when others then
  raise warning 'docket: rules were not followed for %: %', document.id, sqlerrm;
end
$function$;
comment on function private.follow_rules(public.documents,jsonb) is 'What rules start beside the metadata: they keep or hold a document, and it gets an extraction for each schema that they apply, unless it was applied before. Its job is queued when the document is completed, or by private.queue_extractions.';
grant execute on function private.follow_rules(public.documents,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.forget(document public.documents, undone text[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from public.learned_hints
  where document_id = document.id and user_id = document.user_id
    and undone && array['correspondent', 'document_type', 'document_date', 'amount'];
$function$;
comment on function private.forget(public.documents,text[]) is 'An edit that is taken back teaches nothing: what was last learned of that document is forgotten.';

CREATE OR REPLACE FUNCTION private.forget_dead_jobs(of_document uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from private.jobs
  where document_id = of_document and state = 'dead'
    and stage in (select stages.stage from private.stages where fails_as is not null);
end
$function$;
comment on function private.forget_dead_jobs(uuid) is 'A failed document starts over: its dead jobs go. Those of stages that leave its status alone have nothing to do with that, and stay.';
grant execute on function private.forget_dead_jobs(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.forget_document_in_deliveries(of_document uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.webhook_deliveries
  set payload = jsonb_set(payload, '{data}', jsonb_build_object('event_id', payload #> '{data,event_id}',
      'document', jsonb_build_object('id', of_document, 'deleted', true))),
    response_body = null
  where document_id = of_document and event_type <> 'document.deleted';
end
$function$;
comment on function private.forget_document_in_deliveries(uuid) is 'A document is deleted: of its messages only the ids stay, in those that wait too. The caller has locked the dispatch.';
grant execute on function private.forget_document_in_deliveries(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.forget_link_secret()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.link_secrets where link_id = old.id;
  return null;
end
$function$;
comment on function private.forget_link_secret() is 'Trigger: what a link is known by goes with it.';

CREATE OR REPLACE FUNCTION private.forget_model_call()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.document_id := null;
  new.job_id := null;
  return new;
end
$function$;
comment on function private.forget_model_call() is 'Trigger: of an erased user the price of their calls stays, and nothing that leads to them.';

CREATE OR REPLACE FUNCTION private.forget_webhook_secret()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from vault.secrets where id = old.secret_id;
  return null;
end
$function$;
comment on function private.forget_webhook_secret() is 'Trigger: a secret that signs nothing any more leaves Vault.';

CREATE OR REPLACE FUNCTION private.form_alias()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.form_alias() is 'Trigger: the tag of an alias is written as the vocabulary writes tags; a user has at most 500 aliases. Errors: not_allowed_now (409), also while an earlier renaming of the same tag is under way.';

CREATE OR REPLACE FUNCTION private.found_documents(question jsonb, tags text[], document_types text[], statuses public.document_status[], date_from date, date_to date, amount_from numeric, amount_to numeric, currencies text[], sort text, after jsonb, page_size integer, nearly boolean)
 RETURNS TABLE(document_id uuid, key text, place bigint, total bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO ''
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  -- The columns of a query that is put together are not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false
  caller constant uuid := private.caller();
  words constant text := question ->> 'words';
  all_tags constant text[] := tags || array(select jsonb_array_elements_text(question -> 'tags'));
  descending constant boolean := sort like '-%' or sort = 'relevance';
  sort_key constant text := case ltrim(sort, '-')
    when 'created_at' then 'd.created_at'
    when 'name' then 'lower(coalesce(d.display_name, d.filename))'
    when 'document_date' then $key$coalesce(d.document_date, '-infinity'::date)$key$
    when 'amount' then $key$coalesce(d.amount, '-infinity'::numeric)$key$
    -- Those without a sender come last, in any collation.
    when 'correspondent' then $key$coalesce('1' || lower(d.correspondent), '2')$key$
    when 'byte_size' then 'd.byte_size'
    when 'due_date' then 'due.day'
    when 'relevance' then 'd.score'
  end;
  sort_key_type constant text := case ltrim(sort, '-')
    when 'created_at' then 'timestamptz' when 'name' then 'text' when 'correspondent' then 'text'
      when 'due_date' then 'text' when 'document_date' then 'date' when 'byte_size' then 'bigint' else 'numeric'
  end;
  matches text;
  filters text := concat(
    case when cardinality(all_tags) > 0 then ' and d.tags @> $2' end,
    case when question ? 'types' then format(' and d.document_type = any(array(select jsonb_array_elements_text(%L)))',
      question -> 'types') end,
    case when question ? 'from' then format(' and lower(extensions.unaccent(d.correspondent)) like %L',
      private.part_pattern(question ->> 'from')) end,
    case when question ? 'after' then format(' and d.document_date >= %L::date', question ->> 'after') end,
    case when question ? 'before' then format(' and d.document_date < %L::date', question ->> 'before') end,
    case when question ? 'sources'
      then format(' and private.source_of(d.*::public.documents) = any(array(select jsonb_array_elements_text(%L)))',
      question -> 'sources') end,
    case when question ? 'pages_from' then format(' and d.page_count >= %s', (question ->> 'pages_from')::integer) end,
    case when question ? 'pages_to' then format(' and d.page_count <= %s', (question ->> 'pages_to')::integer) end,
    case when question ? 'noted' then ' and d.note is not null' end,
    case when cardinality(document_types) > 0 then format(' and d.document_type = any(%L::text[])', document_types) end,
    case when cardinality(statuses) > 0 then format(' and d.status = any(%L::public.document_status[])', statuses) end,
    case when date_from is not null then ' and d.document_date >= $3' end,
    case when date_to is not null then ' and d.document_date <= $4' end,
    case when amount_from is not null then format(' and d.amount >= %L::numeric', amount_from) end,
    case when amount_to is not null then format(' and d.amount <= %L::numeric', amount_to) end,
    case when cardinality(currencies) > 0 then format(' and d.currency = any(%L::text[])', currencies) end);
  source text := 'public.documents as d';
  counted bigint;
begin
  if greatest(cardinality(tags), cardinality(document_types), cardinality(statuses), cardinality(currencies)) > 100
    or octet_length(after::text) > 4000 then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'Filter by at most 100 tags, types, statuses or currencies, and continue with what "next" said.';
  end if;
  if words <> '' or question ? 'days' then
    -- Literals, not parameters: the planner has to see whether a word is rare (read the index) or common (read the
    -- newest).
    matches := format(' and s.user_id = $1%s%s',
      case when words <> '' then format(' and (%s)', private.matches_of(words, nearly)) end,
      case
        when question ? 'days'
        then format(' and (d.document_date = any(array(select jsonb_array_elements_text(%1$L)::date)) or s.search @@ %2$L::tsquery)',
        question -> 'days', private.days_asked(question -> 'days')) end);
    if sort <> 'relevance' then
      source := source || ' join public.document_search as s on s.document_id = d.id';
      filters := filters || matches;
    else
      -- Without filters the at most 500 documents are looked up one by one ("offset 0"), whatever the planner thinks
      -- of a word.
      source := format(
        $from$(select d.*, round((ts_rank(d.search, %1$L) + extensions.word_similarity(%2$L, d.names))::numeric, 6)
          as score from (
          select d.*, s.search, s.names from public.document_search as s cross join lateral (
            select * from public.documents as d where d.id = s.document_id and d.user_id = $1
              and d.trashed_at is null%4$s) as d
          where true%3$s order by s.created_at desc limit 500) as d) as d$from$,
        private.words_asked(words), private.folded(words), matches, coalesce(nullif(filters, ''), ' offset 0'));
      filters := '';
    end if;
  end if;
  if ltrim(sort, '-') = 'due_date' or question ? 'due_to' then
    -- Those that are payable by a day: few of all, so they are found first.
    source := source || $from$ join (
      select document_id, min(text_value) as day from public.extracted_values
      where user_id = $1 and path = 'due_date'
        and case when text_value ~ '^\d{4}-\d\d-\d\d$' then pg_input_is_valid(text_value, 'date') else false end
      group by document_id) as due on due.document_id = d.id$from$;
    filters := filters || case when question ? 'due_to'
      then format(' and due.day between %L and %L', coalesce(question ->> 'due_from', ''), question ->> 'due_to')
      else '' end;
  end if;
  if after is null and not nearly then
    -- In the order of the rows, so that the same index is read.
    execute format('select count(*) from (select from %s where d.user_id = $1 and d.trashed_at is null%s order by %s %s limit 1001) as matching',
      source, filters, sort_key, case when descending then 'desc' else 'asc' end)
    into counted using caller, all_tags, date_from, date_to;
  end if;
  if after is not null then
    filters := filters || format(' and (%s, d.id) %s (%L::%s, %L::uuid)', sort_key, case when descending then '<'
      else '>' end, after ->> 'key', sort_key_type, after ->> 'id');
  end if;
  return query execute format(
    'select d.id, (%1$s)::text, row_number() over (order by %1$s %4$s, d.id %4$s), $5 from %2$s where d.user_id = $1 and d.trashed_at is null%3$s order by %1$s %4$s, d.id %4$s limit %5$s',
    sort_key, source, filters, case when descending then 'desc' else 'asc' end, page_size)
  using caller, all_tags, date_from, date_to, counted;
end
$function$;
comment on function private.found_documents(jsonb,text[],text[],public.document_status[],date,date,numeric,numeric,text[],text,jsonb,integer,boolean) is 'The ids of one page of the caller''s own documents, in order, and with the first page how many there are, counted up to 1,001. Of a common word, the newest 500 matches are ranked.';
grant execute on function private.found_documents(jsonb,text[],text[],public.document_status[],date,date,numeric,numeric,text[],text,jsonb,integer,boolean) to authenticated;

CREATE OR REPLACE FUNCTION private.found_rows(schema_id uuid, line_items text, filters jsonb, sort text, descending boolean, after jsonb, most integer)
 RETURNS TABLE(key text, document_id uuid, extraction_id uuid, row_number integer, place bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
#variable_conflict use_column
declare
  -- What a query that is put together returns is not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false So many rows are read in their order, which finds most pages; after
  -- that the filters come first.
  read_in_order constant integer := 2000;
  fields constant jsonb := private.own_fields(found_rows.schema_id, found_rows.line_items);
  lines constant text := found_rows.line_items;
  wanted constant text := found_rows.sort;
  start constant jsonb := nullif(found_rows.after, 'null');
  backwards constant boolean := coalesce(found_rows.descending, false);
  sorted constant jsonb := private.field_of(fields, lines, wanted);
  counted constant boolean := sorted ->> 'type' in ('number', 'integer', 'object');
  rows_of_schema text;
  in_order text;
  conditions text;
  source text;
  page text := 'select v.key::text, v.document_id, v.extraction_id, v.row_number, row_number() over (order by %1$s) as place from (%2$s) as v where true%3$s order by %1$s limit %4$s';
  lead record;
  several jsonb;
  hits jsonb;
  more boolean;
begin
  if octet_length(start::text) > 4000 then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'after is not what the answer''s next said.';
  end if;
  if wanted is not null then
    if sorted is null or sorted ->> 'type' = 'array' or (wanted like '%.%') <> (lines is not null) then
      raise exception using errcode = 'PT400', hint = 'invalid_request',
        message = format('sort: %s is no field of these rows.', left(wanted, 90));
    end if;
    in_order := (case when backwards then 'v.key desc, v.document_id desc, v.row_number desc'
      else 'v.key, v.document_id, v.row_number' end);
    rows_of_schema := format(
      'select v.%1$s as key, v.document_id, v.extraction_id, v.row_number, v.text_value, v.number_value, v.currency,
        v.schema_id, v.path
      from public.extracted_values as v
      where v.schema_id = %2$L and v.user_id = %3$L and v.path = %4$L and v.%1$s is not null%5$s',
      case when counted then 'number_value' else 'text_value' end, found_rows.schema_id, private.caller(), wanted,
      case
        when start is not null
        then format(' and (v.%s, v.document_id, v.row_number) %s (%L::%s, %L::uuid, %L::integer)',
        case when counted then 'number_value' else 'text_value' end, case when backwards then '<' else '>' end,
        start ->> 'key', case when counted then 'numeric' else 'text' end, start ->> 'document_id',
        start ->> 'row_number') end)
      -- Where the rows begin is where the filters of this field let them.
      || private.row_filters(fields, found_rows.schema_id, lines, (
        select jsonb_agg(filter) from jsonb_array_elements(case
          when jsonb_typeof(found_rows.filters) = 'array' then found_rows.filters end) as filter
        where filter ->> 'field' = wanted and filter ->> 'op' not in ('present', 'missing')),
        'v.extraction_id', 'v.row_number', wanted);
  else
    -- The newest first, and of each document its lines in their order.
    in_order := 'v.key desc, v.extraction_id desc, v.row_number';
    rows_of_schema := format(
      'select e.created_at as key, e.document_id, e.id as extraction_id, lines.row_number
      from public.extractions as e cross join lateral (%1$s) as lines (row_number)
      where e.schema_id = %2$L and e.user_id = %3$L and e.status in (''completed'', ''needs_review'')%4$s',
      case when lines is null then 'select 0' else format(
        'select distinct cells.row_number from public.extracted_values as cells where cells.extraction_id = e.id and starts_with(cells.path, %L)', lines || '.') end,
      found_rows.schema_id, private.caller(),
      case
        when start is not null
        then format(' and (e.created_at, e.id) <= (%1$L::timestamptz, %2$L::uuid) and (e.id <> %2$L::uuid or lines.row_number > %3$L::integer)',
        start ->> 'key', start ->> 'extraction_id', start ->> 'row_number') end);
  end if;
  conditions := format(' and v.document_id not in (select trash.id from public.documents as trash where trash.user_id = %L and trash.trashed_at is not null)%s',
    private.caller(), private.row_filters(fields, found_rows.schema_id, lines, found_rows.filters, 'v.extraction_id',
      'v.row_number', wanted));
  lead := private.leading_filter(fields, found_rows.schema_id, lines, found_rows.filters, wanted);
  if lead.filter is null then
    return query execute format(page, in_order, rows_of_schema, conditions, most);
    return;
  end if;
  if not lead.leaves_few then
    source := format('select * from (%s) as v order by %s limit %s', rows_of_schema, in_order, read_in_order);
    execute format('select coalesce(jsonb_agg(to_jsonb(hit) order by hit.place), jsonb_build_array()) from (%s) as hit', format(page, in_order, source, conditions, most)) into hits;
    if jsonb_array_length(hits) < most then
      execute format('select count(*) = %s from (%s) as v', read_in_order, source) into more;
    end if;
    if not coalesce(more, false) then
      return query select hit.key, hit.document_id, hit.extraction_id, hit.row_number, hit.place
        from jsonb_to_recordset(hits) as hit (key text, document_id uuid, extraction_id uuid, row_number integer,
          place bigint) order by hit.place;
      return;
    end if;
  end if;
  -- Several filters that each leave many rows may share few of them.
  select jsonb_agg(filter) into several from jsonb_array_elements(found_rows.filters) as filter
  where not lead.leaves_few and filter ->> 'op' <> 'missing';
  -- What the filters leave comes first, and each row of it is looked up: "offset 0" keeps the planner from another
  -- order. It hopes to meet matches early in the order of the rows, and reads them all where there are none.
  return query execute format(page, in_order, format(
    'select v.* from (%1$s offset 0) as led
    cross join lateral (%2$s and %3$s = led.extraction_id%4$s offset 0) as v',
    case when jsonb_array_length(several) > 1
      then format(
        'select e.id as extraction_id, matching.row_number
        from private.rows_with_all(%1$L, %2$L, %3$L, %4$L) as matching
        join public.extractions as e on e.document_id = matching.document_id and e.schema_id = %2$L',
        fields, found_rows.schema_id, lines, several)
      else format('select leader.extraction_id, leader.row_number from public.extracted_values as leader where %s%s',
        private.filter_cell(fields, found_rows.schema_id, lines, lead.filter, 'leader'),
        -- Where each row is a document, all filters are about it.
        case when lines is null then private.row_filters(fields, found_rows.schema_id, null, (
          select jsonb_agg(filter) from jsonb_array_elements(found_rows.filters) as filter where filter <> lead.filter
            and filter ->> 'field' is distinct from wanted),
          'leader.extraction_id', '0', null) end) end,
    rows_of_schema, case when wanted is null then 'e.id' else 'v.extraction_id' end,
    case when lead.filter ->> 'field' like '%.%' or jsonb_path_exists(several, '$[*].field ? (@ like_regex "[.]")')
      and jsonb_array_length(several) > 1
      then format(' and %s.row_number = led.row_number', case when wanted is null then 'lines' else 'v' end) end),
    conditions, most);
end
$function$;
comment on function private.found_rows(uuid,text,jsonb,text,boolean,jsonb,integer) is 'Where the rows of one page of a schema of the caller''s own are, in their order. Errors: as public.schema_rows.';
grant execute on function private.found_rows(uuid,text,jsonb,text,boolean,jsonb,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.free_slots(of_stage private.stages, suspects boolean DEFAULT false)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case when suspects then least(1, of_stage.in_flight_limit) else private.allowed_in_flight(of_stage) end
    - (select count(*) from private.jobs where stage = of_stage.stage and suspect = suspects
      and state in ('dispatched', 'running'));
end
$function$;
comment on function private.free_slots(private.stages,boolean) is 'How many more may go out; below zero right after the limit was lowered. Suspects have one slot of their own: while one runs, the others go on.';
grant execute on function private.free_slots(private.stages,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.functions_url()
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select rtrim(decrypted_secret, '/') from vault.decrypted_secrets where name = 'functions_url'
$function$;
comment on function private.functions_url() is 'Where the Edge Functions are, seen from Postgres: the Vault secret "functions_url". Null while it is not set; jobs wait then.';

CREATE OR REPLACE FUNCTION private.give_back(document public.documents)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if private.file_is_at_fault(document.error ->> 'code') then
    perform private.debit(document.user_id, documents => private.count_document(document.id, document.user_id));
  else
    update private.reservations set open = false where document_id = document.id;
  end if;
end
$function$;
comment on function private.give_back(public.documents) is 'A document that failed for no fault of its file gives back its place and the pages that were not read.';

CREATE OR REPLACE FUNCTION private.give_up_delivery(delivery_id bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  delivery constant public.webhook_deliveries := private.own_delivery(give_up_delivery.delivery_id);
begin
  if delivery.state <> 'waiting' then
    perform private.refuse(409, 'not_allowed_now', 'Only a message that waits can be skipped.');
  end if;
  update public.webhook_deliveries set state = 'skipped' where id = delivery.id;
end
$function$;
comment on function private.give_up_delivery(bigint) is 'See public.skip_webhook_delivery.';
grant execute on function private.give_up_delivery(bigint) to authenticated;

CREATE OR REPLACE FUNCTION private.given_rules(owner uuid, given jsonb)
 RETURNS private.compiled_rules[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  one jsonb;
  wrong text;
  rule public.rules;
  compiled private.compiled_rules[] := array[]::private.compiled_rules[];
begin
  if given is null or given = 'null' then
    return private.rules_of(owner);
  end if;
  if jsonb_typeof(given) <> 'array' or jsonb_array_length(given) not between 1 and 100 then
    return null;
  end if;
  for one in select * from jsonb_array_elements(given) loop
    if jsonb_typeof(one) = 'string' then
      select rules.* into rule from public.rules as rules where rules.id::text = one #>> '{}' and rules.user_id = owner;
      if not found then
        return null;
      end if;
    elsif jsonb_typeof(one) = 'object' then
      select string_agg(format('"%s"', left(key, 60)), ', ') into wrong from jsonb_object_keys(one) as key
        where key not in ('name', 'conditions', 'actions');
      wrong := coalesce('Unknown fields: ' || left(wrong, 200),
        private.rule_error(coalesce(one -> 'conditions', jsonb_build_object()), one -> 'actions', owner));
      if wrong is not null then
        raise exception using errcode = 'PT400', hint = 'invalid_request', message = wrong;
      end if;
      rule := null;
      rule.user_id := owner;
      rule.name := left(coalesce(one ->> 'name', 'New rule'), 100);
      rule.conditions := coalesce(one -> 'conditions', jsonb_build_object());
      rule.actions := one -> 'actions';
    else
      return null;
    end if;
    -- In the order in which they are given.
    rule.position := cardinality(compiled);
    compiled := compiled || private.compile_rule(rule);
  end loop;
  return compiled;
end
$function$;
comment on function private.given_rules(uuid,jsonb) is 'Rules to try, compiled: ids of saved ones, or {name, conditions, actions}; a user''s enabled ones where nothing is given. Null when it is no such list. Errors: invalid_request (400).';

CREATE OR REPLACE FUNCTION private.group_of_amounts(group_by text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if coalesce(group_by, 'none') not in ('none', 'correspondent', 'document_type', 'tag', 'month') then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'group_by is correspondent, document_type, tag or month; or nothing, for one sum per currency.';
  end if;
  return coalesce(group_by, 'none');
end
$function$;
comment on function private.group_of_amounts(text) is 'What amounts are summed by; "none" for one sum per currency. Errors: invalid_request (400).';
grant execute on function private.group_of_amounts(text) to authenticated;

CREATE OR REPLACE FUNCTION private.grow_stage(done_stage private.job_stage)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.lock_dispatch();
  update private.stages
  set throttled_to = case when throttled_to + 1 / throttled_to < in_flight_limit
    then throttled_to + 1 / throttled_to end
  where stage = done_stage and throttled_to is not null
$function$;
comment on function private.grow_stage(private.job_stage) is 'A job of the stage is done: a limit that was lowered grows, by one for each round of jobs.';
grant execute on function private.grow_stage(private.job_stage) to service_role;

CREATE OR REPLACE FUNCTION private.guard_document_status()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if not ((old.status, new.status) in (('uploading', 'processing'), ('uploading', 'failed'), ('failed', 'uploading'))
    or exists (
      select from private.stages
      where (old.status, new.status) in (
        (waits_as, runs_as), (waits_as, fails_as), (runs_as, done_as), (runs_as, fails_as), (fails_as, waits_as),
        (fails_as, runs_as))
        or repeats and (old.status, new.status) = (done_as, runs_as)))
  then
    perform private.refuse(409, 'not_allowed_now',
      format('A document does not go from %s to %s.', old.status, new.status));
  end if;
  return new;
end
$function$;
comment on function private.guard_document_status() is 'Trigger: a status changes as an upload does, or as the statuses of a row of private.stages follow each other.';

CREATE OR REPLACE FUNCTION private.halt_rule_run(rule_run_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  run public.rule_runs := private.own_rule_run(halt_rule_run.rule_run_id);
begin
  update public.rule_runs set state = 'stopped' where id = run.id and state = 'running' returning * into run;
  return (select state from public.rule_runs where id = halt_rule_run.rule_run_id);
end
$function$;
comment on function private.halt_rule_run(uuid) is 'See public.stop_rule_run.';
grant execute on function private.halt_rule_run(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.hand_over_shared_parts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.documents set parent_id = other.parent_id
  from (
    select distinct on (part.document_id) part.document_id, part.parent_id
    from public.document_parts as part join public.documents as child on child.id = part.document_id
    where child.parent_id = old.id and part.parent_id not in (old.id, part.document_id)
    order by part.document_id, part.created_at
  ) as other
  where documents.id = other.document_id and documents.parent_id = old.id;
  return null;
end
$function$;
comment on function private.hand_over_shared_parts() is 'Trigger: an attachment that came with another mail too does not go with the first; it becomes the part of the other.';

CREATE OR REPLACE FUNCTION private.has_compounds(language text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(language in ('de', 'nl', 'sv', 'da', 'no', 'nb', 'nn', 'is', 'fi', 'hu', 'et'), false)
$function$;
comment on function private.has_compounds(text) is 'Whether a language writes compounds as one word.';

CREATE OR REPLACE FUNCTION private.held_job(job_id uuid, lease uuid)
 RETURNS private.jobs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs;
begin
  perform private.lock_document_of(held_job.job_id);
  select * into job from private.jobs
  where id = held_job.job_id and jobs.lease = held_job.lease and state = 'running' for update;
  if not found then
    perform private.refuse(409, 'lease_lost', 'Another worker has taken this job over; nothing was changed.');
  end if;
  return job;
end
$function$;
comment on function private.held_job(uuid,uuid) is 'The job, locked, and its document with it, if that lease still holds it. Errors: lease_lost (409). Everything that a worker saves goes through here.';
grant execute on function private.held_job(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.hints_for(document_id uuid, schema_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', best.id, 'path', best.path, 'value', best.value, 'label',
      best.label, 'page', best.page, 'quote', best.quote, 'places', best.places,
      'corrected_on', to_char(best.corrected_at at time zone 'utc', 'YYYY-MM-DD')) order by best.path),
        jsonb_build_array())
    from (
      select distinct on (hints.path) hints.*
      from private.document_clues as clues
      join public.extraction_hints as hints on hints.user_id = clues.user_id and hints.schema_id = hints_for.schema_id
      cross join lateral private.shared_marks(hints.marks, clues.marks) as shared
      where clues.document_id = hints_for.document_id and shared > 0
      order by hints.path, shared desc, hints.corrected_at desc
    ) as best);
end
$function$;
comment on function private.hints_for(uuid,uuid) is 'What the owner of a document taught of a schema and the sender of the document: [{id, path, value, label, page, quote, places, corrected_on}], one a field.';
grant execute on function private.hints_for(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.hold_own(document_id uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select private.change_retention_own(document_id, jsonb_build_object('held', true))
$function$;
comment on function private.hold_own(uuid) is 'See public.hold_document.';
grant execute on function private.hold_own(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.holders_of(document public.documents)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if document.parent_id is null then
    return array[document.id];
  end if;
  return array(
    with recursive holders as (
      select document.parent_id as id
      union select documents.parent_id from holders join public.documents on documents.id = holders.id
        where documents.parent_id is not null)
    select id from holders) || document.id;
end
$function$;
comment on function private.holders_of(public.documents) is 'The document, and the mails and archives that it came in.';

CREATE OR REPLACE FUNCTION private.in_pairs(words text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  signs constant text := '[\u0E00-\u0E7F\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]';
  run text;
  pairs text;
begin
  for run in select hit[1] from regexp_matches(words, '(' || signs || '{3,})', 'g') as hit loop
    select string_agg(substr(run, place, 2), ' ' order by place) into pairs
      from generate_series(1, length(run) - 1) as place;
    words := replace(words, run, ' ' || pairs || ' ');
  end loop;
  return words;
end
$function$;
comment on function private.in_pairs(text) is 'Words of scripts without spaces as the pairs of signs that private.other_spellings indexes.';

CREATE OR REPLACE FUNCTION private.inbox_address_of(address_sha256 text)
 RETURNS public.inbox_addresses
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  address public.inbox_addresses;
begin
  select inbox_addresses.* into address from private.link_secrets as secrets
    join public.inbox_addresses on inbox_addresses.id = secrets.link_id
  where secrets.token_sha256 = decode(inbox_address_of.address_sha256, 'hex') and inbox_addresses.revoked_at is null;
  return address;
end
$function$;
comment on function private.inbox_address_of(text) is 'The address with a local part that has this SHA-256 (hexadecimal); a row of nulls when there is none, or it was revoked.';
grant execute on function private.inbox_address_of(text) to service_role;

CREATE OR REPLACE FUNCTION private.index_description(document public.documents)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- The words of the text stay as they are: to find them again is most of the work. Each time they move a little
  -- further from the beginning, by as many words as stand before them; between them nothing changes.
  update public.document_search
  set search = private.described_words(document) || ts_filter(search, '{d}'), names = private.names_of(document)
  where document_id = document.id;
exception when program_limit_exceeded then
  update public.document_search
  set search = private.search_of(document, (select raw_text from public.ocr_results where document_id = document.id)),
    names = private.names_of(document)
  where document_id = document.id;
end
$function$;
comment on function private.index_description(public.documents) is 'Keeps document_search in step with what a document is called, tagged and summarised as.';

CREATE OR REPLACE FUNCTION private.index_document()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  raw_text constant text := (select ocr_results.raw_text from public.ocr_results where document_id = new.id);
begin
  if tg_op = 'UPDATE' and (new.status <> 'ocr_complete' or old.status = 'ocr_complete') then
    perform private.index_description(new);
    -- The language is known once a document is described.
    if old.language is distinct from new.language
      and (private.has_compounds(old.language) or private.has_compounds(new.language)) then
      update public.document_search set compounds = private.compounds_of(new, raw_text) where document_id = new.id;
    end if;
    return null;
  end if;
  insert into public.document_search (document_id, user_id, search, names, compounds, created_at)
  values (new.id, new.user_id, private.search_of(new, raw_text), private.names_of(new),
    private.compounds_of(new, raw_text), new.created_at)
  on conflict (document_id) do update set search = excluded.search, names = excluded.names,
    compounds = excluded.compounds;
  return null;
end
$function$;
comment on function private.index_document() is 'Trigger: keeps document_search in step with a document and its text: with all of it when it is made or read, else with what describes it.';

CREATE OR REPLACE FUNCTION private.interrupted()
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('code', 'upload_interrupted', 'message', 'The file never arrived in full. Upload it again.')
$function$;
comment on function private.interrupted() is 'The error of an upload whose file did not come in time, or could not be stored.';
grant execute on function private.interrupted() to service_role;

CREATE OR REPLACE FUNCTION private.is_assured()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return coalesce((select auth.jwt()) ->> 'aal', 'aal1') in ('aal2', 'aal3')
    or not exists (select from auth.mfa_factors where user_id = (select auth.uid()) and status = 'verified');
end
$function$;
comment on function private.is_assured() is 'Whether the caller''s session has all factors that the user has: the claim aal is aal2, or no factor of the user is verified.';
grant execute on function private.is_assured() to authenticated;

CREATE OR REPLACE FUNCTION private.is_correspondent(document_id uuid, name text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce((
    select extensions.similarity(private.plain(documents.correspondent), private.plain(is_correspondent.name)) >= 0.5
    from public.documents where documents.id = is_correspondent.document_id), false)
$function$;
comment on function private.is_correspondent(uuid,text) is 'Whether a name is that of whom a document was described to be from, be it with its legal form or without.';
grant execute on function private.is_correspondent(uuid,text) to service_role;

CREATE OR REPLACE FUNCTION private.is_excused(job private.jobs, problem jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return job.excused < 10
    and (coalesce((problem ->> 'excused')::boolean, false)
      or coalesce(problem ->> 'code' = any ((private.stage_named(job.stage)).excused_codes), false));
end
$function$;
comment on function private.is_excused(private.jobs,jsonb) is 'Whether an attempt that failed is given back, because another job may have caused that. Ten times a job at most, so that each comes to an end.';
grant execute on function private.is_excused(private.jobs,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.is_kept(of_document uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.retentions where document_id = of_document and (held or keep_until > current_date));
end
$function$;
comment on function private.is_kept(uuid) is 'Whether a document must not be deleted today.';

CREATE OR REPLACE FUNCTION private.is_live(link public.share_links)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(link.revoked_at is null and link.expires_at > clock_timestamp()
    and (link.most_openings is null or link.openings < link.most_openings)
    and not exists (select from public.documents where id = link.document_id and trashed_at is not null), false)
$function$;
comment on function private.is_live(public.share_links) is 'Whether a share link can be opened; false for none, and while its document is in the trash.';
grant execute on function private.is_live(public.share_links) to service_role;

CREATE OR REPLACE FUNCTION private.is_of_kind(kind text, field jsonb, value jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.is_of_kind(text,jsonb,jsonb) is 'Whether a value is one that a field of that kind may hold.';

CREATE OR REPLACE FUNCTION private.is_one_use(tag text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    -- A year is no number of one document, nor are two.
    when tag ~ '^(19|20)\d\d(-(19|20)?\d\d)?$' then false
    when tag !~ '[[:alpha:]]' then true
    -- Numbers of invoices and accounts, and days.
    when length(regexp_replace(tag, '\D', '', 'g')) >= 6 or tag ~ '\d{5}' then true
    when tag ~ '(^|-)\d{1,2}-(19|20)\d\d$' or tag ~ '^\d{1,2}-[[:alpha:]]{3,9}(-\d{2,4})?$'
      or tag ~ '^[[:alpha:]]{3,9}-\d{1,2}-(19|20)\d\d$' then true
    -- Amounts.
    else tag ~ '^(eur|usd|gbp|chf|myr|rm|euros?|dollars?|total|amount|betrag|montant)-?\d'
      or tag ~ '^\d[\d-]*-?(eur|usd|gbp|chf|myr|rm|euros?|dollars?)$'
  end
$function$;
comment on function private.is_one_use(text) is 'Whether a tag is a value of one document: an amount, a day, a number. A year is none.';
grant execute on function private.is_one_use(text) to service_role;

CREATE OR REPLACE FUNCTION private.is_public_address(address inet)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select (family(address) = 4 or address <<= '2000::/3') and not address <<= any (array[
    -- From supabase/functions/webhooks/address.ts by npm run gen:types.
    '168.63.129.16/32',
    '0.0.0.0/8',
    '255.255.255.255/32',
    '224.0.0.0/4',
    '169.254.0.0/16',
    '127.0.0.0/8',
    '100.64.0.0/10',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '192.175.48.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '::/128',
    'fe80::/10',
    'ff00::/8',
    '::1/128',
    'fc00::/7',
    '::ffff:0:0/96',
    'fec0::/10',
    '100::/64',
    '::ffff:0:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '2002::/16',
    '2001::/32',
    '2001:2::/48',
    '2001:3::/32',
    '2001:4:112::/48',
    '2620:4f:8000::/48',
    '2001:10::/28',
    '2001:20::/28',
    '2001:30::/28',
    '5f00::/16',
    '2001::/23',
    '2001:db8::/32',
    '3fff::/20'
    -- End of what is generated.
  ]::inet[])
$function$;
comment on function private.is_public_address(inet) is 'Whether an address is one of the public internet, as the function webhooks sees it before each attempt.';

CREATE OR REPLACE FUNCTION private.is_silent(job private.jobs)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- A worker speaks every 2 seconds.
  select job.state = 'running' and coalesce(job.heard_at, job.claimed_at) < clock_timestamp() - interval '6 seconds'
$function$;
comment on function private.is_silent(private.jobs) is 'Whether the worker of a job has not spoken for longer than it should.';
grant execute on function private.is_silent(private.jobs) to service_role;

CREATE OR REPLACE FUNCTION private.is_suspected(owner uuid, of_stage private.job_stage)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from private.suspected_users where user_id = owner and stage = of_stage
    and until > clock_timestamp());
end
$function$;
comment on function private.is_suspected(uuid,private.job_stage) is 'Whether a user''s new jobs of a stage are suspects.';
grant execute on function private.is_suspected(uuid,private.job_stage) to service_role;

CREATE OR REPLACE FUNCTION private.joined_checks(own jsonb, engines jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(entry), jsonb_build_array()) from (
    select entry from jsonb_array_elements(own) as entry
    union all
    -- An equation that the engine found broken: the numbers of it are proposals, so that it could not be counted here.
    select entry from jsonb_array_elements(case when jsonb_typeof(engines) = 'array' then engines else '[]' end)
      as entry
    where entry -> 'holds' = 'false' and not exists (
      select from jsonb_array_elements(own) as counted
      where counted -> 'check' = entry -> 'check' and counted -> 'row' = entry -> 'row'
        and counted -> 'holds' <> 'null')
    limit 500
  ) as entries
$function$;
comment on function private.joined_checks(jsonb,jsonb) is 'The equations as they were counted here, and those that the engine found broken and left to review.';
grant execute on function private.joined_checks(jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.judged_values(document_id uuid, fields jsonb, claims jsonb, engine text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  tolerance constant numeric := 0.0051;
  judged jsonb;
  scalars jsonb;
  sums jsonb;
  checks jsonb := jsonb_build_array();
  source text;
  table_name text;
  off numeric;
  sound text[] := array[]::text[];
  broken text[] := array[]::text[];
  broken_rows text[] := array[]::text[];
  sound_cells text[] := array[]::text[];
  bound_cells text[] := array[]::text[];
  one record;
begin
  select coalesce(jsonb_agg(to_jsonb(quoted) || jsonb_build_object(
      'proof', case when proven then 'quote' end,
      'number', case jsonb_typeof(value) when 'number' then value when 'object' then value -> 'amount' end)),
        jsonb_build_array())
  into judged from private.quoted_values(judged_values.document_id, judged_values.fields, judged_values.claims,
    judged_values.engine) as quoted;

  -- A model may take a cell from elsewhere: those of a row stand in the same words, which more than half of them have,
  -- and a text not by itself.
  if judged_values.engine <> 'local' then
    judged := (
      select coalesce(jsonb_agg(case when entry ->> 'path' like '%.%'
        and (entry ->> 'quote' is distinct from rows.quote or jsonb_typeof(entry -> 'value') = 'string'
        and rows.cells = 1)
        then entry || '{"proven": false, "proof": null}' else entry end), jsonb_build_array())
      from jsonb_array_elements(judged) as entry
      left join (
        select name, number, quote, cells from (
          select split_part(cells ->> 'path', '.', 1) as name, cells ->> 'row_number' as number,
            cells ->> 'quote' as quote,
            count(*) as alike, sum(count(*)) over (partition by split_part(cells ->> 'path', '.', 1),
              cells ->> 'row_number') as cells
          from jsonb_array_elements(judged) as cells where cells ->> 'path' like '%.%' group by 1, 2, 3) as quoted
        where 2 * alike > cells
      ) as rows on rows.name = split_part(entry ->> 'path', '.', 1) and rows.number = entry ->> 'row_number');
  end if;

  -- The XML of an e-invoice is the invoice itself.
  judged := (
    select coalesce(jsonb_agg(case when entry ->> 'claimed' = 'einvoice'
      and private.einvoice_bears(judged_values.document_id, judged_values.fields, entry) then entry
      || '{"proof": "einvoice", "proven": true}'
      -- Its currency is the XML's, whatever a page names.
      || case when jsonb_typeof(entry -> 'value') = 'object'
        then jsonb_build_object('value', entry -> 'value'
        || jsonb_build_object('currency',
        (select einvoice -> 'currency' from public.ocr_results
        where ocr_results.document_id = judged_values.document_id))) else '{}' end
      else entry end), jsonb_build_array())
    from jsonb_array_elements(judged) as entry);

  select coalesce(jsonb_object_agg(entry ->> 'path', entry -> 'number') filter (where entry ->> 'path' not like '%.%'),
    jsonb_build_object())
  into scalars from jsonb_array_elements(judged) as entry where (entry ->> 'proven')::boolean
    and entry -> 'number' <> 'null';
  if exists (select from jsonb_array_elements(judged) as entry where entry ->> 'path' like '%.%'
    and not (entry ->> 'proven')::boolean and entry -> 'number' <> 'null' and (entry ->> 'number')::numeric < 0)
  then
    judged := private.with_balances(judged, scalars);
  end if;
  -- A column counts when each row of its table has a proven number in it.
  select coalesce(jsonb_object_agg(path, total), jsonb_build_object()) into sums
  from (
    select entry ->> 'path' as path, sum((entry ->> 'number')::numeric) as total, count(*) as counted,
      bool_and((entry ->> 'proven')::boolean) as proven
    from jsonb_array_elements(judged) as entry where entry ->> 'path' like '%.%' and entry -> 'number' <> 'null'
      group by entry ->> 'path'
  ) as columns where proven and counted = (
    select count(distinct entry ->> 'row_number') from jsonb_array_elements(judged) as entry
      where split_part(entry ->> 'path', '.', 1) = split_part(columns.path, '.', 1));

  -- What follows from values that are proven is proven. Of a table a model may name fewer lines than the paper has:
  -- their sum proves nothing.
  for one in select place, entry from jsonb_array_elements(judged) with ordinality as list (entry, place)
    where not (entry ->> 'proven')::boolean and entry -> 'number' <> 'null' and entry ->> 'path' not like '%.%'
  loop
    if exists (
      select from jsonb_array_elements_text(judged_values.fields -> 'checks') as equation
      where one.entry ->> 'path' in (select private.check_paths(equation)) and private.check_table(equation) is null
        and (judged_values.engine = 'local' or strpos(equation, 'sum(') = 0)
        and abs(private.check_difference(equation, scalars
          || jsonb_build_object(one.entry ->> 'path', one.entry -> 'number'), sums, '{}')) <= tolerance)
    then
      judged := jsonb_set(judged, array[(one.place - 1)::text], one.entry || '{"proof": "equation", "proven": true}');
      sound := sound || (one.entry ->> 'path');
    end if;
  end loop;
  select coalesce(jsonb_object_agg(entry ->> 'path', entry -> 'number') filter (where entry ->> 'path' not like '%.%'),
    jsonb_build_object())
  into scalars from jsonb_array_elements(judged) as entry where (entry ->> 'proven')::boolean
    and entry -> 'number' <> 'null';

  for source in select jsonb_array_elements_text(judged_values.fields -> 'checks') loop
    table_name := private.check_table(source);
    if table_name is null then
      off := private.check_difference(source, scalars, sums, '{}');
      checks := checks || jsonb_build_object('check', source, 'row', null, 'difference', off, 'holds',
        abs(off) <= tolerance);
      if abs(off) <= tolerance then
        sound := sound || array(select private.check_paths(source));
      elsif off is not null then
        broken := broken || array(select private.check_paths(source));
      end if;
    else
      bound_cells := bound_cells || array(select private.check_paths(source));
      for one in
        select number, case when bool_and(term is not null) then round(sum(term), 4) end as off
        from private.check_terms(source) as terms, (
          select entry ->> 'row_number' as number, jsonb_object_agg(entry ->> 'path', entry -> 'number') as numbers
          from jsonb_array_elements(judged) as entry
          where split_part(entry ->> 'path', '.', 1) = table_name and (entry ->> 'proven')::boolean
            and entry -> 'number' <> 'null' group by 1
        ) as rows, lateral (select private.term_value(terms.sign, terms.factors, scalars, sums, rows.numbers))
          as product (term)
        group by number
      loop
        if abs(one.off) <= tolerance then
          sound_cells := sound_cells || array(select format('%s %s', path, one.number)
            from private.check_paths(source) as path);
        elsif abs(one.off) > tolerance then
          checks := checks || jsonb_build_object('check', source, 'row', one.number::integer, 'difference', one.off,
            'holds', false);
          broken_rows := broken_rows || format('%s %s', table_name, one.number);
        end if;
      end loop;
    end if;
  end loop;

  -- Which number of a broken equation is wrong cannot be told, but for those that another equation bears out.
  return jsonb_build_object('checks', checks, 'values', (
    select coalesce(jsonb_agg(case
      when (entry ->> 'ambiguous')::boolean and not (entry ->> 'proven')::boolean then entry
        || '{"reason": "ambiguous"}'
      when not (entry ->> 'proven')::boolean then entry || '{"reason": "not_on_page"}'
      -- What the XML says stays, also where its sums do not come out: then the document needs review.
      when entry ->> 'proof' is distinct from 'einvoice' and entry -> 'number' <> 'null' and (
        entry ->> 'path' = any (broken) and entry ->> 'path' <> all (sound)
          and format('%s %s', entry ->> 'path', entry ->> 'row_number') <> all (sound_cells)
        or format('%s %s', split_part(entry ->> 'path', '.', 1), entry ->> 'row_number') = any (broken_rows)
        -- Of several numbers in a row a model may name the wrong one: where the schema can count, it has to come out.
        or judged_values.engine <> 'local' and entry ->> 'path' = any (bound_cells)
          and format('%s %s', entry ->> 'path', entry ->> 'row_number') <> all (sound_cells))
        then entry || '{"proven": false, "reason": "check_broken"}'
      else entry end), jsonb_build_array())
    from jsonb_array_elements(judged) as entry));
end
$function$;
comment on function private.judged_values(uuid,jsonb,jsonb,text) is 'What of an engine''s values is written: {values: [{path, row_number, value, page, quote, box, similarity, confidence, note, proven, proof, reason}], checks: [{check, row, difference, holds}]}. Of row equations only the broken ones are listed. A model''s cells have to stand in the words of their row, and its numbers have to come out where the schema has an equation for the row.';
grant execute on function private.judged_values(uuid,jsonb,jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION private.keep_clues(document public.documents, found jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.document_clues as kept (document_id, user_id, marks, dates, amounts)
  select document.id, document.user_id, array(select jsonb_array_elements_text(found -> 'marks')), found -> 'dates',
    found -> 'amounts'
  where jsonb_typeof(found) = 'object'
  on conflict (document_id) do update set marks = excluded.marks, dates = excluded.dates, amounts = excluded.amounts
$function$;
comment on function private.keep_clues(public.documents,jsonb) is 'Keeps what a correction of a document could teach: {marks, dates, amounts} as describing found it.';
grant execute on function private.keep_clues(public.documents,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.keep_compiled_rule()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.compiled_rules where id = new.id;
  insert into private.compiled_rules select (private.compile_rule(new)).*;
  return null;
end
$function$;
comment on function private.keep_compiled_rule() is 'Trigger: compiles a rule that was written.';

CREATE OR REPLACE FUNCTION private.keep_run(document public.documents, description jsonb, evidence jsonb, written jsonb)
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.metadata_runs (document_id, user_id, engine, model, prompt_version, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens, cost_micro_usd, note, pages_read, instruction, proposal, applied, evidence,
    written, previous)
  select (document).id, (document).user_id, description ->> 'engine', description ->> 'model',
    description ->> 'prompt_version',
    used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_tokens, used.cost_micro_usd,
    description ->> 'note',
    case when description ? 'pages_read'
      then array(select jsonb_array_elements_text(description -> 'pages_read')::integer) end,
    description ->> 'instruction',
    (description -> 'metadata') - 'evidence',
    array(select field from private.metadata_fields() where written ? field order by place),
    evidence, written, (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(to_jsonb(document))
      where written ? key)
  from private.model_use(description) as used
  returning id
$function$;
comment on function private.keep_run(public.documents,jsonb,jsonb,jsonb) is 'Keeps what a describing proposed, what of it is about to be written, and what that takes the place of. Returns the run''s id.';
grant execute on function private.keep_run(public.documents,jsonb,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.keep_schema_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.extraction_schema_versions (schema_id, version, user_id, fields)
  values (new.id, new.version, new.user_id, new.fields) on conflict do nothing;
  return null;
end
$function$;
comment on function private.keep_schema_version() is 'Trigger: each version of a schema stays as it was.';

CREATE OR REPLACE FUNCTION private.known_tag(owner uuid, tag text, language text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Aliases first: the user said so. Then the tag itself or its nearest kin, the most used one of them.
  with forms (keys) as materialized (select private.tag_forms(known_tag.tag, language)),
    found (tag, rank, documents) as (
    select aliases.tag, 1, 0 from public.tag_aliases as aliases where user_id = owner
      and key = private.tag_key(known_tag.tag)
    union all
    select aliases.tag, 2, 0 from public.tag_aliases as aliases where user_id = owner
      and key = any ((select keys from forms)::text[])
    union all
    select tags.tag, 3, tags.documents from public.tags as tags where user_id = owner
      and key = any ((select keys from forms)::text[])
  )
  select tag from found order by rank, documents desc, tag = known_tag.tag desc, tag limit 1
$function$;
comment on function private.known_tag(uuid,text,text) is 'The tag of a user''s vocabulary that a proposed one is; null where it is new.';
grant execute on function private.known_tag(uuid,text,text) to service_role;

CREATE OR REPLACE FUNCTION private.label_before(line text, kind text, field jsonb, value jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  most_words constant integer := 80;
  tokens constant text[] := (regexp_split_to_array(btrim(line), '\s+'))[1:most_words];
  label text := '';
  words text;
begin
  -- From the end: the first place from which on the words still say the value is where it begins.
  for start in reverse coalesce(cardinality(tokens), 0)..1 loop
    words := private.plain(array_to_string(tokens[start:], ' '));
    if private.says_value(words, private.signed_amounts(words, false), kind, field, value) then
      for before in reverse start - 1..greatest(start - 6, 1) loop
        exit when tokens[before] ~ '\d';
        label := tokens[before] || ' ' || label;
      end loop;
      return left(btrim(regexp_replace(private.plain(label), '[^[:alnum:]]+', ' ', 'g')), 100);
    end if;
  end loop;
  return '';
end
$function$;
comment on function private.label_before(text,text,jsonb,jsonb) is 'The words before a value in a line, without those with digits; empty where there are none.';

CREATE OR REPLACE FUNCTION private.label_forms(field jsonb, path text)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select array(select distinct btrim(regexp_replace(private.plain(label), '[^[:alnum:]%]+', ' ', 'g'))
  from (
    select jsonb_array_elements_text(coalesce(field -> 'labels', '[]')) union all
      select replace(split_part(path, '.', case when path like '%.%' then 2 else 1 end), '_', ' ')
  ) as labels (label))
$function$;
comment on function private.label_forms(jsonb,text) is 'The labels of a field, and its name, as they are compared with words.';
grant execute on function private.label_forms(jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION private.labels_of(fields text[])
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select string_agg(listed.label, ', ' order by listed.place) from private.metadata_fields() as listed
    where listed.field = any (labels_of.fields)
$function$;
comment on function private.labels_of(text[]) is 'Fields as people call them, for a document''s history.';
grant execute on function private.labels_of(text[]) to service_role;

CREATE OR REPLACE FUNCTION private.lacking_documents(of_schema public.extraction_schemas)
 RETURNS SETOF public.documents
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select documents.* from public.documents
  where documents.user_id = (of_schema).user_id and documents.trashed_at is null and documents.status = 'completed'
    and private.schema_fits(of_schema, documents)
    and not exists (
      select from public.extractions
      where extractions.document_id = documents.id and schema_id = (of_schema).id
        and schema_version = (of_schema).version
        and extractions.status in ('queued', 'running', 'completed', 'needs_review'))
$function$;
comment on function private.lacking_documents(public.extraction_schemas) is 'The completed documents that a schema applies to and was not applied to in its version.';

CREATE OR REPLACE FUNCTION private.lacks_its_file(document public.documents)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce((document).error ->> 'stage' = 'upload'
    or (document).error ->> 'code' in ('file_differs', 'file_missing'), false)
$function$;
comment on function private.lacks_its_file(public.documents) is 'Whether a document failed because its file never came, was another one than announced, or is gone. The same bytes again are no duplicate then: they bring the file.';
grant execute on function private.lacks_its_file(public.documents) to service_role;

CREATE OR REPLACE FUNCTION private.leading_filter(fields jsonb, schema_id uuid, line_items text, filters jsonb, sort text, OUT filter jsonb, OUT leaves_few boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  few constant integer := 500;
  one jsonb;
begin
  leaves_few := false;
  for one in select jsonb_array_elements(nullif(filters, 'null')) loop
    continue when one ->> 'op' = 'missing' or one ->> 'field' = sort;
    leading_filter.filter := coalesce(leading_filter.filter, one);
    execute format('select count(*) <= %s from (select from public.extracted_values as other where %s limit %s) as seen',
      few, private.filter_cell(fields, schema_id, line_items, one, 'other'), few + 1) into leaves_few;
    if leaves_few then
      leading_filter.filter := one;
      return;
    end if;
  end loop;
end
$function$;
comment on function private.leading_filter(jsonb,uuid,text,jsonb,text) is 'The filter whose rows the others are looked up for: one that alone leaves few, or else the first; null where none says what has to be there.';

CREATE OR REPLACE FUNCTION private.learn(before public.documents, after public.documents, edited text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  most constant integer := 200;
  clues private.document_clues;
  hint public.learned_hints;
  known boolean;
  beside record;
begin
  if not edited && array['correspondent', 'document_type', 'document_date', 'amount'] then
    return;
  end if;
  select * into clues from private.document_clues where document_id = after.id;
  if not found or cardinality(clues.marks) = 0 then
    return;
  end if;
  -- Waits for nobody: whoever edits holds documents. Of two rows for a sender the later one counts.
  select hints.* into hint
  from public.learned_hints as hints, lateral private.shared_marks(hints.marks, clues.marks) as shared
  where hints.user_id = after.user_id and shared > 0
  order by shared desc, hints.corrected_at desc limit 1 for update of hints skip locked;
  known := hint.id is not null;

  if 'correspondent' = any (edited) then
    hint.correspondent := after.correspondent;
  end if;
  if 'document_type' = any (edited) then
    hint.document_type := after.document_type;
    hint.instead_of := case when after.document_type is null then '{}'::text[] else array(
      select distinct type from unnest(coalesce(hint.instead_of, '{}') || before.document_type) as type
      where type <> after.document_type order by type limit 30) end;
  end if;
  if 'document_date' = any (edited) then
    select * into beside from private.clue_of(clues.dates, after.document_date::text);
    hint.date_label := beside.label;
    hint.date_nth := beside.nth;
    hint.date_order := coalesce(beside.date_order, hint.date_order);
  end if;
  if 'amount' = any (edited) then
    select * into beside from private.clue_of(clues.amounts, trim_scale(abs(after.amount))::text);
    hint.amount_label := beside.label;
    hint.amount_nth := beside.nth;
  end if;

  if num_nonnulls(hint.correspondent, hint.document_type, hint.date_label, hint.amount_label) = 0 then
    delete from public.learned_hints where id = hint.id;
    return;
  end if;
  if known then
    update public.learned_hints set document_id = after.id, correspondent = hint.correspondent,
      document_type = hint.document_type,
      instead_of = hint.instead_of, date_label = hint.date_label, date_nth = hint.date_nth,
      date_order = hint.date_order,
      amount_label = hint.amount_label, amount_nth = hint.amount_nth, corrected_at = now(),
      -- A bad scan shows fewer.
      marks = case when private.weight_of_marks(clues.marks) >= private.weight_of_marks(hint.marks) then clues.marks
        else hint.marks end
    where id = hint.id;
    return;
  end if;
  delete from public.learned_hints
  where id in (
    select id from public.learned_hints where user_id = after.user_id
    order by coalesce(used_at, corrected_at) desc, id desc offset most - 1 for update skip locked);
  insert into public.learned_hints (user_id, document_id, marks, correspondent, document_type, instead_of, date_label,
    date_nth, date_order, amount_label, amount_nth)
  values (after.user_id, after.id, clues.marks, hint.correspondent, hint.document_type, coalesce(hint.instead_of, '{}'),
    hint.date_label, hint.date_nth, hint.date_order, hint.amount_label, hint.amount_nth);
end
$function$;
comment on function private.learn(public.documents,public.documents,text[]) is 'Keeps what an edit of sender, type, date or amount says of its sender, in the place of what was learned before. A sender has one row, known by its marks.';

CREATE OR REPLACE FUNCTION private.learn_value(extraction public.extractions, path text, field jsonb, value jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  most constant integer := 1000;
  clues private.document_clues;
  hint_id bigint;
  stood_at jsonb;
  likeliest jsonb;
begin
  select * into clues from private.document_clues where document_id = (extraction).document_id;
  if not found or cardinality(clues.marks) = 0 then
    return;
  end if;
  -- Waits for nobody, as private.learn.
  select hints.id into hint_id
  from public.extraction_hints as hints, lateral private.shared_marks(hints.marks, clues.marks) as shared
  where hints.user_id = (extraction).user_id and hints.schema_id = (extraction).schema_id
    and hints.path = learn_value.path and shared > 0
  order by shared desc, hints.corrected_at desc limit 1 for update of hints skip locked;
  if learn_value.value is null then
    delete from public.extraction_hints where id = hint_id;
    return;
  end if;
  stood_at := private.places_of_value((extraction).document_id, learn_value.path, learn_value.field, learn_value.value,
    array(
    select quote from public.extracted_values
    where extraction_id = (extraction).id and extracted_values.path <> learn_value.path and quote is not null
      and extracted_values.path not like '%.%' limit 100));
  likeliest := stood_at -> 0;
  if likeliest is null then
    -- It was misread, or stands nowhere: that says nothing of where it is.
    return;
  end if;
  if hint_id is not null then
    update public.extraction_hints as hints set document_id = (extraction).document_id, value = learn_value.value,
      places = stood_at, page = (likeliest ->> 'page')::integer,
      quote = left(likeliest ->> 'line', 400),
      label = private.label_before(likeliest ->> 'line', private.field_kind(learn_value.field), learn_value.field,
        learn_value.value), corrected_at = now(),
      marks = case when private.weight_of_marks(clues.marks) >= private.weight_of_marks(hints.marks) then clues.marks
        else hints.marks end
    where hints.id = hint_id;
    return;
  end if;
  delete from public.extraction_hints
  where id in (
    select id from public.extraction_hints where user_id = (extraction).user_id
    order by coalesce(used_at, corrected_at) desc offset most - 1 for update skip locked);
  insert into public.extraction_hints (user_id, schema_id, document_id, marks, path, value, places, page, quote, label)
  values ((extraction).user_id, (extraction).schema_id, (extraction).document_id, clues.marks, learn_value.path,
    learn_value.value, stood_at, (likeliest ->> 'page')::integer,
    left(likeliest ->> 'line', 400),
    private.label_before(likeliest ->> 'line', private.field_kind(learn_value.field), learn_value.field,
      learn_value.value));
end
$function$;
comment on function private.learn_value(public.extractions,text,jsonb,jsonb) is 'Keeps where a value that a person gave stands, in the place of what was learned before of that field and sender. A value of null, one that the document has not, forgets it.';

CREATE OR REPLACE FUNCTION private.lease_after(lease uuid)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select md5('after ' || lease)::uuid
$function$;
comment on function private.lease_after(uuid) is 'The lease of the job that a worker takes over when it completes the one under this lease. It follows from that, so that the worker can ask for the job again when the answer gets lost.';
grant execute on function private.lease_after(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.lease_job(job private.jobs, lease uuid DEFAULT gen_random_uuid(), worker uuid DEFAULT NULL::uuid)
 RETURNS private.jobs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  leased private.jobs;
begin
  update private.jobs
  set state = 'running', token = null, lease = lease_job.lease, attempts = jobs.attempts + 1,
    claimed_at = clock_timestamp(), heard_at = null,
    worker = lease_job.worker,
    lease_expires_at = clock_timestamp() + (select stages.lease from private.stages where stages.stage = jobs.stage)
  where id = job.id
  returning * into leased;
  return leased;
end
$function$;
comment on function private.lease_job(private.jobs,uuid,uuid) is 'Gives a job to a worker: one more attempt, a new lease.';
grant execute on function private.lease_job(private.jobs,uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.limit_saved_views()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  most constant integer := 100;
begin
  if (select count(*) from public.saved_views where user_id = new.user_id) >= most then
    perform private.refuse(409, 'not_allowed_now', format('You have %s views. Delete some first.', most));
  end if;
  return new;
end
$function$;
comment on function private.limit_saved_views() is 'Trigger: a user has at most 100 views. Errors: not_allowed_now (409).';

CREATE OR REPLACE FUNCTION private.link_refusal(status integer, code text, message text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('refused', jsonb_build_object('status', status, 'code', code, 'message', message))
$function$;
comment on function private.link_refusal(integer,text,text) is 'A refusal as an answer: an error would undo that the request was counted. {refused: {status, code, message}}.';
grant execute on function private.link_refusal(integer,text,text) to service_role;

CREATE OR REPLACE FUNCTION private.list_refused_mail(address public.inbox_addresses, message_sha256 text, sender text, code text, message text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.refused_mails (address_id, user_id, message_sha256, code, message, sender)
  values (address.id, address.user_id, decode(list_refused_mail.message_sha256, 'hex'), list_refused_mail.code,
    left(list_refused_mail.message, 500), left(list_refused_mail.sender, 320))
  on conflict on constraint a_refused_mail_is_listed_once do update
    set code = excluded.code, message = excluded.message, sender = excluded.sender, created_at = clock_timestamp();
  -- Anybody who knows the address can fill this list.
  delete from public.refused_mails where address_id = address.id and id <= (
    select id from public.refused_mails where address_id = address.id order by id desc offset 100 limit 1);
$function$;
comment on function private.list_refused_mail(public.inbox_addresses,text,text,text,text) is 'Writes down for the owner of an address that a mail became no document. A repeat is one row; the newest 100 of the address stay.';
grant execute on function private.list_refused_mail(public.inbox_addresses,text,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION private.lock_aliases(owner uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('docket.tag_aliases ' || owner, 0));
end
$function$;
comment on function private.lock_aliases(uuid) is 'A user''s aliases are set one after another: two renamings at once would wait for each other''s documents. Held to the end of the transaction.';

CREATE OR REPLACE FUNCTION private.lock_dispatch()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock(hashtext('docket.dispatch_jobs'));
end
$function$;
comment on function private.lock_dispatch() is 'One at a time fills slots or changes a stage, so that no slot is filled twice. Held to the end of the transaction; taken before any row of private.stages. Who hands on a slot of its own needs none: see private.take_next.';
grant execute on function private.lock_dispatch() to service_role;

CREATE OR REPLACE FUNCTION private.lock_document_of(job_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from public.documents where id = (select document_id from private.jobs
    where jobs.id = lock_document_of.job_id) for update;
end
$function$;
comment on function private.lock_document_of(uuid) is 'Locks the document before its job, as deleting it does: in the other order the two would wait for each other.';
grant execute on function private.lock_document_of(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.lock_document_with(owner uuid, content_sha256 text)
 RETURNS public.documents
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.lock_document_with(uuid,text) is 'The owner''s document that has these bytes, out of the trash and locked; all null when there is none, and then nobody else makes one meanwhile. The owner''s usage is locked after it, as whatever completes or deletes a document has it.';
grant execute on function private.lock_document_with(uuid,text) to service_role;

CREATE OR REPLACE FUNCTION private.lock_edited_fields()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  edited text[] := private.edited_fields(old, new);
  reason constant text := nullif(current_setting('docket.edit_reason', true), '');
  locked text[];
  unlocked text[];
begin
  -- A list that is none is refused by the table's constraints, which are checked after this.
  if array_ndims(new.locked_fields) > 1 then
    return new;
  end if;
  -- Its words stay out of the history, and nothing else writes it, so it needs no lock.
  if old.note is distinct from new.note then
    perform private.record_event(new, 'edit', coalesce(reason, 'edited'),
      format('%s: Note.', initcap(coalesce(reason, 'edited'))),
      jsonb_build_object('fields', array['note']));
  end if;
  -- public.set_fields says itself what is locked.
  if reason is not null then
    if cardinality(edited) > 0 then
      perform private.record_event(new, 'edit', reason, format('%s: %s.', initcap(reason), private.labels_of(edited)),
        jsonb_build_object('fields', edited));
      if reason = 'undone' then
        perform private.forget(new, edited);
      else
        perform private.learn(old, new, edited);
      end if;
    end if;
    return new;
  end if;
  -- Who edits a field does not leave it to the pipeline, whatever else the same request says.
  new.locked_fields := array(select distinct field from unnest(new.locked_fields || edited) as field order by field);
  locked := array(select unnest(new.locked_fields) except select unnest(old.locked_fields || edited) order by 1);
  unlocked := array(select unnest(old.locked_fields) except select unnest(new.locked_fields) order by 1);
  if cardinality(edited) > 0 then
    perform private.record_event(new, 'edit', 'edited', format('Edited: %s.', private.labels_of(edited)),
      jsonb_build_object('fields', edited));
    perform private.learn(old, new, edited);
  end if;
  if cardinality(locked) > 0 then
    perform private.record_event(new, 'edit', 'locked', format('Locked: %s.', private.labels_of(locked)),
      jsonb_build_object('fields', locked));
  end if;
  if cardinality(unlocked) > 0 then
    perform private.record_event(new, 'edit', 'unlocked', format('Unlocked: %s.', private.labels_of(unlocked)),
      jsonb_build_object('fields', unlocked));
  end if;
  return new;
end
$function$;
comment on function private.lock_edited_fields() is 'Trigger: a field that a person edits is locked, so that describing again leaves it; the history tells of the edit, and of what was locked and unlocked; what it teaches is kept (private.learn).';

CREATE OR REPLACE FUNCTION private.lock_free_document_of(job private.jobs)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from public.documents where id = job.document_id for update skip locked;
  return found or (private.stage_named(job.stage)).outlives_document
    and not exists (select from public.documents where id = job.document_id);
end
$function$;
comment on function private.lock_free_document_of(private.jobs) is 'As lock_document_of, and waits for nobody: false when somebody else has the document, or when it is gone and the stage needs one.';
grant execute on function private.lock_free_document_of(private.jobs) to service_role;

CREATE OR REPLACE FUNCTION private.lock_usage(owner uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- A row of the user and not of the month: two who reserve at midnight are in two months, and still one after another.
  insert into private.stored_bytes (user_id) values (owner) on conflict do nothing;
  perform from private.stored_bytes where user_id = owner for update;
end
$function$;
comment on function private.lock_usage(uuid) is 'Makes a user''s parallel reservations count one after another, to the end of the transaction.';
grant execute on function private.lock_usage(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.lockable_fields()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT array_agg(metadata_fields.field ORDER BY metadata_fields.place) AS array_agg
    FROM private.metadata_fields() metadata_fields(field, place, label, kind, longest, writer, lockable, evidence, needs_proof, least_confidence, einvoice, source)
   WHERE metadata_fields.lockable;
END;
comment on function private.lockable_fields() is 'The fields that documents.locked_fields may name.';
grant execute on function private.lockable_fields() to authenticated;
grant execute on function private.lockable_fields() to service_role;

CREATE OR REPLACE FUNCTION private.long_words(source text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select string_agg(word, ' ') from (
      select distinct lower(extensions.unaccent(form)) as word
      from regexp_split_to_table(left(source, 400000), '[^[:alpha:]]+') as given,
        unnest(array[given, private.other_spellings(given)]) as form
      where length(form) between 9 and 80 limit 20000) as words), '');
end
$function$;
comment on function private.long_words(text) is 'The words of a text that may be compounds, of nine letters and more, each once, in lower case without accents.';

CREATE OR REPLACE FUNCTION private.lose_model_calls()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  call record;
  lost integer := 0;
begin
  for call in
    select id, reserved_micro_usd from private.model_calls where state = 'open' and expires_at < clock_timestamp()
    order by user_id, id limit 1000
  loop
    lost := lost + private.close_model_call(call.id, 'lost',
      row(0, 0, 0, 0, call.reserved_micro_usd)::private.tokens_used)::integer;
  end loop;
  return lost;
end
$function$;
comment on function private.lose_model_calls() is 'Ends reservations whose worker never told a price: it may have died before the call or after it, so the reserved price counts, and the month''s sum stays what it was with the reservation. Returns how many. Run by pg_cron every minute.';

CREATE OR REPLACE FUNCTION private.lose_silent_workers(of_function text, heard uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs;
begin
  for job in
    select jobs.* from private.stages join private.jobs using (stage)
    where of_function in (stages.function_name, stages.suspects_function_name)
      and of_function = case when jobs.suspect then stages.suspects_function_name else stages.function_name end
      and jobs.state = 'running' and jobs.worker <> all (heard) and private.is_silent(jobs)
    for update of jobs skip locked
  loop
    -- A document that somebody changes just now is left to the sweep: its holder may be waiting for this job.
    continue when not private.lock_free_document_of(job);
    perform private.lose_worker(job);
    perform private.dispatch_jobs();
  end loop;
exception when others then
  raise warning 'docket: silent workers of % were not given up: %', of_function, sqlerrm;
end
$function$;
comment on function private.lose_silent_workers(text,uuid[]) is 'These workers of a function were just heard: those that hold jobs of it and have been silent for too long are gone. See private.lose_worker.';
grant execute on function private.lose_silent_workers(text,uuid[]) to service_role;

CREATE OR REPLACE FUNCTION private.lose_worker(job private.jobs)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  runs_alone constant boolean := (select suspects_function_name is not null from private.stages
    where stages.stage = job.stage);
begin
  if runs_alone and not job.suspect then
    perform private.suspect_job(job);
  else
    if job.suspect and job.heard_at is not null then
      perform private.suspect_user(job.user_id, job.stage);
    end if;
    perform private.fail_attempt(job, jsonb_build_object('code', 'worker_lost', 'retryable', true,
      -- A worker that never said that it has the job may not have got it; in other stages no job ends a worker.
      'excused', not job.suspect or job.heard_at is null,
      'message', case
        when job.attempts >= job.max_attempts and job.suspect then format(
          'The worker stopped each of the %s times that it had this document, the last times with nothing else at hand: something in the file stops it. Upload another copy of it, or its parts.', job.attempts)
        when job.suspect then 'The worker stopped while it had only this document. Trying again.'
        else 'The work was cut off before it ended.' end));
  end if;
end
$function$;
comment on function private.lose_worker(private.jobs) is 'The worker of a running job fell silent. A job that it may have held with others becomes a suspect; one that it held alone is charged with an attempt, and its document fails with worker_lost after the last; the user''s other jobs become suspects: see private.suspect_user.';
grant execute on function private.lose_worker(private.jobs) to service_role;

CREATE OR REPLACE FUNCTION private.make_api_token(name text, scopes text[], expires_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  most constant integer := 100;
  begun text;
  token text;
  made public.api_tokens;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make an API token.');
  end if;
  -- Locks the user's rate, so that tokens of one user are made one after another.
  perform private.admit_request(owner);
  if (select count(*) from public.api_tokens as t where t.user_id = owner and t.revoked_at is null
    and (t.expires_at is null or t.expires_at > now())) >= most then
    perform private.refuse(409, 'not_allowed_now', format('You have %s API tokens. Revoke some first.', most));
  end if;
  -- Of those that ended, the newest stay to be looked up.
  delete from public.api_tokens as t where t.id in (
    select ended.id from public.api_tokens as ended
    where ended.user_id = owner and (ended.revoked_at is not null or ended.expires_at <= now())
    order by ended.created_at desc offset most);

  begun := 'dkt_' || left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'), 40);
  token := begun || left(encode(sha256(convert_to(begun, 'UTF8')), 'hex'), 8);
  begin
    insert into public.api_tokens (user_id, name, scopes, expires_at)
    values (owner, make_api_token.name, array(select distinct unnest(make_api_token.scopes) order by 1),
      make_api_token.expires_at)
    returning * into made;
  exception when check_violation or not_null_violation then
    perform private.refuse(400, 'invalid_request',
      'A token has a name of one line (at most 100 characters), at least one of the scopes documents:read, documents:write, upload and automation, and an expiry in the future or none.');
  end;
  insert into private.api_token_secrets (token_id, user_id, token_sha256)
    values (made.id, owner, sha256(convert_to(token, 'UTF8')));
  return to_jsonb(made) - 'user_id' || jsonb_build_object('token', token);
end
$function$;
comment on function private.make_api_token(text,text[],timestamp with time zone) is 'See public.create_api_token.';
grant execute on function private.make_api_token(text,text[],timestamp with time zone) to authenticated;

CREATE OR REPLACE FUNCTION private.make_delivery(endpoint public.webhook_endpoints, document_id uuid, payload jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  made public.webhook_deliveries;
begin
  -- Whoever ends the job of the line holds this too, so it sees the message, or has ended before.
  perform private.lock_dispatch();
  -- It may have been deleted since it was read. An upload does not fail for that.
  perform from public.webhook_endpoints where id = endpoint.id for key share;
  if not found then return null; end if;
  insert into public.webhook_deliveries (endpoint_id, user_id, document_id, line, event_type, payload)
  values (endpoint.id, endpoint.user_id, make_delivery.document_id,
    coalesce(md5(endpoint.id || ' ' || make_delivery.document_id)::uuid, gen_random_uuid()), payload ->> 'type',
    payload)
  returning * into made;
  perform private.queue_webhook_line(made.line, made.user_id);
  return made.id;
end
$function$;
comment on function private.make_delivery(public.webhook_endpoints,uuid,jsonb) is 'Makes a message of a webhook about a document, and the job of its line. Without a document it has a line of its own. Returns its id; null where the webhook was deleted meanwhile.';

CREATE OR REPLACE FUNCTION private.make_inbox_address(name text, tags text[], allowed_senders text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  most constant integer := (select inbox_addresses_per_user from private.settings);
  made public.inbox_addresses;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make a mail address.');
  end if;
  perform private.admit_request(owner);
  if (select count(*) from public.inbox_addresses where user_id = owner) >= most then
    perform private.refuse(409, 'not_allowed_now',
      format('You have %s mail addresses. Those that were revoked are removed after 30 days.', most));
  end if;
  begin
    insert into public.inbox_addresses (user_id, name, tags, allowed_senders)
    values (owner, make_inbox_address.name, make_inbox_address.tags,
      array(select distinct lower(btrim(sender)) from unnest(make_inbox_address.allowed_senders) as sender order by 1))
    returning * into made;
  exception when check_violation or not_null_violation then
    perform private.refuse(400, 'invalid_request',
      'A mail address has a name of one line, at most 10 tags of letters, digits and hyphens, and at most 50 senders, each an address or a domain.');
  end;
  insert into private.link_secrets (link_id, user_id, token_sha256)
    values (made.id, owner, sha256(convert_to(made.local_part, 'UTF8')));
  return to_jsonb(made) - 'user_id';
end
$function$;
comment on function private.make_inbox_address(text,text[],text[]) is 'See public.create_inbox_address.';
grant execute on function private.make_inbox_address(text,text[],text[]) to authenticated;

CREATE OR REPLACE FUNCTION private.make_link_secret(link_id uuid, owner uuid, password text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  token constant text := 'dkl_' || left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    'hex'), 40);
begin
  -- bcrypt looks at 72 bytes.
  if password is not null and (length(password) < 8 or octet_length(password) > 72) then
    perform private.refuse(400, 'invalid_request',
      'The password of a link has at least 8 characters and at most 72 bytes.');
  end if;
  insert into private.link_secrets (link_id, user_id, token_sha256, password_hash)
  values (make_link_secret.link_id, owner, sha256(convert_to(token, 'UTF8')),
    extensions.crypt(password, extensions.gen_salt('bf', 10)));
  return token;
end
$function$;
comment on function private.make_link_secret(uuid,uuid,text) is 'Gives a link its token, and a password if there is one. Returns the token, which is shown once. Errors: invalid_request (400).';

CREATE OR REPLACE FUNCTION private.make_share_link(document_id uuid, expires_at timestamp with time zone, password text, with_text boolean, with_values boolean, most_openings integer, description text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  document public.documents;
  made public.share_links;
  token text;
begin
  perform private.admit_request(owner);
  select * into document from public.documents where id = make_share_link.document_id and user_id = owner
    and trashed_at is null for key share;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document, or it is not yours.');
  end if;
  if (select count(*) from public.share_links where share_links.document_id = document.id)
    >= (select share_links_per_document from private.settings) then
    perform private.refuse(409, 'not_allowed_now',
      'The document has too many share links. Those that ended are removed after 30 days.');
  end if;
  begin
    insert into public.share_links (user_id, document_id, expires_at, with_text, with_values, is_protected,
      most_openings, description)
    values (owner, document.id, make_share_link.expires_at, make_share_link.with_text, make_share_link.with_values,
      make_share_link.password is not null, make_share_link.most_openings, make_share_link.description)
    returning * into made;
  exception when check_violation or not_null_violation or datetime_field_overflow then
    perform private.refuse(400, 'invalid_request',
      'A share link ends within a year, is opened at least once if that is bounded, and has a description of one line (at most 200 characters).');
  end;
  token := private.make_link_secret(made.id, owner, make_share_link.password);
  perform private.record_event(document, 'share', 'shared', 'Shared by a link.',
    jsonb_build_object('link_id', made.id));
  return to_jsonb(made) - 'user_id' || jsonb_build_object('token', token);
end
$function$;
comment on function private.make_share_link(uuid,timestamp with time zone,text,boolean,boolean,integer,text) is 'See public.create_share_link.';
grant execute on function private.make_share_link(uuid,timestamp with time zone,text,boolean,boolean,integer,text) to authenticated;

CREATE OR REPLACE FUNCTION private.make_upload_link(title text, tags text[], expires_at timestamp with time zone, password text, most_files integer, most_bytes bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  most constant integer := (select upload_links_per_user from private.settings);
  made public.upload_links;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make an upload link.');
  end if;
  perform private.admit_request(owner);
  if (select count(*) from public.upload_links where user_id = owner) >= most then
    perform private.refuse(409, 'not_allowed_now',
      format('You have %s upload links. Those that ended are removed after 30 days.', most));
  end if;
  begin
    insert into public.upload_links (user_id, title, tags, is_protected, most_files, most_bytes, expires_at)
    values (owner, make_upload_link.title, make_upload_link.tags, make_upload_link.password is not null,
      make_upload_link.most_files,
      make_upload_link.most_bytes, make_upload_link.expires_at)
    returning * into made;
  exception when check_violation or not_null_violation or datetime_field_overflow then
    perform private.refuse(400, 'invalid_request',
      'An upload link has a title of one line, at most 10 tags of letters, digits and hyphens, 1 to 1,000 files, up to 10 GiB, and ends within a year.');
  end;
  return to_jsonb(made) - 'user_id'
    || jsonb_build_object('token', private.make_link_secret(made.id, owner, make_upload_link.password));
end
$function$;
comment on function private.make_upload_link(text,text[],timestamp with time zone,text,integer,bigint) is 'See public.create_upload_link.';
grant execute on function private.make_upload_link(text,text[],timestamp with time zone,text,integer,bigint) to authenticated;

CREATE OR REPLACE FUNCTION private.make_webhook(url text, events text[], description text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  most constant integer := (select webhooks_per_user from private.settings);
  made public.webhook_endpoints;
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to make a webhook.');
  end if;
  perform private.admit_request(owner);
  perform private.check_webhook_url(make_webhook.url);
  if (select count(*) from public.webhook_endpoints where user_id = owner) >= most then
    perform private.refuse(409, 'not_allowed_now', format('You have %s webhooks. Delete some first.', most));
  end if;
  begin
    insert into public.webhook_endpoints (user_id, url, events, description)
    values (owner, make_webhook.url, array(select distinct unnest(make_webhook.events) order by 1),
      make_webhook.description)
    returning * into made;
  exception when check_violation or not_null_violation then
    perform private.refuse(400, 'invalid_request',
      'A webhook has an address (https, at most 2,000 characters, no password in it), at least one known event, and a description of one line (at most 200 characters). See docs/webhooks.md.');
  end;
  return to_jsonb(made) - 'user_id' || jsonb_build_object('secret', private.add_webhook_secret(made));
end
$function$;
comment on function private.make_webhook(text,text[],text) is 'See public.create_webhook.';
grant execute on function private.make_webhook(text,text[],text) to authenticated;

CREATE OR REPLACE FUNCTION private.matches_of(words text, nearly boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  asked constant tsquery := private.words_asked(words);
  part constant text := private.part_pattern(words);
  -- Of a question without operators, each word that may be a part of a compound.
  plain constant text[] := case when words !~ '["-]|\mor\M' then regexp_split_to_array(private.folded(words), '\s+')
    else array[]::text[] end;
begin
  if nearly then
    return format('s.names operator(extensions.%%>) %L', private.folded(words));
  end if;
  return concat_ws(' or ',
    case when numnode(asked) > 0 then format('s.search @@ %L::tsquery', asked) else 'false' end,
    case when length(words) >= 3 then format('s.names like %L', part) end,
    case when cardinality(plain) = 1 and words ~ '^[[:alpha:]]{5,}$' then format('s.compounds like %L', part) end,
    (select '(' || string_agg(case when length(word) >= 5 and word ~ '^[[:alpha:]]+$'
        then format('(s.search @@ %L::tsquery or s.compounds like %L)', private.words_asked(word),
          private.part_pattern(word))
        else format('s.search @@ %L::tsquery', private.words_asked(word)) end, ' and ') || ')'
      from unnest(plain) as word having count(*) > 1 and bool_or(length(word) >= 5 and word ~ '^[[:alpha:]]+$')));
end
$function$;
comment on function private.matches_of(text,boolean) is 'The condition on document_search: the words, or a part of a name of three characters and more, or a part of a compound of five letters and more; or a name that is nearly so.';

CREATE OR REPLACE FUNCTION private.matching_rules(document public.documents, rules private.compiled_rules[])
 RETURNS SETOF private.compiled_rules
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  sender constant text := lower(btrim(document.correspondent));
  -- What came in another file gets the tags of that when it is described for the first time (private.tag_mails,
  -- private.tag_handed_in).
  came_in constant uuid := case when document.parent_id is not null
    and not exists (select from public.metadata_runs where metadata_runs.document_id = document.id)
    then (private.root_of(document.id)).root end;
  -- With the tags that it gets in the same transaction, from the link or the address that it came by.
  known_tags constant text[] := document.tags
    || array(select unnest(links.tags) from private.handed_in
      join public.upload_links as links on links.id = handed_in.link_id
      where handed_in.document_id = document.id and not handed_in.tagged or handed_in.document_id = came_in)
    || array(select unnest(addresses.tags) from private.mails
      join public.inbox_addresses as addresses on addresses.id = mails.address_id
      where mails.document_id = document.id and not mails.tagged or mails.document_id = came_in);
begin
  -- The words of text and names are asked for once, and only if a rule that matches so far wants them.
  return query
    select one.* from unnest(rules) as one
    where (one.document_types is null or document.document_type = any (one.document_types))
      and (one.senders is null or sender = any (one.senders))
      and (one.tags is null or known_tags && one.tags)
      and (one.currencies is null or document.currency = any (one.currencies))
      and (one.languages is null or document.language = any (one.languages))
      and (one.amount_from is null or document.amount >= one.amount_from)
      and (one.amount_to is null or document.amount <= one.amount_to)
      and (one.date_from is null or document.document_date >= one.date_from)
      and (one.date_to is null or document.document_date <= one.date_to)
      and (one.formats is null or document.mime_type = any (one.formats) or split_part(document.mime_type, '/', 1)
        || '/*' = any (one.formats))
      and (one.sources is null or (select private.source_of(document)) = any (one.sources))
      and (one.inbox_addresses is null or exists (
        select from private.mails where mails.document_id = any (private.holders_of(document))
          and mails.address_id = any (one.inbox_addresses)))
      and (one.upload_links is null or exists (
        select from private.handed_in where handed_in.document_id = any (private.holders_of(document))
          and handed_in.link_id = any (one.upload_links)))
      and (one.name_query is null or one.name_query @@ (
        select to_tsvector('public.unaccented',
          regexp_replace(concat_ws(' ', document.display_name, document.filename), '[^[:alnum:]]+', ' ', 'g'))))
      and (one.text_query is null or one.text_query @@ (
        select ts_filter(search, '{d}') from public.document_search where document_id = document.id))
      and (one.extracted is null or private.meets_extracted(document.id, one.extracted))
    order by one.position, one.created_at, one.id;
end
$function$;
comment on function private.matching_rules(public.documents,private.compiled_rules[]) is 'The rules whose conditions a document meets as it is now, in their order.';

CREATE OR REPLACE FUNCTION private.meets_extracted(document_id uuid, wanted jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  one record;
begin
  for one in select * from jsonb_to_recordset(wanted) as one (schema_id uuid, path text, "is" jsonb, "from" numeric,
    "to" numeric) loop
    if not exists (
      select from public.extracted_values as found
      where found.document_id = meets_extracted.document_id and found.schema_id = one.schema_id
        and found.path = one.path
        and (one."is" is null or lower(found.text_value) in (select lower(left(accepted, 300))
          from jsonb_array_elements_text(one."is") as accepted))
        and (one."from" is null or found.number_value >= one."from")
        and (one."to" is null or found.number_value <= one."to")) then
      return false;
    end if;
  end loop;
  return true;
end
$function$;
comment on function private.meets_extracted(uuid,jsonb) is 'Whether the proven values of a document meet all of [{schema_id, path, is, from, to}]; of a column of a table one row is enough.';

CREATE OR REPLACE FUNCTION private.metadata_fields()
 RETURNS TABLE(field text, place integer, label text, kind text, longest integer, writer text, lockable boolean, evidence text, needs_proof boolean, least_confidence numeric, einvoice text, source text[])
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT fields.field,
     fields.place,
     fields.label,
     fields.kind,
     fields.longest,
     fields.writer,
     fields.lockable,
     fields.evidence,
     fields.needs_proof,
     fields.least_confidence,
     fields.einvoice,
     fields.source
    FROM ( VALUES ('display_name'::text,1,'Name'::text,'name'::text,60,'describing'::text,true,NULL::text,false,0,NULL::text,ARRAY['display_name'::text]), ('document_type'::text,2,'Type'::text,'type'::text,100,'describing'::text,true,'document_type'::text,false,0,'type_code'::text,ARRAY['document_type'::text]), ('correspondent'::text,3,'From'::text,'party'::text,200,'describing'::text,true,'correspondent'::text,true,0.7,'seller'::text,ARRAY['correspondent'::text]), ('document_date'::text,4,'Date'::text,'date'::text,10,'describing'::text,true,'document_date'::text,true,0.7,'issue_date'::text,ARRAY['document_date'::text]), ('amount'::text,5,'Amount'::text,'amount'::text,20,'describing'::text,true,'amount'::text,true,0.7,'grand_total'::text,ARRAY['amount'::text, 'value'::text]), ('currency'::text,6,'Currency'::text,'currency'::text,3,'describing'::text,true,'amount'::text,true,0.7,'currency'::text,ARRAY['amount'::text, 'currency'::text]), ('tags'::text,7,'Tags'::text,'tags'::text,40,'describing'::text,true,NULL::text,false,0,NULL::text,ARRAY['tags'::text]), ('summary'::text,8,'Summary'::text,'text'::text,1000,'describing'::text,true,NULL::text,false,0,NULL::text,ARRAY['summary'::text]), ('language'::text,9,'Language'::text,'language'::text,2,'describing'::text,true,NULL::text,false,0,NULL::text,ARRAY['language'::text])) fields(field, place, label, kind, longest, writer, lockable, evidence, needs_proof, least_confidence, einvoice, source);
END;
comment on function private.metadata_fields() is 'The columns of documents that describing writes or people edit, in the order in which they are shown. kind says what proves a value and how it is written; evidence: the value of an engine''s evidence that it is read from; least_confidence: below it, a value that needs proof is not written; einvoice: the value of an e-invoice that proves it; source: where it stands in a description.';
grant execute on function private.metadata_fields() to authenticated;
grant execute on function private.metadata_fields() to service_role;

CREATE OR REPLACE FUNCTION private.missing_fields(extraction public.extractions, fields jsonb)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select array(
    -- Required fields, and tables without a row.
    select name from jsonb_array_elements_text(fields -> 'required') as name
    where not exists (
      select from public.extracted_values
      where extraction_id = (extraction).id
        and (path = name or fields #>> array['properties', name, 'type'] = 'array' and starts_with(path, name || '.')))
    union
    -- Cells that a row has to have.
    select format('%s.%s', tables.key, name)
    from jsonb_each(fields -> 'properties') as tables,
      jsonb_array_elements_text(tables.value #> '{items,required}') as name
    where tables.value ->> 'type' = 'array' and exists (
      select from (
        select distinct row_number from public.extracted_values where extraction_id = (extraction).id
          and starts_with(path, tables.key || '.')
        union select distinct row_number from public.extraction_proposals where extraction_id = (extraction).id
          and starts_with(path, tables.key || '.')
      ) as rows where not exists (
        select from public.extracted_values
        where extraction_id = (extraction).id and path = format('%s.%s', tables.key, name)
          and extracted_values.row_number = rows.row_number))
    union
    -- Rows may stand on pages that could not be read.
    select format('%s: pages %s could not be read', tables.key, unreadable.pages)
    from jsonb_each(fields -> 'properties') as tables, (
      select string_agg(page_number::text, ', ' order by page_number) as pages from (
        select page_number from public.document_pages where document_id = (extraction).document_id
          and error is not null order by page_number limit 20) as unread
    ) as unreadable where tables.value ->> 'type' = 'array' and unreadable.pages is not null
    union all
    select format('%s: pages from %s on are too many to be looked at', tables.key, (extraction).unread_from)
    from jsonb_each(fields -> 'properties') as tables where tables.value ->> 'type' = 'array'
      and (extraction).unread_from is not null
    order by 1)
$function$;
comment on function private.missing_fields(public.extractions,jsonb) is 'What an extraction lacks: required fields and cells without a proven value, and for tables the pages that could not be read or are too many.';
grant execute on function private.missing_fields(public.extractions,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.model_use(used jsonb)
 RETURNS private.tokens_used
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select row(
    coalesce((used ->> 'input_tokens')::bigint, 0), coalesce((used ->> 'output_tokens')::bigint, 0),
    coalesce((used ->> 'cache_read_tokens')::bigint, 0), coalesce((used ->> 'cache_write_tokens')::bigint, 0),
    coalesce((used ->> 'cost_micro_usd')::bigint, 0))::private.tokens_used
$function$;
comment on function private.model_use(jsonb) is 'What a model counted and cost, as a worker tells it; 0 for what is not told.';
grant execute on function private.model_use(jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.month_ends()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select (private.this_month() + interval '1 month') at time zone 'utc'
$function$;
comment on function private.month_ends() is 'When the count starts again.';
grant execute on function private.month_ends() to service_role;

CREATE OR REPLACE FUNCTION private.months()
 RETURNS TABLE(name text, month integer)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select name, (place - 1) % 12 + 1 from unnest(array[
    'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november',
    'december',
    'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec',
    'januar', 'februar', 'marz', 'april', 'mai', 'juni', 'juli', 'august', 'september', 'oktober', 'november',
    'dezember',
    'janvier', 'fevrier', 'mars', 'avril', 'mai', 'juin', 'juillet', 'aout', 'septembre', 'octobre', 'novembre',
    'decembre',
    'enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre',
    'diciembre'
  ]) with ordinality as names (name, place)
$function$;
comment on function private.months() is 'Names of months in English, German, French and Spanish, without accents.';

CREATE OR REPLACE FUNCTION private.move_to_trash(document_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  moved public.documents[];
  document public.documents;
begin
  -- As an edit of so many documents: private.count_edit counts the rows.
  perform set_config('docket.rows_changed', '0', true);
  perform private.admit_request(owner);
  with recursive chosen (id) as (
    select id from public.documents where id = any (move_to_trash.document_ids) and user_id = owner
      and trashed_at is null
    union
    select part.id from chosen join public.documents as part on part.parent_id = chosen.id
    where part.trashed_at is null and not exists (
      -- What came in another mail, too, stays with that one.
      select from public.document_parts as came join public.documents as other on other.id = came.parent_id
      where came.document_id = part.id and other.trashed_at is null and other.id <> chosen.id
        and other.id <> all (move_to_trash.document_ids))
  ), trashed as (
    update public.documents set trashed_at = now() where id in (select id from chosen) returning documents.*
  )
  select array_agg(row(trashed.*)::public.documents) into moved from trashed;
  foreach document in array coalesce(moved, '{}') loop
    perform private.record_event(document, 'edit', 'trashed', 'Moved to the trash.');
  end loop;
  return coalesce(cardinality(moved), 0);
end
$function$;
comment on function private.move_to_trash(uuid[]) is 'See public.trash_documents.';
grant execute on function private.move_to_trash(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION private.name_by_pattern(pattern text, document public.documents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  longest constant integer := 200;
  extension constant text := coalesce(lower(substring(btrim(document.filename) from '\.[A-Za-z0-9]{1,8}$')), '');
  placeholder text;
  value text;
  some_missing boolean := false;
  name text := pattern;
begin
  for placeholder in select distinct unnest(private.name_placeholders(pattern)) loop
    value := case placeholder
      when 'type' then document.document_type
      when 'sender' then document.correspondent
      when 'date' then document.document_date::text
      when 'year' then left(document.document_date::text, 4)
      when 'month' then substr(document.document_date::text, 6, 2)
      when 'amount' then trim_scale(document.amount)::text
      when 'currency' then document.currency
      when 'name' then regexp_replace(document.display_name, '\.[A-Za-z0-9]{1,8}$', '')
      when 'filename' then regexp_replace(document.filename, '\.[A-Za-z0-9]{1,8}$', '') end;
    some_missing := some_missing or value is null;
    -- What a value holds is no placeholder.
    name := replace(name, '{' || placeholder || '}', translate(coalesce(value, ''), '{}', '()'));
  end loop;
  name := private.visible(regexp_replace(name, '[\\/:*?"<>|[:cntrl:]]+', ' ', 'g'));
  if some_missing then
    -- What parts a missing value from its neighbor is left out with it.
    name := regexp_replace(name, '(\s[-–_,]\s*){2,}', ' - ', 'g');
    name := btrim(name, ' -–_,.');
  end if;
  if lower(name) like '%' || extension then
    name := left(name, length(name) - length(extension));
  end if;
  name := btrim(left(name, longest - length(extension)));
  return case when name ~ '[[:alnum:]]' then name || extension end;
end
$function$;
comment on function private.name_by_pattern(text,public.documents) is 'A display name by a pattern such as "{date} {type} {sender}", with the ending of the file and without what a file name may not hold. Null when nothing is left of it.';

CREATE OR REPLACE FUNCTION private.name_placeholders(pattern text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array(select found[1] from regexp_matches(pattern, '\{([^{}]*)\}', 'g') as found)
$function$;
comment on function private.name_placeholders(text) is 'What stands in braces in a pattern for names.';
grant execute on function private.name_placeholders(text) to service_role;

CREATE OR REPLACE FUNCTION private.name_to_write(proposed text, filename text, unproven text[])
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  longest constant integer := 60;
  extension constant text := coalesce(lower(substring(btrim(filename) from '\.[A-Za-z0-9]{1,8}$')), '');
  name text := private.visible(regexp_replace(left(proposed, 1000), '[\\/:*?"<>|[:cntrl:]]+', ' ', 'g'));
begin
  if extension <> '' then
    name := case when lower(name) like '%' || extension then left(name, -length(extension))
      else regexp_replace(name,
        '\.(pdf|jpe?g|png|webp|gif|tiff?|heic|bmp|docx?|xlsx?|pptx?|odt|rtf|txt|md|csv|html?|eml)$', '', 'i') end;
  end if;
  name := (
    select string_agg(private.title_of(btrim(part)), ' - ' order by place)
      from unnest(string_to_array(name, ' - ')) with ordinality as parts (part, place)
    where btrim(part) <> '' and lower(btrim(part)) <> all (unproven));
  name := btrim(left(name, longest - length(extension)), ' -');
  return case when coalesce(name, '') = '' then 'Document' else name end || extension;
end
$function$;
comment on function private.name_to_write(text,text,text[]) is 'A display name of at most 60 characters in title case, with the ending of the file, without what a file name may not hold and without the parts that are unproven (in lower case).';
grant execute on function private.name_to_write(text,text,text[]) to service_role;

CREATE OR REPLACE FUNCTION private.names_currency(words text, currency text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select currency is null
    or currency ~ '^[A-Z]{3}$' and words ~ ('(?<![[:alpha:]])' || currency || '(?![[:alpha:]])')
    or exists (select from private.currency_signs where code = currency and upper(words) ~ pattern)
$function$;
comment on function private.names_currency(text,text) is 'Whether words name a currency, by its code or a sign of it. Null is no currency, and needs no name.';
grant execute on function private.names_currency(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.names_of(document public.documents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  names constant text := concat_ws(' ', document.display_name, document.filename, document.correspondent,
    array_to_string(document.tags, ' '));
begin
  return lower(extensions.unaccent(concat_ws(' ', names, private.other_spellings(names))));
end
$function$;
comment on function private.names_of(public.documents) is 'What a document is called, folded for comparing.';

CREATE OR REPLACE FUNCTION private.next_due(of_stage private.job_stage, suspects boolean, wanted integer)
 RETURNS SETOF private.jobs
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
  with slots as (
    select user_id, count(*) as held from private.jobs
    where stage = of_stage and suspect = suspects and state in ('dispatched', 'running') group by user_id
  ), suspected as materialized (
    select user_id from private.suspected_users where suspects and suspected_users.stage = of_stage
      and until > clock_timestamp()
  ), first as materialized (
    select id, user_id, queue_position, created_at from private.jobs
    where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null
    order by queue_position, created_at limit 100 + wanted
  ), others as (
    -- Only when those who hold slots fill the front of a long queue: whoever has a job behind them, one user after
    -- another.
    with recursive owners as (
      select (
        select user_id from private.jobs
        where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null order by user_id
          limit 1) as user_id, 1 as place
      where (select count(*) from first) = 100 + wanted
        and not exists (select from first
          where user_id not in (select user_id from slots union select user_id from suspected))
      union all
      select (
        select jobs.user_id from private.jobs
        where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null
          and jobs.user_id > owners.user_id
        order by jobs.user_id limit 1), place + 1
      from owners where owners.user_id is not null and place < 1000
    )
    select head.* from owners, lateral (
      select id, user_id, queue_position, created_at from private.jobs
      where stage = of_stage and suspect = suspects and state = 'queued' and run_after is null
        and jobs.user_id = owners.user_id
      order by queue_position, created_at limit wanted) as head
    where owners.user_id is not null and not exists (select from first where first.user_id = owners.user_id)
  ), due as (
    select * from first union all select * from others
  ), ranked as (
    select due.id, user_id in (select user_id from suspected) as behind,
      coalesce(held, 0) + row_number() over (partition by user_id order by queue_position, created_at) as nth,
      queue_position, created_at
    from due left join slots using (user_id)
    order by behind, nth, queue_position, created_at limit wanted
  )
  select jobs.* from ranked join private.jobs using (id) order by behind, nth, ranked.queue_position, ranked.created_at;
end
$function$;
comment on function private.next_due(private.job_stage,boolean,integer) is 'The due jobs of a stage that get the next free slots: first of the users who hold the fewest, then by turn; among suspects, those of users who ended no worker go before. So a user whose jobs take long does not come to hold all slots while others wait, as would happen by turn alone (max-min fairness). Looks at the first 100 of the queue, and behind them only when all of those belong to users who hold slots or are suspected.';
grant execute on function private.next_due(private.job_stage,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION private.next_line(job private.jobs, take_next boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  next_job jsonb;
begin
  if take_next then
    next_job := private.take_next(job.stage, private.lease_after(job.lease), job.worker);
  end if;
  if next_job is null then
    perform private.dispatch_jobs();
  end if;
  return jsonb_build_object('next', next_job);
end
$function$;
comment on function private.next_line(private.jobs,boolean) is 'The job of a line has left its worker: {next: the next job for the worker, if take_next asks for one}. Its slot is given out in any case.';
grant execute on function private.next_line(private.jobs,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.next_queue_position(due_stage private.job_stage, owner uuid, suspects boolean DEFAULT false)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return greatest(
    private.current_queue_position(due_stage, suspects),
    (select max(queue_position) + 1 from private.jobs
      where stage = due_stage and user_id = owner and suspect = suspects
        and state in ('queued', 'dispatched', 'running')));
end
$function$;
comment on function private.next_queue_position(private.job_stage,uuid,boolean) is 'The turn of a new job: now, or right after the last of the user''s that is queued or out. So a user with one document comes before the second of a user with a thousand. (Start-time fair queueing: Goyal, Vin, Cheng, SIGCOMM 1996.)';
grant execute on function private.next_queue_position(private.job_stage,uuid,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.no_such_inbox_address()
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select private.link_refusal(404, 'not_found', 'There is no such mail address.')
$function$;
comment on function private.no_such_inbox_address() is 'What addresses answer that were revoked or guessed: all the same.';
grant execute on function private.no_such_inbox_address() to service_role;

CREATE OR REPLACE FUNCTION private.no_such_link()
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select private.link_refusal(404, 'not_found', 'There is no such link, or it has ended.')
$function$;
comment on function private.no_such_link() is 'What links answer that ended, were used up, revoked or guessed: all the same.';
grant execute on function private.no_such_link() to service_role;

CREATE OR REPLACE FUNCTION private.note_part(parent public.documents, place integer, name text, became uuid, problem jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.document_parts (parent_id, position, user_id, filename, document_id, error)
  values ((parent).id, place, (parent).user_id, name, became, problem)
  on conflict on constraint document_parts_pkey do update set document_id = excluded.document_id, error = excluded.error
$function$;
comment on function private.note_part(public.documents,integer,text,uuid,jsonb) is 'Writes down what became of a part; a repeat writes it again.';
grant execute on function private.note_part(public.documents,integer,text,uuid,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.numbers_of(words text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(string_agg(regexp_replace(word, '\D', '', 'g'), ' ' order by place), '')
  from unnest(string_to_array(words, ' ')) with ordinality as parts (word, place) where word ~ '\d'
    and word !~ '[[:alpha:]]'
$function$;
comment on function private.numbers_of(text) is 'The digits of those words that are numbers: a 1 in "qui11mark" is a misread letter.';
grant execute on function private.numbers_of(text) to service_role;

CREATE OR REPLACE FUNCTION private.offer_job(job private.jobs)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job_token constant uuid := gen_random_uuid();
begin
  update private.jobs
  set state = 'dispatched', token = job_token, payload = payload - 'watched',
    lease_expires_at = clock_timestamp() + (select invocation_lease from private.settings)
  where id = job.id;
  -- A suspect runs in a worker of its own, and not in that of the request.
  return case when job.suspect or not job.payload ? 'watched' then job_token end;
end
$function$;
comment on function private.offer_job(private.jobs) is 'Gives a slot to a queued job. Returns the one-time token of the invocation to send; null when the request that asked for the job is waiting for it, and takes it by public.take_watched. If that does not come in time, the job is given out again, with an invocation.';
grant execute on function private.offer_job(private.jobs) to service_role;

CREATE OR REPLACE FUNCTION private.options_of(owner uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'summary_language', (select language from public.preferences where user_id = owner),
    'known_tags', coalesce((
      select jsonb_agg(jsonb_build_object('tag', tag, 'documents', documents) order by documents desc, tag)
      from (select tag, documents from public.tags where user_id = owner order by documents desc, tag limit 200) as used
    ), '[]'),
    'has_learned', exists (select from public.learned_hints where user_id = owner));
end
$function$;
comment on function private.options_of(uuid) is 'How a user wants documents described: {summary_language: ISO 639-1 or null for the document''s own, known_tags: [{tag, documents}], the 200 that are used most, has_learned: whether there are hints of theirs}.';
grant execute on function private.options_of(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.other_spellings(source text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  -- Thai, Japanese, Chinese and Korean: signs that stand together without spaces.
  signs constant text := '\u0E00-\u0E7F\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF';
  runs text;
  umlauts text;
begin
  if source ~ '[äöüÄÖÜ]' then
    umlauts := (select string_agg(distinct word, ' ') from regexp_split_to_table(source, '\s+') as word
      where word ~ '[äöüÄÖÜ]');
    umlauts := replace(replace(replace(lower(umlauts), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue');
  end if;
  if source ~ ('[' || signs || ']') then
    runs := regexp_replace(source, '[^' || signs || ']+', ' ', 'g');
    -- All pairs of neighbors: those that begin at odd places, then those at even ones.
    runs := regexp_replace(runs, '([' || signs || ']{2})', '\1 ', 'g') || ' '
      || regexp_replace(regexp_replace(runs, '(^| )[' || signs || ']', ' ', 'g'), '([' || signs || ']{2})', '\1 ', 'g');
  end if;
  return nullif(concat_ws(' ', umlauts, runs), '');
end
$function$;
comment on function private.other_spellings(text) is 'The words of a text in their other forms: "Gläubiger" as "glaeubiger", and each two neighboring signs of scripts without spaces. Null where there are none.';

CREATE OR REPLACE FUNCTION private.own_delivery(delivery_id bigint)
 RETURNS public.webhook_deliveries
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owned public.webhook_deliveries;
begin
  select * into owned from public.webhook_deliveries where id = own_delivery.delivery_id
    and user_id = (select private.caller());
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such message, or it is not yours.');
  end if;
  -- The dispatch before the webhook and its messages, as everybody locks them who changes a message.
  perform private.admit_request(owned.user_id);
  perform private.lock_dispatch();
  perform from public.webhook_endpoints where id = owned.endpoint_id for no key update;
  select * into owned from public.webhook_deliveries where id = own_delivery.delivery_id for update;
  return owned;
end
$function$;
comment on function private.own_delivery(bigint) is 'A message to a webhook of the signed-in user, locked. Errors: not_found (404), too_many_requests (429).';

CREATE OR REPLACE FUNCTION private.own_document(of_document uuid)
 RETURNS public.documents
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owned public.documents;
begin
  perform private.admit_request(private.caller());
  select * into owned from public.documents where id = of_document and user_id = (select private.caller())
    and trashed_at is null for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document, or it is not yours.');
  end if;
  return owned;
end
$function$;
comment on function private.own_document(uuid) is 'A document of the signed-in user, locked; counts as a request. Errors: not_found (404), too_many_requests (429).';

CREATE OR REPLACE FUNCTION private.own_fields(schema_id uuid, line_items text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  found_fields jsonb;
begin
  select schemas.fields::jsonb into found_fields from public.extraction_schemas as schemas
  where schemas.id = own_fields.schema_id and schemas.user_id = (select private.caller());
  if found_fields is null then
    raise exception using errcode = 'PT404', hint = 'not_found',
      message = 'There is no such schema, or it is not yours.';
  end if;
  if line_items is not null and found_fields #>> array['properties', line_items, 'type'] is distinct from 'array' then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('line_items: %s is no table of the schema.', left(line_items, 60));
  end if;
  return found_fields;
end
$function$;
comment on function private.own_fields(uuid,text) is 'The fields of a schema of the caller''s own. Errors: not_found (404), invalid_request (400) for a table that it has not.';

CREATE OR REPLACE FUNCTION private.own_rule_run(rule_run_id uuid)
 RETURNS public.rule_runs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  run public.rule_runs;
begin
  perform private.admit_request(private.caller());
  select * into run from public.rule_runs where id = own_rule_run.rule_run_id
    and user_id = (select private.caller()) for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such rule run, or it is not yours.');
  end if;
  return run;
end
$function$;
comment on function private.own_rule_run(uuid) is 'A rule run of the signed-in user, locked; counts as a request. Errors: not_found (404), too_many_requests (429).';

CREATE OR REPLACE FUNCTION private.own_trash()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  most constant integer := 500;
  owner constant uuid := private.caller();
begin
  return jsonb_build_object(
    'documents', (select coalesce(jsonb_agg(to_jsonb(newest) order by newest.trashed_at desc, newest.id), '[]') from (
      select id, filename, display_name, mime_type, byte_size, page_count, document_type, correspondent, trashed_at
        from public.documents
      where user_id = owner and trashed_at is not null order by trashed_at desc, id limit most) as newest),
    'total', (select count(*) from public.documents where user_id = owner and trashed_at is not null),
    'bytes', (select coalesce(sum(byte_size), 0) from public.documents where user_id = owner
      and trashed_at is not null),
    'kept_for', (select extract(epoch from keep_trash)::bigint from private.settings));
end
$function$;
comment on function private.own_trash() is 'See public.trash.';
grant execute on function private.own_trash() to authenticated;

CREATE OR REPLACE FUNCTION private.own_webhook(webhook_id uuid)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  found_webhook public.webhook_endpoints;
begin
  perform private.admit_request(owner);
  select * into found_webhook from public.webhook_endpoints where id = own_webhook.webhook_id and user_id = owner;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such webhook, or it is not yours.');
  end if;
  return found_webhook;
end
$function$;
comment on function private.own_webhook(uuid) is 'A webhook of the signed-in user; counts as a request. Errors: not_found (404), too_many_requests (429).';

CREATE OR REPLACE FUNCTION private.part_pattern(words text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select '%' || regexp_replace(lower(extensions.unaccent(btrim(words))), '([%_\\])', '\\\1', 'g') || '%'
$function$;
comment on function private.part_pattern(text) is 'A pattern of "like" for folded text that holds these words.';
grant execute on function private.part_pattern(text) to authenticated;

CREATE OR REPLACE FUNCTION private.parts_below(document_id uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with recursive below as (
    select id from public.documents where parent_id = parts_below.document_id
    union all
    select child.id from below join public.documents as child on child.parent_id = below.id
  )
  select count(*)::integer from below
$function$;
comment on function private.parts_below(uuid) is 'How many documents came of an upload, at all depths.';
grant execute on function private.parts_below(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.pg_net_health()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  worker_up boolean := true;
begin
  begin
    perform net.check_worker_is_up();
  exception when others then
    worker_up := false;
  end;
  return (
    select jsonb_build_object(
      'worker_up', worker_up,
      'queued', (select count(*) from net.http_request_queue),
      'oldest_invocation_seconds', (
        select extract(epoch from clock_timestamp() - min(lease_expires_at - invocation_lease))::integer
        from private.jobs, private.settings where state = 'dispatched'),
      'answers', count(*), 'not_2xx',
      count(*) filter (where status_code is null or status_code not between 200 and 299))
    from net._http_response where created > now() - interval '10 minutes');
end
$function$;
comment on function private.pg_net_health() is '{worker_up, queued, oldest_invocation_seconds, answers, not_2xx}: the last two over 10 minutes, of all that pg_net sends in this database.';

CREATE OR REPLACE FUNCTION private.pipeline_health()
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  stages jsonb := private.stage_health();
  pg_net jsonb := private.pg_net_health();
  sweep jsonb := private.sweep_health();
  strays integer;
  stuck text[] := array[]::text[];
  name text;
  stage jsonb;
begin
  strays := private.stray_documents(1000);

  if private.functions_url() is null then
    stuck := stuck
      || 'The Vault secret functions_url is not set, so no job is sent out. Set it with vault.create_secret.'::text;
  end if;
  if not (pg_net ->> 'worker_up')::boolean then
    stuck := stuck
      || 'pg_net''s worker is not up, so invocations are not sent. Restart it with net.worker_restart().'::text;
  end if;
  if (pg_net ->> 'answers')::integer >= 5 and pg_net -> 'answers' = pg_net -> 'not_2xx' then
    stuck := stuck
      || 'No invocation was answered with 2xx in the last 10 minutes. Check functions_url and the functions'' logs.'::text;
  end if;
  -- A database that was down, or is new, has not missed a sweep yet.
  if least((sweep ->> 'seconds_since_last')::integer, private.seconds_up()) > 60 then
    stuck := stuck
      || 'The sweep has not run for a minute. Check pg_cron and the job docket-sweep in cron.job_run_details.'::text;
  end if;
  if strays > 0 then
    stuck := stuck
      || format('Documents without a job that should have one: %s. Retry them, and report this: it should not happen.',
      strays);
  end if;
  for name, stage in select * from jsonb_each(stages) loop
    if (stage ->> 'limit')::integer = 0 and (stage ->> 'queued')::integer > 0 then
      stuck := stuck || format('The stage %s is stopped with jobs queued. Raise in_flight_limit in private.stages.',
        name);
    elsif (stage ->> 'oldest_queued_seconds')::integer > 60 and (stage ->> 'in_flight')::integer = 0 then
      stuck := stuck || format('Jobs of the stage %s have been due for a minute and none is out.', name);
    end if;
    if (stage ->> 'suspects')::integer > 0 and (stage ->> 'oldest_suspect_seconds')::integer > 600
      and (stage ->> 'limit')::integer > 0 then
      stuck := stuck
        || format('Suspects of the stage %s wait, and none was taken for 10 minutes. Deploy the function %s.', name,
        stage ->> 'suspects_function');
    end if;
    if (stage ->> 'overdue')::integer > 0 then
      stuck := stuck || format('%s jobs of the stage %s lost their workers and were not given out again.',
        stage ->> 'overdue', name);
    end if;
  end loop;
  return jsonb_build_object('stages', stages, 'pg_net', pg_net, 'sweep', sweep, 'reviews', private.review_health(),
    'stuck', to_jsonb(stuck));
end
$function$;
comment on function private.pipeline_health() is 'See public.pipeline_health.';
grant execute on function private.pipeline_health() to service_role;

CREATE OR REPLACE FUNCTION private.places_of_value(document_id uuid, path text, field jsonb, value jsonb, taken text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  most_places constant integer := 3;
  most_lines constant integer := 1500;
  kind constant text := private.field_kind(field);
  in_table constant boolean := path like '%.%';
  counted constant boolean := kind in ('money', 'number', 'integer');
  -- Looking at every line closely takes long: most lack the digits of the value.
  digits constant text := case
    when counted then nullif(trunc(abs(coalesce(value ->> 'amount', value #>> '{}')::numeric))::text, '0')
    when kind = 'date' then extract(day from (value #>> '{}')::date)::text end;
  above constant integer := case when in_table then 40 else 8 end;
  below constant integer := case when in_table then 3 else 5 end;
begin
  return (
    with pages as materialized (
      select page_number, text, words from public.document_pages
      where document_pages.document_id = places_of_value.document_id and error is null and text ~ '\S'
        order by page_number limit 60
    ), lines as materialized (
      select pages.page_number, split.line, split.nth,
        count(*) over (partition by pages.page_number) as of_page,
        sum(cardinality(regexp_split_to_array(btrim(split.line), '\s+'))) over (partition by pages.page_number
          order by split.nth) as words_to_here
      from pages, regexp_split_to_table(left(pages.text, 200000), '[\n\r\f\v]+') with ordinality as split (line, nth)
      where split.line ~ '\S' order by pages.page_number, split.nth limit most_lines
    ), likely as materialized (
      select lines.*, private.plain(lines.line) as plain from lines
      where length(lines.line) <= 400
        and (digits is null or strpos(regexp_replace(private.plain_digits(lines.line), '[^[:digit:]]', '', 'g'),
        digits) > 0)
    ), found as materialized (
      select likely.* from likely
      where private.says_value(likely.plain, case when counted then private.signed_amounts(likely.plain, in_table) end,
        kind, field, value)
      order by
        -- A line that another field was read from is less likely this one's.
        exists (select from unnest(taken) as quote where strpos(likely.plain, private.plain(quote)) > 0),
        -- Sums stand at the end, what a paper is called by at its beginning.
        case when counted and not in_table then -likely.page_number else likely.page_number end,
        case when counted and not in_table then -likely.nth else likely.nth end
      limit most_places
    ), around as (
      select found.*, (
          select string_agg(near.line, chr(10) order by near.nth) from lines as near
          where near.page_number = found.page_number and near.nth between found.nth - above and found.nth + below)
            as context,
        (select min(near.words_to_here - cardinality(regexp_split_to_array(btrim(near.line), '\s+'))) from lines as near
          where near.page_number = found.page_number and near.nth between found.nth - above and found.nth + below)
            as first_word,
        (select max(near.words_to_here) from lines as near
          where near.page_number = found.page_number and near.nth between found.nth - above and found.nth + below)
            as last_word,
        row_number() over () as rank
      from found
    )
    select coalesce(jsonb_agg(jsonb_build_object('page', around.page_number, 'line', around.line, 'text',
      around.context,
      'from_top', around.nth - 1, 'from_bottom', around.of_page - around.nth,
      'words', case when boxes.size <= 60000 then boxes.words end) order by around.rank), jsonb_build_array())
    from around left join lateral (
      select jsonb_agg(jsonb_build_array(word ->> 'text', word -> 'x0', word -> 'y0', word -> 'x1', word -> 'y1',
        word -> 'confidence') order by nth) as words, sum(octet_length(word ->> 'text') + 40) as size
      from pages, jsonb_array_elements(case when jsonb_typeof(pages.words) = 'array' then pages.words else '[]' end)
        with ordinality as listed (word, nth)
      -- The words of a text are in its order; a few more, where some were left out of it.
      where pages.page_number = around.page_number and nth between around.first_word - 30 and around.last_word + 30
    ) as boxes on true);
end
$function$;
comment on function private.places_of_value(uuid,text,jsonb,jsonb,text[]) is 'The lines of a document in which a value stands, the likeliest first, with what stands around them: see public.extraction_hints.places. taken: what other fields were read from.';

CREATE OR REPLACE FUNCTION private.plain(source text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select btrim(regexp_replace(
    regexp_replace(
      -- What a line's end parts is one word: "in-", "voice"; and a hyphen between letters may be such a one or not.
      regexp_replace(
        lower(extensions.unaccent(normalize(
          regexp_replace(source, '[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+', '', 'g'),
          nfkc))),
        '(?<=[[:alnum:]])-[ \t]*[\n\r]\s*(?=[[:alnum:]])', '-', 'g'),
      '(?<=[[:alpha:]])-\s*(?=[[:alpha:]])', '', 'g'),
    '[[:cntrl:][:space:]\u2028\u2029]+', ' ', 'g'))
$function$;
comment on function private.plain(text) is 'A text in the form in which a quote is compared with a page: lower case, without accents and ligatures, hyphens within words, invisible characters, and with one space for all white space.';
grant execute on function private.plain(text) to service_role;

CREATE OR REPLACE FUNCTION private.plain_digits(words text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select translate(words, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९٫٬،−ς', '012345678901234567890123456789.'',-σ')
$function$;
comment on function private.plain_digits(text) is 'Words with 0 to 9 for Arabic, Persian and Devanagari digits, and the common marks for those beside them. Full-width digits are plain already in the form of private.plain.';
grant execute on function private.plain_digits(text) to service_role;

CREATE OR REPLACE FUNCTION private.plurals_of(word text, language text)
 RETURNS SETOF text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select plural from (
    select word || ending from unnest(
      array['s', 'es'] || case language when 'de' then array['e', 'en', 'n', 'nen'] when 'fr' then array['x']
        else '{}' end) as ending
    union select left(word, -1) || 'ies' where word ~ '[^aeiou]y$'
    union select left(word, -2) || 'aux' where language = 'fr' and word ~ 'al$'
    union select left(word, -1) || 'ces' where language = 'es' and word ~ 'z$'
  ) as candidates (plural)
  -- "bus" is no plural of "bu".
  where word in (select private.singulars_of(plural, language));
end
$function$;
comment on function private.plurals_of(text,text) is 'What may be the plural of a word without accents, by the same rules; they are looked up, not written.';
grant execute on function private.plurals_of(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.probe_workers()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- PERFORM takes no WITH, so there is a count that nobody reads. @plpgsql_check_options: extra_warnings = false
  probes integer;
begin
  -- The common case first: everybody was heard of late.
  perform from private.jobs where state = 'running'
    and coalesce(heard_at, claimed_at) < clock_timestamp() - interval '6 seconds';
  if not found or private.functions_url() is null then
    return;
  end if;
  with silent as materialized (
    select jobs.* from private.jobs
    where state = 'running' and worker is not null and private.is_silent(jobs)
      and (probed_at is null or probed_at < clock_timestamp() - interval '2 seconds')
    for update skip locked
  ), probed as (
    update private.jobs set probed_at = clock_timestamp() from silent where jobs.id = silent.id
  )
  select count(net.http_post(
    url := private.functions_url() || '/' || case when silent.suspect then stages.suspects_function_name
      else stages.function_name end,
    body := jsonb_build_object('job_id', silent.id, 'token', gen_random_uuid()))) into probes
  from silent join private.stages using (stage);
exception when others then
  raise warning 'docket: workers were not probed: %', sqlerrm;
end
$function$;
comment on function private.probe_workers() is 'Sends an invocation without a valid token to the functions whose workers have been silent for too long. The worker that gets it asks claim_job: if that is another one than holds the job, the holder is gone, and nobody has to wait until its lease runs out. A job is probed every 2 seconds at most. Called whenever a job is queued or jobs are dispatched, and by the sweep.';

CREATE OR REPLACE FUNCTION private.prune()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from private.jobs where state = 'done' and updated_at < now() - (select keep_jobs from private.settings);
  delete from private.model_calls
  where reserved_at < now() - (select keep_model_calls from private.settings) and state <> 'open';
  -- The sweep alone adds 8,640 lines a day.
  delete from cron.job_run_details where end_time < now() - interval '1 day';
$function$;
comment on function private.prune() is 'Removes jobs that are done, single calls of models and the sweep''s own history, after a while. Run by pg_cron every hour.';

CREATE OR REPLACE FUNCTION private.prune_inbox_addresses()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from public.inbox_addresses where revoked_at < now() - interval '30 days';
  delete from public.refused_mails where created_at < now() - interval '30 days';
  -- A signature is good for four days.
  delete from private.mail_tokens where used_at < now() - interval '5 days';
$function$;
comment on function private.prune_inbox_addresses() is 'Removes addresses that were revoked, and what was noted of refused mails, after 30 days; tokens after 5. Run by pg_cron every hour.';

CREATE OR REPLACE FUNCTION private.prune_rule_runs()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from public.rule_runs where state in ('done', 'stopped', 'undone') and updated_at < now() - interval '30 days'
$function$;
comment on function private.prune_rule_runs() is 'Removes rule runs 30 days after their end: from then on they cannot be undone. Run by pg_cron every hour.';

CREATE OR REPLACE FUNCTION private.prune_share_links()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from public.share_links where least(expires_at, revoked_at) < now() - interval '30 days';
$function$;
comment on function private.prune_share_links() is 'Removes share links that ended 30 days ago. Run by pg_cron every hour.';

CREATE OR REPLACE FUNCTION private.prune_upload_links()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from public.upload_links where least(expires_at, revoked_at) < now() - interval '30 days';
  delete from private.link_addresses where full_at < now();
$function$;
comment on function private.prune_upload_links() is 'Removes upload links that ended 30 days ago, and addresses that may send again. Run by pg_cron every hour.';

CREATE OR REPLACE FUNCTION private.prune_webhooks()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from public.webhook_deliveries
    where created_at < now() - (select keep_webhook_deliveries from private.settings);
  delete from private.webhook_secrets where expires_at < now();
$function$;
comment on function private.prune_webhooks() is 'Removes old messages, and secrets that were replaced. Run by pg_cron every hour.';

CREATE OR REPLACE FUNCTION private.publish(event public.document_events)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  consumer private.event_consumers;
  wanted boolean;
begin
  for consumer in
    select * from private.event_consumers
    where event.stage || '.' || event.kind = any (event_types)
      or '*.' || event.kind = any (event_types)
        and not exists (select from private.event_consumers as others where others.stage = event.stage)
    order by name
  loop
    if consumer.filter is not null then
      execute format('select private.%I($1)', consumer.filter) into wanted using event;
      continue when wanted is not true;
    end if;
    if consumer.action is not null then
      execute format('select private.%I($1)', consumer.action) using event;
      continue;
    end if;
    -- The event may have been undone since, with its document.
    continue when not exists (select from public.documents where id = event.document_id)
      and not (private.stage_named(consumer.stage)).outlives_document;
    perform private.queue_job(consumer.stage, event.document_id, event.user_id,
      jsonb_build_object('event', jsonb_build_object(
      'id', event.id, 'type', event.stage || '.' || event.kind, 'message', event.message, 'data', event.data,
      'created_at', event.created_at)),
      event_id => event.id);
  end loop;
end
$function$;
comment on function private.publish(public.document_events) is 'Makes a job of an event, or calls the action, for each consumer that wants it. Also for events that have no row, because their document is gone: see private.publish_deletions.';

CREATE OR REPLACE FUNCTION private.publish_deletions(gone public.documents[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select from private.event_consumers where 'edit.deleted' = any (event_types)) then
    perform private.publish(row(
      nextval('public.document_events_id_seq'), document.id, document.user_id, 'edit', 'deleted', 'Deleted.',
      jsonb_build_object(),
      clock_timestamp())::public.document_events)
    from unnest(gone) as document;
  end if;
end
$function$;
comment on function private.publish_deletions(public.documents[]) is 'Publishes edit.deleted for documents that were deleted. Their history is gone with them, so this event has a number and no row.';

CREATE OR REPLACE FUNCTION private.publish_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.publish(new);
  return null;
end
$function$;
comment on function private.publish_event() is 'Trigger: publishes an event.';

CREATE OR REPLACE FUNCTION private.question_of(query text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  words text := left(btrim(query), 200);
  filter text[];
  value text;
  days date[];
  all_days date[] := array[]::date[];
  question jsonb := jsonb_build_object();
begin
  for filter in select hit from regexp_matches(words, '(?:^|\s)((tag|type|from|before|after|due):("[^"]*"|\S+))', 'gi')
    as hit loop
    value := btrim(filter[3], '"');
    if lower(filter[2]) in ('tag', 'type') then
      question := jsonb_set(question, array[lower(filter[2]) || 's'],
        coalesce(question -> (lower(filter[2]) || 's'), '[]') || to_jsonb(lower(value)));
    elsif lower(filter[2]) = 'from' then
      question := question || jsonb_build_object('from', value);
    elsif lower(filter[2]) = 'due' then
      continue when private.due_asked(value) is null;
      question := question || private.due_asked(value);
    elsif private.span_of(value) is not null then
      question := question || jsonb_build_object(lower(filter[2]), private.span_of(value));
    else
      continue;
    end if;
    words := replace(words, filter[1], ' ');
  end loop;
  for filter in select hit from regexp_matches(words,
    '(?:^|\s)((source):(upload_link|upload|part|mail)|(pages)(>=|<=|[><:=])(\d{1,6})|(has):note)(?=\s|$)', 'gi')
    as hit loop
    if filter[2] is not null then
      question := jsonb_set(question, '{sources}', coalesce(question -> 'sources', '[]') || to_jsonb(lower(filter[3])));
    elsif filter[7] is not null then
      question := question || jsonb_build_object('noted', true);
    else
      if filter[5] !~ '<' then
        question := question || jsonb_build_object('pages_from', filter[6]::integer + (filter[5] = '>')::integer);
      end if;
      if filter[5] !~ '>' then
        question := question || jsonb_build_object('pages_to', filter[6]::integer - (filter[5] = '<')::integer);
      end if;
    end if;
    words := replace(words, filter[1], ' ');
  end loop;
  -- "17 March 2026" and "March 17, 2026" as numbers.
  words := coalesce((
    select replace(words, written[1],
      format(' %s-%s-%s ', coalesce(written[4], written[7]), months.month, coalesce(written[2], written[6])))
    from regexp_match(words,
      '((?:\m(\d{1,2})\.? (?:de )?([[:alpha:]]{3,10})\.? (?:de )?(\d{4})\M)|(?:\m([[:alpha:]]{3,10})\.? (\d{1,2}),? (\d{4})\M))') as written
    join private.months() as months on months.name = lower(extensions.unaccent(coalesce(written[3], written[5])))
      limit 1), words);
  if words !~ '"' then
    for value in select hit[1] from regexp_matches(words, '(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})(?=\s|$)', 'g') as hit loop
      days := private.days_of(value);
      continue when cardinality(days) = 0;
      all_days := all_days || days;
      words := replace(words, value, ' ');
    end loop;
  end if;
  if cardinality(all_days) > 0 then
    question := question || jsonb_build_object('days', to_jsonb(all_days));
  end if;
  return question || jsonb_build_object('words', btrim(regexp_replace(words, '\s+', ' ', 'g')));
end
$function$;
comment on function private.question_of(text) is 'What a search asks for: {words, days, tags, types, from, after, before, due_from, due_to, sources, pages_from, pages_to, noted}. after: from that day on, before: up to the day before it; both also take a month or a year.';
grant execute on function private.question_of(text) to authenticated;

CREATE OR REPLACE FUNCTION private.queue_due_retries()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- In a variable, so that the index on run_after finds what is due among all that wait.
  this_moment constant timestamptz := clock_timestamp();
begin
  with due as materialized (
    select id, stage, suspect, user_id, attempts, queue_position, created_at from private.jobs
    where state = 'queued' and run_after <= this_moment for update skip locked
  ), placed as (
    select id, row_number() over (partition by stage, suspect, user_id order by queue_position, created_at) - 1
      as place, first
    from due, lateral (select greatest(
      -- A worker that dies keeps the one slot of the suspects for a whole lease, as long as several others would.
      private.current_queue_position(due.stage, due.suspect) + case when due.suspect and due.attempts > 0 then 4
        else 0 end, (
      select max(jobs.queue_position) + 1 from private.jobs
      where jobs.stage = due.stage and jobs.user_id = due.user_id and jobs.suspect = due.suspect
        and state = 'queued' and run_after is null and jobs.attempts + excused > 0)) as first) as turns
  )
  update private.jobs set run_after = null, queue_position = placed.first + placed.place from placed
    where jobs.id = placed.id;
end
$function$;
comment on function private.queue_due_retries() is 'Retries whose time has come queue up: a user''s one turn after another, from now on. So they do not wait for what the same user has queued, and others wait for one of them at most, however many come due at once. A suspect that failed waits four turns more.';
grant execute on function private.queue_due_retries() to service_role;

CREATE OR REPLACE FUNCTION private.queue_extractions()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  at_once constant integer := 200;
  waiting record;
  queued integer := 0;
begin
  for waiting in
    select document_id, user_id from public.extractions
    where status in ('queued', 'running')
      and (select true from private.jobs where jobs.document_id = extractions.document_id and stage = 'extract'
        and state in ('queued', 'dispatched', 'running')) is null
    group by document_id, user_id order by min(created_at) limit at_once
  loop
    perform private.queue_job('extract', waiting.document_id, waiting.user_id);
    queued := queued + 1;
  end loop;
  return queued;
end
$function$;
comment on function private.queue_extractions() is 'Queues the job of documents that have an extraction waiting and no job, 200 at once: a schema that is applied to many documents, or a request that got lost. Returns how many. Run by pg_cron every 10 seconds.';

CREATE OR REPLACE FUNCTION private.queue_job(stage private.job_stage, document_id uuid, user_id uuid, payload jsonb DEFAULT '{}'::jsonb, invoked_job uuid DEFAULT NULL::uuid, invoked_token uuid DEFAULT NULL::uuid, event_id bigint DEFAULT NULL::bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  of_stage private.stages;
  suspect boolean;
begin
  of_stage := private.stage_named(queue_job.stage);
  if of_stage.stage is null then
    raise exception 'There is no stage %. Insert its row into private.stages.', queue_job.stage;
  end if;
  -- A document that ended workers before does not get another chance beside others, whoever asks for it.
  suspect := of_stage.suspects_function_name is not null
    and (private.is_suspected(queue_job.user_id, queue_job.stage) or exists (
    select from public.document_events where document_events.document_id = queue_job.document_id
      and document_events.stage = queue_job.stage and kind = 'failed' and data ->> 'code' = 'worker_lost'));
  insert into private.jobs (id, document_id, user_id, stage, event_id, suspect, queue_position, max_attempts, payload)
  values (coalesce(invoked_job, gen_random_uuid()), queue_job.document_id, queue_job.user_id, queue_job.stage,
    queue_job.event_id, suspect,
    private.next_queue_position(queue_job.stage, queue_job.user_id, suspect), of_stage.max_attempts, queue_job.payload)
  on conflict do nothing;
  -- Behind the lock, whoever ends a job meanwhile sees this one: it is dispatched by one of the two.
  perform private.lock_dispatch();
  if private.free_slots(of_stage, suspect) > 0 then
    perform private.dispatch_jobs(invoked_job, invoked_token);
  else
    -- A dead worker may hold them all.
    perform private.probe_workers();
  end if;
end
$function$;
comment on function private.queue_job(private.job_stage,uuid,uuid,jsonb,uuid,uuid,bigint) is 'Queues a job, and dispatches what is due if the stage has room. invoked_job and invoked_token: the id and the token of a job that its caller invokes, if its turn has come. A document has at most one live job a stage and event: a second one changes nothing. A document that ended as worker_lost is a suspect from the start, and so is any of a user whose job ended a worker of late.';
grant execute on function private.queue_job(private.job_stage,uuid,uuid,jsonb,uuid,uuid,bigint) to service_role;

CREATE OR REPLACE FUNCTION private.queue_webhook_line(line uuid, owner uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.lock_dispatch();
  -- Looked for, and not left to the unique index: an insert would wait for whoever has the job, who may wait for the
  -- dispatch.
  if not exists (select from private.jobs where document_id = queue_webhook_line.line and stage = 'webhooks'
    and state in ('queued', 'dispatched', 'running')) then
    perform private.queue_job('webhooks', queue_webhook_line.line, queue_webhook_line.owner);
  end if;
end
$function$;
comment on function private.queue_webhook_line(uuid,uuid) is 'Queues the job that sends the messages of a line, if there is none.';

CREATE OR REPLACE FUNCTION private.queue_webhooks()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  at_once constant integer := 200;
  waiting record;
  queued integer := 0;
begin
  for waiting in
    select line, deliveries.user_id from public.webhook_deliveries as deliveries
      join public.webhook_endpoints on webhook_endpoints.id = endpoint_id
    where state = 'waiting' and (enabled or event_type = 'webhook.test')
      and (select true from private.jobs where jobs.document_id = line and stage = 'webhooks'
        and jobs.state in ('queued', 'dispatched', 'running')) is null
    group by line, deliveries.user_id order by min(deliveries.id) limit at_once
  loop
    perform private.queue_webhook_line(waiting.line, waiting.user_id);
    queued := queued + 1;
  end loop;
  return queued;
end
$function$;
comment on function private.queue_webhooks() is 'Queues the job of lines that have a message waiting and none: those of a webhook that was enabled again. 200 at once; returns how many. Run by pg_cron every 10 seconds.';

CREATE OR REPLACE FUNCTION private.quote_on_page(page text, quote text)
 RETURNS TABLE(similarity real, excerpt text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  place integer := position(' ' || quote || ' ' in ' ' || page || ' ');
begin
  if place = 0 then
    place := position(quote in page);
  end if;
  if place > 0 then
    return query select 1::real, private.words_around(page, place, length(quote));
  else
    return query select * from private.close_quote(page, quote);
  end if;
end
$function$;
comment on function private.quote_on_page(text,text) is 'Where a quote stands on a page, both as private.plain writes them: how alike (1: exactly), and the page''s own words there. No row where it does not stand.';
grant execute on function private.quote_on_page(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.quoted_values(document_id uuid, fields jsonb, claims jsonb, engine text)
 RETURNS TABLE(path text, row_number integer, value jsonb, page integer, quote text, box jsonb, similarity real, confidence real, claimed text, note text, ambiguous boolean, proven boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with given as (
    select one ->> 'path' as path,
      case when not one ? 'row' then 0 when one ->> 'row' ~ '^\d{1,6}$' then (one ->> 'row')::integer end as row_number,
      one -> 'value' as value, one ->> 'quote' as quote, one ->> 'label' as label,
      case when one ->> 'page' ~ '^[1-9]\d{0,5}$' then (one ->> 'page')::integer end as page,
      case when jsonb_typeof(one -> 'box') = 'array' then one -> 'box' end as box,
      case when jsonb_typeof(one -> 'confidence') = 'number'
        then least(1, greatest(0, (one ->> 'confidence')::real)) end as confidence,
      one ->> 'proof' as claimed, private.visible(left(one ->> 'note', 300)) as note, place
    from jsonb_array_elements(case when jsonb_typeof(claims) = 'array' then claims else '[]' end) with ordinality
      as list (one, place)
  ), known as (
    select distinct on (given.path, given.row_number) given.*, scalars.field, private.field_kind(scalars.field) as kind
    from given join private.scalar_fields(fields) as scalars using (path)
    where given.value is not null and given.value <> 'null' and octet_length(given.value::text) <= 4000
      and (given.path like '%.%' or given.row_number = 0) and given.row_number < 20000
    order by given.path, given.row_number, given.place
  ), pages as materialized (
    select document_pages.page_number, document_pages.text, private.plain(left(document_pages.text, 100000)) as plain
    from public.document_pages
    where document_pages.document_id = quoted_values.document_id
      and document_pages.page_number in (select distinct known.page from known)
  ), quotes as materialized (
    -- Each quote is looked up once: the cells of a row share theirs.
    select distinct_quotes.page, distinct_quotes.quote, found_quote.similarity, found_quote.excerpt,
      private.signed_amounts(found_quote.excerpt, distinct_quotes.of_row) as amounts, distinct_quotes.of_row
    from (
      select distinct known.page, known.quote, known.path like '%.%' as of_row from known where known.quote is not null
        and length(known.quote) <= 300
    ) as distinct_quotes join pages on pages.page_number = distinct_quotes.page
    cross join lateral (select private.plain(distinct_quotes.quote) as plain) as wanted
    cross join lateral private.quote_on_page(pages.plain, wanted.plain) as found_quote
    where wanted.plain ~ '[[:alnum:]]'
  ), currencies as materialized (
    select pages.page_number, claimed.currency
    from (select distinct known.value ->> 'currency' as currency from known where known.kind = 'money') as claimed
      cross join pages
    where private.names_currency(pages.text, claimed.currency)
  ), forms as materialized (
    select scalars.path, private.label_forms(scalars.field, scalars.path) as labels
      from private.scalar_fields(fields) as scalars where scalars.path not like '%.%'
  ), cells as materialized (
    select lines.nth, cell.place, lines.width, form.plain,
      btrim(regexp_replace(form.plain, '[^[:alnum:]%]+', ' ', 'g')) as words
    from (
      select regexp_split_to_array(btrim(line), '\s{2,}|\t') as parts,
        cardinality(regexp_split_to_array(btrim(line), '\s{2,}|\t')) as width,
        row_number() over (order by document_pages.page_number, place) as nth
      from public.document_pages cross join lateral regexp_split_to_table(left(document_pages.text, 20000),
        '[\n\r\f\v]+') with ordinality as split (line, place)
      where quoted_values.engine <> 'local' and document_pages.document_id = quoted_values.document_id
        and document_pages.page_number <= 20 and line ~ '\S' and length(line) <= 400
    ) as lines cross join lateral unnest(lines.parts) with ordinality as cell (part, place)
      cross join lateral (select private.plain(cell.part)) as form (plain)
    where length(cell.part) <= 120
  )
  select known.path, known.row_number,
    case when known.kind = 'money' then jsonb_build_object('amount', known.value -> 'amount', 'currency', case
      when exists (select from currencies where currencies.currency = known.value ->> 'currency')
        then known.value ->> 'currency' end)
      else known.value end,
    known.page, known.quote, known.box, quotes.similarity, known.confidence, known.claimed, known.note,
    borne.found and twice.otherwise, borne.found and not twice.otherwise
  from known left join quotes on quotes.page = known.page and quotes.quote = known.quote
    and quotes.of_row = (known.path like '%.%')
  cross join lateral (
    -- A model may quote the right words for another field: what it calls the total has to stand behind a label of the
    -- total, or beside or below one.
    select case
      when quoted_values.engine = 'local' or known.path like '%.%' or known.kind = 'enum'
        and not known.field ? 'labels' then quotes.excerpt
      when known.field ->> 'rule' = 'sender'
        and exists (select from public.documents where documents.id = quoted_values.document_id
        and correspondent is not null)
        then case when private.is_correspondent(quoted_values.document_id, known.value #>> '{}') then quotes.excerpt end
      else (
        select coalesce(
          private.words_by_label(quotes.excerpt, own.labels, others.labels),
          case when known.label is not null then (
            select private.words_beside_label(pages.text, known.quote, own.labels) from pages
              where pages.page_number = known.page) end)
        from (select labels from forms where forms.path = known.path) as own (labels),
          (select array(select unnest(labels) from forms where forms.path <> known.path)) as others (labels))
      end as words
    -- An offset: what follows takes the result, and not the expression, which is dear, again and again.
    offset 0
  ) as judged
  cross join lateral (select coalesce(quotes.excerpt is not null and private.says_value(judged.words,
      case when quoted_values.engine = 'local' then quotes.amounts
        -- Marks, columns and balances say which way money went, too: our own rules read them.
        || array(select -amount from unnest(quotes.amounts) as amount)
        when judged.words = quotes.excerpt then quotes.amounts
        else private.signed_amounts(judged.words, false) end,
        known.kind, known.field, known.value), false) offset 0) as borne (found)
  cross join lateral (
    -- Where a label of the field stands twice with different values, neither is proven: one of them may be there to be
    -- taken.
    select coalesce(borne.found and known.path not like '%.%' and known.kind in ('code', 'date', 'string', 'money')
      and not (known.kind = 'money' and exists (select from jsonb_array_elements_text(fields -> 'checks') as source
        where known.path in (select private.check_paths(source))))
      and exists (
        select from (
          select forms.path, case when known.field ? 'taught'
            then array(select jsonb_array_elements_text(known.field -> 'taught')) else forms.labels end as labels
            from forms
        ) as own cross join lateral (
          select btrim(private.words_by_label(cells.plain, own.labels,
            (select array(select unnest(labels) from forms where forms.path <> known.path)))) from cells
          where exists (select from unnest(own.labels) as label where label <> ''
            and starts_with(cells.words, label || ' '))
          union all
          select beside.plain from cells join cells as beside on beside.nth = cells.nth
            and beside.place = cells.place + 1
            or beside.nth = cells.nth + 1 and beside.place = cells.place and beside.width = cells.width
            -- Of a table there are more lines.
            and not exists (select from cells as more where more.nth = cells.nth + 2 and more.width = cells.width)
          where cells.words = any (own.labels) and known.kind <> 'string'
        ) as said (words)
        where own.path = known.path and case known.kind
          when 'date' then exists (select private.dates_in(said.words))
            and not private.says_value(said.words, null, known.kind, known.field, known.value)
          when 'money' then exists (select private.amounts_in(said.words))
            and not private.says_value(said.words, private.signed_amounts(said.words, false), known.kind, known.field,
            known.value)
          when 'code' then said.words ~ '^[^[:alnum:]]*[^ ]*\d'
            and not private.says_value(said.words, null, known.kind, known.field, known.value)
          else said.words ~ '[[:alnum:]]{2}'
            and not private.says_value(said.words, null, known.kind, known.field, known.value) end), false) as otherwise
    offset 0
  ) as twice
$function$;
comment on function private.quoted_values(uuid,jsonb,jsonb,text) is 'The values that an engine found, [{path, row, value, page, quote, label, box, proof, confidence, note}], after looking up their quotes: proven where the quote stands on the page and the value follows from its words. What a model says of a field that a document has once has to stand behind one of the field''s labels or its name, or beside or below one in a cell of its own, and no other value by another of them; a sender has to be who the document was described to be from, where that is known. The sign of an amount has to be a minus or brackets, but for our own rules, which know marks and columns. A currency that the page does not name is dropped.';
grant execute on function private.quoted_values(uuid,jsonb,jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION private.quotes_of(evidence jsonb)
 RETURNS TABLE(field text, page integer, quote text, source text, confidence numeric)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select proven.field,
    case when value ->> 'page' ~ '^[1-9]\d{0,5}$' then (value ->> 'page')::integer end,
    value ->> 'quote', value ->> 'source',
    case when jsonb_typeof(value -> 'confidence') = 'number'
      then round(least(greatest((value ->> 'confidence')::numeric, 0), 1), 2) end
  from jsonb_each(case when jsonb_typeof(quotes_of.evidence) = 'object' then quotes_of.evidence else '{}' end)
  join (select listed.field, listed.evidence from private.metadata_fields() as listed union all select 'subject',
    'subject') as proven (field, evidence)
    on proven.evidence = key
  where jsonb_typeof(value) = 'object' and jsonb_typeof(value -> 'quote') = 'string'
$function$;
comment on function private.quotes_of(jsonb) is 'The evidence that an engine gives, {value: {page, quote, source, confidence}}, by the fields that it is for, without what is no evidence. One quote proves an amount and its currency.';
grant execute on function private.quotes_of(jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.record_event(document public.documents, stage text, kind text, message text, data jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.document_events (document_id, user_id, stage, kind, message, data)
  values (document.id, document.user_id, stage, kind, message, data);
end
$function$;
comment on function private.record_event(public.documents,text,text,text,jsonb) is 'Adds a line to a document''s history.';
grant execute on function private.record_event(public.documents,text,text,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.refuse(status integer, code text, message text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception using errcode = 'PT' || refuse.status, message = refuse.message, hint = refuse.code;
end
$function$;
comment on function private.refuse(integer,text,text) is 'Ends the statement with an HTTP status (PostgREST reads it from a PTnnn sqlstate), a code of the list in functions/_shared/errors.ts as hint, and a sentence that says what to do.';
grant execute on function private.refuse(integer,text,text) to service_role;

CREATE OR REPLACE FUNCTION private.refuse_beyond_part_limits(parent uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  limits private.settings;
  origin record;
begin
  select * into limits from private.settings;
  select * into origin from private.root_of(parent);
  if origin.depth >= limits.part_depth then
    perform private.refuse(422, 'nested_too_deep',
      format('Files within files are read %s deep. Upload this one by itself.', limits.part_depth));
  end if;
  if private.parts_below(origin.root) >= limits.parts_per_upload then
    perform private.refuse(422, 'too_many_parts',
      format('One upload becomes %s documents at most. Upload this one by itself.', limits.parts_per_upload));
  end if;
end
$function$;
comment on function private.refuse_beyond_part_limits(uuid) is 'Whether one more part may become a document; asked with the usage row locked, so archives of one upload count one after another. Errors: nested_too_deep (422), too_many_parts (422).';
grant execute on function private.refuse_beyond_part_limits(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.refuse_erasing_kept(owner uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  report jsonb;
begin
  select jsonb_build_object('held', count(*) filter (where held), 'kept', count(*) filter (where not held),
    'keep_until', max(keep_until),
    'document_ids', to_jsonb((array_agg(document_id order by document_id))[:100])) into report
  from public.retentions where user_id = owner and (held or keep_until > current_date);
  if report -> 'document_ids' <> 'null' then
    raise exception using errcode = 'PT409', hint = 'document_held', detail = report::text,
      message = 'Some documents of the account are held, or kept until a later day. Release them first: nothing was erased.';
  end if;
  -- Nothing else becomes held while a large account is erased in steps.
  delete from public.rules where user_id = owner;
end
$function$;
comment on function private.refuse_erasing_kept(uuid) is 'An account with documents that are held or kept is not erased: the detail of the refusal has {held, kept, keep_until: the last day, document_ids: the first 100}. Errors: document_held (409).';

CREATE OR REPLACE FUNCTION private.refuse_kept()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.is_kept(old.id) then
    perform private.refuse(409, 'document_held',
      format('“%s” is held, or kept until a later day. Release it before you delete it.',
      coalesce(old.display_name, old.filename)));
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$function$;
comment on function private.refuse_kept() is 'Trigger: a document that is kept or held is not deleted, nor moved to the trash, in whichever way; a part of it that is keeps the whole. Errors: document_held (409).';

CREATE OR REPLACE FUNCTION private.refuse_kept_file()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select from public.documents where storage_path = old.name and private.is_kept(id)) then
    perform private.refuse(409, 'document_held',
      'The document of this file is held, or kept until a later day. Release it before you delete it.');
  end if;
  return old;
end
$function$;
comment on function private.refuse_kept_file() is 'Trigger: nor is its file. Errors: document_held (409).';

CREATE OR REPLACE FUNCTION private.refuse_until(status integer, code text, message text, again_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception using errcode = 'PT' || refuse_until.status, message = refuse_until.message, hint = refuse_until.code,
    detail = jsonb_build_object('retry_after_ms',
      greatest(1, ceil(extract(epoch from again_at - clock_timestamp()) * 1000)::bigint))::text;
end
$function$;
comment on function private.refuse_until(integer,text,text,timestamp with time zone) is 'As private.refuse, and says when to come back: {retry_after_ms} as detail, which becomes the Retry-After of the answer.';
grant execute on function private.refuse_until(integer,text,text,timestamp with time zone) to service_role;

CREATE OR REPLACE FUNCTION private.release_own(document_id uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select private.change_retention_own(document_id, jsonb_build_object('held', false, 'keep_until', null))
$function$;
comment on function private.release_own(uuid) is 'See public.release_document.';
grant execute on function private.release_own(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.rename_documents(owner uuid, old_tag text, new_tag text, at_most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.rename_documents(uuid,text,text,integer) is 'Gives documents that have a tag another one instead, at most so many; returns how many. It locks no field: the word changed, not what the document is about.';

CREATE OR REPLACE FUNCTION private.rename_some(owner uuid, at_most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.rename_some(uuid,integer) is 'One batch of a user''s renamings that are under way, of at most so many documents; returns how many were renamed.';

CREATE OR REPLACE FUNCTION private.rename_tags(for_at_most interval DEFAULT '00:00:02'::interval)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.rename_tags(interval) is 'Goes on with renamings that are under way, for so long at most; returns how many documents were renamed. Run by pg_cron every 10 seconds.';

CREATE OR REPLACE FUNCTION private.request_extractions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.extractions (document_id, schema_id, user_id, schema_version)
  select new.id, schemas.id, new.user_id, schemas.version from public.extraction_schemas as schemas
  where schemas.user_id = new.user_id and private.schema_fits(schemas, new)
  on conflict do nothing;
  -- Rules may have applied schemas in this transaction, too.
  if exists (select from public.extractions where document_id = new.id and status = 'queued') then
    perform private.queue_job('extract', new.id, new.user_id);
  end if;
  return null;
exception when others then
  -- The metadata is worth more: it stays.
  raise warning 'docket: extracting was not requested for %: %', new.id, sqlerrm;
  return null;
end
$function$;
comment on function private.request_extractions() is 'Trigger: a document that is completed gets an extraction for each schema that applies to it and was not applied before, and one job for all of them.';

CREATE OR REPLACE FUNCTION private.request_metadata()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.queue_job(private.stage_after(new.status), new.id, new.user_id);
  return null;
exception when others then
  -- The text is worth more than the invocation: it stays, and the sweep queues the job.
  raise warning 'docket: the next stage was not requested for %: %', new.id, sqlerrm;
  return null;
end
$function$;
comment on function private.request_metadata() is 'Trigger: a document whose text is complete gets a metadata job, and its function an invocation through pg_net.';

CREATE OR REPLACE FUNCTION private.reserve()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.reservations (document_id, user_id, pages)
  select id, user_id, greatest(1, page_count) from admitted where status in ('uploading', 'processing')
  on conflict (document_id) do nothing;
  insert into private.stored_bytes as sums (user_id, bytes)
  select user_id, sum(byte_size) from admitted group by user_id order by user_id
  on conflict (user_id) do update set bytes = sums.bytes + excluded.bytes;
  return null;
end
$function$;
comment on function private.reserve() is 'Trigger: a document that is under way has a reservation, and its bytes count, from its admission on. Whoever makes it checks the limits first.';

CREATE OR REPLACE FUNCTION private.reserve_again(document public.documents)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  before private.reservations;
  pages_needed integer;
begin
  perform private.lock_usage(document.user_id);
  select * into before from private.reservations where document_id = document.id;
  pages_needed := greatest(1, document.page_count, before.pages_counted);
  perform private.check_month(document, (not coalesce(before.counted, false))::integer,
    pages_needed - coalesce(before.pages_counted, 0));
  insert into private.reservations (document_id, user_id, pages) values (document.id, document.user_id, pages_needed)
  on conflict on constraint reservations_pkey do update set open = true, pages = excluded.pages;
end
$function$;
comment on function private.reserve_again(public.documents) is 'A document that is read again, or whose file arrives after its upload was given up, takes its place again: what of it was counted before costs nothing. Errors: monthly_limit_reached (402).';

CREATE OR REPLACE FUNCTION private.reserve_call(owner uuid, document_id uuid, job_id uuid, stage private.job_stage, call_id uuid, model text, cost_micro_usd bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  most constant bigint := private.cost_limit_of(reserve_call.owner);
  spent bigint;
  reserved bigint;
begin
  perform private.lock_usage(reserve_call.owner);
  if exists (select from private.model_calls as known where known.id = reserve_call.call_id
    and known.user_id = reserve_call.owner and known.job_id is not distinct from reserve_call.job_id) then
    return jsonb_build_object('call_id', reserve_call.call_id);
  end if;
  -- In one statement: a call that is settled meanwhile is seen as reserved or as spent, and never as neither.
  select
    coalesce((select used.cost_micro_usd from public.usage_months as used where user_id = reserve_call.owner
      and month = private.this_month()), 0),
    coalesce((select sum(reserved_micro_usd) from private.model_calls
      where user_id = reserve_call.owner and month = private.this_month() and state = 'open'), 0)
  into spent, reserved;
  if spent + reserve_call.cost_micro_usd > most then
    return jsonb_build_object('refused', 'spent');
  elsif spent + reserved + reserve_call.cost_micro_usd > most then
    return jsonb_build_object('refused', 'reserved');
  end if;
  insert into private.model_calls (id, user_id, document_id, job_id, stage, model, month, reserved_micro_usd,
    expires_at)
  values (reserve_call.call_id, reserve_call.owner, reserve_call.document_id, reserve_call.job_id, reserve_call.stage,
    reserve_call.model, private.this_month(),
    reserve_call.cost_micro_usd, clock_timestamp() + (select model_call_lease from private.settings));
  return jsonb_build_object('call_id', reserve_call.call_id);
end
$function$;
comment on function private.reserve_call(uuid,uuid,uuid,private.job_stage,uuid,text,bigint) is 'Reserves the most that one call of a model can cost of a user''s month: the one place that does. Returns as public.reserve_model_call.';
grant execute on function private.reserve_call(uuid,uuid,uuid,private.job_stage,uuid,text,bigint) to service_role;

CREATE OR REPLACE FUNCTION private.reserve_pages(document public.documents)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  reserved private.reservations;
begin
  select * into reserved from private.reservations where document_id = document.id;
  if reserved.open and reserved.pages < document.page_count then
    perform private.lock_usage(document.user_id);
    perform private.check_month(document, 0, document.page_count - reserved.pages_counted);
    update private.reservations set pages = document.page_count where document_id = document.id;
  end if;
end
$function$;
comment on function private.reserve_pages(public.documents) is 'The pages of a document are known, and are reserved before the first of them is kept. Errors: monthly_limit_reached (402).';

CREATE OR REPLACE FUNCTION private.restore_own(document_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform set_config('docket.rows_changed', '0', true);
  perform private.admit_request(private.caller());
  return private.bring_back(restore_own.document_ids, private.caller());
end
$function$;
comment on function private.restore_own(uuid[]) is 'See public.restore_documents.';
grant execute on function private.restore_own(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION private.result_of(extraction public.extractions)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'values', (select coalesce(jsonb_agg(to_jsonb(found)), jsonb_build_array()) from (
      select path, row_number, value, page, quote, box, proof, similarity, confidence, note from public.extracted_values
      where extraction_id = (extraction).id and proof <> 'person') as found),
    'proposals', (select coalesce(jsonb_agg(to_jsonb(open)), jsonb_build_array()) from (
      select path, row_number, value, page, quote, box, confidence, reason from public.extraction_proposals
      where extraction_id = (extraction).id) as open),
    'read_at', (select created_at from public.ocr_results where document_id = (extraction).document_id),
    'schema_version', (extraction).schema_version, 'instruction', (extraction).instruction, 'engine',
    (extraction).engine, 'model', (extraction).model,
    'prompt_version', (extraction).prompt_version, 'note', (extraction).note, 'checks', (extraction).checks,
    'unread_from', (extraction).unread_from)
$function$;
comment on function private.result_of(public.extractions) is 'What an extraction found, as extraction_runs.previous keeps it.';
grant execute on function private.result_of(public.extractions) to service_role;

CREATE OR REPLACE FUNCTION private.retain(document public.documents, until date, hold boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.retentions as kept (document_id, user_id, keep_until, held)
  values (document.id, document.user_id, retain.until, coalesce(retain.hold, false))
  on conflict on constraint retentions_pkey do update
  set keep_until = greatest(kept.keep_until, excluded.keep_until), held = kept.held or excluded.held;
end
$function$;
comment on function private.retain(public.documents,date,boolean) is 'Keeps a document until a day, holds it, or both. What it is kept for already is never made shorter.';

CREATE OR REPLACE FUNCTION private.retry_delay(attempt integer, asked interval DEFAULT NULL::interval, of_stage private.job_stage DEFAULT NULL::text)
 RETURNS interval
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select greatest(
    case when asked is not null then least(asked, retry_after_ceiling) end,
    random() * least(coalesce(own.retry_ceiling, settings.retry_ceiling),
      coalesce(own.retry_base, settings.retry_base) * power(2, least(attempt, 20) - 1)))
  from private.settings left join private.stages as own on own.stage = of_stage
$function$;
comment on function private.retry_delay(integer,interval,private.job_stage) is 'How long the next attempt waits: exponential with full jitter, and not less than the other side asked for, within the bounds of the stage, or of private.settings.';
grant execute on function private.retry_delay(integer,interval,private.job_stage) to service_role;

CREATE OR REPLACE FUNCTION private.revert_rule_run(rule_run_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  run constant public.rule_runs := private.own_rule_run(revert_rule_run.rule_run_id);
begin
  if run.state in ('undoing', 'undone') then
    return run.state;
  end if;
  begin
    update public.rule_runs set state = 'undoing' where id = run.id;
  exception when unique_violation then
    perform private.refuse(409, 'not_allowed_now',
      'Other rules are being applied, or undone. Wait until that ends, or stop it.');
  end;
  return 'undoing';
end
$function$;
comment on function private.revert_rule_run(uuid) is 'See public.undo_rule_run.';
grant execute on function private.revert_rule_run(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.review_health()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- The first 10,000 are counted, on an index.
  select jsonb_build_object('needs_review', count(*), 'oldest_seconds',
    extract(epoch from clock_timestamp() - min(updated_at))::integer,
    'failed', (select count(*) from (select from public.extractions where status = 'failed' limit 10000) as failed))
  from (select updated_at from public.extractions where status = 'needs_review' order by updated_at limit 10000)
    as waiting
$function$;
comment on function private.review_health() is '{needs_review, oldest_seconds, failed}: extractions that wait for people, how long the oldest has waited, and those that failed. The counts end at 10,000.';

CREATE OR REPLACE FUNCTION private.revive_job(job_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  job private.jobs;
  stage private.stages;
  document public.documents;
begin
  perform private.lock_document_of(revive_job.job_id);
  select * into job from private.jobs where id = revive_job.job_id and state = 'dead' for update;
  if not found then
    perform private.refuse(409, 'not_allowed_now', 'Only a dead job can be revived.');
  end if;
  stage := private.stage_named(job.stage);
  select * into document from public.documents where id = job.document_id;
  if stage.runs_as is not null then
    if not coalesce(document.error ->> 'stage' = job.stage or stage.repeats and document.status = stage.done_as, false)
      then
      perform private.refuse(409, 'not_allowed_now',
        'The document has gone on since this job died; there is nothing to revive.');
    end if;
    document := private.set_document_status(document.id, stage.runs_as);
  end if;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'queued', 'Revived.', jsonb_build_object('reason', 'revived'));
  end if;
  begin
    update private.jobs set state = 'queued', attempts = 0, excused = 0,
      queue_position = private.next_queue_position(job.stage, job.user_id, job.suspect) where id = job.id;
  exception when unique_violation then
    perform private.refuse(409, 'not_allowed_now',
      'Another job does the same work already; there is nothing to revive.');
  end;
  perform private.dispatch_jobs();
end
$function$;
comment on function private.revive_job(uuid) is 'Gives a dead job all its attempts again. Errors: not_allowed_now (409).';

CREATE OR REPLACE FUNCTION private.root_of(document_id uuid, OUT root uuid, OUT depth integer)
 RETURNS record
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with recursive above as (
    select id, parent_id, 0 as depth from public.documents where id = root_of.document_id
    union all
    select parent.id, parent.parent_id, above.depth + 1 from above
      join public.documents as parent on parent.id = above.parent_id
  )
  select above.id, above.depth from above where above.parent_id is null
$function$;
comment on function private.root_of(uuid) is 'The upload that a document came in with, and how deep it lies in it: 0 for the upload itself.';
grant execute on function private.root_of(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.rotate_secret(webhook_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  endpoint constant public.webhook_endpoints := private.own_webhook(rotate_secret.webhook_id);
  until constant timestamptz := now() + interval '1 day';
begin
  perform from public.webhook_endpoints where id = endpoint.id for no key update;
  -- The one before the last goes at once: two sign at most.
  delete from private.webhook_secrets where endpoint_id = endpoint.id and expires_at is not null;
  update private.webhook_secrets set expires_at = until where endpoint_id = endpoint.id;
  return jsonb_build_object('secret', private.add_webhook_secret(endpoint), 'previous_valid_until', until);
end
$function$;
comment on function private.rotate_secret(uuid) is 'See public.rotate_webhook_secret.';
grant execute on function private.rotate_secret(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.row_filters(fields jsonb, schema_id uuid, line_items text, filters jsonb, extraction text, row_number text, sort text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  most constant integer := 20;
  filter jsonb;
  name text;
  cell text;
  conditions text := '';
begin
  if filters is null or filters = 'null' then return ''; end if;
  if jsonb_typeof(filters) <> 'array' or jsonb_array_length(filters) > most then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = format('filters is a list of at most %s {field, op, value}.', most);
  end if;
  for filter in select jsonb_array_elements(filters) loop
    name := filter ->> 'field';
    if name = sort and filter ->> 'op' not in ('present', 'missing') then
      -- The rows are read in the order of this field: the same part of the index.
      conditions := conditions || format(' and %s', private.filter_cell(fields, schema_id, line_items, filter, 'v'));
      continue;
    end if;
    cell := private.filter_cell(fields, schema_id, line_items, filter, 'other');
    conditions := conditions
      || format(' and %sexists (select from public.extracted_values as other where other.extraction_id = %s and other.row_number = %s and %s)',
      case when filter ->> 'op' = 'missing' then 'not ' end, extraction, case when name like '%.%' then row_number
        else '0' end, cell);
  end loop;
  return conditions;
end
$function$;
comment on function private.row_filters(jsonb,uuid,text,jsonb,text,text,text) is 'The conditions that filters are, for a statement that has an extraction and a row number, and with a sort that field''s value as "v". Literals, not parameters: the planner has to see which of them leaves few rows. Errors: invalid_request (400) naming the field.';

CREATE OR REPLACE FUNCTION private.rows_with_all(fields jsonb, schema_id uuid, line_items text, filters jsonb)
 RETURNS TABLE(document_id uuid, row_number integer)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET enable_hashjoin TO 'on'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_seqscan TO 'off'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
declare
  -- What a query that is put together returns is not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false
  filter record;
  source text := '';
begin
  -- Those of lines first: the others say nothing of the line. Filters of one field are about the same cell, and one
  -- part of the index: from 500 to below 500, or two currencies at once, is nothing to read.
  for filter in
    select one ->> 'field' like '%.%' as of_line,
      row_number() over (order by one ->> 'field' like '%.%' desc, min(place)) as nth,
      string_agg(private.filter_cell(fields, rows_with_all.schema_id, rows_with_all.line_items, one, 'cell'), ' and ')
        as cell
    from jsonb_array_elements(filters) with ordinality as list (one, place) group by one ->> 'field'
  loop
    source := source
      || format('%s (select cell.document_id%s from public.extracted_values as cell where %s) as part_%s%s',
      case when filter.nth > 1 then ' join' end, case when filter.of_line
        or filter.nth = 1 then ', cell.row_number' end, filter.cell, filter.nth,
      case when filter.nth > 1 then case when filter.of_line then ' using (document_id, row_number)'
        else ' using (document_id)' end end);
  end loop;
  return query execute format('select document_id, part_1.row_number from %s', source);
end
$function$;
comment on function private.rows_with_all(jsonb,uuid,text,jsonb) is 'The documents of a schema, and the lines in them, for which several filters all hold; none of missing. Without a filter of a line the row number says nothing.';

CREATE OR REPLACE FUNCTION private.rule_error(conditions jsonb, actions jsonb, owner uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  wrong text;
begin
  if jsonb_typeof(conditions) is distinct from 'object' or jsonb_typeof(actions) is distinct from 'object' then
    return 'conditions and actions are objects.';
  end if;
  if octet_length(conditions::text) + octet_length(actions::text) > 20000 then
    return 'A rule has at most 20,000 bytes.';
  end if;
  select string_agg(format('%s.%s', given.part, left(given.field, 60)), ', ' order by given.part desc, given.field)
    into wrong
  from (select 'conditions' as part, jsonb_object_keys(conditions) as field union all select 'actions',
    jsonb_object_keys(actions)) as given
  where not exists (select from private.rule_parts() as known where known.part = given.part
    and known.field = given.field);
  if wrong is not null then
    return format('Unknown fields: %s. docs/rules.md has those that there are.', left(wrong, 500));
  end if;
  if actions = jsonb_build_object() then
    return 'A rule has at least one action.';
  end if;
  select string_agg(format('%s.%s %s.', known.part, known.field, problem), ' ') into wrong
  from private.rule_parts() as known
  cross join lateral (select case known.part when 'conditions' then conditions
    else actions end -> known.field as value) as given
  cross join lateral private.rule_value_error(known.kind, given.value, owner) as problem
  where given.value is not null and problem is not null;
  return left(wrong, 1000);
end
$function$;
comment on function private.rule_error(jsonb,jsonb,uuid) is 'What is wrong with a rule of that user, in sentences that name every field: unknown ones, else those with a wrong value. Null when nothing is.';

CREATE OR REPLACE FUNCTION private.rule_extracted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  outcome jsonb;
begin
  if not exists (select from private.compiled_rules where user_id = new.user_id and enabled and extracted is not null)
    then
    return null;
  end if;
  select * into document from public.documents where id = new.document_id for update;
  if document.status = 'completed' then
    outcome := private.run_rules(document, of_extracted => true);
    document := private.write_ruled(document, outcome);
    perform private.follow_rules(document, outcome);
    perform private.tell_rules(document, outcome);
  end if;
  return null;
exception when others then
  -- The values are worth more than the rules.
  raise warning 'docket: rules were not applied to %: %', new.document_id, sqlerrm;
  return null;
end
$function$;
comment on function private.rule_extracted() is 'Trigger: rules that ask for extracted values run when an extraction is settled.';

CREATE OR REPLACE FUNCTION private.rule_parts()
 RETURNS TABLE(part text, field text, kind text)
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT parts.part,
     parts.field,
     parts.kind
    FROM ( VALUES ('conditions'::text,'document_types'::text,'texts'::text), ('conditions'::text,'senders'::text,'texts'::text), ('conditions'::text,'tags'::text,'texts'::text), ('conditions'::text,'text_words'::text,'words'::text), ('conditions'::text,'name_words'::text,'words'::text), ('conditions'::text,'amount_from'::text,'number'::text), ('conditions'::text,'amount_to'::text,'number'::text), ('conditions'::text,'currencies'::text,'currencies'::text), ('conditions'::text,'languages'::text,'texts'::text), ('conditions'::text,'date_from'::text,'date'::text), ('conditions'::text,'date_to'::text,'date'::text), ('conditions'::text,'sources'::text,'sources'::text), ('conditions'::text,'inbox_addresses'::text,'inbox_addresses'::text), ('conditions'::text,'upload_links'::text,'upload_links'::text), ('conditions'::text,'formats'::text,'texts'::text), ('conditions'::text,'values'::text,'values'::text), ('actions'::text,'add_tags'::text,'tags'::text), ('actions'::text,'remove_tags'::text,'texts'::text), ('actions'::text,'document_type'::text,'type'::text), ('actions'::text,'correspondent'::text,'line'::text), ('actions'::text,'name'::text,'pattern'::text), ('actions'::text,'keep_years'::text,'years'::text), ('actions'::text,'hold'::text,'true'::text), ('actions'::text,'schemas'::text,'schemas'::text), ('actions'::text,'webhooks'::text,'webhooks'::text)) parts(part, field, kind);
END;
comment on function private.rule_parts() is 'What a rule may consist of: its conditions and actions, and of which kind the value of each is.';

CREATE OR REPLACE FUNCTION private.rule_value_error(kind text, value jsonb, owner uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  one jsonb;
  unknown text;
begin
  case kind
    when 'texts' then
      if not private.are_texts(value, 200)
        then return 'is a list of 1 to 50 texts, each of one line and at most 200 characters'; end if;
    when 'words' then
      if not private.are_texts(value, 200)
        then return 'is a list of 1 to 50 words or phrases, each at most 200 characters'; end if;
      for one in select * from jsonb_array_elements(value) loop
        if numnode(phraseto_tsquery('public.unaccented', one #>> '{}')) = 0
          then return format('has no word in “%s”', one #>> '{}'); end if;
      end loop;
    when 'tags' then
      if not private.are_texts(value, 40)
        or exists (select from jsonb_array_elements_text(value) as tag where tag is distinct from private.tag_of(tag))
        then
        return 'is a list of 1 to 50 tags in lower case with hyphens: "tax-2026"';
      end if;
    when 'type' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '\S' or value #>> '{}' ~ '[[:cntrl:]]'
        or length(value #>> '{}') > 100 then
        return 'is one line of at most 100 characters';
      end if;
    when 'line' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '\S' or value #>> '{}' ~ '[[:cntrl:]]'
        or length(value #>> '{}') > 200 then
        return 'is one line of at most 200 characters';
      end if;
    when 'pattern' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '\S' or value #>> '{}' ~ '[[:cntrl:]]'
        or length(value #>> '{}') > 150 then
        return 'is one line of at most 150 characters';
      end if;
      select string_agg(distinct format('{%s}', name), ', ') into unknown
        from unnest(private.name_placeholders(value #>> '{}')) as name
      where name not in ('type', 'sender', 'date', 'year', 'month', 'amount', 'currency', 'name', 'filename');
      if unknown is not null then
        return format('has unknown placeholders: %s. Known: {type}, {sender}, {date}, {year}, {month}, {amount}, {currency}, {name}, {filename}', left(unknown, 200));
      end if;
    when 'number' then
      if jsonb_typeof(value) <> 'number' or abs(value::numeric) > 1000000000000 then return 'is a number'; end if;
    when 'years' then
      if jsonb_typeof(value) <> 'number'
        or value::numeric not in (select generate_series(1, 100)) then return 'is a number of years, 1 to 100'; end if;
    when 'true' then
      if value <> 'true' then return 'is true'; end if;
    when 'date' then
      if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '^\d{4}-\d\d-\d\d$'
        or not pg_input_is_valid(value #>> '{}', 'date') then
        return 'is a day: "2026-03-15"';
      end if;
    when 'currencies' then
      if not private.are_texts(value, 3)
        or value::text ~ '[a-z]' then return 'is a list of currencies: ["EUR"]'; end if;
    when 'sources' then
      if not private.are_texts(value, 200) or not private.texts_of(value) <@ private.document_sources() then
        return format('is a list of %s', array_to_string(private.document_sources(), ', '));
      end if;
    when 'inbox_addresses' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.inbox_addresses as addresses where addresses.user_id = owner
          and addresses.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your mail addresses';
      end if;
    when 'upload_links' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.upload_links as links where links.user_id = owner
          and links.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your upload links';
      end if;
    when 'schemas' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.extraction_schemas as schemas where schemas.user_id = owner
          and schemas.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your extraction schemas';
      end if;
    when 'webhooks' then
      if not private.are_texts(value, 36) or jsonb_array_length(value) <> (
        select count(*) from public.webhook_endpoints as endpoints where endpoints.user_id = owner
          and endpoints.id::text = any (private.texts_of(value))) then
        return 'is a list of ids of your webhooks';
      end if;
    when 'values' then
      if jsonb_typeof(value) <> 'array' or jsonb_array_length(value) not between 1 and 10 then
        return 'is a list of 1 to 10 conditions on extracted values';
      end if;
      for one in select * from jsonb_array_elements(value) loop
        if jsonb_typeof(one) <> 'object' then return 'is a list of {"schema_id", "path", "is", "from", "to"}'; end if;
        select string_agg(format('"%s"', left(key, 60)), ', ') into unknown from jsonb_object_keys(one) as key
          where key not in ('schema_id', 'path', 'is', 'from', 'to');
        if unknown is not null then return format('has unknown fields: %s', left(unknown, 200)); end if;
        if coalesce(jsonb_typeof(one -> 'path') <> 'string', true) or length(one ->> 'path') > 200
          or not exists (select from public.extraction_schemas as schemas where schemas.user_id = owner
            and schemas.id::text = one ->> 'schema_id') then
          return 'names a "schema_id" of yours and the "path" of a field';
        end if;
        if not one ?| array['is', 'from', 'to']
          or one ? 'is' and not private.are_texts(one -> 'is', 300)
          or one ? 'from' and (jsonb_typeof(one -> 'from') <> 'number' or abs((one -> 'from')::numeric) > 1000000000000)
          or one ? 'to' and (jsonb_typeof(one -> 'to') <> 'number' or abs((one -> 'to')::numeric) > 1000000000000) then
          return 'compares each value: "is" with a list of texts, "from" and "to" with numbers';
        end if;
      end loop;
    else return 'is of an unknown kind';
  end case;
  return null;
end
$function$;
comment on function private.rule_value_error(text,jsonb,uuid) is 'What is wrong with the value of a condition or an action of that kind, as the end of a sentence; null when nothing is.';

CREATE OR REPLACE FUNCTION private.rules_of(owner uuid, ids uuid[] DEFAULT NULL::uuid[])
 RETURNS private.compiled_rules[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select compiled from private.compiled_rules as compiled
    where compiled.user_id = owner and case when ids is null then compiled.enabled else compiled.id = any (ids) end
    order by compiled.position, compiled.created_at, compiled.id);
end
$function$;
comment on function private.rules_of(uuid,uuid[]) is 'A user''s enabled rules, or those with these ids, in their order.';

CREATE OR REPLACE FUNCTION private.rules_outcome(document public.documents, rules private.compiled_rules[], of_extracted boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  rule private.compiled_rules;
  was public.documents;
  now_is public.documents := document;
  settled text[] := array[]::text[];
  tag text;
  pattern text;
  changes jsonb;
  entry jsonb;
  retention public.retentions;
  kept_until date;
  told jsonb := jsonb_build_array();
  name_by integer;
begin
  for rule in select * from private.matching_rules(document, rules) loop
    was := now_is;
    if rule.actions ? 'document_type' and 'document_type' <> all (settled) then
      settled := settled || 'document_type'::text;
      if 'document_type' <> all (document.locked_fields) then
        now_is.document_type := rule.actions ->> 'document_type';
      end if;
    end if;
    if rule.actions ? 'correspondent' and 'correspondent' <> all (settled) then
      settled := settled || 'correspondent'::text;
      if 'correspondent' <> all (document.locked_fields) then
        now_is.correspondent := rule.actions ->> 'correspondent';
      end if;
    end if;
    if rule.actions ?| array['add_tags', 'remove_tags'] and 'tags' <> all (document.locked_fields) then
      for tag in select jsonb_array_elements_text(rule.actions -> 'add_tags') loop
        continue when 'tag ' || tag = any (settled);
        settled := settled || ('tag ' || tag);
        if tag <> all (now_is.tags) and cardinality(now_is.tags) < 50
          and length(array_to_string(now_is.tags || tag, '')) <= 2000 then
          now_is.tags := now_is.tags || tag;
        end if;
      end loop;
      for tag in select jsonb_array_elements_text(rule.actions -> 'remove_tags') loop
        continue when 'tag ' || tag = any (settled);
        settled := settled || ('tag ' || tag);
        now_is.tags := array_remove(now_is.tags, tag);
      end loop;
    end if;
    if rule.actions ? 'name' and 'display_name' <> all (settled) then
      settled := settled || 'display_name'::text;
      if 'display_name' <> all (document.locked_fields) and (not of_extracted or rule.extracted is not null) then
        pattern := rule.actions ->> 'name';
        -- Filled in at the end, with what the others say of type and sender.
        name_by := jsonb_array_length(told);
      end if;
    end if;
    if of_extracted and rule.extracted is null then
      -- It ran when the document was completed. What it sets is settled.
      now_is := was;
      continue;
    end if;
    -- Written out: to_jsonb of whole documents for each rule took longer than all comparing.
    changes := jsonb_build_object();
    if was.document_type is distinct from now_is.document_type then
      changes := changes || jsonb_build_object('document_type',
        jsonb_build_object('from', was.document_type, 'to', now_is.document_type));
    end if;
    if was.correspondent is distinct from now_is.correspondent then
      changes := changes || jsonb_build_object('correspondent',
        jsonb_build_object('from', was.correspondent, 'to', now_is.correspondent));
    end if;
    if was.tags <> now_is.tags then
      changes := changes || jsonb_build_object('tags', jsonb_build_object('from', was.tags, 'to', now_is.tags));
    end if;
    entry := jsonb_build_object('id', rule.id, 'name', rule.name, 'changes', changes);
    if rule.actions ? 'schemas' then
      entry := entry || jsonb_build_object('schemas',
        (select coalesce(jsonb_agg(id order by id), jsonb_build_array()) from public.extraction_schemas
        where user_id = document.user_id and id::text = any (private.texts_of(rule.actions -> 'schemas'))));
    end if;
    if rule.actions ? 'webhooks' then
      entry := entry || jsonb_build_object('webhooks',
        (select coalesce(jsonb_agg(id order by id), jsonb_build_array()) from public.webhook_endpoints
        where user_id = document.user_id and id::text = any (private.texts_of(rule.actions -> 'webhooks'))));
    end if;
    if rule.actions ?| array['keep_years', 'hold'] and document.trashed_at is null then
      if retention.document_id is null then
        select * into retention from public.retentions where document_id = document.id;
        retention.document_id := document.id;
      end if;
      kept_until := coalesce(document.document_date,
        document.created_at::date) + make_interval(years => (rule.actions ->> 'keep_years')::integer);
      if kept_until > coalesce(retention.keep_until, '-infinity') then
        entry := entry || jsonb_build_object('keep_until', kept_until);
        retention.keep_until := kept_until;
      end if;
      if rule.actions ? 'hold' and retention.held is not true then
        entry := entry || jsonb_build_object('hold', true);
        retention.held := true;
      end if;
    end if;
    told := told || jsonb_build_array(entry);
  end loop;

  if name_by is not null then
    now_is.display_name := coalesce(private.name_by_pattern(pattern, now_is), now_is.display_name);
    if now_is.display_name is distinct from document.display_name then
      told := jsonb_set(told, array[name_by::text, 'changes', 'display_name'],
        jsonb_build_object('from', document.display_name, 'to', now_is.display_name));
    end if;
  end if;
  told := (
    select coalesce(jsonb_agg(one order by place), jsonb_build_array())
      from jsonb_array_elements(told) with ordinality as ones (one, place)
    where one -> 'changes' <> jsonb_build_object() or jsonb_array_length(one -> 'schemas') > 0
      or jsonb_array_length(one -> 'webhooks') > 0
      or one ?| array['keep_until', 'hold']);
  return jsonb_build_object('rules', told, 'fields',
    case when document.document_type is distinct from now_is.document_type
      then jsonb_build_object('document_type', now_is.document_type) else jsonb_build_object() end
    || case when document.correspondent is distinct from now_is.correspondent
      then jsonb_build_object('correspondent', now_is.correspondent) else jsonb_build_object() end
    || case when document.tags <> now_is.tags then jsonb_build_object('tags', now_is.tags) else jsonb_build_object() end
    || case when document.display_name is distinct from now_is.display_name
      then jsonb_build_object('display_name', now_is.display_name) else jsonb_build_object() end);
end
$function$;
comment on function private.rules_outcome(public.documents,private.compiled_rules[],boolean) is 'What rules make of a document: {fields: {field: value}, rules: [{id, name, changes: {field: {from, to}}, keep_until, hold, schemas, webhooks}]}. Conditions look at the document as it is; the first rule that sets a field, or says something of a tag, keeps it; locked fields stay. of_extracted: only what rules do that ask for extracted values. Writes nothing.';

CREATE OR REPLACE FUNCTION private.run_diff(run public.extraction_runs)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'row', row_number, 'before', before.value, 'after',
    now.value) order by path, row_number), jsonb_build_array())
  from jsonb_to_recordset((run).previous -> 'values') as before (path text, row_number integer, value jsonb)
  full join (
    select path, row_number, value from public.extracted_values where extraction_id = (run).extraction_id
      and proof <> 'person'
  ) as now using (path, row_number)
  where before.value is distinct from now.value
$function$;
comment on function private.run_diff(public.extraction_runs) is 'The proven values that are others than before a run: [{path, row, before, after}], null where there was or is none.';
grant execute on function private.run_diff(public.extraction_runs) to service_role;

CREATE OR REPLACE FUNCTION private.run_rules(document public.documents, of_extracted boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  rules private.compiled_rules[];
begin
  rules := private.rules_of(document.user_id);
  if cardinality(rules) = 0 then
    return null;
  end if;
  return private.rules_outcome(document, rules, of_extracted);
exception when others then
  -- The metadata is worth more than the rules: the document is completed without them.
  raise warning 'docket: the rules of % were not applied to %: %', document.user_id, document.id, sqlerrm;
  return jsonb_build_object('rules', jsonb_build_array(), 'fields', jsonb_build_object(), 'error', sqlerrm);
end
$function$;
comment on function private.run_rules(public.documents,boolean) is 'What the enabled rules of its owner make of a document, as private.rules_outcome has it; null when there are none. Never fails: {error} says that they were left out.';
grant execute on function private.run_rules(public.documents,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.says(words text, field text, proposal jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce((
    select case listed.kind
      when 'party' then value is null or private.says_name(words, value)
      when 'date' then case when value is null then exists (select private.dates_in(words))
        else value in (select day::text from private.dates_in(words) as day) end
      when 'amount' then case when jsonb_typeof(says.proposal #> listed.source) = 'number'
        then abs(value::numeric) in (select private.amounts_in(words))
          else exists (select private.amounts_in(words)) end
      else true
    end
    from private.metadata_fields() as listed, lateral (select says.proposal #>> listed.source as value) as proposed
    where listed.field = says.field), true)
$function$;
comment on function private.says(text,text,jsonb) is 'Whether words, as private.plain writes them, bear the proposed value of a field: a correspondent is named in them, a date or an amount follows from them. What is no such value is borne by any words.';
grant execute on function private.says(text,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.says_day(words text, day text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    when says_day.day !~ '^\d{4}-\d\d-\d\d$' then false
    -- As most tables write it, which a look tells: to find all days in words takes a millisecond.
    when exists (
      select from (select left(says_day.day, 4) as year, substr(says_day.day, 6, 2) as month, right(says_day.day, 2)
          as day) as wanted,
        lateral (values (format('%s.%s.%s', wanted.day, wanted.month, wanted.year)),
          (format('%s/%s/%s', wanted.day, wanted.month, wanted.year)),
          (format('%s/%s/%s', wanted.month, wanted.day, wanted.year)), (says_day.day)) as forms (form)
      where strpos(' ' || says_day.words || ' ', ' ' || forms.form || ' ') > 0)
      then private.day_of(left(says_day.day, 4)::integer, substr(says_day.day, 6, 2)::integer,
        right(says_day.day, 2)::integer) is not null
    else says_day.day in (select found::text from private.dates_in(says_day.words) as found) end
$function$;
comment on function private.says_day(text,text) is 'Whether a day, as 2026-03-15, is one of those in words, as private.plain writes them.';
grant execute on function private.says_day(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.says_name(words text, name text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(extensions.word_similarity(plain, words) >= 0.6
    or (length(letters) >= 3 and position(letters in regexp_replace(words, '[^[:alnum:]]', '', 'g')) > 0), false)
  from (select private.plain(left(name, 200)), regexp_replace(private.plain(left(name, 200)), '[^[:alnum:]]', '', 'g'))
    as form (plain, letters)
$function$;
comment on function private.says_name(text,text) is 'Whether words (as private.plain writes them) name somebody: a word that was misread does not matter, nor does "www.acme-web.example" for "Acme Web".';
grant execute on function private.says_name(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.says_value(words text, amounts numeric[], kind text, field jsonb, wanted jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(case kind
    when 'money' then jsonb_typeof(wanted -> 'amount') = 'number' and (wanted ->> 'amount')::numeric = any (amounts)
    when 'number' then jsonb_typeof(wanted) = 'number' and (wanted #>> '{}')::numeric = any (amounts)
    when 'integer' then jsonb_typeof(wanted) = 'number' and (wanted #>> '{}')::numeric % 1 = 0
      and (wanted #>> '{}')::numeric = any (amounts)
    when 'date' then private.says_day(words, wanted #>> '{}')
    when 'boolean' then jsonb_typeof(wanted) = 'boolean' and words ~ case when wanted = 'true'
      then '(?<![[:alnum:]])(?:yes|ja|oui|si|sim|ya|true|x|tak|ano|kylla|igen|evet)(?![[:alnum:]])|[☒☑✓✔]'
      else '(?<![[:alnum:]])(?:no|nein|non|nao|nee|tidak|false|nie|ne|ei|nem|hayir)(?![[:alnum:]])|[☐□]' end
    when 'enum' then field -> 'enum' @> wanted and jsonb_typeof(wanted) = 'string'
      and strpos(' ' || regexp_replace(words, '[^[:alnum:]]+', ' ', 'g') || ' ',
        ' ' || btrim(regexp_replace(private.plain(wanted #>> '{}'), '[^[:alnum:]]+', ' ', 'g')) || ' ') > 0
    else jsonb_typeof(wanted) = 'string' and wanted #>> '{}' ~ case kind when 'code' then '\d' else '[[:alnum:]]' end
      and case
      when field ->> 'rule' = 'sender' then wanted #>> '{}' ~ '[[:alpha:]].*[[:alpha:]]'
        and private.says_name(words, wanted #>> '{}')
        -- A longer name is another one: "Acme" does not say "Acme & Partners Holding".
        and length(regexp_replace(private.plain(wanted #>> '{}'), '[^[:alnum:]]+', '', 'g'))
          <= length(regexp_replace(words, '[^[:alnum:]]+', '', 'g')) + 2
      else strpos(' ' || regexp_replace(words, '[^[:alnum:]]+', '', 'g') || ' ',
        regexp_replace(private.plain(left(wanted #>> '{}', 300)), '[^[:alnum:]]+', '', 'g')) > 0 end
    end, false)
$function$;
comment on function private.says_value(text,numeric[],text,jsonb,jsonb) is 'Whether a value of a field''s kind follows from words, as private.plain writes them, and the numbers in them.';
grant execute on function private.says_value(text,numeric[],text,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.scalar_fields(fields jsonb)
 RETURNS TABLE(path text, field jsonb)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select key, value from jsonb_each(fields -> 'properties') where value ->> 'type' <> 'array'
  union all
  select format('%s.%s', arrays.key, columns.key), columns.value
  from jsonb_each(fields -> 'properties') as arrays, jsonb_each(arrays.value #> '{items,properties}') as columns
  where arrays.value ->> 'type' = 'array'
$function$;
comment on function private.scalar_fields(jsonb) is 'The fields of a schema by path: total, and items.total for a column.';
grant execute on function private.scalar_fields(jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.schema_error(fields jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  one record;
  wrong text;
begin
  if jsonb_typeof(fields) is distinct from 'object' or fields ->> 'type' is distinct from 'object'
    or jsonb_typeof(fields -> 'properties') is distinct from 'object' then
    return 'fields: must be {"type": "object", "properties": {…}}';
  end if;
  if octet_length(fields::text) > 200000 then
    return 'fields: has more than 200000 bytes';
  end if;
  select key into wrong from jsonb_object_keys(fields) as key
    where key not in ('type', 'properties', 'required', 'checks') limit 1;
  if wrong is not null then
    return 'fields: does not know ' || left(wrong, 60);
  end if;
  if fields -> 'properties' = '{}' then
    return 'properties: must have a field';
  end if;
  for one in select key, value from jsonb_each(fields -> 'properties') loop
    if one.key !~ '^[a-z][a-z0-9_]{0,39}$' then
      return left(one.key, 60) || ': is no name of a field: lower-case letters, digits and _, at most 40';
    end if;
    if jsonb_typeof(one.value) = 'object' and one.value ->> 'type' = 'array' then
      wrong := private.table_error(one.key, one.value);
    else
      wrong := private.field_error(one.key, one.value);
    end if;
    if wrong is not null then
      return wrong;
    end if;
  end loop;
  if (select count(*) from private.scalar_fields(fields)) > 100 then
    return 'properties: has more than 100 fields';
  end if;
  wrong := coalesce(private.text_list_error(fields -> 'required', 100, 40),
    (select format('names %s, which is no field', name) from jsonb_array_elements_text(fields -> 'required') as name
      where not fields -> 'properties' ? name limit 1));
  if wrong is not null then
    return 'required: ' || wrong;
  end if;
  wrong := private.text_list_error(fields -> 'checks', 20, 300);
  if wrong is not null then
    return 'checks: ' || wrong;
  end if;
  for one in select source, place
    from jsonb_array_elements_text(fields -> 'checks') with ordinality as checks (source, place) loop
    wrong := private.equation_error(fields, one.source);
    if wrong is not null then
      return format('checks[%s]: %s', one.place - 1, wrong);
    end if;
  end loop;
  return null;
end
$function$;
comment on function private.schema_error(jsonb) is 'What is wrong with the fields of a schema, as "field: problem" of the first one; null when nothing is.';
grant execute on function private.schema_error(jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.schema_fits(schema public.extraction_schemas, document public.documents)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select ((schema).document_types <> '{}' or (schema).tags <> '{}' or (schema).senders <> '{}')
    and ((schema).document_types = '{}' or (document).document_type = any ((schema).document_types))
    and ((schema).tags = '{}' or (document).tags && (schema).tags)
    and ((schema).senders = '{}' or exists (
      select from unnest((schema).senders) as sender
        where lower(btrim(sender)) = lower(btrim((document).correspondent))))
$function$;
comment on function private.schema_fits(public.extraction_schemas,public.documents) is 'Whether a schema applies to a document without being asked.';
grant execute on function private.schema_fits(public.extraction_schemas,public.documents) to service_role;

CREATE OR REPLACE FUNCTION private.scope_of(operation text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when operation like 'automation.%' then 'automation'
    when operation in ('own_document', 'edit_document', 'add_tags', 'undo_metadata_run', 'unlock_fields',
      'change_retention', 'delete_document')
    then 'documents:write' else 'documents:read' end
$function$;
comment on function private.scope_of(text) is 'The scope that an API token needs for an operation of call_api.';
grant execute on function private.scope_of(text) to service_role;

CREATE OR REPLACE FUNCTION private.search_of(document public.documents, raw_text text)
 RETURNS tsvector
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- The loop ends by its return. @plpgsql_check_options: extra_warnings = false
  taken integer := 400000;
begin
  loop
    begin
      return private.described_words(document) || setweight(private.words_of(left(raw_text, taken)), 'D');
    exception when program_limit_exceeded then
      -- A tsvector holds at most 1 MB, and how much text that is depends on its script: take less rather than fail.
      if taken = 0 then raise; end if;
      taken := case when taken > 1000 then taken / 2 else 0 end;
    end;
  end loop;
end
$function$;
comment on function private.search_of(public.documents,text) is 'What a document is found by, weighted; of a very long text, as much of its beginning as fits.';

CREATE OR REPLACE FUNCTION private.search_order(words text, sort text, asked text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  -- What asks for days or senders alone has no best match: the newest come first.
  ordered constant text := coalesce(nullif(case when words = '' and asked <> '' and sort = 'relevance' then ''
    else sort end, ''),
    case when words = '' then '-created_at' else 'relevance' end);
begin
  if not (ordered ~ '^-?(created_at|name|correspondent|document_date|due_date|amount|byte_size)$'
    or (ordered = 'relevance' and words <> '')) then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'sort is created_at, name, correspondent, document_date, due_date, amount or byte_size, with a - before it for descending; or relevance, with a query.';
  end if;
  return ordered;
end
$function$;
comment on function private.search_order(text,text,text) is 'What a search is ordered by: the newest first, or the best match for words. Errors: invalid_request (400).';
grant execute on function private.search_order(text,text,text) to authenticated;

CREATE OR REPLACE FUNCTION private.seconds_up()
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select extract(epoch from clock_timestamp() - pg_postmaster_start_time())::integer
$function$;
comment on function private.seconds_up() is 'Seconds since Postgres was started.';

CREATE OR REPLACE FUNCTION private.send_again(delivery_id bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  delivery constant public.webhook_deliveries := private.own_delivery(send_again.delivery_id);
begin
  if not (select enabled from public.webhook_endpoints where id = delivery.endpoint_id) then
    perform private.refuse(409, 'not_allowed_now', 'The webhook is disabled. Enable it first.');
  end if;
  update public.webhook_endpoints set paused_until = null where id = delivery.endpoint_id and paused_until is not null;
  update public.webhook_deliveries set state = 'waiting', first_attempt_at = null, last_attempt_at = null
    where id = delivery.id and state <> 'waiting';
  update private.jobs set run_after = null where id in (
    select id from private.jobs where document_id = delivery.line and stage = 'webhooks'
      and state = 'queued' for update skip locked);
  perform private.queue_webhook_line(delivery.line, delivery.user_id);
  perform private.dispatch_jobs();
end
$function$;
comment on function private.send_again(bigint) is 'See public.redeliver_webhook.';
grant execute on function private.send_again(bigint) to authenticated;

CREATE OR REPLACE FUNCTION private.set_document_status(document_id uuid, next_status public.document_status, problem jsonb DEFAULT NULL::jsonb)
 RETURNS public.documents
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
begin
  update public.documents set status = next_status, error = problem
  where id = document_id and (status <> next_status or error is distinct from problem)
  returning * into document;
  if not found then
    select * into document from public.documents where id = document_id;
  end if;
  return document;
end
$function$;
comment on function private.set_document_status(uuid,public.document_status,jsonb) is 'The one place that writes documents.status, with the error of a failed document. Returns the document; the trigger documents_guard_status refuses a change that the stages do not allow.';
grant execute on function private.set_document_status(uuid,public.document_status,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.settle_deleted(deleted public.documents[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  begun record;
begin
  update private.stored_bytes as sums set bytes = sums.bytes - freed.bytes
  from (select user_id, sum(byte_size) as bytes from unnest(deleted) as gone group by user_id) as freed
    where sums.user_id = freed.user_id;
  -- Of an account that is erased nothing is left to count for.
  for begun in
    select gone.user_id, count(*)::integer as documents
    from unnest(deleted) as gone join private.reservations as reserved on reserved.document_id = gone.id
    where reserved.open and not reserved.counted and exists (select from auth.users where users.id = gone.user_id)
      and (reserved.pages_counted > 0
        or exists (select from private.jobs where jobs.document_id = gone.id and claimed_at is not null
          and stage in (select stages.stage from private.stages where saves_pages)))
    group by gone.user_id order by gone.user_id
  loop
    perform private.debit(begun.user_id, documents => begun.documents);
  end loop;
  delete from private.reservations where document_id in (select id from unnest(deleted));
end
$function$;
comment on function private.settle_deleted(public.documents[]) is 'A document that is deleted while it is read counts, and so do its pages that were read; one whose reading had not begun gives its place back. Its bytes are free again.';

CREATE OR REPLACE FUNCTION private.settle_extraction(extraction_id uuid)
 RETURNS public.extractions
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  extraction public.extractions;
  lacking text[];
begin
  select * into strict extraction from public.extractions where id = settle_extraction.extraction_id for update;
  lacking := private.missing_fields(extraction, (
    select fields::jsonb from public.extraction_schema_versions where schema_id = extraction.schema_id
      and version = extraction.schema_version));
  update public.extractions set missing = lacking, error = null,
    status = case when lacking <> '{}' or jsonb_path_exists(checks, '$[*] ? (@.holds == false)') then 'needs_review'
      else 'completed' end
  where id = extraction.id returning * into extraction;
  return extraction;
end
$function$;
comment on function private.settle_extraction(uuid) is 'The status of an extraction, by what it lacks and whether its equations hold.';
grant execute on function private.settle_extraction(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.settle_upload(document public.documents, stored jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  problem jsonb := private.stored_file_problem(document, stored);
begin
  if problem is null then
    perform private.finish_upload(document.id);
    return;
  end if;
  -- The true size; a file without a byte has none to tell.
  update public.documents set byte_size = (stored ->> 'size')::bigint where id = document.id
    and (stored ->> 'size')::bigint > 0;
  perform private.fail_upload(document, problem);
end
$function$;
comment on function private.settle_upload(public.documents,jsonb) is 'A file is stored: its document is processing if it is the one that was announced; else the document failed with file_differs or file_too_large, and the trigger on_documents_file_rejected has the file erased. stored is storage.objects.metadata.';

CREATE OR REPLACE FUNCTION private.shared_marks(known text[], found text[])
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    -- Each has a tax number that the other lacks: what they share is the recipient's, or a platform's.
    when exists (select from unnest(known) as mark where mark like 'tax:%' and mark <> all (found))
      and exists (select from unnest(found) as mark where mark like 'tax:%' and mark <> all (known)) then 0
    -- The first lines of a page may be headings, or the recipient's: alone they have to be nearly all, and nothing
    -- surer is there.
    when not exists (select from unnest(known) as mark where mark not like 'head:%' and mark = any (found)) then case
      when exists (select from unnest(known || found) as mark where mark not like 'head:%') then 0
      when 2 * shared > private.weight_of_marks(known) then shared
      else 0 end
    when 3 * shared >= private.weight_of_marks(known) then shared
    else 0 end
  from private.weight_of_marks(array(select unnest(known) intersect select unnest(found))) as shared
$function$;
comment on function private.shared_marks(text[],text[]) is 'How much says that a document with some marks is of the sender with the known ones: the weight of those that both have, 0 where that is less than a third; of lines of a letterhead alone half, and 0 where either has surer marks.';
grant execute on function private.shared_marks(text[],text[]) to service_role;

CREATE OR REPLACE FUNCTION private.shows_currency(document_id uuid, code text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select code is null or exists (
    select from public.document_pages as pages
    where pages.document_id = shows_currency.document_id and private.names_currency(left(pages.text, 100000), code))
$function$;
comment on function private.shows_currency(uuid,text) is 'Whether a currency''s code or a sign of it stands in a document. It need not stand beside the amount: a column is headed by it, or each price has it but the total.';
grant execute on function private.shows_currency(uuid,text) to service_role;

CREATE OR REPLACE FUNCTION private.signed_amounts(words text, of_row boolean)
 RETURNS numeric[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  with plain_form (words) as (
    select private.plain_digits(signed_amounts.words)
  ), pieces (before, number, behind) as (
    select found[1], found[2], found[3] from plain_form,
      regexp_matches(plain_form.words,
        '(?:^|[^[:alnum:]])([-(]?) ?[^\d\s]{0,4} ?((?:\d{1,3}(?: \d{3})+|\d+)(?:[.,'']\d+)*)( ?[-)](?= |$))?', 'g')
        as found
    union all
    -- Between the cells of a row stands a blank as well: "2 100.10" are two numbers.
    select found[1], found[2], found[3] from plain_form,
      regexp_matches(plain_form.words, '(?:^| )([-(]?)[^\d\s]{0,4}(\d+(?:[.,'']\d+)*)[^\d\s]{0,4}?([-)])?(?= |$)', 'g')
        as found where of_row
  ), parts (number, negative, last_digits, separators) as (
    select distinct number, before <> '' or coalesce(behind, '') <> '', substring(number from '[.,](\d+)$'),
      regexp_count(number, '[.,'']') from pieces
  ), read (amount, negative) as (
    -- As in private.amounts_in.
    select (regexp_replace(left(number, -length(last_digits) - 1), '[^\d]', '', 'g') || '.' || last_digits)::numeric,
      negative
      from parts where length(last_digits) <= 2 or (last_digits is not null and separators = 1)
        or number ~ '^\d{1,3}(,\d{3})+\.\d{3}$'
    union all
    select regexp_replace(number, '[^\d]', '', 'g')::numeric, negative from parts where last_digits is null
      or length(last_digits) = 3
  ), whole (amount) as materialized (
    select amount from private.amounts_in(words) as amount where not of_row
  )
  -- A minus before or behind the number, or brackets around it, and only those, make it negative.
  select array(
    select case when negative then -amount else amount end from read where of_row
      or amount in (select whole.amount from whole)
    union
    select amount from whole where amount not in (select read.amount from read)
      and words !~ '[-(] ?[^\d\s]{0,4}\d|\d ?-(?: |$)')
$function$;
comment on function private.signed_amounts(text,boolean) is 'The numbers in words, as private.plain writes them, with their signs. of_row: the words are a row of a table, in which a blank may part two numbers or the thousands of one.';
grant execute on function private.signed_amounts(text,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.similar_to(of_document uuid, at_most integer)
 RETURNS TABLE(document_id uuid, score numeric, reasons text[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  caller constant uuid := private.caller();
  -- So many candidates of each kind are looked at, the newest: a sender of thousands costs no more.
  most constant integer := 200;
  document public.documents;
  rare_tags text[];
  words text[];
  asked tsquery;
begin
  select * into document from public.documents where id = of_document and user_id = caller and trashed_at is null;
  if not found then
    return;
  end if;
  select array_agg(tag) into rare_tags from (
    select tag from public.tags where user_id = caller and tag = any (document.tags)
      and tag is distinct from document.document_type
    order by documents, tag limit 5) as rarest;
  -- The longest words of its names: "stadtwerke" says more than "invoice".
  select coalesce(array_agg(quote_literal(lexeme)), '{}') into words from (
    select lexeme from public.document_search as known, unnest(known.search) as word
    where known.document_id = of_document and 'A' = any (word.weights) and length(lexeme) between 5 and 60
      and lexeme ~ '^[[:alpha:]]+$'
      and lexeme is distinct from document.document_type
    order by length(lexeme) desc, lexeme limit 3) as longest;
  asked := array_to_string(words, ' | ')::tsquery;
  return query
  with candidates as materialized (
    (select d.id from public.documents as d
      where d.user_id = caller and document.correspondent is not null
        and coalesce('1' || lower(d.correspondent), '2') = '1' || lower(document.correspondent)
      order by d.id desc limit most)
    union
    select tagged.id from unnest(rare_tags) as wanted (tag) cross join lateral (
      select d.id from public.documents as d where d.tags @> array[wanted.tag] and d.user_id = caller limit most)
        as tagged
    union
    (select known.document_id from public.document_search as known
      where numnode(asked) > 0 and known.search @@ asked and known.user_id = caller limit most)
  ), weighed as (
    select d.id, d.created_at,
      lower(d.correspondent) = lower(document.correspondent) as same_sender,
      array(select shared.tag from unnest(d.tags) as shared (tag) where shared.tag = any (rare_tags)) as shared,
      d.document_type = document.document_type as same_type,
      (select count(*) from public.document_search as known, unnest(words) as word
        where known.document_id = d.id and known.search @@ word::tsquery)::numeric / greatest(cardinality(words), 1)
          as likeness
    from candidates join public.documents as d on d.id = candidates.id
    where d.user_id = caller and d.id <> of_document and d.trashed_at is null
  ), scored as (
    select weighed.*, round((case when same_sender then 3 else 0 end + case when same_type then 1 else 0 end
      + coalesce((select sum(2 / (1 + ln(tags.documents::numeric))) from public.tags where tags.user_id = caller
        and tags.tag = any (weighed.shared)), 0)
      + 2 * likeness)::numeric, 4) as points
    from weighed
  )
  select scored.id, scored.points,
    array_remove(array[case when same_sender then 'sender' end, case when cardinality(shared) > 0 then 'tags' end,
      case when same_type then 'type' end, case when likeness > 0.6 then 'words' end], null)
  from scored where points >= 1.5
  order by points desc, scored.created_at desc, scored.id limit at_most;
end
$function$;
comment on function private.similar_to(uuid,integer) is 'The caller''s documents that are most like one of theirs, with why: sender, tags, type, words. Of each kind 200 candidates are weighed, so the cost does not grow with the archive.';
grant execute on function private.similar_to(uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.singulars_of(word text, language text)
 RETURNS SETOF text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select word
  union select left(word, -1) where word ~ '[^siu]s$' and length(word) >= 4
  union select left(word, -2) where word ~ '(ch|sh|ss|x|z)es$' and length(word) >= 5
  union select left(word, -3) || 'y' where word ~ '[^aeiou]ies$' and length(word) >= 5
  union select left(word, -1) where language = 'de' and word ~ '[en]$' and length(word) >= 5
  union select left(word, -2) where language = 'de' and word ~ 'en$' and length(word) >= 6
  union select left(word, -1) where language = 'fr' and word ~ '(eau|eu|ou)x$'
  union select left(word, -3) || 'al' where language = 'fr' and word ~ 'aux$' and length(word) >= 5
  union select left(word, -2) where language = 'es' and word ~ '[lrndzjy]es$' and length(word) >= 5
  union select left(word, -3) || 'z' where language = 'es' and word ~ 'ces$' and length(word) >= 5;
end
$function$;
comment on function private.singulars_of(text,text) is 'A word without accents, and what it is the plural of, if it is one: by the rules of English, and those of German, French and Spanish for documents in them. Rather one too few than two words that are not one (Arbeit, Arbeiter).';
grant execute on function private.singulars_of(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.snippet_of(raw_text text, asked tsquery, words text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- The loop ends by its return. @plpgsql_check_options: extra_warnings = false
  around constant integer := 2000;
  snippet text;
  word text;
  spot integer;
  first_word constant text := (select lexeme
    from unnest(to_tsvector('simple', translate(asked::text, '''&|!:*()<->', '            ')))
    order by length(lexeme) desc limit 1);
  place integer := 1;
begin
  if numnode(asked) = 0 or raw_text is null then return null; end if;
  if length(raw_text) > 2 * around and first_word is not null then
    -- Of a long text the surroundings of a word are enough, and cost a hundredth.
    place := greatest(1, strpos(lower(extensions.unaccent(raw_text)), first_word) - around / 2);
  end if;
  snippet := nullif(ts_headline('public.unaccented', translate(substr(raw_text, place, 2 * around), '⟦⟧', ''), asked,
    'StartSel=⟦, StopSel=⟧, MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter=" … "'), '');
  if snippet like '%⟦%' then return snippet; end if;
  -- A part of a word, or of a sentence without spaces: the first place where one of the words stands.
  for word in select form from regexp_split_to_table(lower(words), '\s+') as given,
    unnest(array[given, replace(replace(replace(given, 'ae', 'ä'), 'oe', 'ö'), 'ue', 'ü')]) as form loop
    spot := strpos(lower(raw_text), word);
    if (length(word) >= 2 or octet_length(word) >= 3) and spot > 0 then
      return translate(concat(case when spot > 81 then '… ' end,
        substr(raw_text, greatest(1, spot - 80), spot - greatest(1, spot - 80))), '⟦⟧', '')
        || '⟦' || translate(substr(raw_text, spot, length(word)), '⟦⟧', '') || '⟧'
          || translate(substr(raw_text, spot + length(word), 80), '⟦⟧', '');
    end if;
  end loop;
  return snippet;
end
$function$;
comment on function private.snippet_of(text,tsquery,text) is 'The words around what was asked for, as plain text in which ⟦ and ⟧ stand around each match. Never HTML.';
grant execute on function private.snippet_of(text,tsquery,text) to authenticated;

CREATE OR REPLACE FUNCTION private.source_of(document public.documents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when document.parent_id is not null then 'part'
    when exists (select from private.handed_in where document_id = document.id) then 'upload_link'
    when exists (select from private.mails where document_id = document.id) then 'mail'
    else 'upload' end;
end
$function$;
comment on function private.source_of(public.documents) is 'How a document came: by its owner (upload), in another file (part), by an upload link (upload_link), or as a mail (mail).';
grant execute on function private.source_of(public.documents) to service_role;

CREATE OR REPLACE FUNCTION private.span_of(written text)
 RETURNS date
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  parts constant text[] := regexp_match(written, '^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$');
begin
  if parts is not null then
    return private.calendar_day(parts[1], coalesce(parts[2], '1'), coalesce(parts[3], '1'));
  end if;
  return (private.days_of(written))[1];
end
$function$;
comment on function private.span_of(text) is 'The first day of a year, a month or a day as people write it; null for what is none.';

CREATE OR REPLACE FUNCTION private.stage_after(reached public.document_status)
 RETURNS private.job_stage
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (select stage from private.stages where waits_as = reached);
end
$function$;
comment on function private.stage_after(public.document_status) is 'The stage that documents with a status wait for; null when there is none.';
grant execute on function private.stage_after(public.document_status) to service_role;

CREATE OR REPLACE FUNCTION private.stage_health()
 RETURNS jsonb
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Of each part of the queue the first 10,000 are counted, on an index: to read all of a million takes seconds.
  with waiting as (
    select stage, count(*) as jobs
      from (select stage from private.jobs where state = 'queued' and run_after is not null limit 10000) as jobs
      group by stage
  ), dead as (
    select stage, jsonb_object_agg(code, jobs) as by_code from (
      select stages.stage, jobs.code, count(*) as jobs from private.stages, lateral (
        select last_error ->> 'code' as code from private.jobs where jobs.stage = stages.stage and state = 'dead'
          limit 10000) as jobs
      group by 1, 2) as codes group by stage
  )
  select jsonb_object_agg(stages.stage, jsonb_build_object(
    'queued', due.jobs, 'queued_is_estimated', due.jobs > 10000, 'oldest_queued_seconds', next.oldest,
    'waiting_for_retry', coalesce(waiting.jobs, 0),
    'in_flight', out.jobs, 'overdue', out.overdue, 'limit', stages.in_flight_limit, 'allowed',
    private.allowed_in_flight(stages),
    'suspects', suspects.jobs, 'oldest_suspect_seconds', suspects.oldest, 'suspects_function',
    stages.suspects_function_name,
    'retrying', coalesce(waiting.jobs, 0) + again.jobs + out.retrying, 'dead', coalesce(dead.by_code, '{}')))
  from private.stages
  cross join lateral (select private.due_jobs(stages.stage, 10001) as jobs) as due
  cross join lateral (
    select extract(epoch from clock_timestamp() - min(updated_at))::integer as oldest from (
      select updated_at from private.jobs where jobs.stage = stages.stage and not suspect and state = 'queued'
        and run_after is null order by queue_position, created_at limit 1000) as first
  ) as next
  cross join lateral (
    select count(*) filter (where not suspect) as jobs,
      count(*) filter (where lease_expires_at < clock_timestamp() - interval '30 seconds') as overdue,
      count(*) filter (where last_error is not null) as retrying
    from private.jobs where jobs.stage = stages.stage and state in ('dispatched', 'running')
  ) as out
  cross join lateral (
    select count(*) as jobs from (
      select last_error from private.jobs
      where jobs.stage = stages.stage and state = 'queued' and run_after is null and attempts + excused > 0
        limit 10000) as jobs where last_error is not null
  ) as again
  cross join lateral (
    select count(*) as jobs, extract(epoch from clock_timestamp() - greatest(
      min(claimed_at) filter (where state <> 'running'), max(claimed_at)))::integer as oldest
    from private.jobs where jobs.stage = stages.stage and suspect and state in ('queued', 'dispatched', 'running')
  ) as suspects
  left join waiting on waiting.stage = stages.stage
  left join dead on dead.stage = stages.stage
$function$;
comment on function private.stage_health() is 'By stage: {queued, queued_is_estimated, oldest_queued_seconds, waiting_for_retry, in_flight, overdue, limit, allowed, suspects, oldest_suspect_seconds, suspects_function, retrying, dead: {code: jobs}}. queued is exact up to 10,000 and estimated above; the other counts end at 10,000. oldest_queued_seconds: of the 1,000 jobs that are next. overdue: leases that ran out more than 30 seconds ago and were not swept. allowed: below limit while the stage is throttled. Suspects count by themselves: oldest_suspect_seconds is how long ago a worker took one last, while there are any.';

CREATE OR REPLACE FUNCTION private.stage_named(name text)
 RETURNS private.stages
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  found_stage private.stages;
begin
  select * into found_stage from private.stages where stage = name;
  return found_stage;
end
$function$;
comment on function private.stage_named(text) is 'The row of a stage; null when there is none of that name.';
grant execute on function private.stage_named(text) to service_role;

CREATE OR REPLACE FUNCTION private.stop_application()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.extractions set status = 'stopped' where schema_id = old.schema_id and status = 'queued';
  return null;
end
$function$;
comment on function private.stop_application() is 'Trigger: what has not begun of an application is stopped.';

CREATE OR REPLACE FUNCTION private.stored_file_problem(document public.documents, stored jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  size bigint := (stored ->> 'size')::bigint;
  most bigint := (select file_size_limit from storage.buckets where id = 'documents');
begin
  if size > most then
    return jsonb_build_object('code', 'file_too_large', 'message',
      format('The file that was sent has %s bytes; this project takes %s. It was erased.', size, most));
  elsif size is distinct from document.byte_size then
    return jsonb_build_object('code', 'file_differs', 'message',
      format('%s bytes were announced, and %s came. They were erased. Announce the file as it is.', document.byte_size,
        coalesce(size, 0)));
  elsif stored ->> 'mimetype' is distinct from document.mime_type then
    return jsonb_build_object('code', 'file_differs', 'message',
      format('A file of the type %s was announced, and one of the type %s came. It was erased. Announce the file as it is.',
        document.mime_type, left(coalesce(stored ->> 'mimetype', 'unknown'), 100)));
  end if;
  return null;
end
$function$;
comment on function private.stored_file_problem(public.documents,jsonb) is 'Compares what Storage itself counted (storage.objects.metadata: size in bytes, mimetype) with the announcement and the bucket''s limit: Storage does not cut a body of unknown length. Returns {code, message}; null when it is what was announced.';

CREATE OR REPLACE FUNCTION private.stray_documents(looked_at integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- From a random owner on, and around again: the whole of a short list, and a different part of a long one each time.
  -- The owner as a value, not joined: the index begins there, and reads nothing before.
  with place as materialized (select gen_random_uuid() as first_owner)
  select count(*)::integer from (
    (select * from public.documents where user_id >= (select first_owner from place) and status <> 'completed'
      order by user_id, status, created_at, id limit looked_at)
    union all
    (select * from public.documents where user_id < (select first_owner from place) and status <> 'completed'
      order by user_id, status, created_at, id limit looked_at)
  ) as under_way
  where exists (select from private.stages where status in (waits_as, runs_as))
    and updated_at < now() - interval '1 minute'
    -- One look into the index for each: "not exists" would be joined, and read all jobs there are.
    and (select true from private.jobs where document_id = under_way.id and state in ('queued', 'dispatched', 'running')
      and stage in (select stages.stage from private.stages where waits_as is not null) limit 1) is null
$function$;
comment on function private.stray_documents(integer) is 'How many documents have been under way for a minute without a job, among so many on either side of a random place.';

CREATE OR REPLACE FUNCTION private.summed_rows(schema_id uuid, line_items text, filters jsonb)
 RETURNS TABLE(path text, currency text, count bigint, sum numeric)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  -- What a query that is put together returns is not known before it runs.
  -- @plpgsql_check_options: extra_warnings = false
  fields constant jsonb := private.own_fields(summed_rows.schema_id, summed_rows.line_items);
begin
  return query execute format(
    'select cells.path, cells.currency, count(*), sum(cells.number_value) from public.extracted_values as cells
    where cells.schema_id = %1$L and cells.user_id = %2$L and cells.number_value is not null
      and cells.document_id not in (
        select trash.id from public.documents as trash
        where trash.user_id = %2$L and trash.trashed_at is not null)%3$s%4$s
    group by 1, 2',
    summed_rows.schema_id, private.caller(), case
      when summed_rows.line_items is not null
      then format(' and starts_with(cells.path, %L)', summed_rows.line_items || '.') end,
    private.row_filters(fields, summed_rows.schema_id, summed_rows.line_items, summed_rows.filters,
      'cells.extraction_id', 'cells.row_number', null));
end
$function$;
comment on function private.summed_rows(uuid,text,jsonb) is 'What the numbers of a schema of the caller''s own add up to. Errors: as public.schema_sums.';
grant execute on function private.summed_rows(uuid,text,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.suspect_job(job private.jobs)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
begin
  perform private.end_job(job, 'queued');
  update private.jobs
  set suspect = true, attempts = job.attempts - 1, excused = job.excused + 1,
    queue_position = private.next_queue_position(job.stage, job.user_id, true)
  where id = job.id;
  select * into document from public.documents where id = job.document_id;
  if document.id is not null then
    perform private.record_event(document, job.stage, 'retrying',
      'The worker stopped while it had this document and others. The document continues in a worker of its own.',
      jsonb_build_object('attempt', job.attempts, 'code', 'worker_lost', 'excused', true));
  end if;
end
$function$;
comment on function private.suspect_job(private.jobs) is 'Makes a job a suspect: it keeps its attempts and its pages, and waits for the slot of the suspects, in which the users alternate.';
grant execute on function private.suspect_job(private.jobs) to service_role;

CREATE OR REPLACE FUNCTION private.suspect_user(owner uuid, of_stage private.job_stage)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into private.suspected_users (user_id, stage, until)
  values (owner, of_stage, clock_timestamp() + (select suspicion from private.settings))
  on conflict (user_id, stage) do update set until = excluded.until;
  with queued as materialized (
    select id, queue_position, created_at from private.jobs
    where user_id = owner and stage = of_stage and not suspect and not payload ? 'cleared'
      and state = 'queued' for update skip locked
  ), placed as (
    select id, private.next_queue_position(of_stage, owner, true) + row_number() over (order by queue_position,
      created_at) - 1 as queue_position from queued
  )
  update private.jobs set suspect = true, queue_position = placed.queue_position from placed where jobs.id = placed.id;
end
$function$;
comment on function private.suspect_user(uuid,private.job_stage) is 'A job of the user ended a worker that held nothing else: what the user has queued in the stage, and queues for a while, runs alone too.';
grant execute on function private.suspect_user(uuid,private.job_stage) to service_role;

CREATE OR REPLACE FUNCTION private.sweep_health()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'seconds_since_last',
    extract(epoch from clock_timestamp() - max(end_time) filter (where status = 'succeeded'))::integer,
    'failed', count(*) filter (where status = 'failed'))
  from (
    select end_time, status from cron.job_run_details join cron.job using (jobid)
    where jobname = 'docket-sweep' order by runid desc limit 60) as lately
$function$;
comment on function private.sweep_health() is '{seconds_since_last, failed}: of the last 60 runs of the sweep.';

CREATE OR REPLACE FUNCTION private.sweep_jobs()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.sweep_jobs() is 'The guarantee behind the invocations: gives out again what got lost, ends what was cut off, and dispatches what is due. Run by pg_cron every 10 seconds.';

CREATE OR REPLACE FUNCTION private.sweep_stage(swept private.stages)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.sweep_stage(private.stages) is 'Queues the job of documents that wait for a stage and have none. Looks at 1,000 of them, from where it stopped the last time: nearly all of a long queue have their job, and looking at a million takes longer than all else of a sweep.';

CREATE OR REPLACE FUNCTION private.sweep_upload(document public.documents)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.sweep_upload(public.documents) is 'Ends an upload that never ended: if a file is there after all, it is compared with the announcement as when it was stored; else the document failed.';

CREATE OR REPLACE FUNCTION private.table_error(name text, field jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  one record;
  wrong text;
begin
  select key into wrong from jsonb_object_keys(field) as key
    where key not in ('type', 'description', 'labels', 'items') limit 1;
  if wrong is not null then
    return format('%s: does not know %s', name, left(wrong, 60));
  end if;
  if jsonb_typeof(field -> 'items') is distinct from 'object' or field #>> '{items,type}' is distinct from 'object'
    or jsonb_typeof(field #> '{items,properties}') is distinct from 'object' or field #> '{items,properties}' = '{}'
      then
    return name || ': must have items of type object with properties';
  end if;
  select key into wrong from jsonb_object_keys(field -> 'items') as key
    where key not in ('type', 'properties', 'required') limit 1;
  if wrong is not null then
    return format('%s.items: does not know %s', name, left(wrong, 60));
  end if;
  for one in select key, value from jsonb_each(field #> '{items,properties}') loop
    if one.key !~ '^[a-z][a-z0-9_]{0,39}$' then
      return format('%s.%s: is no name of a field: lower-case letters, digits and _, at most 40', name,
        left(one.key, 60));
    end if;
    wrong := private.field_error(format('%s.%s', name, one.key), one.value);
    if wrong is not null then
      return wrong;
    end if;
  end loop;
  wrong := coalesce(private.text_list_error(field #> '{items,required}', 100, 40),
    (select format('names %s, which is no field', required)
      from jsonb_array_elements_text(field #> '{items,required}') as required
      where not field #> '{items,properties}' ? required limit 1));
  return format('%s.items.required: ', name) || wrong;
end
$function$;
comment on function private.table_error(text,jsonb) is 'What is wrong with an array of objects, as "field: problem"; null when nothing is.';
grant execute on function private.table_error(text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.tag_forms(tag text, language text)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Of "facturas-luz" the first word has the plural, of "steuer-bescheide" the last.
  return (
  with parts as (
    select string_to_array(regexp_replace(lower(extensions.unaccent(normalize(tag, nfkc))), '[^[:alnum:]]+', '-', 'g'),
      '-') as words
  ), forms as (
    select array_to_string(words, '') as form from parts
    union select array_to_string(words[:cardinality(words) - 1], '') || other
      from parts, lateral (select singular from private.singulars_of(words[cardinality(words)], language) as singular
        union select plural from private.plurals_of(words[cardinality(words)], language) as plural) as others (other)
    union select other || array_to_string(words[2:], '')
      from parts, lateral (select singular from private.singulars_of(words[1], language) as singular
        union select plural from private.plurals_of(words[1], language) as plural) as others (other)
          where cardinality(words) > 1
  )
  select array_agg(form order by form) from forms where form <> '');
end
$function$;
comment on function private.tag_forms(text,text) is 'The keys (private.tag_key) of a tag in the singular and the plural.';
grant execute on function private.tag_forms(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.tag_handed_in()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  wanted text[];
begin
  update private.handed_in set tagged = true from public.upload_links
  where handed_in.document_id = new.id and not handed_in.tagged and upload_links.id = handed_in.link_id
    returning upload_links.tags into wanted;
  -- So does what came in it. Its first run of describing is written by now.
  if wanted is null and new.parent_id is not null then
    select upload_links.tags into wanted from private.handed_in
      join public.upload_links on upload_links.id = handed_in.link_id
    where handed_in.document_id = (private.root_of(new.id)).root
      and (select count(*) from public.metadata_runs where metadata_runs.document_id = new.id) = 1;
  end if;
  new.tags := private.with_tags(new, wanted);
  return new;
end
$function$;
comment on function private.tag_handed_in() is 'Trigger: a document that came by an upload link, or in one that did, gets its tags when it is completed for the first time. In the statement that completes it, so that tags are counted and searched with it.';

CREATE OR REPLACE FUNCTION private.tag_key(tag text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select regexp_replace(lower(extensions.unaccent(normalize(tag, nfkc))), '[^[:alnum:]]+', '', 'g')
$function$;
comment on function private.tag_key(text) is 'What tags are compared by: "Kfz_Steuer", "kfz-steuer" and "KFZ Steuer" are one.';
grant execute on function private.tag_key(text) to service_role;

CREATE OR REPLACE FUNCTION private.tag_likeness(tag text, query text)
 RETURNS real
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when btrim(query) <> '' then greatest(
    extensions.similarity(tag, left(query, 100)), extensions.word_similarity(left(query, 100), tag)) end
$function$;
comment on function private.tag_likeness(text,text) is 'How like a tag is to what was asked for, 0 to 1 by trigrams; null where nothing was asked for.';
grant execute on function private.tag_likeness(text,text) to authenticated;
grant execute on function private.tag_likeness(text,text) to service_role;

CREATE OR REPLACE FUNCTION private.tag_mails()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  wanted text[];
begin
  update private.mails set tagged = true from public.inbox_addresses
  where mails.document_id = new.id and not mails.tagged and inbox_addresses.id = mails.address_id
    returning inbox_addresses.tags into wanted;
  -- What is attached to a mail is part of it, however deep. Its first run of describing is written by now.
  if wanted is null and new.parent_id is not null then
    select inbox_addresses.tags into wanted from private.mails
      join public.inbox_addresses on inbox_addresses.id = mails.address_id
    where mails.document_id = (private.root_of(new.id)).root
      and (select count(*) from public.metadata_runs where metadata_runs.document_id = new.id) = 1;
  end if;
  new.tags := private.with_tags(new, wanted);
  return new;
end
$function$;
comment on function private.tag_mails() is 'Trigger: a document that came by mail, or in one, gets the tags of the address when it is completed for the first time. In the statement that completes it, so that tags are counted and searched with it.';

CREATE OR REPLACE FUNCTION private.tag_of(source text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select nullif(btrim(left(btrim(regexp_replace(regexp_replace(lower(normalize(private.visible(source), nfkc)),
    '[''’.]', '', 'g'),
    '[^[:alnum:]]+', '-', 'g'), '-'), 40), '-'), '')
$function$;
comment on function private.tag_of(text) is 'A tag in the form of the vocabulary, lower-case-hyphenated, at most 40 characters; null where nothing is left.';
grant execute on function private.tag_of(text) to service_role;

CREATE OR REPLACE FUNCTION private.tags_to_use(owner uuid, proposed text[], language text)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with used as (
    select coalesce(private.known_tag(owner, formed.tag, language), formed.tag) as tag, min(place) as place
    from unnest(proposed[:50]) with ordinality as offered (tag, place),
      lateral (select private.tag_of(left(offered.tag, 200)) as tag) as formed
    where formed.tag is not null and not private.is_one_use(formed.tag)
    group by 1
  )
  select coalesce(array_agg(tag order by place), '{}')
    from (select tag, place from used order by place limit 7) as first
$function$;
comment on function private.tags_to_use(uuid,text[],text) is 'Proposed tags as they are written: in the form of the vocabulary, those of one use left out, each replaced by the user''s own word for it; at most 7.';
grant execute on function private.tags_to_use(uuid,text[],text) to service_role;

CREATE OR REPLACE FUNCTION private.take_from_trash(owner uuid, content_sha256 text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  found_id uuid;
begin
  select id into found_id from public.documents
  where user_id = owner and documents.content_sha256 = take_from_trash.content_sha256 and trashed_at is not null;
  if found then
    perform private.bring_back(array[found_id], owner);
  end if;
end
$function$;
comment on function private.take_from_trash(uuid,text) is 'Who sends the same bytes again wants the document back. Nothing changes when it is not in the trash.';
grant execute on function private.take_from_trash(uuid,text) to service_role;

CREATE OR REPLACE FUNCTION private.take_next(due_stage private.job_stage, lease uuid DEFAULT gen_random_uuid(), worker uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  stage private.stages;
  candidate private.jobs;
  job private.jobs;
begin
  -- Without the lock of dispatch: the slot is the caller's own, so however many do this at once, no more jobs are out
  -- after.
  select * into stage from private.stages where stages.stage = due_stage;
  if private.free_slots(stage) <= 0 then
    return null;
  end if;
  for candidate in
    select * from private.next_due(due_stage, false, 5 + stage.in_flight_limit)
  loop
    continue when not private.lock_free_document_of(candidate);
    select * into job from private.jobs where id = candidate.id and not suspect
      and state = 'queued' for update skip locked;
    continue when not found;
    if job.payload ? 'watched' then
      -- The slot is its turn's, and the request that asked for it takes it.
      perform private.offer_job(job);
      return null;
    end if;
    return private.begin_job(job, take_next.lease, take_next.worker);
  end loop;
  return null;
end
$function$;
comment on function private.take_next(private.job_stage,uuid,uuid) is 'Hands the slot of a job that just ended to the next due one of the stage, without an invocation. Never a suspect: its worker must hold nothing else. Returns what private.claim_of does; null when there is none.';
grant execute on function private.take_next(private.job_stage,uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.take_up_again(document public.documents, filename text, mime_type text, byte_size bigint)
 RETURNS public.documents
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function private.take_up_again(public.documents,text,text,bigint) is 'A document that has no file waits for it again, as it was announced now; any other stays what it is. Returns the row. Errors: file_too_large (413), too_many_requests (429) while a file that was rejected is being erased.';
grant execute on function private.take_up_again(public.documents,text,text,bigint) to service_role;

CREATE OR REPLACE FUNCTION private.takes_files(link public.upload_links)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(link.revoked_at is null and link.expires_at > clock_timestamp() and link.files < link.most_files,
    false)
$function$;
comment on function private.takes_files(public.upload_links) is 'Whether files can be handed in by an upload link; false for none.';
grant execute on function private.takes_files(public.upload_links) to service_role;

CREATE OR REPLACE FUNCTION private.taught_fields(fields jsonb, document_id uuid, schema_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  hint record;
  place text[];
  taught jsonb := taught_fields.fields;
begin
  for hint in
    select learned ->> 'path' as path, learned ->> 'label' as label
    from jsonb_array_elements(private.hints_for(taught_fields.document_id, taught_fields.schema_id)) as learned
      where learned ->> 'label' <> ''
  loop
    place := case when hint.path like '%.%'
      then array['properties', split_part(hint.path, '.', 1), 'items', 'properties', split_part(hint.path, '.', 2)]
      else array['properties', hint.path] end;
    if jsonb_typeof(taught #> (place || 'labels'::text)) = 'array' then
      taught := jsonb_set(taught, place || 'labels'::text, (taught #> (place || 'labels'::text))
        || to_jsonb(hint.label));
      -- Which of them is the sender's own: another label of the field may stand beside another value there.
      taught := jsonb_set(taught, place || 'taught'::text, jsonb_build_array(hint.label));
    end if;
  end loop;
  return taught;
end
$function$;
comment on function private.taught_fields(jsonb,uuid,uuid) is 'The fields of a schema with the labels that the owner taught for the sender of a document, among the others and as "taught".';
grant execute on function private.taught_fields(jsonb,uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION private.taught_name(document_id uuid, words text, name text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from public.documents
    join public.learned_hints as hints on hints.user_id = documents.user_id and hints.correspondent = taught_name.name
    cross join lateral unnest(hints.marks) as mark
    where documents.id = taught_name.document_id and mark !~ '^head:'
      and position(regexp_replace(lower(substring(mark from ':(.*)$')), '[^[:alnum:]]', '', 'g')
        in regexp_replace(taught_name.words, '[^[:alnum:]]', '', 'g')) > 0)
$function$;
comment on function private.taught_name(uuid,text,text) is 'Whether words of a document, as private.plain writes them, bear a mark that its owner taught to be this sender''s: a number of the company, an account, a domain or a telephone number.';
grant execute on function private.taught_name(uuid,text,text) to service_role;

CREATE OR REPLACE FUNCTION private.tell_due()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  at_once constant integer := 200;
  days constant integer := (select due_soon_days from private.settings);
  due record;
  document public.documents;
  told integer := 0;
begin
  for due in
    select distinct found.document_id, found.text_value
    from public.extracted_values as found
    where found.path = 'due_date' and found.text_value between current_date::text and (current_date + days)::text
      and case when found.text_value ~ '^\d{4}-\d\d-\d\d$' then pg_input_is_valid(found.text_value, 'date')
        else false end
      and not exists (
        select from private.due_told where due_told.document_id = found.document_id
          and due_told.due_date::text = found.text_value)
    order by found.text_value, found.document_id limit at_once
  loop
    -- The next sweep tells of a document that somebody has just now.
    select * into document from public.documents where id = due.document_id
      and trashed_at is null for key share skip locked;
    continue when not found;
    insert into private.due_told (document_id, due_date, user_id)
      values (document.id, due.text_value::date, document.user_id) on conflict do nothing;
    continue when not found;
    perform private.record_event(document, 'due', 'soon', format('Payable by %s.', due.text_value),
      jsonb_build_object('due_date', due.text_value));
    told := told + 1;
  end loop;
  return told;
end
$function$;
comment on function private.tell_due() is 'Records due.soon for documents whose proven value due_date is at most due_soon_days away, once for each document and day, 200 at once; returns how many. The trash is left out. Run by pg_cron every 10 minutes.';

CREATE OR REPLACE FUNCTION private.tell_rules(document public.documents, outcome jsonb, more jsonb DEFAULT jsonb_build_object())
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  rule jsonb;
  what text;
begin
  if outcome ? 'error' then
    perform private.record_event(document, 'rule', 'skipped', 'The rules could not be applied.',
      jsonb_build_object('reason', left(outcome ->> 'error', 200)));
  end if;
  for rule in select * from jsonb_array_elements(outcome -> 'rules') loop
    what := concat_ws('; ',
      private.labels_of(array(select jsonb_object_keys(rule -> 'changes'))),
      'kept until ' || (rule ->> 'keep_until'),
      case when rule ? 'hold' then 'held' end,
      case when jsonb_array_length(rule -> 'schemas') > 0 then 'extraction' end,
      case when jsonb_array_length(rule -> 'webhooks') > 0 then 'sent to a webhook' end);
    perform private.record_event(document, 'rule', 'applied', format('Rule “%s”: %s.', rule ->> 'name', what),
      jsonb_build_object('rule_id', rule -> 'id', 'rule', rule -> 'name', 'fields',
        (select coalesce(jsonb_agg(field order by field), jsonb_build_array())
        from jsonb_object_keys(rule -> 'changes') as field))
        || rule - array['id', 'name'] || more);
  end loop;
end
$function$;
comment on function private.tell_rules(public.documents,jsonb,jsonb) is 'The history names each rule that changed something, or sent the document on: {rule_id, rule, fields, changes, keep_until, hold, schemas, webhooks}.';
grant execute on function private.tell_rules(public.documents,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.term_value(sign integer, factors text[], scalars jsonb, sums jsonb, of_row jsonb)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select sign * private.factor_value(factors[1], scalars, sums, of_row)
    * case when cardinality(factors) > 1 then private.factor_value(factors[2], scalars, sums, of_row) else 1 end
    * case when cardinality(factors) > 2 then private.factor_value(factors[3], scalars, sums, of_row) else 1 end
$function$;
comment on function private.term_value(integer,text[],jsonb,jsonb,jsonb) is 'The product of the factors of a term, with its sign; null where a number is missing.';
grant execute on function private.term_value(integer,text[],jsonb,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.text_list_error(list jsonb, most integer, longest integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when list is null then null
    when jsonb_typeof(list) <> 'array' then 'must be an array'
    when jsonb_array_length(list) > most then format('has more than %s entries', most)
    when exists (select from jsonb_array_elements(list) as one where jsonb_typeof(one) <> 'string'
      or length(one #>> '{}') not between 1 and longest)
      then format('must hold texts of 1 to %s characters', longest) end
$function$;
comment on function private.text_list_error(jsonb,integer,integer) is 'What is wrong with a list of texts; null when nothing is.';
grant execute on function private.text_list_error(jsonb,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION private.texts_of(list jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when jsonb_typeof(list) = 'array' then array(select jsonb_array_elements_text(list)) end
$function$;
comment on function private.texts_of(jsonb) is 'The texts of a list; null where there is none.';
grant execute on function private.texts_of(jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.this_month()
 RETURNS date
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select date_trunc('month', now() at time zone 'utc')::date
$function$;
comment on function private.this_month() is 'The first day of the calendar month (UTC) that usage is counted in.';
grant execute on function private.this_month() to service_role;

CREATE OR REPLACE FUNCTION private.throttle_stage(job private.jobs)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.lock_dispatch();
  -- An attempt that began before the last throttling says nothing new.
  update private.stages
  set throttled_to = greatest(1, floor(private.allowed_in_flight(stages) / 2.0)), throttled_at = clock_timestamp()
  where stage = (job).stage and (throttled_at is null or throttled_at < (job).claimed_at)
$function$;
comment on function private.throttle_stage(private.jobs) is 'The other side refused a job of the stage for lack of room: half as many go out for now (additive increase, multiplicative decrease: Chiu, Jain 1989).';
grant execute on function private.throttle_stage(private.jobs) to service_role;

CREATE OR REPLACE FUNCTION private.title_of(part text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when part ~ '[[:upper:]]' then part else (
    select string_agg(case when place = 1 or length(word) > 3 then upper(left(word, 1)) || substr(word, 2)
      else word end, ' ' order by place)
    from unnest(string_to_array(part, ' ')) with ordinality as words (word, place)) end
$function$;
comment on function private.title_of(text) is 'A part of a name in title case; one that has capitals already is left as it is ("iPhone bill").';
grant execute on function private.title_of(text) to service_role;

CREATE OR REPLACE FUNCTION private.too_many_unreadable(document_id uuid, page_count integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    -- What is wrong with all of them in the same way is what is wrong with the document.
    when count(*) = too_many_unreadable.page_count and count(distinct error ->> 'code') = 1 then
      jsonb_build_object('code', min(error ->> 'code'), 'message', min(error ->> 'message'), 'retryable', false)
    else jsonb_build_object('code', 'unreadable_pages', 'retryable', false, 'message', format(
      '%s of %s page%s could not be read (%s). Upload a better copy.', count(*), too_many_unreadable.page_count,
      case when too_many_unreadable.page_count = 1 then '' else 's' end,
      string_agg(distinct error ->> 'code', ', ')))
  end
  from public.document_pages
  where document_pages.document_id = too_many_unreadable.document_id and error is not null
  having count(*) > (select unreadable_share from private.settings) * too_many_unreadable.page_count
$function$;
comment on function private.too_many_unreadable(uuid,integer) is 'Why a document fails of which all pages were tried: {code, message, retryable}; null when enough of them were read.';
grant execute on function private.too_many_unreadable(uuid,integer) to service_role;

CREATE OR REPLACE FUNCTION private.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.updated_at := now();
  return new;
end
$function$;
comment on function private.touch_updated_at() is 'Trigger: updated_at is the time of the last change.';

CREATE OR REPLACE FUNCTION private.try_address(link public.upload_links, address_sha256 text, counts boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  share constant interval := interval '1 minute' / (select files_per_minute_and_address from private.settings);
  passes boolean;
begin
  if counts then
    insert into private.link_addresses as addresses (link_id, address_sha256, user_id, full_at)
    values (link.id, decode(try_address.address_sha256, 'hex'), link.user_id, clock_timestamp() + share)
    on conflict on constraint link_addresses_pkey do update
      set full_at = greatest(addresses.full_at, clock_timestamp()) + share
      where addresses.full_at <= clock_timestamp() + interval '1 minute' - share
    returning true into passes;
  else
    select addresses.full_at <= clock_timestamp() + interval '1 minute' - share into passes
    from private.link_addresses as addresses
    where addresses.link_id = link.id and addresses.address_sha256 = decode(try_address.address_sha256, 'hex');
    passes := coalesce(passes, true);
  end if;
  if passes is null or not passes then
    return private.link_refusal(429, 'too_many_requests',
      'Too many files came from your address just now. Try again in a minute.');
  end if;
  return null;
end
$function$;
comment on function private.try_address(public.upload_links,text,boolean) is 'Counts a file from an address (a SHA-256 in hexadecimal), or only looks whether one more may come. Returns the refusal too_many_requests (429); null when it may pass.';
grant execute on function private.try_address(public.upload_links,text,boolean) to service_role;

CREATE OR REPLACE FUNCTION private.try_inbox_address(address public.inbox_addresses)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  secret private.link_secrets;
begin
  select * into secret from private.link_secrets where link_id = address.id;
  if private.try_link(secret, null, (select mails_per_minute_and_inbox_address from private.settings)) is null then
    return null;
  end if;
  return private.link_refusal(429, 'too_many_requests',
    'Too many mails came to this address just now. Send this one again in a minute.');
end
$function$;
comment on function private.try_inbox_address(public.inbox_addresses) is 'Counts a mail to an address. Returns the refusal too_many_requests (429); null when it may pass.';
grant execute on function private.try_inbox_address(public.inbox_addresses) to service_role;

CREATE OR REPLACE FUNCTION private.try_link(secret private.link_secrets, password text, allowed integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  next_full_at timestamptz;
begin
  update private.link_secrets set full_at = greatest(full_at, clock_timestamp()) + interval '1 minute' / allowed
  where link_id = secret.link_id and full_at <= clock_timestamp() + interval '1 minute' - interval '1 minute' / allowed
  returning full_at into next_full_at;
  if next_full_at is null then
    return private.link_refusal(429, 'too_many_requests',
      'This link is used too often just now. Try again in a minute.');
  end if;
  if secret.password_hash is not null
    and extensions.crypt(left(coalesce(password, ''), 100), secret.password_hash) <> secret.password_hash then
    return private.link_refusal(401, 'link_password', case when password is null then 'This link asks for a password.'
      else 'That is not the password of this link.' end);
  end if;
  return null;
end
$function$;
comment on function private.try_link(private.link_secrets,text,integer) is 'Counts a request with a link that is there, of which so many are allowed in a minute, and checks its password. Returns the refusal: link_password (401), too_many_requests (429); null when it may pass.';
grant execute on function private.try_link(private.link_secrets,text,integer) to service_role;

CREATE OR REPLACE FUNCTION private.try_rules(given jsonb, after uuid, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  most_looked_at constant integer := 500;
  most constant integer := least(greatest(coalesce(try_rules.page_size, 50), 1), 200);
  rules private.compiled_rules[];
  document public.documents;
  outcome jsonb;
  found_changes jsonb := jsonb_build_array();
  looked_at integer := 0;
  place uuid := coalesce(try_rules.after, '00000000-0000-0000-0000-000000000000');
begin
  if owner is null then
    perform private.refuse(401, 'unauthorized', 'Sign in to try rules.');
  end if;
  perform private.admit_request(owner);
  rules := private.given_rules(owner, given);
  if rules is null then
    perform private.refuse(400, 'invalid_request',
      'rules is a list of 1 to 100 ids of your rules, or of {name, conditions, actions}.');
  end if;
  for document in select * from public.documents where user_id = owner and id > place and trashed_at is null
    order by id limit most_looked_at loop
    looked_at := looked_at + 1;
    place := document.id;
    continue when document.status <> 'completed';
    outcome := private.rules_outcome(document, rules);
    continue when outcome -> 'rules' = jsonb_build_array();
    found_changes := found_changes
      || jsonb_build_object('document_id', document.id, 'name', coalesce(document.display_name, document.filename),
      'changes', private.changes_of(document, outcome), 'rules', outcome -> 'rules');
    exit when jsonb_array_length(found_changes) >= most;
  end loop;
  return jsonb_build_object('documents', found_changes, 'looked_at', looked_at,
    'next', case when exists (select from public.documents where user_id = owner and id > place and trashed_at is null)
      then place end);
end
$function$;
comment on function private.try_rules(jsonb,uuid,integer) is 'See public.dry_run_rules.';
grant execute on function private.try_rules(jsonb,uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.try_webhook(webhook_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  endpoint constant public.webhook_endpoints := private.own_webhook(try_webhook.webhook_id);
begin
  return jsonb_build_object('delivery_id', private.make_delivery(endpoint, null, jsonb_build_object(
    'type', 'webhook.test', 'timestamp', clock_timestamp(), 'data',
    jsonb_build_object('webhook_id', endpoint.id, 'message', 'This is a test.'))));
end
$function$;
comment on function private.try_webhook(uuid) is 'See public.test_webhook.';
grant execute on function private.try_webhook(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.undo_extraction(run_id bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.caller();
  run public.extraction_runs;
  extraction public.extractions;
begin
  perform private.admit_request(owner);
  -- The document before its extraction, as save_extraction has them.
  perform from public.documents where id = (
    select document_id from public.extractions
      join public.extraction_runs on extraction_runs.extraction_id = extractions.id
    where extraction_runs.id = undo_extraction.run_id and extraction_runs.user_id = owner) for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such run, or it is not yours.');
  end if;
  select extractions.* into strict extraction
  from public.extractions join public.extraction_runs on extraction_runs.extraction_id = extractions.id
  where extraction_runs.id = undo_extraction.run_id for update of extractions;
  select * into strict run from public.extraction_runs where id = undo_extraction.run_id;
  if extraction.status in ('queued', 'running') then
    perform private.refuse(409, 'not_allowed_now',
      format('The extraction is %s; wait until that ends.', extraction.status));
  elsif run.saved_at is null or run.undone_at is not null or exists (
    select from public.extraction_runs where extraction_id = extraction.id and id > run.id and saved_at is not null
      and undone_at is null) then
    perform private.refuse(409, 'not_allowed_now', 'Only the last run that changed something can be undone, and once.');
  elsif (run.previous -> 'schema_version')::integer <> extraction.schema_version then
    perform private.refuse(409, 'not_allowed_now', 'The fields of the schema were changed since.');
  elsif run.previous -> 'read_at' is distinct from (
    select to_jsonb(created_at) from public.ocr_results where document_id = extraction.document_id) then
    perform private.refuse(409, 'not_allowed_now',
      'The document was read again since, so that the values before prove nothing now.');
  end if;

  -- What a person said stays.
  delete from public.extracted_values where extraction_id = extraction.id and proof <> 'person';
  delete from public.extraction_proposals where extraction_id = extraction.id;
  insert into public.extracted_values (extraction_id, path, row_number, user_id, document_id, schema_id, value, page,
    quote, box, proof, similarity, confidence, note)
  select extraction.id, one.path, one.row_number, extraction.user_id, extraction.document_id, extraction.schema_id,
    one.value,
    one.page, one.quote, one.box, one.proof, one.similarity, one.confidence, one.note
  from jsonb_populate_recordset(null::public.extracted_values, run.previous -> 'values') as one
  on conflict do nothing;
  insert into public.extraction_proposals (extraction_id, path, row_number, user_id, value, page, quote, box,
    confidence, reason)
  select extraction.id, one.path, one.row_number, extraction.user_id, one.value, one.page, one.quote, one.box,
    one.confidence, one.reason
  from jsonb_populate_recordset(null::public.extraction_proposals, run.previous -> 'proposals') as one
  where not exists (
    select from public.extracted_values
    where extracted_values.extraction_id = extraction.id and extracted_values.path = one.path
      and extracted_values.row_number = one.row_number);
  update public.extraction_runs set undone_at = clock_timestamp() where id = run.id;
  update public.extractions set engine = run.previous ->> 'engine', model = run.previous ->> 'model',
    prompt_version = run.previous ->> 'prompt_version',
    note = run.previous ->> 'note', instruction = run.previous ->> 'instruction',
    unread_from = (run.previous ->> 'unread_from')::integer,
    checks = private.joined_checks(private.checks_now(extraction), run.previous -> 'checks')
  where id = extraction.id;
  return to_jsonb(private.settle_extraction(extraction.id));
end
$function$;
comment on function private.undo_extraction(bigint) is 'See public.undo_extraction_run.';
grant execute on function private.undo_extraction(bigint) to authenticated;

CREATE OR REPLACE FUNCTION private.undo_some_edits(run public.rule_runs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  most_undone constant integer := 200;
  edit private.rule_edits;
  document public.documents;
  back text[];
  restored public.documents[] := array[]::public.documents[];
  left_alone integer := 0;
  seen uuid[] := array[]::uuid[];
begin
  for edit in select * from private.rule_edits where run_id = run.id order by document_id limit most_undone loop
    select * into document from public.documents where id = edit.document_id for update skip locked;
    -- Somebody has it just now: the next step tries again.
    exit when document.id is null;
    seen := seen || edit.document_id;
    back := array(
      select key from jsonb_each(edit.fields)
      where to_jsonb(document) -> key = value -> 'to' and key <> all (document.locked_fields) order by key);
    if back <> array(select jsonb_object_keys(edit.fields) order by 1) then
      left_alone := left_alone + 1;
    end if;
    continue when back = '{}';
    restored := restored || jsonb_populate_record(document,
      (select jsonb_object_agg(key, value -> 'from') from jsonb_each(edit.fields) where key = any (back)));
    perform private.record_event(document, 'rule', 'undone', format('Rules undone: %s.', private.labels_of(back)),
      jsonb_build_object('fields', back, 'run_id', run.id));
  end loop;
  if restored <> '{}' then
    perform private.write_many(restored, array['document_type', 'correspondent', 'tags', 'display_name']);
  end if;
  delete from private.rule_edits where run_id = run.id and document_id = any (seen);
  update public.rule_runs
  set undone = rule_runs.undone + cardinality(restored), kept = rule_runs.kept + left_alone,
    state = case when exists (select from private.rule_edits where run_id = run.id) then state else 'undone' end
  where id = run.id;
end
$function$;
comment on function private.undo_some_edits(public.rule_runs) is 'One step of undoing a rule run: puts back fields of up to 200 documents, but for those that were changed or locked since. The run is locked by the caller.';

CREATE OR REPLACE FUNCTION private.unproven_fields(proposal jsonb, evidence jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array(
    select listed.field from private.metadata_fields() as listed
    where listed.needs_proof and unproven_fields.proposal #>> listed.source is not null
      and (not coalesce((unproven_fields.evidence #>> array[listed.field, 'verified'])::boolean, false)
        or (unproven_fields.evidence #>> array[listed.field, 'confidence'])::numeric < listed.least_confidence)
    order by listed.place)
$function$;
comment on function private.unproven_fields(jsonb,jsonb) is 'The fields whose value nothing in the document was shown for, or whose engine is not sure enough of it: they are not written. Names, summaries and tags are words about a document, and have no quote.';
grant execute on function private.unproven_fields(jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.use_extraction_hints(owner uuid, extraction_id uuid, learned jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  used_hints bigint[];
  message text;
begin
  select array_agg(hints.id), format('As you corrected this sender on %s: %s.',
    to_char(max(hints.corrected_at) at time zone 'utc', 'YYYY-MM-DD'),
    string_agg(distinct replace(hints.path, '_', ' '), ', '))
  into used_hints, message
  from public.extraction_hints as hints
  where hints.user_id = use_extraction_hints.owner
    and hints.id in (select one::bigint
      from jsonb_array_elements_text(case when jsonb_typeof(learned) = 'array' then learned else '[]' end) as one
      where one ~ '^\d{1,18}$')
    and exists (
      select from public.extracted_values
      where extracted_values.extraction_id = use_extraction_hints.extraction_id and extracted_values.path = hints.path
        and proof <> 'person');
  update public.extraction_hints set used = used + 1, used_at = now()
  where id in (select id from public.extraction_hints where id = any (used_hints) for update skip locked);
  return case when used_hints is not null then message end;
end
$function$;
comment on function private.use_extraction_hints(uuid,uuid,jsonb) is 'Counts the use of hints, by their ids, for values that were written. Returns the sentence for the document''s history; null where none was used.';
grant execute on function private.use_extraction_hints(uuid,uuid,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.use_hint(owner uuid, learned jsonb, written jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  hint public.learned_hints;
  fields constant text[] := array(
    select field from private.metadata_fields()
    where use_hint.written ? field and field in (select jsonb_array_elements_text(use_hint.learned -> 'fields'))
      order by place);
begin
  select * into hint from public.learned_hints where user_id = use_hint.owner
    and id = (use_hint.learned ->> 'hint_id')::bigint;
  if not found or cardinality(fields) = 0 then
    return null;
  end if;
  -- Waits for nobody, as the count is but a count.
  update public.learned_hints set used = used + 1, used_at = now()
  where id = (select id from public.learned_hints where id = hint.id for update skip locked);
  return jsonb_build_object('hint_id', hint.id, 'fields', fields, 'corrected_on',
    (hint.corrected_at at time zone 'utc')::date, 'message', format('As you corrected this sender on %s: %s.',
    to_char(hint.corrected_at at time zone 'utc', 'YYYY-MM-DD'), private.labels_of(fields)));
end
$function$;
comment on function private.use_hint(uuid,jsonb,jsonb) is 'Counts the use of a hint, {hint_id, fields}, for the fields that were written. Returns {hint_id, fields, corrected_on, message} for the document''s history; null where it was used for none.';
grant execute on function private.use_hint(uuid,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.value_to_write(kind text, longest integer, value jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case kind
    when 'date' then value
    when 'amount' then case when jsonb_typeof(value) = 'number'
      and abs(value::numeric) <= 1000000000000 then to_jsonb(round(value::numeric, 4)) end
    when 'currency' then to_jsonb(substring(value #>> '{}' from '^[A-Z]{3}$'))
    when 'language' then to_jsonb(substring(value #>> '{}' from '^[a-z]{2}$'))
    when 'text' then to_jsonb(nullif(private.visible(left(value #>> '{}', longest)), ''))
    else to_jsonb(nullif(left(private.visible(value #>> '{}'), longest), ''))
  end
$function$;
comment on function private.value_to_write(text,integer,jsonb) is 'A proposed value in the form that its kind has in documents; null for what has none.';
grant execute on function private.value_to_write(text,integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.values_to_write(document public.documents, proposal jsonb, evidence jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  unproven constant text[] := private.unproven_fields(proposal, evidence);
  unproven_words constant text[] := array(
    select lower(private.visible(left(proposal #>> source, 200))) from private.metadata_fields()
      where field = any (unproven));
  unproven_tag constant text := case
    when 'correspondent' = any (unproven) then private.tag_key(left(proposal ->> 'correspondent', 200)) end;
  type constant text := nullif(left(private.visible(proposal ->> 'document_type'), 100), '');
  language constant text := substring(proposal ->> 'language' from '^[a-z]{2}$');
  -- A credit note gives back, whichever sign is printed. What a person says it is counts first.
  gives_back constant boolean := 'credit-note' is not distinct from
    case when 'document_type' = any ((document).locked_fields) then (document).document_type
      else proposal ->> 'document_type' end;
  offered text[] := array(select jsonb_array_elements_text(
    case when jsonb_typeof(proposal -> 'tags') = 'array' then proposal -> 'tags' else '[]' end));
begin
  if unproven_tag <> '' then
    offered := array(
      select tag from unnest(offered) with ordinality as tags (tag, place)
      where tag = type or not starts_with(unproven_tag, private.tag_key(left(tag, 200))) order by place);
  end if;
  offered := private.tags_to_use((document).user_id, offered, language);
  if cardinality(offered) = 0 and type is not null then
    offered := private.tags_to_use((document).user_id, array[type], language);
  end if;
  return (
    select coalesce(jsonb_object_agg(field, case kind
      when 'name' then to_jsonb(private.name_to_write(proposal ->> field, (document).filename, unproven_words))
      when 'tags' then to_jsonb(offered)
      when 'amount' then private.value_to_write(kind, longest,
        case when gives_back and jsonb_typeof(proposal #> source) = 'number'
          then to_jsonb(-abs((proposal #>> source)::numeric)) else proposal #> source end)
      else private.value_to_write(kind, longest, proposal #> source) end), '{}')
    from private.metadata_fields()
    where writer = 'describing' and proposal ? source[1] and field <> all (unproven));
end
$function$;
comment on function private.values_to_write(public.documents,jsonb,jsonb) is 'A proposal as it may be written, by column of documents: names and tags in their form, tags in the owner''s words, and without what is unproven.';
grant execute on function private.values_to_write(public.documents,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.visible(source text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select btrim(regexp_replace(
    regexp_replace(normalize(source, nfc), '[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+', '',
      'g'),
    '[[:cntrl:][:space:]\u2028\u2029]+', ' ', 'g'))
$function$;
comment on function private.visible(text) is 'A text on one line without what nobody sees: control characters, marks of width nothing, and those that turn the direction of writing, by which a name may look like another.';
grant execute on function private.visible(text) to service_role;

CREATE OR REPLACE FUNCTION private.wants_thumbnail(event public.document_events)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.documents
    where id = event.document_id and not has_thumbnail
      and mime_type in ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/gif',
        'image/bmp'));
end
$function$;
comment on function private.wants_thumbnail(public.document_events) is 'Whether a completed document is to get a picture: it has none, and its format is drawn (functions/thumbnail/drawing.ts).';
grant execute on function private.wants_thumbnail(public.document_events) to service_role;

CREATE OR REPLACE FUNCTION private.was_done(document_id uuid, of_stage private.job_stage)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.document_events
    where document_events.document_id = was_done.document_id and document_events.stage = of_stage
      and kind = 'completed');
end
$function$;
comment on function private.was_done(uuid,private.job_stage) is 'Whether a stage was completed for a document before.';
grant execute on function private.was_done(uuid,private.job_stage) to service_role;

CREATE OR REPLACE FUNCTION private.webhook_event(event public.document_events, document public.documents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case event.stage || '.' || event.kind
    when 'upload.completed' then 'document.uploaded'
    when 'ocr.completed' then 'document.read'
    when 'metadata.completed' then 'document.completed'
    when 'extract.completed' then 'document.extracted'
    when 'edit.edited' then 'document.edited'
    when 'edit.undone' then 'document.edited'
    when 'edit.accepted' then 'document.edited'
    when 'due.soon' then 'document.due_soon'
    when 'edit.deleted' then 'document.deleted'
    when 'edit.trashed' then 'document.trashed'
    when 'edit.restored' then 'document.restored'
    -- A new description that failed leaves the document as it was.
    when event.stage || '.failed' then case when document.status = 'failed' then 'document.failed' end
  end;
end
$function$;
comment on function private.webhook_event(public.document_events,public.documents) is 'What webhooks call an event; null when they are not told of it.';

CREATE OR REPLACE FUNCTION private.webhook_payload(event_type text, event public.document_events, document public.documents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  whole constant jsonb := to_jsonb(document);
  told jsonb := jsonb_build_object('event_id', event.id, 'document', jsonb_build_object('id', event.document_id));
  extractions jsonb;
begin
  if document.id is not null then
    told := jsonb_set(told, '{document}', (
      select jsonb_object_agg(field, whole -> field) from (
        select unnest(array['id', 'filename', 'mime_type', 'byte_size', 'content_sha256', 'page_count',
          'unreadable_pages', 'status', 'error',
          'metadata_source', 'created_at', 'updated_at']) as field
        union all select field from private.metadata_fields()) as fields));
  end if;
  if event_type = 'document.edited' then
    told := told || jsonb_build_object('fields', coalesce(event.data -> 'fields', jsonb_build_array()));
  elsif event_type = 'document.due_soon' then
    told := told || jsonb_build_object('due_date', event.data -> 'due_date');
  elsif event_type = 'document.extracted' then
    extractions := coalesce(private.extractions_told(event.data -> 'extractions'), jsonb_build_array());
    -- A receiver takes some hundred kilobytes. The values are in the Data API.
    if octet_length(extractions::text) > 256 * 1024 then
      extractions := (select jsonb_agg(one - 'values'
        || jsonb_build_object('more_values', jsonb_array_length(one -> 'values') + (one ->> 'more_values')::integer))
        from jsonb_array_elements(extractions) as one);
    end if;
    told := told || jsonb_build_object('extractions', extractions);
  end if;
  return jsonb_build_object('type', event_type, 'timestamp', event.created_at, 'data', told);
end
$function$;
comment on function private.webhook_payload(text,public.document_events,public.documents) is 'The body of a message: {type, timestamp, data: {event_id, document, fields, due_date, extractions}}. The document is as it is now, at the end of the event''s transaction; of a deleted one only the id.';

CREATE OR REPLACE FUNCTION private.webhook_secrets_of(endpoint_id uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return array(
    select decrypted_secret from private.webhook_secrets as signing
      join vault.decrypted_secrets on decrypted_secrets.id = signing.secret_id
    where signing.endpoint_id = webhook_secrets_of.endpoint_id
      and (signing.expires_at is null or signing.expires_at > clock_timestamp())
    order by signing.created_at desc limit 2);
end
$function$;
comment on function private.webhook_secrets_of(uuid) is 'The secrets that sign the messages of a webhook now, the newest first: one or two.';
grant execute on function private.webhook_secrets_of(uuid) to service_role;

CREATE OR REPLACE FUNCTION private.weight_of_marks(marks text[])
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(sum(case split_part(mark, ':', 1) when 'tax' then 4 when 'iban' then 4 when 'domain' then 3
    when 'phone' then 2 else 1 end), 0)::integer
  from unnest(marks) as mark
$function$;
comment on function private.weight_of_marks(text[]) is 'How much marks say of who a sender is: a tax number more than a telephone number or a line of a letterhead.';
grant execute on function private.weight_of_marks(text[]) to service_role;

CREATE OR REPLACE FUNCTION private.with_balances(judged jsonb, scalars jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with rows as (
    select name, nth, private.signed_amounts(private.plain(quote), true) as amounts
    from (
      select distinct split_part(entry ->> 'path', '.', 1) as name, (entry ->> 'row_number')::integer as nth,
        entry ->> 'quote' as quote
      from jsonb_array_elements(judged) as entry
      where entry ->> 'path' like '%.%' and entry -> 'similarity' <> 'null'
    ) as quotes
  ), lines as materialized (
    select name, nth, amounts, coalesce(lag(amounts) over beside, '{}') || coalesce(lead(amounts) over beside, '{}')
      || array(select number::numeric from jsonb_each_text(scalars) as scalar (path, number)) as known
    from rows window beside as (partition by name order by nth)
  ), borne_out as (
    select place from jsonb_array_elements(judged) with ordinality as list (entry, place)
    cross join lateral (select (entry ->> 'number')::numeric as amount) as paid_out
    join lines on name = split_part(entry ->> 'path', '.', 1) and nth = (entry ->> 'row_number')::integer
    where entry ->> 'path' like '%.%' and not (entry ->> 'proven')::boolean and amount < 0 and -amount = any (amounts)
      and exists (select from unnest(amounts) as after where after - amount = any (known))
      -- The next line may have the same amount: then it may as well have come in.
      and not exists (select from unnest(amounts) as after where after + amount = any (known))
  )
  select coalesce(jsonb_agg(case when place in (select borne_out.place from borne_out)
    then entry || '{"proof": "equation", "proven": true}' else entry end order by place), jsonb_build_array())
  from jsonb_array_elements(judged) with ordinality as list (entry, place)
$function$;
comment on function private.with_balances(jsonb,jsonb) is 'The judged values of private.judged_values, with the amounts proven that went out by the balances of their lines: what was there in the line before or behind, or in one of the scalars, and the amount come to what is there then.';
grant execute on function private.with_balances(jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION private.with_tags(document public.documents, wanted text[])
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  missing constant text[] := array(select unnest(wanted) except select unnest(document.tags));
begin
  if missing = '{}' or 'tags' = any (document.locked_fields) or cardinality(document.tags) + cardinality(missing) > 50
    or length(array_to_string(document.tags || missing, '')) > 2000 then
    return document.tags;
  end if;
  return document.tags || missing;
end
$function$;
comment on function private.with_tags(public.documents,text[]) is 'The tags of a document with those that it gets from where it came; its own alone where a person locked them, or where all would be too many.';

CREATE OR REPLACE FUNCTION private.words_around(page text, place integer, length integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select substring(substr(page, greatest(1, place - 40), least(40, place - 1))
      from case when substr(page, place, 1) ~ '\d' then '(?:(?<![^ ])\d{1,3} )*[^ ]*$' else '[^ ]*$' end)
    || substr(page, place, length)
    || substring(substr(page, place + length, 40) from '^[^ ]*(?: \d{3}(?!\d)[.,\d]*)*')
$function$;
comment on function private.words_around(text,integer,integer) is 'A part of a page, completed to whole words and whole numbers: where "total 9" is quoted out of "total 965.76", that is what stands there.';
grant execute on function private.words_around(text,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION private.words_asked(words text)
 RETURNS tsquery
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- The last word may be half typed: it also matches the words that begin with it. A sign of a script without spaces
  -- is found as the first of a pair.
  select case when asked::text ~ '''$' then (asked::text || ':*')::tsquery else asked end
  from (
    select regexp_replace(spelt.query::text,
      '(''[\u0E00-\u0E7F\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]'')(?!:)', '\1:*',
      'g')::tsquery as asked
    from (select case when words ~ '[äöüÄÖÜ]' then forms.given
      || websearch_to_tsquery('public.unaccented',
      replace(replace(replace(lower(words), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue')) else forms.given end as query
      from (select websearch_to_tsquery('public.unaccented', private.in_pairs(words)) as given) as forms) as spelt
  ) as asked
$function$;
comment on function private.words_asked(text) is 'A web-style query ("two words", or, -without), whose last word may be the beginning of one.';
grant execute on function private.words_asked(text) to authenticated;

CREATE OR REPLACE FUNCTION private.words_beside_label(page text, quote text, own text[])
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with lines as (
    select regexp_split_to_array(btrim(line), '\s{2,}|\t') as cells, row_number() over (order by place) as nth
    from regexp_split_to_table(left(page, 100000), '[\n\r\f\v]+') with ordinality as split (line, place)
      where line ~ '\S' and length(line) <= 400
  ), headings as (
    select lines.nth, heading.place, cardinality(lines.cells) as width
    from lines cross join lateral unnest(lines.cells) with ordinality as heading (cell, place)
    where length(heading.cell) <= 100
      and btrim(regexp_replace(private.plain(heading.cell), '[^[:alnum:]%]+', ' ', 'g')) = any (own)
  )
  select string_agg(beside.words, ' ')
  from headings join lines as near on near.nth in (headings.nth, headings.nth + 1)
  cross join lateral (
    select private.plain(case
      when near.nth = headings.nth then near.cells[headings.place + 1]
      when cardinality(near.cells) = headings.width or headings.width = 1 then near.cells[headings.place] end) as words
  ) as beside
  where strpos(private.plain(words_beside_label.quote), beside.words) > 0
$function$;
comment on function private.words_beside_label(text,text,text[]) is 'The words of a quote that stand in the cell right of a label, or right below it; null where none do. own: the label''s forms, as private.label_forms.';
grant execute on function private.words_beside_label(text,text,text[]) to service_role;

CREATE OR REPLACE FUNCTION private.words_by_label(words text, own text[], others text[])
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  form text := ' ' || words || ' ';
  label text;
begin
  -- Longer labels first: "total tax" is none of "total". Each becomes a mark, behind which its words stand.
  foreach label in array array(select one from unnest(own || others) as one where one <> ''
    order by length(one) desc) loop
    form := regexp_replace(form, '(?<![[:alnum:]])' || replace(label, ' ', '[^[:alnum:]]+') || '(?![[:alnum:]])',
      case when label = any (own) then chr(2) else chr(1) end, 'g');
  end loop;
  return (select string_agg(split_part(part, chr(1), 1), ' ' order by place)
    from unnest(string_to_array(form, chr(2))) with ordinality as parts (part, place) where place > 1);
end
$function$;
comment on function private.words_by_label(text,text[],text[]) is 'What stands behind a field''s own labels in words, up to the next label of another field; null where no label of its own stands.';
grant execute on function private.words_by_label(text,text[],text[]) to service_role;

CREATE OR REPLACE FUNCTION private.words_of(source text)
 RETURNS tsvector
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return to_tsvector('public.unaccented', coalesce(source, ''))
    || to_tsvector('public.unaccented', coalesce(private.other_spellings(source), ''));
end
$function$;
comment on function private.words_of(text) is 'The words of a text for searching, without accents, in no language in particular.';

CREATE OR REPLACE FUNCTION private.words_query(words jsonb, parted boolean)
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  phrase text;
  wanted tsquery;
begin
  for phrase in select case when parted then regexp_replace(word, '[^[:alnum:]]+', ' ', 'g') else word end
    from jsonb_array_elements_text(words) as word loop
    wanted := case when wanted is null then phraseto_tsquery('public.unaccented', phrase) else wanted
      || phraseto_tsquery('public.unaccented', phrase) end;
  end loop;
  return wanted;
end
$function$;
comment on function private.words_query(jsonb,boolean) is 'The words and phrases of a condition, of which one is enough, as they are compared; parted: at all that is no letter or digit, as names are. Null where there are none.';

CREATE OR REPLACE FUNCTION private.write_many(changed public.documents[], fields text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- One statement: the tags of all are counted in one order, so that no two wait for each other in a circle.
  execute format('update public.documents set %s from unnest($1) as changed where documents.id = changed.id',
    private.assignments(fields, 'changed'))
  using changed;
end
$function$;
comment on function private.write_many(public.documents[],text[]) is 'Writes these fields of documents whose rows the caller has locked.';

CREATE OR REPLACE FUNCTION private.write_ruled(document public.documents, outcome jsonb)
 RETURNS public.documents
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- The columns of an update that is put together are not known before it runs.
  -- @plpgsql_check_options: other_warnings = false
  fields constant text[] := array(select jsonb_object_keys(outcome -> 'fields'));
  after public.documents := document;
begin
  if fields <> '{}' then
    execute format('update public.documents set %s where id = $1 returning *', private.assignments(fields, '($2)'))
    using document.id, jsonb_populate_record(document, outcome -> 'fields') into strict after;
  end if;
  return after;
end
$function$;
comment on function private.write_ruled(public.documents,jsonb) is 'Writes what rules made of a document. Returns it.';

CREATE OR REPLACE FUNCTION private.years_of(digits text)
 RETURNS SETOF integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select digits::integer where length(digits) = 4
  -- The Thai calendar: 2568 is 2025.
  union all select digits::integer - 543 where length(digits) = 4 and digits between '2540' and '2599'
  union all select 2000 + digits::integer where length(digits) = 2
  union all select 1900 + digits::integer where length(digits) = 2 and digits > '50'
$function$;
comment on function private.years_of(text) is 'The years that two or four digits may mean, also in the Thai calendar.';
grant execute on function private.years_of(text) to service_role;

CREATE OR REPLACE FUNCTION private.years_of_era(era text, year text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select first + nth - 1 from (values
    -- From supabase/functions/metadata/local/tables/months.ts by npm run gen:types.
    ('令和', 2019, 60),
    ('r', 2019, 60),
    ('平成', 1989, 31),
    ('h', 1989, 31),
    ('昭和', 1926, 64),
    ('s', 1926, 64),
    ('民國', 1912, 200),
    ('民国', 1912, 200)
    -- End of what is generated.
  ) as eras (name, first, years), lateral (select case year when '元' then 1 else year::integer end) as counted (nth)
  where name = era and nth between 1 and years
$function$;
comment on function private.years_of_era(text,text) is 'The year of our calendar that a year of a Japanese era or of the calendar of Taiwan is: 令和 6 is 2024, and 元 the first year. Null where there is none such.';
grant execute on function private.years_of_era(text,text) to service_role;

CREATE OR REPLACE FUNCTION public.abandon_upload(document_id uuid, admitted_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function public.abandon_upload(uuid,timestamp with time zone) is 'The file could not be stored: its row goes, as if it had never been sent; one that was there before is failed again. admitted_at is what admit_upload said: a row that was admitted again since stays.';
grant execute on function public.abandon_upload(uuid,timestamp with time zone) to service_role;

CREATE OR REPLACE FUNCTION public.admit_mail(address_sha256 text, message_sha256 text, sender text, filename text, byte_size bigint, content_sha256 text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  address constant public.inbox_addresses := private.inbox_address_of(admit_mail.address_sha256);
  key constant bytea := decode(admit_mail.message_sha256, 'hex');
  refusal jsonb;
  document public.documents;
  admission jsonb;
  code text;
  problem text;
  state text;
begin
  if address.id is null then
    return private.no_such_inbox_address();
  end if;
  refusal := private.try_inbox_address(address);
  if refusal is not null then
    return refusal;
  end if;
  -- Two deliveries of one message count one after another. Before every row, so that nobody who has one of them waits
  -- for this.
  perform pg_advisory_xact_lock(hashtextextended('docket.mails ' || address.id || admit_mail.message_sha256, 0));
  select documents.* into document from private.mails join public.documents on documents.id = mails.document_id
  where mails.address_id = address.id and mails.message_sha256 = key;
  if document.id is not null and document.status <> 'uploading' and not private.lacks_its_file(document) then
    return private.admission(document, true);
  end if;
  -- The first delivery was cut off before its file was stored, and the sender's program has written the mail again
  -- since.
  if document.content_sha256 <> admit_mail.content_sha256 then
    delete from public.documents where id = document.id and (status = 'uploading' or private.lacks_its_file(documents));
  end if;
  begin
    admission := public.admit_upload(address.user_id, admit_mail.filename, 'message/rfc822', admit_mail.byte_size,
      admit_mail.content_sha256);
  exception when sqlstate 'PT402' or sqlstate 'PT413' then
    -- As an answer: the owner is told, which an error would undo.
    get stacked diagnostics code = pg_exception_hint, problem = message_text, state = returned_sqlstate;
    perform private.list_refused_mail(address, admit_mail.message_sha256, admit_mail.sender, code, problem);
    return private.link_refusal(right(state, 3)::integer, code, problem);
  end;
  select * into document from public.documents where id = (admission ->> 'document_id')::uuid;
  -- The same bytes may be a document that came otherwise, or to another address: it keeps its tags.
  insert into private.mails (document_id, address_id, user_id, message_sha256, tagged)
  values (document.id, address.id, address.user_id, key, (admission ->> 'duplicate')::boolean)
  on conflict do nothing;
  if found and not (admission ->> 'duplicate')::boolean then
    perform private.record_event(document, 'mail', 'received', format('Came by mail to “%s”.', address.name),
      jsonb_build_object('address_id', address.id, 'name', address.name));
  end if;
  update public.inbox_addresses set mails = mails + 1, last_used_at = clock_timestamp() where id = address.id;
  return admission;
end
$function$;
comment on function public.admit_mail(text,text,text,text,bigint,text) is 'A mail to an address becomes a document of its owner, within the owner''s limits; a message that came before is the same document. Returns what admit_upload does; when duplicate is false, store the file. Or {refused: {status, code, message}}: not_found (404), too_many_requests (429), monthly_limit_reached (402), storage_limit_reached (402), file_too_large (413). Errors: too_many_requests (429) when the owner''s rate is used up.';
grant execute on function public.admit_mail(text,text,text,text,bigint,text) to service_role;

CREATE OR REPLACE FUNCTION public.admit_part(job_id uuid, lease uuid, place integer, filename text, mime_type text, byte_size bigint, content_sha256 text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(admit_part.job_id, admit_part.lease);
  parent public.documents;
  document public.documents;
  is_new boolean;
  admission jsonb;
begin
  select * into strict parent from public.documents where id = job.document_id;
  if parent.content_sha256 = admit_part.content_sha256 then
    -- An archive within itself is locked with its job already; whoever uploads it now has the lock of its bytes, and
    -- waits for it.
    document := parent;
  else
    document := private.lock_document_with(parent.user_id, admit_part.content_sha256);
  end if;
  is_new := document.id is null;
  if is_new then
    perform private.refuse_beyond_part_limits(parent.id);
  end if;
  document := private.admit_file(
    document, parent.user_id, admit_part.filename, admit_part.mime_type, admit_part.byte_size,
    admit_part.content_sha256);
  if is_new then
    update public.documents set parent_id = parent.id where id = document.id;
  end if;
  admission := private.admission(document, document.status <> 'uploading');
  perform private.note_part(parent, admit_part.place, admit_part.filename, (admission ->> 'document_id')::uuid, null);
  perform public.heartbeat(job.id, admit_part.lease);
  return admission;
end
$function$;
comment on function public.admit_part(uuid,uuid,integer,text,text,bigint,text) is 'Makes a document of a part of the one that is being read, or finds the one of its owner that has the same bytes, which stays what it was. Returns what admit_upload does; when duplicate is false, store the file: that finishes it. A repeat gives the same document. Errors: lease_lost (409), monthly_limit_reached (402), storage_limit_reached (402), nested_too_deep (422), too_many_parts (422).';
grant execute on function public.admit_part(uuid,uuid,integer,text,text,bigint,text) to service_role;

CREATE OR REPLACE FUNCTION public.admit_upload(owner uuid, filename text, mime_type text, byte_size bigint, content_sha256 text, invokes boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function public.admit_upload(uuid,text,text,bigint,text,boolean) is 'Makes the row of a file that is about to be stored, within the owner''s limits; or finds the document that has the same bytes, which leaves the trash. Returns {document_id, storage_path, filename, status, admitted_at, duplicate}; when duplicate is false, store the file: that finishes the upload. invokes: the caller stores the file itself, and invokes the reading after that, with what private.expect_invocation adds to the answer; a token whose turn has not come claims nothing. Errors: too_many_requests (429), monthly_limit_reached (402), storage_limit_reached (402), file_too_large (413), unauthorized (401).';
grant execute on function public.admit_upload(uuid,text,text,bigint,text,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.announce_by_link(token_sha256 text, address_sha256 text, filename text, mime_type text, byte_size bigint, content_sha256 text, password text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  secret private.link_secrets;
  link public.upload_links;
  refusal jsonb;
  admission jsonb;
  document public.documents;
begin
  select * into secret from private.link_secrets
    where link_secrets.token_sha256 = decode(announce_by_link.token_sha256, 'hex');
  select * into link from public.upload_links where id = secret.link_id;
  if not private.takes_files(link) then
    return private.no_such_link();
  end if;
  -- Who sends too much uses up nothing of the link. Addresses are written down after the link was asked, as anybody
  -- can make them up.
  refusal := coalesce(
    private.try_address(link, announce_by_link.address_sha256, false),
    private.try_link(secret, announce_by_link.password,
      (select files_per_minute_and_upload_link from private.settings)),
    private.try_address(link, announce_by_link.address_sha256, true));
  if refusal is not null then
    return refusal;
  end if;
  admission := public.admit_upload(link.user_id, announce_by_link.filename, announce_by_link.mime_type,
    announce_by_link.byte_size,
    announce_by_link.content_sha256);
  -- After the document: the link is the last that is locked.
  update public.upload_links
  set files = files + 1, bytes = bytes + announce_by_link.byte_size, last_used_at = clock_timestamp()
  where id = link.id and private.takes_files(upload_links) and bytes + announce_by_link.byte_size <= most_bytes;
  if not found then
    if not exists (select from public.upload_links where id = link.id and private.takes_files(upload_links)) then
      -- It ended meanwhile. Here an error, which takes back the document.
      perform private.refuse(404, 'not_found', 'There is no such link, or it has ended.');
    end if;
    perform private.refuse(413, 'file_too_large', 'This link takes no more files of that size.');
  end if;
  if not (admission ->> 'duplicate')::boolean then
    insert into private.handed_in (document_id, link_id, user_id)
      values ((admission ->> 'document_id')::uuid, link.id, link.user_id)
    on conflict on constraint handed_in_pkey do nothing;
    select * into document from public.documents where id = (admission ->> 'document_id')::uuid;
    perform private.record_event(document, 'share', 'received', format('Handed in by the link “%s”.', link.title),
      jsonb_build_object('link_id', link.id, 'title', link.title));
  end if;
  return jsonb_build_object('storage_path', admission -> 'storage_path', 'duplicate', admission -> 'duplicate',
    'filename', admission -> 'filename', 'title', link.title);
end
$function$;
comment on function public.announce_by_link(text,text,text,text,bigint,text,text) is 'A file that somebody hands in by an upload link becomes a document of its owner, within the link''s limits and the owner''s: {storage_path, duplicate, filename, title: the link''s, for who has its password}; store the file there unless the owner has it. Or {refused: {status, code, message}}: not_found (404), link_password (401), too_many_requests (429). Errors: file_too_large (413) also when the link takes no more bytes, and those of admit_upload.';
grant execute on function public.announce_by_link(text,text,text,text,bigint,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.apply_rules(rule_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.begin_rule_run(rule_ids) AS begin_rule_run;
END;
comment on function public.apply_rules(uuid[]) is 'Applies rules of the signed-in user to the documents that are there, in the background: those with these ids, else the enabled ones. Returns the row of rule_runs that tells how far it is. Errors: not_found (404), not_allowed_now (409) while another run is under way, too_many_requests (429).';
grant execute on function public.apply_rules(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION public.begin_delivery(job_id uuid, lease uuid, take_next boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(begin_delivery.job_id, begin_delivery.lease);
  delivery public.webhook_deliveries;
  endpoint public.webhook_endpoints;
begin
  select * into delivery from public.webhook_deliveries where line = job.document_id and state = 'waiting' order by id
    limit 1;
  select * into endpoint from public.webhook_endpoints where id = delivery.endpoint_id;
  if endpoint.id is null or not (endpoint.enabled or delivery.event_type = 'webhook.test') then
    -- Behind the lock nobody makes a message meanwhile that this job would have sent.
    perform private.lock_dispatch();
    if exists (select from public.webhook_deliveries as sent
      join public.webhook_endpoints as wanting on wanting.id = sent.endpoint_id
      where sent.line = job.document_id and sent.state = 'waiting'
        and (wanting.enabled or sent.event_type = 'webhook.test')) then
      perform private.end_job(job, 'queued');
      update private.jobs set attempts = job.attempts - 1 where id = job.id;
    else
      perform private.end_job(job, 'done');
    end if;
    return private.next_line(job, begin_delivery.take_next);
  elsif endpoint.paused_until > clock_timestamp() and delivery.event_type <> 'webhook.test' then
    perform private.end_job(job, 'queued');
    update private.jobs
    set attempts = job.attempts - 1, run_after = endpoint.paused_until + random() * interval '5 seconds'
      where id = job.id;
    return private.next_line(job, begin_delivery.take_next);
  end if;
  return jsonb_build_object('delivery', jsonb_build_object(
    'id', delivery.id, 'message_id', delivery.message_id, 'url', endpoint.url, 'body', delivery.payload::text,
    'secrets', to_jsonb(private.webhook_secrets_of(endpoint.id)), 'loopback',
    (select loopback_webhooks from private.settings)));
end
$function$;
comment on function public.begin_delivery(uuid,uuid,boolean) is 'The message that the holder of a line''s job sends: {delivery: {id, message_id, url, body, secrets, loopback}}. When there is none to send now, the job has ended, or waits until its webhook is paused no longer: {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';
grant execute on function public.begin_delivery(uuid,uuid,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.begin_extractions(job_id uuid, lease uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job constant private.jobs := private.held_job(begin_extractions.job_id, begin_extractions.lease);
  waiting jsonb;
begin
  with begun as (
    update public.extractions set status = 'running', error = null, schema_version = schemas.version
    from public.extraction_schemas as schemas
    where extractions.document_id = job.document_id and extractions.status in ('queued', 'running')
      and schemas.id = extractions.schema_id
    returning extractions.id, extractions.instruction, extractions.created_at, schemas.id as schema_id, schemas.name,
      schemas.description, schemas.fields
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'schema_id', schema_id, 'name', name, 'description', description, 'fields', fields, 'instruction',
    instruction,
    'learned', private.hints_for(job.document_id, schema_id)) order by created_at, id), jsonb_build_array())
  into waiting from begun;
  return jsonb_build_object('extractions', waiting, 'document', (
    select jsonb_build_object('document_type', documents.document_type, 'correspondent', documents.correspondent,
      'language', documents.language,
      'einvoice', results.einvoice, 'einvoice_details', results.einvoice_details)
    from public.documents left join public.ocr_results as results on results.document_id = documents.id
      where documents.id = job.document_id));
end
$function$;
comment on function public.begin_extractions(uuid,uuid) is 'What the worker of a job has to extract: {extractions: [{id, schema_id, name, description, fields, instruction, learned: what corrections taught, as private.hints_for}], document: {document_type, correspondent, language, einvoice, einvoice_details}}. They are running from then on. Errors: lease_lost (409).';
grant execute on function public.begin_extractions(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.begin_suggestion(owner uuid, document_ids uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  most_pages constant integer := 5;
  most_characters constant integer := 20000;
  samples jsonb;
begin
  perform private.admit_request(begin_suggestion.owner);
  select jsonb_agg(jsonb_build_object('id', documents.id, 'document_type', documents.document_type, 'language',
    documents.language, 'pages', pages.found) order by asked.place)
  into samples
  from unnest(begin_suggestion.document_ids) with ordinality as asked (id, place)
  join public.documents on documents.id = asked.id and documents.user_id = begin_suggestion.owner
    and documents.trashed_at is null
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('page_number', page_number, 'text', left(text, most_characters),
      'words', words) order by page_number), jsonb_build_array()) as found
    from (
      select page_number, text, words from public.document_pages
      where document_id = documents.id and error is null and text ~ '\S' order by page_number limit most_pages)
        as first_pages
  ) as pages;
  if coalesce(jsonb_array_length(samples), 0) < cardinality(begin_suggestion.document_ids) then
    perform private.refuse(404, 'not_found', 'There is no such document, or it is not yours.');
  elsif jsonb_path_exists(samples, '$[*] ? (@.pages.size() == 0)') then
    perform private.refuse(409, 'not_allowed_now', 'One of the documents has no text yet.');
  end if;
  return samples;
end
$function$;
comment on function public.begin_suggestion(uuid,uuid[]) is 'The first pages of a user''s documents, from which a schema is suggested: [{id, document_type, language, pages: [{page_number, text, words}]}], in the order asked for. Errors: not_found (404), not_allowed_now (409) for one without text, too_many_requests (429). The caller proves who the owner is.';
grant execute on function public.begin_suggestion(uuid,uuid[]) to service_role;

CREATE OR REPLACE FUNCTION public.call_api(operation text, arguments jsonb)
 RETURNS json
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  changed public.documents;
  answer jsonb;
begin
  if operation like 'automation.%' then
    return public.call_automation_api(substr(operation, 12), arguments);
  end if;

  -- Operations without a document
  case operation
    when 'list_documents' then
      return public.search_documents(
        arguments ->> 'query',
        array(select jsonb_array_elements_text(arguments -> 'tags')),
        array(select jsonb_array_elements_text(arguments -> 'document_types')),
        array(select jsonb_array_elements_text(arguments -> 'statuses')),
        (arguments ->> 'date_from')::date, (arguments ->> 'date_to')::date, (arguments ->> 'amount_from')::numeric,
        (arguments ->> 'amount_to')::numeric,
        array(select jsonb_array_elements_text(arguments -> 'currencies')), arguments ->> 'sort',
        nullif(arguments -> 'after', 'null'),
        (arguments ->> 'page_size')::integer);
    when 'sum_amounts' then
      -- With the documents of each sum, fewer sums: each is proven by the words that its amounts were read from.
      select jsonb_build_object(
        'sums', coalesce(jsonb_agg(to_jsonb(sums) - array['document_ids', 'nth'] || case
          when proofs.amounts is null then jsonb_build_object()
          else jsonb_build_object('amounts', proofs.amounts) end order by sums.nth) filter (where sums.nth <= most),
            '[]'),
        'more', count(*) > most) into answer
      from (select case when arguments ->> 'documents_each' is null then 9999 else 200 end as most) as bounds
      cross join public.sum_amounts(arguments ->> 'group_by', arguments ->> 'query',
        array(select jsonb_array_elements_text(arguments -> 'tags')),
        array(select jsonb_array_elements_text(arguments -> 'document_types')),
        array(select jsonb_array_elements_text(arguments -> 'statuses')), (arguments ->> 'date_from')::date,
        (arguments ->> 'date_to')::date,
        (arguments ->> 'amount_from')::numeric, (arguments ->> 'amount_to')::numeric,
        array(select jsonb_array_elements_text(arguments -> 'currencies'))
      ) with ordinality as sums (group_value, currency, documents, total, document_ids, nth)
      left join lateral (
        select jsonb_agg(jsonb_build_object('document_id', d.id, 'name', coalesce(d.display_name, d.filename),
          'document_date', d.document_date,
          'amount', d.amount, 'page', proof.evidence -> 'page', 'quote', proof.evidence -> 'quote', 'locked',
          'amount' = any (d.locked_fields)) order by ids.place) as amounts
        from unnest(sums.document_ids[:(arguments ->> 'documents_each')::integer]) with ordinality as ids (id, place)
        join public.documents as d on d.id = ids.id
        left join lateral (
          select runs.evidence -> 'amount' as evidence from public.metadata_runs as runs
          where runs.document_id = d.id and 'amount' = any (runs.applied)
            and runs.written -> 'amount' = to_jsonb(d.amount)
          order by runs.id desc limit 1) as proof on true
      ) as proofs on arguments ->> 'documents_each' is not null and sums.nth <= bounds.most
      group by bounds.most;
      return coalesce(answer, jsonb_build_object('sums', jsonb_build_array(), 'more', false));
    when 'list_schemas' then
      -- As json all the way, which keeps the order of the fields.
      return (
        select coalesce(json_agg(json_build_object('id', schemas.id, 'name', schemas.name, 'description',
          schemas.description, 'document_types', schemas.document_types,
          'tags', schemas.tags, 'senders', schemas.senders, 'fields', schemas.fields, 'version', schemas.version)
            order by schemas.name), '[]')
        from public.extraction_schemas as schemas where not arguments ? 'schema_id'
          or schemas.id = (arguments ->> 'schema_id')::uuid);
    when 'schema_rows' then
      return public.schema_rows((arguments ->> 'schema_id')::uuid, arguments ->> 'line_items',
        ltrim(arguments ->> 'sort', '-'), arguments ->> 'sort' like '-%',
        nullif(arguments -> 'after', 'null'), (arguments ->> 'page_size')::integer,
        nullif(arguments -> 'filters', 'null'), coalesce((arguments ->> 'evidence')::boolean, false));
    when 'schema_sums' then
      return public.schema_sums((arguments ->> 'schema_id')::uuid, arguments ->> 'line_items',
        nullif(arguments -> 'filters', 'null'));
    when 'list_tags' then
      select coalesce(jsonb_agg(to_jsonb(tags)), '[]') into answer
      from public.my_tags(arguments ->> 'query', coalesce((arguments ->> 'at_most')::integer, 50)) as tags;
      return answer;
    when 'get_usage' then
      return public.usage_left();
    when 'get_account' then
      return public.export_account();
    else null;
  end case;

  -- Operations on one
  select * into document from public.documents where id = (arguments ->> 'document_id')::uuid;
  if document.id is null then
    raise exception using errcode = 'PT404', hint = 'not_found',
      message = 'There is no such document, or it is not yours.';
  end if;
  case operation
    when 'own_document' then
      return jsonb_build_object('document_id', document.id);
    when 'get_document' then
      return to_jsonb(document);
    when 'get_pages' then
      select jsonb_build_object('page_count', document.page_count,
        'pages', coalesce(jsonb_agg(to_jsonb(pages) order by pages.page_number), '[]'),
        'next', max(pages.page_number) filter (where pages.page_number < document.page_count) + 1) into answer
      from (
        select page_number, text, markdown, engine, confidence, error from public.document_pages
        where document_id = document.id and page_number >= coalesce((arguments ->> 'from_page')::integer, 1)
          and page_number <= coalesce((arguments ->> 'to_page')::integer, 2147483647)
        order by page_number limit 50) as pages;
      return answer;
    when 'get_words' then
      select coalesce(jsonb_agg(to_jsonb(pages) order by pages.page_number), '[]') into answer
      from (
        select page_number, words, picture from public.document_pages
        where document_id = document.id and page_number >= coalesce((arguments ->> 'from_page')::integer, 1)
        order by page_number limit 20) as pages;
      return answer;
    when 'get_values' then
      select coalesce(jsonb_agg(jsonb_build_object('field', fields.field, 'value', to_jsonb(document) -> fields.field,
        'locked', fields.field = any (document.locked_fields), 'run_id', proofs.run_id, 'page',
        proofs.evidence -> 'page',
        'quote', proofs.evidence -> 'quote', 'verified', coalesce(proofs.evidence -> 'verified', 'false'),
        'confidence', proofs.evidence -> 'confidence') order by fields.field), '[]')
      into answer
      from (
        select unnest(runs.applied) as field from public.metadata_runs as runs where runs.document_id = document.id
        union select unnest(document.locked_fields)) as fields
      left join lateral (
        -- Evidence is of what a run wrote: it says nothing of a value that was changed since.
        select runs.id as run_id, runs.evidence -> fields.field as evidence from public.metadata_runs as runs
        where runs.document_id = document.id and fields.field = any (runs.applied)
          and runs.written -> fields.field = to_jsonb(document) -> fields.field
        order by runs.id desc limit 1) as proofs on true;
      return answer;
    when 'list_events' then
      select coalesce(jsonb_agg(to_jsonb(events) order by events.id), '[]') into answer
      from (
        select id, stage, kind, message, data, created_at from public.document_events
        where document_id = document.id and id > coalesce((arguments ->> 'after')::bigint, 0) order by id limit 200)
          as events;
      return answer;
    when 'get_history' then
      return public.document_history(document.id);
    when 'edit_document' then
      select * into document from public.documents where id = document.id for update;
      changed := jsonb_populate_record(document, arguments -> 'changes');
    when 'add_tags' then
      select * into document from public.documents where id = document.id for update;
      changed := document;
      changed.tags := document.tags || array(
        select distinct tag from jsonb_array_elements_text(arguments -> 'tags') as tag where tag <> all (document.tags)
          order by tag);
    when 'undo_metadata_run' then
      perform from public.metadata_runs where document_id = document.id and id = (arguments ->> 'run_id')::bigint;
      if not found then
        raise exception using errcode = 'PT404', hint = 'not_found', message = 'The document has no such run.';
      end if;
      return public.undo_metadata_run((arguments ->> 'run_id')::bigint,
        case when arguments ? 'fields' then array(select jsonb_array_elements_text(arguments -> 'fields')) end);
    when 'unlock_fields' then
      return to_jsonb(public.unlock_fields(document.id,
        array(select jsonb_array_elements_text(arguments -> 'fields'))));
    when 'get_retention', 'change_retention' then
      if operation = 'change_retention' then
        perform public.change_retention(document.id,
          coalesce(nullif(arguments -> 'changes', 'null'), jsonb_build_object()));
      end if;
      select jsonb_build_object('document_id', document.id, 'held', coalesce(bool_or(held), false), 'keep_until',
        max(keep_until)) into answer
      from public.retentions where document_id = document.id;
      return answer;
    when 'delete_document' then
      delete from public.documents where id = document.id;
      return jsonb_build_object('document_id', document.id);
    else
      raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'There is no such operation.';
  end case;

  update public.documents set
    display_name = changed.display_name, tags = changed.tags, summary = changed.summary,
    document_type = changed.document_type,
    correspondent = changed.correspondent, document_date = changed.document_date, amount = changed.amount,
    currency = changed.currency,
    language = changed.language, note = changed.note
  where id = document.id returning * into document;
  return to_jsonb(document);
end
$function$;
comment on function public.call_api(text,jsonb) is 'An operation of the function api as the caller, under row level security: list_documents, sum_amounts, list_schemas, schema_rows, schema_sums, list_tags, get_usage, get_account; and of one document own_document (whether it is the caller''s), get_document, get_pages, get_words (20 pages at a time), get_values, list_events, get_history, get_retention, edit_document, add_tags, undo_metadata_run, unlock_fields, change_retention, delete_document. automation.…: see public.call_automation_api. Arguments and answers: /functions/v1/api/openapi.json. Errors: not_found (404), invalid_request (400), and those of what it calls.';
grant execute on function public.call_api(text,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION public.call_api_as_token(token_sha256 text, operation text, arguments jsonb)
 RETURNS json
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  token constant public.api_tokens := private.admit_api_token(token_sha256, private.scope_of(operation));
begin
  -- Only a session with all of its user's factors makes API tokens.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', token.user_id, 'role', 'authenticated', 'aal', 'aal2', 'api_token_id', token.id)::text,
    true);
  perform set_config('request.jwt.claim.sub', token.user_id::text, true);
  if 'documents:write' <> all (token.scopes) and operation not like 'automation.%' then
    -- Whatever an operation does, a token that may only read changes no document. A rule of its maker's may:
    -- automation is a scope of its own.
    perform set_config('transaction_read_only', 'on', true);
  end if;
  -- The session's user may (authenticator, of which PostgREST's sessions are), and the rest of the transaction is the
  -- user's. A definer may not.
  set local role authenticated;
  return public.call_api(operation, arguments);
end
$function$;
comment on function public.call_api_as_token(text,text,jsonb) is 'call_api as the user whose API token has the SHA-256 (hexadecimal): the claims and the role are set for the rest of the transaction, as PostgREST sets them for an access token. Errors: as private.admit_api_token and call_api.';
grant execute on function public.call_api_as_token(text,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.call_automation_api(operation text, arguments jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- What is answered of a row: whose it is, the caller knows.
  hidden constant text[] := array['user_id', 'message_sha256', 'line', 'place'];
  wanted constant uuid := coalesce(arguments ->> 'rule_id', arguments ->> 'rule_run_id', arguments ->> 'webhook_id',
    arguments ->> 'address_id', arguments ->> 'link_id')::uuid;
  tags constant text[] := array(select jsonb_array_elements_text(arguments -> 'tags'));
  webhook public.webhook_endpoints;
  answer jsonb;
  ids uuid[];
begin
  case operation
    -- Rules
    when 'list_rules' then
      select coalesce(jsonb_agg(to_jsonb(rules) - hidden order by rules.position, rules.created_at, rules.id), '[]')
        into answer from public.rules;
      return answer;
    when 'get_rule' then
      select to_jsonb(rules) - hidden into answer from public.rules where id = wanted;
    when 'create_rule' then
      insert into public.rules (name, position, conditions, actions, enabled)
      values (arguments ->> 'name', coalesce((arguments ->> 'position')::integer,
        (select coalesce(max(rules.position), 0) + 1 from public.rules)),
        coalesce(arguments -> 'conditions', jsonb_build_object()), arguments -> 'actions',
        coalesce((arguments ->> 'enabled')::boolean, true))
      returning to_jsonb(rules) - hidden into answer;
    when 'replace_rule' then
      update public.rules set name = arguments ->> 'name',
        position = coalesce((arguments ->> 'position')::integer, position),
        conditions = coalesce(arguments -> 'conditions', jsonb_build_object()), actions = arguments -> 'actions',
        enabled = coalesce((arguments ->> 'enabled')::boolean, true)
      where id = wanted returning to_jsonb(rules) - hidden into answer;
    when 'delete_rule' then
      delete from public.rules where id = wanted returning jsonb_build_object('rule_id', id) into answer;
    when 'reorder_rules' then
      ids := array(select jsonb_array_elements_text(arguments -> 'rule_ids'))::uuid[];
      if exists (select unnest(ids) except select id from public.rules) then
        raise exception using errcode = 'PT404', hint = 'not_found',
          message = 'There is no such rule, or it is not yours.';
      elsif cardinality(ids) <> (select count(*) from public.rules) then
        raise exception using errcode = 'PT400', hint = 'invalid_request',
          message = 'rule_ids names each of your rules once, in their order.';
      end if;
      update public.rules set position = places.place from unnest(ids) with ordinality as places (id, place)
      where rules.id = places.id and rules.position <> places.place;
      return public.call_automation_api('list_rules', arguments);
    when 'dry_run_rules' then
      return public.dry_run_rules(arguments -> 'rules', (arguments ->> 'after')::uuid,
        coalesce((arguments ->> 'page_size')::integer, 50));
    when 'list_rule_runs' then
      select coalesce(jsonb_agg(to_jsonb(runs) - hidden order by runs.created_at desc), '[]') into answer
      from (select * from public.rule_runs order by created_at desc limit 100) as runs;
      return answer;
    when 'apply_rules' then
      return public.apply_rules(case
        when arguments ? 'rule_ids' then array(select jsonb_array_elements_text(arguments -> 'rule_ids'))::uuid[] end);
    when 'get_rule_run', 'stop_rule_run', 'undo_rule_run' then
      if operation = 'stop_rule_run' then
        perform public.stop_rule_run(wanted);
      elsif operation = 'undo_rule_run' then
        perform public.undo_rule_run(wanted);
      end if;
      select to_jsonb(runs) - hidden into answer from public.rule_runs as runs where id = wanted;

    -- Webhooks
    when 'list_webhooks' then
      select coalesce(jsonb_agg(to_jsonb(endpoints) - hidden order by endpoints.created_at), '[]') into answer
        from public.webhook_endpoints as endpoints;
      return answer;
    when 'get_webhook' then
      select to_jsonb(endpoints) - hidden into answer from public.webhook_endpoints as endpoints where id = wanted;
    when 'create_webhook' then
      return public.create_webhook(arguments ->> 'url', array(select jsonb_array_elements_text(arguments -> 'events')),
        coalesce(arguments ->> 'description', ''));
    when 'edit_webhook' then
      select * into webhook from public.webhook_endpoints where id = wanted for no key update;
      webhook := jsonb_populate_record(webhook, arguments -> 'changes');
      update public.webhook_endpoints set url = webhook.url, events = webhook.events,
        description = webhook.description, enabled = webhook.enabled
      where id = wanted returning to_jsonb(webhook_endpoints) - hidden into answer;
    when 'delete_webhook' then
      delete from public.webhook_endpoints where id = wanted returning jsonb_build_object('webhook_id', id) into answer;
    when 'rotate_webhook_secret' then
      return public.rotate_webhook_secret(wanted);
    when 'test_webhook' then
      return public.test_webhook(wanted);
    when 'list_deliveries' then
      perform from public.webhook_endpoints where id = wanted;
      if found then
        select jsonb_build_object('deliveries',
          coalesce(jsonb_agg(to_jsonb(deliveries) - hidden order by deliveries.id desc), '[]'),
          'next', case when count(*) = 50 then min(deliveries.id) end) into answer
        from (
          select * from public.webhook_deliveries
          where endpoint_id = wanted and (not arguments ? 'before' or id < (arguments ->> 'before')::bigint)
            order by id desc limit 50) as deliveries;
      end if;
    when 'redeliver', 'skip_delivery' then
      if operation = 'redeliver' then
        perform public.redeliver_webhook((arguments ->> 'delivery_id')::bigint);
      else
        perform public.skip_webhook_delivery((arguments ->> 'delivery_id')::bigint);
      end if;
      select to_jsonb(deliveries) - hidden into answer from public.webhook_deliveries as deliveries
        where id = (arguments ->> 'delivery_id')::bigint;

    -- Mail addresses
    when 'list_inbox_addresses' then
      select coalesce(jsonb_agg(to_jsonb(addresses) - hidden order by addresses.created_at), '[]') into answer
        from public.inbox_addresses as addresses;
      return answer;
    when 'create_inbox_address' then
      return public.create_inbox_address(arguments ->> 'name', tags,
        array(select jsonb_array_elements_text(arguments -> 'allowed_senders')));
    when 'revoke_inbox_address' then
      perform public.revoke_inbox_address(wanted);
      select to_jsonb(addresses) - hidden into answer from public.inbox_addresses as addresses where id = wanted;
    when 'list_refused_mails' then
      select coalesce(jsonb_agg(to_jsonb(mails) - hidden order by mails.id desc), '[]') into answer
      from (select * from public.refused_mails where wanted is null or address_id = wanted order by id desc limit 100)
        as mails;
      return answer;

    -- Links
    when 'list_upload_links' then
      select coalesce(jsonb_agg(to_jsonb(links) - hidden order by links.created_at), '[]') into answer
        from public.upload_links as links;
      return answer;
    when 'create_upload_link' then
      return public.create_upload_link(arguments ->> 'title', tags,
        coalesce((arguments ->> 'expires_at')::timestamptz, now() + interval '14 days'),
        arguments ->> 'password', coalesce((arguments ->> 'most_files')::integer, 20),
        coalesce((arguments ->> 'most_bytes')::bigint, 104857600));
    when 'revoke_upload_link' then
      perform public.revoke_upload_link(wanted);
      select to_jsonb(links) - hidden into answer from public.upload_links as links where id = wanted;
    when 'list_share_links' then
      select coalesce(jsonb_agg(to_jsonb(links) - hidden order by links.created_at), '[]') into answer
      from (select * from public.share_links where not arguments ? 'document_id'
        or document_id = (arguments ->> 'document_id')::uuid order by created_at desc limit 500) as links;
      return answer;
    when 'create_share_link' then
      return public.create_share_link((arguments ->> 'document_id')::uuid,
        coalesce((arguments ->> 'expires_at')::timestamptz, now() + interval '7 days'),
        arguments ->> 'password', coalesce((arguments ->> 'with_text')::boolean, false),
        coalesce((arguments ->> 'with_values')::boolean, true),
        (arguments ->> 'most_openings')::integer, coalesce(arguments ->> 'description', ''));
    when 'revoke_share_link' then
      perform public.revoke_share_link(wanted);
      select to_jsonb(links) - hidden into answer from public.share_links as links where id = wanted;
    else
      raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'There is no such operation.';
  end case;
  if answer is null then
    raise exception using errcode = 'PT404', hint = 'not_found', message = 'There is no such thing of yours.';
  end if;
  return answer;
exception
  when unique_violation then
    raise exception using errcode = 'PT400', hint = 'invalid_request', message = 'You have a rule of that name.';
  when check_violation or not_null_violation then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = case when operation like '%webhook%'
        then 'A webhook has an address (https, at most 2,000 characters, no password in it), at least one known event, and a description of one line (at most 200 characters).'
        else 'A rule has a name of one line (at most 100 characters), and at least one action.' end;
end
$function$;
comment on function public.call_automation_api(text,jsonb) is 'An operation of the function api on the caller''s automation, under row level security. Rules: list_rules, get_rule, create_rule, replace_rule, delete_rule, reorder_rules, dry_run_rules, apply_rules, list_rule_runs, get_rule_run, stop_rule_run, undo_rule_run. Webhooks: list_webhooks, get_webhook, create_webhook, edit_webhook, delete_webhook, rotate_webhook_secret, test_webhook, list_deliveries, redeliver, skip_delivery. Mail: list_inbox_addresses, create_inbox_address, revoke_inbox_address, list_refused_mails. Links: list_upload_links, create_upload_link, revoke_upload_link, list_share_links, create_share_link, revoke_share_link. Arguments and answers: /functions/v1/api/openapi.json. Errors: not_found (404), invalid_request (400), and those of what it calls.';
grant execute on function public.call_automation_api(text,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION public.change_retention(document_id uuid, changes jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.change_retention_own(document_id, changes) AS change_retention_own;
END;
comment on function public.change_retention(uuid,jsonb) is 'Changes what keeps a document of the signed-in user from being deleted: {held, keep_until: a day after today, at most 100 years from now, or null}, or one of them. Repeats change nothing. Errors: invalid_request (400), not_found (404), too_many_requests (429).';
grant execute on function public.change_retention(uuid,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION public.claim_after(lease uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs;
begin
  select * into job from private.jobs where state = 'running' and jobs.lease = private.lease_after(claim_after.lease);
  if not found then
    return null;
  end if;
  return private.claim_of(job, (select documents from public.documents where id = job.document_id));
end
$function$;
comment on function public.claim_after(uuid) is 'The job that came with the completion of the one under this lease, when that answer got lost. Returns what private.claim_of does; null when there is none.';
grant execute on function public.claim_after(uuid) to service_role;

CREATE OR REPLACE FUNCTION public.claim_job(job_id uuid, token uuid, function_name text, lease uuid DEFAULT gen_random_uuid(), worker uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs;
begin
  -- Nothing is locked for a token that is not good.
  perform from private.jobs
  where id = claim_job.job_id
    and (jobs.token = claim_job.token or jobs.lease = claim_job.lease
      or (jobs.worker <> claim_job.worker and private.is_silent(jobs)));
  if not found then
    return null;
  end if;
  perform private.lock_document_of(claim_job.job_id);
  select jobs.* into job from private.jobs join private.stages using (stage)
  where id = claim_job.job_id and state in ('dispatched', 'running')
    and claim_job.function_name = case when suspect then suspects_function_name else stages.function_name end
  for update of jobs;
  if job.token = claim_job.token then
    return private.begin_job(job, claim_job.lease, claim_job.worker);
  elsif job.lease = claim_job.lease then
    -- The answer to the same claim got lost.
    return private.claim_of(job, (select documents from public.documents where id = job.document_id));
  elsif job.worker <> claim_job.worker and private.is_silent(job) then
    -- Another worker got the probe of private.probe_workers.
    perform private.lose_worker(job);
    perform private.dispatch_jobs();
  end if;
  return null;
end
$function$;
comment on function public.claim_job(uuid,uuid,text,uuid,uuid) is 'Takes a dispatched job with the one-time token of its invocation, for the Edge Function that the token was made for, under a lease that the worker chooses. The same claim, with the same lease, can be repeated when its answer got lost. The name of the worker tells, when a probe comes to another one, that the one before is gone. Returns what private.claim_of does; null when the token was used, is late, is another function''s, or was never given.';
grant execute on function public.claim_job(uuid,uuid,text,uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.claim_jobs(function_name text, invocations jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  one record;
  claimed jsonb;
  answers jsonb := jsonb_build_object();
begin
  for one in
    select asked.* from jsonb_to_recordset(invocations) as asked (job_id uuid, token uuid, lease uuid, worker uuid)
    join private.jobs on jobs.id = asked.job_id
    -- In one order: two calls that lock several documents each do not wait for each other.
    order by jobs.document_id, asked.lease
  loop
    begin
      claimed := public.claim_job(one.job_id, one.token, function_name, one.lease, one.worker);
      if claimed is not null then
        answers := answers || jsonb_build_object(one.lease::text, claimed);
      end if;
    exception when others then
      -- The others are not held up. Its token is still good, and the sweep sends the job again.
      raise warning 'docket: job % was not claimed: %', one.job_id, sqlerrm;
    end;
  end loop;
  perform private.lose_silent_workers(function_name, array(
    select distinct asked.worker from jsonb_to_recordset(invocations) as asked (worker uuid)
      where asked.worker is not null));
  return answers;
end
$function$;
comment on function public.claim_jobs(text,jsonb) is 'Several of claim_job in one call: [{job_id, token, lease, worker}] → {lease: claim}, without those that got none. So a flood of tokens that were never given costs a look into an index each. A claim also shows that its worker is there: others of the function that are silent are gone (private.lose_silent_workers).';
grant execute on function public.claim_jobs(text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.clear_suspect(job_id uuid, lease uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(clear_suspect.job_id, clear_suspect.lease);
begin
  if not job.suspect or job.payload ? 'cleared' then
    perform private.refuse(409, 'not_allowed_now', 'Only a suspect can be cleared, and only once.');
  end if;
  perform private.end_job(job, 'queued');
  update private.jobs
  set suspect = false, attempts = job.attempts - 1, payload = payload || '{"cleared": true}',
    queue_position = private.next_queue_position(job.stage, job.user_id, false)
  where id = job.id;
  perform private.dispatch_jobs();
end
$function$;
comment on function public.clear_suspect(uuid,uuid) is 'A suspect opened its file and read what the file itself holds, alone, and its worker lives: what is left is done by the OCR engine, for which it queues up among the others. So the one slot of the suspects does not wait for the engine. Costs no attempt. Once a job: one that ends a worker after that runs alone to its end. Errors: lease_lost (409), not_allowed_now (409).';
grant execute on function public.clear_suspect(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.complete_erasures(ended jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  one record;
  answers jsonb := jsonb_build_array();
begin
  for one in select * from jsonb_to_recordset(ended) as one (job_id uuid, lease uuid, take_next boolean) loop
    begin
      answers := answers || private.complete_erasure(one.job_id, one.lease, coalesce(one.take_next, false));
    exception when sqlstate 'PT409' then
      answers := answers || jsonb_build_object('lost', true);
    end;
  end loop;
  return answers;
end
$function$;
comment on function public.complete_erasures(jsonb) is 'Several of complete_erasure in one call: [{job_id, lease, take_next}] → [{next}], in order; {lost: true} for one that another worker holds, which changes nothing about the others.';
grant execute on function public.complete_erasures(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.complete_job(job_id uuid, lease uuid, message text, data jsonb DEFAULT '{}'::jsonb, take_next boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(complete_job.job_id, complete_job.lease);
begin
  return jsonb_build_object('next',
    private.complete_stage(job, complete_job.message, complete_job.data, complete_job.take_next));
end
$function$;
comment on function public.complete_job(uuid,uuid,text,jsonb,boolean) is 'Ends a job of a stage that has no result to store in the same transaction, with the sentence and the data of its event. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';
grant execute on function public.complete_job(uuid,uuid,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.complete_metadata(job_id uuid, lease uuid, description jsonb, take_next boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(complete_metadata.job_id, complete_metadata.lease);
  proposal constant jsonb := description -> 'metadata';
  document public.documents;
  before public.documents;
  proposed public.documents;
  evidence jsonb;
  values_proposed jsonb;
  written jsonb;
  learned jsonb;
  ruled jsonb;
  run_id bigint;
  next jsonb;
begin
  select * into strict before from public.documents where id = job.document_id for update;
  evidence := private.checked_evidence(before.id, proposal);
  values_proposed := private.values_to_write(before, proposal, evidence);
  -- A name that a person took away is given again: a completed document has one.
  written := (
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(values_proposed)
    where key <> all (before.locked_fields) or (key = 'display_name' and before.display_name is null));
  proposed := jsonb_populate_record(before, written);
  ruled := private.run_rules(proposed);
  proposed := jsonb_populate_record(proposed, ruled -> 'fields');

  run_id := private.keep_run(before, description || jsonb_build_object('instruction', job.payload -> 'instruction'),
    evidence, written);
  perform private.keep_clues(before, description -> 'clues');
  learned := private.use_hint(before.user_id, description -> 'learned', written);
  -- Before the job ends: tags are locked before the dispatch, by whoever takes both.
  execute format('update public.documents set %s where id = $1', concat_ws(', ',
    'metadata_source = $2', private.assignments(array(select jsonb_object_keys(written
      || coalesce(ruled -> 'fields', '{}'))), '($3)')))
  using before.id, description ->> 'engine', proposed;
  perform private.follow_rules(before, ruled) where ruled is not null;
  next := private.complete_stage(job,
    concat_ws(' ', case when description ->> 'note' = 'over_budget'
      then 'Named, tagged and summarized without the model: its budget for this month is used up.'
      else 'Named, tagged and summarized.' end, learned ->> 'message'),
    jsonb_strip_nulls(jsonb_build_object('learned', learned - 'message', 'note', description -> 'note'))
      || jsonb_build_object('engine', description ->> 'engine', 'model', description ->> 'model', 'run_id', run_id,
      'applied', (select applied from public.metadata_runs where id = run_id), 'unproven',
      private.unproven_fields(proposal, evidence)), take_next);
  select * into document from public.documents where id = before.id;
  perform private.tell_rules(document, ruled) where ruled is not null;
  return jsonb_build_object('document', to_jsonb(document), 'run_id', run_id,
    'diff', private.difference(before, values_proposed, document), 'next', next);
end
$function$;
comment on function public.complete_metadata(uuid,uuid,jsonb,boolean) is 'Writes the metadata that is proven and that no person locked, with what the owner''s rules make of it, the run, the event, the end of the job and the status completed, together. description: {metadata: {display_name, …, amount, evidence}, engine, model, prompt_version, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd, note, pages_read, clues, learned}. Returns {document, run_id, diff: {field: {before, proposed, applied}}, next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';
grant execute on function public.complete_metadata(uuid,uuid,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.complete_parts(job_id uuid, lease uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(complete_parts.job_id, complete_parts.lease);
  document public.documents;
  became integer;
  refused jsonb;
begin
  select * into strict document from public.documents where id = job.document_id;
  select count(distinct document_id),
    coalesce(jsonb_agg(jsonb_build_object('position', part.position, 'filename', part.filename, 'code',
    part.error ->> 'code')
    order by part.position) filter (where part.error is not null), '[]')
  into became, refused
  from public.document_parts as part where parent_id = document.id;

  if not exists (select from public.document_events where document_id = document.id and kind = 'parts'
    and data -> 'refused' = refused) then
    perform private.record_event(document, job.stage, 'parts',
      format('%s document%s came with it%s.', became, case when became = 1 then '' else 's' end,
        case jsonb_array_length(refused)
        when 0 then '' when 1 then '; 1 part was rejected'
          else format('; %s parts were rejected', jsonb_array_length(refused)) end),
      jsonb_build_object('documents', became, 'refused', refused));
  end if;
end
$function$;
comment on function public.complete_parts(uuid,uuid) is 'Every part is settled: tells the history what became of them, once. Errors: lease_lost (409).';
grant execute on function public.complete_parts(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.complete_reading(job_id uuid, lease uuid, result jsonb, take_next boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(complete_reading.job_id, complete_reading.lease);
  problem jsonb := private.too_many_unreadable(job.document_id, (result ->> 'page_count')::integer);
  document public.documents;
  reading public.ocr_results;
  tried integer;
  unreadable integer;
  next jsonb;
begin
  select count(*), count(error) into tried, unreadable from public.document_pages
  where document_id = job.document_id and page_number <= (result ->> 'page_count')::integer;
  if tried < (result ->> 'page_count')::integer then
    perform private.refuse(500, 'internal_error',
      format('%s of %s pages were tried. Try again; pages that are read are kept.', tried, result ->> 'page_count'));
  end if;
  if problem is not null then
    perform private.fail_attempt(job, problem);
    perform private.dispatch_jobs();
    return jsonb_build_object('next', null);
  end if;
  select * into strict document from public.documents where id = job.document_id for update;
  insert into public.ocr_results (document_id, user_id, raw_text, page_count, engine, model, mean_confidence,
    processing_ms, usage, einvoice, einvoice_details)
  select document.id, document.user_id,
    coalesce(string_agg(text, E'\n\n' order by page_number), ''),
    (result ->> 'page_count')::integer,
    case when count(distinct engine) > 1 then 'mixed' else coalesce(min(engine), 'pdf_text_layer') end,
    max(document_pages.usage ->> 'model'), avg(confidence), (result ->> 'processing_ms')::integer,
    case when count(document_pages.usage) = 0 then '{}' else jsonb_build_object(
      'input_tokens', sum((document_pages.usage ->> 'input_tokens')::bigint),
      'output_tokens', sum((document_pages.usage ->> 'output_tokens')::bigint),
      'cost_micro_usd', sum((document_pages.usage ->> 'cost_micro_usd')::bigint)) end,
    nullif(result -> 'einvoice', 'null') - 'details', nullif(result -> 'einvoice' -> 'details', 'null')
  from public.document_pages where document_id = document.id
  on conflict (document_id) do update set
    raw_text = excluded.raw_text, page_count = excluded.page_count, engine = excluded.engine, model = excluded.model,
    mean_confidence = excluded.mean_confidence, processing_ms = excluded.processing_ms, usage = excluded.usage,
    einvoice = excluded.einvoice, einvoice_details = excluded.einvoice_details, created_at = now()
  returning * into reading;

  perform private.debit(document.user_id, documents => private.count_document(document.id, document.user_id));
  -- Before the status: the trigger on_documents_ocr_complete takes over with it.
  update public.documents set unreadable_pages = unreadable, page_count = reading.page_count
  where id = document.id and (documents.page_count, unreadable_pages) is distinct from (reading.page_count, unreadable);
  next := private.complete_stage(job,
    case when unreadable = 0 then format('Read %s page%s.', reading.page_count, case
      when reading.page_count = 1 then '' else 's' end)
      else format('Read %s of %s page%s; %s could not be read.', reading.page_count - unreadable, reading.page_count,
        case when reading.page_count = 1 then '' else 's' end, unreadable) end,
    jsonb_build_object('page_count', reading.page_count, 'unreadable_pages', unreadable, 'engine', reading.engine,
      'processing_ms', reading.processing_ms), take_next);
  return jsonb_build_object('next', next);
end
$function$;
comment on function public.complete_reading(uuid,uuid,jsonb,boolean) is 'Every page was tried: the text, the debit of the document (its pages were counted as they were saved), the event, the end of the job and the status ocr_complete, together; or, when too many pages could not be read, the end of the job and the status failed. result: {page_count, processing_ms, einvoice}. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409), internal_error (500) while a page was never tried.';
grant execute on function public.complete_reading(uuid,uuid,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.complete_thumbnail(job_id uuid, lease uuid, drawn boolean, take_next boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(complete_thumbnail.job_id, complete_thumbnail.lease);
begin
  update public.documents set has_thumbnail = true where id = job.document_id and drawn and not has_thumbnail;
  return jsonb_build_object('next', private.complete_stage(job,
    case when drawn then 'The first page was drawn.' else 'The first page could not be drawn.' end,
    jsonb_build_object('drawn', drawn), complete_thumbnail.take_next));
end
$function$;
comment on function public.complete_thumbnail(uuid,uuid,boolean,boolean) is 'The picture of a document''s first page is stored; or, where drawn is false, there is none to be had. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';
grant execute on function public.complete_thumbnail(uuid,uuid,boolean,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.count_refusal(owner uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  allowed integer := (
    select coalesce((select user_limits.requests_per_minute from private.user_limits where user_id = owner),
      requests_per_minute)
    from private.settings);
  rate private.request_rates;
begin
  if allowed is null then
    return 0;
  end if;
  begin
    insert into private.request_rates as rates (user_id, full_at)
    values (owner, clock_timestamp() + interval '1 minute' / allowed)
    -- However many are refused, a minute without one is enough to be taken again.
    on conflict (user_id) do update set full_at = least(
      greatest(rates.full_at, clock_timestamp()) + interval '1 minute' / allowed,
      clock_timestamp() + interval '2 minutes' - interval '1 minute' / allowed)
    returning * into rate;
  exception when foreign_key_violation then
    -- The account was erased, and its access token is still good. service_role cannot look into auth.users.
    return 0;
  end;
  return greatest(0, ceil(extract(epoch from rate.full_at - interval '1 minute' - clock_timestamp()) * 1000));
end
$function$;
comment on function public.count_refusal(uuid) is 'Counts a request of a user that was refused, whose own count went with its transaction. Returns for how many milliseconds the user''s requests are to be refused unread; 0 while there is something left of the rate.';
grant execute on function public.count_refusal(uuid) to service_role;

CREATE OR REPLACE FUNCTION public.create_api_token(name text, scopes text[], expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.make_api_token(name, scopes, expires_at) AS make_api_token;
END;
comment on function public.create_api_token(text,text[],timestamp with time zone) is 'Makes an API token of the signed-in user: {id, token, name, scopes, expires_at, …}. The token is shown here and never again. Errors: invalid_request (400), not_allowed_now (409) above 100 tokens in use, too_many_requests (429).';
grant execute on function public.create_api_token(text,text[],timestamp with time zone) to authenticated;

CREATE OR REPLACE FUNCTION public.create_inbox_address(name text, tags text[] DEFAULT '{}'::text[], allowed_senders text[] DEFAULT '{}'::text[])
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.make_inbox_address(name, tags, allowed_senders) AS make_inbox_address;
END;
comment on function public.create_inbox_address(text,text[],text[]) is 'Makes a mail address of the signed-in user: {id, local_part, name, tags, allowed_senders, …}; what stands behind the @ is the domain whose mails the project gets. allowed_senders are addresses and domains; empty: everybody. Errors: invalid_request (400), not_allowed_now (409), too_many_requests (429).';
grant execute on function public.create_inbox_address(text,text[],text[]) to authenticated;

CREATE OR REPLACE FUNCTION public.create_share_link(document_id uuid, expires_at timestamp with time zone DEFAULT (now() + '7 days'::interval), password text DEFAULT NULL::text, with_text boolean DEFAULT false, with_values boolean DEFAULT true, most_openings integer DEFAULT NULL::integer, description text DEFAULT ''::text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.make_share_link(document_id, expires_at, password, with_text, with_values, most_openings, description) AS make_share_link;
END;
comment on function public.create_share_link(uuid,timestamp with time zone,text,boolean,boolean,integer,text) is 'Makes a link to a document of the signed-in user: {id, token, expires_at, …}; it is opened at /functions/v1/share/<token>. The token is shown here and never again. Errors: invalid_request (400), not_found (404), not_allowed_now (409), too_many_requests (429).';
grant execute on function public.create_share_link(uuid,timestamp with time zone,text,boolean,boolean,integer,text) to authenticated;

CREATE OR REPLACE FUNCTION public.create_upload_link(title text, tags text[] DEFAULT '{}'::text[], expires_at timestamp with time zone DEFAULT (now() + '14 days'::interval), password text DEFAULT NULL::text, most_files integer DEFAULT 20, most_bytes bigint DEFAULT 104857600)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.make_upload_link(title, tags, expires_at, password, most_files, most_bytes) AS make_upload_link;
END;
comment on function public.create_upload_link(text,text[],timestamp with time zone,text,integer,bigint) is 'Makes a link by which others hand in files for the signed-in user: {id, token, expires_at, …}; it is opened at /functions/v1/collect/<token>. The token is shown here and never again. Errors: invalid_request (400), not_allowed_now (409), too_many_requests (429).';
grant execute on function public.create_upload_link(text,text[],timestamp with time zone,text,integer,bigint) to authenticated;

CREATE OR REPLACE FUNCTION public.create_webhook(url text, events text[], description text DEFAULT ''::text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.make_webhook(url, events, description) AS make_webhook;
END;
comment on function public.create_webhook(text,text[],text) is 'Makes a webhook of the signed-in user: {id, secret, url, events, …}. The secret is shown here and never again. Errors: invalid_request (400), not_allowed_now (409) above 20 webhooks, too_many_requests (429).';
grant execute on function public.create_webhook(text,text[],text) to authenticated;

CREATE OR REPLACE FUNCTION public.document_history(document_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'events', (select coalesce(jsonb_agg(to_jsonb(e) - array['user_id', 'document_id'] order by e.id), '[]')
      from public.document_events as e where e.document_id = document_history.document_id),
    'runs', (select coalesce(jsonb_agg(to_jsonb(r) - array['user_id', 'document_id'] order by r.id), '[]')
      from public.metadata_runs as r where r.document_id = document_history.document_id),
    'parts', (select coalesce(jsonb_agg(to_jsonb(p) - array['user_id', 'parent_id'] order by p.position), '[]')
      from public.document_parts as p where p.parent_id = document_history.document_id),
    'extractions', (select coalesce(jsonb_agg(to_jsonb(x) - array['user_id', 'document_id'] || jsonb_build_object(
        'reviews', (select coalesce(jsonb_agg(to_jsonb(w) - array['user_id', 'extraction_id'] order by w.created_at),
          '[]')
          from public.extraction_reviews as w where w.extraction_id = x.id)) order by x.created_at), '[]')
      from public.extractions as x where x.document_id = document_history.document_id))
$function$;
comment on function public.document_history(uuid) is 'What happened to a document of the signed-in user: {events, runs: each description with what it proposed, its evidence and what was there before, parts, extractions: with their values'' reviews}. Empty of another''s.';
grant execute on function public.document_history(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.dry_run_rules(rules jsonb DEFAULT NULL::jsonb, after uuid DEFAULT NULL::uuid, page_size integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.try_rules(rules, after, page_size) AS try_rules;
END;
comment on function public.dry_run_rules(jsonb,uuid,integer) is 'What rules would change in the archive of the signed-in user, one page; writes nothing. rules: ids of saved ones, or {name, conditions, actions}, in their order; the enabled ones where nothing is given. Returns {documents: [{document_id, name, changes: {field: {from, to}}, rules}], looked_at: up to 500, next: what to send as `after` for the next page, or null}. page_size: 1 to 200. Errors: invalid_request (400), too_many_requests (429).';
grant execute on function public.dry_run_rules(jsonb,uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.empty_trash(document_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.delete_trash(document_ids) AS delete_trash;
END;
comment on function public.empty_trash(uuid[]) is 'Deletes what the signed-in user has in the trash, or these of it, for good: the 200 that are there for the longest. Returns {deleted, left}; call it again while something is left. Errors: too_many_requests (429).';
grant execute on function public.empty_trash(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION public.end_delivery(job_id uuid, lease uuid, delivery_id bigint, result jsonb, take_next boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(end_delivery.job_id, end_delivery.lease);
  problem constant jsonb := nullif(result -> 'error', 'null');
  endpoint public.webhook_endpoints;
  delivery public.webhook_deliveries;
begin
  -- Before the webhook and its messages: whoever makes one has the lock and wants the others.
  perform private.lock_dispatch();
  select webhook_endpoints.* into endpoint from public.webhook_endpoints
  join public.webhook_deliveries as sent on sent.endpoint_id = webhook_endpoints.id
  where sent.id = end_delivery.delivery_id and sent.line = job.document_id for no key update of webhook_endpoints;
  update public.webhook_deliveries
  set attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, job.claimed_at),
    last_attempt_at = clock_timestamp(),
    duration_ms = (result ->> 'ms')::integer, response_status = (result ->> 'status')::integer,
    response_body = result ->> 'body',
    error = problem - '{final,retry_after_ms}'::text[],
    state = case when problem is null then 'delivered' when event_type = 'webhook.test'
      and state = 'waiting' then 'failed' else state end
  where id = end_delivery.delivery_id and line = job.document_id returning * into delivery;
  if delivery.id is null then
    -- The webhook was deleted meanwhile.
    perform private.end_job(job, 'done');
    return private.next_line(job, end_delivery.take_next);
  end if;
  if delivery.document_id is not null and not exists (select from public.documents where id = delivery.document_id) then
    perform private.forget_document_in_deliveries(delivery.document_id);
  end if;
  if delivery.event_type <> 'webhook.test' and delivery.state = 'waiting' and problem is not null then
    perform private.fail_delivery(job, endpoint, delivery, problem);
    return private.next_line(job, end_delivery.take_next);
  end if;
  if problem is null and endpoint.failures > 0 then
    update public.webhook_endpoints set failures = 0, failing_since = null, paused_until = null where id = endpoint.id;
  end if;
  if exists (select from public.webhook_deliveries where line = job.document_id and state = 'waiting') then
    perform private.end_job(job, 'queued');
    update private.jobs
    set attempts = 0, excused = 0, queue_position = private.next_queue_position(job.stage, job.user_id, job.suspect)
      where id = job.id;
  else
    perform private.end_job(job, 'done');
  end if;
  return private.next_line(job, end_delivery.take_next);
end
$function$;
comment on function public.end_delivery(uuid,uuid,bigint,jsonb,boolean) is 'How an attempt went: {status, body, ms, error: null or {code, message, final, retry_after_ms}}. Delivered, the next message of the line queues up behind the other lines; failed, see private.fail_delivery; a test is not tried again. Returns {next: the next job for this worker, if take_next asks for one}. Errors: lease_lost (409).';
grant execute on function public.end_delivery(uuid,uuid,bigint,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.erase_account()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO private.account_erasures (user_id)
   VALUES (( SELECT auth.uid() AS uid)) ON CONFLICT DO NOTHING;
END;
comment on function public.erase_account() is 'Erases the account of the signed-in user with all documents; their files follow within seconds. Of more than 200 documents, the rest and the account itself follow within minutes, and nobody can sign in meanwhile. There is no way back. Errors: document_held (409) while documents are held or kept, with a report of them in the detail; nothing is erased then.';
grant execute on function public.erase_account() to authenticated;

CREATE OR REPLACE FUNCTION public.estimate_schema(schema_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('documents', count(documents.id), 'pages', COALESCE(sum(documents.page_count), (0)::bigint), 'cost_micro_usd', round(((COALESCE(sum(documents.page_count), (0)::bigint))::numeric * ( SELECT COALESCE((sum(recent.cost_micro_usd) / (NULLIF(sum(recent.pages), 0))::numeric), (0)::numeric) AS "coalesce"
            FROM ( SELECT extractions.cost_micro_usd,
                     paid_for.page_count AS pages
                    FROM (public.extractions
                      JOIN public.documents paid_for ON ((paid_for.id = extractions.document_id)))
                   WHERE (extractions.engine IS NOT NULL)
                   ORDER BY extractions.updated_at DESC
                  LIMIT 100) recent)))) AS jsonb_build_object
    FROM (public.extraction_schemas schemas
      LEFT JOIN public.documents ON (((documents.user_id = schemas.user_id) AND (documents.status = 'completed'::public.document_status) AND ((schemas.document_types <> '{}'::text[]) OR (schemas.tags <> '{}'::text[]) OR (schemas.senders <> '{}'::text[])) AND ((schemas.document_types = '{}'::text[]) OR (documents.document_type = ANY (schemas.document_types))) AND ((schemas.tags = '{}'::text[]) OR (documents.tags && schemas.tags)) AND ((schemas.senders = '{}'::text[]) OR (EXISTS ( SELECT
            FROM unnest(schemas.senders) sender(sender)
           WHERE (lower(btrim(sender.sender)) = lower(btrim(documents.correspondent)))))) AND (NOT (EXISTS ( SELECT
            FROM public.extractions made
           WHERE ((made.document_id = documents.id) AND (made.schema_id = schemas.id) AND (made.schema_version = schemas.version) AND (made.status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'needs_review'::text])))))))))
   WHERE (schemas.id = estimate_schema.schema_id)
   GROUP BY schemas.id;
END;
comment on function public.estimate_schema(uuid) is 'What applying a schema of the caller''s own to the documents that lack it would take: {documents, pages, cost_micro_usd: by what a page cost in the last hundred extractions}; null when there is no such schema.';
grant execute on function public.estimate_schema(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.export_account()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'preferences', (select to_jsonb(p) - 'user_id' from public.preferences as p),
    'tags', (select coalesce(jsonb_agg(to_jsonb(t) - 'user_id' order by t.tag), '[]') from public.tags as t),
    'tag_aliases', (select coalesce(jsonb_agg(to_jsonb(a) - 'user_id' order by a.alias), '[]')
      from public.tag_aliases as a),
    'saved_views', (select coalesce(jsonb_agg(to_jsonb(v) - 'user_id' order by v.position, v.name), '[]')
      from public.saved_views as v),
    'rules', (select coalesce(jsonb_agg(to_jsonb(r) - 'user_id' order by r.position, r.name), '[]')
      from public.rules as r),
    'schemas', (select coalesce(jsonb_agg(to_jsonb(s) - 'user_id' order by s.name), '[]')
      from public.extraction_schemas as s),
    'schema_versions', (select coalesce(jsonb_agg(to_jsonb(v) - 'user_id'), '[]')
      from public.extraction_schema_versions as v),
    'learned_hints', (select coalesce(jsonb_agg(to_jsonb(h) - 'user_id'), '[]') from public.learned_hints as h),
    'retentions', (select coalesce(jsonb_agg(to_jsonb(k) - 'user_id'), '[]') from public.retentions as k),
    'share_links', (select coalesce(jsonb_agg(to_jsonb(l) - 'user_id' order by l.created_at), '[]')
      from public.share_links as l),
    'upload_links', (select coalesce(jsonb_agg(to_jsonb(l) - 'user_id' order by l.created_at), '[]')
      from public.upload_links as l),
    'inbox_addresses', (select coalesce(jsonb_agg(to_jsonb(i) - 'user_id' order by i.created_at), '[]')
      from public.inbox_addresses as i),
    'refused_mails', (select coalesce(jsonb_agg(to_jsonb(m) - 'user_id'), '[]') from public.refused_mails as m),
    -- The address of a webhook is often a secret of its own, and a program's token is no person.
    'webhooks', (select coalesce(jsonb_agg(to_jsonb(w) - 'user_id' - case
      when (select auth.jwt()) ? 'api_token_id' then 'url' else '' end order by w.created_at), '[]')
      from public.webhook_endpoints as w),
    'api_tokens', (select coalesce(jsonb_agg(to_jsonb(t) - 'user_id' order by t.created_at), '[]')
      from public.api_tokens as t),
    'usage_months', (select coalesce(jsonb_agg(to_jsonb(u) - 'user_id' order by u.month), '[]')
      from public.usage_months as u))
$function$;
comment on function public.export_account() is 'Everything that the signed-in user has beside documents, by kind: {preferences, tags, tag_aliases, saved_views, rules, schemas, schema_versions, learned_hints, retentions, share_links, upload_links, inbox_addresses, refused_mails, webhooks, api_tokens, usage_months}. Without secrets; to an API token without the addresses of webhooks.';
grant execute on function public.export_account() to authenticated;

CREATE OR REPLACE FUNCTION public.extraction_of(extraction_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('extraction', to_jsonb(extractions), 'run_id', run.id, 'diff', private.run_diff(run))
  from public.extractions left join lateral (
    select * from public.extraction_runs where extraction_runs.extraction_id = extractions.id and saved_at is not null
      and undone_at is null
    order by id desc limit 1) as run on true
  where extractions.id = extraction_of.extraction_id
$function$;
comment on function public.extraction_of(uuid) is 'An extraction as it is now: {extraction, run_id: the last run that its owner can undo, or null, diff: [{path, row, before, after}] of that run}; null when it is gone.';
grant execute on function public.extraction_of(uuid) to service_role;

CREATE OR REPLACE FUNCTION public.fail_job(job_id uuid, lease uuid, error jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.fail_attempt(private.held_job(fail_job.job_id, fail_job.lease), fail_job.error);
  perform private.dispatch_jobs();
end
$function$;
comment on function public.fail_job(uuid,uuid,jsonb) is 'The worker could not do the job: {code, message, retryable, retry_after_ms}. See private.fail_attempt. Errors: lease_lost (409).';
grant execute on function public.fail_job(uuid,uuid,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.heartbeat(job_id uuid, lease uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(heartbeat.job_id, heartbeat.lease);
begin
  update private.jobs
  set heard_at = clock_timestamp(),
    lease_expires_at = clock_timestamp() + (select stages.lease from private.stages where stages.stage = job.stage)
  where id = job.id;
end
$function$;
comment on function public.heartbeat(uuid,uuid) is 'The worker is alive: its lease starts over. A suspect''s worker calls it before it begins. Errors: lease_lost (409).';
grant execute on function public.heartbeat(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.hold_document(document_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.hold_own(document_id) AS hold_own;
END;
comment on function public.hold_document(uuid) is 'Holds a document of the signed-in user: it cannot be deleted until it is released. Repeats change nothing. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.hold_document(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.join_metadata(document_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
begin
  select * into document from public.documents where id = join_metadata.document_id;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document.');
  end if;
  perform private.admit_request(document.user_id);
  if document.status not in ('ocr_complete', 'generating_metadata') then
    -- An answer, not an error: the request stays counted.
    return null;
  end if;
  return jsonb_build_object('after', coalesce((
    select max(id) from public.document_events
    where document_events.document_id = document.id and stage = 'metadata' and kind in ('completed', 'failed')), 0));
end
$function$;
comment on function public.join_metadata(uuid) is 'Counts a request to watch a document that is being described. Returns {after: the event with which it was described last, 0 for none}: what comes after it is of the run to watch; null when nobody describes it. Errors: not_found (404), too_many_requests (429). The caller proves the ownership.';
grant execute on function public.join_metadata(uuid) to service_role;

CREATE OR REPLACE FUNCTION public.judge_extraction(job_id uuid, lease uuid, extraction_id uuid, claims jsonb, engine text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job constant private.jobs := private.held_job(judge_extraction.job_id, judge_extraction.lease);
  extraction public.extractions;
  judged jsonb;
begin
  select * into extraction from public.extractions where id = judge_extraction.extraction_id
    and document_id = job.document_id;
  if not found then
    return jsonb_build_object('gone', true);
  end if;
  judged := private.judged_values(extraction.document_id, private.taught_fields((
    select fields::jsonb from public.extraction_schema_versions where schema_id = extraction.schema_id
      and version = extraction.schema_version),
    extraction.document_id, extraction.schema_id), judge_extraction.claims, judge_extraction.engine);
  return jsonb_build_object(
    'rejected', (
      select coalesce(jsonb_agg(jsonb_build_object('path', value ->> 'path', 'row', value -> 'row_number', 'reason',
        value ->> 'reason')), jsonb_build_array())
      from jsonb_array_elements(judged -> 'values') as value where not (value ->> 'proven')::boolean),
    'checks', jsonb_path_query_array(judged -> 'checks', '$[*] ? (@.holds == false)'));
end
$function$;
comment on function public.judge_extraction(uuid,uuid,uuid,jsonb,text) is 'What of an engine''s values would not be written, so that it can correct them: {rejected: [{path, row, reason}], checks: those that do not hold}, or {gone: true}. Writes nothing. Errors: lease_lost (409).';
grant execute on function public.judge_extraction(uuid,uuid,uuid,jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION public.judge_suggestion(owner uuid, fields jsonb, samples jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('document_id', documents.id, 'path', quoted.path, 'row',
      quoted.row_number)), jsonb_build_array())
    from jsonb_array_elements(judge_suggestion.samples) as sample
    join public.documents on documents.id::text = sample ->> 'document_id'
      and documents.user_id = judge_suggestion.owner
    cross join lateral private.quoted_values(documents.id, judge_suggestion.fields, sample -> 'values', 'claude')
      as quoted
    where quoted.proven);
end
$function$;
comment on function public.judge_suggestion(uuid,jsonb,jsonb) is 'What of the sample values that a model gave for the fields of a schema that it suggests is proven by the words of a user''s documents: samples is [{document_id, values: [{path, row, value, page, quote, label}]}]; returns [{document_id, path, row}]. The same judge as of extractions. The caller proves who the owner is.';
grant execute on function public.judge_suggestion(uuid,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.learned_hint_of(document_id uuid, marks text[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', hints.id, 'marks', hints.marks, 'correspondent', hints.correspondent,
    'document_type', hints.document_type,
    'instead_of', hints.instead_of, 'date_label', hints.date_label, 'date_nth', hints.date_nth, 'date_order',
    hints.date_order,
    'amount_label', hints.amount_label, 'amount_nth', hints.amount_nth, 'corrected_on',
    to_char(hints.corrected_at at time zone 'utc', 'YYYY-MM-DD'))
  from public.documents, public.learned_hints as hints,
    lateral private.shared_marks(hints.marks, learned_hint_of.marks) as shared
  where documents.id = learned_hint_of.document_id and hints.user_id = documents.user_id and shared > 0
  order by shared desc, hints.corrected_at desc limit 1
$function$;
comment on function public.learned_hint_of(uuid,text[]) is 'What the owner of a document taught of the sender with these marks: a row of learned_hints, with corrected_on as YYYY-MM-DD; null where nothing was.';
grant execute on function public.learned_hint_of(uuid,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.look_at_describing(asked jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg(jsonb_build_object('document_id', one.document_id, 'status', documents.status, 'error', documents.error, 'events', COALESCE(( SELECT jsonb_agg(jsonb_build_object('id', document_events.id, 'kind', document_events.kind, 'message', document_events.message, 'data', document_events.data) ORDER BY document_events.id) AS jsonb_agg
            FROM public.document_events
           WHERE ((document_events.document_id = one.document_id) AND (document_events.id > one.after) AND (document_events.stage = 'metadata'::text))), '[]'::jsonb))), '[]'::jsonb) AS "coalesce"
    FROM (jsonb_to_recordset(look_at_describing.asked) one(document_id uuid, after bigint)
      LEFT JOIN public.documents ON ((documents.id = one.document_id)));
END;
comment on function public.look_at_describing(jsonb) is 'How far the describing of several documents is: [{document_id, after}] → [{document_id, status, error, events: [{id, kind, message, data}]}], with the events after that id; status is null for a document that is gone. A process asks this once for all whom it tells.';
grant execute on function public.look_at_describing(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.look_at_inbox_address(address_sha256 text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  address constant public.inbox_addresses := private.inbox_address_of(look_at_inbox_address.address_sha256);
begin
  if address.id is null then
    return private.no_such_inbox_address();
  end if;
  return jsonb_build_object('allowed_senders', address.allowed_senders);
end
$function$;
comment on function public.look_at_inbox_address(text) is 'Who may send to a mail address, by the SHA-256 of its local part in hexadecimal: {allowed_senders}, or {refused: {status: 404, code, message}}.';
grant execute on function public.look_at_inbox_address(text) to service_role;

CREATE OR REPLACE FUNCTION public.look_at_share_link(token_sha256 text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  link public.share_links;
begin
  select share_links.* into link from private.link_secrets as secrets
    join public.share_links on share_links.id = secrets.link_id
  where secrets.token_sha256 = decode(look_at_share_link.token_sha256, 'hex');
  if not private.is_live(link) then
    return private.no_such_link();
  end if;
  return jsonb_build_object('needs_password', link.is_protected);
end
$function$;
comment on function public.look_at_share_link(text) is 'Whether a share link, by the SHA-256 of its token in hexadecimal, can be opened: {needs_password}, or {refused: {status: 404, code, message}}. No opening.';
grant execute on function public.look_at_share_link(text) to service_role;

CREATE OR REPLACE FUNCTION public.look_at_upload_link(token_sha256 text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  link public.upload_links;
begin
  select upload_links.* into link from private.link_secrets as secrets
    join public.upload_links on upload_links.id = secrets.link_id
  where secrets.token_sha256 = decode(look_at_upload_link.token_sha256, 'hex');
  if not private.takes_files(link) then
    return private.no_such_link();
  end if;
  -- Its title is for those who have the password.
  return jsonb_build_object('needs_password', link.is_protected)
    || case when link.is_protected then jsonb_build_object() else jsonb_build_object('title', link.title) end;
end
$function$;
comment on function public.look_at_upload_link(text) is 'Whether an upload link, by the SHA-256 of its token in hexadecimal, takes files: {needs_password, title}, or {refused: {status: 404, code, message}}.';
grant execute on function public.look_at_upload_link(text) to service_role;

CREATE OR REPLACE FUNCTION public.my_senders(query text DEFAULT NULL::text, at_most integer DEFAULT 50)
 RETURNS TABLE(sender text, documents bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT d.correspondent,
     count(*) AS count
    FROM (public.documents d
      CROSS JOIN private.part_pattern(NULLIF(my_senders.query, ''::text)) pattern(pattern))
   WHERE ((d.correspondent IS NOT NULL) AND ((pattern.pattern IS NULL) OR (lower(extensions.unaccent(d.correspondent)) ~~ pattern.pattern)))
   GROUP BY d.correspondent
   ORDER BY (count(*)) DESC, d.correspondent
  LIMIT LEAST(GREATEST(COALESCE(my_senders.at_most, 50), 1), 1000);
END;
comment on function public.my_senders(text,integer) is 'The senders of the caller''s documents: {sender, documents: how many}, those of most documents first. With a query those that contain it, whatever case and accents. at_most: 1 to 1000.';
grant execute on function public.my_senders(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.my_tags(query text DEFAULT NULL::text, at_most integer DEFAULT 50)
 RETURNS TABLE(tag text, documents integer, similarity real)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT known.tag,
     known.documents,
     alike.alike
    FROM public.tags known,
     LATERAL private.tag_likeness(known.tag, my_tags.query) alike(alike)
   WHERE ((known.user_id = ( SELECT auth.uid() AS uid)) AND ((alike.alike IS NULL) OR (alike.alike >= (0.3)::double precision)))
   ORDER BY alike.alike DESC NULLS LAST, known.documents DESC, known.tag
  LIMIT LEAST(GREATEST(COALESCE(my_tags.at_most, 50), 1), 1000);
END;
comment on function public.my_tags(text,integer) is 'The caller''s tags: {tag, documents: how many have it, similarity}. With a query those that are like it (similarity from 0.3 to 1), the likest first; without one the most used first, and similarity is null. at_most: 1 to 1000.';
grant execute on function public.my_tags(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.open_share_link(token_sha256 text, password text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  most_pages constant integer := 100;
  secret private.link_secrets;
  link public.share_links;
  document public.documents;
  refusal jsonb;
  whole jsonb;
begin
  select * into secret from private.link_secrets
    where link_secrets.token_sha256 = decode(open_share_link.token_sha256, 'hex');
  select * into link from public.share_links where id = secret.link_id;
  if not private.is_live(link) then
    return private.no_such_link();
  end if;
  refusal := private.try_link(secret, open_share_link.password,
    (select requests_per_minute_and_link from private.settings));
  if refusal is not null then
    return refusal;
  end if;
  -- The document before its link, as deleting it has them.
  select * into document from public.documents where id = link.document_id for key share;
  update public.share_links set openings = openings + 1, last_opened_at = clock_timestamp()
  where id = link.id and private.is_live(share_links) and document.id is not null
    and document.status not in ('uploading') returning * into link;
  if not found then
    return private.no_such_link();
  end if;
  perform private.record_event(document, 'share', 'opened', 'Opened by a share link.',
    jsonb_build_object('link_id', link.id, 'opening', link.openings));
  whole := to_jsonb(document);
  return jsonb_build_object('storage_path', document.storage_path, 'shared', jsonb_build_object(
      'filename', case when link.with_values then coalesce(document.display_name, document.filename)
        else document.filename end,
      'mime_type', document.mime_type, 'byte_size', document.byte_size, 'page_count', document.page_count,
      'expires_at', link.expires_at)
    || case when link.with_values then jsonb_build_object(
        'metadata', (select jsonb_object_agg(field, whole -> field) from private.metadata_fields()),
        'extractions', coalesce(private.extractions_told(
          (select jsonb_agg(id) from public.extractions where document_id = document.id
            and status in ('completed', 'needs_review'))), jsonb_build_array()))
      else jsonb_build_object() end
    || case when link.with_text then jsonb_build_object(
        'pages', coalesce((
          select jsonb_agg(jsonb_build_object('page', page_number, 'text', text) order by page_number)
          from public.document_pages where document_id = document.id and page_number <= most_pages),
            jsonb_build_array()),
        'more_pages', greatest(0, coalesce(document.page_count, 0) - most_pages))
      else jsonb_build_object() end);
end
$function$;
comment on function public.open_share_link(text,text) is 'Opens a share link, by the SHA-256 of its token in hexadecimal: {storage_path, shared: {filename, mime_type, byte_size, page_count, expires_at, metadata, extractions, pages, more_pages}}, as far as the link shows that; text of the first 100 pages. Counts the opening, and records it in the history. Or {refused: {status, code, message}}: not_found (404), link_password (401), too_many_requests (429).';
grant execute on function public.open_share_link(text,text) to service_role;

CREATE OR REPLACE FUNCTION public.pages_to_extract(job_id uuid, lease uuid, from_page integer, to_page integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job constant private.jobs := private.held_job(pages_to_extract.job_id, pages_to_extract.lease);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('page_number', page_number, 'text', text, 'words', words)
      order by page_number), jsonb_build_array())
    from public.document_pages
    where document_id = job.document_id and page_number between pages_to_extract.from_page and pages_to_extract.to_page
      and error is null);
end
$function$;
comment on function public.pages_to_extract(uuid,uuid,integer,integer) is 'The pages of a claimed document that were read, from one number to another: [{page_number, text, words}]. Errors: lease_lost (409).';
grant execute on function public.pages_to_extract(uuid,uuid,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.pipeline_health()
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.pipeline_health()
$function$;
comment on function public.pipeline_health() is 'How the pipeline is: {stages, pg_net, sweep, reviews, stuck: [sentences]}, see private.stage_health, pg_net_health, sweep_health and review_health. Nothing is stuck when stuck is empty. For service_role; npm run status prints it.';
grant execute on function public.pipeline_health() to service_role;

CREATE OR REPLACE FUNCTION public.record_progress(job_id uuid, lease uuid, message text, data jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(record_progress.job_id, record_progress.lease);
  document public.documents;
begin
  select * into document from public.documents where id = job.document_id;
  perform private.record_event(document, job.stage, 'progress', record_progress.message, record_progress.data);
  perform public.heartbeat(job.id, record_progress.lease);
end
$function$;
comment on function public.record_progress(uuid,uuid,text,jsonb) is 'Tells a document''s history how far its describing is: a sentence for people, and numbers for programs; never the document''s text. Renews the lease. Errors: lease_lost (409).';
grant execute on function public.record_progress(uuid,uuid,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.record_tool_call(job_id uuid, lease uuid, tool text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(record_tool_call.job_id, record_tool_call.lease);
  document public.documents;
begin
  select * into document from public.documents where id = job.document_id;
  perform private.record_event(document, job.stage, 'tool', format('The agent called %s.', tool),
    jsonb_build_object('tool', tool));
  perform public.heartbeat(job.id, record_tool_call.lease);
end
$function$;
comment on function public.record_tool_call(uuid,uuid,text) is 'Tells a document''s history that the agent called a tool, and renews the lease. Errors: lease_lost (409).';
grant execute on function public.record_tool_call(uuid,uuid,text) to service_role;

CREATE OR REPLACE FUNCTION public.redeliver_webhook(delivery_id bigint)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.send_again(delivery_id) AS send_again;
END;
comment on function public.redeliver_webhook(bigint) is 'Sends a message to a webhook of the signed-in user again, with the same id: one that was delivered, failed or skipped; one that waits for its retry is tried at once. Errors: not_found (404), not_allowed_now (409) while the webhook is disabled, too_many_requests (429).';
grant execute on function public.redeliver_webhook(bigint) to authenticated;

CREATE OR REPLACE FUNCTION public.refuse_mail(address_sha256 text, message_sha256 text, sender text, code text, message text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  address constant public.inbox_addresses := private.inbox_address_of(refuse_mail.address_sha256);
  refusal jsonb;
begin
  if address.id is null then
    return private.no_such_inbox_address();
  end if;
  refusal := private.try_inbox_address(address);
  if refusal is null then
    perform private.list_refused_mail(address, refuse_mail.message_sha256, refuse_mail.sender, refuse_mail.code,
      refuse_mail.message);
  end if;
  return coalesce(refusal, jsonb_build_object());
end
$function$;
comment on function public.refuse_mail(text,text,text,text,text) is 'Tells the owner of an address of a mail that was refused before it was admitted: {}. Or {refused: {status, code, message}}: not_found (404), too_many_requests (429).';
grant execute on function public.refuse_mail(text,text,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.refuse_part(job_id uuid, lease uuid, place integer, filename text, error jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(refuse_part.job_id, refuse_part.lease);
  parent public.documents;
begin
  select * into strict parent from public.documents where id = job.document_id;
  perform private.note_part(parent, refuse_part.place, refuse_part.filename, null, refuse_part.error);
  perform public.heartbeat(job.id, refuse_part.lease);
end
$function$;
comment on function public.refuse_part(uuid,uuid,integer,text,jsonb) is 'Writes down why a part became no document: {code, message}. Errors: lease_lost (409).';
grant execute on function public.refuse_part(uuid,uuid,integer,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.regenerate_metadata(document_id uuid, instruction text DEFAULT NULL::text, engine text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  job private.jobs;
begin
  perform private.admit_request((select user_id from public.documents where id = regenerate_metadata.document_id));
  select * into document from public.documents where id = regenerate_metadata.document_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document.');
  end if;
  if not exists (select from public.ocr_results where ocr_results.document_id = document.id) then
    perform private.refuse(409, 'not_allowed_now', format('The document is %s and has no text yet.', document.status));
  end if;
  if document.status not in ('completed', 'failed') then
    perform private.refuse(409, 'not_allowed_now',
      format('The document is %s; wait until that ends.', document.status));
  end if;
  document := private.set_document_status(document.id, 'generating_metadata');
  perform private.record_event(document, 'metadata', 'queued', 'The owner asked for a new description.',
    jsonb_build_object('reason', 'asked'));
  perform private.queue_job('metadata', document.id, document.user_id,
    jsonb_strip_nulls(jsonb_build_object('watched', true,
    'instruction', nullif(btrim(private.visible(left(regenerate_metadata.instruction, 1000))), ''),
    'engine', case when regenerate_metadata.engine = 'local' then 'local' end)));
  -- The caller tells its user how it went: there is no second attempt behind their back.
  update private.jobs set max_attempts = 1
  where jobs.document_id = document.id and stage = 'metadata' and state in ('queued', 'dispatched') returning *
    into strict job;
  return jsonb_build_object('job_id', job.id);
end
$function$;
comment on function public.regenerate_metadata(uuid,text,text) is 'Queues a new description of a document, which its owner asked for, in its owner''s turn. instruction: a sentence of the owner''s that the engine follows, up to 1,000 characters; it is kept with the run. engine: local, for the local generator where a model is set. Returns {job_id}: the caller asks public.take_watched for it, so that it can tell what the engine says as it says it. Errors: not_found (404), not_allowed_now (409), too_many_requests (429). The caller proves the ownership.';
grant execute on function public.regenerate_metadata(uuid,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.release_document(document_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.release_own(document_id) AS release_own;
END;
comment on function public.release_document(uuid) is 'Lifts the hold of a document of the signed-in user, and the day until which it is kept; its history says so. Repeats change nothing. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.release_document(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.rename_tag(old_tag text, new_tag text)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function public.rename_tag(text,text) is 'Renames one of the caller''s tags on all documents that have it; where the new one is there already, the two become one. The old name is kept as an alias, so that it does not come back. The new one is written as the vocabulary writes tags. Returns how many documents had it: the first 200 are renamed with the call, the others within seconds, while tag_aliases.renaming is true. Errors: invalid_request (400), not_allowed_now (409), too_many_requests (429).';
grant execute on function public.rename_tag(text,text) to authenticated;

CREATE OR REPLACE FUNCTION public.request_extraction(document_id uuid, schema_id uuid, instruction text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  extraction public.extractions;
  said constant text := nullif(btrim(private.visible(left(request_extraction.instruction, 1000))), '');
  job private.jobs;
begin
  perform private.admit_request((select user_id from public.documents where id = request_extraction.document_id));
  select * into document from public.documents where id = request_extraction.document_id for update;
  if not found or not exists (select from public.extraction_schemas where id = request_extraction.schema_id
    and user_id = document.user_id) then
    perform private.refuse(404, 'not_found', 'There is no such document or schema.');
  end if;
  if not exists (select from public.ocr_results where ocr_results.document_id = document.id) then
    perform private.refuse(409, 'not_allowed_now', format('The document is %s and has no text yet.', document.status));
  end if;
  select * into extraction from public.extractions
  where extractions.document_id = document.id and extractions.schema_id = request_extraction.schema_id for update;
  if found then
    perform private.begin_run(extraction, said);
  end if;
  insert into public.extractions (document_id, schema_id, user_id, schema_version, instruction)
  select document.id, schemas.id, document.user_id, schemas.version, said
  from public.extraction_schemas as schemas where id = request_extraction.schema_id
  on conflict on constraint a_schema_is_applied_to_a_document_once do update set status = 'queued', error = null,
    instruction = excluded.instruction
  returning * into extraction;
  perform private.queue_job('extract', document.id, document.user_id, '{"watched": true}');
  select * into strict job from private.jobs
  where jobs.document_id = document.id and stage = 'extract' and state in ('queued', 'dispatched', 'running');
  return jsonb_build_object('job_id', job.id, 'extraction_id', extraction.id);
end
$function$;
comment on function public.request_extraction(uuid,uuid,text) is 'Applies a schema to a document, again where it was applied before. Returns {job_id, extraction_id}: the caller asks public.take_watched for the job, so that it can tell what the engine does. Errors: not_found (404), not_allowed_now (409), too_many_requests (429). The caller proves the ownership of the document.';
grant execute on function public.request_extraction(uuid,uuid,text) to service_role;

CREATE OR REPLACE FUNCTION public.reserve_model_call(job_id uuid, lease uuid, call_id uuid, model text, cost_micro_usd bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(reserve_model_call.job_id, reserve_model_call.lease);
begin
  return private.reserve_call(job.user_id, job.document_id, job.id, job.stage, reserve_model_call.call_id,
    reserve_model_call.model, reserve_model_call.cost_micro_usd);
end
$function$;
comment on function public.reserve_model_call(uuid,uuid,uuid,text,bigint) is 'Reserves the most that one call of a model can cost of its owner''s month. No model is called without it. The caller makes up call_id, so that a repeat of a call whose answer was lost reserves once. Returns {call_id}, to be settled; or {refused: spent} when the month''s money does not cover it, {refused: reserved} when it may once calls that are under way are settled. Errors: lease_lost (409): the document may be deleted, or another worker have the job.';
grant execute on function public.reserve_model_call(uuid,uuid,uuid,text,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.reserve_model_call_of(owner uuid, stage text, call_id uuid, model text, cost_micro_usd bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return private.reserve_call(reserve_model_call_of.owner, null, null, reserve_model_call_of.stage::private.job_stage,
    reserve_model_call_of.call_id,
    reserve_model_call_of.model, reserve_model_call_of.cost_micro_usd);
end
$function$;
comment on function public.reserve_model_call_of(uuid,text,uuid,text,bigint) is 'Reserves what one call of a model can cost that a user asked for and that belongs to no job and no document, such as the suggestion of a schema. Answers as reserve_model_call, and is settled like it. The caller proves who the owner is.';
grant execute on function public.reserve_model_call_of(uuid,text,uuid,text,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.restore_documents(document_ids uuid[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.restore_own(document_ids) AS restore_own;
END;
comment on function public.restore_documents(uuid[]) is 'Takes documents of the signed-in user out of the trash, as they were, with the parts that went along. Returns how many came back. Errors: invalid_request (400) above documents_per_edit, too_many_requests (429).';
grant execute on function public.restore_documents(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION public.retry_document(document_id uuid, options jsonb DEFAULT '{}'::jsonb)
 RETURNS public.document_status
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document public.documents;
  stage private.stages;
begin
  perform private.admit_request((select user_id from public.documents where id = retry_document.document_id));
  select * into document from public.documents where id = retry_document.document_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such document.');
  end if;
  if document.status <> 'failed' then
    perform private.refuse(409, 'not_allowed_now',
      format('The document is %s; only a failed one can be retried.', document.status));
  end if;
  stage := private.stage_named(document.error ->> 'stage');
  if stage.waits_as is null or document.error ->> 'code' = 'file_differs' then
    perform private.refuse(409, 'not_allowed_now', 'The document has no file. Upload it again.');
  end if;
  perform private.record_event(document, document.error ->> 'stage', 'queued', 'Retried.',
    jsonb_build_object('reason', 'retried'));
  perform private.forget_dead_jobs(document.id);
  if stage.saves_pages then
    delete from public.document_pages where document_pages.document_id = document.id
      and document_pages.error is not null;
  end if;
  document := private.set_document_status(document.id, stage.waits_as);
  -- Changes nothing where the trigger on_documents_ocr_complete did it.
  perform private.queue_job(stage.stage, document.id, document.user_id, options);
  return document.status;
end
$function$;
comment on function public.retry_document(uuid,jsonb) is 'Starts a failed document afresh at the stage where it failed; pages that were read stay, those that could not be are tried again. options: {password, engine} for the reading; the password stands in its job until that ends. Returns the new status. Errors: not_found (404), not_allowed_now (409), too_many_requests (429), monthly_limit_reached (402). The caller proves the ownership.';
grant execute on function public.retry_document(uuid,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.revoke_api_token(token_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.end_api_token(token_id) AS end_api_token;
END;
comment on function public.revoke_api_token(uuid) is 'Ends an API token of the signed-in user: from the next request on it is refused. Repeats change nothing. Errors: not_found (404).';
grant execute on function public.revoke_api_token(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.revoke_inbox_address(address_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.end_inbox_address(address_id) AS end_inbox_address;
END;
comment on function public.revoke_inbox_address(uuid) is 'Ends a mail address of the signed-in user: from the next mail on it is gone. Repeats change nothing. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.revoke_inbox_address(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.revoke_share_link(link_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.end_share_link(link_id) AS end_share_link;
END;
comment on function public.revoke_share_link(uuid) is 'Ends a share link of the signed-in user: from the next request on it is gone. Repeats change nothing. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.revoke_share_link(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.revoke_upload_link(link_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.end_upload_link(link_id) AS end_upload_link;
END;
comment on function public.revoke_upload_link(uuid) is 'Ends an upload link of the signed-in user: from the next request on it is gone. Repeats change nothing. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.revoke_upload_link(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.rotate_webhook_secret(webhook_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.rotate_secret(webhook_id) AS rotate_secret;
END;
comment on function public.rotate_webhook_secret(uuid) is 'Gives a webhook of the signed-in user a new secret: {secret, previous_valid_until}. For a day messages are signed with both. The secret is shown here and never again. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.rotate_webhook_secret(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.save_extraction(job_id uuid, lease uuid, extraction_id uuid, result jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job constant private.jobs := private.held_job(save_extraction.job_id, save_extraction.lease);
  extraction public.extractions;
  used constant private.tokens_used := private.model_use(result);
  schema_fields jsonb;
  judged jsonb;
begin
  select * into extraction from public.extractions where id = save_extraction.extraction_id
    and document_id = job.document_id for update;
  if not found then
    -- Its schema was deleted meanwhile, and all of it with that.
    return jsonb_build_object('gone', true);
  end if;
  schema_fields := (select fields::jsonb from public.extraction_schema_versions where schema_id = extraction.schema_id
    and version = extraction.schema_version);
  judged := private.judged_values(extraction.document_id,
    private.taught_fields(schema_fields, extraction.document_id, extraction.schema_id), result -> 'values',
    result ->> 'engine');

  update public.extraction_runs set saved_at = clock_timestamp() where extraction_runs.extraction_id = extraction.id
    and saved_at is null;
  if not found then
    -- The pipeline's own: the text or the schema may be another one.
    delete from public.extraction_runs where extraction_runs.extraction_id = extraction.id;
  end if;
  -- What a person said stays.
  delete from public.extracted_values where extracted_values.extraction_id = extraction.id and proof <> 'person';
  delete from public.extraction_proposals where extraction_proposals.extraction_id = extraction.id;
  insert into public.extracted_values (extraction_id, path, row_number, user_id, document_id, schema_id, value, page,
    quote, box, proof, similarity, confidence, note)
  select extraction.id, one.path, one.row_number, extraction.user_id, extraction.document_id, extraction.schema_id,
    one.value,
    one.page, left(one.quote, 300), one.box, one.proof, one.similarity, one.confidence, one.note
  from jsonb_to_recordset(judged -> 'values') as one (
    path text, row_number integer, value jsonb, page integer, quote text, box jsonb, proof text, similarity real,
    confidence real, note text, proven boolean)
  where one.proven
  on conflict do nothing;
  insert into public.extraction_proposals (extraction_id, path, row_number, user_id, value, page, quote, box,
    confidence, reason)
  select extraction.id, one.path, one.row_number, extraction.user_id, one.value, one.page, left(one.quote, 300),
    one.box, one.confidence, one.reason
  from (
    select unproven.path, unproven.row_number, unproven.value, unproven.page, unproven.quote, unproven.box,
      unproven.confidence, unproven.reason
    from jsonb_to_recordset(judged -> 'values') as unproven (
      path text, row_number integer, value jsonb, page integer, quote text, box jsonb, confidence real, reason text,
      proven boolean)
    where not unproven.proven
    union all
    select offered.path, offered."row", offered.value, offered.page, offered.quote, offered.box, offered.confidence,
      offered.reason
    from jsonb_to_recordset(case when jsonb_typeof(result -> 'proposals') = 'array' then result -> 'proposals'
      else '[]' end) as offered (
      path text, "row" integer, value jsonb, page integer, quote text, box jsonb, confidence real, reason text)
    join private.scalar_fields(schema_fields) as known using (path)
    where offered.value is not null and offered.value <> 'null' and octet_length(offered.value::text) <= 4000
      and offered."row" >= 0 and offered.reason in ('ambiguous', 'check_broken', 'not_on_page', 'unsure')
  ) as one
  where not exists (
    select from public.extracted_values
    where extracted_values.extraction_id = extraction.id and extracted_values.path = one.path
      and extracted_values.row_number = one.row_number)
  on conflict do nothing;

  update public.extractions set engine = result ->> 'engine', model = result ->> 'model',
    prompt_version = result ->> 'prompt_version', note = result ->> 'note',
    unread_from = case when result ->> 'unread_from' ~ '^\d{1,6}$' then (result ->> 'unread_from')::integer end,
    input_tokens = used.input_tokens, output_tokens = used.output_tokens, cost_micro_usd = used.cost_micro_usd,
    checks = private.joined_checks(judged -> 'checks', result -> 'checks')
  where id = extraction.id;
  extraction := private.settle_extraction(extraction.id);
  return jsonb_build_object('extraction', to_jsonb(extraction), 'learned',
    private.use_extraction_hints(extraction.user_id, extraction.id, result -> 'learned'));
end
$function$;
comment on function public.save_extraction(uuid,uuid,uuid,jsonb) is 'Writes what an engine found that is proven, keeps the rest for review, and settles the status. result: {values: [{path, row, value, page, quote, label, box, proof, confidence, note}], proposals: [{…, reason}], checks, learned: the ids of hints that were used, engine, model, prompt_version, note, input_tokens, output_tokens, cost_micro_usd}. Returns {extraction, learned: the sentence for the history, or null}, or {gone: true} when its schema was deleted. Errors: lease_lost (409).';
grant execute on function public.save_extraction(uuid,uuid,uuid,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.save_pages(job_id uuid, lease uuid, pages jsonb, page_count integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(save_pages.job_id, save_pages.lease);
  document public.documents;
  done integer;
  read integer;
begin
  update public.documents set page_count = save_pages.page_count
  where id = job.document_id and documents.page_count is distinct from save_pages.page_count;
  select * into document from public.documents where id = job.document_id;

  insert into public.document_pages (document_id, page_number, user_id, text, markdown, engine, confidence, words,
    picture, usage, error)
  select document.id, page.page_number, document.user_id, page.text, page.markdown, page.engine, page.confidence,
    nullif(page.words, 'null'), nullif(page.picture, 'null'), nullif(page.usage, 'null'), nullif(page.error, 'null')
  from jsonb_to_recordset(pages)
    as page (page_number integer, text text, markdown text, engine text, confidence real, words jsonb, picture jsonb,
      usage jsonb, error jsonb)
  on conflict on constraint document_pages_pkey do update set
    text = excluded.text, markdown = excluded.markdown, engine = excluded.engine, confidence = excluded.confidence,
    words = excluded.words, picture = excluded.picture,
    usage = excluded.usage, error = excluded.error;

  select count(*), count(*) filter (where error is null) into done, read from public.document_pages
    where document_id = document.id;
  perform private.count_pages(document.id, document.user_id, read);
  perform private.record_event(document, job.stage, 'progress',
    format('Read %s of %s page%s.', done, save_pages.page_count, case when save_pages.page_count = 1 then ''
    else 's' end),
    jsonb_build_object('page', done, 'page_count', save_pages.page_count));
  perform public.heartbeat(job.id, save_pages.lease);
end
$function$;
comment on function public.save_pages(uuid,uuid,jsonb,integer) is 'Keeps pages that were read, [{page_number, text, markdown, engine, confidence, words, picture, usage, error}], counts those that have a text, each once, tells the progress, and renews the lease. Errors: lease_lost (409).';
grant execute on function public.save_pages(uuid,uuid,jsonb,integer) to service_role;

CREATE OR REPLACE FUNCTION public.schema_rows(schema_id uuid, line_items text DEFAULT NULL::text, sort text DEFAULT NULL::text, descending boolean DEFAULT false, after jsonb DEFAULT NULL::jsonb, at_most integer DEFAULT 100, filters jsonb DEFAULT NULL::jsonb, evidence boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_seqscan TO 'off'
BEGIN ATOMIC
 WITH asked AS MATERIALIZED (
          SELECT LEAST(GREATEST(COALESCE(at_most, 100), 1), 1000) AS most
         ), page AS MATERIALIZED (
          SELECT found.key,
             found.document_id,
             found.extraction_id,
             found.row_number,
             found.place
            FROM (asked
              CROSS JOIN LATERAL private.found_rows(schema_rows.schema_id, schema_rows.line_items, schema_rows.filters, schema_rows.sort, schema_rows.descending, schema_rows.after, asked.most) found(key, document_id, extraction_id, row_number, place))
         )
  SELECT jsonb_build_object('next', ( SELECT jsonb_build_object('key', page.key, 'document_id', page.document_id, 'extraction_id', page.extraction_id, 'row_number', page.row_number) AS jsonb_build_object
            FROM page,
             asked
           WHERE (page.place = asked.most)), 'rows', ( SELECT COALESCE(jsonb_agg((jsonb_build_object('document_id', e.document_id, 'name', COALESCE(d.display_name, d.filename), 'extraction_id', e.id, 'row_number', page.row_number, 'status', e.status, 'values', COALESCE(cells.found, '{}'::jsonb)) || COALESCE(( SELECT jsonb_build_object('evidence', COALESCE(cells.proofs, '{}'::jsonb)) AS jsonb_build_object
                   WHERE schema_rows.evidence), '{}'::jsonb)) ORDER BY page.place), '[]'::jsonb) AS "coalesce"
            FROM (((page
              JOIN public.extractions e ON ((e.id = page.extraction_id)))
              JOIN public.documents d ON ((d.id = e.document_id)))
              CROSS JOIN LATERAL ( SELECT jsonb_object_agg(v.path, v.value) AS found,
                     jsonb_object_agg(v.path, jsonb_build_object('proof', v.proof, 'page', v.page, 'quote', v.quote, 'note', v.note)) FILTER (WHERE schema_rows.evidence) AS proofs
                    FROM public.extracted_values v
                   WHERE ((v.extraction_id = e.id) AND ((POSITION(('.'::text) IN (v.path)) = 0) OR ((schema_rows.line_items IS NOT NULL) AND starts_with(v.path, (schema_rows.line_items || '.'::text)) AND (v.row_number = page.row_number))))) cells))) AS jsonb_build_object;
END;
comment on function public.schema_rows(uuid,text,text,boolean,jsonb,integer,jsonb,boolean) is 'A page of the table of a schema of the caller''s own: {rows: [{document_id, name, extraction_id, row_number, status, values: {field: value}}], next: what to hand over as after for the next page, or null}. Without line_items a row a document; with the name of a table of the schema, a row a line of it. sort: a field; rows without it are left out. Without, the newest extraction first. filters: up to 20 {field, op, value}, all of which hold: op is =, !=, <, <=, >, >=, ~ (a text has these words), present or missing; value a number, a text, a date, or for money also "99.50 EUR". evidence: with each row {field: {proof, page, quote, note}}. Up to 1,000 rows a page. Errors: not_found (404), invalid_request (400) naming the argument.';
grant execute on function public.schema_rows(uuid,text,text,boolean,jsonb,integer,jsonb,boolean) to authenticated;

CREATE OR REPLACE FUNCTION public.schema_sums(schema_id uuid, line_items text DEFAULT NULL::text, filters jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg(jsonb_build_object('path', sums.path, 'currency', sums.currency, 'count', sums.count, 'sum', sums.sum) ORDER BY sums.path, sums.currency), '[]'::jsonb) AS "coalesce"
    FROM private.summed_rows(schema_sums.schema_id, schema_sums.line_items, schema_sums.filters) sums(path, currency, count, sum);
END;
comment on function public.schema_sums(uuid,text,jsonb) is 'What the numbers of a schema of the caller''s own add up to, per currency: [{path, currency, count, sum}]. With line_items of the columns of that table alone; filters as those of schema_rows. Errors: not_found (404), invalid_request (400) naming the argument.';
grant execute on function public.schema_sums(uuid,text,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION public.search_documents(query text DEFAULT NULL::text, tags text[] DEFAULT NULL::text[], document_types text[] DEFAULT NULL::text[], statuses text[] DEFAULT NULL::text[], date_from date DEFAULT NULL::date, date_to date DEFAULT NULL::date, amount_from numeric DEFAULT NULL::numeric, amount_to numeric DEFAULT NULL::numeric, currencies text[] DEFAULT NULL::text[], sort text DEFAULT NULL::text, after jsonb DEFAULT NULL::jsonb, page_size integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 WITH input AS MATERIALIZED (
          SELECT private.question_of(COALESCE(query, ''::text)) AS question,
             LEAST(GREATEST(COALESCE(page_size, 50), 1), 200) AS rows_wanted
         ), asked AS MATERIALIZED (
          SELECT input.question,
             (input.question ->> 'words'::text) AS words,
             input.rows_wanted,
             private.search_order((input.question ->> 'words'::text), search_documents.sort, COALESCE(search_documents.query, ''::text)) AS ordered,
             private.words_asked((input.question ->> 'words'::text)) AS terms
            FROM input
         ), exact AS MATERIALIZED (
          SELECT found.document_id,
             found.key,
             found.place,
             found.total
            FROM (asked
              CROSS JOIN LATERAL private.found_documents(asked.question, COALESCE(search_documents.tags, '{}'::text[]), search_documents.document_types, (search_documents.statuses)::public.document_status[], search_documents.date_from, search_documents.date_to, search_documents.amount_from, search_documents.amount_to, search_documents.currencies, asked.ordered, search_documents.after, asked.rows_wanted, false) found(document_id, key, place, total))
         ), near AS MATERIALIZED (
          SELECT found.document_id,
             found.key,
             found.place,
             found.total
            FROM (( SELECT asked.question,
                     asked.words,
                     asked.rows_wanted,
                     asked.ordered,
                     asked.terms
                    FROM asked
                   WHERE ((asked.words <> ''::text) AND (search_documents.after IS NULL) AND (( SELECT count(*) AS count
                            FROM exact) < LEAST(asked.rows_wanted, 5)))) few
              CROSS JOIN LATERAL private.found_documents(few.question, COALESCE(search_documents.tags, '{}'::text[]), search_documents.document_types, (search_documents.statuses)::public.document_status[], search_documents.date_from, search_documents.date_to, search_documents.amount_from, search_documents.amount_to, search_documents.currencies, 'relevance'::text, NULL::jsonb, 10, true) found(document_id, key, place, total))
           WHERE (NOT (EXISTS ( SELECT
                    FROM exact
                   WHERE (exact.document_id = found.document_id))))
         ), found AS (
          SELECT exact.document_id,
             exact.place,
             false AS "similar"
            FROM exact
         UNION ALL
          SELECT near.document_id,
             (near.place + 1000),
             true
            FROM near
         ), shown AS (
          SELECT found.place,
             (to_jsonb(d.*) || jsonb_build_object('similar', found."similar", 'due_date', private.due_date_of(d.id), 'snippet', private.snippet_of(( SELECT r.raw_text
                    FROM public.ocr_results r
                   WHERE ((r.document_id = d.id) AND (asked.words <> ''::text))), asked.terms, asked.words))) AS document
            FROM ((asked
              CROSS JOIN found)
              JOIN public.documents d ON ((d.id = found.document_id)))
         )
  SELECT jsonb_build_object('total', COALESCE(( SELECT max(exact.total) AS max
            FROM exact), (0)::bigint), 'documents', COALESCE(( SELECT jsonb_agg(shown.document ORDER BY shown.place) AS jsonb_agg
            FROM shown), '[]'::jsonb), 'next', ( SELECT jsonb_build_object('key', exact.key, 'id', exact.document_id) AS jsonb_build_object
            FROM exact,
             asked
           WHERE (exact.place = asked.rows_wanted))) AS jsonb_build_object;
END;
comment on function public.search_documents(text,text[],text[],text[],date,date,numeric,numeric,text[],text,jsonb,integer) is 'The caller''s documents, one page: {documents: [a row of documents with snippet and due_date, the proven day by which it is payable; similar: true of those that only resemble the words, after all others], next: what to send as `after` for the next page, or null, total: with the first page, how many match, counted up to 1,001}. query: words, "two words", or, -without, days, tag:, type:, from:, before:, after:, due:, source: (upload, part, upload_link, mail), pages>9, has:note; sort: created_at, name, correspondent, document_date, due_date (those that have one), amount, byte_size (- for descending), relevance; page_size: 1 to 200. Errors: invalid_request (400).';
grant execute on function public.search_documents(text,text[],text[],text[],date,date,numeric,numeric,text[],text,jsonb,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.set_fields(changes jsonb, reason text DEFAULT 'undone'::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- The columns of an update that is put together are not known before it runs.
  -- @plpgsql_check_options: other_warnings = false
  change record;
  document public.documents;
  wanted text[];
  still text[];
  answers jsonb := jsonb_build_array();
begin
  if jsonb_typeof(changes) is distinct from 'array' or reason is null or reason not in ('undone', 'accepted') then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'changes is a list of {document_id, fields: {field: {from, to}}, locked}, and reason is undone or accepted.';
  end if;
  if jsonb_array_length(changes) > 600 then
    raise exception using errcode = 'PT400', hint = 'invalid_request',
      message = 'One request changes at most 600 documents. Send several.';
  end if;
  for change in
    select * from jsonb_to_recordset(changes) as one (document_id uuid, fields jsonb, locked text[])
      order by one.document_id
  loop
    select * into document from public.documents where id = change.document_id for update;
    continue when document.id is null or jsonb_typeof(change.fields) is distinct from 'object';
    wanted := array(select jsonb_object_keys(change.fields) order by 1);
    if 'locked_fields' = any (wanted) or not to_jsonb(document) ?& wanted then
      raise exception using errcode = 'PT400', hint = 'invalid_request',
        message = 'fields holds columns of metadata, each with {from, to}.';
    end if;
    -- What somebody or something changed since is left as it is.
    still := array(select field from unnest(wanted) as field
      where to_jsonb(document) -> field = change.fields -> field -> 'from');
    continue when cardinality(still) = 0;
    perform set_config('docket.edit_reason', reason, true);
    execute format('update public.documents set %s, locked_fields = $2 where id = $3 returning *',
      (select string_agg(format('%1$I = ($1).%1$I', field), ', ') from unnest(still) as field))
    using
      jsonb_populate_record(document,
        (select jsonb_object_agg(field, change.fields -> field -> 'to') from unnest(still) as field)),
      array(select distinct field from unnest(document.locked_fields || still) as field
        where field <> all (still) or field = any (change.locked) order by field),
      document.id
    into document;
    perform set_config('docket.edit_reason', '', true);
    answers := answers || to_jsonb(document);
  end loop;
  return answers;
end
$function$;
comment on function public.set_fields(jsonb,text) is 'Sets fields of the caller''s own documents, and leaves locked only those of them that `locked` names: reason undone takes an edit back, accepted takes what a run proposed. changes: [{document_id, fields: {field: {from, to}}, locked: [fields]}]. A field that is not `from` any more is skipped. Returns the rows that changed. Errors: invalid_request (400), too_many_requests (429).';
grant execute on function public.set_fields(jsonb,text) to authenticated;

CREATE OR REPLACE FUNCTION public.settle_model_call(call_id uuid, used jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.close_model_call(settle_model_call.call_id, 'settled', private.model_use(settle_model_call.used))
$function$;
comment on function public.settle_model_call(uuid,jsonb) is 'What a call cost: {input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd}; all 0 for one that was never made or that the model''s side refused. Needs no lease: the money is spent whoever has the job now, and whether or not the document is still there. A repeat changes nothing.';
grant execute on function public.settle_model_call(uuid,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.settled_parts(job_id uuid, lease uuid)
 RETURNS integer[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(settled_parts.job_id, settled_parts.lease);
begin
  return coalesce((
    select array_agg(part.position order by part.position)
    from public.document_parts as part left join public.documents as document on document.id = part.document_id
    where part.parent_id = job.document_id
      and (document.id is null or not (document.status = 'uploading' or private.lacks_its_file(document)))
  ), '{}');
end
$function$;
comment on function public.settled_parts(uuid,uuid) is 'The positions of the parts that nothing is left to do for: refused, or stored. A run that goes on where another was cut off begins with this. Errors: lease_lost (409).';
grant execute on function public.settled_parts(uuid,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.similar_documents(document_id uuid, at_most integer DEFAULT 6)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg((to_jsonb(d.*) || jsonb_build_object('reasons', found.reasons)) ORDER BY found.score DESC, d.created_at DESC, d.id), '[]'::jsonb) AS "coalesce"
    FROM (private.similar_to(similar_documents.document_id, LEAST(GREATEST(COALESCE(similar_documents.at_most, 6), 1), 20)) found(document_id, score, reasons)
      JOIN public.documents d ON ((d.id = found.document_id)));
END;
comment on function public.similar_documents(uuid,integer) is 'The caller''s documents that are most like one of theirs: rows of documents with reasons (sender, tags, type, words), the most alike first; at most 20. An empty list for a document of somebody else.';
grant execute on function public.similar_documents(uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.skip_webhook_delivery(delivery_id bigint)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.give_up_delivery(delivery_id) AS give_up_delivery;
END;
comment on function public.skip_webhook_delivery(bigint) is 'Gives up a message that waits, so that the next ones about its document are sent. Errors: not_found (404), not_allowed_now (409), too_many_requests (429).';
grant execute on function public.skip_webhook_delivery(bigint) to authenticated;

CREATE OR REPLACE FUNCTION public.stop_rule_run(rule_run_id uuid)
 RETURNS text
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.halt_rule_run(rule_run_id) AS halt_rule_run;
END;
comment on function public.stop_rule_run(uuid) is 'Stops a rule run of the signed-in user; what it changed stays. Returns its state. Repeats change nothing. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.stop_rule_run(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.sum_amounts(group_by text DEFAULT NULL::text, query text DEFAULT NULL::text, tags text[] DEFAULT NULL::text[], document_types text[] DEFAULT NULL::text[], statuses text[] DEFAULT NULL::text[], date_from date DEFAULT NULL::date, date_to date DEFAULT NULL::date, amount_from numeric DEFAULT NULL::numeric, amount_to numeric DEFAULT NULL::numeric, currencies text[] DEFAULT NULL::text[])
 RETURNS TABLE(group_value text, currency text, documents bigint, total numeric, document_ids uuid[])
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 WITH input AS MATERIALIZED (
          SELECT private.group_of_amounts(sum_amounts.group_by) AS "grouping",
             private.question_of(COALESCE(sum_amounts.query, ''::text)) AS question
         ), asked AS MATERIALIZED (
          SELECT input."grouping",
             input.question,
             private.words_asked((input.question ->> 'words'::text)) AS terms,
             ((input.question ->> 'words'::text) <> ''::text) AS searched,
             ARRAY( SELECT jsonb_array_elements_text((input.question -> 'tags'::text)) AS jsonb_array_elements_text) AS tags,
             ARRAY( SELECT jsonb_array_elements_text((input.question -> 'types'::text)) AS jsonb_array_elements_text) AS types,
             private.part_pattern((input.question ->> 'from'::text)) AS sender,
             ((input.question ->> 'after'::text))::date AS since,
             ((input.question ->> 'before'::text))::date AS before,
             (input.question ? 'days'::text) AS dated,
             ARRAY( SELECT (jsonb_array_elements_text((input.question -> 'days'::text)))::date AS jsonb_array_elements_text) AS days,
             private.days_asked((input.question -> 'days'::text)) AS written_days
            FROM input
         )
  SELECT grouped.value,
     d.currency,
     count(*) AS count,
     sum(d.amount) AS sum,
     (array_agg(d.id ORDER BY d.document_date DESC NULLS LAST, d.id))[:100] AS array_agg
    FROM ((asked
      JOIN public.documents d ON (((d.amount IS NOT NULL) AND ((COALESCE(cardinality(sum_amounts.tags), 0) = 0) OR (d.tags @> sum_amounts.tags)) AND ((COALESCE(cardinality(sum_amounts.document_types), 0) = 0) OR (d.document_type = ANY (sum_amounts.document_types))) AND ((COALESCE(cardinality(sum_amounts.statuses), 0) = 0) OR (d.status = ANY ((sum_amounts.statuses)::public.document_status[]))) AND ((COALESCE(cardinality(sum_amounts.currencies), 0) = 0) OR (d.currency = ANY (sum_amounts.currencies))) AND ((sum_amounts.date_from IS NULL) OR (d.document_date >= sum_amounts.date_from)) AND ((sum_amounts.date_to IS NULL) OR (d.document_date <= sum_amounts.date_to)) AND ((sum_amounts.amount_from IS NULL) OR (d.amount >= sum_amounts.amount_from)) AND ((sum_amounts.amount_to IS NULL) OR (d.amount <= sum_amounts.amount_to)) AND (d.tags @> asked.tags) AND ((cardinality(asked.types) = 0) OR (d.document_type = ANY (asked.types))) AND ((asked.sender IS NULL) OR (lower(extensions.unaccent(d.correspondent)) ~~ asked.sender)) AND ((asked.since IS NULL) OR (d.document_date >= asked.since)) AND ((asked.before IS NULL) OR (d.document_date < asked.before)) AND ((NOT (asked.question ? 'due_to'::text)) OR ((private.due_date_of(d.id) >= COALESCE((asked.question ->> 'due_from'::text), ''::text)) AND (private.due_date_of(d.id) <= (asked.question ->> 'due_to'::text)))) AND ((NOT (asked.question ? 'pages_from'::text)) OR (d.page_count >= ((asked.question ->> 'pages_from'::text))::integer)) AND ((NOT (asked.question ? 'pages_to'::text)) OR (d.page_count <= ((asked.question ->> 'pages_to'::text))::integer)) AND ((NOT (asked.question ? 'noted'::text)) OR (d.note IS NOT NULL)) AND ((NOT (asked.question ? 'sources'::text)) OR private.came_by(d.id, (asked.question -> 'sources'::text))) AND ((NOT asked.dated) OR (d.document_date = ANY (asked.days)) OR (d.id IN ( SELECT s.document_id
            FROM public.document_search s
           WHERE (s.search @@ asked.written_days)))) AND ((NOT asked.searched) OR (d.id IN ( SELECT s.document_id
            FROM public.document_search s
           WHERE (s.search @@ asked.terms)))))))
      CROSS JOIN LATERAL ( SELECT NULL::text AS "?column?"
           WHERE (asked."grouping" = 'none'::text)
         UNION ALL
          SELECT d.correspondent
           WHERE (asked."grouping" = 'correspondent'::text)
         UNION ALL
          SELECT d.document_type
           WHERE (asked."grouping" = 'document_type'::text)
         UNION ALL
          SELECT to_char((d.document_date)::timestamp with time zone, 'YYYY-MM'::text) AS to_char
           WHERE (asked."grouping" = 'month'::text)
         UNION ALL
          SELECT tag.tag
            FROM unnest(d.tags) tag(tag)
           WHERE (asked."grouping" = 'tag'::text)) grouped(value))
   GROUP BY grouped.value, d.currency
   ORDER BY grouped.value, d.currency
  LIMIT 10000;
END;
comment on function public.sum_amounts(text,text,text[],text[],text[],date,date,numeric,numeric,text[]) is 'What the caller''s documents with an amount add up to, one row a currency: {group_value, currency, documents, total, document_ids}. group_by: correspondent, document_type, tag or month ("2026-03", of document_date); a document counts in each of its tags. The other parameters filter as those of search_documents; the words of query are found whole, the last one by its beginning. document_ids: of the 100 newest that count. At most 10,000 rows. Errors: invalid_request (400).';
grant execute on function public.sum_amounts(text,text,text[],text[],text[],date,date,numeric,numeric,text[]) to authenticated;

CREATE OR REPLACE FUNCTION public.tags_of(document_id uuid, query text DEFAULT NULL::text, at_most integer DEFAULT 50)
 RETURNS TABLE(tag text, documents integer, similarity real)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT known.tag,
     known.documents,
     alike.alike
    FROM (public.documents described
      JOIN public.tags known ON ((known.user_id = described.user_id))),
     LATERAL private.tag_likeness(known.tag, tags_of.query) alike(alike)
   WHERE ((described.id = tags_of.document_id) AND ((alike.alike IS NULL) OR (alike.alike >= (0.3)::double precision)))
   ORDER BY alike.alike DESC NULLS LAST, known.documents DESC, known.tag
  LIMIT LEAST(GREATEST(COALESCE(tags_of.at_most, 50), 1), 1000);
END;
comment on function public.tags_of(uuid,text,integer) is 'The tags of a document''s owner, as my_tags has them: for whoever describes that document, and of no other owner.';
grant execute on function public.tags_of(uuid,text,integer) to service_role;

CREATE OR REPLACE FUNCTION public.take_watched(waiting jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  one record;
  job private.jobs;
  answer jsonb;
  answers jsonb := jsonb_build_array();
begin
  for one in select * from jsonb_to_recordset(waiting) as one (job_id uuid, patient boolean, worker uuid) loop
    select * into job from private.jobs where id = one.job_id;
    answer := '{"elsewhere": true}';
    if job.state = 'queued' and not job.suspect and job.payload ? 'watched' then
      if one.patient then
        answer := jsonb_build_object('ahead', (
          select count(*) from (
            select from private.jobs
            where jobs.stage = job.stage and state = 'queued' and run_after is null
              and queue_position < job.queue_position limit 1000) as before));
      else
        update private.jobs set payload = payload - 'watched' where id = job.id and state = 'queued';
      end if;
    elsif job.state = 'dispatched' and not job.suspect then
      answer := '{"ahead": 0}';
      -- The document before its job, and neither if somebody has it: see lock_document_of.
      perform from public.documents where id = job.document_id for update skip locked;
      if found then
        select * into job from private.jobs where id = one.job_id and state = 'dispatched' for update skip locked;
        if found then
          answer := jsonb_build_object('claim', private.begin_job(job, worker => one.worker));
        end if;
      end if;
    end if;
    answers := answers || answer;
  end loop;
  return answers;
end
$function$;
comment on function public.take_watched(jsonb) is 'Asks for jobs whose users are waiting, [{job_id, patient, worker}], and answers in order: {claim}, as claim_job has it, once the job has its slot; {ahead: jobs of the stage before it, up to 1,000} while it waits in the queue; {elsewhere: true} when an invocation or another worker has it, or it is over. One that is not patient is waited for no longer: it becomes a job like any other.';
grant execute on function public.take_watched(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.test_webhook(webhook_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.try_webhook(webhook_id) AS try_webhook;
END;
comment on function public.test_webhook(uuid) is 'Sends an event webhook.test to a webhook of the signed-in user, once, also when it is disabled: {delivery_id}, the row of webhook_deliveries that tells how it went. Errors: not_found (404), too_many_requests (429).';
grant execute on function public.test_webhook(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.trash()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.own_trash() AS own_trash;
END;
comment on function public.trash() is 'What the signed-in user has in the trash, the newest first: {documents: [{id, filename, display_name, mime_type, byte_size, page_count, document_type, correspondent, trashed_at}], the newest 500; total; bytes; kept_for: seconds from trashed_at to the deletion}.';
grant execute on function public.trash() to authenticated;

CREATE OR REPLACE FUNCTION public.trash_documents(document_ids uuid[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.move_to_trash(document_ids) AS move_to_trash;
END;
comment on function public.trash_documents(uuid[]) is 'Moves documents of the signed-in user to the trash, with the parts that came in them: they leave all lists, and are deleted after private.settings.keep_trash. Their bytes still count. What is no document of the user is left out. Returns how many were moved. Errors: invalid_request (400) above documents_per_edit, too_many_requests (429).';
grant execute on function public.trash_documents(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION public.undo_extraction_run(run_id bigint)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.undo_extraction(run_id) AS undo_extraction;
END;
comment on function public.undo_extraction_run(bigint) is 'Puts back the values and proposals that were there before the last run that the signed-in user had made of a schema; what people said of values stays. What it cost is paid. Returns the extraction. Errors: not_found (404), not_allowed_now (409) while it runs, when a later run wrote values, or when the text or the schema is another one, too_many_requests (429).';
grant execute on function public.undo_extraction_run(bigint) to authenticated;

CREATE OR REPLACE FUNCTION public.undo_metadata_run(run_id bigint, fields text[] DEFAULT NULL::text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- The columns of an update that is put together are not known before it runs.
  -- @plpgsql_check_options: other_warnings = false
  run public.metadata_runs;
  document public.documents;
  wanted text[];
  undone text[];
  skipped jsonb;
  restored public.documents;
begin
  select * into run from public.metadata_runs where id = undo_metadata_run.run_id;
  select * into document from public.documents where id = run.document_id for update;
  if document.id is null then
    raise exception using errcode = 'PT404', hint = 'not_found', message = 'There is no such run, or it is not yours.';
  end if;
  wanted := array(select distinct field from unnest(coalesce(fields, run.applied)) as field where field is not null
    order by field);
  undone := array(
    select field from unnest(wanted) as field
    where field = any (run.applied) and to_jsonb(document) -> field = run.written -> field order by field);
  skipped := (
    select coalesce(jsonb_object_agg(field, case when field = any (run.applied) then 'changed_since'
      else 'not_applied' end), '{}')
    from unnest(wanted) as field where field <> all (undone));
  if cardinality(undone) = 0 then
    raise exception using errcode = 'PT409', hint = 'not_allowed_now', detail = skipped::text,
      message = 'Nothing of that run is left to undo: what it wrote was changed since, or it did not write these fields.';
  end if;

  restored := jsonb_populate_record(document,
    (select jsonb_object_agg(key, value) from jsonb_each(run.previous) where key = any (undone)));
  -- A document that had no name yet goes by the one of its file; a completed one has a name.
  restored.display_name := coalesce(restored.display_name,
    left(regexp_replace(document.filename, '[[:cntrl:]]+', ' ', 'g'), 200));
  restored.locked_fields := array(select distinct unnest(document.locked_fields || undone));
  -- As the caller, who may update these columns and no others, whatever a run says.
  execute format('update public.documents set %s where id = $1 returning *',
    (select string_agg(format('%1$I = ($2).%1$I', field), ', ') from unnest(undone || array['locked_fields']) as field))
  into strict document using document.id, restored;
  return jsonb_build_object('document', to_jsonb(document), 'undone', undone, 'skipped', skipped);
end
$function$;
comment on function public.undo_metadata_run(bigint,text[]) is 'Puts back what was there before a run of the caller''s own document: in all fields that it wrote, or in those named, and locks them. A field that was changed since is skipped. Returns {document, undone: [fields], skipped: {field: changed_since | not_applied}}. Errors: not_found (404), not_allowed_now (409) when there is nothing to undo.';
grant execute on function public.undo_metadata_run(bigint,text[]) to authenticated;

CREATE OR REPLACE FUNCTION public.undo_rule_run(rule_run_id uuid)
 RETURNS text
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.revert_rule_run(rule_run_id) AS revert_rule_run;
END;
comment on function public.undo_rule_run(uuid) is 'Puts back, in the background, what a rule run of the signed-in user changed, but for fields that were changed or locked since. One that is running is stopped. Returns its state. Errors: not_found (404), not_allowed_now (409) while another run is under way, too_many_requests (429).';
grant execute on function public.undo_rule_run(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.unlock_fields(document_id uuid, fields text[])
 RETURNS text[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  still_locked text[];
begin
  update public.documents set locked_fields = array(select unnest(locked_fields) except select unnest(fields)
    order by 1)
  where id = unlock_fields.document_id returning locked_fields into still_locked;
  if not found then
    raise exception using errcode = 'PT404', hint = 'not_found',
      message = 'There is no such document, or it is not yours.';
  end if;
  return still_locked;
end
$function$;
comment on function public.unlock_fields(uuid,text[]) is 'Leaves fields of the caller''s own document to the pipeline again: the next describing writes them. Returns the fields that are still locked. Errors: not_found (404).';
grant execute on function public.unlock_fields(uuid,text[]) to authenticated;

CREATE OR REPLACE FUNCTION public.usage_left()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('month', ((((now() AT TIME ZONE 'utc'::text))::date - (EXTRACT(day FROM (now() AT TIME ZONE 'utc'::text)))::integer) + 1), 'resets_at', (date_trunc('month'::text, now(), 'UTC'::text) + '1 mon'::interval), 'documents', jsonb_build_object('used', (COALESCE(used.documents, 0) + reserved.documents), 'limit', COALESCE(own.documents_per_month, general.documents_per_month)), 'pages', jsonb_build_object('used', (COALESCE(used.pages, 0) + reserved.pages), 'limit', COALESCE(own.pages_per_month, general.pages_per_month)), 'cost_micro_usd', jsonb_build_object('used', (COALESCE(used.cost_micro_usd, (0)::bigint) + calls.cost_micro_usd), 'limit', COALESCE(own.cost_micro_usd_per_month, general.cost_micro_usd_per_month)), 'stored_bytes', jsonb_build_object('used', COALESCE(stored.bytes, (0)::bigint), 'limit', COALESCE(own.stored_bytes, general.stored_bytes))) AS jsonb_build_object
    FROM (((((private.settings general
      LEFT JOIN private.user_limits own ON ((own.user_id = ( SELECT auth.uid() AS uid))))
      LEFT JOIN public.usage_months used ON (((used.user_id = ( SELECT auth.uid() AS uid)) AND (used.month = (date_trunc('month'::text, (now() AT TIME ZONE 'utc'::text)))::date))))
      LEFT JOIN private.stored_bytes stored ON ((stored.user_id = ( SELECT auth.uid() AS uid))))
      CROSS JOIN LATERAL ( SELECT count(*) FILTER (WHERE (NOT reservations.counted)) AS documents,
             COALESCE(sum((reservations.pages - reservations.pages_counted)), (0)::bigint) AS pages
            FROM private.reservations
           WHERE ((reservations.user_id = ( SELECT auth.uid() AS uid)) AND reservations.open)) reserved)
      CROSS JOIN LATERAL ( SELECT (COALESCE(sum(model_calls.reserved_micro_usd), (0)::numeric))::bigint AS cost_micro_usd
            FROM private.model_calls
           WHERE ((model_calls.user_id = ( SELECT auth.uid() AS uid)) AND (model_calls.state = 'open'::private.model_call_state) AND (model_calls.month = (date_trunc('month'::text, (now() AT TIME ZONE 'utc'::text)))::date))) calls);
END;
comment on function public.usage_left() is 'What the signed-in user used this month and may use: {month, resets_at, documents: {used, limit}, pages: {used, limit}, cost_micro_usd: {used, limit}, stored_bytes: {used, limit}}. used has what is reserved for documents and calls of models under way; stored_bytes are of no month; a limit of null is none.';
grant execute on function public.usage_left() to authenticated;

CREATE OR REPLACE FUNCTION public.use_api_token(token_sha256 text, scope text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', token.id, 'user_id', token.user_id, 'scopes', token.scopes)
  from private.admit_api_token(token_sha256, scope) as token
$function$;
comment on function public.use_api_token(text,text) is 'Whose an API token is: {id, user_id, scopes}. For functions that act with rights of their own. Errors: as private.admit_api_token.';
grant execute on function public.use_api_token(text,text) to service_role;

CREATE OR REPLACE FUNCTION public.use_mail_token(token_sha256 text, message_sha256 text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into private.mail_tokens (token_sha256, message_sha256)
  values (decode(use_mail_token.token_sha256, 'hex'), decode(use_mail_token.message_sha256, 'hex'))
  on conflict on constraint mail_tokens_pkey do nothing;
  return exists (
    select from private.mail_tokens as tokens
    where tokens.token_sha256 = decode(use_mail_token.token_sha256, 'hex')
      and tokens.message_sha256 = decode(use_mail_token.message_sha256, 'hex'));
end
$function$;
comment on function public.use_mail_token(text,text) is 'Whether a token that a provider signed is new, or comes again with the same mail. Both as SHA-256 in hexadecimal.';
grant execute on function public.use_mail_token(text,text) to service_role;

CREATE OR REPLACE FUNCTION public.yield_job(job_id uuid, lease uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.jobs := private.held_job(yield_job.job_id, yield_job.lease);
  progress boolean := exists (select from public.document_pages where document_id = job.document_id
    and created_at > job.claimed_at)
    or exists (select from public.document_parts where parent_id = job.document_id and created_at > job.claimed_at);
begin
  if progress or job.attempts < job.max_attempts then
    perform private.end_job(job, 'queued');
    update private.jobs
    set attempts = attempts - progress::integer,
      queue_position = private.next_queue_position(job.stage, job.user_id, job.suspect)
    where id = job.id;
  else
    perform private.fail_attempt(job, jsonb_build_object('code', 'worker_lost', 'retryable', true,
      'message', 'The work stopped without progress, each time it was tried. Retry the document.'));
  end if;
  perform private.dispatch_jobs();
end
$function$;
comment on function public.yield_job(uuid,uuid) is 'The worker made progress and its time is up: the job queues up again behind the others. With pages or parts saved since the claim the attempt is not counted; without, it is one like any other. Errors: lease_lost (409).';
grant execute on function public.yield_job(uuid,uuid) to service_role;
