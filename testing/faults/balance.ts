import type { Database } from "./database.ts";
import { type Entries, findDoubles, findLost, findStuck, readEntries } from "./ledger.ts";
import type { Model } from "./model.ts";
import type { Sample } from "./sample.ts";
import type { Sender } from "./sender.ts";

/** How things stand when nothing moves any more. `lost`, `doubles` and `stuck` are sentences. */
export type Balance = {
  entries: Entries;
  lost: string[];
  doubles: string[];
  stuck: string[];
  completed: number;
  /** Documents by error code, and attempts that were tried again by theirs. */
  failed: Record<string, number>;
  retried: Record<string, number>;
  mostAttempts: number;
  mostCalls: number;
};

/** Turns that the describing agent has; supabase/functions/metadata/claude/describe.ts. */
const MAX_TURNS = 10;

/** @param calm nothing went wrong since these documents were asked for again, so nothing is excused */
export async function drawBalance(
  database: Database,
  accepted: Map<Sample, string>,
  model: Model,
  { calm = false } = {},
): Promise<Balance> {
  const entries = await readEntries(database);
  const calls = model.calls();
  const [limit] = await database.sql(
    `select max(max_attempts) filter (where fails_as is not null)::integer as attempts, max(max_attempts)::integer as excused,
      (select max(attempts) from private.jobs) as most from private.stages where stage <> 'erase'`,
  );
  const maxAttempts: number = limit!.attempts;
  const failures = [...entries.values()].flatMap(({ error }) => (error ? [error.code] : []));
  return {
    entries,
    lost: findLost(
      entries,
      accepted,
      calm ? { maxAttempts: Infinity, refused: new Set() } : { maxAttempts, refused: model.refused },
    ),
    // A retry has all its attempts again; and excused ones, which are more, call the model too.
    doubles: await findDoubles(database, entries, calls, limit!.excused * MAX_TURNS * (calm ? 2 : 1)),
    stuck: await findStuck(database),
    completed: entries.size - failures.length,
    failed: countOf(failures),
    retried: countOf(
      (await database.sql("select data ->> 'code' as code from public.document_events where kind = 'retrying'")).map(
        ({ code }) => code,
      ),
    ),
    mostAttempts: limit!.most,
    mostCalls: Math.max(0, ...calls.values()),
  };
}

/** Has their owners ask again for the documents that failed and can be read. Returns those. */
export async function retryInCalm(
  senders: Sender[],
  accepted: Map<Sample, string>,
  entries: Entries,
): Promise<Map<Sample, string>> {
  const mendable = new Map(
    [...accepted].filter(([sample, id]) => !sample.failsWith && entries.get(id)?.status === "failed"),
  );
  for (const [sample, id] of mendable) await senders[sample.user]!.retry(id);
  return mendable;
}

function countOf(values: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
