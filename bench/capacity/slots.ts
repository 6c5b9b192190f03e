/** How long after its invocation a worker takes further jobs, in seconds: TAKE_NEXT_MS of the functions. */
export const TAKE_NEXT_SECONDS = 1;
/** pg_net's pause after a batch of invocations, in seconds. */
export const PAUSE_SECONDS = 1;
/** How many invocations pg_net sends in a batch (pg_net.batch_size). */
export const INVOCATIONS_PER_BATCH = 200;

export const SECONDS_A_DAY = 86_400;

/** Jobs that a worker does with one invocation: it takes the next one as long as its time is not over. */
export const jobsPerInvocation = (jobSeconds: number): number => Math.max(1, Math.ceil(TAKE_NEXT_SECONDS / jobSeconds));

/**
 * Jobs a day that a stage's slots do, as long as there are any. A slot works through what one invocation brings, then waits for
 * the next invocation, which waits for pg_net's pause: the whole of it, as the simulation showed (workers fall into step with it).
 */
export function jobsADay(slots: number, jobSeconds: number): number {
  const jobs = jobsPerInvocation(jobSeconds);
  return (slots * SECONDS_A_DAY * jobs) / (jobs * jobSeconds + PAUSE_SECONDS);
}
