// Stages are rows of private.stages: two that nobody has written code for go through everything that the queue does.
import { describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { STAGES } from "../../supabase/functions/_shared/stages.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  BROKEN,
  BUSY,
  claim,
  claimInvocation,
  complete,
  describeAs,
  events,
  expire,
  held,
  INVOICE,
  jobOf,
  read,
  statusOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
const server = withDatabase((made) => ({ database, user } = made));

/** A stage beside the pipeline: what becomes of its jobs does not show in the document's status. */
const LABEL_STAGE = `
  insert into private.stages (stage, position, label, function_name, suspects_function_name, in_flight_limit, lease, max_attempts, retry_base, retry_ceiling, excused_codes, throttling_codes)
  values ('weigh', 90, 'Weighing', 'weigh', 'weigh-alone', 2, '40 seconds', 3, '10 minutes', '20 minutes', '{scales_busy}', '{scales_busy}')`;

/** A stage between reading and describing, with a status of its own. */
const LINKED_STAGE = `
  insert into private.stages (stage, position, label, function_name, waits_as, runs_as, done_as, fails_as, claim_includes)
  values ('proofread', 91, 'Proofreading', 'proofread', 'proofreading', 'proofreading', 'ocr_complete', 'failed', '{einvoice}');
  update private.stages set done_as = 'proofreading' where stage = 'ocr'`;

const queue = (id: string, stage = "weigh"): Promise<unknown> =>
  database.sql("select private.queue_job($1, id, user_id) from public.documents where id = $2", [stage, id]);

const newest = async (name: string): Promise<Claim | null> => {
  const invocation = (await database.invocations()).filter((sent) => sent.function === name).at(-1);
  return invocation ? await claimInvocation(database, invocation) : null;
};

const finish = (claimed: Claim, take_next = false): Promise<{ next: Claim | null }> =>
  database.rpc("complete_job", { ...held(claimed), message: "Weighed.", data: { grams: 5 }, take_next });

const fail = (claimed: Claim, error: Record<string, unknown>): Promise<unknown> =>
  database.rpc("fail_job", { ...held(claimed), error });

describe("a stage that leaves the document's status alone", () => {
  it("is queued, dispatched, claimed and completed", async () => {
    await database.sql(LABEL_STAGE);
    const id = await complete(database, user);
    await queue(id);
    const claimed = (await newest("weigh"))!;
    expect(claimed).toMatchObject({ stage: "weigh", attempt: 1, document: { id } });
    expect(claimed).not.toHaveProperty("known_tags");
    expect((await jobOf(database, id, "weigh")).lease_expires_at - Date.now()).toBeGreaterThan(30_000);
    expect(await finish(claimed)).toEqual({ next: null });
    expect(await statusOf(database, id)).toBe("completed");
    expect((await events(database, id)).slice(-2)).toEqual(["weigh started", "weigh completed"]);
    expect(await jobOf(database, id, "weigh")).toMatchObject({ state: "done" });
    await expect(finish(claimed)).rejects.toMatchObject({ hint: "lease_lost" });
  });

  it("hands its slot to the next job of the stage, and to no other", async () => {
    await database.sql(LABEL_STAGE);
    await database.sql("update private.stages set in_flight_limit = 1 where stage = 'weigh'");
    const [first, second] = [await complete(database, user), await complete(database, user)];
    await queue(first);
    await queue(second);
    const { next } = await finish((await newest("weigh"))!, true);
    expect(next).toMatchObject({ stage: "weigh", document: { id: second } });
  });

  it("waits for its retry as its own row says, dies after its own attempts, and the document stays completed", async () => {
    await database.sql(LABEL_STAGE);
    const id = await complete(database, user);
    await queue(id);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await fail((await newest("weigh"))!, BUSY);
      const job = await jobOf(database, id, "weigh");
      waits.push(job.run_after - job.updated_at);
      await expire(database, job.id);
      await sweep(database);
    }
    expect(waits[0]).toBeLessThanOrEqual(600_000);
    expect(waits[1]).toBeLessThanOrEqual(1_200_000);
    // The pipeline's own stages would wait for 2 and 4 seconds at most.
    expect(Math.max(waits[0]!, waits[1]!)).toBeGreaterThan(6_000);
    expect(await jobOf(database, id, "weigh")).toMatchObject({ state: "dead", attempts: 3, last_error: BUSY });
    expect(await database.sql("select status, error from public.documents")).toEqual([
      { status: "completed", error: null },
    ]);
    expect((await events(database, id)).at(-1)).toBe("weigh failed");
  });

  it("excuses and throttles by the codes of its row", async () => {
    await database.sql(LABEL_STAGE);
    const id = await complete(database, user);
    await queue(id);
    await fail((await newest("weigh"))!, { code: "scales_busy", message: "The scales are busy.", retryable: true });
    expect(await jobOf(database, id, "weigh")).toMatchObject({ state: "queued", attempts: 0, excused: 1 });
    expect(await database.sql("select throttled_to from private.stages where stage = 'weigh'")).toEqual([
      { throttled_to: 1 },
    ]);
  });

  it("is revived when it is dead, whatever became of the document meanwhile", async () => {
    await database.sql(LABEL_STAGE);
    const id = await complete(database, user);
    await queue(id);
    await fail((await newest("weigh"))!, BROKEN);
    await database.sql("select private.revive_job($1)", [(await jobOf(database, id, "weigh")).id]);
    await finish((await newest("weigh"))!);
    expect(await statusOf(database, id)).toBe("completed");
  });

  it("is not revived beside another job that does the same", async () => {
    await database.sql(LABEL_STAGE);
    const id = await complete(database, user);
    await queue(id);
    await fail((await newest("weigh"))!, BROKEN);
    const dead = await jobOf(database, id, "weigh");
    await queue(id);
    await expect(database.sql("select private.revive_job($1)", [dead.id])).rejects.toMatchObject({
      hint: "not_allowed_now",
    });
  });

  it("keeps its dead job when the owner retries a document that failed elsewhere", async () => {
    await database.sql(LABEL_STAGE);
    const id = await upload(database, user);
    await queue(id);
    await fail((await newest("weigh"))!, BROKEN);
    await fail(await claim(database, "ocr"), BROKEN);
    await database.rpc("retry_document", { document_id: id });
    expect(await jobOf(database, id, "weigh")).toMatchObject({ state: "dead" });
    expect(await statusOf(database, id)).toBe("processing");
    await database.sql("delete from public.documents where id = $1", [id]);
    expect(await database.sql("select from private.jobs where stage = 'weigh'")).toEqual([]);
  });

  it("is given out again by the sweep, and alone after its worker died", async () => {
    await database.sql(LABEL_STAGE);
    const id = await complete(database, user);
    await queue(id);
    const lost = (await newest("weigh"))!;
    await expire(database, lost.job_id);
    await sweep(database);
    const alone = (await newest("weigh-alone"))!;
    expect(alone).toMatchObject({ stage: "weigh", alone: true, document: { id } });
    await expect(finish(lost)).rejects.toMatchObject({ hint: "lease_lost" });
    await database.rpc("heartbeat", held(alone));
    await finish(alone);
    expect(await statusOf(database, id)).toBe("completed");
  });

  it("yields, and shows in the health report", async () => {
    await database.sql(LABEL_STAGE);
    const id = await complete(database, user);
    await queue(id);
    await database.rpc("yield_job", held((await newest("weigh"))!));
    const health = await database.rpc("pipeline_health", {});
    expect(health.stages.weigh).toMatchObject({ in_flight: 1, limit: 2, suspects_function: "weigh-alone" });
    await database.sql("update private.stages set in_flight_limit = 0 where stage = 'weigh'");
    await finish((await newest("weigh"))!);
    await queue(id);
    expect((await database.rpc("pipeline_health", {})).stuck).toContain(
      "The stage weigh is stopped with jobs queued. Raise in_flight_limit in private.stages.",
    );
  });

  it("outlives its document where its row says so", async () => {
    await database.sql(LABEL_STAGE);
    await database.sql("update private.stages set outlives_document = true where stage = 'weigh'");
    const id = await complete(database, user);
    await queue(id);
    await database.sql("delete from public.documents where id = $1", [id]);
    const claimed = (await newest("weigh"))!;
    expect(claimed).toMatchObject({ stage: "weigh", document: null });
    await finish(claimed);
    expect(await jobOf(database, id, "weigh")).toMatchObject({ state: "done" });
  });
});

