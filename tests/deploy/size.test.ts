// A hosted function may have 20 MB (https://supabase.com/docs/guides/functions/limits). What counts is what the CLI uploads:
// the function's files and its npm packages with every file of theirs, compressed with brotli (supabase/cli,
// pkg/function/bundle.go). This is the same sum, without the few bytes that the bundle's own format adds.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { importsOf, packageFolders, reachOf, readLock } from "./function-folder.ts";

const LIMIT = 20_000_000;
const compress = promisify(brotliCompress);

it.each(FUNCTIONS)("%s can be deployed: it has less than 20 MB with its packages", async (name) => {
  const { files } = await reachOf(name);
  const folders = packageFolders(await readLock(), Object.keys(await importsOf(name)));
  const sizes = await Promise.all([compressedSize(files), ...folders.map(packageSize)]);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(LIMIT);
});

/** In bytes. Weaker than what the CLI uses, and each package by itself, so the sum is rather too large than too small. */
async function compressedSize(files: string[]): Promise<number> {
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const bundle = await compress(Buffer.concat(contents), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
  return bundle.byteLength;
}

const sizes = new Map<string, Promise<number>>();

/** The compressed size of a package, which several functions share. */
function packageSize(folder: string): Promise<number> {
  const known = sizes.get(folder) ?? filesUnder(path.join(ROOT, folder)).then(compressedSize);
  sizes.set(folder, known);
  return known;
}

/** The files of a package, but not the packages that it brought along: those are counted by themselves. */
async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries
    .filter((entry) => entry.name !== "node_modules")
    .map(async (entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(place) : [place];
    });
  return (await Promise.all(nested)).flat();
}
