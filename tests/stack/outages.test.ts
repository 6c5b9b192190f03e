// The parts of the stack outlive an end of Postgres.
import { once } from "node:events";
import { createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAuthAndRest } from "../../stack/auth-and-rest/auth-and-rest.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { openDatabase, SERVICE } from "../../stack/storage/database.ts";
import type { Worker } from "../../stack/worker.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../testing/temporary.ts";
import { waitUntil } from "../../testing/waiting.ts";

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
  await waitUntil(() => tries >= 3);
  nobody.close();
  await once(nobody, "close");
  await postgres.start();
  const answer = await fetch(`${await worker.url()}/auth/v1/health`, { headers: { apikey: keys.publishableKey } });
  expect(answer.ok).toBe(true);
  expect(said.join("\n")).not.toContain("it is started again");
  await worker.stop();
});

describe("REST under traffic", () => {
  let worker: Worker;
  let sending = true;
  /** By sender: how many of its requests were answered well. */
  const answered = Array.from({ length: 24 }, () => 0);
  let senders: Promise<unknown>;

  beforeAll(async () => {
    const { postgres, keys } = database;
    const owner = new pg.Client({ connectionString: postgres.url("postgres") });
    await owner.connect();
    await owner.query(`
      create table public.kept (id integer);
      grant select on public.kept to service_role;
      create function public.five() returns integer language sql return 5;
      grant execute on function public.five() to service_role`);
    await owner.end();
    worker = startAuthAndRest(postgres, keys, () => {});
    await worker.url();
    const headers = { apikey: keys.secretKey, "content-type": "application/json" };
    async function send(sender: number): Promise<void> {
      const [path, options] = sender % 2 === 0 ? ["kept?select=id", {}] : ["rpc/five", { method: "POST", body: "{}" }];
      while (sending) {
        const signal = AbortSignal.timeout(5_000);
        const answer = await worker
          .url()
          .then((url) => fetch(`${url}/rest/v1/${path}`, { ...options, headers, signal }))
          .catch(() => undefined);
        const text = await answer?.text().catch(() => undefined);
        if (text !== undefined && answer!.ok) answered[sender]! += 1;
      }
    }
    senders = Promise.all(answered.map((_, sender) => send(sender)));
  });
  afterAll(async () => {
    sending = false;
    await senders;
    await worker.stop();
  });

  const allAreAnswered = async (): Promise<void> => {
    const before = [...answered];
    await waitUntil(() => answered.every((count, sender) => count > before[sender]!));
  };

  it("answers everybody again after Postgres crashed, also when it crashes again while REST starts", async () => {
    await allAreAnswered();
    for (const crashes of [1, 3, 1]) {
      for (let crash = 0; crash < crashes; crash += 1) {
        await database.postgres.stop("immediate");
        await database.postgres.start();
      }
      await allAreAnswered();
    }
  });

  it("answers everybody again after its connections were ended", async () => {
    const admin = new pg.Client({ connectionString: database.postgres.url(SUPERUSER) });
    admin.on("error", () => {});
    await admin.connect();
    for (let times = 0; times < 3; times += 1) {
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
      );
      await allAreAnswered();
    }
    await admin.end();
  });
});
