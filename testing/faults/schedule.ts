import { MODEL_FAULTS, type ModelFault } from "./model.ts";
import type { Random } from "../random.ts";

export const PROCESSES = [
  "upload",
  "ocr",
  "ocr-alone",
  "metadata",
  "metadata-alone",
  "engine",
  "auth and rest",
] as const;

/** One thing that goes wrong. Times are milliseconds. */
export type Fault =
  /** kill -9 of a process of the stack. */
  | { kind: "kill"; process: (typeof PROCESSES)[number] }
  /** Postgres stops in immediate mode, and starts again after a while. */
  | { kind: "crash"; downMs: number }
  /** pg_net's queue is emptied, and the next invocations that come into it are gone too. */
  | { kind: "lose invocations"; next: number }
  /** The next invocations are held back for a while, then let go in another order. */
  | { kind: "hold invocations"; next: number; ms: number }
  /** The next invocations are sent several times, and with each some of long ago. */
  | { kind: "multiply invocations"; next: number; copies: number }
  /** The model answers its next requests so. */
  | { kind: "model"; answer: ModelFault; requests: number }
  /** Storage loses its table for a while, and refuses everything. */
  | { kind: "refuse storage"; ms: number };

/** A fault, and when it happens: at what share of the documents that have ended. */
export type Scheduled = { at: number; fault: Fault };

/** Towards the end there is little left that a fault could hit. */
const LAST_AT = 0.9;

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
    () => ({ kind: "lose invocations", next: random.whole(1, 3) }),
    () => ({ kind: "hold invocations", next: random.whole(1, 8), ms: random.whole(500, 4000) }),
    () => ({ kind: "multiply invocations", next: random.whole(2, 10), copies: random.whole(1, 4) }),
    () => ({ kind: "refuse storage", ms: random.whole(500, 3000) }),
  ];
  const chosen: Fault[] = [];
  while (chosen.length < faults) for (const kind of random.shuffle(kinds)) chosen.push(kind());
  const times = Array.from({ length: faults }, () => (random.whole(0, 1000) / 1000) * LAST_AT).sort(
    (one, other) => one - other,
  );
  return times.map((at, index) => ({ at, fault: chosen[index]! }));
}
