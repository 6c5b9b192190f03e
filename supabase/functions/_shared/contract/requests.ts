/** What users send to the functions, as the functions check it. A field that is not here is refused by name. */
import { z } from "zod";

/**
 * A file that its owner will store by itself, which suits large ones: its bytes do not pass through the function. Size and type
 * are compared when it is stored (private.settle_upload), and with the hash and the bytes again when it is read.
 */
export const AnnouncedFile = z.strictObject({
  filename: z.string().min(1),
  byte_size: z.int().min(1).describe("Bytes."),
  mime_type: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("Of the file's bytes, in lower-case hexadecimal."),
});

/** A file that a visitor announces by an upload link. */
export const HandedInFile = AnnouncedFile.extend({ password: z.string().max(100).optional() });

/** What a visitor sends to open a share link. */
export const OpenedShare = z.strictObject({ password: z.string().max(100).optional() });

/** What an invocation of private.dispatch_jobs carries: a job and the one-time token that claims it. */
export const Invocation = z.strictObject({ job_id: z.uuid(), token: z.uuid() });
export type Invocation = z.infer<typeof Invocation>;

/** A message of an agent, https://modelcontextprotocol.io/specification/2025-11-25/basic: one without an id wants no answer. */
export const McpMessage = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.int()]).optional(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** The parameters of what is called without a token of a user's. */
export const OneToken = z.strictObject({ token: z.string().describe("The link's.") });
export const SentMail = z.strictObject({
  address: z.string().describe("The mail address, or what stands before its @."),
  sender: z.string().optional().describe("The envelope's sender, <> for none."),
});

/** What a user sends to act on a document. */
export const DocumentCall = z.strictObject({ document_id: z.uuid() });

/** A sentence of the owner's that the engine follows: "the total includes the deposit". */
export const Instruction = z.string().trim().min(1).max(1_000);

/** What an owner sends to have a document described again. */
export const DescribeCall = DocumentCall.extend({
  instruction: Instruction.optional().describe("What a model is to mind this time. It is kept with the run."),
  engine: z
    .enum(["auto", "local"])
    .optional()
    .describe("What describes this time: local for the rules without a model, auto for the model where there is one."),
});

/** What an owner sends to have a schema applied to a document again. */
export const ExtractCall = DocumentCall.extend({ schema_id: z.uuid(), instruction: Instruction.optional() });

/** What an owner sends to have a schema suggested from documents. Nothing is saved. */
export const SuggestCall = z.strictObject({
  suggest_from: z.array(z.uuid()).min(1).max(20).describe("Documents that look alike."),
});

/** What an owner sends to start a failed document afresh. A PDF's password has at most 127 bytes (ISO 32000-2, 7.6.4.3). */
export const RetryCall = DocumentCall.extend({
  password: z.string().min(1).max(127).optional().describe("Opens an encrypted PDF."),
  engine: z.enum(["auto", "local", "claude"]).optional().describe("What recognizes the pages this time."),
});

const DocumentPath = { document_id: z.uuid() };
const Texts = z.array(z.string().max(1_000)).max(100);

/** Which documents a list or a sum is of. */
const FILTERS = {
  query: z
    .string()
    .max(10_000)
    .optional()
    .describe(
      'Words, "two words", or, -without; the last word may be half typed. Also from:sender, tag:, type:, after:2026-01, before:2027, due:soon, due:overdue, due:2026-12.',
    ),
  tags: Texts.optional().describe("Documents with all of them."),
  document_types: Texts.optional().describe("Documents with any of them."),
  statuses: z
    .array(z.enum(["uploading", "processing", "ocr_complete", "generating_metadata", "completed", "failed"]))
    .optional()
    .describe("Documents with any of them."),
  date_from: z.iso.date().optional().describe("Dated on this day or later."),
  date_to: z.iso.date().optional().describe("Dated on this day or earlier."),
  amount_from: z.coerce.number().optional().describe("With this amount or more, in whatever currency."),
  amount_to: z.coerce.number().optional().describe("With this amount or less."),
  currencies: z.array(z.string().max(3)).max(100).optional().describe("With an amount in any of them: EUR, USD."),
};

/** The parameters of each operation of the function api: those of its path, its query and its body. */
export const ListDocuments = z.strictObject({
  ...FILTERS,
  sort: z
    .string()
    .max(50)
    .optional()
    .describe(
      "created_at, name, correspondent, document_date, due_date (of those that have one), amount or byte_size, with a - before it for descending; relevance with a query.",
    ),
  after: z.string().max(8_000).optional().describe("The last answer's next."),
  page_size: z.coerce.number().int().min(1).max(200).optional(),
});
export const SumAmounts = z.strictObject({
  ...FILTERS,
  group_by: z
    .enum(["correspondent", "document_type", "tag", "month"])
    .optional()
    .describe("One sum per currency where it is left out. A document counts in each of its tags."),
  documents_each: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .optional()
    .describe("Name so many documents of each sum, the newest first, with the words that prove the amount."),
});
export const OneDocument = z.strictObject(DocumentPath);
export const GetPages = z.strictObject({
  ...DocumentPath,
  from_page: z.coerce.number().int().min(1).max(1_000_000).optional(),
  to_page: z.coerce.number().int().min(1).max(1_000_000).optional(),
});
export const ListEvents = z.strictObject({
  ...DocumentPath,
  after: z.coerce.number().int().min(0).optional().describe("The id of the last event that is known."),
});
export const ListTags = z.strictObject({
  query: z.string().max(1_000).optional().describe("Those that are like it."),
  at_most: z.coerce.number().int().min(1).max(1_000).optional(),
});
const SchemaPath = { schema_id: z.uuid() };
/** Which rows of a schema's table a page, a sum or a file is of. */
const ROW_FILTERS = {
  line_items: z
    .string()
    .max(60)
    .optional()
    .describe("A table of the schema: a row a line of it, in place of a row a document."),
  where: z
    .array(z.string().max(400))
    .max(20)
    .optional()
    .describe(
      "Conditions that all hold: total>=100, total=99.50 EUR, number=RE-17, seller~acme (has these words), number (there is one), !number (there is none).",
    ),
};
const RowOrder = z
  .string()
  .max(100)
  .optional()
  .describe("A field, with a - before it for descending; the newest first where it is left out.");
export const ListSchemas = z.strictObject({});
export const ListRows = z.strictObject({
  ...SchemaPath,
  ...ROW_FILTERS,
  sort: RowOrder,
  after: z.string().max(8_000).optional().describe("The last answer's next."),
  page_size: z.coerce.number().int().min(1).max(1_000).optional(),
  evidence: z.coerce
    .string()
    .pipe(z.stringbool({ truthy: ["true"], falsy: ["false"] }))
    .optional()
    .describe("With the page and the words that prove each value."),
});
export const SumRows = z.strictObject({ ...SchemaPath, ...ROW_FILTERS });
export const ExportRows = z.strictObject({
  ...SchemaPath,
  ...ROW_FILTERS,
  sort: RowOrder,
  format: z.enum(["csv", "json", "xlsx"]).describe("json has the proof of each value; xlsx at most 200,000 rows."),
});
export const GetUsage = z.strictObject({});

/** What people may change of a document. */
export const Changes = z.strictObject({
  display_name: z.string().max(200).optional(),
  tags: z.array(z.string().max(200)).max(50).optional(),
  summary: z.string().max(1_000).nullable().optional(),
  document_type: z.string().max(100).nullable().optional(),
  correspondent: z.string().max(200).nullable().optional(),
  document_date: z.iso.date().nullable().optional(),
  amount: z
    .number()
    .nullable()
    .optional()
    .describe("With tax, in whole units of the currency; negative where given back."),
  currency: z.string().max(3).nullable().optional().describe("ISO 4217: EUR."),
  language: z.string().max(2).nullable().optional(),
  note: z.string().max(2_000).nullable().optional().describe("The owner's own words about it."),
});
export const FIELDS = Object.keys(Changes.shape) as (keyof typeof Changes.shape)[];
const Fields = z
  .array(z.string().max(100))
  .min(1)
  .max(FIELDS.length * 2);
export const AddTags = z.strictObject({ tags: z.array(z.string().min(1).max(200)).min(1).max(50) });
export const UndoRun = z.strictObject({ run_id: z.int().min(1), fields: Fields.optional() });
export const RetentionChanges = z.strictObject({
  held: z.boolean().optional().describe("Whether it is held: it cannot be deleted until it is released."),
  keep_until: z.iso
    .date()
    .nullable()
    .optional()
    .describe("The day before which it cannot be deleted, at most 100 years from now; null for none."),
});
export const UnlockFields = z.strictObject({ fields: Fields });
