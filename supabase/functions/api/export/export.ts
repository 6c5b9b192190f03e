import { PipelineError } from "../../_shared/errors.ts";
import { parseFields } from "../../_shared/extraction/schema.ts";
import { CORS_HEADERS } from "../../_shared/http.ts";
import { csvOf } from "./csv.ts";
import { jsonOf } from "./json.ts";
import { type Row, tableOf } from "./table.ts";
import { xlsxOf } from "./xlsx.ts";

export const MEDIA_TYPES = {
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;
export type Format = keyof typeof MEDIA_TYPES;

const PAGE_ROWS = 1_000;

/**
 * All rows of a schema's table as a file. What is wrong with the request is said before the file begins; an outage after that cuts it off.
 *
 * @param run an operation of public.call_api as the caller
 */
export async function exported(
  run: (operation: string, args: object) => Promise<unknown>,
  { format, ...asked }: { schema_id: string; line_items?: string; sort?: string; format: Format; filters?: object[] },
): Promise<Response> {
  const [schema] = (await run("list_schemas", { schema_id: asked.schema_id })) as { name: string; fields: unknown }[];
  if (!schema) throw new PipelineError("not_found", "There is no such schema, or it is not yours.");
  const page = async (after: object | null) =>
    (await run("schema_rows", { ...asked, after, page_size: PAGE_ROWS, evidence: format === "json" })) as {
      rows: Row[];
      next: object | null;
    };
  const first = await page(null);
  async function* pages(): AsyncGenerator<Row[], void> {
    for (let { rows, next } = first; ; { rows, next } = await page(next)) {
      yield rows;
      if (next === null) return;
    }
  }
  const table = tableOf(parseFields(schema.fields), asked.line_items);
  const body = streamOf(
    format === "xlsx" ? xlsxOf(table, pages()) : encoded(format === "csv" ? csvOf(table, pages()) : jsonOf(pages())),
  );
  const name = [schema.name, asked.line_items].filter(Boolean).join(" - ");
  return new Response(body, {
    headers: {
      ...CORS_HEADERS,
      "Content-Type": MEDIA_TYPES[format],
      "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.${format}`)}`,
    },
  });
}

async function* encoded(texts: AsyncGenerator<string, void>): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

/** What reads no further stops the queries, too. */
function streamOf(chunks: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return();
    },
  });
}
