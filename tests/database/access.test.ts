import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { complete, events } from "../../testing/database/worker.ts";

let server: MigratedServer;
let database: Database;
let owner: string;
let stranger: string;
let document: string;
beforeAll(async () => {
  server = await migratedServer();
});
beforeEach(async () => {
  database = await server.database();
  owner = await database.user();
  stranger = await database.user();
  document = await complete(database, owner);
});
afterAll(() => server.stop());

const TABLES = [
  "documents",
  "document_pages",
  "ocr_results",
  "document_events",
  "metadata_runs",
  "usage_months",
  "document_search",
];

describe("users", () => {
  it("read all that belongs to their own documents, and nothing of others", async () => {
    await complete(database, stranger);
    for (const table of TABLES) {
      const own = await database.asUser(owner, `select distinct user_id from public.${table}`);
      expect(own, table).toEqual([{ user_id: owner }]);
    }
  });

  it("see nothing without documents of their own", async () => {
    for (const table of TABLES)
      expect(await database.asUser(stranger, `select from public.${table}`), table).toEqual([]);
  });

  it("edit the metadata of their own documents, and nobody else's", async () => {
    const edit = "update public.documents set tags = '{mine}' where id = $1 returning id";
    expect(await database.asUser(stranger, edit, [document])).toEqual([]);
    expect(await database.asUser(owner, edit, [document])).toEqual([{ id: document }]);
    expect(await database.sql("select tags from public.documents")).toEqual([{ tags: ["mine"] }]);
    expect((await events(database, document)).at(-1)).toBe("edit edited");
  });

  it("delete their own documents, and nobody else's", async () => {
    const remove = "delete from public.documents where id = $1 returning id";
    expect(await database.asUser(stranger, remove, [document])).toEqual([]);
    expect(await database.asUser(owner, remove, [document])).toEqual([{ id: document }]);
  });

  it("cannot write the columns that belong to the pipeline", async () => {
    const columns = await database.sql(`
      select column_name from information_schema.columns where table_schema = 'public' and table_name = 'documents'
        and column_name <> all (array(select field from private.metadata_fields()) || '{locked_fields,note}'::text[])`);
    expect(columns.map(({ column_name }) => column_name)).toEqual(
      expect.arrayContaining(["id", "user_id", "status", "error", "page_count", "metadata_source", "storage_path"]),
    );
    for (const { column_name } of columns) {
      const write = database.asUser(
        owner,
        `update public.documents set ${column_name} = ${column_name} where id = $1`,
        [document],
      );
      await expect(write, column_name).rejects.toMatchObject({ code: "42501" });
    }
  });

  it("cannot make documents, nor write anything else", async () => {
    for (const table of TABLES) {
      await expect(
        database.asUser(owner, `insert into public.${table} (user_id) values ($1)`, [owner]),
        table,
      ).rejects.toMatchObject({ code: "42501" });
      if (table === "documents") continue;
      await expect(database.asUser(owner, `delete from public.${table}`), table).rejects.toMatchObject({
        code: "42501",
      });
      await expect(database.asUser(owner, `update public.${table} set user_id = user_id`), table).rejects.toMatchObject(
        { code: "42501" },
      );
    }
  });

  it("read the stored files of their own documents, and cannot store or change any", async () => {
    const [{ storage_path }] = (await database.sql("select storage_path from public.documents")) as [
      { storage_path: string },
    ];
    await database.sql("insert into storage.objects (bucket_id, name) values ('documents', $1)", [storage_path]);
    expect(await database.asUser(owner, "select name from storage.objects")).toEqual([{ name: storage_path }]);
    expect(await database.asUser(stranger, "select name from storage.objects")).toEqual([]);
    const store = database.asUser(owner, "insert into storage.objects (bucket_id, name) values ('documents', $1)", [
      `${owner}/own`,
    ]);
    await expect(store).rejects.toMatchObject({ code: "42501" });
    expect(await database.asUser(owner, "update storage.objects set name = 'x' returning id")).toEqual([]);
  });
});

describe("anonymous callers", () => {
  it("see no table", async () => {
    for (const table of TABLES)
      await expect(database.asAnon(`select from public.${table}`), table).rejects.toMatchObject({ code: "42501" });
  });

  it("see no stored file", async () => {
    await database.sql(
      "insert into storage.objects (bucket_id, name) select 'documents', storage_path from public.documents",
    );
    expect(await database.asAnon("select name from storage.objects")).toEqual([]);
  });
});
