/**
 * What the functions take and answer. tests/client/types.test.ts compares these with the schemas that the functions check by: the client
 * itself needs no schemas at run time.
 */
export type Status = "uploading" | "processing" | "ocr_complete" | "generating_metadata" | "completed" | "failed";
export type Scope = "documents:read" | "documents:write" | "upload" | "automation";

export type Document = {
  id: string;
  user_id: string;
  parent_id: string | null;
  filename: string;
  storage_path: string;
  mime_type: string;
  byte_size: number;
  content_sha256: string;
  page_count: number | null;
  /** How many of its pages could not be read. */
  unreadable_pages: number;
  /** Whether the bucket `thumbnails` has a picture of its first page, under `storage_path`. */
  has_thumbnail: boolean;
  status: Status;
  error: { stage: string; code: string; message: string; [more: string]: unknown } | null;
  display_name: string | null;
  tags: string[];
  summary: string | null;
  document_type: string | null;
  correspondent: string | null;
  document_date: string | null;
  amount: number | null;
  currency: string | null;
  language: string | null;
  /** What its owner wrote about it; no engine writes it. */
  note: string | null;
  metadata_source: string | null;
  locked_fields: string[];
  created_at: string;
  updated_at: string;
};
/**
 * A document that was found: `snippet` is plain text in which ⟦ and ⟧ stand around each match, `due_date` the proven day by which it is
 * payable.
 */
export type Found = Document & { snippet: string | null; due_date: string | null };
export type Listed = { documents: Found[]; next: string | null };

/** Which documents a list or a sum is of. */
export type DocumentFilters = {
  query?: string | undefined;
  tags?: string[] | undefined;
  document_types?: string[] | undefined;
  statuses?: Status[] | undefined;
  date_from?: string | undefined;
  date_to?: string | undefined;
  amount_from?: number | undefined;
  amount_to?: number | undefined;
  currencies?: string[] | undefined;
};
export type Filters = DocumentFilters & {
  sort?: string | undefined;
  after?: string | undefined;
  page_size?: number | undefined;
};
export type Changes = {
  display_name?: string | undefined;
  tags?: string[] | undefined;
  summary?: string | null | undefined;
  document_type?: string | null | undefined;
  correspondent?: string | null | undefined;
  document_date?: string | null | undefined;
  amount?: number | null | undefined;
  currency?: string | null | undefined;
  language?: string | null | undefined;
  note?: string | null | undefined;
};

/** What keeps a document from being deleted: its hold, or a day (null for none). */
export type Retention = { document_id: string; held: boolean; keep_until: string | null };
export type RetentionChanges = { held?: boolean | undefined; keep_until?: string | null | undefined };

