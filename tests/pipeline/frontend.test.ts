// What a frontend may rely on: supabase-js with the publishable key, and fetch to the functions' URLs. Nothing else.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { eventsOf, FIXTURES, SAMPLES, signUp, type User, watch } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

const INVOICE = `${SAMPLES}download-3.pdf`;
let stack: LentStack;
let owner: User;
let stranger: User;

beforeAll(async () => {
  stack = await lentStack();
  [owner, stranger] = [await signUp(stack), await signUp(stack)];
});
afterAll(async () => {
  await owner?.leave();
  await stranger?.leave();
  await stack?.stop();
});

describe("a document on its way", () => {
  let documentId: string;

  it("answers 202 before it reads, and shows every status in order over Realtime", async () => {
    const [mine, history, theirs] = [
      await watch(owner, "documents"),
      await watch(owner, "document_events"),
      await watch(stranger, "documents"),
    ];
    const response = await owner.upload(INVOICE);
    expect(response.status).toBe(202);
    const answer = (await response.json()) as { document_id: string };
    expect(answer).toMatchObject({ filename: "download-3.pdf", status: "processing", duplicate: false });
    documentId = answer.document_id;

    await waitUntil(() => mine.rows.some((row) => row.status === "completed"));
    const statuses = mine.rows.map((row) => row.status).filter((status, index, all) => status !== all[index - 1]);
    expect(statuses).toEqual(["uploading", "processing", "ocr_complete", "generating_metadata", "completed"]);
    await waitUntil(() => history.rows.some((event) => event.stage === "metadata" && event.kind === "completed"));
    // Its picture is drawn afterwards, and may have begun by now.
    const described = history.rows.filter(({ stage }) => stage !== "thumbnail");
    expect(described.map(({ stage, kind }) => `${stage} ${kind}`)).toEqual([
      "upload completed",
      "ocr started",
      "ocr progress",
      "ocr completed",
      "metadata started",
      "metadata completed",
    ]);
    expect(theirs.rows).toEqual([]);
  });

  it("is named, tagged, summarized and dated from what stands in it", async () => {
    const document = await owner.document(documentId);
    expect(document).toMatchObject({
      status: "completed",
      error: null,
      document_type: "invoice",
      document_date: "2026-03-17",
      page_count: 1,
      metadata_source: "local",
      mime_type: "application/pdf",
    });
    expect(document.display_name).toMatch(/^Invoice - Quillmark.* - 2026-03-17\.pdf$/);
    expect(document.tags[0]).toBe("invoice");
    expect(document.summary).toContain("965.76");
  });

  it("keeps its text, its evidence and its file where the owner reads them", async () => {
    const { data: text } = await owner.supabase.from("ocr_results").select("raw_text, engine, page_count").single();
    expect(text).toMatchObject({ engine: "pdf_text_layer", page_count: 1 });
    expect(text?.raw_text).toContain("Quillmark");
    const { data: run } = await owner.supabase.from("metadata_runs").select("engine, evidence, applied").single();
    expect(run).toMatchObject({ engine: "local", evidence: { document_date: { page: 1 } } });
    const { storage_path } = await owner.document(documentId);
    const { data: file } = await owner.supabase.storage.from("documents").download(storage_path);
    expect(Buffer.from(await file!.arrayBuffer()).equals(await readFile(INVOICE))).toBe(true);
  });

  it("counts once in the owner's usage of the month", async () => {
    const { data } = await owner.supabase.from("usage_months").select("documents, pages");
    expect(data).toEqual([{ documents: 1, pages: 1 }]);
  });

  it("is found by words of its text", async () => {
    const { data } = await owner.supabase
      .from("documents")
      .select("id, document_search!inner()")
      .textSearch("document_search.search", "quillmark", { config: "simple" });
    expect(data?.map((row) => row.id)).toEqual([documentId]);
  });

  it("comes back as a duplicate when the same bytes are sent again", async () => {
    const again = await owner.upload("renamed.pdf", await readFile(INVOICE));
    expect(again.status).toBe(202);
    expect(await again.json()).toEqual({
      document_id: documentId,
      filename: "download-3.pdf",
      status: "completed",
      duplicate: true,
    });
  });

  it("lets its owner edit a tag, and regenerating leaves the edit alone", async () => {
    const { error } = await owner.supabase
      .from("documents")
      .update({ tags: ["invoice", "office-2026"] })
      .eq("id", documentId);
    expect(error).toBeNull();
    expect((await owner.document(documentId)).locked_fields).toEqual(["tags"]);

    const response = await owner.callJson("metadata", { document_id: documentId });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = await eventsOf(response);
    expect(events.length).toBeGreaterThan(1);
    expect(events.slice(0, -1).every((event) => "text" in event || "tool" in event)).toBe(true);
    expect(events.at(-1)).toMatchObject({ complete: true, document: { id: documentId, status: "completed" } });

    const document = await owner.document(documentId);
    expect(document).toMatchObject({ status: "completed", tags: ["invoice", "office-2026"] });
    const { data: runs } = await owner.supabase.from("metadata_runs").select("applied").order("id");
    expect(runs).toHaveLength(2);
    expect(runs?.[1]?.applied).not.toContain("tags");
  });

  it("lets its owner undo a run, unlock a field, rename a tag, and choose the language of summaries", async () => {
    const { data: runs } = await owner.supabase.from("metadata_runs").select("id").order("id", { ascending: false });
    const undone = await owner.supabase.rpc("undo_metadata_run", { run_id: runs![0]!.id, fields: ["summary", "tags"] });
    expect(undone).toMatchObject({
      error: null,
      data: { undone: ["summary"], skipped: { tags: "not_applied" }, document: { locked_fields: ["summary", "tags"] } },
    });
    const theirs = await stranger.supabase.rpc("undo_metadata_run", { run_id: runs![0]!.id });
    expect(theirs).toMatchObject({ status: 404, error: { hint: "not_found" } });

    const unlocked = await owner.supabase.rpc("unlock_fields", { document_id: documentId, fields: ["summary"] });
    expect(unlocked).toMatchObject({ error: null, data: ["tags"] });
    expect((await owner.document(documentId)).locked_fields).toEqual(["tags"]);

    expect(await owner.supabase.rpc("rename_tag", { old_tag: "office-2026", new_tag: "Office" })).toMatchObject({
      error: null,
      data: 1,
    });
    expect((await owner.document(documentId)).tags).toEqual(["invoice", "office"]);
    const found = await owner.supabase.rpc("my_tags", { query: "offices" });
    expect(found).toMatchObject({
      error: null,
      data: [{ tag: "office", documents: 1, similarity: expect.any(Number) }],
    });
    expect(await stranger.supabase.rpc("my_tags")).toMatchObject({ error: null, data: [] });

    const { data: chosen } = await owner.supabase
      .from("preferences")
      .upsert({ language: "de" })
      .select("user_id, language");
    expect(chosen).toEqual([{ user_id: owner.id, language: "de" }]);
  });

  it("refuses edits of what is the pipeline's", async () => {
    for (const change of [{ status: "failed" }, { error: null }, { page_count: 9 }, { user_id: stranger.id }]) {
      const { error } = await owner.supabase.from("documents").update(change).eq("id", documentId);
      expect(error?.code, JSON.stringify(change)).toBe("42501");
    }
  });

  it("cannot be retried while it is completed", async () => {
    const response = await owner.callJson("ocr", { document_id: documentId });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      code: "not_allowed_now",
      message: expect.stringContaining("completed"),
    });
  });

  it("does not exist for anybody else, by query, by function or by storage", async () => {
    for (const table of [
      "documents",
      "document_pages",
      "ocr_results",
      "document_events",
      "metadata_runs",
      "usage_months",
      "document_search",
    ]) {
      const { data, error } = await stranger.supabase.from(table).select("*");
      expect({ table, data, error }).toEqual({ table, data: [], error: null });
    }
    const { data: changed } = await stranger.supabase
      .from("documents")
      .update({ summary: "mine now" })
      .eq("id", documentId)
      .select("id");
    expect(changed).toEqual([]);
    await stranger.supabase.from("documents").delete().eq("id", documentId);
    expect((await owner.document(documentId)).summary).not.toBe("mine now");

    for (const name of ["ocr", "metadata"]) {
      const response = await stranger.callJson(name, { document_id: documentId });
      expect(response.status).toBe(404);
    }
    const { storage_path } = await owner.document(documentId);
    const { data: file, error } = await stranger.supabase.storage.from("documents").download(storage_path);
    expect([file, error]).toEqual([null, expect.anything()]);
  });

  it("goes away with its file when its owner deletes it", async () => {
    const { storage_path } = await owner.document(documentId);
    const { error } = await owner.supabase.from("documents").delete().eq("id", documentId);
    expect(error).toBeNull();
    await waitUntil(async () => (await owner.supabase.storage.from("documents").download(storage_path)).error);
    const { data } = await owner.supabase.from("document_pages").select("page_number");
    expect(data).toEqual([]);
  });
});

it("ends a document that cannot be read as failed, keeps its file, and lets its owner retry", async () => {
  const document = await owner.process(`${FIXTURES}encrypted.pdf`);
  expect(document).toMatchObject({ status: "failed", error: { stage: "ocr", code: "encrypted_pdf", attempt: 1 } });
  expect(document.error?.message).toMatch(/password/);
  const { error } = await owner.supabase.storage.from("documents").download(document.storage_path);
  expect(error).toBeNull();

  const retried = await owner.callJson("ocr", { document_id: document.id });
  expect(retried.status).toBe(202);
  expect(await retried.json()).toEqual({ document_id: document.id, status: "processing" });
  expect(await owner.until(document.id, "failed")).toMatchObject({ error: { code: "encrypted_pdf" } });

  const refused = await owner.callJson("metadata", { document_id: document.id });
  expect(refused.status).toBe(409);
  const { data: usage } = await owner.supabase.from("usage_months").select("documents");
  // The file that cannot be read counts: it was looked at, and will not be better the next time.
  expect(usage).toEqual([{ documents: 2 }]);
});
