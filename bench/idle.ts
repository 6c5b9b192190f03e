import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type pg from "pg";
import { databaseClock } from "./clock.ts";
import { type Latency, latencyOf } from "./figures.ts";
import type { Peer } from "./peers.ts";
import { type BenchStack, pause, until } from "./temporary-stack.ts";
import { newUser } from "./user.ts";

/** How long to wait between two rounds, in milliseconds. */
type Gap = () => number;

export const BACK_TO_BACK: Gap = () => 0;
/** Past pg_net's pause of 1 s after a batch, counted from the end of a round. */
export const SPACED: Gap = () => 1000 + Math.random() * 1000;

/** From COMMIT of `ocr_complete` to the claim of the metadata job by its function, which then describes the document. */
export async function idleLatency(stack: BenchStack, rounds: number, gap: Gap): Promise<Latency> {
  const { db } = stack;
  const documents = await readDocuments(db, rounds + WARM_UP);
  const toHere = await databaseClock(db);
  const latencies: number[] = [];
  for (const id of documents) {
    await pause(gap());
    const committed = await commitRead(db, id);
    await pause(25);
    await until(
      async () =>
        (await db.query("select from public.documents where id = $1 and status = 'completed'", [id])).rowCount === 1,
      5,
    );
    const { rows } = await db.query<{ at: number }>(
      "select extract(epoch from created_at)::float8 as at from public.document_events where document_id = $1 and stage = 'metadata' and kind = 'started'",
      [id],
    );
    latencies.push(toHere(rows[0]!.at) - committed);
  }
  return latencyOf(latencies.slice(WARM_UP));
}

/** The same commit to the arrival of its invocation at a bare HTTP server: what Postgres and pg_net take of it. */
export async function invocationLatency(stack: BenchStack, rounds: number, gap: Gap): Promise<Latency> {
  const { db } = stack;
  const documents = await readDocuments(db, rounds + WARM_UP);
  let arrived = (_at: number): void => {};
  const server = createServer((request, response) => {
    arrived(performance.now());
    request.resume();
    response.writeHead(202).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  await functionsUrl(db, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const latencies: number[] = [];
  try {
    for (const id of documents) {
      await pause(gap());
      const arrival = new Promise<number>((resolve) => (arrived = resolve));
      const committed = await commitRead(db, id);
      latencies.push((await arrival) - committed);
      await db.query("delete from private.jobs where document_id = $1", [id]);
      await db.query("set session_replication_role = replica");
      await db.query("delete from public.documents where id = $1", [id]);
      await db.query("set session_replication_role = default");
    }
  } finally {
    await functionsUrl(db, `${stack.url}/functions/v1`);
    server.close();
    server.closeAllConnections();
  }
  return latencyOf(latencies.slice(WARM_UP));
}

/** From the commit of a job to the start of its handler. */
export async function peerLatency(peer: Peer, rounds: number, gap: Gap): Promise<Latency> {
  const latencies: number[] = [];
  const connection = await peer.connect();
  for (let index = 0; index < rounds + WARM_UP; index += 1) {
    await pause(gap());
    const start = new Promise<number>((resolve) => peer.onStart(resolve));
    const committed = await connection.queueOne();
    latencies.push((await start) - committed);
    await until(async () => (await peer.left()) === 0, 5);
  }
  await connection.end();
  return latencyOf(latencies.slice(WARM_UP));
}

const WARM_UP = 5;

async function commitRead(db: pg.Client, id: string): Promise<number> {
  await db.query("begin");
  await db.query("update public.documents set status = 'ocr_complete' where id = $1", [id]);
  const at = performance.now();
  await db.query("commit");
  return at;
}

const functionsUrl = (db: pg.Client, url: string): Promise<unknown> =>
  db.query("select vault.update_secret(id, $1) from vault.secrets where name = 'functions_url'", [url]);

/** Documents of one page whose text is there and whose reading is about to be complete. */
async function readDocuments(db: pg.Client, count: number): Promise<string[]> {
  const owner = await newUser(db);
  const { rows } = await db.query<{ id: string }>(
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, page_count, status)
     select $1::uuid, 'invoice.pdf', $1::text || '/' || n, 'application/pdf', 1000, encode(sha256(($1::text || n)::bytea), 'hex'), 1, 'processing'
     from generate_series(1, $2::integer) as n returning id`,
    [owner, count],
  );
  await db.query(
    `insert into public.document_pages (document_id, page_number, user_id, text, engine)
     select id, 1, user_id, 'Invoice 4711' || chr(10) || 'Acme Corp, 15 March 2026' || chr(10) || 'Total 99.00 EUR', 'pdf_text_layer'
     from public.documents where user_id = $1`,
    [owner],
  );
  return rows.map(({ id }) => id);
}
