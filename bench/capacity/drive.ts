import type { Claim, Dispatcher, Stage } from "./dispatcher.ts";

/** How many jobs a worker does with one invocation, in a drive: reading or describing a page takes a third of a second. */
const JOBS_PER_INVOCATION = 3;

/** A job that a worker took, in the order in which they were taken. */
export type Taken = { stage: Stage; user: string; document: string };

/**
 * Does a fixed number of jobs of each stage's queue, by as many workers as the stages allow, one call after another.
 * Returns what was taken, in order.
 */
export async function drive(dispatcher: Dispatcher, jobs: number, everySweep = 200): Promise<Taken[]> {
  const taken: Taken[] = [];
  const held: { claim: Claim; done: number }[] = [];
  const hold = (claim: Claim | null, done: number): void => {
    if (!claim) return;
    held.push({ claim, done });
    taken.push({ stage: claim.stage, user: claim.document.user_id, document: claim.document.id });
  };
  await dispatcher.dispatch();
  for (let completed = 0; completed < jobs; completed += 1) {
    for (const invocation of await dispatcher.invocations()) hold(await dispatcher.claim(invocation), 1);
    const next = held.shift();
    if (!next) throw new Error(`Nothing is out after ${completed} jobs, though there are more.`);
    hold(await dispatcher.complete(next.claim, next.done < JOBS_PER_INVOCATION), next.done + 1);
    if (completed % everySweep === everySweep - 1) await dispatcher.sweep();
  }
  // What is still out is finished, so that what follows begins with an empty hand.
  for (const { claim } of held) await dispatcher.complete(claim, false);
  await dispatcher.takeBack();
  return taken;
}
