import { Cron } from "croner";

/** When a job runs: every so many seconds, in the minutes that a cron expression names (GMT), or once at the start. */
export type Schedule =
  | { kind: "seconds"; seconds: number }
  | { kind: "minutes"; matches(minute: Date): boolean }
  | { kind: "reboot" };

/** Reads a schedule as pg_cron does; undefined for one that it would not take, which then never runs. */
export function readSchedule(text: string): Schedule | undefined {
  const interval = /^\s*(\d+)\s*seconds?\s*$/i.exec(text);
  if (interval) {
    const seconds = Number(interval[1]);
    return seconds > 0 && seconds < 60 ? { kind: "seconds", seconds } : undefined;
  }
  if (/^\s*@reboot\s*$/i.test(text)) return { kind: "reboot" };
  try {
    const cron = new Cron(text.trim().replaceAll("$", "L"), { timezone: "UTC", mode: "5-part", paused: true });
    return { kind: "minutes", matches: (minute) => cron.match(minute) };
  } catch {
    return undefined;
  }
}
