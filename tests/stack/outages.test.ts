// The parts of the stack outlive an end of Postgres.
import { once } from "node:events";
import { createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startAuthAndRest } from "../../stack/auth-and-rest/auth-and-rest.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { openDatabase, SERVICE } from "../../stack/storage/database.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../testing/temporary.ts";

let database: TemporaryDatabase;
beforeAll(async () => {
  database = await temporaryDatabase();
});
afterAll(() => database.stop());

it("lets Storage go on after a connection ended between two queries of a transaction", async () => {
  const storage = openDatabase(database.postgres, () => {});
  const admin = new pg.Client({ connectionString: database.postgres.url(SUPERUSER) });
  await admin.connect();
  const cut = storage.as(SERVICE, async (client) => {
    const ended = new Promise((resolve) => client.once("end", resolve));
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    await admin.query("select pg_terminate_backend($1)", [rows[0]!.pid]);
    await ended;
    await client.query("select 1");
  });
  await expect(cut).rejects.toThrow();
  await expect(storage.as(SERVICE, (client) => client.query("select 1"))).resolves.toMatchObject({ rowCount: 1 });
  await admin.end();
  await storage.stop();
});

it("lets Auth and REST wait when they are started while Postgres is down", async () => {
  const { postgres, keys } = database;
  await postgres.stop("immediate");
  let tries = 0;
  const nobody = createServer((socket) => {
    tries += 1;
    socket.destroy();
  }).listen(postgres.port, "127.0.0.1");
  await once(nobody, "listening");

  const said: string[] = [];
  const worker = startAuthAndRest(postgres, keys, (line) => said.push(line));
  await vi.waitUntil(() => tries >= 3, { timeout: 30_000 });
  nobody.close();
  await once(nobody, "close");
  await postgres.start();
  const answer = await fetch(`${await worker.url()}/auth/v1/health`, { headers: { apikey: keys.publishableKey } });
  expect(answer.ok).toBe(true);
  expect(said.join("\n")).not.toContain("it is started again");
  await worker.stop();
});
