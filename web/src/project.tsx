import { createContext, useContext, useEffect, useState } from "react";
import { createClient, type Session, type SupabaseClient } from "@supabase/supabase-js";
import type { Config } from "./config.ts";
import { Refusal } from "./sentences.ts";
import { keepSession, type SessionKeeper } from "./session.ts";

/** The project the page talks to: supabase-js, and the plain addresses for what needs fetch. */
export type Project = { config: Config; supabase: SupabaseClient; session: SessionKeeper };

export function openProject(config: Config): Project {
  const session = keepSession();
  const supabase = createClient(config.url, config.publishableKey, { global: { fetch: session.fetch } });
  session.keep(supabase);
  return { config, supabase, session };
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

/** POSTs JSON to a function as the signed-in user. Throws a Refusal, or what fetch throws. */
export async function callFunction(
  { config, supabase, session }: Project,
  name: string,
  body: object,
  signal?: AbortSignal,
): Promise<Response> {
  const { data } = await supabase.auth.getSession();
  const response = await session.fetch(`${config.url}/functions/v1/${name}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${data.session?.access_token}`,
      apikey: config.publishableKey,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  throw await response.json().then(
    ({ message, code }) => new Refusal(message, code),
    () => new Refusal("The project did not answer. Try again in a moment."),
  );
}
