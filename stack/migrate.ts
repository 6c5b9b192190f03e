import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";

/** This project's migrations. */
export const MIGRATIONS = fileURLToPath(new URL("../supabase/migrations/", import.meta.url));

/**
 * Applies the migrations of a folder that the database has not seen, each in a transaction of its own, and records
 * them where the supabase CLI does (`supabase_migrations.schema_migrations`: version, statements, name), so that
 * `supabase migration list` and `supabase db push` agree with what happened here.
 *
 * @returns the file names that were applied, in order
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const files = (await readdir(folder)).sort().flatMap((file) => {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(file) ?? [];
    return version !== undefined && name !== undefined ? [{ file, version, name }] : [];
  });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      create schema if not exists supabase_migrations;
      create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
    `);
    const { rows } = await client.query<{ version: string }>(
      "select version from supabase_migrations.schema_migrations",
    );
    const seen = new Set(rows.map((row) => row.version));
    const applied: string[] = [];
    for (const { file, version, name } of files) {
      if (seen.has(version)) continue;
      await applyOne(client, file, version, name, await readFile(path.join(folder, file), "utf8"));
      applied.push(file);
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function applyOne(client: pg.Client, file: string, version: string, name: string, sql: string): Promise<void> {
  await client.query("begin");
  try {
    await client.query(sql);
    await client.query(
      "insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)",
      [version, [sql], name],
    );
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback");
    throw new Error(`Migration ${file} failed: ${(cause as Error).message}`, { cause });
  }
}
