import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createDocket } from "../client/src/index.ts";
import { createProxy } from "../stack/proxy.ts";
import { round } from "./figures.ts";
import { type BenchStack, pause, temporaryStack, until } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

/** A born-digital PDF of one page. */
const FILE = fileURLToPath(new URL("../samples/brief.pdf", import.meta.url));

/**
 * What one document costs from its upload to `completed`, the average of several, one after another. Statements and times
 * are pg_stat_statements' of the top level (what a client sent; a statement's time holds those inside it); the benchmark's
 * own and the sweep's are left out. Calls are what the functions send to the project's address, counted on their way.
 * Invocations are what pg_net was given; changes are the rows that Realtime would send to one client that watches everything; the
 * functions' CPU is that of their processes, where /proc tells it.
 */
export async function chainCost(chains: number): Promise<Record<string, unknown>> {
  const counter = await startCounter();
  const stack = await temporaryStack({ env: { SUPABASE_URL: counter.url } });
  counter.forwardTo(stack.url);
  try {
    const { db } = stack;
    const send = await sender(stack);
    await send(0);
    await pause(1500);
    counter.calls.clear();
    const before = await countersOf(stack);
    await db.query("select extensions.pg_stat_statements_reset()");
    for (let index = 1; index <= chains; index += 1) await send(index);
    await pause(1500);
    const after = await countersOf(stack);
    const { rows } = await db.query<{ part: string; statements: string; ms: string }>(STATEMENTS);
    const per = (value: string | number) => round(Number(value) / chains);
    return {
      chains,
      calls: per([...counter.calls.values()].reduce((sum, count) => sum + count, 0)),
      calls_by_path: Object.fromEntries([...counter.calls].sort().map(([path, count]) => [path, per(count)])),
      sql_statements: per(rows.reduce((sum, row) => sum + Number(row.statements), 0)),
      database_ms: per(rows.reduce((sum, row) => sum + Number(row.ms), 0)),
      invocations: per(after.invocations - before.invocations),
      realtime_changes: per(after.changes - before.changes),
      function_cpu_ms: Object.fromEntries(
        Object.entries(after.cpuMs).map(([name, ms]) => [name, per(ms - before.cpuMs[name]!)]),
      ),
      job_seconds: await jobSeconds(stack),
      by_part: Object.fromEntries(
        rows.map(({ part, statements, ms }) => [part, { statements: per(statements), ms: per(ms) }]),
      ),
    };
  } finally {
    await stack.stop();
    counter.stop();
  }
}

/** What has been counted since the stack began. */
async function countersOf({
  db,
  functions,
}: BenchStack): Promise<{ invocations: number; changes: number; cpuMs: Record<string, number> }> {
  // A session's counts of rows are there when it has been idle for a moment, at the latest after a second.
  const {
    rows: [row],
  } = await db.query<{ invocations: string; changes: string }>(
    `select (select last_value from net.http_request_queue_id_seq) as invocations, sum(n_tup_ins + n_tup_upd + n_tup_del) as changes
     from pg_stat_user_tables where relid in ('public.documents'::regclass, 'public.document_events'::regclass)`,
  );
  return {
    invocations: Number(row!.invocations),
    changes: Number(row!.changes),
    cpuMs: Object.fromEntries(
      Object.entries(functions).flatMap(([name, { pid }]) =>
        pid && existsSync(`/proc/${pid}/stat`) ? [[name, cpuMsOf(pid)]] : [],
      ),
    ),
  };
}

/** Milliseconds of CPU that a process has used, by /proc/PID/stat: utime and stime, in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/\(.*\)/, "-")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** From a stage's start to its end, on average. */
async function jobSeconds({ db }: BenchStack): Promise<Record<string, number>> {
  const { rows } = await db.query<{ stage: string; seconds: number }>(
    `select stage, avg(extract(epoch from ended.created_at - started.created_at))::float8 as seconds
     from public.document_events as started join public.document_events as ended using (document_id, stage)
     where started.kind = 'started' and ended.kind = 'completed' group by stage`,
  );
  return Object.fromEntries(rows.map(({ stage, seconds }) => [stage, round(seconds)]));
}

const STATEMENTS = `
  select part, sum(calls) as statements, sum(total_exec_time) as ms from (
    select calls, total_exec_time, case
      when query ~* '^(begin|commit|rollback|set |select set_config|discard|start transaction)' then 'transactions'
      when query ~* 'net[.]' or query ~* 'pg_net' then 'pg_net'
      when query ~* 'storage[.]' then 'storage'
      when query ~* 'admit_upload|claim_job|save_pages|complete_|document_pages' then 'pipeline'
      when query ~* 'auth[.]|"auth"' then 'auth'
      else 'other' end as part
    from extensions.pg_stat_statements(true)
    where toplevel and dbid = (select oid from pg_database where datname = current_database())
      and query !~* 'cron[.]|sweep_jobs|pg_stat_statements|bench:'
  ) as parts group by part order by ms desc`;

/** Uploads the file, made different by a comment at its end, and waits until it is described. */
async function sender(stack: BenchStack): Promise<(index: number) => Promise<void>> {
  const docket = createDocket({ url: stack.url, token: await signUp(stack), repeats: false });
  const bytes = await readFile(FILE);
  return async (index) => {
    const { document_id } = await docket.upload(new File([bytes, `\n% ${index}`], "brief.pdf"));
    await until(async () => {
      const { rows } = await stack.db.query("select status::text /* bench: */ from public.documents where id = $1", [
        document_id,
      ]);
      if (rows[0]?.status === "failed") throw new Error("The document failed.");
      return rows[0]?.status === "completed";
    }, 50);
  };
}

/** A proxy before the stack that counts what goes through, by method and path. */
async function startCounter() {
  const calls = new Map<string, number>();
  let base = "";
  const proxy = createProxy((response, status) => response.writeHead(status).end(), true);
  const server = createServer((request, response) => {
    const path = `${request.method} ${request.url!.split("?")[0]!.replace(/[0-9a-f-]{36}(\/[0-9a-f-]{36})?/, "…")}`;
    calls.set(path, (calls.get(path) ?? 0) + 1);
    proxy({ url: async () => base }, request.url!, request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    forwardTo: (url: string) => (base = url),
    stop() {
      server.close();
      server.closeAllConnections();
      proxy.close();
    },
  };
}
