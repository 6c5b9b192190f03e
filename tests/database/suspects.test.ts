// A worker that dies held several jobs, and only one of them may have killed it.
import { beforeEach, describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { extractWaiting } from "../../testing/database/extracting.ts";
import { type Database, type Invocation, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  claimInvocation,
  complete,
  describeAs,
  events,
  expire,
  held,
  jobOf,
  pageOf,
  read,
  readDocument,
  regenerate,
  statusOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  await database.sql("update private.settings set retry_base = '0'");
});

const invocationsTo = async (name: string): Promise<Invocation[]> =>
  (await database.invocations()).filter((invocation) => invocation.function === name);

/** Claims everything that is out in a stage, as a worker does that gets all of its invocations. */
async function claimAll(name: string): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const invocation of await invocationsTo(name)) {
    const claimed = await claimInvocation(database, invocation);
    if (claimed) claims.push(claimed);
  }
  return claims;
}

/** A worker dies with all that it held. */
async function die(...claims: Claim[]): Promise<void> {
  for (const { job_id } of claims) await expire(database, job_id);
  await sweep(database);
}

/** Claims the suspect that is out, as its worker does: it says at once that it has it. */
async function claimAlone(name = "ocr-alone"): Promise<Claim> {
  const claimed = await claimInvocation(database, (await invocationsTo(name)).at(-1)!);
  if (!claimed) throw new Error("No suspect is out.");
  await database.rpc("heartbeat", held(claimed));
  return claimed;
}

/** Lets the wait of a retry be over. */
async function wakeUp(): Promise<void> {
  await database.sql("update private.jobs set run_after = now() - interval '1 second' where run_after is not null");
  await sweep(database);
}

