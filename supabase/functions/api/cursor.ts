import { PipelineError } from "../_shared/errors.ts";

/** Where a page of a list ended, as an opaque text that stands in an address. */
export function cursorOf(position: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(position));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** @throws PipelineError invalid_request for a text that is none of `cursorOf` */
export function positionOf(cursor: string): object {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));
    const position: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof position === "object" && position !== null && "key" in position) return position;
  } catch {
    // Said below.
  }
  throw new PipelineError("invalid_request", "after is not what an answer's next said.");
}
