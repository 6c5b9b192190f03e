// People win: what a person set stays, what was written can be undone, and how documents are described is theirs to choose.
import { beforeEach, describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { METADATA_FIELDS } from "../../supabase/functions/_shared/metadata-fields.ts";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import {
  claim,
  complete,
  events,
  METADATA,
  propose,
  readDocument,
  upload,
  regenerate as regenerateOf,
} from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let stranger: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  stranger = await database.user();
});

const ALL = METADATA_FIELDS.map(({ name }) => name as string).sort();
const edit = (id: string, change: string): Promise<unknown> =>
  database.asUser(user, `update public.documents set ${change} where id = $1`, [id]);
const regenerate = (id: string): Promise<Claim> => regenerateOf(database, id);
const row = async (columns: string): Promise<any> => (await database.sql(`select ${columns} from public.documents`))[0];
const undo = async (run: number, fields: string[] | null = null, as = user): Promise<any> =>
  (await database.asUser(as, "select public.undo_metadata_run($1, $2) as answer", [run, fields]))[0]!.answer;
const unlock = async (id: string, fields: string[], as = user): Promise<any> =>
  (await database.asUser(as, "select public.unlock_fields($1, $2) as answer", [id, fields]))[0]!.answer;

/** A described document, and the run that described it again with another summary and type. */
async function describedAnew(): Promise<{ id: string; run: number }> {
  const id = await complete(database, user);
  const { run_id } = await propose(database, await regenerate(id), {
    summary: "New.",
    document_type: "letter",
    tags: ["letter"],
  });
  return { id, run: run_id };
}

