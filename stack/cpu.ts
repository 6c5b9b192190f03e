import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

/** Reads how much CPU time processes have used. */
export type CpuClock = {
  /** How often it may be asked, in milliseconds. */
  everyMs: number;
  /** Milliseconds by process id; a process that is gone, or that the system says nothing of, is not there. */
  read(pids: number[]): Promise<Map<number, number>>;
};

/** Where there is /proc, the main thread alone is counted: it runs the JavaScript, which is what Supabase counts of a worker. */
const proc: CpuClock = {
  everyMs: 50,
  read: async (pids) => measured(pids, mainThreadMs),
};

/** Elsewhere `ps` tells the time of the whole process. */
const ps: CpuClock = {
  everyMs: 500,
  async read(pids) {
    if (pids.length === 0) return new Map();
    const { stdout } = await promisify(execFile)("ps", ["-o", "pid=,time=", "-p", pids.join(",")]).catch(() => ({
      stdout: "",
    }));
    const times = stdout.trim().split("\n").filter(Boolean);
    return new Map(times.map((line) => line.trim().split(/\s+/)).map(([pid, time]) => [Number(pid), msOf(time!)]));
  },
};

export const cpuClock = (): CpuClock => (mainThreadMs(process.pid) === undefined ? ps : proc);

/** `/proc/<pid>/task/<pid>/schedstat` begins with the nanoseconds on a processor. */
function mainThreadMs(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return undefined;
  }
}

function measured(pids: number[], cpuOf: (pid: number) => number | undefined): Map<number, number> {
  const times = pids.map((pid) => [pid, cpuOf(pid)] as const);
  return new Map(times.filter((entry): entry is readonly [number, number] => entry[1] !== undefined));
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` in milliseconds. */
export function msOf(time: string): number {
  const [, days = "0", clock = ""] = /^(?:(\d+)-)?([\d:.]+)$/.exec(time) ?? [];
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1_000);
}
