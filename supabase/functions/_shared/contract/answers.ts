/** What the functions answer. An answer may get further fields; a reader passes over those it does not know. */
import { z } from "zod";
import { RunDiff } from "../extraction/calls.ts";
import { ERRORS } from "../errors.ts";

export const Status = z.enum(["uploading", "processing", "ocr_complete", "generating_metadata", "completed", "failed"]);
const Code = z.enum(Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]]);
const Moment = z.string().describe("A time in ISO 8601.");
const Day = z.string().describe("A date in ISO 8601.");

export const ErrorAnswer = z.object({ code: Code, message: z.string() });

export const Uploaded = z.object({
  document_id: z.uuid(),
  filename: z.string(),
  status: Status,
  duplicate: z.boolean().describe("The same bytes are there already, as this document."),
});
export const Announced = Uploaded.extend({
  path: z.string().optional(),
  token: z.string().optional().describe("With path, for Storage's upload to a signed URL."),
  signed_url: z.string().optional(),
});
export const Retried = z.object({ document_id: z.uuid(), status: Status });

export const Document = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  parent_id: z.uuid().nullable(),
  filename: z.string(),
  storage_path: z.string(),
  mime_type: z.string(),
  byte_size: z.number().int(),
  content_sha256: z.string(),
  page_count: z.number().int().nullable(),
  unreadable_pages: z.number().int().describe("How many of its pages could not be read."),
  has_thumbnail: z
    .boolean()
    .describe("Whether the bucket thumbnails has a picture of its first page (WebP), under storage_path."),
  status: Status,
  error: z.looseObject({ stage: z.string(), code: Code, message: z.string() }).nullable(),
  display_name: z.string().nullable(),
  tags: z.array(z.string()),
  summary: z.string().nullable(),
  document_type: z.string().nullable(),
  correspondent: z.string().nullable(),
  document_date: Day.nullable(),
  amount: z.number().nullable().describe("What is to be paid or was paid, with tax; negative where it is given back."),
  currency: z.string().nullable().describe("ISO 4217."),
  language: z.string().nullable(),
  note: z.string().nullable().describe("What its owner wrote about it; no engine writes it."),
  metadata_source: z.string().nullable(),
  locked_fields: z.array(z.string()).describe("Fields that a person wrote: describing again leaves them as they are."),
  created_at: Moment,
  updated_at: Moment,
});

export const DocumentList = z.object({
  documents: z.array(
    Document.extend({
      snippet: z.string().nullable().describe("Plain text; ⟦ and ⟧ stand around each match."),
      due_date: Day.nullable().describe("The proven day by which it is payable."),
    }),
  ),
  next: z.string().nullable().describe("What to send as after for the next page."),
});

export const Pages = z.object({
  page_count: z.number().int().nullable(),
  pages: z.array(
    z.object({
      page_number: z.number().int(),
      text: z.string(),
      markdown: z
        .string()
        .nullable()
        .describe("The text with headings, lists and tables; null where that is the text itself."),
      engine: z.string().nullable(),
      confidence: z.number().nullable(),
      error: ErrorAnswer.nullable(),
    }),
  ),
  next: z.number().int().nullable().describe("The from_page of the next 50 pages."),
});

export const Values = z.array(
  z.object({
    field: z.string(),
    value: z.unknown(),
    locked: z.boolean(),
    run_id: z.number().int().nullable().describe("The description that wrote the value; null where a person did."),
    page: z.number().int().nullable(),
    quote: z.string().nullable(),
    verified: z.boolean().describe("The quote stands on that page, and the value follows from it."),
    confidence: z
      .number()
      .nullable()
      .describe(
        "How likely the value is right, 0 to 1; null where the engine does not say, and where a person wrote it.",
      ),
  }),
);

export const Events = z.array(
  z.object({
    id: z.number().int(),
    stage: z.string(),
    kind: z.string(),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
    created_at: Moment,
  }),
);

export const Tags = z.array(
  z.object({ tag: z.string(), documents: z.number().int(), similarity: z.number().nullable() }),
);

export const Sums = z.object({
  sums: z.array(
    z.object({
      group_value: z.string().nullable().describe("Null without group_by, and of documents that have none."),
      currency: z.string().nullable(),
      documents: z.number().int(),
      total: z.number(),
      amounts: z
        .array(
          z.object({
            document_id: z.uuid(),
            name: z.string(),
            document_date: Day.nullable(),
            amount: z.number(),
            page: z.number().int().nullable(),
            quote: z.string().nullable().describe("Null where a person wrote the amount."),
            locked: z.boolean(),
          }),
        )
        .optional()
        .describe("With documents_each."),
    }),
  ),
  more: z.boolean().describe("There are further sums: 9,999 are answered, 200 with documents_each."),
});

export const Schemas = z.array(
  z.object({
    id: z.uuid(),
    name: z.string(),
    description: z.string().nullable(),
    document_types: z.array(z.string()),
    tags: z.array(z.string()),
    senders: z.array(z.string()),
    fields: z.looseObject({ properties: z.record(z.string(), z.looseObject({ type: z.string() })) }),
    version: z.number().int(),
  }),
);

