import pg from "pg";
import { actingAs, type Identity } from "../identity.ts";
import type { Postgres } from "../postgres.ts";
import { fromDatabase } from "./errors.ts";

/** Runs queries as somebody; what the database refuses is thrown as the StorageError that upstream answers. */
export type Database = {
  /** One committed transaction as that caller. */
  as<Result>(caller: Identity, run: (client: pg.PoolClient) => Promise<Result>): Promise<Result>;
  /** One transaction as that caller that is rolled back: it fails where the caller may not do this. */
  rehearse(caller: Identity, run: (client: pg.PoolClient) => Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
};

/** Whom the service itself acts as: row level security does not bind it. */
export const SERVICE: Identity = { role: "service_role", claims: { role: "service_role" } };

export function openDatabase(postgres: Postgres, onLog: (line: string) => void): Database {
  const pool = new pg.Pool({ connectionString: postgres.url("supabase_storage_admin"), max: 10 });
  // A connection that breaks while idle (Postgres restarts) is replaced at its next use.
  pool.on("error", (error) => onLog(`storage: a database connection was lost: ${error.message}`));
  // One that breaks while it is on loan tells its next query; without a listener it would also end this process.
  pool.on("connect", (client) => client.on("error", () => {}));

  async function as<Result>(caller: Identity, run: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    try {
      return await actingAs(pool, caller, run);
    } catch (error) {
      throw fromDatabase(error);
    }
  }

  return {
    as,
    async rehearse(caller, run) {
      const rolledBack = new Error("The rehearsal went well.");
      await as(caller, async (client) => {
        await run(client);
        throw rolledBack;
      }).catch((error: unknown) => {
        if (error !== rolledBack) throw error;
      });
    },
    stop: () => pool.end(),
  };
}