describe("the jobs of a worker that died", () => {
  it("lose no attempt and no page, and go out one at a time to the function for suspects", async () => {
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await upload(database, user));
    const claims = await claimAll("ocr");
    expect(claims).toHaveLength(3);
    await database.rpc("save_pages", { ...held(claims[0]!), pages: [pageOf(1)], page_count: 2 });
    await die(...claims);
    for (const id of ids) expect(await jobOf(database, id, "ocr")).toMatchObject({ suspect: true, attempts: 0 });
    expect(await invocationsTo("ocr-alone")).toHaveLength(1);
    const first = await claimAlone();
    expect(first).toMatchObject({ alone: true, attempt: 1, pages_read: [1], last_error: null });
    await sweep(database);
    expect(await invocationsTo("ocr-alone")).toHaveLength(1);
    await read(database, first);
    expect(await invocationsTo("ocr-alone")).toHaveLength(2);
    expect((await claimAlone()).document!.id).toBe(ids[1]);
  });

  it("tell their owners what happened, and that it costs nothing", async () => {
    const id = await upload(database, user);
    await die(await claim(database, "ocr"));
    const [event] = await database.sql(
      "select kind, message, data from public.document_events where kind = 'retrying'",
    );
    expect(event).toMatchObject({
      message: expect.stringMatching(/worker of its own/),
      data: { attempt: 1, code: "worker_lost", excused: true },
    });
    await read(database, await claimAlone());
    expect(await events(database, id)).toEqual([
      "upload completed",
      "ocr started",
      "ocr retrying",
      "ocr started",
      "ocr progress",
      "ocr completed",
    ]);
  });

  it("all finish but the one that dies alone, which fails with worker_lost after its attempts", async () => {
    await database.sql("update private.stages set max_attempts = 3");
    const poison = await upload(database, user);
    const innocent = [];
    for (let count = 0; count < 3; count += 1) innocent.push(await upload(database, await database.user()));
    await die(...(await claimAll("ocr")));
    let deaths = 0;
    for (let runs = 0; runs < 6; runs += 1) {
      const claimed = await claimAlone();
      if (claimed.document!.id === poison) {
        deaths += 1;
        expect(claimed.attempt).toBe(deaths);
        await die(claimed);
        await wakeUp();
      } else await read(database, claimed);
    }
    expect(deaths).toBe(3);
    for (const id of innocent) {
      expect(await statusOf(database, id)).toBe("ocr_complete");
      expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "done", attempts: 1 });
    }
    const [document] = await database.sql("select status, error from public.documents where id = $1", [poison]);
    expect(document).toMatchObject({
      status: "failed",
      error: { stage: "ocr", code: "worker_lost", attempt: 3, message: expect.stringMatching(/nothing else at hand/) },
    });
  });

  it("leave the slots of the others free, and the others leave theirs", async () => {
    await database.sql("update private.stages set in_flight_limit = 2");
    for (let count = 0; count < 2; count += 1) await upload(database, user);
    await die(...(await claimAll("ocr")));
    const others = [await upload(database, user), await upload(database, user)];
    const claims = await claimAll("ocr");
    expect(claims.map((claimed) => claimed.document!.id).sort()).toEqual(others.sort());
    const [suspect] = await claimAll("ocr-alone");
    expect(suspect).toMatchObject({ alone: true });
    // A worker that has others never gets a suspect handed over, nor the worker of a suspect anything.
    await database.rpc("save_pages", { ...held(suspect!), pages: [pageOf(1)], page_count: 1 });
    const { next } = await database.rpc("complete_reading", {
      ...held(suspect!),
      result: { page_count: 1, processing_ms: 1 },
      take_next: true,
    });
    expect(next).toBeNull();
    await database.rpc("save_pages", { ...held(claims[0]!), pages: [pageOf(1)], page_count: 1 });
    const after = await database.rpc("complete_reading", {
      ...held(claims[0]!),
      result: { page_count: 1, processing_ms: 1 },
      take_next: true,
    });
    expect(after.next).toBeNull();
  });

  it("alternate between users, however many one of them has", async () => {
    await database.sql("update private.stages set in_flight_limit = 6");
    for (let count = 0; count < 4; count += 1) await upload(database, user);
    const other = await database.user();
    const theirs = [await upload(database, other), await upload(database, other)];
    await die(...(await claimAll("ocr")));
    const order = [];
    for (let runs = 0; runs < 6; runs += 1) {
      const claimed = await claimAlone();
      order.push(theirs.includes(claimed.document!.id));
      await read(database, claimed);
    }
    expect(order.slice(0, 4).filter(Boolean)).toHaveLength(2);
  });

  it("of users who ended no worker go before those of one who did", async () => {
    await database.sql("update private.stages set in_flight_limit = 8");
    for (let count = 0; count < 4; count += 1) await upload(database, user);
    const other = await database.user();
    const theirs = [];
    for (let count = 0; count < 3; count += 1) theirs.push(await upload(database, other));
    await die(...(await claimAll("ocr")));
    await die(await claimAlone()); // the user's, which is suspected from now on
    await wakeUp();
    for (let runs = 0; runs < 3; runs += 1) {
      const claimed = await claimAlone();
      expect(theirs).toContain(claimed.document!.id);
      await read(database, claimed);
    }
    expect((await claimAlone()).document!.user_id).toBe(user);
  });

  it("of users who ended no worker are found behind a hundred of one who did", async () => {
    for (let count = 0; count < 2; count += 1) await upload(database, user);
    await die(...(await claimAll("ocr")));
    await die(await claimAlone());
    const other = await database.user();
    const id = await upload(database, other);
    await die(...(await claimAll("ocr")));
    await database.sql(
      `insert into private.jobs (document_id, user_id, stage, suspect, queue_position, max_attempts)
       select gen_random_uuid(), $1, 'ocr', true, -1000 + n, 5 from generate_series(1, 150) as n`,
      [user],
    );
    const [next] = await database.sql("select document_id from private.next_due('ocr', true, 1)");
    const [out] = await database.sql(
      "select document_id from private.jobs where suspect and state in ('dispatched', 'running') and document_id = $1",
      [id],
    );
    expect(next?.document_id === id || out !== undefined).toBe(true);
  });

  it("of a user whose jobs die alone again and again let others' by in between", async () => {
    await database.sql("update private.stages set in_flight_limit = 8");
    for (let count = 0; count < 3; count += 1) await upload(database, user);
    const other = await database.user();
    const theirs = [];
    for (let count = 0; count < 5; count += 1) theirs.push(await upload(database, other));
    await die(...(await claimAll("ocr")));
    let deaths = 0;
    while ((await Promise.all(theirs.map((id) => statusOf(database, id)))).includes("processing")) {
      const claimed = await claimAlone();
      if (theirs.includes(claimed.document!.id)) await read(database, claimed);
      else {
        deaths += 1;
        await die(claimed);
        await wakeUp();
      }
    }
    expect(deaths).toBeLessThanOrEqual(5);
  });

  it("stay suspects while they yield and fail, until they end", async () => {
    const id = await upload(database, user);
    await die(await claim(database, "ocr"));
    let claimed = await claimAlone();
    await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 3 });
    await database.rpc("yield_job", held(claimed));
    claimed = await claimAlone();
    expect(claimed).toMatchObject({ attempt: 1, pages_read: [1] });
    await database.rpc("fail_job", {
      ...held(claimed),
      error: { code: "storage_unavailable", message: "x", retryable: true },
    });
    await wakeUp();
    await read(database, await claimAlone());
    expect(await jobOf(database, id, "metadata")).toMatchObject({ suspect: false });
  });

  it("are suspects in describing too, and a regeneration with them", async () => {
    const id = await complete(database, user);
    const claimed = await regenerate(database, id);
    await readDocument(database, user);
    const other = await claim(database, "metadata");
    await die(claimed, other);
    expect(await jobOf(database, id, "metadata")).toMatchObject({ suspect: true, attempts: 0 });
    await describeAs(database, await claimAlone("metadata-alone"));
    await describeAs(database, await claimAlone("metadata-alone"));
    expect(await statusOf(database, id)).toBe("completed");
  });

  it("are suspects in extracting too: the table of one document does not take others' along", async () => {
    await database.asUser(
      user,
      `insert into public.extraction_schemas (name, document_types, fields)
       values ('Invoices', '{invoice}', '{"type": "object", "properties": {"total": {"type": "object", "format": "money", "labels": ["Total"]}}}')`,
    );
    const [guilty, innocent] = [await complete(database, user), await complete(database, user)];
    await die(...(await claimAll("extract")));
    for (const id of [guilty, innocent])
      expect(await jobOf(database, id, "extract")).toMatchObject({ suspect: true, attempts: 0 });
    // One at a time: the next one goes out when this one has ended its worker.
    expect(await invocationsTo("extract-alone")).toHaveLength(1);
    await die(await claimAlone("extract-alone"));
    expect(await jobOf(database, guilty, "extract")).toMatchObject({ suspect: true, attempts: 1 });
    await wakeUp();
    await extractWaiting(database);
    expect(await database.sql("select status from public.extractions")).toEqual(
      [guilty, innocent].map(() => ({ status: "completed" })),
    );
    expect(await statusOf(database, guilty)).toBe("completed");
  });

  it("are suspects in drawing too: the picture of one document does not take others' along", async () => {
    const [guilty, innocent] = [await complete(database, user), await complete(database, user)];
    await die(...(await claimAll("thumbnail")));
    for (const id of [guilty, innocent])
      expect(await jobOf(database, id, "thumbnail")).toMatchObject({ suspect: true, attempts: 0 });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const alone = await claimAlone("thumbnail-alone");
      if (alone.document!.id === guilty) await die(alone);
      else await database.rpc("complete_thumbnail", { ...held(alone), drawn: true });
      await wakeUp();
    }
    await die(await claimAlone("thumbnail-alone"));
    expect(await jobOf(database, guilty, "thumbnail")).toMatchObject({ state: "dead", attempts: 3 });
    expect(await jobOf(database, innocent, "thumbnail")).toMatchObject({ state: "done" });
    expect(await statusOf(database, guilty)).toBe("completed");
  });

  it("are no suspects where no job can end a worker: an erasure waits, and loses no attempt", async () => {
    await upload(database, user);
    await database.asUser(user, "delete from public.documents");
    await die(await claim(database, "upload"));
    const [job] = await database.sql("select * from private.jobs where stage = 'erase'");
    expect(job).toMatchObject({ suspect: false, attempts: 0, excused: 1, lease: null });
  });
});

