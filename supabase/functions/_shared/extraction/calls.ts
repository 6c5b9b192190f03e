import type { Database } from "../database.types.ts";
import type { ModelUse } from "../model-use.ts";
import type { Claim } from "../pipeline.ts";
import type { ExtractPage, Extraction, FoundValue } from "./values.ts";

/** A schema that waits to be applied, as begin_extractions gives it. */
export type Waiting = {
  id: string;
  schema_id: string;
  name: string;
  description: string | null;
  fields: unknown;
  instruction: string | null;
};

/** What a job has to extract, and what is known of its document. */
export type Begun = {
  extractions: Waiting[];
  document: {
    document_type: string | null;
    correspondent: string | null;
    language: string | null;
    einvoice: unknown;
  } | null;
};

/** What an engine came to, and by what. */
export type EngineResult = Extraction &
  ModelUse & {
    engine: "claude" | "local";
    model: string | null;
    prompt_version: string | null;
    note?: "over_budget";
    /** The page from which on nothing was looked at; left out when all pages were. */
    unread_from?: number | undefined;
  };

export type Verdict =
  | { gone: true }
  | {
      rejected: { path: string; row: number; reason: string }[];
      checks: { check: string; row: number | null; difference: number }[];
    };

/** An extraction as it is stored. */
export type StoredExtraction = { id: string; schema_id: string; status: string } & Record<string, unknown>;

type Call = <Answer>(name: keyof Database["public"]["Functions"], args: Record<string, unknown>) => Promise<Answer>;

/** The SQL functions of the stage that extracts. */
export function createExtractionCalls(call: Call, held: (claim: Claim) => { job_id: string; lease: string }) {
  return {
    beginExtractions: (claim: Claim) => call<Begun>("begin_extractions", held(claim)),
    /** The pages from one number to another with their word boxes, in order. */
    pagesToExtract: (claim: Claim, fromPage: number, toPage: number) =>
      call<ExtractPage[]>("pages_to_extract", { ...held(claim), from_page: fromPage, to_page: toPage }),
    judgeExtraction: (claim: Claim, extractionId: string, claims: FoundValue[], engine: string) =>
      call<Verdict>("judge_extraction", { ...held(claim), extraction_id: extractionId, claims, engine }),
    saveExtraction: (claim: Claim, extractionId: string, result: EngineResult) =>
      call<{ extraction: StoredExtraction } | { gone: true }>("save_extraction", {
        ...held(claim),
        extraction_id: extractionId,
        result,
      }),
    requestExtraction: (documentId: string, schemaId: string, instruction: string | null) =>
      call<{ job_id: string; extraction_id: string }>("request_extraction", {
        document_id: documentId,
        schema_id: schemaId,
        instruction,
      }),
    extractionOf: (extractionId: string) =>
      call<StoredExtraction | null>("extraction_of", { extraction_id: extractionId }),
  };
}
