// Webhooks on the whole stack: from an upload to a receiver that verifies the signature, whatever the receiver and the workers do.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Answering, startReceiver } from "../../testing/fakes/receiver.ts";
import { hurry, type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

const LETTER = `${SAMPLES}brief.pdf`;
type Receiver = Awaited<ReturnType<typeof startReceiver>>;

let stack: TemporaryStack;
let user: User;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  await hurry(stack);
  await stack.sql("update private.settings set loopback_webhooks = true");
  await stack.sql(
    "update private.stages set retry_base = '100 milliseconds', retry_ceiling = '500 milliseconds' where stage = 'webhooks'",
  );
});
beforeEach(async () => {
  user = await signUp(stack);
});
afterAll(() => stack?.stop());

const THANKS: Answering = (_, answer) => void answer.end("thanks");

async function subscribe(receiver: Receiver, events: string[]): Promise<{ id: string; secret: string }> {
  const { data, error } = await user.supabase.rpc("create_webhook", { url: receiver.url, events });
  if (error) throw error;
  return data;
}
const deliveries = async () =>
  (await user.supabase.from("webhook_deliveries").select("*").order("id")).data as Record<string, any>[];
const until = (ready: () => Promise<boolean> | boolean) => waitUntil(ready, { interval: 100 });
const delivered = (count: number) =>
  until(async () => (await deliveries()).filter(({ state }) => state === "delivered").length === count);
const types = (receiver: Receiver) => receiver.received.map(({ body }) => JSON.parse(body).type);

it("a receiver learns of a document from its upload to its deletion, in order, and verifies each message", async () => {
  await using receiver = await startReceiver();
  const { secret } = await subscribe(receiver, [
    "document.uploaded",
    "document.read",
    "document.completed",
    "document.edited",
    "document.deleted",
  ]);
  const { id, display_name } = await user.process(LETTER);
  await user.supabase.from("documents").update({ summary: "Mine." }).eq("id", id);
  await delivered(4);
  await user.supabase.from("documents").delete().eq("id", id);
  await delivered(5);
  expect(types(receiver)).toEqual([
    "document.uploaded",
    "document.read",
    "document.completed",
    "document.edited",
    "document.deleted",
  ]);
  const messages = receiver.received.map(({ body, headers }) => new Webhook(secret).verify(body, headers)) as any[];
  expect(messages[2].data.document).toMatchObject({ id, display_name, status: "completed" });
  expect(messages[4].data.document).toEqual({ id });
});

it("a receiver that fails, redirects and hangs gets every message in the end, those of a document in order, and reading goes on", async () => {
  await using receiver = await startReceiver();
  let attempts = 0;
  receiver.answer((_, answer) => {
    attempts += 1;
    if (attempts % 4 === 1) answer.writeHead(500).end();
    else if (attempts % 4 === 2) answer.writeHead(302, { location: receiver.url }).end();
    // One that hangs keeps its slot for ten seconds.
    else if (attempts !== 3) answer.end("thanks");
  });
  await subscribe(receiver, ["document.uploaded", "document.completed"]);
  const ids = [];
  for (const file of ["brief.pdf", "download-3.pdf"]) ids.push((await user.process(`${SAMPLES}${file}`)).id);
  await delivered(4);
  for (const id of ids) {
    const own = receiver.received.map(({ body }) => JSON.parse(body)).filter(({ data }) => data.document.id === id);
    const first = own.findIndex(({ type }) => type === "document.completed");
    expect(own.slice(0, first).every(({ type }) => type === "document.uploaded")).toBe(true);
    expect(own.slice(first).every(({ type }) => type === "document.completed")).toBe(true);
  }
  // A message that comes again has the id that it had before.
  const idsOfBodies = new Map(receiver.received.map(({ body, headers }) => [body, headers["webhook-id"]]));
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(idsOfBodies.size);
  expect(idsOfBodies.size).toBe(4);
});

it("a message whose worker is killed while it is sent comes again, with the same id", async () => {
  await using receiver = await startReceiver(() => {});
  await subscribe(receiver, ["document.completed"]);
  await user.process(LETTER);
  await until(() => receiver.received.length === 1);
  receiver.answer(THANKS);
  process.kill(stack.functions.webhooks!.pid!, "SIGKILL");
  await delivered(1);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

it("a test says how the receiver answered, and the server's own network is no address of a receiver", async () => {
  await using receiver = await startReceiver((_, answer) => answer.writeHead(418).end("I'm a teapot"));
  const { id } = await subscribe(receiver, ["document.completed"]);
  await user.supabase.rpc("test_webhook", { webhook_id: id });
  await until(async () => (await deliveries())[0]?.state === "failed");
  expect((await deliveries())[0]).toMatchObject({
    event_type: "webhook.test",
    attempts: 1,
    response_status: 418,
    response_body: "I'm a teapot",
    error: { code: "status_refused", message: "The receiver answered 418." },
  });
  for (const url of ["https://127.0.0.2/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest/meta-data"]) {
    const { error } = await user.supabase.from("webhook_endpoints").update({ url }).eq("id", id);
    expect(error, url).toMatchObject({ code: "PT400", hint: "invalid_request" });
    expect((await user.supabase.rpc("create_webhook", { url, events: ["document.completed"] })).error).toMatchObject({
      hint: "invalid_request",
    });
  }
});
