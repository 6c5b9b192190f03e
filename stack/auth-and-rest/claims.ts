import { decodeJwt, SignJWT } from "jose";
import type postgres from "postgres";

/** How somebody proved who they are (supabase/auth, internal/models/factor.go). */
export type Method = "password" | "otp" | "oauth" | "totp";

/** A second factor as Auth shows it: without its secret. */
export type Factor = {
  id: string;
  created_at: Date;
  updated_at: Date;
  status: "unverified" | "verified";
  friendly_name?: string;
  factor_type: string;
  phone: string;
  last_challenged_at: Date | null;
};

/** What @supabase/lite's tokens lack of upstream's: how sure Auth is of the user. */
export type Claims = {
  /** Notes how the session's user has proved who they are. */
  add(sql: postgres.Sql, sessionId: string, method: Method): Promise<void>;
  /** A token like the given one, with the claims that upstream's have beside (internal/tokens/service.go: GenerateAccessToken). */
  complete(sql: postgres.Sql, token: string): Promise<string>;
  factorsOf(sql: postgres.Sql, userId: string): Promise<Factor[]>;
};

export function createClaims({ jwtSecret, issuer }: { jwtSecret: string; issuer: string }): Claims {
  const key = new TextEncoder().encode(jwtSecret);
  return {
    async add(sql, sessionId, method) {
      await sql`
        insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
        values (gen_random_uuid(), ${sessionId}, now(), now(), ${method})
        on conflict (session_id, authentication_method) do update set updated_at = excluded.updated_at`;
    },

    async complete(sql, token) {
      const claims = decodeJwt(token);
      const amr = await sql<{ method: Method; timestamp: number }[]>`
        select authentication_method as method, extract(epoch from updated_at)::integer as timestamp
        from auth.mfa_amr_claims where session_id = ${String(claims.session_id)} order by updated_at desc`;
      const [user] = await sql<{ app_metadata: object; user_metadata: object; is_anonymous: boolean; phone: string }[]>`
        select raw_app_meta_data as app_metadata, raw_user_meta_data as user_metadata, is_anonymous, coalesce(phone, '') as phone
        from auth.users where id = ${claims.sub!}`;
      return new SignJWT({
        ...claims,
        iss: issuer,
        ...user,
        aal: amr.some(({ method }) => method === "totp") ? "aal2" : "aal1",
        amr: amr.map(({ method, timestamp }) => ({ method, timestamp })),
      })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .sign(key);
    },

    async factorsOf(sql, userId) {
      const rows = await sql<(Factor & { friendly_name: string | null })[]>`
        select id, created_at, updated_at, status, friendly_name, factor_type, coalesce(phone, '') as phone, last_challenged_at
        from auth.mfa_factors where user_id = ${userId} order by created_at`;
      return rows.map(({ friendly_name, ...row }) => ({ ...row, ...(friendly_name && { friendly_name }) }));
    },
  };
}
