import { sha256 } from "./bytes.ts";
import { PipelineError } from "./errors.ts";

/** What an API token may do: read, search and list documents; edit, retry, describe again and delete them; upload; make rules, webhooks, mail addresses and links. */
export type Scope = "documents:read" | "documents:write" | "upload" | "automation";

const PREFIX = "dkt_";

export const looksLikeApiToken = (token: string): boolean => token.startsWith(PREFIX);

/**
 * The SHA-256 of an API token, by which the database knows it. A token is "dkt_", 40 random hexadecimal digits, and the first 8
 * digits of the SHA-256 of what stands before them (supabase/migrations/…_api_tokens.sql).
 *
 * @throws PipelineError token_unknown where that checksum is wrong: then no database need be asked
 */
export async function hashOfApiToken(token: string): Promise<string> {
  if (/^dkt_[0-9a-f]{48}$/.test(token) && (await hashOf(token.slice(0, -8))).startsWith(token.slice(-8)))
    return await hashOf(token);
  throw new PipelineError("token_unknown", "This is no API token: its checksum is wrong. Copy it again.");
}

const hashOf = (text: string): Promise<string> => sha256(new TextEncoder().encode(text));
