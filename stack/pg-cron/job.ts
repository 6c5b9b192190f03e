import type { EventEmitter } from "node:events";
import pg from "pg";
import { type Postgres, SUPERUSER } from "../postgres.ts";
import { finishRun, insertRun, markRunning } from "./metadata.ts";

/** One row of `cron.job`, as far as running it needs. */
export type Job = {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
  active: boolean;
};

/** A run that is under way. */
export type Run = {
  /** Resolves when the run and its row in `cron.job_run_details` are done; rejects when the row could not be written. */
  ended: Promise<void>;
  /** Closes the run's connection; the run is then recorded as failed, for this reason, unless that is undefined. */
  cancel(reason?: string): void;
};

/** A run is lost when its connection broke without a word: Postgres crashed, and so would pg_cron have, which is part of it. */
type Outcome = { status: "succeeded" | "failed"; message: string } | { status: "lost" };

/** Runs a job's command once, as its user in its database, and writes the run's row through `records`. */
export function startRun(job: Job, records: pg.Pool, postgres: Pick<Postgres, "url">): Run {
  const cancelling = new AbortController();

  async function run(): Promise<void> {
    const runid = await insertRun(records, job);
    const outcome = await execute(runid);
    const { aborted, reason } = cancelling.signal;
    if (aborted && outcome.status !== "succeeded") {
      if (reason instanceof Error) await finishRun(records, runid, "failed", reason.message);
    } else if (outcome.status !== "lost") await finishRun(records, runid, outcome.status, outcome.message);
  }

  async function execute(runid: string): Promise<Outcome> {
    let client: pg.Client;
    try {
      client = await connect(job, postgres);
    } catch (error) {
      return { status: "failed", message: `connection failed: ${(error as Error).message}` };
    }
    const close = (): void => void client.end().catch(() => {});
    cancelling.signal.addEventListener("abort", close);
    try {
      // pg keeps the process id, and has no type for it
      await markRunning(records, runid, (client as unknown as { processID: number }).processID);
      cancelling.signal.throwIfAborted();
      return { status: "succeeded", message: await runCommand(client, job.command) };
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) return { status: "lost" };
      return { status: "failed", message: errorText(error) };
    } finally {
      close();
    }
  }

  return {
    ended: run(),
    cancel: (reason) => cancelling.abort(reason === undefined ? "stopped" : new Error(reason)),
  };
}

/** A connection with the role's own settings; a role that has another password than the stack's is taken on by the superuser. */
async function connect({ username, database }: Job, postgres: Pick<Postgres, "url">): Promise<pg.Client> {
  const open = async (role: string): Promise<pg.Client> => {
    const connectionString = postgres.url(encodeURIComponent(role), encodeURIComponent(database));
    const client = new pg.Client({ connectionString, application_name: "pg_cron", connectionTimeoutMillis: 10_000 });
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  try {
    return await open(username);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== "28P01") throw error;
    const client = await open(SUPERUSER);
    await client.query(`set session authorization ${client.escapeIdentifier(username)}`);
    return client;
  }
}

/** The message that upstream keeps: of the last statement, the number of rows it returned, or else its command tag. */
async function runCommand(client: pg.Client, command: string): Promise<string> {
  let tag = "";
  // pg has no type for the connection; its messages have the command tag, which the result of several statements has not
  const { connection } = client as unknown as { connection: EventEmitter };
  connection.on("commandComplete", ({ text }: { text: string }) => (tag = text));
  const results = await client.query(command);
  const last = [results].flat().at(-1);
  if (!last?.fields.length) return tag;
  return last.rows.length === 1 ? "1 row" : `${last.rows.length} rows`;
}

/** As libpq writes an error. */
function errorText({ severity = "ERROR", message, detail, hint, where }: pg.DatabaseError): string {
  const lines = [`${severity}:  ${message}`];
  if (detail) lines.push(`DETAIL:  ${detail}`);
  if (hint) lines.push(`HINT:  ${hint}`);
  if (where) lines.push(`CONTEXT:  ${where}`);
  return `${lines.join("\n")}\n`;
}
