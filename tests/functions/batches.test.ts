import { expect, it } from "vitest";
import { inBatches } from "../../supabase/functions/_shared/batches.ts";

/** A call that answers when it is told to, and keeps what it was asked. */
function heldCall() {
  const calls: { items: number[]; answer(): void; fail(error: Error): void }[] = [];
  const send = (items: number[]) =>
    new Promise<string[]>((resolve, reject) => {
      calls.push({ items, answer: () => resolve(items.map((item) => `answer ${item}`)), fail: reject });
    });
  return { calls, send };
}

it("sends what comes while two calls are under way together, and answers each of its callers", async () => {
  const { calls, send } = heldCall();
  const one = inBatches(send, 10);
  const first = one(1);
  await expect.poll(() => calls.length).toBe(1);
  const second = one(2);
  await expect.poll(() => calls.length).toBe(2);
  const others = [one(3), one(4), one(5)];
  calls[0]!.answer();
  calls[1]!.answer();
  expect(await Promise.all([first, second])).toEqual(["answer 1", "answer 2"]);
  await expect.poll(() => calls.length).toBe(3);
  calls[2]!.answer();
  expect(await Promise.all(others)).toEqual(["answer 3", "answer 4", "answer 5"]);
  expect(calls.map(({ items }) => items)).toEqual([[1], [2], [3, 4, 5]]);
});

it("sends no more than it may in one call", async () => {
  const sent: number[][] = [];
  const one = inBatches(async (items: number[]) => (sent.push(items), items), 2);
  expect(await Promise.all([1, 2, 3, 4, 5].map(one))).toEqual([1, 2, 3, 4, 5]);
  expect(sent).toEqual([[1, 2], [3, 4], [5]]);
});

it("tells all callers of a call that failed, and goes on with the next", async () => {
  const { calls, send } = heldCall();
  const one = inBatches(send, 10);
  const lost = [one(1), one(2)];
  await expect.poll(() => calls.length).toBe(1);
  calls[0]!.fail(new Error("cut off"));
  expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const next = one(3);
  await expect.poll(() => calls.length).toBe(2);
  calls[1]!.answer();
  expect(await next).toBe("answer 3");
});
