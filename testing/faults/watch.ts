import type { Database } from "./database.ts";

const LOOK_MS = 50;

/** Looks all the time how far the documents are, and how many jobs are out. */
export type Watch = {
  /** Waits until so many documents have ended, or for so long. */
  untilEnded(documents: number, limitMs: number): Promise<void>;
  /** The most jobs that were seen out, by stage, and sentences about where that was more than allowed. */
  stop(): Promise<{ most: Record<string, number>; violations: string[] }>;
};

export function startWatch(database: Database): Watch {
  const most: Record<string, number> = {};
  const violations = new Set<string>();
  let ended = 0;
  let stopping = false;

  async function look(): Promise<void> {
    const rows = await database.try<{ stage: string; out: number; suspects: number; limit: number; ended: number }>(
      `select stage, in_flight_limit as limit,
         (select count(*)::integer from private.jobs where jobs.stage = stages.stage and not suspect and state in ('dispatched', 'running')) as out,
         (select count(*)::integer from private.jobs where jobs.stage = stages.stage and suspect and state in ('dispatched', 'running')) as suspects,
         (select count(*)::integer from public.documents where status in ('completed', 'failed')) as ended
       from private.stages`,
    );
    for (const { stage, out, suspects, limit } of rows) {
      most[stage] = Math.max(most[stage] ?? 0, out);
      if (out > limit) violations.add(`${out} jobs of the stage ${stage} were out; its limit is ${limit}.`);
      if (suspects > 1)
        violations.add(`${suspects} suspects of the stage ${stage} were out; one at a time is allowed.`);
    }
    ended = rows[0]!.ended;
  }

  const over = (async () => {
    while (!stopping) {
      // Postgres is down now and then; the next look tells.
      await look().catch(() => {});
      await pause(LOOK_MS);
    }
  })();
  return {
    async untilEnded(documents, limitMs) {
      const deadline = performance.now() + limitMs;
      while (ended < documents && performance.now() < deadline) await pause(LOOK_MS);
    },
    async stop() {
      stopping = true;
      await over;
      return { most, violations: [...violations] };
    },
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
