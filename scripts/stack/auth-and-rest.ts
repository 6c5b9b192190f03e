import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import type { Keys } from "./keys.ts";
import { type Postgres, SUPERUSER } from "./postgres.ts";

/** `/auth/v1` and `/rest/v1`, by @supabase/lite on our Postgres. */
export type AuthAndRest = { fetch(request: Request): Promise<Response>; stop(): Promise<void> };

/** The library turns the objects among a function's arguments into JSON text, and its driver would do so once more. */
const once = (value: unknown): string => (typeof value === "string" && /^[[{]/.test(value) ? value : JSON.stringify(value));

export async function startAuthAndRest({ postgres, keys }: { postgres: Postgres; keys: Keys }): Promise<AuthAndRest> {
  const connection = createPostgresConnection({
    url: postgres.url(SUPERUSER),
    postgresOptions: { max: 20, onnotice: () => {}, types: { jsonb: { to: 3802, from: [3802], serialize: once, parse: JSON.parse } } },
  });
  // Roles and helpers are made by platform/*.sql. Left to itself, the library would GRANT ALL on every table that has row
  // level security, and a missing grant would show on hosted Supabase only.
  (connection as unknown as { rlsState: string }).rlsState = "active";

  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      jwt_expiry: 3600,
      publishable_key: keys.publishableKey,
      secret_key: keys.secretKey,
      email: { enable_signup: true, enable_confirmations: false },
    },
    options: { server: { disableStudio: true, admin: false } },
  } as ConstructorParameters<typeof App>[0]);
  await app.init();
  return { fetch: (request) => app.fetch(request, { peerAddress: null }), stop: () => connection.close() };
}
