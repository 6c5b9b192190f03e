// Documents that are like another one, and the filters by pages and by how documents came.
import { expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

type Made = { name: string; sender?: string; type?: string; tags?: string[]; pages?: number; owner?: string };

async function make({ name, sender, type, tags = [], pages = 1, owner = user }: Made): Promise<string> {
  const [row] = await database.sql<{ id: string }>(
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, correspondent, document_type, tags, page_count)
     values ($1::uuid, $2, $1::uuid || '/' || gen_random_uuid(), 'application/pdf', 1, encode(sha256(gen_random_uuid()::text::bytea), 'hex'), 'completed', $2, $3, $4, $5, $6) returning id`,
    [owner, name, sender ?? null, type ?? null, tags, pages],
  );
  return row!.id;
}

const similar = async (id: string, as = user) => {
  const [row] = await database.asUser<{ found: { display_name: string; reasons: string[] }[] }>(
    as,
    "select public.similar_documents($1) as found",
    [id],
  );
  return row!.found;
};
const names = async (id: string, as = user) => (await similar(id, as)).map(({ display_name }) => display_name);

it("are those of the same sender first, then of rare tags and the words of names", async () => {
  const one = await make({ name: "Bill of March", sender: "Stadtwerke Lindau", type: "invoice", tags: ["power"] });
  await make({ name: "Bill of April", sender: "stadtwerke lindau", type: "invoice", tags: ["power"] });
  await make({ name: "Contract", sender: "Stadtwerke Lindau", type: "contract" });
  await make({ name: "Meter", tags: ["power"] });
  await make({ name: "Holiday", sender: "Somebody else", type: "letter", tags: ["beach"] });
  expect((await similar(one)).map(({ display_name, reasons }) => [display_name, reasons])).toEqual([
    ["Bill of April", ["sender", "tags", "type"]],
    ["Contract", ["sender"]],
  ]);
});

it("share the long words of their names", async () => {
  const one = await make({ name: "Quillmark annual balance.pdf" });
  await make({ name: "Quillmark annual balance of 2025.pdf" });
  await make({ name: "Something else.pdf" });
  expect(await similar(one)).toMatchObject([
    { display_name: "Quillmark annual balance of 2025.pdf", reasons: ["words"] },
  ]);
});

it("are one's own alone, and none of the trash", async () => {
  const stranger = await database.user();
  const one = await make({ name: "One", sender: "Acme" });
  await make({ name: "Theirs", sender: "Acme", owner: stranger });
  const thrown = await make({ name: "Thrown away", sender: "Acme" });
  await database.sql("update public.documents set trashed_at = now() where id = $1", [thrown]);
  expect(await names(one)).toEqual([]);
  expect(await names(one, stranger)).toEqual([]);
  expect(await names("00000000-0000-0000-0000-000000000000")).toEqual([]);
  await expect(database.asAnon("select public.similar_documents($1)", [one])).rejects.toThrow("permission denied");
});

it("are looked for among some hundreds, however large the archive is", async () => {
  await database.sql(
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name, correspondent, document_type, tags)
     select $1::uuid, 'invoice ' || n, $1::uuid || '/' || gen_random_uuid(), 'application/pdf', 1, encode(sha256(n::text::bytea), 'hex'), 'completed',
       'Quillmark invoice ' || n, 'Acme', 'invoice', array['invoice', 'acme'] from generate_series(1, 10000) as n`,
    [user],
  );
  await database.sql("analyze public.documents, public.document_search, public.tags");
  const one = await make({ name: "Quillmark invoice", sender: "Acme", type: "invoice", tags: ["invoice", "acme"] });
  const client = await database.connection();
  await client.query("begin");
  await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify({ sub: user })]);
  await client.query("set local role authenticated");
  const { rows } = await client.query("select public.similar_documents($1) as found", [one]);
  expect(rows[0].found).toHaveLength(6);
  await client.query("reset role");
  const fetched = await client.query(
    "select pg_stat_get_xact_tuples_fetched('public.documents'::regclass)::int as rows",
  );
  await client.query("rollback");
  expect(fetched.rows[0].rows).toBeLessThan(3_000);
});

const found = async (query: string) => {
  const [row] = await database.asUser<{ answer: { documents: { display_name: string }[]; total: number } }>(
    user,
    "select public.search_documents(query => $1) as answer",
    [query],
  );
  return row!.answer.documents.map(({ display_name }) => display_name).sort();
};

it("a search takes the number of pages", async () => {
  for (const pages of [1, 2, 5, 20]) await make({ name: `Of ${pages}`, pages });
  expect(await found("pages:5")).toEqual(["Of 5"]);
  expect(await found("pages>2")).toEqual(["Of 20", "Of 5"]);
  expect(await found("pages>=2 pages<=5")).toEqual(["Of 2", "Of 5"]);
  expect(await found("pages<2")).toEqual(["Of 1"]);
  expect(await found("pages>1 of")).toEqual(["Of 2", "Of 20", "Of 5"]);
});

it("a search finds the words of a note, and the documents that have one", async () => {
  const noted = await make({ name: "Noted" });
  await make({ name: "Other" });
  await database.asUser(user, "update public.documents set note = 'Ask Quentin about the discount' where id = $1", [
    noted,
  ]);
  expect(await found("quentin")).toEqual(["Noted"]);
  expect(await found("has:note")).toEqual(["Noted"]);
  expect(await found("has:note other")).toEqual([]);
  await database.asUser(user, "update public.documents set note = null where id = $1", [noted]);
  expect(await found("quentin")).toEqual([]);
  expect(await found("has:note")).toEqual([]);
});

it("amounts are summed by pages, by how documents came, and with a note, as the search finds them", async () => {
  const one = await make({ name: "One", pages: 1 });
  const two = await make({ name: "Two", pages: 7 });
  const three = await make({ name: "Three", pages: 7 });
  await database.sql("update public.documents set amount = 10, currency = 'EUR' where id = any($1)", [
    [one, two, three],
  ]);
  await database.sql("update public.documents set parent_id = $1 where id = $2", [one, two]);
  await database.sql("update public.documents set note = 'Paid' where id = $1", [three]);
  const sums = async (query: string) =>
    (await database.asUser(user, "select total::int, documents::int from public.sum_amounts(query => $1)", [query]))[0];
  expect(await sums("")).toEqual({ total: 30, documents: 3 });
  expect(await sums("pages>=6 pages<=20")).toEqual({ total: 20, documents: 2 });
  expect(await sums("source:part")).toEqual({ total: 10, documents: 1 });
  expect(await sums("source:part source:upload")).toEqual({ total: 30, documents: 3 });
  expect(await sums("source:mail")).toBeUndefined();
  expect(await sums("has:note pages>6")).toEqual({ total: 10, documents: 1 });
});

it("a search takes how a document came", async () => {
  const mail = await make({ name: "A mail" });
  const part = await make({ name: "Its attachment" });
  await database.sql("update public.documents set parent_id = $1 where id = $2", [mail, part]);
  expect(await found("source:part")).toEqual(["Its attachment"]);
  expect(await found("source:upload")).toEqual(["A mail"]);
  expect(await found("source:upload source:part")).toEqual(["A mail", "Its attachment"]);
  expect(await found("source:mail")).toEqual([]);
  expect(await found("source:elsewhere")).toEqual([]);
});
