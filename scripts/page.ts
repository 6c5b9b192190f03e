import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "./checkout.ts";

const WEB = path.join(ROOT, "web");
/** What the page takes of the rest of the project. */
const BUNDLED = ["client/src", "supabase/functions/_shared"];
const BUILT = path.join(WEB, "dist");
const STAMP = ".built-from";

/**
 * The folder of the built page. Builds it when its sources or its packages changed since the last build; needs no network.
 * Built aside and moved into place, so that two starts at once do no harm.
 */
export async function builtPage(onBuild: () => void = () => {}): Promise<string> {
  const sources = await stampOfSources();
  if ((await builtStamp()) === sources) return BUILT;
  onBuild();
  // Loaded when it is needed: a start with a fresh page does without.
  const { build } = await import("vite");
  const [aside, old] = [randomUUID(), randomUUID()].map((name) => path.join(WEB, `.dist-${name}`)) as [string, string];
  // Vite takes React for development, at a third more weight, when this says anything else, as it does in tests.
  const environment = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    await build({ configFile: path.join(WEB, "vite.config.ts"), logLevel: "error", build: { outDir: aside } });
    await writeFile(path.join(aside, STAMP), sources);
    // Another start may have been faster; what it built is as good, and is served already.
    if ((await builtStamp()) !== sources) {
      // Moved, and not removed: what is removed file by file may meanwhile be another's new page.
      await rename(BUILT, old).catch(unless("ENOENT"));
      await rename(aside, BUILT).catch(unless("ENOTEMPTY", "EEXIST"));
    }
  } finally {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
    for (const folder of [aside, old]) await rm(folder, { recursive: true, force: true });
  }
  return BUILT;
}

const builtStamp = (): Promise<string> => readFile(path.join(BUILT, STAMP), "utf8").catch(() => "");

/** Passes over an error with one of these codes. */
const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? "")) throw error;
  };

/** A hash of all that the built page depends on: its sources, the versions of the packages, and the settings that Vite bakes in. */
async function stampOfSources(): Promise<string> {
  const hash = createHash("sha256");
  const folders = [WEB, ...BUNDLED.map((folder) => path.join(ROOT, folder))];
  const entries = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })));
  const files = entries
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/^\.?dist/.test(path.relative(WEB, file)))
    .sort();
  for (const file of [...files, path.join(ROOT, "package-lock.json")])
    hash.update(path.relative(ROOT, file)).update(await readFile(file));
  for (const [name, value] of Object.entries(process.env).sort())
    if (name.startsWith("VITE_")) hash.update(`${name}=${value}`);
  return hash.digest("hex");
}
