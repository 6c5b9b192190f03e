import type { Job, Run } from "./job.ts";
import { readSchedule, type Schedule } from "./schedule.ts";

/** What the scheduler knows of a job beside its row. Times are milliseconds since 1970. */
export type Task = {
  job: Job;
  schedule: Schedule | undefined;
  /** When it was last started, or first seen: an interval counts from there. */
  since: number;
  /** Runs that are due and have not started. */
  due: number;
  run: Run | undefined;
};

const MINUTE_MS = 60_000;

/** More missed minutes than this (a machine that slept) are let go. Upstream makes up for fixed times of up to 3 hours. */
const MISSED_MINUTES = 5;

/** Takes in the rows of `cron.job`: new tasks begin, changed ones go on as they are, gone or inactive ones are cancelled. */
export function refreshTasks(tasks: Map<string, Task>, jobs: Job[], now: number): void {
  const active = new Map(jobs.filter((job) => job.active).map((job) => [job.jobid, job]));
  for (const [jobid, task] of tasks) {
    if (active.has(jobid)) continue;
    task.run?.cancel("job canceled");
    tasks.delete(jobid);
  }
  for (const [jobid, job] of active) {
    const known = tasks.get(jobid);
    const schedule = known?.job.schedule === job.schedule ? known.schedule : readSchedule(job.schedule);
    tasks.set(
      jobid,
      known ? Object.assign(known, { job, schedule }) : { job, schedule, since: now, due: 0, run: undefined },
    );
  }
}

/**
 * Counts the runs that became due. A job of minutes collects every missed run; one of seconds at most one, so that after a
 * long run it goes on at once, and then in its rhythm (upstream: StartAllPendingRuns).
 *
 * @returns the minute up to which minutes are counted now
 */
export function countDueRuns(tasks: Iterable<Task>, lastMinute: number, now: number): number {
  const minute = minuteOf(now);
  const passed = (minute - lastMinute) / MINUTE_MS;
  const first = passed > 0 && passed <= MISSED_MINUTES ? lastMinute + MINUTE_MS : minute;
  for (const task of tasks) {
    const { schedule } = task;
    if (schedule?.kind === "seconds" && task.due === 0 && now - task.since >= schedule.seconds * 1000) task.due = 1;
    if (schedule?.kind !== "minutes" || passed === 0) continue;
    for (let at = first; at <= minute; at += MINUTE_MS) if (schedule.matches(new Date(at))) task.due += 1;
  }
  return minute;
}

/** Milliseconds until the next minute, or until the next job of seconds is due. */
export function untilNextRun(tasks: Iterable<Task>, now: number): number {
  let next = minuteOf(now) + MINUTE_MS;
  for (const { schedule, since, due } of tasks) {
    if (schedule?.kind === "seconds" && due === 0) next = Math.min(next, since + schedule.seconds * 1000);
  }
  return Math.max(next - now, 1);
}

export const minuteOf = (time: number): number => time - (time % MINUTE_MS);