describe("a suspect", () => {
  it("that read its file alone waits for the OCR engine among the others, without an attempt less, once", async () => {
    const id = await upload(database, user);
    await upload(database, user);
    await die(...(await claimAll("ocr")));
    const claimed = await claimAlone();
    expect(claimed.document!.id).toBe(id);
    await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 2 });
    await database.rpc("clear_suspect", held(claimed));
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "dispatched", suspect: false, attempts: 0 });
    // The slot is free for the next one.
    expect((await claimAlone()).document!.id).not.toBe(id);
    const again = (await claimAll("ocr")).at(-1)!;
    expect(again).toMatchObject({ document: { id }, alone: false, pages_read: [1], payload: { cleared: true } });
    await expect(database.rpc("clear_suspect", held(again))).rejects.toThrow(/Only a suspect/);
    // It ended another worker: from now on it runs alone to its end.
    await die(again);
    expect(await jobOf(database, id, "ocr")).toMatchObject({ suspect: true, attempts: 0 });
  });

  it("that was cleared stays so when another job of its user ends a worker", async () => {
    const id = await upload(database, user);
    await die(await claim(database, "ocr"));
    const claimed = await claimAlone();
    await database.sql("update private.stages set in_flight_limit = 0 where stage = 'ocr'");
    await database.rpc("clear_suspect", held(claimed));
    await database.sql("select private.suspect_user($1, 'ocr')", [user]);
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "queued", suspect: false });
  });

  it("is not charged when its worker never said that it got it", async () => {
    const id = await upload(database, user);
    await die(await claim(database, "ocr"));
    await die(...(await claimAll("ocr-alone")));
    expect(await jobOf(database, id, "ocr")).toMatchObject({ suspect: true, attempts: 0, excused: 2 });
    await wakeUp();
    await read(database, await claimAlone());
    expect(await statusOf(database, id)).toBe("ocr_complete");
  });

  it("comes to an end even if its worker never says so", async () => {
    const id = await upload(database, user);
    await die(await claim(database, "ocr"));
    for (let runs = 0; runs < 40 && (await statusOf(database, id)) === "processing"; runs += 1) {
      await die(...(await claimAll("ocr-alone")));
      await wakeUp();
    }
    expect(await statusOf(database, id)).toBe("failed");
  });

  it("runs alone from the start when its owner retries a document that ended workers", async () => {
    await database.sql("update private.stages set max_attempts = 1");
    const id = await upload(database, user);
    await die(await claim(database, "ocr"));
    await die(await claimAlone());
    expect(await statusOf(database, id)).toBe("failed");
    await database.rpc("retry_document", { document_id: id });
    expect(await claimAlone()).toMatchObject({ document: { id }, attempt: 1 });
  });

  it("waits like every job while its stage is stopped", async () => {
    await upload(database, user);
    const claimed = await claim(database, "ocr");
    await database.sql("update private.stages set in_flight_limit = 0");
    await die(claimed);
    expect(await invocationsTo("ocr-alone")).toEqual([]);
  });
});

