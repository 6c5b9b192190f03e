import { PipelineError } from "./errors.ts";

/** What links answer that ended, were used up, revoked or guessed: all the same. */
export const noSuchLink = (): PipelineError =>
  new PipelineError("not_found", "There is no such link, or it has ended.");

/**
 * The SHA-256 of a link's token, in hexadecimal, as the database knows it.
 *
 * @throws PipelineError not_found when it does not look like one, which needs no database
 */
export async function hashOfLinkToken(token: string): Promise<string> {
  if (!/^dkl_[0-9a-f]{40}$/.test(token)) throw noSuchLink();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
