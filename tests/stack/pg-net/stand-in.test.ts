import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type PgNet, startPgNet } from "../../../stack/pg-net.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../../testing/temporary.ts";
import { pgNetContract } from "./contract.ts";
import { type Recorder, startRecorder } from "./recorder.ts";
import { waitFor } from "../../../testing/waiting.ts";

let database: TemporaryDatabase;
let server: Recorder;
let worker: PgNet | undefined;

const arrivalsOf = (path: string): number => server.arrivals.filter((arrival) => arrival.path === path).length;

beforeAll(async () => {
  database = await temporaryDatabase();
  server = await startRecorder(({ path }, response) => void (path !== "/held" && response.end("ok")));
  await run("create extension pg_net with schema extensions");
});
afterAll(async () => {
  await worker?.stop();
  await server.close();
  await database.stop();
});

async function run(query: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: database.postgres.url("postgres") });
  await client.connect();
  try {
    return await client.query(query);
  } finally {
    await client.end();
  }
}
const post = (path: string): Promise<unknown> => run(`select net.http_post('http://127.0.0.1:${server.port}${path}')`);

describe("the worker", () => {
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
  });

  it("says that the worker is down, and keeps requests until it runs", async () => {
    await expect(run("select net.check_worker_is_up()")).rejects.toThrow("the pg_net background worker is not up");
    await post("/waited");
    worker = await startPgNet({ postgres: database.postgres });
    await server.arrival("/waited");
    await run("select net.wait_until_running(), net.check_worker_is_up()");
  });

  it("sends a batch again when the worker was cut off in it", async () => {
    worker = await startPgNet({ postgres: database.postgres });
    await post("/held");
    await server.arrival("/held");
    await worker.stop();
    expect((await run("select from net.http_request_queue")).rowCount).toBe(1);
    worker = await startPgNet({ postgres: database.postgres });
    await waitFor(() => expect(arrivalsOf("/held")).toBe(2));
  });

  it("loses the queue and the answers when Postgres crashes, and works on afterwards", async () => {
    const log: string[] = [];
    await run("insert into net._http_response (id) values (1)");
    await post("/lost");
    await database.postgres.stop("immediate");
    await database.postgres.start();
    expect(
      (await run("select id from net.http_request_queue union all select id from net._http_response")).rows,
    ).toEqual([]);

    worker = await startPgNet({ postgres: database.postgres, onLog: (line) => log.push(line) });
    await database.postgres.stop("immediate");
    await waitFor(() => expect(log).not.toEqual([]));
    await database.postgres.start();
    await post("/after-crash");
    await server.arrival("/after-crash");
    expect(arrivalsOf("/lost")).toBe(0);
  });

  it("forgets answers after six hours", async () => {
    await run(
      "insert into net._http_response (id, created) values (-1, now() - interval '7 hours'), (-2, now() - interval '5 hours')",
    );
    worker = await startPgNet({ postgres: database.postgres });
    const kept = (): Promise<pg.QueryResult> => run("select id from net._http_response where id < 0");
    await waitFor(async () => expect((await kept()).rows).toEqual([{ id: "-2" }]));
  });

  it("starts again on net.worker_restart()", async () => {
    worker = await startPgNet({ postgres: database.postgres });
    const pid = async (): Promise<unknown> =>
      (await run("select pid from pg_stat_activity where application_name like 'pg_net %'")).rows[0]?.pid;
    const first = await pid();
    await run("select net.worker_restart()");
    await waitFor(async () => expect([undefined, first]).not.toContain(await pid()));
    await post("/after-restart");
    await server.arrival("/after-restart");
  });

  it("sends at once when idle, and pauses behind a batch", async () => {
    worker = await startPgNet({ postgres: database.postgres });
    await post("/first");
    await server.arrival("/first");
    await post("/second");
    const { at } = await server.arrival("/second");
    await post("/third");
    expect((await server.arrival("/third")).at - at).toBeGreaterThan(800);
  });
});

describe("the contract", () => {
  beforeAll(async () => {
    worker = await startPgNet({ postgres: database.postgres });
  });

  pgNetContract(() => ({ url: database.postgres.url("postgres"), host: "127.0.0.1", address: "127.0.0.1" }));
});
