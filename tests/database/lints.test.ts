// The advisor of hosted Supabase (supabase/splinter) and rules of our own, asked of the catalog. Rules of splinter that are not here
// look at statistics (unused indexes, bloat, replication slots), at the project's settings (anonymous sign-ins), at versions, or at
// extensions that are not used (pgmq, pg_graphql).
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCESS_RULES } from "./lints/access.ts";
import { bodiesThatFail } from "./lints/bodies.ts";
import type { Rule } from "./lints/rule.ts";
import { SHAPE_RULES } from "./lints/shape.ts";
import { migratedServer, type MigratedServer } from "./migrated.ts";

let server: MigratedServer;
let connection: pg.Client;
beforeAll(async () => {
  server = await migratedServer();
  connection = await (await server.database()).connection("superuser");
});
afterAll(() => server.stop());

async function afterwards<Result>(change: string, run: () => Promise<Result>): Promise<Result> {
  await connection.query("begin");
  try {
    await connection.query(change);
    return await run();
  } finally {
    await connection.query("rollback");
  }
}

const findings = async ({ findings: query }: Rule): Promise<string[]> =>
  (await connection.query({ text: query, rowMode: "array" })).rows.map(([finding]) => finding as string);

describe.each([...ACCESS_RULES, ...SHAPE_RULES])("$name", (rule) => {
  it("has no finding", async () => {
    expect(await findings(rule), rule.why).toEqual([]);
  });

  it("finds a bad example", async () => {
    const before = await findings(rule);
    const after = await afterwards(rule.bad, () => findings(rule));
    expect(after.length).toBeGreaterThan(before.length);
  });
});

describe("the bodies of functions", () => {
  it("are all valid against the schema as it is now", async () => {
    expect(await afterwards("select", () => bodiesThatFail(connection))).toEqual([]);
  });

  it("are found when what they name is gone, or their syntax is wrong", async () => {
    const change = `
      create table public.notes (id int primary key, note text);
      create function public.a_note() returns text language sql set search_path = '' as 'select note from public.notes limit 1';
      alter table public.notes drop column note;
      set local check_function_bodies = off;
      create function public.a_slip() returns void language plpgsql set search_path = '' as 'begin retrun; end'`;
    expect(await afterwards(change, () => bodiesThatFail(connection))).toEqual([
      expect.stringContaining('a_note(): column "note" does not exist'),
      expect.stringContaining("a_slip(): syntax error"),
    ]);
  });
});
