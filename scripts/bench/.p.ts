import { temporaryStack, connect, pause } from "/work/main/scripts/bench/temporary-stack.ts";
import { burst, useTrivialFunction } from "/work/main/scripts/bench/burst.ts";
import { execSync } from "node:child_process";
const logs: Record<string, number> = {};
const stack = await temporaryStack({ moreFunctions: ["/work/main/scripts/bench/functions/trivial"], onLog: (s, l) => { if (/error|warn|lost|refus/i.test(l)) { const k = s + " " + l.slice(0, 200); logs[k] = (logs[k] ?? 0) + 1; } } });
try {
  await useTrivialFunction(stack);
  await stack.db.query("create extension if not exists pg_stat_statements schema public");
  await burst(stack, 50, "together");
  await stack.db.query("select public.pg_stat_statements_reset()");
  const c = await connect(stack);
  const waits: Record<string, number> = {};
  let on = true;
  const sampling = (async () => { while (on) { const { rows } = await c.query("select left(query, 60) as q, state, wait_event_type t, wait_event e from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'"); for (const r of rows) { const k = `${r.state} ${r.t} ${r.e} ${r.q}`.replace(/\s+/g, " "); waits[k] = (waits[k] ?? 0) + 1; } await pause(20); } })();
  const cpu0 = execSync("ps -eo pid,time,args --sort=-time | head -12").toString();
  const r = await burst(stack, Number(process.argv[2] ?? 300), "together");
  on = false; await sampling;
  console.log(r);
  console.log(Object.entries(waits).sort((a, b) => b[1] - a[1]).slice(0, 14));
  console.log(execSync("ps -eo pid,etimes,time,args --sort=-time | cut -c1-150 | head -14; uptime").toString());
  const { rows } = await stack.db.query("select calls, round(total_exec_time) ms, round((mean_exec_time)::numeric,2) mean, round(max_exec_time) mx, left(query, 90) q from public.pg_stat_statements where toplevel order by total_exec_time desc limit 12");
  for (const r of rows) console.log(r.calls, r.ms, r.mean, r.mx, r.q.replace(/\s+/g, " "));
  console.log((await stack.db.query("select count(*), min(created), max(created) from net._http_response")).rows);
  console.log(logs);
  await c.end();
} finally { await stack.stop(); }
