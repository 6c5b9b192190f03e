import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  ALICE,
  BOB,
  type Client,
  NOTES,
  type NotesChange,
  type Stage,
  listen,
  stage,
  subscribed,
  until,
} from "./stage.ts";

let it: Stage;
let alice: Client;
let bob: Client;

beforeAll(async () => {
  it = await stage(`${NOTES}
    create table public.typed (
      id uuid primary key default gen_random_uuid(), flag bool, small int2, big int8, amount numeric, ratio float8, words text[], numbers int[],
      day date, moment timestamp, instant timestamptz, data jsonb, plain json, mood text, bytes bytea, nothing text, secret text
    );
    grant select (id, flag, small, big, amount, ratio, words, numbers, day, moment, instant, data, plain, mood, bytes, nothing) on public.typed to authenticated;
    alter publication supabase_realtime add table public.typed;
    create table public.keyless (name text);
    grant select on public.keyless to authenticated;
    alter publication supabase_realtime add table public.keyless;
    create table public.kept (id int primary key, owner text, body text);
    alter table public.kept replica identity full;
    grant select on public.kept to authenticated;
    alter publication supabase_realtime add table public.kept;`);
});
afterAll(() => it.stop());

beforeAll(async () => {
  alice = it.client(await it.token(ALICE));
  bob = it.client(await it.token(BOB));
});
afterEach(async () => {
  await alice.removeAllChannels();
  await bob.removeAllChannels();
});

const insert = (user: string, status = "new", rank = 0) =>
  it
    .sql("insert into notes (user_id, status, rank) values ($1, $2, $3) returning id::int", [user, status, rank])
    .then((rows) => rows[0]!.id as number);