describe("a user whose job ended a worker that held nothing else", () => {
  const isSuspect = async (id: string): Promise<boolean> => (await jobOf(database, id, "ocr")).suspect;
  async function endOneAlone(): Promise<void> {
    await upload(database, user);
    await die(await claim(database, "ocr"));
    await die(await claimAlone());
  }

  it("has what is queued and what comes next run alone, and others do not", async () => {
    await database.sql("update private.stages set in_flight_limit = 1 where stage = 'ocr'");
    const other = await database.user();
    await upload(database, user);
    const first = await claim(database, "ocr");
    const queued = await upload(database, user);
    const theirs = await upload(database, other);
    await die(first);
    expect(await isSuspect(queued)).toBe(false);
    await die(await claimAlone());
    const next = await upload(database, user);
    const [out] = await database.sql("select document_id from private.jobs where state = 'dispatched' and not suspect");
    // What was given out before is left where it is.
    if (out?.document_id !== queued) expect(await isSuspect(queued)).toBe(true);
    expect(await isSuspect(next)).toBe(true);
    expect(await isSuspect(theirs)).toBe(false);
    expect(await isSuspect(await upload(database, other))).toBe(false);
  });

  it("is trusted again after the time in the settings", async () => {
    await endOneAlone();
    expect(await isSuspect(await upload(database, user))).toBe(true);
    await database.sql("update private.suspected_users set until = now() - interval '1 second'");
    expect(await isSuspect(await upload(database, user))).toBe(false);
  });

  it("is suspected in that stage alone, and not for a worker that never said that it had the job", async () => {
    await upload(database, user);
    await die(await claim(database, "ocr"));
    await die(...(await claimAll("ocr-alone")));
    expect(await isSuspect(await upload(database, user))).toBe(false);
    await database.sql("delete from private.jobs");
    await endOneAlone();
    const stages = await database.sql("select stage from private.suspected_users where user_id = $1", [user]);
    expect(stages).toEqual([{ stage: "ocr" }]);
  });
});

