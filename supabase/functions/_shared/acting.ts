import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { hashOfApiToken, looksLikeApiToken, type Scope } from "./api-token.ts";
import { bearerOf, type Callers } from "./caller.ts";
import type { Database } from "./database.types.ts";
import { PipelineError } from "./errors.ts";
import { pipelineError } from "./pipeline.ts";
import { boundedFetch, type Project, serviceClient } from "./project.ts";

/** What is done as whoever sent a request, with an API token or with a user's access token. */
export type Acting = {
  /**
   * Turns away who cannot be anybody, before a body is read. An API token is looked up by `run`.
   *
   * @throws PipelineError unauthorized, token_unknown
   */
  admit(request: Request): Promise<void>;
  /**
   * Runs an operation of public.call_api as the sender, under row level security.
   *
   * @throws PipelineError those of Callers.identify, not_found, invalid_request and what else the operation refuses
   */
  run(request: Request, operation: string, args: object): Promise<unknown>;
  /**
   * Looks up the API token of a request that ends before an operation was run. Whoever has no good token learns that, and nothing of
   * what else is wrong; and the request counts in the token's rate.
   *
   * @throws PipelineError those of Callers.identify
   */
  settle(request: Request, scope: Scope | null): Promise<void>;
};

export function createActing(project: Project, callers: Pick<Callers, "identify">): Acting {
  const service = serviceClient(project);
  // One for all callers: to make a client takes as long as a small call. Each call brings its caller's token.
  const anybody: SupabaseClient<Database> = createClient<Database>(project.url, project.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: boundedFetch },
  });

  const ran = new WeakSet<Request>();

  async function run(request: Request, operation: string, args: object): Promise<unknown> {
    const token = bearerOf(request);
    ran.add(request);
    const { data, error, status } =
      token && looksLikeApiToken(token)
        ? await service.rpc("call_api_as_token", {
            token_sha256: await hashOfApiToken(token),
            operation,
            arguments: args as never, // an object of JSON, checked by the operation's schema
          })
        : await anybody
            .rpc("call_api", {
              operation,
              arguments: args as never, // an object of JSON, checked by the operation's schema
            })
            .setHeader("Authorization", `Bearer ${(await callers.identify(request, "documents:read")).token}`);
    if (!error) return data;
    if (status === 401 && !error.hint) throw new PipelineError("unauthorized");
    // A value that a column does not take is the caller's: the message names the rule.
    if (/^2[23]/.test(error.code) && !error.hint) throw new PipelineError("invalid_request", ruleOf(error));
    throw pipelineError(error, status);
  }

  async function admit(request: Request): Promise<void> {
    const token = bearerOf(request);
    if (token && looksLikeApiToken(token)) await hashOfApiToken(token);
    else await callers.identify(request, "documents:read");
  }

  async function settle(request: Request, scope: Scope | null): Promise<void> {
    const token = bearerOf(request);
    if (token && looksLikeApiToken(token) && !ran.has(request)) await callers.identify(request, scope);
  }

  return { admit, run, settle };
}

/** What the caller did wrong, in words: Postgres names a constraint, or the place in a text of JSON. */
function ruleOf({ code, message }: { code: string; message: string }): string {
  const [, constraint] = /violates check constraint "(\w+)"/.exec(message) ?? [];
  if (constraint) return `A rule is broken: ${constraint.replaceAll("_", " ")}.`;
  if (code === "22P05" || message === "invalid input syntax for type json")
    return "A text has a character that cannot be kept: NUL, or half of a surrogate pair.";
  return message;
}
