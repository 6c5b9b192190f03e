import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";

const run = (...args: string[]) =>
  spawnSync(process.execPath, ["scripts/run.mjs", ...args], { cwd: ROOT, encoding: "utf8" });

describe.each(["start", "demo", "status"])("npm run %s", (command) => {
  it.each(["--help", "-h"])("says with %s how it is called", (flag) => {
    const { status, stdout, stderr } = run(command, flag);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^npm (start|run)/);
  });

  it("names an option that it does not know, and how it is called, without a stack", () => {
    const { status, stdout, stderr } = run(command, "--colour");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Unknown option '--colour'\.\n\nnpm (start|run)/);
    expect(stderr).not.toMatch(/\n\s+at |node:internal/);
  });
});
