import { fileURLToPath } from "node:url";
import type { Keys } from "../keys.ts";
import { type Postgres, SUPERUSER } from "../postgres.ts";
import { type AuthSettings, authSettingsOf } from "./auth-settings.ts";
import { startWorker, type Worker } from "../worker.ts";

/**
 * `/auth/v1` and `/rest/v1`, in a process of its own. Each connects as upstream's does: Auth as supabase_auth_admin, PostgREST as
 * authenticator, with its timeouts. No mail leaves the machine: what Auth would send is a line of the log, with its link, which leads to
 * `siteUrl`. The superuser only reads the catalog, which PostgREST reads past privileges, too.
 */
export function startAuthAndRest(
  postgres: Postgres,
  keys: Keys,
  onLog: (line: string) => void,
  siteUrl = "http://127.0.0.1:54321",
  settings: AuthSettings = authSettingsOf({}),
): Worker {
  return startWorker({
    name: "auth and rest",
    command: process.execPath,
    args: ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("./main.ts", import.meta.url))],
    env: {
      REST_DATABASE_URL: postgres.url("authenticator"),
      AUTH_DATABASE_URL: postgres.url("supabase_auth_admin"),
      CATALOG_DATABASE_URL: postgres.url(SUPERUSER),
      JWT_SECRET: keys.jwtSecret,
      PUBLISHABLE_KEY: keys.publishableKey,
      SECRET_KEY: keys.secretKey,
      SITE_URL: siteUrl,
      AUTH_SETTINGS: JSON.stringify(settings),
    },
    finishMs: 2_000,
    onLog,
  });
}
