import { Hono } from "hono";
import { jwtVerify, SignJWT } from "jose";
import { Secret, TOTP } from "otpauth";
import type postgres from "postgres";
import { renderSVG } from "uqr";
import { AuthError, answerError } from "./auth-error.ts";
import type { Claims, Factor } from "./claims.ts";

// The defaults of supabase/auth (internal/conf/configuration.go: MFAConfiguration).
const CHALLENGE_SECONDS = 300;
const FACTOR_SECONDS = 300;
const MOST_FACTORS = 10;
const JWT_SECONDS = 3600;

type User = { id: string; email: string };
type Session = { id: string; aal: string | null };
type Kept = Factor & { secret: string };
type Variables = { user: User; session: Session };

/** The part of Auth that @supabase/lite lacks. */
export type SecondFactor = {
  /** Answers `/auth/v1/factors…`. */
  fetch(request: Request): Promise<Response>;
  /** As upstream's `PUT /user`: who has a second factor uses it before changing the address or the password. Answers a refusal. */
  refuseChange(request: Request): Promise<Response | undefined>;
};

/**
 * `/auth/v1/factors`: time-based codes (TOTP) as a second factor. Follows supabase/auth v2 (internal/api/mfa.go): enroll, challenge,
 * verify, unenroll, with its checks in its order and its words. Not here: phone and WebAuthn factors, which are off upstream unless they
 * are asked for, the audit log, and the rate limit, which upstream counts by a header of the gateway.
 *
 * @param userOf the user of a token as `GET /user` shows them
 */
