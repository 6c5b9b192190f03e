import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import * as answers from "./answers.ts";
import type { Admission, Claim, DocumentStatus, MetadataRun, Next, ReadingOptions } from "./answers.ts";
import { inBatches } from "./batches.ts";
import type { Database, Json } from "./database.types.ts";
import type { Einvoice } from "./einvoice.ts";
import { type ErrorBody, isErrorCode, PipelineError } from "./errors.ts";
import { LearnedHint } from "./learned.ts";
import type { Description, TextPage } from "./metadata.ts";
import type { ModelUse } from "./model-use.ts";
import type { Page } from "./pages.ts";
import { retried } from "./retry.ts";
import { createExtractionCalls } from "./extraction/calls.ts";
import { createLinkCalls } from "./link-calls.ts";
import { createMailCalls } from "./mail-calls.ts";
import type { Stage } from "./stages.ts";
import { storable, storableText } from "./storable.ts";
import { createWebhookCalls } from "./webhook-calls.ts";

export type NewFile = { owner: string; filename: string; mime_type: string; byte_size: number; content_sha256: string };

type Functions = Database["public"]["Functions"];

/** SQL functions that store a stage's result and end its job. */
type Completing = {
  [Name in keyof Functions]: "take_next" extends keyof Functions[Name]["Args"] ? Name : never;
}[keyof Functions];
type ResultOf<Name extends Completing> = Omit<Functions[Name]["Args"], "job_id" | "lease" | "take_next">;

/** The name of this process: the database knows by it which jobs died together, and that this is not the one that died. */
const WORKER = crypto.randomUUID();

/** How many jobs one call ends at most: what it holds, it holds until the last of them is done. */
const MOST_IN_A_CALL = 50;

/** How many invocations may wait for an answer to their claim. The sweep sends an honest one again that was turned away. */
const MOST_CLAIMS_WAITING = 1_000;

/**
 * The database as the functions see it: SQL functions, each of which moves a document in one transaction. They are
 * described where they are defined, in supabase/migrations. All throw PipelineError.
 */
export type Pipeline = ReturnType<typeof createPipeline>;

