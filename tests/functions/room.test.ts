// How much of files a worker of a function holds at the same time, whatever arrives.
import { expect, it } from "vitest";
import { createRoom } from "../../supabase/functions/_shared/room.ts";

/** Who is in, in the order in which they came in. */
function watched(capacity: number) {
  const room = createRoom(capacity);
  const inside: string[] = [];
  const enter = async (name: string, bytes: number, options = {}) => {
    const place = await room.enter(bytes, options);
    inside.push(name);
    return () => {
      inside.splice(inside.indexOf(name), 1);
      place[Symbol.dispose]();
    };
  };
  return { inside, enter };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("lets in what fits, and the next as soon as one leaves, first come, first served", async () => {
  const { inside, enter } = watched(10);
  const first = await enter("first", 6);
  const second = enter("second", 6);
  const third = enter("third", 3);
  await settled();
  expect(inside, "the third would fit, but is not before the second").toEqual(["first"]);
  first();
  (await second)();
  await third;
  expect(inside).toEqual(["third"]);
});

it("lets in a file that is larger than all of it when it is alone", async () => {
  const { inside, enter } = watched(10);
  const small = await enter("small", 1);
  const large = enter("large", 99);
  await settled();
  expect(inside).toEqual(["small"]);
  small();
  await large;
  expect(inside).toEqual(["large"]);
});

it("refuses who waited too long, with the time to come back, and forgets them", async () => {
  const { inside, enter } = watched(10);
  const first = await enter("first", 10);
  await expect(enter("second", 5, { patienceMs: 0 })).rejects.toMatchObject({
    code: "too_many_requests",
    retryable: true,
    retryAfterMs: expect.any(Number),
  });
  first();
  await enter("third", 10);
  expect(inside).toEqual(["third"]);
});

it("forgets who went away, and lets in who waited behind them", async () => {
  const { inside, enter } = watched(10);
  await enter("first", 6);
  const gone = new AbortController();
  const second = enter("second", 6, { signal: gone.signal });
  const third = enter("third", 3);
  gone.abort(new Error("the lease is lost"));
  await expect(second).rejects.toThrow("the lease is lost");
  await third;
  expect(inside).toEqual(["first", "third"]);
  await expect(enter("fourth", 1, { signal: gone.signal })).rejects.toThrow("the lease is lost");
});

it("is given back once, however often it is left", async () => {
  const room = createRoom(10);
  const first = await room.enter(10);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await room.enter(10);
  await expect(room.enter(1, { patienceMs: 0 })).rejects.toMatchObject({ code: "too_many_requests" });
});
