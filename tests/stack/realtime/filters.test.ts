import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FilterError, parseFilter } from "../../../stack/realtime/filter.ts";
import { ALICE, type Client, NOTES, type Stage, listen, stage, until } from "./stage.ts";

describe("a filter is read", () => {
  test.each([
    ["rank=eq.5", [{ column: "rank", op: "eq", value: "5", negate: false }]],
    ["rank=not.gt.5", [{ column: "rank", op: "gt", value: "5", negate: true }]],
    ["status=in.(new,done)", [{ column: "status", op: "in", value: "{new,done}", negate: false }]],
    ["status=eq.a.b=c", [{ column: "status", op: "eq", value: "a.b=c", negate: false }]],
    ['status=eq."a,b\\"c"', [{ column: "status", op: "eq", value: 'a,b"c', negate: false }]],
    [
      "rank=gt.1,status=in.(a,b)",
      [
        { column: "rank", op: "gt", value: "1", negate: false },
        { column: "status", op: "in", value: "{a,b}", negate: false },
      ],
    ],
    ["  ", []],
  ])("%s", (text, filters) => expect(parseFilter(text)).toEqual(filters));

  test.each([
    "undefined",
    "rank=5",
    "rank=foo.5",
    "rank=in.1,2",
    "rank=eq.1,",
    "done=is.5",
    `rank=in.(${Array.from({ length: 101 }, (_, n) => n)})`,
  ])("unless it makes no sense: %s", (text) => expect(() => parseFilter(text)).toThrow(FilterError));
});

describe("changes are filtered", () => {
  let it: Stage;
  let alice: Client;
  beforeAll(async () => {
    it = await stage(`${NOTES}
      create type public.mood as enum ('sad', 'glad');
      alter table public.notes add column mood public.mood, add column hidden text;
      revoke select on public.notes from authenticated;
      grant select (id, user_id, status, rank, data, mood) on public.notes to authenticated;`);
    alice = it.client(await it.token(ALICE));
  });
  afterAll(() => it.stop());
  afterEach(() => alice.removeAllChannels());

  test("by the type of the column, for each operator", async () => {
    const filters = {
      eq: "rank=eq.10",
      padded: "rank=eq.010",
      neq: "rank=neq.10",
      lt: "rank=lt.9",
      lte: "rank=lte.9",
      gt: "rank=gt.9",
      gte: "rank=gte.9",
      in: "rank=in.(9,10)",
      enum: "mood=eq.glad",
      uuid: `user_id=eq.${ALICE.toUpperCase()}`,
      like: "status=like.ne%",
      both: "rank=gt.8,status=eq.new",
      is: "mood=is.null",
      not: "rank=not.in.(9)",
      none: "rank=eq.11",
    };
    const heard = await Promise.all(
      Object.entries(filters).map(async ([name, filter]) => ({ name, ...(await listen(alice, { filter }, name)) })),
    );
    const all = await listen(alice, {}, "all");
    for (const [rank, mood] of [
      [8, null],
      [9, "sad"],
      [10, "glad"],
      [null, null],
    ]) {
      await it.sql("insert into notes (user_id, rank, mood) values ($1, $2, $3)", [ALICE, rank, mood]);
    }
    await until(() => all.changes.length === 4);
    await until(() => heard.find(({ name }) => name === "uuid")!.changes.length === 4);
    expect(
      Object.fromEntries(heard.map(({ name, changes }) => [name, changes.map((change) => change.new.rank)])),
    ).toEqual({
      eq: [10],
      padded: [10],
      neq: [8, 9],
      lt: [8],
      lte: [8, 9],
      gt: [10],
      gte: [9, 10],
      in: [9, 10],
      enum: [10],
      uuid: [8, 9, 10, null],
      like: [8, 9, 10, null],
      both: [9, 10],
      is: [8, null],
      not: [8, 10],
      none: [],
    });
  });

  test.each([
    ["rank=eq.many", /invalid input syntax for type integer: "many"/],
    ["mood=eq.angry", /invalid input value for enum/],
    ["data=lt.{}x", /invalid input syntax for type json/],
    ["missing=eq.1", /invalid column for filter missing/],
    ["hidden=eq.1", /invalid column for filter hidden/],
    ["rank=foo.1", /^Error parsing `filter` params: \["foo","1"\]/],
  ])("and one that cannot work is answered with an error: %s", async (filter, message) => {
    const { system, changes } = await listen(alice, { filter }, "refused");
    await until(() => system.length === 1);
    expect(system[0]).toMatchObject({
      extension: "postgres_changes",
      status: "error",
      message: expect.stringMatching(message),
    });
    const all = await listen(alice, {}, "all");
    await it.sql("insert into notes (user_id) values ($1)", [ALICE]);
    await until(() => all.changes.length === 1);
    expect(changes).toEqual([]);
  });

  test("and only the selected columns are told", async () => {
    const { changes } = await listen(alice, { select: ["status"] as never });
    await it.sql("insert into notes (user_id, status) values ($1, 'short')", [ALICE]);
    await until(() => changes.length === 1);
    expect(changes[0]!.new).toEqual({ id: expect.any(Number), status: "short" });
  });

  test("and of a deleted row only by what is known of it", async () => {
    const byKey = await listen(alice, { event: "DELETE", filter: "id=gt.0" }, "by key");
    const byRank = await listen(alice, { event: "DELETE", filter: "rank=eq.5" }, "by rank");
    const [row] = await it.sql("insert into notes (user_id, rank) values ($1, 5) returning id::int", [ALICE]);
    await it.sql("delete from notes where id = $1", [row!.id]);
    await until(() => byKey.changes.length === 1);
    expect(byRank.changes).toEqual([]);
  });
});
