import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { createDocket } from "../client/src/index.ts";
import { ROOT } from "../scripts/checkout.ts";
import { latencyOf } from "./figures.ts";
import { type BenchStack, pause, temporaryStack, until } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

const EVENTS = 5;
const FAILS = 0.3;
const HANGS = 0.05;
const KILL_EVERY_MS = 5_000;

/**
 * `npm run bench -- webhooks [--messages 1000] [--json]`: messages to a receiver that fails and hangs at random, while
 * the function that sends them is killed again and again, and documents are read beside it.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { messages: { type: "string", default: "1000" }, json: { type: "boolean", default: false } },
  });
  const webhooks = await deliveries(Number(values.messages));
  if (values.json) console.log(JSON.stringify({ webhooks }, null, 2));
  else for (const [name, value] of Object.entries(webhooks)) console.log(`${name.padEnd(24)} ${value}`);
}

/** So many messages on a stack of their own. Sets the exit code when one is lost, out of order, or has another id. */
export async function deliveries(messages: number) {
  const stack = await temporaryStack();
  try {
    const webhooks = await deliver(stack, messages);
    if (webhooks.lost > 0 || webhooks.out_of_order > 0 || webhooks.other_ids > 0) process.exitCode = 1;
    return webhooks;
  } finally {
    await stack.stop();
  }
}

async function deliver(stack: BenchStack, messages: number) {
  const { db } = stack;
  const token = await signUp(stack);
  const user: string = (await db.query("select id from auth.users")).rows[0].id;
  await db.query("update private.settings set loopback_webhooks = true");
  await db.query(
    "update private.stages set retry_base = '1 second', retry_ceiling = '5 seconds', lease = '12 seconds' where stage = 'webhooks'",
  );
  const before = await readingTimes(stack, token);

  const received: { document: string; event: number; id: string }[] = [];
  const server = createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { data } = JSON.parse(Buffer.concat(parts).toString()) as {
      data: { event_id: number; document: { id: string } };
    };
    received.push({ document: data.document.id, event: data.event_id, id: String(request.headers["webhook-id"]) });
    const luck = Math.random();
    if (luck < HANGS) return;
    answer.writeHead(luck < HANGS + FAILS ? 500 : 200).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const documents = Math.ceil(messages / EVENTS);
  await db.query("insert into public.webhook_endpoints (user_id, url, events) values ($1, $2, '{document.edited}')", [
    user,
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  ]);
  await db.query("select private.add_webhook_secret(webhook_endpoints) from public.webhook_endpoints");
  await db.query(
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name)
    select $1, 'a.pdf', 'bench/' || n, 'application/pdf', 1, encode(sha256(n::text::bytea), 'hex'), 'completed', 'a' from generate_series(1, $2::int) as n`,
    [user, documents],
  );

  const started = performance.now();
  let kills = 0;
  const killing = setInterval(() => {
    const { pid } = stack.functions.webhooks ?? {};
    if (pid) {
      process.kill(pid, "SIGKILL");
      kills += 1;
    }
  }, KILL_EVERY_MS);
  try {
    for (let event = 0; event < EVENTS; event += 1)
      await db.query(
        "select private.record_event(documents, 'edit', 'edited', 'Edited.') from public.documents where storage_path like 'bench/%'",
      );
    const beside = await readingTimes(stack, token);
    await until(async () => (await waiting(stack)) === 0, 250, 20 * 60_000);
    const seconds = (performance.now() - started) / 1000;
    const { rows } = await db.query(
      "select count(*)::int as made, count(*) filter (where state = 'delivered')::int as delivered from public.webhook_deliveries",
    );
    const lastEvent = new Map<string, number>();
    const idOf = new Map<number, string>();
    let outOfOrder = 0;
    let otherIds = 0;
    for (const { document, event, id } of received) {
      if (event < (lastEvent.get(document) ?? 0)) outOfOrder += 1;
      lastEvent.set(document, event);
      if ((idOf.get(event) ?? id) !== id) otherIds += 1;
      idOf.set(event, id);
    }
    return {
      messages: rows[0].made as number,
      lost: (rows[0].made as number) - new Set(received.map(({ id }) => id)).size + (rows[0].made - rows[0].delivered),
      out_of_order: outOfOrder,
      other_ids: otherIds,
      attempts: received.length,
      kills,
      seconds: Math.round(seconds),
      reading_alone_ms: before,
      reading_beside_ms: beside,
    };
  } finally {
    clearInterval(killing);
    server.closeAllConnections();
    server.close();
  }
}

const waiting = async ({ db }: BenchStack): Promise<number> =>
  (await db.query("select count(*)::int as waiting from public.webhook_deliveries where state = 'waiting'")).rows[0]
    .waiting;

/** The median time of ten documents, one after another, from their upload to their end. */
async function readingTimes(stack: BenchStack, token: string): Promise<number> {
  const sample = await readFile(path.join(ROOT, "samples/download-3.pdf"), "latin1");
  const docket = createDocket({ url: stack.url, token, repeats: false });
  const times: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    const began = performance.now();
    const { document_id } = await docket.upload(
      new File([Buffer.from(`${sample}\n%${crypto.randomUUID()}`, "latin1")], "sample.pdf"),
    );
    await until(
      async () =>
        (
          await stack.db.query("select from public.documents where id = $1 and status in ('completed', 'failed')", [
            document_id,
          ])
        ).rowCount === 1,
      10,
    );
    times.push(performance.now() - began);
    await pause(100);
  }
  return Math.round(latencyOf(times).p50_ms);
}
