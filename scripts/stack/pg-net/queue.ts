import type pg from "pg";

/** One row of `net.http_request_queue`. */
export type QueuedRequest = {
  id: string;
  method: string;
  url: string;
  headers: Record<string, unknown> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
};

/** One row of `net._http_response`, without `created`, which the database writes. */
export type Answer = {
  id: string;
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
};

/** Upstream's settings with their defaults: `pg_net.batch_size` requests at a time, answers kept for `pg_net.ttl`. */
export type Settings = { batchSize: number; ttl: string };

export async function readSettings(client: pg.Client): Promise<Settings> {
  const { rows } = await client.query<Settings>(`
    select
      coalesce(nullif(current_setting('pg_net.batch_size', true), ''), '200')::int as "batchSize",
      coalesce(nullif(current_setting('pg_net.ttl', true), ''), '6 hours') as ttl
  `);
  return rows[0]!;
}

export async function isInstalled(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_catalog.pg_extension where extname = 'pg_net'");
  return rowCount === 1;
}

/** Deletes answers that are older than the ttl, at most a batch of them; returns how many. */
export async function deleteExpired(client: pg.Client, { ttl, batchSize }: Settings): Promise<number> {
  const expired = await client.query(
    `delete from net._http_response where ctid = any (array(
       select ctid from net._http_response where created < now() - $1::interval order by created limit $2
     ))`,
    [ttl, batchSize],
  );
  return expired.rowCount ?? 0;
}

/** Takes the oldest requests off the queue; they are back in it if the transaction does not commit. */
export async function takeBatch(client: pg.Client, { batchSize }: Settings): Promise<QueuedRequest[]> {
  const { rows } = await client.query<QueuedRequest>(
    `with batch as (select id from net.http_request_queue order by id limit $1)
     delete from net.http_request_queue as queue using batch where queue.id = batch.id
     returning queue.id, queue.method, queue.url, queue.headers, queue.body, queue.timeout_milliseconds`,
    [batchSize],
  );
  return rows.sort((one, other) => Number(one.id) - Number(other.id));
}

export async function keepAnswers(client: pg.Client, answers: Answer[]): Promise<void> {
  await client.query(
    `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
     select * from jsonb_to_recordset($1::jsonb) as answer (
       id bigint, status_code int, content_type text, headers jsonb, content text, timed_out bool, error_msg text
     )`,
    [JSON.stringify(answers)],
  );
}
