import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databaseTypes } from "../../scripts/database-types.ts";
import { TYPES_FILE } from "../../scripts/gen-types.ts";
import { migratedServer, type MigratedServer } from "./migrated.ts";

let server: MigratedServer;
beforeAll(async () => {
  server = await migratedServer();
});
afterAll(() => server.stop());

it("supabase/functions/_shared/database.types.ts is what the migrations make; if it is not: npm run gen:types", async () => {
  const database = await server.database();
  expect(await readFile(TYPES_FILE, "utf8")).toBe(await databaseTypes(database.url("postgres")));
});
