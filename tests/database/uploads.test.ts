import { describe, expect, it } from "vitest";
import { callOf, type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  admit,
  claim,
  complete,
  describeAs,
  events,
  finishUpload,
  held,
  INVOICE,
  jobOf,
  read,
  sha256,
  statusOf,
  sweep,
  upload,
} from "../../testing/database/worker.ts";

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

/** Writes an object's row as the Storage API does when the bytes are on disk; an upsert, whatever the caller asked for. */
const store = (name: string, file: { bucket?: string; size?: number; mimetype?: string } = {}) => {
  const { bucket = "documents", size = 1000, mimetype = "application/pdf" } = file;
  return database.sql(
    `insert into storage.objects (bucket_id, name, version, metadata) values ($1, $2, gen_random_uuid()::text, $3)
     on conflict (bucket_id, name) do update set version = excluded.version, metadata = excluded.metadata`,
    [bucket, name, { size, mimetype, contentLength: size }],
  );
};

/** What Storage tries, and rolls back, before it takes the bytes. */
const rehearse = (name: string, upsert = false) =>
  database.sql(
    `do $$ begin
       insert into storage.objects (bucket_id, name, version, metadata)
       values ('documents', '${name}', '1', '{"mimetype": "application/pdf", "contentLength": 1000}')
       ${upsert ? "on conflict (bucket_id, name) do update set version = excluded.version" : ""};
       raise exception 'rolled back' using errcode = 'P0099';
     exception when sqlstate 'P0099' then
     end $$`,
  );

const erasures = () => database.sql("select payload from private.jobs where stage = 'erase'");

/** What the erase job does, as its worker says it. */
async function erase(storage_path: string): Promise<void> {
  await database.sql(
    `do $$ begin
       perform set_config('storage.allow_delete_query', 'true', true);
       delete from storage.objects where name = '${storage_path}';
     end $$`,
  );
  await database.sql("delete from private.jobs where stage = 'erase'");
}

describe("an upload", () => {
  it("gets a row and a path under its owner, and is read when the file is stored", async () => {
    const admission = await admit(database, user);
    expect(admission).toEqual({
      document_id: expect.any(String),
      storage_path: `${user}/${admission.document_id}`,
      filename: "scan.pdf",
      status: "uploading",
      admitted_at: expect.any(String),
      duplicate: false,
    });
    expect(await database.invocations()).toEqual([]);
    expect(await finishUpload(database, admission.document_id)).toBe("processing");
    expect(await database.invocations()).toMatchObject([{ function: "ocr" }]);
    expect(await events(database, admission.document_id)).toEqual(["upload completed"]);
  });

  it("is finished once, however often that is said", async () => {
    const id = await upload(database, user);
    expect(await finishUpload(database, id)).toBe("processing");
    expect(await database.invocations()).toHaveLength(1);
    expect(await events(database, id)).toEqual(["upload completed"]);
  });

  it("that could not be stored leaves no row", async () => {
    const { document_id, admitted_at } = await admit(database, user);
    await database.rpc("abandon_upload", { document_id, admitted_at });
    expect(await database.sql("select from public.documents")).toEqual([]);
    expect(await finishUpload(database, document_id)).toBeNull();
  });

  it("is not taken back by one of several that bring the same bytes, as another may yet bring them", async () => {
    const bytes = sha256();
    const { document_id, storage_path, admitted_at } = await admit(database, user, bytes);
    await admit(database, user, bytes);
    await database.rpc("abandon_upload", { document_id, admitted_at });
    expect(await statusOf(database, document_id)).toBe("uploading");
    await store(storage_path);
    expect(await statusOf(database, document_id)).toBe("processing");
  });

  it("that took up a document again and could not be stored leaves it failed, not uploading", async () => {
    const bytes = sha256();
    await admit(database, user, bytes);
    const { document_id, admitted_at } = await admit(database, user, bytes);
    await database.rpc("abandon_upload", { document_id, admitted_at });
    expect(await database.sql("select status, error ->> 'code' as code from public.documents")).toEqual([
      { status: "failed", code: "upload_interrupted" },
    ]);
  });

  it("cannot be abandoned once it is stored", async () => {
    const { document_id: id, admitted_at } = await admit(database, user);
    await finishUpload(database, id);
    await database.rpc("abandon_upload", { document_id: id, admitted_at });
    expect(await statusOf(database, id)).toBe("processing");
  });
});

