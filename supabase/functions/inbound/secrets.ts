import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { PipelineError } from "../_shared/errors.ts";

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(createHash("sha256").update(one).digest(), createHash("sha256").update(other).digest());
}

/** @throws PipelineError unauthorized when the request does not show the bearer token; any passes where none is set */
export function checkBearer(request: Request, secret: string | undefined): void {
  if (secret && !isSameText(request.headers.get("Authorization") ?? "", `Bearer ${secret}`)) throw notTheProvider();
}

/**
 * @param login "user:password", as it stands in the address that the provider is told: https://user:password@…
 * @throws PipelineError unauthorized when the request does not show it; any passes where none is set
 */
export function checkBasic(request: Request, login: string | undefined): void {
  if (
    login &&
    !isSameText(request.headers.get("Authorization") ?? "", `Basic ${Buffer.from(login).toString("base64")}`)
  )
    throw notTheProvider();
}

/** What a request answers that is not proven to be the provider's. Providers send again after it: the setting may be wrong, and mended. */
export const notTheProvider = (): PipelineError =>
  new PipelineError(
    "unauthorized",
    "The request does not show the secret or the signature that this project expects. docs/mail.md says which.",
  );