/** @param functionName the Edge Function that this is, as in private.stages: a token is good at its own function alone */
export function createPipeline(service: SupabaseClient<Database>, functionName: string) {
  async function call<Name extends keyof Functions, Shape extends z.ZodType>(
    name: Name,
    args: Functions[Name]["Args"],
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const { data, error, status } = await service.rpc(name, storable(args));
    if (error) throw pipelineError(error, status);
    return parsed(shape, data, name);
  }
  /** For what ends a job: a repeat after a lost answer is refused with lease_lost, and changes nothing. */
  const untilAnswered = <Name extends keyof Functions, Shape extends z.ZodType>(
    name: Name,
    args: Functions[Name]["Args"],
    shape: Shape,
  ) => retried(() => call(name, args, shape));
  const held = (claim: Claim) => ({ job_id: claim.job_id, lease: claim.lease });
  // Erasing takes no time of its own, so its calls are most of its price.
  const completeErasures = inBatches(
    (ended: { job_id: string; lease: string; take_next: boolean }[]) =>
      call("complete_erasures", { ended }, answers.Erased),
    MOST_IN_A_CALL,
  );
  const takeWatched = inBatches(
    (waiting: { job_id: string; patient: boolean; worker: string }[]) =>
      call("take_watched", { waiting }, answers.AllWatched),
    MOST_IN_A_CALL,
  );
  // Anybody can send tokens that were never given; together they cost two calls at a time.
  let claimsWaiting = 0;
  const claims = inBatches(async (invocations: { job_id: string; token: string; lease: string; worker: string }[]) => {
    const claimed = await call("claim_jobs", { function_name: functionName, invocations }, answers.Claims);
    return invocations.map(({ lease }) => claimed[lease] ?? null);
  }, MOST_IN_A_CALL);

  return {
    /** @param invokes whether the caller stores the file itself, and invokes the reading after that */
    async admitUpload(file: NewFile, { invokes }: { invokes: boolean }): Promise<Admission> {
      const admit = () => call("admit_upload", { ...file, invokes }, answers.Admission.nullable());
      // Again, once: a kept connection may close under a request, and the same bytes give the same document.
      const admission = await admit().catch((thrown: unknown) => {
        if (!(thrown instanceof PipelineError) || thrown.code !== "database_unavailable") throw thrown;
        return admit();
      });
      if (!admission) throw new PipelineError("database_unavailable");
      return admission;
    },
    abandonUpload: ({ document_id, admitted_at }: Admission) =>
      call("abandon_upload", { document_id, admitted_at }, answers.Nothing),
    /** Counts a refused request in its sender's rate. Returns for how many milliseconds to refuse the next ones; 0 for none. */
    countRefusal: (owner: string) => call("count_refusal", { owner }, answers.Milliseconds),

    /**
     * Takes the job of an invocation; null when its token is not good. Repeats the claim while the database does not answer:
     * a claim that was made is the same one, as it goes by the lease that is chosen here.
     *
     * @throws PipelineError too_many_requests when more claims wait than anybody sends in earnest
     */
    async claim({ job_id, token }: { job_id: string; token: string }): Promise<Claim | null> {
      if (claimsWaiting >= MOST_CLAIMS_WAITING) throw new PipelineError("too_many_requests");
      claimsWaiting += 1;
      const invocation = { job_id, token, lease: crypto.randomUUID(), worker: WORKER };
      return await retried(() => claims(invocation)).finally(() => (claimsWaiting -= 1));
    },
    /** The job that came with the completion of this one, when that answer got lost. */
    claimAfter: (claim: Claim) => call("claim_after", { lease: claim.lease }, answers.Claim.nullable()),
    heartbeat: (claim: Claim) => call("heartbeat", held(claim), answers.Nothing),
    yieldJob: (claim: Claim) => untilAnswered("yield_job", held(claim), answers.Nothing),
    /** A suspect's file did no harm so far, and what is left waits for the OCR engine: it queues up among the others. */
    clearSuspect: (claim: Claim) => untilAnswered("clear_suspect", held(claim), answers.Nothing),
    /** Stores the result of a stage by its own SQL function, which ends the job. */
    complete: <Name extends Completing>(claim: Claim, name: Name, result: ResultOf<Name>, takeNext: boolean) =>
      untilAnswered(name, { ...held(claim), ...result, take_next: takeNext }, answers.Next),
    /** Ends the job of a stage that stored its result before, or has none: with the sentence and the data of its event. */
    completeJob: (claim: Claim, message: string, data: { [field: string]: Json }, takeNext: boolean) =>
      untilAnswered("complete_job", { ...held(claim), message, data, take_next: takeNext }, answers.Next),
    fail: (claim: Claim, error: PipelineError) =>
      untilAnswered(
        "fail_job",
        {
          ...held(claim),
          error: { ...error.toJSON(), retryable: error.retryable, retry_after_ms: error.retryAfterMs ?? null },
        },
        answers.Nothing,
      ),

    savePages: (claim: Claim, pages: Page[], pageCount: number) =>
      call("save_pages", { ...held(claim), pages, page_count: pageCount }, answers.Nothing),
    settledParts: (claim: Claim) => call("settled_parts", held(claim), answers.Positions),
    admitPart: (claim: Claim, { position, ...part }: { position: number } & Omit<NewFile, "owner">) =>
      call("admit_part", { ...held(claim), place: position, ...part }, answers.Admission),
    refusePart: (claim: Claim, { position, ...part }: { position: number; filename: string; error: ErrorBody }) =>
      call("refuse_part", { ...held(claim), place: position, ...part }, answers.Nothing),
    completeParts: (claim: Claim) => call("complete_parts", held(claim), answers.Nothing),
    completeReading: (
      claim: Claim,
      result: { page_count: number; processing_ms: number; einvoice: Einvoice | null },
      takeNext: boolean,
    ) => untilAnswered("complete_reading", { ...held(claim), result, take_next: takeNext }, answers.Next),

    ...createExtractionCalls(call, (claim: Claim) => held(claim)),
    ...createWebhookCalls(call, untilAnswered, held),
    ...createLinkCalls(call),
    ...createMailCalls(call),

    completeMetadata: (claim: Claim, description: Description, takeNext: boolean) =>
      call(
        "complete_metadata",
        { ...held(claim), description, take_next: takeNext },
        answers.Described.extend(answers.Next.shape),
      ),
    recordToolCall: (claim: Claim, tool: string) => call("record_tool_call", { ...held(claim), tool }, answers.Nothing),
    recordProgress: (claim: Claim, message: string, data: Record<string, string | number>) =>
      call("record_progress", { ...held(claim), message, data }, answers.Nothing),
    reserveModelCall: (claim: Claim, callId: string, model: string, costMicroUsd: number) =>
      call(
        "reserve_model_call",
        {
          ...held(claim),
          call_id: callId,
          model,
          cost_micro_usd: costMicroUsd,
        },
        answers.Reserved,
      ),
    /** As reserveModelCall, for a call that a user asked for and no job. */
    reserveModelCallOf: (owner: string, stage: Stage, callId: string, model: string, costMicroUsd: number) =>
      call(
        "reserve_model_call_of",
        { owner, stage, call_id: callId, model, cost_micro_usd: costMicroUsd },
        answers.Reserved,
      ),
    settleModelCall: (callId: string, used: ModelUse) =>
      call("settle_model_call", { call_id: callId, used }, answers.Nothing),
    /** The tags of the document's owner that are like the query, or those used most. */
    tagsOf: (documentId: string, query: string | null, atMost: number) =>
      call(
        "tags_of",
        { document_id: documentId, at_most: atMost, ...(query === null ? {} : { query }) },
        answers.OwnersTags,
      ),

    /** What the document's owner taught of the sender with these marks; null where nothing was. */
    learnedHintOf: (documentId: string, marks: string[]) =>
      call("learned_hint_of", { document_id: documentId, marks }, LearnedHint.nullable()),

    retryDocument: (documentId: string, options: ReadingOptions = {}) =>
      call("retry_document", { document_id: documentId, options }, answers.DocumentStatus),
    regenerateMetadata: (documentId: string, instruction?: string, engine?: "auto" | "local") =>
      call(
        "regenerate_metadata",
        { document_id: documentId, ...(instruction && { instruction }), ...(engine && { engine }) },
        answers.Regeneration,
      ),
    /** Asks for a job whose user waits for it; the calls of all who wait go out together. */
    takeWatched: (jobId: string, patient: boolean) => takeWatched({ job_id: jobId, patient, worker: WORKER }),
    async completeErasure(claim: Claim, takeNext: boolean): Promise<Next> {
      const answer = await retried(() => completeErasures({ ...held(claim), take_next: takeNext }));
      if ("lost" in answer) throw new PipelineError("lease_lost");
      return answer;
    },

    /** The text of the pages from one number to another, in order. At most 1,000, which is what the Data API answers at once. */
    async pagesOf(documentId: string, fromPage: number, toPage: number): Promise<TextPage[]> {
      const { data, error, status } = await service
        .from("document_pages")
        .select("page_number, text")
        .eq("document_id", documentId)
        .gte("page_number", fromPage)
        .lte("page_number", toPage)
        .order("page_number");
      if (error) throw pipelineError(error, status);
      return data;
    },

    /** The first pages of a document that hold all the words, without regard to case, and how many such pages there are. */
    async searchPages(
      documentId: string,
      words: string[],
      atMost: number,
    ): Promise<{ pages: TextPage[]; total: number }> {
      let search = service
        .from("document_pages")
        .select("page_number, text", { count: "exact" })
        .eq("document_id", documentId);
      for (const word of words) search = search.ilike("text", `%${storableText(word).replace(/[\\%_]/g, "\\$&")}%`);
      const { data, count, error, status } = await search.order("page_number").limit(atMost);
      if (error) throw pipelineError(error, status);
      return { pages: data, total: count ?? data.length };
    },

    /** Counts a request to watch a document. What comes after that event is of the run to watch; null when there is none. */
    joinMetadata: (documentId: string) => call("join_metadata", { document_id: documentId }, answers.Joined),
    /** How far the describing of several documents is, each since an event. */
    lookAtDescribing: (asked: { document_id: string; after: number }[]) =>
      call("look_at_describing", { asked }, answers.DescribingLooks),

    /** A document's row; null when it is gone. */
    async documentOf(documentId: string): Promise<(Record<string, unknown> & { status: DocumentStatus }) | null> {
      const { data, error, status } = await service.from("documents").select("*").eq("id", documentId).maybeSingle();
      if (error) throw pipelineError(error, status);
      return data;
    },

    /** What the last run of describing a document came to; null if there is none. */
    async lastRun(documentId: string): Promise<MetadataRun | null> {
      const { data, error, status } = await service
        .from("metadata_runs")
        .select("*")
        .eq("document_id", documentId)
        .order("id", { ascending: false })
        .limit(1);
      if (error) throw pipelineError(error, status);
      return data[0] ? parsed(answers.MetadataRun, data[0], "metadata_runs") : null;
    },
  };
}

