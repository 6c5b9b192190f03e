import { createClient, type SupabaseClient } from "@supabase/supabase-js";

/** The Supabase project that a function belongs to. */
export type Project = { url: string; publishableKey: string; secretKey: string };

/** A client that acts as `service_role`: past row level security, for the pipeline's own functions and Storage. */
export function serviceClient(project: Project): SupabaseClient {
  return createClient(project.url, project.secretKey, { auth: { persistSession: false, autoRefreshToken: false } });
}
