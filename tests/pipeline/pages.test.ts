// Reading page by page: where a run stops, the next one goes on; and what happens without an OCR engine.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { hurry, type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { FIXTURES, signUp, type User } from "../../testing/user.ts";

let stack: TemporaryStack;
let user: User;
beforeAll(async () => {
  stack = await temporaryStack({ READ_RUN_PAGES: "25", OCR_ENGINE_URL: "" });
  await hurry(stack);
});
beforeEach(async () => {
  user = await signUp(stack);
});
afterAll(() => stack?.stop());

it("reads a long document in several runs, in order, and counts it once", async () => {
  const document = await user.process(`${FIXTURES}many-pages.pdf`);
  expect(document).toMatchObject({ status: "completed", page_count: 120 });
  const { data: pages } = await user.supabase.from("document_pages").select("page_number, text").order("page_number");
  expect(pages?.map((page) => page.page_number)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  const { data: result } = await user.supabase.from("ocr_results").select("raw_text").single();
  expect(result?.raw_text).toBe(pages?.map((page) => page.text).join("\n\n"));

  const { data: events } = await user.supabase
    .from("document_events")
    .select("kind, data")
    .eq("stage", "ocr")
    .order("id");
  const progress = events?.filter((event) => event.kind === "progress").map((event) => event.data.page);
  expect(progress).toEqual(progress?.toSorted((a, b) => a - b));
  expect(progress?.at(-1)).toBe(120);
  expect(events?.filter((event) => event.kind === "started")).toHaveLength(5);
  expect(
    await stack.sql(`select attempts from private.jobs where stage = 'ocr' and document_id = '${document.id}'`),
  ).toEqual([{ attempts: 1 }]);
  expect((await user.supabase.from("usage_months").select("documents, pages")).data).toEqual([
    { documents: 1, pages: 120 },
  ]);
});

it("fails a page that has to be recognized when there is neither an engine nor a key, and says what to set", async () => {
  const document = await user.process(`${FIXTURES}one-word.png`);
  expect(document).toMatchObject({
    status: "failed",
    error: { stage: "ocr", code: "no_ocr_engine", message: expect.stringMatching(/OCR_ENGINE_URL.*ANTHROPIC_API_KEY/) },
  });
});

it("completes without a page that could not be read, and says so in the summary", async () => {
  const document = await user.process(`${FIXTURES}mixed.pdf`);
  expect(document).toMatchObject({
    status: "completed",
    page_count: 3,
    unreadable_pages: 1,
    summary: expect.stringContaining("1 of 3 pages could not be read."),
  });
  const { data: pages } = await user.supabase
    .from("document_pages")
    .select("page_number, engine, error")
    .order("page_number");
  expect(pages).toMatchObject([
    { engine: "pdf_text_layer", error: null },
    { engine: null, error: { code: "no_ocr_engine" } },
    { engine: "pdf_text_layer", error: null },
  ]);
  expect((await user.supabase.from("usage_months").select("documents, pages")).data).toEqual([
    { documents: 1, pages: 2 },
  ]);
});

it("reads an encrypted PDF when it is retried with its password, which is kept nowhere after", async () => {
  const { id } = await user.process(`${FIXTURES}encrypted.pdf`);
  const { error } = await user.supabase.functions.invoke("ocr", { body: { document_id: id, password: "open-sesame" } });
  expect(error).toBeNull();
  expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed", error: null });
  const [{ kept }] = (await stack.sql(
    "select count(*)::integer as kept from private.jobs where payload ? 'password'",
  )) as [{ kept: number }];
  expect(kept).toBe(0);
});
