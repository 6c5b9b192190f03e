import { expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const keep = (name: string, as = user) =>
  database.asUser(as, "insert into public.saved_views (name, question) values ($1, 'q=acme') returning id", [name]);

it("keeps views of a user's own, which nobody else sees, changes or deletes", async () => {
  const [view] = await keep("Acme");
  const stranger = await database.user();
  expect(await database.asUser(stranger, "select * from public.saved_views")).toEqual([]);
  expect(
    await database.asUser(stranger, "update public.saved_views set name = 'x' where id = $1 returning 1", [view!.id]),
  ).toEqual([]);
  expect(
    await database.asUser(stranger, "delete from public.saved_views where id = $1 returning 1", [view!.id]),
  ).toEqual([]);
  expect(
    await database.asUser(user, "update public.saved_views set position = 3 where id = $1 returning name, position", [
      view!.id,
    ]),
  ) //
    .toEqual([{ name: "Acme", position: 3 }]);
});

it("keeps a hundred of them", async () => {
  await database.sql(
    "insert into public.saved_views (user_id, name, question) select $1, n::text, '' from generate_series(1, 100) as n",
    [user],
  );
  await expect(keep("One more")).rejects.toMatchObject({ code: "PT409", hint: "not_allowed_now" });
  expect(await keep("Another user's", await database.user())).toHaveLength(1);
});

it("sorts documents by their sender, those without one last, page by page", async () => {
  const ids: Record<string, string> = {};
  for (const sender of ["zebra", "Acme", "", "mango"]) {
    ids[sender] = await complete(database, user);
    await database.sql("update public.documents set correspondent = nullif($2, '') where id = $1", [
      ids[sender],
      sender,
    ]);
  }
  const seen: string[] = [];
  for (let after: unknown = null; ; ) {
    const [row] = await database.asUser(
      user,
      "select public.search_documents(sort => 'correspondent', page_size => 2, after => $1) as found",
      [after],
    );
    seen.push(...row!.found.documents.map((document: { id: string }) => document.id));
    after = row!.found.next;
    if (!after) break;
  }
  expect(seen).toEqual(["Acme", "mango", "zebra", ""].map((sender) => ids[sender]));
  const [last] = await database.asUser(user, "select public.search_documents(sort => '-correspondent') as found");
  expect(last!.found.documents[1].id).toBe(ids.zebra);
});

it("counts senders, and finds them whatever case and accents", async () => {
  for (const sender of ["Café Müller", "Acme", "Acme"]) {
    const id = await complete(database, user);
    await database.sql("update public.documents set correspondent = $2 where id = $1", [id, sender]);
  }
  await complete(database, await database.user());
  expect(await database.asUser(user, "select * from public.my_senders()")).toEqual([
    { sender: "Acme", documents: "2" },
    { sender: "Café Müller", documents: "1" },
  ]);
  expect(await database.asUser(user, "select sender from public.my_senders('cafe mul')")).toEqual([
    { sender: "Café Müller" },
  ]);
  expect(await database.asUser(user, "select sender from public.my_senders('%')")).toEqual([]);
});
