import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { getAuthSchemaSql } from "@supabase/lite";
import pg from "pg";
import { type Postgres, SUPERUSER } from "./postgres.ts";

const folder = fileURLToPath(new URL("./platform/", import.meta.url));

/**
 * Makes what every Supabase database has before the first migration: roles, the schemas of Auth, Storage and Realtime,
 * Vault, the publication. Runs once in a data folder; `platform/*.sql` in the order of their names.
 *
 * @returns whether it had to be made
 */
export async function makePlatform(postgres: Postgres, password: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgres.url(SUPERUSER) });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_catalog.pg_roles where rolname = 'authenticator'");
    if (rowCount) return false;
    await client.query("begin");
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort()) {
      await client.query(await readFile(folder + file, "utf8"));
      if (file.endsWith("_auth.sql")) await makeAuthTables(client);
    }
    const { rows } = await client.query<{ rolname: string }>(
      "select rolname from pg_catalog.pg_roles where rolcanlogin",
    );
    for (const { rolname } of rows) {
      await client.query(`alter role ${client.escapeIdentifier(rolname)} password ${client.escapeLiteral(password)}`);
    }
    await client.query("commit");
    return true;
  } finally {
    await client.end();
  }
}

/** The Auth server brings its own tables. */
async function makeAuthTables(client: pg.Client): Promise<void> {
  await client.query("set local role supabase_auth_admin");
  await client.query(getAuthSchemaSql());
  await client.query(
    "grant select, insert, update, delete, references, trigger on all tables in schema auth to postgres",
  );
  await client.query("reset role");
}
