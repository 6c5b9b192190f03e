import { randomUUID } from "node:crypto";
import { round } from "./figures.ts";
import { CONCURRENCY, type Connection, type Peer } from "./peers.ts";
import { type BenchStack, connect, until } from "./temporary-stack.ts";
import { newUser } from "./user.ts";

/**
 * How a burst went. `queueing_s`: what queueing took; committed together, that is before the clock starts. `drain_s` and
 * `jobs_per_s`: from the first commit to the last job's end, for all sides alike.
 */
export type Burst = { jobs: number; queueing_s: number; drain_s: number; jobs_per_s: number };

/** Committed all together, or each alone by that many connections. */
export type Commits = "together" | "single";
const CONNECTIONS = 4;

/** Sends erase jobs to the trivial function, as many out at once as the peers have. */
export async function useTrivialFunction({ db }: BenchStack): Promise<void> {
  await db.query("update private.stages set function_name = 'trivial', in_flight_limit = $1 where stage = 'erase'", [
    CONCURRENCY,
  ]);
}

/** Jobs of one user through the whole way: pg_net, the gateway, the function in Deno, the Data API. */
export async function burst(stack: BenchStack, jobs: number, commits: Commits): Promise<Burst> {
  const { db } = stack;
  const owner = await newUser(db);
  const left = async () =>
    Number(
      (
        await db.query(
          "select count(*) from private.jobs where stage = 'erase' and state in ('queued', 'dispatched', 'running')",
        )
      ).rows[0].count,
    );
  const queueOne = "select private.queue_job('erase', $1, $2)";
  return measured(
    jobs,
    commits,
    left,
    async () => {
      await db.query("begin");
      await db.query("select private.queue_job('erase', gen_random_uuid(), $1) from generate_series(1, $2)", [
        owner,
        jobs,
      ]);
      return () => db.query("commit");
    },
    async () => {
      const client = await connect(stack);
      return { queueOne: () => client.query(queueOne, [randomUUID(), owner]), end: () => client.end() };
    },
  );
}

/** The same jobs, by a peer. */
export async function peerBurst(peer: Peer, jobs: number, commits: Commits): Promise<Burst> {
  peer.onStart(() => {});
  return measured(jobs, commits, peer.left, () => peer.queueMany(jobs), peer.connect);
}

async function measured(
  jobs: number,
  commits: Commits,
  left: () => Promise<number>,
  prepare: () => Promise<() => Promise<unknown>>,
  open: () => Promise<Connection>,
): Promise<Burst> {
  let from: number;
  let queued: number;
  if (commits === "together") {
    const begun = performance.now();
    const commit = await prepare();
    from = performance.now();
    await commit();
    queued = from - begun;
  } else {
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, open));
    from = performance.now();
    let next = 0;
    await Promise.all(
      connections.map(async (connection) => {
        while (next++ < jobs) await connection.queueOne();
        await connection.end();
      }),
    );
    queued = performance.now() - from;
  }
  await until(async () => (await left()) === 0, 20, 300_000);
  const drained = performance.now() - from;
  return {
    jobs,
    queueing_s: round(queued / 1000),
    drain_s: round(drained / 1000),
    jobs_per_s: round(jobs / (drained / 1000)),
  };
}

/** Adds jobs that were done long ago, of the stage that is measured. */
export async function addFinishedJobs({ db }: BenchStack, count: number): Promise<void> {
  const owner = await newUser(db);
  await db.query(
    `insert into private.jobs (document_id, user_id, stage, state, attempts, max_attempts, queue_position)
     select gen_random_uuid(), $1, 'erase', 'done', 1, 20, n from generate_series(1, $2::integer) as n`,
    [owner, count],
  );
  await db.query("vacuum analyze private.jobs");
}
