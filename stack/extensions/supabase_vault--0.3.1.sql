-- Stand-in for supabase/vault 0.3.1: the same table, view and functions, with the grants that supabase/postgres gives
-- (postgresql_extension_custom_scripts/supabase_vault).
-- FOR A LOCAL MACHINE ONLY. Upstream encrypts with XChaCha20 and keeps its key outside the database; this one encrypts with
-- pgcrypto's AES and keeps its key in a table beside the secrets. Whoever can read the data folder can read the secrets.

create table vault._key (key bytea not null);
insert into vault._key values (@extschema:pgcrypto@.gen_random_bytes(32));

create function vault._crypto_aead_det_noncegen() returns bytea language sql volatile set search_path = '' as $$
  select @extschema:pgcrypto@.gen_random_bytes(16)
$$;

create function vault._crypto_aead_det_encrypt(
  message bytea, additional bytea, key_id bigint, context bytea = 'pgsodium', nonce bytea = null
) returns bytea language sql stable security definer set search_path = '' as $$
  select @extschema:pgcrypto@.encrypt_iv(message, key, nonce, 'aes') from vault._key
$$;

create function vault._crypto_aead_det_decrypt(
  message bytea, additional bytea, key_id bigint, context bytea = 'pgsodium', nonce bytea = null
) returns bytea language sql stable security definer set search_path = '' as $$
  select @extschema:pgcrypto@.decrypt_iv(message, key, nonce, 'aes') from vault._key
$$;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default vault._crypto_aead_det_noncegen(),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
comment on table vault.secrets is 'Table with encrypted `secret` column for storing sensitive information on disk.';
create unique index on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
select
  id, name, description, secret,
  convert_from(vault._crypto_aead_det_decrypt(decode(secret, 'base64'), convert_to(id::text, 'utf8'), 0, 'pgsodium', nonce), 'utf8')
    as decrypted_secret,
  key_id, nonce, created_at, updated_at
from vault.secrets;

create function vault.create_secret(new_secret text, new_name text = null, new_description text = '', new_key_id uuid = null)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
  new_id uuid := gen_random_uuid();
  new_nonce bytea := vault._crypto_aead_det_noncegen();
begin
  insert into vault.secrets (id, name, description, nonce, secret)
  values (
    new_id, new_name, new_description, new_nonce,
    encode(
      vault._crypto_aead_det_encrypt(convert_to(new_secret, 'utf8'), convert_to(new_id::text, 'utf8'), 0, 'pgsodium', new_nonce),
      'base64'
    )
  );
  return new_id;
end
$$;
comment on function vault.create_secret(text, text, text, uuid) is 'stores a secret, and returns its id';

create function vault.update_secret(
  secret_id uuid, new_secret text = null, new_name text = null, new_description text = null, new_key_id uuid = null
) returns void language sql security definer set search_path = '' as $$
  update vault.secrets as kept set
    secret = coalesce(
      encode(
        vault._crypto_aead_det_encrypt(convert_to(new_secret, 'utf8'), convert_to(kept.id::text, 'utf8'), 0, 'pgsodium', kept.nonce),
        'base64'
      ),
      kept.secret
    ),
    name = coalesce(new_name, kept.name),
    description = coalesce(new_description, kept.description),
    updated_at = now()
  where kept.id = secret_id
$$;
comment on function vault.update_secret(uuid, text, text, text, uuid) is 'changes what is given of a secret';

select pg_catalog.pg_extension_config_dump('vault.secrets', '');
select pg_catalog.pg_extension_config_dump('vault._key', '');

revoke all on all functions in schema vault from public;
