import { fileTypeFromBuffer } from "file-type";
import { PipelineError } from "../_shared/errors.ts";

/** The types that are read, by the name that people know them by. */
export const ACCEPTED_TYPES: Record<string, string> = {
  "application/pdf": "PDF",
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
};

/**
 * The type of a file by its bytes; its name and what the sender calls it count for nothing.
 *
 * @throws PipelineError unsupported_type, naming the types that are read
 */
export async function acceptedType(bytes: Uint8Array): Promise<string> {
  const found = (await fileTypeFromBuffer(bytes))?.mime ?? (hasPdfHeader(bytes) ? "application/pdf" : undefined);
  if (found && found in ACCEPTED_TYPES) return found;
  throw unsupported(found);
}

/** The refusal of a type, or of a file whose type cannot be told; it names the types that are read. */
export function unsupported(found: string | undefined): PipelineError {
  const what = found ? `The file is of type ${found}` : "The type of the file is unknown";
  return new PipelineError("unsupported_type", `${what}. Send one of: ${Object.values(ACCEPTED_TYPES).join(", ")}.`);
}

/** PDF readers take a header anywhere in the first 1024 bytes (ISO 32000-1, implementation note 13); scanners write such files. */
function hasPdfHeader(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).includes("%PDF-");
}
