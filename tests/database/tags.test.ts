// Tags that stay a vocabulary: counted, matched with what is there, renamed everywhere at once.
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, complete, propose, readDocument } from "../../testing/database/worker.ts";
import { waitFor } from "../../testing/waiting.ts";

let database: Database;
let user: string;
let stranger: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  stranger = await database.user();
});

/** A document of the user with these tags, set by its owner. */
async function tagged(tags: string[], owner = user): Promise<string> {
  const id = await complete(database, owner);
  await database.asUser(owner, "update public.documents set tags = $2 where id = $1", [id, tags]);
  return id;
}

/** The tags that are written when these are proposed for a new document. */
async function proposed(tags: string[], language = "en"): Promise<string[]> {
  await readDocument(database, user);
  return (await propose(database, await claim(database, "metadata"), { tags, language })).document.tags;
}

const tagsOf = async (id: string): Promise<string[]> =>
  (await database.sql("select tags from public.documents where id = $1", [id]))[0]!.tags;
const vocabulary = async (owner = user): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await database.sql("select tag, documents from public.tags where user_id = $1 order by tag", [owner])).map(
      ({ tag, documents }) => [tag, documents],
    ),
  );
const myTags = (query: string | null = null, atMost = 50, as = user): Promise<any[]> =>
  database.asUser(as, "select * from public.my_tags($1, $2)", [query, atMost]);
const rename = async (from: string, to: string, as = user): Promise<number> =>
  (await database.asUser(as, "select public.rename_tag($1, $2) as answer", [from, to]))[0]!.answer;

