-- Money for models: a reservation before each call, settled after it. The rows outlive the document, the job and the
-- worker.

create type private.model_call_state as enum ('open', 'settled', 'lost');
comment on type private.model_call_state is
  'open: reserved, and perhaps under way; settled: its price is known; lost: nobody told its price in time, so the '
  'reserved one counts.';

create table private.model_calls (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users on delete set null,
  document_id uuid,
  job_id uuid,
  stage private.job_stage not null,
  model text,
  month date not null,
  state private.model_call_state not null default 'open',
  reserved_micro_usd bigint not null,
  cost_micro_usd bigint,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  reserved_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  settled_at timestamptz,
  constraint reserved_micro_usd_is_positive check (reserved_micro_usd > 0),
  constraint usage_is_not_negative check (cost_micro_usd >= 0 and input_tokens >= 0 and output_tokens >= 0),
  constraint open_calls_have_no_price_yet check ((state = 'open') = (cost_micro_usd is null)),
  constraint open_calls_are_not_settled check ((state = 'open') = (settled_at is null))
);
create index model_calls_open on private.model_calls (user_id, month) where state = 'open';
create index model_calls_due on private.model_calls (expires_at) where state = 'open';
create index model_calls_by_user on private.model_calls (user_id);
create index model_calls_by_reservation on private.model_calls (reserved_at);

comment on table private.model_calls is
  'Each call of a model, with what was reserved for it and what it cost. Nothing but the end of '
  'private.settings.keep_model_calls deletes a row: neither its document nor its user does. A user''s erasure leaves '
  'the price and the tokens, which name nobody.';
comment on column private.model_calls.user_id is 'Whose month pays. Null once the account is erased.';
comment on column private.model_calls.document_id is
  'No foreign key: the call was paid for, whatever became of the document. Null, like job_id, for a call that a user '
  'asked for and no job.';
comment on column private.model_calls.month is
  'The month in which it was reserved, and in which it counts, whenever it is settled.';
comment on column private.model_calls.reserved_micro_usd is
  'The most that the call can cost, in millionths of a US dollar.';
comment on column private.model_calls.cost_micro_usd is
  'What it counts as: its price, or the reserved one when nobody told it. Null while it is open.';
comment on column private.model_calls.input_tokens is 'With those of the prompt cache.';
comment on column private.model_calls.expires_at is
  'Without an answer by then its worker is dead, and the call is lost.';

alter table private.model_calls enable row level security;
create policy "users can read their own model calls" on private.model_calls
  for select to authenticated using (user_id = (select auth.uid()));
revoke all on private.model_calls from anon, authenticated, service_role, public;
grant select on private.model_calls to authenticated;
grant select, insert, update, delete on private.model_calls to service_role;

alter table private.settings
  add column model_call_lease interval not null default '10 minutes',
  add column keep_model_calls interval not null default '400 days',
  add constraint model_call_lease_is_positive check (model_call_lease > interval '0');
comment on column private.settings.model_call_lease is
  'How long a call of a model may take until its price is told. Longer than a worker lives: 400 s on hosted Supabase.';
comment on column private.settings.keep_model_calls is
  'How long the single calls of models are kept; their sums stay in usage_months.';

create function private.forget_model_call() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.document_id := null;
  new.job_id := null;
  return new;
end
$$;
comment on function private.forget_model_call() is
  'Trigger: of an erased user the price of their calls stays, and nothing that leads to them.';
create trigger on_model_calls_of_erased_users before update of user_id on private.model_calls
  for each row when (new.user_id is null) execute function private.forget_model_call();

create type private.tokens_used as (
  input_tokens bigint, output_tokens bigint, cache_read_tokens bigint, cache_write_tokens bigint, cost_micro_usd bigint
);
comment on type private.tokens_used is 'What a model counted and cost.';

create function private.model_use(used jsonb) returns private.tokens_used
language sql immutable set search_path = '' as $$
  select row(
    coalesce((used ->> 'input_tokens')::bigint, 0), coalesce((used ->> 'output_tokens')::bigint, 0),
    coalesce((used ->> 'cache_read_tokens')::bigint, 0), coalesce((used ->> 'cache_write_tokens')::bigint, 0),
    coalesce((used ->> 'cost_micro_usd')::bigint, 0))::private.tokens_used
$$;
comment on function private.model_use(jsonb) is
  'What a model counted and cost, as a worker tells it; 0 for what is not told.';

