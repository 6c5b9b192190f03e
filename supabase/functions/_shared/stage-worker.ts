import { endpoint, type Handler, json, invocationOf } from "./http.ts";
import { runInvocation, type Work } from "./job-run.ts";
import type { Dependencies } from "./dependencies.ts";

/**
 * The function of a stage that takes nothing but invocations: answers 202 at once, and does the job in the background, with
 * its lease, heartbeats and retries.
 *
 * @param takeNextMs how long after its invocation a worker takes on further jobs
 */
export function createStageWorker(
  parts: Pick<Dependencies, "log" | "pipeline" | "waitUntil" | "budget">,
  work: Work,
  takeNextMs?: number,
): Handler {
  return endpoint(parts.log, async (request) => {
    parts.waitUntil(runInvocation(parts, await invocationOf(request), work, takeNextMs));
    return json({ accepted: true }, 202);
  });
}
