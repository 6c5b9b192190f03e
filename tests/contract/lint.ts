import { expect, it } from "vitest";
import { projectCopy } from "../deploy/supabase-cli.ts";

/** `supabase db lint`, which asks plpgsql_check of every function. It rolls back what it does. */
export function lintContract(dbUrl: () => string): void {
  it("finds no error and no warning in public and private", async () => {
    await using project = await projectCopy();
    const options = ["--schema=public,private", "--level=warning", "--fail-on=warning"];
    // Its exit code says that there was something, and its output what.
    const { stdout, stderr } = await project
      .supabase("db", "lint", `--remote=${dbUrl()}`, ...options)
      .catch((failed: { stdout: string; stderr: string }) => failed);
    expect(stderr, stdout).toContain("No schema errors found");
  });
}
