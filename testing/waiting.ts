import { vi } from "vitest";

/**
 * How long a condition may take to come true. It catches a hang and measures nothing, so it is generous: vitest's own second
 * is too short for real processes on a machine that others use. Shorter than a test's time, so that the failure names the condition.
 */
export const PATIENCE_MS = 40_000;

type Waiting = { timeout?: number; interval?: number };

/** Repeats an assertion until it holds, and returns what it returned. */
export const waitFor = <Value>(assertion: () => Value | Promise<Value>, options?: Waiting): Promise<Value> =>
  vi.waitFor(assertion, { timeout: PATIENCE_MS, ...options });

/** Repeats a question until its answer is truthy, and returns that. */
export const waitUntil = <Value>(question: () => Value | Promise<Value>, options?: Waiting) =>
  vi.waitUntil(question, { timeout: PATIENCE_MS, ...options });
