import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { keysOf } from "../../stack/keys.ts";
import { MIGRATIONS, migrate } from "../../stack/migrate.ts";
import { makePlatform } from "../../stack/platform.ts";
import { startPostgres, SUPERUSER } from "../../stack/postgres.ts";

/** Room for a million rows: a checkpoint in the middle of them would be measured instead of the pipeline. */
const SETTINGS = {
  shared_buffers: "2GB",
  maintenance_work_mem: "512MB",
  work_mem: "64MB",
  max_wal_size: "16GB",
  checkpoint_timeout: "30min",
};

/** A Postgres with the migrations, and nothing else of the stack: no pg_net worker takes the invocations, no pg_cron sweeps. */
export type Server = {
  /** A database of its own that has the migrations and where the functions are. */
  database(name: string): Promise<pg.Client>;
  stop(): Promise<void>;
};

export async function temporaryServer(): Promise<Server> {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-capacity-"));
  await chmod(folder, 0o755);
  const open: pg.Client[] = [];
  const keys = await keysOf(folder);
  const postgres = await startPostgres({
    dataFolder: path.join(folder, "postgres"),
    password: keys.password,
    settings: SETTINGS,
  });
  const connect = async (database?: string) => {
    const client = new pg.Client({ connectionString: postgres.url(SUPERUSER, database) });
    await client.connect();
    open.push(client);
    return client;
  };
  const stop = async () => {
    await Promise.all(open.map((client) => client.end()));
    await postgres.stop("immediate");
    await rm(folder, { recursive: true, force: true });
    await rm(postgres.dataFolder, { recursive: true, force: true });
  };
  try {
    await makePlatform(postgres, keys.password);
    await migrate(postgres.url("postgres"), MIGRATIONS);
    const admin = await connect("template1");
    return {
      async database(name) {
        await admin.query(`create database ${name} template postgres strategy file_copy`);
        const db = await connect(name);
        await db.query("select vault.create_secret('http://functions.invalid', 'functions_url')");
        // Reading and describing are measured. Pictures are drawn beside them, in slots of their own.
        await db.query("update private.stages set in_flight_limit = 0 where stage = 'thumbnail'");
        // The limits are set so high that none of them ends a run.
        await db.query(
          "update private.settings set documents_per_month = 2000000000, pages_per_month = null, stored_bytes = null, requests_per_minute = null",
        );
        return db;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
