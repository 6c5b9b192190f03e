import { expect, it, vi } from "vitest";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import type { Pipeline } from "../../supabase/functions/_shared/pipeline.ts";
import { createStageWorker } from "../../supabase/functions/_shared/stage-worker.ts";

/** The worker of a stage around a queue in memory: each job brings the next one, until none is left. */
function stageWorker(jobs: string[]) {
  const done: string[] = [];
  const background: Promise<unknown>[] = [];
  const claimOf = (job_id: string | undefined) => (job_id ? ({ job_id, lease: "l", stage: "ocr" } as Claim) : null);
  const claim = vi.fn(async () => claimOf(jobs.shift()));
  const pipeline = { claim, heartbeat: async () => {}, fail: async () => {} } as unknown as Pipeline;
  const handler = createStageWorker(
    { log: createLog("error", () => {}), pipeline, waitUntil: (work) => void background.push(work) },
    async ({ claim: held, takeNext }) => {
      done.push(held.job_id);
      return takeNext() ? claimOf(jobs.shift()) : null;
    },
  );
  const post = (body: unknown) =>
    handler(new Request("http://function.test", { method: "POST", body: JSON.stringify(body) }));
  return { claim, done, background, post };
}

it("answers an invocation at once, does its job, and goes on with the next while there is time", async () => {
  const { background, done, post } = stageWorker(["first", "second"]);
  const answer = await post({ job_id: crypto.randomUUID(), token: crypto.randomUUID() });
  expect(answer.status).toBe(202);
  await Promise.all(background);
  expect(done).toEqual(["first", "second"]);
});

it("takes invocations and nothing else", async () => {
  const { claim, post } = stageWorker(["first"]);
  for (const body of [{ document_id: crypto.randomUUID() }, {}, []]) expect((await post(body)).status).toBe(401);
  expect(claim).not.toHaveBeenCalled();
});
