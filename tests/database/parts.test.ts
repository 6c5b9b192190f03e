import { describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { callOf, type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  admit,
  claim,
  events,
  finishUpload,
  held,
  pageOf,
  read,
  sha256,
  statusOf,
  upload,
} from "../../testing/database/worker.ts";
import { waitFor, waitUntil } from "../../testing/waiting.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

/** A mail or an archive in a worker's hands. */
async function reading(filename = "mail.eml", content = sha256()): Promise<{ id: string; claimed: Claim }> {
  const id = await upload(database, user, content, filename);
  return { id, claimed: await claim(database, "ocr") };
}

const fileOf = (content_sha256: string, filename: string): Record<string, unknown> => ({
  filename,
  mime_type: "application/pdf",
  byte_size: 10,
  content_sha256,
});
const partOf = (
  claimed: Claim,
  place: number,
  content_sha256 = sha256(),
  filename = `part-${place}.pdf`,
): Record<string, unknown> => ({
  ...held(claimed),
  place,
  ...fileOf(content_sha256, filename),
});
const admitPart = (claimed: Claim, position: number, content?: string, filename?: string): Promise<any> =>
  database.rpc("admit_part", partOf(claimed, position, content, filename));

/** Admits a part and says that it is stored. */
async function keepPart(claimed: Claim, position: number, content?: string): Promise<string> {
  const { document_id } = await admitPart(claimed, position, content);
  await finishUpload(database, document_id);
  return document_id;
}
const parentOf = async (id: string): Promise<string | null | undefined> =>
  (await database.sql("select parent_id from public.documents where id = $1", [id]))[0]?.parent_id;

describe("a part", () => {
  it("becomes a document of its own below the one it came in, and is read when it is stored", async () => {
    const { id, claimed } = await reading();
    const admission = await admitPart(claimed, 1);
    expect(admission).toEqual({
      document_id: expect.any(String),
      storage_path: `${user}/${admission.document_id}`,
      filename: "part-1.pdf",
      status: "uploading",
      admitted_at: expect.any(String),
      duplicate: false,
    });
    expect(await parentOf(admission.document_id)).toBe(id);
    expect(await finishUpload(database, admission.document_id)).toBe("processing");
    expect(
      await database.asUser(
        user,
        "select position, filename, document_id, error from public.document_parts where parent_id = $1",
        [id],
      ),
    ).toEqual([{ position: 1, filename: "part-1.pdf", document_id: admission.document_id, error: null }]);
    expect(await database.asUser(await database.user(), "select from public.document_parts")).toEqual([]);
  });

  it("that is admitted again by a run that was cut off is the same document, read once", async () => {
    const { claimed } = await reading();
    const content = sha256();
    const first = await admitPart(claimed, 1, content);
    expect(await database.rpc("settled_parts", held(claimed)), "its file may be missing").toEqual([]);
    const again = await admitPart(claimed, 1, content);
    expect(again).toEqual({ ...first, admitted_at: expect.any(String) });
    for (let count = 0; count < 2; count += 1) await finishUpload(database, first.document_id);
    expect(await database.sql("select stage from private.jobs where document_id = $1", [first.document_id])).toEqual([
      { stage: "ocr" },
    ]);
    expect(await database.rpc("settled_parts", held(claimed))).toEqual([1]);
    expect(await admitPart(claimed, 1, content)).toMatchObject({ document_id: first.document_id, duplicate: true });
  });

  it("with the bytes of a document that its owner has is that one, which stays what it was", async () => {
    const content = sha256();
    const own = await upload(database, user, content);
    const { id, claimed } = await reading();
    expect(await admitPart(claimed, 1, content)).toMatchObject({
      document_id: own,
      filename: "scan.pdf",
      duplicate: true,
    });
    expect(await parentOf(own)).toBeNull();
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await statusOf(database, own)).toBe("processing");
  });

  it("with the bytes of the archive that it is in is that archive", async () => {
    const content = sha256();
    const { id, claimed } = await reading("quine.zip", content);
    expect(await admitPart(claimed, 1, content)).toMatchObject({ document_id: id, duplicate: true });
    expect(await parentOf(id)).toBeNull();
    expect(await database.asUser(user, "delete from public.documents returning id")).toHaveLength(1);
  });

  it("that was deleted does not come back when the reading goes on", async () => {
    const { claimed } = await reading();
    const part = await keepPart(claimed, 1);
    await database.asUser(user, "delete from public.documents where id = $1", [part]);
    expect(await database.rpc("settled_parts", held(claimed))).toEqual([1]);
  });

  it("is taken from the worker that holds the lease alone", async () => {
    const { id, claimed } = await reading();
    const stranger = { ...claimed, lease: crypto.randomUUID() };
    await expect(admitPart(stranger, 1)).rejects.toMatchObject({ hint: "lease_lost" });
    for (const [name, more] of [
      ["refuse_part", { place: 1, filename: "a", error: { code: "a", message: "b" } }],
      ["settled_parts", {}],
      ["complete_parts", {}],
    ] as const) {
      await expect(database.rpc(name, { ...held(stranger), ...more })).rejects.toMatchObject({ hint: "lease_lost" });
    }
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    await expect(admitPart(claimed, 1)).rejects.toMatchObject({ hint: "lease_lost" });
    expect(await database.sql("select from public.documents")).toEqual([]);
  });
});

