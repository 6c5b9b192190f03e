// What the hosted platform will run is read by the Deno that it runs: types, and where Deno's own names may appear.
import { execFile } from "node:child_process";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { denoBinary } from "../../stack/functions.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { FUNCTIONS_FOLDER, importsOf, OFFLINE, reachOf } from "./function-folder.ts";

const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let denoFolder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  denoFolder = path.join(folder.path, "deno");
  await cp(FUNCTIONS_FOLDER, path.join(folder.path, "functions"), { recursive: true });
  await cp(path.join(FUNCTIONS_FOLDER, "../package.json"), path.join(folder.path, "package.json"));
  // The checker looks for the types that packages name (@types/node) beside deno.json and nowhere above.
  for (const owner of [".", ...["", ...FUNCTIONS].map((name) => path.join("functions", name))])
    await symlink(path.join(ROOT, "node_modules"), path.join(folder.path, owner, "node_modules"), "junction");
});
afterAll(() => folder[Symbol.asyncDispose]());

// In one go: most of what they reach is shared. versions.test.ts holds each deno.json to the packages that its function imports.
it("all functions pass 'deno check'", async () => {
  const own = path.join(folder.path, "functions");
  const config = path.join(own, "deno.json");
  const imports = Object.assign({}, ...(await Promise.all(FUNCTIONS.map(importsOf))));
  await writeFile(config, JSON.stringify({ imports }));
  const files = FUNCTIONS.map((name) => path.join(own, name, "index.ts"));
  const args = ["check", ...OFFLINE, `--config=${config}`, ...files];
  const problems = await run(denoBinary(), args, { env: { DENO_DIR: denoFolder, NO_COLOR: "1" } }).then(
    () => "",
    (error: { stderr: string }) => error.stderr,
  );
  expect(problems).toBe("");
});

describe.each(FUNCTIONS)("%s", (name) => {
  it("is wired in an index.ts of at most 15 lines beside its imports", async () => {
    const lines = (await readFile(path.join(FUNCTIONS_FOLDER, name, "index.ts"), "utf8")).trimEnd().split("\n");
    expect(lines.filter((line) => line && !line.startsWith("import ")).length).toBeLessThanOrEqual(15);
  });

  it("knows Deno in index.ts and env.ts only", async () => {
    const { files } = await reachOf(name);
    const knowing = await Promise.all(
      files.map(async (file) =>
        /\bDeno\b/.test(withoutComments(await readFile(file, "utf8"))) ? [path.relative(FUNCTIONS_FOLDER, file)] : [],
      ),
    );
    expect(knowing.flat().sort()).toEqual(["_shared/env.ts", `${name}/index.ts`]);
  });

  it("reaches its own folder and the shared one, that of its stage if it takes the stage's suspects, and that of the rules it shares; no other", async () => {
    const { files } = await reachOf(name);
    const folders = new Set(files.map((file) => path.relative(FUNCTIONS_FOLDER, file).split(path.sep)[0]));
    expect([...folders].sort()).toEqual(
      [...new Set(["_shared", name, name.replace(/-alone$/, ""), ...(SHARES_RULES[name] ?? [])])].sort(),
    );
  });
});

/** Extracting reads words, amounts and dates by the rules of describing, so that both mean the same by them. Thumbnails are drawn by the
 * PDFium of reading, within its bounds. */
const SHARES_RULES: Record<string, string[]> = {
  extract: ["metadata"],
  "extract-alone": ["metadata"],
  thumbnail: ["ocr"],
  "thumbnail-alone": ["ocr"],
};

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
