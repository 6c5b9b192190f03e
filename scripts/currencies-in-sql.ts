import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { currencySigns } from "../supabase/functions/metadata/local/amounts/money.ts";
import { ROOT } from "./checkout.ts";

export const CURRENCIES_MIGRATION = path.join(ROOT, "supabase", "migrations", "20261124101425_currency_signs.sql");

const BLOCK =
  /^( *)-- From supabase\/functions\/metadata\/local\/tables\/amounts\.ts by npm run gen:types\.\n[^]*?^ *-- End of what is generated\.$/m;

/** Writes the signs of currencies into their migration: who finds an amount and who checks it have one source. */
export async function writeCurrencies(): Promise<void> {
  await writeFile(CURRENCIES_MIGRATION, withCurrencies(await readFile(CURRENCIES_MIGRATION, "utf8")));
}

/** The migration with its generated block as the table of currencies says. */
export function withCurrencies(migration: string): string {
  const rows = currencySigns()
    .map(({ code, sign }) => `('${code}', '${sign}')`)
    .filter((row, index, all) => all.indexOf(row) === index)
    .sort();
  return migration.replace(BLOCK, (_, indent: string) =>
    [
      "-- From supabase/functions/metadata/local/tables/amounts.ts by npm run gen:types.",
      ...rows.map((row, index) => (index < rows.length - 1 ? `${row},` : row)),
      "-- End of what is generated.",
    ]
      .map((line) => indent + line)
      .join("\n"),
  );
}
