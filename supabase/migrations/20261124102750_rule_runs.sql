-- Rules and the documents that are there already: what they would change, changing it in the background, and taking
-- that back.

create table public.rule_runs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  rule_ids uuid[],
  state text not null default 'running',
  place uuid not null default '00000000-0000-0000-0000-000000000000',
  looked_at integer not null default 0,
  changed integer not null default 0,
  undone integer not null default 0,
  kept integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint rule_run_state_is_known check (state in ('running', 'done', 'stopped', 'undoing', 'undone')),
  constraint rules_of_a_run_are_some check (cardinality(rule_ids) between 1 and 100),
  constraint rule_run_counts_are_not_negative check (looked_at >= 0 and changed >= 0 and undone >= 0 and kept >= 0)
);
create unique index a_user_has_one_rule_run_at_a_time on public.rule_runs (user_id)
  where state in ('running', 'undoing');
create index rule_runs_by_user on public.rule_runs (user_id, created_at);
create index rule_runs_under_way on public.rule_runs (updated_at) where state in ('running', 'undoing');
comment on table public.rule_runs is
  'Rules that are applied to the documents that are there. Made by apply_rules; stop_rule_run stops one, undo_rule_run '
  'takes back what it changed.';
comment on column public.rule_runs.rule_ids is 'Which rules; null: those that are enabled.';
comment on column public.rule_runs.state is
  'running → done, or stopped; then undoing → undone, if its owner asks for that.';
comment on column public.rule_runs.place is 'The last document that was looked at, in the order of ids.';
comment on column public.rule_runs.looked_at is 'Documents that were looked at.';
comment on column public.rule_runs.changed is 'Documents that it changed.';
comment on column public.rule_runs.undone is 'Documents that were put back as they were.';
comment on column public.rule_runs.kept is
  'Documents of which undoing left a field as it is, because it was changed or locked since.';
create trigger rule_runs_touch_updated_at before update on public.rule_runs
  for each row execute function private.touch_updated_at();

alter table public.rule_runs enable row level security;
create policy "users can read their own rule runs" on public.rule_runs
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.rule_runs from anon, authenticated, service_role, public;
grant select on public.rule_runs to authenticated;
grant select on public.rule_runs to service_role;

create table private.rule_edits (
  run_id uuid not null references public.rule_runs on delete cascade,
  document_id uuid not null references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  fields jsonb not null,
  primary key (run_id, document_id)
);
create index rule_edits_by_document on private.rule_edits (document_id);
create index rule_edits_by_user on private.rule_edits (user_id);
comment on table private.rule_edits is 'What a rule run changed: {field: {from, to}}, kept so that it can be undone.';
alter table private.rule_edits enable row level security;
create policy "closed to users" on private.rule_edits for all to anon, authenticated using (false);
revoke all on private.rule_edits from anon, authenticated, service_role, public;

create function private.changes_of(document public.documents, outcome jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(key, jsonb_build_object('from', was -> key, 'to', value)), jsonb_build_object())
  from to_jsonb(document) as was, jsonb_each(outcome -> 'fields')
$$;
comment on function private.changes_of(public.documents, jsonb) is
  'What rules change of a document in all: {field: {from, to}}.';

create function private.write_many(changed public.documents[], fields text[]) returns void
language plpgsql set search_path = '' as $$
begin
  -- One statement: the tags of all are counted in one order, so that no two wait for each other in a circle.
  execute format('update public.documents set %s from unnest($1) as changed where documents.id = changed.id',
    private.assignments(fields, 'changed'))
  using changed;
end
$$;
comment on function private.write_many(public.documents[], text[]) is
  'Writes these fields of documents whose rows the caller has locked.';

create function private.continue_rule_run(run public.rule_runs) returns void
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.continue_rule_run(public.rule_runs) is
  'One step of a rule run: looks at up to 1,000 documents and changes up to 200 in one statement. The run is locked by '
  'the caller.';

create function private.undo_some_edits(run public.rule_runs) returns void
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.undo_some_edits(public.rule_runs) is
  'One step of undoing a rule run: puts back fields of up to 200 documents, but for those that were changed or locked '
  'since. The run is locked by the caller.';

create function private.continue_rule_runs() returns void
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.continue_rule_runs() is
  'Goes on with the rule run that waits longest. Run by pg_cron every 10 seconds.';
select cron.schedule('docket-rules', '10 seconds', 'select private.continue_rule_runs()');

create function private.prune_rule_runs() returns void
language sql security definer set search_path = '' as $$
  delete from public.rule_runs where state in ('done', 'stopped', 'undone') and updated_at < now() - interval '30 days'
$$;
comment on function private.prune_rule_runs() is
  'Removes rule runs 30 days after their end: from then on they cannot be undone. Run by pg_cron every hour.';
