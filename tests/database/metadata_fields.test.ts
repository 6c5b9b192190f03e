import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { FIELDS_MIGRATION, withFields } from "../../scripts/fields-in-sql.ts";
import { METADATA_FIELDS } from "../../supabase/functions/_shared/metadata-fields.ts";
import { TOOLS } from "../../supabase/functions/metadata/claude/tools.ts";
import { SYSTEM_PROMPT } from "../../supabase/functions/metadata/claude/prompt.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";

let database: Database;
withDatabase((made) => ({ database } = made));

const NAMES: string[] = METADATA_FIELDS.map(({ name }) => name);

it("the list in the migration is that of metadata-fields.ts; if it is not: npm run gen:types", async () => {
  const migration = await readFile(FIELDS_MIGRATION, "utf8");
  expect(withFields(migration)).toBe(migration);
  expect(await database.sql("select field from private.metadata_fields() order by place")).toEqual(
    NAMES.map((field) => ({ field })),
  );
});

it("each field is a column that people may edit and, if it is lockable, lock", async () => {
  const columns = await database.sql(
    `select column_name from information_schema.column_privileges
      where grantee = 'authenticated' and privilege_type = 'UPDATE' and table_name = 'documents'`,
  );
  // A note is the owner's column and no field.
  expect(columns.map(({ column_name }) => column_name).sort()).toEqual([...NAMES, "locked_fields", "note"].sort());
  const [{ lockable }] = (await database.sql("select private.lockable_fields() as lockable")) as [
    { lockable: string[] },
  ];
  expect(lockable).toEqual(METADATA_FIELDS.filter(({ lockable }) => lockable).map(({ name }) => name));
});

it("the agent is asked for each value that describing writes, in its prompt and in its tool", () => {
  const save = TOOLS.find(({ name }) => name === "save_metadata")!;
  for (const { source, writer } of METADATA_FIELDS) {
    if (writer !== "describing") continue;
    expect(SYSTEM_PROMPT).toContain(`- ${source[0]}: `);
    expect(Object.keys(save.input_schema.properties as object)).toContain(source[0]);
  }
});
