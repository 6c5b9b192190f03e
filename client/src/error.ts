/** What the pipeline refused: `code` is of the list in docs/api.md; `unreachable` where nobody answered. */
export class DocketError extends Error {
  readonly code: string;
  /** The HTTP status; 0 where nobody answered. */
  readonly status: number;
  /** How long the other side asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, status: number, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "DocketError";
    this.code = code;
    this.status = status;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The same call may succeed later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** An answer that is no success, as an error. A gateway before the pipeline answers in its own form, or none. */
export async function errorOf(response: Response): Promise<DocketError> {
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const word = (...names: string[]): string | undefined =>
    names.map((name) => body?.[name]).find((value): value is string => typeof value === "string" && value !== "");
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new DocketError(
    word("hint", "code", "error_code", "error") ?? "unexpected_answer",
    response.status,
    word("message", "msg", "error_description") ?? `The server answered ${response.status}.`,
    Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {},
  );
}
