import { PipelineError } from "../_shared/errors.ts";

/** A file as it arrived: its name made safe to show and to keep, and its bytes. */
export type ReceivedFile = { filename: string; bytes: Uint8Array };

/** What multipart adds to one file: boundaries and headers. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * The one file of a multipart request.
 *
 * @param maxBytes the largest file; a longer request is refused by its Content-Length, before it is read
 * @throws PipelineError no_file, several_files, empty_file, file_too_large, invalid_request
 */
export async function receiveFile(request: Request, maxBytes: number): Promise<ReceivedFile> {
  if (!request.headers.get("Content-Type")?.startsWith("multipart/form-data")) throw new PipelineError("no_file");
  if (Number(request.headers.get("Content-Length") ?? 0) > maxBytes + ENVELOPE_BYTES) throw tooLarge(maxBytes);

  const form = await request.formData().catch((cause: unknown) => {
    throw new PipelineError("invalid_request", "The multipart body is damaged or was cut off. Send it again.", { cause });
  });
  const [file, ...others] = [...form.values()].filter((value) => value instanceof File);
  if (!file) throw new PipelineError("no_file");
  if (others.length > 0) throw new PipelineError("several_files");
  if (file.size === 0) throw new PipelineError("empty_file");
  if (file.size > maxBytes) throw tooLarge(maxBytes);
  return { filename: safeName(file.name), bytes: new Uint8Array(await file.arrayBuffer()) };
}

function tooLarge(maxBytes: number): PipelineError {
  return new PipelineError("file_too_large", `The file is larger than the ${maxBytes} bytes (${Math.floor(maxBytes / 1024 / 1024)} MiB) that this project takes.`);
}

const MAX_NAME_LENGTH = 255;

/** The last part of a path, without control and direction characters, at most 255 characters with the ending kept. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const clean = last.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "").trim().replace(/^\.+/, "");
  if (clean.length <= MAX_NAME_LENGTH) return clean || "document";
  const ending = /\.[^.]{1,10}$/.exec(clean)?.[0] ?? "";
  return clean.slice(0, MAX_NAME_LENGTH - ending.length) + ending;
}
