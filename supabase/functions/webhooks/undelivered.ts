/** Why a message did not arrive; docs/webhooks.md has the list for users. `final`: trying again is no use. */
export const REASONS = {
  address_refused: { final: true },
  secret_missing: { final: true },
  gone: { final: true },
  name_not_found: { final: false },
  connection_failed: { final: false },
  timed_out: { final: false },
  bad_answer: { final: false },
  redirected: { final: false },
  status_refused: { final: false },
} as const satisfies Record<string, { final: boolean }>;

export type Reason = keyof typeof REASONS;

/** A message did not arrive. The message of the error is shown to the owner of the webhook. */
export class Undelivered extends Error {
  readonly code: Reason;
  /** Milliseconds that the receiver asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(code: Reason, message: string, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(message, { cause: options.cause });
    this.name = "Undelivered";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  get final(): boolean {
    return REASONS[this.code].final;
  }
}