select cron.schedule('docket-prune-rules', '57 * * * *', 'select private.prune_rule_runs()');

create function private.begin_rule_run(rule_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.begin_rule_run(uuid[]) is 'See public.apply_rules.';

create function private.own_rule_run(rule_run_id uuid) returns public.rule_runs
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.own_rule_run(uuid) is
  'A rule run of the signed-in user, locked; counts as a request. Errors: not_found (404), too_many_requests (429).';

create function private.halt_rule_run(rule_run_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  run public.rule_runs := private.own_rule_run(halt_rule_run.rule_run_id);
begin
  update public.rule_runs set state = 'stopped' where id = run.id and state = 'running' returning * into run;
  return (select state from public.rule_runs where id = halt_rule_run.rule_run_id);
end
$$;
comment on function private.halt_rule_run(uuid) is 'See public.stop_rule_run.';

create function private.revert_rule_run(rule_run_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.revert_rule_run(uuid) is 'See public.undo_rule_run.';

create function private.given_rules(owner uuid, given jsonb) returns private.compiled_rules[]
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function private.given_rules(uuid, jsonb) is
  'Rules to try, compiled: ids of saved ones, or {name, conditions, actions}; a user''s enabled ones where nothing is '
  'given. Null when it is no such list. Errors: invalid_request (400).';

create function private.try_rules(given jsonb, after uuid, page_size integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.try_rules(jsonb, uuid, integer) is 'See public.dry_run_rules.';

-- "begin atomic" binds what it calls when it is made, so that users need no usage of the schema private.
create function public.dry_run_rules(rules jsonb default null, after uuid default null, page_size integer default 50)
  returns jsonb
language sql set search_path = ''
begin atomic
  select private.try_rules(dry_run_rules.rules, dry_run_rules.after, dry_run_rules.page_size);
end;
comment on function public.dry_run_rules(jsonb, uuid, integer) is
  'What rules would change in the archive of the signed-in user, one page; writes nothing. rules: ids of saved ones, '
  'or {name, conditions, actions}, in their order; the enabled ones where nothing is given. Returns {documents: '
  '[{document_id, name, changes: {field: {from, to}}, rules}], looked_at: up to 500, next: what to send as `after` for '
  'the next page, or null}. page_size: 1 to 200. Errors: invalid_request (400), too_many_requests (429).';

create function public.apply_rules(rule_ids uuid[] default null) returns jsonb
language sql set search_path = ''
begin atomic
  select private.begin_rule_run(apply_rules.rule_ids);
end;
comment on function public.apply_rules(uuid[]) is
  'Applies rules of the signed-in user to the documents that are there, in the background: those with these ids, else '
  'the enabled ones. Returns the row of rule_runs that tells how far it is. Errors: not_found (404), not_allowed_now '
  '(409) while another run is under way, too_many_requests (429).';

create function public.stop_rule_run(rule_run_id uuid) returns text
language sql set search_path = ''
begin atomic
  select private.halt_rule_run(stop_rule_run.rule_run_id);
end;
comment on function public.stop_rule_run(uuid) is
  'Stops a rule run of the signed-in user; what it changed stays. Returns its state. Repeats change nothing. Errors: '
  'not_found (404), too_many_requests (429).';

create function public.undo_rule_run(rule_run_id uuid) returns text
language sql set search_path = ''
begin atomic
  select private.revert_rule_run(undo_rule_run.rule_run_id);
end;
comment on function public.undo_rule_run(uuid) is
  'Puts back, in the background, what a rule run of the signed-in user changed, but for fields that were changed or '
  'locked since. One that is running is stopped. Returns its state. Errors: not_found (404), not_allowed_now (409) '
  'while another run is under way, too_many_requests (429).';

revoke execute on function
  private.changes_of(public.documents, jsonb), private.write_many(public.documents[], text[]),
  private.continue_rule_run(public.rule_runs),
  private.undo_some_edits(public.rule_runs), private.continue_rule_runs(), private.prune_rule_runs(),
  private.begin_rule_run(uuid[]),
  private.own_rule_run(uuid), private.halt_rule_run(uuid), private.revert_rule_run(uuid),
  private.given_rules(uuid, jsonb),
  private.try_rules(jsonb, uuid, integer), public.dry_run_rules(jsonb, uuid, integer), public.apply_rules(uuid[]),
  public.stop_rule_run(uuid),
  public.undo_rule_run(uuid)
  from public, anon, authenticated, service_role;
grant execute on function
  private.begin_rule_run(uuid[]), private.halt_rule_run(uuid), private.revert_rule_run(uuid),
  private.try_rules(jsonb, uuid, integer),
  public.dry_run_rules(jsonb, uuid, integer), public.apply_rules(uuid[]), public.stop_rule_run(uuid),
  public.undo_rule_run(uuid) to authenticated;