describe("an attempt that the OCR engine ended", () => {
  it.each(["ocr_engine_busy", "ocr_engine_unavailable"])("by %s is given back, ten times", async (code) => {
    const id = await upload(database, user);
    const error = { code, message: "x", retryable: true };
    for (let failures = 1; failures <= 11; failures += 1) {
      await database.rpc("fail_job", { ...held(await claim(database, "ocr")), error });
      expect(await jobOf(database, id, "ocr")).toMatchObject({
        attempts: failures <= 10 ? 0 : 1,
        excused: Math.min(failures, 10),
      });
      await wakeUp();
    }
  });

  it("by what it found in the file is charged", async () => {
    const id = await upload(database, user);
    const error = { code: "ocr_timeout", message: "x", retryable: true };
    await database.rpc("fail_job", { ...held(await claim(database, "ocr")), error });
    expect(await jobOf(database, id, "ocr")).toMatchObject({ attempts: 1, excused: 0 });
  });
});

describe("a claim whose answer got lost", () => {
  it("is answered again to the worker that named the lease, and to nobody else", async () => {
    const id = await upload(database, user);
    const { job_id, token, function: function_name } = (await invocationsTo("ocr")).at(-1)!;
    const lease = "11111111-1111-4111-8111-111111111111";
    const first = await database.rpc("claim_job", { job_id, token, function_name, lease });
    expect(await database.rpc("claim_job", { job_id, token, function_name, lease })).toEqual(first);
    expect(await database.rpc("claim_job", { job_id, token, function_name })).toBeNull();
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "running", attempts: 1, lease });
    expect((await events(database, id)).filter((event) => event === "ocr started")).toHaveLength(1);
  });
});

