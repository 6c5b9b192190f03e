import type { Database } from "./database.ts";

type Kick = { url: string; headers: unknown; body: string };

/** How often the queue is looked at while its kicks are held or multiplied, in milliseconds. */
const LOOK_MS = 15;
/** Old kicks that are sent once more with the copies of new ones. */
const OLD_ONES = 5;

/** pg_net's queue, in bad hands. */
export type Kicks = ReturnType<typeof createKicks>;

/** `counts` are kicks: lost, held back, and added as copies. */
export function createKicks(database: Database) {
  const counts = { lost: 0, held: 0, copied: 0 };
  const seen: Kick[] = [];
  /** Their bodies: a copy is not copied again. */
  const known = new Set<string>();
  const remember = (kicks: Kick[]): void => {
    seen.push(...kicks);
    for (const { body } of kicks) known.add(body);
  };

  /** Rows that the worker has in its hands are in a transaction of its own. */
  const take = (): Promise<Kick[]> => database.sql<Kick>(
    `with taken as (
       delete from net.http_request_queue where id in (select id from net.http_request_queue for update skip locked) returning *)
     select url, headers, convert_from(body, 'UTF8') as body from taken order by id`);

  const put = (kicks: Kick[]): Promise<unknown> => database.sql(
    `insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
     select 'POST', url, headers, convert_to(body, 'UTF8'), 5000
     from jsonb_to_recordset($1::jsonb) as kick (url text, headers jsonb, body text)
     returning net.wake()`, [JSON.stringify(kicks)]);

  async function during(ms: number, look: () => Promise<void>): Promise<void> {
    const end = Date.now() + ms;
    while (Date.now() < end) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  return {
    counts,

    /** Empties the queue, as a crash does. */
    async lose(): Promise<void> {
      const [before] = await database.sql("select count(*)::integer as kicks from net.http_request_queue");
      // The worker holds the table while it waits for answers: then what it has not taken is all there is to lose.
      const emptied = await database.try("set lock_timeout = '200ms'; truncate net.http_request_queue; reset lock_timeout").then(() => true, () => false);
      counts.lost += emptied ? before!.kicks : (await take()).length;
    },

    /** Holds back what comes in, and lets it go in the reverse order. */
    async hold(ms: number): Promise<void> {
      const held: Kick[] = [];
      await during(ms, async () => void held.push(...(await take())));
      counts.held += held.length;
      remember(held);
      await put(held.reverse());
    },

    /** Sends what comes in several times, and with it some of what was sent before. */
    async multiply(ms: number, copies: number): Promise<void> {
      await during(ms, async () => {
        const kicks = await take();
        const fresh = kicks.filter(({ body }) => !known.has(body));
        const more = fresh.length === 0 ? [] : [...Array.from({ length: copies }, () => fresh).flat(), ...seen.slice(-OLD_ONES)];
        remember(fresh);
        counts.copied += more.length;
        if (kicks.length > 0) await put([...kicks, ...more]);
      });
    },
  };
}
