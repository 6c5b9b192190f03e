import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LANGUAGES_FOLDER, MODELS_SCOPE } from "../engine/models.ts";

const USAGE = "npm run engine:languages -- pol jpn ara";
/** Every package of the scope has this one version. */
const VERSION = "1.0.0";

/** Installs the models of languages, one package from npm each, into a folder of the engine; what is there stays. */
export async function main(args: string[]): Promise<void> {
  try {
    install(packagesFor(args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

/**
 * The packages of tesseract's names for languages, in exact versions.
 * @throws {Error} where a name is none, before anything is asked of npm
 */
export function packagesFor(codes: string[]): string[] {
  if (codes.length === 0) throw new Error(`Name the languages as tesseract does: ${USAGE}`);
  const wrong = codes.find((code) => !/^[a-z]{3}(_[a-z]{2,8}){0,2}$/.test(code) || code === "osd");
  if (wrong !== undefined)
    throw new Error(`'${wrong}' is no name of a language. Tesseract's have three letters: ${USAGE}`);
  return [...new Set(codes)].map((code) => `${MODELS_SCOPE}/${code}@${VERSION}`);
}

function install(packages: string[]): void {
  const folder = fileURLToPath(LANGUAGES_FOLDER);
  mkdirSync(folder, { recursive: true });
  // npm would take the folder above for the project
  const manifest = path.join(folder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, `${JSON.stringify({ private: true }, null, 2)}\n`);
  const args = [
    "install",
    "--save-exact",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    ...packages,
  ];
  const npm = process.env["npm_execpath"];
  const how: SpawnSyncOptions = { cwd: folder, stdio: ["ignore", 2, "inherit"] };
  const done = npm ? spawnSync(process.execPath, [npm, ...args], how) : spawnSync("npm", args, how);
  if (done.status !== 0)
    throw new Error(
      "npm could not install these models; its message is above. A language without a package: put its <language>.traineddata.gz, and those of the others, into a folder and set OCR_LANGUAGE_PATH.",
    );
  console.log(`Installed ${packages.join(", ")}. Restart the engine; its /health lists the languages.`);
}
