import type { Database } from "./database.ts";

const LOOK_MS = 50;

/** Looks all the time how many jobs are out. */
export type InFlight = {
  /** The most that were seen, by stage, and sentences about where it was more than allowed. */
  stop(): Promise<{ most: Record<string, number>; looks: number; violations: string[] }>;
};

export function watchInFlight(database: Database): InFlight {
  const most: Record<string, number> = {};
  const violations = new Set<string>();
  let looks = 0;
  let stopping = false;

  async function look(): Promise<void> {
    const rows = await database.try<{ stage: string; out: number; limit: number }>(
      `select stage, in_flight_limit as limit, (
         select count(*)::integer from private.jobs where jobs.stage = stages.stage and state in ('dispatched', 'running')) as out
       from private.stages`);
    looks += 1;
    for (const { stage, out, limit } of rows) {
      most[stage] = Math.max(most[stage] ?? 0, out);
      if (out > limit) violations.add(`${out} jobs of the stage ${stage} were out; its limit is ${limit}.`);
    }
  }

  const ended = (async () => {
    while (!stopping) {
      await look().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  return {
    async stop() {
      stopping = true;
      await ended;
      return { most, looks, violations: [...violations] };
    },
  };
}
