import { describe, expect, it } from "vitest";
import { callOf, type Database, withDatabase } from "./migrated.ts";
import {
  admit,
  claim,
  complete,
  events,
  finishUpload,
  held,
  jobOf,
  sha256,
  statusOf,
  sweep,
  upload,
} from "./worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const leaveAlone = (id: string): Promise<unknown> =>
  database
    .sql("alter table public.documents disable trigger documents_touch_updated_at")
    .then(() =>
      database.sql("update public.documents set updated_at = now() - interval '11 minutes' where id = $1", [id]),
    )
    .then(() => database.sql("alter table public.documents enable trigger documents_touch_updated_at"));

/** Writes an object's row as the Storage API does when the bytes are on disk; again with a new version. */
const store = (name: string, bucket = "documents") =>
  database.sql(
    `insert into storage.objects (bucket_id, name, version, metadata) values ($1, $2, gen_random_uuid()::text, '{"size": 1000}')
   on conflict (bucket_id, name) do update set version = excluded.version`,
    [bucket, name],
  );

describe("an upload", () => {
  it("gets a row and a path under its owner, and is read when the file is stored", async () => {
    const admission = await admit(database, user);
    expect(admission).toEqual({
      document_id: expect.any(String),
      storage_path: `${user}/${admission.document_id}`,
      filename: "scan.pdf",
      status: "uploading",
      duplicate: false,
    });
    expect(await database.kicks()).toEqual([]);
    expect(await finishUpload(database, admission.document_id)).toBe("processing");
    expect(await database.kicks()).toMatchObject([{ function: "ocr" }]);
    expect(await events(database, admission.document_id)).toEqual(["upload completed"]);
  });

  it("is finished once, however often that is said", async () => {
    const id = await upload(database, user);
    expect(await finishUpload(database, id)).toBe("processing");
    expect(await database.kicks()).toHaveLength(1);
    expect(await events(database, id)).toEqual(["upload completed"]);
  });

  it("that could not be stored leaves no row", async () => {
    const { document_id } = await admit(database, user);
    await database.rpc("abandon_upload", { document_id });
    expect(await database.sql("select from public.documents")).toEqual([]);
    expect(await finishUpload(database, document_id)).toBeNull();
  });

  it("is not taken back by one of several that bring the same bytes, as another may yet bring them", async () => {
    const bytes = sha256();
    const { document_id, storage_path } = await admit(database, user, bytes);
    await admit(database, user, bytes);
    await database.rpc("abandon_upload", { document_id });
    expect(await statusOf(database, document_id)).toBe("uploading");
    await store(storage_path);
    expect(await statusOf(database, document_id)).toBe("processing");
  });

  it("cannot be abandoned once it is stored", async () => {
    const id = await upload(database, user);
    await database.rpc("abandon_upload", { document_id: id });
    expect(await statusOf(database, id)).toBe("processing");
  });
});

describe("a file that arrives in Storage", () => {
  it("finishes its upload, once, in the transaction that stores it", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await store(storage_path);
    await store(storage_path);
    expect(await statusOf(database, document_id)).toBe("processing");
    expect(await database.kicks()).toMatchObject([{ function: "ocr" }]);
    expect(await events(database, document_id)).toEqual(["upload completed"]);
  });

  it("counts when its bytes are there, not when Storage tries whether it may take them", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await database.sql("insert into storage.objects (bucket_id, name, version) values ('documents', $1, '1')", [
      storage_path,
    ]);
    expect(await statusOf(database, document_id)).toBe("uploading");
  });

  it("is erased when its document is gone", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await database.asUser(user, "delete from public.documents");
    await database.sql("delete from private.jobs");
    await store(storage_path);
    expect(await database.sql("select stage, document_id, payload from private.jobs")).toEqual([
      { stage: "erase", document_id, payload: { storage_path } },
    ]);
  });

  it("of another bucket concerns nobody here", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await database.sql("insert into storage.buckets (id, name) values ('others', 'others')");
    await store(storage_path, "others");
    expect(await statusOf(database, document_id)).toBe("uploading");
  });

  it("is stored even if its upload cannot be finished, and the sweep ends that", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await database.sql("alter function private.finish_upload(uuid) rename to mislaid");
    await store(storage_path);
    await database.sql("alter function private.mislaid(uuid) rename to finish_upload");
    expect(await statusOf(database, document_id)).toBe("uploading");
    await leaveAlone(document_id);
    await sweep(database);
    expect(await statusOf(database, document_id)).toBe("processing");
  });
});

