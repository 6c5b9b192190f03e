import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types";
import { z } from "zod";
import { FIELDS, ListDocuments, SumAmounts } from "../_shared/contract/requests.ts";
import { PipelineError } from "../_shared/errors.ts";
import { fenced } from "./fence.ts";

/** Runs an operation of public.call_api as the caller. */
export type Run = (operation: string, args: object) => Promise<unknown>;

const document_id = z.uuid().describe("As search_documents says it.");
// From a model numbers are numbers, so that none comes out of a text.
const amount_from = z.number().optional().describe("With this amount or more.");
const amount_to = z.number().optional().describe("With this amount or less.");
const { query, tags, document_types, date_from, date_to, currencies, sort } = ListDocuments.shape;
const filters = { query, tags, document_types, date_from, date_to, amount_from, amount_to, currencies };

type Row = Record<string, unknown>;

/** What a model needs of a document; the rest of the row is for programs. */
const SHOWN = [
  "id",
  "filename",
  "display_name",
  "document_type",
  "correspondent",
  "document_date",
  "due_date",
  "amount",
  "currency",
  "tags",
  "summary",
  "language",
  "page_count",
  "status",
  "error",
  "snippet",
];
const shown = (row: Row): Row =>
  Object.fromEntries(SHOWN.filter((name) => row[name] !== undefined).map((name) => [name, row[name]]));

/** A schema as a model reads it: the labels by which fields are found say nothing to it. */
function described({ id, name, description, fields }: Row): Row {
  const { properties } = fields as { properties: Record<string, FieldShown> };
  const told = ({ type, format, description: about, items }: FieldShown): object => ({
    type: format ?? type,
    ...(about && { description: about }),
    ...(items && { columns: Object.fromEntries(Object.entries(items.properties).map(([one, of]) => [one, told(of)])) }),
  });
  return {
    id,
    name,
    description,
    fields: Object.fromEntries(Object.entries(properties).map(([one, of]) => [one, told(of)])),
  };
}
type FieldShown = {
  type: string;
  format?: string;
  description?: string;
  items?: { properties: Record<string, FieldShown> };
};

const rows = {
  schema_id: z.uuid().describe("As list_schemas says it."),
  line_items: z
    .string()
    .max(60)
    .optional()
    .describe("A table of the schema: a row a line, in place of a row a document."),
  where: z
    .array(
      z.strictObject({
        field: z.string().max(90).describe("total, or items.price for a column of line_items."),
        op: z
          .enum(["=", "!=", "<", "<=", ">", ">=", "~", "present", "missing"])
          .describe("~: the text has these words."),
        value: z
          .union([z.string().max(300), z.number()])
          .optional()
          .describe('A number, a text, a date (YYYY-MM-DD); money also "100 EUR".'),
      }),
    )
    .max(20)
    .optional()
    .describe("Conditions that all hold."),
};

/** What each tool takes. Made once: a schema that is made again for each request is compiled again, which takes longer than the tool. */
const INPUT = {
  search_documents: z.strictObject({
    ...filters,
    sort,
    at_most: z.int().min(1).max(50).optional().describe("10 where it is left out."),
    after: z.looseObject({ key: z.string().nullable(), id: z.uuid() }).optional().describe("The last answer's next."),
  }),
  get_document: z.strictObject({ document_id }),
  read_pages: z.strictObject({
    document_id,
    from_page: z.int().min(1).max(1_000_000).optional().describe("1 where it is left out."),
    to_page: z.int().min(1).max(1_000_000).optional(),
    format: z
      .enum(["text", "markdown"])
      .optional()
      .describe("markdown has headings, lists and tables, and a heading for each page."),
  }),
  sum_amounts: z.strictObject({
    ...filters,
    group_by: SumAmounts.shape.group_by,
    documents_each: z
      .int()
      .min(1)
      .max(50)
      .optional()
      .describe("How many documents of each sum to name; 20 where it is left out."),
  }),
  list_schemas: z.strictObject({}),
  schema_rows: z.strictObject({
    ...rows,
    sort: z
      .string()
      .max(100)
      .optional()
      .describe("A field, with a - before it for descending. Rows without it are left out."),
    at_most: z.int().min(1).max(100).optional().describe("20 where it is left out."),
    after: z.looseObject({ key: z.string() }).optional().describe("The last answer's next."),
  }),
  schema_sums: z.strictObject(rows),
  list_tags: z.strictObject({ query: z.string().max(1_000).optional() }),
  add_tags: z.strictObject({ document_id, tags: z.array(z.string().min(1).max(200)).min(1).max(50) }),
  correct_field: z.strictObject({
    document_id,
    field: z.enum(FIELDS as [string, ...string[]]),
    value: z.union([z.string().max(2_000), z.number(), z.array(z.string().max(200)).max(50), z.null()]),
  }),
};

export const isTool = (name: string): boolean => Object.hasOwn(INPUT, name);

