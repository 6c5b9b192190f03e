-- Nothing of a user who has a second factor is shown to a session that has not used it, as Supabase's documentation
-- has it: a restrictive policy beside those that say whose a row is. For every table with row level security, so that
-- none is forgotten; a table of a later migration brings its own (tests/database/second_factor.test.ts).

do $$
declare
  guarded regclass;
begin
  for guarded in
    select pg_class.oid from pg_catalog.pg_class
    where relrowsecurity and relkind in ('r', 'p')
      and (relnamespace in ('public'::regnamespace, 'private'::regnamespace)
        or pg_class.oid = 'storage.objects'::regclass)
    order by pg_class.oid::regclass::text
  loop
    execute format(
      'create policy "a second factor was used where there is one" on %s as restrictive to authenticated using ((select private.is_assured()))',
      guarded);
  end loop;
end
$$;
