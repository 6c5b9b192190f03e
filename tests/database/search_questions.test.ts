// What people type: parts of words, other spellings, days, filters by name; exact results first, then similar ones.
import { expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, describeAs, readDocument } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

type Found = { documents: { display_name: string; similar: boolean; snippet: string }[]; next: unknown; total: number };
const search = async (query: string, more: Record<string, unknown> = {}): Promise<Found> => {
  const args = { query, ...more };
  const named = Object.keys(args)
    .map((name, index) => `${name} => $${index + 1}`)
    .join(", ");
  return (await database.asUser(user, `select public.search_documents(${named}) as found`, Object.values(args)))[0]!
    .found;
};
const exact = async (query: string): Promise<string[]> =>
  (await search(query)).documents.filter(({ similar }) => !similar).map(({ display_name }) => display_name);

/** A described document with a text. What its metadata are is set directly: how they come about is tested elsewhere. */
async function add(name: string, text: string, values: Record<string, unknown> = {}): Promise<void> {
  const id = await readDocument(database, user, text);
  await describeAs(database, await claim(database, "metadata"), {});
  const all = {
    display_name: name,
    tags: [],
    summary: null,
    correspondent: null,
    document_type: null,
    document_date: null,
    language: "en",
    ...values,
  };
  await database.sql(
    `update public.documents set ${Object.keys(all).map((column, index) => `${column} = $${index + 2}`)} where id = $1`,
    [id, ...Object.values(all)],
  );
}

it.each([
  ["Rechnung", "Ihre Stromrechnung für Mai liegt bei."],
  ["steuer", "Der Kraftfahrzeugsteuerbescheid ist da."],
  ["versicherung", "Haftpflichtversicherung der Familie"],
  ["gebäude", "Die Wohngebäudeversicherung endet."],
  ["gebaeude", "Die Wohngebäudeversicherung endet."],
])("finds %s within a German compound, and marks it", async (query, text) => {
  await add("Brief", text, { language: "de" });
  await add("Other", "Nothing of it is said here.");
  const { documents } = await search(query);
  expect(documents.map(({ display_name, similar }) => [display_name, similar])).toEqual([["Brief", false]]);
  expect(documents[0]!.snippet).toMatch(/⟦.+⟧/);
});

it("does not find a part of a word in a language without compounds", async () => {
  await add("Letter", "The transportation of goods.", { language: "en" });
  expect(await exact("sport")).toEqual([]);
});

it.each([
  ["合計", "請求書の合計金額は三万円です。"],
  ["請求書", "この請求書をご確認ください。"],
  ["合計金額", "請求書の合計金額は三万円です。"],
  ["円", "三万円です"],
  ["发票", "请在月底前寄出发票和合同。"],
  ["회의록", "지난주회의록을보냅니다"],
  ["ใบแจ้งหนี้", "กรุณาชำระตามใบแจ้งหนี้ฉบับนี้"],
])("finds %s inside a sentence without spaces", async (query, text) => {
  await add("Found", text);
  await add("Other", "税金の申告書です。");
  const { documents } = await search(query);
  expect(documents.filter(({ similar }) => !similar).map(({ display_name }) => display_name)).toEqual(["Found"]);
  expect(documents[0]!.snippet).toContain("⟦");
});

it.each([
  ["Glaeubiger", "Der Gläubiger hat gezahlt."],
  ["Gläubiger", "Der Glaeubiger hat gezahlt."],
  ["mueller", "Frau Müller"],
  ["Müller", "Frau Mueller"],
  ["muller", "Frau Müller"],
  ["Oesterreich", "Republik Österreich"],
])("finds %s in %s", async (query, text) => {
  await add("Found", text, { language: "de" });
  await add("Other", "Something else.");
  expect(await exact(query)).toEqual(["Found"]);
});

it.each([
  "2026-03-17",
  "17.03.2026",
  "17.3.2026",
  "17/03/2026",
  "03/17/2026",
  "17 March 2026",
  "March 17, 2026",
  "17. März 2026",
  "17 mars 2026",
  "17 de marzo de 2026",
])("finds the documents of a day, and those that name it: %s", async (query) => {
  await add("Of the day", "An invoice.", { document_date: "2026-03-17" });
  await add("Names it", "We met on 17 March 2026 in Bath.", { document_date: "2026-05-01" });
  await add("Nennt ihn", "Termin am 17.03.2026 um 9 Uhr", { document_date: "2026-05-02" });
  await add("Another day", "On 18 March 2026 and 2026 03 17", { document_date: "2026-03-18" });
  expect((await exact(query)).sort()).toEqual(["Names it", "Nennt ihn", "Of the day"]);
});

it("takes a day together with words, and counts", async () => {
  await add("Invoice of Quillmark", "Plotter ink.", { document_date: "2026-03-17" });
  await add("Letter of the day", "Hello.", { document_date: "2026-03-17" });
  expect(await search("plotter 2026-03-17")).toMatchObject({ total: 1 });
  expect(await search("2026-03-17")).toMatchObject({ total: 2 });
  expect(await search("plotter 2026-03-18")).toMatchObject({ total: 0 });
});

it.each([
  ["tag:taxes", ["A"]],
  ["TAG:taxes", ["A"]],
  ["type:letter", ["B"]],
  ["from:quill", ["A"]],
  ['from:"Müller & Söhne"', ["B"]],
  ["from:muller", ["B"]],
  ["before:2026-03", ["A"]],
  ["after:2026-03-17", ["B"]],
  ["after:2026-03-18", []],
  ["before:2027 after:2026", ["A", "B"]],
  ["tag:taxes type:letter", []],
  ["plotter tag:taxes", ["A"]],
  ["harbour from:quill", []],
  ["before:nonsense", []],
])("understands %s", async (query, names) => {
  await add("A", "Plotter ink.", {
    tags: ["taxes", "home"],
    document_type: "invoice",
    correspondent: "Quillmark Ltd",
    document_date: "2026-02-28",
  });
  await add("B", "The harbour.", {
    tags: ["home"],
    document_type: "letter",
    correspondent: "Müller & Söhne",
    document_date: "2026-03-17",
  });
  expect((await exact(query)).sort()).toEqual(names);
});

it("puts exact results first and says which only resemble the question", async () => {
  await add("Quillmark order", "x");
  await add("Quilmark letter", "y");
  const { documents, total } = await search("quillmark");
  expect(documents.map(({ display_name, similar }) => [display_name, similar])).toEqual([
    ["Quillmark order", false],
    ["Quilmark letter", true],
  ]);
  expect(total).toBe(1);
  expect(await search("quillmark", { page_size: 1 })).toMatchObject({ total: 1 });
});

it("counts all that match, not only a page of them", async () => {
  for (const name of ["a", "b", "c"]) await add(`Lighthouse ${name}`, "x");
  const found = await search("lighthouse", { page_size: 2 });
  expect([found.total, found.documents.length]).toEqual([3, 2]);
  expect(await search("", { page_size: 2 })).toMatchObject({ total: 3 });
});

it("forgets the words of a text with its document", async () => {
  await add("Brief", "Die Haftpflichtversicherung", { language: "de" });
  await database.sql("delete from public.documents");
  expect(await database.sql("select from public.document_search")).toEqual([]);
});
