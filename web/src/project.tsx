import { createContext, useContext, useEffect, useState } from "react";
import { createDocket, type Docket } from "@docket/client";
import { createClient, type Session, type SupabaseClient } from "@supabase/supabase-js";
import type { Config } from "./config.ts";
import { keepSession, type SessionKeeper } from "./session.ts";

/** The project the page talks to: supabase-js for the tables, and Docket's client for the functions. */
export type Project = { config: Config; supabase: SupabaseClient; docket: Docket; session: SessionKeeper };

export function openProject(config: Config): Project {
  const session = keepSession();
  const supabase = createClient(config.url, config.publishableKey, { global: { fetch: session.fetch } });
  session.keep(supabase);
  const docket = createDocket({
    ...config,
    fetch: session.fetch,
    async token(refused) {
      if (refused) return session.renew(refused);
      return (await supabase.auth.getSession()).data.session?.access_token ?? null;
    },
    // What waits, says so on the page, and goes on as soon as there is a connection.
    repeats: false,
  });
  return { config, supabase, docket, session };
}

const ProjectContext = createContext<Project | null>(null);
export const ProjectProvider = ProjectContext.Provider;
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (!project) throw new Error("no project");
  return project;
}

/** The signed-in user; null when nobody is, undefined while that is not known yet. */
export function useSession(): Session | null | undefined {
  const { supabase } = useProject();
  const [session, setSession] = useState<Session | null>();
  useEffect(() => {
    const { data } = supabase.auth.onAuthStateChange((_event, next) => {
      // Tokens are renewed now and then; the page asks for a session only when the user changes.
      setSession((known) => (known && next && known.user.id === next.user.id ? known : next));
    });
    return () => data.subscription.unsubscribe();
  }, [supabase]);
  return session;
}
