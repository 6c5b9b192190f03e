import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { PageReading } from "../../engine/job.ts";

/** An OCR engine with one worker, in processes of its own that are measured from outside. */
export type EngineProcess = {
  read(bytes: Uint8Array, query?: string): Promise<PageReading[]>;
  /** CPU seconds that the engine and its worker have used so far; null where the system does not tell (no /proc). */
  cpuSeconds(): number | null;
  /** Most megabytes that the worker held at any time. */
  workerPeakMb(): number | null;
  recognizers: string[];
  stop(): Promise<void>;
};

export async function startEngineProcess(env: Record<string, string> = {}): Promise<EngineProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", "engine/main.ts"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, OCR_WORKERS: "1", OCR_PAGE_TIMEOUT_MS: "300000", EXIT_WITH_PARENT: "1", ...env },
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const { recognizers } = (await (await fetch(`${url}/health`)).json()) as { recognizers: string[] };
  return {
    recognizers,
    async read(bytes, query = "") {
      const response = await fetch(`${url}/read${query}`, { method: "POST", body: bytes as Uint8Array<ArrayBuffer> });
      const body = (await response.json()) as { pages: PageReading[]; message?: string };
      if (!response.ok) throw new Error(`the engine answered ${response.status}: ${body.message}`);
      return body.pages;
    },
    cpuSeconds: () => sum(family(child).map(cpuSecondsOf)),
    workerPeakMb: () => {
      const peaks = family(child)
        .slice(1)
        .map(peakMbOf)
        .filter((peak) => peak !== null);
      return peaks.length === 0 ? null : Math.round(Math.max(...peaks));
    },
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** The process and its children. */
function family({ pid }: ChildProcess): number[] {
  try {
    const parentOf = (id: number): number => Number(statOf(id)[1]);
    return [
      pid!,
      ...readdirSync("/proc")
        .map(Number)
        .filter((id) => id > 0 && existing(() => parentOf(id)) === pid),
    ];
  } catch {
    return [];
  }
}

/** The fields of /proc/<pid>/stat behind the name of the program (proc(5)). */
const statOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");

const TICKS = 100; // a second, on every Linux that Node runs on

const cpuSecondsOf = (pid: number): number | null =>
  existing(() => (Number(statOf(pid)[11]) + Number(statOf(pid)[12])) / TICKS);

const peakMbOf = (pid: number): number | null =>
  existing(() => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);

function existing<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

function sum(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
