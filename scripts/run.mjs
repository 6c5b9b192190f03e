// The commands of package.json. Plain JavaScript, because it runs before anything is installed: it installs what the
// command needs and is missing, then hands over to TypeScript.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [command = "", ...args] = process.argv.slice(2);

/** Commands that need only what running needs; the others need the tools of development too. */
const RUNNING = ["start", "demo", "status", "engine:languages"];
/** Where the commands that are TypeScript of ours are. */
const MODULES = {
  start: "./start.ts",
  demo: "./demo.ts",
  status: "./status.ts",
  "engine:languages": "./engine-languages.ts",
  bench: "../bench/bench.ts",
  fuzz: "../testing/fuzz/fuzz.ts",
  "gen:types": "./gen-types.ts",
  "test:contract": "./test-contract.ts",
  "test:deno": "./test-deno.ts",
  "dev:web": "./dev-web.ts",
  screenshots: "./screenshots.ts",
  hour: "./hour.ts",
  texts: "./texts.ts",
  deploy: "./deploy.ts",
  "deploy:self-hosted": "./deploy/self-hosted.ts",
};

/** What `--help` says. */
const USAGE = {
  start:
    "npm start -- [--port 54321]\n\nStarts the stack with the samples and serves the page. Its data is in .docket.",
  demo: "npm run demo -- [FILE…] [--json] [--port 54321]\n\nSends files, or the samples, and prints what became of them.",
  fuzz: "npm run fuzz -- [--minutes 1] [--seed 1] [--only pdf,msg] [--keep FOLDER]\n\nReads mutated files, and keeps those that a reader cannot bear. --only pdf-728156 reads one again that a run named.",
  status: "npm run status -- [--json]\n\nSays how the queues, the workers and the services are.",
};

requireNode(20, 19);
if (args.some((arg) => arg === "--help" || arg === "-h") && command in USAGE) {
  console.log(USAGE[command]);
  process.exit(0);
}
install(RUNNING.includes(command) ? "run" : "develop");

if (command in MODULES) {
  const { register } = await import("tsx/esm/api");
  register();
  const { main } = await import(MODULES[command]);
  await main(args).catch((error) => {
    // A mistyped option is no bug: its name and the right ones, without a stack.
    if (!String(error?.code).startsWith("ERR_PARSE_ARGS")) throw error;
    fail(`${error.message.split(". ")[0]}.${USAGE[command] ? `\n\n${USAGE[command]}` : ""}`);
  });
} else if (command === "typecheck") {
  typecheck();
} else if (command === "test") {
  typecheck();
  tool("vitest/vitest.mjs", ["run", ...args]);
} else if (command === "fixtures") {
  node(["--import", "tsx", "testing/fixtures/make.ts", ...args]);
} else {
  fail(`There is no command '${command}'. package.json lists the ones there are.`);
}

function requireNode(major, minor) {
  const [ownMajor, ownMinor] = process.versions.node.split(".").map(Number);
  if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
    fail(`Docket needs Node ${major}.${minor} or newer; this is ${process.versions.node}.`);
  }
}

/** Installs by the lock file, unless all that is needed is there in its version. */
function install(purpose) {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf("node_modules/.package-lock.json");
  const missing = Object.entries(wanted).filter(([name, { version, link, dev, devOptional, optional }]) => {
    // The root, the workspaces and the links to them have no version.
    if (!version || !name || link || optional || (purpose === "run" && (dev || devOptional))) return false;
    return present[name]?.version !== version || !existsSync(new URL(`../${name}`, import.meta.url));
  });
  if (missing.length === 0) return;

  console.error(`Installing ${missing.length} packages from npm; this happens once.`);
  const npm = process.env.npm_execpath;
  const hasTools = Object.keys(present).some((name) => wanted[name]?.dev); // a developer's stay
  const omit = purpose === "run" && !hasTools ? ["--omit=dev"] : [];
  const ci = ["ci", "--no-audit", "--no-fund", "--loglevel=error", ...omit];
  const done = npm ? spawnSync(process.execPath, [npm, ...ci], options()) : spawnSync("npm", ci, options());
  if (done.status !== 0) fail("npm could not install the packages; its message is above.");
}

function packagesOf(file) {
  const path = new URL(`../${file}`, import.meta.url);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : {};
}

/** Types, layout and lint. */
function typecheck() {
  tool("@biomejs/biome/bin/biome", ["ci", "--error-on-warnings", "."]);
  tool("typescript/bin/tsc", ["-p", "."]);
  tool("typescript/bin/tsc", ["-p", "web"]);
}

function tool(file, toolArgs) {
  node([`node_modules/${file}`, ...toolArgs]);
}

function node(nodeArgs) {
  const { status } = spawnSync(process.execPath, nodeArgs, options());
  if (status !== 0) process.exit(status ?? 1);
}

/** What npm prints goes to standard error: standard output is the command's own. */
function options() {
  return { cwd: root, stdio: ["inherit", 2, "inherit"] };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
