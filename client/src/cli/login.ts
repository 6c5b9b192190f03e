import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { createDocket } from "../docket.ts";
import { DocketError } from "../error.ts";
import { createHttp } from "../http.ts";
import type { ApiToken } from "../types.ts";
import { addressOf, configFile, writeConfig } from "./config.ts";
import { EXIT, Failure } from "./failure.ts";

type Options = { url: string; email?: string; key?: string; token?: string; expires?: number; automation?: boolean };

const SCOPES = ["documents:read", "documents:write", "upload"];

/** Saves an API token: a given one, or one that is made by signing in with a password. The password is not kept. */
export async function login({ url: given, email, key, token, expires, automation }: Options): Promise<void> {
  const url = addressOf(given);
  if (!token && !email) throw new Failure("Give --email, or an API token with --token.", EXIT.usage);
  if (token) {
    const given = token === "-" ? (await readLine("", process.stdin.isTTY)).trim() : token;
    await check(url, given);
    await writeConfig({ url, token: given });
  } else {
    const publishableKey = key ?? process.env.DOCKET_KEY ?? (await keyOf(url));
    const password = process.env.DOCKET_PASSWORD ?? (await readLine(`Password of ${email}: `, true));
    if (!password) throw new Failure("No password was given: set DOCKET_PASSWORD, or type it.", EXIT.usage);
    const signedOut = createHttp(url, () => publishableKey, fetch, publishableKey);
    const { access_token } = await signedOut
      .json<{ access_token: string }>("/auth/v1/token", {
        query: { grant_type: "password" },
        json: { email, password },
      })
      .catch((error: unknown) => {
        // Auth says 400 of a wrong password.
        if (error instanceof DocketError && error.code === "invalid_credentials")
          throw new Failure(`${error.message} (${error.code})`, EXIT.signedOut);
        throw error;
      });
    const signedIn = createHttp(url, () => access_token, fetch, publishableKey);
    const made = await signedIn.json<ApiToken & { token: string }>("/rest/v1/rpc/create_api_token", {
      json: {
        name: `docket on ${hostname()}`.slice(0, 100),
        scopes: automation ? [...SCOPES, "automation"] : SCOPES,
        ...(expires && { expires_at: new Date(Date.now() + expires * 86_400_000).toISOString() }),
      },
    });
    await writeConfig({ url, token: made.token, token_id: made.id }).catch(async (error: unknown) => {
      // Nobody will ever use it.
      await signedIn.send("/rest/v1/rpc/revoke_api_token", { json: { token_id: made.id } });
      throw error;
    });
  }
  console.log(`Signed in at ${url}. The token is in ${configFile()}.`);
}

export async function logout(): Promise<void> {
  await rm(configFile(), { force: true });
  console.log("Signed out on this machine. The token itself ends when you revoke it.");
}

/** A token without documents:read is as good; one that is refused for another reason is not saved. */
async function check(url: string, token: string): Promise<void> {
  await createDocket({ url, token })
    .usage()
    .catch((error: { code?: string }) => {
      if (error.code !== "scope_missing") throw error;
    });
}

/** The embedded stack tells its key to every program on this machine that asks. */
async function keyOf(url: string): Promise<string> {
  const response = await fetch(`${url}/config.json`).catch(() => undefined);
  const told = (await response?.json().catch(() => undefined)) as { publishable_key?: string } | undefined;
  if (!response) throw new Failure(`${url} does not answer.`, EXIT.unreachable);
  if (!told?.publishable_key)
    throw new Failure("Give the project's publishable key with --key or DOCKET_KEY.", EXIT.usage);
  return told.publishable_key;
}

/** A line of standard input, not shown while it is typed. */
async function readLine(question: string, hidden: boolean): Promise<string> {
  if (hidden) process.stderr.write(question);
  const lines = createInterface({
    input: process.stdin,
    terminal: hidden && process.stdin.isTTY === true,
    ...(hidden && { output: new Writable({ write: (_chunk, _encoding, done) => done() }) }),
  });
  for await (const line of lines) {
    lines.close();
    if (hidden) process.stderr.write("\n");
    return line;
  }
  if (hidden) process.stderr.write("\n");
  return "";
}
