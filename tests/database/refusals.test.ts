// Requests that are refused count in the rate, though what they counted themselves was undone with them.
import { expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const refuse = () => database.rpc("count_refusal", { owner: user });

it("a user whose requests are refused again and again is told to wait, and others are not", async () => {
  await database.sql("update private.settings set requests_per_minute = 3");
  for (let count = 0; count < 3; count += 1) expect(await refuse()).toBe(0);
  expect(await refuse()).toBeGreaterThan(0);
  expect(await database.rpc("count_refusal", { owner: await database.user() })).toBe(0);
});

it("however many are refused, a minute without one is enough to be taken again", async () => {
  await database.sql("update private.settings set requests_per_minute = 3");
  for (let count = 0; count < 20; count += 1) await refuse();
  expect(await refuse()).toBeLessThanOrEqual(60_000);
});

it("an account that was erased is not counted, and its requests are no errors of ours", async () => {
  expect(await database.rpc("count_refusal", { owner: crypto.randomUUID() })).toBe(0);
});

it("a project without a rate counts nothing", async () => {
  await database.sql("update private.settings set requests_per_minute = null");
  expect(await refuse()).toBe(0);
  expect(await database.sql("select from private.request_rates")).toEqual([]);
});
