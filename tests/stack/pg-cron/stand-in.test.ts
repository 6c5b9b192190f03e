import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type PgCron, startPgCron } from "../../../stack/pg-cron.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../../testing/temporary.ts";
import { pgCronContract } from "./contract.ts";
import { waitFor } from "../../../testing/waiting.ts";

let database: TemporaryDatabase;
let scheduler: PgCron | undefined;

beforeAll(async () => {
  database = await temporaryDatabase();
  await run("create extension pg_cron with schema pg_catalog");
  await run(
    "create table public.ticks (who text, at timestamptz default clock_timestamp()); grant insert on public.ticks to public",
  );
});
afterAll(async () => {
  await scheduler?.stop();
  await database.stop();
});

async function run<Row extends pg.QueryResultRow>(query: string, role = "postgres"): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.postgres.url(role) });
  await client.connect();
  try {
    return [await client.query<Row>(query)].flat().at(-1)!.rows;
  } finally {
    await client.end();
  }
}
const untilTicks = (count: number): Promise<unknown> =>
  waitFor(async () => expect((await run("select from public.ticks")).length).toBeGreaterThanOrEqual(count), {
    interval: 100,
  });

describe("the scheduler", () => {
  afterEach(async () => {
    await scheduler?.stop();
    scheduler = undefined;
    await run(
      "select cron.unschedule(jobid) from cron.job; delete from cron.job_run_details; delete from public.ticks",
      "supabase_admin",
    );
  });

  it("runs a job of minutes when its minute begins", async () => {
    const ahead = Date.parse("2026-01-31T23:59:58Z") - Date.now();
    scheduler = await startPgCron({ postgres: database.postgres, now: () => Date.now() + ahead });
    await run(`
      select cron.schedule('due', '0 0 1 2 *', 'insert into public.ticks values (''due'')');
      select cron.schedule('not due', '1 0 1 2 *', 'insert into public.ticks values (''not due'')');
    `);
    await untilTicks(1);
    expect(await run("select who from public.ticks")).toEqual([{ who: "due" }]);
  });

  it("runs a job as a user whose password it does not know, in that user's database", async () => {
    await run("create role clerk login password 'another one'");
    await run("create database clerks");
    scheduler = await startPgCron({ postgres: database.postgres });
    await run(
      `select cron.schedule_in_database('clerk', '1 second', $$
         do 'begin raise exception ''% in %'', current_user, current_database(); end'
       $$, 'clerks', 'clerk')`,
      "supabase_admin",
    );
    await waitFor(
      async () => {
        expect(
          await run(
            "select username, database, return_message from cron.job_run_details where status = 'failed' limit 1",
          ),
        ).toEqual([
          {
            username: "clerk",
            database: "clerks",
            return_message: expect.stringContaining("ERROR:  clerk in clerks\n"),
          },
        ]);
      },
      { interval: 100 },
    );
  });

  it("runs at most eight jobs at once", async () => {
    await run("select cron.schedule('long ' || n, '1 second', 'select pg_sleep(60)') from generate_series(1, 10) as n");
    scheduler = await startPgCron({ postgres: database.postgres });
    let most = 0;
    const running = async (): Promise<number> => {
      const { length } = await run("select from cron.job_run_details where status = 'running'");
      most = Math.max(most, length);
      return length;
    };
    await waitFor(async () => expect(await running()).toBe(8), { interval: 50 });
    await run(
      "select cron.unschedule('long 1'), cron.schedule('tick', '1 second', 'insert into public.ticks values (''x'')')",
    );
    await waitFor(async () => expect((await run("select distinct jobid from cron.job_run_details")).length).toBe(9), {
      interval: 50,
    });
    // Between one that ended and the next, there may be fewer.
    await waitFor(async () => expect(await running()).toBe(8), { interval: 50 });
    expect(most).toBe(8);
  });

  it("fails what was under way when Postgres crashed, and goes on", async () => {
    scheduler = await startPgCron({ postgres: database.postgres });
    await run("select cron.schedule('long', '1 second', 'select pg_sleep(60)')");
    await waitFor(async () =>
      expect(await run("select status from cron.job_run_details")).toEqual([{ status: "running" }]),
    );
    await database.postgres.stop("immediate");
    await database.postgres.start();
    await run("select cron.schedule('tick', '1 second', 'insert into public.ticks values (''x'')')");
    await untilTicks(1);
    expect(await run("select status, return_message from cron.job_run_details order by runid limit 1")).toEqual([
      { status: "failed", return_message: "server restarted" },
    ]);
  });
});

describe("the contract", () => {
  beforeAll(async () => {
    scheduler = await startPgCron({ postgres: database.postgres });
  });

  pgCronContract(() => ({ url: database.postgres.url("postgres"), host: "127.0.0.1", address: "127.0.0.1" }));
});