/** The tools: reading for everybody, editing where `writes`. */
export function addTools(server: McpServer, run: Run, { writes }: { writes: boolean }): void {
  const answer = async (work: () => Promise<unknown>): Promise<CallToolResult> => {
    try {
      const found = await work();
      return { content: [{ type: "text", text: fenced(typeof found === "string" ? found : JSON.stringify(found)) }] };
    } catch (thrown) {
      const { code, message } = PipelineError.from(thrown);
      return { isError: true, content: [{ type: "text", text: `${code}: ${message}` }] };
    }
  };
  const reads = { readOnlyHint: true, openWorldHint: false };
  const edits = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };

  server.registerTool(
    "search_documents",
    {
      title: "Search documents",
      description:
        "Finds documents by words and filters: [{id, display_name, document_type, correspondent, document_date, amount, currency, tags, summary, snippet, …}] and next.",
      inputSchema: INPUT.search_documents,
      annotations: reads,
    },
    ({ at_most = 10, ...asked }) =>
      answer(async () => {
        const found = (await run("list_documents", { ...asked, page_size: at_most })) as {
          documents: Row[];
          next: unknown;
        };
        return { documents: found.documents.map(shown), next: found.next };
      }),
  );

  server.registerTool(
    "get_document",
    {
      title: "Get a document",
      description: "One document, and its values, each with the page and the quote that prove it.",
      inputSchema: INPUT.get_document,
      annotations: reads,
    },
    (args) =>
      answer(async () => {
        const [row, values] = await Promise.all([run("get_document", args) as Promise<Row>, run("get_values", args)]);
        return { ...shown(row), values };
      }),
  );

  server.registerTool(
    "read_pages",
    {
      title: "Read pages",
      description: "The text of a document's pages, at most 10 at a time.",
      inputSchema: INPUT.read_pages,
      annotations: reads,
    },
    ({ format = "text", from_page = 1, to_page, ...args }) =>
      answer(async () => {
        const last = Math.min(to_page ?? from_page + MOST_PAGES - 1, from_page + MOST_PAGES - 1);
        const found = (await run("get_pages", { ...args, from_page, to_page: last })) as PagesRead;
        return asText(found, format);
      }),
  );

  server.registerTool(
    "sum_amounts",
    {
      title: "Sum amounts",
      description: `What documents cost or paid, added up per currency: {sums: [{group_value, currency, documents, total, amounts}], more}.
"amounts" are the newest documents of the sum, each with the page and quote that prove its amount; "documents" is how many there are in all.
Filter by what was asked (tags, types, dates, from:sender in query) and check that the documents are the right ones. Never add up two currencies.`,
      inputSchema: INPUT.sum_amounts,
      annotations: reads,
    },
    ({ documents_each = 20, ...asked }) => answer(() => run("sum_amounts", { ...asked, documents_each })),
  );

  server.registerTool(
    "list_schemas",
    {
      title: "List schemas",
      description:
        "The tables that the user keeps of what documents say, such as invoices with their lines: [{id, name, description, fields}]. A field of type array is a table with a row a line.",
      inputSchema: INPUT.list_schemas,
      annotations: reads,
    },
    () => answer(async () => ((await run("list_schemas", {})) as Row[]).map(described)),
  );

  server.registerTool(
    "schema_rows",
    {
      title: "Read a table",
      description:
        "A page of a schema's table: {rows: [{document_id, name, values, evidence}], next}. The evidence names the page and quote that prove each value.",
      inputSchema: INPUT.schema_rows,
      annotations: reads,
    },
    ({ at_most = 20, where, ...asked }) =>
      answer(() => run("schema_rows", { ...asked, filters: where ?? null, page_size: at_most, evidence: true })),
  );

  server.registerTool(
    "schema_sums",
    {
      title: "Add up a table",
      description:
        "What the numbers of a schema's table add up to, per currency: [{path, currency, count, sum}]. Filter as in schema_rows, which names the documents.",
      inputSchema: INPUT.schema_sums,
      annotations: reads,
    },
    ({ where, ...asked }) => answer(() => run("schema_sums", { ...asked, filters: where ?? null })),
  );

  server.registerTool(
    "list_tags",
    {
      title: "List tags",
      description: "The tags in use, with how many documents have each; with a query those that are like it.",
      inputSchema: INPUT.list_tags,
      annotations: reads,
    },
    (args) => answer(() => run("list_tags", args)),
  );

  if (!writes) return;

  server.registerTool(
    "add_tags",
    {
      title: "Add tags",
      description: "Adds tags to a document. Take them from list_tags where one fits.",
      inputSchema: INPUT.add_tags,
      annotations: { ...edits, idempotentHint: true },
    },
    (args) => answer(async () => shown((await run("add_tags", args)) as Row)),
  );

  server.registerTool(
    "correct_field",
    {
      title: "Correct a field",
      description:
        "Writes one field of a document, which the pipeline then leaves as it is. document_date is YYYY-MM-DD; amount a number.",
      inputSchema: INPUT.correct_field,
      annotations: { ...edits, idempotentHint: true },
    },
    ({ document_id, field, value }) =>
      answer(async () => shown((await run("edit_document", { document_id, changes: { [field]: value } })) as Row)),
  );
}

const MOST_PAGES = 10;

type PagesRead = {
  page_count: number | null;
  pages: { page_number: number; text: string; markdown: string | null; error: { message: string } | null }[];
};

function asText({ page_count, pages }: PagesRead, format: "text" | "markdown"): string {
  if (pages.length === 0) return `There are no such pages; the document has ${page_count ?? 0}.`;
  return pages
    .map(({ page_number, text, markdown, error }) => {
      const shown = format === "markdown" ? (markdown ?? text) : text;
      const title = `Page ${page_number} of ${page_count ?? "?"}`;
      return `${format === "markdown" ? `## ${title}` : `[${title}]`}\n\n${error ? `[Not read: ${error.message}]` : shown}`;
    })
    .join("\n\n");
}
