import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./testing/waiting.ts";

/** Files that change nothing of the process, or put it back. */
const SHARING = ["tests/functions/**/*.test.ts", "tests/database/**/*.test.ts"];

// Real Postgres, Deno and OCR on shared machines: these limits catch a hang, they measure nothing.
const limits = { testTimeout: 120_000, hookTimeout: 180_000, expect: { poll: { timeout: PATIENCE_MS } } };

export default defineConfig({
  test: {
    globalSetup: "tests/leftovers.ts",
    maxWorkers: 2,
    projects: [
      // Half of a small file's time is a process of its own and the modules that it loads, so these share both.
      { test: { ...limits, name: "sharing", include: SHARING, isolate: false } },
      { test: { ...limits, name: "alone", include: ["tests/**/*.test.ts"], exclude: SHARING } },
    ],
  },
});
