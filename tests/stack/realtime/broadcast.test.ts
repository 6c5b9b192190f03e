import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ALICE, BOB, type Client, type Stage, stage, subscribed, until } from "./stage.ts";

let it: Stage;
let alice: Client;
let bob: Client;
beforeAll(async () => {
  // As a migration would, as postgres, which is no superuser.
  it = await stage(`
    create policy "users receive in their own room" on realtime.messages for select to authenticated
      using (realtime.topic() in ('room:' || (select auth.uid()), 'readable'));
    create policy "users send in their own room" on realtime.messages for insert to authenticated
      with check (realtime.topic() = 'room:' || (select auth.uid()) and extension in ('broadcast', 'presence'));
    create table public.things (id int primary key, name text);
    create function public.tell() returns trigger language plpgsql security definer as $$
    begin
      perform realtime.broadcast_changes('readable', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
      return null;
    end $$;
    create trigger on_things_changed after insert or update or delete on public.things for each row execute function public.tell();`);
  alice = it.client(await it.token(ALICE));
  bob = it.client(await it.token(BOB));
});
afterAll(() => it.stop());
afterEach(async () => {
  await alice.removeAllChannels();
  await bob.removeAllChannels();
});

type Message = { event: string; payload: unknown; meta?: { id: string } };

async function join(client: Client, name: string, config: Record<string, unknown> = {}) {
  const messages: Message[] = [];
  const channel = client
    .channel(name, { config })
    .on("broadcast", { event: "*" }, (message: unknown) => messages.push(message as Message));
  return { messages, ...(await subscribed(channel)) };
}

const send = (to: { channel: { send: (message: never) => Promise<string> } }, payload: unknown, event = "hello") =>
  to.channel.send({ type: "broadcast", event, payload } as never);

test("a broadcast reaches the others in the channel, with objects and with bytes", async () => {
  const [a, b, elsewhere] = await Promise.all([join(alice, "town"), join(bob, "town"), join(bob, "other")]);
  await send(a, { text: "hi ü" });
  await send(a, new Uint8Array([1, 2, 255]).buffer);
  await until(() => b.messages.length === 2);
  expect(b.messages[0]).toMatchObject({ event: "hello", payload: { text: "hi ü" } });
  expect(new Uint8Array(b.messages[1]!.payload as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 255]));
  expect([a.messages, elsewhere.messages]).toEqual([[], []]);
});

test("with self it comes back, and with ack the sender learns that it arrived", async () => {
  const a = await join(alice, "town", { broadcast: { self: true, ack: true } });
  expect(await send(a, { n: 1 })).toBe("ok");
  await until(() => a.messages.length === 1);
});

test("HTTP broadcasts reach the channel", async () => {
  const b = await join(bob, "town:square");
  const unsubscribed = alice.channel("town:square");
  await unsubscribed.httpSend("one", { n: 1 });
  const post = (body: unknown, apikey = it.database.keys.publishableKey) =>
    fetch(`${it.url}/realtime/v1/api/broadcast`, { method: "POST", headers: { apikey }, body: JSON.stringify(body) });
  const answers = [
    await post({ messages: [{ topic: "town:square", event: "two", payload: { n: 2 } }] }),
    await post({ messages: [{ topic: "town:square", event: "three", payload: { n: 3 } }] }, "wrong"),
    await post({ messages: [] }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 401, 422]);
  await until(() => b.messages.length === 2);
  expect(b.messages).toMatchObject([
    { event: "one", payload: { n: 1 } },
    { event: "two", payload: { n: 2 } },
  ]);
});

describe("a private channel", () => {
  test("lets in whom the policies let receive, and passes on what they may send", async () => {
    const room = `room:${ALICE}`;
    const second = it.client(await it.token(ALICE));
    const [a, again, open] = await Promise.all([
      join(alice, room, { private: true }),
      join(second, room, { private: true }),
      join(bob, room),
    ]);
    await send(a, { text: "mine" });
    await until(() => again.messages.length === 1);
    expect(open.messages, "a public channel of the same name is another one").toEqual([]);

    const refused = await join(it.client(await it.token(BOB)), room, { private: true });
    expect(refused.statuses).toEqual(["CHANNEL_ERROR"]);
    expect(refused.errors[0]).toBe(
      `Unauthorized: You do not have permissions to read from this Channel topic: ${room}`,
    );
  });

  test("drops what somebody sends who may only receive", async () => {
    const [a, b] = await Promise.all([
      join(alice, "readable", { private: true }),
      join(bob, "readable", { private: true }),
    ]);
    await send(a, { text: "not allowed" });
    await it.sql(`select realtime.send('{"text": "from the database"}', 'news', 'readable', true)`);
    await until(() => b.messages.length > 0);
    expect(b.messages).toMatchObject([{ event: "news", payload: { text: "from the database" } }]);
  });

  test("leaves no trace of the questions in realtime.messages", async () => {
    await it.sql("delete from realtime.messages");
    await join(alice, `room:${ALICE}`, { private: true });
    expect(await it.sql("select topic from realtime.messages")).toEqual([]);
  });
});

describe("from SQL", () => {
  test("realtime.send reaches public and private channels after the commit", async () => {
    const [open, closed] = await Promise.all([join(alice, "readable"), join(bob, "readable", { private: true })]);
    await it.sql(
      `select realtime.send('{"n": 1}', 'open', 'readable', false), realtime.send('{"n": 2}', 'closed', 'readable')`,
    );
    await until(() => open.messages.length === 1 && closed.messages.length === 1);
    expect(open.messages[0]).toMatchObject({
      event: "open",
      payload: { n: 1, id: expect.any(String) },
      meta: { id: expect.any(String) },
    });
    expect(closed.messages[0]).toMatchObject({ event: "closed", payload: { n: 2 } });
  });

  test("realtime.broadcast_changes tells rows", async () => {
    const { messages } = await join(alice, "readable", { private: true });
    await it.sql("insert into things values (1, 'lamp')");
    await it.sql("delete from things");
    await until(() => messages.length === 2);
    expect(messages).toMatchObject([
      {
        event: "INSERT",
        payload: {
          operation: "INSERT",
          schema: "public",
          table: "things",
          record: { id: 1, name: "lamp" },
          old_record: null,
        },
      },
      { event: "DELETE", payload: { record: null, old_record: { id: 1, name: "lamp" } } },
    ]);
  });

  test("a broadcast that fails never breaks the write", async () => {
    expect(await it.sql("select realtime.send('[1]', null, null) is not null as sent")).toHaveLength(1);
  });
});
