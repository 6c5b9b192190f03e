import { afterAll, beforeAll, expect, test } from "vitest";
import { Presence } from "../../../stack/realtime/presence.ts";
import { ALICE, BOB, type Client, type Stage, stage, subscribed, until } from "./stage.ts";

let it: Stage;
beforeAll(async () => {
  it = await stage(`create policy "alice may look" on realtime.messages for select to authenticated using (true);
    create policy "alice may show herself" on realtime.messages for insert to authenticated
      with check (extension = 'presence' and (select auth.uid()) = '${ALICE}');`);
});
afterAll(() => it.stop());

const lobby = (client: Client, key: string, isPrivate = false) =>
  client
    .channel("lobby", { config: { private: isPrivate, presence: { key } } })
    .on("presence", { event: "sync" }, () => {});

test("everybody learns who is there, who comes and who goes", async () => {
  const bob = it.client();
  const [a, b] = [lobby(it.client(), "alice"), lobby(bob, "bob")];
  await subscribed(a);
  expect(await a.track({ mood: "glad" })).toBe("ok");
  await subscribed(b);
  await until(() => "alice" in b.presenceState());
  expect(b.presenceState()).toMatchObject({ alice: [{ mood: "glad" }] });
  expect(await b.track({ mood: "sad" })).toBe("ok");
  await until(() => "bob" in a.presenceState());
  await bob.removeAllChannels();
  await until(() => !("bob" in a.presenceState()));
  await a.untrack();
  await until(() => Object.keys(a.presenceState()).length === 0);
});

test("a channel that shows itself without having asked for presence gets the state then", async () => {
  const other = lobby(it.client(), "other");
  await subscribed(other);
  await other.track({});
  const { channel } = await subscribed(it.client().channel("lobby"));
  expect(await channel.track({ late: true })).toBe("ok");
  await until(() => "other" in channel.presenceState());
  await other.unsubscribe();
});

test("in a private channel only those are shown whom the policies let send", async () => {
  const [a, b] = [
    lobby(it.client(await it.token(ALICE)), "alice", true),
    lobby(it.client(await it.token(BOB)), "bob", true),
  ];
  await Promise.all([subscribed(a), subscribed(b)]);
  expect(await b.track({})).toBe("error");
  expect(await a.track({})).toBe("ok");
  await until(() => "alice" in b.presenceState());
  expect(Object.keys(b.presenceState())).toEqual(["alice"]);
});

// supabase-js 2.109 itself shows both the old and the new one after an update, so this is asked of the diff.
test("an update takes the old entry away and puts the new one in its place", () => {
  const presence = new Presence();
  const owner = {};
  const first = presence.track(owner, "key", { n: 1 }).joins.key!.metas[0]!;
  expect(presence.track(owner, "key", { n: 2 })).toEqual({
    joins: { key: { metas: [{ n: 2, phx_ref: expect.any(String), phx_ref_prev: first.phx_ref }] } },
    leaves: { key: { metas: [first] } },
  });
  expect(presence.state.key!.metas).toMatchObject([{ n: 2 }]);
});