describe("the same bytes again", () => {
  it("return the document that is there, whatever became of it", async () => {
    const bytes = sha256();
    const id = await upload(database, user, bytes);
    expect(await admit(database, user, bytes, "other.pdf")).toMatchObject({
      document_id: id,
      filename: "scan.pdf",
      status: "processing",
      duplicate: true,
    });
    const claimed = await claim(database, "ocr");
    await database.rpc("fail_job", {
      ...held(claimed),
      error: { code: "broken_file", message: "Broken.", retryable: false },
    });
    expect(await admit(database, user, bytes)).toMatchObject({ document_id: id, status: "failed", duplicate: true });
  });

  it("are another document for another user", async () => {
    const bytes = sha256();
    const id = await upload(database, user, bytes);
    const other = await admit(database, await database.user(), bytes);
    expect(other.duplicate).toBe(false);
    expect(other.document_id).not.toBe(id);
  });

  it("sent twice at the same time make one document, and the second waits for the first", async () => {
    const bytes = sha256();
    const args = { owner: user, filename: "a.pdf", mime_type: "application/pdf", byte_size: 1, content_sha256: bytes };
    const { text, values } = callOf("admit_upload", args);
    const first = await database.connection();
    await first.query("begin");
    const { rows } = await first.query(text, values);
    const second = admit(database, user, bytes);
    await first.query("commit");
    expect((await second).document_id).toBe(rows[0].answer.document_id);
    expect(await database.sql("select from public.documents")).toHaveLength(1);
  });

  it("in parallel from many connections make one document", async () => {
    const bytes = sha256();
    const admissions = await Promise.all(Array.from({ length: 8 }, () => admit(database, user, bytes)));
    expect(new Set(admissions.map(({ document_id }) => document_id)).size).toBe(1);
  });
});

describe("the monthly limit", () => {
  it("admits exactly what is left when uploads arrive in parallel", async () => {
    await database.sql("update private.settings set documents_per_month = 5");
    await complete(database, user);
    await upload(database, user);
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => admit(database, user)));
    const refused = answers.filter((answer) => answer.status === "rejected").map(({ reason }) => reason);
    expect(refused).toHaveLength(7);
    for (const error of refused) {
      expect(error).toMatchObject({
        code: "PT402",
        hint: "monthly_limit_reached",
        message: expect.stringMatching(
          /^This month's 5 documents are used up; the count starts again on \d{4}-\d\d-01\.$/,
        ),
      });
    }
    expect(await database.sql("select from public.documents")).toHaveLength(5);
  });

  it("still finds a duplicate when it is reached, and is nobody else's", async () => {
    await database.sql("update private.settings set documents_per_month = 1");
    const bytes = sha256();
    const id = await upload(database, user, bytes);
    expect(await admit(database, user, bytes)).toMatchObject({ document_id: id, duplicate: true });
    expect(await admit(database, await database.user())).toMatchObject({ duplicate: false });
  });

  it("starts again with the next month", async () => {
    await database.sql("update private.settings set documents_per_month = 1");
    await complete(database, user);
    await expect(admit(database, user)).rejects.toMatchObject({ hint: "monthly_limit_reached" });
    await database.sql("update public.usage_months set month = month - interval '1 month'");
    expect(await admit(database, user)).toMatchObject({ duplicate: false });
  });
});

describe("an interrupted upload", () => {
  it("is left alone within its time", async () => {
    const { document_id } = await admit(database, user);
    await sweep(database);
    expect(await statusOf(database, document_id)).toBe("uploading");
  });

  it("goes on when the sweep finds its file stored", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await database.sql("insert into storage.objects (bucket_id, name) values ('documents', $1)", [storage_path]);
    await leaveAlone(document_id);
    await sweep(database);
    expect(await statusOf(database, document_id)).toBe("processing");
    expect(await database.kicks()).toMatchObject([
      { function: "ocr", job_id: (await jobOf(database, document_id, "ocr")).id },
    ]);
  });

  it("fails when the sweep finds no file, and the same bytes take it up again", async () => {
    const bytes = sha256();
    const { document_id } = await admit(database, user, bytes);
    await leaveAlone(document_id);
    await sweep(database);
    const [document] = await database.sql("select status, error from public.documents");
    expect(document).toMatchObject({
      status: "failed",
      error: { stage: "upload", code: "upload_interrupted", retryable: false },
    });
    expect(await events(database, document_id)).toEqual(["upload failed"]);
    await expect(database.rpc("retry_document", { document_id })).rejects.toMatchObject({
      code: "PT409",
      hint: "not_allowed_now",
    });

    expect(await admit(database, user, bytes)).toMatchObject({ document_id, status: "uploading", duplicate: false });
    expect(await finishUpload(database, document_id)).toBe("processing");
  });

  it("counts from the last try: the same bytes again start its time anew", async () => {
    const bytes = sha256();
    const { document_id } = await admit(database, user, bytes);
    await leaveAlone(document_id);
    expect(await admit(database, user, bytes)).toMatchObject({ document_id, duplicate: false });
    await sweep(database);
    expect(await statusOf(database, document_id)).toBe("uploading");
  });

  it("that was given up and ends after all is read", async () => {
    const { document_id } = await admit(database, user);
    await leaveAlone(document_id);
    await sweep(database);
    expect(await finishUpload(database, document_id)).toBe("processing");
    expect(await database.kicks()).toMatchObject([{ function: "ocr" }]);
  });
});
