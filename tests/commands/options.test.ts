import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";

/** Not synchronously: a command that hung would stop the whole run. */
const run = (...args: string[]) =>
  new Promise<{ status: number | string | null | undefined; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, ["scripts/run.mjs", ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    ),
  );

describe.each(["start", "demo", "status", "fuzz"])("npm run %s", (command) => {
  it.each(["--help", "-h"])("says with %s how it is called", async (flag) => {
    const { status, stdout, stderr } = await run(command, flag);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^npm (start|run)/);
  });

  it("names an option that it does not know, and how it is called, without a stack", async () => {
    const { status, stdout, stderr } = await run(command, "--colour");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Unknown option '--colour'\.\n\nnpm (start|run)/);
    expect(stderr).not.toMatch(/\n\s+at |node:internal/);
  });
});
