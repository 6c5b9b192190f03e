import type pg from "pg";
import type { Job } from "./job.ts";

/** Every job, or undefined as long as the extension is not created. */
export async function loadJobs(client: pg.Client): Promise<Job[] | undefined> {
  const { rowCount } = await client.query("select from pg_catalog.pg_extension where extname = 'pg_cron'");
  if (!rowCount) return undefined;
  const { rows } = await client.query<Job>(
    "select jobid, schedule, command, database, username, active from cron.job order by jobid",
  );
  return rows;
}

/** What was under way when the scheduler, or Postgres, ended will never be finished. */
export async function failUnfinishedRuns(client: pg.Client): Promise<void> {
  await client.query(
    "update cron.job_run_details set status = 'failed', return_message = 'server restarted' where status in ('starting', 'running')",
  );
}

export async function insertRun(records: pg.Pool, job: Job): Promise<string> {
  const { rows } = await records.query<{ runid: string }>(
    `insert into cron.job_run_details (jobid, database, username, command, status) values ($1, $2, $3, $4, 'starting') returning runid`,
    [job.jobid, job.database, job.username, job.command],
  );
  return rows[0]!.runid;
}

export async function markRunning(records: pg.Pool, runid: string, pid: number): Promise<void> {
  await records.query(
    "update cron.job_run_details set status = 'running', job_pid = $2, start_time = clock_timestamp() where runid = $1",
    [runid, pid],
  );
}

export async function finishRun(
  records: pg.Pool,
  runid: string,
  status: "succeeded" | "failed",
  message: string,
): Promise<void> {
  await records.query(
    "update cron.job_run_details set status = $2, return_message = $3, end_time = clock_timestamp() where runid = $1",
    [runid, status, message],
  );
}
