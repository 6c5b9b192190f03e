import { describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { type Database, type Invocation, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  claimInvocation,
  complete,
  describeAs,
  events,
  expire,
  held,
  pageOf,
  read,
  statusOf,
  sweep,
  upload,
  METADATA,
  pay,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

/** All invocations so far, each five times, in an order that puts the late ones first. */
const multiplied = async (): Promise<Invocation[]> => {
  const invocations = await database.invocations();
  return [...invocations, ...invocations.toReversed(), ...invocations, ...invocations.toReversed(), ...invocations];
};

/** What a document may cost and leave behind, whatever happened on the way. */
async function expectOneEffect(id: string): Promise<void> {
  expect(await statusOf(database, id)).toBe("completed");
  const [counts] = await database.sql(`select
    (select count(*) from public.ocr_results)::int as results,
    (select count(*) from public.metadata_runs)::int as runs,
    (select count(*) from public.document_events where kind = 'completed' and stage = 'ocr')::int as read,
    (select count(*) from public.document_events where kind = 'completed' and stage = 'metadata')::int as described,
    (select count(*) from private.jobs where state = 'done' and stage <> 'thumbnail')::int as done,
    (select count(*) from private.jobs where state <> 'done' and stage <> 'thumbnail')::int as others`);
  expect(counts).toEqual({ results: 1, runs: 1, read: 1, described: 1, done: 2, others: 0 });
  const usage = await database.sql(
    "select documents, pages, input_tokens::int, output_tokens::int, cost_micro_usd::int from public.usage_months",
  );
  expect(usage).toEqual([{ documents: 1, pages: 1, input_tokens: 100, output_tokens: 10, cost_micro_usd: 7 }]);
}

it("a document that goes through once costs what it costs", async () => {
  await expectOneEffect(await complete(database, user));
});

it("completing twice has one effect, and the second is refused", async () => {
  const id = await upload(database, user);
  const reader = await claim(database, "ocr");
  await read(database, reader);
  await expect(read(database, reader)).rejects.toMatchObject({ hint: "lease_lost" });
  const describer = await claim(database, "metadata");
  await describeAs(database, describer);
  await expect(describeAs(database, describer)).rejects.toMatchObject({ hint: "lease_lost" });
  await expectOneEffect(id);
});

it("completing twice at the same time has one effect", async () => {
  const id = await upload(database, user);
  const reader = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(reader), pages: [pageOf(1)], page_count: 1 });
  const result = { page_count: 1, processing_ms: 5, model: null };
  const read = await Promise.allSettled(
    [1, 2, 3].map(() => database.rpc("complete_reading", { ...held(reader), result })),
  );
  expect(read.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
  const describer = await claim(database, "metadata");
  const used = { input_tokens: 100, output_tokens: 10, cost_micro_usd: 7 };
  await pay(database, describer, used);
  const description = { metadata: METADATA, engine: "claude", model: "a-model", prompt_version: "1", ...used };
  const described = await Promise.allSettled(
    [1, 2, 3].map(() => database.rpc("complete_metadata", { ...held(describer), description })),
  );
  expect(described.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
  await expectOneEffect(id);
});

it("five of each invocation, in any order, have one effect", async () => {
  const id = await upload(database, user);
  const work: Record<Claim["stage"], (claimed: Claim) => Promise<unknown>> = {
    ocr: (claimed) => read(database, claimed),
    metadata: (claimed) => describeAs(database, claimed),
    extract: () => Promise.reject(),
    erase: () => Promise.reject(),
    thumbnail: (claimed) => database.rpc("complete_thumbnail", { ...held(claimed), drawn: true }),
    webhooks: () => Promise.reject(),
  };
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      (await multiplied()).map(async (invocation) => {
        const claimed = await claimInvocation(database, invocation);
        if (claimed) await work[claimed.stage](claimed);
      }),
    );
  }
  await expectOneEffect(id);
});

it("a worker that dies after its pages were saved leaves one effect behind the next", async () => {
  const id = await upload(database, user);
  for (let died = 0; died < 3; died += 1) {
    const claimed = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 1 });
    await expire(database, claimed.job_id);
    await sweep(database);
    await expire(database, claimed.job_id);
    await sweep(database);
  }
  await read(database, await claim(database, "ocr"));
  await describeAs(database, await claim(database, "metadata"));
  await expectOneEffect(id);
});

describe("a reading that cannot be saved in full", () => {
  it("changes nothing at all, and the worker may try again", async () => {
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 1 });
    const before = await events(database, id);
    const broken = database.rpc("complete_reading", { ...held(claimed), result: { page_count: 1, processing_ms: -1 } });
    await expect(broken).rejects.toMatchObject({ constraint: "processing_ms_is_not_negative" });
    expect(await statusOf(database, id)).toBe("processing");
    expect(await events(database, id)).toEqual(before);
    expect(await database.sql("select documents, pages from public.usage_months")).toEqual([
      { documents: 0, pages: 1 },
    ]);
    await read(database, claimed);
    await describeAs(database, await claim(database, "metadata"));
    await expectOneEffect(id);
  });
});

describe("saved pages", () => {
  it("are replaced by the same page read again, and joined in order", async () => {
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    await database.rpc("save_pages", {
      ...held(claimed),
      pages: [pageOf(2, "second"), { ...pageOf(1, "wrong"), engine: "pdf_text_layer", confidence: null }],
      page_count: 2,
    });
    await database.rpc("save_pages", {
      ...held(claimed),
      pages: [{ ...pageOf(1, "first"), engine: "pdf_text_layer", confidence: null }],
      page_count: 2,
    });
    await database.rpc("complete_reading", {
      ...held(claimed),
      result: { page_count: 2, processing_ms: 3, model: null, einvoice: { seller: "Acme" } },
    });
    const [result] = await database.sql(
      "select raw_text, engine, page_count, mean_confidence, einvoice from public.ocr_results where document_id = $1",
      [id],
    );
    expect(result).toEqual({
      raw_text: "first\n\nsecond",
      engine: "mixed",
      page_count: 2,
      mean_confidence: 0.9,
      einvoice: { seller: "Acme" },
    });
    expect(await database.sql("select pages from public.usage_months")).toEqual([{ pages: 2 }]);
    const progress = await database.sql(
      "select message, data from public.document_events where kind = 'progress' order by id",
    );
    expect(progress).toEqual(
      Array.from({ length: 2 }, () => ({ message: "Read 2 of 2 pages.", data: { page: 2, page_count: 2 } })),
    );
  });
});
