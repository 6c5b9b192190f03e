import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/checkout.ts";
import { denoBinary } from "../../stack/functions.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { temporaryFolder } from "../../testing/temporary.ts";

const run = promisify(execFile);

export const FUNCTIONS_FOLDER = path.join(ROOT, "supabase", "functions");

/** As stack/functions.ts runs them: npm's node_modules, and nothing from the network. */
export const OFFLINE = ["--no-lock", "--no-remote", "--node-modules-dir=manual"];

/** The file that a function is deployed with, and the npm packages that it maps names to. */
export async function importsOf(name: string): Promise<Record<string, string>> {
  const { imports } = JSON.parse(await readFile(path.join(FUNCTIONS_FOLDER, name, "deno.json"), "utf8")) as {
    imports: Record<string, string>;
  };
  return imports;
}

export type Reach = {
  /** Absolute paths of the TypeScript files that a function consists of: its own, and the shared ones that it reaches. */
  files: string[];
  /** The packages that these files import by name; not Node's own modules, which the runtime has. */
  packages: string[];
};

/** The package that a name is of: "@a/b" of "@a/b/c.js", "a" of "a/b.js". */
const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

type Info = { modules: Module[] };
type Module = {
  kind: string;
  specifier: string;
  error?: string;
  dependencies?: { specifier: string; code?: { specifier?: string }; type?: { specifier?: string } }[];
};

let graph: Promise<Map<string, Module>> | undefined;

/** What a function is made of, as Deno sees it; type imports count, as they do when it is deployed. */
export async function reachOf(name: string): Promise<Reach> {
  const modules = await (graph ??= readGraph());
  const entry = pathToFileURL(path.join(FUNCTIONS_FOLDER, name, "index.ts")).href;
  const own = new Set([entry]);
  const packages = new Set<string>();
  // A set is walked to its end, what is added meanwhile included.
  for (const specifier of own)
    for (const { specifier: written, code, type } of modules.get(specifier)?.dependencies ?? []) {
      if (!/^(\.|node:)/.test(written)) packages.add(packageOf(written));
      for (const found of [code?.specifier, type?.specifier])
        if (found !== undefined && modules.get(found)?.kind === "esm") own.add(found);
    }
  return { files: [...own].map((specifier) => fileURLToPath(specifier)).sort(), packages: [...packages].sort() };
}

/** The modules of all functions, by their addresses. Asked once: most of what the functions reach is shared. */
async function readGraph(): Promise<Map<string, Module>> {
  await using folder = await temporaryFolder();
  const config = path.join(folder.path, "deno.json");
  const entry = path.join(folder.path, "index.ts");
  await writeFile(
    config,
    JSON.stringify({ imports: Object.assign({}, ...(await Promise.all(FUNCTIONS.map(importsOf)))) }),
  );
  await writeFile(
    entry,
    FUNCTIONS.map(
      (name) => `import ${JSON.stringify(pathToFileURL(path.join(FUNCTIONS_FOLDER, name, "index.ts")).href)};`,
    ).join("\n"),
  );
  const { stdout } = await run(denoBinary(), ["info", "--json", ...OFFLINE, `--config=${config}`, entry], {
    env: { DENO_DIR: path.join(folder.path, "deno"), NO_COLOR: "1" },
    maxBuffer: 64 * 1024 * 1024,
  });
  const { modules } = JSON.parse(stdout) as Info;
  const failed = modules.filter((module) => module.error);
  if (failed.length > 0) throw new Error(failed.map((module) => `${module.specifier}: ${module.error}`).join("\n"));
  return new Map(modules.map((module) => [module.specifier, module]));
}

type Locked = {
  /** What the package is called, where its folder is called otherwise. */
  name?: string;
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
};
export type Lock = { packages: Record<string, Locked> };

export const readLock = async (): Promise<Lock> =>
  JSON.parse(await readFile(path.join(ROOT, "package-lock.json"), "utf8")) as Lock;

/** The folders under node_modules of the named packages and all that these need. */
export function packageFolders(lock: Lock, names: string[]): string[] {
  const folders = new Set<string>();
  const add = (name: string, from: string): void => {
    const folder = folderOf(lock, name, from);
    if (folder === undefined)
      throw new Error(`${name}, which ${from || "the project"} needs, is not in package-lock.json.`);
    if (folders.has(folder)) return;
    folders.add(folder);
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = lock.packages[folder]!;
    const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional);
    for (const needed of [...Object.keys(dependencies), ...peers]) add(needed, folder);
  };
  for (const name of names) add(name, "");
  return [...folders].sort();
}

/** Where Node finds a package: in the nearest node_modules on the way up. */
function folderOf(lock: Lock, name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const folder = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock.packages[folder]) return folder;
    if (at === "") return undefined;
  }
}
