import { mkdtemp, chmod, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Keys, keysOf } from "../scripts/stack/keys.ts";
import { makePlatform } from "../scripts/stack/platform.ts";
import { type Postgres, startPostgres } from "../scripts/stack/postgres.ts";

/** A folder that goes away with its test. */
export async function temporaryFolder(): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-test-"));
  await chmod(folder, 0o755);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A real Postgres with everything a Supabase database has before the first migration, in a temporary folder. */
export type TemporaryDatabase = { postgres: Postgres; keys: Keys; folder: string; stop(): Promise<void> };

export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const folder = await temporaryFolder();
  const keys = await keysOf(folder.path);
  const postgres = await startPostgres({
    dataFolder: path.join(folder.path, "postgres"),
    password: keys.password,
    settings: { fsync: "off" },
  });
  await makePlatform(postgres, keys.password);
  return {
    postgres,
    keys,
    folder: folder.path,
    async stop() {
      await postgres.stop("immediate");
      await folder[Symbol.asyncDispose]();
    },
  };
}
