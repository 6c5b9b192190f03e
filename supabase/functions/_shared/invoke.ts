import type { Log } from "./log.ts";
import type { Invocation } from "./answers.ts";
import type { Project } from "./project.ts";
import { type Wait, wait } from "./retry.ts";

/** Invokes another Edge Function with a job. Never throws: the sweep sends again what gets lost. */
export type Invoke = (invocation: Invocation) => Promise<void>;

/** A function answers an invocation within milliseconds, and after a cold start within a second or two. */
const ANSWER_MS = 4_000;
const TRIES = 2;
const PAUSE_MS = 200;

/** Invokes as private.dispatch_jobs does it through pg_net: the token is all the authority there is. */
export function createInvoke(project: Pick<Project, "url">, log: Log, waiting: Wait = wait): Invoke {
  return async ({ function_name, job_id, token }) => {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        const response = await fetch(`${project.url}/functions/v1/${function_name}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ job_id, token }),
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        await response.body?.cancel();
        if (response.status < 500) return;
        log.info("invocation.refused", { job: job_id, status: response.status });
      } catch (cause) {
        log.error("invocation.lost", { job: job_id }, cause);
      }
      if (attempt < TRIES) await waiting(PAUSE_MS);
    }
  };
}
