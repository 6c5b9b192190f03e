import pg from "pg";

/**
 * An answer that is not a success, in upstream's body `{statusCode, code, error, message}` (src/internal/errors, src/http/error-handler.ts).
 * The HTTP status is mostly 400 whatever `statusCode` says; upstream keeps that for its older clients, and storage-js reads the body.
 */
export class StorageError extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly error: string;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(
    statusCode: number,
    code: string,
    message: string,
    options: { error?: string; status?: number; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "StorageError";
    this.statusCode = statusCode;
    this.code = code;
    this.error = options.error ?? code;
    this.status = options.status ?? (statusCode === 500 ? 500 : 400);
    this.headers = options.headers ?? {};
  }

  toResponse(): Response {
    const body = { statusCode: String(this.statusCode), code: this.code, error: this.error, message: this.message };
    return Response.json(body, { status: this.status, headers: this.headers });
  }
}

/** Upstream's errors, by its names (src/internal/errors/codes.ts). */
export const ERRORS = {
  noSuchBucket: () => new StorageError(404, "NoSuchBucket", "Bucket not found", { error: "Bucket not found" }),
  noSuchKey: () => new StorageError(404, "NoSuchKey", "Object not found", { error: "not_found" }),
  /** The row is there, and its bytes are not (src/storage/renderer/renderer.ts). */
  noBytes: () =>
    new StorageError(404, "NoSuchKey", "The resource was not found", {
      error: "Not found",
      headers: { "cache-control": "no-store" },
    }),
  noSuchRoute: (method: string, path: string) =>
    new StorageError(404, "InvalidRequest", `Route ${method}:${path} not found`, { error: "Not Found", status: 404 }),
  accessDenied: (message: string, cause?: unknown) =>
    new StorageError(403, "AccessDenied", message, { error: "Unauthorized", cause }),
  alreadyExists: (cause?: unknown) =>
    new StorageError(409, "ResourceAlreadyExists", "The resource already exists", { error: "Duplicate", cause }),
  bucketNotEmpty: () => new StorageError(409, "ResourceNotEmpty", "The bucket you tried to delete is not empty"),
  invalidKey: (key: string) => new StorageError(400, "InvalidKey", `Invalid key: ${key}`),
  invalidBucketName: () =>
    new StorageError(400, "InvalidBucketName", "Bucket name invalid", { error: "Invalid Input" }),
  invalidRequest: (message: string, cause?: unknown) => new StorageError(400, "InvalidRequest", message, { cause }),
  /** What Fastify says of a request that is not what the route takes. */
  invalidForm: (message: string, cause?: unknown) =>
    new StorageError(400, "InvalidRequest", message, { error: "Error", cause }),
  invalidJwt: (cause: unknown) => new StorageError(400, "InvalidJWT", (cause as Error).message, { cause }),
  invalidSignature: (message = "Invalid signature") => new StorageError(400, "InvalidSignature", message),
  /** A range that is none, or that the file does not have. @param size of the file in bytes */
  invalidRange: (size: number) =>
    new StorageError(416, "InvalidRange", "invalid range provided", {
      error: "invalid_range",
      status: 416,
      headers: { "content-range": `bytes */${size}` },
    }),
  mimeTypeRefused: (type: string) =>
    new StorageError(415, "InvalidMimeType", `mime type ${type} is not supported`, { error: "invalid_mime_type" }),
  /** Fastify says it before anything else is looked at. */
  noMimeType: () =>
    new StorageError(415, "InvalidMimeType", "Invalid Content-Type header", { error: "invalid_mime_type" }),
  tooLarge: (what = "object") =>
    new StorageError(413, "EntityTooLarge", `The ${what} exceeded the maximum allowed size`, {
      error: "Payload too large",
    }),
  aborted: (cause: unknown) =>
    new StorageError(499, "Aborted", "The upload ended before all of it arrived", { error: "Request aborted", cause }),
  internal: (cause: unknown) =>
    new StorageError(500, "InternalError", "Internal Server Error", { error: "Internal", cause }),
};

/** What upstream answers to an error of the database (src/storage/database/errors.ts); any other error unchanged. */
export function fromDatabase(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  switch (error.code) {
    case "42501":
      return ERRORS.accessDenied(
        error.message.includes("row-level security") ? "new row violates row-level security policy" : error.message,
        error,
      );
    case "23505":
      return ERRORS.alreadyExists(error);
    case "23503":
      return error.detail?.includes("is still referenced from table")
        ? new StorageError(
            409,
            "ResourceReferenced",
            "The resource could not be updated or removed due to a foreign key constraint",
            { cause: error },
          )
        : new StorageError(404, "InvalidRequest", "The related resource does not exist", { cause: error });
    case "55P03":
      return new StorageError(423, "ResourceLocked", "The resource is locked", { cause: error });
    case "57014":
      return new StorageError(544, "DatabaseTimeout", "The connection to the database timed out", {
        status: 544,
        cause: error,
      });
    case "25006":
      return new StorageError(
        503,
        "DatabaseReadOnly",
        "The database is currently in read-only mode. Please try again later.",
        { cause: error },
      );
    case "22P02":
    case "22021":
      return new StorageError(400, "InvalidParameter", error.message, { cause: error });
    default:
      return new StorageError(500, "DatabaseError", `database error, code: ${error.code}`, { cause: error });
  }
}