/**
 * The errors that pass by themselves: SQLSTATE classes and codes of Postgres (Appendix A of its manual), and those of PostgREST
 * (https://docs.postgrest.org/en/stable/references/errors.html).
 */
const OUTAGES = [
  /^08/, // the connection
  /^53/, // too many connections, disk full, out of memory
  /^57P0[1-5]$/, // it shuts down, crashed, or is starting
  /^57014$/, // the statement took longer than it may
  /^55P03$/, // a lock was not to be had in time
  /^40(?:001|P01)$/, // serialization, deadlock
  /^58/, // the system under it
  /^25006$/, // read only: a standby that is taking over, or a disk that is full
  /^PGRST00[0-3]$/, // PostgREST has no connection to it, or waited too long for one
];

/** The same data would be refused again: too many rows, a value that is none, a broken constraint. */
const REJECTIONS = /^2[123]/;

/** Nothing came back, what stands before the database answered in its place, or it refuses the functions' own key. */
const isUnanswered = ({ code }: PostgrestError, status: number): boolean =>
  status === 401 ||
  (!OF_THE_DATABASE.test(code ?? "") && (status === 0 || status === 408 || status === 429 || status >= 500));

/** A SQLSTATE, or a code of PostgREST. A gateway has others, or none. */
const OF_THE_DATABASE = /^(?:[0-9A-Z]{5}|PGRST\w+)$/;

