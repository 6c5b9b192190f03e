import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { closedRanges } from "../supabase/functions/webhooks/address.ts";
import { ROOT } from "./checkout.ts";

export const CLOSED_ADDRESSES_MIGRATION = path.join(ROOT, "supabase", "migrations", "20261124102700_webhooks.sql");

const BLOCK =
  /^( *)-- From supabase\/functions\/webhooks\/address\.ts by npm run gen:types\.\n[^]*?^ *-- End of what is generated\.$/m;

/** Writes the ranges that no webhook may lead to into their migration: creating one and sending to one have one source. */
export async function writeClosedAddresses(): Promise<void> {
  await writeFile(CLOSED_ADDRESSES_MIGRATION, withClosedAddresses(await readFile(CLOSED_ADDRESSES_MIGRATION, "utf8")));
}

/** The migration with its generated block as the functions have it. */
export function withClosedAddresses(migration: string): string {
  const ranges = closedRanges().map((range) => `'${range}'`);
  return migration.replace(BLOCK, (_, indent: string) =>
    [
      "-- From supabase/functions/webhooks/address.ts by npm run gen:types.",
      ...ranges.map((range, index) => (index < ranges.length - 1 ? `${range},` : range)),
      "-- End of what is generated.",
    ]
      .map((line) => indent + line)
      .join("\n"),
  );
}