export type Uploaded = { document_id: string; filename: string; status: Status; duplicate: boolean };
export type Page = {
  page_number: number;
  text: string;
  /** The text with headings, lists and tables; null where that is the text itself. */
  markdown: string | null;
  engine: string | null;
  confidence: number | null;
  error: { code: string; message: string } | null;
};
export type Value = {
  field: string;
  value: unknown;
  locked: boolean;
  run_id: number | null;
  page: number | null;
  quote: string | null;
  verified: boolean;
  /** How likely the value is right, 0 to 1; null where the engine does not say, and where a person wrote it. */
  confidence: number | null;
};
export type Step = {
  id: number;
  stage: string;
  kind: string;
  message: string;
  data: Record<string, unknown>;
  created_at: string;
};
export type SumOptions = DocumentFilters & {
  group_by?: "correspondent" | "document_type" | "tag" | "month" | undefined;
  /** Name so many documents of each sum, with the words that prove their amounts. */
  documents_each?: number | undefined;
};
export type Sum = {
  group_value: string | null;
  currency: string | null;
  documents: number;
  total: number;
  amounts?:
    | {
        document_id: string;
        name: string;
        document_date: string | null;
        amount: number;
        page: number | null;
        quote: string | null;
        locked: boolean;
      }[]
    | undefined;
};
export type Sums = { sums: Sum[]; more: boolean };
/** A schema of extraction. A field of type array is a table: its columns stand in items.properties. */
export type Schema = {
  id: string;
  name: string;
  description: string | null;
  document_types: string[];
  tags: string[];
  senders: string[];
  fields: { properties: Record<string, { type: string; items?: { properties: Record<string, unknown> } }> };
  version: number;
};
/** A schema that nobody saved: it can be inserted into extraction_schemas as it is, or changed first. */
export type SuggestedSchema = {
  engine: "local" | "claude";
  /** Why the rules made it although there is a model. */
  note?: "over_budget" | "model_gave_nothing" | undefined;
  schema: Pick<Schema, "name" | "description" | "document_types"> & {
    fields: Schema["fields"] & { type: "object"; required?: string[]; checks?: string[] };
  };
};
/** Which rows of a schema's table are meant: `where` are conditions such as "total>=100", "number=RE-17", "seller~acme", "!number". */
export type RowFilters = { line_items?: string | undefined; where?: string[] | undefined };
export type RowOptions = RowFilters & {
  sort?: string | undefined;
  after?: string | undefined;
  page_size?: number | undefined;
  evidence?: boolean | undefined;
};
export type TableFormat = "csv" | "json" | "xlsx";
export type SchemaRow = {
  document_id: string;
  name: string;
  extraction_id: string;
  row_number: number;
  status: string;
  values: Record<string, unknown>;
  evidence?:
    | Record<string, { proof: string; page: number | null; quote: string | null; note: string | null }>
    | undefined;
};
export type Rows = { rows: SchemaRow[]; next: string | null };
export type RowSum = { path: string; currency: string | null; count: number; sum: number };
export type Tag = { tag: string; documents: number; similarity: number | null };
type Used = { used: number; limit: number | null };
export type Usage = {
  month: string;
  resets_at: string;
  documents: Used;
  pages: Used;
  cost_micro_usd: Used;
  stored_bytes: Used;
};
export type FileLink = {
  signed_url: string;
  expires_in: number;
  filename: string;
  mime_type: string;
  byte_size: number;
};
export type Undone = { document: Document; undone: string[]; skipped: Record<string, string> };
type WorkEvent =
  | { text: string }
  | { tool: string; input: unknown }
  | { progress: { message: string; [more: string]: unknown } };
export type DescribingEvent =
  | WorkEvent
  | { complete: true; document: Document; run_id: number; diff: Record<string, unknown> };
/** `engine`: local, where no model followed the instruction; `note` says why, where there is one. */
export type Extraction = {
  id: string;
  document_id: string;
  schema_id: string;
  status: "completed" | "needs_review" | "stopped";
  instruction: string | null;
  engine: "claude" | "local" | null;
  note: "over_budget" | null;
  checks: { check: string; row: number | null; difference: number | null; holds: boolean | null }[];
  missing: string[];
};
/**
 * At the end, `run_id` is what `rpc("undo_extraction_run", { run_id })` undoes, null after a first run; `diff` is what the run
 * changed.
 */
export type ExtractingEvent =
  | WorkEvent
  | {
      complete: true;
      extraction: Extraction;
      run_id: number | null;
      diff: { path: string; row: number; before: unknown; after: unknown }[];
    };

export type ApiToken = {
  id: string;
  name: string;
  scopes: Scope[];
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  created_at: string;
};

type TableRows = Record<string, unknown>[];

/** All that happened to a document, as the tables have it. */
export type History = Record<"events" | "runs" | "parts" | "extractions", TableRows>;

/** Everything beside documents, as the tables have it. */
export type Account = Record<
  | "tags"
  | "tag_aliases"
  | "saved_views"
  | "rules"
  | "schemas"
  | "schema_versions"
  | "learned_hints"
  | "retentions"
  | "share_links"
  | "upload_links"
  | "inbox_addresses"
  | "refused_mails"
  | "webhooks"
  | "api_tokens"
  | "usage_months",
  TableRows
> & { preferences: Record<string, unknown> | null };

/** What a visitor is told of an upload link. */
export type UploadLinkFacts = { needs_password: boolean; title?: string };

/** What a share link shows of its document; see docs/sharing.md. The file is at `signed_url` for `expires_in` seconds. */
export type Shared = {
  filename: string;
  mime_type: string;
  byte_size: number;
  page_count: number | null;
  expires_at: string;
  signed_url: string;
  expires_in: number;
  metadata?: Record<string, string | number | string[] | null>;
  extractions?: { schema: string; values: SharedValue[] }[];
  pages?: { page: number; text: string }[];
  more_pages?: number;
};
export type SharedValue = {
  path: string;
  row: number;
  value: string | number | boolean | { amount: number; currency: string | null } | null;
  proof: string;
};
