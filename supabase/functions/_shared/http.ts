import { z } from "zod";
import type { Scope } from "./api-token.ts";
import { Invocation } from "./contract/requests.ts";
import { type ErrorCode, PipelineError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Caller } from "./caller.ts";
import type { Dependencies } from "./dependencies.ts";
import { discard, MOST_ANONYMOUS_BYTES, MOST_JSON_BYTES, receivedJson } from "./request-body.ts";

export type Handler = (request: Request) => Promise<Response>;

/** What browsers are told, as in Supabase's own functions (supabase/supabase: examples/edge-functions/_shared/cors.ts). */
export const CORS_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "authorization, x-client-info, apikey, content-type, mcp-protocol-version",
  "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
  "Access-Control-Expose-Headers": "retry-after",
  "Access-Control-Max-Age": "86400",
};

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...CORS_HEADERS, "Content-Type": "application/json" },
  });
}

/** What an answer of 5xx that names no time asks for: an outage of a moment is over, and a crowd does not come at once. */
const RETRY_AFTER_MS = 5_000;

/**
 * Wraps a handler: answers preflights, turns every thrown value into `{code, message}`, logs it.
 *
 * @param methods those that it takes
 * @param onRefused told of every request that is refused for its own fault (4xx)
 */
export function endpoint(
  log: Log,
  handle: Handler,
  onRefused: (request: Request) => void = () => {},
  methods: string[] = ["POST"],
): Handler {
  const noteRefusal = createRefusalLog(log);
  return async (request) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: CORS_HEADERS });
    const started = performance.now();
    try {
      if (!methods.includes(request.method))
        throw new PipelineError("method_not_allowed", `Use ${methods.join(" or ")}.`);
      return await handle(request);
    } catch (thrown) {
      const error = PipelineError.from(thrown);
      const fields = { code: error.code, status: error.status, ms: Math.round(performance.now() - started) };
      if (error.status >= 500) log.error("request.failed", fields, error.cause);
      else noteRefusal(error.code, fields);
      if (error.status < 500) onRefused(request);
      await discard(request);
      return refusal(error, methods);
    }
  };
}

/** An endpoint whose refusals count in the rate of the user who sent the request, as far as that is known. */
export function userEndpoint(
  { log, callers, pipeline, waitUntil }: Pick<Dependencies, "log" | "callers" | "pipeline" | "waitUntil">,
  handle: Handler,
  methods?: string[],
): Handler {
  const onRefused = (request: Request): void => {
    const caller = callers.known(request);
    if (!caller) return;
    const counted = pipeline
      .countRefusal(caller.userId)
      .then((retryAfterMs) => retryAfterMs > 0 && callers.turnAway(caller, retryAfterMs))
      .catch((cause: unknown) => log.error("request.refusal_not_counted", {}, cause));
    waitUntil(counted);
  };
  return endpoint(log, handle, onRefused, methods);
}

const LOGGED_AGAIN_MS = 10_000;

/** Writes a line for the first refusal with a code, and then one every ten seconds with their number: anybody can be refused. */
function createRefusalLog(log: Log): (code: ErrorCode, fields: { code: string; status: number; ms: number }) => void {
  const last = new Map<ErrorCode, { at: number; more: number }>();
  return (code, fields) => {
    const before = last.get(code);
    if (before && performance.now() - before.at < LOGGED_AGAIN_MS) return void (before.more += 1);
    log.info("request.refused", before?.more ? { ...fields, since_last_line: before.more } : fields);
    last.set(code, { at: performance.now(), more: 0 });
  };
}

function refusal(error: PipelineError, methods: string[]): Response {
  const answer = json(error, error.status);
  if (error.status === 405) answer.headers.set("Allow", [...methods, "OPTIONS"].join(", "));
  const retryAfterMs = error.retryAfterMs ?? (error.status >= 500 && error.retryable ? RETRY_AFTER_MS : undefined);
  if (retryAfterMs !== undefined) answer.headers.set("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  if (error.status === 401) answer.headers.set("WWW-Authenticate", "Bearer");
  return answer;
}

/**
 * What a request asks for, and who sent it. Whoever shows an access token, or an API token with the scope, is identified before the body is read. Without one
 * only an invocation is taken, which is small, and whose token the claim looks up.
 *
 * @throws PipelineError unauthorized, request_too_large, request_too_slow, invalid_request, naming what is wrong
 */
export async function callOf<Schema extends z.ZodType>(
  request: Request,
  callers: Pick<Dependencies["callers"], "identify">,
  schema: Schema,
  scope: Scope,
): Promise<{ invocation: Invocation } | { invocation?: undefined; caller: Caller; body: z.infer<Schema> }> {
  if (!request.headers.has("Authorization")) return { invocation: await invocationOf(request) };
  const caller = await callers.identify(request, scope);
  return { caller, body: parsed(schema, await receivedJson(request, MOST_JSON_BYTES)) };
}

/**
 * The invocation that a request is.
 *
 * @throws PipelineError unauthorized
 */
export async function invocationOf(request: Request): Promise<Invocation> {
  const body = await receivedJson(request, MOST_ANONYMOUS_BYTES).catch((cause: unknown) => {
    throw new PipelineError("unauthorized", undefined, { cause });
  });
  const invocation = Invocation.safeParse(body);
  if (!invocation.success) throw new PipelineError("unauthorized");
  return invocation.data;
}

/** A message names what is wrong, and does not say it back: the body may be made to be a long answer. */
const MOST_MESSAGE = 500;

/** @throws PipelineError invalid_request, naming what is wrong and every unknown field */
export function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (!result.success)
    throw new PipelineError(
      "invalid_request",
      `${z.prettifyError(result.error).slice(0, MOST_MESSAGE)}\nSee docs/api.md.`,
    );
  return result.data;
}
