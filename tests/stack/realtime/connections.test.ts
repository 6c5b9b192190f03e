import { once } from "node:events";
import type { WebSocket } from "ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALICE, type Stage, listen, stage, subscribed, until } from "./stage.ts";

let it: Stage;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.stop());

/** A client of the wire format itself, for what supabase-js never does. */
async function raw(query?: string): Promise<{ socket: WebSocket; received: unknown[]; send(message: unknown): void }> {
  const socket = it.socket(query);
  const received: unknown[] = [];
  socket.on("message", (data, isBinary) => received.push(isBinary ? data : JSON.parse(String(data))));
  await once(socket, "open");
  return { socket, received, send: (message) => socket.send(JSON.stringify(message)) };
}

test("a heartbeat is answered, and so is a message to a topic that nobody joined", async () => {
  const { socket, received, send } = await raw();
  send([null, "1", "phoenix", "heartbeat", {}]);
  send([null, "2", "realtime:nowhere", "broadcast", {}]);
  send(["3", "3", "elsewhere", "phx_join", {}]);
  send(["4", "4", "realtime:", "phx_join", {}]);
  await until(() => received.length === 4);
  expect(received).toEqual([
    [null, "1", "phoenix", "phx_reply", { status: "ok", response: {} }],
    [null, "2", "realtime:nowhere", "phx_reply", { status: "error", response: { reason: "unmatched topic" } }],
    ["3", "3", "elsewhere", "phx_reply", { status: "error", response: { reason: "unmatched topic" } }],
    [
      "4",
      "4",
      "realtime:",
      "phx_reply",
      { status: "error", response: { reason: "TopicNameRequired: You must provide a topic name" } },
    ],
  ]);
  socket.terminate();
});

test("a second join of a topic closes the first, and a leave is answered", async () => {
  const { socket, received, send } = await raw();
  send(["1", "1", "realtime:x", "phx_join", { config: {} }]);
  await until(() => received.length === 1);
  send(["2", "2", "realtime:x", "phx_join", { config: {} }]);
  send(["1", "3", "realtime:x", "broadcast", { event: "late" }]);
  send(["2", "4", "realtime:x", "phx_leave", {}]);
  await until(() => received.length === 5);
  expect(received.map((message) => (message as unknown[]).slice(0, 4))).toEqual([
    ["1", "1", "realtime:x", "phx_reply"],
    ["1", "1", "realtime:x", "phx_close"],
    ["2", "2", "realtime:x", "phx_reply"],
    ["2", "4", "realtime:x", "phx_reply"],
    ["2", "2", "realtime:x", "phx_close"],
  ]);
  socket.terminate();
});

test("a message that is none closes the connection", async () => {
  const { socket } = await raw();
  socket.send("no json");
  const [code] = (await once(socket, "close")) as [number];
  expect(code).toBe(1007);
});

test("the older version of the wire format gets objects, and broadcasts that came in binary frames", async () => {
  const old = await raw(`apikey=${it.database.keys.publishableKey}&vsn=1.0.0`);
  old.send({
    topic: "realtime:mixed",
    event: "phx_join",
    payload: { config: { broadcast: { self: false } } },
    ref: "1",
    join_ref: "1",
  });
  await until(() => old.received.length === 1);
  expect(old.received[0]).toMatchObject({
    topic: "realtime:mixed",
    event: "phx_reply",
    ref: "1",
    payload: { status: "ok" },
  });

  const client = it.client();
  const heard: unknown[] = [];
  const { channel } = await subscribed(
    client.channel("mixed").on("broadcast", { event: "*" }, (message) => heard.push(message)),
  );
  await channel.send({ type: "broadcast", event: "binary", payload: { n: 1 } });
  old.send({
    topic: "realtime:mixed",
    event: "broadcast",
    payload: { type: "broadcast", event: "json", payload: { n: 2 } },
    ref: "2",
  });
  await until(() => heard.length === 1 && old.received.length === 2);
  expect(old.received[1]).toMatchObject({
    topic: "realtime:mixed",
    event: "broadcast",
    payload: { event: "binary", payload: { n: 1 } },
  });
  expect(heard[0]).toMatchObject({ event: "json", payload: { n: 2 } });
  old.socket.terminate();
});

test("a client that reads nothing keeps nobody waiting", async () => {
  const slow = await raw();
  slow.send(["1", "1", "realtime:busy", "phx_join", { config: {} }]);
  await until(() => slow.received.length === 1);
  slow.socket.pause();
  const heard: unknown[] = [];
  const reader = it.client();
  await subscribed(reader.channel("busy").on("broadcast", { event: "*" }, (message) => heard.push(message)));
  const writer = it.client();
  const { channel } = await subscribed(writer.channel("busy", { config: { broadcast: { ack: true } } }));
  const payload = { text: "x".repeat(1_000_000) };
  for (let n = 0; n < 30; n++) await channel.send({ type: "broadcast", event: "big", payload });
  await until(() => heard.length === 30);
  expect(it.log).toContain("realtime: a client reads too slowly and was cut off");
  slow.socket.terminate();
});

test("a client whose connection the server closes comes back and gets later changes", async () => {
  const client = it.client(await it.token(ALICE));
  const { changes, statuses, system } = await listen(client);
  await until(() => system.length === 1);
  (client.realtime as unknown as { socketAdapter: { getSocket(): { conn: WebSocket } } }).socketAdapter
    .getSocket()
    .conn.terminate();
  await until(() => statuses.at(-1) === "SUBSCRIBED" && statuses.length > 1);
  await it.sql("insert into notes (user_id, status) values ($1, 'later')", [ALICE]);
  await until(() => changes.length === 1);
  expect(changes[0]!.new.status).toBe("later");
});