describe("a file that arrives in Storage", () => {
  it("finishes its upload, once, in the transaction that stores it", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await store(storage_path);
    expect(await statusOf(database, document_id)).toBe("processing");
    expect(await database.invocations()).toMatchObject([{ function: "ocr" }]);
    expect(await events(database, document_id)).toEqual(["upload completed"]);
  });

  it("counts when its bytes are there, not when Storage tries whether it may take them", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await rehearse(storage_path);
    await database.sql("insert into storage.objects (bucket_id, name, version) values ('documents', $1, '1')", [
      storage_path,
    ]);
    expect(await statusOf(database, document_id)).toBe("uploading");
  });

  it.each(["processing", "completed", "failed"])("is never replaced: its document is %s", async (status) => {
    const { document_id, storage_path } = await admit(database, user);
    await store(storage_path);
    const [before] = await database.sql("select version from storage.objects");
    if (status === "completed") {
      await read(database, await claim(database, "ocr"), INVOICE);
      await describeAs(database, await claim(database, "metadata"));
    } else if (status === "failed") {
      const error = { code: "broken_file", message: "Broken.", retryable: false };
      await database.rpc("fail_job", { ...held(await claim(database, "ocr")), error });
    }
    expect(await statusOf(database, document_id)).toBe(status);
    // 23505 is what Storage answers as 409 Duplicate, before it takes a byte.
    await expect(store(storage_path)).rejects.toMatchObject({ code: "23505" });
    await expect(rehearse(storage_path, true)).rejects.toMatchObject({ code: "23505" });
    expect(await database.sql("select version from storage.objects")).toEqual([before]);
  });

  it("is refused when its document is gone, and where there never was one", async () => {
    const { storage_path } = await admit(database, user);
    await database.asUser(user, "delete from public.documents");
    const refused = { code: "42501", message: expect.stringContaining("announce") };
    for (const name of [storage_path, `${user}/more`, "elsewhere"]) {
      await expect(store(name), name).rejects.toMatchObject(refused);
      await expect(rehearse(name), name).rejects.toMatchObject(refused);
      await expect(rehearse(name, true), name).rejects.toMatchObject(refused);
    }
    expect(await database.sql("select from storage.objects")).toEqual([]);
  });

  it("is refused when its announcement has expired", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await leaveAlone(document_id);
    await sweep(database);
    await expect(store(storage_path)).rejects.toMatchObject({ code: "42501" });
    await expect(rehearse(storage_path, true)).rejects.toMatchObject({ code: "42501" });
    expect(await statusOf(database, document_id)).toBe("failed");
    expect(await database.sql("select from storage.objects")).toEqual([]);
  });

  it.each([
    ["more bytes than were announced", { size: 1001 }, "file_differs"],
    ["fewer bytes than were announced", { size: 999 }, "file_differs"],
    ["no bytes", { size: 0 }, "file_differs"],
    ["another type than was announced", { mimetype: "text/csv" }, "file_differs"],
    ["a type with parameters", { mimetype: "application/pdf; x=y" }, "file_differs"],
    ["more bytes than the bucket takes", { size: 30 * 1024 * 1024 }, "file_too_large"],
  ])("is rejected and erased when it has %s", async (_, file: { size?: number; mimetype?: string }, code) => {
    const { document_id, storage_path } = await admit(database, user);
    await store(storage_path, file);
    const [document] = await database.sql("select status, error, byte_size::int from public.documents");
    expect(document).toMatchObject({ status: "failed", error: { stage: "upload", code, retryable: false } });
    expect(document!.byte_size).toBe(file.size || 1000);
    expect(await erasures()).toEqual([{ payload: { storage_path } }]);
    expect(await events(database, document_id)).toEqual(["upload failed"]);
    await expect(database.rpc("retry_document", { document_id })).rejects.toMatchObject({ hint: "not_allowed_now" });
  });

  it("may come again when the wrong one is erased", async () => {
    const bytes = sha256();
    const { document_id, storage_path } = await admit(database, user, bytes);
    await store(storage_path, { size: 1 });
    // Until it is erased, the erasure would take the right one.
    await expect(admit(database, user, bytes)).rejects.toMatchObject({
      code: "PT429",
      detail: expect.stringContaining("retry_after_ms"),
    });
    await erase(storage_path);
    expect(await admit(database, user, bytes)).toMatchObject({ document_id, status: "uploading", duplicate: false });
    await store(storage_path);
    expect(await statusOf(database, document_id)).toBe("processing");
  });

  it("is compared with what was announced last", async () => {
    const args = { owner: user, filename: "a.csv", mime_type: "text/csv", byte_size: 1, content_sha256: sha256() };
    await database.rpc("admit_upload", args);
    const { document_id, storage_path } = await admit(database, user, args.content_sha256, "a.pdf");
    await store(storage_path);
    expect(await database.sql("select id, status, filename, mime_type, byte_size::int from public.documents")).toEqual([
      { id: document_id, status: "processing", filename: "a.pdf", mime_type: "application/pdf", byte_size: 1000 },
    ]);
  });

  it("is erased when reading finds other bytes in it than were announced, and the right ones may come", async () => {
    const bytes = sha256();
    const { document_id, storage_path } = await admit(database, user, bytes);
    await store(storage_path);
    const claimed = await claim(database, "ocr");
    expect(claimed.document).toMatchObject({ content_sha256: bytes });
    await database.rpc("fail_job", {
      ...held(claimed),
      error: { code: "file_differs", message: "Not what was announced.", retryable: false },
    });
    expect(await erasures()).toEqual([{ payload: { storage_path } }]);
    await expect(database.rpc("retry_document", { document_id })).rejects.toMatchObject({ hint: "not_allowed_now" });
    await erase(storage_path);
    expect(await admit(database, user, bytes)).toMatchObject({ document_id, status: "uploading", duplicate: false });
    await store(storage_path);
    expect(await statusOf(database, document_id)).toBe("processing");
    expect(await database.invocations()).toMatchObject([
      { function: "ocr" },
      { function: "upload" },
      { function: "ocr" },
    ]);
  });

  it("may come again when the stored one is gone", async () => {
    const bytes = sha256();
    const { document_id, storage_path } = await admit(database, user, bytes);
    await store(storage_path);
    await database.rpc("fail_job", {
      ...held(await claim(database, "ocr")),
      error: { code: "file_missing", message: "Gone.", retryable: false },
    });
    await erase(storage_path);
    expect(await admit(database, user, bytes)).toMatchObject({ document_id, status: "uploading", duplicate: false });
    await store(storage_path);
    expect(await statusOf(database, document_id)).toBe("processing");
  });

  it("of another bucket concerns nobody here", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await database.sql("insert into storage.buckets (id, name) values ('others', 'others')");
    await store(storage_path, { bucket: "others" });
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
  /** As if the trigger had failed. */
  async function storeUnnoticed(storage_path: string, size: number): Promise<void> {
    await database.sql("alter table storage.objects disable trigger on_document_files_stored");
    await store(storage_path, { size });
    await database.sql("alter table storage.objects enable trigger on_document_files_stored");
  }

  it("is rejected when the sweep finds another file stored than was announced", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await storeUnnoticed(storage_path, 1001);
    await leaveAlone(document_id);
    await sweep(database);
    expect(await database.sql("select status, error ->> 'code' as code from public.documents")).toEqual([
      { status: "failed", code: "file_differs" },
    ]);
    expect(await erasures()).toEqual([{ payload: { storage_path } }]);
  });

  it("is left alone within its time", async () => {
    const { document_id } = await admit(database, user);
    await sweep(database);
    expect(await statusOf(database, document_id)).toBe("uploading");
  });

  it("goes on when the sweep finds its file stored", async () => {
    const { document_id, storage_path } = await admit(database, user);
    await storeUnnoticed(storage_path, 1000);
    await leaveAlone(document_id);
    await sweep(database);
    expect(await statusOf(database, document_id)).toBe("processing");
    expect(await database.invocations()).toMatchObject([
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

  it("counts from the last try: the same bytes again start its time over", async () => {
    const bytes = sha256();
    const { document_id } = await admit(database, user, bytes);
    await leaveAlone(document_id);
    expect(await admit(database, user, bytes)).toMatchObject({ document_id, duplicate: false });
    await sweep(database);
    expect(await statusOf(database, document_id)).toBe("uploading");
  });
});
