// What people's corrections teach: it is kept where they edit, found again by the sender's marks, and theirs to see and delete.
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { claim, events, METADATA, propose, readDocument, regenerate } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let stranger: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  stranger = await database.user();
});

const MARKS = ["tax:DE811223344", "domain:acme.example", "head:acme"];
const CLUES = {
  marks: MARKS,
  dates: [
    { value: "2026-03-15", label: "rechnungsdatum", nth: 1 },
    { value: "2026-03-20", label: "leistung", nth: 1 },
    { value: "2026-05-04", label: "valuta", nth: -1, order: "day" },
  ],
  amounts: [
    { value: "120", label: "total", nth: 1 },
    { value: "99.5", label: "zu zahlen", nth: -1 },
  ],
};
const TEXT = "Acme, USt-IdNr DE 811 223 344\nInvoice of 15 March 2026\nTotal: EUR 120.00";

/** A described document with what its correction can teach. */
async function described(clues: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}, made = {}) {
  const id = await readDocument(database, user, TEXT);
  const answer = await propose(database, await claim(database, "metadata"), metadata, {
    clues: { ...CLUES, ...clues },
    ...made,
  });
  return { id, answer };
}
const edit = (id: string, change: string, as = user): Promise<unknown> =>
  database.asUser(as, `update public.documents set ${change} where id = $1`, [id]);
const hints = (as = user): Promise<any[]> => database.asUser(as, "select * from public.learned_hints order by id");
const found = async (id: string, marks: string[]): Promise<any> =>
  (await database.sql("select public.learned_hint_of($1, $2) as hint", [id, marks]))[0]!.hint;

describe("a correction", () => {
  it("of sender, type, date and amount is kept with the sender's marks and the words beside the right values", async () => {
    const { id } = await described();
    await edit(
      id,
      "correspondent = 'ACME Web', document_type = 'insurance', document_date = '2026-03-20', amount = 99.50, currency = 'EUR'",
    );
    expect(await hints()).toMatchObject([
      {
        user_id: user,
        document_id: id,
        marks: MARKS,
        correspondent: "ACME Web",
        document_type: "insurance",
        instead_of: ["invoice"],
        date_label: "leistung",
        date_nth: 1,
        date_order: null,
        amount_label: "zu zahlen",
        amount_nth: -1,
        used: 0,
      },
    ]);
  });

  it("shows the order of day and month where the numbers leave it open", async () => {
    const { id } = await described();
    await edit(id, "document_date = '2026-05-04'");
    expect(await hints()).toMatchObject([{ date_label: "valuta", date_nth: -1, date_order: "day" }]);
  });

  it("of a name, tags or a summary teaches nothing, and neither does a value that stands nowhere", async () => {
    const { id } = await described();
    await edit(id, "display_name = 'Mine.pdf', tags = '{mine}', summary = 'Mine.', language = 'de'");
    await edit(id, "document_date = '2020-01-01', amount = 1");
    expect(await hints()).toEqual([]);
  });

  it("teaches nothing where nothing identifies the sender", async () => {
    const { id } = await described({ marks: [] });
    await edit(id, "correspondent = 'Somebody'");
    expect(await hints()).toEqual([]);
  });

  it("by the pipeline is none", async () => {
    const { id } = await described();
    await propose(database, await regenerate(database, id), { document_type: "letter" }, { clues: CLUES });
    expect(await hints()).toEqual([]);
  });
});

