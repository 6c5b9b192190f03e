import { jwtVerify } from "jose";
import type pg from "pg";
import type { Keys } from "./keys.ts";

/** Who asks: the database role to act as, and the claims that policies see as `auth.jwt()`. */
export type Identity = { role: "anon" | "authenticated" | "service_role"; claims: Record<string, unknown> };

/** Why nobody could be identified; a gateway answers it with 401. */
export class IdentityError extends Error {}

/**
 * Identifies a caller as the hosted gateway does: a user's token wins; a publishable or secret key alone acts as `anon`
 * or `service_role`; the legacy keys are tokens themselves.
 *
 * @param token what came as `Authorization: Bearer …`, or a Realtime `access_token`
 * @param apikey what came in the `apikey` header or parameter
 * @throws IdentityError without any credential, or with one that is expired, forged or unknown
 */
export async function identify(keys: Keys, token: string | undefined, apikey: string | undefined): Promise<Identity> {
  const credential = token || apikey;
  if (!credential) throw new IdentityError("No API key and no token was sent.");
  if (credential === keys.publishableKey) return { role: "anon", claims: { role: "anon" } };
  if (credential === keys.secretKey) return { role: "service_role", claims: { role: "service_role" } };
  try {
    const { payload } = await jwtVerify(credential, new TextEncoder().encode(keys.jwtSecret), {
      algorithms: ["HS256"],
    });
    const { role } = payload;
    if (role !== "anon" && role !== "authenticated" && role !== "service_role") throw new Error("unknown role");
    return { role, claims: payload };
  } catch (cause) {
    throw new IdentityError("The token is expired, or not of this project.", { cause });
  }
}

/** The token of an `Authorization` header's value. */
export function bearer(header: string | null | undefined): string | undefined {
  return /^Bearer\s+(.+)$/i.exec(header ?? "")?.[1];
}

/** Runs queries in one transaction as that caller, so that grants and row level security apply to them. */
export async function actingAs<Result>(
  pool: pg.Pool,
  identity: Identity,
  run: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    await client.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
      identity.role,
      JSON.stringify(identity.claims),
    ]);
    const result = await run(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}
