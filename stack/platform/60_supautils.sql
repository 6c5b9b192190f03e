-- What the library supautils lets postgres do with the services' tables, though it owns none of them: make, change and drop policies
-- (supautils.policy_grants) and drop triggers (supautils.drop_trigger_grants); it makes triggers by the privilege TRIGGER. Follows
-- supabase/postgres (ansible/files/postgresql_config/conf.d/supautils.conf), for the tables that there are here.
--
-- supautils is a hook in the server, and no package has it. Here a role of its own owns these tables, postgres inherits from it and
-- cannot become it, and event triggers refuse everything else that an owner may do, with Postgres's own error. Two differences: the
-- owner that the catalog names is another, and auth's tables are not among them, so postgres puts no policies there.

create role supautils_tables nologin noinherit;
comment on role supautils_tables is 'Owns the tables of the services on which postgres may put policies.';
grant supautils_tables to postgres with inherit true, set false;
grant supautils_tables to supabase_storage_admin with inherit true, set false;
grant supautils_tables to supabase_realtime_admin with inherit true, set false;
-- Foreign keys are checked as the owner.
grant usage on schema storage, realtime to supautils_tables;

alter table storage.buckets owner to supautils_tables;
alter table storage.objects owner to supautils_tables;
alter table realtime.messages owner to supautils_tables;
-- What the owner had by being it.
grant all on storage.buckets, storage.objects to supabase_storage_admin with grant option;
grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on realtime.messages to supabase_realtime_admin with grant option;

create function extensions.owns_services() returns boolean language sql stable set search_path = '' as $$
  select rolsuper or rolname in ('supabase_storage_admin', 'supabase_auth_admin', 'supabase_realtime_admin')
  from pg_catalog.pg_roles where rolname = current_user
$$;
comment on function extensions.owns_services() is 'Whether the current user is a service or the superuser.';

create function extensions.refuse_ddl_on_services() returns event_trigger language plpgsql set search_path = '' as $$
declare
  refused text;
begin
  if extensions.owns_services() then
    return;
  end if;
  select object_identity into refused from pg_catalog.pg_event_trigger_ddl_commands()
  where (schema_name in ('storage', 'realtime') or object_identity ~ '(^| on )(storage|realtime)\.')
    and command_tag not in ('CREATE POLICY', 'ALTER POLICY', 'CREATE TRIGGER', 'GRANT', 'REVOKE') limit 1;
  if found then
    raise exception 'must be owner of table %', regexp_replace(refused, '^.*\.', '') using errcode = '42501';
  end if;
end
$$;
comment on function extensions.refuse_ddl_on_services() is 'Event trigger: of a service''s tables, others than their owners change policies and make triggers, and nothing else.';
create event trigger refuse_ddl_on_services on ddl_command_end execute function extensions.refuse_ddl_on_services();

create function extensions.refuse_drops_from_services() returns event_trigger language plpgsql set search_path = '' as $$
declare
  refused text;
begin
  if extensions.owns_services() then
    return;
  end if;
  select object_name into refused from pg_catalog.pg_event_trigger_dropped_objects()
  where original and object_type not in ('policy', 'trigger') and schema_name in ('storage', 'realtime') limit 1;
  if found then
    raise exception 'must be owner of table %', refused using errcode = '42501';
  end if;
end
$$;
comment on function extensions.refuse_drops_from_services() is 'Event trigger: nobody else drops a service''s tables, or parts of them.';
create event trigger refuse_drops_from_services on sql_drop execute function extensions.refuse_drops_from_services();
