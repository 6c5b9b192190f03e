import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type Identity, IdentityError, bearer, identify } from "../identity.ts";
import type { Keys } from "../keys.ts";
import { ERRORS, StorageError } from "./errors.ts";

/** What routes know of a request: who asks, or why nobody is known. */
export type StorageEnv = { Variables: { caller: Identity | StorageError } };

/** The end of an object's path: the name is all that is left, of whatever characters. */
export const OBJECT = "/:bucket/:name{[^]+}";

/** Identifies the caller once for all routes; those that need one say so with `callerOf`. */
export function identifyCaller(keys: Keys) {
  return createMiddleware<StorageEnv>(async (c, next) => {
    c.set("caller", await callerOrRefusal(keys, c.req.header("authorization"), c.req.header("apikey")));
    await next();
  });
}

async function callerOrRefusal(
  keys: Keys,
  authorization: string | undefined,
  apikey: string | undefined,
): Promise<Identity | StorageError> {
  const token = bearer(authorization);
  if (!token && !apikey) return ERRORS.invalidForm("headers must have required property 'authorization'");
  try {
    return await identify(keys, token, apikey);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return ERRORS.accessDenied((error.cause as Error | undefined)?.message ?? error.message, error);
  }
}

/** The caller. @throws StorageError without a valid token or key */
export function callerOf(c: Context<StorageEnv>): Identity {
  const caller = c.var.caller;
  if (caller instanceof StorageError) throw caller;
  return caller;
}

/** The user's id, which becomes `owner_id`. */
export function ownerOf(caller: Identity): string | undefined {
  return typeof caller.claims.sub === "string" ? caller.claims.sub : undefined;
}
