import { afterEach, expect, it, vi } from "vitest";
import { computedMs, computing } from "../../supabase/functions/_shared/computing.ts";
import { createWorkerBudget, warnsOfItsEnd } from "../../supabase/functions/_shared/worker-budget.ts";

afterEach(() => void vi.useRealTimers());

/** A worker with 1,000 ms, and the time that it has computed. */
function worker({ warns = false } = {}) {
  const clock = { ms: 5_000 };
  const events = new EventTarget();
  const budget = createWorkerBudget({ softLimitMs: 1_000, warns, events, measuredMs: () => clock.ms });
  const ends = (reason: string) => events.dispatchEvent(new CustomEvent("beforeunload", { detail: { reason } }));
  return { clock, budget, events, ends };
}

it("takes no more jobs close to the soft limit, and stops those that it has just behind it", () => {
  const { clock, budget } = worker();
  expect([budget.takesMore(), budget.mustYield()]).toEqual([true, false]);
  clock.ms += 800;
  expect([budget.takesMore(), budget.mustYield()]).toEqual([false, false]);
  clock.ms += 400;
  expect([budget.takesMore(), budget.mustYield()]).toEqual([false, true]);
});

it("counts each job, however little it measures", () => {
  const { budget } = worker();
  let jobs = 0;
  while (budget.takesMore()) jobs += 1;
  expect(jobs).toBeGreaterThan(10);
  expect(jobs).toBeLessThan(200);
});

it("believes the platform, which sends no request to a worker that it has counted to the soft limit", () => {
  const { clock, budget } = worker();
  clock.ms += 10_000;
  expect(budget.mustYield()).toBe(true);
  budget.requestCame();
  expect([budget.takesMore(), budget.mustYield()]).toEqual([true, false]);
  clock.ms += 600;
  expect(budget.mustYield()).toBe(true);
});

it("can never come to the hard limit between a request and the end of its jobs", () => {
  const { clock, budget } = worker();
  clock.ms += 10_000;
  budget.requestCame();
  let spent = 0;
  for (; !budget.mustYield(); spent += 1) clock.ms += 1;
  // Of the platform's count, up to 1,000 ms are behind it when a request comes, and 1,000 ms are ahead.
  expect(spent).toBeLessThan(600);
});

it("leaves it to a platform that warns to say when jobs must stop, unless it is silent for long", () => {
  const { clock, budget, ends } = worker({ warns: true });
  clock.ms += 2_500;
  expect([budget.takesMore(), budget.mustYield()]).toEqual([false, false]);
  ends("cpu");
  expect(budget.mustYield()).toBe(true);
  const silent = worker({ warns: true });
  silent.clock.ms += 3_000;
  expect(silent.budget.mustYield()).toBe(true);
});

it("knows which versions of the edge runtime warn", () => {
  expect([undefined, "1.58.2", "1.63.9", "1.64.0", "1.74.0", "2.0.0"].map(warnsOfItsEnd)).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
});

it.each(["cpu", "memory", "wall_clock", "early_drop", "termination"])(
  "takes no more jobs and stops those that it has when it is about to end, for %s",
  (reason) => {
    const { budget, ends } = worker();
    ends(reason);
    expect([budget.takesMore(), budget.mustYield()]).toEqual([false, true]);
    budget.requestCame();
    expect([budget.takesMore(), budget.mustYield()]).toEqual([false, true]);
  },
);

it("does the same when it is told to drain", () => {
  const { budget, events } = worker();
  events.dispatchEvent(new Event("drain"));
  expect([budget.takesMore(), budget.mustYield()]).toEqual([false, true]);
});

it("cuts off what is under way before its time ends, and not for any other reason", () => {
  vi.useFakeTimers();
  const { budget, ends } = worker();
  ends("cpu");
  vi.advanceTimersByTime(60_000);
  expect(budget.lastCall.aborted).toBe(false);
  ends("wall_clock");
  expect(budget.lastCall.aborted).toBe(false);
  vi.advanceTimersByTime(5_000);
  expect(budget.lastCall.aborted).toBe(true);
});

it("measures what overlaps once, and nothing in between", () => {
  vi.useFakeTimers();
  const before = computedMs();
  const first = computing();
  vi.advanceTimersByTime(100);
  const second = computing();
  vi.advanceTimersByTime(100);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  vi.advanceTimersByTime(100);
  expect(computedMs() - before).toBe(300);
  second[Symbol.dispose]();
  vi.advanceTimersByTime(1_000);
  expect(computedMs() - before).toBe(300);
});
