import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { createDocket, type Docket } from "../docket.ts";
import { EXIT, Failure } from "./failure.ts";

export type Config = { url: string; token: string; token_id?: string | undefined };

export const configFile = (): string =>
  path.join(process.env.XDG_CONFIG_HOME || path.join(homedir(), ".config"), "docket", "config.json");

export async function readConfig(): Promise<Config | undefined> {
  const text = await readFile(configFile(), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Config;
  } catch {
    throw new Failure(`${configFile()} is damaged. Sign in again: docket login`, EXIT.signedOut);
  }
}

/** Nobody but the user of this machine may read it. */
export async function writeConfig(config: Config): Promise<void> {
  await mkdir(path.dirname(configFile()), { recursive: true, mode: 0o700 });
  await rm(configFile(), { force: true });
  await writeFile(configFile(), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

/** The client of the person who is signed in, by DOCKET_URL and DOCKET_TOKEN or by what "docket login" saved. */
export async function signedIn(): Promise<{ docket: Docket; url: string }> {
  const { DOCKET_URL, DOCKET_TOKEN } = process.env;
  const saved = DOCKET_TOKEN && DOCKET_URL ? undefined : await readConfig();
  const [url, token] = [DOCKET_URL || saved?.url, DOCKET_TOKEN || saved?.token];
  if (!url || !token)
    throw new Failure("You are not signed in. Run docket login, or set DOCKET_URL and DOCKET_TOKEN.", EXIT.signedOut);
  return { docket: createDocket({ url, token }), url };
}
