import { endpoint, type Handler, json, invocationOf } from "./http.ts";
import { runInvocation, type Work } from "./job-run.ts";
import type { Dependencies } from "./dependencies.ts";

/**
 * The function that takes a stage's suspects: jobs whose worker died, each of which may be what killed it. It takes invocations
 * and nothing else, and does one job at a time, so that a worker that dies here has held exactly the guilty one.
 *
 * It is a function of its own because a platform spreads the requests of one function over workers as it likes, and never
 * mixes those of two.
 */
export function createLoneWorker(
  parts: Pick<Dependencies, "log" | "pipeline" | "waitUntil" | "budget">,
  work: Work,
): Handler {
  let before: Promise<void> = Promise.resolve();
  return endpoint(parts.log, async (request) => {
    const invocation = await invocationOf(request);
    let ended = (): void => {};
    // The database sends one at a time. But a job that it gave up may still be at work here, and could end this worker.
    const whenAlone = (): Promise<void> => {
      const last = before;
      before = new Promise((resolve) => (ended = resolve));
      return last;
    };
    parts.waitUntil(runInvocation(parts, invocation, work, 0, whenAlone).finally(() => ended()));
    return json({ accepted: true }, 202);
  });
}
