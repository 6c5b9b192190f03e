// docs/capacity.md says what its arithmetic comes to, and the arithmetic knows the limits as they are set.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { TABLES, withTables } from "../../bench/capacity/tables.ts";
import { SLOTS } from "../../bench/capacity/rates.ts";
import { jobsADay, jobsPerInvocation, INVOCATIONS_PER_BATCH, TAKE_NEXT_SECONDS } from "../../bench/capacity/slots.ts";
import { ROOT } from "../../scripts/checkout.ts";

const read = (file: string): Promise<string> => readFile(path.join(ROOT, file), "utf8");

it("docs/capacity.md has every table, as npx tsx bench/capacity/write.ts writes it", async () => {
  const page = await read("docs/capacity.md");
  expect(
    [...page.matchAll(/<!-- ([a-z-]+) -->/g)]
      .map(([, name]) => name)
      .filter((name) => name !== "end")
      .sort(),
  ).toEqual(Object.keys(TABLES).sort());
  expect(page).toBe(withTables(page));
});

describe("what the arithmetic takes for given", () => {
  it("the slots of a stage", async () => {
    const stages = await read("supabase/migrations/20261124100950_stages.sql");
    expect(Number(/in_flight_limit integer not null default (\d+)/.exec(stages)?.[1])).toBe(SLOTS);
    expect(stages).not.toMatch(/set[^;]*in_flight_limit = /);
  });

  it("how long a worker takes further jobs", async () => {
    expect(await read("supabase/functions/_shared/job-run.ts")).toContain(
      `const TAKE_NEXT_MS = ${(TAKE_NEXT_SECONDS * 1000).toLocaleString("en-US").replace(",", "_")};`,
    );
  });

  it("pg_net's batch", async () => {
    expect(await read("stack/pg-net/queue.ts")).toContain(`'${INVOCATIONS_PER_BATCH}')::int as "batchSize"`);
  });
});

describe("a slot's jobs", () => {
  it("a worker takes the next one until its second is over", () => {
    expect([0.3, 0.5, 1, 12].map(jobsPerInvocation)).toEqual([4, 2, 1, 1]);
  });

  it("come one after the other, with a pause of pg_net between invocations", () => {
    expect(jobsADay(1, 12)).toBeCloseTo(86_400 / 13);
    expect(jobsADay(4, 0.5)).toBeCloseTo((4 * 86_400 * 2) / 2);
  });
});
