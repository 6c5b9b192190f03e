// The migrations are for any Supabase project: the real CLI applies them unchanged, and agrees with what `npm start` did.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../../stack/migrate.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../testing/temporary.ts";
import { type Project, projectCopy } from "./supabase-cli.ts";

let project: Project;
/** The copy's migrations folder, and the files in it. */
let migrations: string;
let files: string[];
let database: TemporaryDatabase;
let url: string;

beforeAll(async () => {
  project = await projectCopy();
  migrations = path.join(project.folder, "supabase", "migrations");
  files = (await readdir(migrations)).sort();
});
afterAll(() => project[Symbol.asyncDispose]());

/** Each way to migrate begins with a database that has seen nothing. */
function onAFreshDatabase(): void {
  beforeAll(async () => {
    database = await temporaryDatabase();
    // Without this the CLI wants TLS, also on this machine.
    url = `${database.postgres.url("postgres")}?sslmode=disable`;
  });
  afterAll(() => database.stop());
}

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.postgres.url("postgres") });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const history = () =>
  query<{ version: string; name: string }>(
    "select version, name from supabase_migrations.schema_migrations order by version",
  );

const expectedHistory = () =>
  files.map((file) => {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(file)!;
    return { version, name };
  });

describe("supabase db push", () => {
  onAFreshDatabase();

  it("applies every migration and the seed", async () => {
    const { stderr } = await project.supabase("db", "push", "--include-seed", `--remote=${url}`);
    for (const file of files) expect(stderr).toContain(`Applying migration ${file}`);
    expect(stderr).toContain("Seeding data from supabase/seed.sql");
    expect(await history()).toEqual(expectedHistory());
  });

  it("seeds where Postgres finds the functions of 'supabase start', once", async () => {
    const secrets = () => query("select name, decrypted_secret from vault.decrypted_secrets");
    const seeded = [{ name: "functions_url", decrypted_secret: "http://kong:8000/functions/v1" }];
    expect(await secrets()).toEqual(seeded);
    await query(await readFile(path.join(project.folder, "supabase", "seed.sql"), "utf8"));
    expect(await secrets()).toEqual(seeded);
  });

  it("leaves nothing for the stack's own migrate", async () => {
    expect(await migrate(database.postgres.url("postgres"), migrations)).toEqual([]);
  });
});

describe("supabase db push with DOCKET_FUNCTIONS_URL, as npm run deploy has it", () => {
  onAFreshDatabase();
  const push = (address: string) =>
    project.supabaseWith({ DOCKET_FUNCTIONS_URL: address }, "db", "push", `--remote=${url}`);
  const secrets = () => query("select name, decrypted_secret from vault.decrypted_secrets");

  it("tells Postgres where the functions are, once", async () => {
    const told = [{ name: "functions_url", decrypted_secret: "https://first.supabase.co/functions/v1" }];
    await push("https://first.supabase.co/functions/v1");
    expect(await secrets()).toEqual(told);
    // With nothing to apply the CLI leaves Vault alone, so a second run of the deployment changes nothing.
    await push("https://second.supabase.co/functions/v1");
    expect(await secrets()).toEqual(told);
  });
});

describe("supabase migration up", () => {
  onAFreshDatabase();

  it("applies every migration", async () => {
    await project.supabase("migration", "up", `--remote=${url}`);
    expect(await history()).toEqual(expectedHistory());
  });
});

describe("on a database that uses pg_cron already", () => {
  onAFreshDatabase();

  it("keeps the jobs that are there", async () => {
    await query(
      "create extension pg_cron with schema pg_catalog; select cron.schedule('nightly', '0 3 * * *', 'select 1')",
    );
    const superuser = new pg.Client({ connectionString: database.postgres.url("supabase_admin") });
    await superuser.connect();
    try {
      // As supautils does it: the platform's own script runs after each CREATE EXTENSION, also one that found it there.
      await superuser.query(`
        create function public.after_create_extension() returns event_trigger language plpgsql as $$
        begin
          if exists (select from pg_event_trigger_ddl_commands()) then return; end if;
          drop extension pg_cron;
          create extension pg_cron with schema pg_catalog;
        end $$;
        create event trigger after_create_extension on ddl_command_end when tag in ('CREATE EXTENSION')
          execute function public.after_create_extension();
      `);
      await migrate(database.postgres.url("postgres"), migrations);
      expect(await query("select jobname from cron.job where jobname = 'nightly'")).toEqual([{ jobname: "nightly" }]);
    } finally {
      await superuser.end();
    }
  });
});

describe("the stack's own migrate", () => {
  onAFreshDatabase();

  it("records what it applied where the CLI looks for it", async () => {
    expect(await migrate(database.postgres.url("postgres"), migrations)).toEqual(files);
    expect(await history()).toEqual(expectedHistory());
    const { stdout } = await project.supabase("migration", "list", `--remote=${url}`, "--output-format", "json");
    const listed = JSON.parse(stdout) as { migrations: { local: string; remote: string }[] };
    expect(listed.migrations.map(({ local, remote }) => [local, remote])).toEqual(
      expectedHistory().map(({ version }) => [version, version]),
    );
  });

  it("leaves nothing for the CLI", async () => {
    const pushed = await project.supabase("db", "push", `--remote=${url}`);
    expect(pushed.stdout).toContain("up to date");
    const raised = await project.supabase("migration", "up", `--remote=${url}`);
    expect(raised.stdout).toContain("up to date");
  });
});
