import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";

/** Every process and folder of a test carries this in its path. */
const MARK = "docket-test-";

/** Fails the run when a test left a process or a folder behind that was not there before. */
export async function setup(): Promise<() => Promise<void>> {
  const before = new Set(await leftovers());
  return async () => {
    const left = (await leftovers()).filter((item) => !before.has(item));
    if (left.length > 0) throw new Error(`Tests left behind:\n${left.join("\n")}`);
  };
}

async function leftovers(): Promise<string[]> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(MARK));
  const processes = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n").filter((line) => line.includes(MARK));
  return [...folders, ...processes];
}
