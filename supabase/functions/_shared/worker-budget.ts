import { computedMs } from "./computing.ts";

/**
 * What this worker may still do before the platform ends it. Supabase counts CPU time for each worker, over all jobs that it holds: at
 * the soft limit a worker gets no further requests, at the hard one, twice as much, it is killed with all its jobs. It tells a
 * function neither the limits nor the count, so the worker keeps a count of its own: what computing.ts measures, and a sum for each
 * job. That is never less than the CPU time, and several times as much on a busy machine. The platform's own word is exact: newer ones
 * dispatch `beforeunload` at nine tenths of the hard limit.
 */
export type WorkerBudget = {
  /** A request came. The platform sends none to a worker that it has counted to the soft limit, so a higher count of ours is wrong. */
  requestCame(): void;
  /** Whether a worker that has completed a job should take the next one. */
  takesMore(): boolean;
  /** Whether jobs should save what they have at their next page, and leave the rest to another worker. */
  mustYield(): boolean;
  /** Aborts shortly before the worker is killed for its time. What cannot be finished by then is given back. */
  lastCall: AbortSignal;
};

/** The reasons of `beforeunload` in supabase/edge-runtime (types/global.d.ts). */
type Reason = "cpu" | "memory" | "wall_clock" | "early_drop" | "termination";

/** Reasons with a time at which the worker is killed: a tenth of its time is left, which is 6 s where workers have 60 s. */
const TIMED: Reason[] = ["wall_clock", "termination"];
const LAST_CALL_MS = 4_000;

/** CPU time of evaluating a function's modules, and of all around one job: its request, its claim, saving and completing. */
const START_MS = 50;
const JOB_MS = 10;

/**
 * Shares of the soft limit. Jobs stop behind it: before it, the platform would send the rest of them to this same worker. Where the
 * platform warns, the own count only guards against a warning that does not come.
 */
const TAKE_MORE_SHARE = 0.8;
const YIELD_SHARE = 1.2;
const YIELD_UNWARNED_SHARE = 3;
/** What a request leaves of a count that is too high, so that each one brings jobs forward by some pages. */
const REQUEST_SHARE = 0.7;

export type WorkerPlatform = {
  /** The CPU time after which a worker gets no further requests, in milliseconds. */
  softLimitMs: number;
  /** Whether it dispatches `beforeunload` before it kills a worker for its CPU time. */
  warns?: boolean;
  /** What dispatches `beforeunload` and `drain`. */
  events?: EventTarget;
  /** CPU time that was measured, in milliseconds since any moment. */
  measuredMs?: () => number;
};

export function createWorkerBudget({
  softLimitMs,
  warns = false,
  // The types of Node have no events on globalThis; both runtimes have
  events = globalThis as unknown as EventTarget,
  measuredMs = computedMs,
}: WorkerPlatform): WorkerBudget {
  let correction = START_MS - measuredMs();
  let ending = false;
  const lastCall = new AbortController();
  const yieldMs = softLimitMs * (warns ? YIELD_UNWARNED_SHARE : YIELD_SHARE);
  const count = () => measuredMs() + correction;

  events.addEventListener("beforeunload", (event) => {
    ending = true;
    const { reason } = (event as CustomEvent<{ reason: Reason }>).detail;
    if (!TIMED.includes(reason)) return;
    setTimeout(() => lastCall.abort(new Error(`The worker ends: ${reason}.`)), LAST_CALL_MS);
  });
  // A worker that was retired has answered its last request, or the platform stops.
  events.addEventListener("drain", () => (ending = true));

  return {
    requestCame() {
      if (count() >= softLimitMs) correction -= count() - softLimitMs * REQUEST_SHARE;
      correction += JOB_MS;
    },
    takesMore() {
      if (ending || count() >= softLimitMs * TAKE_MORE_SHARE) return false;
      correction += JOB_MS;
      return true;
    },
    mustYield: () => ending || count() >= yieldMs,
    lastCall: lastCall.signal,
  };
}

/** Whether this version of supabase/edge-runtime warns: since 1.64 (`--dispatch-beforeunload-cpu-ratio`). */
export function warnsOfItsEnd(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 64);
}

/** For work where no platform limits it. */
export const NO_LIMITS: WorkerBudget = {
  requestCame() {},
  takesMore: () => true,
  mustYield: () => false,
  lastCall: new AbortController().signal,
};
