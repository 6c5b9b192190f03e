import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import { DOCUMENT_TYPES } from "../../supabase/functions/_shared/document-types.ts";
import type { MetadataField } from "../../supabase/functions/_shared/metadata-fields.ts";

export { DOCUMENT_TYPES };

/** Rows as the Data API gives them; docs/api.md describes them. */
export type DocumentStatus =
  | "uploading"
  | "processing"
  | "ocr_complete"
  | "generating_metadata"
  | "completed"
  | "failed";
export const STATUSES: DocumentStatus[] = [
  "completed",
  "uploading",
  "processing",
  "ocr_complete",
  "generating_metadata",
  "failed",
];

export type Failure = {
  /** upload, or the stage of the pipeline that failed. */
  stage: string;
  code: string;
  message: string;
  attempt: number;
  retryable: boolean;
};

export type DocumentRow = {
  id: string;
  filename: string;
  storage_path: string;
  mime_type: string;
  byte_size: number;
  page_count: number | null;
  status: DocumentStatus;
  error: Failure | null;
  locked_fields: string[];
  metadata_source: "claude" | "local" | null;
  created_at: string;
  updated_at: string;
  parent_id: string | null;
  unreadable_pages: number;
  has_thumbnail: boolean;
  note: string | null;
} & Metadata;

export type Field = MetadataField;
export type Metadata = Pick<Database["public"]["Tables"]["documents"]["Row"], Field>;

export type Word = { text: string; x0: number; y0: number; x1: number; y1: number };
export type PageRow = {
  page_number: number;
  text: string;
  engine: string | null;
  confidence: number | null;
  error: { code: string; message: string } | null;
};
export type PartRow = {
  position: number;
  filename: string;
  document_id: string | null;
  error: { code: string; message: string } | null;
};
export type EventRow = {
  id: number;
  document_id: string;
  stage: string;
  kind: string;
  message: string;
  // Its fields depend on the kind, and are looked at where they are shown
  data: Record<string, any>;
  created_at: string;
};
/** The words that a value was read from. No page where an e-invoice's own data say it. */
export type Evidence = { page: number | null; quote: string; confidence?: number | undefined };
export type RunRow = {
  id: number;
  engine: string;
  model: string | null;
  cost_micro_usd: number;
  proposal: Partial<Metadata>;
  applied: string[];
  evidence: Record<string, Evidence>;
  created_at: string;
};

export const nameOf = (document: Pick<DocumentRow, "display_name" | "filename">): string =>
  document.display_name ?? document.filename;
export const isUnderWay = ({ status }: Pick<DocumentRow, "status">): boolean =>
  status !== "completed" && status !== "failed";
