import { defineConfig } from "vitest/config";
import { Hangs } from "./tests/hangs.ts";
import { PATIENCE_MS, TEST_MS } from "./testing/waiting.ts";

/** Files that change nothing of the process, or put it back. */
const SHARING = [
  "tests/{database,functions}/**/*.test.ts",
  "tests/stack/{auth,pg-cron,pg-net,platform,realtime,storage,vault}/**/*.test.ts",
  "tests/web/{extraction-values,paragraphs,quotes,words}.test.ts",
];

// Real Postgres, Deno and OCR on shared machines: these limits catch a hang, they measure nothing.
const limits = { testTimeout: TEST_MS, hookTimeout: TEST_MS, expect: { poll: { timeout: PATIENCE_MS } } };

export default defineConfig({
  test: {
    globalSetup: "tests/leftovers.ts",
    maxWorkers: 2,
    reporters: ["default", new Hangs()],
    projects: [
      // Half of a small file's time is a process of its own and the modules that it loads, so these share both.
      { test: { ...limits, name: "sharing", include: SHARING, isolate: false } },
      { test: { ...limits, name: "alone", include: ["tests/**/*.test.ts"], exclude: SHARING } },
    ],
  },
});
