import { vi } from "vitest";
import type { TemporaryStack } from "./temporary.ts";

/**
 * How long a condition may take to come true. It catches a hang and measures nothing, so it is generous: vitest's own second
 * is too short for real processes on a machine that others use. Shorter than a test's time, so that the failure names the condition.
 */
export const PATIENCE_MS = 90_000;

/** How long a test, and what comes before and after it, may take. */
export const TEST_MS = 300_000;

type Waiting = { timeout?: number; interval?: number };

/** Repeats an assertion until it holds, and returns what it returned. */
export const waitFor = <Value>(assertion: () => Value | Promise<Value>, options?: Waiting): Promise<Value> =>
  vi.waitFor(assertion, { timeout: PATIENCE_MS, ...options });

/** Repeats a question until its answer is truthy, and returns that. */
export const waitUntil = <Value>(question: () => Value | Promise<Value>, options?: Waiting) =>
  vi.waitUntil(question, { timeout: PATIENCE_MS, ...options });

/**
 * Waits until no job is under way, of any document or of one. A completed document still changes: the picture of its first
 * page is drawn afterwards. Wait for that before you keep rows to compare later ones with.
 */
export const atRest = ({ sql }: Pick<TemporaryStack, "sql">, document?: string): Promise<boolean> =>
  waitUntil(
    async () => {
      const ofDocument = document ? `and document_id = '${document}'` : "";
      const live = `select from private.jobs where state in ('queued', 'dispatched', 'running') ${ofDocument}`;
      return (await sql(live)).length === 0;
    },
    { interval: 50 },
  );
