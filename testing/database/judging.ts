import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import type { FoundValue, Value } from "../../supabase/functions/_shared/extraction/values.ts";
import type { Database } from "./migrated.ts";
import { claim, held, pageOf, upload } from "./worker.ts";

/** What the database says to the values that an engine found on a page, by a template. */
export async function judged(
  database: Database,
  user: string,
  text: string,
  values: FoundValue[],
  engine: "local" | "claude",
  template = "invoice",
): Promise<{ path: string; row_number: number; value: Value; proven: boolean; reason?: string }[]> {
  const id = await upload(database, user);
  const claimed = await claim(database, "ocr");
  await database.rpc("save_pages", { ...held(claimed), pages: [pageOf(1, text)], page_count: 1 });
  await database.rpc("complete_reading", {
    ...held(claimed),
    result: { page_count: 1, processing_ms: 5, model: null },
  });
  const [row] = await database.sql("select private.judged_values($1, $2, $3, $4) as judged", [
    id,
    JSON.stringify(TEMPLATES[template]!.fields),
    JSON.stringify(values),
    engine,
  ]);
  return row!.judged.values;
}
