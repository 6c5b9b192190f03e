import { describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { METADATA_FIELDS } from "../../supabase/functions/_shared/metadata-fields.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  complete,
  describeAs,
  events,
  expire,
  held,
  INVOICE,
  jobOf,
  METADATA,
  WRITTEN,
  propose,
  read,
  readDocument,
  statusOf,
  sweep,
  upload,
  regenerate as regenerateOf,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const FIELDS: string[] = METADATA_FIELDS.map(({ name }) => name);
const PROBLEM = { code: "model_refused", message: "Claude declined.", retryable: false };
const edit = (id: string, change: string): Promise<unknown> =>
  database.asUser(user, `update public.documents set ${change} where id = $1`, [id]);
const regenerate = (id: string): Promise<Claim> => regenerateOf(database, id);

describe("describing", () => {
  it("writes all that was proposed, and keeps the run with its evidence and price", async () => {
    const id = await readDocument(database, user);
    const { document: answer, run_id, diff } = await propose(database, await claim(database, "metadata"));
    const { evidence, ...proposal } = METADATA;
    expect(answer).toMatchObject({
      id,
      status: "completed",
      metadata_source: "claude",
      locked_fields: [],
      error: null,
      ...WRITTEN,
    });
    const [document] = await database.sql("select document_date::text, tags, metadata_source from public.documents");
    expect(document).toEqual({ document_date: "2026-03-15", tags: ["invoice", "acme"], metadata_source: "claude" });
    expect(await database.sql("select * from public.metadata_runs")).toEqual([
      {
        id: String(run_id),
        document_id: id,
        user_id: user,
        engine: "claude",
        model: "a-model",
        prompt_version: "1",
        input_tokens: "100",
        output_tokens: "10",
        cache_read_tokens: "0",
        cache_write_tokens: "0",
        cost_micro_usd: "7",
        note: null,
        pages_read: null,
        instruction: null,
        proposal,
        applied: FIELDS,
        evidence: {
          correspondent: { ...evidence.correspondent, verified: true },
          document_date: { ...evidence.document_date, verified: true },
          amount: { ...evidence.amount, verified: true },
          currency: { ...evidence.amount, verified: true },
        },
        written: WRITTEN,
        previous: { ...Object.fromEntries(FIELDS.map((field) => [field, null])), tags: [] },
        created_at: expect.any(Date),
      },
    ]);
    expect(diff).toEqual(
      Object.fromEntries(
        Object.entries(WRITTEN).map(([field, value]) => [
          field,
          { before: field === "tags" ? [] : null, proposed: value, applied: value },
        ]),
      ),
    );
  });

  it("may leave values unknown", async () => {
    await readDocument(database, user);
    await describeAs(database, await claim(database, "metadata"), {
      correspondent: null,
      document_date: null,
      language: null,
    });
    expect(await database.sql("select correspondent, document_date, language, status from public.documents")).toEqual([
      { correspondent: null, document_date: null, language: null, status: "completed" },
    ]);
  });

  it("tells which tools the agent called", async () => {
    const id = await readDocument(database, user);
    const claimed = await claim(database, "metadata");
    await database.rpc("record_tool_call", { ...held(claimed), tool: "read_ocr" });
    expect((await events(database, id)).at(-1)).toBe("metadata tool");
  });

  it("tells how far it is, to whoever holds the job alone", async () => {
    await readDocument(database, user);
    const claimed = await claim(database, "metadata");
    const progress = { message: "Read pages 1-3 of 300.", data: { turn: 1, pages_read: "1-3" } };
    await database.rpc("record_progress", { ...held(claimed), ...progress });
    expect(
      await database.sql("select stage, kind, message, data from public.document_events order by id desc limit 1"),
    ).toEqual([{ stage: "metadata", kind: "progress", ...progress }]);
    await describeAs(database, claimed);
    await expect(database.rpc("record_progress", { ...held(claimed), ...progress })).rejects.toMatchObject({
      hint: "lease_lost",
    });
  });

  it("keeps which pages the agent was shown, where it chose them", async () => {
    await readDocument(database, user);
    await propose(database, await claim(database, "metadata"), {}, { pages_read: [1, 2, 300] });
    await readDocument(database, user);
    await describeAs(database, await claim(database, "metadata"));
    expect(await database.sql("select pages_read from public.metadata_runs order by id")).toEqual([
      { pages_read: [1, 2, 300] },
      { pages_read: null },
    ]);
  });
});

describe("a field that a person edited", () => {
  it("is locked, and the history tells of the edit", async () => {
    const id = await complete(database, user);
    await edit(id, "tags = '{mine}', summary = 'Mine.'");
    await edit(id, "tags = '{mine, too}'");
    expect(await database.sql("select locked_fields from public.documents")).toEqual([
      { locked_fields: ["summary", "tags"] },
    ]);
    const edits = await database.sql(
      "select message, data from public.document_events where kind = 'edited' order by id",
    );
    expect(edits).toEqual([
      { message: "Edited: Tags, Summary.", data: { fields: ["summary", "tags"] } },
      { message: "Edited: Tags.", data: { fields: ["tags"] } },
    ]);
  });

  it("is not locked by writing what was there", async () => {
    const id = await complete(database, user);
    await edit(id, "tags = tags, summary = summary");
    expect(await database.sql("select locked_fields from public.documents")).toEqual([{ locked_fields: [] }]);
    expect(await events(database, id)).not.toContain("edit edited");
  });

  it("is not overwritten, and the run keeps what was proposed for it", async () => {
    const id = await complete(database, user, `${INVOICE}\nTheirs`);
    await edit(id, "display_name = 'Mine', correspondent = null");
    const { diff } = await propose(database, await regenerate(id), {
      display_name: "Theirs.pdf",
      correspondent: "Theirs",
      summary: "New.",
      evidence: { ...METADATA.evidence, correspondent: { page: 1, quote: "Theirs" } },
    });
    expect(diff).toEqual({
      display_name: { before: "Mine", proposed: "Theirs.pdf", applied: "Mine" },
      correspondent: { before: null, proposed: "Theirs", applied: null },
      summary: { before: METADATA.summary, proposed: "New.", applied: "New." },
    });
    expect(
      await database.sql("select display_name, correspondent, summary, locked_fields from public.documents"),
    ).toEqual([
      { display_name: "Mine", correspondent: null, summary: "New.", locked_fields: ["correspondent", "display_name"] },
    ]);
    const [run] = await database.sql("select proposal, applied from public.metadata_runs order by id desc limit 1");
    expect(run!.proposal).toMatchObject({ display_name: "Theirs.pdf", correspondent: "Theirs" });
    expect(run!.applied).toEqual([
      "document_type",
      "document_date",
      "amount",
      "currency",
      "tags",
      "summary",
      "language",
    ]);
  });

  it("is left alone when all of them were edited", async () => {
    const id = await complete(database, user);
    await edit(
      id,
      `display_name = 'A', tags = '{b}', summary = 'c', document_type = 'other', correspondent = 'D', document_date = '2020-01-01', amount = 1, currency = 'CHF', language = 'de'`,
    );
    const answer = await describeAs(database, await regenerate(id));
    expect(answer).toMatchObject({
      display_name: "A",
      tags: ["b"],
      summary: "c",
      document_type: "other",
      correspondent: "D",
      document_date: "2020-01-01",
      language: "de",
    });
    expect(await database.sql("select applied from public.metadata_runs order by id desc limit 1")).toEqual([
      { applied: [] },
    ]);
  });

  it("while it is described keeps the edit", async () => {
    const id = await readDocument(database, user);
    const claimed = await claim(database, "metadata");
    await edit(id, "display_name = 'Mine'");
    await describeAs(database, claimed);
    expect(await database.sql("select display_name, status from public.documents")).toEqual([
      { display_name: "Mine", status: "completed" },
    ]);
  });

  it("to take away a name gets one again: a document without a name cannot complete", async () => {
    const id = await readDocument(database, user);
    const claimed = await claim(database, "metadata");
    await edit(id, "display_name = 'Mine'");
    await edit(id, "display_name = null");
    await describeAs(database, claimed);
    expect(await database.sql("select display_name, status from public.documents")).toEqual([
      { display_name: METADATA.display_name, status: "completed" },
    ]);
  });
});

describe("regenerating", () => {
  it("describes a completed document again, and counts what it cost", async () => {
    const id = await complete(database, user);
    const claimed = await regenerate(id);
    expect(claimed).toMatchObject({ stage: "metadata", attempt: 1, document: { id }, pages_read: [1] });
    expect(await statusOf(database, id)).toBe("generating_metadata");
    await describeAs(database, claimed, { summary: "Again." });
    expect(await database.sql("select status, summary from public.documents")).toEqual([
      { status: "completed", summary: "Again." },
    ]);
    expect(await database.sql("select from public.metadata_runs")).toHaveLength(2);
    expect(await database.sql("select documents, input_tokens from public.usage_months")).toEqual([
      { documents: 1, input_tokens: "200" },
    ]);
  });

  it("tells the worker what the owner wants minded, and keeps it with the run", async () => {
    const id = await complete(database, user);
    const asked = async (instruction: string) => {
      const { job_id } = await database.rpc("regenerate_metadata", { document_id: id, instruction });
      const [{ claim: claimed }] = await database.rpc("take_watched", { waiting: [{ job_id, patient: true }] });
      await describeAs(database, claimed);
      return claimed.payload.instruction;
    };
    expect(await asked("  The dates\u0007 are American. ")).toBe("The dates are American.");
    expect(await asked("x".repeat(1_200))).toHaveLength(1_000);
    expect(await asked(" \u0007 ")).toBeUndefined();
    expect(await database.sql("select length(instruction) from public.metadata_runs order by id")).toEqual([
      { length: null },
      { length: 23 },
      { length: 1_000 },
      { length: null },
    ]);
  });

  it("tells the worker which engine the owner wants, and knows no other than the local one", async () => {
    const id = await complete(database, user);
    const asked = async (engine: string) => {
      const { job_id } = await database.rpc("regenerate_metadata", { document_id: id, engine });
      const [{ claim: claimed }] = await database.rpc("take_watched", { waiting: [{ job_id, patient: true }] });
      await describeAs(database, claimed);
      return claimed.payload.engine;
    };
    expect(await asked("local")).toBe("local");
    expect(await asked("auto")).toBeUndefined();
    expect(await asked("'; drop table")).toBeUndefined();
  });

  it("that fails leaves the document completed as it was, and the history says why", async () => {
    const id = await complete(database, user);
    const [before] = await database.sql("select * from public.documents");
    await database.rpc("fail_job", { ...held(await regenerate(id)), error: { ...PROBLEM, retryable: true } });
    const [after] = await database.sql("select * from public.documents");
    expect(after).toEqual({ ...before, updated_at: expect.any(Date) });
    expect((await events(database, id)).slice(-3)).toEqual(["metadata queued", "metadata started", "metadata failed"]);
    await sweep(database);
    expect(await jobOf(database, id, "metadata")).toMatchObject({ state: "dead" });
    expect(await regenerate(id)).toMatchObject({ attempt: 1 });
  });

  it("that is cut off leaves the document completed too", async () => {
    const id = await complete(database, user);
    const claimed = await regenerate(id);
    await expire(database, claimed.job_id);
    await sweep(database);
    // Once more, alone.
    await database.rpc("heartbeat", held(await claim(database, "metadata")));
    await expire(database, claimed.job_id);
    await sweep(database);
    expect(await statusOf(database, id)).toBe("completed");
    await expect(describeAs(database, claimed)).rejects.toMatchObject({ hint: "lease_lost" });
  });

  it("describes a document whose describing failed; failing once more, it is failed as before", async () => {
    const id = await readDocument(database, user);
    await database.rpc("fail_job", { ...held(await claim(database, "metadata")), error: PROBLEM });
    await database.rpc("fail_job", { ...held(await regenerate(id)), error: PROBLEM });
    expect(await statusOf(database, id)).toBe("failed");
    await describeAs(database, await regenerate(id));
    expect(await database.sql("select status, error from public.documents")).toEqual([
      { status: "completed", error: null },
    ]);
  });

  it("is refused while work is under way, and without a text", async () => {
    const id = await upload(database, user);
    const refused = { code: "PT409", hint: "not_allowed_now" };
    await expect(regenerate(id), "processing").rejects.toMatchObject({
      ...refused,
      message: "The document is processing and has no text yet.",
    });
    await read(database, await claim(database, "ocr"));
    await expect(regenerate(id), "ocr_complete").rejects.toMatchObject({
      ...refused,
      message: "The document is ocr_complete; wait until that ends.",
    });
    const claimed = await claim(database, "metadata");
    await expect(regenerate(id), "generating_metadata").rejects.toMatchObject(refused);
    await describeAs(database, claimed);
    await regenerate(id);
    await expect(regenerate(id), "regenerating").rejects.toMatchObject(refused);
    await expect(regenerate(user), "another").rejects.toMatchObject({ code: "PT404", hint: "not_found" });

    const unread = await upload(database, user);
    await database.rpc("fail_job", { ...held(await claim(database, "ocr")), error: PROBLEM });
    await expect(regenerate(unread), "failed in reading").rejects.toMatchObject({
      ...refused,
      message: "The document is failed and has no text yet.",
    });
  });

  it("asked for twice at the same time happens once", async () => {
    const id = await complete(database, user);
    const answers = await Promise.allSettled([1, 2, 3].map(() => regenerate(id)));
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
  });
});
