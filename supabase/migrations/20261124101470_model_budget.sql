-- What models cost a user, and how much they may in a month.

alter table private.jobs add column debited_lease uuid;
comment on column private.jobs.debited_lease is 'The attempt that failed and was paid for last, so that it is paid for once.';

create function public.model_budget_left(job_id uuid, lease uuid) returns bigint
language plpgsql set search_path = '' as $$
declare
  owner constant uuid := (private.held_job(model_budget_left.job_id, model_budget_left.lease)).user_id;
  cost_limit constant bigint := private.cost_limit_of(owner);
begin
  return case when cost_limit is not null then greatest(0, cost_limit - coalesce((
    select cost_micro_usd from public.usage_months
    where user_id = owner and month = private.this_month()), 0)) end;
end
$$;
comment on function public.model_budget_left(uuid, uuid) is
  'What the owner of a job''s document may still spend on models this month, in millionths of a US dollar; null for no limit. To be asked before a model is. Jobs that run at the same time see the same rest, so a month may end above its limit by what they cost. Errors: lease_lost (409).';

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
comment on function private.model_use(jsonb) is 'What a model counted and cost, as a worker tells it; 0 for what is not told.';

create function private.debit_use(owner uuid, used jsonb) returns void
language sql set search_path = '' as $$
  select private.debit(owner,
    input_tokens => counted.input_tokens + counted.cache_read_tokens + counted.cache_write_tokens,
    output_tokens => counted.output_tokens, cost_micro_usd => counted.cost_micro_usd)
  from private.model_use(used) as counted
$$;
comment on function private.debit_use(uuid, jsonb) is 'Adds what a model counted and cost to its user''s month. Tokens of the cache are input, too.';

create function public.debit_model_use(job_id uuid, lease uuid, used jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  owner uuid;
begin
  update private.jobs set debited_lease = debit_model_use.lease
  where id = debit_model_use.job_id and debited_lease is distinct from debit_model_use.lease returning user_id into owner;
  if owner is not null then
    perform private.debit_use(owner, used);
  end if;
end
$$;
comment on function public.debit_model_use(uuid, uuid, jsonb) is
  'An attempt failed after a model was paid: {input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd} are debited, once for each lease. The lease need not be held any more: the money is spent whoever has the job now. What led to a result is debited with it, by save_pages and complete_metadata.';

revoke execute on function public.model_budget_left(uuid, uuid), private.model_use(jsonb),
  private.debit_use(uuid, jsonb), public.debit_model_use(uuid, uuid, jsonb) from public, anon, authenticated;
grant execute on function public.model_budget_left(uuid, uuid), private.model_use(jsonb),
  private.debit_use(uuid, jsonb), public.debit_model_use(uuid, uuid, jsonb) to service_role;