describe("a worker that does not speak", () => {
  const claimAs = async (worker: string, invocation: Invocation): Promise<Claim | null> =>
    database.rpc("claim_job", {
      job_id: invocation.job_id,
      token: invocation.token,
      function_name: invocation.function,
      worker,
    });
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()] as const;
  const invocationOf = async (documentId: string): Promise<Invocation> => {
    const { id } = await jobOf(database, documentId, "ocr");
    return (await invocationsTo("ocr")).find((invocation) => invocation.job_id === id)!;
  };
  const beSilent = () =>
    database.sql(
      "update private.jobs set claimed_at = claimed_at - interval '9 s', heard_at = heard_at - interval '9 s'",
    );

  it("is probed, and gone when another one gets the probe: its job need not wait for its lease to run out", async () => {
    const id = await upload(database, user);
    const claimed = await claimAs(first, (await invocationsTo("ocr")).at(-1)!);
    await sweep(database);
    expect(await invocationsTo("ocr")).toHaveLength(1);
    await beSilent();
    await sweep(database);
    const probe = (await invocationsTo("ocr")).at(-1)!;
    expect(probe.job_id).toBe(claimed!.job_id);
    expect(await claimAs(first, probe)).toBeNull();
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "running", lease: claimed!.lease });
    expect(await claimAs(second, probe)).toBeNull();
    expect(await jobOf(database, id, "ocr")).toMatchObject({ suspect: true, attempts: 0 });
    expect(await claimAlone()).toMatchObject({ document: { id } });
  });

  it("is gone as soon as another one of its function claims any job", async () => {
    const id = await upload(database, user);
    await claimAs(first, (await invocationsTo("ocr")).at(-1)!);
    await beSilent();
    const other = await upload(database, await database.user());
    const invocation = await invocationOf(other);
    const lease = crypto.randomUUID();
    const claims = await database.rpc("claim_jobs", {
      function_name: "ocr",
      invocations: [{ job_id: invocation.job_id, token: invocation.token, lease, worker: second }],
    });
    expect(claims).toHaveProperty(lease);
    expect(await jobOf(database, id, "ocr")).toMatchObject({ suspect: true, attempts: 0 });
    expect(await jobOf(database, other, "ocr")).toMatchObject({ state: "running", suspect: false });
  });

  it("is not gone when it is the one that claims, or when the claim comes from another function", async () => {
    const id = await upload(database, user);
    const claimed = await claimAs(first, (await invocationsTo("ocr")).at(-1)!);
    await beSilent();
    const other = await upload(database, await database.user());
    const invocation = await invocationOf(other);
    const one = { job_id: invocation.job_id, token: invocation.token, lease: crypto.randomUUID() };
    await database.rpc("claim_jobs", { function_name: "metadata", invocations: [{ ...one, worker: second }] });
    await database.rpc("claim_jobs", { function_name: "ocr", invocations: [{ ...one, worker: first }] });
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "running", lease: claimed!.lease });
  });

  it("is probed as soon as anybody queues a job, and not twice within 2 seconds", async () => {
    await upload(database, user);
    const claimed = await claimAs(first, (await invocationsTo("ocr")).at(-1)!);
    const probes = async () =>
      (await invocationsTo("ocr")).filter((invocation) => invocation.job_id === claimed!.job_id).length - 1;
    await upload(database, user);
    expect(await probes()).toBe(0);
    await beSilent();
    await upload(database, user);
    expect(await probes()).toBe(1);
    await upload(database, user);
    expect(await probes()).toBe(1);
    await database.sql("update private.jobs set probed_at = probed_at - interval '3 s'");
    await upload(database, user);
    expect(await probes()).toBe(2);
  });

  it("is probed even when its jobs hold every slot", async () => {
    await database.sql("update private.stages set in_flight_limit = 1");
    await upload(database, user);
    const claimed = await claimAs(first, (await invocationsTo("ocr")).at(-1)!);
    await beSilent();
    await upload(database, await database.user());
    expect((await invocationsTo("ocr")).at(-1)!.job_id).toBe(claimed!.job_id);
    expect(await invocationsTo("ocr")).toHaveLength(2);
  });

  it("is not gone when it has spoken meanwhile, whoever gets the probe", async () => {
    const id = await upload(database, user);
    const claimed = await claimAs(first, (await invocationsTo("ocr")).at(-1)!);
    await beSilent();
    await sweep(database);
    await database.rpc("heartbeat", held(claimed!));
    await claimAs(second, (await invocationsTo("ocr")).at(-1)!);
    expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "running", lease: claimed!.lease });
  });

  it("is asked in the function for suspects when it has one, which is charged", async () => {
    const id = await upload(database, user);
    await die(await claim(database, "ocr"));
    const claimed = await claimAs(first, (await invocationsTo("ocr-alone")).at(-1)!);
    await database.rpc("heartbeat", held(claimed!));
    await beSilent();
    await sweep(database);
    await claimAs(second, (await invocationsTo("ocr-alone")).at(-1)!);
    expect(await jobOf(database, id, "ocr")).toMatchObject({ attempts: 1, last_error: { code: "worker_lost" } });
  });
});
