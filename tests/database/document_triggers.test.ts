import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { MIGRATIONS } from "../../stack/migrate.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";

let database: Database;
withDatabase((made) => ({ database } = made));

const LIST = "20261124102600_document_triggers.sql";

/** The names of the triggers on documents that a migration makes, in its order. */
const triggersIn = (sql: string): string[] =>
  sql.split(";").flatMap((statement) => {
    const [, name, table] = /create trigger "?(\w+)"? [^;]*? on (\S+)/.exec(statement) ?? [];
    return table === "public.documents" ? [name!] : [];
  });

it("one migration lists the triggers on documents, in the order in which they fire", async () => {
  // pg_trigger.tgtype: 1 for each row, 2 before.
  const fired = await database.sql(`
    select tgname as name from pg_trigger where tgrelid = 'public.documents'::regclass and not tgisinternal
    order by tgtype & 2 = 0, case when tgtype & 2 = 2 then tgtype & 1 = 1 else tgtype & 1 = 0 end, tgname collate "C"`);
  expect(triggersIn(await readFile(path.join(MIGRATIONS, LIST), "utf8"))).toEqual(fired.map(({ name }) => name));
});

it("no other migration hangs anything on documents: what follows an event subscribes to it", async () => {
  const others = (await readdir(MIGRATIONS)).filter((file) => file !== LIST);
  for (const file of others)
    expect({ file, triggers: triggersIn(await readFile(path.join(MIGRATIONS, file), "utf8")) }).toEqual({
      file,
      triggers: [],
    });
});
