import { describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { callOf, type Database, type Invocation, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  claimInvocation,
  describeAs,
  events,
  expire,
  held,
  jobOf,
  METADATA,
  pageOf,
  read,
  readDocument,
  statusOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";
import { waitFor } from "../../testing/waiting.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const lastInvocation = async (): Promise<Invocation> => (await database.invocations()).at(-1)!;

/** All that a worker's call could change. */
const everything = (): Promise<unknown[]> =>
  Promise.all(
    [
      "private.jobs",
      "public.documents",
      "public.document_pages",
      "public.ocr_results",
      "public.document_events",
      "public.metadata_runs",
      "public.usage_months",
      "net.http_request_queue",
    ].map((table) => database.sql(`select * from ${table} as kept order by kept::text`)),
  );

describe("claim_job", () => {
  it("takes a token once, and tells the worker what to do", async () => {
    const id = await upload(database, user);
    const invocation = await lastInvocation();
    const [document] = await database.sql("select * from public.documents");
    expect(await claimInvocation(database, invocation)).toEqual({
      job_id: invocation.job_id,
      lease: expect.any(String),
      stage: "ocr",
      attempt: 1,
      payload: {},
      last_attempt: false,
      last_error: null,
      alone: false,
      pages_read: [],
      document: {
        id,
        user_id: user,
        filename: "scan.pdf",
        storage_path: document!.storage_path,
        mime_type: "application/pdf",
        byte_size: 1000,
        content_sha256: document!.content_sha256,
        page_count: null,
        unreadable_pages: 0,
      },
    });
    expect(await claimInvocation(database, invocation)).toBeNull();
    expect(await events(database, id)).toEqual(["upload completed", "ocr started"]);
  });

  it("refuses a token that was never given, or is another job's", async () => {
    await upload(database, user);
    await upload(database, user);
    const [first, second] = await database.invocations();
    const before = await everything();
    expect(await claimInvocation(database, { ...first!, token: "00000000-0000-0000-0000-000000000000" })).toBeNull();
    expect(await claimInvocation(database, { ...first!, token: second!.token })).toBeNull();
    expect(await claimInvocation(database, { ...first!, job_id: "00000000-0000-0000-0000-000000000000" })).toBeNull();
    expect(await everything()).toEqual(before);
  });

  it("refuses the token of an invocation that was sent again since", async () => {
    await upload(database, user);
    const late = await lastInvocation();
    await expire(database, late.job_id);
    await sweep(database);
    expect(await claimInvocation(database, late)).toBeNull();
    expect(await claimInvocation(database, await lastInvocation())).toMatchObject({ attempt: 1 });
  });

  it("refuses the token of a document that was deleted", async () => {
    await upload(database, user);
    const invocation = await lastInvocation();
    await database.sql("delete from public.documents");
    expect(await claimInvocation(database, invocation)).toBeNull();
  });

  it("refuses the token at a function that it was not made for", async () => {
    const id = await upload(database, user);
    const forOcr = await lastInvocation();
    const before = await everything();
    for (const name of ["metadata", "upload", "", "OCR"])
      expect(await claimInvocation(database, { ...forOcr, function: name })).toBeNull();
    expect(await everything(), "nothing is used up").toEqual(before);
    await read(database, (await claimInvocation(database, forOcr))!);
    const forMetadata = await lastInvocation();
    expect(await claimInvocation(database, { ...forMetadata, function: "ocr" })).toBeNull();
    expect(await claimInvocation(database, forMetadata)).toMatchObject({ stage: "metadata", document: { id } });
  });

  it("answers the same claim again when its answer got lost, and no other", async () => {
    await upload(database, user);
    const { job_id, token, function: function_name } = await lastInvocation();
    const lease = crypto.randomUUID();
    const claimed = await database.rpc("claim_job", { job_id, token, function_name, lease });
    expect(claimed).toMatchObject({ lease, attempt: 1 });
    const before = await everything();
    expect(await database.rpc("claim_job", { job_id, token, function_name, lease })).toEqual(claimed);
    expect(await database.rpc("claim_job", { job_id, token, function_name, lease: crypto.randomUUID() })).toBeNull();
    expect(await everything()).toEqual(before);
  });

  it("takes many at once, and gives each caller its own", async () => {
    await upload(database, user);
    await upload(database, await database.user());
    const invocations = (await database.invocations()).map(({ job_id, token }) => ({
      job_id,
      token,
      lease: crypto.randomUUID() as string,
    }));
    const forged = { ...invocations[0]!, token: crypto.randomUUID(), lease: crypto.randomUUID() };
    const claims = await database.rpc("claim_jobs", { function_name: "ocr", invocations: [forged, ...invocations] });
    expect(Object.keys(claims).sort()).toEqual(invocations.map(({ lease }) => lease).sort());
    for (const { job_id, lease } of invocations) expect(claims[lease]).toMatchObject({ job_id, lease, attempt: 1 });
  });

  it("hands the next job over again when the answer of the completion got lost", async () => {
    await database.sql("update private.stages set in_flight_limit = 1 where stage = 'ocr'");
    await upload(database, user);
    await upload(database, user);
    const first = (await claimInvocation(database, await lastInvocation()))!;
    expect(await database.rpc("claim_after", { lease: first.lease })).toBeNull();
    await database.rpc("save_pages", { ...held(first), pages: [pageOf(1)], page_count: 1 });
    const { next } = await database.rpc("complete_reading", {
      ...held(first),
      result: { page_count: 1, processing_ms: 1 },
      take_next: true,
    });
    expect(next).toMatchObject({ stage: "ocr", attempt: 1 });
    expect(await database.rpc("claim_after", { lease: first.lease })).toEqual(next);
    expect(await database.rpc("claim_after", { lease: next.lease })).toBeNull();
  });

  it("has one winner when two workers claim at the same time", async () => {
    await upload(database, user);
    const invocation = await lastInvocation();
    const { text, values } = callOf("claim_job", {
      job_id: invocation.job_id,
      token: invocation.token,
      function_name: invocation.function,
    });
    const first = await database.connection();
    await first.query("begin");
    expect((await first.query(text, values)).rows[0].answer).not.toBeNull();
    const second = claimInvocation(database, invocation);
    await first.query("commit");
    expect(await second).toBeNull();
    expect(await jobOf(database, (await database.sql("select id from public.documents"))[0]!.id, "ocr")).toMatchObject({
      state: "running",
      attempts: 1,
    });
  });

  it("has one winner among five", async () => {
    await upload(database, user);
    const invocation = await lastInvocation();
    const answers = await Promise.all(Array.from({ length: 5 }, () => claimInvocation(database, invocation)));
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  });

  it("moves a document that is described to generating_metadata", async () => {
    const id = await readDocument(database, user);
    await claim(database, "metadata");
    expect(await statusOf(database, id)).toBe("generating_metadata");
  });

  it("names the pages that an earlier worker saved", async () => {
    const id = await upload(database, user);
    const dead = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(dead), pages: [pageOf(1), pageOf(3)], page_count: 3 });
    await loseLease(dead);
    expect(await claim(database, "ocr")).toMatchObject({
      attempt: 1,
      pages_read: [1, 3],
      document: { id, page_count: 3 },
    });
  });
});

