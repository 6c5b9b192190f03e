/** How long after its kick a worker takes further jobs, in seconds: TAKE_NEXT_MS of the functions. */
export const TAKE_NEXT_SECONDS = 1;
/** pg_net's pause after a batch of kicks, in seconds. */
export const PAUSE_SECONDS = 1;
/** How many kicks pg_net sends in a batch (pg_net.batch_size). */
export const KICKS_A_BATCH = 200;

export const SECONDS_A_DAY = 86_400;

/** Jobs that a worker does with one kick: it takes the next one as long as its time is not over. */
export const jobsAKick = (jobSeconds: number): number => Math.max(1, Math.ceil(TAKE_NEXT_SECONDS / jobSeconds));

/**
 * Jobs a day that a stage's slots do, as long as there are any. A slot works through what one kick brings, then waits for
 * the next kick, which waits for pg_net's pause: the whole of it, as the simulation showed (workers fall into step with it).
 */
export function jobsADay(slots: number, jobSeconds: number): number {
  const jobs = jobsAKick(jobSeconds);
  return (slots * SECONDS_A_DAY * jobs) / (jobs * jobSeconds + PAUSE_SECONDS);
}
