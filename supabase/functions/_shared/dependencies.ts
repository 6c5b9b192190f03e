import type { Callers } from "./caller.ts";
import type { Log } from "./log.ts";
import type { Pipeline } from "./pipeline.ts";
import type { WorkerBudget } from "./worker-budget.ts";

/** What every function of the pipeline is given by its index.ts, whatever its stage. */
export type Dependencies = {
  log: Log;
  /** Keeps the worker alive for work that goes on after the answer. */
  waitUntil(work: Promise<unknown>): void;
  callers: Callers;
  pipeline: Pipeline;
  /** What this worker may still do, over all its jobs; no limits where it is left out. */
  budget?: WorkerBudget;
};
