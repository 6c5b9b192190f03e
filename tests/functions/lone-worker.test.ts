import { expect, it } from "vitest";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import { createLoneWorker } from "../../supabase/functions/_shared/lone-worker.ts";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import type { Pipeline } from "../../supabase/functions/_shared/pipeline.ts";
import { waitUntil } from "../../testing/waiting.ts";

/** Random ids, each of its own job. */
const invocation = () => ({ job_id: crypto.randomUUID(), token: crypto.randomUUID() });

/** A worker for suspects around a database in memory. Jobs end when `end` is called. */
function loneWorker() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const background: Promise<unknown>[] = [];
  const pipeline = {
    claim: async ({ job_id }: { job_id: string }) => ({ job_id, lease: "l", stage: "ocr", alone: true }) as Claim,
    heartbeat: async () => {},
    fail: async () => {},
  } as unknown as Pipeline;
  const handler = createLoneWorker(
    { log: createLog("error", () => {}), pipeline, waitUntil: (work) => void background.push(work) },
    ({ claim }) => {
      begun.push(claim.job_id);
      return new Promise((resolve) => ends.push(() => resolve(null)));
    },
  );
  const post = (body: unknown) =>
    handler(new Request("http://function.test", { method: "POST", body: JSON.stringify(body) }));
  return { begun, ends, background, post };
}

it("holds one job at a time, whatever invocations arrive", async () => {
  const { begun, ends, background, post } = loneWorker();
  const invocations = [invocation(), invocation(), invocation()];
  for (const body of invocations) expect((await post(body)).status).toBe(202);
  for (let job = 0; job < invocations.length; job += 1) {
    await waitUntil(() => ends.length > job);
    expect(begun).toEqual(invocations.slice(0, job + 1).map(({ job_id }) => job_id));
    ends[job]!();
  }
  await Promise.all(background);
});

it("takes invocations and nothing else: no user's call runs beside a suspect", async () => {
  const { begun, post } = loneWorker();
  for (const body of [{ document_id: crypto.randomUUID() }, {}, [], { ...invocation(), more: 1 }])
    expect((await post(body)).status).toBe(401);
  expect(begun).toEqual([]);
});
