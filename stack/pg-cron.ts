import pg from "pg";
import { startBackgroundWorker } from "./background-worker.ts";
import { startRun } from "./pg-cron/job.ts";
import { failUnfinishedRuns, loadJobs } from "./pg-cron/metadata.ts";
import { countDueRuns, minuteOf, refreshTasks, type Task, untilNextRun } from "./pg-cron/tasks.ts";
import type { Latch } from "./latch.ts";
import { type Postgres, SUPERUSER } from "./postgres.ts";

/**
 * The scheduler behind the pg_cron stand-in (`extensions/pg_cron--1.6.4.sql`), after citusdata/pg_cron 1.6, src/pg_cron.c.
 *
 * Its contract: a job runs as its user in its database, never twice at the same time; what is due meanwhile runs
 * right after. Runs are recorded in `cron.job_run_details`; changes of `cron.job` count from their commit on; a run whose job is
 * unscheduled or set inactive is cancelled; runs that were under way when the scheduler ended are failed at its next start.
 */
export type PgCron = {
  /** Ends the scheduler and cuts the runs that are under way. */
  stop(): Promise<void>;
};

export type PgCronOptions = {
  postgres: Pick<Postgres, "url">;
  onLog?: (line: string) => void;
  /** The time of day in milliseconds since 1970; the machine's when not given. */
  now?: () => number;
};

/** Jobs that may run at once; hosted Supabase asks for no more than 8. */
const MAX_RUNNING_JOBS = 8;

/** The scheduler looks around at least this often (src/pg_cron.c: MaxWait), and starts again this long after it broke. */
const MAX_WAIT_MS = 1000;

/** Starts the scheduler and returns when it runs, or when it has found that Postgres cannot be reached; it goes on trying then. */
export function startPgCron({ postgres, onLog = () => {}, now = Date.now }: PgCronOptions): Promise<PgCron> {
  const reboot = { pending: true };
  return startBackgroundWorker("pg_cron", MAX_WAIT_MS, onLog, (life) =>
    scheduleOnce({ ...life, postgres, onLog, now, reboot }),
  );
}

type Life = Required<PgCronOptions> & {
  latch: Latch;
  stopping: AbortSignal;
  /** Jobs of `@reboot` run once in a scheduler's time, not in each of its lives. */
  reboot: { pending: boolean };
  onRunning: () => void;
};

/** One life of the scheduler, on one connection: until it is stopped, or its connection breaks (throws). */
async function scheduleOnce({ postgres, onLog, now, latch, stopping, reboot, onRunning }: Life): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url(SUPERUSER), application_name: "pg_cron scheduler" });
  const records = new pg.Pool({
    connectionString: postgres.url(SUPERUSER),
    application_name: "pg_cron records",
    max: 1,
    idleTimeoutMillis: 0,
  });
  const tasks = new Map<string, Task>();
  const runs = new Set<Promise<void>>();
  let lastMinute = minuteOf(now());
  let changed = true;
  let broken: Error | undefined;

  client.on("error", (error) => {
    broken = error;
    latch.set();
  });
  records.on("error", () => {});
  client.on("notification", () => {
    changed = true;
    latch.set();
  });

  function start(task: Task): void {
    task.due -= 1;
    task.since = now();
    const run = startRun(task.job, records, postgres);
    task.run = run;
    const ended = run.ended
      .catch((error: Error) => onLog(`pg_cron: a run of job ${task.job.jobid} was not recorded: ${error.message}`))
      .finally(() => {
        task.run = undefined;
        runs.delete(ended);
        latch.set();
      });
    runs.add(ended);
  }

  async function refresh(): Promise<void> {
    changed = false;
    const jobs = await loadJobs(client);
    refreshTasks(tasks, jobs ?? [], now());
    if (jobs === undefined) {
      changed = true;
    } else if (reboot.pending) {
      reboot.pending = false;
      for (const task of tasks.values()) if (task.schedule?.kind === "reboot") task.due = 1;
    }
  }

  try {
    await client.connect();
    await client.query("listen pg_cron");
    if ((await loadJobs(client)) !== undefined) await failUnfinishedRuns(client);
    onRunning();
    while (!stopping.aborted && !broken) {
      if (changed) await refresh();
      lastMinute = countDueRuns(tasks.values(), lastMinute, now());
      for (const task of tasks.values()) {
        if (task.due > 0 && !task.run && runs.size < MAX_RUNNING_JOBS) start(task);
      }
      await latch.wait(Math.min(MAX_WAIT_MS, untilNextRun(tasks.values(), now())));
    }
    if (broken) throw broken;
  } finally {
    for (const { run } of tasks.values()) run?.cancel();
    await Promise.all(runs);
    await records.end();
    await client.end().catch(() => {});
  }
}
