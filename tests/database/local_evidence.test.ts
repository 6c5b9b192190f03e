// What the local generator takes from a page, the database finds proven there: the two read dates, amounts and names alike. And
// whichever engine describes, the same rules decide what is written.
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import type { Description } from "../../supabase/functions/_shared/metadata.ts";
import { chooseDescribe } from "../../supabase/functions/metadata/describer.ts";
import { describeLocally } from "../../supabase/functions/metadata/local/describe.ts";
import { openPdf } from "../../supabase/functions/ocr/pdf.ts";
import * as agreements from "../functions/local-describe/agreements.ts";
import * as papers from "../functions/local-describe/papers.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import {
  claim,
  complete,
  held,
  pageOf,
  propose,
  readDocument,
  regenerate,
  upload,
} from "../../testing/database/worker.ts";
import { type FakeClaude, startFakeClaude } from "../../testing/fakes/claude.ts";

let server: MigratedServer;
let database: Database;
beforeAll(async () => {
  server = await migratedServer();
});
beforeEach(async () => {
  database = await server.database();
});
afterAll(() => server.stop());

async function pagesOf(sample: string): Promise<string[]> {
  await using document = await openPdf({
    bytes: await readFile(new URL(`../../samples/${sample}`, import.meta.url)),
    mime_type: "application/pdf",
    filename: sample,
  });
  const pages: string[] = [];
  for (let page = 1; page <= document.pageCount; page += 1) pages.push((await document.textOf(page)) ?? "");
  return pages;
}

const SAMPLES = ["ABT_report_final_v2.pdf", "Doc1.pdf", "brief.pdf", "download-3.pdf"];
/** A name that is set one word a line is quoted over all of them. */
const STACKED =
  "THE\nBREAD\nHOUSE\nBAKERY\n117, JALAN DUA\nTEL: 03-1234 5678\n04-05-2018 16:07\nRYE BREAD\nRM20.40\nTOTAL\nRM20.40\nCASH\nRM20.40";
/** A receipt as a picture of it was read: a time that ran into the date, letters among the digits of the total. */
const SLIPS =
  "KEDAI MELATI SDN BHD\n12, JALAN TASIK 3/4\nReceipt\nDate : 25/12/20188:13:39 PM\nPENCIL  12.30\nTotal RM 45 .3O\nThank you";
const TEXTS: [string, () => string[] | Promise<string[]>][] = [
  ...Object.entries({ ...papers, ...agreements }).map(([name, text]): [string, () => string[]] => [
    name,
    () => [text].flat(),
  ]),
  ["a stacked name", () => [STACKED]],
  ["slips of a picture", () => [SLIPS]],
  ...SAMPLES.map((sample): [string, () => Promise<string[]>] => [sample, () => pagesOf(sample)]),
];

it("reads a date and a total through slips, as the database does", async () => {
  const { metadata } = await describeLocally(
    { filename: "IMG_1.jpg", mime_type: "image/jpeg", page_count: 1, pages: [{ page_number: 1, text: SLIPS }] },
    () => {},
  );
  expect(metadata).toMatchObject({ document_date: "2018-12-25", amount: { value: 45.3, currency: "MYR" } });
});

it.each(TEXTS)("%s: nothing that was found is left out as unproven", async (_name, textsOf) => {
  const texts = await textsOf();
  const description = await describeLocally(
    {
      filename: "scan.pdf",
      mime_type: "application/pdf",
      page_count: texts.length,
      pages: texts.map((text, index) => ({ page_number: index + 1, text })),
    },
    () => {},
  );
  await upload(database, await database.user());
  const reading = await claim(database, "ocr");
  await database.rpc("save_pages", {
    ...held(reading),
    pages: texts.map((text, index) => pageOf(index + 1, text)),
    page_count: texts.length,
  });
  await database.rpc("complete_reading", {
    ...held(reading),
    result: { page_count: texts.length, processing_ms: 1, model: null },
  });

  const { document, run_id } = await propose(database, await claim(database, "metadata"), description.metadata);
  const [run] = await database.sql("select evidence from public.metadata_runs where id = $1", [run_id]);
  for (const [field, evidence] of Object.entries(run!.evidence))
    expect(evidence, field).toMatchObject({ verified: true });
  const { correspondent, document_date, document_type, amount } = description.metadata;
  expect(Boolean(amount), "an amount is proven by a quote").toBe("amount" in run!.evidence);
  expect(document).toMatchObject({ correspondent, document_date, document_type });
});

