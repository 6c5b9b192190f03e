// A page that could not be read is recorded as such; the document goes on without it, or fails when there are too many.
import { expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  BROKEN,
  BUSY,
  claim,
  expire,
  failNext,
  held,
  jobOf,
  pageOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const unreadable = (page_number: number, code = "broken_file") => ({
  page_number,
  text: "",
  engine: null,
  confidence: null,
  words: null,
  error: { code, message: "It is damaged." },
});

/** Saves pages of a claimed document, and says that these were all. */
async function finish(claimed: Claim, pages: Record<string, unknown>[]): Promise<void> {
  await database.rpc("save_pages", { ...held(claimed), pages, page_count: pages.length });
  await database.rpc("complete_reading", { ...held(claimed), result: { page_count: pages.length, processing_ms: 5 } });
}
const documentOf = async (id: string) => (await database.sql("select * from public.documents where id = $1", [id]))[0]!;

it("completes without a page that could not be read, says so, and counts the others", async () => {
  const id = await upload(database, user);
  await finish(await claim(database, "ocr"), [pageOf(1), unreadable(2), pageOf(3)]);
  expect(await documentOf(id)).toMatchObject({ status: "ocr_complete", page_count: 3, unreadable_pages: 1 });
  const [event] = await database.sql(
    "select message, data from public.document_events where document_id = $1 and stage = 'ocr' and kind = 'completed'",
    [id],
  );
  expect(event).toMatchObject({
    message: "Read 2 of 3 pages; 1 could not be read.",
    data: { unreadable_pages: 1 },
  });
  expect(await database.sql("select pages from public.usage_months where user_id = $1", [user])).toMatchObject([
    { pages: 2 },
  ]);
  expect((await claim(database, "metadata")).document).toMatchObject({ unreadable_pages: 1 });
});

it("is not complete while a page was never tried, and reads that one in its next attempt", async () => {
  const id = await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1), pageOf(3)], page_count: 3 });
  await expect(
    database.rpc("complete_reading", { ...held(claimed), result: { page_count: 3, processing_ms: 5 } }),
  ).rejects.toMatchObject({
    code: "PT500",
    hint: "internal_error",
    message: "2 of 3 pages were tried. Try again; pages that are read are kept.",
  });
  expect(await documentOf(id)).toMatchObject({ status: "processing", page_count: 3 });
  await database.rpc("fail_job", { ...held(claimed), error: BUSY });
  await expire(database, claimed.job_id);
  await sweep(database);
  const again = await claim(database, "ocr");
  expect(again.pages_read).toEqual([1, 3]);
  await database.rpc("save_pages", { ...held(again), pages: [pageOf(2)], page_count: 3 });
  await database.rpc("complete_reading", { ...held(again), result: { page_count: 3, processing_ms: 5 } });
  expect(await documentOf(id)).toMatchObject({ status: "ocr_complete", page_count: 3 });
});

it("fails when more than the set share of the pages could not be read, and counts: the file is at fault", async () => {
  const id = await upload(database, user);
  await finish(await claim(database, "ocr"), [unreadable(1), pageOf(2), unreadable(3, "image_too_large")]);
  expect(await documentOf(id)).toMatchObject({
    status: "failed",
    error: {
      code: "unreadable_pages",
      message: expect.stringContaining("2 of 3 pages could not be read (broken_file, image_too_large)"),
    },
  });
  expect(
    await database.sql("select documents, pages from public.usage_months where user_id = $1", [user]),
  ).toMatchObject([{ documents: 1, pages: 1 }]);
});

it("takes the share from the settings", async () => {
  await database.sql("update private.settings set unreadable_share = 0.7");
  const id = await upload(database, user);
  await finish(await claim(database, "ocr"), [unreadable(1), pageOf(2), unreadable(3)]);
  expect(await documentOf(id)).toMatchObject({ status: "ocr_complete", unreadable_pages: 2 });
});

it("fails for the reason of the pages when they all have the same", async () => {
  const id = await upload(database, user);
  await finish(await claim(database, "ocr"), [unreadable(1, "no_ocr_engine"), unreadable(2, "no_ocr_engine")]);
  expect(await documentOf(id)).toMatchObject({
    status: "failed",
    error: { code: "no_ocr_engine", message: "It is damaged.", retryable: false },
  });
});

it("tries unreadable pages again when the document is retried, and keeps the others", async () => {
  const id = await upload(database, user);
  await finish(await claim(database, "ocr"), [unreadable(1), pageOf(2), unreadable(3)]);
  await database.rpc("retry_document", { document_id: id });
  expect((await claim(database, "ocr")).pages_read).toEqual([2]);
});

it("keeps unreadable pages when describing is retried, as nothing is read again", async () => {
  const id = await upload(database, user);
  await finish(await claim(database, "ocr"), [pageOf(1), unreadable(2), pageOf(3)]);
  await failNext(database, "metadata", BROKEN);
  await database.rpc("retry_document", { document_id: id });
  expect(await documentOf(id)).toMatchObject({ status: "ocr_complete", page_count: 3, unreadable_pages: 1 });
  expect((await claim(database, "metadata")).pages_read).toEqual([1, 2, 3]);
});

it("hands the owner's options to the worker, and forgets the password with the job's end", async () => {
  const id = await upload(database, user);
  await failNext(database, "ocr", { ...BROKEN, code: "encrypted_pdf" });
  await database.rpc("retry_document", { document_id: id, options: { password: "open-sesame", engine: "local" } });
  const claimed = await claim(database, "ocr");
  expect(claimed.payload).toEqual({ password: "open-sesame", engine: "local" });
  await finish(claimed, [pageOf(1)]);
  expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "done", payload: { engine: "local" } });
});

it("forgets the password when the job dies, and keeps it while it is tried again", async () => {
  const id = await upload(database, user);
  await failNext(database, "ocr", { ...BROKEN, code: "encrypted_pdf" });
  await database.rpc("retry_document", { document_id: id, options: { password: "wrong" } });
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 2 });
  await database.rpc("yield_job", held(claimed));
  expect(await jobOf(database, id, "ocr")).toMatchObject({ payload: { password: "wrong" } });
  await failNext(database, "ocr", { ...BROKEN, code: "wrong_password" });
  expect(await jobOf(database, id, "ocr")).toMatchObject({ state: "dead", payload: {} });
});

it("hands what an e-invoice's XML says on to describing", async () => {
  const einvoice = {
    type_code: "380",
    number: "7",
    seller: "Globex Ltd",
    issue_date: "2026-03-17",
    currency: "EUR",
    grand_total: 12.5,
  };
  await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 1 });
  await database.rpc("complete_reading", { ...held(claimed), result: { page_count: 1, processing_ms: 5, einvoice } });
  expect(await claim(database, "metadata")).toMatchObject({ einvoice });
});

it("adds up what a model counted for the pages, whichever run read them", async () => {
  const id = await upload(database, user);
  const usage = {
    model: "a-model",
    input_tokens: 1000,
    output_tokens: 200,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cost_micro_usd: 150,
  };
  await finish(await claim(database, "ocr"), [
    { ...pageOf(1), engine: "claude", usage },
    { ...pageOf(2), engine: "claude", usage },
  ]);
  const [result] = await database.sql("select model, usage from public.ocr_results where document_id = $1", [id]);
  expect(result).toEqual({ model: "a-model", usage: { input_tokens: 2000, output_tokens: 400, cost_micro_usd: 300 } });
});
