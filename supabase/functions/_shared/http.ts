import { z } from "zod";
import { PipelineError } from "./errors.ts";
import type { Log } from "./log.ts";

export type Handler = (request: Request) => Promise<Response>;

/** What browsers are told, as in Supabase's own functions (supabase/supabase: examples/edge-functions/_shared/cors.ts). */
export const CORS_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "authorization, x-client-info, apikey, content-type",
  "Access-Control-Allow-Methods": "POST, OPTIONS",
  "Access-Control-Expose-Headers": "retry-after",
  "Access-Control-Max-Age": "86400",
};

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...CORS_HEADERS, "Content-Type": "application/json" },
  });
}

/** Wraps a handler of POST requests: answers preflights, turns every thrown value into `{code, message}`, logs it. */
export function endpoint(log: Log, handle: Handler): Handler {
  return async (request) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: CORS_HEADERS });
    const started = performance.now();
    try {
      if (request.method !== "POST") throw new PipelineError("method_not_allowed");
      return await handle(request);
    } catch (thrown) {
      const error = PipelineError.from(thrown);
      const fields = { code: error.code, status: error.status, ms: Math.round(performance.now() - started) };
      if (error.status >= 500) log.error("request.failed", fields, error.cause);
      else log.info("request.refused", fields);
      return refusal(error);
    }
  };
}

function refusal(error: PipelineError): Response {
  const answer = json(error, error.status);
  if (error.status === 405) answer.headers.set("Allow", "POST, OPTIONS");
  if (error.retryAfterMs !== undefined) answer.headers.set("Retry-After", String(Math.ceil(error.retryAfterMs / 1000)));
  if (error.status === 401) answer.headers.set("WWW-Authenticate", "Bearer");
  return answer;
}

/** What a kick of private.dispatch_jobs carries: a job and the one-time token that claims it. */
export const Kick = z.strictObject({ job_id: z.uuid(), token: z.uuid() });
export type Kick = z.infer<typeof Kick>;

/** What a user sends to act on a document. */
export const DocumentCall = z.strictObject({ document_id: z.uuid() });

/**
 * The JSON body of a request, in one of the forms that the endpoint takes.
 *
 * @throws PipelineError invalid_request, naming what is wrong
 */
export async function bodyOf<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.infer<Schema>> {
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    throw new PipelineError("invalid_request", "The request body is not JSON; docs/api.md shows what this call takes.");
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new PipelineError("invalid_request", `${z.prettifyError(parsed.error)}\nSee docs/api.md.`);
  return parsed.data;
}
