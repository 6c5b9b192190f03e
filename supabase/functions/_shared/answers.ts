import { z } from "zod";
import { Constants } from "./database.types.ts";
import { isErrorCode, type ErrorCode } from "./errors.ts";
import type { MetadataDiff } from "./metadata.ts";
import { STAGES } from "./stages.ts";

/**
 * What the SQL functions answer, parsed once as it comes in (pipeline.ts). The shapes stand in the comments of the functions in
 * supabase/migrations; what no function of ours looks at is `unknown`.
 */

const Row = z.record(z.string(), z.unknown());
const Count = z.int().min(0);

/** Of a function that returns void. */
export const Nothing = z.unknown().transform(() => undefined);

export const DocumentStatus = z.enum(Constants.public.Enums.document_status);
export type DocumentStatus = z.output<typeof DocumentStatus>;

const ErrorBody = z.object({
  code: z.custom<ErrorCode>(isErrorCode).catch("internal_error"), // an earlier version may have had other codes
  message: z.string(),
});

/** What the owner may ask for when a reading starts again. It stands in the job, and is removed with the job's end. */
const ReadingOptions = z.object({
  // Users write them by retry_document: what is none of these is as good as not there.
  password: z.string().optional().catch(undefined),
  engine: z.enum(["auto", "local", "claude"]).optional().catch(undefined),
});
export type ReadingOptions = z.output<typeof ReadingOptions>;

/** What asked for a job of a stage that follows events (private.publish_event). `type` is stage.kind: "metadata.completed". */
const PublishedEvent = z.object({
  id: z.int(),
  type: z.string(),
  message: z.string(),
  data: Row,
  created_at: z.string(),
});
export type PublishedEvent = z.output<typeof PublishedEvent>;

/** What a worker is told of its job (private.claim_of). */
export const Claim = z.object({
  job_id: z.string(),
  /** Proves that this worker still holds the job. */
  lease: z.string(),
  stage: z.enum(Object.keys(STAGES) as (keyof typeof STAGES)[]), // Object.keys says string; the keys of a constant are its names
  attempt: z.int(),
  /** When this one fails, or is cut off, no further one follows. */
  last_attempt: z.boolean().optional(),
  payload: ReadingOptions.extend({
    storage_path: z.string().optional(),
    thumbnail_path: z.string().optional(),
    cleared: z.boolean().optional(),
    /** What the owner wants minded, of a describing that they asked for. */
    instruction: z.string().optional(),
    event: PublishedEvent.optional(),
  }),
  /** The job is a suspect: a worker died that held it. Its worker must hold nothing else, and says that it got the job. */
  alone: z.boolean().optional(),
  /** Why the attempt before this one failed. */
  last_error: z.object({ code: z.string() }).nullish(),
  /** Null for an erase job: its document is gone. */
  document: z
    .object({
      id: z.string(),
      user_id: z.string(),
      filename: z.string(),
      storage_path: z.string(),
      mime_type: z.string(),
      byte_size: z.int(),
      content_sha256: z.string(),
      page_count: z.int().nullable(),
      /** Pages that could not be read; known once reading is complete. */
      unreadable_pages: z.int().nullish(),
    })
    .nullable(),
  pages_read: z.array(z.int()),
  /** How the owner wants documents described; told to those who describe one. */
  summary_language: z.string().nullish(),
  known_tags: z.array(z.object({ tag: z.string(), documents: Count })).optional(),
  /** Whether the owner's corrections taught anything yet. */
  has_learned: z.boolean().optional(),
  /** What the XML inside the document says, where it is an e-invoice; told to those who describe one, as it was stored. */
  einvoice: z.unknown().optional(),
});
export type Claim = z.output<typeof Claim>;

/** Claims by the lease that the worker chose. */
export const Claims = z.record(z.string(), Claim);

/** The next job of the stage, when a worker asked for one and one was due. */
export const Next = z.object({ next: Claim.nullable() });
export type Next = z.output<typeof Next>;
export const Erased = z.array(z.union([Next, z.object({ lost: z.literal(true) })]));

/** What complete_metadata answers: the document as it is now, the run, and what that changed. */
export const Described = z.object({
  document: Row,
  run_id: z.int(),
  diff: z.record(z.string(), z.object({ before: z.unknown(), proposed: z.unknown(), applied: z.unknown() })),
});
export type Described = { document: Record<string, unknown>; run_id: number; diff: MetadataDiff };

export const MetadataRun = z.object({
  id: z.int(),
  proposal: Row,
  written: Row.nullish().transform((fields) => fields ?? undefined),
  previous: Row.nullish().transform((fields) => fields ?? undefined),
});
export type MetadataRun = z.output<typeof MetadataRun>;

const DescribingEvent = z.object({ id: z.int(), kind: z.string(), message: z.string(), data: Row });
export type DescribingEvent = z.output<typeof DescribingEvent>;

/** A document that is being described, as it was looked at; without a status it is gone. */
const DescribingLook = z.object({
  document_id: z.string(),
  status: DocumentStatus.nullable(),
  error: ErrorBody.nullable(),
  events: z.array(DescribingEvent),
});
export type DescribingLook = z.output<typeof DescribingLook>;
export const DescribingLooks = z.array(DescribingLook);

/** What take_watched answers: the job in its slot, how many are before it, or that it is in other hands or over. */
const Watched = z.union([
  z.object({ claim: Claim }),
  z.object({ ahead: Count }),
  z.object({ elsewhere: z.literal(true) }),
]);
export type Watched = z.output<typeof Watched>;
export const AllWatched = z.array(Watched);

/** A job and the one-time token that claims it, at the function that it is for. */
const Invocation = z.object({ function_name: z.string(), job_id: z.string(), token: z.string() });
export type Invocation = z.output<typeof Invocation>;

export const Admission = z.object({
  document_id: z.string(),
  storage_path: z.string(),
  filename: z.string(),
  status: DocumentStatus,
  /** Which of several admissions of the same bytes this is. */
  admitted_at: z.string(),
  duplicate: z.boolean(),
  /** How the uploader invokes the reading once it has stored the file; there when it said that it would. */
  invocation: Invocation.nullish().transform((invocation) => invocation ?? undefined),
});
export type Admission = z.output<typeof Admission>;

export const Milliseconds = z.number();
export const Positions = z.array(z.int());
export const Reserved = z.union([
  z.object({ call_id: z.string() }),
  z.object({ refused: z.enum(["spent", "reserved"]) }),
]);
export const OwnersTags = z.array(z.object({ tag: z.string(), documents: Count, similarity: z.number().nullable() }));
export const Regeneration = z.object({ job_id: z.string() });
export const Joined = z.object({ after: z.int() }).nullable();
