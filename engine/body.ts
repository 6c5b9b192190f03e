import type { IncomingMessage } from "node:http";
import { PipelineError } from "../supabase/functions/_shared/errors.ts";

const tooLarge = (maxBytes: number) =>
  new PipelineError("file_too_large", `The file is larger than the ${maxBytes} bytes that the OCR engine takes.`);

/**
 * How many bytes a request may come to: what it says, or the most that is taken.
 * @throws {PipelineError} file_too_large
 */
export function announcedBytes(request: IncomingMessage, maxBytes: number): number {
  const announced = Number(request.headers["content-length"] ?? maxBytes);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  return announced;
}

/**
 * The body of a request. Never holds more than `maxBytes` and one chunk, and once only where the request says how long it is.
 * @throws {PipelineError} file_too_large, empty_file, invalid_request where the sender stops half-way
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const announced =
    request.headers["content-length"] === undefined ? null : Buffer.allocUnsafeSlow(announcedBytes(request, maxBytes));
  const chunks: Uint8Array[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const cutOff = () =>
      reject(new PipelineError("invalid_request", "The file did not arrive in full. Send it again."));
    request.on("data", (chunk: Uint8Array) => {
      // The rest is let through unread: a connection that is cut now would lose the answer for many clients
      if (length + chunk.length > maxBytes) {
        length = Infinity;
        chunks.length = 0;
        return reject(tooLarge(maxBytes));
      }
      if (announced) announced.set(chunk, length);
      else chunks.push(chunk);
      length += chunk.length;
    });
    request.on("end", resolve);
    request.on("error", cutOff);
    request.on("close", cutOff);
  });
  if (length === 0) throw new PipelineError("empty_file");
  return announced ?? Buffer.concat(chunks, length);
}
