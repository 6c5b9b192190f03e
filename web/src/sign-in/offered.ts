import type { Config } from "../config.ts";

/** Who else may say who somebody is, where the project has it set up. */
export const PROVIDERS = { google: "Google", github: "GitHub" } as const;
export type Provider = keyof typeof PROVIDERS;

/** What the project's Auth offers: its providers, and whether it is closed to new accounts. */
export async function offeredBy({ url, publishableKey }: Config): Promise<{ providers: Provider[]; closed: boolean }> {
  const response = await fetch(`${url}/auth/v1/settings`, { headers: { apikey: publishableKey } });
  if (!response.ok) throw new Error(String(response.status));
  const { external, disable_signup } = (await response.json()) as {
    external: Partial<Record<string, boolean>>;
    disable_signup: boolean;
  };
  const all = Object.keys(PROVIDERS) as Provider[]; // its keys are the providers
  return { providers: all.filter((name) => external[name]), closed: disable_signup };
}