test("an insert, an update and a delete arrive as supabase-js shows them", async () => {
  const { changes, statuses, system } = await listen(alice);
  expect(statuses).toEqual(["SUBSCRIBED"]);
  await until(() => system.length === 1);
  expect(system[0]).toMatchObject({
    extension: "postgres_changes",
    status: "ok",
    message: "Subscribed to PostgreSQL",
    channel: "notes",
  });

  const id = await insert(ALICE);
  await it.sql("update notes set status = 'done', data = '{\"a\": [1]}' where id = $1", [id]);
  await until(() => changes.length === 2);
  await it.sql("delete from notes where id = $1", [id]);
  await until(() => changes.length === 3);
  expect(changes).toMatchObject([
    {
      eventType: "INSERT",
      schema: "public",
      table: "notes",
      errors: null,
      new: { id, user_id: ALICE, status: "new", rank: 0, data: null },
      old: {},
    },
    { eventType: "UPDATE", new: { id, user_id: ALICE, status: "done", data: { a: [1] } }, old: { id } },
    { eventType: "DELETE", new: {}, old: { id } },
  ]);
  expect(changes[1]!.old).toEqual({ id });
  expect(changes[0]!.commit_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("only the event that was asked for arrives", async () => {
  const { changes } = await listen(alice, { event: "UPDATE" });
  const id = await insert(ALICE);
  await it.sql("update notes set status = 'seen' where id = $1", [id]);
  await until(() => changes.length > 0);
  expect(changes.map(({ eventType }) => eventType)).toEqual(["UPDATE"]);
});

test("each user sees their own rows, and an anonymous visitor none", async () => {
  const [ofAlice, ofBob, ofAnon] = (await Promise.all([listen(alice), listen(bob), listen(it.client())])).map(
    ({ changes }) => changes,
  ) as [NotesChange[], NotesChange[], NotesChange[]];
  await insert(BOB, "bob's");
  await insert(ALICE, "alice's");
  await until(() => ofAlice.length + ofBob.length === 2);
  expect(ofAlice.map((change) => change.new.status)).toEqual(["alice's"]);
  expect(ofBob.map((change) => change.new.status)).toEqual(["bob's"]);
  expect(ofAnon).toEqual([]);
});

test("a deleted row of a table with row level security tells everybody its key, and nothing else", async () => {
  await it.sql("alter table notes replica identity full");
  const { changes } = await listen(bob);
  const id = await insert(ALICE);
  await it.sql("delete from notes where id = $1", [id]);
  await until(() => changes.length === 1);
  expect(changes[0]!.old).toEqual({ id });
  await it.sql("alter table notes replica identity default");
});

test("values arrive in their types, and columns that the role may not select are left out", async () => {
  const seen: { new: Record<string, unknown> }[] = [];
  await subscribed(
    alice
      .channel("typed")
      .on("postgres_changes", { event: "INSERT", schema: "public", table: "typed" }, (change) => seen.push(change)),
  );
  await it.sql(`insert into typed (flag, small, big, amount, ratio, words, numbers, day, moment, instant, data, plain, mood, bytes, secret)
    values (true, 1, 9007199254740991, 12.50, 0.5, '{"a b","c,d"}', '{1,2}', '2026-03-15', '2026-03-15 10:00:00', '2026-03-15 10:00:00+00',
      '{"k": [1, "x"]}', '[true]', 'it''s "quoted" \\ ü', '\\x00ff', 'hidden')`);
  await until(() => seen.length === 1);
  expect(seen[0]!.new).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    flag: true,
    small: 1,
    big: 9007199254740991,
    amount: 12.5,
    ratio: 0.5,
    words: ["a b", "c,d"],
    numbers: [1, 2],
    day: "2026-03-15",
    moment: "2026-03-15T10:00:00",
    instant: "2026-03-15T10:00:00+00:00",
    data: { k: [1, "x"] },
    plain: [true],
    mood: `it's "quoted" \\ ü`,
    bytes: "\\x00ff",
    nothing: null,
  });
});

test("grants count from the next change on", async () => {
  const seen: { new: Record<string, unknown>; errors: string[] | null }[] = [];
  await subscribed(
    alice
      .channel("typed")
      .on("postgres_changes", { event: "INSERT", schema: "public", table: "typed" }, (change) => seen.push(change)),
  );
  await it.sql("grant select (secret) on typed to authenticated");
  await it.sql("insert into typed (secret) values ('shown')");
  await until(() => seen.length === 1);
  expect(seen[0]!.new.secret).toBe("shown");
  await it.sql("revoke select on typed from authenticated");
  await it.sql("insert into typed (secret) values ('hidden')");
  await until(() => seen.length === 2);
  expect(seen[1]).toMatchObject({ errors: ["Error 401: Unauthorized"], new: {} });
});

test("a table without a primary key tells that, not its rows", async () => {
  const seen: { new: Record<string, unknown>; errors: string[] | null }[] = [];
  await subscribed(
    alice
      .channel("keyless")
      .on("postgres_changes", { event: "*", schema: "public", table: "keyless" }, (change) => seen.push(change)),
  );
  await it.sql("insert into keyless values ('x')");
  await until(() => seen.length === 1);
  expect(seen[0]).toMatchObject({ errors: ["Error 400: Bad Request, no primary key"], new: {} });
});

describe("a large value that an update left alone", () => {
  const body = Array.from({ length: 3000 }, (_, index) => `${index}:${Math.sin(index)}`).join(" ");

  test("is left out of the record", async () => {
    const { changes } = await listen(alice);
    const id = await insert(ALICE);
    await it.sql("update notes set data = to_jsonb($2::text) where id = $1", [id, body]);
    await it.sql("update notes set status = 'next' where id = $1", [id]);
    await until(() => changes.length === 3);
    expect(changes[1]!.new.data).toBe(body);
    expect(changes[2]!.new).toMatchObject({ id, status: "next" });
    expect(changes[2]!.new).not.toHaveProperty("data");
  });

  test("is there under replica identity full, with the old row", async () => {
    const seen: { new: Record<string, unknown>; old: Record<string, unknown> }[] = [];
    await subscribed(
      alice
        .channel("kept")
        .on("postgres_changes", { event: "UPDATE", schema: "public", table: "kept" }, (change) => seen.push(change)),
    );
    await it.sql("insert into kept values (1, 'a', $1)", [body]);
    await it.sql("update kept set owner = 'b' where id = 1");
    await until(() => seen.length === 1);
    expect(seen[0]).toMatchObject({ new: { id: 1, owner: "b", body }, old: { id: 1, owner: "a", body } });
  });
});

test("a policy that fails for one user is told to that user as an error, without the row", async () => {
  await it.sql(`create policy "bob's policy is broken" on notes for select to authenticated
    using (case when auth.uid() = '${BOB}' then (1 / (rank - rank)) = 1 else false end)`);
  const [ofAlice, ofBob] = (await Promise.all([listen(alice), listen(bob)])).map(({ changes }) => changes) as [
    NotesChange[],
    NotesChange[],
  ];
  await insert(ALICE, "fine");
  await until(() => ofAlice.length === 1 && ofBob.length === 1);
  expect(ofAlice[0]!.new.status).toBe("fine");
  expect(ofBob[0]).toMatchObject({
    new: {},
    errors: ["Error 500: Internal Server Error, RLS policy evaluation failed"],
  });
  await it.sql(`drop policy "bob's policy is broken" on notes`);
});

test("200 rapid updates arrive in the order of their commits", async () => {
  const { changes } = await listen(alice);
  const id = await insert(ALICE);
  for (let rank = 1; rank <= 200; rank++) await it.sql("update notes set rank = $2 where id = $1", [id, rank]);
  await until(() => changes.length === 201);
  expect(changes.map((change) => change.new.rank)).toEqual(Array.from({ length: 201 }, (_, rank) => rank));
});

test("a user whose policy is slow does not keep others waiting", async () => {
  await it.sql(`create function public.wait_for_lock() returns boolean language plpgsql as $$ begin perform pg_advisory_xact_lock(1); return true; end $$;
    create policy "bob is slow" on notes as restrictive for select to authenticated
      using (case when auth.uid() = '${BOB}' then public.wait_for_lock() else true end)`);
  const lock = new pg.Client({ connectionString: it.database.postgres.url("postgres") });
  await lock.connect();
  await lock.query("select pg_advisory_lock(1)");
  const [ofAlice, ofBob] = (await Promise.all([listen(alice), listen(bob)])).map(({ changes }) => changes) as [
    NotesChange[],
    NotesChange[],
  ];
  await insert(BOB, "slow");
  await insert(ALICE, "fast");
  await until(() => ofAlice.length === 1);
  expect(ofBob).toEqual([]);
  await lock.end();
  await until(() => ofBob.length === 1);
  await it.sql(`drop policy "bob is slow" on notes`);
});

test("a table that a migration adds to the publication works without a restart", async () => {
  await it.sql("create table public.later (id int primary key); grant select on public.later to authenticated");
  const refused = await subscribed(
    alice.channel("early").on("postgres_changes", { event: "*", schema: "public", table: "later" }, () => {}),
  );
  await until(() => refused.system.length === 1);
  expect(refused.system[0]).toMatchObject({
    status: "error",
    message: expect.stringMatching(/^Unable to subscribe to changes.*check Realtime is enabled/),
  });

  await it.sql("alter publication supabase_realtime add table public.later");
  const seen: unknown[] = [];
  const all: unknown[] = [];
  await subscribed(
    alice
      .channel("later")
      .on("postgres_changes", { event: "*", schema: "public", table: "later" }, (change) => seen.push(change.new)),
  );
  await subscribed(
    alice
      .channel("all")
      .on("postgres_changes", { event: "INSERT", schema: "public" }, (change) => all.push(change.table)),
  );
  await it.sql("insert into later values (7)");
  await until(() => seen.length === 1 && all.length === 1);
  expect([seen, all]).toEqual([[{ id: 7 }], ["later"]]);
});
