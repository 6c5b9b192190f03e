import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { type Keys, keysOf } from "../stack/keys.ts";
import { MIGRATIONS, migrate } from "../stack/migrate.ts";
import { makePlatform } from "../stack/platform.ts";
import { type Postgres, startPostgres } from "../stack/postgres.ts";
import type { Page } from "../stack/page.ts";
import type { Stack } from "../stack/stack.ts";

/** What the name of every temporary folder of this run begins with. */
export const markOfRun = (): string => `docket-test-${process.env.DOCKET_TEST_RUN}-`;

/** What every database of the tests begins as: Supabase's platform alone, or with this project's migrations on it. */
export type Template = "platform" | "migrated";

/** A folder with a stack's folder for each template: its keys, and a Postgres that is stopped. A copy takes a tenth of the time. */
export async function makeTemplates(): Promise<string> {
  const folder = await temporaryFolder();
  const platform = path.join(folder.path, "platform" satisfies Template);
  const migrated = path.join(folder.path, "migrated" satisfies Template);
  await mkdir(platform);
  const keys = await keysOf(platform);
  await withPostgres(platform, keys, (postgres) => makePlatform(postgres, keys.password));
  copy(platform, migrated);
  await withPostgres(migrated, keys, (postgres) => migrate(postgres.url("postgres"), MIGRATIONS));
  return folder.path;
}

async function withPostgres(folder: string, keys: Keys, work: (postgres: Postgres) => Promise<unknown>): Promise<void> {
  const postgres = await startTestPostgres(folder, keys);
  try {
    await work(postgres);
  } finally {
    await postgres.stop();
  }
}

/** Nothing here outlives the machine: these two guard against its crash, not against Postgres's own. */
const UNGUARDED = { fsync: "off", full_page_writes: "off" };

const startTestPostgres = (folder: string, keys: Keys) =>
  startPostgres({ dataFolder: path.join(folder, "postgres"), password: keys.password, settings: UNGUARDED });

/** Keeps owners: Postgres's files are not root's. */
function copy(from: string, to: string): void {
  execFileSync("cp", ["-a", `${from}/.`, to]);
}

async function folderFromTemplate(template: Template): Promise<Awaited<ReturnType<typeof temporaryFolder>>> {
  const folder = await temporaryFolder();
  copy(path.join(process.env.DOCKET_TEST_TEMPLATES!, template), folder.path);
  return folder;
}

/** A folder that goes away with its test. */
export async function temporaryFolder(): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), markOfRun()));
  await chmod(folder, 0o755);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A real Postgres with everything a Supabase database has before the first migration, or after this project's, in a temporary folder. */
export type TemporaryDatabase = { postgres: Postgres; keys: Keys; folder: string; stop(): Promise<void> };

export async function temporaryDatabase(template: Template = "platform"): Promise<TemporaryDatabase> {
  const folder = await folderFromTemplate(template);
  try {
    const keys = await keysOf(folder.path);
    const postgres = await startTestPostgres(folder.path, keys);
    return {
      postgres,
      keys,
      folder: folder.path,
      async stop() {
        await postgres.stop("immediate");
        await folder[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

/** The whole embedded stack in a temporary folder, on any free port. */
export type TemporaryStack = Stack & {
  /** What its parts said. */
  logs: { source: string; line: string }[];
  /** Where its data is; the stored files are in `storage`. */
  folder: string;
  /** Rows of a query by `postgres`, as a project's owner has them in the SQL editor. */
  sql(query: string): Promise<Record<string, any>[]>;
};

export async function temporaryStack(env: Record<string, string> = {}, page?: Page): Promise<TemporaryStack> {
  // Loaded when it is needed: most tests want Postgres alone.
  const { startStack } = await import("../stack/stack.ts");
  const folder = await folderFromTemplate("migrated");
  const logs: TemporaryStack["logs"] = [];
  const stack = await startStack({
    folder: folder.path,
    port: 0,
    env,
    ...(page && { page }),
    databaseSettings: UNGUARDED,
    onLog: (source, line) => logs.push({ source, line }),
  }).catch(async (error: unknown) => {
    await folder[Symbol.asyncDispose]();
    throw error;
  });
  return {
    ...stack,
    logs,
    folder: folder.path,
    async sql(query) {
      const client = new pg.Client({ connectionString: stack.postgres.url("postgres") });
      await client.connect();
      try {
        return (await client.query(query)).rows;
      } finally {
        await client.end();
      }
    },
    async stop() {
      await stack.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Shortens leases, waits and the sweep's interval, so that a test need not wait for them; the mechanism is the same. */
export async function hurry({ sql }: Pick<TemporaryStack, "sql">): Promise<void> {
  await sql("update private.stages set lease = '2 seconds'");
  await sql("update private.settings set invocation_lease = '1 second', retry_base = '100 milliseconds'");
  await sql("select cron.alter_job(jobid, schedule => '1 second') from cron.job where jobname = 'docket-sweep'");
}