describe("undoing a run", () => {
  it("puts back what was there before it, and locks that", async () => {
    const { id, run } = await describedAnew();
    expect(await row("summary, tags, document_type")).toEqual({
      summary: "New.",
      tags: ["letter"],
      document_type: "letter",
    });
    const answer = await undo(run);
    expect(answer).toMatchObject({
      undone: ALL,
      skipped: {},
      document: { id, summary: METADATA.summary, tags: METADATA.tags, locked_fields: ALL },
    });
    expect(await row("summary, tags, document_type, document_date::text")).toEqual({
      summary: METADATA.summary,
      tags: METADATA.tags,
      document_type: "invoice",
      document_date: "2026-03-15",
    });
    const told = await database.sql("select message from public.document_events where stage = 'edit' order by id");
    expect(told.map(({ message }) => message)).toEqual([
      "Edited: Type, Tags, Summary.",
      "Locked: Name, From, Date, Amount, Currency, Language.",
    ]);
    await propose(database, await regenerate(id), { summary: "Newer." });
    expect(await row("summary")).toEqual({ summary: METADATA.summary });
  });

  it("of some fields leaves the others, and can go on with these", async () => {
    const { run } = await describedAnew();
    expect(await undo(run, ["summary"])).toMatchObject({ undone: ["summary"], skipped: {} });
    expect(await row("summary, document_type, locked_fields")).toEqual({
      summary: METADATA.summary,
      document_type: "letter",
      locked_fields: ["summary"],
    });
    expect(await undo(run, ["document_type", "tags"])).toMatchObject({ undone: ["document_type", "tags"] });
    expect(await row("document_type, tags")).toEqual({ document_type: "invoice", tags: METADATA.tags });
  });

  it("of the first run gives back the file's name, for a completed document has one", async () => {
    await readDocument(database, user);
    const { run_id } = await propose(database, await claim(database, "metadata"));
    await undo(run_id);
    expect(await row("display_name, tags, summary, document_date, status")).toEqual({
      display_name: "scan.pdf",
      tags: [],
      summary: null,
      document_date: null,
      status: "completed",
    });
  });

  it("skips what an edit or a later run changed since, and says so", async () => {
    const { id, run } = await describedAnew();
    await edit(id, "summary = 'Mine.'");
    await propose(database, await regenerate(id), { document_type: "contract", tags: ["letter"] });
    const { undone, skipped } = await undo(run, ["summary", "document_type", "tags", "status"]);
    expect(undone).toEqual(["tags"]);
    expect(skipped).toEqual({ summary: "changed_since", document_type: "changed_since", status: "not_applied" });
    expect(await row("summary, document_type, tags")).toEqual({
      summary: "Mine.",
      document_type: "contract",
      tags: METADATA.tags,
    });
  });

  it("is refused where nothing is left to undo", async () => {
    const { id, run } = await describedAnew();
    await edit(id, "summary = 'Mine.'");
    const refused = { code: "PT409", hint: "not_allowed_now" };
    await expect(undo(run, ["summary"])).rejects.toMatchObject({ ...refused, detail: '{"summary": "changed_since"}' });
    await expect(undo(run, ["user_id"])).rejects.toMatchObject(refused);
    await expect(undo(run, [])).rejects.toMatchObject(refused);
  });

  it("is not for others, nor for a run that is none", async () => {
    const { run } = await describedAnew();
    const refused = { code: "PT404", hint: "not_found" };
    await expect(undo(run, null, stranger)).rejects.toMatchObject(refused);
    await expect(undo(-1)).rejects.toMatchObject(refused);
    await expect(undo(2 ** 40)).rejects.toMatchObject(refused);
    expect(await row("summary")).toEqual({ summary: "New." });
  });

  it("asked for twice at the same time happens once", async () => {
    const { run } = await describedAnew();
    const answers = await Promise.allSettled([1, 2, 3].map(() => undo(run, ["summary"])));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("an edit that is taken back", () => {
  const set = async (changes: unknown, reason = "undone", as = user): Promise<any[]> =>
    (await database.asUser(as, "select public.set_fields($1, $2) as answer", [JSON.stringify(changes), reason]))[0]!
      .answer;
  const back = (id: string, locked: string[] = []) => [
    { document_id: id, fields: { summary: { from: "Mine.", to: METADATA.summary } }, locked },
  ];

  it("leaves the value and the lock as they were, with one line in the history", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'Mine.', language = 'de'");
    expect(await set(back(id))).toMatchObject([{ id, summary: METADATA.summary, locked_fields: ["language"] }]);
    expect(await row("summary, locked_fields")).toEqual({ summary: METADATA.summary, locked_fields: ["language"] });
    const told = await database.sql(
      "select kind, message from public.document_events where stage = 'edit' order by id",
    );
    expect(told).toEqual([
      { kind: "edited", message: "Edited: Summary, Language." },
      { kind: "undone", message: "Undone: Summary." },
    ]);
    // The next edit of the same connection locks again.
    await edit(id, "summary = 'Mine.'");
    expect(await row("locked_fields")).toEqual({ locked_fields: ["language", "summary"] });
  });

  it("stays locked where it was locked before", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'First.'");
    await edit(id, "summary = 'Mine.'");
    await set(back(id, ["summary", "tags"]));
    expect(await row("locked_fields")).toEqual({ locked_fields: ["summary"] });
  });

  it("is left alone where it was changed since", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'Newer.'");
    expect(await set(back(id))).toEqual([]);
    expect(await row("summary, locked_fields")).toEqual({ summary: "Newer.", locked_fields: ["summary"] });
  });

  it("unlocks what a person accepts of a run", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'Mine.'");
    await set([{ document_id: id, fields: { summary: { from: "Mine.", to: "Proposed." } } }], "accepted");
    expect(await row("summary, locked_fields")).toEqual({ summary: "Proposed.", locked_fields: [] });
    expect((await events(database, id)).at(-1)).toBe("edit accepted");
  });

  it("is not others' to take back, and changes no other column", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'Mine.'");
    expect(await set(back(id), "undone", stranger)).toEqual([]);
    for (const field of ["status", "user_id", "byte_size", "created_at"]) {
      const [given] = await database.sql(`select to_jsonb(${field}) as now from public.documents`);
      await expect(
        set([{ document_id: id, fields: { [field]: { from: given!.now, to: given!.now } } }]),
        field,
      ).rejects.toMatchObject({ code: "42501" });
    }
    const refused = { code: "PT400", hint: "invalid_request" };
    await expect(set([{ document_id: id, fields: { nonsense: { from: null, to: 1 } } }])).rejects.toMatchObject(
      refused,
    );
    await expect(set([{ document_id: id, fields: { locked_fields: { from: [], to: [] } } }])).rejects.toMatchObject(
      refused,
    );
    await expect(set({})).rejects.toMatchObject(refused);
    await expect(set([], "edited")).rejects.toMatchObject(refused);
    await expect(set(Array(601).fill({}))).rejects.toMatchObject(refused);
    expect(await row("summary")).toEqual({ summary: "Mine." });
  });
});

