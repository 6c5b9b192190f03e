import type { Report } from "./run.ts";

const list = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([what, times]) => `${times} ${what}`)
    .join(", ") || "none";

/** A report for people. */
export function reportLines(report: Report): string[] {
  const { seconds, invocations, violations } = report;
  const rows: [string, string][] = [
    ["documents", `${report.documents} of ${report.users} users; pages without text read by ${report.pages_read_by}`],
    [
      "completed",
      `${report.completed}, and ${report.completed_after_retry} more when their owner tried again in calm weather`,
    ],
    ["failed", list(report.failed)],
    ["under fire", `${seconds.under_fire} s, then ${seconds.to_drain} s to drain`],
    ["faults", list(report.faults)],
    ["invocations", `${invocations.lost} lost, ${invocations.held} held back, ${invocations.copied} copied`],
    ["retried", list(report.retried_attempts)],
    ["uploads repeated after", list(report.repeated_uploads)],
    [
      "at most",
      `in flight ${list(report.most_in_flight)}; ${report.most_attempts} attempts of a job; ${report.most_model_calls} calls of the model for a document`,
    ],
    ["lost", String(report.lost)],
    ["double effects", String(report.double_effects)],
    ["stuck", String(report.stuck)],
    ["over the limit", String(report.over_limit)],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(24)}${value}`),
    ...violations.map((sentence) => `✗ ${sentence}`),
  ];
}
