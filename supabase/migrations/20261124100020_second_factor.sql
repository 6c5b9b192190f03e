-- Who has a second factor (TOTP, enrolled with Auth) must have used it: a session that knows the password alone
-- ("aal1") sees and does nothing here. Tables hold to it by a restrictive policy each (…_second_factor_policies.sql),
-- functions with rights of their own by asking private.caller() who calls.

create function private.is_assured() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select auth.jwt()) ->> 'aal', 'aal1') in ('aal2', 'aal3')
    or not exists (select from auth.mfa_factors where user_id = (select auth.uid()) and status = 'verified');
end
$$;
comment on function private.is_assured() is
  'Whether the caller''s session has all factors that the user has: the claim aal is aal2, or no factor of the user is '
  'verified.';

create function private.caller() returns uuid
language plpgsql stable set search_path = '' as $$
begin
  if not private.is_assured() then
    perform private.refuse(403, 'second_factor_required', 'Sign in with the code of your authenticator app, too.');
  end if;
  return (select auth.uid());
end
$$;
comment on function private.caller() is
  'The signed-in user, for functions with rights of their own, which row level security does not stop; null for '
  'nobody. Errors: second_factor_required (403).';

revoke execute on function private.is_assured(), private.caller() from public, anon, authenticated, service_role;
grant execute on function private.is_assured() to authenticated;
