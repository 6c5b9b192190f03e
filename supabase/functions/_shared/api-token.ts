/** What an API token may do: read, search and list documents; edit, retry, describe anew and delete them; upload. */
export type Scope = "documents:read" | "documents:write" | "upload";

const PREFIX = "dkt_";

export const looksLikeApiToken = (token: string): boolean => token.startsWith(PREFIX);

/**
 * The SHA-256 of an API token, by which the database knows it. A token is "dkt_", 40 random hexadecimal digits, and the first 8
 * digits of the SHA-256 of what stands before them (supabase/migrations/…_api_tokens.sql).
 *
 * @returns undefined where that checksum is wrong: then no database need be asked
 */
export async function hashOfApiToken(token: string): Promise<string | undefined> {
  if (!/^dkt_[0-9a-f]{48}$/.test(token)) return undefined;
  const begun = await sha256Hex(token.slice(0, -8));
  return begun.startsWith(token.slice(-8)) ? await sha256Hex(token) : undefined;
}

async function sha256Hex(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