describe("the vocabulary", () => {
  it("counts the documents that have a tag, through edits and deletions", async () => {
    const first = await tagged(["invoice", "acme"]);
    await tagged(["invoice", "invoice", "car"]);
    await tagged(["letter"], stranger);
    expect(await vocabulary()).toEqual({ acme: 1, car: 1, invoice: 2 });
    await database.asUser(user, "update public.documents set tags = '{letter}' where id = $1", [first]);
    expect(await vocabulary()).toEqual({ car: 1, invoice: 1, letter: 1 });
    await database.asUser(user, "delete from public.documents");
    expect(await vocabulary()).toEqual({});
    expect(await vocabulary(stranger)).toEqual({ letter: 1 });
  });

  it("goes with its user", async () => {
    await tagged(["invoice"]);
    await database.sql("delete from auth.users where id = $1", [user]);
    expect(await vocabulary()).toEqual({});
  });

  it("loses a tag with the last document that had it, when two lose it at the same time", async () => {
    const [first, second] = [await tagged(["invoice"]), await tagged(["invoice"])];
    const open = await database.connection("superuser");
    await open.query("begin");
    await open.query("update public.documents set tags = '{}' where id = $1", [first]);
    const waiting = database.sql("update public.documents set tags = '{}' where id = $1", [second]);
    await waitFor(async () =>
      expect(
        await database.sql(
          "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        ),
      ).toHaveLength(1),
    );
    await open.query("commit");
    await waiting;
    expect(await vocabulary()).toEqual({});
  });

  it("is right after many documents were changed at once, in any order", async () => {
    const ids = [await tagged(["a", "b"]), await tagged(["b", "a"]), await tagged(["c", "a", "b"])];
    const changes = [["b", "c"], ["c", "b"], ["a"]];
    await Promise.all(
      ids.flatMap((id) =>
        changes.map((tags) => database.asUser(user, "update public.documents set tags = $2 where id = $1", [id, tags])),
      ),
    );
    const counted = await database.sql(
      "select tag, count(*)::integer as documents from public.documents, unnest(tags) as tag where user_id = $1 group by tag order by tag",
      [user],
    );
    expect(await vocabulary()).toEqual(Object.fromEntries(counted.map(({ tag, documents }) => [tag, documents])));
  });
});

describe("a proposed tag", () => {
  it.each([
    ["invoice", "invoices", "en"],
    ["invoices", "Invoice_", "en"],
    ["invoice", "INVOICE", "en"],
    ["tax", "taxes", "en"],
    ["company", "companies", "en"],
    ["kfz-steuer", "KFZ Steuer", "de"],
    ["kfz-steuer", "kfzsteuer", "de"],
    ["rechnung", "rechnungen", "de"],
    ["Verträge", "vertrag", "de"],
    ["beleg", "belege", "de"],
    ["facture", "factures", "fr"],
    ["journaux", "journal", "fr"],
    ["impôt", "impots", "fr"],
    ["factura", "facturas", "es"],
    ["declaración", "declaraciones", "es"],
    ["luz", "luces", "es"],
    ["facturas-luz", "factura-luz", "es"],
  ])("is the one that is there: %s for %s (%s)", async (there, offered, language) => {
    await tagged([there]);
    expect(await proposed([offered], language)).toEqual([there]);
  });

  it.each([
    ["car", "care", "en"],
    ["car", "care", "de"],
    ["arbeit", "arbeiter", "de"],
    ["bus", "bu", "en"],
    ["analysis", "analysi", "en"],
    ["class", "clas", "en"],
  ])("is another word: %s is not %s (%s)", async (there, offered, language) => {
    await tagged([there]);
    expect(await proposed([offered], language)).toEqual([offered]);
  });

  it("is the one that is used most, where several are like it", async () => {
    await tagged(["invoices"]);
    await tagged(["invoice"]);
    await tagged(["invoice"]);
    expect(await proposed(["Invoices", "invoice"])).toEqual(["invoice"]);
  });

  it("is not another user's", async () => {
    await tagged(["rechnung"], stranger);
    expect(await proposed(["rechnungen"], "de")).toEqual(["rechnungen"]);
  });

  it("of one use is left out: amounts, days and numbers; years are not", async () => {
    const once = [
      "965-76",
      "eur-965-76",
      "rm9-00",
      "inv-2026-0417",
      "2026-03-15",
      "15-march-2026",
      "march-15-2026",
      "12345",
      "100-eur",
      "de89370400440532013000",
    ];
    await readDocument(database, user);
    const { document } = await propose(database, await claim(database, "metadata"), {
      tags: [...once, "2026", "iso-9001", "covid-19", "b2b"],
    });
    expect(document.tags).toEqual(["2026", "iso-9001", "covid-19", "b2b"]);
    expect(await proposed(once)).toEqual(["invoice"]);
  });

  it("is written lower-case-hyphenated, once, and with at most six others", async () => {
    expect(
      await proposed([
        "  Bob's Café & Söhne ",
        "bobs-cafe-sohne",
        "a\u202Eb",
        "日本 株式会社",
        "—",
        "x".repeat(500),
        "1",
        "c",
        "d",
        "e",
        "f",
        "g",
      ]),
    ).toEqual(["bobs-café-söhne", "bobs-cafe-sohne", "ab", "日本-株式会社", "x".repeat(40), "c", "d"]);
  });

  it("may be anything at all", async () => {
    await readDocument(database, user);
    const { document } = await propose(database, await claim(database, "metadata"), {
      tags: [null, 7, { a: 1 }, ["x"], "y".repeat(40_000), "ok"],
    });
    expect(document.tags).toContain("ok");
    expect(document.tags.every((tag: string) => tag.length <= 40)).toBe(true);
  });
});

describe("an alias", () => {
  it("makes a proposed tag the user's own word for it, before anything that is like it", async () => {
    await tagged(["bill"]);
    await database.asUser(user, "insert into public.tag_aliases (alias, tag) values ('bill', 'Rechnung')");
    expect(await proposed(["bills"])).toEqual(["rechnung"]);
    expect(await proposed(["Bill"])).toEqual(["rechnung"]);
  });

  it("that is set changes the documents that have it, and locks none", async () => {
    const id = await tagged(["bill", "acme"]);
    await database.sql("update public.documents set locked_fields = '{}'");
    await database.asUser(user, "insert into public.tag_aliases (alias, tag) values ('bill', 'rechnung')");
    expect(await tagsOf(id)).toEqual(["rechnung", "acme"]);
    expect(await database.sql("select locked_fields from public.documents")).toEqual([{ locked_fields: [] }]);
  });

  it("is a user's own", async () => {
    await tagged(["bill"]);
    await database.asUser(stranger, "insert into public.tag_aliases (alias, tag) values ('bill', 'theirs')");
    expect(await vocabulary()).toEqual({ bill: 1 });
    expect(await database.asUser(user, "select * from public.tag_aliases")).toEqual([]);
    const forOthers = database.asUser(
      stranger,
      "insert into public.tag_aliases (user_id, alias, tag) values ($1, 'bill', 'mine')",
      [user],
    );
    await expect(forOthers).rejects.toMatchObject({ code: "42501" });
    expect(await database.asUser(user, "delete from public.tag_aliases returning 1")).toEqual([]);
    expect(await proposed(["bill"])).toEqual(["bill"]);
  });
});

describe("renaming a tag", () => {
  it("changes it everywhere, tells each document's history, and keeps the old name as an alias", async () => {
    const ids = [await tagged(["bill", "acme"]), await tagged(["x", "bill"])];
    const theirs = await tagged(["bill"], stranger);
    expect(await rename("bill", "Rechnung 2026")).toBe(2);
    expect(await Promise.all([...ids, theirs].map(tagsOf))).toEqual([
      ["rechnung-2026", "acme"],
      ["x", "rechnung-2026"],
      ["bill"],
    ]);
    expect(await vocabulary()).toEqual({ acme: 1, "rechnung-2026": 2, x: 1 });
    const told = await database.sql(
      "select message, data from public.document_events where document_id = $1 order by id desc limit 1",
      [ids[0]],
    );
    expect(told).toEqual([
      { message: "The tag bill is now rechnung-2026.", data: { fields: ["tags"], from: "bill", to: "rechnung-2026" } },
    ]);
    expect(await proposed(["bills"])).toEqual(["rechnung-2026"]);
  });

  it("into one that is there makes the two one", async () => {
    const id = await tagged(["invoices", "acme", "invoice"]);
    await tagged(["invoices"]);
    expect(await rename("invoices", "invoice")).toBe(2);
    expect(await tagsOf(id)).toEqual(["invoice", "acme"]);
    expect(await vocabulary()).toEqual({ acme: 1, invoice: 2 });
  });

  it("there and back, and on, leaves no circle", async () => {
    const id = await tagged(["a"]);
    for (const [from, to] of [
      ["a", "b"],
      ["b", "a"],
      ["a", "b"],
      ["b", "c"],
    ] as const) {
      expect(await rename(from, to)).toBe(1);
      expect(await tagsOf(id)).toEqual([to]);
    }
    expect(await database.asUser(user, "select alias, tag from public.tag_aliases order by alias")).toEqual([
      { alias: "a", tag: "c" },
      { alias: "b", tag: "c" },
    ]);
    expect(await proposed(["a", "b"])).toEqual(["c"]);
  });

  it("gives the new name the color of the old one, unless it has its own", async () => {
    await tagged(["bill", "acme", "x"]);
    await database.asUser(
      user,
      `insert into public.preferences (tag_colors) values ('{"bill": "blue", "acme": "red", "x": "pink"}')`,
    );
    const colors = async (): Promise<unknown> =>
      (await database.asUser(user, "select tag_colors from public.preferences"))[0]!.tag_colors;
    await rename("bill", "invoice");
    expect(await colors()).toEqual({ invoice: "blue", acme: "red", x: "pink" });
    await rename("x", "acme");
    expect(await colors()).toEqual({ invoice: "blue", acme: "red" });
    await rename("invoice", "bill");
    expect(await colors()).toEqual({ bill: "blue", acme: "red" });
  });

  it("puts what a person wrote freely into the form of the vocabulary", async () => {
    const id = await tagged(["My Tag"]);
    expect(await rename("My Tag", "My Tag")).toBe(1);
    expect(await tagsOf(id)).toEqual(["my-tag"]);
  });

  it("is refused without names, and to the name that it has", async () => {
    await tagged(["bill"]);
    const refused = { code: "PT400", hint: "invalid_request" };
    for (const [from, to] of [
      ["bill", "bill"],
      ["bill", " Bill_"],
      ["bill", ""],
      ["bill", "—"],
      [" ", "x"],
      ["y".repeat(300), "x"],
    ] as const) {
      await expect(rename(from, to), `${from} ${to}`).rejects.toMatchObject(refused);
    }
    expect(await vocabulary()).toEqual({ bill: 1 });
  });

  describe("that very many documents have", () => {
    const DOCUMENTS = 450;
    beforeEach(async () => {
      await database.sql(
        `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256, tags, status, display_name)
         select $1::uuid, 'a.pdf', $1 || '/' || n, 'application/pdf', 1, encode(sha256(n::text::bytea), 'hex'), array['bill', 'x'], 'completed', 'A'
         from generate_series(1, ${DOCUMENTS}) as n`,
        [user],
      );
    });
    const renaming = async (): Promise<boolean> =>
      (await database.asUser(user, "select renaming from public.tag_aliases where alias = 'bill'"))[0]!.renaming;

    it("renames the first 200 with the call, and the rest in the background, each once", async () => {
      expect(await rename("bill", "invoice")).toBe(DOCUMENTS);
      expect(await vocabulary()).toEqual({ bill: DOCUMENTS - 200, invoice: 200, x: DOCUMENTS });
      expect(await renaming()).toBe(true);
      await database.sql("select private.rename_tags()");
      expect(await vocabulary()).toEqual({ invoice: DOCUMENTS, x: DOCUMENTS });
      expect(await renaming()).toBe(false);
      expect(
        await database.sql("select count(*)::int as told from public.document_events where kind = 'edited'"),
      ).toEqual([{ told: DOCUMENTS }]);
      expect(await database.sql("select private.rename_tags() as renamed")).toEqual([{ renamed: 0 }]);
    });

    it("stops in the background when its time is over, and goes on with the next run", async () => {
      await rename("bill", "invoice");
      expect(await database.sql("select private.rename_tags('0 seconds') as renamed")).toEqual([{ renamed: 100 }]);
      expect(await database.sql("select private.rename_tags('0 seconds') as renamed")).toEqual([{ renamed: 100 }]);
      expect(await vocabulary()).toEqual({ bill: 50, invoice: 400, x: DOCUMENTS });
    });

    it("is not renamed to something else, nor taken for a new name, before that is done", async () => {
      await rename("bill", "invoice");
      const refused = { code: "PT409", hint: "not_allowed_now" };
      await expect(rename("bill", "other")).rejects.toMatchObject(refused);
      await expect(rename("x", "bill")).rejects.toMatchObject(refused);
      expect(await rename("invoice", "rechnung")).toBe(200);
      for (let run = 0; run < 3; run += 1) await database.sql("select private.rename_tags()");
      expect(await vocabulary()).toEqual({ rechnung: DOCUMENTS, x: DOCUMENTS });
    });

    it("waits when its owner is just renaming, and other users' renamings go on", async () => {
      await rename("bill", "invoice");
      const busy = await database.connection("superuser");
      await busy.query("begin");
      await busy.query("select private.lock_aliases($1)", [user]);
      expect(await database.sql("select private.rename_tags() as renamed")).toEqual([{ renamed: 0 }]);
      await busy.query("rollback");
      expect(await database.sql("select private.rename_tags() as renamed")).toEqual([{ renamed: DOCUMENTS - 200 }]);
    });
  });

  it("of a tag that no document has only keeps the alias", async () => {
    expect(await rename("bill", "invoice")).toBe(0);
    expect(await proposed(["bill"])).toEqual(["invoice"]);
  });

  it("at the same time, crosswise, ends", async () => {
    for (let n = 0; n < 6; n += 1) await tagged(["a", "b"]);
    await Promise.all([rename("a", "b"), rename("b", "a"), rename("a", "c"), rename("b", "c")]);
    const total = Object.values(await vocabulary()).reduce((sum, count) => sum + count, 0);
    expect(total).toBe((await database.sql("select sum(cardinality(tags))::integer as n from public.documents"))[0]!.n);
  });
});

describe("looking for tags", () => {
  it("gives the most used first, or the likest, with counts", async () => {
    await tagged(["invoice", "acme"]);
    await tagged(["invoice", "insurance"]);
    await tagged(["invoice"], stranger);
    expect(await myTags()).toEqual([
      { tag: "invoice", documents: 2, similarity: null },
      { tag: "acme", documents: 1, similarity: null },
      { tag: "insurance", documents: 1, similarity: null },
    ]);
    const [best] = await myTags("invoces");
    expect(best).toMatchObject({ tag: "invoice", documents: 2 });
    expect(best.similarity).toBeGreaterThan(0.3);
    expect((await myTags("acm"))[0]).toMatchObject({ tag: "acme" });
    expect(await myTags("zzzz")).toEqual([]);
    expect(await myTags(null, 1)).toHaveLength(1);
    expect(await myTags(null, -5)).toHaveLength(1);
    expect(await myTags("x".repeat(40_000))).toEqual([]);
  });

  it("for an engine is of the document's owner alone", async () => {
    const id = await tagged(["invoice"]);
    await tagged(["theirs"], stranger);
    const find = async (query: string | null): Promise<string[]> => {
      const service = await database.connection();
      return (await service.query("select tag from public.tags_of($1, $2, 50)", [id, query])).rows.map(
        ({ tag }) => tag,
      );
    };
    expect(await find(null)).toEqual(["invoice"]);
    expect(await find("theirs")).toEqual([]);
    expect(await find("invoices")).toEqual(["invoice"]);
  });
});