describe("a later correction", () => {
  it("that says something else wins", async () => {
    const [first, second] = [await described(), await described()];
    await edit(first.id, "correspondent = 'Acme Web', document_date = '2026-03-20'");
    await edit(second.id, "correspondent = 'Acme Hosting', document_type = 'contract'");
    expect(await hints()).toMatchObject([
      { correspondent: "Acme Hosting", document_type: "contract", date_label: "leistung", document_id: second.id },
    ]);
    await edit(second.id, "document_type = 'letter'");
    expect(await hints()).toMatchObject([{ document_type: "letter", instead_of: ["contract", "invoice"] }]);
  });

  it("to a value that stands nowhere ends what was learned of it", async () => {
    const { id } = await described();
    await edit(id, "correspondent = 'Acme Web', document_date = '2026-03-20', amount = 99.5");
    await edit(id, "document_date = '2020-01-01', correspondent = null");
    expect(await hints()).toMatchObject([{ correspondent: null, date_label: null, amount_label: "zu zahlen" }]);
    await edit(id, "amount = null");
    expect(await hints()).toEqual([]);
  });

  it("that is taken back is forgotten", async () => {
    const { id } = await described();
    await edit(id, "correspondent = 'Acme Web'");
    await database.asUser(user, "select public.set_fields($1)", [
      JSON.stringify([
        { document_id: id, fields: { correspondent: { from: "Acme Web", to: METADATA.correspondent } }, locked: [] },
      ]),
    ]);
    expect(await hints()).toEqual([]);
  });

  it("of another sender is kept beside it", async () => {
    const { id } = await described();
    await edit(id, "correspondent = 'Acme Web'");
    const other = await described({ marks: ["tax:DE1", "head:other"] });
    await edit(other.id, "correspondent = 'Other'");
    expect((await hints()).map(({ correspondent }) => correspondent)).toEqual(["Acme Web", "Other"]);
  });
});

