import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "./checkout.ts";
import { ERAS, monthNames } from "../supabase/functions/metadata/local/tables/months.ts";

export const MONTHS_MIGRATION = path.join(ROOT, "supabase", "migrations", "20261124101420_values_in_text.sql");

const BLOCK =
  /^( *)-- From supabase\/functions\/metadata\/local\/tables\/months\.ts by npm run gen:types\.\n[^]*?^ *-- End of what is generated\.$/gm;

/** Writes the names of the months and the eras into the migration that reads them: both readers have one source. */
export async function writeMonths(): Promise<void> {
  await writeFile(MONTHS_MIGRATION, withMonths(await readFile(MONTHS_MIGRATION, "utf8")));
}

/** The migration with its two generated blocks as the table of months says. */
export function withMonths(migration: string): string {
  const blocks = [
    monthNames().map((names, index) => `(${index + 1}, '${names.map((name) => name.replaceAll(" ", "_")).join(" ")}')`),
    ERAS.flatMap(({ names, first, years }) => names.map((name) => `('${name.toLowerCase()}', ${first}, ${years})`)),
  ];
  return migration.replace(BLOCK, (_, indent: string) => {
    const rows = blocks.shift() ?? [];
    return [
      "-- From supabase/functions/metadata/local/tables/months.ts by npm run gen:types.",
      ...rows.map((row, index) => (index < rows.length - 1 ? `${row},` : row)),
      "-- End of what is generated.",
    ]
      .map((line) => indent + line)
      .join("\n");
  });
}
