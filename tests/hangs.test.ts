import { writeFile } from "node:fs/promises";
import { createVitest } from "vitest/node";
import { afterEach, expect, it, vi } from "vitest";
import { ROOT } from "../scripts/checkout.ts";
import { temporaryFolder } from "../testing/temporary.ts";
import { Hangs } from "./hangs.ts";

afterEach(() => vi.restoreAllMocks());

it.each([
  ["while it is loaded", "await new Promise(() => setInterval(() => {}, 1000));"],
  ["in a loop", 'import { it } from "vitest"; it("loops", () => { for (;;); });'],
])("a file that hangs %s fails, says so, and lets the others run", async (_, code) => {
  await using folder = await temporaryFolder();
  await writeFile(`${folder.path}/hanging.test.ts`, code);
  await writeFile(`${folder.path}/passing.test.ts`, 'import { it } from "vitest"; it("passes", () => {});');
  const said = vi.spyOn(console, "error").mockReturnValue();

  const run = await createVitest(
    "test",
    {
      root: folder.path,
      config: false,
      watch: false,
      include: ["*.test.ts"],
      maxWorkers: 1,
      reporters: [new Hangs(5_000)],
    },
    { resolve: { alias: { vitest: `${ROOT}/node_modules/vitest` } } },
  );
  try {
    const { testModules, unhandledErrors } = await run.start();
    expect(Object.fromEntries(testModules.map((file) => [file.relativeModuleId, file.state()]))).toMatchObject({
      "passing.test.ts": "passed",
    });
    expect(unhandledErrors.join()).toMatch(/hanging|Worker/);
    expect(said.mock.calls.join("\n")).toContain("hanging.test.ts hangs.");
  } finally {
    await run.close();
    process.exitCode = 0;
  }
});
