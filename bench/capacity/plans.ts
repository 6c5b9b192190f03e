import type pg from "pg";
import { watchPlans } from "../../testing/database/plans.ts";

/** Which statements read the jobs or the documents as a whole while `run` goes on, those inside functions too. */
export async function sequentialReads(db: pg.Client, run: () => Promise<unknown>): Promise<string[]> {
  const plans = await watchPlans(db);
  try {
    await run();
  } finally {
    await plans.stop();
  }
  if (!plans.seen.some((plan) => /using jobs_/.test(plan))) throw new Error("No plan was seen.");
  const whole = plans.seen.filter((plan) =>
    /Seq Scan on (private\.)?jobs\b|Seq Scan on (public\.)?documents\b/.test(plan),
  );
  return [...new Set(whole.map((plan) => /Query Text: ([^\n]*)/.exec(plan)?.[1] ?? plan))];
}
