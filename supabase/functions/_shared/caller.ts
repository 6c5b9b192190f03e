import { createClient } from "@supabase/supabase-js";
import { PipelineError } from "./errors.ts";
import { boundedFetch, type Project } from "./project.ts";

/** A signed-in user, as proved by a token. */
export type Caller = { userId: string; token: string };

/** Who sends a request, and whether a document is theirs. */
export type Callers = {
  /** @throws PipelineError unauthorized */
  identify(request: Request): Promise<Caller>;
  /** @throws PipelineError not_found when the caller cannot see the document */
  mustOwn(caller: Caller, documentId: string): Promise<void>;
};

/**
 * How long a token that Auth has accepted is taken without asking again, in milliseconds. Several files of one user come with
 * the same token, and for HS256 tokens every check is a call to Auth. A user who signs out is known for this long.
 */
const KNOWN_MS = 30_000;
const MOST_KNOWN = 1_000;

/** Identifies callers by the project's Auth, and asks its row level security what is theirs. */
export function createCallers(project: Project, now: () => number = Date.now): Callers {
  const known = new Map<string, { caller: Caller; until: number }>();
  const auth = createClient(project.url, project.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: boundedFetch },
  }).auth;

  return {
    async identify(request) {
      const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
      if (!token) throw new PipelineError("unauthorized");
      const remembered = known.get(token);
      if (remembered && now() < remembered.until) return remembered.caller;
      // getClaims checks HS256 tokens by asking Auth, and asymmetric ones by the project's published keys.
      const { data, error } = await auth.getClaims(token).catch((cause: unknown) => ({ data: null, error: cause }));
      const claims = data?.claims;
      if (error && isOutage(error)) throw new PipelineError("database_unavailable", undefined, { cause: error });
      if (error || !claims?.sub || claims.role !== "authenticated") throw new PipelineError("unauthorized");
      const caller = { userId: claims.sub, token };
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(token, { caller, until: Math.min(now() + KNOWN_MS, claims.exp * 1000) });
      return caller;
    },

    async mustOwn(caller, documentId) {
      const asCaller = createClient(project.url, project.publishableKey, {
        auth: { persistSession: false, autoRefreshToken: false },
        global: { headers: { Authorization: `Bearer ${caller.token}` }, fetch: boundedFetch },
      });
      const { data, error } = await asCaller.from("documents").select("id").eq("id", documentId).maybeSingle();
      if (error) throw new PipelineError("database_unavailable", undefined, { cause: error });
      if (!data) throw new PipelineError("not_found");
    },
  };
}

/** An Auth server that does not answer, or that fails itself, says nothing about the token. */
function isOutage(error: unknown): boolean {
  const { name, status } = error as { name?: string; status?: number };
  return name === "AuthRetryableFetchError" || name === "AuthUnknownError" || (status ?? 0) >= 500;
}
