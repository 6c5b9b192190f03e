/**
 * The one list of error codes. A code is part of the public contract: it stands in HTTP answers (`{code, message}`),
 * in `documents.error` and in `private.jobs.last_error`, and is never renamed.
 *
 * `status` is the HTTP status of an answer that carries the code. `retryable` says whether the same call, unchanged, can
 * succeed later: only such an error sends a job back to the queue. `message` says what happened and what to do.
 */
export const ERRORS = {
  // The caller's request
  unauthorized: {
    status: 401,
    retryable: false,
    message: "Sign in, and send the access token as 'Authorization: Bearer <token>'.",
  },
  token_unknown: { status: 401, retryable: false, message: "There is no such API token. Make a new one." },
  token_expired: { status: 401, retryable: false, message: "This API token has expired. Make a new one." },
  token_revoked: { status: 401, retryable: false, message: "This API token was revoked. Make a new one." },
  link_password: { status: 401, retryable: false, message: "The link asks for a password, or it was a wrong one." },
  scope_missing: {
    status: 403,
    retryable: false,
    message: "This API token lacks a scope that the call needs. Make one that has it.",
  },
  second_factor_required: {
    status: 403,
    retryable: false,
    message: "Sign in with the code of your authenticator app, too.",
  },
  invalid_request: {
    status: 400,
    retryable: false,
    message: "The request body is not what this call takes; docs/api.md shows it.",
  },
  request_too_large: { status: 413, retryable: false, message: "The request body is larger than this call takes." },
  request_too_slow: {
    status: 408,
    retryable: false,
    message: "The request arrived too slowly. Send it again over a faster connection.",
  },
  method_not_allowed: { status: 405, retryable: false, message: "Use POST." },
  no_file: { status: 400, retryable: false, message: "Send one file in the multipart field 'file'." },
  several_files: {
    status: 400,
    retryable: false,
    message: "Send one file a request; several files are several requests.",
  },
  empty_file: {
    status: 400,
    retryable: false,
    message: "The file has no bytes. Check that it was written completely, and send it again.",
  },
  file_too_large: { status: 413, retryable: false, message: "The file is larger than this project takes." },
  unsupported_type: { status: 415, retryable: false, message: "This type of file cannot be read." },
  not_found: { status: 404, retryable: false, message: "There is no such document, or it is not yours." },
  document_held: {
    status: 409,
    retryable: false,
    message: "The document is held, or kept until a later day. Release it before you delete it.",
  },
  not_allowed_now: { status: 409, retryable: false, message: "The document's status does not allow this." },
  monthly_limit_reached: {
    status: 402,
    retryable: false,
    message: "This month's documents are used up; the count starts again on the first of next month.",
  },
  storage_limit_reached: {
    status: 402,
    retryable: false,
    message: "Your documents have all the bytes that they may have together. Delete some, then send the file again.",
  },
  too_many_requests: {
    status: 429,
    retryable: true,
    message: "Too many requests in a short time. Wait as long as Retry-After says, and send them more slowly.",
  },

  // Mail that comes to an address
  sender_not_allowed: {
    status: 403,
    retryable: false,
    message: "The sender is not among those who may send to this address.",
  },
  auto_reply: { status: 403, retryable: false, message: "The mail is an automatic reply; it becomes no document." },
  bounce: {
    status: 403,
    retryable: false,
    message: "The mail is a report that another mail was not delivered; it becomes no document.",
  },
  mail_loop: { status: 403, retryable: false, message: "The mail goes around in a loop; it becomes no document." },

  // Schemas
  invalid_schema: {
    status: 400,
    retryable: false,
    message: "A field of the schema is not as it must be; docs/extraction.md shows what fields are.",
  },
  too_many_schemas: {
    status: 409,
    retryable: false,
    message: "You have as many schemas as a user may have. Delete one first.",
  },

  // The platform under the pipeline
  storage_unavailable: {
    status: 503,
    retryable: true,
    message: "The file store did not answer. Try again in a moment.",
  },
  database_unavailable: {
    status: 503,
    retryable: true,
    message: "The database did not answer. Try again in a moment.",
  },
  database_rejected: {
    status: 500,
    retryable: false,
    message: "The database does not take what came of this work. The log has the details.",
  },
  internal_error: {
    status: 500,
    retryable: true,
    message: "Something went wrong on our side. Try again; the log has the details.",
  },
  worker_lost: {
    status: 500,
    retryable: true,
    message:
      "The worker stopped each time that it had this document alone. Upload another copy of the file, or its parts.",
  },
  lease_lost: {
    status: 409,
    retryable: false,
    message: "Another worker has taken this job over; nothing was changed.",
  },
  upload_interrupted: { status: 500, retryable: false, message: "The file never arrived in full. Upload it again." },
  file_missing: { status: 410, retryable: false, message: "The stored file is gone. Upload it again." },

  // Reading
  file_differs: {
    status: 422,
    retryable: false,
    message:
      "The stored file is not the one that was announced. It was erased: announce the file as it is, and send it.",
  },
  encrypted_pdf: {
    status: 422,
    retryable: false,
    message: "The PDF is protected by a password. Retry it with the password, or upload a copy without one.",
  },
  wrong_password: {
    status: 422,
    retryable: false,
    message: "The password does not open the PDF. Retry it with the right one.",
  },
  broken_file: {
    status: 422,
    retryable: false,
    message: "The file is damaged and cannot be opened. Upload a working copy.",
  },
  unreadable_pages: {
    status: 422,
    retryable: false,
    message: "Too many pages of the document could not be read. Upload a better copy.",
  },
  encrypted_file: {
    status: 422,
    retryable: false,
    message: "The file is protected by a password. Upload a copy without one.",
  },
  unpacked_too_large: {
    status: 422,
    retryable: false,
    message: "The file is packed, and unpacks to more than this project takes. Split it.",
  },
  too_complex: {
    status: 422,
    retryable: false,
    message: "The file takes more work to read than any file may. Save it in a simpler form, or print it to a new PDF.",
  },
  too_many_pages: {
    status: 422,
    retryable: false,
    message: "The document has more pages than this project reads. Split it.",
  },
  too_many_parts: {
    status: 422,
    retryable: false,
    message: "The file has more attachments or members than become documents. Upload the others by themselves.",
  },
  nested_too_deep: {
    status: 422,
    retryable: false,
    message: "The part lies too deep, in files within files. Upload it by itself.",
  },
  image_too_large: {
    status: 422,
    retryable: false,
    message: "The image has more pixels than can be read. Scale it down.",
  },
  no_ocr_engine: {
    status: 503,
    retryable: false,
    message:
      "This page has no text layer and no OCR engine is set. Set OCR_ENGINE_URL or ANTHROPIC_API_KEY, then retry.",
  },
  no_language_model: {
    status: 503,
    retryable: false,
    message:
      "No installed language model reads this page. Install the model of its language (npm run engine:languages -- jpn, for Japanese) and retry, or upload a better copy.",
  },
  illegible_page: {
    status: 422,
    retryable: false,
    message: "There is print on this page, and none of it could be read. Upload a better copy.",
  },
  xfa_form: {
    status: 422,
    retryable: false,
    message:
      "The PDF is an XFA form, which only Adobe Reader shows. Open it there, print it to a new PDF, and upload that.",
  },
  ocr_engine_busy: {
    status: 429,
    retryable: true,
    message: "The OCR engine has no room for more pages now. Try again in a moment.",
  },
  ocr_engine_unavailable: {
    status: 502,
    retryable: true,
    message: "What reads pictures did not answer. Try again in a moment.",
  },
  ocr_timeout: { status: 504, retryable: true, message: "Reading the page took too long and was stopped." },

  // Describing, and reading with Claude
  model_rate_limited: {
    status: 429,
    retryable: true,
    message: "Claude's rate limit is reached. The work is tried again later.",
  },
  model_overloaded: { status: 529, retryable: true, message: "Claude is overloaded. The work is tried again later." },
  model_unavailable: {
    status: 502,
    retryable: true,
    message: "Claude could not be reached, or the answer was cut off. The work is tried again.",
  },
  model_refused: { status: 422, retryable: false, message: "Claude declined to work on this document." },
  model_rejected: {
    status: 502,
    retryable: false,
    message: "Claude rejected the request. Check ANTHROPIC_API_KEY and CLAUDE_MODEL; the log has the details.",
  },
  model_gave_nothing: {
    status: 502,
    retryable: true,
    message: "Claude ended without a usable answer. The work is tried again.",
  },
} as const satisfies Record<string, { status: number; retryable: boolean; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(ERRORS, code);

/** What a client and `documents.error` see of an error; `retry_after_ms` where the other side named a time. */
export type ErrorBody = { code: ErrorCode; message: string };

/**
 * The only error that the pipeline throws on purpose. The message may be made specific
 * (`new PipelineError("file_too_large", "The file has 31 MB; this project takes up to 20 MB.")`); it is shown to
 * people, so it never holds a document's text, a token or a stack. What only the log may know goes into `cause`.
 */
export class PipelineError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  /** Milliseconds that the other side asked to wait (`Retry-After`), where it did. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message?: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message ?? ERRORS[code].message, { cause: options.cause });
    this.name = "PipelineError";
    this.code = code;
    this.status = ERRORS[code].status;
    this.retryable = ERRORS[code].retryable;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Any thrown value as a PipelineError; what is not one already becomes `internal_error` with the value as cause. */
  static from(thrown: unknown): PipelineError {
    return thrown instanceof PipelineError ? thrown : new PipelineError("internal_error", undefined, { cause: thrown });
  }

  toJSON(): ErrorBody {
    return { code: this.code, message: this.message };
  }
}
