import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { type Job, type JobRunner, runInvocation } from "../../supabase/functions/_shared/job-run.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import type { Claim } from "../../supabase/functions/_shared/answers.ts";
import { NO_LIMITS } from "../../supabase/functions/_shared/worker-budget.ts";

const INVOCATION = { job_id: "job-1", token: "token-1" };
const claimOf = (job_id: string): Claim => ({
  job_id,
  lease: `lease of ${job_id}`,
  stage: "ocr",
  attempt: 1,
  payload: {},
  document: null,
  pages_read: [],
});

/** The database as a worker sees it, in memory. */
function fakeRunner(faults: { claim?: Error; heartbeat?: Error; fail?: Error; after?: Claim } = {}) {
  const calls: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const answer = <Value>(call: string, fault: Error | undefined, value: Value): Promise<Value> => {
    calls.push(call);
    return fault ? Promise.reject(fault) : Promise.resolve(value);
  };
  const pipeline = {
    claim: ({ job_id, token }: typeof INVOCATION) =>
      answer(`claim ${job_id}`, faults.claim, token === INVOCATION.token ? claimOf(job_id) : null),
    claimAfter: ({ job_id }: Claim) => answer(`claim after ${job_id}`, undefined, faults.after ?? null),
    heartbeat: ({ job_id }: Claim) => answer(`heartbeat ${job_id}`, faults.heartbeat, undefined),
    yieldJob: ({ job_id }: Claim) => answer(`yield ${job_id}`, undefined, undefined),
    fail: ({ job_id }: Claim, error: PipelineError) => answer(`fail ${job_id} ${error.code}`, faults.fail, undefined),
  };
  const runner = { pipeline, log: createLog("debug", (line) => lines.push(JSON.parse(line))) } as unknown as JobRunner;
  return { runner, calls, lines };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("does the job of an invocation, and the next ones that completing it brings", async () => {
  const { runner, calls } = fakeRunner();
  const done: string[] = [];
  await runInvocation(runner, INVOCATION, async ({ claim }) => {
    done.push(claim.job_id);
    return done.length < 3 ? claimOf(`job-${done.length + 1}`) : null;
  });
  expect(done).toEqual(["job-1", "job-2", "job-3"]);
  expect(calls).toEqual(["claim job-1"]);
});

it("asks for no further job once it has been busy for a second", async () => {
  const { runner } = fakeRunner();
  const asked: boolean[] = [];
  await runInvocation(runner, INVOCATION, async ({ takeNext }) => {
    asked.push(takeNext());
    await vi.advanceTimersByTimeAsync(600);
    return asked.length < 3 ? claimOf("next") : null;
  });
  expect(asked).toEqual([true, true, false]);
});

it("asks for no further job once its worker has used most of its budget", async () => {
  const { runner } = fakeRunner();
  let left = 2;
  const budget = { ...NO_LIMITS, takesMore: () => left-- > 0 };
  const asked: boolean[] = [];
  await runInvocation({ ...runner, budget }, INVOCATION, async ({ takeNext }) => {
    asked.push(takeNext());
    return asked.at(-1) ? claimOf("next") : null;
  });
  expect(asked).toEqual([true, true, false]);
});

it("tells the budget of the request before it claims", async () => {
  const { runner, calls } = fakeRunner();
  const budget = { ...NO_LIMITS, requestCame: () => void calls.push("request") };
  await runInvocation({ ...runner, budget }, INVOCATION, async () => null);
  expect(calls).toEqual(["request", "claim job-1"]);
});

it("gives a job back that the end of its worker cuts off, and reports no failure", async () => {
  const { runner, calls, lines } = fakeRunner();
  const end = new AbortController();
  await runInvocation({ ...runner, budget: { ...NO_LIMITS, lastCall: end.signal } }, INVOCATION, async ({ signal }) => {
    end.abort(new Error("The worker ends: wall_clock."));
    signal.throwIfAborted();
    return expect.unreachable();
  });
  expect(calls).toEqual(["claim job-1", "yield job-1"]);
  expect(lines.at(-1)).toMatchObject({ level: "info", step: "job.given_back" });
});

it("says that it has a suspect before it begins: if the worker dies now, the job is to blame", async () => {
  const { runner, calls } = fakeRunner();
  const alone = {
    ...runner,
    pipeline: { ...runner.pipeline, claim: async () => ({ ...claimOf("job-1"), alone: true }) },
  };
  await runInvocation(alone, INVOCATION, async () => {
    calls.push("work");
    return null;
  });
  expect(calls).toEqual(["heartbeat job-1", "work"]);
});

it("drops an invocation whose token was used", async () => {
  const { runner, calls, lines } = fakeRunner();
  await runInvocation(runner, { ...INVOCATION, token: "used" }, () => expect.unreachable());
  expect(calls).toEqual(["claim job-1"]);
  expect(lines).toEqual([expect.objectContaining({ level: "debug", step: "invocation.dropped" })]);
});

it("says every 2 seconds that it is alive, for as long as the work takes", async () => {
  const { runner, calls } = fakeRunner();
  await runInvocation(runner, INVOCATION, async () => {
    await vi.advanceTimersByTimeAsync(7_000);
    return null;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toEqual(["claim job-1", "heartbeat job-1", "heartbeat job-1", "heartbeat job-1"]);
});

it("reports what went wrong, with whether a retry can mend it", async () => {
  const { runner, calls, lines } = fakeRunner();
  await runInvocation(runner, INVOCATION, () => Promise.reject(new PipelineError("model_overloaded")));
  expect(calls).toEqual(["claim job-1", "fail job-1 model_overloaded"]);
  expect(lines.at(-1)).toMatchObject({ level: "error", step: "job.failed", code: "model_overloaded", retryable: true });
});

it("takes whatever else is thrown for an error of ours, told in the log alone", async () => {
  const { runner, calls, lines } = fakeRunner();
  await runInvocation(runner, INVOCATION, () => Promise.reject(new TypeError("x is undefined")));
  expect(calls).toContain("fail job-1 internal_error");
  expect(JSON.stringify(lines)).toContain("x is undefined");
});

it("stops when its lease is lost, and reports nothing", async () => {
  const { runner, calls } = fakeRunner({ heartbeat: new PipelineError("lease_lost") });
  let job: Job | undefined;
  await runInvocation(runner, INVOCATION, async (begun) => {
    job = begun;
    await vi.advanceTimersByTimeAsync(3_000);
    begun.signal.throwIfAborted();
    return expect.unreachable();
  });
  expect(job?.signal.aborted).toBe(true);
  expect(calls).toEqual(["claim job-1", "heartbeat job-1", "claim after job-1"]);
});

it("goes on through heartbeats that do not get through", async () => {
  const { runner, calls } = fakeRunner({ heartbeat: new PipelineError("database_unavailable") });
  await runInvocation(runner, INVOCATION, async ({ signal }) => {
    await vi.advanceTimersByTimeAsync(3_000);
    expect(signal.aborted).toBe(false);
    return null;
  });
  expect(calls).toEqual(["claim job-1", "heartbeat job-1"]);
});

it.each(["claim", "fail"] as const)(
  "throws nothing when the %s does not get through: the lease runs out",
  async (call) => {
    const { runner, lines } = fakeRunner({ [call]: new PipelineError("database_unavailable") });
    await runInvocation(runner, INVOCATION, () => Promise.reject(new PipelineError("broken_file")));
    expect(lines.at(-1)).toMatchObject({ step: "invocation.lost", job: "job-1" });
  },
);

it("goes on with the job that a completion brought, when that answer got lost", async () => {
  for (const code of ["lease_lost", "database_unavailable"] as const) {
    const { runner, calls } = fakeRunner({ after: claimOf("job-2"), fail: new PipelineError("lease_lost") });
    const done: string[] = [];
    await runInvocation(runner, INVOCATION, async ({ claim }) => {
      done.push(claim.job_id);
      if (done.length === 1) throw new PipelineError(code);
      return null;
    });
    expect(done).toEqual(["job-1", "job-2"]);
    expect(calls).toContain("claim after job-1");
  }
});