create function private.reserve_call(owner uuid, document_id uuid, job_id uuid, stage private.job_stage, call_id uuid,
  model text, cost_micro_usd bigint) returns jsonb
language plpgsql set search_path = '' as $$
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
$$;
comment on function private.reserve_call(uuid, uuid, uuid, private.job_stage, uuid, text, bigint) is
  'Reserves the most that one call of a model can cost of a user''s month: the one place that does. Returns as '
  'public.reserve_model_call.';

create function public.reserve_model_call(job_id uuid, lease uuid, call_id uuid, model text, cost_micro_usd bigint)
  returns jsonb
language plpgsql set search_path = '' as $$
declare
  job private.jobs := private.held_job(reserve_model_call.job_id, reserve_model_call.lease);
begin
  return private.reserve_call(job.user_id, job.document_id, job.id, job.stage, reserve_model_call.call_id,
    reserve_model_call.model, reserve_model_call.cost_micro_usd);
end
$$;
comment on function public.reserve_model_call(uuid, uuid, uuid, text, bigint) is
  'Reserves the most that one call of a model can cost of its owner''s month. No model is called without it. The '
  'caller makes up call_id, so that a repeat of a call whose answer was lost reserves once. Returns {call_id}, to be '
  'settled; or {refused: spent} when the month''s money does not cover it, {refused: reserved} when it may once calls '
  'that are under way are settled. Errors: lease_lost (409): the document may be deleted, or another worker have the '
  'job.';

create function public.reserve_model_call_of(owner uuid, stage text, call_id uuid, model text, cost_micro_usd bigint)
  returns jsonb
language plpgsql set search_path = '' as $$
begin
  return private.reserve_call(reserve_model_call_of.owner, null, null, reserve_model_call_of.stage::private.job_stage,
    reserve_model_call_of.call_id,
    reserve_model_call_of.model, reserve_model_call_of.cost_micro_usd);
end
$$;
comment on function public.reserve_model_call_of(uuid, text, uuid, text, bigint) is
  'Reserves what one call of a model can cost that a user asked for and that belongs to no job and no document, such '
  'as the suggestion of a schema. Answers as reserve_model_call, and is settled like it. The caller proves who the '
  'owner is.';

create function private.close_model_call(call_id uuid, ends_as private.model_call_state, used private.tokens_used)
  returns boolean
language plpgsql set search_path = '' as $$
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
$$;
comment on function private.close_model_call(uuid, private.model_call_state, private.tokens_used) is
  'Ends the reservation of a call, and debits what it counts as to the month in which it was reserved. A settled call '
  'stays what it is; a lost one may be settled. Returns whether anything changed.';

create function public.settle_model_call(call_id uuid, used jsonb) returns void
language sql set search_path = '' as $$
  select private.close_model_call(settle_model_call.call_id, 'settled', private.model_use(settle_model_call.used))
$$;
comment on function public.settle_model_call(uuid, jsonb) is
  'What a call cost: {input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd}; all 0 for '
  'one that was never made or that the model''s side refused. Needs no lease: the money is spent whoever has the job '
  'now, and whether or not the document is still there. A repeat changes nothing.';

create function private.lose_model_calls() returns integer
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.lose_model_calls() is
  'Ends reservations whose worker never told a price: it may have died before the call or after it, so the reserved '
  'price counts, and the month''s sum stays what it was with the reservation. Returns how many. Run by pg_cron every '
  'minute.';

revoke execute on function private.forget_model_call(), private.model_use(jsonb),
  public.reserve_model_call(uuid, uuid, uuid, text, bigint),
  private.reserve_call(uuid, uuid, uuid, private.job_stage, uuid, text, bigint),
  public.reserve_model_call_of(uuid, text, uuid, text, bigint),
  private.close_model_call(uuid, private.model_call_state, private.tokens_used), public.settle_model_call(uuid, jsonb),
  private.lose_model_calls() from public, anon, authenticated;
grant execute on function private.model_use(jsonb), public.reserve_model_call(uuid, uuid, uuid, text, bigint),
  private.reserve_call(uuid, uuid, uuid, private.job_stage, uuid, text, bigint),
  public.reserve_model_call_of(uuid, text, uuid, text, bigint),
  private.close_model_call(uuid, private.model_call_state, private.tokens_used),
  public.settle_model_call(uuid, jsonb) to service_role;

select cron.schedule('docket-model-calls', '* * * * *', 'select private.lose_model_calls()');
