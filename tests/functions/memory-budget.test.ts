// How much of files a worker of a function holds at the same time, whatever arrives.
import { expect, it, vi } from "vitest";
import { createMemoryBudget } from "../../supabase/functions/_shared/memory-budget.ts";

/** Files in memory, in the order in which they came in. */
function watched(capacity: number) {
  const budget = createMemoryBudget(capacity);
  const inside: string[] = [];
  const hold = async (name: string, mostBytes: number, options: { patienceMs?: number; signal?: AbortSignal } = {}) => {
    const allotment = await budget.hold({ owner: name, mostBytes, ...options });
    inside.push(name);
    return () => {
      inside.splice(inside.indexOf(name), 1);
      allotment[Symbol.dispose]();
    };
  };
  return { inside, hold };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Whether the memory was given by now. */
async function given(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(
    () => (done = true),
    () => {},
  );
  await settled();
  return done;
}

it("lets in what fits, and the next as soon as one leaves, first come, first served", async () => {
  const { inside, hold } = watched(10);
  const first = await hold("first", 6);
  const second = hold("second", 6);
  const third = hold("third", 3);
  await settled();
  expect(inside, "the third would fit, but is not before the second").toEqual(["first"]);
  first();
  (await second)();
  await third;
  expect(inside).toEqual(["third"]);
});

it("lets in a file that is larger than all of it when it is alone", async () => {
  const { inside, hold } = watched(10);
  const small = await hold("small", 1);
  const large = hold("large", 99);
  await settled();
  expect(inside).toEqual(["small"]);
  small();
  await large;
  expect(inside).toEqual(["large"]);
});

it("refuses who waited too long, with the time to come back, and forgets them", async () => {
  const { inside, hold } = watched(10);
  const first = await hold("first", 10);
  await expect(hold("second", 5, { patienceMs: 0 })).rejects.toMatchObject({
    code: "too_many_requests",
    retryable: true,
    retryAfterMs: expect.any(Number),
  });
  first();
  await hold("third", 10);
  expect(inside).toEqual(["third"]);
});

it("forgets who went away, and lets in who waited behind them", async () => {
  const { inside, hold } = watched(10);
  await hold("first", 6);
  const gone = new AbortController();
  const second = hold("second", 6, { signal: gone.signal });
  const third = hold("third", 3);
  gone.abort(new Error("the lease is lost"));
  await expect(second).rejects.toThrow("the lease is lost");
  await third;
  expect(inside).toEqual(["first", "third"]);
  await expect(hold("fourth", 1, { signal: gone.signal })).rejects.toThrow("the lease is lost");
});

it("is given back once, however often it is disposed of", async () => {
  const budget = createMemoryBudget(10);
  const first = await budget.hold({ owner: "a", mostBytes: 10 });
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await budget.hold({ owner: "a", mostBytes: 10 });
  await expect(budget.hold({ owner: "b", mostBytes: 1, patienceMs: 0 })).rejects.toMatchObject({
    code: "too_many_requests",
  });
});

it("takes what has arrived, and not what is announced", async () => {
  const budget = createMemoryBudget(30, { ownerBytes: 20 });
  for (let sender = 0; sender < 50; sender += 1)
    await budget.open({ owner: `slow ${sender}`, mostBytes: 20 }).take(0.1);
  const other = budget.open({ owner: "other", mostBytes: 20 });
  await other.take(20);
  expect(other.held).toBe(20);
});

it("leaves memory for others, however many files one owner sends", async () => {
  const budget = createMemoryBudget(30, { ownerBytes: 20 });
  const greedy = Array.from({ length: 10 }, () => budget.open({ owner: "greedy", mostBytes: 20 }));
  for (const allotment of greedy) void allotment.take(5).catch(() => {});
  await settled();
  expect(greedy.reduce((sum, { held }) => sum + held, 0)).toBeLessThanOrEqual(20);
  expect(await given(budget.open({ owner: "other", mostBytes: 5 }).take(5))).toBe(true);
});

it("never has parts of files wait for each other: all become complete, in whatever pieces they arrive", async () => {
  const budget = createMemoryBudget(30, { ownerBytes: 20 });
  let most = 0;
  let inMemory = 0;
  async function send(owner: string, size: number, piece: number): Promise<void> {
    const allotment = budget.open({ owner, mostBytes: 20 });
    for (let sent = 0; sent < size; sent += piece) {
      const bytes = Math.min(piece, size - sent);
      await allotment.take(bytes);
      inMemory += bytes;
      most = Math.max(most, inMemory);
      await settled();
    }
    inMemory -= allotment.held;
    allotment[Symbol.dispose]();
  }
  await Promise.all(
    Array.from({ length: 60 }, (_, file) => send(`user ${file % 7}`, 1 + ((file * 7) % 20), 1 + (file % 3))),
  );
  expect(most).toBeLessThanOrEqual(30);
});

it("serves who holds least first", async () => {
  const budget = createMemoryBudget(10);
  const full = await budget.hold({ owner: "a", mostBytes: 9 });
  await budget.hold({ owner: "b", mostBytes: 1 });
  const order: string[] = [];
  const waiting = ["b", "b", "c"].map((owner) =>
    budget.hold({ owner, mostBytes: 4 }).then(() => void order.push(owner)),
  );
  await settled();
  full[Symbol.dispose]();
  await Promise.all(waiting.slice(2));
  expect(order[0]).toBe("c");
});

it("takes the place of the slow sender, and of nobody else, while others wait", async () => {
  vi.useFakeTimers();
  try {
    let clock = 0;
    const budget = createMemoryBudget(10, { contendedMs: 10, now: () => clock });
    const fast = budget.open({ owner: "fast", mostBytes: 5, isSlow: () => false });
    const slow = budget.open({ owner: "slow", mostBytes: 5, isSlow: () => true });
    await fast.take(4);
    await slow.take(4);
    clock = 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(slow.lost.aborted, "nobody waits").toBe(false);
    const other = budget.open({ owner: "other", mostBytes: 4 });
    const taken = other.take(4);
    await vi.advanceTimersByTimeAsync(10);
    expect([fast.lost.aborted, slow.lost.aborted]).toEqual([false, true]);
    await expect(slow.take(1)).rejects.toMatchObject({ code: "too_many_requests", retryAfterMs: expect.any(Number) });
    slow[Symbol.dispose]();
    await taken;
  } finally {
    vi.useRealTimers();
  }
});
