import pg from "pg";
import { withoutIndexes } from "./indexes.ts";

export type Size = { documents: number; users: number };

/** The page of a document that is read: a short invoice, so that a million documents fit. */
export const PAGE =
  "Acme\nInvoice of 15 March 2026\nTotal: EUR 120.00\nThank you for your order. Payment is due within 30 days of receipt.";
const TEXT = pg.escapeLiteral(PAGE);

/**
 * Queues documents in bulk, as rows: half wait to be read, half are read and wait to be described. Users are skewed by
 * Zipf's law (of 10,000 users the first has 75,000 of a million, the last 10), and a user's jobs have the turns that
 * private.next_queue_position would have given them.
 *
 * Every trigger and foreign key is bypassed, so what triggers would have written is written here: the search row, the
 * reservation, the month's usage, the event of the upload and those of the reading. Left out: rows in storage.objects and
 * auth tables but the users, and invocations. Indexes are made after the rows.
 */
export async function queueDocuments(db: pg.Client, { documents, users }: Size): Promise<void> {
  await db.query("set session_replication_role = replica; set synchronous_commit = off; select setseed(0.5)");
  await withoutIndexes(db, async () => {
    await db.query(`create temporary table backlog as
      select *, row_number() over (partition by owner, described order by arrived) - 1 as queue_position from (
        select gen_random_uuid() as id, least(floor(exp((n - 0.5) / ${documents} * ln(${users} + 1))), ${users})::integer as owner,
          n % 2 = 0 as described, now() - interval '1 hour' * random() as arrived
        from generate_series(1, ${documents}) as n) as numbered`);
    await db.query(`create temporary table owners as
      select n as owner, gen_random_uuid() as user_id from generate_series(1, ${users}) as n`);
    for (const statement of ROWS) await db.query(statement);
    await db.query("drop table backlog; drop table owners");
  });
  await db.query("reset session_replication_role; reset synchronous_commit");
  await db.query("vacuum analyze");
}

const ROWS = [
  "insert into auth.users (id, email) select user_id, user_id || '@docket.test' from owners",
  `insert into public.documents (id, user_id, filename, storage_path, mime_type, byte_size, content_sha256, page_count, status, created_at, updated_at)
   select id, user_id, 'scan.pdf', user_id || '/' || id, 'application/pdf', 20000, encode(sha256(id::text::bytea), 'hex'),
     case when described then 1 end, case when described then 'ocr_complete' else 'processing' end::public.document_status, arrived, arrived
   from backlog join owners using (owner)`,
  `insert into private.jobs (document_id, user_id, stage, queue_position, max_attempts, created_at, updated_at)
   select id, user_id, case when described then 'metadata' else 'ocr' end::private.job_stage, queue_position, 5, arrived, arrived
   from backlog join owners using (owner)`,
  `insert into private.jobs (document_id, user_id, stage, state, queue_position, attempts, max_attempts, created_at, updated_at, claimed_at)
   select id, user_id, 'ocr', 'done', queue_position, 1, 5, arrived, arrived, arrived from backlog join owners using (owner) where described`,
  `insert into private.reservations (document_id, user_id, pages, pages_counted, counted, open)
   select id, user_id, 1, described::integer, described, not described from backlog join owners using (owner)`,
  `insert into public.usage_months (user_id, month, documents, pages)
   select user_id, private.this_month(), count(*) filter (where described), count(*) filter (where described)
   from backlog join owners using (owner) group by user_id`,
  `insert into public.document_events (document_id, user_id, stage, kind, message, data, created_at)
   select id, user_id, stage, kind, message, data::jsonb, arrived from backlog join owners using (owner)
   join (values ('upload', 'completed', 'The file is stored.', '{"byte_size": 20000, "mime_type": "application/pdf"}', false),
     ('ocr', 'started', 'Reading started.', '{"attempt": 1}', true),
     ('ocr', 'progress', 'Read 1 of 1 page.', '{"page": 1, "page_count": 1}', true),
     ('ocr', 'completed', 'Read 1 page.', '{"page_count": 1, "unreadable_pages": 0, "engine": "pdf_text_layer", "processing_ms": 5}', true)
   ) as told (stage, kind, message, data, after_reading) on described or not after_reading`,
  `insert into public.document_pages (document_id, page_number, user_id, text, engine)
   select id, 1, user_id, ${TEXT}, 'pdf_text_layer' from backlog join owners using (owner) where described`,
  `insert into public.ocr_results (document_id, user_id, raw_text, page_count, engine, processing_ms)
   select id, user_id, ${TEXT}, 1, 'pdf_text_layer', 5 from backlog join owners using (owner) where described`,
  // The words are the same for all, as a trigger would find them for a million files of one name and text.
  `insert into public.document_search (document_id, user_id, search, names, created_at)
   select documents.id, user_id, case when status = 'ocr_complete' then read.words else stored.words end, 'scan.pdf', created_at
   from public.documents,
     (select private.search_of(d, ${TEXT}) as words from public.documents as d where status = 'ocr_complete' limit 1) as read,
     (select private.search_of(d, null) as words from public.documents as d where status = 'processing' limit 1) as stored`,
];
