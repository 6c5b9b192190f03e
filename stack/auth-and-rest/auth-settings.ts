/** What a project's owner sets of Auth, as in config.toml or on the dashboard. */
export type AuthSettings = {
  /** Whether who signs up has to follow a link in a mail first. */
  confirmations: boolean;
  /** Who else may say who somebody is. A `url` of its own is for a GitHub on one's own server. */
  external: Partial<Record<"github" | "google", { enabled: true; client_id: string; secret: string; url?: string }>>;
};

const PROVIDERS = ["github", "google"] as const;

/** The names of these settings among those of the stack. */
export const AUTH_SETTING_NAMES: string[] = [
  "AUTH_MAILER_CONFIRMATIONS",
  ...PROVIDERS.flatMap((name) =>
    ["CLIENT_ID", "SECRET", "URL"].map((key) => `AUTH_EXTERNAL_${name.toUpperCase()}_${key}`),
  ),
];

/** Settings of Auth among those of the stack, named as supabase/auth names them (GOTRUE_EXTERNAL_GITHUB_CLIENT_ID), without its name. */
export function authSettingsOf(env: Record<string, string | undefined>): AuthSettings {
  const external: AuthSettings["external"] = {};
  for (const name of PROVIDERS) {
    const of = (key: string) => env[`AUTH_EXTERNAL_${name.toUpperCase()}_${key}`];
    const [client_id, secret, url] = [of("CLIENT_ID"), of("SECRET"), of("URL")];
    if (client_id && secret) external[name] = { enabled: true, client_id, secret, ...(url && { url }) };
  }
  return { confirmations: env.AUTH_MAILER_CONFIRMATIONS === "true", external };
}

/** The settings that are the functions', too: not those of Auth, among which are secrets. */
export const withoutAuthSettings = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("AUTH_")));
