import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";

/** Fails the run when one of its tests left a process or a folder behind. Each carries the run's own mark in its path. */
export function setup(): () => Promise<void> {
  process.env.DOCKET_TEST_RUN = String(process.pid);
  return async () => {
    const mark = markOfRun();
    const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(mark));
    const processes = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n").filter((line) => line.includes(mark));
    const left = [...folders, ...processes];
    if (left.length > 0) throw new Error(`Tests left behind:\n${left.join("\n")}`);
  };
}

/** What the name of every temporary folder of this run begins with. */
export const markOfRun = (): string => `docket-test-${process.env.DOCKET_TEST_RUN}-`;
