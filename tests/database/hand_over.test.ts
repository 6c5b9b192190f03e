// A worker that completes a job may take the next one of the stage in the same call, without an invocation.
import { beforeEach, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, held, METADATA, pageOf, readDocument, statusOf, upload } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  await database.sql("update private.stages set in_flight_limit = 1");
});

const description = { metadata: METADATA, engine: "local" };
const describeAndTake = async (claimed: Claim): Promise<Claim | null> =>
  (await database.rpc("complete_metadata", { ...held(claimed), description, take_next: true })).next;

it("gives the next due job, begun as by a claim", async () => {
  await readDocument(database, user);
  const second = await readDocument(database, user);
  const next = await describeAndTake(await claim(database, "metadata"));
  expect(next).toMatchObject({ stage: "metadata", attempt: 1, document: { id: second } });
  expect(await statusOf(database, second)).toBe("generating_metadata");
  expect(await describeAndTake(next!)).toBeNull();
  expect(await statusOf(database, second)).toBe("completed");
});

it("sends no invocation for the job that was handed over", async () => {
  await readDocument(database, user);
  await readDocument(database, user);
  const claimed = await claim(database, "metadata");
  const before = (await database.invocations()).filter((invocation) => invocation.function === "metadata").length;
  await describeAndTake(claimed);
  expect((await database.invocations()).filter((invocation) => invocation.function === "metadata")).toHaveLength(
    before,
  );
});

it("keeps to the turns of the users", async () => {
  await readDocument(database, user);
  await readDocument(database, user);
  await readDocument(database, user);
  const single = await readDocument(database, await database.user());
  expect(await describeAndTake(await claim(database, "metadata"))).toMatchObject({ document: { id: single } });
});

it("hands over a reading too, while the trigger asks for the metadata of the one that was read", async () => {
  const first = await upload(database, user);
  const second = await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 1 });
  const { next } = await database.rpc("complete_reading", {
    ...held(claimed),
    result: { page_count: 1, processing_ms: 1 },
    take_next: true,
  });
  expect(next).toMatchObject({ stage: "ocr", document: { id: second } });
  expect(await claim(database, "metadata")).toMatchObject({ document: { id: first } });
});

it("gives nothing when the stage is stopped or throttled, or when nobody asked", async () => {
  await readDocument(database, user);
  await readDocument(database, user);
  const claimed = await claim(database, "metadata");
  await database.sql("update private.stages set in_flight_limit = 0");
  expect(await describeAndTake(claimed)).toBeNull();
});

it("gives no job whose document somebody holds", async () => {
  await readDocument(database, user);
  const second = await readDocument(database, user);
  const claimed = await claim(database, "metadata");
  const other = await database.connection();
  try {
    await other.query("begin");
    await other.query("select from public.documents where id = $1 for update", [second]);
    expect(await describeAndTake(claimed)).toBeNull();
    await other.query("rollback");
  } finally {
    await other.end();
  }
});

it("leaves no slot of reading empty when its worker takes no more and describing is full", async () => {
  await readDocument(database, user);
  await upload(database, user);
  const waiting = await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 1 });
  await database.rpc("complete_reading", { ...held(claimed), result: { page_count: 1, processing_ms: 1 } });
  expect(await claim(database, "ocr")).toMatchObject({ document: { id: waiting } });
});
