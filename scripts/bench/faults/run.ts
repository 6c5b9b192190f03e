import { startStack } from "../../stack/stack.ts";
import { type Database, openDatabase } from "./database.ts";
import { watchInFlight } from "./in-flight.ts";
import { createInjection } from "./injection.ts";
import { findDoubles, findLost, findStuck, readEntries } from "./ledger.ts";
import { startModel } from "./model.ts";
import { createRandom } from "./random.ts";
import { makeSamples, markOf, type Sample } from "./sample.ts";
import { makeSchedule } from "./schedule.ts";
import { type Sender, signUp } from "./sender.ts";

export type RunOptions = {
  documents: number;
  seed: number;
  /** An empty folder for the stack. */
  folder: string;
  onLog?(source: string, line: string): void;
};

/** What a run found. Everything that must be 0 has its sentences in `violations`. Times are seconds. */
export type Report = {
  seed: number; documents: number; users: number; pages_read_by: "claude" | "engine";
  completed: number; failed: Record<string, number>; completed_after_retry: number;
  lost: number; double_effects: number; stuck: number; over_limit: number;
  seconds: { under_fire: number; to_drain: number };
  most_in_flight: Record<string, number>; most_attempts: number; most_model_calls: number;
  faults: Record<string, number>; kicks: { lost: number; held: number; copied: number };
  repeated_uploads: Record<string, number>; retried_attempts: Record<string, number>;
  violations: string[];
};

const USERS = 5;
/** Turns that the describing agent has; supabase/functions/metadata/claude/describe.ts. */
const MAX_TURNS = 10;
/** The fewest faults of a run: each kind comes once. */
const MIN_FAULTS = 25;

/** Sends documents through a stack of its own while a schedule of faults happens to it, and draws up the balance. */
export async function runFaults({ documents, seed, folder, onLog = () => {} }: RunOptions): Promise<Report> {
  const random = createRandom(seed);
  const reader = random.pick(["claude", "engine"] as const);
  const samples = await makeSamples(documents, USERS, random);
  const schedule = makeSchedule(Math.max(MIN_FAULTS, Math.round(documents / 4)), random);

  const model = await startModel();
  const stack = await startStack({
    folder, port: 0, onLog, databaseSettings: { fsync: "off" },
    env: { ANTHROPIC_API_KEY: "no-key", ANTHROPIC_BASE_URL: model.url, READ_RUN_PAGES: "10" },
    envOf: reader === "engine" ? { ocr: { ANTHROPIC_API_KEY: "" } } : {},
  }).catch(async (error: unknown) => {
    await model.close();
    throw error;
  });
  const database = openDatabase(stack.postgres);
  try {
    await shorten(database);
    const repeated: Record<string, number> = {};
    const senders = await Promise.all(Array.from({ length: USERS }, (_, index) => signUp(stack, `user-${index}@docket.test`, repeated)));
    const inFlight = watchInFlight(database);
    const injection = createInjection(stack, database, model);
    const underFireMs = schedule.reduce((sum, { afterMs }) => sum + afterMs, 0);

    const began = performance.now();
    const [, sent] = await Promise.all([injection.run(schedule).finally(model.calm), sendAll(samples, senders, underFireMs)]);
    const calm = performance.now();
    await drain(database, documents);
    const drained = performance.now();
    // Whoever lost a job to another worker, and still waits for an answer, comes back now.
    await model.lateAnswers();
    await drain(database, documents);

    const excuses = { maxAttempts: 5, refused: model.refused };
    const entries = await readEntries(database);
    const calls = model.calls();
    const first = {
      lost: findLost(entries, sent.accepted, excuses),
      doubles: [...sent.doubles, ...(await findDoubles(database, entries, calls, excuses.maxAttempts * MAX_TURNS))],
      stuck: await findStuck(database),
    };
    const [attempts] = await database.sql("select max(attempts) as most from private.jobs");
    const failed = [...entries.values()].filter(({ status }) => status === "failed");

    // Calm weather: what failed for no fault of its own completes when its owner asks for it.
    const mendable = new Map([...sent.accepted].filter(([sample, id]) => !sample.failsWith && entries.get(id)?.status === "failed"));
    for (const [sample, id] of mendable) await senders[sample.user]!.retry(id);
    await drain(database, documents);
    const after = await readEntries(database);
    const second = {
      lost: findLost(after, mendable, { maxAttempts: Infinity, refused: new Set() }),
      doubles: await findDoubles(database, after, calls, Infinity),
      stuck: await findStuck(database),
    };
    const { most, violations: overLimit } = await inFlight.stop();

    const lost = [...new Set([...sent.lost, ...first.lost, ...second.lost])];
    const doubles = [...new Set([...first.doubles, ...second.doubles])];
    const stuck = [...new Set([...first.stuck, ...second.stuck])];
    const retried = await database.sql("select data ->> 'code' as code, count(*)::integer as times from public.document_events where kind = 'retrying' group by 1");
    return {
      seed, documents, users: USERS, pages_read_by: reader,
      completed: [...entries.values()].filter(({ status }) => status === "completed").length,
      failed: countBy(failed.map(({ error }) => error!.code)), completed_after_retry: mendable.size,
      lost: lost.length, double_effects: doubles.length, stuck: stuck.length, over_limit: overLimit.length,
      seconds: { under_fire: seconds(calm - began), to_drain: seconds(drained - calm) },
      most_in_flight: most, most_attempts: attempts!.most, most_model_calls: Math.max(0, ...calls.values()),
      faults: injection.counts, kicks: injection.kicks,
      repeated_uploads: repeated, retried_attempts: Object.fromEntries(retried.map(({ code, times }) => [code, times])),
      violations: [...lost, ...doubles, ...stuck, ...overLimit],
    };
  } finally {
    await database.close();
    await stack.stop();
    await model.close();
  }
}

