import { getMultipartBoundary, MaxPartsExceededError, MultipartParser } from "@remix-run/multipart-parser";
import { PipelineError } from "../_shared/errors.ts";
import { MOST_ATTACHMENTS } from "./attachments.ts";

export type FormFile = { field: string; filename: string; type: string | undefined; bytes: Uint8Array };
/** What a form holds: its fields as bytes, since a mail has no charset, and its files. */
export type Form = {
  bytes(field: string): Uint8Array | undefined;
  text(field: string, charset?: string): string | undefined;
  files: FormFile[];
};

/** Fields that providers send beside the attachments. */
const MOST_FIELDS = 100;
const LONGEST_BOUNDARY = 200;

/**
 * A form as providers post it: multipart/form-data, or application/x-www-form-urlencoded where nothing is attached.
 *
 * @throws PipelineError unsupported_type, invalid_request, too_many_parts
 */
export function formOf(contentType: string, body: Uint8Array): Form {
  const fields = new Map<string, Uint8Array>();
  const files: FormFile[] = [];
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    for (const [name, value] of new URLSearchParams(new TextDecoder().decode(body))) {
      if (fields.size >= MOST_FIELDS) throw new PipelineError("invalid_request", "The form has too many fields.");
      if (!fields.has(name)) fields.set(name, new TextEncoder().encode(value));
    }
  } else if (/^multipart\/form-data\b/i.test(contentType)) {
    const boundary = getMultipartBoundary(contentType)?.trim();
    if (!boundary || boundary.length > LONGEST_BOUNDARY)
      throw new PipelineError("invalid_request", "The Content-Type names no boundary.");
    readParts(boundary, body, fields, files);
  } else throw wrongType("multipart/form-data");
  return {
    bytes: (field) => fields.get(field),
    text: (field, charset) => decoded(fields.get(field), charset),
    files,
  };
}

function readParts(boundary: string, body: Uint8Array, fields: Map<string, Uint8Array>, files: FormFile[]): void {
  const parser = new MultipartParser(boundary, {
    maxFileSize: body.length,
    maxTotalSize: body.length,
    maxParts: MOST_FIELDS + MOST_ATTACHMENTS,
  });
  try {
    for (const part of parser.write(body)) {
      const name = part.name ?? "";
      if (part.isFile)
        files.push({ field: name, filename: part.filename ?? "", type: part.mediaType, bytes: part.bytes });
      else if (!fields.has(name)) fields.set(name, part.bytes);
    }
    parser.finish();
  } catch (cause) {
    if (cause instanceof MaxPartsExceededError) throw new PipelineError("too_many_parts");
    throw new PipelineError("invalid_request", "The multipart body is damaged or was cut off.", { cause });
  }
}

/** Text of a field, in the charset that is said beside it if there is such a one. */
function decoded(bytes: Uint8Array | undefined, charset = "utf-8"): string | undefined {
  if (!bytes) return undefined;
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** The refusal of a request whose Content-Type is another than this way of sending has. */
export const wrongType = (wanted: string): PipelineError =>
  new PipelineError("unsupported_type", `Send the mail as ${wanted}. docs/mail.md shows what each provider sends.`);
