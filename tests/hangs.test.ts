import { writeFile } from "node:fs/promises";
import { createVitest } from "vitest/node";
import { afterEach, expect, it, vi } from "vitest";
import { ROOT } from "../scripts/checkout.ts";
import { temporaryFolder } from "../testing/temporary.ts";
import { Hangs } from "./hangs.ts";

/** Long enough for a busy machine to start a worker. */
const FILE_MS = 10_000;
const PASSING = 'import { it } from "vitest"; it("passes", () => {});';

afterEach(() => vi.restoreAllMocks());

/** Runs test files of these names in one worker: the state of each, and what the reporter said. */
async function runOf(files: Record<string, string>) {
  await using folder = await temporaryFolder();
  for (const [name, code] of Object.entries(files)) await writeFile(`${folder.path}/${name}`, code);
  const said = vi.spyOn(console, "error").mockReturnValue();
  const run = await createVitest(
    "test",
    {
      root: folder.path,
      config: false,
      watch: false,
      include: ["*.test.ts"],
      maxWorkers: 1,
      reporters: [new Hangs(FILE_MS)],
    },
    { resolve: { alias: { vitest: `${ROOT}/node_modules/vitest` } } },
  );
  try {
    const { testModules, unhandledErrors } = await run.start();
    return {
      states: Object.fromEntries(testModules.map((file) => [file.relativeModuleId, file.state()])),
      errors: unhandledErrors.join(),
      said: said.mock.calls.join("\n"),
    };
  } finally {
    await run.close();
    process.exitCode = 0;
  }
}

it.each([
  ["while it is loaded", "await new Promise(() => setInterval(() => {}, 1000));"],
  ["in a loop", 'import { it } from "vitest"; it("loops", () => { for (;;); });'],
])("a file that hangs %s fails, says so, and lets the others run", async (_, code) => {
  const { states, errors, said } = await runOf({ "hanging.test.ts": code, "passing.test.ts": PASSING });
  expect(states).toMatchObject({ "passing.test.ts": "passed" });
  expect(errors).toMatch(/hanging|Worker/);
  expect(said).toContain("hanging.test.ts hangs.");
});

it("a run of many files takes longer than a file may", async () => {
  const slow = `import { it } from "vitest";
    it("takes its time", () => new Promise((end) => setTimeout(end, ${0.6 * FILE_MS})), ${FILE_MS});`;
  expect(await runOf({ "a.test.ts": slow, "b.test.ts": slow, "c.test.ts": slow })).toEqual({
    states: { "a.test.ts": "passed", "b.test.ts": "passed", "c.test.ts": "passed" },
    errors: "",
    said: "",
  });
});
