import { describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  BROKEN,
  claim,
  complete,
  describeAs,
  events,
  failForGood,
  held,
  jobOf,
  pageOf,
  read,
  readDocument,
  statusOf,
  upload,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

describe("retry_document", () => {
  it("starts a failed reading afresh, and keeps the pages that were read", async () => {
    const id = await upload(database, user);
    const claimed = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1)], page_count: 2 });
    await database.rpc("fail_job", { ...held(claimed), error: BROKEN });
    expect(await database.rpc("retry_document", { document_id: id })).toBe("processing");
    expect(await claim(database, "ocr")).toMatchObject({ attempt: 1, pages_read: [1] });
    expect(await database.sql("select error from public.documents")).toEqual([{ error: null }]);
    expect((await events(database, id)).at(-2)).toBe("ocr queued");
  });

  it("of a failed describing asks for the metadata alone, through the same trigger", async () => {
    const id = await readDocument(database, user);
    await failForGood(database, "metadata");
    expect(await database.rpc("retry_document", { document_id: id })).toBe("ocr_complete");
    await describeAs(database, await claim(database, "metadata"));
    expect(await statusOf(database, id)).toBe("completed");
    expect(await database.sql("select documents from public.usage_months")).toEqual([{ documents: 1 }]);
    expect((await database.invocations()).filter((invocation) => invocation.function === "ocr")).toHaveLength(1);
  });

  it("is refused unless the document failed, with the status that forbids it", async () => {
    const id = await upload(database, user);
    for (const status of ["processing", "ocr_complete", "generating_metadata", "completed"]) {
      if (status === "ocr_complete") await read(database, await claim(database, "ocr"));
      const claimed = status === "generating_metadata" ? await claim(database, "metadata") : undefined;
      if (claimed)
        await expect(database.rpc("retry_document", { document_id: id })).rejects.toMatchObject({
          message: expect.stringContaining(status),
        });
      if (claimed) await describeAs(database, claimed);
      if (!claimed) {
        await expect(database.rpc("retry_document", { document_id: id })).rejects.toMatchObject({
          code: "PT409",
          hint: "not_allowed_now",
          message: `The document is ${status}; only a failed one can be retried.`,
        });
      }
    }
    await expect(database.rpc("retry_document", { document_id: user })).rejects.toMatchObject({
      code: "PT404",
      hint: "not_found",
    });
  });

  it("sent twice at the same time starts one", async () => {
    const id = await upload(database, user);
    await failForGood(database, "ocr", BROKEN);
    const answers = await Promise.allSettled([1, 2, 3].map(() => database.rpc("retry_document", { document_id: id })));
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
    expect(
      await database.sql("select from private.jobs where state in ('queued', 'dispatched', 'running')"),
    ).toHaveLength(1);
  });
});

describe("revive_job", () => {
  const revive = (jobId: string): Promise<unknown> => database.sql("select private.revive_job($1)", [jobId]);

  it.each(["ocr", "metadata"] as const)("gives a dead %s job all its attempts again", async (stage) => {
    const id = stage === "ocr" ? await upload(database, user) : await readDocument(database, user);
    await failForGood(database, stage);
    await revive((await jobOf(database, id, stage)).id);
    const claimed = await claim(database, stage);
    expect(claimed.attempt).toBe(1);
    if (stage === "ocr") await read(database, claimed);
    await describeAs(database, stage === "ocr" ? await claim(database, "metadata") : claimed);
    expect(await statusOf(database, id)).toBe("completed");
  });

  it("is refused for a job that is not dead", async () => {
    const id = await upload(database, user);
    await expect(revive((await jobOf(database, id, "ocr")).id)).rejects.toMatchObject({
      code: "PT409",
      hint: "not_allowed_now",
    });
  });

  it("is refused when the document has gone on since", async () => {
    const id = await upload(database, user);
    await failForGood(database, "ocr", BROKEN);
    const dead = (await jobOf(database, id, "ocr")).id;
    await database.rpc("retry_document", { document_id: id });
    await expect(revive(dead)).rejects.toMatchObject({ code: "PT409", hint: "not_allowed_now" });
    await read(database, await claim(database, "ocr"));
    await expect(revive(dead)).rejects.toMatchObject({ code: "PT409" });
    await describeAs(database, await claim(database, "metadata"));
    await expect(revive(dead)).rejects.toMatchObject({ code: "PT409" });
    expect(await jobOf(database, id, "metadata")).toMatchObject({ state: "done" });
  });

  it("revives an erasure, whose document is gone", async () => {
    await complete(database, user);
    await database.sql("delete from public.documents");
    const claimed = await claim(database, "upload");
    await database.rpc("fail_job", { ...held(claimed), error: { code: "x", message: "y", retryable: false } });
    expect(await database.sql("select state from private.jobs")).toEqual([{ state: "dead" }]);
    await revive(claimed.job_id);
    expect(await claim(database, "upload")).toMatchObject({
      attempt: 1,
      document: null,
      payload: { storage_path: expect.any(String) },
    });
  });
});
