import { describe, expect, it } from "vitest";
import { applySchema } from "../../testing/database/extractions.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { expire, BROKEN, claim, complete, failNext, sweep, upload } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
const server = withDatabase((made) => ({ database, user } = made));

const health = (): Promise<any> => database.rpc("pipeline_health", {});
const stuck = async (): Promise<string> => (await health()).stuck.join("\n");

describe("pipeline_health", () => {
  it("counts what is queued, out, retried and dead, by stage", async () => {
    await database.sql("update private.stages set in_flight_limit = 2 where stage = 'ocr'");
    for (let n = 0; n < 5; n += 1) await upload(database, user);
    await failNext(database, "ocr", BROKEN);
    await claim(database, "ocr");
    const { stages } = await health();
    expect(stages.ocr).toMatchObject({
      queued: 2,
      in_flight: 2,
      limit: 2,
      allowed: 2,
      overdue: 0,
      waiting_for_retry: 0,
      dead: { [BROKEN.code]: 1 },
    });
    expect(stages.metadata).toMatchObject({ queued: 0, in_flight: 0, oldest_queued_seconds: null, dead: {} });
  });

  it("counts the extractions that wait for people, and those that failed", async () => {
    expect((await health()).reviews).toEqual({ needs_review: 0, oldest_seconds: null, failed: 0 });
    await complete(database, user);
    await applySchema(database, user, "Bills");
    await database.sql("update public.extractions set status = 'needs_review'");
    expect((await health()).reviews).toMatchObject({ needs_review: 1, failed: 0 });
    expect((await health()).reviews.oldest_seconds).toBeLessThan(600);
    await database.sql("update public.extractions set status = 'failed', error = jsonb_build_object('code', 'x')");
    expect((await health()).reviews).toEqual({ needs_review: 0, oldest_seconds: null, failed: 1 });
  });

  it("sees that pg_net's worker does not run, as here", async () => {
    expect((await health()).pg_net.worker_up).toBe(false);
    expect(await stuck()).toMatch(/pg_net's worker is not up/);
  });

  it("sees that the sweep does not run, once it could have", async () => {
    const own = await server.database({ own: true });
    const said = async (): Promise<string> => (await own.rpc("pipeline_health", {})).stuck.join("\n");
    const upFor = (seconds: number) =>
      own.sql(
        `create or replace function private.seconds_up() returns integer language sql stable as 'select ${seconds}'`,
      );
    await upFor(20);
    expect(await said()).not.toMatch(/The sweep has not run/);
    await upFor(3600);
    expect(await said()).toMatch(/The sweep has not run/);

    await own.sql(`insert into cron.job_run_details (jobid, runid, status, end_time)
      select jobid, 1, 'succeeded', now() - interval '2 hours' from cron.job where jobname = 'docket-sweep'`);
    expect(await said()).toMatch(/The sweep has not run/);
    // The machine was off meanwhile.
    await upFor(20);
    expect(await said()).not.toMatch(/The sweep has not run/);
  });

  it("sees a missing functions_url, a stopped stage, an old job, a lost worker and a stray document, and says what to do", async () => {
    expect(await stuck()).not.toMatch(
      /functions_url is not set|is stopped|have been due|lost their workers|without a job/,
    );
    await upload(database, user);
    await claim(database, "ocr");
    await database.sql(
      "update private.jobs set lease_expires_at = now() - interval '1 minute' where state = 'running'",
    );
    expect(await stuck()).toMatch(/1 jobs of the stage ocr lost their workers/);
    await sweep(database);

    await database.sql("update private.stages set in_flight_limit = 0 where stage = 'ocr'");
    await upload(database, user);
    expect(await stuck()).toMatch(/The stage ocr is stopped with jobs queued\. Raise in_flight_limit/);

    await database.sql("delete from vault.secrets where name = 'functions_url'");
    expect(await stuck()).toMatch(/functions_url is not set.*vault\.create_secret/);

    await complete(database, user).catch(() => undefined);
    await database.sql("alter table public.documents disable trigger documents_touch_updated_at");
    await database.sql("delete from private.jobs; update public.documents set updated_at = now() - interval '1 hour'");
    expect(await stuck()).toMatch(/Documents without a job that should have one: \d/);
  });

  it("sees suspects that nobody takes, and names the function to deploy", async () => {
    await upload(database, user);
    const claimed = await claim(database, "ocr");
    await expire(database, claimed.job_id);
    await sweep(database);
    expect((await database.rpc("pipeline_health", {})).stages.ocr).toMatchObject({
      suspects: 1,
      in_flight: 0,
      queued: 0,
    });
    expect(await stuck()).not.toMatch(/Suspects/);
    await database.sql("update private.jobs set claimed_at = claimed_at - interval '11 minutes'");
    expect(await stuck()).toMatch(/Suspects of the stage ocr wait.*Deploy the function ocr-alone/);
    await claim(database, "ocr");
    expect(await stuck()).not.toMatch(/Suspects/);
  });

  it("is for service_role alone", async () => {
    await expect(database.asUser(user, "select public.pipeline_health()")).rejects.toMatchObject({ code: "42501" });
  });
});

describe("prune", () => {
  it("removes jobs that are done after a while, and keeps dead ones and what is under way", async () => {
    await complete(database, user);
    await upload(database, user);
    await failNext(database, "ocr", BROKEN);
    await upload(database, user);
    await database.sql("alter table private.jobs disable trigger jobs_touch_updated_at");
    await database.sql("update private.jobs set updated_at = now() - interval '8 days'");
    await database.sql("select private.prune()");
    const left = await database.sql(
      "select state, count(*)::int as jobs from private.jobs where stage <> 'thumbnail' group by state order by state",
    );
    expect(left).toEqual([
      { state: "dispatched", jobs: 1 },
      { state: "dead", jobs: 1 },
    ]);
  });
});
