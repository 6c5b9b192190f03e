import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** The Supabase project that a function belongs to. */
export type Project = { url: string; publishableKey: string; secretKey: string };

/** A client that acts as `service_role`: past row level security, for the pipeline's own functions and Storage. */
export function serviceClient(project: Project): SupabaseClient<Database> {
  return createClient<Database>(project.url, project.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}
