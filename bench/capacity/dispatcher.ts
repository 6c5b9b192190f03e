import type pg from "pg";
import { PAGE } from "../../testing/database/backlog.ts";
import { INVOCATIONS_PER_BATCH } from "./slots.ts";

export type Stage = "ocr" | "metadata";
export type Invocation = { job_id: string; token: string; function: string };
/** What a worker is told of its job, as far as it matters here (private.claim_of). */
export type Claim = { job_id: string; lease: string; stage: Stage; document: { id: string; user_id: string } };

/** What is found in PAGE. */
const DESCRIPTION = {
  metadata: {
    display_name: "Invoice - Acme - 2026-03-15.pdf",
    tags: ["invoice", "acme"],
    summary: "An invoice of Acme.",
    document_type: "invoice",
    correspondent: "Acme",
    document_date: "2026-03-15",
    language: "en",
    evidence: { correspondent: { page: 1, quote: "Acme" }, document_date: { page: 1, quote: "15 March 2026" } },
  },
  engine: "local",
  model: null,
  prompt_version: "1",
};

/** Milliseconds of each call that was made, by what it is. */
export type Timings = Record<string, number[]>;

/**
 * The pipeline's SQL as the functions, pg_net and pg_cron call it, each call a transaction of its own. Nothing is stood in
 * for but the work between two calls.
 */
export type Dispatcher = ReturnType<typeof dispatcherOf>;

export function dispatcherOf(db: pg.Client, timings: Timings = {}, text = PAGE) {
  async function timed<Row>(what: string, query: string, values: unknown[] = []): Promise<Row[]> {
    const began = performance.now();
    const { rows } = await db.query(
      query,
      values.map((value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : value)),
    );
    (timings[what] ??= []).push(performance.now() - began);
    return rows as Row[];
  }

  async function admit(owner: string, what = "admit_upload"): Promise<string> {
    const [row] = await timed<{ answer: { document_id: string } }>(
      what,
      "select public.admit_upload($1, 'scan.pdf', 'application/pdf', 20000, encode(sha256(gen_random_uuid()::text::bytea), 'hex')) as answer",
      [owner],
    );
    return row!.answer.document_id;
  }

  return {
    timings,
    timed,
    dispatch: () => timed("dispatch", "select private.dispatch_jobs()"),
    sweep: () => timed("sweep", "select private.sweep_jobs()"),

    /** Takes a batch of invocations out of pg_net's queue. */
    async invocations(): Promise<Invocation[]> {
      const { rows } = await db.query(
        `with batch as (delete from net.http_request_queue where id in (select id from net.http_request_queue order by id limit ${INVOCATIONS_PER_BATCH})
           returning id, convert_from(body, 'UTF8')::jsonb || jsonb_build_object('function', substring(url from '[^/]+$')) as invocation)
         select invocation from batch order by id`,
      );
      return rows.map(({ invocation }) => invocation);
    },

    async claim({ job_id, token, function: name }: Invocation): Promise<Claim | null> {
      const [row] = await timed<{ claim: Claim | null }>("claim", "select public.claim_job($1, $2, $3) as claim", [
        job_id,
        token,
        name,
      ]);
      return row!.claim;
    },

    /** Saves what a worker would have found and completes the job. Returns the next one, if that was asked for and there is one. */
    async complete({ stage, job_id, lease }: Claim, takeNext: boolean): Promise<Claim | null> {
      if (stage === "ocr") {
        const pages = [{ page_number: 1, text, engine: "pdf_text_layer", confidence: null, words: null }];
        await timed("save_pages", "select public.save_pages($1, $2, $3, 1)", [job_id, lease, pages]);
        const [row] = await timed<{ answer: { next: Claim | null } }>(
          "complete_reading",
          "select public.complete_reading($1, $2, $3, $4) as answer",
          [job_id, lease, { page_count: 1, processing_ms: 5 }, takeNext],
        );
        return row!.answer.next;
      }
      const [row] = await timed<{ answer: { next: Claim | null } }>(
        "complete_metadata",
        "select public.complete_metadata($1, $2, $3, $4) as answer",
        [job_id, lease, DESCRIPTION, takeNext],
      );
      return row!.answer.next;
    },

    /** A file is announced that no other is like. Returns its document. `what`: the name of the timing. */
    admit,

    /** A file arrives, as the upload function and Storage do it. Returns its document. */
    async upload(owner: string): Promise<string> {
      const document = await admit(owner);
      await timed("finish_upload", "select private.finish_upload($1)", [document]);
      return document;
    },

    /** All invocations that are out get lost, and their time is over: the next sweep gives their jobs out again. */
    async loseInvocations(): Promise<void> {
      await db.query("delete from net.http_request_queue");
      await db.query(
        "update private.jobs set lease_expires_at = lease_expires_at - interval '1 hour' where state = 'dispatched'",
      );
    },

    /** Puts the jobs back whose invocations are out, as if they had not been dispatched yet. */
    async takeBack(): Promise<void> {
      await db.query("delete from net.http_request_queue");
      await db.query(
        "update private.jobs set state = 'queued', token = null, lease_expires_at = null where state = 'dispatched'",
      );
    },
  };
}
