import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { createDocket, type Docket } from "../docket.ts";
import { EXIT, Failure, sayOf } from "./failure.ts";
import { makeFolder } from "./folder.ts";

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
  const file = configFile();
  try {
    await makeFolder(path.dirname(path.dirname(file)));
    await mkdir(path.dirname(file), { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    await rm(file, { force: true });
    await writeFile(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new Failure(`The token cannot be saved: ${error instanceof Failure ? error.message : sayOf(error, file)}`);
  }
}

/** The address of a project, without a slash at its end. @throws Failure */
export function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new Failure(`${text} is no address of a project, such as https://<project>.supabase.co.`, EXIT.usage);
  return text.replace(/\/+$/, "");
}

/** The client of the person who is signed in, by DOCKET_URL and DOCKET_TOKEN or by what "docket login" saved. */
export async function signedIn(): Promise<{ docket: Docket; url: string }> {
  const { DOCKET_URL, DOCKET_TOKEN } = process.env;
  const saved = DOCKET_TOKEN && DOCKET_URL ? undefined : await readConfig();
  const url = DOCKET_URL ? addressOf(DOCKET_URL) : saved?.url;
  // A token that was saved is for where it was made; nobody else is to see it.
  const token = DOCKET_TOKEN || (saved?.url === url ? saved?.token : undefined);
  if (!url || !token)
    throw new Failure("You are not signed in. Run docket login, or set DOCKET_URL and DOCKET_TOKEN.", EXIT.signedOut);
  return { docket: createDocket({ url, token }), url };
}
