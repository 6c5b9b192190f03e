/** An answer of Auth that refuses, in the words of supabase/auth (internal/api/apierrors). */
export class AuthError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** As upstream answers: newer clients name the version of the API that they know, and get the shorter form (internal/api/errors.go). */
export function answerError(error: AuthError, request: Request): Response {
  const headers = new Headers({ "x-sb-error-code": error.code });
  const version = request.headers.get("x-supabase-api-version") ?? "";
  if (version < "2024-01-01")
    return Response.json(
      { code: error.status, error_code: error.code, msg: error.message },
      { status: error.status, headers },
    );
  headers.set("x-supabase-api-version", "2024-01-01");
  return Response.json({ code: error.code, message: error.message }, { status: error.status, headers });
}
