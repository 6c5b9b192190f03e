import { readFile } from "node:fs/promises";
import { manyRows } from "../../testing/database/many-rows.ts";
import type { Database } from "../../testing/database/migrated.ts";

/** `rows` of a page; the median of seven calls, and what the database's process computed for one. */
type PageFigures = { rows: number; ms: number; cpu_ms: number };

const FIELDS = 20;
const CALLS = 7;
/** What /proc counts processor time in. */
const TICK_MS = 10;

const half = (field: string, other: string, value: number) => [
  { field, op: ">=", value },
  { field: other, op: "<", value },
];
/** `more_0` and `more_1` of a document are the same number, so that halves of both share nothing. */
const PAGES: Record<string, { line_items?: string; sort?: string; filters?: object[] }> = {
  newest: {},
  sorted: { sort: "total" },
  "two filters of one field": { filters: half("total", "total", 500) },
  "two filters of two fields": { filters: half("more_0", "more_1", 2500) },
  "two filters of two fields, in a third order": { sort: "number", filters: half("more_0", "more_1", 2500) },
  "two filters of lines and documents": { line_items: "items", filters: half("items.price", "more_1", 2501) },
};

/** Pages of 50 rows of a table, before and after its pages were marked by vacuum. CPU is told on Linux. */
export async function tableFigures(database: Database, documents: number): Promise<object> {
  const user = await database.user();
  const schema = await manyRows(database, user, documents, FIELDS);
  const client = await database.connection("superuser");
  const measure = async (): Promise<Record<string, PageFigures>> => {
    await client.query("begin");
    await client.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ role: "authenticated", sub: user }),
    ]);
    const { pid } = (await client.query("select pg_backend_pid() as pid")).rows[0] as { pid: number };
    await client.query("set local role authenticated");
    const used = async (): Promise<number> => {
      const fields = (await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")).split(" ");
      return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
    };
    const figures: Record<string, PageFigures> = {};
    for (const [title, { line_items = null, sort = null, filters = null }] of Object.entries(PAGES)) {
      const call = async (): Promise<number> => {
        const { rows } = await client.query(
          "select public.schema_rows(schema_id => $1, line_items => $2, sort => $3, at_most => 50, filters => $4) as page",
          [schema, line_items, sort, filters && JSON.stringify(filters)],
        );
        return (rows[0] as { page: { rows: unknown[] } }).page.rows.length;
      };
      let rows = await call();
      const before = await used();
      const times: number[] = [];
      for (let nth = 0; nth < CALLS; nth++) {
        const started = performance.now();
        rows = await call();
        times.push(performance.now() - started);
      }
      const ms = Math.round(times.sort((a, b) => a - b)[(CALLS - 1) / 2]!);
      figures[title] = { rows, ms, cpu_ms: Math.round(((await used()) - before) / CALLS) };
    }
    await client.query("rollback");
    return figures;
  };
  const written = await measure();
  await client.query("vacuum public.extracted_values, public.extractions, public.documents");
  const vacuumed = await measure();
  await client.end();
  return { documents, written, vacuumed };
}
