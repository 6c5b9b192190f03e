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

/**
 * Begins a batch: deletes answers that are older than the ttl, at most as many as a batch has, and takes the oldest requests off the
 * queue. They are back in it if the transaction does not commit. One message, as each costs a round trip that upstream, which
 * is inside of Postgres, does not have.
 */
export async function beginBatch(
  client: pg.Client,
  { ttl, batchSize }: Settings,
): Promise<{ expired: number; batch: QueuedRequest[] }> {
  // pg types the answer to several statements as one result; it is an array of results.
  const [, expired, taken] = (await client.query(`
    begin;
    delete from net._http_response where ctid = any (array(
      select ctid from net._http_response where created < now() - ${client.escapeLiteral(ttl)}::interval order by created limit ${batchSize}));
    with batch as (select id from net.http_request_queue order by id limit ${batchSize})
    delete from net.http_request_queue as queue using batch where queue.id = batch.id
    returning queue.id, queue.method, queue.url, queue.headers, queue.body, queue.timeout_milliseconds`)) as unknown as pg.QueryResult<QueuedRequest>[]; // see above
  return {
    expired: expired!.rowCount ?? 0,
    batch: taken!.rows.sort((one, other) => Number(one.id) - Number(other.id)),
  };
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
