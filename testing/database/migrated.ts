import pg from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { actingAs, type Identity } from "../../stack/identity.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { temporaryDatabase } from "../temporary.ts";
import { KEEP, WIPE } from "./wipe.ts";

/** Where the invocations of a test would go; nothing listens there, and no pg_net worker runs. */
export const FUNCTIONS_URL = "http://functions.test/functions/v1";

/** What pg_net would send: the function's name and the body of the invocation. */
export type Invocation = { function: string; job_id: string; token: string };

/** A database of its own for one test, with all migrations applied. */
export type Database = {
  /** Rows of a query by the superuser: to look at what happened, and to move the clock by moving timestamps. */
  sql<Row extends pg.QueryResultRow = Record<string, any>>(query: string, values?: unknown[]): Promise<Row[]>;
  /** Rows of a query by a signed-in user, under grants and row level security. `more`: claims of the session beside the usual ones. */
  asUser<Row extends pg.QueryResultRow = Record<string, any>>(
    userId: string,
    query: string,
    values?: unknown[],
    more?: { aal: "aal1" | "aal2" },
  ): Promise<Row[]>;
  asAnon(query: string, values?: unknown[]): Promise<Record<string, any>[]>;
  /** A SQL function, of `public` where no schema is named, called by the service role with named arguments, as the Edge Functions do. */
  rpc<Answer = any>(name: string, args: Record<string, unknown>): Promise<Answer>;
  /** A new user. */
  user(): Promise<string>;
  /** The invocations that wait in pg_net's queue, oldest first. */
  invocations(): Promise<Invocation[]>;
  /** A connection of one's own: for transactions that are open at the same time, and for many queries in a row. */
  connection(role?: "service_role" | "superuser"): Promise<pg.Client>;
  url(role: string): string;
};

export type DatabaseOptions = {
  /** What Vault says; nothing with null. */
  functionsUrl?: string | null;
  /** A clone of its own, for a test that changes the schema. Others share one, which is wiped between them. */
  own?: boolean;
};
export type MigratedServer = { database(options?: DatabaseOptions): Promise<Database>; stop(): Promise<void> };

/**
 * A real Postgres with the migrations; `database` gives each test an empty database. What a test
 * opened is closed with the server, so a test file needs one `afterAll`.
 */
export async function migratedServer(): Promise<MigratedServer> {
  const { postgres, stop } = await temporaryDatabase("migrated");
  const admin = new pg.Client({ connectionString: postgres.url(SUPERUSER, "template1") });
  await admin.connect();
  const open: { end(): Promise<void> }[] = [admin];
  let clones = 0;
  let shared: Database | undefined;

  async function database({ functionsUrl = FUNCTIONS_URL, own = false }: DatabaseOptions = {}): Promise<Database> {
    const given = own ? await clone() : (shared ??= await clone());
    if (!own) await given.sql(WIPE);
    if (functionsUrl) await given.sql("select vault.create_secret($1, 'functions_url')", [functionsUrl]);
    return given;
  }

  async function clone(): Promise<Database> {
    const name = `clone_${++clones}`;
    await admin.query(`create database ${name} template postgres strategy file_copy`);
    const superuser = new pg.Pool({ connectionString: postgres.url(SUPERUSER, name), max: 4 });
    const callers = new pg.Pool({ connectionString: postgres.url("authenticator", name), max: 12 });
    open.push(superuser, callers);
    const sql: Database["sql"] = async (query, values) => (await superuser.query(query, values)).rows as never;
    const as = (identity: Identity, query: string, values?: unknown[]): Promise<any[]> =>
      actingAs(callers, identity, async (client) => (await client.query(query, values)).rows);

    await sql(KEEP);
    return {
      sql,
      asUser: (userId, query, values, more) =>
        as({ role: "authenticated", claims: { sub: userId, role: "authenticated", ...more } }, query, values),
      asAnon: (query, values) => as({ role: "anon", claims: { role: "anon" } }, query, values),
      async rpc(name, args) {
        const { text, values } = callOf(name, args);
        const [row] = await as({ role: "service_role", claims: { role: "service_role" } }, text, values);
        return row.answer;
      },
      async user() {
        const [row] = await sql(
          "insert into auth.users (id, email) select id, id || '@docket.test' from gen_random_uuid() as id returning id",
        );
        return row!.id;
      },
      async invocations() {
        const rows = await sql(
          "select url, convert_from(body, 'UTF8')::jsonb as body from net.http_request_queue order by id",
        );
        return rows.map(({ url, body }) => ({ function: url.slice(FUNCTIONS_URL.length + 1), ...body }));
      },
      async connection(role = "service_role") {
        const client = new pg.Client({
          connectionString: postgres.url(role === "superuser" ? SUPERUSER : "authenticator", name),
        });
        await client.connect();
        if (role === "service_role") await client.query("set role service_role");
        open.push(client);
        return client;
      },
      url: (role) => postgres.url(role, name),
    };
  }

  return {
    database,
    async stop() {
      await Promise.all(open.map((item) => item.end()));
      await stop();
    },
  };
}

/**
 * Gives each test of a file a database with a user in it, by way of `use`, on one server that ends with the file.
 *
 * @returns for tests that want another one
 */
export function withDatabase(
  use: (made: { database: Database; user: string }) => void,
): Pick<MigratedServer, "database"> {
  let server: MigratedServer;
  beforeAll(async () => {
    server = await migratedServer();
  });
  beforeEach(async () => {
    const database = await server.database();
    use({ database, user: await database.user() });
  });
  afterAll(() => server.stop());
  return { database: (options) => server.database(options) };
}

/** `select public.name(argument => $1, …) as answer`, or of another schema that the name has; objects and arrays travel as JSON. */
export function callOf(name: string, args: Record<string, unknown>): { text: string; values: unknown[] } {
  const named = Object.keys(args).map((argument, index) => `${argument} => $${index + 1}`);
  const values = Object.values(args).map((value) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  );
  return { text: `select ${name.includes(".") ? name : `public.${name}`}(${named.join(", ")}) as answer`, values };
}