describe("a locked field", () => {
  it("is the pipeline's again once it is unlocked", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'Mine.', language = 'de'");
    expect(await unlock(id, ["summary", "tags", "nonsense"])).toEqual(["language"]);
    await propose(database, await regenerate(id), { summary: "New." });
    expect(await row("summary, language, locked_fields")).toEqual({
      summary: "New.",
      language: "de",
      locked_fields: ["language"],
    });
    expect(await events(database, id)).toContain("edit unlocked");
  });

  it("may be locked as it is, without an edit", async () => {
    const id = await complete(database, user);
    await edit(id, "locked_fields = '{tags}'");
    await propose(database, await regenerate(id), { tags: ["other"] });
    expect(await row("tags, locked_fields")).toEqual({ tags: METADATA.tags, locked_fields: ["tags"] });
    expect(await events(database, id)).toContain("edit locked");
  });

  it("stays locked where the same request edits and unlocks it", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'Mine.', locked_fields = '{}'");
    expect(await row("locked_fields")).toEqual({ locked_fields: ["summary"] });
    expect((await events(database, id)).at(-1)).toBe("edit edited");
  });

  it("is not others' to unlock", async () => {
    const id = await complete(database, user);
    await edit(id, "summary = 'Mine.'");
    await expect(unlock(id, ["summary"], stranger)).rejects.toMatchObject({ code: "PT404", hint: "not_found" });
    expect(await row("locked_fields")).toEqual({ locked_fields: ["summary"] });
  });
});

describe("preferences", () => {
  it("are told to whoever describes a document, with the tags that are there", async () => {
    await complete(database, user);
    await complete(database, stranger);
    await database.asUser(
      user,
      "insert into public.preferences (language) values ('fr') on conflict (user_id) do update set language = excluded.language",
    );
    await readDocument(database, user);
    expect(await claim(database, "metadata")).toMatchObject({
      summary_language: "fr",
      known_tags: [
        { tag: "acme", documents: 1 },
        { tag: "invoice", documents: 1 },
      ],
    });
  });

  it("are none at first, and no concern of reading", async () => {
    await upload(database, user);
    expect(await claim(database, "ocr")).not.toHaveProperty("known_tags");
    await readDocument(database, stranger);
    expect(await claim(database, "metadata")).toMatchObject({ summary_language: null, known_tags: [] });
  });

  it("are a user's own", async () => {
    await database.asUser(user, "insert into public.preferences (language) values ('fr')");
    expect(await database.asUser(stranger, "select * from public.preferences")).toEqual([]);
    expect(await database.asUser(stranger, "update public.preferences set language = 'de' returning 1")).toEqual([]);
    expect(await database.asUser(stranger, "delete from public.preferences returning 1")).toEqual([]);
    const forOthers = database.asUser(
      stranger,
      "insert into public.preferences (user_id, language) values ($1, 'de')",
      [user],
    );
    await expect(forOthers).rejects.toMatchObject({ code: "42501" });
    expect(await database.asUser(user, "update public.preferences set language = null returning language")).toEqual([
      { language: null },
    ]);
  });
});

describe("a note", () => {
  it("is its owner's: told in the history without its words, locked by nobody, kept when the document is described again", async () => {
    const id = await complete(database, user);
    await edit(id, "note = 'Ask for the discount.'");
    expect(await row("note, locked_fields")).toEqual({ note: "Ask for the discount.", locked_fields: [] });
    const told = await database.sql("select message, data from public.document_events where kind = 'edited'");
    expect(told).toEqual([{ message: "Edited: Note.", data: { fields: ["note"] } }]);
    await propose(database, await regenerate(id), { summary: "Newer." });
    expect(await row("note, summary")).toEqual({ note: "Ask for the discount.", summary: "Newer." });
  });

  it("is taken back by undo, and written by nobody else", async () => {
    const id = await complete(database, user);
    await edit(id, "note = 'Mine.'");
    const changes = JSON.stringify([{ document_id: id, fields: { note: { from: "Mine.", to: null } }, locked: [] }]);
    await database.asUser(user, "select public.set_fields($1)", [changes]);
    expect(await row("note, locked_fields")).toEqual({ note: null, locked_fields: [] });
    expect((await events(database, id)).at(-1)).toBe("edit undone");
    const theirs = await database.asUser(
      stranger,
      "update public.documents set note = 'Not mine.' where id = $1 returning id",
      [id],
    );
    expect(theirs).toEqual([]);
  });
});
