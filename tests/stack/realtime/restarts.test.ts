import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRealtime } from "../../../stack/realtime/realtime.ts";
import { ALICE, type Stage, listen, stage, subscribed, until } from "./stage.ts";

let it: Stage;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.stop());

const insert = (status: string) => it.sql("insert into notes (user_id, status) values ($1, $2)", [ALICE, status]);

test("after a crash of Postgres its changes arrive again, without a new connection of the client", async () => {
  const { changes, statuses, system } = await listen(it.client(await it.token(ALICE)));
  const lively = await subscribed(it.client().channel("lively", { config: { broadcast: { ack: true } } }));
  await insert("before");
  await until(() => changes.length === 1);

  await it.database.postgres.stop("immediate");
  expect(await lively.channel.send({ type: "broadcast", event: "still", payload: {} })).toBe("ok");
  const during = await listen(it.client(await it.token(ALICE)), {}, "joined meanwhile");
  await until(() => during.system.length === 1);
  expect(during.system[0]).toMatchObject({
    status: "error",
    message: "Realtime was unable to connect to the project database",
  });

  await it.database.postgres.start();
  const told = (of: typeof system) => of.filter(({ message }) => message === "Subscribed to PostgreSQL").length;
  await until(() => told(system) === 2 && told(during.system) === 1);
  await insert("after");
  await until(() => changes.length === 2 && during.changes.length === 1);
  expect(changes.map((change) => change.new.status)).toEqual(["before", "after"]);
  expect(statuses).toEqual(["SUBSCRIBED"]);
});

test("a publication that is dropped and made again is followed again", async () => {
  const { changes } = await listen(it.client(await it.token(ALICE)), {}, "again");
  await it.sql("drop publication supabase_realtime");
  await insert("unheard");
  await it.sql("create publication supabase_realtime for table notes");
  await until(async () => {
    await insert("heard");
    return changes.some((change) => change.new.status === "heard");
  });
});

test("stopping closes the connections and leaves neither a slot nor a session in Postgres", async () => {
  const second = await startRealtime(it.database);
  await second.stop();
  const admin = new pg.Client({ connectionString: it.database.postgres.url("supabase_admin") });
  await admin.connect();
  await until(async () => {
    const { rows } = await admin.query(
      "select (select count(*)::int from pg_replication_slots) as slots, (select count(*)::int from pg_stat_replication) as senders",
    );
    return rows[0].slots === 1 && rows[0].senders === 1;
  });
  await admin.end();
});

test("starting without a Postgres fails and leaves nothing running", async () => {
  const nowhere = { url: () => "postgresql://nobody:x@127.0.0.1:1/postgres" };
  await expect(startRealtime({ postgres: nowhere, keys: it.database.keys })).rejects.toThrow("ECONNREFUSED");
});
