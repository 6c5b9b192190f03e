import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { type Keys, keysOf } from "../stack/keys.ts";
import { makePlatform } from "../stack/platform.ts";
import { type Postgres, startPostgres } from "../stack/postgres.ts";
import type { Page } from "../stack/page.ts";
import type { Stack } from "../stack/stack.ts";

/** What the name of every temporary folder of this run begins with. */
export const markOfRun = (): string => `docket-test-${process.env.DOCKET_TEST_RUN}-`;

/** A stack's folder with its keys and a Postgres that has the platform in it, stopped: to be copied, which takes a tenth of the time. */
export async function makeTemplate(): Promise<string> {
  const folder = await temporaryFolder();
  const keys = await keysOf(folder.path);
  const postgres = await startPostgres({
    dataFolder: path.join(folder.path, "postgres"),
    password: keys.password,
    settings: { fsync: "off" },
  });
  await makePlatform(postgres, keys.password);
  await postgres.stop();
  return folder.path;
}

/** A folder as `makeTemplate` left it. The copy keeps owners: Postgres's files are not root's. */
async function folderFromTemplate(): Promise<Awaited<ReturnType<typeof temporaryFolder>>> {
  const folder = await temporaryFolder();
  execFileSync("cp", ["-a", `${process.env.DOCKET_TEST_TEMPLATE}/.`, folder.path]);
  return folder;
}

/** A folder that goes away with its test. */
export async function temporaryFolder(): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), markOfRun()));
  await chmod(folder, 0o755);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A real Postgres with everything a Supabase database has before the first migration, in a temporary folder. */
export type TemporaryDatabase = { postgres: Postgres; keys: Keys; folder: string; stop(): Promise<void> };

export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const folder = await folderFromTemplate();
  try {
    const keys = await keysOf(folder.path);
    const postgres = await startPostgres({
      dataFolder: path.join(folder.path, "postgres"),
      password: keys.password,
      settings: { fsync: "off" },
    });
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
  const folder = await folderFromTemplate();
  const logs: TemporaryStack["logs"] = [];
  const stack = await startStack({
    folder: folder.path,
    port: 0,
    env,
    ...(page && { page }),
    databaseSettings: { fsync: "off" },
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
export async function hurry({ sql }: TemporaryStack): Promise<void> {
  await sql("update private.stages set lease = '2 seconds'");
  await sql(
    "update private.settings set invocation_lease = '1 second', upload_lease = '1 second', retry_base = '100 milliseconds'",
  );
  await sql("select cron.alter_job(jobid, schedule => '1 second') from cron.job where jobname = 'docket-sweep'");
}
