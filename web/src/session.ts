import {
  isAuthApiError,
  isAuthRetryableFetchError,
  isAuthSessionMissingError,
  type SupabaseClient,
} from "@supabase/supabase-js";
import { wantsCode } from "./sign-in/second-factor.ts";

/** Watches what the project answers: a 401 renews the session once, and ends it here when it cannot be renewed. */
export type SessionKeeper = {
  /** Like fetch. A request that was refused for its token is sent again with a new one. */
  fetch: typeof fetch;
  /** A token that replaces a refused one; null when there is none, and then the page shows the sign-in. */
  renew(refused: string | undefined): Promise<string | null>;
  /** Whether the last session ended by itself, not by "Sign out". */
  hasEnded(): boolean;
  keep(supabase: SupabaseClient): void;
};

export function keepSession(): SessionKeeper {
  let supabase: SupabaseClient;
  let renewing: Promise<string | null> | undefined;
  let ended = false;

  async function renewed(refused: string | undefined): Promise<string | null> {
    const { data } = await supabase.auth.getSession();
    if (!data.session) return null;
    // Another request or tab was faster.
    if (data.session.access_token !== refused) return data.session.access_token;
    const { data: fresh, error } = await supabase.auth.refreshSession();
    if (fresh.session) return fresh.session.access_token;
    // Without a connection nothing is known about the session.
    if (error && isAuthRetryableFetchError(error)) return null;
    await end();
    return null;
  }

  async function end(): Promise<void> {
    ended = true;
    await supabase.auth.signOut({ scope: "local" });
  }

  /**
   * Asks Auth whether the session is still one: it ends when another browser sets up a second factor, and then the project shows this
   * one nothing, as if there were nothing.
   */
  async function look(): Promise<void> {
    const { data } = await supabase.auth.getSession();
    if (!data.session) return;
    const { data: now, error } = await supabase.auth.getUser();
    if (isAuthSessionMissingError(error) || (isAuthApiError(error) && error.status === 403)) await end();
    else if (now.user && wantsCode({ ...data.session, user: now.user }) && !wantsCode(data.session))
      await supabase.auth.refreshSession();
  }
  let looked = 0;
  const lookNowAndThen = () => {
    if (Date.now() - looked < LOOK_MS || document.visibilityState !== "visible") return;
    looked = Date.now();
    void look();
  };

  const renew = (refused: string | undefined) =>
    (renewing ??= renewed(refused).finally(() => {
      renewing = undefined;
    }));

  return {
    async fetch(input, init) {
      const response = await fetch(input, init);
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
      const refused = /^Bearer (.+)$/.exec(headers.get("Authorization") ?? "")?.[1];
      if (response.status !== 401 || !refused || isAuth(input)) return response;
      const token = await renew(refused);
      if (!token) return response;
      headers.set("Authorization", `Bearer ${token}`);
      const again = await fetch(input, { ...init, headers });
      // A new token is refused too: only signing in can help.
      if (again.status === 401) await end();
      return again;
    },
    renew,
    hasEnded: () => ended,
    keep(client) {
      supabase = client;
      client.auth.onAuthStateChange((event) => {
        if (event === "SIGNED_IN") ended = false;
        // Not from within: what is asked of Auth here waits until Auth's own work is done, of which this is a part.
        if (event === "INITIAL_SESSION") setTimeout(lookNowAndThen);
      });
      document.addEventListener("visibilitychange", lookNowAndThen);
    },
  };
}

/** How often the page looks whether its session is still one, when the reader comes back to it: in milliseconds. */
const LOOK_MS = 60_000;

/** Auth answers for itself: its 401 is a wrong password, and renewing there would never end. */
const isAuth = (input: RequestInfo | URL): boolean =>
  new URL(input instanceof Request ? input.url : input, location.href).pathname.includes("/auth/v1/");
