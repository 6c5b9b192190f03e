// What a correction of an extracted value teaches: the next paper of that sender is right without a model.
import { beforeEach, describe, expect, it } from "vitest";
import type { ExtractPage } from "../../../supabase/functions/_shared/extraction/values.ts";
import { createClaude } from "../../../supabase/functions/_shared/claude.ts";
import { createClaudeExtract } from "../../../supabase/functions/extract/claude/extract.ts";
import { ok, startFakeClaude, toolUse } from "../../../testing/fakes/claude.ts";
import { correct, described, extractWaiting, writtenOf } from "../../../testing/database/extracting.ts";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const FIELDS = {
  type: "object",
  properties: {
    number: { type: "string", format: "code", labels: ["invoice no"] },
    due: { type: "string", format: "date", labels: ["due date"] },
    total: { type: "object", format: "money", labels: ["total"] },
    customer: { type: "string", labels: ["customer"] },
    paid: { type: "boolean", labels: ["paid"] },
    items: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: { type: "string", labels: ["description"] },
          sum: { type: "object", format: "money", labels: ["amount"] },
        },
      },
    },
  },
};
const eur = (amount: number) => ({ amount, currency: "EUR" });
const page = (...lines: string[]): ExtractPage[] => [{ page_number: 1, text: lines.join("\n") }];

beforeEach(async () => {
  await database.asUser(
    user,
    "insert into public.extraction_schemas (name, fields, document_types) values ('Bills', $1, '{invoice}')",
    [JSON.stringify(FIELDS)],
  );
});

/** A Claude that ends with its test. */
const fakeClaude = async () => {
  const claude = await startFakeClaude();
  return { ...claude, [Symbol.asyncDispose]: claude.close };
};
async function extracted(pages: ExtractPage[], who = user): Promise<string> {
  const id = await described(database, who, { pages });
  await extractWaiting(database);
  return id;
}
const hints = (who = user): Promise<any[]> =>
  database.asUser(who, "select * from public.extraction_hints order by path");
const history = async (id: string): Promise<string[]> =>
  (
    await database.sql("select message from public.document_events where document_id = $1 order by created_at", [id])
  ).map(({ message }) => message);

/** A paper of a sender whose words no schema has. */
const paper = (
  file: string,
  settle: string,
  share: string,
  { whole = "900,00 EUR", who = "Alma Beispiel", done = "ja", goods = "Heizung", domain = "lumen-dienst.de" } = {},
) =>
  page(
    "Lumen Heizkostendienst",
    `www.${domain}`,
    "",
    `Akte ${file}    Blatt 1`,
    "Bis wann",
    settle,
    `Bewohner: ${who}, Hinterhaus`,
    `Erledigt? ${done}`,
    "",
    "Was    Wohnung 4    Kosten",
    `${goods}    12    ${share}`,
    `Wasser    7    10,00`,
    "",
    `Total    ${whole}`,
    `Ihr Anteil    ${share} EUR`,
  );
const FIRST = () => paper("HK/2025-117", "02.03.2026", "120,50");
const SECOND = () =>
  paper("HK/2026-209", "11.04.2026", "77,31", {
    whole: "910,00 EUR",
    who: "Bert Muster",
    done: "nein",
    goods: "Strom",
  });

