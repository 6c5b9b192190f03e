-- The roles that every Supabase database has before the first migration.
-- Follows supabase/postgres (migrations/db/init-scripts): supabase_admin is the superuser and postgres is none.

create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role authenticator login noinherit;
create role postgres login createdb createrole replication bypassrls;
create role supabase_auth_admin login createrole noinherit;
create role supabase_storage_admin login createrole noinherit;
create role supabase_realtime_admin nologin noinherit;
create role supabase_replication_admin login replication;
create role dashboard_user nologin createdb createrole replication;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;
grant anon, authenticated, service_role to supabase_storage_admin;
-- postgres is a member of none of the services' roles (20250421084701_revoke_admin_roles_from_postgres); what it may do all the same
-- with their tables is in 60_supautils.sql.
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres with admin option;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
-- PostgREST's own connection (20221028101028, 20231130133139). That it loads safeupdate, which no package has, is the REST stand-in's part.
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;

alter database postgres owner to postgres;
alter schema public owner to postgres;
grant usage on schema public to anon, authenticated, service_role;

create schema extensions;
grant usage on schema extensions to public;
grant all on schema extensions to postgres;
grant create on database postgres to supabase_auth_admin, supabase_storage_admin;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;

-- New tables are reachable through the Data API by explicit grants only, as on new hosted projects
-- (config.toml: auto_expose_new_tables = false), so there are no default privileges here.

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
