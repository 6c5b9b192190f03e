import { AsyncLocalStorage } from "node:async_hooks";

/** What Postgres says of a statement that failed. */
export type DatabaseError = { code: string; message: string; detail?: string; hint?: string };

const requests = new AsyncLocalStorage<{ error?: DatabaseError }>();

/** Keeps an error for the answer of the request that it belongs to. Any later one of the same transaction only says that it is aborted. */
export function noteError(error: unknown): void {
  const request = requests.getStore();
  const { code } = error as { code?: unknown };
  if (request && typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && code !== "25P02")
    request.error ??= error as DatabaseError;
}

/**
 * Answers as PostgREST does where the library does not know the error and says only `SUP` with 500: with the code of Postgres, its
 * message, detail and hint, and the status that PostgREST gives it.
 */
export async function withDatabaseErrors(answer: () => Promise<Response>): Promise<Response> {
  const request: { error?: DatabaseError } = {};
  const response = await requests.run(request, answer);
  if (!request.error || response.status !== 500) return response;
  const { code, message, detail, hint } = request.error;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("content-type", "application/json; charset=utf-8");
  const body = { code, details: detail ?? null, hint: hint ?? null, message };
  return new Response(JSON.stringify(body), { status: statusOf(code, message), headers });
}

/** The HTTP status of a Postgres error (PostgREST, docs/references/errors.rst: HTTP status codes). */
export function statusOf(code: string, message: string): number {
  const exact: Record<string, number> = {
    23503: 409,
    23505: 409,
    25006: 405,
    53400: 500,
    P0001: 400,
    42883: 404,
    "42P01": 404,
    "42P17": 500,
  };
  if (exact[code]) return exact[code];
  if (code === "21000") return message.endsWith("requires a WHERE clause") ? 400 : 500;
  const named = /^PT([1-5]\d\d)$/.exec(code);
  if (named) return Number(named[1]);
  if (/^(08|53)/.test(code)) return 503;
  if (/^(0L|0P|28)/.test(code) || code === "42501") return 403;
  return /^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/.test(code) ? 500 : 400;
}
