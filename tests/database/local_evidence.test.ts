// What the local generator takes from a page, the database finds proven there: the two read dates, amounts and names alike.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { describeLocally } from "../../supabase/functions/metadata/local/describe.ts";
import { openPdf } from "../../supabase/functions/ocr/pdf.ts";
import * as agreements from "../functions/local-describe/agreements.ts";
import * as papers from "../functions/local-describe/papers.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { claim, held, pageOf, propose, upload } from "../../testing/database/worker.ts";

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
