import { createClient } from "@supabase/supabase-js";
import { hashOfApiToken, looksLikeApiToken, type Scope } from "./api-token.ts";
import { PipelineError } from "./errors.ts";
import { pipelineError } from "./pipeline.ts";
import { boundedFetch, type Project, serviceClient } from "./project.ts";

/** A user, as proved by their access token or by an API token of theirs. */
export type Caller = { userId: string; token: string; apiToken?: { sha256: string; scopes: Scope[] } };

/** Who sends a request, and whether a document is theirs. */
export type Callers = {
  /**
   * @param scope what an API token must allow, null for nothing; an access token allows everything
   * @throws PipelineError unauthorized; second_factor_required; token_unknown, token_expired, token_revoked, scope_missing; too_many_requests while the
   *   caller is turned away
   */
  identify(request: Request, scope: Scope | null): Promise<Caller>;
  /** Who a request was found to be from. */
  known(request: Request): Caller | undefined;
  /** Refuses the caller's requests for so many milliseconds, before their bodies are read. */
  turnAway(caller: Caller, ms: number): void;
  /** @throws PipelineError not_found when the caller cannot see the document */
  mustOwn(caller: Caller, documentId: string): Promise<void>;
};

/**
 * How long a token that Auth has accepted is taken without asking again, in milliseconds. Several files of one user come with
 * the same token, and for HS256 tokens every check is a call to Auth. A user who signs out is known for this long.
 */
const KNOWN_MS = 30_000;
const MOST_KNOWN = 1_000;

/** Checks by Auth at the same time, and how many wait for them. Anybody can send tokens that are none. */
const MOST_CHECKS = 16;
const MOST_CHECKS_WAITING = 200;

/** Longer than any token of Auth. */
const LONGEST_TOKEN = 16_384;

/** Identifies callers by the project's Auth, and asks its row level security what is theirs. */
export function createCallers(project: Project, now: () => number = Date.now): Callers {
  const known = new Map<string, { caller: Caller; until: number }>();
  const turnedAway = new Map<string, number>();
  const callerOf = new WeakMap<Request, Caller>();
  const oneOfFew = createQueue(MOST_CHECKS, MOST_CHECKS_WAITING);
  const auth = createClient(project.url, project.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: boundedFetch },
  }).auth;
  const service = serviceClient(project);

  /** Asks the database each time: a token that was revoked is refused from the next request on. */
  async function callerWithApiToken(token: string, scope: Scope | null): Promise<Caller> {
    const sha256 = await hashOfApiToken(token);
    const { data, error, status } = await oneOfFew(
      async () => service.rpc("use_api_token", { token_sha256: sha256, scope: scope as string }), // null is taken, too
    );
    if (error) throw pipelineError(error, status);
    const { user_id, scopes } = data as { user_id: string; scopes: Scope[] };
    return { userId: user_id, token, apiToken: { sha256, scopes } };
  }

  /** One of a few questions to Auth at a time. */
  async function asked<Answer extends { error: unknown }>(ask: () => Promise<Answer>): Promise<Answer> {
    const answer = await oneOfFew(ask);
    if (answer.error && isOutage(answer.error))
      throw new PipelineError("database_unavailable", undefined, { cause: answer.error });
    return answer;
  }

  async function callerWith(token: string): Promise<Caller> {
    const remembered = known.get(token);
    if (remembered && now() < remembered.until) return remembered.caller;
    const claims = claimsOf(token, now());
    if (!claims) throw new PipelineError("unauthorized");
    if (claims.aal === "aal2") {
      // getClaims checks HS256 tokens by asking Auth, and asymmetric ones by the project's published keys.
      const { data, error } = await asked(() => auth.getClaims(token));
      if (error || !data) throw new PipelineError("unauthorized");
    } else {
      // As private.is_assured: a session that knows the password alone is enough for who has nothing else, and only Auth knows that.
      const { data, error } = await asked(() => auth.getUser(token));
      if (error || !data.user) throw new PipelineError("unauthorized");
      if (data.user.factors?.some(({ status }) => status === "verified"))
        throw new PipelineError("second_factor_required");
    }
    const caller = { userId: claims.sub, token };
    remember(known, token, { caller, until: Math.min(now() + KNOWN_MS, claims.exp * 1000) });
    return caller;
  }

  return {
    async identify(request, scope) {
      const token = bearerOf(request);
      if (!token) throw new PipelineError("unauthorized");
      const caller = looksLikeApiToken(token) ? await callerWithApiToken(token, scope) : await callerWith(token);
      callerOf.set(request, caller);
      const left = (turnedAway.get(caller.userId) ?? 0) - now();
      if (left > 0) throw new PipelineError("too_many_requests", undefined, { retryAfterMs: left });
      return caller;
    },

    known: (request) => callerOf.get(request),

    turnAway: (caller, ms) => remember(turnedAway, caller.userId, now() + ms),

    async mustOwn(caller, documentId) {
      if (caller.apiToken) {
        const { error, status } = await service.rpc("call_api_as_token", {
          token_sha256: caller.apiToken.sha256,
          operation: "own_document",
          arguments: { document_id: documentId },
        });
        if (error) throw pipelineError(error, status);
        return;
      }
      const asCaller = createClient(project.url, project.publishableKey, {
        auth: { persistSession: false, autoRefreshToken: false },
        global: { headers: { Authorization: `Bearer ${caller.token}` }, fetch: boundedFetch },
      });
      const { data, error, status } = await asCaller.from("documents").select("id").eq("id", documentId).maybeSingle();
      if (error && status === 401) throw new PipelineError("unauthorized");
      if (error) throw pipelineError(error, status);
      if (!data) throw new PipelineError("not_found");
    },
  };
}

/** The token that a request shows; undefined where it shows none that could be one. */
export function bearerOf(request: Request): string | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
  return token && token.length <= LONGEST_TOKEN ? token : undefined;
}

/** Keeps the newest ones. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_KNOWN) map.delete(map.keys().next().value!);
}

/**
 * What a token says of itself, without its key: undefined unless it is a signed-in user's, and not expired. Only such a one is
 * worth a question to Auth.
 */
function claimsOf(token: string, now: number): { sub: string; exp: number; aal?: unknown } | undefined {
  try {
    const parts = token.split(".");
    if (parts.length !== 3) return undefined;
    const claims = JSON.parse(atob(parts[1]!.replaceAll("-", "+").replaceAll("_", "/"))) as Record<string, unknown>;
    const { role, sub, exp, aal } = claims;
    const may = role === "authenticated" && typeof sub === "string" && typeof exp === "number" && exp * 1000 > now;
    return may ? { sub, exp, aal } : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a few at a time; refuses when too many wait. */
function createQueue(most: number, mostWaiting: number): <Result>(run: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running >= most) {
      if (waiting.length >= mostWaiting)
        throw new PipelineError("too_many_requests", undefined, { retryAfterMs: 1_000 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** An Auth server that does not answer, or answers that it cannot, says nothing about the token. */
function isOutage(error: unknown): boolean {
  const { name, status } = error as { name?: string; status?: number };
  return name === "AuthRetryableFetchError" || name === "AuthUnknownError" || (status ?? 0) >= 500 || status === 429;
}
