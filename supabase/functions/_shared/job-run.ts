import { PipelineError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Claim, Pipeline } from "./pipeline.ts";

/** How often a worker says that it is alive; well below the leases in private.stages. */
const HEARTBEAT_MS = 20_000;

/** The parts of the world that running a job needs. */
export type JobRunner = { pipeline: Pipeline; log: Log };

/**
 * Claims the job of a kick and does it. The answer to a kick is sent before, so nothing is thrown from here: a kick whose
 * token was used or is late is dropped, since the job is in other hands.
 */
export async function runKick(runner: JobRunner, kick: { job_id: string; token: string }, work: Work): Promise<void> {
  try {
    const claim = await runner.pipeline.claim(kick);
    if (!claim) return runner.log.debug("kick.dropped", { job: kick.job_id });
    await runJob(runner, claim, work);
  } catch (cause) {
    // The claim or the report of a failure did not get through. The lease runs out, and the sweep sends the job again.
    runner.log.error("kick.lost", { job: kick.job_id }, cause);
  }
}

/** Does a claimed job. `signal` ends when the lease is lost: what is saved after that is refused anyway. */
export type Work = (claim: Claim, log: Log, signal: AbortSignal) => Promise<void>;

/**
 * Does a claimed job: keeps its lease while the work goes on, and reports a failure.
 *
 * @throws PipelineError what the work threw, after it was reported
 */
export async function doJob(runner: JobRunner, claim: Claim, work: Work): Promise<void> {
  const log = runner.log.with({ document: claim.document?.id, job: claim.job_id, stage: claim.stage, attempt: claim.attempt });
  const started = performance.now();
  const lost = new AbortController();
  const beat = setInterval(() => {
    runner.pipeline.heartbeat(claim).catch((error: PipelineError) => {
      if (error.code === "lease_lost") lost.abort(error);
    });
  }, HEARTBEAT_MS);
  const ms = () => Math.round(performance.now() - started);
  try {
    log.debug("job.started");
    await work(claim, log, lost.signal);
    log.info("job.ended", { ms: ms() });
  } catch (thrown) {
    const error = PipelineError.from(lost.signal.aborted ? lost.signal.reason : thrown);
    log.error("job.failed", { code: error.code, retryable: error.retryable, ms: ms() }, error.cause);
    if (error.code !== "lease_lost") await runner.pipeline.fail(claim, error);
    throw error;
  } finally {
    clearInterval(beat);
  }
}

async function runJob(runner: JobRunner, claim: Claim, work: Work): Promise<void> {
  try {
    await doJob(runner, claim, work);
  } catch (error) {
    // A failure of the job is reported by now; whatever else happened is for the log of runKick.
    if (!(error instanceof PipelineError)) throw error;
  }
}
