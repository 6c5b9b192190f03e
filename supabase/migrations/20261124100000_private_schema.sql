-- What the rest stands on: the extensions, and a schema that the Data API does not show.

create extension if not exists pg_net with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists fuzzystrmatch with schema extensions;

-- Not 'if not exists': supautils runs the platform's script for pg_cron also when nothing had to be made, and in some
-- of Supabase's images that script drops the extension and makes it again, with which every job of the project is
-- gone.
do $$
begin
  if not exists (select from pg_catalog.pg_extension where extname = 'pg_cron') then
    create extension pg_cron with schema pg_catalog;
  end if;
end
$$;

create schema private;
comment on schema private is
  'What moves the pipeline: jobs, settings, and the functions that act on them. Not exposed by the Data API; its '
  'tables are no public interface.';
revoke all on schema private from public;
grant usage on schema private to service_role;

-- Volatile: a function that raises must not be folded away or called ahead of its turn.
create function private.refuse(status integer, code text, message text) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'PT' || refuse.status, message = refuse.message, hint = refuse.code;
end
$$;
comment on function private.refuse(integer, text, text) is
  'Ends the statement with an HTTP status (PostgREST reads it from a PTnnn sqlstate), a code of the list in '
  'functions/_shared/errors.ts as hint, and a sentence that says what to do.';
revoke execute on function private.refuse(integer, text, text) from public, anon, authenticated;
grant execute on function private.refuse(integer, text, text) to service_role;

create function private.refuse_until(status integer, code text, message text, again_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'PT' || refuse_until.status, message = refuse_until.message, hint = refuse_until.code,
    detail = jsonb_build_object('retry_after_ms',
      greatest(1, ceil(extract(epoch from again_at - clock_timestamp()) * 1000)::bigint))::text;
end
$$;
comment on function private.refuse_until(integer, text, text, timestamptz) is
  'As private.refuse, and says when to come back: {retry_after_ms} as detail, which becomes the Retry-After of the '
  'answer.';
revoke execute on function private.refuse_until(integer, text, text, timestamptz) from public, anon, authenticated;
grant execute on function private.refuse_until(integer, text, text, timestamptz) to service_role;
