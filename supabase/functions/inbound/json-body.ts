import type { z } from "zod";
import { PipelineError } from "../_shared/errors.ts";

/** @throws PipelineError invalid_request when the bytes are not JSON of this shape; the message says nothing of what they are */
export function jsonOf<Schema extends z.ZodType>(schema: Schema, body: Uint8Array | string): z.output<Schema> {
  try {
    const value: unknown = JSON.parse(
      typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body),
    );
    return schema.parse(value);
  } catch (cause) {
    throw new PipelineError("invalid_request", "The body is not what this provider sends. docs/mail.md shows it.", {
      cause,
    });
  }
}
