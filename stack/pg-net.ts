import pg from "pg";
import { startBackgroundWorker } from "./background-worker.ts";
import type { Latch } from "./latch.ts";
import { beginBatch, isInstalled, keepAnswers, readSettings, type Settings } from "./pg-net/queue.ts";
import { createAgents, send } from "./pg-net/request.ts";
import { type Postgres, SUPERUSER } from "./postgres.ts";

/**
 * The worker behind the pg_net stand-in (`extensions/pg_net--0.20.4.sql`), after supabase/pg_net 0.20.4, src/worker.c.
 *
 * Its contract: a request is sent only after its transaction committed. Up to 200 requests make a batch, and all of them are
 * waited for before the next. A batch is one transaction: requests leave the queue, and answers appear, when its slowest
 * request has ended. So a worker that is killed in between sends the whole batch again later (duplicates), and a crash of
 * Postgres empties both tables (losses). Nothing is ever retried.
 */
export type PgNet = {
  /** Ends the worker at once; a batch that is under way goes back into the queue. */
  stop(): Promise<void>;
};

export type PgNetOptions = { postgres: Pick<Postgres, "url">; onLog?: (line: string) => void };

/**
 * The worker's pause after every batch, unless it is woken (src/worker.c: WORKER_WAIT_ONE_SECOND, "slow down queue
 * processing to avoid using too much CPU"). A wake-up counts only if the one before it was used up, which happens when the
 * worker goes idle: the second request after a batch waits for the end of the pause. Also the time between two looks
 * for an extension that is not created yet.
 */
const PAUSE_MS = 1000;

/** The time after which Postgres starts a worker that ended again (src/worker.c: net_worker_restart_time_sec). */
const RESTART_MS = 1000;

/** Starts the worker and returns when it runs, or when it has found that Postgres cannot be reached; it goes on trying then. */
export function startPgNet({ postgres, onLog = () => {} }: PgNetOptions): Promise<PgNet> {
  return startBackgroundWorker("pg_net", RESTART_MS, onLog, ({ latch, stopping, onRunning }) =>
    workOnce(postgres.url(SUPERUSER), latch, stopping, onRunning),
  );
}

/** One life of the worker, on one connection: until it is stopped, asked to restart, or its connection breaks (throws). */
async function workOnce(url: string, latch: Latch, stopping: AbortSignal, onRunning: () => void): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "pg_net 0.20.4" });
  const life = new AbortController();
  let shouldWake = true;
  let restart = false;

  function end(reason?: Error): void {
    life.abort(reason);
    latch.set();
  }
  const stop = (): void => end();
  client.on("error", end);
  // A batch is a transaction of this connection, so what is notified meanwhile arrives with its commit.
  client.on("notification", ({ payload }) => {
    if (payload === "restart") restart = true;
    else if (shouldWake) return;
    shouldWake = true;
    latch.set();
  });
  stopping.addEventListener("abort", stop, { once: true });
  const goesOn = (): boolean => !restart && !life.signal.aborted && !stopping.aborted;

  try {
    await client.connect();
    await client.query("listen pg_net");
    onRunning();
    while (goesOn() && !(await isInstalled(client))) await latch.wait(PAUSE_MS);
    const settings = await readSettings(client);
    while (goesOn()) {
      if (shouldWake) {
        shouldWake = false;
        await drain(client, settings, latch, life.signal, goesOn);
      } else {
        await latch.wait();
      }
    }
    life.signal.throwIfAborted();
  } finally {
    stopping.removeEventListener("abort", stop);
    await client.end().catch(() => {});
  }
}

/** Batch after batch with a pause behind each, until there is nothing more to send and nothing to expire. */
async function drain(
  client: pg.Client,
  settings: Settings,
  latch: Latch,
  life: AbortSignal,
  goesOn: () => boolean,
): Promise<void> {
  let busy: boolean;
  do {
    busy = await sendBatch(client, settings, life);
    if (goesOn()) await latch.wait(PAUSE_MS);
  } while (goesOn() && busy);
}

/** Whether there was anything to send or to expire. */
async function sendBatch(client: pg.Client, settings: Settings, life: AbortSignal): Promise<boolean> {
  const { expired, batch } = await beginBatch(client, settings);
  if (batch.length > 0) {
    const agents = createAgents();
    // Requests end with their sockets, so an end of the worker need not wait for any of them.
    const cut = (): void => Object.values(agents).forEach((agent) => agent.destroy());
    life.addEventListener("abort", cut);
    try {
      const answers = await Promise.all(batch.map((request) => send(request, agents)));
      life.throwIfAborted();
      await keepAnswers(client, answers);
    } finally {
      life.removeEventListener("abort", cut);
    }
  }
  await client.query("commit");
  return expired + batch.length > 0;
}
