-- For `supabase start` and `supabase db reset` only. Tells Postgres where the functions are: inside Docker that is the
-- gateway's container; localhost would be the database's own. On a hosted project, set the secret once by hand:
--   select vault.create_secret('https://<ref>.supabase.co/functions/v1', 'functions_url');
select vault.create_secret('http://kong:8000/functions/v1', 'functions_url', 'Where Postgres reaches the Edge Functions.')
where not exists (select from vault.secrets where name = 'functions_url');
