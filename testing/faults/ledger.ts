import type { Database } from "./database.ts";
import { pageText } from "./pdf.ts";
import { markOf, type Sample } from "./sample.ts";

/** A document as the run left it. */
export type Entry = {
  id: string;
  user_id: string;
  filename: string;
  status: string;
  page_count: number | null;
  error: { stage: string; code: string; attempt: number; retryable: boolean } | null;
  readings: number;
  runs: number;
  pages: { page_number: number; text: string }[];
  files: number;
  /** Events by "stage kind". */
  events: Record<string, number>;
};

export type Entries = Map<string, Entry>;

/** Every document with what belongs to it. */
export async function readEntries(database: Database): Promise<Entries> {
  const rows = await database.sql<Entry>(`
    select id, user_id, filename, status, page_count, error,
      (select count(*)::integer from public.ocr_results where document_id = documents.id) as readings,
      (select count(*)::integer from public.metadata_runs where document_id = documents.id) as runs,
      (select count(*)::integer from storage.objects where bucket_id = 'documents' and name = storage_path) as files,
      coalesce((select jsonb_agg(jsonb_build_object('page_number', page_number, 'text', text) order by page_number)
        from public.document_pages where document_id = documents.id), '[]') as pages,
      coalesce((select jsonb_object_agg(event, times) from (
        select stage || ' ' || kind as event, count(*) as times from public.document_events where document_id = documents.id group by 1) as told), '{}') as events
    from public.documents order by filename`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** What the model's stand-in says that a call took (testing/fakes/claude/answer.ts). */
const TOKENS_A_CALL = { input_tokens: 100, output_tokens: 20 };

/** What a document may have failed of without anything being wrong. */
export type Excuses = { maxAttempts: number; refused: Set<string> };

/**
 * Uploads that had their 202 and are not where they must be: completed with all their text, or failed for a reason that
 * the file or a fault explains. One sentence each.
 */
export function findLost(entries: Entries, accepted: Map<Sample, string>, excuses: Excuses): string[] {
  const lost: string[] = [];
  for (const [sample, id] of accepted) {
    const entry = entries.get(id);
    const problem = entry ? problemOf(sample, entry, excuses) : "its document is gone";
    if (problem) lost.push(`${sample.name} (${id}): ${problem}.`);
  }
  for (const { id, filename, status } of entries.values()) {
    if (status !== "completed" && status !== "failed") lost.push(`${filename} (${id}): it is ${status}.`);
  }
  return lost;
}

function problemOf(sample: Sample, entry: Entry, { maxAttempts, refused }: Excuses): string | undefined {
  if (entry.files !== 1) return `it has ${entry.files} stored files`;
  if (entry.status === "failed") {
    const { code, attempt, retryable, stage } = entry.error!;
    if (code === sample.failsWith) return undefined;
    if (code === "model_refused" && refused.has(markOf(sample.name))) return undefined;
    if (stage !== "upload" && retryable && attempt >= maxAttempts) return undefined;
    return `it failed with ${code} in ${stage} at attempt ${attempt}, and nothing explains that`;
  }
  if (sample.failsWith) return `it is ${entry.status}, and should have failed with ${sample.failsWith}`;
  if (entry.page_count !== sample.pages || entry.pages.length !== sample.pages)
    return `${entry.pages.length} of its ${sample.pages} pages are there`;
  const wrong = sample.textPages.find(
    (page) => !entry.pages[page - 1]!.text.includes(pageText(markOf(sample.name), page, sample.pages)),
  );
  return wrong === undefined ? undefined : `page ${wrong} has another text than its own`;
}

/**
 * What happened more than once, or was not paid for as often as it happened: results, runs, events, usage, files, calls of
 * the model. One sentence each.
 *
 * @param calls requests to the model by mark
 * @param callLimit the most that one document may cost
 */
export async function findDoubles(
  database: Database,
  entries: Entries,
  calls: Map<string, number>,
  callLimit: number,
): Promise<string[]> {
  const doubles: string[] = [];
  const say = (holds: boolean, sentence: string) => holds || doubles.push(sentence);
  for (const { id, filename, status, readings, runs, events, error } of entries.values()) {
    const read = status === "completed" || error?.stage === "metadata" ? 1 : 0;
    say(readings === read, `${filename} (${id}) is ${status} and has ${readings} rows in ocr_results.`);
    say(
      runs === (status === "completed" ? 1 : 0),
      `${filename} (${id}) is ${status} and has ${runs} rows in metadata_runs.`,
    );
    const expected = { upload: 1, ocr: read, metadata: status === "completed" ? 1 : 0 };
    for (const [stage, times] of Object.entries(expected)) {
      const told = events[`${stage} completed`] ?? 0;
      say(
        told === times,
        `${filename} (${id}) is ${status}, and its history says ${told} times that ${stage} was completed.`,
      );
    }
    const count = calls.get(markOf(filename)) ?? 0;
    say(count <= callLimit, `${filename} (${id}) cost ${count} calls of the model; ${callLimit} are the most.`);
  }
  say(!calls.has("unknown"), `${calls.get("unknown")} calls of the model were about no document.`);

  for (const { user_id, used, cut_off, too_dear, done } of await database.sql(`
    select users.id as user_id,
      (select jsonb_build_object('documents', coalesce(sum(documents), 0), 'pages', coalesce(sum(pages), 0),
          'input_tokens', coalesce(sum(input_tokens), 0), 'output_tokens', coalesce(sum(output_tokens), 0))
        from public.usage_months where user_id = users.id) as used,
      (select jsonb_build_object('input_tokens', coalesce(sum(input_tokens), 0), 'output_tokens', coalesce(sum(output_tokens), 0))
        from private.model_calls
        where user_id = users.id and (input_tokens > ${TOKENS_A_CALL.input_tokens} or output_tokens > ${TOKENS_A_CALL.output_tokens})) as cut_off,
      (select count(*)::integer from private.model_calls where user_id = users.id and cost_micro_usd > reserved_micro_usd) as too_dear,
      (select jsonb_build_object('documents', count(*) filter (where readings or private.file_is_at_fault(error ->> 'code')),
          -- Of a document whose reading failed half way, the pages that were read until then.
          'pages', coalesce(sum(case when readings then page_count - unreadable_pages
            else (select count(*) from public.document_pages where document_id = documents.id and document_pages.error is null) end), 0))
        from public.documents cross join lateral (select exists (select from public.ocr_results where document_id = documents.id) as readings) as read
        where user_id = users.id)
      || (select jsonb_build_object('input_tokens', coalesce(sum(input_tokens), 0), 'output_tokens', coalesce(sum(output_tokens), 0))
        from public.metadata_runs where user_id = users.id) as done
    from auth.users`)) {
    for (const what of ["documents", "pages"])
      say(used[what] === done[what], `User ${user_id} is billed for ${used[what]} ${what}, and has ${done[what]}.`);
    // Attempts that failed after the model was paid are billed as well, so between what was applied and what the model gave.
    const theirs = [...entries.values()]
      .filter((entry) => entry.user_id === user_id)
      .reduce((sum, { filename }) => sum + (calls.get(markOf(filename)) ?? 0), 0);
    say(too_dear === 0, `User ${user_id} has ${too_dear} calls that cost more than was reserved for them.`);
    for (const [what, most] of Object.entries(TOKENS_A_CALL)) {
      // A call that was cut off counts as its longest answer, which nobody gave.
      const told = used[what] - cut_off[what];
      say(
        done[what] <= told && told <= theirs * most,
        `User ${user_id} is billed for ${told} ${what}, has ${done[what]}, and the model gave ${theirs * most}.`,
      );
    }
  }
  const [{ orphans }] = (await database.sql(`
    select count(*)::integer as orphans from storage.objects
    where bucket_id = 'documents' and not exists (select from public.documents where storage_path = name)`)) as [
    { orphans: number },
  ];
  say(orphans === 0, `${orphans} stored files belong to no document.`);
  return doubles;
}

/** What does not move any more, or says so of itself. One sentence each. */
export async function findStuck(database: Database): Promise<string[]> {
  const live = await database.sql(`
    select stage, state::text, attempts, document_id from private.jobs where state not in ('done', 'dead')
    union all
    select null, status::text, null, id from public.documents where status not in ('completed', 'failed')
      and not exists (select from private.jobs where document_id = documents.id and state not in ('done', 'dead'))`);
  const [{ health }] = (await database.sql("select private.pipeline_health() as health")) as [
    { health: { stuck: string[] } },
  ];
  return [
    ...live.map(({ stage, state, attempts, document_id }) =>
      stage
        ? `A job of ${document_id} (${stage}, attempt ${attempts}) is ${state}.`
        : `Document ${document_id} is ${state} without a job.`,
    ),
    ...health.stuck,
  ];
}
