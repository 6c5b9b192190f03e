// The WAL tells of a commit a moment before other connections see it. A standby that never answers makes that moment long.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SUPERUSER } from "../../../stack/postgres.ts";
import { ALICE, BOB, listen, type Stage, stage, until } from "./stage.ts";

let it: Stage;
let admin: pg.Client;
beforeAll(async () => {
  it = await stage();
  admin = new pg.Client({ connectionString: it.database.postgres.url(SUPERUSER) });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await it.stop();
});

const standby = async (name: string): Promise<void> => {
  await admin.query(`alter system set synchronous_standby_names = '${name}'`);
  await admin.query("select pg_reload_conf()");
  await until(
    async () => (await admin.query("show synchronous_standby_names")).rows[0].synchronous_standby_names === name,
  );
};

test("a row whose commit is told before it can be seen reaches its owner, and nobody else", async () => {
  const [alice, bob] = [await listen(it.client(await it.token(ALICE))), await listen(it.client(await it.token(BOB)))];
  await standby("nobody");
  // Postgres's processes take the setting one after the other: until all have, a commit does not wait.
  let [inserted, isWaiting, before] = [0, false, ""];
  let committing: Promise<unknown> | undefined;
  while (!isWaiting) {
    before = (await admin.query("select clock_timestamp()::text as before")).rows[0].before;
    let isDone = false;
    inserted += 1;
    committing = it
      .sql("insert into notes (user_id, status) values ($1, 'slow')", [ALICE])
      .finally(() => (isDone = true));
    await until(async () => {
      const waiting = await admin.query("select from pg_stat_activity where wait_event = 'SyncRep'");
      isWaiting = waiting.rowCount! > 0;
      return isWaiting || isDone;
    });
  }
  // Realtime has looked for the row, or waits until it can.
  await until(
    async () =>
      (
        await admin.query(
          "select from pg_stat_activity where application_name = 'realtime' and backend_type = 'client backend' and query_start > $1 and (query = 'commit' or query like '%backend_xid%')",
          [before],
        )
      ).rowCount! > 0,
  );
  await standby("");
  await committing;
  await until(() => alice.changes.length === inserted);
  expect(alice.changes.at(-1)!.new).toMatchObject({ status: "slow" });
  await it.sql("insert into notes (user_id, status) values ($1, 'quick')", [BOB]);
  await until(() => bob.changes.length === 1);
  expect(bob.changes[0]!.new).toMatchObject({ status: "quick" });
});
