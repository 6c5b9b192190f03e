import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIGRATIONS, migrate } from "../../stack/migrate.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { type TemporaryDatabase, temporaryDatabase, temporaryFolder } from "../../testing/temporary.ts";

let platform: TemporaryDatabase;
beforeAll(async () => {
  platform = await temporaryDatabase();
});
afterAll(() => platform.stop());

async function query(text: string): Promise<any[]> {
  const client = new pg.Client({ connectionString: platform.postgres.url(SUPERUSER) });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
const applied = (): Promise<any[]> =>
  query("select version, name, statements from supabase_migrations.schema_migrations order by version");

describe("migrations", () => {
  it("apply to an empty platform as a role that is no superuser, and are recorded as the CLI does", async () => {
    const files = (await readdir(MIGRATIONS)).sort();
    expect(await migrate(platform.postgres.url("postgres"), MIGRATIONS)).toEqual(files);
    const rows = await applied();
    expect(rows.map(({ version, name }) => `${version}_${name}.sql`)).toEqual(files);
    expect(rows.every(({ statements }) => statements.length > 0)).toBe(true);
    expect(
      await query(
        "select rolname from pg_tables join pg_roles on rolname = tableowner where schemaname in ('public', 'private') and rolsuper",
      ),
    ).toEqual([]);
  });

  it("apply nothing the second time", async () => {
    const before = await applied();
    expect(await migrate(platform.postgres.url("postgres"), MIGRATIONS)).toEqual([]);
    expect(await applied()).toEqual(before);
  });

  it("leave nothing half done when one fails, and go on from there when it is mended", async () => {
    await using folder = await temporaryFolder();
    const write = (name: string, sql: string): Promise<void> => writeFile(path.join(folder.path, name), sql);
    await write("20990101000000_good.sql", "create table public.good (id int);");
    await write("20990101000001_bad.sql", "create table public.half (id int); select 1 / 0;");
    await write("20990101000002_later.sql", "create table public.later (id int);");
    const tables = async (): Promise<string[]> =>
      (await query("select tablename from pg_tables where tablename in ('good', 'half', 'later') order by 1")).map(
        (row) => row.tablename,
      );

    await expect(migrate(platform.postgres.url("postgres"), folder.path)).rejects.toThrow(
      "20990101000001_bad.sql failed: division by zero",
    );
    expect(await tables()).toEqual(["good"]);
    expect((await applied()).at(-1)).toMatchObject({ version: "20990101000000" });

    await write("20990101000001_bad.sql", "create table public.half (id int);");
    expect(await migrate(platform.postgres.url("postgres"), folder.path)).toEqual([
      "20990101000001_bad.sql",
      "20990101000002_later.sql",
    ]);
    expect(await tables()).toEqual(["good", "half", "later"]);
  });
});
