import { type Stack, startStack } from "../../stack/stack.ts";
import { type Balance, drawBalance, retryInCalm } from "./balance.ts";
import { sendAll } from "./crowd.ts";
import { type Database, openDatabase } from "./database.ts";
import { createInjection } from "./injection.ts";
import { openInvocations } from "./invocations.ts";
import { type Model, startModel } from "./model.ts";
import { createRandom } from "../random.ts";
import { makeSamples, type Sample } from "./sample.ts";
import { makeSchedule, type Scheduled } from "./schedule.ts";
import { signUp } from "./sender.ts";
import { pause, startWatch } from "./watch.ts";

export type RunOptions = {
  documents: number;
  seed: number;
  /** An empty folder for the stack. */
  folder: string;
  onLog?(source: string, line: string): void;
};

/** What a run found. Everything that must be 0 has its sentences in `violations`. Times are seconds. */
export type Report = {
  seed: number;
  documents: number;
  users: number;
  pages_read_by: "claude" | "engine";
  completed: number;
  failed: Record<string, number>;
  completed_after_retry: number;
  lost: number;
  double_effects: number;
  stuck: number;
  over_limit: number;
  seconds: { under_fire: number; to_drain: number };
  most_in_flight: Record<string, number>;
  most_attempts: number;
  most_model_calls: number;
  faults: Record<string, number>;
  invocations: { lost: number; held: number; copied: number };
  repeated_uploads: Record<string, number>;
  retried_attempts: Record<string, number>;
  violations: string[];
};

const USERS = 5;
/** The fewest faults of a run: each kind comes once. */
const MIN_FAULTS = 25;

/**
 * Sends documents through a stack of its own while a schedule of faults happens to it, and draws up the balance. An even
 * seed has pages without text read by Claude's fake, an odd one by the local engine.
 */
export async function runFaults({ documents, seed, folder, onLog = () => {} }: RunOptions): Promise<Report> {
  const random = createRandom(seed);
  const reader = seed % 2 === 0 ? "claude" : "engine";
  const samples = await makeSamples(documents, USERS, random);
  const schedule = makeSchedule(Math.max(MIN_FAULTS, Math.round(documents / 4)), random);

  const model = await startModel();
  try {
    const stack = await startStack({
      folder,
      port: 0,
      onLog,
      databaseSettings: { fsync: "off", log_lock_waits: "on" },
      env: { ANTHROPIC_API_KEY: "no-key", ANTHROPIC_BASE_URL: model.url, READ_RUN_PAGES: "10" },
      envOf: reader === "engine" ? { ocr: { ANTHROPIC_API_KEY: "" } } : {},
    });
    const database = openDatabase(stack.postgres);
    try {
      await shorten(database);
      return {
        seed,
        documents,
        users: USERS,
        pages_read_by: reader,
        ...(await fight(stack, database, model, samples, schedule)),
      };
    } finally {
      await database.close();
      await stack.stop();
    }
  } finally {
    await model.close();
  }
}

/** The mechanism is the same with short times, and a run need not wait for the long ones. */
async function shorten(database: Database): Promise<void> {
  await database.sql(`
    update private.stages set lease = case stage when 'ocr' then interval '10 seconds' else '3 seconds' end;
    update private.settings set invocation_lease = '3 seconds', upload_lease = '4 seconds', retry_base = '200 milliseconds', retry_ceiling = '3 seconds', requests_per_minute = null, pages_per_month = null, stored_bytes = null;
    select cron.alter_job(jobid, schedule => '1 second') from cron.job where jobname = 'docket-sweep'`);
}

async function fight(
  stack: Stack,
  database: Database,
  model: Model,
  samples: Sample[],
  schedule: Scheduled[],
): Promise<Omit<Report, "seed" | "documents" | "users" | "pages_read_by">> {
  const repeated: Record<string, number> = {};
  const senders = await Promise.all(
    Array.from({ length: USERS }, (_, index) => signUp(stack, `user-${index}@docket.test`, repeated)),
  );
  const invocations = await openInvocations(database);
  const injection = createInjection({ stack, database, model, invocations });
  const watch = startWatch(database);
  try {
    const began = performance.now();
    const [, sent] = await Promise.all([
      injection.run(schedule, watch, samples.length),
      sendAll(samples, senders, watch),
    ]);
    const calm = performance.now();
    await drain(database, samples.length);
    const drained = performance.now();
    // Whoever lost a job to another worker, and still waits for an answer, comes back now.
    await model.lateAnswers();
    await drain(database, samples.length);

    const first = await drawBalance(database, sent.accepted, model);
    const retry = await retryInCalm(senders, sent.accepted, first.entries);
    await drain(database, samples.length);
    const second = await drawBalance(database, retry, model, { calm: true });

    const { most, violations: overLimit } = await watch.stop();
    const all = (pick: (balance: Balance) => string[]): string[] => [...new Set([...pick(first), ...pick(second)])];
    const [lost, doubles, stuck] = [
      [...sent.lost, ...all((balance) => balance.lost)],
      [...sent.doubles, ...all((balance) => balance.doubles)],
      all((balance) => balance.stuck),
    ];
    return {
      completed: first.completed,
      failed: first.failed,
      completed_after_retry: retry.size,
      lost: lost.length,
      double_effects: doubles.length,
      stuck: stuck.length,
      over_limit: overLimit.length,
      seconds: { under_fire: seconds(calm - began), to_drain: seconds(drained - calm) },
      most_in_flight: most,
      most_attempts: first.mostAttempts,
      most_model_calls: first.mostCalls,
      faults: injection.counts,
      invocations: await invocations.counts(),
      repeated_uploads: repeated,
      retried_attempts: first.retried,
      violations: [...lost, ...doubles, ...stuck, ...overLimit],
    };
  } finally {
    await watch.stop();
  }
}

/** Waits until nothing is under way; or gives up, and the balance says what is. */
async function drain(database: Database, documents: number): Promise<void> {
  const deadline = Date.now() + 60_000 + documents * 500;
  for (;;) {
    const [row] = await database.sql(`
      select exists (select from private.jobs where state not in ('done', 'dead'))
        or exists (select from public.documents where status not in ('completed', 'failed')) as busy`);
    if (!row!.busy || Date.now() > deadline) return;
    await pause(100);
  }
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;
