import { describe, expect, it } from "vitest";
import { readSchedule } from "../../../stack/pg-cron/schedule.ts";
import { countDueRuns, type Task, untilNextRun } from "../../../stack/pg-cron/tasks.ts";

const noon = Date.parse("2026-03-15T12:00:00Z");

function task(schedule: string): Task {
  const job = { jobid: "1", schedule, command: "", database: "", username: "", active: true };
  return { job, schedule: readSchedule(schedule), since: noon, due: 0, run: undefined };
}

describe("a schedule", () => {
  it.each([
    ["0 10 * * *", "2026-03-15T10:00:00Z", true],
    ["0 10 * * *", "2026-03-15T11:00:00Z", false],
    ["*/5 * * * *", "2026-03-15T11:35:00Z", true],
    ["0 0 $ * *", "2026-02-28T00:00:00Z", true],
    ["0 0 $ * *", "2026-02-27T00:00:00Z", false],
    ["0 0 13 * 5", "2026-03-13T00:00:00Z", true],
    ["0 0 13 * 5", "2026-03-20T00:00:00Z", true],
    ["@hourly", "2026-03-15T11:00:00Z", true],
    ["@midnight", "2026-03-15T11:00:00Z", false],
  ])("%s at %s: %s", (text, minute, expected) => {
    const schedule = readSchedule(text);
    expect(schedule?.kind === "minutes" && schedule.matches(new Date(minute))).toBe(expected);
  });

  it("reads seconds from 1 to 59", () => {
    expect(readSchedule("10 seconds")).toEqual({ kind: "seconds", seconds: 10 });
    expect(readSchedule(" 1 SECOND ")).toEqual({ kind: "seconds", seconds: 1 });
    expect(readSchedule("60 seconds")).toBeUndefined();
    expect(readSchedule("often")).toBeUndefined();
  });
});

describe("due runs", () => {
  it("counts one run of seconds however long the last one took", () => {
    const late = task("10 seconds");
    countDueRuns([late], noon, noon + 9_999);
    expect(late.due).toBe(0);
    countDueRuns([late], noon, noon + 55_000);
    countDueRuns([late], noon, noon + 59_000);
    expect(late.due).toBe(1);
  });

  it("makes up for a few missed minutes, and lets many go", () => {
    const few = task("* * * * *");
    expect(countDueRuns([few], noon, noon + 3 * 60_000 + 500)).toBe(noon + 3 * 60_000);
    expect(few.due).toBe(3);
    const many = task("* * * * *");
    countDueRuns([many], noon, noon + 8 * 3_600_000);
    expect(many.due).toBe(1);
  });

  it("waits until the next one", () => {
    expect(untilNextRun([task("10 seconds")], noon + 4000)).toBe(6000);
    expect(untilNextRun([task("* * * * *")], noon + 4000)).toBe(56_000);
  });
});
