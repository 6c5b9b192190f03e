import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/checkout.ts";
import { QUIET } from "../../scripts/database-types.ts";
import { temporaryFolder } from "../../testing/temporary.ts";

const run = promisify(execFile);
const launcher = path.join(ROOT, "node_modules", "supabase", "dist", "supabase.js");

/** The checkout's supabase folder in a temporary one, since the CLI leaves files of its own (`supabase/.temp`) behind. */
export type Project = {
  folder: string;
  /** Runs the real CLI on it. @returns what it printed. @throws with what it printed when it fails */
  supabase(...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** The same with more environment variables. */
  supabaseWith(more: Record<string, string>, ...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** Runs it with these arguments alone, without a terminal. */
  supabaseAsIs(...args: string[]): Promise<{ stdout: string; stderr: string }>;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function projectCopy(): Promise<Project> {
  const folder = await temporaryFolder();
  await cp(path.join(ROOT, "supabase"), path.join(folder.path, "supabase"), { recursive: true });
  const env = {
    PATH: process.env.PATH,
    HOME: folder.path,
    ...QUIET,
  };
  return {
    folder: folder.path,
    supabase: (...args) =>
      run(process.execPath, [launcher, ...args, "--workdir", folder.path, "--yes"], { env, timeout: 60_000 }),
    supabaseWith: (more, ...args) =>
      run(process.execPath, [launcher, ...args, "--workdir", folder.path, "--yes"], {
        env: { ...env, ...more },
        timeout: 60_000,
      }),
    supabaseAsIs: (...args) => run(process.execPath, [launcher, ...args], { cwd: folder.path, env, timeout: 60_000 }),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}
