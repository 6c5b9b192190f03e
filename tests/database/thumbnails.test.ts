// Pictures of first pages: who gets one and when, and that they go with their document.
import { expect, it } from "vitest";
import { DRAWN_TYPES } from "../../supabase/functions/thumbnail/drawing.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, complete, events, held, jobOf, statusOf } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const finish = (claimed: Awaited<ReturnType<typeof claim>>, drawn: boolean) =>
  database.rpc("complete_thumbnail", { ...held(claimed), drawn });
const has = async (id: string) =>
  (await database.sql("select has_thumbnail from public.documents where id = $1", [id]))[0]!.has_thumbnail;

it("is drawn of a completed document, which is complete already", async () => {
  const id = await complete(database, user);
  expect(await statusOf(database, id)).toBe("completed");
  expect(await has(id)).toBe(false);
  expect(await finish(await claim(database, "thumbnail"), true)).toEqual({ next: null });
  expect(await has(id)).toBe(true);
  expect(await statusOf(database, id)).toBe("completed");
  expect((await events(database, id)).slice(-2)).toEqual(["thumbnail started", "thumbnail completed"]);
});

it("is missing where the file could not be drawn, and the document stays completed", async () => {
  const id = await complete(database, user);
  await finish(await claim(database, "thumbnail"), false);
  expect(await has(id)).toBe(false);
  expect(await statusOf(database, id)).toBe("completed");
});

it("does not touch the document when drawing fails for good", async () => {
  const id = await complete(database, user);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await database.rpc("fail_job", {
      ...held(await claim(database, "thumbnail")),
      error: { code: "storage_unavailable", message: "Storage does not answer.", retryable: true },
    });
    await database.sql("update private.jobs set run_after = null where stage = 'thumbnail'");
    await database.sql("select private.sweep_jobs()");
  }
  expect(await jobOf(database, id, "thumbnail")).toMatchObject({ state: "dead" });
  expect(await statusOf(database, id)).toBe("completed");
});

it("is not drawn again when a document that has one is described again", async () => {
  const id = await complete(database, user);
  await finish(await claim(database, "thumbnail"), true);
  await database.sql(
    "select private.record_event(documents, 'metadata', 'completed', 'Described again.') from public.documents where id = $1",
    [id],
  );
  const jobs = await database.sql("select from private.jobs where stage = 'thumbnail'");
  expect(jobs).toHaveLength(1);
});

it("is asked for of the formats that are drawn, and of no other", async () => {
  const types = await database.sql(`
    with made as (
      insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256)
      select '${user}', 'a', '${user}/' || gen_random_uuid(), mime, 1, encode(sha256(mime::bytea), 'hex')
      from storage.buckets, unnest(allowed_mime_types) as mime where buckets.id = 'documents'
      returning mime_type)
    select * from made`);
  const wanted = await database.sql<{ mime_type: string }>(`
    select mime_type from public.documents where private.wants_thumbnail(
      row(1, id, user_id, 'metadata', 'completed', '', '{}', now())::public.document_events) order by 1`);
  expect(types.length).toBeGreaterThan(15);
  expect(wanted.map(({ mime_type }) => mime_type)).toEqual([...DRAWN_TYPES].sort());
});

it("is erased with its document and not with the trash", async () => {
  const id = await complete(database, user);
  const without = await complete(database, user);
  await finish(await claim(database, "thumbnail"), true);
  const erasing = () => database.sql("select payload from private.jobs where stage = 'erase' order by created_at");
  const drawn = (await has(id)) ? id : without;
  await database.sql("update public.documents set trashed_at = now() where id = $1", [drawn]);
  expect(await erasing()).toEqual([]);
  await database.sql("delete from public.documents where id = $1", [drawn]);
  const path = `${user}/${drawn}`;
  expect(await erasing()).toEqual([{ payload: { storage_path: path, thumbnail_path: path } }]);
  await database.sql("delete from public.documents");
  const left = `${user}/${drawn === id ? without : id}`;
  expect((await erasing()).map(({ payload }) => payload)).toContainEqual({ storage_path: left });
});

it("is erased within the hour when it was stored while its document was deleted", async () => {
  const id = await complete(database, user);
  await database.sql(
    `insert into storage.objects (bucket_id, name, created_at) values
      ('thumbnails', $1, now() - interval '2 hours'), ('thumbnails', $2, now() - interval '2 hours'), ('thumbnails', $3, now())`,
    [`${user}/${id}`, `${user}/gone`, `${user}/young`],
  );
  expect(await database.sql("select private.erase_strays() as found")).toEqual([{ found: 1 }]);
  expect(await database.sql("select private.erase_strays() as found")).toEqual([{ found: 0 }]);
  expect(await database.sql("select payload from private.jobs where stage = 'erase'")).toEqual([
    { payload: { thumbnail_path: `${user}/gone` } },
  ]);
});

it("is seen by the owner of its document alone", async () => {
  const id = await complete(database, user);
  await database.sql("insert into storage.objects (bucket_id, name) values ('thumbnails', $1)", [`${user}/${id}`]);
  const look = "select name from storage.objects where bucket_id = 'thumbnails'";
  expect(await database.asUser(user, look)).toHaveLength(1);
  expect(await database.asUser(await database.user(), look)).toEqual([]);
  expect(await database.asAnon(look)).toEqual([]);
  await expect(
    database.asUser(user, "insert into storage.objects (bucket_id, name) values ('thumbnails', $1)", [`${user}/x`]),
  ).rejects.toThrow("row-level security");
});
