import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { ROOT } from "../scripts/checkout.ts";

const SYSTEM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** No sandbox: containers and root have none to give. The rest keeps the browser from talking to anybody but the page's server. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-domain-reliability",
  "--no-pings",
  "--font-render-hinting=none",
];

/** A headless Chromium: the one that `CHROMIUM` names, or the system has, or else the one from npm (Linux on x64). */
export const openBrowser = async (): Promise<Browser> => chromium.launch(await launchOptions());

/** How Playwright starts that Chromium. */
export async function launchOptions(): Promise<LaunchOptions> {
  const found = process.env.CHROMIUM ?? systemBrowser();
  const { executablePath, env } = found ? { executablePath: found, env: {} } : await packagedBrowser();
  return { executablePath, args: ARGS, env: { ...process.env, ...env } as Record<string, string> };
}

function systemBrowser(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const places = SYSTEM.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...places, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"].find((file) => existsSync(file));
}

/**
 * @sparticuz/chromium, unpacked once into node_modules/.cache. It carries the libraries that a bare system lacks. Its own
 * unpacking goes to a fixed place in /tmp and brings the libraries on AWS only, so it is done here.
 */
async function packagedBrowser(): Promise<{ executablePath: string; env: Record<string, string> }> {
  // The package does not export its package.json.
  const folder = path.resolve(path.dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../..");
  const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { version: string };
  const place = path.join(ROOT, "node_modules", ".cache", `chromium-${version}`);
  const executablePath = path.join(place, "chromium");
  if (!existsSync(executablePath)) {
    const aside = `${place}-${process.pid}`;
    await mkdir(aside, { recursive: true });
    await unpack(path.join(folder, "bin", "chromium.br"), path.join(aside, "chromium"));
    await chmod(path.join(aside, "chromium"), 0o755);
    for (const name of ["al2023.tar", "fonts.tar"]) {
      await unpack(path.join(folder, "bin", `${name}.br`), path.join(aside, name));
      execFileSync("tar", ["-xf", path.join(aside, name), "-C", aside]);
      await rm(path.join(aside, name));
    }
    // The packaged list names folders of AWS. Without any font the browser crashes at the first text.
    await writeFile(
      path.join(aside, "fonts.conf"),
      `<?xml version="1.0"?><fontconfig><dir>${path.join(place, "fonts")}</dir><dir>/usr/share/fonts</dir><cachedir>${path.join(place, "cache")}</cachedir></fontconfig>`,
    );
    // The folder was deleted while a browser ran, which then wrote its font cache there again.
    if (!existsSync(executablePath)) await rm(place, { recursive: true, force: true });
    // Another run may have been faster; what it unpacked is the same.
    await rename(aside, place).catch(() => rm(aside, { recursive: true }));
  }
  return {
    executablePath,
    env: { LD_LIBRARY_PATH: path.join(place, "lib"), FONTCONFIG_PATH: place },
  };
}

const unpack = (from: string, to: string): Promise<void> =>
  pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
