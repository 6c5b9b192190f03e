-- Stand-in for supabase/pg_net 0.20.4: the same tables, functions, defaults and grants; the worker is stack/pg-net.
-- Differences: upstream wakes its worker by a latch when the transaction commits, this one by NOTIFY (which is also
-- delivered at commit only, but refuses PREPARE TRANSACTION); worker_restart() too takes effect at commit.

create schema net;

create domain net.http_method as text check (lower(value) in ('get', 'post', 'delete'));

create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);
comment on table net.http_request_queue is 'Requests that wait to be sent. Unlogged: a crash of the server empties it.';

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);
comment on table net._http_response is 'Answers, kept for pg_net.ttl. Unlogged: a crash of the server empties it.';

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

create function net.wake() returns void language sql as $$ select pg_catalog.pg_notify('pg_net', 'wake') $$;
comment on function net.wake() is 'tells the worker at commit that there is work';

create function net.worker_restart() returns bool language sql as $$
  select pg_catalog.pg_notify('pg_net', 'restart');
  select true;
$$;
comment on function net.worker_restart() is 'restarts the worker when its batch has ended';

-- The worker names itself in its connection; application_name is what every role may see of it.
create function net.check_worker_is_up() returns void language plpgsql as $$
begin
  if not exists (select from pg_catalog.pg_stat_activity where application_name like 'pg_net %') then
    raise exception 'the pg_net background worker is not up'
      using detail = 'the pg_net worker of the embedded stack does not run, so requests wait in net.http_request_queue',
        hint = 'start the stack with npm start';
  end if;
end
$$;
comment on function net.check_worker_is_up() is 'raises an exception if the worker is not up, otherwise returns nothing';

create function net.wait_until_running() returns void language plpgsql as $$
begin
  while not exists (select from pg_catalog.pg_stat_activity where application_name like 'pg_net %') loop
    perform pg_catalog.pg_sleep(0.05), pg_catalog.pg_stat_clear_snapshot();
  end loop;
end
$$;
comment on function net.wait_until_running() is 'waits until the worker is running';

create function net._urlencode_string(string varchar) returns text language sql immutable strict as $$
  select coalesce(pg_catalog.string_agg(
    case
      when character ~ '[A-Za-z0-9._~-]' then character
      else pg_catalog.regexp_replace(pg_catalog.upper(pg_catalog.encode(pg_catalog.convert_to(character, 'UTF8'), 'hex')), '(..)', '%\1', 'g')
    end, '' order by position), '')
  from pg_catalog.regexp_split_to_table(string, '') with ordinality as characters (character, position)
$$;

create function net._encode_url_with_params_array(url text, params_array text[]) returns text language plpgsql immutable strict as $$
declare
  fragment text := coalesce(substring(url from '#.*$'), '');
  base text := regexp_replace(url, '#.*$', '');
  query text := array_to_string(params_array, '&');
begin
  if url !~* '^[a-z][a-z0-9+.-]*://' then
    if url ~ '^[^/]+:' then
      raise exception 'Unsupported URL scheme' using hint = 'Write the URL with http:// or https://.';
    end if;
    raise exception 'invalid URL "%"', url using hint = 'Write the URL with http:// or https://.';
  end if;
  if url ~ '[[:space:][:cntrl:]]' or base !~ '^[^:]+://[^/?]' then
    raise exception 'URL using bad/illegal format or missing URL' using hint = 'Name a host, and write a space as %20.';
  end if;
  if base !~ '^[^:]+://[^/?]+[/?]' then base := base || '/'; end if;
  if query <> '' then
    base := base || case when base !~ '\?' then '?' when base ~ '[?&]$' then '' else '&' end || query;
  end if;
  return base || fragment;
end
$$;

create function net._encode_params(params jsonb) returns text[] language sql immutable as $$
  select coalesce(array_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value)), '{}') from jsonb_each_text(params)
$$;

create function net.http_get(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds int default 5000
) returns bigint language plpgsql as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('GET', net._encode_url_with_params_array(url, net._encode_params(params)), headers, timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_post(
  url text,
  body jsonb default '{}'::jsonb,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{"Content-Type": "application/json"}'::jsonb,
  timeout_milliseconds int default 5000
) returns bigint language plpgsql as $$
declare
  request_id bigint;
  content_type text := (select value from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type' limit 1);
begin
  if content_type is null then
    headers := headers || '{"Content-Type": "application/json"}';
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (
    'POST', net._encode_url_with_params_array(url, net._encode_params(params)), headers, convert_to(body::text, 'UTF8'), timeout_milliseconds
  )
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_delete(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint language plpgsql as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (
    'DELETE', net._encode_url_with_params_array(url, net._encode_params(params)), headers, convert_to(body::text, 'UTF8'), timeout_milliseconds
  )
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net._await_response(request_id bigint) returns bool language plpgsql as $$
begin
  while not exists (select from net._http_response where id = request_id) loop
    perform pg_catalog.pg_sleep(0.05);
  end loop;
  return true;
end
$$;

create function net._http_collect_response(request_id bigint, async bool default true) returns net.http_response_result
language plpgsql as $$
declare
  answer net._http_response;
begin
  if not async then perform net._await_response(request_id); end if;
  select * into answer from net._http_response where id = request_id;
  if answer.id is null or answer.error_msg is not null then
    return ('ERROR', coalesce(answer.error_msg, 'request matching request_id not found'), null)::net.http_response_result;
  end if;
  return ('SUCCESS', 'ok', (answer.status_code, answer.headers, answer.content)::net.http_response)::net.http_response_result;
end
$$;

-- Deprecated upstream, where it ends with this very error: its body selects without returning.
create function net.http_collect_response(request_id bigint, async bool default true) returns net.http_response_result
language plpgsql as $$
begin
  raise notice 'The net.http_collect_response function is deprecated.';
  raise exception 'query has no destination for result data' using errcode = '42601', hint = 'Read net._http_response.';
end
$$;

-- Upstream's own grants; since 0.12 the hosted event trigger issue_pg_net_access adds nothing to them.
grant usage on schema net to public;
grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;