export function createSecondFactor({
  sql,
  claims,
  jwtSecret,
  siteUrl,
  userOf,
  now = Date.now,
}: {
  sql: postgres.Sql;
  claims: Claims;
  jwtSecret: string;
  siteUrl: string;
  userOf(token: string): Promise<object>;
  now?: () => number;
}): SecondFactor {
  const key = new TextEncoder().encode(jwtSecret);

  async function authenticated(request: Request): Promise<Variables> {
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (!token) throw new AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token");
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] }).catch((error: Error) => {
      throw new AuthError(
        403,
        "bad_jwt",
        `invalid JWT: unable to parse or verify signature, token has invalid claims: ${error.message}`,
      );
    });
    if (!payload.sub) throw new AuthError(403, "bad_jwt", "invalid claim: missing sub claim");
    const [user] = await sql<User[]>`select id, email from auth.users where id = ${payload.sub}`;
    if (!user) throw new AuthError(403, "user_not_found", "User from sub claim in JWT does not exist");
    const [session] = await sql<Session[]>`select id, aal from auth.sessions where id = ${String(payload.session_id)}`;
    if (!session) throw new AuthError(403, "session_not_found", "Session from session_id claim in JWT does not exist");
    return { user, session };
  }

  async function ownFactor(user: User, id: string): Promise<Kept> {
    if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(id))
      throw new AuthError(404, "validation_failed", "factor_id must be an UUID");
    const [factor] = await sql<Kept[]>`select * from auth.mfa_factors where id = ${id} and user_id = ${user.id}`;
    if (!factor) throw new AuthError(404, "mfa_factor_not_found", "Factor not found");
    return factor;
  }

  async function mayEnroll(user: User, session: Session, name: string): Promise<void> {
    await sql`
      delete from auth.mfa_factors where status <> 'verified'
        and not exists (select from auth.mfa_challenges where factor_id = mfa_factors.id)
        and created_at + make_interval(secs => ${FACTOR_SECONDS}) < now()`;
    const factors = await claims.factorsOf(sql, user.id);
    if (factors.some(({ friendly_name = "" }) => friendly_name === name))
      throw new AuthError(
        422,
        "mfa_factor_name_conflict",
        `A factor with the friendly name "${name}" for this user already exists`,
      );
    if (factors.length >= MOST_FACTORS)
      throw new AuthError(
        422,
        "too_many_enrolled_mfa_factors",
        "Maximum number of verified factors reached, unenroll to continue",
      );
    if (factors.some(({ status }) => status === "verified") && session.aal !== "aal2")
      throw new AuthError(403, "insufficient_aal", "AAL2 required to enroll a new factor");
  }

  async function takeChallenge(factor: Kept, id: string, address: string): Promise<void> {
    const [challenge] = await sql<{ created_at: Date; verified_at: Date | null; ip_address: string }[]>`
      select created_at, verified_at, host(ip_address) as ip_address from auth.mfa_challenges
      where id::text = ${id} and factor_id = ${factor.id}`;
    if (!challenge)
      throw new AuthError(422, "mfa_factor_not_found", "MFA factor with the provided challenge ID not found");
    if (challenge.verified_at || challenge.ip_address !== address)
      throw new AuthError(422, "mfa_ip_address_mismatch", "Challenge and verify IP addresses mismatch.");
    if (challenge.created_at.getTime() + CHALLENGE_SECONDS * 1000 < now()) {
      await sql`delete from auth.mfa_challenges where id::text = ${id}`;
      throw new AuthError(
        422,
        "mfa_challenge_expired",
        `MFA challenge ${id} has expired, verify against another challenge or create a new challenge.`,
      );
    }
  }

  /** The session is of two factors now, and its older refresh token is none any more. */
  async function raise(user: User, session: Session, factor: Kept, challengeId: string): Promise<string> {
    const refreshToken = crypto.randomUUID();
    await sql.begin(async (transaction) => {
      // a transaction runs queries as the connection does; the types of the driver lack that
      const within = transaction as unknown as postgres.Sql;
      await within`update auth.mfa_challenges set verified_at = now() where id = ${challengeId}`;
      await within`update auth.mfa_factors set status = 'verified', updated_at = now() where id = ${factor.id} and status <> 'verified'`;
      await claims.add(within, session.id, "totp");
      const [current] = await within<{ token: string }[]>`
        update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = ${session.id} and not revoked returning token`;
      await within`
        insert into auth.refresh_tokens (id, token, user_id, session_id, parent)
        values (${crypto.randomUUID()}, ${refreshToken}, ${user.id}, ${session.id}, ${current?.token ?? null})`;
      await within`update auth.sessions set aal = 'aal2', factor_id = ${factor.id}, updated_at = now() where id = ${session.id}`;
      await within`delete from auth.sessions where user_id = ${user.id} and aal < 'aal2'`;
      await within`delete from auth.mfa_factors where user_id = ${user.id} and status = 'unverified' and factor_type = ${factor.factor_type}`;
    });
    return refreshToken;
  }

  const app = new Hono<{ Variables: Variables }>().basePath("/auth/v1/factors");
  app.onError((error, context) => {
    if (error instanceof AuthError) return answerError(error, context.req.raw);
    console.error(error);
    return answerError(
      new AuthError(500, "unexpected_failure", "Unexpected failure, please check server logs for more information"),
      context.req.raw,
    );
  });
  app.use(async (context, next) => {
    const { user, session } = await authenticated(context.req.raw);
    context.set("user", user);
    context.set("session", session);
    await next();
  });

  app.post("/", async (context) => {
    const { user, session } = context.var;
    const { friendly_name = "", factor_type, issuer } = await bodyOf(context.req.raw);
    if (factor_type === "phone")
      throw new AuthError(422, "mfa_phone_enroll_not_enabled", "MFA enroll is disabled for Phone");
    if (factor_type === "webauthn")
      throw new AuthError(422, "mfa_webauthn_enroll_not_enabled", "MFA enroll is disabled for WebAuthn");
    if (factor_type !== "totp")
      throw new AuthError(400, "validation_failed", "factor_type needs to be totp, phone, or webauthn");
    await mayEnroll(user, session, friendly_name);
    const secret = new Secret({ size: 20 });
    const uri = new TOTP({ issuer: issuer || new URL(siteUrl).host, label: user.email, secret }).toString();
    const id = crypto.randomUUID();
    await sql`
      insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret)
      values (${id}, ${user.id}, ${friendly_name}, 'totp', 'unverified', now(), now(), ${secret.base32})`;
    return context.json({
      id,
      type: "totp",
      friendly_name,
      totp: {
        qr_code: renderSVG(uri, { ecc: "H", whiteColor: "white", blackColor: "black" }),
        secret: secret.base32,
        uri,
      },
    });
  });

  app.post("/:id/challenge", async (context) => {
    const factor = await ownFactor(context.var.user, context.req.param("id"));
    const id = crypto.randomUUID();
    await sql`
      insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
      values (${id}, ${factor.id}, to_timestamp(${now() / 1000}), ${addressOf(context.req.raw)})`;
    await sql`update auth.mfa_factors set last_challenged_at = clock_timestamp() where id = ${factor.id}`;
    return context.json({ id, type: factor.factor_type, expires_at: Math.floor(now() / 1000) + CHALLENGE_SECONDS });
  });

  app.post("/:id/verify", async (context) => {
    const { user, session } = context.var;
    const factor = await ownFactor(user, context.req.param("id"));
    const { challenge_id = "", code } = await bodyOf(context.req.raw);
    if (!code) throw new AuthError(400, "validation_failed", "Code needs to be non-empty");
    await takeChallenge(factor, challenge_id, addressOf(context.req.raw));
    const totp = new TOTP({ secret: Secret.fromBase32(factor.secret) });
    if (totp.validate({ token: code, window: 1, timestamp: now() }) === null)
      throw new AuthError(422, "mfa_verification_failed", "Invalid TOTP code entered");
    const refresh_token = await raise(user, session, factor, challenge_id);
    const issued = Math.floor(Date.now() / 1000);
    const access_token = await claims.complete(sql, await signedIn(user, session, issued));
    return context.json({
      access_token,
      token_type: "bearer",
      expires_in: JWT_SECONDS,
      expires_at: issued + JWT_SECONDS,
      refresh_token,
      user: await userOf(access_token),
    });
  });

  app.delete("/:id", async (context) => {
    const { user, session } = context.var;
    const factor = await ownFactor(user, context.req.param("id"));
    if (factor.status === "verified" && session.aal !== "aal2")
      throw new AuthError(422, "insufficient_aal", "AAL2 required to unenroll verified factor");
    await sql.begin(async (within) => {
      await within`delete from auth.mfa_factors where id = ${factor.id}`;
      await within`
        delete from auth.mfa_amr_claims where authentication_method = 'totp'
          and session_id in (select id from auth.sessions where factor_id = ${factor.id})`;
      await within`update auth.sessions set aal = 'aal1', factor_id = null where factor_id = ${factor.id}`;
    });
    return context.json({ id: factor.id });
  });

  async function signedIn(user: User, session: Session, issued: number): Promise<string> {
    return new SignJWT({
      sub: user.id,
      aud: "authenticated",
      role: "authenticated",
      email: user.email,
      session_id: session.id,
      iat: issued,
      exp: issued + JWT_SECONDS,
    })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(key);
  }

  return {
    fetch: async (request) => app.fetch(request),
    async refuseChange(request) {
      try {
        const { password, email } = await bodyOf(request.clone());
        const { user, session } = await authenticated(request);
        if (session.aal === "aal2" || (!password && (!email || email === user.email))) return undefined;
        const factors = await claims.factorsOf(sql, user.id);
        if (!factors.some(({ status }) => status === "verified")) return undefined;
        throw new AuthError(
          401,
          "insufficient_aal",
          "AAL2 session is required to update email or password when MFA is enabled.",
        );
      } catch (error) {
        // A token or a body that is not good is the library's to refuse.
        if (error instanceof AuthError && error.code === "insufficient_aal") return answerError(error, request);
        if (error instanceof AuthError) return undefined;
        throw error;
      }
    },
  };
}

/** The strings of a JSON body; upstream reads an empty one as `{}`. */
async function bodyOf(request: Request): Promise<Record<string, string | undefined>> {
  try {
    const text = await request.text();
    const body: unknown = JSON.parse(text || "{}");
    return Object.fromEntries(
      Object.entries(body ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    throw new AuthError(400, "bad_json", "Could not parse request body as JSON");
  }
}

/** As upstream (internal/utilities/request.go): the first of X-Forwarded-For; the gateway of this stack writes none. */
const addressOf = (request: Request): string =>
  request.headers.get("x-forwarded-for")?.split(",")[0]?.trim() || "127.0.0.1";
