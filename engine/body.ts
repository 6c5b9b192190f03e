import type { IncomingMessage } from "node:http";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";

/**
 * The body of a request. Never holds more than `maxBytes` and one chunk.
 * @throws {PipelineError} file_too_large, empty_file, invalid_request where the sender stops half-way
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new PipelineError("file_too_large", `The file is larger than the ${maxBytes} bytes that the OCR engine takes.`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const cutOff = () => reject(new PipelineError("invalid_request", "The file did not arrive in full. Send it again."));
    request.on("data", (chunk: Uint8Array) => {
      length += chunk.length;
      // The rest is let through unread: a connection that is cut now would lose the answer for many clients
      if (length > maxBytes) { chunks.length = 0; return reject(tooLarge()); }
      chunks.push(chunk);
    });
    request.on("end", resolve);
    request.on("error", cutOff);
    request.on("close", cutOff);
  });
  if (length === 0) throw new PipelineError("empty_file");
  return Buffer.concat(chunks, length);
}
