// docs/operations.md: its SQL runs, as the role that a project's owner has in the SQL editor, and it says of every error code what to do.
import { readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { ROOT } from "../scripts/checkout.ts";
import { ERRORS } from "../supabase/functions/_shared/errors.ts";
import { type Database, withDatabase } from "../testing/database/migrated.ts";

const page = await readFile(path.join(ROOT, "docs", "operations.md"), "utf8");
const blocks = [...page.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql]) => sql!);
const inline = [...page.replace(/```[\s\S]*?```/g, "").matchAll(/`([a-z][^`\n]*;)`/g)].map(([, sql]) => sql!);

describe("the SQL of the page", () => {
  let database: Database;
  let user: string;
  withDatabase((made) => ({ database, user } = made));

  it("is there", () => {
    expect(blocks.length).toBeGreaterThan(10);
    expect(inline.length).toBeGreaterThan(2);
  });

  it.each([...blocks, ...inline])("runs: %s", async (sql) => {
    // Where the tables are published already, as they should be, adding them fails.
    if (sql.includes("alter publication"))
      await database.sql("alter publication supabase_realtime drop table public.documents, public.document_events");
    // It is for a new project, which has none yet.
    if (/^select vault.create_secret\((?!.*where not exists)/.test(sql))
      await database.sql("delete from vault.secrets");
    const client = new pg.Client({ connectionString: database.url("postgres") });
    await client.connect();
    try {
      await client.query(`begin; ${sql.replaceAll("'USER'", `'${user}'`)}`);
    } finally {
      await client.query("rollback");
      await client.end();
    }
  });
});

it("the page says of every error code, once, what it means to an operator", () => {
  const section = /^## Error codes\n([\s\S]*?)^## /m.exec(page)?.[1] ?? "";
  const cells = section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|")[1]!);
  const codes = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code!));
  expect(codes.sort()).toEqual(Object.keys(ERRORS).sort());
});
