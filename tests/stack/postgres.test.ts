import { readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SUPERUSER } from "../../stack/postgres.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../testing/temporary.ts";
import { waitUntil } from "../../testing/waiting.ts";

let database: TemporaryDatabase;
beforeAll(async () => {
  database = await temporaryDatabase();
});
afterAll(() => database.stop());

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.postgres.url(SUPERUSER) });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

it("is started again when somebody else ends it, and has what was committed", async () => {
  await query("create table kept as select 1 as one");
  const pid = Number(
    (await readFile(path.join(database.postgres.dataFolder, "postmaster.pid"), "utf8")).split("\n")[0],
  );
  process.kill(pid, "SIGQUIT");
  await waitUntil(() =>
    query("select one from kept").then(
      () => true,
      () => false,
    ),
  );
  const now = Number(
    (await readFile(path.join(database.postgres.dataFolder, "postmaster.pid"), "utf8")).split("\n")[0],
  );
  expect(now).not.toBe(pid);
});

it("stays stopped when it is told to stop, and starts again when it is told to", async () => {
  await database.postgres.stop();
  await expect(query("select 1")).rejects.toThrow("ECONNREFUSED");
  await database.postgres.start();
  expect(await query("select one from kept")).toEqual([{ one: 1 }]);
});
