import type postgres from "postgres";
import { decodeJwt } from "jose";
import type { Claims, Method } from "./claims.ts";

/** What a request to Auth proves of its user, when a session comes of it. A refreshed one proves nothing new. */
function methodOf({ pathname, searchParams }: URL): Method | undefined {
  if (pathname.endsWith("/callback")) return "oauth";
  if (pathname.endsWith("/verify")) return "otp";
  if (pathname.endsWith("/signup")) return "password";
  if (!pathname.endsWith("/token")) return undefined;
  return ({ password: "password", pkce: "oauth" } as const)[searchParams.get("grant_type") ?? ""];
}

/**
 * Puts into the answers of @supabase/lite what upstream's have of second factors: the claims `aal` and `amr` of a token, in a body or
 * in the address that a link leads to, and the `factors` of a user.
 */
export async function withFactors(
  request: Request,
  response: Response,
  { sql, claims }: { sql: postgres.Sql; claims: Claims },
): Promise<Response> {
  const method = methodOf(new URL(request.url));
  const completed = async (token: string): Promise<string> => {
    if (method) await claims.add(sql, String(decodeJwt(token).session_id), method);
    return claims.complete(sql, token);
  };
  const headers = new Headers(response.headers);

  const [place, hash] = headers.get("location")?.split("#") ?? [];
  const said = new URLSearchParams(hash);
  const inAddress = said.get("access_token");
  if (place && inAddress) {
    said.set("access_token", await completed(inAddress));
    headers.set("location", `${place}#${said}`);
    return new Response(null, { status: response.status, headers });
  }

  if (!response.ok || !headers.get("content-type")?.startsWith("application/json")) return response;
  const body = (await response.json()) as Body;
  const user = body.user ?? body;
  if (body.access_token) body.access_token = await completed(body.access_token);
  if (user.id && user.aud) {
    const factors = await claims.factorsOf(sql, user.id);
    if (factors.length > 0) user.factors = factors;
  }
  headers.delete("content-length");
  return Response.json(body, { status: response.status, headers });
}

type Body = { access_token?: string; user?: User } & User;
type User = { id?: string; aud?: string; factors?: object[] };