describe.each(["local", "claude"] as const)("what the engine %s describes", (engine) => {
  const other = engine === "local" ? "claude" : "local";
  const BILL =
    "Acme Bakery Ltd\n12 Mill Lane, Leeds LS1 9QQ\nINVOICE\nInvoice date: 2026-03-15\nTotal: GBP 120.00\nThank you for your order.";
  let fake: FakeClaude;
  let user: string;
  beforeEach(async () => {
    fake = await startFakeClaude();
    user = await database.user();
  });
  afterEach(() => fake.close());

  /** The engines as a worker has them: the owner may want the local one where a model is set. */
  async function described(by: "local" | "claude", text: string): Promise<Description> {
    const describe = chooseDescribe({ anthropicApiKey: "sk-fake", anthropicBaseUrl: fake.url });
    const description = await describe(
      {
        filename: "scan.pdf",
        mime_type: "application/pdf",
        page_count: 1,
        pages: [{ page_number: 1, text }],
        engine: by === "local" ? "local" : null,
      },
      () => {},
    );
    expect(description.engine).toBe(by);
    return description;
  }
  const stored = (claimed: Claim, { metadata, ...made }: Description): Promise<any> =>
    propose(database, claimed, { amount: null, ...metadata }, made);
  const evidenceOf = async (run_id: number): Promise<Record<string, any>> =>
    (await database.sql("select evidence from public.metadata_runs where id = $1", [run_id]))[0]!.evidence;

  it("is written with its proof, and with how sure the engine is", async () => {
    await readDocument(database, user, BILL);
    const { document, run_id } = await stored(await claim(database, "metadata"), await described(engine, BILL));
    expect(document).toMatchObject({
      metadata_source: engine,
      document_type: "invoice",
      correspondent: "Acme Bakery Ltd",
      document_date: "2026-03-15",
    });
    const { correspondent, document_date } = await evidenceOf(run_id);
    for (const proof of [correspondent, document_date]) {
      expect(proof).toMatchObject({ page: 1, verified: true });
      expect(proof.confidence).toBeGreaterThanOrEqual(0.7);
      expect(proof.confidence).toBeLessThanOrEqual(1);
    }
  });

  it("is left out where the page that is stored does not show it", async () => {
    await readDocument(database, user, "A note of Globex Ltd, 4 May 2026.");
    const { document } = await stored(await claim(database, "metadata"), await described(engine, BILL));
    expect(document).toMatchObject({ status: "completed", correspondent: null, document_date: null, amount: null });
    expect(document.display_name).not.toContain("Acme");
  });

  it("is left out where the engine is not sure enough, and the run keeps what was proposed", async () => {
    await readDocument(database, user, BILL);
    const description = await described(engine, BILL);
    description.metadata.evidence.correspondent!.confidence = 0.4;
    const { document, run_id } = await stored(await claim(database, "metadata"), description);
    expect(document).toMatchObject({ correspondent: null, document_date: "2026-03-15" });
    const [run] = await database.sql("select proposal, applied from public.metadata_runs where id = $1", [run_id]);
    expect(run!.proposal.correspondent).toBe("Acme Bakery Ltd");
    expect(run!.applied).not.toContain("correspondent");
    const [event] = await database.sql(
      "select data from public.document_events where kind = 'completed' order by id desc",
    );
    expect(event!.data.unproven).toEqual(["correspondent"]);
  });

  it("leaves alone what a person locked", async () => {
    const id = await readDocument(database, user, BILL);
    await database.asUser(
      user,
      "update public.documents set correspondent = 'My baker', tags = '{mine}' where id = $1",
      [id],
    );
    const { document } = await stored(await claim(database, "metadata"), await described(engine, BILL));
    expect(document).toMatchObject({ correspondent: "My baker", tags: ["mine"], document_date: "2026-03-15" });
  });

  it("has the owner's own words for its tags", async () => {
    await complete(database, user);
    await database.asUser(user, "select public.rename_tag('invoice', 'bill')");
    await readDocument(database, user, BILL);
    const { document } = await stored(await claim(database, "metadata"), await described(engine, BILL));
    expect(document.tags).toContain("bill");
    expect(document.tags).not.toContain("invoice");
  });

  it(`is compared with what ${other} described before, and undone`, async () => {
    const id = await readDocument(database, user, BILL);
    const first = await stored(await claim(database, "metadata"), await described(other, BILL));
    const second = await stored(await regenerate(database, id), await described(engine, BILL));
    expect(second.diff.summary).toEqual({
      before: first.document.summary,
      proposed: second.document.summary,
      applied: second.document.summary,
    });
    expect(
      await database.sql("select engine, proposal ->> 'summary' as summary from public.metadata_runs order by id"),
    ).toEqual([
      { engine: other, summary: first.document.summary },
      { engine, summary: second.document.summary },
    ]);
    const [row] = await database.asUser(user, "select public.undo_metadata_run($1) as answer", [second.run_id]);
    const { display_name, summary, tags, correspondent, document_date } = first.document;
    expect(row!.answer.document).toMatchObject({ display_name, summary, tags, correspondent, document_date });
  });
});
