import type { User } from "@supabase/supabase-js";

/**
 * Whether an account has a password, as far as Auth tells: one that was made by email and password has, one that Google or GitHub made
 * has none until one is set, which Auth notes nowhere but in what the page notes itself (WITH_PASSWORD).
 */
export const hasPassword = ({ app_metadata, user_metadata }: User): boolean => {
  const { provider = "email", providers = [provider] } = app_metadata as { provider?: string; providers?: string[] };
  return providers.includes("email") || user_metadata.has_password === true;
};

/** What is noted with a password that is set. */
export const WITH_PASSWORD = { has_password: true };
