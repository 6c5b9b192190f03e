// `/auth/v1` and `/rest/v1`, by @supabase/lite on our Postgres: a process of its own, so that a large answer of one caller
// does not hold up the others' uploads and events, and what the library says goes to the log.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import pg from "pg";
import postgres from "postgres";
import { HOST_REFUSED, isOwnHost } from "../hosts.ts";
import { withFactors } from "./auth-answers.ts";
import type { AuthSettings } from "./auth-settings.ts";
import { createClaims } from "./claims.ts";
import { withDatabaseErrors } from "./database-errors.ts";
import { createSecondFactor } from "./second-factor.ts";
import { type RoleSettings, sendSettingsAhead } from "./settings-ahead.ts";

const {
  REST_DATABASE_URL: restUrl,
  AUTH_DATABASE_URL: authUrl,
  CATALOG_DATABASE_URL: catalogUrl,
  JWT_SECRET: jwtSecret,
  PUBLISHABLE_KEY: publishableKey,
  SECRET_KEY: secretKey,
  SITE_URL: siteUrl,
  AUTH_SETTINGS: authSettings,
} = process.env;
const { confirmations, external } = JSON.parse(authSettings!) as AuthSettings;

/** The library turns the objects among a function's arguments into JSON text, and its driver would do so once more. */
const once = (value: unknown): string =>
  typeof value === "string" && /^[[{]/.test(value) ? value : JSON.stringify(value);

function connect(url: string, max: number) {
  const connection = createPostgresConnection({
    url,
    postgresOptions: {
      max,
      onnotice: () => {},
      types: {
        jsonb: { to: 3802, from: [3802], serialize: once, parse: JSON.parse },
        // PostgREST answers with numbers; the driver alone would with text.
        numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
      },
    },
  });
  // Roles and helpers are made by platform/*.sql. Left to itself, the library would GRANT ALL on every table that has row level
  // security, and a missing grant would show on hosted Supabase only.
  // rlsState is private in the types of the library
  (connection as unknown as { rlsState: string }).rlsState = "active";
  return connection;
}

function app(connection: ReturnType<typeof connect>) {
  return new App({
    connection,
    // Where providers lead back to.
    api: { external_url: siteUrl },
    auth: {
      enabled: true,
      site_url: siteUrl,
      // The page as `npm run dev:web` serves it.
      additional_redirect_urls: ["http://127.0.0.1:5173/**", "http://localhost:5173/**"],
      jwt_secret: jwtSecret,
      jwt_expiry: 3600,
      minimum_password_length: 8,
      publishable_key: publishableKey,
      secret_key: secretKey,
      email: { enable_signup: true, enable_confirmations: confirmations },
      external,
    },
    options: { server: { disableStudio: true, admin: false } },
  } as ConstructorParameters<typeof App>[0]);
}

// The library takes a catalog that it could not read for an empty one, and its driver does not reliably outlive a crash of
// Postgres. So this process ends with Postgres, and is started again.
const watched = await untilAnswering(catalogUrl!);
watched.once("end", () => leave("Postgres ended its connection."));
const catalog = connect(catalogUrl!, 1);
const restConnection = connect(restUrl!, 20);
const authConnection = connect(authUrl!, 5);
for (const connection of [restConnection, authConnection])
  connection.introspect = async (options) => {
    const found = await catalog.introspect(options);
    if (found.tables.length === 0) leave("The catalog could not be read.");
    return found;
  };
sendSettingsAhead(restConnection.driver, { roles: await settingsOfRoles(catalogUrl!), auth: authConnection.driver });
sendSettingsAhead(authConnection.driver);
const [rest, auth] = [app(restConnection), app(authConnection)];
await rest.init();
await auth.init();

// With the driver's own types: the library's has days and times as text.
const sql = postgres(authUrl!, { max: 3 });
const claims = createClaims({ jwtSecret: jwtSecret!, issuer: `${siteUrl}/auth/v1` });
const secondFactor = createSecondFactor({
  sql,
  claims,
  jwtSecret: jwtSecret!,
  siteUrl: siteUrl!,
  async userOf(token) {
    const headers = { apikey: publishableKey!, authorization: `Bearer ${token}` };
    const response = await toAuth(new Request(`${siteUrl}/auth/v1/user`, { headers }));
    return (await response.json()) as object;
  },
});

async function toAuth(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (/^\/auth\/v1\/factors(\/|$)/.test(pathname)) return secondFactor.fetch(request);
  const refused =
    request.method === "PUT" && pathname === "/auth/v1/user" && (await secondFactor.refuseChange(request));
  if (refused) return refused;
  return withFactors(request, await auth.fetch(request, { peerAddress: null }), { sql, claims });
}

const listener = getRequestListener(
  (request) => {
    if (new URL(request.url).pathname.startsWith("/auth/")) return toAuth(request);
    return withDatabaseErrors(async () => rest.fetch(request, { peerAddress: null }));
  },
  { overrideGlobalObjects: false },
);
const server = createServer((request, response) => {
  if (isOwnHost(request.headers.host, {})) return void listener(request, response);
  response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify(HOST_REFUSED));
});
// The gateway keeps its connections open; it must be the one that closes them.
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  console.log(
    JSON.stringify({ event: "listening", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
  );
});

process.once("SIGTERM", async () => {
  server.close();
  server.closeAllConnections();
  await Promise.all([restConnection, authConnection, catalog].map((connection) => connection.close()));
  await sql.end();
  process.exit(0);
});
// When the stack is gone, whatever ended it, so is this process.
process.stdin.resume().once("end", () => process.exit(0));

/** Ends this process; whoever started it does so again. */
function leave(why: string): never {
  console.error(why);
  process.exit(1);
}

/**
 * Waits while Postgres is down or starting: this process is started again in the middle of a crash, and ending once more would
 * only make that longer.
 *
 * @returns a connection that lives as long as Postgres does
 */
async function untilAnswering(connectionString: string): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client({ connectionString, keepAlive: true });
    client.on("error", () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      const { code = "", message } = error as { code?: string; message: string };
      if (!["ECONNREFUSED", "ECONNRESET", "57P03"].includes(code) && !message.startsWith("Connection terminated"))
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The settings that roles have of their own: PostgREST sets them for the request of a role, for `set role` does not. */
async function settingsOfRoles(connectionString: string): Promise<RoleSettings> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ rolname: string; rolconfig: string[] }>(
      "select rolname, rolconfig from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role') and rolconfig is not null",
    );
    return Object.fromEntries(
      rows.map(({ rolname, rolconfig }) => [
        rolname,
        rolconfig.map((setting): [string, string] => {
          const equals = setting.indexOf("=");
          return [setting.slice(0, equals), setting.slice(equals + 1)];
        }),
      ]),
    );
  } finally {
    await client.end();
  }
}
