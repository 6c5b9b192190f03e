// A small run of npm run bench -- capacity.
import { expect, it } from "vitest";
import { capacity } from "../../bench/capacity.ts";

const USERS = 50;

it("measures a queue, gives each user a turn, and keeps the slots of reading busy though describing is slow", async () => {
  const {
    large,
    simulation,
    bytes_of_a_described_document: bytes,
  } = await capacity({ documents: 2_000, users: USERS }, 300, 6);

  expect(Object.entries(large.ms).filter(([, ms]) => !(ms > 0))).toEqual([]);
  const { fairness } = large;
  expect(fairness.users).toBe(USERS + 1);
  // The first round goes to everybody; what is left of the jobs, to as many of them again.
  expect(fairness.most_of_a_user).toBeLessThanOrEqual(Math.ceil(fairness.jobs / USERS) + 1);
  expect(fairness.ahead_of_a_new_user).toBeLessThanOrEqual(USERS);
  expect(Math.abs(fairness.taken_before_a_new_user! - fairness.ahead_of_a_new_user)).toBeLessThanOrEqual(4);

  // Between two invocations a slot waits for pg_net's pause; it does not wait for the sweep.
  for (const [name, { ocr }] of Object.entries(simulation)) expect(ocr.busy, name).toBeGreaterThan(0.35);
  expect(simulation["local, as delivered"]!.metadata.busy).toBeGreaterThan(0.35);
  expect(bytes.all).toBeGreaterThan(4_000);
});
