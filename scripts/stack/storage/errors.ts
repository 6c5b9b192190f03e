import pg from "pg";

/**
 * An answer that is not a success, in upstream's body `{statusCode, error, message}`. The HTTP status is mostly 400
 * whatever `statusCode` says; upstream keeps that for its older clients, and storage-js reads the body.
 */
export class StorageError extends Error {
  readonly statusCode: number;
  readonly error: string;
  readonly status: number;

  constructor(statusCode: number, error: string, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "StorageError";
    this.statusCode = statusCode;
    this.error = error;
    this.status = options.status ?? (statusCode === 500 ? 500 : 400);
  }

  toResponse(): Response {
    const body = { statusCode: String(this.statusCode), error: this.error, message: this.message };
    return Response.json(body, { status: this.status });
  }
}

/** Upstream's errors, by its names (src/internal/errors/codes.ts). */
export const ERRORS = {
  noSuchBucket: () => new StorageError(404, "Bucket not found", "Bucket not found"),
  noSuchKey: () => new StorageError(404, "not_found", "Object not found"),
  noSuchRoute: (method: string, path: string) =>
    new StorageError(404, "Not Found", `Route ${method}:${path} not found`, { status: 404 }),
  accessDenied: (message: string, cause?: unknown) => new StorageError(403, "Unauthorized", message, { cause }),
  alreadyExists: (cause?: unknown) => new StorageError(409, "Duplicate", "The resource already exists", { cause }),
  bucketNotEmpty: () => new StorageError(409, "ResourceNotEmpty", "The bucket you tried to delete is not empty"),
  invalidKey: (key: string) => new StorageError(400, "InvalidKey", `Invalid key: ${key}`),
  invalidBucketName: () => new StorageError(400, "Invalid Input", "Bucket name invalid"),
  invalidRequest: (message: string, cause?: unknown) => new StorageError(400, "InvalidRequest", message, { cause }),
  invalidJwt: (cause: unknown) => new StorageError(400, "InvalidJWT", (cause as Error).message, { cause }),
  invalidSignature: () => new StorageError(400, "InvalidSignature", "Invalid signature"),
  /** A range that starts behind the end, which S3, and so hosted, answers with 416. */
  invalidRange: () => new StorageError(416, "InvalidRange", "The requested range is not satisfiable", { status: 416 }),
  mimeTypeRefused: (type: string) => new StorageError(415, "invalid_mime_type", `mime type ${type} is not supported`),
  tooLarge: (what = "object") =>
    new StorageError(413, "Payload too large", `The ${what} exceeded the maximum allowed size`),
  aborted: (cause: unknown) =>
    new StorageError(499, "Request aborted", "The upload ended before all of it arrived", { cause }),
  internal: (cause: unknown) => new StorageError(500, "Internal", "Internal Server Error", { cause }),
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
      return new StorageError(404, "InvalidRequest", "The related resource does not exist", { cause: error });
    case "55P03":
      return new StorageError(423, "ResourceLocked", "The resource is locked", { cause: error });
    case "57014":
      return new StorageError(544, "DatabaseTimeout", "The connection to the database timed out", {
        status: 544,
        cause: error,
      });
    case "22P02":
    case "22021":
      return new StorageError(400, "InvalidParameter", error.message, { cause: error });
    default:
      return new StorageError(500, "DatabaseError", `database error, code: ${error.code}`, { cause: error });
  }
}
