import { randomUUID } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";
import { WebSocket } from "ws";
import type { Target } from "../stack/target.ts";
import { temporaryStack } from "../../testing/temporary.ts";
import { waitUntil } from "../../testing/waiting.ts";

/** What a project's APIs are reached by. `secretKey` is missing where only users may be played. */
export type Api = { url: string; key: string; secretKey?: string };

/** The project that the contract is checked on. A part that it was not given is undefined. */
export type Project = {
  /** Whether a part is the embedded stack's stand-in, of which known differences are expected. */
  isStandIn(part: string): boolean;
  /** The database, as `postgres`. */
  dbUrl?: string;
  /** How that database reaches servers of this machine, for pg_net. */
  reach?: Pick<Target, "host" | "address">;
  api?: Api;
  stop(): Promise<void>;
};

type Options = {
  dbUrl?: string;
  host?: string;
  url?: string;
  key?: string;
  secretKey?: string;
  standIns?: string[];
};

/** The project of `npm run test:contract`'s options, which come as JSON in the environment; without any, a stack of its own. */
export async function openProject(
  options: Options = JSON.parse(process.env.DOCKET_CONTRACT ?? "{}") as Options,
): Promise<Project> {
  const { dbUrl, host, url, key, secretKey, standIns = [] } = options;
  if (dbUrl || url) {
    const local = dbUrl !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(dbUrl).hostname);
    return {
      isStandIn: (part) => standIns.includes(part.toLowerCase()),
      ...(dbUrl && { dbUrl }),
      ...(host
        ? { reach: { host, address: "0.0.0.0" } }
        : local && { reach: { host: "127.0.0.1", address: "127.0.0.1" } }),
      ...(url && key && { api: { url, key, ...(secretKey && { secretKey }) } }),
      stop: async () => {},
    };
  }
  const stack = await temporaryStack();
  return {
    isStandIn: () => true,
    dbUrl: stack.postgres.url("postgres"),
    reach: { host: "127.0.0.1", address: "127.0.0.1" },
    api: { url: stack.url, key: stack.keys.publishableKey, secretKey: stack.keys.secretKey },
    stop: stack.stop,
  };
}

/** Rows of a query by `postgres`. */
export async function query<Row extends pg.QueryResultRow>(
  dbUrl: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: dbUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

export const clientOf = (url: string, key: string): SupabaseClient =>
  createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, storageKey: randomUUID() },
    realtime: { transport: WebSocket as never },
  });

/** A user for this run, signed in. */
export type ContractUser = {
  supabase: SupabaseClient;
  id: string;
  email: string;
  password: string;
  token: string;
  /** Erases the account with everything in it, and closes the connection. */
  erase(): Promise<void>;
};

/** Makes a user: by the admin API where there is a secret key, since a project may want addresses confirmed; else by signing up. */
export async function makeUser({ url, key, secretKey }: Api): Promise<ContractUser> {
  const user = { email: `contract-${randomUUID()}@example.com`, password: randomUUID() };
  const supabase = clientOf(url, key);
  const made =
    secretKey && (await clientOf(url, secretKey).auth.admin.createUser({ ...user, email_confirm: true })).data?.user;
  const { data, error } = made ? await supabase.auth.signInWithPassword(user) : await supabase.auth.signUp(user);
  if (error || !data.session)
    throw new Error(
      `A user could not be made: ${error?.message ?? "the address has to be confirmed; give --secret-key"}`,
    );
  return {
    supabase,
    ...user,
    id: data.session.user.id,
    token: data.session.access_token,
    async erase() {
      await supabase.removeAllChannels();
      await supabase.realtime.disconnect();
      await supabase.auth.signInWithPassword(user);
      const { error } = await supabase.rpc("erase_account");
      if (error) throw new Error(`${user.email} could not be erased: ${error.message}`);
    },
  };
}

/** Uploads a text file. @returns the document's id */
export async function handIn(api: Api, user: ContractUser, filename: string, text: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([text], { type: "text/plain" }), filename);
  const response = await fetch(`${api.url}/functions/v1/upload`, {
    method: "POST",
    headers: { apikey: api.key, Authorization: `Bearer ${user.token}` },
    body: form,
  });
  if (response.status !== 202) throw new Error(`${filename} was refused: ${await response.text()}`);
  return ((await response.json()) as { document_id: string }).document_id;
}

/** Waits for what a project does by itself. */
export const until = <Value>(ready: () => Promise<Value | undefined | false | null>): Promise<Value> =>
  waitUntil(ready, { interval: 250 }) as Promise<Value>;