describe("a stage with a status of its own", () => {
  /** A database whose documents are proofread; the invocations of its own. */
  async function proofreading(): Promise<void> {
    database = await server.database({ own: true });
    user = await database.user();
    await database.sql("alter type public.document_status add value 'proofreading'");
    await database.sql(LINKED_STAGE);
  }

  it("follows reading, and describing follows it", async () => {
    await proofreading();
    const id = await upload(database, user);
    await read(database, await claim(database, "ocr"), INVOICE);
    expect(await statusOf(database, id)).toBe("proofreading");
    const claimed = (await newest("proofread"))!;
    expect(claimed).toMatchObject({ stage: "proofread", einvoice: null, document: { id } });
    await finish(claimed);
    expect(await statusOf(database, id)).toBe("ocr_complete");
    await describeAs(database, await claim(database, "metadata"));
    expect(await statusOf(database, id)).toBe("completed");
  });

  it("fails its document, which is retried at this stage, and its dead job can be revived", async () => {
    await proofreading();
    const id = await upload(database, user);
    await read(database, await claim(database, "ocr"), INVOICE);
    await fail((await newest("proofread"))!, BROKEN);
    expect(await database.sql("select status, error ->> 'stage' as stage from public.documents")).toEqual([
      { status: "failed", stage: "proofread" },
    ]);
    await database.sql("select private.revive_job($1)", [(await jobOf(database, id, "proofread")).id]);
    expect(await statusOf(database, id)).toBe("proofreading");
    await fail((await newest("proofread"))!, BROKEN);
    expect(await database.rpc("retry_document", { document_id: id })).toBe("proofreading");
    await finish((await newest("proofread"))!);
    expect(await statusOf(database, id)).toBe("ocr_complete");
  });
});

