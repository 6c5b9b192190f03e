import { z } from "zod";
import type { Claim } from "../answers.ts";
import type { Database, Json } from "../database.types.ts";
import type { ModelUse } from "../model-use.ts";
import { Lesson } from "./lessons.ts";
import type { Fields } from "./schema.ts";
import type { Extraction, FoundValue } from "./values.ts";

const Waiting = z.object({
  id: z.string(),
  schema_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  fields: z.unknown(),
  instruction: z.string().nullable(),
  learned: z.array(Lesson),
});
/** A schema that waits to be applied, as begin_extractions gives it. */
export type Waiting = z.infer<typeof Waiting>;

const Begun = z.object({
  extractions: z.array(Waiting),
  document: z
    .object({
      document_type: z.string().nullable(),
      correspondent: z.string().nullable(),
      language: z.string().nullable(),
      einvoice: z.unknown(),
      einvoice_details: z.unknown(),
    })
    .nullable(),
});
/** What a job has to extract, and what is known of its document. */
export type Begun = z.infer<typeof Begun>;

const Word = z.object({
  text: z.string(),
  x0: z.number(),
  y0: z.number(),
  x1: z.number(),
  y1: z.number(),
  confidence: z.number(),
});
/** The text of a document's pages, with the words of those that were recognized. */
export const Pages = z.array(z.object({ page_number: z.int(), text: z.string(), words: z.array(Word).nullable() }));

const Sample = z.object({
  id: z.string(),
  document_type: z.string().nullable(),
  language: z.string().nullable(),
  pages: Pages,
});
/** A document that a schema is suggested from, with its first pages. */
export type Sample = z.infer<typeof Sample>;

const Gone = z.object({ gone: z.literal(true) });
const Verdict = z.union([
  Gone,
  z.object({
    rejected: z.array(z.object({ path: z.string(), row: z.int(), reason: z.string() })),
    checks: z.array(z.object({ check: z.string(), row: z.int().nullable(), difference: z.number() })),
  }),
]);
/** What of an engine's values the database would not write. */
export type Verdict = z.infer<typeof Verdict>;

const StoredExtraction = z.looseObject({ id: z.string(), schema_id: z.string(), status: z.string() });
/** A sample value of a suggested schema that the document's words prove. */
const ProvenSample = z.object({ document_id: z.string(), path: z.string(), row: z.int() });

/** An extraction as it is stored. */
export type StoredExtraction = z.infer<typeof StoredExtraction>;
const Saved = z.union([Gone, z.object({ extraction: StoredExtraction, learned: z.string().nullable() })]);
/** The values that a run of a schema changed; null where there was or is none. */
export const RunDiff = z.array(z.object({ path: z.string(), row: z.int(), before: z.unknown(), after: z.unknown() }));
const Ended = z.object({
  extraction: StoredExtraction,
  /** The last run that its owner can undo, and what that changed. */
  run_id: z.int().nullable(),
  diff: RunDiff,
});
/** How an extraction is, and what its last run changed. */
export type Ended = z.infer<typeof Ended>;
const Asked = z.object({ job_id: z.string(), extraction_id: z.string() });

/** What an engine came to, and by what. */
export type EngineResult = Extraction &
  ModelUse & {
    engine: "claude" | "local";
    model: string | null;
    prompt_version: string | null;
    note?: "over_budget";
    /** The ids of the lessons that it followed. */
    learned?: number[];
    /** The page from which on nothing was looked at; left out when all pages were. */
    unread_from?: number | undefined;
  };

type Functions = Database["public"]["Functions"];
type Call = <Name extends keyof Functions, Shape extends z.ZodType>(
  name: Name,
  args: Functions[Name]["Args"],
  shape: Shape,
) => Promise<z.output<Shape>>;

/** The SQL functions of the stage that extracts. */
export function createExtractionCalls(call: Call, held: (claim: Claim) => { job_id: string; lease: string }) {
  return {
    beginExtractions: (claim: Claim) => call("begin_extractions", held(claim), Begun),
    /** The pages from one number to another with their word boxes, in order. */
    pagesToExtract: (claim: Claim, fromPage: number, toPage: number) =>
      call("pages_to_extract", { ...held(claim), from_page: fromPage, to_page: toPage }, Pages),
    judgeExtraction: (claim: Claim, extractionId: string, claims: FoundValue[], engine: string) =>
      call(
        "judge_extraction",
        { ...held(claim), extraction_id: extractionId, claims: claims as Json, engine },
        Verdict,
      ),
    saveExtraction: (claim: Claim, extractionId: string, result: EngineResult) =>
      call(
        "save_extraction",
        { ...held(claim), extraction_id: extractionId, result: result as unknown as Json }, // made of JSON, without the index signature
        Saved,
      ),
    requestExtraction: (documentId: string, schemaId: string, instruction: string | null) =>
      call(
        "request_extraction",
        { document_id: documentId, schema_id: schemaId, ...(instruction !== null && { instruction }) },
        Asked,
      ),
    beginSuggestion: (owner: string, documentIds: string[]) =>
      call("begin_suggestion", { owner, document_ids: documentIds }, z.array(Sample)),
    /** Which of the sample values that a model gave for a schema are proven by the words of the owner's documents. */
    judgeSuggestion: (owner: string, fields: Fields, samples: { document_id: string; values: FoundValue[] }[]) =>
      call(
        "judge_suggestion",
        { owner, fields: fields as unknown as Json, samples: samples as Json }, // fields: made of JSON, without the index signature
        z.array(ProvenSample),
      ),
    extractionOf: (extractionId: string) => call("extraction_of", { extraction_id: extractionId }, Ended.nullable()),
  };
}
