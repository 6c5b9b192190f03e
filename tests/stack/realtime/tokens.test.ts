import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ALICE, BOB, type Client, type Stage, listen, stage, subscribed, until } from "./stage.ts";

let it: Stage;
let client: Client;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.stop());
afterEach(() => client?.removeAllChannels());

test.each(["apikey=wrong&vsn=2.0.0", "vsn=2.0.0", "apikey=&vsn=2.0.0"])(
  "a connection without a valid key is refused: %s",
  async (query) => {
    const [error] = (await once(it.socket(query), "error")) as [Error];
    expect(error.message).toContain("403");
  },
);

test("a connection of an unknown version is refused", async () => {
  const [error] = (await once(it.socket(`apikey=${it.database.keys.publishableKey}&vsn=9.9.9`), "error")) as [Error];
  expect(error.message).toContain("400");
});

test("the older keys, which are tokens, are taken too", async () => {
  const socket = it.socket(`apikey=${it.database.keys.anonKey}&vsn=2.0.0`);
  await once(socket, "open");
  socket.terminate();
});

test.each([
  ["expired", async () => it.token(ALICE, -10), /InvalidJWTToken: Token has expired 1\d seconds ago/],
  [
    "forged",
    async () => `${(await it.token(ALICE)).slice(0, -6)}AAAAAA`,
    /JwtSignatureError: Failed to validate JWT signature/,
  ],
  ["broken", async () => "not.a.token", /MalformedJWT/],
])("a join with a token that is %s is refused with the reason", async (_kind, token, reason) => {
  client = it.client(await token());
  const { statuses, errors } = await listen(client);
  expect(statuses).toEqual(["CHANNEL_ERROR"]);
  expect(errors[0]).toMatch(reason);
});

test("a channel whose token expires says so and closes, and one whose token was refreshed in time stays open", async () => {
  const short = await it.token(ALICE, 3);
  client = it.client(short);
  const refreshed = await listen(client);
  client.session.token = await it.token(ALICE);
  await client.realtime.setAuth();
  await until(() => refreshed.system.filter(({ message }) => message === "Subscribed to PostgreSQL").length === 2);

  const { statuses, system } = await listen(it.client(short));
  await until(() => statuses.includes("CLOSED"));
  expect(statuses).toEqual(["SUBSCRIBED", "CLOSED"]);
  expect(system.at(-1)).toMatchObject({
    extension: "system",
    status: "error",
    message: expect.stringMatching(/^Token has expired \d+ seconds ago$/),
  });

  await it.sql("insert into notes (user_id, status) values ($1, 'after')", [ALICE]);
  await until(() => refreshed.changes.length === 1);
  expect(refreshed.statuses).toEqual(["SUBSCRIBED"]);
});

test("after a refresh with another user's token the channel sees that user's rows", async () => {
  client = it.client(await it.token(ALICE));
  const { changes, system } = await listen(client);
  await until(() => system.length === 1);
  client.session.token = await it.token(BOB);
  await client.realtime.setAuth();
  await until(() => system.length === 2);
  await it.sql("insert into notes (user_id, status) values ($1, 'alice'), ($2, 'bob')", [ALICE, BOB]);
  await until(() => changes.length === 1);
  expect(changes[0]!.new.status).toBe("bob");
});

test("a refresh with a bad token closes the channel", async () => {
  client = it.client(await it.token(ALICE));
  const { statuses } = await subscribed(client.channel("plain"));
  client.session.token = await it.token(ALICE, -5);
  await client.realtime.setAuth();
  await until(() => statuses.includes("CLOSED"));
});
