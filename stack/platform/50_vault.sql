-- Vault, which every hosted database has before the first migration. Grants as in supabase/postgres
-- (postgresql_extension_custom_scripts/supabase_vault): postgres and service_role, and neither anon nor authenticated.

create schema vault;
create extension supabase_vault with schema vault;

grant usage on schema vault to postgres with grant option;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt to postgres with grant option;

grant usage on schema vault to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt to service_role;
