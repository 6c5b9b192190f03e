import { execFileSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { startLender } from "../testing/lending.ts";
import { makeTemplates, markOfRun } from "../testing/temporary.ts";

/**
 * Before the tests, a Postgres with Supabase's platform, and one with the migrations, are made once, for all of them to
 * copy; stacks and a browser can be borrowed (`testing/lending.ts`). After them, the run fails when one of its tests left a process or a folder behind: each carries the run's own mark in its path.
 */
export async function setup(): Promise<() => Promise<void>> {
  process.env.DOCKET_TEST_RUN = String(process.pid);
  const templates = await makeTemplates();
  process.env.DOCKET_TEST_TEMPLATES = templates;
  const lender = await startLender();
  return async () => {
    await lender.stop();
    await rm(templates, { recursive: true });
    const mark = markOfRun();
    const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(mark));
    const processes = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(mark));
    const left = [...folders, ...processes];
    if (left.length > 0) throw new Error(`Tests left behind:\n${left.join("\n")}`);
  };
}
