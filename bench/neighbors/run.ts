import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Stack, startStack } from "../../stack/stack.ts";
import { type Database, openDatabase } from "../../testing/faults/database.ts";
import { type Model, startModel } from "../../testing/faults/model.ts";
import { pause } from "../../testing/faults/watch.ts";
import type { Attacked, Message, Order } from "./attacker.ts";
import { type Bill, countPages, drawBill } from "./bill.ts";
import { type Served, serve } from "./honest.ts";
import { startPoison } from "./poison.ts";
import { type Neighbor, signUp } from "./requests.ts";

export type NeighborsOptions = {
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
  attacker: Bill & Attacked & { workers_ended: number };
  honest: Bill;
  violations: string[];
};

const DRAIN_MS = 180_000;
const MOST_TIMES = 2;

/** An honest user sends documents twice: alone, and while an attacker with an account does everything there is. */
export async function runNeighbors(options: NeighborsOptions): Promise<Report> {
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
      return await compare(stack, database, model, options);
    } finally {
      await database.close();
      await stack.stop();
    }
  } finally {
    await model.close();
  }
}

async function compare(stack: Stack, database: Database, model: Model, options: NeighborsOptions): Promise<Report> {
  const { documents, seed, limitMs } = options;
  await countPages(database);
  const honest = await signUp(stack, "honest@docket.test");
  const attacker = await signUp(stack, "attacker@docket.test");

  const attack = await prepareAttack({
    stack: { url: stack.url, keys: stack.keys },
    id: attacker.id,
    token: attacker.token,
    seed,
    attacks: options.attacks,
  });

  const undisturbed = await serve(honest, database, { documents, from: 0, limitMs });
  const poison = startPoison(stack, database);
  attack.start();
  const attacked = await serve(honest, database, { documents, from: documents, limitMs });
  const tried = await attack.stop();
  await drain(database);
  await poison.stop();

  const charged = await chargedTo(honest, database);
  // The honest user's documents are marked.
  const { unknown = 0, ...marked } = Object.fromEntries(model.calls());
  const calls = Object.values(marked).reduce((sum, count) => sum + count, 0);
  const [ours, theirs] = [await drawBill(honest, database, calls), await drawBill(attacker, database, unknown)];
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
    attacker: { ...theirs, ...tried, workers_ended: poison.deaths() },
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

/** Starts the attacker's process; it is ready when its files are made. `stop` resolves with what it did. */
async function prepareAttack(order: Order): Promise<{ start(): void; stop(): Promise<Attacked> }> {
  const child = fork(fileURLToPath(new URL("./attacker.ts", import.meta.url)), {
    execArgv: ["--import", import.meta.resolve("tsx")],
  });
  const exited = new Promise<never>((_, reject) =>
    child.once("exit", (code) => reject(new Error(`The attacker's process ended with ${code}.`))),
  );
  exited.catch(() => {});
  // It ends with us, and does not keep us.
  child.unref();
  child.channel?.unref();
  const message = () => Promise.race([once(child, "message").then(([told]) => told as Message), exited]);
  const ready = message();
  child.send(order);
  await ready;
  return {
    start: () => void child.send("start"),
    async stop() {
      const told = message();
      child.send("stop");
      const answer = await told;
      if (!("attacked" in answer)) throw new Error("The attacker's process said something else than what it did.");
      return answer.attacked;
    },
  };
}

/** What an honest user's documents were charged with, though nothing was wrong with them. */
async function chargedTo({ id }: Neighbor, database: Database): Promise<string[]> {
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