describe("a lease", () => {
  it("is renewed by a heartbeat, by saved pages, by a tool call and by progress", async () => {
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    for (const [name, args] of [
      ["heartbeat", {}],
      ["save_pages", { pages: [pageOf(1)], page_count: 1 }],
      ["record_tool_call", { tool: "read_ocr" }],
      ["record_progress", { message: "x" }],
    ] as const) {
      await expire(database, claimed.job_id);
      await database.rpc(name, { ...held(claimed), ...args });
      await sweep(database);
      expect(await jobOf(database, id, "ocr"), name).toMatchObject({ state: "running", lease: claimed.lease });
    }
  });

  it("that ran out but was not given out again still lets its worker finish", async () => {
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    await expire(database, claimed.job_id);
    await read(database, claimed);
    expect(await statusOf(database, id)).toBe("ocr_complete");
  });
});

describe("a worker whose lease was lost", () => {
  const PROBLEM = { code: "internal_error", message: "x", retryable: true };
  const CALLS: [name: string, args: Record<string, unknown>][] = [
    ["heartbeat", {}],
    ["save_pages", { pages: [pageOf(1, "late")], page_count: 9 }],
    ["complete_reading", { result: { page_count: 1, processing_ms: 1 } }],
    ["complete_metadata", { description: { metadata: METADATA, engine: "local" } }],
    ["record_tool_call", { tool: "read_ocr" }],
    ["record_progress", { message: "x" }],
    ["private.complete_erasure", {}],
    ["fail_job", { error: PROBLEM }],
    ["yield_job", {}],
  ];

  it.each(CALLS)("is refused by %s after the job was given out again, and changes nothing", async (name, args) => {
    await upload(database, user);
    const old = await claim(database, "ocr");
    await loseLease(old);
    const refused = {
      code: "PT409",
      hint: "lease_lost",
      message: "Another worker has taken this job over; nothing was changed.",
    };

    let before = await everything();
    await expect(database.rpc(name, { ...held(old), ...args })).rejects.toMatchObject(refused);
    expect(await everything(), "while the next invocation is out").toEqual(before);

    const next = await claim(database, "ocr");
    before = await everything();
    await expect(database.rpc(name, { ...held(old), ...args })).rejects.toMatchObject(refused);
    expect(await everything(), "while the next worker holds it").toEqual(before);

    await read(database, next);
    before = await everything();
    await expect(database.rpc(name, { ...held(old), ...args })).rejects.toMatchObject(refused);
    expect(await everything(), "after the next worker is done").toEqual(before);
  });

  it("is refused too when the document was deleted", async () => {
    await upload(database, user);
    const claimed = await claim(database, "ocr");
    await database.asUser(user, "delete from public.documents");
    for (const [name, args] of CALLS)
      await expect(database.rpc(name, { ...held(claimed), ...args }), name).rejects.toMatchObject({
        hint: "lease_lost",
      });
  });

  it("is not what a sweep takes it for while its result is being saved", async () => {
    const id = await readDocument(database, user);
    const old = await claim(database, "metadata");
    await expire(database, old.job_id);
    const worker = await database.connection();
    await worker.query("begin");
    const { text, values } = callOf("complete_metadata", {
      ...held(old),
      description: { metadata: METADATA, engine: "local" },
    });
    await worker.query(text, values);
    const swept = sweep(database);
    await waitFor(async () =>
      expect(await database.sql("select from pg_locks where locktype = 'advisory' and not granted")).toHaveLength(1),
    );
    await worker.query("commit");
    await swept;
    expect(await statusOf(database, id)).toBe("completed");
    expect(await jobOf(database, id, "metadata")).toMatchObject({ state: "done" });
    await expect(describeAs(database, old)).rejects.toMatchObject({ hint: "lease_lost" });
  });
});

/** Lets a worker be silent for too long, and the sweep give its job out again. */
async function loseLease({ job_id }: Claim): Promise<void> {
  await expire(database, job_id);
  await sweep(database);
  await expire(database, job_id);
  await sweep(database);
}