describe("what was learned", () => {
  it("is found by the marks of the sender, for documents of the same user alone", async () => {
    const { id } = await described();
    await edit(id, "correspondent = 'Acme Web'");
    expect(await found(id, MARKS)).toMatchObject({ correspondent: "Acme Web", instead_of: [], date_label: null });
    expect(await found(id, ["tax:DE811223344", "phone:12345678"])).toMatchObject({ correspondent: "Acme Web" });
    expect(await found(id, ["head:acme"])).toBeNull();
    expect(await found(id, [])).toBeNull();
    const theirs = await readDocument(database, stranger, "Acme");
    expect(await found(theirs, MARKS)).toBeNull();
  });

  it("is not another sender's who has a tax number of its own beside one that both show", async () => {
    const { id } = await described({ marks: ["tax:DE1", "tax:DE999"] });
    await edit(id, "correspondent = 'Acme Web'");
    expect(await found(id, ["tax:DE2", "tax:DE999"])).toBeNull();
    expect(await found(id, ["tax:DE1", "tax:DE999"])).toMatchObject({ correspondent: "Acme Web" });
  });

  it("is not another sender's whose page begins with the same line and who has a domain of its own", async () => {
    const { id } = await described({ marks: ["domain:acme.example", "head:alma beispiel"] });
    await edit(id, "correspondent = 'Acme Web'");
    expect(await found(id, ["domain:other.example", "head:alma beispiel"])).toBeNull();
    // A bad scan shows less.
    expect(await found(id, ["domain:acme.example"])).toMatchObject({ correspondent: "Acme Web" });
  });

  it("is known by the lines of its letterhead where there is nothing surer, and not by one of them", async () => {
    const { id } = await described({ marks: ["head:alma beispiel", "head:acme", "head:web and more"] });
    await edit(id, "correspondent = 'Acme Web'");
    expect(await found(id, ["head:alma beispiel", "head:other", "head:something"])).toBeNull();
    expect(await found(id, ["head:alma beispiel", "head:acme", "domain:other.example"])).toBeNull();
    expect(await found(id, ["head:acme", "head:web and more"])).toMatchObject({ correspondent: "Acme Web" });
  });

  it("is told to who describes the next document, whether there is any", async () => {
    expect(await readDocument(database, user).then(() => claim(database, "metadata"))).toMatchObject({
      has_learned: false,
    });
    const { id } = await described();
    await edit(id, "correspondent = 'Acme Web'");
    expect(await readDocument(database, user).then(() => claim(database, "metadata"))).toMatchObject({
      has_learned: true,
    });
  });

  it("shows in the history and is counted, where it was written", async () => {
    const { id } = await described();
    await edit(id, "correspondent = 'Acme'||'', document_type = 'insurance', document_date = '2026-03-20'");
    const [hint] = await hints();
    const next = await described(
      {},
      { document_type: "insurance" },
      {
        learned: { hint_id: Number(hint.id), fields: ["document_type", "document_date", "nonsense"] },
      },
    );
    const day = new Date().toISOString().slice(0, 10);
    const [event] = await database.sql(
      "select message, data from public.document_events where document_id = $1 and kind = 'completed' and stage = 'metadata'",
      [next.id],
    );
    expect(event!.message).toBe(`Named, tagged and summarized. As you corrected this sender on ${day}: Type, Date.`);
    expect(event!.data.learned).toEqual({
      hint_id: Number(hint.id),
      fields: ["document_type", "document_date"],
      corrected_on: day,
    });
    expect(await hints()).toMatchObject([{ used: 1 }]);
  });

  it("is not said where the fields are locked, or the hint is another user's", async () => {
    const { id } = await described();
    await edit(id, "document_type = 'insurance'");
    const [hint] = await hints();
    await propose(
      database,
      await regenerate(database, id),
      {},
      { learned: { hint_id: Number(hint.id), fields: ["document_type"] } },
    );
    const theirs = await readDocument(database, stranger, TEXT);
    await propose(
      database,
      await claim(database, "metadata"),
      {},
      { learned: { hint_id: Number(hint.id), fields: ["document_type"] } },
    );
    const told = await database.sql(
      "select message from public.document_events where stage = 'metadata' and kind = 'completed' and (data ? 'learned' or message like '%corrected%')",
    );
    expect(told).toEqual([]);
    expect(await events(database, theirs)).toContain("metadata completed");
  });

  it("proves a sender that the page does not name by a mark that stands there", async () => {
    const { id } = await described();
    await edit(id, "correspondent = 'Grandma'");
    const proposal = (quote: string, correspondent = "Grandma") => ({
      correspondent,
      evidence: { ...METADATA.evidence, correspondent: { page: 1, quote, source: "learned" } },
    });
    const next = await described({}, proposal("USt-IdNr DE 811 223 344"));
    expect(next.answer.document).toMatchObject({ correspondent: "Grandma" });
    const [run] = await database.sql("select evidence from public.metadata_runs where document_id = $1", [next.id]);
    expect(run!.evidence.correspondent).toMatchObject({ verified: true, source: "learned" });
    // Not by other words, not for a name that nobody taught, and not once it is deleted.
    expect((await described({}, proposal("Invoice of 15 March 2026"))).answer.document.correspondent).toBeNull();
    expect(
      (await described({}, proposal("USt-IdNr DE 811 223 344", "Grandpa"))).answer.document.correspondent,
    ).toBeNull();
    await database.asUser(user, "delete from public.learned_hints");
    expect((await described({}, proposal("USt-IdNr DE 811 223 344"))).answer.document.correspondent).toBeNull();
  });

  it("is its owner's to see and to delete, and stays when the document goes", async () => {
    const { id } = await described();
    await edit(id, "correspondent = 'Acme Web'");
    expect(await hints(stranger)).toEqual([]);
    expect(await database.asUser(stranger, "delete from public.learned_hints returning 1")).toEqual([]);
    await database.asUser(user, "delete from public.documents where id = $1", [id]);
    expect(await hints()).toMatchObject([{ correspondent: "Acme Web", document_id: null }]);
    expect(await database.asUser(user, "delete from public.learned_hints returning 1")).toHaveLength(1);
  });

  it("is bounded: the sender that was not used for the longest time goes", async () => {
    await database.sql(
      `insert into public.learned_hints (user_id, marks, correspondent, corrected_at, used_at)
      select $1, array['tax:' || n], 'Sender ' || n, now() - interval '1 year' + n * interval '1 hour', case n when 1 then now() end
      from generate_series(1, 200) as n`,
      [user],
    );
    const { id } = await described();
    await edit(id, "correspondent = 'Acme Web'");
    const names = (await hints()).map(({ correspondent }) => correspondent);
    expect(names).toHaveLength(200);
    expect(names).toContain("Acme Web");
    expect(names).toContain("Sender 1");
    expect(names).not.toContain("Sender 2");
  });
});

describe("many corrections", () => {
  it("in one request are learned from each", async () => {
    const one = await described({ marks: ["tax:1"] });
    const two = await described({ marks: ["tax:2"] });
    await database.asUser(user, "update public.documents set document_type = 'contract' where id = any ($1)", [
      [one.id, two.id],
    ]);
    expect((await hints()).map(({ marks }) => marks).sort()).toEqual([["tax:1"], ["tax:2"]]);
  });
});
