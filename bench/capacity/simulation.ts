import { seeded } from "../../testing/random.ts";
import type { Claim, Dispatcher, Invocation, Stage } from "./dispatcher.ts";

/** What the simulation assumes of the world around the database, in seconds. */
export type World = {
  /** How long a worker takes over a job of a stage, on average; each one between half and one and a half of it. */
  job: Record<Stage, number>;
  /** From an invocation's leaving to its claim. */
  invocation: number;
  /** How long pg_net pauses after a batch of invocations. */
  pause: number;
  /** How long after its invocation a worker takes further jobs (TAKE_NEXT_MS of the functions). */
  takeNext: number;
  /** How often pg_cron sweeps. */
  sweep: number;
};

export type Simulated = Record<
  Stage,
  {
    jobs: number;
    jobs_a_day: number;
    /** Jobs that an invocation brought to its worker, the first included. */
    jobs_per_invocation: number;
    /** Share of the time of all slots in which one was worked in. */
    busy: number;
  }
>;

type Event =
  | { at: number; what: "sweep" }
  | { at: number; what: "send" }
  | { at: number; what: "claim"; invocation: Invocation }
  | { at: number; what: "end"; claim: Claim; invoked: number; takes: number };

/**
 * Lets simulated time pass: every call is a real one to the database, in the order in which it would come, and only the
 * work and the waiting between them are numbers. The database's own time is not added to the simulated one.
 */
export async function simulate(
  dispatcher: Dispatcher,
  world: World,
  limits: Record<Stage, number>,
  seconds: number,
): Promise<Simulated> {
  const events: Event[] = [{ at: 0, what: "sweep" }];
  const later = (event: Event): void => {
    const place = events.findIndex(({ at }) => at > event.at);
    events.splice(place < 0 ? events.length : place, 0, event);
  };
  const counts = { ocr: { jobs: 0, invocations: 0, busy: 0 }, metadata: { jobs: 0, invocations: 0, busy: 0 } };
  let readyAt = 0;
  let sending = false;
  /** pg_net is woken by a commit; after a batch it pauses. */
  const wake = (now: number): void => {
    if (sending) return;
    sending = true;
    later({ at: Math.max(now, readyAt), what: "send" });
  };
  const random = seeded(1);
  const work = (claim: Claim | null, now: number, invoked: number): void => {
    if (!claim) return;
    const takes = world.job[claim.stage] * (0.5 + random());
    later({ at: now + takes, what: "end", claim, invoked, takes });
  };

  for (let event = events.shift(); event && event.at < seconds; event = events.shift()) {
    const now = event.at;
    if (event.what === "sweep") {
      await dispatcher.sweep();
      later({ at: now + world.sweep, what: "sweep" });
      wake(now);
    } else if (event.what === "send") {
      sending = false;
      const invocations = await dispatcher.invocations();
      if (invocations.length > 0) readyAt = now + world.pause;
      for (const invocation of invocations) later({ at: now + world.invocation, what: "claim", invocation });
      if (invocations.length > 0) wake(now);
    } else if (event.what === "claim") {
      const claim = await dispatcher.claim(event.invocation);
      if (claim) counts[claim.stage].invocations += 1;
      work(claim, now, now);
    } else {
      const count = counts[event.claim.stage];
      count.jobs += 1;
      count.busy += event.takes;
      work(await dispatcher.complete(event.claim, now - event.invoked < world.takeNext), now, event.invoked);
      wake(now);
    }
  }
  // What is out when the time is over is finished without being counted.
  for (const event of events) if (event.what === "end") await dispatcher.complete(event.claim, false);
  await dispatcher.takeBack();

  const figures = (stage: Stage) => ({
    jobs: counts[stage].jobs,
    jobs_a_day: Math.round((counts[stage].jobs / seconds) * 86_400),
    jobs_per_invocation: counts[stage].jobs / Math.max(1, counts[stage].invocations),
    busy: counts[stage].busy / (limits[stage] * seconds),
  });
  return { ocr: figures("ocr"), metadata: figures("metadata") };
}