describe("a part that may become no document", () => {
  it("because the month's are used up is refused, while those that are there still count as found", async () => {
    await database.sql("update private.settings set documents_per_month = 2");
    const { claimed } = await reading();
    const content = sha256();
    await admitPart(claimed, 1, content);
    await expect(admitPart(claimed, 2)).rejects.toMatchObject({ code: "PT402", hint: "monthly_limit_reached" });
    expect(await admitPart(claimed, 3, content)).toMatchObject({ duplicate: false });
    expect(await database.sql("select from public.documents")).toHaveLength(2);
  });

  it("because it lies too deep, or one upload becomes too many, is refused", async () => {
    await database.sql("update private.settings set part_depth = 2, parts_per_upload = 3");
    const { claimed } = await reading("outer.zip");
    await keepPart(claimed, 1);
    const inner = await claim(database, "ocr");
    await keepPart(inner, 1);
    const innermost = await claim(database, "ocr");
    await expect(admitPart(innermost, 1)).rejects.toMatchObject({ code: "PT422", hint: "nested_too_deep" });
    await keepPart(claimed, 2);
    await expect(admitPart(inner, 2)).rejects.toMatchObject({ code: "PT422", hint: "too_many_parts" });
    await expect(admitPart(claimed, 3)).rejects.toMatchObject({ hint: "too_many_parts" });
  });

  it("is written down with the reason, and told in the history once, with what became one", async () => {
    const { id, claimed } = await reading();
    await keepPart(claimed, 1);
    const error = { code: "unsupported_type", message: "The type of the file is unknown." };
    for (let count = 0; count < 2; count += 1)
      await database.rpc("refuse_part", { ...held(claimed), place: 2, filename: "setup.exe", error });
    expect(await database.rpc("settled_parts", held(claimed))).toEqual([1, 2]);
    for (let count = 0; count < 2; count += 1) await database.rpc("complete_parts", held(claimed));
    const told = await database.asUser(
      user,
      "select message, data from public.document_events where document_id = $1 and kind = 'parts'",
      [id],
    );
    expect(told).toEqual([
      {
        message: "1 document came with it; 1 part was rejected.",
        data: { documents: 1, refused: [{ position: 2, filename: "setup.exe", code: "unsupported_type" }] },
      },
    ]);
    expect(
      await database.asUser(user, "select position, document_id, error from public.document_parts where position = 2"),
    ).toEqual([{ position: 2, document_id: null, error }]);
  });
});

describe("a run over parts", () => {
  it("that yields after one was kept has cost no attempt", async () => {
    const { id, claimed } = await reading();
    await keepPart(claimed, 1);
    await database.rpc("yield_job", held(claimed));
    expect(await database.sql("select state, attempts from private.jobs where document_id = $1", [id])).toMatchObject([
      { attempts: 0 },
    ]);
  });

  it("completes the document with the text of its own, and counts each part as a document", async () => {
    const { id, claimed } = await reading();
    await keepPart(claimed, 1);
    await read(database, claimed, "From: somebody");
    expect(await statusOf(database, id)).toBe("ocr_complete");
    await read(database, await claim(database, "ocr"));
    expect(await database.sql("select documents, pages from public.usage_months")).toEqual([
      { documents: 2, pages: 2 },
    ]);
  });

  it("admits the last of the month's documents once, however many archives are read at the same time", async () => {
    await database.sql("update private.settings set documents_per_month = 5");
    const archives = [await reading("a.zip"), await reading("b.zip"), await reading("c.zip")];
    const answers = await Promise.allSettled(
      archives.flatMap(({ claimed }) => [1, 2, 3].map((position) => admitPart(claimed, position))),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await database.sql("select from public.documents")).toHaveLength(5);
  });
});

