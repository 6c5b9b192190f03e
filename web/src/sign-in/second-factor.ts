import type { Session } from "@supabase/supabase-js";

/** Whether the user has a second factor that this session has not used: then the project shows nothing, and asks for the code. */
export const wantsCode = ({ user, access_token }: Session): boolean =>
  (user.factors ?? []).some(({ status }) => status === "verified") && levelOf(access_token) !== "aal2";

function levelOf(token: string): unknown {
  const [, payload = ""] = token.split(".");
  return (JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { aal?: unknown }).aal;
}
