import { cpus, loadavg } from "node:os";

/** Latencies of a run, in milliseconds. */
export type Latency = { rounds: number; p50_ms: number; p95_ms: number };

export function latencyOf(milliseconds: number[]): Latency {
  return {
    rounds: milliseconds.length,
    p50_ms: round(percentile(milliseconds, 50)),
    p95_ms: round(percentile(milliseconds, 95)),
  };
}

/** Nearest rank: the smallest value that at least `rank` percent of the values do not exceed. */
export function percentile(values: number[], rank: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Three significant digits, which is more than a shared machine repeats. */
export const round = (value: number): number => Number(value.toPrecision(3));

export const ratio = (ours: number, theirs: number): number => round(ours / theirs);

/** Where figures were measured; `load_1m` tells how busy the machine was at the time. */
export function machine(): Record<string, string | number> {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    node: process.versions.node,
    load_1m: round(loadavg()[0] ?? 0),
  };
}

/** `a.b.c   value`, a line a figure. */
export function table(figures: object): string {
  const lines: [string, string][] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
    else lines.push([path, String(value)]);
  };
  walk(figures, "");
  const width = Math.max(...lines.map(([path]) => path.length));
  return lines.map(([path, value]) => `${path.padEnd(width)}  ${value}`).join("\n");
}

/** Progress goes to standard error: standard output is the figures'. */
export const say = (line: string): void => console.error(line);
