import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./checkout.ts";
import { denoSeenFrom } from "../stack/functions.ts";

/** What says that the functions are fit for a Deno: their types, and documents that go through all of them. */
const TESTS = ["tests/deploy/check.test.ts", "tests/pipeline/pages.test.ts", "tests/stack/functions"];

/**
 * `npm run test:deno [-- VERSION]`: the functions on another Deno than the one that is pinned, the newest of npm if none is named. It is
 * installed for this run alone: as a package of the project it would be 90 MB more for everybody.
 */
export async function main([version = "latest"]: string[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-deno-"));
  try {
    const manifest = path.join(folder, "package.json");
    await writeFile(manifest, JSON.stringify({ private: true, dependencies: { deno: version } }));
    const npm = process.env.npm_execpath;
    const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    run(
      npm ? process.execPath : "npm",
      [...(npm ? [npm] : []), ...install],
      folder,
      `npm has no deno@${version} for this machine.`,
    );

    const deno = denoSeenFrom(manifest);
    run(deno, ["--version"], folder, `${deno} does not run here.`);
    run(
      process.execPath,
      ["node_modules/vitest/vitest.mjs", "run", ...TESTS],
      ROOT,
      "The functions do not run on it as they should.",
      { DOCKET_DENO: deno },
    );
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], cwd: string, problem: string, env: Record<string, string> = {}): void {
  const { status, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["inherit", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(error ? `${problem} ${error.message}` : problem);
}
