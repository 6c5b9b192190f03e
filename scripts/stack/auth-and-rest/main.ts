// `/auth/v1` and `/rest/v1`, by @supabase/lite on our Postgres: a process of its own, so that a large answer of one caller
// does not hold up the others' uploads and events, and what the library says goes to the log.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import pg from "pg";
import { HOST_REFUSED, isOwnHost } from "../hosts.ts";
import { sendSettingsAhead } from "./settings-ahead.ts";

const {
  DATABASE_URL: url,
  JWT_SECRET: jwtSecret,
  PUBLISHABLE_KEY: publishableKey,
  SECRET_KEY: secretKey,
} = process.env;

/** The library turns the objects among a function's arguments into JSON text, and its driver would do so once more. */
const once = (value: unknown): string =>
  typeof value === "string" && /^[[{]/.test(value) ? value : JSON.stringify(value);

const connection = createPostgresConnection({
  url: url!,
  postgresOptions: {
    max: 20,
    onnotice: () => {},
    types: { jsonb: { to: 3802, from: [3802], serialize: once, parse: JSON.parse } },
  },
});
// Roles and helpers are made by platform/*.sql. Left to itself, the library would GRANT ALL on every table that has row
// level security, and a missing grant would show on hosted Supabase only.
(connection as unknown as { rlsState: string }).rlsState = "active";
sendSettingsAhead(connection.driver);

const app = new App({
  connection,
  auth: {
    enabled: true,
    jwt_secret: jwtSecret,
    jwt_expiry: 3600,
    minimum_password_length: 8,
    publishable_key: publishableKey,
    secret_key: secretKey,
    email: { enable_signup: true, enable_confirmations: false },
  },
  options: { server: { disableStudio: true, admin: false } },
} as ConstructorParameters<typeof App>[0]);
await untilAnswering(url!);
await app.init();

const listener = getRequestListener((request) => app.fetch(request, { peerAddress: null }), {
  overrideGlobalObjects: false,
});
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
  await connection.close();
  process.exit(0);
});
// When the stack is gone, whatever ended it, so is this process.
process.stdin.resume().once("end", () => process.exit(0));

/**
 * Waits while Postgres is down or starting. The library's driver does not outlive a crash of Postgres, so this process is
 * started again in the middle of one; ending once more would only make that longer.
 */
async function untilAnswering(connectionString: string): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString });
    client.on("error", () => {});
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      const { code = "", message } = error as { code?: string; message: string };
      if (!["ECONNREFUSED", "ECONNRESET", "57P03"].includes(code) && !message.startsWith("Connection terminated"))
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
