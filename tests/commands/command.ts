import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { waitFor } from "../../testing/waiting.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A command of package.json as a process, with its data in a folder of its own. */
export type Command = {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Waits until standard output holds the text. */
  says(text: string): Promise<void>;
  /** The exit code, once it ended. */
  ended: Promise<number | null>;
};

export function run(folder: string, ...args: string[]): Command {
  const child = spawn(process.execPath, ["scripts/run.mjs", ...args], {
    cwd: ROOT,
    env: { ...process.env, DOCKET_FOLDER: folder },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const ended = once(child, "close").then(([code]) => code as number | null);
  // A test that fails half way leaves nothing running.
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (text) =>
      waitFor(
        () => {
          if (stdout.includes(text)) return;
          throw new Error(`It did not say "${text}".\n${stdout}\n${stderr}`);
        },
        { timeout: 200_000, interval: 100 },
      ),
    ended,
  };
}
