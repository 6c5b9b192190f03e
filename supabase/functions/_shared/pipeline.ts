import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";
import { ERRORS, type ErrorCode, PipelineError } from "./errors.ts";
import type { Description } from "./metadata.ts";
import type { Page } from "./pages.ts";

export type DocumentStatus = "uploading" | "processing" | "ocr_complete" | "generating_metadata" | "completed" | "failed";

/** What a worker is told of its job (private.claim_of). */
export type Claim = {
  job_id: string;
  /** Proves that this worker still holds the job. */
  lease: string;
  stage: "ocr" | "metadata" | "erase";
  attempt: number;
  payload: { storage_path?: string };
  /** Null for an erase job: its document is gone. */
  document: {
    id: string; user_id: string; filename: string; storage_path: string; mime_type: string; byte_size: number; page_count: number | null;
  } | null;
  pages_read: number[];
};

/** The next job of the stage, when a worker asked for one and one was due. */
export type Next = { next: Claim | null };

export type Admission = { document_id: string; storage_path: string; filename: string; status: DocumentStatus; duplicate: boolean };
export type NewFile = { owner: string; filename: string; mime_type: string; byte_size: number; content_sha256: string };

/**
 * The database as the functions see it: SQL functions, each of which moves a document in one transaction. They are
 * described where they are defined, in supabase/migrations. All throw PipelineError.
 */
export type Pipeline = ReturnType<typeof createPipeline>;

export function createPipeline(service: SupabaseClient<Database>) {
  async function call<Answer>(name: keyof Database["public"]["Functions"], args: Record<string, unknown>): Promise<Answer> {
    const { data, error } = await service.rpc(name, args as never);
    if (error) throw pipelineError(error);
    return data as Answer;
  }
  const held = (claim: Claim) => ({ job_id: claim.job_id, lease: claim.lease });

  return {
    admitUpload: (file: NewFile) => call<Admission>("admit_upload", file),
    finishUpload: (documentId: string) => call<DocumentStatus | null>("finish_upload", { document_id: documentId }),
    abandonUpload: (documentId: string) => call<void>("abandon_upload", { document_id: documentId }),

    claim: (kick: { job_id: string; token: string }) => call<Claim | null>("claim_job", kick),
    heartbeat: (claim: Claim) => call<void>("heartbeat", held(claim)),
    yieldJob: (claim: Claim) => call<void>("yield_job", held(claim)),
    fail: (claim: Claim, error: PipelineError) =>
      call<void>("fail_job", {
        ...held(claim),
        error: { ...error.toJSON(), retryable: error.retryable, retry_after_ms: error.retryAfterMs ?? null },
      }),

    savePages: (claim: Claim, pages: Page[], pageCount: number) =>
      call<void>("save_pages", { ...held(claim), pages, page_count: pageCount }),
    completeReading: (claim: Claim, result: { page_count: number; processing_ms: number; model: string | null }, takeNext: boolean) =>
      call<Next>("complete_reading", { ...held(claim), result, take_next: takeNext }),

    completeMetadata: (claim: Claim, description: Description, takeNext: boolean) =>
      call<Next & { document: Record<string, unknown> }>("complete_metadata", { ...held(claim), description, take_next: takeNext }),
    recordToolCall: (claim: Claim, tool: string) => call<void>("record_tool_call", { ...held(claim), tool }),

    retryDocument: (documentId: string) => call<DocumentStatus>("retry_document", { document_id: documentId }),
    regenerateMetadata: (documentId: string) => call<Claim>("regenerate_metadata", { document_id: documentId }),
    completeErasure: (claim: Claim, takeNext: boolean) => call<Next>("complete_erasure", { ...held(claim), take_next: takeNext }),

    /** The text of all pages of a document, in order. */
    async pagesOf(documentId: string): Promise<{ page_number: number; text: string }[]> {
      const pages: { page_number: number; text: string }[] = [];
      const step = 500;
      for (;;) {
        const { data, error } = await service.from("document_pages").select("page_number, text")
          .eq("document_id", documentId).order("page_number").range(pages.length, pages.length + step - 1);
        if (error) throw pipelineError(error);
        pages.push(...data);
        if (data.length < step) return pages;
      }
    },
  };
}

/** A database error as ours: private.refuse sends our code as the hint; anything else is an outage of the database. */
function pipelineError(error: PostgrestError): PipelineError {
  const known = error.hint && error.hint in ERRORS;
  return known
    ? new PipelineError(error.hint as ErrorCode, error.message, { retryAfterMs: retryAfterMs(error.details) })
    : new PipelineError("database_unavailable", undefined, { cause: new Error(`${error.code}: ${error.message}`) });
}

/** What private.refuse_until says as detail: when the same call will be taken. */
function retryAfterMs(details: string | null): number | undefined {
  return details?.startsWith("{") ? (JSON.parse(details) as { retry_after_ms?: number }).retry_after_ms : undefined;
}
