import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { admit, claim, complete, events, finishUpload, held, sha256, upload } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

let kept: string;
let id: string;
beforeEach(async () => {
  kept = await complete(database, user);
  id = await complete(database, user);
});

const ask = async (query: string, values: unknown[] = [], as = user): Promise<any> => {
  const [row] = await database.asUser(as, query, values);
  return row && Object.values(row)[0];
};
const trash = (ids: string[], as = user): Promise<number> => ask("select public.trash_documents($1)", [ids], as);
const restore = (ids: string[], as = user): Promise<number> => ask("select public.restore_documents($1)", [ids], as);
const inTrash = async (): Promise<string[]> =>
  (await ask("select public.trash()")).documents.map((one: { id: string }) => one.id);
const bytes = async (): Promise<unknown> =>
  database.sql("select bytes from private.stored_bytes where user_id = $1", [user]);

/** A mail with a part, both read no further than they have to be. */
async function mail(part = sha256()): Promise<{ mail: string; part: string }> {
  const parent = await upload(database, user, sha256(), "mail.eml");
  const claimed = await claim(database, "ocr");
  const { document_id } = await database.rpc("admit_part", {
    ...held(claimed),
    place: 1,
    filename: "part.pdf",
    mime_type: "application/pdf",
    byte_size: 10,
    content_sha256: part,
  });
  await finishUpload(database, document_id);
  await database.sql("delete from private.jobs");
  return { mail: parent, part: document_id };
}

describe("a document in the trash", () => {
  it("is in no list, search, sum or tag, and no program sees it", async () => {
    expect(await trash([id])).toBe(1);
    expect(await database.asUser(user, "select id from public.documents")).toEqual([{ id: kept }]);
    for (const query of [null, "acme"]) {
      const found = await ask("select public.search_documents($1)", [query]);
      expect(found.documents.map((one: { id: string }) => one.id)).toEqual([kept]);
      expect(found.total).toBe(1);
    }
    expect(await database.asUser(user, "select documents, total::float from public.sum_amounts()")).toEqual([
      { documents: "1", total: 120 },
    ]);
    expect(await database.asUser(user, "select tag, documents from public.my_tags() order by tag")).toEqual([
      { tag: "acme", documents: 1 },
      { tag: "invoice", documents: 1 },
    ]);
    await expect(ask("select public.call_api('get_document', jsonb_build_object('document_id', $1::text))", [id]))
      .rejects //
      .toMatchObject({ code: "PT404" });
    expect(
      await database.asUser(user, "update public.documents set summary = 'x' where id = $1 returning id", [id]),
    ).toEqual([]);
    expect(await database.asUser(user, "delete from public.documents where id = $1 returning id", [id])).toEqual([]);
  });

  it("keeps its bytes in its owner's storage, and comes back as it was", async () => {
    const [before] = await database.asUser(
      user,
      "select to_jsonb(d) - 'updated_at' as row from public.documents as d where id = $1",
      [id],
    );
    const stored = await bytes();
    await trash([id]);
    expect(await bytes()).toEqual(stored);
    expect(await inTrash()).toEqual([id]);
    expect(await ask("select public.trash()")).toMatchObject({
      total: 1,
      bytes: expect.any(Number),
      kept_for: 30 * 86_400,
    });
    expect(await restore([id])).toBe(1);
    expect(await inTrash()).toEqual([]);
    expect(
      await database.asUser(user, "select to_jsonb(d) - 'updated_at' as row from public.documents as d where id = $1", [
        id,
      ]),
    ).toEqual([before]);
    expect((await events(database, id)).slice(-2)).toEqual(["edit trashed", "edit restored"]);
    expect(await ask("select documents from public.my_tags() where tag = 'acme'")).toBe(2);
  });

  it("is nobody else's to move, see, restore or delete", async () => {
    const stranger = await database.user();
    expect(await trash([id], stranger)).toBe(0);
    await trash([id]);
    expect((await ask("select public.trash()", [], stranger)).documents).toEqual([]);
    expect(await restore([id], stranger)).toBe(0);
    expect(await ask("select public.empty_trash()", [], stranger)).toEqual({ deleted: 0, left: 0 });
    expect(await inTrash()).toEqual([id]);
  });

  it("is opened by no share link until it is back", async () => {
    const made = await ask("select public.create_share_link($1)", [id]);
    const look = () => database.rpc("look_at_share_link", { token_sha256: sha256(made.token) });
    await trash([id]);
    expect(await look()).toMatchObject({ refused: { status: 404 } });
    await expect(ask("select public.create_share_link($1)", [id])).rejects.toMatchObject({ code: "PT404" });
    await restore([id]);
    expect(await look()).toEqual({ needs_password: false });
  });

  it("comes back when the same bytes are sent again", async () => {
    await trash([id]);
    const [{ content_sha256 }] = (await database.sql("select content_sha256 from public.documents where id = $1", [
      id,
    ])) as [{ content_sha256: string }];
    expect(await admit(database, user, content_sha256)).toMatchObject({ document_id: id, duplicate: true });
    expect(await inTrash()).toEqual([]);
  });

  it("goes on through the pipeline, and is done when it is back", async () => {
    const young = await upload(database, user);
    await trash([young]);
    expect(await claim(database, "ocr")).toMatchObject({ document: { id: young } });
  });
});

