// A small run of npm run bench -- faults: each kind of fault once.
import { expect, it } from "vitest";
import { runFaults } from "../../testing/faults/run.ts";
import { temporaryFolder } from "../../testing/temporary.ts";

it("loses nothing, does nothing twice and gets stuck nowhere while everything around it fails", async () => {
  await using folder = await temporaryFolder();
  const report = await runFaults({ documents: 24, seed: 8, folder: folder.path });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ lost: 0, double_effects: 0, stuck: 0, over_limit: 0 });
  const { completed, completed_after_retry, failed } = report;
  const unreadable = (failed.encrypted_pdf ?? 0) + (failed.broken_file ?? 0);
  expect(completed + completed_after_retry + unreadable).toBe(24);
});
