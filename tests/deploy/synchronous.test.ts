// Supabase's edge runtime refuses synchronous file calls while a request is served. What the functions import, npm packages
// included, is searched for them here; that the rest of a package works without them is seen wherever a test runs the functions
// in stack/edge-runtime.ts, which refuses them too.
import childProcess from "node:child_process";
import fs from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build, transform } from "esbuild";
import { expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { FUNCTIONS_FOLDER } from "./function-folder.ts";

/** Node's, and Deno's that have other names. */
const REFUSED = new Set([
  ...[...Object.keys(fs), ...Object.keys(childProcess)].filter((name) => name.endsWith("Sync")),
  ...["readTextFileSync", "writeTextFileSync", "readDirSync", "readLinkSync", "realPathSync", "removeSync"],
  ...["createSync", "makeTempDirSync", "makeTempFileSync", "outputSync"],
]);

/** Code that is there and is never reached, with the reason. */
const UNREACHED: Record<string, { calls: string[]; why: string }> = {
  "node_modules/@hyzyla/pdfium/dist/index.esm.js": {
    calls: ["readFileSync", "readSync"],
    why: "Reads its WebAssembly when it is not given, which _shared/pdfium.ts does, and a terminal's input.",
  },
};

it.each(FUNCTIONS)("%s and its packages call no file synchronously", async (name) => {
  const { metafile } = await build({
    entryPoints: [path.join(FUNCTIONS_FOLDER, name, "index.ts")],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  const files = Object.keys(metafile.inputs);
  expect(files).toContain(`supabase/functions/${name}/index.ts`);
  const found = await Promise.all(files.map(async (file) => [file, await synchronousCallsIn(file)] as const));
  const unexplained = found
    .map(([file, calls]) => [file, calls.filter((call) => !UNREACHED[file]?.calls.includes(call))] as const)
    .filter(([, calls]) => calls.length > 0);
  expect(Object.fromEntries(unexplained)).toEqual({});
});

it("explains nothing that is gone", async () => {
  for (const [file, { calls }] of Object.entries(UNREACHED))
    expect(await synchronousCallsIn(file), file).toEqual(calls);
});

const known = new Map<string, Promise<string[]>>();

/** The names of refused calls in a file, which several functions share. */
function synchronousCallsIn(file: string): Promise<string[]> {
  const calls = known.get(file) ?? searchForCalls(file);
  known.set(file, calls);
  return calls;
}

/** Those in comments do not count. */
async function searchForCalls(file: string): Promise<string[]> {
  const source = await readFile(path.join(ROOT, file), "utf8");
  const loader = path.extname(file) === ".ts" ? "ts" : path.extname(file) === ".json" ? "json" : "js";
  const { code } = await transform(source, { loader, minifyWhitespace: true, legalComments: "none" });
  return [...new Set(code.match(/\b\w+Sync\b/g))].filter((name) => REFUSED.has(name)).sort();
}