describe("what the stages share", () => {
  it("says the same in the database and in the functions", async () => {
    const rows = await database.sql(
      "select stage, label, function_name, suspects_function_name from private.stages order by position",
    );
    expect(rows).toEqual(
      Object.entries(STAGES).map(([stage, { label, function: function_name, alone: suspects_function_name }]) => ({
        stage,
        label,
        function_name,
        suspects_function_name,
      })),
    );
  });

  it("refuses a job of a stage that does not exist", async () => {
    const id = await complete(database, user);
    await expect(queue(id, "nothing")).rejects.toThrow("There is no stage nothing");
  });

  it("writes the status of a document in one function", async () => {
    const writers = await database.sql(`
      select pronamespace::regnamespace || '.' || proname as name from pg_proc
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        -- An extraction has a status of its own.
        and regexp_replace(coalesce(prosrc, '') || coalesce(pg_get_function_sqlbody(oid), ''), '(update|insert into) public\\.extractions\\M[^;]*;', '', 'gi')
          ~* '\\mset\\s+([^;]*,\\s*)?\\(?status\\s*[,=]'`);
    expect(writers).toEqual([{ name: "private.set_document_status" }]);
  });

  it("names a stage only where its own work is done", async () => {
    // Each with what it does for that stage alone.
    const OWN_WORK: Record<string, string> = {
      "public.regenerate_metadata": "an owner asks for describing again",
      "public.join_metadata": "follows a describing",
      "public.look_at_describing": "follows a describing",
      "private.request_extractions": "asks for extracting",
      "public.request_extraction": "an owner asks for extracting",
      "public.export_account": "answers with a field of that name",
      "private.queue_extractions": "asks for extracting what waits",
      "private.erase_deleted_documents": "asks for the file to be erased",
      "private.erase_rejected_file": "asks for the file to be erased",
      "private.erase_strays": "asks for files to be erased",
      "private.take_up_again": "waits for the erasure of the file before",
      "private.queue_webhook_line": "asks for messages to be sent",
      "private.queue_webhooks": "asks for messages that wait to be sent",
      "private.send_again": "an owner asks for a message to be sent again",
      "private.disable_webhook": "tells of it in the history",
      "private.deliver_ruled": "reads the action of that name, which sends a document to webhooks",
      "private.rule_parts": "names that action",
      "private.rule_value_error": "checks that action",
      "private.rules_outcome": "decides on that action",
      "private.tell_rules": "tells of that action in the history",
      "public.open_share_link": "answers with a field of that name",
    };
    const named = await database.sql(`
      select distinct pronamespace::regnamespace || '.' || proname as name
      from pg_proc, private.stages
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        and replace(coalesce(prosrc, '') || coalesce(pg_get_function_sqlbody(pg_proc.oid), ''), '-> ''metadata''', '') like '%''' || stage || '''%'
      order by 1`);
    expect(named.map(({ name }) => name)).toEqual(Object.keys(OWN_WORK).sort());
  });
});
