import { type Stack, startStack } from "../../stack/stack.ts";
import { type Database, openDatabase } from "../faults/database.ts";
import { startModel } from "../faults/model.ts";
import { createRandom, type Random } from "../faults/random.ts";
import { pause } from "../faults/watch.ts";
import { makeAttacks } from "./attacks.ts";
import { type Bill, countPages, drawBill } from "./bill.ts";
import { makeHostileFiles } from "./files.ts";
import { type Served, serve } from "./honest.ts";
import { startPoison } from "./poison.ts";
import { type Neighbour, signUp } from "./requests.ts";

export type NeighboursOptions = {
  /** Of the honest user, in each of the two runs. */
  documents: number;
  seed: number;
  /** An empty folder for the stack. */
  folder: string;
  /** More hostile files. */
  attacks?: string | undefined;
  /** Longest time for each run, in milliseconds. */
  limitMs: number;
  onLog?(source: string, line: string): void;
};

/** What must be 0 or equal has its sentences in `violations`. */
export type Report = {
  seed: number;
  documents: number;
  undisturbed: Served;
  attacked: Served;
  failed: number;
  attempts_charged: number;
  /** The attacked run's time in terms of the undisturbed one's. */
  times: number;
  attacker: Bill & { rounds: number; answers: Record<string, Record<string, number>>; workers_ended: number };
  honest: Bill;
  violations: string[];
};

/** Attacks that go on at the same time. */
const LANES = 3;
const DRAIN_MS = 180_000;
const MOST_TIMES = 2;

/** An honest user sends documents twice: alone, and while an attacker with an account does everything there is. */
export async function runNeighbours(options: NeighboursOptions): Promise<Report> {
  const model = await startModel();
  try {
    const stack = await startStack({
      folder: options.folder,
      port: 0,
      onLog: options.onLog ?? (() => {}),
      databaseSettings: { fsync: "off" },
      env: { ANTHROPIC_API_KEY: "no-key", ANTHROPIC_BASE_URL: model.url },
      // Pages are read by the engine, so that it is under attack as well.
      envOf: { ocr: { ANTHROPIC_API_KEY: "" }, "ocr-alone": { ANTHROPIC_API_KEY: "" } },
    });
    const database = openDatabase(stack.postgres);
    try {
      return await compare(stack, database, options);
    } finally {
      await database.close();
      await stack.stop();
    }
  } finally {
    await model.close();
  }
}

async function compare(stack: Stack, database: Database, options: NeighboursOptions): Promise<Report> {
  const { documents, seed, limitMs } = options;
  const random = createRandom(seed);
  await countPages(database);
  const honest = await signUp(stack, "honest@docket.test");
  const attacker = await signUp(stack, "attacker@docket.test");

  const undisturbed = await serve(honest, database, { documents, from: 0, limitMs });
  const poison = startPoison(stack, database);
  const stop = new AbortController();
  const attack = startAttack(attacker, random, await makeHostileFiles(random, options.attacks), stop.signal);
  const attacked = await serve(honest, database, { documents, from: documents, limitMs });
  stop.abort();
  const { rounds, answers } = await attack;
  await drain(database);
  await poison.stop();

  const charged = await chargedTo(honest, database);
  const [ours, theirs] = [await drawBill(honest, database), await drawBill(attacker, database)];
  const times = Math.round((attacked.seconds / undisturbed.seconds) * 100) / 100;
  return {
    seed,
    documents,
    undisturbed,
    attacked,
    failed: undisturbed.failed.length + attacked.failed.length,
    attempts_charged: charged.length,
    times,
    honest: ours,
    attacker: { ...theirs, rounds, answers, workers_ended: poison.deaths() },
    violations: [
      ...undisturbed.failed,
      ...attacked.failed,
      ...charged,
      ...(times > MOST_TIMES
        ? [`The honest user's documents took ${times} times as long; ${MOST_TIMES} are allowed.`]
        : []),
      ...billSentences("honest user", ours),
      ...billSentences("attacker", theirs),
    ],
  };
}

/** Goes through all attacks again and again, several at a time, until `signal` ends it. */
async function startAttack(
  attacker: Neighbour,
  random: Random,
  files: Awaited<ReturnType<typeof makeHostileFiles>>,
  signal: AbortSignal,
): Promise<{ rounds: number; answers: Record<string, Record<string, number>> }> {
  const attacks = makeAttacks(attacker, files, random, signal);
  const answers: Record<string, Record<string, number>> = {};
  let rounds = 0;
  let waiting = random.shuffle(attacks);
  async function lane(): Promise<void> {
    while (!signal.aborted) {
      const attack = waiting.pop();
      if (!attack) {
        rounds += 1;
        waiting = random.shuffle(attacks);
        continue;
      }
      const counts = (answers[attack.name] ??= {});
      for (const status of await attack.run()) counts[status || "no answer"] = (counts[status || "no answer"] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  return { rounds, answers };
}

/** What an honest user's documents were charged with, though nothing was wrong with them. */
async function chargedTo({ id }: Neighbour, database: Database): Promise<string[]> {
  const rows = await database.sql(
    `select filename, stage, data ->> 'code' as code, data ->> 'attempt' as attempt
     from public.document_events join public.documents on documents.id = document_id
     where documents.user_id = $1 and kind in ('retrying', 'failed') and data ->> 'excused' is distinct from 'true'`,
    [id],
  );
  return rows.map(
    ({ filename, stage, code, attempt }) => `${filename} was charged attempt ${attempt} of ${stage}: ${code}.`,
  );
}

function billSentences(who: string, { pages, input_tokens }: Bill): string[] {
  const unequal = (what: string, { billed, used }: { billed: number; used: number }) =>
    billed === used ? [] : [`The ${who} is billed for ${billed} ${what} and used ${used}.`];
  return [...unequal("pages", pages), ...unequal("input tokens", input_tokens)];
}

/** Waits until nothing is under way, for a while: what is left then shows in the bill. */
async function drain(database: Database): Promise<void> {
  const deadline = Date.now() + DRAIN_MS;
  for (;;) {
    const [row] = await database.sql(
      "select exists (select from private.jobs where state not in ('done', 'dead')) as busy",
    );
    if (!row!.busy || Date.now() > deadline) return;
    await pause(500);
  }
}
