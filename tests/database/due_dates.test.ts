// A document that is payable by a day is told of before, once for each day.
import { expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

/** A document whose proven value at `path` is so many days from now, or another text. */
async function due(value: number | string, path = "due_date", owner = user): Promise<string> {
  const document = await complete(database, owner);
  await database.sql(
    `insert into public.extraction_schemas (user_id, name, fields) values ($1, 'Due', '{"type": "object", "properties": {"due_date": {"type": "string", "format": "date"}}}')
    on conflict do nothing`,
    [owner],
  );
  await database.sql(
    `with made as (
      insert into public.extractions (document_id, schema_id, user_id, schema_version, status)
      select $1, id, user_id, 1, 'completed' from public.extraction_schemas where user_id = $2 returning *
    ) insert into public.extracted_values (extraction_id, path, user_id, document_id, schema_id, value, proof)
    select id, $3, user_id, document_id, schema_id, to_jsonb($4::text), 'person' from made`,
    [document, owner, path, await dayOf(value)],
  );
  return document;
}
const dayOf = async (value: number | string): Promise<string> =>
  typeof value === "string"
    ? value
    : (await database.sql("select (current_date + $1::integer)::text as day", [value]))[0]!.day;
const tell = async (): Promise<number> => (await database.sql("select private.tell_due() as told"))[0]!.told;
const told = (): Promise<any[]> =>
  database.sql("select document_id, message, data from public.document_events where stage = 'due' order by id");

it("is told once, with the day, while the day is near", async () => {
  const id = await due(3);
  const day = await dayOf(3);
  expect([await tell(), await tell()]).toEqual([1, 0]);
  expect(await told()).toEqual([{ document_id: id, message: `Payable by ${day}.`, data: { due_date: day } }]);
});

it("is told again when the day is another one", async () => {
  await due(2);
  await tell();
  await database.sql("update public.extracted_values set value = to_jsonb($1::text)", [await dayOf(1)]);
  expect([await tell(), await tell()]).toEqual([1, 0]);
});

it.each<[string, number | string, string]>([
  ["a day that is far", 4, "due_date"],
  ["a day that is over", -1, "due_date"],
  ["another field", 1, "invoice_date"],
  ["a day that is none", "2026-02-31", "due_date"],
  ["a text", "soon", "due_date"],
])("%s is not told", async (_, value, path) => {
  await due(value, path);
  await database.sql("update private.settings set due_soon_days = case when $1 then 365 else 3 end", [
    typeof value === "string",
  ]);
  expect(await tell()).toBe(0);
  expect(await told()).toEqual([]);
});

it("is told today, and as early as the setting says", async () => {
  await due(0);
  await due(30);
  expect(await tell()).toBe(1);
  await database.sql("update private.settings set due_soon_days = 30");
  expect(await tell()).toBe(1);
});

it("is left out while it is in the trash", async () => {
  const id = await due(1);
  await database.asUser(user, "select public.trash_documents($1)", [[id]]);
  expect(await tell()).toBe(0);
  await database.asUser(user, "select public.restore_documents($1)", [[id]]);
  expect(await tell()).toBe(1);
});

it("goes to the webhooks of its owner that subscribe to it", async () => {
  const stranger = await database.user();
  for (const owner of [user, stranger])
    await database.asUser(owner, "select public.create_webhook('https://example.com', '{document.due_soon}')");
  const id = await due(1);
  await tell();
  expect(await database.sql("select user_id, document_id, payload from public.webhook_deliveries")).toMatchObject([
    {
      user_id: user,
      document_id: id,
      payload: { type: "document.due_soon", data: { due_date: await dayOf(1), document: { id } } },
    },
  ]);
});

/** What a search of the user's finds, with the days. */
const found = async (query: string, more = ""): Promise<[id: string, due: string | null][]> => {
  const [row] = await database.asUser(user, `select public.search_documents($1${more}) as answer`, [query]);
  return row!.answer.documents.map((one: { id: string; due_date: string | null }) => [one.id, one.due_date]);
};

it("is shown in the list, which is ordered and narrowed by it", async () => {
  const [late, soon, far] = [await due(-2), await due(1), await due(90)];
  const none = await complete(database, user);
  await due("2026-02-31");
  await due(1, "due_date", await database.user());
  const days = { [late]: await dayOf(-2), [soon]: await dayOf(1), [far]: await dayOf(90) };
  const with_days = (...ids: string[]) => ids.map((id) => [id, days[id]]);
  expect(await found("")).toHaveLength(5);
  expect((await found("")).find(([id]) => id === none)).toEqual([none, null]);
  expect(await found("", ", sort => 'due_date'")).toEqual(with_days(late, soon, far));
  expect(await found("", ", sort => '-due_date'")).toEqual(with_days(far, soon, late));
  expect(await found("due:overdue")).toEqual(with_days(late));
  expect(await found("due:soon")).toEqual(with_days(soon));
  expect(await found(`due:${days[far]}`)).toEqual(with_days(far));
  expect(await found(`acme due:${days[far]!.slice(0, 7)}`)).toEqual(with_days(far));
  expect(await found(`due:${days[far]!.slice(0, 7)}`)).toEqual(with_days(far));
  expect(await found("due:never")).toEqual([]);
});

it("is paged by the day, and sums count what is due", async () => {
  for (const days of [5, 5, 6]) await due(days);
  await complete(database, user);
  const seen: string[] = [];
  for (let after: object | null = null; ; ) {
    const [row]: any[] = await database.asUser(
      user,
      "select public.search_documents(sort => 'due_date', after => $1, page_size => 1) as answer",
      [after && JSON.stringify(after)],
    );
    seen.push(...row!.answer.documents.map((one: { due_date: string }) => one.due_date));
    after = row!.answer.next;
    if (!after) break;
  }
  expect(seen).toEqual([await dayOf(5), await dayOf(5), await dayOf(6)]);
  const sums = await database.asUser(user, "select documents from public.sum_amounts(query => $1)", [
    `due:${await dayOf(5)}`,
  ]);
  expect(sums).toEqual([{ documents: "2" }]);
});
