// The tables are the Auth server's own. What our SQL reads of them has upstream's types (supabase/auth, migrations).
import { afterAll, beforeAll, expect, it } from "vitest";
import pg from "pg";
import { type TemporaryDatabase, temporaryDatabase } from "../../../testing/temporary.ts";

let database: TemporaryDatabase;
let sql: pg.Client;
beforeAll(async () => {
  database = await temporaryDatabase();
  sql = new pg.Client({ connectionString: database.postgres.url("postgres") });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

it.each([
  ["users", "id", "uuid"],
  ["users", "email", "character varying(255)"],
  ["audit_log_entries", "payload", "json"],
])("auth.%s.%s is %s", async (table, column, type) => {
  const { rows } = await sql.query(
    `select format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = ('auth.' || $1)::regclass and attname = $2`,
    [table, column],
  );
  expect(rows).toEqual([{ type }]);
});