describe("a deleted mail or archive", () => {
  it("takes its parts at every depth, and the files of all are erased", async () => {
    const { id, claimed } = await reading("outer.zip");
    await keepPart(claimed, 1);
    await keepPart(await claim(database, "ocr"), 1);
    const paths = (await database.sql("select storage_path from public.documents")).map((row) => row.storage_path);
    expect(paths).toHaveLength(3);
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await database.sql("select from public.documents")).toEqual([]);
    const jobs = await database.sql("select stage, payload ->> 'storage_path' as path from private.jobs");
    expect(jobs.map(({ stage }) => stage)).toEqual(["erase", "erase", "erase"]);
    expect(jobs.map(({ path }) => path).sort()).toEqual(paths.sort());
  });

  it("leaves a part that another one has too, which goes with the last of them", async () => {
    const content = sha256();
    const [first, second] = [await reading("first.eml"), await reading("second.eml")];
    const shared = await keepPart(first.claimed, 1, content);
    expect(await admitPart(second.claimed, 1, content)).toMatchObject({ document_id: shared, duplicate: true });
    await database.asUser(user, "delete from public.documents where id = $1", [first.id]);
    expect(await parentOf(shared)).toBe(second.id);
    await database.asUser(user, "delete from public.documents where id = $1", [second.id]);
    expect(await database.sql("select from public.documents")).toEqual([]);
  });

  it("together with all others takes every part, and so does a deleted user", async () => {
    for (const deletion of ["delete from public.documents", `delete from auth.users where id = '${user}'`]) {
      const content = sha256();
      const [first, second] = [await reading("first.eml"), await reading("second.eml")];
      await keepPart(first.claimed, 1, content);
      await admitPart(second.claimed, 1, content);
      await database.sql(deletion);
      expect(await database.sql("select from public.documents")).toEqual([]);
      expect(await database.sql("select from public.document_parts")).toEqual([]);
    }
  });

  it("leaves a part that its owner has uploaded since", async () => {
    const { id, claimed } = await reading();
    const content = sha256();
    const part = await keepPart(claimed, 1, content);
    expect(await admit(database, user, content)).toMatchObject({ document_id: part, duplicate: true });
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await database.sql("select id, parent_id from public.documents")).toEqual([{ id: part, parent_id: null }]);
    expect(await events(database, part)).toEqual(["upload completed"]);
  });

  it("and the upload of a part that is just being completed do not wait for each other", async () => {
    const { claimed } = await reading();
    const content = sha256();
    const part = await keepPart(claimed, 1, content);
    const reader = await claim(database, "ocr");
    await database.rpc("save_pages", { ...held(reader), pages: [pageOf(1)], page_count: 1 });
    const worker = await database.connection();
    await worker.query("begin");
    const completion = callOf("complete_reading", { ...held(reader), result: { page_count: 1, processing_ms: 1 } });
    await worker.query("select from public.documents where id = $1 for update", [part]);
    const sent = admit(database, user, content);
    await waitFor(async () =>
      expect(
        await database.sql(
          "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        ),
      ).toHaveLength(1),
    );
    await worker.query(completion.text, completion.values);
    await worker.query("commit");
    expect(await sent).toMatchObject({ document_id: part, duplicate: true });
  });
});

it("deleting two mails at once and reading on in a part of one do not wait for each other", async () => {
  const first = await reading("first.mail.eml");
  await keepPart(first.claimed, 1);
  // It is being read, so that deleting it counts for the month, whose row it takes.
  await claim(database, "ocr");
  const second = await reading("second.mail.eml");
  const part = await keepPart(second.claimed, 1);
  const reader = await claim(database, "ocr");
  const worker = await database.connection();
  await worker.query("begin");
  await worker.query("select from public.documents where id = $1 for update", [part]);
  const deleted = database.sql("delete from public.documents where id in ($1, $2)", [first.id, second.id]);
  await waitFor(async () =>
    expect(
      await database.sql(
        "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      ),
    ).toHaveLength(1),
  );
  const { text, values } = callOf("save_pages", { ...held(reader), pages: [pageOf(1)], page_count: 1 });
  await worker.query(text, values);
  await worker.query("commit");
  await deleted;
  expect(await database.sql("select id from public.documents")).toEqual([]);
});

it("a part and an upload with the same bytes, at the same time, are one document", async () => {
  await upload(database, user);
  const claimed = await claim(database, "ocr");
  const content = sha256();
  const uploading = await database.connection();
  await uploading.query("begin");
  const { text, values } = callOf("admit_upload", { owner: user, ...fileOf(content, "scan.pdf") });
  const { document_id } = (await uploading.query(text, values)).rows[0].answer;
  const part = admitPart(claimed, 1, content);
  await waitUntil(async () => {
    const [row] = await database.sql("select exists (select from pg_locks where not granted) as waits");
    return row!.waits as boolean;
  });
  await uploading.query("commit");
  await uploading.end();
  expect(await part).toMatchObject({ document_id, duplicate: false });
  expect(await parentOf(document_id)).toBeNull();
});

it("parts are no requests: the rate counts the upload that they came in", async () => {
  await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.sql("update private.settings set requests_per_minute = 1");
  for (const position of [1, 2, 3]) expect(await admitPart(claimed, position)).toMatchObject({ duplicate: false });
});
