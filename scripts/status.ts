import { parseArgs } from "node:util";
import { createClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import { runningStack } from "./checkout.ts";

/** What `public.pipeline_health()` returns; supabase/migrations describes each number. */
export type Health = {
  stages: Record<
    string,
    {
      queued: number;
      oldest_queued_seconds: number | null;
      waiting_for_retry: number;
      in_flight: number;
      overdue: number;
      limit: number;
      allowed: number;
      retrying: number;
      /** Jobs whose worker died: they run alone, one at a time, beside the others. */
      suspects: number;
      dead: Record<string, number>;
    }
  >;
  pg_net: {
    worker_up: boolean;
    queued: number;
    oldest_invocation_seconds: number | null;
    answers: number;
    not_2xx: number;
  };
  sweep: { seconds_since_last: number | null; failed: number };
  /** Extractions that wait for people, and those that failed. */
  reviews: { needs_review: number; oldest_seconds: number | null; failed: number };
  stuck: string[];
};

/**
 * `npm run status [-- --json]`: how the pipeline of the running stack is, or of the project that SUPABASE_URL and
 * SUPABASE_SECRET_KEY name. Exits 0 when all is well, 1 when something is stuck, 2 when nothing can be said.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
  const { SUPABASE_URL, SUPABASE_SECRET_KEY } = process.env;
  const project =
    SUPABASE_URL && SUPABASE_SECRET_KEY ? { url: SUPABASE_URL, secretKey: SUPABASE_SECRET_KEY } : await runningStack();
  if (!project)
    return fail("No stack runs in this folder. Start it with npm start, or set SUPABASE_URL and SUPABASE_SECRET_KEY.");

  const supabase = createClient(project.url, project.secretKey, {
    auth: { persistSession: false },
    // The types of ws and of the browser differ in what nobody uses here
    realtime: { transport: WebSocket as never },
  });
  const { data, error } = await supabase.rpc("pipeline_health");
  if (error)
    return fail(
      `${project.url} did not answer as a Supabase project with Docket's migrations: ${error.message ?? "no message"}`,
    );
  const health = data as Health;
  console.log(values.json ? JSON.stringify(health) : lines(health).join("\n"));
  process.exit(health.stuck.length > 0 ? 1 : 0);
}

function lines({ stages, pg_net, sweep, reviews, stuck }: Health): string[] {
  const columns = ["stage", "queued", "oldest", "in flight", "retrying", "dead"];
  const rows = Object.entries(stages).map(([name, stage]) => [
    name,
    String(stage.queued),
    stage.oldest_queued_seconds === null ? "-" : `${stage.oldest_queued_seconds} s`,
    `${stage.in_flight} of ${stage.allowed}${stage.allowed < stage.limit ? ` (${stage.limit})` : ""}`,
    String(stage.retrying),
    Object.entries(stage.dead)
      .map(([code, jobs]) => `${jobs} ${code}`)
      .join(", ") || "-",
  ]);
  const table = [columns, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(at === 0 ? 10 : 12))
      .join("")
      .trimEnd(),
  );
  return [
    ...table,
    "",
    `pg_net     ${pg_net.worker_up ? "up" : "down"}, ${pg_net.queued} queued, oldest invocation ${pg_net.oldest_invocation_seconds ?? 0} s, ${pg_net.not_2xx} of ${pg_net.answers} answers in 10 minutes not 2xx`,
    `sweep      ${sweep.seconds_since_last === null ? "never ran" : `${sweep.seconds_since_last} s ago`}, ${sweep.failed} of the last 60 failed`,
    `reviews    ${reviews.needs_review} extractions wait for people, ${reviews.failed} failed`,
    "",
    ...(stuck.length > 0 ? stuck.map((sentence) => `✗ ${sentence}`) : ["✓ Nothing is stuck."]),
  ];
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