const SchemaRow = z.object({
  document_id: z.uuid(),
  name: z.string(),
  extraction_id: z.uuid(),
  row_number: z.number().int().describe("The line of the table, from 0."),
  status: z.string(),
  values: z.record(z.string(), z.unknown()),
  evidence: z
    .record(
      z.string(),
      z.object({
        proof: z.string(),
        page: z.number().int().nullable(),
        quote: z.string().nullable(),
        note: z.string().nullable(),
      }),
    )
    .optional(),
});
export const Rows = z.object({ rows: z.array(SchemaRow), next: z.string().nullable() });
export const RowSums = z.array(
  z.object({ path: z.string(), currency: z.string().nullable(), count: z.number().int(), sum: z.number() }),
);
/** A file: its bytes are no JSON. */
export const File = z.unknown();

const Used = z.object({ used: z.number(), limit: z.number().nullable() });
export const Usage = z.object({
  month: Day,
  resets_at: Moment,
  documents: Used,
  pages: Used,
  cost_micro_usd: Used,
  stored_bytes: Used,
});

/** Rows as the Data API has them. */
const TableRows = z.array(z.record(z.string(), z.unknown()));
export const History = z.object({
  events: TableRows,
  runs: TableRows,
  parts: TableRows,
  extractions: TableRows,
});
export const Account = z.object({
  preferences: z.record(z.string(), z.unknown()).nullable(),
  tags: TableRows,
  tag_aliases: TableRows,
  saved_views: TableRows,
  rules: TableRows,
  schemas: TableRows,
  schema_versions: TableRows,
  learned_hints: TableRows,
  retentions: TableRows,
  share_links: TableRows,
  upload_links: TableRows,
  inbox_addresses: TableRows,
  refused_mails: TableRows,
  webhooks: TableRows,
  api_tokens: TableRows,
  usage_months: TableRows,
});

export const FileLink = z.object({
  signed_url: z.string(),
  expires_in: z.number().int().describe("Seconds."),
  filename: z.string(),
  mime_type: z.string(),
  byte_size: z.number().int(),
});

export const Undone = z.object({
  document: Document,
  undone: z.array(z.string()),
  skipped: z.record(z.string(), z.string()),
});
export const Retention = z.object({
  document_id: z.uuid(),
  held: z.boolean().describe("It cannot be deleted until it is released."),
  keep_until: Day.nullable().describe("It cannot be deleted before this day."),
});
export const StillLocked = z.array(z.string());
export const Deleted = z.object({ document_id: z.uuid() });

/** One event of the stream of applying a schema. */
export const ExtractingEvent = z.union([
  z.object({ text: z.string() }),
  z.object({ tool: z.string(), input: z.unknown() }),
  z.object({ progress: z.looseObject({ message: z.string() }) }),
  z.object({
    complete: z.literal(true),
    extraction: z.looseObject({ id: z.string(), schema_id: z.string(), status: z.string() }),
    run_id: z.int().nullable().describe("What rpc/undo_extraction_run undoes; null after a first run."),
    diff: RunDiff.describe("What the run changed."),
  }),
  z.object({ error: ErrorAnswer }),
]);

/** What was sent is worked on, or kept. */
export const Accepted = z.object({ accepted: z.literal(true) });

export const ShareLook = z.object({ needs_password: z.boolean() });
export const UploadLook = z.object({ needs_password: z.boolean(), title: z.string().optional() });
/** What a share link shows; the fields that it does not show are not there. */
export const Shared = z.looseObject({
  filename: z.string(),
  mime_type: z.string(),
  byte_size: z.number().int(),
  page_count: z.number().int().nullable(),
  expires_at: Moment.nullable().describe("When the link ends."),
  metadata: z.record(z.string(), z.unknown()).optional(),
  extractions: z.unknown().optional(),
  pages: z.array(z.object({ page: z.number().int(), text: z.string() })).optional(),
  more_pages: z.number().int().optional(),
  signed_url: z.string().describe("Where the file is."),
  expires_in: z.number().int().describe("Seconds until signed_url ends."),
});
export const HandedIn = z.object({
  filename: z.string(),
  stored: z.boolean().describe("The owner has these bytes already; there is nothing to send."),
  signed_url: z.string().optional().describe("Where the file is to be put."),
  title: z.string().describe("The link's."),
});

/** An answer of the Model Context Protocol, by the message's id. */
const McpError = z.object({ code: z.number().int(), message: z.string(), data: z.unknown().optional() });
export const McpRefusal = z.object({ jsonrpc: z.literal("2.0"), id: z.null(), error: McpError });
const McpId = z.union([z.string(), z.number().int()]);
export const McpAnswer = z.union([
  z.object({ jsonrpc: z.literal("2.0"), id: McpId, result: z.record(z.string(), z.unknown()) }),
  z.object({ jsonrpc: z.literal("2.0"), id: McpId, error: McpError }),
]);

/** One event of the stream of describing again. */
export const DescribingEvent = z.union([
  z.object({ text: z.string() }),
  z.object({ tool: z.string(), input: z.unknown() }),
  z.object({ progress: z.looseObject({ message: z.string() }) }),
  z.object({
    complete: z.literal(true),
    document: Document,
    run_id: z.number().int(),
    diff: z.record(z.string(), z.unknown()),
  }),
  z.object({ error: ErrorAnswer }),
]);

/** A schema that nobody saved: what a row of extraction_schemas may have. */
export const SuggestedSchema = z.object({
  engine: z.enum(["local", "claude"]),
  schema: z.object({
    name: z.string(),
    description: z.string().nullable(),
    document_types: z.array(z.string()),
    fields: z.record(z.string(), z.unknown()).describe("As extraction_schemas.fields."),
  }),
});
