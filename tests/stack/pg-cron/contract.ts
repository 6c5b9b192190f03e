import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Target } from "../target.ts";
import { waitFor } from "../../../testing/waiting.ts";

export type RunDetails = {
  status: string;
  return_message: string | null;
  username: string;
  start_time: Date;
  end_time: Date | null;
};

/** What code that uses pg_cron may rely on, here and on a real Supabase. Leaves no job and no record of a run behind. */
export function pgCronContract(target: () => Target): void {
  let sql: pg.Pool;
  const scheduled: string[] = [];

  beforeAll(async () => {
    sql = new pg.Pool({ connectionString: target().url, max: 2 });
    // Only where it is missing: see the migration that makes it.
    const { rowCount } = await sql.query("select from pg_catalog.pg_extension where extname = 'pg_cron'");
    if (!rowCount) await sql.query("create extension pg_cron with schema pg_catalog");
    await sql.query(`
      create table if not exists public.contract_ticks (who text, path text);
    `);
  });
  afterAll(async () => {
    await sql.query("select cron.unschedule(jobid) from cron.job where jobname like 'contract_%'");
    // A job that was just started is recorded a moment later.
    await waitFor(
      async () => {
        await sql.query("delete from cron.job_run_details where jobid = any ($1) and end_time is not null", [
          scheduled,
        ]);
        const left = await sql.query("select from cron.job_run_details where jobid = any ($1)", [scheduled]);
        expect(left.rowCount).toBe(0);
      },
      { interval: 200 },
    );
    await sql.query("drop table public.contract_ticks");
    await sql.end();
  });

  async function schedule(name: string, every: string, command: string): Promise<string> {
    const { rows } = await sql.query<{ id: string }>("select cron.schedule($1, $2, $3) as id", [name, every, command]);
    scheduled.push(rows[0]!.id);
    return rows[0]!.id;
  }
  const runsOf = async (jobid: string): Promise<RunDetails[]> =>
    (await sql.query<RunDetails>("select * from cron.job_run_details where jobid = $1 order by runid", [jobid])).rows;
  const finished = (jobid: string, count: number): Promise<RunDetails[]> =>
    waitFor(
      async () => {
        const runs = (await runsOf(jobid)).filter(({ end_time }) => end_time);
        expect(runs.length).toBeGreaterThanOrEqual(count);
        return runs;
      },
      { interval: 100 },
    );

  // These two wait for jobs most of the time, so they wait together.
  it.concurrent("runs as its user, records what happened, and never twice at the same time", async ({ expect }) => {
    const tick = await schedule(
      "contract_tick",
      "1 second",
      "insert into public.contract_ticks values (current_user, current_setting('search_path'))",
    );
    const row = await schedule("contract_row", "1 second", "select 1");
    const failing = await schedule("contract_failing", "1 second", "select 1/0");
    const long = await schedule("contract_long", "1 second", "select pg_sleep(1.4)");

    const [run] = await finished(tick, 1);
    expect(run).toMatchObject({ status: "succeeded", return_message: "INSERT 0 1", username: "postgres" });
    expect((await sql.query("select distinct who, path from public.contract_ticks")).rows).toEqual([
      { who: "postgres", path: expect.stringContaining("extensions") },
    ]);
    expect((await finished(row, 1))[0]).toMatchObject({ status: "succeeded", return_message: "1 row" });
    expect((await finished(failing, 1))[0]).toMatchObject({
      status: "failed",
      return_message: expect.stringMatching(/^ERROR: +division by zero/),
    });
    const [first, second] = await finished(long, 2);
    expect(second!.start_time.getTime()).toBeGreaterThanOrEqual(first!.end_time!.getTime());
    expect(second!.start_time.getTime() - first!.end_time!.getTime()).toBeLessThan(1100);
  });

  it.concurrent("stops a job that is unscheduled or inactive, also while it runs", async ({ expect }) => {
    const clock = await schedule("contract_clock", "1 second", "select 1");
    const gone = await schedule("contract_gone", "1 second", "select 1");
    const inactive = await schedule("contract_inactive", "1 second", "select pg_sleep(60)");
    await finished(gone, 1);
    await waitFor(async () => expect(await runsOf(inactive)).toMatchObject([{ status: "running" }]));
    await sql.query("select cron.unschedule('contract_gone'), cron.alter_job($1, active => false)", [inactive]);
    const before = (await finished(clock, 1)).length;
    await finished(clock, before + 2);
    expect((await runsOf(gone)).length).toBeLessThanOrEqual(2);
    expect(await runsOf(inactive)).toMatchObject([{ status: "failed", return_message: "job canceled" }]);
  });

  it("keeps one job a name, and answers with its id", async () => {
    const id = await schedule("contract_name", "0 3 * * *", "select 1");
    expect(await schedule("contract_name", "30 seconds", "select 2")).toBe(id);
    await sql.query("select cron.alter_job($1, command => 'select 3')", [id]);
    expect(
      (await sql.query("select schedule, command, username, active from cron.job where jobid = $1", [id])).rows,
    ).toEqual([{ schedule: "30 seconds", command: "select 3", username: "postgres", active: true }]);
    await expect(sql.query("select cron.unschedule('contract_none')")).rejects.toThrow(
      "could not find valid entry for job 'contract_none'",
    );
  });

  it.each(["1 minute", "60 seconds", "0 seconds", "* * * *", "0 24 * * *"])(
    "refuses the schedule '%s'",
    async (text) => {
      await expect(schedule("contract_refused", text, "select 1")).rejects.toMatchObject({
        code: "22023",
        message: `invalid schedule: ${text}`,
      });
    },
  );

  it.each(["insert into cron.job (schedule, command) values ('* * * * *', 'x')", "update cron.job set command = 'x'"])(
    "lets cron.job be written by its functions alone: %s",
    async (query) => {
      await expect(sql.query(query)).rejects.toMatchObject({ code: "42501" });
    },
  );
}