/** The mechanism is the same with short times, and a run need not wait for the long ones. */
async function shorten(database: Database): Promise<void> {
  await database.sql(`
    update private.stages set lease = case stage when 'ocr' then interval '10 seconds' else '5 seconds' end;
    update private.settings set kick_lease = '3 seconds', upload_lease = '4 seconds', retry_base = '200 milliseconds', retry_ceiling = '3 seconds';
    select cron.alter_job(jobid, schedule => '1 second') from cron.job where jobname = 'docket-sweep'`);
}

/** Sends every file at its time, some of them twice. `doubles` and `lost` are sentences. */
async function sendAll(samples: Sample[], senders: Sender[], duringMs: number): Promise<{ accepted: Map<Sample, string>; lost: string[]; doubles: string[] }> {
  const accepted = new Map<Sample, string>();
  const lost: string[] = [];
  const doubles: string[] = [];
  await Promise.all(samples.map(async (sample) => {
    const sender = senders[sample.user]!;
    await new Promise((resolve) => setTimeout(resolve, sample.at * duringMs));
    try {
      const both = sample.sentAgain === "at once" ? await Promise.all([sender.send(sample), sender.send(sample)]) : [await sender.send(sample)];
      if (sample.sentAgain === "later") both.push(await sender.send(sample));
      accepted.set(sample, both[0]!);
      if (new Set(both).size > 1) doubles.push(`${sample.name}, sent twice, became two documents: ${both.join(" and ")}.`);
    } catch (error) {
      lost.push((error as Error).message);
    }
  }));
  return { accepted, lost, doubles };
}

/** Waits until nothing is under way; or gives up, and `findStuck` says what is. */
async function drain(database: Database, documents: number): Promise<void> {
  const deadline = Date.now() + 60_000 + documents * 500;
  for (;;) {
    const [row] = await database.sql(`
      select exists (select from private.jobs where state not in ('done', 'dead'))
        or exists (select from public.documents where status not in ('completed', 'failed')) as busy`);
    if (!row!.busy || Date.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

function countBy(values: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
