import type pg from "pg";
import { ASSUMED, MEASURED } from "./measured.ts";
import { jobsADay, PAUSE_SECONDS, TAKE_NEXT_SECONDS } from "./slots.ts";
import { ratio, round, say } from "../figures.ts";
import { dispatcherOf, type Stage } from "./dispatcher.ts";
import { simulate, type World } from "./simulation.ts";

const WORLD: Omit<World, "job"> = { invocation: 0.01, pause: PAUSE_SECONDS, takeNext: TAKE_NEXT_SECONDS, sweep: 10 };

const LOCAL = { ocr: MEASURED.ocrSeconds.value, metadata: MEASURED.metadataSeconds.value };
const MODEL = { ...LOCAL, metadata: ASSUMED.modelSeconds.value };

/** How long a job takes, and how many may be out. */
const SCENARIOS: Record<string, { job: Record<Stage, number>; limits: Record<Stage, number> }> = {
  "local, as delivered": { job: LOCAL, limits: { ocr: 4, metadata: 4 } },
  "with a model, as delivered": { job: MODEL, limits: { ocr: 4, metadata: 4 } },
  "with a model, 40 slots": { job: MODEL, limits: { ocr: 4, metadata: 40 } },
};

/** What simulated time came to for a stage; `computed_a_day`: what docs/capacity.md's arithmetic says, `ratio`: the first to that. */
type Outcome = {
  jobs: number;
  jobs_a_day: number;
  computed_a_day: number;
  ratio: number;
  jobs_per_invocation: number;
  busy: number;
};

/** Simulated time on a backlog, for each scenario. */
export async function simulateBacklog(db: pg.Client, seconds: number): Promise<Record<string, Record<Stage, Outcome>>> {
  const dispatcher = dispatcherOf(db);
  const figures: Record<string, Record<Stage, Outcome>> = {};
  for (const [name, { job, limits }] of Object.entries(SCENARIOS)) {
    say(`${name}, ${seconds} s …`);
    for (const stage of ["ocr", "metadata"] as const)
      await db.query("update private.stages set in_flight_limit = $2, throttled_to = null where stage = $1", [
        stage,
        limits[stage],
      ]);
    const simulated = await simulate(dispatcher, { ...WORLD, job }, limits, seconds);
    const outcome = (stage: Stage): Outcome => {
      const { jobs, jobs_a_day, jobs_per_invocation, busy } = simulated[stage];
      const computed = Math.round(jobsADay(limits[stage], job[stage]));
      return {
        jobs,
        jobs_a_day,
        computed_a_day: computed,
        ratio: ratio(jobs_a_day, computed),
        jobs_per_invocation: round(jobs_per_invocation),
        busy: round(busy),
      };
    };
    figures[name] = { ocr: outcome("ocr"), metadata: outcome("metadata") };
  }
  return figures;
}
