import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  BROKEN,
  BUSY,
  claim,
  events,
  expire,
  failForGood,
  failNext,
  held,
  INVOICE,
  jobOf,
  pageOf,
  readDocument,
  statusOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

describe("retry_delay", () => {
  it("draws evenly between nothing and a bound that doubles, up to the ceiling", async () => {
    await database.sql("update private.settings set retry_base = '2 seconds', retry_ceiling = '60 seconds'");
    for (const [attempt, bound] of [
      [1, 2],
      [2, 4],
      [3, 8],
      [4, 16],
      [5, 32],
      [6, 60],
      [7, 60],
      [1000, 60],
    ] as const) {
      const [drawn] = await database.sql(
        `
        select min(seconds)::float as least, max(seconds)::float as most, avg(seconds)::float as mean
        from (select extract(epoch from private.retry_delay($1::integer)) as seconds from generate_series(1, 1000)) as delays`,
        [attempt],
      );
      expect(drawn!.least, `attempt ${attempt}`).toBeGreaterThanOrEqual(0);
      expect(drawn!.least).toBeLessThan(bound * 0.1);
      expect(drawn!.most).toBeLessThanOrEqual(bound);
      expect(drawn!.most).toBeGreaterThan(bound * 0.9);
      expect(Math.abs(drawn!.mean - bound / 2)).toBeLessThan(bound * 0.06);
    }
  });

  it("is never shorter than the other side asked for", async () => {
    const [drawn] = await database.sql(
      "select min(private.retry_delay(1, interval '9 minutes')) = '9 minutes' as asked from generate_series(1, 100)",
    );
    expect(drawn).toEqual({ asked: true });
  });
});

describe("a failed attempt that a retry can mend", () => {
  it("queues the job again after a wait, and the document stays under way", async () => {
    const id = await upload(database, user);
    await failNext(database, "ocr", BUSY);
    const job = await jobOf(database, id, "ocr");
    expect(job).toMatchObject({ state: "queued", attempts: 1, token: null, lease: null, last_error: BUSY });
    expect(job.run_after - job.updated_at).toBeLessThanOrEqual(2000);
    expect(await statusOf(database, id)).toBe("processing");
    const [event] = await database.sql("select message, data from public.document_events where kind = 'retrying'");
    expect(event).toEqual({ message: BUSY.message, data: { attempt: 1, code: BUSY.code } });
  });

  it("waits as long as Retry-After says, and is not dispatched before", async () => {
    const id = await upload(database, user);
    await failNext(database, "ocr", { ...BUSY, retry_after_ms: 90_000 });
    const job = await jobOf(database, id, "ocr");
    expect(job.run_after - job.updated_at).toBeGreaterThanOrEqual(89_000);
    expect(job.last_error).toEqual(BUSY);
    await sweep(database);
    expect(await database.invocations()).toHaveLength(1);
    await expire(database, job.id);
    await sweep(database);
    expect(await claim(database, "ocr")).toMatchObject({ attempt: 2 });
  });

  it("ends after max_attempts: the job is dead, and the document failed with stage, code, message and attempt", async () => {
    await database.sql("update private.stages set max_attempts = 3");
    const id = await upload(database, user);
    expect(await failForGood(database, "ocr")).toBe(3);
    const [document] = await database.sql("select status, error from public.documents");
    expect(document).toEqual({
      status: "failed",
      error: { stage: "ocr", code: BUSY.code, message: BUSY.message, attempt: 3, retryable: true },
    });
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "dead", attempts: 3, last_error: BUSY });
    expect(await events(database, id)).toEqual([
      "upload completed",
      "ocr started",
      "ocr retrying",
      "ocr started",
      "ocr retrying",
      "ocr started",
      "ocr failed",
    ]);
    await sweep(database);
    expect(await database.invocations()).toHaveLength(3);
  });

  it("of describing fails the document in metadata, and its text stays", async () => {
    const id = await readDocument(database, user);
    expect(await failForGood(database, "metadata")).toBe(5);
    const [document] = await database.sql(
      "select status, error ->> 'stage' as stage, raw_text from public.documents join public.ocr_results on document_id = id",
    );
    expect(document).toEqual({ status: "failed", stage: "metadata", raw_text: INVOICE });
    expect(await statusOf(database, id)).toBe("failed");
  });
});

describe("a failed attempt that no retry mends", () => {
  it("ends the job at once", async () => {
    const id = await upload(database, user);
    expect(await failForGood(database, "ocr", BROKEN)).toBe(1);
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "dead", attempts: 1, last_error: BROKEN });
    expect(await database.sql("select error from public.documents")).toEqual([
      { error: { stage: "ocr", ...BROKEN, attempt: 1 } },
    ]);
  });

  it("frees its slot for the next job", async () => {
    await database.sql("update private.stages set in_flight_limit = 1");
    await upload(database, user);
    const next = await upload(database, user);
    await failNext(database, "ocr", BROKEN);
    expect(await claim(database, "ocr")).toMatchObject({ document: { id: next } });
  });
});

describe("a yield", () => {
  it("costs no attempt, however often, and the job is given out again at once", async () => {
    await database.sql("update private.stages set max_attempts = 2");
    await upload(database, user);
    for (let page = 1; page <= 6; page += 1) {
      const claimed = await claim(database, "ocr");
      expect(claimed.attempt).toBe(1);
      await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(page)], page_count: 7 });
      await database.rpc("yield_job", held(claimed));
    }
    expect(await claim(database, "ocr")).toMatchObject({ attempt: 1, pages_read: [1, 2, 3, 4, 5, 6] });
  });

  it("keeps the attempts that failed before it", async () => {
    const id = await upload(database, user);
    await expire(database, await failNext(database, "ocr", BUSY));
    await sweep(database);
    const claimed = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 2 });
    await database.rpc("yield_job", held(claimed));
    expect(await jobOf(database, id, "ocr")).toMatchObject({ attempts: 1 });
  });

  it("without progress is an attempt like any other, so that it comes to an end", async () => {
    await database.sql("update private.stages set max_attempts = 3");
    const id = await upload(database, user);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const claimed = await claim(database, "ocr");
      expect(claimed.attempt).toBe(attempt);
      await database.rpc("yield_job", held(claimed));
    }
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "dead", attempts: 3 });
    expect(
      await database.sql("select status, error ->> 'code' as code from public.documents where id = $1", [id]),
    ).toEqual([{ status: "failed", code: "worker_lost" }]);
  });

  it("goes behind the others", async () => {
    await database.sql("update private.stages set in_flight_limit = 1");
    await upload(database, user);
    const waiting = await upload(database, await database.user());
    await database.rpc("yield_job", held(await claim(database, "ocr")));
    expect(await claim(database, "ocr")).toMatchObject({ document: { id: waiting } });
  });
});

describe("a worker that falls silent", () => {
  it("does not keep the sweep from the other rows, even when its row cannot be mended", async () => {
    const stuck = await upload(database, user);
    const claimed = await claim(database, "ocr");
    const other = await upload(database, user);
    const fine = await claim(database, "ocr");
    // Put by hand where no failure leads from.
    await database.sql("update private.jobs set max_attempts = 1, suspect = true, heard_at = now()");
    await database.sql("alter table public.documents disable trigger user");
    await database.sql("update public.documents set status = 'completed', display_name = 'x' where id = $1", [stuck]);
    await database.sql("alter table public.documents enable trigger user");
    await expire(database, claimed.job_id);
    await expire(database, fine.job_id);
    await sweep(database);
    expect(await statusOf(database, other)).toBe("failed");
    expect(await statusOf(database, stuck)).toBe("completed");
  });
});
