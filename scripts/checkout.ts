import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AUTH_SETTING_NAMES } from "../stack/auth-and-rest/auth-settings.ts";
import { keysOf } from "../stack/keys.ts";
import type { Page } from "../stack/page.ts";
import { openLogFile } from "../stack/log-file.ts";
import { isFree } from "../stack/ports.ts";
import { hostsFrom } from "../stack/hosts.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { isAlive } from "../client/src/cli/alive.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where the embedded stack of this checkout keeps everything: data, keys, stored files, logs. */
export const FOLDER = process.env.DOCKET_FOLDER ?? path.join(ROOT, ".docket");
export const DEFAULT_PORT = 54321;

/** The port that `--port` names; 0 is any that is free. Ends the process with a message when it names none. */
export function portFrom(value: string | undefined): number {
  const port = Number(value ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  console.error(`--port takes a number from 0 to 65535, not '${value}'.`);
  process.exit(2);
}

/** The user that the commands sign in as. */
export const DEMO_USER = { email: "demo@docket.test", password: "docket-demo" };

const note = path.join(FOLDER, "running.json");

/** The stack of this checkout that runs already, in another process; undefined when there is none. */
export async function runningStack(): Promise<{ url: string; publishableKey: string; secretKey: string } | undefined> {
  const noted = await readFile(note, "utf8").then(
    (text) => JSON.parse(text) as { url: string; pid: number },
    () => undefined,
  );
  if (!noted || !isAlive(noted.pid)) return undefined;
  if (await isFree(Number(new URL(noted.url).port))) return undefined;
  const { publishableKey, secretKey } = await keysOf(FOLDER);
  return { url: noted.url, publishableKey, secretKey };
}

/**
 * Starts the stack of this checkout. Settings of the functions come from the environment and from `.env`
 * (see .env.example); what the parts say goes to `.docket/docket.log`.
 */
export async function startCheckout(port: number, page?: Page): Promise<Stack> {
  const running = await runningStack();
  if (running)
    throw new Error(
      `The stack of this folder is running already, at ${running.url}. Stop it first, or use it: npm run demo -- FILE…`,
    );

  await mkdir(FOLDER, { recursive: true });
  const log = openLogFile(path.join(FOLDER, "docket.log"), {
    onLoss: (reason) => console.error(`The log is not complete from here on: ${reason}. Docket goes on without it.`),
  });
  // The neighboring ports, as `supabase start` has it, so that they stay the same from start to start.
  const neighbor = async (distance: number) =>
    port > 0 && (await isFree(port + distance)) ? port + distance : undefined;
  const [databasePort, smtpPort] = [await neighbor(1), await neighbor(4)];
  const stack = await startStack({
    folder: FOLDER,
    port,
    ...(databasePort === undefined ? {} : { databasePort }),
    ...(smtpPort === undefined ? {} : { smtpPort }),
    env: await functionSettings(),
    ...(page && { page }),
    hosts: hostsFrom(process.env.DOCKET_HOSTS),
    onLog: (source, line) => log.write(`${new Date().toISOString()} ${source}: ${line}`),
  });
  // Without the note the other commands do not find the stack by themselves, and all else works.
  await writeFile(note, JSON.stringify({ url: stack.url, pid: process.pid })).catch((error: Error) =>
    console.error(`The other commands will not find this stack: ${error.message}`),
  );
  return {
    ...stack,
    async stop() {
      await stack.stop();
      await rm(note, { force: true });
      await log.end();
    },
  };
}

/** The names that .env.example lists, and those of Auth's settings, from the environment or the file `.env`; the environment wins. */
async function functionSettings(): Promise<Record<string, string>> {
  const listed = await readFile(path.join(ROOT, ".env.example"), "utf8").then((text) => Object.keys(parse(text)));
  const names = [...listed, ...AUTH_SETTING_NAMES];
  const file = parse(await readFile(path.join(ROOT, ".env"), "utf8").catch(() => ""));
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name] ?? file[name];
      return value ? [[name, value]] : [];
    }),
  );
}

/** `NAME=value` lines; a commented-out line still names a setting, with no value. */
function parse(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^(#\s?)?([A-Z][A-Z0-9_]*)=(.*)$/gm)];
  return Object.fromEntries(
    lines.map(([, comment, name, value = ""]) => [name, comment ? "" : value.trim().replace(/^(["'])(.*)\1$/, "$2")]),
  );
}