describe("what came in a mail", () => {
  it("goes to the trash with it, and comes back with it", async () => {
    const { mail: parent, part } = await mail();
    expect(await trash([parent])).toBe(2);
    expect((await inTrash()).sort()).toEqual([parent, part].sort());
    expect(await restore([parent])).toBe(2);
    expect(await inTrash()).toEqual([]);
    expect(await ask("select parent_id from public.documents where id = $1", [part])).toBe(parent);
  });

  it("stays when it came in another mail, too", async () => {
    const same = sha256();
    const { mail: first, part } = await mail(same);
    await mail(same);
    expect(await trash([first])).toBe(1);
    expect(await inTrash()).toEqual([first]);
    expect(await ask("select id from public.documents where id = $1", [part])).toBe(part);
  });

  it("stands by itself when it alone comes back, so that the mail's end is not its own", async () => {
    const { mail: parent, part } = await mail();
    await trash([parent]);
    expect(await restore([part])).toBe(1);
    expect(await ask("select public.empty_trash()")).toEqual({ deleted: 1, left: 0 });
    expect(await ask("select id from public.documents where id = $1", [part])).toBe(part);
  });
});

describe("the trash", () => {
  it("is emptied in whole or in part, and the files are erased", async () => {
    await trash([id, kept]);
    expect(await ask("select public.empty_trash($1)", [[id]])).toEqual({ deleted: 1, left: 0 });
    expect(await inTrash()).toEqual([kept]);
    expect(await ask("select public.empty_trash()")).toEqual({ deleted: 1, left: 0 });
    expect(await database.sql("select from public.documents")).toEqual([]);
    expect(await database.sql("select stage from private.jobs where state in ('queued', 'dispatched')")).toEqual([
      { stage: "erase" },
      { stage: "erase" },
    ]);
  });

  it("deletes what is in it for longer than the setting says", async () => {
    await trash([id]);
    expect(await ask("select public.trash()")).toMatchObject({ total: 1 });
    await database.sql("select private.expire_documents()");
    expect(await inTrash()).toEqual([id]);
    await database.sql("update public.documents set trashed_at = now() - interval '30 days 1 second' where id = $1", [
      id,
    ]);
    expect(await database.sql("select private.expire_documents() as expired")).toEqual([{ expired: 1 }]);
    expect(await database.sql("select id from public.documents")).toEqual([{ id: kept }]);
  });

  it("takes as many documents in one request as an edit does", async () => {
    await database.sql("update private.settings set documents_per_edit = 1");
    await expect(trash([id, kept])).rejects.toMatchObject({ code: "PT400", hint: "invalid_request" });
    expect(await trash([id])).toBe(1);
  });
});