describe("a correction of an extracted value", () => {
  it("makes the next paper of that sender right, whatever the kind and the place of the value", async () => {
    const first = await extracted(FIRST());
    expect(await writtenOf(database, first)).toMatchObject({ total: eur(900) });
    await correct(database, user, first, "number", "HK/2025-117");
    await correct(database, user, first, "due", "2026-03-02");
    await correct(database, user, first, "total", eur(120.5));
    await correct(database, user, first, "customer", "Alma Beispiel");
    await correct(database, user, first, "paid", true);

    const second = await extracted(SECOND());
    expect(await writtenOf(database, second)).toMatchObject({
      number: "HK/2026-209",
      due: "2026-04-11",
      total: eur(77.31),
      customer: "Bert Muster",
      paid: false,
    });
  });

  it("teaches the headings of a table's columns", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "items.name", "Heizung");
    await correct(database, user, first, "items.sum", eur(120.5));
    const second = await extracted(SECOND());
    expect(await writtenOf(database, second)).toMatchObject({
      "items.name": ["Strom", "Wasser"],
      "items.sum": [eur(77.31), eur(10)],
    });
  });

  it("teaches the order of day and month for all dates of that sender, and both columns where one piece was sold", async () => {
    const note = (day: string, due: string, each: string, sum: string) =>
      page(
        "Heron & Quay",
        "www.heronquay.eu",
        `Drawn ${day}`,
        `Due date: ${due}`,
        "Thing    Times    Cost",
        `Stairs    ${each}    ${sum}`,
      );
    const first = await extracted(note("x", "03/04/2026", "9,50", "9,50"));
    await correct(database, user, first, "due", "2026-03-04");
    await correct(database, user, first, "items.sum", eur(9.5));
    const second = await extracted(note("y", "05/06/2026", "2,00", "4,00"));
    expect(await writtenOf(database, second)).toMatchObject({ due: "2026-05-06", "items.sum": [{ amount: 4 }] });
  });

  it("is kept with the sender's marks, the words beside the value and the line it stands in", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "total", eur(120.5));
    expect(await hints()).toMatchObject([
      {
        document_id: first,
        path: "total",
        value: eur(120.5),
        label: "ihr anteil",
        page: 1,
        quote: "Ihr Anteil    120,50 EUR",
        used: 0,
      },
    ]);
    expect((await hints())[0].marks).toContain("domain:lumen-dienst.de");
  });

  it("is told in the history of the next document, on its value, and counted", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "total", eur(120.5));
    const second = await extracted(SECOND());
    const today = new Date().toISOString().slice(0, 10);
    expect((await history(second)).at(-1)).toBe(`Extracted. As you corrected this sender on ${today}: total.`);
    expect(
      await database.asUser(
        user,
        "select note, proof from public.extracted_values where document_id = $1 and path = 'total'",
        [second],
      ),
    ).toEqual([{ note: `As you corrected on ${today}.`, proof: "quote" }]);
    expect(await hints()).toMatchObject([{ used: 1 }]);
  });

  it("says nothing of another sender, of another schema, or of another user's papers", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "total", eur(120.5));
    const other = await extracted(
      page("Heron & Quay", "www.heronquay.eu", "", "Total    50,00 EUR", "Ihr Anteil    20,00 EUR"),
    );
    expect(await writtenOf(database, other)).toMatchObject({ total: eur(50) });

    const stranger = await database.user();
    await database.asUser(
      stranger,
      "insert into public.extraction_schemas (name, fields, document_types) values ('Bills', $1, '{invoice}')",
      [JSON.stringify(FIELDS)],
    );
    const theirs = await extracted(SECOND(), stranger);
    expect(await writtenOf(database, theirs)).toMatchObject({ total: eur(910) });
    expect(await hints(stranger)).toEqual([]);
    expect(await database.asUser(stranger, "delete from public.extraction_hints returning 1")).toEqual([]);
    expect(await hints()).toHaveLength(1);
  });

  it("is forgotten when it is deleted", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "total", eur(120.5));
    await database.asUser(user, "delete from public.extraction_hints");
    expect(await writtenOf(database, await extracted(SECOND()))).toMatchObject({ total: eur(910) });
  });

  it("gives way to a later one that says otherwise, and to a value that is absent", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "total", eur(120.5));
    const second = await extracted(SECOND());
    await correct(database, user, second, "total", eur(910));
    expect(await hints()).toMatchObject([{ label: "total", document_id: second }]);
    const third = await extracted(paper("HK/2026-300", "12.05.2026", "60,10", { whole: "930,00 EUR" }));
    expect(await writtenOf(database, third)).toMatchObject({ total: eur(930) });
    await database.asUser(
      user,
      "insert into public.extraction_reviews (extraction_id, path, action) select id, 'total', 'absent' from public.extractions where document_id = $1",
      [third],
    );
    expect(await hints()).toEqual([]);
  });

  it("of a value that stands nowhere teaches nothing, and neither does accepting one that was proven", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "total", eur(4711.08));
    const second = await extracted(page("Heron & Quay", "www.heronquay.eu", "", "Total    50,00 EUR"));
    await database.asUser(
      user,
      "insert into public.extraction_reviews (extraction_id, path, action) select id, 'total', 'accept' from public.extractions where document_id = $1",
      [second],
    );
    expect(await hints()).toEqual([]);
  });

  it("outlives the document, and ends with its schema", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "total", eur(120.5));
    await database.sql("delete from public.documents where id = $1", [first]);
    expect(await hints()).toMatchObject([{ document_id: null, path: "total" }]);
    await database.asUser(user, "delete from public.extraction_schemas");
    expect(await hints()).toEqual([]);
  });

  it("is told to Claude, and proves what stands behind the taught words there", async () => {
    await using claude = await fakeClaude();
    const byClaude = createClaudeExtract({
      claude: createClaude({ apiKey: "a-key", baseUrl: claude.url }),
      model: "a-model",
    });
    /** Claude reads the share, which no label of the schema stands before. */
    const read = async (pages: ExtractPage[], share: string): Promise<string> => {
      const value = { path: "total", row: 0, value: share, currency: "EUR", page: 1, label: null };
      const save = ok(
        toolUse("save_values", { values: [{ ...value, quote: `Ihr Anteil    ${share.replace(".", ",")} EUR` }] }),
      );
      claude.script(save, save, save);
      const id = await described(database, user, { pages });
      await extractWaiting(database, byClaude);
      claude.clear();
      return id;
    };
    const first = await read(FIRST(), "120.50");
    expect(await writtenOf(database, first)).toEqual({});
    await correct(database, user, first, "total", eur(120.5));
    claude.requests.length = 0;
    const second = await read(SECOND(), "77.31");
    expect(claude.requests).toHaveLength(1);
    const told = claude.requests[0]!.body.messages[0].content as string;
    const lessons = JSON.parse(/the same fields stand here: (\[.*\])$/m.exec(told)![1]!);
    expect(lessons).toMatchObject([
      {
        path: "total",
        value: eur(120.5),
        label: expect.stringMatching(/anteil/i),
        quote: expect.stringMatching(/120,50/),
      },
    ]);
    expect(await writtenOf(database, second)).toEqual({ total: eur(77.31) });
  });

  it("writes no value that the page does not have where the taught one stood", async () => {
    const first = await extracted(FIRST());
    await correct(database, user, first, "number", "HK/2025-117");
    await correct(database, user, first, "due", "2026-03-02");
    const second = await extracted(
      page("Lumen Heizkostendienst", "www.lumen-dienst.de", "", "Wir danken für 2026.", "Total    12,00 EUR"),
    );
    expect(Object.keys(await writtenOf(database, second))).toEqual(["total"]);
  });
});
