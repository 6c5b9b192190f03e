import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** The Supabase project that a function belongs to. */
export type Project = { url: string; publishableKey: string; secretKey: string };

/**
 * How long a call to the project may take, in milliseconds. The Data API ends a statement after 8 s and may wait as long for a
 * connection; what takes longer is a connection on which nobody answers any more. Storage moves whole files.
 */
const LONGEST_MS = 20_000;
const LONGEST_FOR_FILES_MS = 60_000;

/** fetch that fails when the project does not answer in time: a call that waits forever is worse than one that failed. */
export const boundedFetch: typeof fetch = (input, init = {}) => {
  const url = input instanceof Request ? input.url : String(input);
  const limit = AbortSignal.timeout(url.includes("/storage/v1/") ? LONGEST_FOR_FILES_MS : LONGEST_MS);
  const { signal } = init as { signal?: AbortSignal | null };
  return fetch(input, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit });
};

/** A client that acts as `service_role`: past row level security, for the pipeline's own functions and Storage. */
export function serviceClient(project: Project): SupabaseClient<Database> {
  return createClient<Database>(project.url, project.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: boundedFetch },
  });
}
