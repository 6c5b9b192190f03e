import { Logger, run, type Runner } from "graphile-worker";
import pg from "pg";
import PgBoss from "pg-boss";

/** Jobs in hand at once, for every side. */
export const CONCURRENCY = 10;

/**
 * One of several that queue jobs at the same time. `queueOne` commits one job; of what it returns, peers' is when that
 * was asked for, in milliseconds of `performance.now()`.
 */
export type Connection<Answer = unknown> = { queueOne(): Promise<Answer>; end(): Promise<void> };

/** A job queue with a trivial handler, running in this process. */
export type Peer = {
  connect(): Promise<Connection<number>>;
  /** Queues many jobs in one transaction; what it returns commits them. pg-boss has no such step: there it does everything. */
  queueMany(count: number): Promise<() => Promise<unknown>>;
  /** Called at each start of the handler, with the time. */
  onStart(listener: (at: number) => void): void;
  /** How many jobs are not finished in the database. */
  left(): Promise<number>;
  stop(): Promise<void>;
};

/** graphile-worker 0.16 as it comes: it listens, and polls every 2 s beside that. */
export async function startGraphileWorker(url: string): Promise<Peer> {
  const pool = new pg.Pool({ connectionString: url, max: CONCURRENCY + 8 });
  const client = await pool.connect();
  let started = (_at: number): void => {};
  const runner: Runner = await run({
    pgPool: pool,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: { trivial: async () => started(performance.now()) },
  });
  return {
    async connect() {
      const own = await pool.connect();
      return {
        async queueOne() {
          await own.query("begin");
          await own.query("select graphile_worker.add_job('trivial', '{}'::json)");
          const at = performance.now();
          await own.query("commit");
          return at;
        },
        end: async () => own.release(),
      };
    },
    async queueMany(count) {
      await client.query("begin");
      await client.query("select graphile_worker.add_job('trivial', '{}'::json) from generate_series(1, $1)", [count]);
      return () => client.query("commit");
    },
    onStart: (listener) => (started = listener),
    left: async () => Number((await client.query("select count(*) from graphile_worker.jobs")).rows[0].count),
    async stop() {
      await runner.stop();
      client.release();
      await pool.end();
    },
  };
}

/** pg-boss 10 at the shortest interval that it takes; it hands a batch of jobs to its handler at each poll. */
export async function startPgBoss(url: string): Promise<Peer> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  boss.on("error", (error) => console.error(`pg-boss: ${error.message}`));
  const client = new pg.Client({ connectionString: url });
  await boss.start();
  await client.connect();
  await boss.createQueue("trivial");
  let started = (_at: number): void => {};
  await boss.work("trivial", { pollingIntervalSeconds: 0.5, batchSize: CONCURRENCY }, async (jobs) => {
    for (const _ of jobs) started(performance.now());
  });
  return {
    connect: async () => ({
      async queueOne() {
        const at = performance.now();
        await boss.send("trivial", {});
        return at;
      },
      end: async () => {},
    }),
    queueMany: async (count) => () => boss.insert(Array.from({ length: count }, () => ({ name: "trivial", data: {} }))),
    onStart: (listener) => (started = listener),
    left: async () =>
      Number(
        (await client.query("select count(*) from pgboss.job where name = 'trivial' and state < 'completed'")).rows[0]
          .count,
      ),
    async stop() {
      await boss.stop({ graceful: false });
      await client.end();
    },
  };
}
