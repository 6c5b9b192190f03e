-- How large a file of a type may be.

create table private.size_limits (
  mime_types text primary key,
  max_bytes bigint not null,
  constraint max_bytes_are_positive check (max_bytes > 0)
);
comment on table private.size_limits is
  'The largest file of a type, below what the upload function and the bucket take. Of several patterns that fit, the '
  'longest counts; a type without one has no limit of its own.';
comment on column private.size_limits.mime_types is 'A type, or a pattern for LIKE: text/%.';
comment on column private.size_limits.max_bytes is 'Bytes.';
insert into private.size_limits (mime_types, max_bytes) values
  ('image/%', 20 * 1024 * 1024), ('text/%', 5 * 1024 * 1024), ('message/%', 20 * 1024 * 1024);

alter table private.size_limits enable row level security;
create policy "closed to users" on private.size_limits for all to anon, authenticated using (false);
revoke all on private.size_limits from anon, authenticated, service_role, public;
grant select on private.size_limits to service_role;

create function private.check_size(mime_type text, byte_size bigint) returns void
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function private.check_size(text, bigint) is
  'Refuses a file that is larger than its type may be. Errors: file_too_large (413).';

revoke execute on function private.check_size(text, bigint)
  from public, anon, authenticated;
grant execute on function private.check_size(text, bigint) to service_role;
