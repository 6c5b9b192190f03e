import { errors } from "jose";
import { type Identity, identify } from "../identity.ts";
import type { Keys } from "../keys.ts";

/** Who a channel acts as, and until when (milliseconds since 1970; null for a key, which does not expire). */
export type Session = { identity: Identity; key: string; expiresAt: number | null };

/** Why a token is refused, in the words and with the codes of supabase/realtime (realtime_channel.ex). */
export class SessionError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }

  /** The `reason` of a refused join. */
  get reason(): string {
    return `${this.code}: ${this.message}`;
  }
}

/**
 * Opens the session of a channel: the user's token where one was sent, else the socket's key. `sb_…` keys sent as a token
 * mean the socket's key, as upstream reads them.
 *
 * @throws SessionError
 */
export async function openSession(keys: Keys, token: string | undefined, apikey: string | undefined): Promise<Session> {
  const user = token?.startsWith("sb_") ? undefined : token;
  try {
    const identity = await identify(keys, user, apikey);
    const { exp } = identity.claims;
    if (user && typeof exp !== "number")
      throw new SessionError("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
    return {
      identity,
      key: `${identity.role} ${JSON.stringify(identity.claims)}`,
      expiresAt: typeof exp === "number" ? exp * 1000 : null,
    };
  } catch (error) {
    throw refusal(error);
  }
}

/** What a client is told about a token whose time is over. */
export function expired(expiresAt: number): SessionError {
  return new SessionError(
    "InvalidJWTToken",
    `Token has expired ${Math.max(0, Math.round((Date.now() - expiresAt) / 1000))} seconds ago`,
  );
}

function refusal(error: unknown): Error {
  if (error instanceof SessionError) return error;
  const { cause } = error as Error;
  if (cause instanceof errors.JWTExpired) return expired(Number(cause.payload.exp) * 1000);
  if (cause instanceof errors.JWSSignatureVerificationFailed)
    return new SessionError("JwtSignatureError", "Failed to validate JWT signature");
  return new SessionError("MalformedJWT", "The token provided is not a valid JWT");
}
