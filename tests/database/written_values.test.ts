// What the rules read from a page (tests/functions/local-describe/written-values.test.ts) has to be proven here: one
// list of rows for both, and one source of the months.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { MONTHS_MIGRATION, withMonths } from "../../scripts/months-in-sql.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import values from "../functions/local-describe/written-values.json" with { type: "json" };

let server: MigratedServer;
let database: Database;
beforeAll(async () => {
  server = await migratedServer();
  database = await server.database();
});
afterAll(() => server.stop());

it("the months in the migration are those of the table; if they are not: npm run gen:types", async () => {
  const migration = await readFile(MONTHS_MIGRATION, "utf8");
  expect(withMonths(migration)).toBe(migration);
  expect(withMonths("  -- nothing to replace")).toBe("  -- nothing to replace");
});

it.each(values.dates)("$language: $text proves $value", async ({ text, value }) => {
  const days = await database.sql("select day::text from private.dates_in(private.plain($1)) as day", [text]);
  expect(days.map(({ day }) => day)).toContain(value);
});

it.each(values.noDates)("%j proves no date", async (text) => {
  expect(await database.sql("select day::text from private.dates_in(private.plain($1)) as day", [text])).toEqual([]);
});

it.each(values.amounts)("$language: $text proves $value", async ({ text, value }) => {
  const amounts = await database.sql("select amount::float from private.amounts_in(private.plain($1)) as amount", [
    text,
  ]);
  expect(amounts.map(({ amount }) => amount)).toContain(value);
});
