import { PipelineError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Claim } from "./answers.ts";
import type { Pipeline } from "./pipeline.ts";
import { retried } from "./retry.ts";
import { NO_LIMITS, type WorkerBudget } from "./worker-budget.ts";

/** How often a worker says that it is alive; well below the 6 s after which private.is_silent has it probed. */
const HEARTBEAT_MS = 2_000;

/**
 * How long after its invocation a worker takes on further jobs, in milliseconds. It saves each of them the way through pg_net,
 * which sends one batch a second when it is busy.
 */
const TAKE_NEXT_MS = 1_000;

/** The same for work that waits and does not compute, such as removing stored files: only the wall clock limits it. */
export const TAKE_NEXT_WAITING_MS = 8_000;

/** The parts of the world that running a job needs. `budget`: what the worker may still do; no limits where it is left out. */
export type JobRunner = { pipeline: Pipeline; log: Log; budget?: WorkerBudget };

/** A job in a worker's hands. */
export type Job = {
  claim: Claim;
  log: Log;
  /** Ends when the lease is lost, as what is saved after that is refused anyway, and when the worker is about to be killed. */
  signal: AbortSignal;
  /** Whether the worker has time for another job; asked when this one is completed. */
  takeNext(): boolean;
};

/** Does a job and completes it; resolves with the next one, if completing it brought one. */
export type Work = (job: Job) => Promise<Claim | null>;

/**
 * Claims the job of an invocation and does it, and more of its kind while there is time. The answer to an invocation is sent before, so
 * nothing is thrown from here. An invocation whose token was used or is late is dropped: the job is in other hands.
 *
 * @param ready resolves when the worker may begin with what it claimed
 */
export async function runInvocation(
  runner: JobRunner,
  invocation: { job_id: string; token: string },
  work: Work,
  takeNextMs = TAKE_NEXT_MS,
  ready: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { budget = NO_LIMITS } = runner;
  const deadline = performance.now() + takeNextMs;
  budget.requestCame();
  try {
    let claim = await runner.pipeline.claim(invocation);
    if (!claim) runner.log.debug("invocation.dropped", { job: invocation.job_id });
    else await ready();
    while (claim) {
      const held = claim;
      claim = await doJob(runner, held, work, () => performance.now() < deadline && budget.takesMore()).catch(
        (thrown) => afterLostAnswer(runner, held, thrown),
      );
    }
  } catch (thrown) {
    // A failure of the work was reported by doJob. If that, or the claim, did not get through, the lease runs out and the
    // sweep sends the job again.
    if (!(thrown instanceof ReportedError)) runner.log.error("invocation.lost", { job: invocation.job_id }, thrown);
  }
}

/**
 * The job may be complete, and only the answer got lost with the next job in it. Asks for that one, so that it does not wait
 * for its lease to run out.
 *
 * @throws what was thrown, when no job came with the completion
 */
async function afterLostAnswer(runner: JobRunner, claim: Claim, thrown: unknown): Promise<Claim> {
  const { code } = PipelineError.from(thrown instanceof ReportedError ? thrown.error : thrown);
  if (code !== "lease_lost" && code !== "database_unavailable") throw thrown;
  const next = await retried(() => runner.pipeline.claimAfter(claim));
  if (!next) throw thrown;
  return next;
}

/** A failure of a job that the database knows of. */
export class ReportedError extends Error {
  readonly error: PipelineError;

  constructor(error: PipelineError) {
    super(error.message, { cause: error });
    this.name = "ReportedError";
    this.error = error;
  }
}

/**
 * Does a claimed job: keeps its lease while the work goes on, and reports a failure. What the end of the worker cuts off goes back to
 * the queue.
 *
 * @returns the next job, if the work brought one
 * @throws ReportedError when the work failed
 */
export async function doJob(
  runner: JobRunner,
  claim: Claim,
  work: Work,
  takeNext: () => boolean = () => false,
): Promise<Claim | null> {
  const log = runner.log.with({
    document: claim.document?.id,
    job: claim.job_id,
    stage: claim.stage,
    attempt: claim.attempt,
  });
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  const { lastCall } = runner.budget ?? NO_LIMITS;
  const lost = new AbortController();
  const beat = setInterval(() => {
    runner.pipeline.heartbeat(claim).catch((error: PipelineError) => {
      if (error.code === "lease_lost") lost.abort(error);
    });
  }, HEARTBEAT_MS);
  try {
    // If this worker dies, the job is charged for it, so it must be known that the worker got the job.
    if (claim.alone) await runner.pipeline.heartbeat(claim);
    log.debug("job.started");
    const next = await work({ claim, log, signal: AbortSignal.any([lost.signal, lastCall]), takeNext });
    log.info("job.ended", { ms: ms() });
    return next;
  } catch (thrown) {
    if (lastCall.aborted && !lost.signal.aborted) {
      log.info("job.given_back", { ms: ms() });
      await runner.pipeline.yieldJob(claim);
      return null;
    }
    const error = PipelineError.from(lost.signal.aborted ? lost.signal.reason : thrown);
    log.error("job.failed", { code: error.code, retryable: error.retryable, ms: ms() }, error.cause);
    if (error.code !== "lease_lost") await runner.pipeline.fail(claim, error);
    throw new ReportedError(error);
  } finally {
    clearInterval(beat);
  }
}