/**
 * A database error as ours. private.refuse sends our code as the hint. Only what is listed is an outage, which is waited for: anything
 * else would come again and again, and is a failure of this job alone.
 */
export function pipelineError(error: PostgrestError, status: number): PipelineError {
  if (isErrorCode(error.hint))
    return new PipelineError(error.hint, error.message, { retryAfterMs: retryAfterMs(error.details) });
  const cause = new Error(`${error.code}: ${error.message}`);
  if (isUnanswered(error, status) || OUTAGES.some((pattern) => pattern.test(error.code ?? "")))
    return new PipelineError("database_unavailable", undefined, { cause });
  return new PipelineError(REJECTIONS.test(error.code ?? "") ? "database_rejected" : "internal_error", undefined, {
    cause,
  });
}

/** What private.refuse_until says as detail: when the same call will be taken. */
function retryAfterMs(details: string | null): number | undefined {
  return details?.startsWith("{") ? RetryAfter.parse(JSON.parse(details)).retry_after_ms : undefined;
}

const RetryAfter = z.object({ retry_after_ms: z.number().optional() });

/** An answer of the database in the shape that it should have. The message has places and types, and no value. */
function parsed<Shape extends z.ZodType>(shape: Shape, answer: unknown, of: string): z.output<Shape> {
  const { success, data, error } = shape.safeParse(answer);
  if (success) return data;
  const places = error.issues.map(({ path, code }) => `${path.join(".")}: ${code}`).join(", ");
  throw new PipelineError("internal_error", undefined, { cause: new Error(`Unexpected answer of ${of}: ${places}`) });
}
