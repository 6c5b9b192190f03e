import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import type { ExtractPage } from "../../supabase/functions/_shared/extraction/values.ts";
import type { Extract } from "../../supabase/functions/extract/extractor.ts";
import { extractLocally } from "../../supabase/functions/extract/local/extract.ts";
import { cluesOf } from "../../supabase/functions/metadata/learned/clues.ts";
import type { Database } from "./migrated.ts";
import { claim, claimInvocation, held, propose, sha256, upload } from "./worker.ts";

/** A paper that goes through the stages: its pages as they were read, and how it was described. */
export type Paper = { pages: ExtractPage[]; described?: Record<string, unknown> };

/** A document that was read and described, with what its corrections can teach. Returns its id. */
export async function described(database: Database, user: string, { pages, described = {} }: Paper): Promise<string> {
  const id = await upload(database, user, sha256());
  const reading = await claim(database, "ocr");
  await database.rpc("save_pages", {
    ...held(reading),
    pages: pages.map((page) => ({ engine: "tesseract", confidence: 0.9, words: null, ...page })),
    page_count: pages.length,
  });
  await database.rpc("complete_reading", {
    ...held(reading),
    result: { page_count: pages.length, processing_ms: 5, model: null },
  });
  await propose(
    database,
    await claim(database, "metadata"),
    { correspondent: null, document_date: null, amount: null, ...described },
    { engine: "local", clues: cluesOf(pages) },
  );
  return id;
}

/** Extracts whatever waits to be extracted, as the function does: by rules, or by an engine. */
export async function extractWaiting(database: Database, by?: Extract): Promise<void> {
  for (let worked = true; worked; ) {
    worked = false;
    for (const invocation of (await database.invocations()).filter((one) => /^extract(-alone)?$/.test(one.function))) {
      const claimed = await claimInvocation(database, invocation);
      if (!claimed) continue;
      worked = true;
      await extractClaimed(database, claimed, by);
    }
  }
}

async function extractClaimed(database: Database, claimed: Claim, by?: Extract): Promise<void> {
  const { extractions, document } = await database.rpc("begin_extractions", held(claimed));
  const pages = await database.rpc("pages_to_extract", { ...held(claimed), from_page: 1, to_page: 300 });
  const told: string[] = [];
  for (const { id, ...schema } of extractions) {
    const input = { ...document, pages, ...schema, filename: "scan.pdf", page_count: pages.length };
    const result = by
      ? await by(
          {
            ...input,
            text: {
              numbers: pages.map((page: ExtractPage) => page.page_number),
              read: async () => pages,
              search: async () => ({ pages: [], total: 0 }),
            },
            judge: (claims) =>
              database.rpc("judge_extraction", {
                ...held(claimed),
                extraction_id: id,
                claims: JSON.stringify(claims),
                engine: "claude",
              }),
          },
          () => {},
        )
      : extractLocally(input);
    const { learned: sentence } = await database.rpc("save_extraction", {
      ...held(claimed),
      extraction_id: id,
      result: { engine: "local", ...result },
    });
    if (sentence) told.push(sentence);
  }
  await database.rpc("complete_job", { ...held(claimed), message: ["Extracted.", ...told].join(" ") });
}

/** What is written of a document: {path: value}, of a table's column {path: [value]}. */
export async function writtenOf(database: Database, document_id: string): Promise<Record<string, any>> {
  const rows = await database.sql(
    "select path, row_number, value from public.extracted_values where document_id = $1 order by path, row_number",
    [document_id],
  );
  const found: Record<string, any> = {};
  for (const { path, row_number, value } of rows)
    if (path.includes(".")) (found[path] ??= [])[row_number] = value;
    else found[path] = value;
  return found;
}

/** A person's correction of a value. */
export const correct = (
  database: Database,
  user: string,
  document_id: string,
  path: string,
  value: unknown,
  row = 0,
): Promise<unknown> =>
  database.asUser(
    user,
    `insert into public.extraction_reviews (extraction_id, path, row_number, action, value)
    select id, $2, $3, 'correct', $4 from public.extractions where document_id = $1`,
    [document_id, path, row, JSON.stringify(value)],
  );
