import { createContext, useContext, useEffect, useState } from "react";
import { createDocumentsOnly, type DocumentsOnly } from "@docket/client";
import { createClient, type Session, type SupabaseClient } from "@supabase/supabase-js";
import type { Config } from "./config.ts";
import { keepSession, type SessionKeeper } from "./session.ts";
import { wantsCode } from "./sign-in/second-factor.ts";

/** The project the page talks to: supabase-js for the tables, and Docket's client for the functions. */
export type Project = {
  config: Config;
  supabase: SupabaseClient;
  docket: DocumentsOnly;
  session: SessionKeeper;
  arrival: Arrival;
};

/** What a question to the project was answered. Throws the error that came instead. */
export function unwrap<Data>({ data, error }: { data: Data; error: unknown }): NonNullable<Data> {
  if (error) throw error;
  return data as NonNullable<Data>;
}

/** How a link of one of Auth's mails led here: its type ("recovery", "email_change", "signup"), or the code of why it did not. */
export type Arrival = { type: string | null; error: string | null };

function arrivalAt(hash: string): Arrival {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  if (said.has("error")) history.replaceState(null, "", location.pathname + location.search);
  return { type: said.get("type"), error: said.get("error_code") ?? said.get("error") };
}

export function openProject(config: Config): Project {
  const session = keepSession();
  // Before supabase-js takes the session out of the address.
  const arrival = arrivalAt(location.hash);
  const supabase = createClient(config.url, config.publishableKey, { global: { fetch: session.fetch } });
  session.keep(supabase);
  const docket = createDocumentsOnly({
    ...config,
    fetch: session.fetch,
    async token(refused) {
      if (refused) return session.renew(refused);
      return (await supabase.auth.getSession()).data.session?.access_token ?? null;
    },
    // What waits, says so on the page, and goes on as soon as there is a connection.
    repeats: false,
  });
  return { config, supabase, docket, session, arrival };
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
    const { data } = supabase.auth.onAuthStateChange((event, next) => {
      // Tokens are renewed now and then; the page asks for a session only when the user changes, or has used a second factor.
      const isSame = (known: Session) =>
        known.user.id === next?.user.id && wantsCode(known) === wantsCode(next) && event !== "USER_UPDATED";
      setSession((known) => (known && next && isSame(known) ? known : next));
    });
    return () => data.subscription.unsubscribe();
  }, [supabase]);
  return session;
}
