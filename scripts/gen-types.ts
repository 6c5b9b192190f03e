import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { databaseSchema } from "./database-schema.ts";
import { databaseTypes } from "./database-types.ts";
import { ROOT } from "./checkout.ts";
import { writeClosedAddresses } from "./closed-addresses-in-sql.ts";
import { writeCurrencies } from "./currencies-in-sql.ts";
import { writeFields } from "./fields-in-sql.ts";
import { writeMeteredPdfjs } from "./metered-pdfjs.ts";
import { writeFormats } from "./formats-in-files.ts";
import { writeMonths } from "./months-in-sql.ts";
import { migrate } from "../stack/migrate.ts";
import { makePlatform } from "../stack/platform.ts";
import { startPostgres } from "../stack/postgres.ts";
import { keysOf } from "../stack/keys.ts";

export const TYPES_FILE = path.join(ROOT, "supabase", "functions", "_shared", "database.types.ts");
export const SCHEMA_FILE = path.join(ROOT, "docs", "schema.sql");

/**
 * `npm run gen:types`: writes the metadata fields, the months, the currencies, the file formats and the closed addresses where they are
 * needed, pdf.js with its meter, then the types of what the migrations make, and its schema, from a Postgres of its own that is gone
 * afterwards.
 */
export async function main(): Promise<void> {
  await writeFields();
  await writeCurrencies();
  await writeMonths();
  await writeClosedAddresses();
  await writeFormats();
  await writeMeteredPdfjs();
  const folder = await mkdtemp(path.join(tmpdir(), "docket-types-"));
  try {
    const { password } = await keysOf(folder);
    const postgres = await startPostgres({
      dataFolder: path.join(folder, "postgres"),
      password,
      settings: { fsync: "off" },
    });
    try {
      await makePlatform(postgres, password);
      await migrate(postgres.url("postgres"), path.join(ROOT, "supabase", "migrations"));
      await writeFile(TYPES_FILE, await databaseTypes(postgres.url("postgres")));
      await writeFile(SCHEMA_FILE, await databaseSchema(postgres.url("postgres")));
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`Wrote ${path.relative(ROOT, TYPES_FILE)} and ${path.relative(ROOT, SCHEMA_FILE)}.`);
}
