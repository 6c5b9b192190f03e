import { MODEL_FAULTS, type ModelFault } from "./model.ts";
import type { Random } from "./random.ts";

export const PROCESSES = ["upload", "ocr", "metadata", "engine", "auth and rest"] as const;

/** One thing that goes wrong. Times are milliseconds. */
export type Fault =
  /** kill -9 of a process of the stack. */
  | { kind: "kill"; process: (typeof PROCESSES)[number] }
  /** Postgres stops in immediate mode, and starts again after a while. */
  | { kind: "crash"; downMs: number }
  /** pg_net's queue is emptied. */
  | { kind: "lose kicks" }
  /** What comes into pg_net's queue is held back, then let go in another order. */
  | { kind: "hold kicks"; ms: number }
  /** What comes into pg_net's queue is sent several times, among it kicks of long ago. */
  | { kind: "multiply kicks"; ms: number; copies: number }
  /** The model answers its next requests so. */
  | { kind: "model"; answer: ModelFault; requests: number }
  /** Storage loses its table for a while, and refuses everything. */
  | { kind: "refuse storage"; ms: number };

/** A fault, and how long after the one before. */
export type Scheduled = { afterMs: number; fault: Fault };

/** The name under which a fault is counted. */
export const nameOf = (fault: Fault): string =>
  fault.kind === "kill" ? `kill ${fault.process}` : fault.kind === "model" ? `model: ${fault.answer}` : fault.kind;

/** Every kind of fault about equally often, in an order that the seed decides. */
export function makeSchedule(faults: number, random: Random): Scheduled[] {
  const kinds: (() => Fault)[] = [
    ...PROCESSES.map((process) => (): Fault => ({ kind: "kill", process })),
    ...MODEL_FAULTS.map((answer) => (): Fault => ({ kind: "model", answer, requests: random.whole(1, 4) })),
    () => ({ kind: "crash", downMs: random.whole(0, 1500) }),
    () => ({ kind: "crash", downMs: 0 }),
    () => ({ kind: "lose kicks" }),
    () => ({ kind: "lose kicks" }),
    () => ({ kind: "hold kicks", ms: random.whole(500, 4000) }),
    () => ({ kind: "multiply kicks", ms: random.whole(500, 2000), copies: random.whole(1, 4) }),
    () => ({ kind: "refuse storage", ms: random.whole(100, 1500) }),
  ];
  const schedule: Scheduled[] = [];
  while (schedule.length < faults) {
    for (const kind of random.shuffle(kinds)) schedule.push({ afterMs: random.whole(50, 900), fault: kind() });
  }
  return schedule.slice(0, faults);
}
