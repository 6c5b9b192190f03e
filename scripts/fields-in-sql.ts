import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { METADATA_FIELDS, type MetadataFieldEntry } from "../supabase/functions/_shared/metadata-fields.ts";
import { ROOT } from "./checkout.ts";

export const FIELDS_MIGRATION = path.join(ROOT, "supabase", "migrations", "20261124100090_metadata_fields.sql");

const BLOCK =
  /^( *)-- From supabase\/functions\/_shared\/metadata-fields\.ts by npm run gen:types\.\n[^]*?^ *-- End of what is generated\.$/m;

/** Writes the list of metadata fields into its migration: SQL and TypeScript have one source. */
export async function writeFields(): Promise<void> {
  await writeFile(FIELDS_MIGRATION, withFields(await readFile(FIELDS_MIGRATION, "utf8")));
}

/** The migration with its generated block as the list of fields says. */
export function withFields(migration: string): string {
  const rows = METADATA_FIELDS.map(rowOf).join(",\n").split("\n");
  return migration.replace(BLOCK, (_, indent: string) =>
    [
      "-- From supabase/functions/_shared/metadata-fields.ts by npm run gen:types.",
      ...rows,
      "-- End of what is generated.",
    ]
      .map((line) => indent + line)
      .join("\n"),
  );
}

function rowOf(field: MetadataFieldEntry, index: number): string {
  const { name, label, kind, longest, writer, lockable, evidence, needsProof, leastConfidence, einvoice, source } =
    field;
  const values = [
    name,
    index + 1,
    label,
    kind,
    longest,
    writer,
    lockable,
    evidence,
    needsProof,
    leastConfidence,
    einvoice,
  ];
  const list = (items: readonly (typeof values)[number][]): string => items.map(literal).join(", ");
  return `(${list(values)},\n  array[${list(source)}])`;
}

function literal(value: string | number | boolean | null): string {
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}
