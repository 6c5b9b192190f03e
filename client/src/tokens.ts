import type { SupabaseClient } from "@supabase/supabase-js";
import { DocketError } from "./error.ts";
import type { ApiToken, Scope } from "./types.ts";

/** API tokens, which only a signed-in user makes and revokes. */
export function createTokens(supabase: () => SupabaseClient) {
  const checked = <Data>(answer: {
    data: Data;
    error: { message: string; hint?: string } | null;
    status: number;
  }): Data => {
    if (!answer.error) return answer.data;
    throw new DocketError(answer.error.hint || "unexpected_answer", answer.status, answer.error.message);
  };
  return {
    /** The answer's `token` is shown here and never again. */
    create: async (
      name: string,
      scopes: Scope[],
      expires_at: string | null = null,
    ): Promise<ApiToken & { token: string }> =>
      checked(await supabase().rpc("create_api_token", { name, scopes, expires_at })),
    list: async (): Promise<ApiToken[]> =>
      checked(
        await supabase()
          .from("api_tokens")
          .select("id, name, scopes, expires_at, last_used_at, revoked_at, created_at")
          .order("created_at", { ascending: false }),
      ) as ApiToken[],
    revoke: async (id: string): Promise<void> => {
      checked(await supabase().rpc("revoke_api_token", { token_id: id }));
    },
  };
}
