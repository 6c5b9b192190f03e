import { rm } from "node:fs/promises";
import { makeTemplates } from "../../testing/temporary.ts";
import type { Database } from "../../testing/database/migrated.ts";

/** A database with all migrations and no limits, for what only SQL can judge. The benchmark is the worker. */
export async function withServer<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  process.env.DOCKET_TEST_RUN = `bench-${process.pid}`;
  const templates = await makeTemplates();
  process.env.DOCKET_TEST_TEMPLATES = templates;
  try {
    const { migratedServer } = await import("../../testing/database/migrated.ts");
    const server = await migratedServer();
    try {
      const database = await server.database();
      await database.sql(
        "update private.settings set requests_per_minute = null, documents_per_month = 1000000, pages_per_month = null, cost_micro_usd_per_month = null, stored_bytes = null",
      );
      return await work(database);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(templates, { recursive: true, force: true });
  }
}
